//! Audit rules: data held against changes. Loading is strict (`load`), operators are closed and
//! compiled (`operator`), evaluation is tri-state (`audit`). What follows from a match is the gate's.

mod ack;
mod audit;
mod fact;
mod index;
mod load;
mod message;
pub mod operator;
mod pack;
mod rule;
mod selftest;
mod whole;
mod world;

pub use ack::{Ack, Acks, load_acks};
pub use audit::{Audit, AuditContext, Hit, audit};
pub use fact::Fact;
pub use load::load_rules;
pub use pack::{BUILT_IN, PackFile};
pub use rule::{Expect, Retired, Rule, RuleFile, RuleSet, RuleTest};
pub use selftest::{TestFailure, run_tests};

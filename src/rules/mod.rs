//! Audit rules: data held against changes. Loading is strict (`load`), operators are closed and
//! compiled (`operator`), evaluation is tri-state (`audit`). What follows from a match is the gate's.

mod ack;
mod adjust;
mod audit;
mod coverage;
mod fact;
mod index;
mod load;
mod message;
pub mod operator;
mod pack;
mod rule;
mod schema;
mod selftest;
mod suggest;
mod waiver;
mod whole;
mod world;

pub use ack::{Ack, Acks, load_acks};
pub use adjust::{Adjusted, Override, load_overrides};
pub use audit::{Audit, AuditContext, Hit, audit};
pub use coverage::{Coverage, KeyPlace, coverage};
pub use fact::Fact;
pub use load::load_rules;
pub use pack::{BUILT_IN, PackFile};
pub use rule::{Expect, Retired, Rule, RuleFile, RuleSet, RuleTest};
pub use schema::{Misfit, Schema, misfits};
pub use selftest::{TestFailure, run_tests};
pub use suggest::{PastChange, PastKey, Proposal, past_keys, suggest};
pub use waiver::{Waiver, load_waivers};

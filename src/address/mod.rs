//! Service addresses in a document: found (`find`, `forms`), judged without asking anybody (`class`),
//! and what asking yields (`lookup`). The asking itself is in `sys::dns`. Pure.

mod blocks;
mod class;
mod confusable;
mod direction;
mod embedded;
mod find;
mod forms;
mod found;
mod keys;
mod lookup;
mod programs;
mod ranges;
mod services;
mod shapes;
mod siblings;
mod texts;
mod traps;

pub use class::{Class, Judgement, Level, Scope, classify};
pub use confusable::KnownNames;
pub use find::find_addresses;
pub use found::{Address, Direction, Port};
pub use lookup::{Answer, Lookups, Outcome, Question, Resolver, ResolverReport, Want};
pub use ranges::answers_level;
pub use services::Services;
pub use traps::is_skipped_file;

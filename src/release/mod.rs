//! The push and the way back. A plan is what would change, printable before it runs; a ticket is the way
//! back, decided and stored before anything is touched; [`roll_back`] applies one and asks nobody. Pure
//! but for the traits: [`Target`] is what is pushed to, [`Vault`] where tickets and bytes are kept.

mod plan;
mod push;
mod rollback;
mod target;
mod ticket;

pub use plan::{Live, LiveFile, NewFile, Plan, Step};
pub use push::{Order, PushError, Vault, finish, push};
pub use rollback::{Back, RollbackError, preview, roll_back};
pub use target::{Held, Journal, JournalStep, Target, TargetError};
pub use ticket::{Ticket, TicketFile};

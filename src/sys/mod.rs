//! The only layer that touches the world: files, clock, environment, terminal, processes, git, DNS, what
//! is kept (ledger, vault, target), and the watchdog that ends the process when all else is stuck.

pub mod clock;
pub mod dns;
pub mod env;
pub mod fs;
pub mod git;
pub mod hosts;
pub mod ledger_dir;
pub mod process;
pub mod progress;
pub mod random;
pub mod target_dir;
pub mod terminal;
pub mod vault;
pub mod watchdog;
pub mod workers;

//! The only layer that touches the world: files, clock, environment, terminal, DNS, and the watchdog
//! that ends the process when all else is stuck.

pub mod clock;
pub mod dns;
pub mod env;
pub mod fs;
pub mod terminal;
pub mod watchdog;

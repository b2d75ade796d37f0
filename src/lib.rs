//! tollgate: a guard for configuration changes.
//!
//! The layers, each importing only from those before it (held by `tests/tidy.rs`):
//!
//! `doc` the one tree for every syntax · `settings` plain validated values · `formats` bytes to tree ·
//! `diff` two trees to changes · `address` finding and judging service addresses · `rules` changes held
//! against audit rules · `stamp` signed proof that a content ran · `gate` everything known to one verdict ·
//! `ledger` what happened, chained · `release` the push and the way back · `report` the verdict as text ·
//! `sys` the only layer that touches the world · `policy` `tollgate.toml` to settings ·
//! `commands` one file a command.
//!
//! Everything before `sys` is pure: no file, clock, environment, process, socket or print.

#![forbid(unsafe_code)]

pub mod address;
pub mod commands;
pub mod diff;
pub mod doc;
pub mod formats;
pub mod gate;
pub mod ledger;
pub mod policy;
pub mod release;
pub mod report;
pub mod rules;
pub mod settings;
pub mod stamp;
pub mod sys;

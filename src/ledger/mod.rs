//! What happened, in a chain that shows tampering: entries as DSSE envelopes, each with the digest of the
//! file before it. Pure: where the files lie is behind [`LedgerStore`], which `sys` implements.

mod chain;
mod entry;
mod past;
mod store;

pub use chain::{Chain, ChainError, Link, append, read_chain};
pub use entry::{Draft, ENTRY_TYPE, Entry, EntryKind, Manifest};
pub use past::{history, last_release};
pub use store::{BlobStore, LedgerError, LedgerStore};

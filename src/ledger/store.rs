//! Where a ledger's files lie, as traits. One layout for every store: entries `NNNNNNNN.json`, `stamps/`,
//! `blobs/<sha256>`.

use crate::doc::digest::Sha;
use crate::stamp::StampFile;

/// A store that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LedgerError(pub String);

/// Bytes by their SHA-256.
pub trait BlobStore: std::fmt::Debug {
    /// The bytes with this digest; [`None`] where they are missing, or are not what the digest says.
    fn blob(&self, sha256: &Sha) -> Option<Vec<u8>>;
    /// Keeps bytes; gives their digest once they are safe.
    fn keep(&self, bytes: &[u8]) -> Result<Sha, LedgerError>;
    /// Where it is, for people.
    fn place(&self) -> String;
}

/// Entries and stamps.
pub trait LedgerStore: BlobStore {
    /// Every entry's number and text, in order.
    fn entries(&self) -> Result<Vec<(u64, String)>, LedgerError>;
    /// Writes an entry; `false` where somebody else has written that number.
    fn add(&self, seq: u64, text: &str) -> Result<bool, LedgerError>;
    /// Every stamp.
    fn stamps(&self) -> Result<Vec<StampFile>, LedgerError>;
    /// Keeps a stamp; gives its path, for people.
    fn keep_stamp(&self, text: &str) -> Result<String, LedgerError>;
}

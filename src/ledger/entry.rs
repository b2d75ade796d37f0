//! One entry: what was done, to what, by whom. The struct is the wire, inside a DSSE envelope.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::doc::digest::{Sha, hex, sha_of};

/// The payload type of an entry's envelope.
pub const ENTRY_TYPE: &str = "application/vnd.tollgate.ledger-entry+json";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A release went live.
    Pushed,
    /// What is live was stamped.
    Stamped,
    /// A check failed, and that was stamped.
    StampFailed,
    /// A ticket was applied.
    RolledBack,
    /// Nothing but the policy changed, and that with what it needed: from then on it judges.
    PolicyRecorded,
}

/// The files of a release by path below the target, each with the SHA-256 of its bytes in hexadecimal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manifest(pub BTreeMap<String, String>);

impl Manifest {
    /// A manifest from names and digests.
    pub fn new<'n>(files: impl Iterator<Item = (&'n str, Sha)>) -> Self {
        Self(files.map(|(name, sha)| (name.to_owned(), hex(&sha))).collect())
    }

    /// Whether it names nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The release's identity: a digest over every name and digest, in hexadecimal.
    #[must_use]
    pub fn release(&self) -> String {
        let parts: Vec<&[u8]> = self
            .0
            .iter()
            .flat_map(|(name, sha)| [name.as_bytes(), sha.as_bytes()])
            .collect();
        let mut all: Vec<&[u8]> = vec![b"tollgate/release/1"];
        all.extend(parts);
        hex(&sha_of(&all))
    }
}

/// An entry before it has a place in the chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Draft {
    /// What was done.
    pub kind: EntryKind,
    /// When (RFC 3339).
    pub at: String,
    /// Where.
    pub environment: String,
    /// To which config set.
    pub set: String,
    /// What is live from then on.
    pub files: Manifest,
    /// Its projection digest; empty where it has none.
    pub subject: String,
    /// For a rollback: the projection digest that was taken down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_subject: Option<String>,
    /// What was live before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Manifest>,
    /// For a push: SHA-256 of the stamp files it stood on. For a stamp: of its own file.
    #[serde(default)]
    pub stamps: Vec<String>,
    /// SHA-256 of the policy file.
    #[serde(default)]
    pub policy_sha256: String,
    /// The policy and every file that it stands on, by path from the policy's folder, as they were proposed with the push:
    /// the next one is judged by them.
    #[serde(default, skip_serializing_if = "Manifest::is_empty")]
    pub policy: Manifest,
    /// Which run this belongs to: several config sets may be pushed in one.
    #[serde(default)]
    pub run: String,
    /// Who ran it, as the system names them; no proof of anything.
    #[serde(default)]
    pub user: String,
}

/// An entry in the chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// 1, 2, 3, …
    pub seq: u64,
    /// SHA-256 of the previous entry's file; empty for the first.
    pub prev: String,
    /// The public key that signed, in OpenSSH's form.
    pub key: String,
    /// The rest.
    #[serde(flatten)]
    pub draft: Draft,
}

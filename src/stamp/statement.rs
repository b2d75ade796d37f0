//! What a stamp says: an in-toto Statement v1 (<https://github.com/in-toto/attestation>) with exactly one
//! subject, the projection digest, and a predicate of our own. The struct is the wire.

use serde::{Deserialize, Serialize};

use crate::doc::digest::Sha;

/// The payload type of the envelope.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The statement's type.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The predicate's type.
pub const PREDICATE_TYPE: &str = "https://tollgate.dev/staging-stamp/v1";

/// The statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// [`STATEMENT_TYPE`].
    #[serde(rename = "_type")]
    pub statement_type: String,
    /// Exactly one.
    pub subject: Vec<Subject>,
    /// [`PREDICATE_TYPE`].
    pub predicate_type: String,
    /// The rest.
    pub predicate: Predicate,
}

/// The content that is vouched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `config:SET`.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
}

/// One digest only: with several, readers would be content with any that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// SHA-256 of the projection, 64 hexadecimal digits.
    pub sha256: String,
}

/// What is said of the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Predicate {
    /// The environment it ran in.
    pub environment: String,
    /// `PASSED`, or `FAILED` where a check failed.
    pub result: String,
    /// The exact files, by name in the set.
    #[serde(default)]
    pub files: Vec<FileDigest>,
    /// How the subject was made.
    #[serde(default)]
    pub projection: Option<Projection>,
    /// Checks that ran.
    #[serde(default)]
    pub checks: Vec<CheckRecord>,
    /// When (RFC 3339).
    pub issued_at: String,
    /// Until when, at most (RFC 3339).
    #[serde(default)]
    pub not_after: Option<String>,
    /// Where the ledger stood.
    #[serde(default)]
    pub ledger: Option<LedgerPosition>,
}

/// One file's exact bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Name in the set.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// How the subject was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Projection {
    /// `proj-1`.
    pub alg: String,
    /// SHA-256 of the policy file in force.
    pub policy_sha256: String,
    /// Keys masked by their type.
    pub per_env: Vec<String>,
    /// Keys that only this environment has, left out.
    pub only_here: Vec<String>,
}

/// One check that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckRecord {
    /// The command; secret-looking words are masked.
    pub command: Vec<String>,
    /// passed, failed, or `timed_out`.
    pub status: String,
    /// How it ended; null where a signal ended it.
    pub exit_code: Option<i32>,
    /// How long it took.
    pub ms: u64,
}

/// Where the ledger stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPosition {
    /// Its last entry; 0 for none.
    pub seq: u64,
    /// SHA-256 of that entry's file; empty for none.
    pub head: String,
}

impl Statement {
    /// A statement about one set's content.
    #[must_use]
    pub fn new(set: &str, subject: &Sha, predicate: Predicate) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.into(),
            subject: vec![Subject {
                name: format!("config:{set}"),
                digest: Digest {
                    sha256: crate::doc::digest::hex(subject),
                },
            }],
            predicate_type: PREDICATE_TYPE.into(),
            predicate,
        }
    }

    /// Reads a verified payload; `Err` says what is wrong. Known keys that occur twice are refused.
    pub fn read(payload: &[u8]) -> Result<Self, String> {
        let statement: Self = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        if statement.statement_type != STATEMENT_TYPE {
            return Err("it is no in-toto Statement v1".into());
        }
        if statement.predicate_type != PREDICATE_TYPE {
            return Err(format!("its predicate is not {PREDICATE_TYPE}"));
        }
        let [subject] = statement.subject.as_slice() else {
            return Err(format!(
                "a stamp has exactly one subject, this one has {}",
                statement.subject.len()
            ));
        };
        let digest = &subject.digest.sha256;
        if digest.len() != 64 || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err("its subject's digest is no SHA-256".into());
        }
        if !matches!(statement.predicate.result.as_str(), "PASSED" | "FAILED") {
            return Err("its result is neither PASSED nor FAILED".into());
        }
        Ok(statement)
    }

    /// The subject's digest, in lower case.
    #[must_use]
    pub fn digest(&self) -> String {
        self.subject
            .first()
            .map(|subject| subject.digest.sha256.to_ascii_lowercase())
            .unwrap_or_default()
    }

    /// The config set it is about.
    #[must_use]
    pub fn set(&self) -> &str {
        let name = self.subject.first().map_or("", |subject| subject.name.as_str());
        name.strip_prefix("config:").unwrap_or(name)
    }
}

//! What a check is given: files already read, settings already valid, time and randomness as values.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::guard::GuardChange;
use crate::diff::FingerprintKey;
use crate::doc::secret::Redactor;
use crate::doc::{Limits, PathPattern, SourceFile};
use crate::formats::Workers;
use crate::rules::{Acks, RuleSet};
use crate::settings::{AddressSettings, DiffSettings, Environment, Moment, ResolverSettings, Severity};
use crate::stamp::Evidence;

/// Milliseconds since the program started.
pub trait Clock {
    /// Now.
    fn millis(&self) -> u64;
}

/// Something that was not done, and why. Shown in every format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// What was not done.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Why a file could not be read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFault {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether the bytes were read and are no text; else they could not be read.
    pub not_text: bool,
}

/// One file of one side.
#[derive(Debug, Clone)]
pub struct FileInput {
    /// The path shown to people.
    pub display: String,
    /// The name inside the config set.
    pub name: String,
    /// Its text, or why there is none.
    pub content: Result<Arc<SourceFile>, ReadFault>,
}

/// The deployed side.
#[derive(Debug, Clone)]
pub enum Deployed {
    /// What was read.
    Files(Vec<FileInput>),
    /// The place does not exist: an empty side, and said so.
    Missing(String),
    /// It could not be reached: undecided.
    Unreachable(String),
}

/// One config set on both sides.
#[derive(Debug, Clone)]
pub struct SetInput {
    /// Its name; empty for two files or folders given by hand.
    pub name: String,
    /// The deployed side.
    pub deployed: Deployed,
    /// The proposed side.
    pub proposed: Vec<FileInput>,
    /// Keys whose values differ between environments.
    pub per_env: Vec<PathPattern>,
    /// Keys that only one environment has, by its name.
    pub only_in: Vec<(String, Vec<PathPattern>)>,
    /// The environments that have it; empty for all.
    pub environments: Vec<String>,
}

/// Bytes that were kept when something was stamped or pushed.
pub trait Kept: std::fmt::Debug {
    /// The bytes with this SHA-256 (hexadecimal), if they are there and whole.
    fn bytes(&self, sha256: &str) -> Option<Vec<u8>>;
}

/// Nothing was kept.
#[derive(Debug, Clone, Copy)]
pub struct NothingKept;

impl Kept for NothingKept {
    fn bytes(&self, _sha256: &str) -> Option<Vec<u8>> {
        None
    }
}

/// One environment with its config sets.
#[derive(Debug, Clone)]
pub struct EnvironmentInput {
    /// The environment; [`None`] for two files or folders given by hand without one.
    pub environment: Option<Environment>,
    /// Its config sets.
    pub sets: Vec<SetInput>,
}

impl EnvironmentInput {
    /// The environment's name; empty without one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.environment
            .as_ref()
            .map_or("", |environment| &environment.name)
    }
}

/// Everything a check needs.
pub struct CheckInput<'a> {
    /// The moment judged for.
    pub at: Moment,
    /// The environments.
    pub environments: Vec<EnvironmentInput>,
    /// The rules in force.
    pub rules: &'a RuleSet,
    /// How the sides are compared.
    pub diff: &'a DiffSettings,
    /// Resolver settings.
    pub resolver: &'a ResolverSettings,
    /// Where addresses are looked for.
    pub addresses: &'a AddressSettings,
    /// This machine's hosts file: lower-case names with their addresses.
    pub hosts: &'a BTreeMap<String, Vec<IpAddr>>,
    /// Letters and digits that nobody can guess, for names that nobody has.
    pub token: &'a str,
    /// Whether lookups are forbidden.
    pub offline: bool,
    /// Whether what is already so is wanted of files without changes too.
    pub all: bool,
    /// Where the policy that judges comes from, in words; empty for what lies in the checkout.
    pub policy_from: &'a str,
    /// What the proposal changes of what guards it.
    pub guarded: &'a [GuardChange],
    /// The author's acknowledgements.
    pub acks: &'a Acks,
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// What ties fingerprints to the repository.
    pub key: &'a FingerprintKey,
    /// Stamps, signers and the past.
    pub evidence: &'a Evidence,
    /// The bytes of what was stamped.
    pub kept: &'a dyn Kept,
    /// Hard limits on input.
    pub limits: Limits,
    /// What runs the pieces of work that do not depend on each other.
    pub workers: &'a dyn Workers,
    /// The day, for expiries.
    pub today: jiff::civil::Date,
    /// What was skipped before the check began.
    pub skipped: Vec<Skipped>,
}

impl CheckInput<'_> {
    /// Whether a finding of this severity needs signed approvals at push, so that the author's word does not do.
    #[must_use]
    pub fn needs_signature(&self, environment: Option<&Environment>, severity: Severity) -> bool {
        self.evidence.signers.is_some() && environment.is_none_or(|known| known.approvals.of(severity) > 0)
    }
}

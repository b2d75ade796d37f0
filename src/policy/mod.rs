//! `tollgate.toml`: found by walking up, read strictly with spans, turned into settings. All faults are
//! reported at once; an unknown key is one.

mod environments;
mod files;
mod load;
mod propose;
mod resolver;

use std::path::PathBuf;

pub use files::FilePattern;
pub use load::{DEFAULT_LEDGER, load};
pub use propose::{Proposal, ProposedSet, propose};

use crate::doc::PathPattern;
use crate::rules::Override;
use crate::settings::{AddressSettings, ConfigSet, DiffSettings, Environment, ResolverSettings};

/// The file's name.
pub const FILE_NAME: &str = "tollgate.toml";

/// The one file that a set is made of whose sources are rendered.
pub const RENDERED: &str = "rendered.yaml";

/// A config set and where its files are.
#[derive(Debug, Clone)]
pub struct Config {
    /// The set.
    pub set: ConfigSet,
    /// Its sources.
    pub pattern: FilePattern,
    /// The command whose output is compared, stamped and pushed instead of its sources; empty for none.
    pub render: Vec<String>,
}

impl Config {
    /// What lies where it was pushed to: the sources, or what they render to.
    #[must_use]
    pub fn live(&self) -> FilePattern {
        if self.render.is_empty() {
            self.pattern.clone()
        } else {
            self.pattern.with_file(RENDERED)
        }
    }
}

/// A valid policy.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The folder that holds it; paths in it start there.
    pub root: PathBuf,
    /// Globs of rule files.
    pub rules: Vec<String>,
    /// Packs of others: folders, from the policy's, or `git:REVISION:FOLDER`.
    pub extends: Vec<String>,
    /// What it says of rules that it did not write.
    pub overrides: Vec<Override>,
    /// Schemas of files: the names that each is for, and its file from the policy's folder.
    pub schemas: Vec<(Vec<String>, String)>,
    /// Built-in packs in force; [`None`]: all.
    pub packs: Option<Vec<String>>,
    /// Config sets by name.
    pub configs: Vec<Config>,
    /// Environments, those that come first first.
    pub environments: Vec<Environment>,
    /// How the sides are compared.
    pub diff: DiffSettings,
    /// The resolver.
    pub resolver: ResolverSettings,
    /// Where addresses are looked for.
    pub addresses: AddressSettings,
    /// SHA-256 of the policy file, in hexadecimal.
    pub sha256: String,
    /// What ties acknowledgements to this repository, if the policy says.
    pub id: Option<String>,
    /// The file that names the signers, from the policy's folder.
    pub signers: Option<String>,
    /// The ledger's folder, from the policy's folder.
    pub ledger: String,
    /// Why the ledger it asks for is not one of this version's; nothing is then known of the past.
    pub ledger_fault: Option<String>,
    /// Further keys to redact.
    pub redact: Vec<PathPattern>,
}

//! `tollgate.toml`: found by walking up, read strictly with spans, turned into settings. All faults are
//! reported at once; an unknown key is one.

mod environments;
mod files;
mod load;

use std::path::PathBuf;

pub use files::FilePattern;
pub use load::load;

use crate::doc::PathPattern;
use crate::settings::{ConfigSet, Environment, ResolverSettings};

/// The file's name.
pub const FILE_NAME: &str = "tollgate.toml";

/// A valid policy.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The folder that holds it; paths in it start there.
    pub root: PathBuf,
    /// Globs of rule files.
    pub rules: Vec<String>,
    /// Built-in packs in force; [`None`]: all.
    pub packs: Option<Vec<String>>,
    /// Config sets by name.
    pub configs: Vec<(ConfigSet, FilePattern, bool)>,
    /// Environments, those that come first first.
    pub environments: Vec<Environment>,
    /// The resolver.
    pub resolver: ResolverSettings,
    /// Whether signers are named.
    pub signers: bool,
    /// Further keys to redact.
    pub redact: Vec<PathPattern>,
}

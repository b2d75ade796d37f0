//! Environments and config sets as the policy describes them.

use std::time::Duration;

use super::{Action, Severity};
use crate::doc::PathPattern;
use crate::doc::projection::Masks;

/// What each severity leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions([Action; 5]);

impl Default for Actions {
    fn default() -> Self {
        Self([
            Action::Note,
            Action::Note,
            Action::Warn,
            Action::Approve,
            Action::Approve,
        ])
    }
}

impl Actions {
    /// The action for a severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> Action {
        self.0[severity as usize]
    }

    /// Sets the action for a severity.
    pub fn set(&mut self, severity: Severity, action: Action) {
        self.0[severity as usize] = action;
    }
}

/// How many signed approvals a finding that asks for somebody to stand by it needs at push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals([u32; 5]);

impl Default for Approvals {
    fn default() -> Self {
        Self([0, 0, 0, 1, 2])
    }
}

impl Approvals {
    /// The number for a severity; 0: the author's acknowledgement does.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u32 {
        self.0[severity as usize]
    }

    /// Sets the number for a severity.
    pub fn set(&mut self, severity: Severity, count: u32) {
        self.0[severity as usize] = count;
    }
}

/// A place configuration is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file or folder; `dir:P` and `P` are the same.
    Path(String),
    /// Standard input.
    Stdin,
    /// The working tree, through the config set's patterns.
    Worktree,
    /// A revision of the git repository, and a path in it where one is given.
    Git {
        /// As git understands it.
        revision: String,
        /// From the repository's root; [`None`]: where the config set lies.
        path: Option<String>,
    },
    /// What is staged in git.
    Index,
    /// What was pushed last.
    Ledger,
    /// A kind this version cannot read yet; its spelling.
    Unsupported(String),
}

impl Source {
    /// Reads the spelling of the command line and the policy.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "-" => Self::Stdin,
            "worktree" => Self::Worktree,
            "index" => Self::Index,
            "ledger" => Self::Ledger,
            _ => match text.strip_prefix("git:") {
                Some(rest) => {
                    let (revision, path) = match rest.split_once(':') {
                        Some((revision, path)) => (revision, Some(in_repository(path))),
                        None => (rest, None),
                    };
                    Self::Git {
                        revision: revision.to_owned(),
                        path,
                    }
                }
                None => Self::Path(text.strip_prefix("dir:").unwrap_or(text).to_owned()),
            },
        }
    }
}

/// A path from the repository's root, as git names it.
fn in_repository(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/")
}

/// Where an environment's configuration is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder; `{set}` in it stands for the config set's name.
    Dir(String),
    /// A kind this version cannot read yet; its key in the policy.
    Unsupported(String),
}

impl Target {
    /// The folder for a config set: `{set}` stands for its name. [`None`] where it is none.
    #[must_use]
    pub fn folder(&self, set: &str) -> Option<String> {
        match self {
            Self::Dir(dir) => Some(dir.replace("{set}", set)),
            Self::Unsupported(_) => None,
        }
    }
}

/// One environment.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Environments that must vouch for a content first.
    pub after: Vec<String>,
    /// How long a release must have been live there.
    pub soak: Duration,
    /// How old a stamp may be.
    pub stamp_max_age: Duration,
    /// Where its configuration is put.
    pub target: Option<Target>,
    /// Where to read what is deployed, if not from the target.
    pub deployed: Option<Source>,
    /// What each severity leads to.
    pub actions: Actions,
    /// How many signed approvals each severity needs at push.
    pub approvals: Approvals,
    /// Refs that stand for it: what is pushed to one of them goes live there.
    pub refs: Vec<String>,
    /// Whether a refusal counts; adopting teams start without.
    pub enforce: bool,
}

impl ConfigSet {
    /// Whether the set exists in an environment.
    #[must_use]
    pub fn is_in(&self, environment: &str) -> bool {
        self.environments.is_empty() || self.environments.iter().any(|name| name == environment)
    }

    /// The keys that are not compared between environments, for one of them.
    #[must_use]
    pub fn masks(&self, environment: &str) -> Masks<'_> {
        let only = self.only_in.iter().find(|(name, _)| name == environment);
        Masks {
            per_env: &self.per_env,
            only_here: only.map_or(&[], |(_, patterns)| patterns.as_slice()),
        }
    }
}

/// A named set of files.
#[derive(Debug, Clone)]
pub struct ConfigSet {
    /// Its name.
    pub name: String,
    /// The file pattern; `{env}` stands for the environment's name.
    pub files: String,
    /// The environments that have it; empty: all.
    pub environments: Vec<String>,
    /// Keys whose values differ between environments.
    pub per_env: Vec<PathPattern>,
    /// Keys that only some environments have, by environment.
    pub only_in: Vec<(String, Vec<PathPattern>)>,
}

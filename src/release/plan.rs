//! From what is live to what is wanted: the files to write and to remove, in name order.

use std::collections::BTreeMap;

use crate::doc::digest::{hex, sha256};
use crate::ledger::Manifest;

/// A file as it is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its permission bits.
    pub mode: u32,
}

/// What is live: a set's files by path below the target.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// The files.
    pub files: BTreeMap<String, LiveFile>,
}

impl Live {
    /// The files' digests.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        Manifest::new(
            self.files
                .iter()
                .map(|(name, file)| (name.as_str(), sha256(&file.bytes))),
        )
    }
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its permission bits.
    pub mode: u32,
}

/// Permission bits of a file that was not there before: configuration is read by services.
const NEW_MODE: u32 = 0o644;

/// One file to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Path below the target.
    pub name: String,
    /// SHA-256 of what is there now; [`None`]: nothing.
    pub old: Option<String>,
    /// What is to be there; [`None`]: nothing.
    pub new: Option<NewFile>,
}

/// Everything to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In name order; files that stay are left out.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The steps from what is live to what is wanted, where a mode is given or kept.
    #[must_use]
    pub fn between(live: &Live, wanted: &BTreeMap<String, (Vec<u8>, Option<u32>)>) -> Self {
        let mut names: Vec<&String> = live.files.keys().chain(wanted.keys()).collect();
        names.sort();
        names.dedup();
        let steps = names
            .into_iter()
            .filter_map(|name| {
                let old = live.files.get(name);
                let new = wanted.get(name);
                if old.map(|file| &file.bytes) == new.map(|(bytes, _)| bytes) {
                    return None;
                }
                Some(Step {
                    name: name.clone(),
                    old: old.map(|file| hex(&sha256(&file.bytes))),
                    new: new.map(|(bytes, mode)| NewFile {
                        bytes: bytes.clone(),
                        mode: mode.or(old.map(|file| file.mode)).unwrap_or(NEW_MODE),
                    }),
                })
            })
            .collect();
        Self { steps }
    }

    /// Number of files to write and to remove.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let written = self.steps.iter().filter(|step| step.new.is_some()).count();
        (written, self.steps.len() - written)
    }
}

//! The files of a config set: matched by their name inside the set.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change::ChangeSet;
use super::walk::{TooMuch, compare_files};
use crate::doc::{Limits, Tree};
use crate::settings::DiffSettings;

/// One side of a comparison: trees by name inside the set.
pub type FileSide = BTreeMap<String, Arc<Tree>>;

/// Compares two sides, file by file in name order. A file that could not be compared within the
/// limits is returned apart: it is not without changes, it is undecided.
#[must_use]
pub fn compare_sets(
    old: &FileSide,
    new: &FileSide,
    settings: &DiffSettings,
    limits: &Limits,
) -> (ChangeSet, Vec<(String, TooMuch)>) {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    let mut set = ChangeSet::default();
    let mut failed = Vec::new();
    for name in names {
        match compare_files(name, old.get(name), new.get(name), settings, limits) {
            Ok(diff) if diff.changes.is_empty() && diff.notes.is_empty() => {}
            Ok(diff) => set.files.push(diff),
            Err(error) => failed.push((name.clone(), error)),
        }
    }
    (set, failed)
}

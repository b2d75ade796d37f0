//! What a rule may know besides the one value that it judges: the environment, the other changes, what the new side
//! refers to. Worked out when a rule first asks.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::fact::{Fact, facts_of};
use super::operator::reference::{By, Dangling, Known};
use crate::diff::{ChangeKind, ChangeSet};
use crate::doc::pattern::FoldedPath;
use crate::doc::{KeyPath, PathPattern, Tree};

/// The surroundings of every fact of one audit.
#[derive(Debug)]
pub struct World<'a> {
    changes: &'a ChangeSet,
    /// The environment that is judged for; empty without one.
    pub environment: &'a str,
    /// The names of every environment of the policy.
    pub environments: &'a [String],
    references: RefCell<Known>,
    /// For each list of patterns the paths of changes that match, with their files, up to two.
    changed: RefCell<BTreeMap<String, Vec<(String, KeyPath)>>>,
}

impl<'a> World<'a> {
    /// The surroundings of a set of changes.
    #[must_use]
    pub fn new(changes: &'a ChangeSet, environment: &'a str, environments: &'a [String]) -> Self {
        Self {
            changes,
            environment,
            environments,
            references: RefCell::default(),
            changed: RefCell::default(),
        }
    }

    /// Whether another change than this one matches one of the patterns.
    #[must_use]
    pub fn changed_elsewhere(&self, paths: &[PathPattern], fact: &Fact<'_>) -> bool {
        let key = paths.iter().map(PathPattern::text).collect::<Vec<_>>().join("\n");
        let mut changed = self.changed.borrow_mut();
        let found = changed.entry(key).or_insert_with(|| self.find_changed(paths));
        found
            .iter()
            .any(|(file, path)| *file != fact.file.name || *path != *fact.path)
    }

    fn find_changed(&self, paths: &[PathPattern]) -> Vec<(String, KeyPath)> {
        let mut out: Vec<(String, KeyPath)> = Vec::new();
        for file in &self.changes.files {
            for at in 0..file.changes.len() {
                for fact in facts_of(file, at).unwrap_or_default() {
                    let folded = FoldedPath::new(&fact.path);
                    if paths.iter().any(|pattern| pattern.matches(&folded)) {
                        out.push((file.name.clone(), fact.path.as_ref().clone()));
                        // One of them may be the change that asks.
                        if out.len() > 1 {
                            return out;
                        }
                    }
                }
            }
        }
        out
    }

    fn trees(&self) -> Vec<&'a Tree> {
        self.changes
            .all()
            .filter_map(|file| file.new.as_deref())
            .collect()
    }

    /// Whether the new side refers to something.
    #[must_use]
    pub fn refers(&self, by: &Dangling, sought: &(String, String)) -> bool {
        let key = by
            .within
            .iter()
            .map(PathPattern::text)
            .collect::<Vec<_>>()
            .join("\n");
        let key = format!("{:?}\n{key}", by.by);
        let mut known = self.references.borrow_mut();
        known
            .entry(key)
            .or_insert_with(|| by.references(&self.trees()))
            .as_ref()
            // What could not be looked at may refer to it.
            .is_none_or(|known| known.contains(sought))
    }

    /// Whether what went at one place stands under a path of the same shape elsewhere on the new side: another
    /// document may define what this one no longer does.
    #[must_use]
    pub fn still_defined(&self, fact: &Fact<'_>, by: By) -> bool {
        let (key, old) = (
            fact.path.last_key().unwrap_or_default(),
            fact.old_text().unwrap_or_default(),
        );
        self.changes.all().any(|file| {
            let Some(tree) = file.new.as_deref() else {
                return false;
            };
            tree.documents.iter().any(|root| {
                let mut at = Some(*root);
                for segment in &fact.path.segments {
                    at = at.and_then(|node| tree.get(node, segment.name()?));
                }
                let text = at.and_then(|id| tree.scalar(id)).map(|scalar| scalar.text.trim());
                match by {
                    By::Key => at.is_some() && !key.is_empty(),
                    By::Value | By::Pair => text == Some(old.trim()),
                }
            })
        })
    }

    /// Whether a fact is of a list whose order counts.
    #[must_use]
    pub fn reordered(fact: &Fact<'_>) -> bool {
        matches!(fact.kind, ChangeKind::Reordered | ChangeKind::Moved)
    }
}

//! What a value is to others: held against another key, changed together with others, or still referred to after
//! it went.

use std::collections::{BTreeMap, BTreeSet};

use super::Truth;
use super::ratio::Bounds;
use crate::doc::pattern::{FoldedPath, words};
use crate::doc::quantity::Quantity;
use crate::doc::{KeyPath, Kind, NodeId, PathPattern, Segment, Tree};
use crate::rules::fact::{Fact, MAX_VALUES, below};
use crate::rules::world::World;

/// A comparison with the value of another key of the same document: beside the value, or beside one of the tables
/// that it stands in, the nearest first.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The other key: names with dots between, folded.
    pub to: Vec<String>,
    /// A third key, by whose value this one is multiplied first.
    pub times: Option<Vec<String>>,
    /// Bounds on this value ÷ that value.
    pub bounds: Bounds,
    /// Whether the two must be (or must not be) the same text.
    pub eq: Option<bool>,
}

impl Reference {
    /// Holds the new value against the other key's.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>) -> Truth {
        let (Some(new), Some(tree), Some(root)) = (fact.new_text(), fact.new_tree(), fact.roots.new) else {
            return Truth::NoMatch;
        };
        let above = ancestors(tree, root, &fact.path);
        let find = |names: &[String]| above.iter().rev().find_map(|table| descend(tree, *table, names));
        let Some(other) = find(&self.to).filter(|id| Some(*id) != fact.new) else {
            return Truth::NotApplicable;
        };
        let Some(other) = tree.scalar(other) else {
            return Truth::NotApplicable;
        };
        if let Some(want) = self.eq {
            return Truth::of((new.trim() == other.text.trim()) == want);
        }
        let last = |names: &[String]| names.last().map(String::as_str).unwrap_or_default().to_owned();
        let quantity = |text: &str, key: &str| Quantity::parse_for_key(text, Some(key));
        let mine = quantity(new, fact.path.last_key().unwrap_or_default());
        let theirs = quantity(other.text, &last(&self.to));
        let Some((mine, theirs)) = mine.zip(theirs).and_then(|(mine, theirs)| mine.common(&theirs)) else {
            return Truth::NotApplicable;
        };
        let factor = match &self.times {
            None => 1.0,
            Some(names) => {
                let third = find(names).and_then(|id| tree.scalar(id));
                match third.and_then(|scalar| Quantity::parse(scalar.text)) {
                    Some(quantity) => quantity.value(),
                    None => return Truth::NotApplicable,
                }
            }
        };
        if theirs == 0.0 {
            return Truth::NotApplicable;
        }
        self.bounds.test_number(mine * factor / theirs)
    }
}

/// The tables and lists that a path leads through, from the root down; not the value itself.
fn ancestors(tree: &Tree, root: NodeId, path: &KeyPath) -> Vec<NodeId> {
    let mut out = vec![root];
    let mut at = root;
    for segment in path.segments.iter().take(path.segments.len().saturating_sub(1)) {
        let next = match (segment, tree.kind(at)) {
            (Segment::Key { name, .. }, Kind::Mapping(_)) => tree.get(at, name),
            (Segment::Index(index) | Segment::Item { index, .. }, Kind::Sequence(items)) => {
                items.get(*index).copied()
            }
            (Segment::Key { .. } | Segment::Index(_) | Segment::Item { .. }, _) => None,
        };
        let Some(next) = next else { break };
        out.push(next);
        at = next;
    }
    out
}

fn descend(tree: &Tree, from: NodeId, names: &[String]) -> Option<NodeId> {
    names.iter().try_fold(from, |at, name| match tree.kind(at) {
        Kind::Mapping(entries) => entries
            .iter()
            .find(|entry| {
                let key = tree.scalar(entry.key).map_or("", |scalar| scalar.text);
                words(key).replace('_', "") == *name
            })
            .map(|entry| entry.value),
        Kind::Scalar(_) | Kind::Sequence(_) => None,
    })
}

/// Other keys that changed with this one, or did not.
#[derive(Debug, Clone)]
pub struct Together {
    /// Where they are.
    pub paths: Vec<PathPattern>,
    /// Whether one of them must have changed, or none.
    pub changed: bool,
}

impl Together {
    /// Whether a change of the set, other than this one, matches.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>, world: &World<'_>) -> Truth {
        let other = world.changed_elsewhere(&self.paths, fact);
        Truth::of(other == self.changed)
    }
}

/// What of a value that went (or got another name) is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Its key.
    Key,
    /// Its text.
    Value,
    /// Both, as a key with this text.
    Pair,
}

impl By {
    /// Every way, for messages.
    pub const ALL: [(&'static str, Self); 3] =
        [("key", Self::Key), ("value", Self::Value), ("pair", Self::Pair)];
}

/// A reference that leads nowhere after the change.
#[derive(Debug, Clone)]
pub struct Dangling {
    /// What is referred to.
    pub by: By,
    /// Where references stand.
    pub within: Vec<PathPattern>,
}

impl Dangling {
    /// Whether the new side still refers to what went.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>, world: &World<'_>) -> Truth {
        if fact.old.is_none() || fact.is_container() {
            return Truth::NoMatch;
        }
        let Some(key) = fact.path.last_key() else {
            return Truth::NoMatch;
        };
        let old = fact.old_text().unwrap_or_default().trim();
        let gone = match self.by {
            By::Key => fact.new.is_none(),
            By::Value | By::Pair => fact.new_text().map(str::trim) != Some(old) && !old.is_empty(),
        };
        let sought = match self.by {
            By::Key => (key.to_owned(), String::new()),
            By::Value => (String::new(), old.to_owned()),
            By::Pair => (key.to_owned(), old.to_owned()),
        };
        Truth::of(gone && world.refers(self, &sought) && !world.still_defined(fact, self.by))
    }

    /// Everything that the new side refers to; [`None`] where that is more than is looked at.
    #[must_use]
    pub fn references(&self, trees: &[&Tree]) -> Option<BTreeSet<(String, String)>> {
        let mut out = BTreeSet::new();
        let mut seen = 0;
        for tree in trees {
            for root in &tree.documents {
                let mut visit = |path: KeyPath, id: NodeId| {
                    seen += 1;
                    let Some(scalar) = tree.scalar(id) else {
                        return seen < MAX_VALUES;
                    };
                    let folded = FoldedPath::new(&path);
                    if self.within.iter().any(|pattern| pattern.matches(&folded)) {
                        let key = path.last_key().unwrap_or_default().to_owned();
                        let text = scalar.text.trim().to_owned();
                        out.insert(match self.by {
                            By::Key => (key, String::new()),
                            By::Value => (String::new(), text),
                            By::Pair => (key, text),
                        });
                    }
                    seen < MAX_VALUES
                };
                below(tree, *root, &KeyPath::root(), &mut visit).ok()?;
            }
        }
        Some(out)
    }
}

/// What references were looked up already, by the operator that asks.
pub(crate) type Known = BTreeMap<String, Option<BTreeSet<(String, String)>>>;

//! What a comparison yields: changes at key paths, and what happened to each container's children.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::doc::digest::{Sha, sha_of, subtree};
use crate::doc::{KeyPath, NodeId, Span, Tree};

/// What happened at a key path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Another value of the same type.
    Changed,
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// The same list item at another position.
    Moved,
    /// A list of named items, or the documents of a file, in another order.
    Reordered,
    /// A value of another type, or with another tag.
    TypeChanged,
}

impl ChangeKind {
    /// The word of the JSON contract and of rules' `kinds`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Reordered => "reordered",
            Self::TypeChanged => "type_changed",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Changed,
        Self::Added,
        Self::Removed,
        Self::Moved,
        Self::Reordered,
        Self::TypeChanged,
    ];
}

/// One change. `old` and `new` are nodes of the file's two trees; a container stands for its subtree.
#[derive(Debug, Clone)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// Document index on the new side (on the old side where it was removed).
    pub document: usize,
    /// The document's root on each side.
    pub roots: Roots,
    /// Path on the new side (on the old side where it was removed).
    pub path: KeyPath,
    /// Path on the old side, where there is one.
    pub old_path: Option<KeyPath>,
    /// The old value.
    pub old: Option<NodeId>,
    /// The new value.
    pub new: Option<NodeId>,
    /// Where in the new file: the value, or the nearest surviving parent of what was removed.
    pub place: Span,
    /// For reorderings: for each item of the new side its old position. Where the documents of a file are in
    /// another order, the change has neither an old nor a new value.
    pub order: Vec<Option<usize>>,
    /// Whether the settings keep it out of sight. Rules see it.
    pub ignored: bool,
    /// The position of the change that happened to the same value at another place, where anchors or merge
    /// keys let one value stand in several; [`None`] for the first of them.
    pub same_as: Option<usize>,
}

/// The root of one document on each side; each belongs to that side's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roots {
    /// In the old tree.
    pub old: Option<NodeId>,
    /// In the new tree.
    pub new: Option<NodeId>,
}

/// A container that both sides have, whose direct children differ in number or identity.
#[derive(Debug, Clone)]
pub struct ContainerDelta {
    /// Document index on the new side.
    pub document: usize,
    /// The document's root on each side.
    pub roots: Roots,
    /// Path on the new side.
    pub path: KeyPath,
    /// The container on the old side.
    pub old: NodeId,
    /// The container on the new side.
    pub new: NodeId,
    /// Children only the old side has.
    pub removed: Vec<NodeId>,
    /// Children only the new side has.
    pub added: Vec<NodeId>,
}

/// The changes of one file.
#[derive(Debug, Clone)]
pub struct FileDiff {
    /// Name inside the config set.
    pub name: String,
    /// The name that it had, where it has another one now.
    pub renamed_from: Option<String>,
    /// The old side's tree.
    pub old: Option<Arc<Tree>>,
    /// The new side's tree.
    pub new: Option<Arc<Tree>>,
    /// Its changes, in reading order.
    pub changes: Vec<Change>,
    /// Its containers whose children came or went.
    pub containers: Vec<ContainerDelta>,
    /// Fallbacks the comparison took, for people to know.
    pub notes: Vec<String>,
    /// The lists that differ, by their key, and what told their items apart.
    pub matched: BTreeSet<(String, String)>,
    /// Positions of the documents that were compared with each other, old and new.
    pub documents: Vec<(usize, usize)>,
    /// For each pair of lists that differ, old and new: for each new item the position of the old one.
    pub lists: BTreeMap<(NodeId, NodeId), Vec<Option<usize>>>,
}

impl FileDiff {
    /// The changes that are shown, by their positions: each with those that say the same of the same value at
    /// other places. What the settings keep out of sight is left out unless `all` is asked for.
    #[must_use]
    pub fn shown(&self, all: bool) -> Vec<Shown> {
        let shared: BTreeSet<usize> = self.changes.iter().filter_map(|change| change.same_as).collect();
        let mut out: Vec<Shown> = Vec::new();
        let mut by_first: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, change) in self.changes.iter().enumerate() {
            if change.ignored && !all {
                continue;
            }
            let first = change.same_as.or_else(|| shared.get(&at).copied());
            if let Some(place) = first.and_then(|first| by_first.get(&first).copied()) {
                out[place].others.push(at);
                continue;
            }
            if let Some(first) = first {
                by_first.insert(first, out.len());
            }
            out.push(Shown {
                at,
                others: Vec::new(),
            });
        }
        out
    }

    /// Number of changes that the settings keep out of sight.
    #[must_use]
    pub fn ignored(&self) -> usize {
        self.changes.iter().filter(|change| change.ignored).count()
    }

    /// The path to show: where the file is now, else where it was.
    #[must_use]
    pub fn display(&self) -> &str {
        let tree = self.new.as_ref().or(self.old.as_ref());
        tree.map_or(&self.name, |tree| &tree.source().display)
    }

    /// The tree a node of this change lives in: the new side where there is one.
    #[must_use]
    pub fn tree_of(&self, change: &Change) -> Option<&Arc<Tree>> {
        if change.new.is_some() {
            self.new.as_ref()
        } else {
            self.old.as_ref()
        }
    }

    /// The content-bound fingerprint of a change (32 bytes): it dies with the value and survives
    /// reformatting. Where the value is `hidden`, the files' digests stand in for it, so that
    /// nothing can be guessed from the fingerprint.
    #[must_use]
    pub fn fingerprint(&self, change: &Change, hidden: bool, key: &FingerprintKey) -> Sha {
        let side = |tree: Option<&Arc<Tree>>, id: Option<NodeId>| match (tree, id) {
            (Some(tree), Some(_)) if hidden => *tree.source().sha256(),
            (Some(tree), Some(id)) => subtree(tree, id),
            (_, None) if change.kind == ChangeKind::Reordered => order_digest(&change.order),
            _ => [0; 32],
        };
        sha_of(&[
            b"tollgate/change/1",
            &key.0,
            self.name.as_bytes(),
            change.kind.word().as_bytes(),
            &(change.document as u64).to_be_bytes(),
            change.path.to_string().as_bytes(),
            &side(self.old.as_ref(), change.old),
            &side(self.new.as_ref(), change.new),
        ])
    }
}

fn order_digest(order: &[Option<usize>]) -> Sha {
    let text: Vec<String> = order.iter().map(|before| format!("{before:?}")).collect();
    sha_of(&text.iter().map(String::as_bytes).collect::<Vec<_>>())
}

/// A change to show, by its position among the changes of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The change.
    pub at: usize,
    /// Those that say the same of the same value at other places.
    pub others: Vec<usize>,
}

/// What ties fingerprints to one repository; empty outside of one.
#[derive(Debug, Clone, Default)]
pub struct FingerprintKey(pub Vec<u8>);

/// The changes of a config set, by file name.
#[derive(Debug, Clone, Default)]
pub struct ChangeSet {
    /// Files with changes or notes, by name.
    pub files: Vec<FileDiff>,
    /// Files without either, by name: what a change elsewhere may refer to.
    pub unchanged: Vec<FileDiff>,
}

impl ChangeSet {
    /// A file by its position, those without changes after the others.
    #[must_use]
    pub fn file(&self, at: usize) -> Option<&FileDiff> {
        self.files
            .get(at)
            .or_else(|| self.unchanged.get(at.checked_sub(self.files.len())?))
    }

    /// Every file, those without changes last.
    pub fn all(&self) -> impl Iterator<Item = &FileDiff> {
        self.files.iter().chain(&self.unchanged)
    }

    /// Number of changes that are shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.files.iter().map(|file| file.shown(false).len()).sum()
    }

    /// Number of changes that the settings keep out of sight.
    #[must_use]
    pub fn ignored(&self) -> usize {
        self.files.iter().map(FileDiff::ignored).sum()
    }

    /// Whether nothing changed, ignored or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.changes.is_empty())
    }
}

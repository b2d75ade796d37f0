//! The walk over two trees: maps by key here, lists in `list`, documents in `documents`.

use std::collections::HashMap;
use std::sync::Arc;

use super::change::{Change, ChangeKind, ContainerDelta, FileDiff, Roots};
use super::documents;
use super::hash::{Equal, Hashed, Hashes, same_scalar};
use crate::doc::pattern::FoldedPath;
use crate::doc::table::{key_text, named_children};
use crate::doc::{Entry, KeyPath, Kind, Limits, NodeId, PathPattern, Segment, Span, Tree};
use crate::settings::DiffSettings;

/// A comparison that would cost more than the limits allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the two versions differ in more places than tollgate compares ({0})")]
pub struct TooMuch(pub String);

/// Compares two versions of one file; either may be missing.
pub fn compare_files(
    name: &str,
    old: Option<&Arc<Tree>>,
    new: Option<&Arc<Tree>>,
    settings: &DiffSettings,
    limits: &Limits,
) -> Result<FileDiff, TooMuch> {
    let mut diff = FileDiff {
        name: name.to_owned(),
        old: old.cloned(),
        new: new.cloned(),
        changes: Vec::new(),
        containers: Vec::new(),
        notes: Vec::new(),
        matched: std::collections::BTreeSet::new(),
        documents: Vec::new(),
        lists: std::collections::BTreeMap::new(),
    };
    if let (Some(old), Some(new)) = (old, new)
        && old.source().sha256() == new.source().sha256()
    {
        return Ok(diff);
    }
    let empty = Arc::new(Tree::new(Arc::new(crate::doc::SourceFile::from_text(name, ""))));
    let old_tree = old.unwrap_or(&empty);
    let new_tree = new.unwrap_or(&empty);
    let (old_hashes, new_hashes) = (hashes(old_tree), hashes(new_tree));
    let mut walk = Walk {
        old: Hashed {
            tree: old_tree,
            hashes: &old_hashes,
        },
        new: Hashed {
            tree: new_tree,
            hashes: &new_hashes,
        },
        equal: Equal::default(),
        settings,
        limits,
        steps: 0,
        path_bytes: 0,
        at: Place {
            document: 0,
            roots: Roots::default(),
        },
        diff: &mut diff,
    };
    documents::compare(&mut walk)?;
    Ok(diff)
}

fn hashes(tree: &Tree) -> Hashes {
    Hashes::new(tree, tree.ids())
}

/// Which document the walk is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) document: usize,
    pub(super) roots: Roots,
}

pub(super) struct Walk<'w> {
    pub(super) old: Hashed<'w>,
    pub(super) new: Hashed<'w>,
    pub(super) equal: Equal,
    pub(super) settings: &'w DiffSettings,
    limits: &'w Limits,
    steps: u64,
    path_bytes: usize,
    pub(super) at: Place,
    pub(super) diff: &'w mut FileDiff,
}

/// The path of a pair on both sides.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    pub(super) old: KeyPath,
    pub(super) new: KeyPath,
}

impl Paths {
    pub(super) fn root() -> Self {
        Self {
            old: KeyPath::root(),
            new: KeyPath::root(),
        }
    }

    pub(super) fn both(&self, segment: &Segment) -> Self {
        Self {
            old: self.old.join(segment.clone()),
            new: self.new.join(segment.clone()),
        }
    }
}

type Step = Result<(), TooMuch>;

impl Walk<'_> {
    /// Whether two subtrees are the same value.
    pub(super) fn same(&mut self, old: NodeId, new: NodeId) -> bool {
        self.old.of(old) == self.new.of(new) && self.equal.same(self.old, old, self.new, new)
    }

    fn count(&mut self) -> Step {
        self.steps += 1;
        if self.steps > self.limits.comparisons {
            return Err(TooMuch(format!("{} comparisons", self.limits.comparisons)));
        }
        if self.diff.changes.len() >= self.limits.changes {
            return Err(TooMuch(format!("{} changes", self.limits.changes)));
        }
        Ok(())
    }

    /// Compares a pair of nodes. Depth is bounded by the parsers' limit.
    pub(super) fn pair(&mut self, paths: &Paths, old: NodeId, new: NodeId) -> Step {
        self.count()?;
        if self.same(old, new) {
            return Ok(());
        }
        if self.old.tree.tag(old) != self.new.tree.tag(new) {
            return self.value(ChangeKind::TypeChanged, paths, old, new);
        }
        match (self.old.tree.kind(old), self.new.tree.kind(new)) {
            (Kind::Scalar(a), Kind::Scalar(b)) => {
                let kind = if a.kind == b.kind {
                    ChangeKind::Changed
                } else {
                    ChangeKind::TypeChanged
                };
                debug_assert!(!same_scalar(a, b), "equal scalars hash equally");
                self.value(kind, paths, old, new)
            }
            (Kind::Mapping(_), Kind::Mapping(_)) => self.maps(paths, old, new),
            (Kind::Sequence(_), Kind::Sequence(_)) => self.lists(paths, old, new),
            _ => self.value(ChangeKind::TypeChanged, paths, old, new),
        }
    }

    fn value(&mut self, kind: ChangeKind, paths: &Paths, old: NodeId, new: NodeId) -> Step {
        self.push(kind, paths, Some(old), Some(new), self.new.tree.span(new))
    }

    pub(super) fn push(
        &mut self,
        kind: ChangeKind,
        paths: &Paths,
        old: Option<NodeId>,
        new: Option<NodeId>,
        place: Span,
    ) -> Step {
        self.count()?;
        self.path_bytes += cost(&paths.old) + cost(&paths.new);
        if self.path_bytes > self.limits.path_bytes {
            return Err(TooMuch(format!(
                "{} MB of key paths",
                self.limits.path_bytes / 1_000_000
            )));
        }
        let ignored = self.settings.ignores() && self.is_ignored(paths, old, new);
        self.diff.changes.push(Change {
            ignored,
            kind,
            document: self.at.document,
            roots: self.at.roots,
            path: if new.is_some() {
                paths.new.clone()
            } else {
                paths.old.clone()
            },
            old_path: old.map(|_| paths.old.clone()),
            old,
            new,
            place,
            order: Vec::new(),
        });
        Ok(())
    }

    /// Whether every value that a change touches is one to ignore.
    fn is_ignored(&self, paths: &Paths, old: Option<NodeId>, new: Option<NodeId>) -> bool {
        let roots = self.at.roots;
        let resource = |tree: &Tree, root: Option<NodeId>| {
            root.is_some_and(|root| {
                tree.get_text(root, "apiVersion").is_some() && tree.get_text(root, "kind").is_some()
            })
        };
        let resource = resource(self.new.tree, roots.new) || resource(self.old.tree, roots.old);
        let matches = |path: &KeyPath| {
            let folded = FoldedPath::new(path);
            let any = |patterns: &[PathPattern]| patterns.iter().any(|pattern| pattern.matches(&folded));
            any(&self.settings.ignore) || (resource && any(&self.settings.ignore_in_resources))
        };
        match (old, new) {
            (Some(_), Some(_)) => matches(&paths.new) && matches(&paths.old),
            (None, Some(id)) => matches(&paths.new) || all_below(self.new.tree, &paths.new, id, &matches),
            (Some(id), None) => matches(&paths.old) || all_below(self.old.tree, &paths.old, id, &matches),
            (None, None) => false,
        }
    }

    /// Where the loss of a child of `new` is shown: the start of what is left around it.
    pub(super) fn surviving(&self, new: NodeId) -> Span {
        let span = self.new.tree.span(new);
        Span::new(span.start as usize, span.start as usize)
    }

    pub(super) fn delta(
        &mut self,
        paths: &Paths,
        old: NodeId,
        new: NodeId,
        removed: Vec<NodeId>,
        added: Vec<NodeId>,
    ) {
        if removed.is_empty() && added.is_empty() {
            return;
        }
        self.diff.containers.push(ContainerDelta {
            document: self.at.document,
            roots: self.at.roots,
            path: paths.new.clone(),
            old,
            new,
            removed,
            added,
        });
    }

    fn maps(&mut self, paths: &Paths, old: NodeId, new: NodeId) -> Step {
        let (Kind::Mapping(theirs), Kind::Mapping(ours)) = (self.old.tree.kind(old), self.new.tree.kind(new))
        else {
            return Ok(());
        };
        let old_keys = keyed(self.old.tree, theirs);
        let new_keys = keyed(self.new.tree, ours);
        let old_index: HashMap<&Segment, usize> =
            old_keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
        let new_index: HashMap<&Segment, usize> =
            new_keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let mut shown = 0;
        for (at, key) in new_keys.iter().enumerate() {
            let here = paths.both(key);
            let Some(before) = old_index.get(key).copied() else {
                let value = ours[at].value;
                added.push(value);
                self.push(
                    ChangeKind::Added,
                    &here,
                    None,
                    Some(value),
                    self.new.tree.span(value),
                )?;
                continue;
            };
            // What was lost above this key on the old side is told before it.
            while shown < before {
                self.lost(
                    paths,
                    &old_keys[shown],
                    theirs[shown],
                    new,
                    &new_index,
                    &mut removed,
                )?;
                shown += 1;
            }
            self.pair(&here, theirs[before].value, ours[at].value)?;
        }
        for (key, entry) in old_keys.iter().zip(theirs).skip(shown) {
            self.lost(paths, key, *entry, new, &new_index, &mut removed)?;
        }
        self.delta(paths, old, new, removed, added);
        Ok(())
    }

    fn lost(
        &mut self,
        paths: &Paths,
        key: &Segment,
        entry: Entry,
        new: NodeId,
        new_index: &HashMap<&Segment, usize>,
        removed: &mut Vec<NodeId>,
    ) -> Step {
        if new_index.contains_key(key) {
            return Ok(());
        }
        removed.push(entry.value);
        self.push(
            ChangeKind::Removed,
            &paths.both(key),
            Some(entry.value),
            None,
            self.surviving(new),
        )
    }
}

/// Values looked at below something that came or went, to see whether all of it is to be ignored.
const MAX_BELOW: usize = 10_000;

/// Whether a container has values below it, and every one of them matches.
fn all_below(tree: &Tree, path: &KeyPath, id: NodeId, matches: &dyn Fn(&KeyPath) -> bool) -> bool {
    let mut stack = vec![(path.clone(), id)];
    let mut seen = 0;
    while let Some((path, id)) = stack.pop() {
        let below = named_children(tree, id);
        if below.is_empty() || seen > MAX_BELOW {
            return false;
        }
        for (segment, child) in below {
            seen += 1;
            let here = path.join(segment);
            if !matches(&here) {
                stack.push((here, child));
            }
        }
    }
    true
}

/// The keys of a mapping as path steps; repeated keys are numbered.
fn keyed(tree: &Tree, entries: &[Entry]) -> Vec<Segment> {
    let mut seen: HashMap<(String, bool), usize> = HashMap::with_capacity(entries.len());
    entries
        .iter()
        .map(|entry| {
            let (name, string) = key_text(tree, entry.key);
            let count = seen.entry((name.clone(), string)).or_insert(0);
            let nth = *count;
            *count += 1;
            Segment::Key { name, string, nth }
        })
        .collect()
}

/// Memory that a path takes, about.
fn cost(path: &KeyPath) -> usize {
    path.segments
        .iter()
        .map(|segment| 64 + segment.name().map_or(32, str::len))
        .sum()
}

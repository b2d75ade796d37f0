//! The walk over two trees: maps by key here, lists in `list`, documents in `documents`.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::sync::Arc;

use super::change::{Change, ChangeKind, ContainerDelta, FileDiff, Roots};
use super::documents;
use super::equal::Equal;
use crate::doc::pattern::FoldedPath;
use crate::doc::table::{children, key_text, named_children};
use crate::doc::{Entry, KeyPath, Kind, Limits, NodeId, Note, PathPattern, Segment, Span, Tree};
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
        renamed_from: None,
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
        diff.documents = (0..new.documents.len()).map(|at| (at, at)).collect();
        return Ok(diff);
    }
    let empty = Arc::new(Tree::new(Arc::new(crate::doc::SourceFile::from_text(name, ""))));
    let old_tree = old.unwrap_or(&empty);
    let new_tree = new.unwrap_or(&empty);
    let mut walk = Walk {
        old: old_tree,
        new: new_tree,
        equal: Equal::default(),
        settings,
        limits,
        steps: 0,
        path_bytes: 0,
        excused: 0,
        first: (old_tree.shares() || new_tree.shares()).then(HashMap::new),
        at: Place {
            document: 0,
            roots: Roots::default(),
        },
        diff: &mut diff,
    };
    documents::compare(&mut walk)?;
    diff.notes.extend(readings(old_tree, new_tree));
    if diff.changes.is_empty() && old.is_some() != new.is_some() {
        diff.changes.push(came_or_went(new.is_some()));
    }
    Ok(diff)
}

/// What a reader should know of how a file was read, on either side.
fn readings(old: &Tree, new: &Tree) -> Vec<String> {
    let text = [new, old]
        .into_iter()
        .flat_map(|tree| &tree.notes)
        .find_map(|note| match note {
            Note::ReadAsText(why) => Some(format!("compared as text, line by line: {why}")),
            Note::Sops(_) | Note::DialectsDisagree(_) => None,
        });
    let sops = [new, old]
        .into_iter()
        .flat_map(|tree| &tree.notes)
        .any(|note| matches!(note, Note::Sops(_)));
    let sops = sops.then(|| {
        "encrypted by SOPS: what it keeps for itself (keys, recipients, checksum) is not compared".to_owned()
    });
    // Quoting one of these, or not, is no change to us, and may be one to the program.
    let unlike = |tree: &Tree| {
        let notes = tree.notes.iter();
        notes
            .filter(|note| matches!(note, Note::DialectsDisagree(_)))
            .count()
    };
    let (before, now) = (unlike(old), unlike(new));
    let unlike = (before != now).then(|| {
        format!(
            "plain values that YAML 1.1 and 1.2 read differently (no, on, 0644): {before} before, {now} now"
        )
    });
    let mark = |tree: &Tree| tree.source().bom_len() > 0;
    let mark = (mark(old) != mark(new) && !(old.is_empty() || new.is_empty())).then(|| {
        let (came, went) = ("came", "went");
        let what = if mark(new) { came } else { went };
        format!("a byte order mark {what} at the start of the file: some readers stumble over one")
    });
    text.into_iter().chain(sops).chain(unlike).chain(mark).collect()
}

/// A file without any document came or went: that too is a change.
fn came_or_went(came: bool) -> Change {
    Change {
        kind: if came {
            ChangeKind::Added
        } else {
            ChangeKind::Removed
        },
        document: 0,
        roots: Roots::default(),
        path: KeyPath::root(),
        old_path: (!came).then(KeyPath::root),
        old: None,
        new: None,
        place: Span::empty(0),
        order: Vec::new(),
        ignored: false,
        same_as: None,
    }
}

/// Which document the walk is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) document: usize,
    pub(super) roots: Roots,
}

pub(super) struct Walk<'w> {
    pub(super) old: &'w Tree,
    pub(super) new: &'w Tree,
    pub(super) equal: Equal,
    pub(super) settings: &'w DiffSettings,
    limits: &'w Limits,
    steps: u64,
    path_bytes: usize,
    /// Lists found equal although their items stand in another order.
    pub(super) excused: usize,
    /// Where values may stand in several places (anchors, merge keys): the first change of each.
    first: Option<HashMap<Touched, usize>>,
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

/// What happened to which nodes.
type Touched = (ChangeKind, Option<NodeId>, Option<NodeId>);

impl Walk<'_> {
    /// Whether two subtrees are the same value.
    pub(super) fn same(&mut self, old: NodeId, new: NodeId) -> bool {
        self.old.hash(old) == self.new.hash(new) && self.equal.same(self.old, old, self.new, new)
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
        if self.old.tag(old) != self.new.tag(new) {
            return self.value(ChangeKind::TypeChanged, paths, old, new);
        }
        let before = (self.diff.changes.len(), self.excused);
        match (self.old.kind(old), self.new.kind(new)) {
            (Kind::Scalar(a), Kind::Scalar(b)) => {
                let kind = if a.kind == b.kind {
                    ChangeKind::Changed
                } else {
                    ChangeKind::TypeChanged
                };
                self.value(kind, paths, old, new)?;
            }
            (Kind::Mapping(_), Kind::Mapping(_)) => self.maps(paths, old, new)?,
            (Kind::Sequence(_), Kind::Sequence(_)) => self.lists(paths, old, new)?,
            (Kind::Scalar(_) | Kind::Mapping(_) | Kind::Sequence(_), _) => {
                self.value(ChangeKind::TypeChanged, paths, old, new)?;
            }
        }
        // They differ: should no step have said where, all of it is said to have changed.
        if before == (self.diff.changes.len(), self.excused) {
            return self.value(ChangeKind::Changed, paths, old, new);
        }
        Ok(())
    }

    fn value(&mut self, kind: ChangeKind, paths: &Paths, old: NodeId, new: NodeId) -> Step {
        self.push(kind, paths, Some(old), Some(new), self.new.span(new))
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
        let same_as = self.first_of(kind, old, new);
        self.diff.changes.push(Change {
            ignored,
            same_as,
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

    /// The change that happened to the same nodes at another place, if this one is not the first.
    fn first_of(&mut self, kind: ChangeKind, old: Option<NodeId>, new: Option<NodeId>) -> Option<usize> {
        let touched = match (old, new) {
            (Some(old), Some(new)) => (kind, Some(self.old.target(old)), Some(self.new.target(new))),
            // Two aliases that came or went are two changes; one merged entry is one.
            (old, new) => (kind, old, new),
        };
        let next = self.diff.changes.len();
        let first = *self.first.as_mut()?.entry(touched).or_insert(next);
        (first != next).then_some(first)
    }

    /// Whether every value that a change touches is one to ignore.
    fn is_ignored(&self, paths: &Paths, old: Option<NodeId>, new: Option<NodeId>) -> bool {
        let roots = self.at.roots;
        let resource = |tree: &Tree, root: Option<NodeId>| {
            root.is_some_and(|root| {
                tree.get_text(root, "apiVersion").is_some() && tree.get_text(root, "kind").is_some()
            })
        };
        let resource = resource(self.new, roots.new) || resource(self.old, roots.old);
        let matches = |path: &KeyPath| {
            // Whoever ignores a key ignores what is below it.
            (1..=path.segments.len()).any(|length| {
                let folded = FoldedPath::new(&KeyPath {
                    segments: path.segments[..length].to_vec(),
                });
                let any = |patterns: &[PathPattern]| patterns.iter().any(|pattern| pattern.matches(&folded));
                any(&self.settings.ignore) || (resource && any(&self.settings.ignore_in_resources))
            })
        };
        match (old, new) {
            (Some(_), Some(_)) => matches(&paths.new) && matches(&paths.old),
            (None, Some(id)) => matches(&paths.new) || all_below(self.new, &paths.new, id, &matches),
            (Some(id), None) => matches(&paths.old) || all_below(self.old, &paths.old, id, &matches),
            (None, None) => false,
        }
    }

    /// Where the loss of a child of `new` is shown: the start of what is left around it.
    pub(super) fn surviving(&self, new: NodeId) -> Span {
        let span = self.new.span(new);
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
        let (Kind::Mapping(theirs), Kind::Mapping(ours)) = (self.old.kind(old), self.new.kind(new)) else {
            return Ok(());
        };
        let partners = self.partners(theirs, ours);
        let mut kept = vec![false; theirs.len()];
        for before in partners.iter().flatten() {
            kept[*before] = true;
        }
        // Names are made only where something is said about them.
        let (old_names, new_names) = (Names::new(self.old, old), Names::new(self.new, new));
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let mut shown = 0;
        for (at, before) in partners.iter().enumerate() {
            let value = ours[at].value;
            let Some(before) = *before else {
                added.push(value);
                let here = paths.both(&new_names.of(at));
                let place = self.new.span(value);
                self.push(ChangeKind::Added, &here, None, Some(value), place)?;
                continue;
            };
            // What was lost above this key on the old side is told before it.
            for lost in (shown..before).filter(|lost| !kept[*lost]) {
                removed.push(theirs[lost].value);
                self.lost(&paths.both(&old_names.of(lost)), theirs[lost], new)?;
            }
            shown = shown.max(before + 1);
            if self.same(theirs[before].value, value) {
                self.count()?;
            } else {
                let here = Paths {
                    old: paths.old.join(old_names.of(before)),
                    new: paths.new.join(new_names.of(at)),
                };
                self.pair(&here, theirs[before].value, value)?;
            }
        }
        for lost in (shown..theirs.len()).filter(|lost| !kept[*lost]) {
            removed.push(theirs[lost].value);
            self.lost(&paths.both(&old_names.of(lost)), theirs[lost], new)?;
        }
        let ordered = self.old.ordered && self.new.ordered;
        if ordered && !partners.iter().flatten().is_sorted() {
            let place = self.new.span(new);
            self.push(ChangeKind::Reordered, paths, Some(old), Some(new), place)?;
            if let Some(change) = self.diff.changes.last_mut() {
                change.order = partners;
            }
        }
        self.delta(paths, old, new, removed, added);
        Ok(())
    }

    /// For each new entry the position of the old one under the same key; the n-th of several with one key
    /// is the n-th on the other side.
    fn partners(&mut self, theirs: &[Entry], ours: &[Entry]) -> Vec<Option<usize>> {
        let mut out: Vec<Option<usize>> = Vec::with_capacity(ours.len());
        // Most keys stand where they stood.
        if self.old.duplicates.is_empty() && self.new.duplicates.is_empty() {
            for (at, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                if !self.same(theirs.key, ours.key) {
                    break;
                }
                out.push(Some(at));
            }
        }
        let done = out.len();
        let mut places: HashMap<u128, (usize, Vec<usize>)> = HashMap::with_capacity(theirs.len() - done);
        for (at, entry) in theirs.iter().enumerate().skip(done).rev() {
            match places.entry(self.old.hash(entry.key)) {
                MapEntry::Vacant(free) => {
                    free.insert((at, Vec::new()));
                }
                MapEntry::Occupied(mut taken) => {
                    let (first, later) = taken.get_mut();
                    later.push(std::mem::replace(first, at));
                }
            }
        }
        for entry in &ours[done..] {
            let hash = self.new.hash(entry.key);
            let at = places.get(&hash).map(|(first, _)| *first);
            // Equal hashes of unequal keys (a made collision) are no match.
            let at = at.filter(|at| self.same(theirs[*at].key, entry.key));
            if at.is_some()
                && let Some((first, later)) = places.get_mut(&hash)
            {
                match later.pop() {
                    Some(next) => *first = next,
                    None => {
                        places.remove(&hash);
                    }
                }
            }
            out.push(at);
        }
        out
    }

    fn lost(&mut self, here: &Paths, entry: Entry, new: NodeId) -> Step {
        let place = self.surviving(new);
        self.push(ChangeKind::Removed, here, Some(entry.value), None, place)
    }
}

/// The keys of a mapping as path steps, made when they are asked for.
struct Names<'t> {
    tree: &'t Tree,
    id: NodeId,
    /// Where a file has keys that occur twice, they are numbered.
    numbered: OnceCell<Vec<Segment>>,
}

impl<'t> Names<'t> {
    fn new(tree: &'t Tree, id: NodeId) -> Self {
        Self {
            tree,
            id,
            numbered: OnceCell::new(),
        }
    }

    fn of(&self, at: usize) -> Segment {
        if let (true, Kind::Mapping(entries)) = (self.tree.duplicates.is_empty(), self.tree.kind(self.id))
            && let Some(entry) = entries.get(at)
        {
            let (name, string) = key_text(self.tree, entry.key);
            return Segment::Key { name, string, nth: 0 };
        }
        let all = self.numbered.get_or_init(|| {
            children(self.tree, self.id)
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        });
        all.get(at).cloned().unwrap_or(Segment::Index(at))
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

/// Memory that a path takes, about.
fn cost(path: &KeyPath) -> usize {
    path.segments
        .iter()
        .map(|segment| 64 + segment.name().map_or(32, str::len))
        .sum()
}

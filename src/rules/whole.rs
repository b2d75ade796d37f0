//! Rules about files, sets and parts of them as a whole: changes are counted as they are seen, and judged at the end.

use std::collections::BTreeMap;

use super::audit::Hit;
use super::fact::{Fact, MAX_VALUES, below};
use super::index::RuleIndex;
use super::message::render_whole;
use super::operator::aggregate::{Aggregate, Over, Tally};
use super::operator::{Condition, Truth};
use super::rule::Rule;
use crate::diff::{ChangeKind, ChangeSet, FileDiff, FingerprintKey};
use crate::doc::digest::sha_of;
use crate::doc::pattern::FoldedPath;
use crate::doc::{KeyPath, Kind, NodeId, Segment, Span, Tree};

/// What is counted together: a rule, a file (of the set: the first with a change), a document, a path.
type Scope = (usize, usize, usize, KeyPath);

/// What was counted so far.
#[derive(Debug)]
pub(super) struct Wholes {
    /// Which rules are over files and sets.
    of_values: Vec<bool>,
    /// Rules over tables and lists, by these.
    subtrees: RuleIndex,
    tallies: BTreeMap<Scope, Tally>,
    found: Vec<usize>,
}

/// What a rule said of one whole.
pub(super) struct Judged {
    pub(super) rule: usize,
    pub(super) hit: Option<Hit>,
}

impl Wholes {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let over = |rule: &Rule, subtree: bool| {
            aggregate(rule).is_some_and(|aggregate| (aggregate.over == Over::Subtree) == subtree)
        };
        Self {
            of_values: rules.iter().map(|rule| over(rule, false)).collect(),
            subtrees: RuleIndex::new(rules, |rule| over(rule, true)),
            tallies: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    /// Counts a fact in every whole that it is a part of.
    pub(super) fn count(
        &mut self,
        rules: &[Rule],
        (scope, covering): (&[bool], &[usize]),
        file: usize,
        fact: &Fact<'_>,
    ) {
        if fact.again || fact.is_container() {
            return;
        }
        for nth in covering {
            if !self.of_values[*nth] {
                continue;
            }
            let over = aggregate(&rules[*nth]).map(|aggregate| aggregate.over);
            let file = if over == Some(Over::Set) { usize::MAX } else { file };
            self.add((*nth, file, 0, KeyPath::root()), fact.kind);
        }
        if !self.subtrees.is_empty() {
            for length in 0..fact.path.segments.len() {
                let above = &fact.path.segments[..length];
                let mut found = std::mem::take(&mut self.found);
                self.subtrees.covering(above, &mut found);
                for nth in found.iter().filter(|nth| scope[**nth]) {
                    let path = KeyPath {
                        segments: above.to_vec(),
                    };
                    self.add((*nth, file, fact.document, path), fact.kind);
                }
                self.found = found;
            }
        }
    }

    fn add(&mut self, scope: Scope, kind: ChangeKind) {
        let tally = self.tallies.entry(scope).or_default();
        match kind {
            ChangeKind::Changed | ChangeKind::TypeChanged => tally.changed += 1,
            ChangeKind::Removed => tally.removed += 1,
            ChangeKind::Added => tally.added += 1,
            ChangeKind::Moved | ChangeKind::Reordered => {}
        }
    }

    /// Judges what was counted.
    pub(super) fn judge(&self, rules: &[Rule], changes: &ChangeSet, key: &FingerprintKey) -> Vec<Judged> {
        let judge = |(scope, tally): (&Scope, &Tally)| {
            let (rule, file, document, path) = scope;
            let aggregate = aggregate(&rules[*rule])?;
            let files: Vec<(usize, &FileDiff)> = match aggregate.over {
                Over::Set => changes.files.iter().enumerate().collect(),
                Over::File | Over::Subtree => vec![(*file, changes.files.get(*file)?)],
            };
            let base = base(&rules[*rule], aggregate.over, &files, *document, path);
            let hit = (aggregate.test(*tally, base) == Truth::Match)
                .then(|| hit(rules, (*rule, *tally, base), &files, (*document, path), key))
                .flatten();
            Some(Judged { rule: *rule, hit })
        };
        self.tallies.iter().filter_map(judge).collect()
    }
}

fn aggregate(rule: &Rule) -> Option<&Aggregate> {
    rule.when.iter().find_map(|condition| match condition {
        Condition::Aggregate(aggregate) => Some(aggregate),
        _ => None,
    })
}

/// How many values there were.
fn base(rule: &Rule, over: Over, files: &[(usize, &FileDiff)], document: usize, path: &KeyPath) -> usize {
    files
        .iter()
        .filter_map(|(_, file)| Some((*file, file.old.as_deref()?)))
        .map(|(file, old)| match over {
            Over::Subtree => {
                let before = file.documents.iter().find(|(_, new)| *new == document);
                let root = before.and_then(|(old_document, _)| old.documents.get(*old_document));
                let root = root.or_else(|| old.documents.get(document));
                root.and_then(|root| find(old, *root, &path.segments))
                    .map_or(0, |id| all_leaves(old, id))
            }
            Over::File | Over::Set => {
                let covered = |path: &KeyPath| {
                    let folded = FoldedPath::new(path);
                    rule.paths.iter().any(|pattern| pattern.matches(&folded))
                        && !rule.except.iter().any(|pattern| pattern.matches(&folded))
                };
                let roots = old.documents.iter();
                if rule.is_specific() {
                    roots.map(|root| leaves(old, *root, &covered)).sum()
                } else {
                    // A rule about everything: its exceptions are too few to matter for the share.
                    roots.map(|root| all_leaves(old, *root)).sum()
                }
            }
        })
        .sum()
}

/// How many values there are below a node, at paths that count.
fn leaves(tree: &Tree, id: NodeId, counts: &dyn Fn(&KeyPath) -> bool) -> usize {
    let (mut count, mut seen) = (0, 0);
    let mut visit = |path: KeyPath, id: NodeId| {
        count += usize::from(tree.scalar(id).is_some() && counts(&path));
        seen += 1;
        seen < MAX_VALUES
    };
    let _ = below(tree, id, &KeyPath::root(), &mut visit);
    count
}

/// How many values there are below a node. Beyond what is looked at it is fewer, so that a share only gets larger.
fn all_leaves(tree: &Tree, id: NodeId) -> usize {
    let (mut count, mut seen) = (0, 0);
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        seen += 1;
        if seen > MAX_VALUES {
            break;
        }
        match tree.kind(id) {
            Kind::Scalar(_) => count += 1,
            Kind::Sequence(items) => stack.extend(items),
            Kind::Mapping(entries) => stack.extend(entries.iter().map(|entry| entry.value)),
        }
    }
    count
}

/// The node at a path, whose items may stand elsewhere in their list on this side.
fn find(tree: &Tree, root: NodeId, path: &[Segment]) -> Option<NodeId> {
    path.iter().try_fold(root, |at, segment| {
        let rows = crate::doc::table::named_children(tree, at);
        let same = |other: &Segment| match (segment, other) {
            (Segment::Item { by, .. }, Segment::Item { by: others, .. }) => by == others,
            _ => segment == other,
        };
        rows.into_iter().find(|(other, _)| same(other)).map(|(_, id)| id)
    })
}

fn hit(
    rules: &[Rule],
    (nth, tally, base): (usize, Tally, usize),
    files: &[(usize, &FileDiff)],
    (document, path): (usize, &KeyPath),
    key: &FingerprintKey,
) -> Option<Hit> {
    let (file, first) = files.iter().find(|(_, file)| !file.changes.is_empty())?;
    let place = match first.new.as_deref() {
        Some(tree) => {
            let root = tree.documents.get(document);
            let id = root.and_then(|root| find(tree, *root, &path.segments));
            id.map_or(Span::empty(0), |id| Span::empty(tree.span(id).start as usize))
        }
        None => Span::empty(0),
    };
    let mut parts: Vec<Vec<u8>> = vec![
        b"tollgate/whole/1".to_vec(),
        key.0.clone(),
        path.to_string().into_bytes(),
    ];
    for (_, file) in files {
        parts.push(file.name.clone().into_bytes());
        for tree in [&file.old, &file.new] {
            let roots = tree.as_deref().map(|tree| (tree, tree.documents.as_slice()));
            let hashes = roots
                .into_iter()
                .flat_map(|(tree, roots)| roots.iter().map(|root| tree.hash(*root)));
            parts.push(hashes.flat_map(u128::to_be_bytes).collect());
        }
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Some(Hit {
        rule: nth,
        file: *file,
        document,
        path: path.clone(),
        place,
        old_place: None,
        message: render_whole(&rules[nth].message, path, tally, base),
        already: false,
        fingerprint: sha_of(&parts),
    })
}

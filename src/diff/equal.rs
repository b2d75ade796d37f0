//! Whether two subtrees are the same typed value: their hashes as a hint, a comparison as the proof.

use std::collections::HashSet;

use crate::doc::{Entry, Kind, NodeId, Scalar, Tree};

/// Confirms equality of subtrees whose hashes agree. Each pair of nodes is confirmed once.
#[derive(Debug, Default)]
pub(super) struct Equal {
    confirmed: HashSet<(NodeId, NodeId)>,
}

impl Equal {
    /// Whether two subtrees are the same typed value.
    pub(super) fn same(&mut self, old: &Tree, a: NodeId, new: &Tree, b: NodeId) -> bool {
        // Scalars, which are most of all nodes, need no memory.
        if old.scalar(a).is_some() {
            return same_node(old, a, new, b);
        }
        // What a comparison found equal on its way counts only once all of it is.
        let mut on_the_way: Vec<(NodeId, NodeId)> = Vec::new();
        let mut seen: HashSet<(NodeId, NodeId)> = HashSet::new();
        let mut stack = vec![(a, b)];
        while let Some((a, b)) = stack.pop() {
            let pair = (old.target(a), new.target(b));
            if !same_node(old, pair.0, new, pair.1) {
                return false;
            }
            if matches!(old.kind(pair.0), Kind::Scalar(_)) || self.confirmed.contains(&pair) {
                continue;
            }
            if seen.insert(pair) {
                on_the_way.push(pair);
                children(old, pair.0, new, pair.1, &mut stack);
            }
        }
        self.confirmed.extend(on_the_way);
        true
    }
}

/// Whether two nodes agree in what they are apart from their children.
fn same_node(old: &Tree, a: NodeId, new: &Tree, b: NodeId) -> bool {
    if old.hash(a) != new.hash(b) || old.tag(a) != new.tag(b) {
        return false;
    }
    match (old.kind(a), new.kind(b)) {
        (Kind::Scalar(left), Kind::Scalar(right)) => same_scalar(left, right),
        (Kind::Sequence(left), Kind::Sequence(right)) => left.len() == right.len(),
        (Kind::Mapping(left), Kind::Mapping(right)) => left.len() == right.len(),
        (Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_), _) => false,
    }
}

/// The pairs of children of two containers of one kind and length; those of mappings by their keys.
fn children(old: &Tree, a: NodeId, new: &Tree, b: NodeId, stack: &mut Vec<(NodeId, NodeId)>) {
    match (old.kind(a), new.kind(b)) {
        (Kind::Sequence(left), Kind::Sequence(right)) => {
            stack.extend(left.iter().copied().zip(right.iter().copied()));
        }
        (Kind::Mapping(left), Kind::Mapping(right)) => {
            // In one order on both sides; repeated keys keep theirs.
            let in_order = |side: &Tree, entries: &[Entry]| {
                let mut rows: Vec<_> = entries
                    .iter()
                    .map(|entry| (side.hash(entry.key), entry.key, entry.value))
                    .collect();
                if !side.ordered {
                    rows.sort_by_key(|(key, ..)| *key);
                }
                rows
            };
            for ((_, ka, va), (_, kb, vb)) in in_order(old, left).into_iter().zip(in_order(new, right)) {
                stack.push((ka, kb));
                stack.push((va, vb));
            }
        }
        (Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_), _) => {}
    }
}

/// Same kind and same exact value.
pub(super) fn same_scalar(a: Scalar<'_>, b: Scalar<'_>) -> bool {
    a.kind == b.kind && (a.text == b.text || a.canonical() == b.canonical())
}

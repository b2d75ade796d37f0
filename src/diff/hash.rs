//! Typed 128-bit hashes of every subtree, in one pass. Equal hashes are a hint: the walk confirms
//! equality by comparing, because a fast hash can be made to collide.

use std::collections::HashSet;

use xxhash_rust::xxh3::Xxh3;

use crate::doc::{Entry, Kind, NodeId, Scalar, Tree};

/// Hashes by arena index.
#[derive(Debug)]
pub(super) struct Hashes(Vec<u128>);

impl Hashes {
    /// Hashes every node of a tree; children come before parents in an arena.
    pub(super) fn new(tree: &Tree, ids: impl Iterator<Item = NodeId>) -> Self {
        let mut hashes: Vec<u128> = Vec::with_capacity(tree.len());
        for id in ids {
            let target = tree.target(id);
            let hash = if target == id {
                own_hash(tree, id, &hashes)
            } else {
                hashes[target.index()]
            };
            hashes.push(hash);
        }
        Self(hashes)
    }

    /// The hash of a node.
    pub(super) fn of(&self, id: NodeId) -> u128 {
        self.0.get(id.index()).copied().unwrap_or(0)
    }
}

fn own_hash(tree: &Tree, id: NodeId, hashes: &[u128]) -> u128 {
    let mut hasher = Xxh3::new();
    let tag = tree.tag(id).unwrap_or("");
    hasher.update(&(tag.len() as u64).to_le_bytes());
    hasher.update(tag.as_bytes());
    match tree.kind(id) {
        Kind::Scalar(scalar) => {
            hasher.update(scalar.kind.word().as_bytes());
            hasher.update(b"=");
            hasher.update(scalar.canonical().as_bytes());
        }
        Kind::Sequence(items) => {
            hasher.update(b"[");
            for item in items {
                hasher.update(&hashes[item.index()].to_le_bytes());
            }
        }
        Kind::Mapping(entries) => {
            hasher.update(b"{");
            let mut pairs: Vec<(u128, u128)> = entries
                .iter()
                .map(|entry| (hashes[entry.key.index()], hashes[entry.value.index()]))
                .collect();
            // Stable: repeated keys keep their order, which decides which one a reader takes.
            pairs.sort_by_key(|(key, _)| *key);
            for (key, value) in pairs {
                hasher.update(&key.to_le_bytes());
                hasher.update(&value.to_le_bytes());
            }
        }
    }
    hasher.digest128()
}

/// Confirms equality of subtrees whose hashes agree. Each pair of nodes is confirmed once.
#[derive(Debug, Default)]
pub(super) struct Equal {
    confirmed: HashSet<(NodeId, NodeId)>,
}

/// A tree with its hashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashed<'t> {
    pub(super) tree: &'t Tree,
    pub(super) hashes: &'t Hashes,
}

impl Hashed<'_> {
    pub(super) fn of(&self, id: NodeId) -> u128 {
        self.hashes.of(id)
    }
}

impl Equal {
    /// Whether two subtrees are the same typed value.
    pub(super) fn same(&mut self, old: Hashed<'_>, a: NodeId, new: Hashed<'_>, b: NodeId) -> bool {
        // Scalars, which are most of all nodes, need no memory.
        if old.tree.scalar(a).is_some() {
            return same_node(old, a, new, b);
        }
        // What a comparison found equal on its way counts only once all of it is.
        let mut on_the_way: Vec<(NodeId, NodeId)> = Vec::new();
        let mut seen: HashSet<(NodeId, NodeId)> = HashSet::new();
        let mut stack = vec![(a, b)];
        while let Some((a, b)) = stack.pop() {
            let pair = (old.tree.target(a), new.tree.target(b));
            if !same_node(old, pair.0, new, pair.1) {
                return false;
            }
            if matches!(old.tree.kind(pair.0), Kind::Scalar(_)) || self.confirmed.contains(&pair) {
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
fn same_node(old: Hashed<'_>, a: NodeId, new: Hashed<'_>, b: NodeId) -> bool {
    if old.of(a) != new.of(b) || old.tree.tag(a) != new.tree.tag(b) {
        return false;
    }
    match (old.tree.kind(a), new.tree.kind(b)) {
        (Kind::Scalar(left), Kind::Scalar(right)) => same_scalar(left, right),
        (Kind::Sequence(left), Kind::Sequence(right)) => left.len() == right.len(),
        (Kind::Mapping(left), Kind::Mapping(right)) => left.len() == right.len(),
        (Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_), _) => false,
    }
}

/// The pairs of children of two containers of one kind and length; those of mappings by their keys.
fn children(old: Hashed<'_>, a: NodeId, new: Hashed<'_>, b: NodeId, stack: &mut Vec<(NodeId, NodeId)>) {
    match (old.tree.kind(a), new.tree.kind(b)) {
        (Kind::Sequence(left), Kind::Sequence(right)) => {
            stack.extend(left.iter().copied().zip(right.iter().copied()));
        }
        (Kind::Mapping(left), Kind::Mapping(right)) => {
            // In one order on both sides; repeated keys keep theirs.
            let in_order = |side: Hashed<'_>, entries: &[Entry]| {
                let mut rows: Vec<_> = entries
                    .iter()
                    .map(|entry| (side.of(entry.key), entry.key, entry.value))
                    .collect();
                rows.sort_by_key(|(key, ..)| *key);
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

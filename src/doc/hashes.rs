//! Typed 128-bit hashes of every subtree, in one pass. Equal hashes are a hint: whoever relies on equality
//! confirms it by comparing, because a fast hash can be made to collide.

use xxhash_rust::xxh3::Xxh3;

use super::{Kind, NodeId, Tree};

/// The hashes of a tree's nodes, by their positions; children come before parents in an arena.
pub(super) fn hashes(tree: &Tree) -> Vec<u128> {
    let mut hashes: Vec<u128> = Vec::with_capacity(tree.len());
    let mut pairs: Vec<(u128, u128)> = Vec::new();
    for id in tree.ids() {
        let target = tree.target(id);
        let hash = if target == id {
            own_hash(tree, id, &hashes, &mut pairs)
        } else {
            hashes[target.index()]
        };
        hashes.push(hash);
    }
    hashes
}

/// Key order does not count; item order does.
fn own_hash(tree: &Tree, id: NodeId, hashes: &[u128], pairs: &mut Vec<(u128, u128)>) -> u128 {
    let mut hasher = Xxh3::new();
    if let Some(tag) = tree.tag(id) {
        hasher.update(b"!");
        hasher.update(&(tag.len() as u64).to_le_bytes());
        hasher.update(tag.as_bytes());
    }
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
            pairs.clear();
            pairs.extend(
                entries
                    .iter()
                    .map(|entry| (hashes[entry.key.index()], hashes[entry.value.index()])),
            );
            // Stable: repeated keys keep their order among each other.
            pairs.sort_by_key(|(key, _)| *key);
            for (key, value) in pairs.iter() {
                hasher.update(&key.to_le_bytes());
                hasher.update(&value.to_le_bytes());
            }
        }
    }
    hasher.digest128()
}

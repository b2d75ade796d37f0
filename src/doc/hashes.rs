//! Typed 128-bit hashes of every subtree, in one pass. Equal hashes are a hint: whoever relies on equality
//! confirms it by comparing, because a fast hash can be made to collide.

use xxhash_rust::xxh3::xxh3_128;

use super::{Entry, Kind, NodeId, Tree};

/// The hashes of a tree's nodes, by their positions; children come before parents in an arena.
pub(super) fn hashes(tree: &Tree) -> Vec<u128> {
    let mut hashes: Vec<u128> = Vec::with_capacity(tree.len());
    let mut writer = Writer::default();
    for id in tree.ids() {
        let target = tree.target(id);
        let hash = if target == id {
            writer.hash(tree, id, &hashes)
        } else {
            hashes[target.index()]
        };
        hashes.push(hash);
    }
    hashes
}

/// Room that is used again for every node.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    pairs: Vec<(u128, u128)>,
}

impl Writer {
    /// Key order does not count, but where the syntax says so; item order does.
    fn hash(&mut self, tree: &Tree, id: NodeId, hashes: &[u128]) -> u128 {
        self.bytes.clear();
        if let Some(tag) = tree.tag(id) {
            self.bytes.push(b'!');
            self.bytes.extend((tag.len() as u64).to_le_bytes());
            self.bytes.extend(tag.as_bytes());
        }
        match tree.kind(id) {
            Kind::Scalar(scalar) => {
                self.bytes.extend(scalar.kind.word().as_bytes());
                self.bytes.push(b'=');
                self.bytes.extend(scalar.canonical().as_bytes());
            }
            Kind::Sequence(items) => {
                self.bytes.push(b'[');
                for item in items {
                    self.bytes.extend(hashes[item.index()].to_le_bytes());
                }
            }
            Kind::Mapping(entries) => {
                self.bytes.push(b'{');
                self.pairs.clear();
                let pair = |entry: &Entry| (hashes[entry.key.index()], hashes[entry.value.index()]);
                self.pairs.extend(entries.iter().map(pair));
                // Stable: repeated keys keep their order among each other.
                if !tree.ordered {
                    self.pairs.sort_by_key(|(key, _)| *key);
                }
                for (key, value) in &self.pairs {
                    self.bytes.extend(key.to_le_bytes());
                    self.bytes.extend(value.to_le_bytes());
                }
            }
        }
        xxh3_128(&self.bytes)
    }
}

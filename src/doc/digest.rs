//! Typed digests of subtrees: equal digests mean the same typed value, whatever its spelling.
//! A Merkle construction, so that aliases cost nothing however often they are used.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{Kind, NodeId, Tree};

/// A SHA-256 digest.
pub type Sha = [u8; 32];

/// SHA-256 over parts, each preceded by its length, so that no two lists of parts share bytes.
#[must_use]
pub fn sha_of(parts: &[&[u8]]) -> Sha {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// A digest from its 64 hexadecimal digits.
#[must_use]
pub fn from_hex(hex: &str) -> Option<Sha> {
    let mut out = [0_u8; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(out)
}

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Sha {
    Sha256::digest(bytes).into()
}

/// The typed digest of the subtree at `id`. Key order does not count; item order does. Depth is
/// bounded by the parsers' limit, so that recursion is safe.
#[must_use]
pub fn subtree(tree: &Tree, id: NodeId) -> Sha {
    let mut memo = HashMap::new();
    walk(tree, id, &mut memo)
}

fn walk(tree: &Tree, id: NodeId, memo: &mut HashMap<NodeId, Sha>) -> Sha {
    let id = tree.target(id);
    if let Some(known) = memo.get(&id) {
        return *known;
    }
    let tag = tree.tag(id).unwrap_or("").as_bytes();
    let digest = match tree.kind(id) {
        Kind::Scalar(scalar) => sha_of(&[
            b"scalar",
            tag,
            scalar.kind.word().as_bytes(),
            scalar.canonical().as_bytes(),
        ]),
        Kind::Sequence(items) => {
            let parts: Vec<Sha> = items.iter().map(|item| walk(tree, *item, memo)).collect();
            combine(b"list", tag, &parts)
        }
        Kind::Mapping(entries) => {
            let mut parts: Vec<Sha> = entries
                .iter()
                .map(|entry| {
                    let key = walk(tree, entry.key, memo);
                    let value = walk(tree, entry.value, memo);
                    sha_of(&[&key, &value])
                })
                .collect();
            parts.sort_unstable();
            combine(b"map", tag, &parts)
        }
    };
    memo.insert(id, digest);
    digest
}

fn combine(kind: &[u8], tag: &[u8], parts: &[Sha]) -> Sha {
    let mut all: Vec<&[u8]> = vec![kind, tag];
    all.extend(parts.iter().map(<[u8; 32]>::as_slice));
    sha_of(&all)
}

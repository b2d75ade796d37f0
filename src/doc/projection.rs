//! `proj-1`: the canonical bytes of a config set whose SHA-256 a stamp signs. Typed and lossless, so that
//! two contents share bytes only if every program reads them alike; values that differ between
//! environments are masked by their type. `docs/proj-1.md` specifies it for others.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::digest::Sha;
use super::table::named_children;
use super::{KeyPath, Kind, NodeId, Note, PathPattern, Segment, Tree};

/// The first line of the bytes, and the name of the algorithm in a stamp.
pub const ALGORITHM: &str = "proj-1";

/// Bytes that a projection may have; aliases can multiply a small file.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Keys that are not compared between environments.
#[derive(Debug, Clone, Copy, Default)]
pub struct Masks<'p> {
    /// Keys whose values differ: their type stays, their value does not.
    pub per_env: &'p [PathPattern],
    /// Keys that only this environment has: left out, with what becomes empty by that.
    pub only_here: &'p [PathPattern],
}

/// The projection would be larger than any configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the content writes out more than {} MiB", MAX_BYTES / 1024 / 1024)]
pub struct TooLarge;

/// The canonical bytes of a set's files, by their names in the set.
pub fn projection(
    set: &str,
    files: &BTreeMap<String, Arc<Tree>>,
    masks: Masks<'_>,
) -> Result<Vec<u8>, TooLarge> {
    let mut writer = Writer {
        out: format!("tollgate-{ALGORITHM}\n").into_bytes(),
        masks,
        path: KeyPath::root(),
    };
    writer.text(b's', set);
    for (name, tree) in files {
        writer.file(name, tree)?;
    }
    Ok(writer.out)
}

/// The digest that a stamp has as its subject.
pub fn subject(set: &str, files: &BTreeMap<String, Arc<Tree>>, masks: Masks<'_>) -> Result<Sha, TooLarge> {
    Ok(Sha256::digest(projection(set, files, masks)?).into())
}

impl Masks<'_> {
    fn is_empty(&self) -> bool {
        self.per_env.is_empty() && self.only_here.is_empty()
    }

    /// Whether a key path is left out of the proof: masked or only here, itself or with something above it.
    #[must_use]
    pub fn cover(&self, path: &KeyPath) -> bool {
        (1..=path.segments.len()).any(|length| {
            let path = KeyPath {
                segments: path.segments[..length].to_vec(),
            };
            matches(self.per_env, &path) || matches(self.only_here, &path)
        })
    }
}

fn matches(patterns: &[PathPattern], path: &KeyPath) -> bool {
    patterns.iter().any(|pattern| pattern.matches_path(path))
}

struct Writer<'p> {
    out: Vec<u8>,
    masks: Masks<'p>,
    path: KeyPath,
}

impl Writer<'_> {
    /// A type letter, the length in bytes, a colon, the bytes.
    fn text(&mut self, letter: u8, text: &str) {
        self.out.push(letter);
        self.out.extend_from_slice(text.len().to_string().as_bytes());
        self.out.push(b':');
        self.out.extend_from_slice(text.as_bytes());
    }

    fn file(&mut self, name: &str, tree: &Tree) -> Result<(), TooLarge> {
        let start = self.out.len();
        let as_text = tree.notes.iter().any(|note| matches!(note, Note::ReadAsText(_)));
        self.out.push(b'F');
        self.text(b's', name);
        self.out.push(if as_text { b'T' } else { b'D' });
        self.out.push(b'(');
        let mut left = 0_usize;
        for root in &tree.documents {
            left += usize::from(self.value(tree, *root)?);
        }
        self.out.push(b')');
        // A file that only this environment has, key by key, is one that the others need not have.
        if left == 0 && !tree.documents.is_empty() {
            self.out.truncate(start);
        }
        Ok(())
    }

    /// Writes a value; `false` and nothing written where it is only here. Depth is bounded by the parsers.
    fn value(&mut self, tree: &Tree, id: NodeId) -> Result<bool, TooLarge> {
        if self.out.len() > MAX_BYTES {
            return Err(TooLarge);
        }
        if !self.path.segments.is_empty() && !self.masks.is_empty() {
            if matches(self.masks.only_here, &self.path) {
                return Ok(false);
            }
            if matches(self.masks.per_env, &self.path) {
                self.text(b'e', tree.kind(id).word());
                return Ok(true);
            }
        }
        let start = self.out.len();
        if let Some(tag) = tree.tag(id) {
            self.text(b'!', tag);
        }
        let kept = match tree.kind(id) {
            Kind::Scalar(scalar) => {
                // Programs disagree on what this is: it is only ever the same as itself.
                if scalar.kind == super::ScalarKind::Encrypted {
                    // The same secret has another ciphertext in each environment.
                    self.text(b'e', "encrypted");
                } else if tree.is_ambiguous(id) {
                    self.text(b'a', scalar.text);
                } else {
                    let letter = scalar.kind.word().as_bytes().first().copied().unwrap_or(b'?');
                    self.text(letter, &scalar.canonical());
                }
                true
            }
            Kind::Sequence(_) => self.list(tree, id)?,
            Kind::Mapping(_) => self.map(tree, id)?,
        };
        if !kept {
            self.out.truncate(start);
        }
        Ok(kept)
    }

    fn list(&mut self, tree: &Tree, id: NodeId) -> Result<bool, TooLarge> {
        let children = self.steps(tree, id);
        let mut left = 0_usize;
        self.out.push(b'[');
        for (segment, child) in &children {
            left += usize::from(self.below(segment.as_ref(), tree, *child)?);
        }
        self.out.push(b']');
        Ok(left > 0 || children.is_empty())
    }

    fn map(&mut self, tree: &Tree, id: NodeId) -> Result<bool, TooLarge> {
        let Kind::Mapping(entries) = tree.kind(id) else {
            return Ok(true);
        };
        let children = self.steps(tree, id);
        let mut rows = Vec::with_capacity(entries.len());
        for (entry, (segment, child)) in entries.iter().zip(children) {
            let mut key = Writer {
                out: Vec::new(),
                masks: Masks::default(),
                path: KeyPath::root(),
            };
            key.value(tree, entry.key)?;
            rows.push((key.out, segment, child));
        }
        // Stable: repeated keys keep their order, which decides which one a reader takes.
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let mut left = 0_usize;
        self.out.push(b'{');
        for (key, segment, child) in &rows {
            let start = self.out.len();
            self.out.extend_from_slice(key);
            if self.below(segment.as_ref(), tree, *child)? {
                left += 1;
            } else {
                self.out.truncate(start);
            }
        }
        self.out.push(b'}');
        Ok(left > 0 || rows.is_empty())
    }

    fn below(&mut self, segment: Option<&Segment>, tree: &Tree, id: NodeId) -> Result<bool, TooLarge> {
        let Some(segment) = segment else {
            return self.value(tree, id);
        };
        self.path.segments.push(segment.clone());
        let kept = self.value(tree, id);
        self.path.segments.pop();
        kept
    }

    /// The children, with the steps that lead to them where there is a mask to hold against them.
    fn steps(&self, tree: &Tree, id: NodeId) -> Vec<(Option<Segment>, NodeId)> {
        if !self.masks.is_empty() {
            return named_children(tree, id)
                .into_iter()
                .map(|(segment, child)| (Some(segment), child))
                .collect();
        }
        match tree.kind(id) {
            Kind::Scalar(_) => Vec::new(),
            Kind::Sequence(items) => items.iter().map(|item| (None, *item)).collect(),
            Kind::Mapping(entries) => entries.iter().map(|entry| (None, entry.value)).collect(),
        }
    }
}

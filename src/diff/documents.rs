//! The documents of a file: by Kubernetes identity where they have one, else by content, then by position.

use std::collections::HashMap;

use super::align::{align, unmatched};
use super::change::{ChangeKind, Roots};
use super::identity::document_identity;
use super::walk::{Paths, Place, TooMuch, Walk};
use crate::doc::{NodeId, Span};

/// Compares all documents of both sides.
pub(super) fn compare(walk: &mut Walk<'_>) -> Result<(), TooMuch> {
    let theirs = walk.old.tree.documents.clone();
    let ours = walk.new.tree.documents.clone();
    let pairs = match_documents(walk, &theirs, &ours);
    walk.diff.documents.clone_from(&pairs);
    let paths = Paths::root();

    for at in unmatched(theirs.len(), pairs.iter().map(|pair| pair.0)) {
        let root = theirs[at];
        walk.at = Place {
            document: at,
            roots: Roots {
                old: Some(root),
                new: None,
            },
        };
        walk.push(ChangeKind::Removed, &paths, Some(root), None, Span::empty(0))?;
    }
    let partner: HashMap<usize, usize> = pairs.iter().map(|(a, b)| (*b, *a)).collect();
    for (at, root) in ours.iter().enumerate() {
        let before = partner.get(&at).copied();
        walk.at = Place {
            document: at,
            roots: Roots {
                old: before.map(|before| theirs[before]),
                new: Some(*root),
            },
        };
        match before {
            Some(before) => walk.pair(&paths, theirs[before], *root)?,
            None => walk.push(
                ChangeKind::Added,
                &paths,
                None,
                Some(*root),
                walk.new.tree.span(*root),
            )?,
        }
    }
    let order: Vec<Option<usize>> = (0..ours.len()).map(|at| partner.get(&at).copied()).collect();
    if !order.iter().flatten().is_sorted()
        && let (Some(old), Some(new)) = (theirs.first(), ours.first())
    {
        walk.at = Place {
            document: 0,
            roots: Roots {
                old: Some(*old),
                new: Some(*new),
            },
        };
        walk.push(
            ChangeKind::Reordered,
            &paths,
            Some(*old),
            Some(*new),
            walk.new.tree.span(*new),
        )?;
        if let Some(change) = walk.diff.changes.last_mut() {
            change.order = order;
        }
    }
    Ok(())
}

/// Pairs of (old, new) document positions.
fn match_documents(walk: &mut Walk<'_>, theirs: &[NodeId], ours: &[NodeId]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    // By identity; the n-th of several with one identity pairs with the n-th on the other side.
    let mut places: HashMap<String, std::collections::VecDeque<usize>> = HashMap::new();
    for (at, root) in ours.iter().enumerate() {
        if let Some(identity) = document_identity(walk.new.tree, *root) {
            places.entry(identity).or_default().push_back(at);
        }
    }
    for (at, root) in theirs.iter().enumerate() {
        if let Some(identity) = document_identity(walk.old.tree, *root) {
            pairs.extend(
                places
                    .get_mut(&identity)
                    .and_then(std::collections::VecDeque::pop_front)
                    .map(|to| (at, to)),
            );
        }
    }
    // The rest by equal content, then by position.
    let rest_old = unmatched(theirs.len(), pairs.iter().map(|pair| pair.0));
    let rest_new = unmatched(ours.len(), pairs.iter().map(|pair| pair.1));
    let hashes_old: Vec<u128> = rest_old.iter().map(|at| walk.old.of(theirs[*at])).collect();
    let hashes_new: Vec<u128> = rest_new.iter().map(|at| walk.new.of(ours[*at])).collect();
    let alignment = align(&hashes_old, &hashes_new);
    for (a, b) in alignment.kept.into_iter().chain(alignment.moved) {
        let (a, b) = (rest_old[a], rest_new[b]);
        if walk.same(theirs[a], ours[b]) {
            pairs.push((a, b));
        }
    }
    // Two resources with different identities are two resources, not one changed.
    let anonymous = |tree: &crate::doc::Tree, root: NodeId| document_identity(tree, root).is_none();
    let left_old = unmatched(theirs.len(), pairs.iter().map(|pair| pair.0));
    let left_new = unmatched(ours.len(), pairs.iter().map(|pair| pair.1));
    let old: Vec<usize> = left_old
        .into_iter()
        .filter(|at| anonymous(walk.old.tree, theirs[*at]))
        .collect();
    let new: Vec<usize> = left_new
        .into_iter()
        .filter(|at| anonymous(walk.new.tree, ours[*at]))
        .collect();
    pairs.extend(old.into_iter().zip(new));
    pairs.sort_unstable();
    pairs
}

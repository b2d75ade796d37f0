//! The documents of a file: by Kubernetes identity where they have one, else by content, then by position.

use std::collections::HashMap;

use super::align::{align, best_pairs, unmatched};
use super::change::{ChangeKind, Roots};
use super::identity::document_identity;
use super::likeness::Leaves;
use super::walk::{Paths, Place, TooMuch, Walk};
use crate::doc::{NodeId, Span, Tree};

/// Compares all documents of both sides.
pub(super) fn compare(walk: &mut Walk<'_>) -> Result<(), TooMuch> {
    let theirs = walk.old.documents.clone();
    let ours = walk.new.documents.clone();
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
            None => walk.push(ChangeKind::Added, &paths, None, Some(*root), walk.new.span(*root))?,
        }
    }
    let order: Vec<Option<usize>> = (0..ours.len()).map(|at| partner.get(&at).copied()).collect();
    if !order.iter().flatten().is_sorted() {
        walk.at = Place {
            document: 0,
            roots: Roots {
                old: theirs.first().copied(),
                new: ours.first().copied(),
            },
        };
        // No value of a document: it is between them.
        let place = ours.first().map_or(Span::empty(0), |root| walk.new.span(*root));
        walk.push(ChangeKind::Reordered, &paths, None, None, place)?;
        if let Some(change) = walk.diff.changes.last_mut() {
            change.old_path = Some(paths.old);
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
        if let Some(identity) = document_identity(walk.new, *root) {
            places.entry(identity).or_default().push_back(at);
        }
    }
    for (at, root) in theirs.iter().enumerate() {
        if let Some(identity) = document_identity(walk.old, *root) {
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
    let hashes_old: Vec<u128> = rest_old.iter().map(|at| walk.old.hash(theirs[*at])).collect();
    let hashes_new: Vec<u128> = rest_new.iter().map(|at| walk.new.hash(ours[*at])).collect();
    let alignment = align(&hashes_old, &hashes_new);
    for (a, b) in alignment.kept.into_iter().chain(alignment.moved) {
        let (a, b) = (rest_old[a], rest_new[b]);
        if walk.same(theirs[a], ours[b]) {
            pairs.push((a, b));
        }
    }
    let left_old = unmatched(theirs.len(), pairs.iter().map(|pair| pair.0));
    let left_new = unmatched(ours.len(), pairs.iter().map(|pair| pair.1));
    pairs.extend(alike(walk, (theirs, &left_old), (ours, &left_new)));
    // What has no identity and is like nothing is told apart by its position.
    let anonymous = |tree: &Tree, roots: &[NodeId], used: &mut dyn Iterator<Item = usize>| {
        let left = unmatched(roots.len(), used).into_iter();
        left.filter(|at| document_identity(tree, roots[*at]).is_none())
            .collect::<Vec<usize>>()
    };
    let old = anonymous(walk.old, theirs, &mut pairs.iter().map(|pair| pair.0));
    let new = anonymous(walk.new, ours, &mut pairs.iter().map(|pair| pair.1));
    pairs.extend(old.into_iter().zip(new));
    pairs.sort_unstable();
    pairs
}

/// Documents are compared with each other as one that was renamed if they have this share of content.
const ALIKE: f64 = 0.5;
/// Pairs of documents that are looked at for renames.
const MAX_CELLS: usize = 250_000;
/// What a resource is called, which is no sign of what it is.
const NAMES: &[&str] = &["apiVersion", "kind", "metadata"];

/// Pairs of documents that are one under another name, or, where they have no name, one that changed. Both
/// directions of a comparison find the same pairs.
fn alike(
    walk: &mut Walk<'_>,
    (theirs, old): (&[NodeId], &[usize]),
    (ours, new): (&[NodeId], &[usize]),
) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        walk.diff.notes.push(format!(
            "{} and {} documents differ: none was looked at for having another name",
            old.len(),
            new.len()
        ));
        return Vec::new();
    }
    let of = |side: &Tree, roots: &[NodeId], places: &[usize]| -> Vec<(Option<String>, Leaves)> {
        let of_one = |at: &usize| {
            let root = roots[*at];
            let kind = document_identity(side, root).and(side.get_text(root, "kind"));
            (kind.map(str::to_owned), Leaves::of(side, &[root], NAMES))
        };
        places.iter().map(of_one).collect()
    };
    let (before, after) = (of(walk.old, theirs, old), of(walk.new, ours, new));
    let mut scored: Vec<(f64, usize, usize)> = Vec::new();
    for (a, (kind_a, leaves_a)) in old.iter().zip(&before) {
        for (b, (kind_b, leaves_b)) in new.iter().zip(&after) {
            // Two kinds of resources are two resources.
            if kind_a == kind_b {
                let share = leaves_a.share(leaves_b);
                if share >= ALIKE {
                    scored.push((share, *a, *b));
                }
            }
        }
    }
    let hashes =
        |side: &Tree, roots: &[NodeId]| -> Vec<u128> { roots.iter().map(|root| side.hash(*root)).collect() };
    best_pairs(scored, hashes(walk.old, theirs) > hashes(walk.new, ours))
}

//! Aligning two sequences of hashes: which items stay, which move, which come and go.
//! Deterministic, and the mirror image when the sides are swapped.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Up to this many cells the exact algorithm runs; beyond, occurrences are paired in order.
const EXACT_CELLS: usize = 4_000_000;

/// Pairs of (old, new) positions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Equal items in the same relative order, ascending on both sides.
    pub(super) kept: Vec<(usize, usize)>,
    /// Equal items in another relative order.
    pub(super) moved: Vec<(usize, usize)>,
}

/// Aligns two sequences.
pub(super) fn align(old: &[u128], new: &[u128]) -> Alignment {
    // One orientation for both directions, so that diff(b, a) mirrors diff(a, b).
    if old > new {
        let mirrored = align_ordered(new, old);
        let swap = |pairs: Vec<(usize, usize)>| pairs.into_iter().map(|(a, b)| (b, a)).collect::<Vec<_>>();
        let mut moved = swap(mirrored.moved);
        moved.sort_unstable();
        return Alignment {
            kept: swap(mirrored.kept),
            moved,
        };
    }
    align_ordered(old, new)
}

fn align_ordered(old: &[u128], new: &[u128]) -> Alignment {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let suffix = old[prefix..]
        .iter()
        .rev()
        .zip(new[prefix..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let middle_old = &old[prefix..old.len() - suffix];
    let middle_new = &new[prefix..new.len() - suffix];

    let mut kept: Vec<(usize, usize)> = (0..prefix).map(|at| (at, at)).collect();
    let middle = if middle_old.len().saturating_mul(middle_new.len()) <= EXACT_CELLS {
        exact(middle_old, middle_new)
    } else {
        longest_increasing(&occurrences(middle_old, middle_new))
    };
    kept.extend(middle.iter().map(|(a, b)| (a + prefix, b + prefix)));
    kept.extend(
        (0..suffix)
            .rev()
            .map(|back| (old.len() - 1 - back, new.len() - 1 - back)),
    );

    let free_old: Vec<usize> = unmatched(old.len(), kept.iter().map(|pair| pair.0));
    let free_new: Vec<usize> = unmatched(new.len(), kept.iter().map(|pair| pair.1));
    let hashes_old: Vec<u128> = free_old.iter().map(|at| old[*at]).collect();
    let hashes_new: Vec<u128> = free_new.iter().map(|at| new[*at]).collect();
    let moved = occurrences(&hashes_old, &hashes_new)
        .into_iter()
        .map(|(a, b)| (free_old[a], free_new[b]))
        .collect();
    Alignment { kept, moved }
}

fn exact(old: &[u128], new: &[u128]) -> Vec<(usize, usize)> {
    capture_diff_slices(Algorithm::Myers, old, new)
        .into_iter()
        .flat_map(|op| match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => (0..len).map(|at| (old_index + at, new_index + at)).collect(),
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => Vec::new(),
        })
        .collect()
}

/// Pairs the n-th occurrence of each hash on the old side with the n-th on the new side.
fn occurrences(old: &[u128], new: &[u128]) -> Vec<(usize, usize)> {
    let mut places: HashMap<u128, std::collections::VecDeque<usize>> = HashMap::new();
    for (at, hash) in new.iter().enumerate() {
        places.entry(*hash).or_default().push_back(at);
    }
    old.iter()
        .enumerate()
        .filter_map(|(at, hash)| places.get_mut(hash)?.pop_front().map(|to| (at, to)))
        .collect()
}

/// Of pairs ascending in `.0`, the longest run ascending in `.1` (patience sorting, n log n).
pub(super) fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (at, (_, value)) in pairs.iter().enumerate() {
        let place = tails.partition_point(|tail| pairs[*tail].1 < *value);
        before[at] = place.checked_sub(1).map(|below| tails[below]);
        if place == tails.len() {
            tails.push(at);
        } else {
            tails[place] = at;
        }
    }
    let mut out = Vec::with_capacity(tails.len());
    let mut at = tails.last().copied();
    while let Some(index) = at {
        out.push(pairs[index]);
        at = before[index];
    }
    out.reverse();
    out
}

/// Of scored pairs the best ones in which no position occurs twice; among equals the nearest, then the first.
/// `flipped` says that the sides are swapped for this comparison, so that one direction mirrors the other.
pub(super) fn best_pairs(mut scored: Vec<(f64, usize, usize)>, flipped: bool) -> Vec<(usize, usize)> {
    let distance = |pair: &(f64, usize, usize)| pair.1.abs_diff(pair.2);
    let in_order = |pair: &(f64, usize, usize)| {
        if flipped {
            (pair.2, pair.1)
        } else {
            (pair.1, pair.2)
        }
    };
    scored.sort_by(|x, y| {
        y.0.total_cmp(&x.0)
            .then(distance(x).cmp(&distance(y)))
            .then(in_order(x).cmp(&in_order(y)))
    });
    let (mut used_old, mut used_new) = (HashSet::new(), HashSet::new());
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, a, b) in scored {
        if !used_old.contains(&a) && !used_new.contains(&b) {
            used_old.insert(a);
            used_new.insert(b);
            pairs.push((a, b));
        }
    }
    pairs
}

/// The positions below `len` that no pair uses.
pub(super) fn unmatched(len: usize, used: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut free = vec![true; len];
    for at in used {
        free[at] = false;
    }
    (0..len).filter(|at| free[*at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removal_of_a_repeated_item_is_just_that() {
        let found = align(&[1, 2, 1], &[2, 1]);
        assert_eq!(
            found,
            Alignment {
                kept: vec![(1, 0), (2, 1)],
                moved: vec![]
            }
        );
    }

    #[test]
    fn a_moved_item_is_moved() {
        let found = align(&[1, 2, 3, 4], &[2, 3, 4, 1]);
        assert_eq!(found.moved, vec![(0, 3)]);
        assert_eq!(found.kept, vec![(1, 0), (2, 1), (3, 2)]);
    }

    #[test]
    fn swapping_the_sides_mirrors_the_result() {
        let (a, b) = (vec![3, 1, 2, 2, 9, 4], vec![1, 4, 2, 3, 7, 2]);
        let (there, back) = (align(&a, &b), align(&b, &a));
        let flip = |pairs: &[(usize, usize)]| {
            let mut out: Vec<_> = pairs.iter().map(|(x, y)| (*y, *x)).collect();
            out.sort_unstable();
            out
        };
        assert_eq!(flip(&there.kept), back.kept);
        assert_eq!(flip(&there.moved), {
            let mut m = back.moved;
            m.sort_unstable();
            m
        });
    }

    #[test]
    fn long_shuffled_lists_take_the_linear_way() {
        let old: Vec<u128> = (0..5000).collect();
        let new: Vec<u128> = (0..5000).rev().collect();
        let found = align(&old, &new);
        assert_eq!(found.kept.len() + found.moved.len(), 5000);
        assert_eq!(found.kept.len(), 1);
    }
}

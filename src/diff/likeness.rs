//! How much two subtrees have in common: the share of their leaves, each told by its keys and its value.
//! For finding out what was renamed; no pairing here.

use std::collections::HashMap;

use crate::doc::{Kind, NodeId, Tree};

/// Leaves of one subtree that are looked at.
const MAX_LEAVES: usize = 5_000;

/// The leaves of a subtree, counted.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    counts: HashMap<u128, usize>,
    total: usize,
}

impl Leaves {
    /// The leaves below nodes; of the top's keys those that `skip` names are left out.
    pub(super) fn of(side: &Tree, roots: &[NodeId], skip: &[&str]) -> Self {
        let mut out = Self::default();
        for root in roots {
            out.add(side, *root, skip);
        }
        out
    }

    fn add(&mut self, side: &Tree, root: NodeId, skip: &[&str]) {
        let mut stack = vec![(root, 0_u128)];
        let mut top = true;
        while let Some((id, above)) = stack.pop() {
            if self.total >= MAX_LEAVES {
                return;
            }
            match side.kind(id) {
                // Whether something stands first or last in a list makes it no other thing.
                Kind::Sequence(items) if !items.is_empty() => {
                    stack.extend(items.iter().rev().map(|item| (*item, mixed(above, 1))));
                }
                Kind::Mapping(entries) if !entries.is_empty() => {
                    let kept = entries.iter().rev().filter(|entry| {
                        let name = side.scalar(entry.key).map_or("", |key| key.text);
                        !(top && skip.contains(&name))
                    });
                    stack.extend(kept.map(|entry| (entry.value, mixed(above, side.hash(entry.key)))));
                }
                Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_) => {
                    *self.counts.entry(mixed(above, side.hash(id))).or_default() += 1;
                    self.total += 1;
                }
            }
            top = false;
        }
    }

    /// The share of leaves that both have, 0 to 1; 0 where one has none.
    pub(super) fn share(&self, other: &Self) -> f64 {
        let (few, many) = if self.counts.len() <= other.counts.len() {
            (self, other)
        } else {
            (other, self)
        };
        // A sum: the order of the keys does not matter.
        let common: usize = few
            .counts
            .keys()
            .map(|leaf| few.counts[leaf].min(many.counts.get(leaf).copied().unwrap_or(0)))
            .sum();
        common as f64 / self.total.max(other.total).max(1) as f64
    }
}

fn mixed(above: u128, below: u128) -> u128 {
    above
        .rotate_left(23)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
        ^ below
}

//! Lists: items by identity where they have one, else by alignment, then by similarity in the gaps.

use std::collections::{HashMap, VecDeque};

use super::align::{align, best_pairs, longest_increasing, unmatched};
use super::change::ChangeKind;
use super::identity::{Identities, list_identity};
use super::walk::{Paths, TooMuch, Walk};
use crate::doc::pattern::FoldedPath;
use crate::doc::{Kind, NodeId, Segment, Tree};

/// Up to this many pairs a gap is searched for the most similar partners; beyond, pairing is by position.
const SIMILARITY_CELLS: usize = 10_000;
/// Below this share of common content two items are not the same item changed.
const SIMILAR_ENOUGH: f64 = 0.3;

type Step = Result<(), TooMuch>;

impl Walk<'_> {
    pub(super) fn lists(&mut self, paths: &Paths, old: NodeId, new: NodeId) -> Step {
        let (Kind::Sequence(theirs), Kind::Sequence(ours)) = (self.old.kind(old), self.new.kind(new)) else {
            return Ok(());
        };
        let folded = FoldedPath::new(&paths.new);
        let settings = self.settings;
        let unordered = settings.sets.iter().any(|path| path.matches(&folded));
        let given = settings
            .keys
            .iter()
            .filter(|key| key.path.matches(&folded))
            .map(|key| key.by.as_slice());
        let identities = list_identity(paths.new.last_key(), given, (self.old, theirs), (self.new, ours));
        let by = match &identities {
            Some(identities) => identities.keys.join("+"),
            None => "content".to_owned(),
        };
        let list = paths.new.last_key().unwrap_or("the document").to_owned();
        self.diff.matched.insert((list, by));
        match identities {
            Some(identities) => self.named_items(paths, (old, theirs), (new, ours), &identities, unordered),
            None if unordered => self.set_items(paths, (old, theirs), (new, ours)),
            None => self.unnamed_items(paths, (old, theirs), (new, ours)),
        }
    }

    fn named_items(
        &mut self,
        paths: &Paths,
        (old, theirs): (NodeId, &[NodeId]),
        (new, ours): (NodeId, &[NodeId]),
        identities: &Identities,
        unordered: bool,
    ) -> Step {
        let index: HashMap<u128, usize> = identities
            .old
            .iter()
            .enumerate()
            .map(|(at, identity)| (*identity, at))
            .collect();
        let matched: Vec<Option<usize>> = identities
            .new
            .iter()
            .map(|identity| index.get(identity).copied())
            .collect();
        let (old_tree, new_tree) = (self.old, self.new);
        let item = |tree: &Tree, items: &[NodeId], index: usize| Segment::Item {
            by: identities.name(tree, items[index]),
            index,
        };

        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for at in unmatched(theirs.len(), matched.iter().flatten().copied()) {
            removed.push(theirs[at]);
            let here = paths.both(&item(old_tree, theirs, at));
            let place = self.surviving(new);
            self.push(ChangeKind::Removed, &here, Some(theirs[at]), None, place)?;
        }
        for (at, before) in matched.iter().enumerate() {
            let Some(before) = *before else {
                added.push(ours[at]);
                let here = paths.both(&item(new_tree, ours, at));
                let place = new_tree.span(ours[at]);
                self.push(ChangeKind::Added, &here, None, Some(ours[at]), place)?;
                continue;
            };
            if !self.same(theirs[before], ours[at]) {
                let here = Paths {
                    old: paths.old.join(item(old_tree, theirs, before)),
                    new: paths.new.join(item(new_tree, ours, at)),
                };
                self.pair(&here, theirs[before], ours[at])?;
            }
        }
        self.diff
            .lists
            .insert((self.old.target(old), self.new.target(new)), matched.clone());
        let in_order = matched.iter().flatten().is_sorted();
        if !in_order && unordered {
            self.excused += 1;
        } else if !in_order {
            self.push(
                ChangeKind::Reordered,
                paths,
                Some(old),
                Some(new),
                self.new.span(new),
            )?;
            if let Some(change) = self.diff.changes.last_mut() {
                change.order = matched;
            }
        }
        self.delta(paths, old, new, removed, added);
        Ok(())
    }

    fn unnamed_items(
        &mut self,
        paths: &Paths,
        (old, theirs): (NodeId, &[NodeId]),
        (new, ours): (NodeId, &[NodeId]),
    ) -> Step {
        let hashes_old: Vec<u128> = theirs.iter().map(|id| self.old.hash(*id)).collect();
        let hashes_new: Vec<u128> = ours.iter().map(|id| self.new.hash(*id)).collect();
        let mut alignment = align(&hashes_old, &hashes_new);
        // Equal hashes of unequal items (a made collision) are no match.
        alignment.kept.retain(|(a, b)| self.same(theirs[*a], ours[*b]));
        alignment.moved.retain(|(a, b)| self.same(theirs[*a], ours[*b]));

        let flipped = hashes_old > hashes_new;
        let pairs = self.pair_gaps(theirs, ours, &alignment.kept, &alignment.moved, flipped);
        let mut partner: HashMap<usize, (usize, bool)> = HashMap::new();
        partner.extend(pairs.iter().map(|(a, b)| (*b, (*a, false))));
        partner.extend(alignment.moved.iter().map(|(a, b)| (*b, (*a, true))));
        let kept: HashMap<usize, usize> = alignment.kept.iter().map(|(a, b)| (*b, *a)).collect();
        let used = alignment
            .kept
            .iter()
            .chain(&alignment.moved)
            .chain(&pairs)
            .map(|pair| pair.0);
        let lost = unmatched(theirs.len(), used);

        let matched = (0..ours.len())
            .map(|at| {
                kept.get(&at)
                    .copied()
                    .or(partner.get(&at).map(|(before, _)| *before))
            })
            .collect();
        self.diff
            .lists
            .insert((self.old.target(old), self.new.target(new)), matched);
        let mut removed = self.gone(paths, theirs, &lost, new)?;
        let mut added = Vec::new();
        for (at, item) in ours.iter().enumerate() {
            if kept.contains_key(&at) {
                continue;
            }
            let here = |before: usize| Paths {
                old: paths.old.join(Segment::Index(before)),
                new: paths.new.join(Segment::Index(at)),
            };
            match partner.get(&at) {
                Some((before, true)) => {
                    self.push(
                        ChangeKind::Moved,
                        &here(*before),
                        Some(theirs[*before]),
                        Some(*item),
                        self.new.span(*item),
                    )?;
                }
                Some((before, false)) => {
                    if self.new.scalar(*item).is_some() {
                        // A scalar replaced in place is one value gone and another come.
                        removed.push(theirs[*before]);
                        added.push(*item);
                    }
                    self.pair(&here(*before), theirs[*before], *item)?;
                }
                None => {
                    added.push(*item);
                    self.push(
                        ChangeKind::Added,
                        &here(at),
                        None,
                        Some(*item),
                        self.new.span(*item),
                    )?;
                }
            }
        }
        self.delta(paths, old, new, removed, added);
        Ok(())
    }

    /// Says that items without identity are gone, and gives them back.
    fn gone(
        &mut self,
        paths: &Paths,
        theirs: &[NodeId],
        lost: &[usize],
        new: NodeId,
    ) -> Result<Vec<NodeId>, TooMuch> {
        for at in lost {
            let here = paths.both(&Segment::Index(*at));
            let place = self.surviving(new);
            self.push(ChangeKind::Removed, &here, Some(theirs[*at]), None, place)?;
        }
        Ok(lost.iter().map(|at| theirs[*at]).collect())
    }

    /// A list in which order means nothing: each value that only one side has, as often as it has it more.
    fn set_items(
        &mut self,
        paths: &Paths,
        (old, theirs): (NodeId, &[NodeId]),
        (new, ours): (NodeId, &[NodeId]),
    ) -> Step {
        let mut places: HashMap<u128, VecDeque<usize>> = HashMap::new();
        for (at, id) in theirs.iter().enumerate() {
            places.entry(self.old.hash(*id)).or_default().push_back(at);
        }
        let mut matched = Vec::with_capacity(ours.len());
        for id in ours {
            let twin = places
                .get_mut(&self.new.hash(*id))
                .and_then(VecDeque::pop_front)
                .filter(|at| self.same(theirs[*at], *id));
            matched.push(twin);
        }
        self.excused += 1;
        let lost = unmatched(theirs.len(), matched.iter().flatten().copied());
        let removed = self.gone(paths, theirs, &lost, new)?;
        let mut added = Vec::new();
        for (at, before) in matched.iter().enumerate() {
            if before.is_none() {
                added.push(ours[at]);
                let here = paths.both(&Segment::Index(at));
                let place = self.new.span(ours[at]);
                self.push(ChangeKind::Added, &here, None, Some(ours[at]), place)?;
            }
        }
        self.diff
            .lists
            .insert((self.old.target(old), self.new.target(new)), matched);
        self.delta(paths, old, new, removed, added);
        Ok(())
    }

    /// Between the items that stay, finds old and new items that are the same item changed.
    fn pair_gaps(
        &mut self,
        theirs: &[NodeId],
        ours: &[NodeId],
        kept: &[(usize, usize)],
        moved: &[(usize, usize)],
        flipped: bool,
    ) -> Vec<(usize, usize)> {
        let moved_old: std::collections::HashSet<usize> = moved.iter().map(|pair| pair.0).collect();
        let moved_new: std::collections::HashSet<usize> = moved.iter().map(|pair| pair.1).collect();
        let mut out = Vec::new();
        let (mut old_at, mut new_at) = (0, 0);
        let ends = kept
            .iter()
            .copied()
            .chain(std::iter::once((theirs.len(), ours.len())));
        for (old_end, new_end) in ends {
            let gap_old: Vec<usize> = (old_at..old_end).filter(|at| !moved_old.contains(at)).collect();
            let gap_new: Vec<usize> = (new_at..new_end).filter(|at| !moved_new.contains(at)).collect();
            out.extend(self.pair_gap((theirs, &gap_old), (ours, &gap_new), flipped));
            (old_at, new_at) = (old_end + 1, new_end + 1);
        }
        out
    }

    /// The pairs of one gap. Both directions of a comparison take the same way (`flipped`), so that
    /// one mirrors the other.
    fn pair_gap(
        &mut self,
        (theirs, old): (&[NodeId], &[usize]),
        (ours, new): (&[NodeId], &[usize]),
        flipped: bool,
    ) -> Vec<(usize, usize)> {
        if old.is_empty() || new.is_empty() {
            return Vec::new();
        }
        if old.len().saturating_mul(new.len()) > SIMILARITY_CELLS {
            self.diff.notes.push(format!(
                "a list with {} and {} differing items without identity was compared by position",
                old.len(),
                new.len()
            ));
        }
        pair_items(old, new, &|a, b| self.similarity(theirs[a], ours[b]), flipped)
    }

    /// Share of common direct content of two containers, 0 to 1; 0 for scalars.
    fn similarity(&self, a: NodeId, b: NodeId) -> f64 {
        match (self.old.kind(a), self.new.kind(b)) {
            (Kind::Mapping(left), Kind::Mapping(right)) => {
                let values: HashMap<u128, u128> = left
                    .iter()
                    .map(|entry| (self.old.hash(entry.key), self.old.hash(entry.value)))
                    .collect();
                let mut score = 0.0;
                for entry in right {
                    if let Some(value) = values.get(&self.new.hash(entry.key)) {
                        score += if *value == self.new.hash(entry.value) {
                            3.0
                        } else {
                            1.0
                        };
                    }
                }
                score / (3 * left.len().max(right.len()).max(1)) as f64
            }
            (Kind::Sequence(left), Kind::Sequence(right)) => {
                let mut counts: HashMap<u128, usize> = HashMap::new();
                for item in left {
                    *counts.entry(self.old.hash(*item)).or_default() += 1;
                }
                let common = right
                    .iter()
                    .filter(|item| match counts.get_mut(&self.new.hash(**item)) {
                        Some(count) if *count > 0 => {
                            *count -= 1;
                            true
                        }
                        _ => false,
                    })
                    .count();
                common as f64 / left.len().max(right.len()).max(1) as f64
            }
            _ => 0.0,
        }
    }
}

/// Pairs items by similarity, then by position where the counts agree; partners never cross.
fn pair_items(
    old: &[usize],
    new: &[usize],
    score: &dyn Fn(usize, usize) -> f64,
    flipped: bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut old, mut new) = (old.to_vec(), new.to_vec());
    let cells = old.len().saturating_mul(new.len());
    if (2..=SIMILARITY_CELLS).contains(&cells) {
        let all = old
            .iter()
            .flat_map(|a| new.iter().map(|b| (score(*a, *b), *a, *b)));
        pairs = best_pairs(
            all.filter(|(score, ..)| *score >= SIMILAR_ENOUGH).collect(),
            flipped,
        );
        old.retain(|at| pairs.iter().all(|pair| pair.0 != *at));
        new.retain(|at| pairs.iter().all(|pair| pair.1 != *at));
    }
    if old.len() == new.len() {
        pairs.extend(old.into_iter().zip(new));
    }
    // An item that changed and moved is one gone and one come. Of several longest runs both directions of a
    // comparison take the same.
    let swap = |pairs: Vec<(usize, usize)>| pairs.into_iter().map(|(a, b)| (b, a)).collect::<Vec<_>>();
    if flipped {
        pairs = swap(pairs);
    }
    pairs.sort_unstable();
    let pairs = longest_increasing(&pairs);
    if flipped { swap(pairs) } else { pairs }
}

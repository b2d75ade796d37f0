//! The files of a config set: matched by their name inside the set, and where a file went and one like it
//! came, as one that was renamed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::align::best_pairs;
use super::change::{Change, ChangeKind, ChangeSet, FileDiff, Roots};
use super::likeness::Leaves;
use super::walk::{TooMuch, compare_files};
use crate::doc::{KeyPath, Limits, Span, Tree};
use crate::formats::{Workers, gather};
use crate::settings::DiffSettings;

/// One side of a comparison: trees by name inside the set.
pub type FileSide = BTreeMap<String, Arc<Tree>>;

/// A file is another one renamed if they have this share of content.
const ALIKE: f64 = 0.5;
/// Pairs of files that are looked at for renames.
const MAX_CELLS: usize = 10_000;

/// Compares two sides, file by file in name order. A file that could not be compared within the
/// limits is returned apart: it is not without changes, it is undecided.
#[must_use]
pub fn compare_sets(
    old: &FileSide,
    new: &FileSide,
    settings: &DiffSettings,
    limits: &Limits,
    workers: &dyn Workers,
) -> (ChangeSet, Vec<(String, TooMuch)>) {
    let gone: Vec<&String> = old.keys().filter(|name| !new.contains_key(*name)).collect();
    let come: Vec<&String> = new.keys().filter(|name| !old.contains_key(*name)).collect();
    let (renames, fallback) = renamed((old, &gone), (new, &come));
    let moved: BTreeSet<&str> = renames.values().copied().collect();
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();

    let pairs: Vec<Pair<'_>> = names
        .into_iter()
        .filter(|name| !moved.contains(name.as_str()))
        .map(|name| {
            let before = renames.get(name.as_str()).copied();
            Pair {
                name,
                before,
                old: old.get(before.unwrap_or(name)),
                new: new.get(name),
            }
        })
        .collect();
    hash_ahead(&pairs, workers);
    let compared = gather(workers, pairs.len(), &|at| {
        let pair = &pairs[at];
        compare_files(pair.name, pair.old, pair.new, settings, limits)
    });

    let mut set = ChangeSet::default();
    let mut failed = Vec::new();
    let mut fallback = fallback;
    for (pair, diff) in pairs.iter().zip(compared) {
        match diff.unwrap_or_else(|| Err(TooMuch("it was not compared".into()))) {
            Ok(mut diff) => {
                if let Some(before) = pair.before {
                    say_renamed(&mut diff, before);
                }
                if diff.old.is_none() {
                    diff.notes.extend(fallback.take());
                }
                if diff.changes.is_empty() && diff.notes.is_empty() {
                    set.unchanged.push(diff);
                } else {
                    set.files.push(diff);
                }
            }
            Err(error) => failed.push((pair.name.to_owned(), error)),
        }
    }
    (set, failed)
}

/// Two versions of one file.
struct Pair<'s> {
    name: &'s str,
    /// Its name on the old side, where that is another one.
    before: Option<&'s str>,
    old: Option<&'s Arc<Tree>>,
    new: Option<&'s Arc<Tree>>,
}

/// Hashes the trees that differ, both sides of a file at once.
fn hash_ahead(pairs: &[Pair<'_>], workers: &dyn Workers) {
    let trees: Vec<&Arc<Tree>> = pairs
        .iter()
        .filter_map(|pair| pair.old.zip(pair.new))
        .filter(|(old, new)| old.source().sha256() != new.source().sha256())
        .flat_map(|(old, new)| [old, new])
        .collect();
    workers.run(trees.len(), &|at| trees[at].prepare_hashes());
}

/// Another name is a change, whatever else changed with it: programs find their files by name.
fn say_renamed(diff: &mut FileDiff, before: &str) {
    let root = |tree: &Option<Arc<Tree>>| tree.as_ref()?.documents.first().copied();
    let (old, new) = (root(&diff.old), root(&diff.new));
    diff.renamed_from = Some(before.to_owned());
    diff.changes.insert(
        0,
        Change {
            kind: ChangeKind::Moved,
            document: 0,
            roots: Roots { old, new },
            path: KeyPath::root(),
            old_path: Some(KeyPath::root()),
            old,
            new,
            place: Span::empty(0),
            order: Vec::new(),
            ignored: false,
            same_as: None,
        },
    );
    // The first change moved one place on.
    for change in &mut diff.changes {
        change.same_as = change.same_as.map(|first| first + 1);
    }
}

/// New names with the old ones, and what to say where not every pair was looked at.
fn renamed<'n>(
    (old, gone): (&FileSide, &[&'n String]),
    (new, come): (&FileSide, &[&'n String]),
) -> (BTreeMap<&'n str, &'n str>, Option<String>) {
    let has_content = |side: &FileSide, name: &String| side.get(name).is_some_and(|tree| !tree.is_empty());
    let gone: Vec<&'n String> = gone
        .iter()
        .copied()
        .filter(|name| has_content(old, name))
        .collect();
    let come: Vec<&'n String> = come
        .iter()
        .copied()
        .filter(|name| has_content(new, name))
        .collect();
    let cells = gone.len().saturating_mul(come.len());
    if cells == 0 {
        return (BTreeMap::new(), None);
    }
    if cells > MAX_CELLS {
        let note = format!(
            "{} files went and {} came: none was looked at for having another name",
            gone.len(),
            come.len()
        );
        return (BTreeMap::new(), Some(note));
    }
    let leaves = |side: &FileSide, name: &String| {
        side.get(name)
            .map_or_else(Leaves::default, |tree| Leaves::of(tree, &tree.documents, &[]))
    };
    let before: Vec<Leaves> = gone.iter().map(|name| leaves(old, name)).collect();
    let after: Vec<Leaves> = come.iter().map(|name| leaves(new, name)).collect();
    let mut scored = Vec::new();
    for (a, before) in before.iter().enumerate() {
        for (b, after) in after.iter().enumerate() {
            let share = before.share(after);
            if share >= ALIKE {
                scored.push((share, a, b));
            }
        }
    }
    let pairs = best_pairs(scored, gone > come);
    let names = pairs
        .into_iter()
        .map(|(a, b)| (come[b].as_str(), gone[a].as_str()));
    (names.collect(), None)
}

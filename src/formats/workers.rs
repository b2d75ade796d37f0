//! Work that falls into pieces which do not depend on each other. What runs them is given: threads are
//! `sys`'s, and what comes out does not depend on how many there are.

use std::sync::{Arc, OnceLock};

use super::{ParseError, Parsed, parse};
use crate::doc::{Limits, SourceFile, Span};

/// Runs pieces of work, in any order, at once where it can.
pub trait Workers: Sync {
    /// Calls `piece` once with every number below `pieces`.
    fn run(&self, pieces: usize, piece: &(dyn Fn(usize) + Sync));
}

/// One piece after the other.
#[derive(Debug, Clone, Copy)]
pub struct InTurn;

impl Workers for InTurn {
    fn run(&self, pieces: usize, piece: &(dyn Fn(usize) + Sync)) {
        (0..pieces).for_each(piece);
    }
}

/// What each piece gave, in the order of their numbers; [`None`] for one that was not run.
pub fn gather<T: Send + Sync>(
    workers: &dyn Workers,
    pieces: usize,
    piece: &(dyn Fn(usize) -> T + Sync),
) -> Vec<Option<T>> {
    let slots: Vec<OnceLock<T>> = (0..pieces).map(|_| OnceLock::new()).collect();
    workers.run(pieces, &|at| {
        if let Some(slot) = slots.get(at) {
            let _ = slot.set(piece(at));
        }
    });
    slots.into_iter().map(OnceLock::into_inner).collect()
}

/// Reads files as [`parse`] does; the results stand in the order of the files.
#[must_use]
pub fn parse_all(sources: &[&Arc<SourceFile>], limits: &Limits, workers: &dyn Workers) -> Vec<Parsed> {
    // The largest first, so that no worker is left with it at the end.
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(sources[*at].text().len()));
    let done = gather(workers, sources.len(), &|nth| parse(sources[order[nth]], limits));
    let mut out: Vec<(usize, Parsed)> = order
        .into_iter()
        .zip(done)
        .map(|(at, parsed)| (at, parsed.unwrap_or_else(not_run)))
        .collect();
    out.sort_by_key(|(at, _)| *at);
    out.into_iter().map(|(_, parsed)| parsed).collect()
}

/// A file that nobody read is never taken for one without content.
fn not_run() -> Parsed {
    Err(vec![ParseError::new(Span::empty(0), "the file was not read")])
}

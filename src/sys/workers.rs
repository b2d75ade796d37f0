//! Threads for work that falls into pieces, one for each processor.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::formats::Workers;

/// The parsers' depth limit fits into this with room to spare, also in a build without optimisation.
const STACK: usize = 16 * 1024 * 1024;

/// As many threads as the machine has processors.
#[derive(Debug, Clone, Copy)]
pub struct Threads;

impl Workers for Threads {
    fn run(&self, pieces: usize, piece: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= pieces {
                    return;
                }
                piece(at);
            }
        };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = processors.min(pieces);
        if threads < 2 {
            return work();
        }
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Without another thread this one does all of it.
                let _ = std::thread::Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, work);
            }
            work();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{InTurn, gather};

    #[test]
    fn every_piece_is_done_once_and_stands_in_its_place() {
        for pieces in [0, 1, 2, 3, 1000] {
            let square = |at: usize| at * at;
            let mut want = gather(&InTurn, pieces, &square);
            assert_eq!(gather(&Threads, pieces, &square), want);
            assert_eq!(want.len(), pieces);
            assert!(want.drain(..).all(|row| row.is_some()));
        }
    }
}

//! The circuit breaker: servers that answer nothing are given up on, so that a thousand names do not
//! wait for them one after the other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::address::{Answer, Outcome};

/// Unanswered questions after which a silent server is dead.
const UNANSWERED: usize = 32;
/// Over at least this many parent zones: one broken zone is not a dead server.
const ZONES: usize = 2;
/// Not before this.
const AFTER: Duration = Duration::from_secs(1);

/// What is known of the servers' life.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    any: AtomicBool,
    unanswered: AtomicUsize,
    zones: Mutex<BTreeSet<String>>,
}

impl Breaker {
    /// Some server answered something.
    pub(super) fn answered(&self) {
        self.any.store(true, Ordering::SeqCst);
    }

    /// Whether any server answered anything.
    pub(super) fn any_answer(&self) -> bool {
        self.any.load(Ordering::SeqCst)
    }

    /// Takes note of what became of a name.
    pub(super) fn note(&self, name: &str, answer: &Answer) {
        if answer.outcome == Outcome::Timeout {
            self.unanswered.fetch_add(1, Ordering::SeqCst);
            let zone = name.split_once('.').map_or("", |(_, zone)| zone);
            let mut zones = self.zones.lock().unwrap_or_else(PoisonError::into_inner);
            if zones.len() < ZONES {
                zones.insert(zone.to_owned());
            }
        }
    }

    /// Whether asking on is pointless.
    pub(super) fn is_dead(&self, elapsed: Duration) -> bool {
        !self.any_answer()
            && elapsed >= AFTER
            && self.unanswered.load(Ordering::SeqCst) >= UNANSWERED
            && self.zones.lock().unwrap_or_else(PoisonError::into_inner).len() >= ZONES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeouts(breaker: &Breaker, zones: usize) {
        let answer = Answer {
            outcome: Outcome::Timeout,
            addresses: vec![],
            millis: 1,
            detail: None,
        };
        for n in 0..UNANSWERED {
            breaker.note(&format!("a.zone{}", n % zones), &answer);
        }
    }

    #[test]
    fn one_silent_zone_is_not_a_dead_server() {
        let (one, two, late) = (Breaker::default(), Breaker::default(), Duration::from_secs(2));
        timeouts(&one, 1);
        timeouts(&two, 2);
        assert!(!one.is_dead(late));
        assert!(two.is_dead(late) && !two.is_dead(Duration::from_millis(10)));
        two.answered();
        assert!(!two.is_dead(late));
    }
}

//! What the ledger knows of an environment's past, as a value: how long a content has been live, whether
//! a stamp was used, what took its word back.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::statement::LedgerPosition;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A content went live.
    Pushed,
    /// A content was seen live, and its checks passed.
    Stamped,
    /// A content was seen live, and a check failed.
    StampFailed,
    /// An earlier content was put back.
    RolledBack,
}

/// One entry of the ledger, as far as stamps need it.
#[derive(Debug, Clone)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub environment: String,
    /// To which config set.
    pub set: String,
    /// The projection digest that is live from then on, in hexadecimal.
    pub subject: String,
    /// For a rollback: the projection digest that was taken down.
    pub from: Option<String>,
    /// For a push: the stamps it stood on, by the SHA-256 of their files.
    pub stamps: Vec<String>,
    /// Whether whoever signed it may speak for it.
    pub trusted: bool,
}

/// The ledger's past.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Oldest first.
    pub events: Vec<Event>,
    /// By the number of an entry the SHA-256 of its file, in hexadecimal; by 0 the empty text.
    pub heads: BTreeMap<u64, String>,
}

impl History {
    /// The longest time that a content was continuously live in an environment, as far as it is known:
    /// from its push until another one, or between the first and the last stamp that saw it.
    #[must_use]
    pub fn soaked(&self, environment: &str, set: &str, subject: &str, now: Timestamp) -> Duration {
        let mut longest = Duration::ZERO;
        // Since when, whether a push said so, and the last sight of it.
        let mut run: Option<(Timestamp, bool, Timestamp)> = None;
        let events = self
            .events
            .iter()
            .filter(|event| event.environment == environment && event.set == set);
        for event in events {
            let live = event.subject == subject;
            // Whose word does not count cannot begin a run, but can end one.
            if live && !event.trusted {
                continue;
            }
            let pushed = match event.kind {
                EventKind::Pushed | EventKind::RolledBack => true,
                EventKind::Stamped | EventKind::StampFailed => false,
            };
            run = match (run, live) {
                (None, true) => Some((event.at, pushed, event.at)),
                (Some((since, by_push, _)), true) => Some((since, by_push || pushed, event.at)),
                (Some((since, by_push, seen)), false) => {
                    let until = if by_push { event.at } else { seen };
                    longest = longest.max(between(since, until));
                    None
                }
                (None, false) => None,
            };
        }
        if let Some((since, by_push, seen)) = run {
            longest = longest.max(between(since, if by_push { now } else { seen }));
        }
        longest
    }

    /// Whether the ledger ever stood where somebody says that it did. Of one that could not be read nothing is
    /// known; that is a finding of its own.
    #[must_use]
    pub fn stood_at(&self, position: &LedgerPosition) -> bool {
        self.heads.is_empty() || self.heads.get(&position.seq) == Some(&position.head)
    }

    /// Whether a push to the environment stood on this stamp already.
    #[must_use]
    pub fn used(&self, environment: &str, stamp: &str) -> bool {
        self.events.iter().any(|event| {
            event.kind == EventKind::Pushed
                && event.environment == environment
                && event.stamps.iter().any(|used| used == stamp)
        })
    }

    /// What took back the word for a content after a time: a rollback from it, or a failed check.
    /// Whoever signed: what speaks against a content counts in doubt.
    #[must_use]
    pub fn against(&self, set: &str, subject: &str, after: Timestamp) -> Option<&Event> {
        self.events.iter().rev().find(|event| {
            event.set == set
                && event.at >= after
                && match event.kind {
                    EventKind::RolledBack => event.from.as_deref() == Some(subject),
                    EventKind::StampFailed => event.subject == subject,
                    EventKind::Pushed | EventKind::Stamped => false,
                }
        })
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, minute: i64, subject: &str) -> Event {
        Event {
            kind,
            at: Timestamp::from_second(minute * 60).expect("a time"),
            environment: "staging".into(),
            set: "shop".into(),
            subject: subject.into(),
            from: None,
            stamps: Vec::new(),
            trusted: true,
        }
    }

    fn minutes(events: Vec<Event>, now: i64) -> u64 {
        let now = Timestamp::from_second(now * 60).expect("a time");
        let history = History {
            events,
            ..History::default()
        };
        history.soaked("staging", "shop", "a", now).as_secs() / 60
    }

    #[test]
    fn only_continuous_time_counts() {
        use EventKind::{Pushed, RolledBack, Stamped};
        assert_eq!(minutes(vec![], 100), 0);
        assert_eq!(minutes(vec![event(Pushed, 10, "a")], 45), 35);
        assert_eq!(
            minutes(vec![event(Pushed, 10, "a"), event(Pushed, 20, "b")], 90),
            10
        );
        // Back again: the longest run counts, not the sum.
        let back = vec![
            event(Pushed, 0, "a"),
            event(Pushed, 10, "b"),
            event(RolledBack, 20, "a"),
            event(Pushed, 35, "b"),
        ];
        assert_eq!(minutes(back, 90), 15);
        // Seen only: from the first to the last sight, because nobody knows what was after it.
        assert_eq!(minutes(vec![event(Stamped, 10, "a")], 90), 0);
        assert_eq!(
            minutes(vec![event(Stamped, 10, "a"), event(Stamped, 50, "a")], 90),
            40
        );
        let mut forged = event(Pushed, 0, "a");
        forged.trusted = false;
        assert_eq!(minutes(vec![forged], 90), 0);
    }
}

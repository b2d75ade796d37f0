//! What happened to a file, a set or a part of one as a whole: how much of it changed, went or came.

use super::Truth;
use super::ratio::Bounds;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// A file.
    File,
    /// The whole config set.
    Set,
    /// A table or list that the rule's paths name.
    Subtree,
}

impl Over {
    /// Every scope with its word in rule files.
    pub const ALL: [(&'static str, Self); 3] = [
        ("file", Self::File),
        ("set", Self::Set),
        ("subtree", Self::Subtree),
    ];
}

/// Bounds on what changed, of the values that the rule's paths cover.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// What is counted together.
    pub over: Over,
    /// Values that changed, went or came, in per cent of the old number.
    pub changed_pct: Bounds,
    /// Values that went, in per cent of the old number.
    pub removed_pct: Bounds,
    /// Values that came, in per cent of the old number.
    pub added_pct: Bounds,
    /// Values that changed, went or came.
    pub count: Bounds,
    /// What held fewer values is left alone.
    pub min_base: usize,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Values that are others now.
    pub changed: usize,
    /// Values that went.
    pub removed: usize,
    /// Values that came.
    pub added: usize,
}

impl Tally {
    /// All of them.
    #[must_use]
    pub fn count(self) -> usize {
        self.changed + self.removed + self.added
    }

    /// In per cent of `base`: all of them, but what came in place of what went counts once.
    #[must_use]
    pub fn pct(self, base: usize) -> f64 {
        per_cent(self.changed + self.removed.max(self.added), base)
    }
}

fn per_cent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        f64::INFINITY
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

impl Aggregate {
    /// Holds what was counted against the bounds; `base` is how many values there were.
    #[must_use]
    pub fn test(&self, tally: Tally, base: usize) -> Truth {
        if base < self.min_base || base == 0 {
            return Truth::NoMatch;
        }
        let tests = [
            self.changed_pct.test_number(tally.pct(base)),
            self.removed_pct.test_number(per_cent(tally.removed, base)),
            self.added_pct.test_number(per_cent(tally.added, base)),
            self.count.test_number(tally.count() as f64),
        ];
        Truth::of(tests.iter().all(|truth| *truth == Truth::Match))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_of_the_old_number() {
        let bound = |text: &str| Bounds {
            gt: crate::doc::quantity::Quantity::parse(text),
            ..Bounds::default()
        };
        let rule = Aggregate {
            over: Over::File,
            changed_pct: Bounds::default(),
            removed_pct: bound("30"),
            added_pct: Bounds::default(),
            count: Bounds::default(),
            min_base: 10,
        };
        let gone = |removed| Tally {
            removed,
            ..Tally::default()
        };
        assert_eq!(rule.test(gone(4), 10), Truth::Match);
        assert_eq!(rule.test(gone(3), 10), Truth::NoMatch);
        assert_eq!(rule.test(gone(9), 9), Truth::NoMatch, "below the base");
        assert!(
            (Tally {
                changed: 1,
                removed: 2,
                added: 3
            }
            .pct(10)
                - 40.0)
                .abs()
                < 1e-9
        );
    }
}

//! Comparisons of magnitudes: bounds on one value, and ratio, per cent and difference between two.
//! Units are held against each other (`5m` and `30s`), never guessed where they do not fit.

use super::Truth;
use crate::doc::quantity::Quantity;
use crate::rules::fact::Fact;

/// `lt le gt ge`, each optional; all given must hold.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// Less than.
    pub lt: Option<Quantity>,
    /// Less than or equal.
    pub le: Option<Quantity>,
    /// Greater than.
    pub gt: Option<Quantity>,
    /// Greater than or equal.
    pub ge: Option<Quantity>,
}

impl Bounds {
    /// Whether no bound is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lt.is_none() && self.le.is_none() && self.gt.is_none() && self.ge.is_none()
    }

    /// Holds a quantity against the bounds; units must fit.
    #[must_use]
    pub fn test(&self, quantity: &Quantity) -> Truth {
        self.check(|bound| quantity.common(bound))
    }

    /// Holds a bare number against the bounds.
    #[must_use]
    pub fn test_number(&self, number: f64) -> Truth {
        self.check(|bound| Some((number, bound.value())))
    }

    fn check(&self, pair: impl Fn(&Quantity) -> Option<(f64, f64)>) -> Truth {
        type Test = fn(f64, f64) -> bool;
        let tests: [(&Option<Quantity>, Test); 4] = [
            (&self.lt, |a, b| a < b),
            (&self.le, |a, b| a <= b),
            (&self.gt, |a, b| a > b),
            (&self.ge, |a, b| a >= b),
        ];
        let mut truth = Truth::Match;
        for (bound, holds) in tests {
            let Some(bound) = bound else { continue };
            match pair(bound) {
                None => return Truth::NotApplicable,
                Some((a, b)) if !holds(a, b) => truth = Truth::NoMatch,
                Some(_) => {}
            }
        }
        truth
    }
}

/// Which comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// new ÷ old.
    Ratio,
    /// (new − old) ÷ old × 100.
    Percent,
    /// new − old, in seconds, bytes, per cent or the bare number.
    Delta,
}

/// A comparison of the new magnitude with the old one.
#[derive(Debug, Clone)]
pub struct Magnitude {
    /// Which.
    pub measure: Measure,
    /// What the result must satisfy.
    pub bounds: Bounds,
    /// Bare numbers below this on the old side are left alone, unless they go to nothing.
    pub min_base: Option<f64>,
}

/// The old and the new magnitude of a fact in a common unit.
#[must_use]
pub fn magnitudes(fact: &Fact<'_>) -> Option<(f64, f64)> {
    let key = fact.path.last_key();
    let of = |text: &str| Quantity::parse_for_key(text, key);
    of(fact.old_text()?)?.common(&of(fact.new_text()?)?)
}

impl Magnitude {
    /// Holds the comparison against a fact. Needs both sides; otherwise there is nothing to compare.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>) -> Truth {
        if fact.old.is_none() || fact.new.is_none() {
            return Truth::NoMatch;
        }
        let Some((old, new)) = magnitudes(fact) else {
            return Truth::NotApplicable;
        };
        // Ratios to nothing, or to a stand-in such as -1, have no meaning: somebody must look.
        if old <= 0.0 && self.measure != Measure::Delta {
            return Truth::NotApplicable;
        }
        // Nothing at all is never too little to matter; a base holds back bare numbers only.
        let bare = fact
            .old_text()
            .is_some_and(|text| text.trim().parse::<f64>().is_ok());
        if self
            .min_base
            .is_some_and(|base| bare && new != 0.0 && old.abs() < base)
        {
            return Truth::NoMatch;
        }
        let result = match self.measure {
            Measure::Ratio => new / old,
            Measure::Percent => (new - old) / old * 100.0,
            Measure::Delta => new - old,
        };
        self.bounds.test_number(result)
    }
}

//! The closed set of operators, one file per family: tests of one value (`value`), comparisons of two
//! magnitudes (`ratio`), what happened to a container's items (`set`). Each is compiled when its rule
//! is loaded; evaluating one allocates little and never loops without bound.

pub mod ratio;
pub mod set;
pub mod value;

use super::fact::Fact;
use ratio::Magnitude;
use set::SetTest;
use value::{Literal, ValueTest};

/// The result of holding a condition against a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It matches.
    Match,
    /// It does not.
    NoMatch,
    /// The values are of a kind it cannot judge.
    NotApplicable,
}

impl Truth {
    /// [`Truth::Match`] or [`Truth::NoMatch`].
    #[must_use]
    pub fn of(matches: bool) -> Self {
        if matches { Self::Match } else { Self::NoMatch }
    }
}

/// One entry of a rule's `when`.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A test of the old value.
    Old(ValueTest),
    /// A test of the new value.
    New(ValueTest),
    /// The old value is one of these.
    From(Vec<Literal>),
    /// The new value is one of these.
    To(Vec<Literal>),
    /// A comparison of the two magnitudes.
    Magnitude(Magnitude),
    /// What happened to a container's items.
    Set(SetTest),
    /// The new value lets everything through.
    UniversalMatch,
}

impl Condition {
    /// Holds the condition against a fact.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>) -> Truth {
        match self {
            Self::Old(test) => test.test(fact.old_kind()),
            Self::New(test) => test.test(fact.new_kind()),
            Self::From(literals) => value::one_of(literals, fact.old_kind()),
            Self::To(literals) => value::one_of(literals, fact.new_kind()),
            Self::Magnitude(magnitude) => magnitude.test(fact),
            Self::Set(test) => test.test(fact),
            Self::UniversalMatch => value::universal(fact.new_kind()),
        }
    }

    /// Whether it judges containers, so that a container whose items came or went is offered to it.
    #[must_use]
    pub fn wants_containers(&self) -> bool {
        matches!(self, Self::Set(_))
    }
}

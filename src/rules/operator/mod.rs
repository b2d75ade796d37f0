//! The closed set of operators, one file per family: tests of one value (`value`), comparisons of two
//! magnitudes (`ratio`), what happened to a container's items (`set`), what networks let through (`network`), what a
//! text says (`text`), what a value is to others (`reference`), what happened to a file as a whole (`aggregate`). Each
//! is compiled when its rule is loaded; evaluating one allocates little and never loops without bound.

pub mod aggregate;
pub mod network;
pub mod pattern;
pub mod ratio;
pub mod reference;
pub mod set;
pub mod text;
pub mod value;

use super::fact::Fact;
use super::world::World;
use aggregate::Aggregate;
use ratio::Magnitude;
use reference::{Dangling, Reference, Together};
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
    /// A range of addresses got wider.
    WidenedCidr,
    /// The list's order is another one.
    OrderChanged,
    /// A version went back.
    VersionDowngrade,
    /// A regular expression that can backtrack without end.
    RegexRisky,
    /// A secret in plain sight.
    PlaintextSecret,
    /// The name of another environment.
    Crossover,
    /// A comparison with another key.
    Reference(Reference),
    /// What changed together with it.
    Together(Together),
    /// What still refers to it.
    Dangling(Dangling),
    /// The table or list that held the value is still there: it did not go together with it.
    ParentStays,
    /// What happened to the whole; judged after all changes were seen.
    Aggregate(Aggregate),
}

impl Condition {
    /// Holds the condition against a fact.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>, world: &World<'_>) -> Truth {
        match self {
            Self::Old(test) => test.test(fact.old_kind()),
            Self::New(test) => test.test(fact.new_kind()),
            Self::From(literals) => value::one_of(literals, fact.old_kind()),
            Self::To(literals) => value::one_of(literals, fact.new_kind()),
            Self::Magnitude(magnitude) => magnitude.test(fact),
            Self::Set(test) => test.test(fact),
            Self::UniversalMatch => value::universal(fact.new_kind()),
            Self::WidenedCidr => network::widened(fact),
            Self::OrderChanged => Truth::of(World::reordered(fact)),
            Self::VersionDowngrade => text::version_downgrade(fact),
            Self::RegexRisky => text::regex_risky(fact),
            Self::PlaintextSecret => text::plaintext_secret(fact),
            Self::Crossover => text::crossover(fact, world.environment, world.environments),
            Self::Reference(reference) => reference.test(fact),
            Self::Together(together) => together.test(fact, world),
            Self::Dangling(dangling) => dangling.test(fact, world),
            Self::ParentStays => Truth::of(!fact.below),
            // Its parts match nothing by themselves.
            Self::Aggregate(_) => Truth::NoMatch,
        }
    }

    /// Whether it judges containers, so that a container whose items came or went is offered to it.
    #[must_use]
    pub fn wants_containers(&self) -> bool {
        matches!(self, Self::Set(_) | Self::WidenedCidr)
    }

    /// Whether it can judge the new side alone.
    #[must_use]
    pub fn judges_presence(&self) -> bool {
        match self {
            Self::New(_)
            | Self::To(_)
            | Self::UniversalMatch
            | Self::RegexRisky
            | Self::PlaintextSecret
            | Self::Crossover
            | Self::Reference(_) => true,
            Self::Old(_)
            | Self::From(_)
            | Self::Magnitude(_)
            | Self::Set(_)
            | Self::WidenedCidr
            | Self::OrderChanged
            | Self::VersionDowngrade
            | Self::Together(_)
            | Self::Dangling(_)
            | Self::ParentStays
            | Self::Aggregate(_) => false,
        }
    }
}

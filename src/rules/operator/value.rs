//! Tests of one value: equality, membership, regular expressions, comparisons, type, length.

use super::Truth;
use super::pattern::Pattern;
use super::ratio::Bounds;
use crate::doc::quantity::Quantity;
use crate::doc::{Kind, Scalar, ScalarKind};

/// A value written in a rule file. Scalars compare by their text, case folded for words, so that
/// `false` also matches the `"false"` of a dotenv file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal(pub String);

impl Literal {
    fn equals(&self, scalar: Scalar<'_>) -> bool {
        match scalar.kind {
            ScalarKind::Null => self.0 == "null",
            ScalarKind::String | ScalarKind::Bool | ScalarKind::Timestamp | ScalarKind::Encrypted => {
                scalar.text.trim().eq_ignore_ascii_case(&self.0)
            }
            // A word is no number, which most literals tell by their first letter.
            ScalarKind::Integer | ScalarKind::Float
                if !self
                    .0
                    .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) =>
            {
                false
            }
            ScalarKind::Integer | ScalarKind::Float => {
                let number = |text: &str| {
                    Scalar {
                        kind: scalar.kind,
                        text,
                    }
                    .canonical()
                    .into_owned()
                };
                number(scalar.text) == number(&self.0)
            }
        }
    }
}

/// The tests of one side; all that are given must hold.
#[derive(Debug, Clone, Default)]
pub struct ValueTest {
    /// Equal to.
    pub eq: Option<Literal>,
    /// Not equal to.
    pub ne: Option<Literal>,
    /// One of.
    pub is_in: Option<Vec<Literal>>,
    /// None of.
    pub not_in: Option<Vec<Literal>>,
    /// A regular expression found in the text.
    pub matches: Option<Pattern>,
    /// Bounds on the magnitude.
    pub bounds: Bounds,
    /// Null (or not).
    pub is_null: Option<bool>,
    /// Empty: null, "", an empty list or table (or not).
    pub is_empty: Option<bool>,
    /// Switched on: true, yes, on, 1, enabled (or not).
    pub is_true: Option<bool>,
    /// Switched off: false, no, off, 0, disabled, none (or not).
    pub is_false: Option<bool>,
    /// Its type's word.
    pub is_type: Option<Vec<String>>,
    /// Bounds on the length: characters of a string, items of a list, keys of a table.
    pub len: Bounds,
}

impl ValueTest {
    /// Whether it tests nothing.
    #[must_use]
    pub fn is_vacuous(&self) -> bool {
        self.eq.is_none()
            && self.ne.is_none()
            && self.is_in.is_none()
            && self.not_in.is_none()
            && self.matches.is_none()
            && self.bounds.is_empty()
            && self.is_null.is_none()
            && self.is_empty.is_none()
            && self.is_true.is_none()
            && self.is_false.is_none()
            && self.is_type.is_none()
            && self.len.is_empty()
    }

    /// Holds the test against a value; an absent value matches nothing.
    #[must_use]
    pub fn test(&self, value: Option<Kind<'_>>) -> Truth {
        let Some(kind) = value else {
            return Truth::NoMatch;
        };
        let scalar = match kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        };
        let mut truth = Truth::Match;
        let mut and = |next: Truth| {
            truth = match (truth, next) {
                (Truth::NoMatch, _) | (_, Truth::NoMatch) => Truth::NoMatch,
                (Truth::NotApplicable, _) | (_, Truth::NotApplicable) => Truth::NotApplicable,
                (Truth::Match, Truth::Match) => Truth::Match,
            };
        };
        let of_scalar = |test: &dyn Fn(Scalar<'_>) -> bool| {
            scalar.map_or(Truth::NotApplicable, |scalar| Truth::of(test(scalar)))
        };
        if let Some(want) = &self.eq {
            and(of_scalar(&|scalar| want.equals(scalar)));
        }
        if let Some(want) = &self.ne {
            and(of_scalar(&|scalar| !want.equals(scalar)));
        }
        if let Some(want) = &self.is_in {
            and(one_of(want, Some(kind)));
        }
        if let Some(want) = &self.not_in {
            and(of_scalar(&|scalar| {
                !want.iter().any(|literal| literal.equals(scalar))
            }));
        }
        if let Some(regex) = &self.matches {
            and(of_scalar(&|scalar| regex.is_match(scalar.text)));
        }
        if let Some(want) = self.is_null {
            and(Truth::of(is_null(kind) == want));
        }
        if let Some(want) = self.is_empty {
            and(Truth::of(is_empty(kind) == want));
        }
        if let Some(want) = self.is_true {
            and(of_scalar(&|scalar| is_true(scalar) == want));
        }
        if let Some(want) = self.is_false {
            and(of_scalar(&|scalar| is_false(scalar) == want));
        }
        if let Some(types) = &self.is_type {
            and(Truth::of(types.iter().any(|word| word == kind.word())));
        }
        if !self.bounds.is_empty() {
            and(match scalar.and_then(|scalar| Quantity::parse(scalar.text)) {
                Some(quantity) => self.bounds.test(&quantity),
                None => Truth::NotApplicable,
            });
        }
        if !self.len.is_empty() {
            let length = match kind {
                Kind::Scalar(scalar) => scalar.text.chars().count(),
                Kind::Sequence(items) => items.len(),
                Kind::Mapping(entries) => entries.len(),
            };
            and(self.len.test_number(length as f64));
        }
        truth
    }
}

/// Whether a value is one of the literals.
#[must_use]
pub fn one_of(literals: &[Literal], value: Option<Kind<'_>>) -> Truth {
    match value {
        None => Truth::NoMatch,
        Some(Kind::Scalar(scalar)) => Truth::of(literals.iter().any(|literal| literal.equals(scalar))),
        Some(Kind::Sequence(_) | Kind::Mapping(_)) => Truth::NotApplicable,
    }
}

/// Whether a value is null.
#[must_use]
pub fn is_null(kind: Kind<'_>) -> bool {
    matches!(
        kind,
        Kind::Scalar(Scalar {
            kind: ScalarKind::Null,
            ..
        })
    )
}

/// Whether a value is null, an empty text, or a container without content.
#[must_use]
pub fn is_empty(kind: Kind<'_>) -> bool {
    match kind {
        Kind::Scalar(scalar) => {
            scalar.kind == ScalarKind::Null
                || (scalar.kind == ScalarKind::String && scalar.text.trim().is_empty())
        }
        Kind::Sequence(items) => items.is_empty(),
        Kind::Mapping(entries) => entries.is_empty(),
    }
}

fn is_word(scalar: Scalar<'_>, words: &[&str]) -> bool {
    match scalar.kind {
        ScalarKind::String | ScalarKind::Bool | ScalarKind::Integer => words
            .iter()
            .any(|word| scalar.text.trim().eq_ignore_ascii_case(word)),
        ScalarKind::Float | ScalarKind::Null | ScalarKind::Timestamp | ScalarKind::Encrypted => false,
    }
}

fn is_true(scalar: Scalar<'_>) -> bool {
    is_word(scalar, &["true", "yes", "on", "1", "enabled", "enable", "y", "t"])
}

fn is_false(scalar: Scalar<'_>) -> bool {
    is_word(
        scalar,
        &[
            "false", "no", "off", "0", "disabled", "disable", "none", "n", "f", "never",
        ],
    )
}

/// Values that match or admit everything.
const UNIVERSAL: &[&str] = &[
    "/",
    "/*",
    "/**",
    "*",
    "**",
    "*.*",
    ".*",
    "^.*$",
    ".+",
    "^",
    "0.0.0.0/0",
    "::/0",
    "0/0",
    "*:*",
    "0.0.0.0-255.255.255.255",
];

/// Whether a value lets everything through.
#[must_use]
pub fn universal(value: Option<Kind<'_>>) -> Truth {
    match value {
        Some(Kind::Scalar(scalar)) if scalar.kind == ScalarKind::String => {
            Truth::of(UNIVERSAL.contains(&scalar.text.trim()))
        }
        Some(Kind::Scalar(_)) | None => Truth::NoMatch,
        Some(Kind::Sequence(_) | Kind::Mapping(_)) => Truth::NoMatch,
    }
}

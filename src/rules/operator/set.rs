//! What happened to the items of a container: emptied, items removed, items added, the same item twice.

use super::Truth;
use super::pattern::Pattern;
use super::ratio::Bounds;
use super::value::is_empty;
use crate::doc::{Kind, Tree};
use crate::rules::fact::Fact;

/// Bounds on how many items came or went.
#[derive(Debug, Clone, Default)]
pub struct ItemTest {
    /// How many.
    pub count: Bounds,
    /// How many, in per cent of the old number of items.
    pub pct: Bounds,
    /// At least one of them has a text that one of these finds.
    pub any_matches: Vec<Pattern>,
    /// Containers that had fewer items are left alone.
    pub min_base: usize,
}

/// A test of a container, or of a value that was blanked.
#[derive(Debug, Clone)]
pub enum SetTest {
    /// Had content and has none now: an emptied list or table, a blanked text, null, or removed.
    Emptied,
    /// Items went.
    Removed(ItemTest),
    /// Items came.
    Added(ItemTest),
    /// The list holds an item twice (or once more) that it did not before.
    Duplicates,
}

impl SetTest {
    /// Holds the test against a fact.
    #[must_use]
    pub fn test(&self, fact: &Fact<'_>) -> Truth {
        match self {
            Self::Emptied => emptied(fact),
            Self::Removed(test) => test.test(
                fact,
                fact.removed.iter().filter_map(|id| fact.text_in_old(*id)),
                fact.removed.len(),
            ),
            Self::Added(test) => test.test(
                fact,
                fact.added.iter().filter_map(|id| fact.text_in_new(*id)),
                fact.added.len(),
            ),
            Self::Duplicates => duplicates(fact),
        }
    }
}

fn duplicates(fact: &Fact<'_>) -> Truth {
    let repeated = |tree: Option<&Tree>, kind: Option<Kind<'_>>| match (tree, kind) {
        // Lines of a text stand there twice for many reasons.
        (Some(tree), Some(Kind::Sequence(items))) if tree.syntax != "text" => {
            let distinct: std::collections::BTreeSet<u128> =
                items.iter().map(|item| tree.hash(*item)).collect();
            Some(items.len() - distinct.len())
        }
        _ => None,
    };
    match (
        repeated(fact.old_tree(), fact.old_kind()),
        repeated(fact.new_tree(), fact.new_kind()),
    ) {
        (old, Some(new)) => Truth::of(new > old.unwrap_or(0)),
        (_, None) => Truth::NoMatch,
    }
}

fn emptied(fact: &Fact<'_>) -> Truth {
    match (fact.old_kind(), fact.new_kind()) {
        (Some(old), None) => Truth::of(!is_empty(old) && fact.new.is_none()),
        (Some(old), Some(new)) => Truth::of(!is_empty(old) && is_empty(new)),
        (None, _) => Truth::NoMatch,
    }
}

impl ItemTest {
    fn test<'f>(&self, fact: &Fact<'_>, mut texts: impl Iterator<Item = &'f str>, count: usize) -> Truth {
        let base = match fact.old_kind() {
            Some(Kind::Sequence(items)) => items.len(),
            Some(Kind::Mapping(entries)) => entries.len(),
            Some(Kind::Scalar(_)) => return Truth::NotApplicable,
            None => 0,
        };
        if count == 0 || base < self.min_base {
            return Truth::NoMatch;
        }
        if !self.any_matches.is_empty()
            && !texts.any(|text| self.any_matches.iter().any(|regex| regex.is_match(text)))
        {
            return Truth::NoMatch;
        }
        let pct = if base == 0 {
            f64::INFINITY
        } else {
            count as f64 * 100.0 / base as f64
        };
        match (self.count.test_number(count as f64), self.pct.test_number(pct)) {
            (Truth::Match, Truth::Match) => Truth::Match,
            _ => Truth::NoMatch,
        }
    }
}

//! Tests of one value, of items, and bounds: TOML to compiled operators.

use super::unknown_word;
use crate::doc::quantity::Quantity;
use crate::doc::table::{Faults, Spanned, Table};
use crate::doc::{Kind, NodeId, Tree};
use crate::rules::operator::pattern::Pattern;
use crate::rules::operator::ratio::Bounds;
use crate::rules::operator::set::ItemTest;
use crate::rules::operator::value::{Literal, ValueTest};

/// Longest regular expression accepted, in bytes.
const REGEX_TEXT: usize = 4096;
/// The most values that one operator lists.
const MAX_LITERALS: usize = 1000;

pub(super) fn value_test(mut table: Table<'_>, built_in: bool, faults: &mut Faults) -> ValueTest {
    let tree = table.tree();
    let one = |table: &mut Table<'_>, key: &'static str, faults: &mut Faults| {
        table
            .node(key)
            .and_then(|id| literals(tree, id, key, faults).into_iter().next())
    };
    let mut test = ValueTest {
        eq: one(&mut table, "eq", faults),
        ne: one(&mut table, "ne", faults),
        ..ValueTest::default()
    };
    test.is_in = table.node("in").map(|id| literals(tree, id, "in", faults));
    test.not_in = table
        .node("not_in")
        .map(|id| literals(tree, id, "not_in", faults));
    test.matches = table
        .string("matches", faults)
        .and_then(|text| regex(&text, built_in, faults));
    test.is_null = table.bool("is_null", faults);
    test.is_empty = table.bool("is_empty", faults);
    test.is_true = table.bool("is_true", faults);
    test.is_false = table.bool("is_false", faults);
    let words = [
        "string",
        "integer",
        "float",
        "bool",
        "null",
        "timestamp",
        "list",
        "map",
    ];
    let types = table.strings("type", faults);
    for word in &types {
        if !words.contains(&word.value.as_str()) {
            unknown_word(word, "type", words.iter().copied(), faults);
        }
    }
    test.is_type = (!types.is_empty()).then(|| types.into_iter().map(|word| word.value).collect());
    test.bounds = bounds_in(&mut table, faults);
    let span = table.span();
    if let Some(inner) = table.table("len", faults) {
        test.len = bare_bounds(inner, faults);
    }
    table.finish(faults);
    if test.is_vacuous() {
        faults.add_with_help(
            span,
            "this holds no test, so that every value would match",
            "leave it out, or name a test such as eq, matches or is_true",
        );
    }
    test
}

pub(super) fn item_test(mut table: Table<'_>, built_in: bool, faults: &mut Faults) -> ItemTest {
    let mut test = ItemTest::default();
    if let Some(inner) = table.table("count", faults) {
        test.count = bare_bounds(inner, faults);
    }
    if let Some(inner) = table.table("pct", faults) {
        test.pct = bare_bounds(inner, faults);
    }
    test.any_matches = table
        .strings("any_matches", faults)
        .iter()
        .filter_map(|text| regex(text, built_in, faults))
        .collect();
    if let Some(base) = table.integer("min_base", faults) {
        match usize::try_from(base.value) {
            Ok(value) => test.min_base = value,
            Err(_) => faults.add(base.span, "`min_base` must not be negative"),
        }
    }
    table.finish(faults);
    test
}

/// Bounds on a bare number: a ratio, a count, a per cent, a difference in its unit.
pub(super) fn bare_bounds(mut table: Table<'_>, faults: &mut Faults) -> Bounds {
    let tree = table.tree();
    let mut read = |key: &'static str| table.node(key).and_then(|id| bare(tree, id, key, faults));
    let bounds = Bounds {
        lt: read("lt"),
        le: read("le"),
        gt: read("gt"),
        ge: read("ge"),
    };
    if bounds.is_empty() {
        faults.add(table.span(), "expected at least one of lt, le, gt, ge");
    }
    if let (Some(low), Some(high)) = (
        bounds.gt.as_ref().or(bounds.ge.as_ref()),
        bounds.lt.as_ref().or(bounds.le.as_ref()),
    ) && low.value() > high.value()
    {
        faults.add(table.span(), "these bounds exclude each other: nothing can match");
    }
    table.finish(faults);
    bounds
}

fn bounds_in(table: &mut Table<'_>, faults: &mut Faults) -> Bounds {
    let tree = table.tree();
    let mut read = |key: &'static str| table.node(key).and_then(|id| quantity(tree, id, key, faults));
    Bounds {
        lt: read("lt"),
        le: read("le"),
        gt: read("gt"),
        ge: read("ge"),
    }
}

/// A number without a unit.
pub(super) fn bare(tree: &Tree, id: NodeId, key: &str, faults: &mut Faults) -> Option<Quantity> {
    let quantity = tree
        .scalar(id)
        .and_then(|scalar| Quantity::parse(scalar.text))
        .filter(Quantity::is_bare);
    if quantity.is_none() {
        faults.add(
            tree.span(id),
            format!("`{key}` must be a number without a unit here"),
        );
    }
    quantity
}

fn quantity(tree: &Tree, id: NodeId, key: &str, faults: &mut Faults) -> Option<Quantity> {
    let quantity = tree.scalar(id).and_then(|scalar| Quantity::parse(scalar.text));
    if quantity.is_none() {
        faults.add(
            tree.span(id),
            format!("`{key}` must be a number, or a text such as \"30s\", \"512Mi\" or \"10%\""),
        );
    }
    quantity
}

/// A scalar, or a list of scalars.
pub(super) fn literals(tree: &Tree, id: NodeId, key: &str, faults: &mut Faults) -> Vec<Literal> {
    let one = |id: NodeId, faults: &mut Faults| match tree.scalar(id) {
        Some(scalar) => Some(Literal(scalar.text.to_owned())),
        None => {
            faults.add(tree.span(id), format!("`{key}` takes scalars"));
            None
        }
    };
    match tree.kind(id) {
        Kind::Sequence([]) => {
            faults.add(
                tree.span(id),
                format!("`{key}` must not be empty: it would never match"),
            );
            Vec::new()
        }
        Kind::Sequence(items) if items.len() > MAX_LITERALS => {
            let fault = format!(
                "`{key}` lists {} values; at most {MAX_LITERALS} are allowed",
                items.len()
            );
            faults.add_with_help(tree.span(id), fault, "say it with `matches`, or in several rules");
            Vec::new()
        }
        Kind::Sequence(items) => items.iter().filter_map(|item| one(*item, faults)).collect(),
        Kind::Scalar(_) | Kind::Mapping(_) => one(id, faults).into_iter().collect(),
    }
}

/// A regular expression; one of a built-in rule is compiled when it is first needed.
pub(super) fn regex(text: &Spanned<String>, built_in: bool, faults: &mut Faults) -> Option<Pattern> {
    if built_in {
        return Some(Pattern::trusted(&text.value));
    }
    if text.value.len() > REGEX_TEXT {
        faults.add(
            text.span,
            format!("this regular expression is longer than {REGEX_TEXT} bytes"),
        );
        return None;
    }
    match Pattern::new(&text.value) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            faults.add(text.span, format!("bad regular expression: {why}"));
            None
        }
    }
}

//! A rule's `when`: its table to compiled conditions.

use super::values::{bare, bare_bounds, item_test, literals, value_test};
use super::{patterns, unknown_word};
use crate::doc::pattern::words;
use crate::doc::table::{Faults, Spanned, Table};
use crate::rules::operator::Condition;
use crate::rules::operator::aggregate::{Aggregate, Over};
use crate::rules::operator::ratio::{Bounds, Magnitude, Measure};
use crate::rules::operator::reference::{By, Dangling, Reference, Together};
use crate::rules::operator::set::SetTest;

/// Operators that are there or not.
const FLAGS: &[(&str, Condition)] = &[
    ("emptied", Condition::Set(SetTest::Emptied)),
    ("duplicates", Condition::Set(SetTest::Duplicates)),
    ("universal_match", Condition::UniversalMatch),
    ("widened_cidr", Condition::WidenedCidr),
    ("order_changed", Condition::OrderChanged),
    ("version_downgrade", Condition::VersionDowngrade),
    ("regex_risky", Condition::RegexRisky),
    ("plaintext_secret", Condition::PlaintextSecret),
    ("crossover", Condition::Crossover),
    ("parent_stays", Condition::ParentStays),
];

/// Reads `when`: what must hold, and whether it is what the new side holds that is judged.
pub(super) fn conditions(
    mut table: Table<'_>,
    built_in: bool,
    faults: &mut Faults,
) -> (Vec<Condition>, bool) {
    let mut out = Vec::new();
    let tree = table.tree();
    let min_base = table
        .node("min_base")
        .and_then(|id| bare(tree, id, "min_base", faults))
        .map(|base| base.value());
    for (key, measure) in [
        ("ratio", Measure::Ratio),
        ("pct", Measure::Percent),
        ("delta", Measure::Delta),
    ] {
        if let Some(inner) = table.table(key, faults) {
            let bounds = bare_bounds(inner, faults);
            out.push(Condition::Magnitude(Magnitude {
                measure,
                bounds,
                min_base,
            }));
        }
    }
    if let Some(inner) = table.table("old", faults) {
        out.push(Condition::Old(value_test(inner, built_in, faults)));
    }
    if let Some(inner) = table.table("new", faults) {
        out.push(Condition::New(value_test(inner, built_in, faults)));
    }
    if let Some(id) = table.node("from") {
        out.push(Condition::From(literals(tree, id, "from", faults)));
    }
    if let Some(id) = table.node("to") {
        out.push(Condition::To(literals(tree, id, "to", faults)));
    }
    if let Some(inner) = table.table("items_removed", faults) {
        out.push(Condition::Set(SetTest::Removed(item_test(
            inner, built_in, faults,
        ))));
    }
    if let Some(inner) = table.table("items_added", faults) {
        out.push(Condition::Set(SetTest::Added(item_test(inner, built_in, faults))));
    }
    for (key, condition) in FLAGS {
        if flag(&mut table, key, faults) {
            out.push(condition.clone());
        }
    }
    related(&mut table, &mut out, faults);
    let present = flag(&mut table, "present", faults);
    let span = table.span();
    if present && !out.iter().all(Condition::judges_presence) {
        faults.add_with_help(
            span,
            "`present` judges what is there, so it goes with `new`, `to`, `ref`, `universal_match`, `regex_risky`, `plaintext_secret` and `crossover` only",
            "leave `present` out to judge the change",
        );
    }
    let whole = out
        .iter()
        .any(|condition| matches!(condition, Condition::Aggregate(_)));
    if whole && out.len() > 1 {
        faults.add(span, "`aggregate` stands alone: it judges no single value");
    }
    if min_base.is_some()
        && !out
            .iter()
            .any(|condition| matches!(condition, Condition::Magnitude(_)))
    {
        faults.add(span, "`min_base` needs `ratio`, `pct` or `delta` beside it");
    }
    if out.is_empty() && !present {
        faults.add(
            span,
            "`when` holds no condition; leave it out to match every change of the paths",
        );
    }
    table.finish(faults);
    (out, present)
}

/// An operator that is either there (`true`) or not; `false` would be read as its opposite.
fn flag(table: &mut Table<'_>, key: &'static str, faults: &mut Faults) -> bool {
    match table.bool(key, faults) {
        Some(true) => true,
        Some(false) => {
            faults.add(
                table.span(),
                format!("`{key} = false` means nothing; leave it out"),
            );
            false
        }
        None => false,
    }
}

/// Operators that look beyond the one value.
fn related(table: &mut Table<'_>, out: &mut Vec<Condition>, faults: &mut Faults) {
    if let Some(inner) = table.table("ref", faults) {
        out.extend(reference(inner, faults).map(Condition::Reference));
    }
    for (key, changed) in [("also_changed", true), ("not_also_changed", false)] {
        let given = table.contains(key);
        let paths = patterns(table, key, faults);
        if !paths.is_empty() {
            out.push(Condition::Together(Together { paths, changed }));
        } else if given {
            faults.add(table.span(), format!("`{key}` must name at least one key path"));
        }
    }
    if let Some(inner) = table.table("dangling_ref", faults) {
        out.extend(dangling(inner, faults).map(Condition::Dangling));
    }
    if let Some(inner) = table.table("aggregate", faults) {
        out.extend(aggregate(inner, faults).map(Condition::Aggregate));
    }
}

/// Names with dots between, folded.
fn key_names(text: &Spanned<String>, faults: &mut Faults) -> Vec<String> {
    let names: Vec<String> = text
        .value
        .split('.')
        .map(|name| words(name).replace('_', ""))
        .collect();
    if names.iter().any(String::is_empty) || text.value.contains(['*', '[', '{']) {
        faults.add_with_help(
            text.span,
            format!("`{}` names no key", text.value),
            "write names with dots between, such as limits.memory; no patterns",
        );
    }
    names
}

fn reference(mut table: Table<'_>, faults: &mut Faults) -> Option<Reference> {
    let to = table.required("to", faults);
    let times = table.string("times", faults);
    let eq = table.bool("eq", faults);
    let tree = table.tree();
    let mut read = |key: &'static str| table.node(key).and_then(|id| bare(tree, id, key, faults));
    let bounds = Bounds {
        lt: read("lt"),
        le: read("le"),
        gt: read("gt"),
        ge: read("ge"),
    };
    if bounds.is_empty() == eq.is_none() {
        faults.add_with_help(
            table.span(),
            "`ref` needs either `eq`, or bounds on this value divided by that one",
            "such as { to = \"max\", gt = 1 }",
        );
    }
    table.finish(faults);
    Some(Reference {
        to: key_names(&to?, faults),
        times: times.map(|text| key_names(&text, faults)),
        bounds,
        eq,
    })
}

fn dangling(mut table: Table<'_>, faults: &mut Faults) -> Option<Dangling> {
    let word = table.required("by", faults);
    let by = word.and_then(|word| {
        let by = By::ALL.iter().find(|(name, _)| *name == word.value);
        if by.is_none() {
            unknown_word(
                &word,
                "way to refer to a value",
                By::ALL.iter().map(|(name, _)| *name),
                faults,
            );
        }
        by.map(|(_, by)| *by)
    });
    let within = patterns(&mut table, "in", faults);
    if within.is_empty() {
        faults.add(
            table.span(),
            "`in` must name the key paths where references stand",
        );
    }
    table.finish(faults);
    Some(Dangling { by: by?, within })
}

fn aggregate(mut table: Table<'_>, faults: &mut Faults) -> Option<Aggregate> {
    let word = table.required("over", faults);
    let over = word.and_then(|word| {
        let over = Over::ALL.iter().find(|(name, _)| *name == word.value);
        if over.is_none() {
            unknown_word(&word, "scope", Over::ALL.iter().map(|(name, _)| *name), faults);
        }
        over.map(|(_, over)| *over)
    });
    let mut bounds = |key: &'static str, faults: &mut Faults| {
        let inner = table.table(key, faults);
        inner.map(|inner| bare_bounds(inner, faults)).unwrap_or_default()
    };
    let changed_pct = bounds("changed_pct", faults);
    let removed_pct = bounds("removed_pct", faults);
    let added_pct = bounds("added_pct", faults);
    let count = bounds("count", faults);
    let all = [&changed_pct, &removed_pct, &added_pct, &count];
    if all.iter().all(|bounds| bounds.is_empty()) {
        faults.add(
            table.span(),
            "expected changed_pct, removed_pct, added_pct or count",
        );
    }
    let base = table.integer("min_base", faults);
    let min_base = base.map_or(0, |base| usize::try_from(base.value).unwrap_or(0));
    table.finish(faults);
    Some(Aggregate {
        over: over?,
        changed_pct,
        removed_pct,
        added_pct,
        count,
        min_base,
    })
}

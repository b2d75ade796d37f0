//! Rule files: TOML to rules, strictly. Every unknown key, operator, bad pattern or regular expression
//! is a fault with its span, and all faults of a file are reported at once.

use regex::{Regex, RegexBuilder};

use super::message::PLACEHOLDERS;
use super::operator::Condition;
use super::operator::ratio::{Bounds, Magnitude, Measure};
use super::operator::set::{ItemTest, SetTest};
use super::operator::value::{Literal, ValueTest};
use super::rule::{Expect, Rule, RuleTest};
use crate::diff::ChangeKind;
use crate::doc::quantity::Quantity;
use crate::doc::table::{Faults, Spanned, Table, nearest};
use crate::doc::{Kind, NodeId, PathPattern, Span, Tree};
use crate::settings::Severity;

/// Compiled size limit of one regular expression, in bytes.
const REGEX_SIZE: usize = 256 * 1024;
/// Longest regular expression accepted, in bytes.
const REGEX_TEXT: usize = 4096;

/// Reads the rules of one file.
pub fn load_rules(tree: &Tree, built_in: bool, faults: &mut Faults) -> Vec<Rule> {
    let Some(root) = tree.documents.first() else {
        return Vec::new();
    };
    let Some(mut table) = Table::new(tree, *root, faults) else {
        return Vec::new();
    };
    let rules: Vec<Rule> = table
        .tables("rule", faults)
        .into_iter()
        .filter_map(|table| rule(table, built_in, faults))
        .collect();
    if rules.is_empty() && faults.0.is_empty() {
        faults.add(tree.span(*root), "the file holds no [[rule]]");
    }
    table.finish(faults);
    rules
}

fn rule(mut table: Table<'_>, built_in: bool, faults: &mut Faults) -> Option<Rule> {
    let id = table.required("id", faults);
    if let Some(id) = &id {
        check_id(id, faults);
    }
    let title = table.required("title", faults);
    let severity = table.required("severity", faults).and_then(|word| {
        Severity::from_word(&word.value).or_else(|| {
            unknown_word(
                &word,
                "severity",
                Severity::ALL.iter().map(|severity| severity.word()),
                faults,
            );
            None
        })
    });
    let paths = patterns(&mut table, "paths", faults);
    if paths.is_empty() {
        faults.add(table.span(), "`paths` must name at least one key path");
    }
    let except = patterns(&mut table, "except", faults);
    let kinds = kinds(&mut table, faults);
    let files = texts(&mut table, "files", faults);
    let environments = texts(&mut table, "environments", faults);
    let documents = texts(&mut table, "documents", faults);
    let (when, present) = match table.table("when", faults) {
        Some(when) => conditions(when, faults),
        None => (Vec::new(), false),
    };
    let message = table.string("message", faults);
    if let Some(message) = &message {
        check_placeholders(message, faults);
    }
    let why = table
        .string("why", faults)
        .map(|why| why.value)
        .unwrap_or_default();
    let help = table
        .string("help", faults)
        .map(|help| help.value)
        .unwrap_or_default();
    let tests = table
        .tables("test", faults)
        .into_iter()
        .filter_map(|test| rule_test(test, faults))
        .collect();
    let origin = table.tree().source().display.clone();
    table.finish(faults);
    let (id, title) = (id?, title?);
    Some(Rule {
        span: id.span,
        message: message.map_or_else(|| format!("{}: {{path}}", title.value), |message| message.value),
        id: id.value,
        title: title.value,
        severity: severity?,
        paths,
        except,
        kinds,
        files,
        environments,
        documents,
        present,
        when,
        why,
        help,
        tests,
        origin,
        built_in,
    })
}

fn check_id(id: &Spanned<String>, faults: &mut Faults) {
    let legal = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let good = id
        .value
        .split_once('/')
        .is_some_and(|(pack, name)| legal(pack) && legal(name));
    if !good {
        faults.add_with_help(
            id.span,
            format!("`{}` is no rule id", id.value),
            "write pack/name, in lower-case letters, digits and hyphens",
        );
    }
}

fn check_placeholders(message: &Spanned<String>, faults: &mut Faults) {
    for part in message.value.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or("");
        if !PLACEHOLDERS.contains(&name) {
            let fault = format!("unknown placeholder `{{{name}}}`");
            faults.add_with_help(message.span, fault, format!("known: {}", PLACEHOLDERS.join(", ")));
        }
    }
}

fn unknown_word<'k>(
    word: &Spanned<String>,
    what: &str,
    known: impl Iterator<Item = &'k str>,
    faults: &mut Faults,
) {
    let known: Vec<&str> = known.collect();
    let message = format!("`{}` is no {what}", word.value);
    let help = match nearest(&word.value, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of: {}", known.join(", ")),
    };
    faults.add_with_help(word.span, message, help);
}

fn texts(table: &mut Table<'_>, key: &'static str, faults: &mut Faults) -> Vec<String> {
    table
        .strings(key, faults)
        .into_iter()
        .map(|text| text.value)
        .collect()
}

/// Reads a list of key path patterns.
fn patterns(table: &mut Table<'_>, key: &'static str, faults: &mut Faults) -> Vec<PathPattern> {
    table
        .strings(key, faults)
        .into_iter()
        .filter_map(|text| match PathPattern::new(&text.value) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                faults.add(
                    text.span,
                    format!("bad path pattern at character {}: {error}", error.at + 1),
                );
                None
            }
        })
        .collect()
}

fn kinds(table: &mut Table<'_>, faults: &mut Faults) -> Vec<ChangeKind> {
    let given = table.strings("kinds", faults);
    if given.is_empty() {
        return vec![
            ChangeKind::Changed,
            ChangeKind::Added,
            ChangeKind::Removed,
            ChangeKind::TypeChanged,
        ];
    }
    given
        .iter()
        .filter_map(|word| {
            let kind = ChangeKind::ALL.into_iter().find(|kind| kind.word() == word.value);
            if kind.is_none() {
                unknown_word(
                    word,
                    "kind of change",
                    ChangeKind::ALL.iter().map(|kind| kind.word()),
                    faults,
                );
            }
            kind
        })
        .collect()
}

fn conditions(mut table: Table<'_>, faults: &mut Faults) -> (Vec<Condition>, bool) {
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
        out.push(Condition::Old(value_test(inner, faults)));
    }
    if let Some(inner) = table.table("new", faults) {
        out.push(Condition::New(value_test(inner, faults)));
    }
    if let Some(id) = table.node("from") {
        out.push(Condition::From(literals(tree, id, "from", faults)));
    }
    if let Some(id) = table.node("to") {
        out.push(Condition::To(literals(tree, id, "to", faults)));
    }
    if flag(&mut table, "emptied", faults) {
        out.push(Condition::Set(SetTest::Emptied));
    }
    if let Some(inner) = table.table("items_removed", faults) {
        out.push(Condition::Set(SetTest::Removed(item_test(inner, faults))));
    }
    if let Some(inner) = table.table("items_added", faults) {
        out.push(Condition::Set(SetTest::Added(item_test(inner, faults))));
    }
    if flag(&mut table, "universal_match", faults) {
        out.push(Condition::UniversalMatch);
    }
    let present = flag(&mut table, "present", faults);
    let span = table.span();
    if present
        && out.iter().any(|condition| {
            !matches!(
                condition,
                Condition::New(_) | Condition::To(_) | Condition::UniversalMatch
            )
        })
    {
        faults.add_with_help(
            span,
            "`present` judges what is there, so it goes with `new`, `to` and `universal_match` only",
            "leave `present` out to judge the change",
        );
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

fn value_test(mut table: Table<'_>, faults: &mut Faults) -> ValueTest {
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
        .and_then(|text| regex(&text, faults));
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

fn item_test(mut table: Table<'_>, faults: &mut Faults) -> ItemTest {
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
        .filter_map(|text| regex(text, faults))
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
fn bare_bounds(mut table: Table<'_>, faults: &mut Faults) -> Bounds {
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
fn bare(tree: &Tree, id: NodeId, key: &str, faults: &mut Faults) -> Option<Quantity> {
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
fn literals(tree: &Tree, id: NodeId, key: &str, faults: &mut Faults) -> Vec<Literal> {
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
        Kind::Sequence(items) => items.iter().filter_map(|item| one(*item, faults)).collect(),
        Kind::Scalar(_) | Kind::Mapping(_) => one(id, faults).into_iter().collect(),
    }
}

fn regex(text: &Spanned<String>, faults: &mut Faults) -> Option<Regex> {
    if text.value.len() > REGEX_TEXT {
        faults.add(
            text.span,
            format!("this regular expression is longer than {REGEX_TEXT} bytes"),
        );
        return None;
    }
    match RegexBuilder::new(&text.value).size_limit(REGEX_SIZE).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason
                .lines()
                .last()
                .unwrap_or("")
                .trim_start_matches("error: ")
                .to_owned();
            faults.add(text.span, format!("bad regular expression: {reason}"));
            None
        }
    }
}

fn rule_test(mut table: Table<'_>, faults: &mut Faults) -> Option<RuleTest> {
    let old = table.string("old", faults).map(|text| text.value);
    let new = table.string("new", faults).map(|text| text.value);
    let file = table
        .string("file", faults)
        .map_or_else(|| "test.yaml".to_owned(), |text| text.value);
    let environment = table
        .string("environment", faults)
        .map(|text| text.value)
        .unwrap_or_default();
    let span: Span = table.span();
    if old.is_none() && new.is_none() {
        faults.add(span, "a test needs `old` or `new`");
    }
    let expect = table.required("expect", faults).and_then(|word| {
        let expect = Expect::ALL.into_iter().find(|expect| expect.word() == word.value);
        if expect.is_none() {
            unknown_word(
                &word,
                "expectation",
                Expect::ALL.iter().map(|expect| expect.word()),
                faults,
            );
        }
        expect
    });
    table.finish(faults);
    Some(RuleTest {
        old,
        new,
        file,
        environment,
        expect: expect?,
        span,
    })
}

//! Rule files: TOML to rules, strictly. Every unknown key, operator, bad pattern or regular expression
//! is a fault with its span, and all faults of a file are reported at once.

mod values;
mod when;

use super::message::PLACEHOLDERS;
use super::operator::Condition;
use super::rule::{Expect, Retired, Rule, RuleFile, RuleTest};
use crate::diff::ChangeKind;
use crate::doc::table::{Faults, Spanned, Table, nearest};
use crate::doc::{PathPattern, Span, Tree};
use crate::settings::Severity;
use when::conditions;

/// The most key paths that one list of a rule names, and the longest of them in bytes.
const MAX_PATHS: usize = 500;
const MAX_PATH_TEXT: usize = 4096;

/// Reads the rules of one file.
pub fn load_rules(tree: &Tree, built_in: bool, faults: &mut Faults) -> RuleFile {
    let Some(root) = tree.documents.first() else {
        return RuleFile::default();
    };
    let Some(mut table) = Table::new(tree, *root, faults) else {
        return RuleFile::default();
    };
    let rules: Vec<Rule> = table
        .tables("rule", faults)
        .into_iter()
        .filter_map(|table| rule(table, built_in, faults))
        .collect();
    let retired: Vec<Retired> = table
        .tables("retired", faults)
        .into_iter()
        .filter_map(|table| retired(table, faults))
        .collect();
    if rules.is_empty() && retired.is_empty() && faults.0.is_empty() {
        faults.add(tree.span(*root), "the file holds no [[rule]]");
    }
    table.finish(faults);
    RuleFile { rules, retired }
}

/// An id that is no rule's any more.
fn retired(mut table: Table<'_>, faults: &mut Faults) -> Option<Retired> {
    let id = table.required("id", faults);
    if let Some(id) = &id {
        check_id(id, faults);
    }
    let by = table.string("replaced_by", faults);
    if let Some(by) = &by {
        check_id(by, faults);
    }
    table.finish(faults);
    Some(Retired {
        id: id?.value,
        replaced_by: by.map(|by| by.value),
    })
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
    let (paths, except) = paths(&mut table, faults);
    let kinds = kinds(&mut table, faults);
    let files = texts(&mut table, "files", faults);
    let environments = texts(&mut table, "environments", faults);
    let mut documents = texts(&mut table, "documents", faults);
    documents.extend(texts(&mut table, "kind", faults));
    let (when, present) = match table.table("when", faults) {
        Some(when) => conditions(when, built_in, faults),
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
        kinds: kinds.unwrap_or_else(|| kinds_of(&when)),
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

/// `paths` and `except`; a path with `!` before it is an exception too.
fn paths(table: &mut Table<'_>, faults: &mut Faults) -> (Vec<PathPattern>, Vec<PathPattern>) {
    let given = table.strings("paths", faults);
    let (without, paths): (Vec<_>, Vec<_>) = given.into_iter().partition(|text| text.value.starts_with('!'));
    let without = without.into_iter().map(|text| Spanned {
        value: text.value[1..].to_owned(),
        span: text.span,
    });
    let spans: Vec<Span> = paths.iter().map(|text| text.span).collect();
    let paths = compiled(paths, faults);
    let mut except = compiled(without.collect(), faults);
    except.extend(patterns(table, "except", faults));
    if paths.is_empty() {
        faults.add(table.span(), "`paths` must name at least one key path");
    }
    for (nth, path) in paths.iter().enumerate() {
        let span = spans.get(nth).copied().unwrap_or_else(|| table.span());
        let same = |other: &PathPattern| other.text() == path.text();
        if except.iter().any(|other| same(other) || other.text() == "**") {
            faults.add(
                span,
                format!(
                    "`{}` is unreachable: the exceptions take all of it out",
                    path.text()
                ),
            );
        } else if paths[..nth].iter().any(same) {
            faults.add(span, format!("`{}` is named twice", path.text()));
        }
    }
    (paths, except)
}

/// Reads a list of key path patterns.
fn patterns(table: &mut Table<'_>, key: &'static str, faults: &mut Faults) -> Vec<PathPattern> {
    let given = table.strings(key, faults);
    compiled(given, faults)
}

fn compiled(texts: Vec<Spanned<String>>, faults: &mut Faults) -> Vec<PathPattern> {
    if let Some(text) = texts.get(MAX_PATHS) {
        let fault = format!("more than {MAX_PATHS} key paths in one list");
        faults.add_with_help(text.span, fault, "say it with patterns, or in several rules");
        return Vec::new();
    }
    let compile = |text: Spanned<String>| {
        if text.value.len() > MAX_PATH_TEXT {
            faults.add(
                text.span,
                format!("this path pattern is longer than {MAX_PATH_TEXT} bytes"),
            );
            return None;
        }
        match PathPattern::new(&text.value) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                faults.add(
                    text.span,
                    format!("bad path pattern at character {}: {error}", error.at + 1),
                );
                None
            }
        }
    };
    texts.into_iter().filter_map(compile).collect()
}

/// The kinds that a rule looks at where it does not say.
fn kinds_of(when: &[Condition]) -> Vec<ChangeKind> {
    use ChangeKind::{Added, Changed, Moved, Removed, Reordered, TypeChanged};
    let order = |condition: &Condition| matches!(condition, Condition::OrderChanged);
    if when.iter().any(order) {
        vec![Moved, Reordered]
    } else {
        vec![Changed, Added, Removed, TypeChanged]
    }
}

fn kinds(table: &mut Table<'_>, faults: &mut Faults) -> Option<Vec<ChangeKind>> {
    let given = table.strings("kinds", faults);
    let known = |word: &Spanned<String>| {
        let kind = ChangeKind::ALL.into_iter().find(|kind| kind.word() == word.value);
        if kind.is_none() {
            let words = ChangeKind::ALL.iter().map(|kind| kind.word());
            unknown_word(word, "kind of change", words, faults);
        }
        kind
    };
    (!given.is_empty()).then(|| given.iter().filter_map(known).collect())
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

//! The page of a rule, in Markdown: what it is for, what it covers, what to do, and its tests as examples.

use std::fmt::Write as _;

use crate::rules::{Expect, Rule, RuleTest};

/// A rule's page.
#[must_use]
pub fn rule_page(rule: &Rule) -> String {
    let mut out = format!(
        "# {}\n\n{} · **{}**\n",
        rule.id,
        capital(&rule.title),
        rule.severity.word()
    );
    section(&mut out, "Why", &rule.why);
    section(&mut out, "What to do", &rule.help);
    out.push_str("\n## What it covers\n\n");
    for path in &rule.paths {
        let _ = writeln!(out, "- `{}`", path.text());
    }
    for path in &rule.except {
        let _ = writeln!(out, "- not `{}`", path.text());
    }
    for (what, list) in [
        ("Files", &rule.files),
        ("Environments", &rule.environments),
        ("Kinds of documents", &rule.documents),
    ] {
        if !list.is_empty() {
            let _ = writeln!(out, "\n{what}: `{}`.", list.join("`, `"));
        }
    }
    let judged = if rule.present {
        "what the proposal holds, whether it changed or not".to_owned()
    } else {
        let kinds: Vec<&str> = rule.kinds.iter().map(|kind| kind.word()).collect();
        format!("changes ({})", kinds.join(", "))
    };
    let _ = writeln!(out, "\nIt judges {judged}.");
    for (expect, title) in [(Expect::Match, "Flagged"), (Expect::NoMatch, "Not flagged")] {
        let of = rule.tests.iter().filter(|test| test.expect == expect);
        let examples: Vec<String> = of.map(example).collect();
        if !examples.is_empty() {
            let _ = write!(out, "\n## {title}\n\n{}", examples.join("\n"));
        }
    }
    out
}

fn section(out: &mut String, title: &str, text: &str) {
    if !text.is_empty() {
        let _ = write!(out, "\n## {title}\n\n{text}\n");
    }
}

/// The two sides of a test as the lines of a comparison.
fn example(test: &RuleTest) -> String {
    let mut out = String::from("```diff\n");
    for (sign, text) in [('-', &test.old), ('+', &test.new)] {
        for line in text.as_deref().unwrap_or_default().lines() {
            let _ = writeln!(out, "{sign} {line}");
        }
    }
    out.push_str("```\n");
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

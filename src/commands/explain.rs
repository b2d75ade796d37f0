//! `explain CODE|RULE`: what it means and what to do; the text that findings point to.

use std::fmt::Write as _;

use clap::Args;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup;
use crate::doc::table::nearest;
use crate::gate::ExitStatus;
use crate::gate::codes::{self, CODES};
use crate::report::Look;
use crate::report::human::wrapped;
use crate::rules::{Rule, RuleSet};
use crate::sys::terminal::print;

/// Say what a code or a rule means and what to do
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tollgate explain TG201\n  tollgate explain capacity/pool-shrink")]
pub struct ExplainArgs {
    /// A code such as TG201, or a rule's id (default: list every code)
    pub what: Option<String>,
}

pub(super) fn run(context: &mut Context, args: &ExplainArgs) -> Outcome {
    context.with_tests = true;
    let look = context.out();
    let text = match &args.what {
        None => list(),
        Some(what) if what.contains('/') => {
            let rules = setup::load(context)?.rules;
            rule_text(&rules, what, look)?
        }
        Some(what) => code_text(what, look)?,
    };
    print(&text);
    Ok(ExitStatus::Pass)
}

fn list() -> String {
    CODES.iter().fold(String::new(), |mut out, row| {
        let _ = writeln!(out, "{}  {}", row.code, row.title);
        out
    })
}

fn code_text(what: &str, look: Look) -> Result<String, Failure> {
    let Some(row) = codes::find(what) else {
        let near = nearest(&what.to_ascii_uppercase(), CODES.iter().map(|row| row.code));
        let hint = near.map_or_else(
            || "`tollgate explain` lists every code".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        return Err(Failure::usage(&format!("there is no code `{what}`"), &hint));
    };
    let mut out = format!("{}: {}\n\n", row.code, row.title);
    out.push_str(&wrapped(row.meaning, "  ", look.width));
    out.push_str("\nWhat to do\n");
    out.push_str(&wrapped(row.advice, "  ", look.width));
    Ok(out)
}

fn rule_text(rules: &RuleSet, what: &str, look: Look) -> Result<String, Failure> {
    let Some(rule) = rules.rules.iter().find(|rule| rule.id == what) else {
        let near = nearest(what, rules.rules.iter().map(|rule| rule.id.as_str()));
        let hint = near.map_or_else(
            || "`tollgate rules list` names every rule".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        return Err(Failure::usage(&format!("there is no rule `{what}`"), &hint));
    };
    Ok(describe(rule, look))
}

fn describe(rule: &Rule, look: Look) -> String {
    let mut out = format!("{}: {} ({})\n\n", rule.id, rule.title, rule.severity.word());
    if !rule.why.is_empty() {
        out.push_str(&wrapped(&rule.why, "  ", look.width));
        out.push('\n');
    }
    out.push_str("What to do\n");
    let help = if rule.help.is_empty() {
        "Look whether the change is meant."
    } else {
        &rule.help
    };
    out.push_str(&wrapped(help, "  ", look.width));
    out.push_str("\nCovers\n");
    for path in &rule.paths {
        out.push_str(&pattern(path.text(), "  ", look.width));
    }
    for path in &rule.except {
        out.push_str(&pattern(path.text(), "  but not ", look.width));
    }
    let judged = if rule.present {
        "what the proposal holds".to_owned()
    } else {
        rule.kinds
            .iter()
            .map(|kind| kind.word())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = writeln!(
        out,
        "\nJudges {judged}. From {}, with {} tests.",
        rule.origin,
        rule.tests.len()
    );
    out
}

/// A pattern broken after its commas where it is too long for a line.
fn pattern(text: &str, head: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = head.to_owned();
    for part in text.split_inclusive(',') {
        if line.len() + part.len() > width && !line.trim().is_empty() {
            let _ = writeln!(out, "{}", line.trim_end());
            line = "    ".to_owned();
        }
        line.push_str(part);
    }
    let _ = writeln!(out, "{}", line.trim_end());
    out
}

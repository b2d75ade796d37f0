//! `rules list` and `rules test`: the rules in force.

use std::fmt::Write as _;

use clap::{Args, Subcommand};

use super::args::Format;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::{self, Setup};
use super::sources;
use crate::gate::ExitStatus;
use crate::report::{Look, Paint, rules_json, to_json};
use crate::rules::{Rule, run_tests};
use crate::settings::Actions;

/// List or test the rules in force
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List every rule in force, with its severity and what that leads to
    List,
    /// Run the tests that rules carry
    Test {
        /// Only rules whose id holds one of these texts
        ids: Vec<String>,
    },
}

pub(super) fn run(context: &mut Context, args: &RulesArgs) -> Outcome {
    let setup = setup::load(context)?;
    if setup.rules.rules.is_empty() {
        let text = "error: no rule is in force\n  hint: name rule files or packs in the policy\n".to_owned();
        return Err(Failure {
            status: ExitStatus::Undecided,
            text,
        });
    }
    match &args.command {
        RulesCommand::List => list(context, &setup),
        RulesCommand::Test { ids } => test(context, &setup, ids),
    }
}

fn actions(context: &Context, setup: &Setup) -> Result<Actions, Failure> {
    match (&setup.policy, &context.global.env) {
        (Some(policy), Some(_)) => Ok(sources::chosen(context, policy)?
            .first()
            .map(|environment| environment.actions.clone())
            .unwrap_or_default()),
        _ => Ok(Actions::default()),
    }
}

fn list(context: &Context, setup: &Setup) -> Outcome {
    let actions = actions(context, setup)?;
    context.finish(ExitStatus::Pass, &|format, look, _| match format {
        Format::Json => to_json(&rules_json(&setup.rules, &actions)),
        Format::Human | Format::Jsonpatch | Format::Markdown | Format::Html | Format::Prometheus => {
            rows(&setup.rules.rules, &actions, look)
        }
    })
}

fn rows(rules: &[Rule], actions: &Actions, look: Look) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let head = format!(
            "{:<width$}  {:<8}  {:<7}",
            rule.id,
            rule.severity.word(),
            actions.of(rule.severity).word()
        );
        let room = look.width.saturating_sub(head.len() + 2).max(20);
        let mut title: String = rule.title.chars().take(room).collect();
        if title.len() < rule.title.len() {
            title.pop();
            title.push('…');
        }
        let _ = writeln!(out, "{head}  {}", look.paint(Paint::Dim, &title));
    }
    let _ = writeln!(out, "{} rules", rules.len());
    out
}

fn test(context: &Context, setup: &Setup, ids: &[String]) -> Outcome {
    let chosen: Vec<&Rule> = setup
        .rules
        .rules
        .iter()
        .filter(|rule| ids.is_empty() || ids.iter().any(|id| rule.id.contains(id.as_str())))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::usage(
            "no rule has such an id",
            "`tollgate rules list` names every rule",
        ));
    }
    let (mut text, mut failed, mut count) = (String::new(), 0, 0);
    let look = context.out();
    for rule in &chosen {
        count += rule.tests.len();
        if rule.tests.is_empty() {
            let _ = writeln!(
                text,
                "{} {}: no test",
                look.paint(Paint::Caution, "warning"),
                rule.id
            );
        }
        for failure in run_tests(rule) {
            failed += 1;
            let word = look.paint(Paint::Bad, "failed");
            let _ = writeln!(
                text,
                "{word} {} test {}: {} ({})",
                failure.rule, failure.test, failure.message, rule.origin
            );
        }
    }
    let _ = writeln!(text, "{} rules, {count} tests, {failed} failed", chosen.len());
    crate::sys::terminal::print(&text);
    Ok(if failed == 0 {
        ExitStatus::Pass
    } else {
        ExitStatus::Refused
    })
}

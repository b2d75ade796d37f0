//! `rules …`: the rules in force, and work with them. Each further word has a file of its own.

mod coverage;
mod pages;
mod skeleton;
mod suggest;

use std::fmt::Write as _;

use clap::{Args, Subcommand};

use super::context::Context;
use super::error::{Failure, Outcome};
use super::explain::{self, ExplainArgs};
use super::setup::{self, Setup};
use super::sources;
use crate::gate::ExitStatus;
use crate::report::escape::visible;
use crate::report::{Look, Paint, rules_json, to_json};
use crate::rules::{Rule, RuleSet, run_tests};
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
    /// Say what a rule is for, what it covers and what to do
    Explain {
        /// The rule's id
        id: String,
    },
    /// Say how much of the configuration, and of the change, the rules speak of
    Coverage {
        /// Files (default: the config sets of the policy)
        files: Vec<String>,
    },
    /// Propose rules that the repository's history speaks for
    Suggest {
        /// How many commits to look at
        #[arg(long, value_name = "N", default_value_t = 200)]
        history: usize,
    },
    /// Print a rule to begin with, with a test
    New {
        /// The rule's id, such as shop/checkout-timeout
        id: String,
    },
    /// Write what `tollgate.lock` holds of the packs that the policy extends
    Lock,
    /// Write a page for every built-in rule
    #[command(hide = true)]
    Pages {
        /// The folder
        folder: String,
    },
}

pub(super) fn run(context: &mut Context, args: &RulesArgs) -> Outcome {
    match &args.command {
        RulesCommand::Pages { folder } => return pages::run(context, folder),
        RulesCommand::New { id } => return skeleton::run(id),
        RulesCommand::Lock => return super::extends::lock(context),
        RulesCommand::Explain { id } => {
            let args = ExplainArgs {
                what: Some(id.clone()),
            };
            return explain::run(context, &args);
        }
        RulesCommand::List
        | RulesCommand::Test { .. }
        | RulesCommand::Coverage { .. }
        | RulesCommand::Suggest { .. } => {}
    }
    context.with_tests = matches!(args.command, RulesCommand::Test { .. });
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
        RulesCommand::Coverage { files } => coverage::run(context, &setup, files),
        RulesCommand::Suggest { history } => suggest::run(context, &setup, *history),
        RulesCommand::Explain { .. }
        | RulesCommand::New { .. }
        | RulesCommand::Lock
        | RulesCommand::Pages { .. } => Ok(ExitStatus::Pass),
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
    let environment = context.global.env.clone().unwrap_or_default();
    context.finish(ExitStatus::Pass, &|format, look, _| {
        if format.is_json() {
            to_json(&rules_json(&setup.rules, &actions, &environment))
        } else {
            rows(&setup.rules, &actions, &environment, look)
        }
    })
}

/// One line a rule: id, severity and action here, where it comes from unless that is the program, title.
fn rows(set: &RuleSet, actions: &Actions, environment: &str, look: Look) -> String {
    let rules = &set.rules;
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut off = 0;
    for rule in rules {
        let (severity, _) = set.severity(rule, environment);
        let (word, action) = match severity {
            Some(severity) => (severity.word(), actions.of(severity).word()),
            None => ("off", "-"),
        };
        off += usize::from(severity.is_none());
        let head = format!("{:<width$}  {word:<8}  {action:<7}", rule.id);
        let origin = if rule.built_in {
            String::new()
        } else {
            format!(" ({})", visible(&rule.origin))
        };
        let room = look.width.saturating_sub(head.len() + 2).max(20);
        let whole = format!("{}{origin}", rule.title);
        let mut title: String = whole.chars().take(room).collect();
        if title.len() < whole.len() {
            title.pop();
            title.push('…');
        }
        let _ = writeln!(out, "{head}  {}", look.paint(Paint::Dim, &title));
    }
    let own = rules.iter().filter(|rule| !rule.built_in).count();
    let _ = write!(out, "{} rules", rules.len());
    for (count, what) in [(own, "of your own"), (off, "off by the policy")] {
        if count > 0 {
            let _ = write!(out, ", {count} {what}");
        }
    }
    out.push('\n');
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

//! `check`: every check, one verdict.

use clap::Args;

use super::args::Format;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::known::Known;
use super::setup::{self, Setup};
use super::{by_hand, recorded, sources};
use crate::gate::{CheckInput, CheckOutcome, EnvironmentInput, Skipped, check};
use crate::report::{Look, Wire, check_json, code_quality, html, human, junit, markdown, remarks, to_json};
use crate::settings::Moment;
use crate::sys::dns::Dns;
use crate::sys::workers::Threads;
use crate::sys::{clock, hosts, random};

/// Run every check and give one verdict
#[derive(Debug, Args)]
#[command(
    after_help = "Without a policy, `tollgate check --deployed OLD NEW` compares two files or folders with the built-in rules."
)]
pub struct CheckArgs {
    /// What is proposed: with --deployed a file or folder, else files of the config sets
    pub files: Vec<String>,
    /// Also list what rules find in files that do not change
    #[arg(long)]
    pub all: bool,
}

/// Reserve of the deadline for judging and printing.
pub(super) fn answers_until(context: &Context, setup: &Setup) -> std::time::Instant {
    let deadline = setup.resolver.deadline;
    let reserve = (deadline / 20)
        .max(std::time::Duration::from_millis(50))
        .min(deadline / 2);
    context.started.after(deadline.saturating_sub(reserve))
}

pub(super) fn run(context: &mut Context, args: &CheckArgs) -> Outcome {
    context.arm();
    let moment = context.guard_environment();
    let mut setup = setup::load(context)?;
    setup.all = args.all;
    let (environments, again) = inputs(context, &setup, &args.files)?;
    if moment == Moment::Push {
        recorded::note_other(context, &setup, &environments);
    }
    let outcome = judge(context, &setup, moment, environments, context.global.offline);
    report(context, &setup, &outcome, &again)
}

/// Prints an outcome.
pub(super) fn report(context: &Context, setup: &Setup, outcome: &CheckOutcome, again: &str) -> Outcome {
    context.finish(outcome.exit, &|format, look, status| {
        render(
            context,
            setup,
            &outcome.clone().ended(status),
            again,
            format,
            look,
        )
    })
}

/// An outcome in a format.
pub(super) fn render(
    context: &Context,
    setup: &Setup,
    outcome: &CheckOutcome,
    again: &str,
    format: Format,
    look: Look,
) -> String {
    let wire = Wire {
        redactor: &setup.redactor,
        key: &setup.key,
        verbose: context.global.verbose,
    };
    let human = human::Human {
        look,
        view: context.view(),
        redactor: &setup.redactor,
        again,
        last: true,
    };
    match format {
        Format::Json => to_json(&check_json(outcome, wire)),
        Format::Markdown => markdown::check(outcome, human),
        Format::Html => html::check(outcome, human),
        Format::Github => remarks::github(&remarks::remarks(outcome, &context.before)),
        Format::Azure => remarks::azure(&remarks::remarks(outcome, &context.before)),
        Format::Gitlab => code_quality(&remarks::remarks(outcome, &context.before)),
        Format::Junit => junit(outcome, &context.before, clock::now()),
        Format::Human | Format::Jsonpatch | Format::Prometheus => human::check(outcome, human),
    }
}

/// Runs the pipeline.
pub(super) fn judge(
    context: &Context,
    setup: &Setup,
    at: Moment,
    environments: Vec<EnvironmentInput>,
    offline: bool,
) -> CheckOutcome {
    let known = Known::load(context, setup);
    let input = CheckInput {
        at,
        environments,
        rules: &setup.rules,
        diff: &setup.diff,
        resolver: &setup.resolver,
        addresses: &setup.addresses,
        hosts: &hosts::read(),
        token: &random::token(),
        offline,
        all: setup.all,
        policy_from: &setup.home.label(),
        guarded: &setup.guarded,
        acks: &setup.acks,
        redactor: &setup.redactor,
        key: &setup.key,
        evidence: &known.evidence,
        kept: &known,
        limits: context.limits,
        workers: &Threads,
        today: clock::today(),
        skipped: context.skipped.clone(),
    };
    let dns = Dns::new(
        setup.resolver.clone(),
        answers_until(context, setup),
        context.bar(),
    );
    let outcome = check(&input, &dns, &context.started);
    match dns.broken_off() {
        Some(status) => outcome.broken_off(status),
        None => outcome,
    }
}

/// Both sides of everything that is to be checked, and the flags that name the same comparison again.
pub(super) fn inputs(
    context: &mut Context,
    setup: &Setup,
    files: &[String],
) -> Result<(Vec<EnvironmentInput>, String), Failure> {
    let policy = setup.policy.as_ref();
    let sets = policy.is_some_and(|policy| !policy.configs.is_empty());
    let by_hand = context.global.deployed.is_some() && (files.len() == 1 || !sets);
    if by_hand {
        if let Some(name) = &context.global.set {
            return Err(Failure::usage(
                &format!("--set {name} has no meaning for files given by hand"),
                "leave it out, or leave --deployed to the policy",
            ));
        }
        let old = context.global.deployed.clone().unwrap_or_default();
        let new = match (files, &context.global.proposed) {
            ([new], None) => new.clone(),
            ([], Some(new)) => new.clone(),
            ([], None) => {
                return Err(Failure::usage(
                    "what is proposed?",
                    "tollgate check --deployed OLD NEW",
                ));
            }
            _ => {
                return Err(Failure::usage(
                    "--deployed compares with one proposed file or folder",
                    "tollgate check --deployed OLD NEW",
                ));
            }
        };
        let set = by_hand::by_hand(context, &old, &new)?;
        let environment = match (policy, &context.global.env) {
            (Some(policy), Some(_)) => sources::chosen(context, policy)?
                .first()
                .map(|environment| (*environment).clone()),
            (None, Some(name)) => {
                let hint = "without a policy there are no environments; run tollgate init";
                return Err(Failure::usage(&format!("there is no environment `{name}`"), hint));
            }
            (_, None) => None,
        };
        let again = format!("{} --deployed {} {}", place(context), quote(&old), quote(&new));
        return Ok((
            vec![EnvironmentInput {
                environment,
                sets: vec![set],
            }],
            again,
        ));
    }
    let Some(policy) = policy else {
        return Err(Failure::usage(
            "there is no tollgate.toml here or above, and no --deployed",
            "compare two files with `tollgate check --deployed OLD NEW`, or run `tollgate init`",
        ));
    };
    if !sets {
        return Err(Failure::usage(
            "the policy names no config set",
            "add a [configs.NAME] table with `files`",
        ));
    }
    if !files.is_empty() {
        context.skipped.push(Skipped {
            what: "every file but those named".into(),
            why: "only some files were given on the command line".into(),
        });
    }
    let environments = sources::by_policy(context, setup, policy, files)?;
    Ok((environments, again(context)))
}

fn flag(name: &str, value: Option<&String>) -> String {
    value.map_or_else(String::new, |value| format!(" {name} {}", quote(value)))
}

/// The folder and the environment.
pub(super) fn place(context: &Context) -> String {
    let global = &context.global;
    flag("-C", global.directory.as_ref()) + &flag("-e", global.env.as_ref())
}

/// The flags that name the same comparison of config sets again.
pub(super) fn again(context: &Context) -> String {
    let global = &context.global;
    [
        place(context),
        flag("--policy", global.policy.as_ref()),
        flag("--set", global.set.as_ref()),
        flag("--deployed", global.deployed.as_ref()),
        flag("--proposed", global.proposed.as_ref()),
    ]
    .concat()
}

/// A word as a shell takes it.
pub(super) fn quote(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '+' | '@' | ','));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

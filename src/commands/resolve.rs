//! `resolve [FILES…]`: the service addresses of files, found and resolved.

use clap::Args;

use super::args::Format;
use super::check::answers_until;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::{self, Setup};
use super::{by_hand, sources};
use crate::address::{Level, Resolver};
use crate::gate::{
    AddressReport, CheckInput, Deployed, EnvironmentInput, ExitStatus, FileInput, Finding, NothingKept,
    SetInput, Weight, resolve_only,
};
use crate::report::{RunFacts, human, prometheus, resolve_json, to_json};
use crate::settings::{Action, Moment};
use crate::stamp::Evidence;
use crate::sys::dns::Dns;
use crate::sys::fs;
use crate::sys::terminal::complain;
use crate::sys::workers::Threads;
use crate::sys::{clock, hosts, random};

/// Find service addresses and resolve them
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all good, 1 an address is bad or unverified, 3 no name server answered."
)]
pub struct ResolveArgs {
    /// Files or folders, or - (default: the config sets of the policy)
    pub files: Vec<String>,
    /// Only list what was found; look nothing up
    #[arg(long)]
    pub list: bool,
    /// Look at what is deployed instead of what is proposed
    #[arg(long, conflicts_with = "files")]
    pub live: bool,
}

pub(super) fn run(context: &mut Context, args: &ResolveArgs) -> Outcome {
    context.arm();
    context.guard_environment();
    for skipped in &context.skipped {
        complain(&format!("skipped: {} ({})\n", skipped.what, skipped.why));
    }
    let setup = setup::load(context)?;
    let mut environments = inputs(context, &setup, &args.files)?;
    if args.live {
        environments = live(environments)?;
    }
    let compared = environments
        .iter()
        .flat_map(|environment| &environment.sets)
        .any(|set| matches!(&set.deployed, Deployed::Files(files) if !files.is_empty()));
    let input = CheckInput {
        at: Moment::Push,
        environments,
        rules: &setup.rules,
        diff: &setup.diff,
        resolver: &setup.resolver,
        addresses: &setup.addresses,
        hosts: &hosts::read(),
        token: &random::token(),
        offline: context.global.offline,
        all: false,
        policy_from: "",
        guarded: &setup.guarded,
        acks: &setup.acks,
        redactor: &setup.redactor,
        key: &setup.key,
        evidence: &Evidence::none(clock::now()),
        kept: &NothingKept,
        limits: context.limits,
        workers: &Threads,
        today: clock::today(),
        skipped: Vec::new(),
    };
    let dns = Dns::new(
        setup.resolver.clone(),
        answers_until(context, &setup),
        context.bar(),
    );
    let resolver: Option<&dyn Resolver> = (!args.list).then_some(&dns);
    let (mut reports, mut findings, report) = resolve_only(&input, resolver);
    // What is not compared with anything is not "not deployed yet" either.
    findings.retain(|finding| compared || !matches!(finding.code, "TG508"));
    if !compared {
        for report in &mut reports {
            report.changed = true;
        }
    }
    let silent = report.as_ref().is_some_and(|report| !report.any_answer);
    let status = match dns.broken_off() {
        Some(status) => status,
        None if args.list => listed(&findings),
        None => status(&reports, &findings, silent, context, &setup),
    };
    let facts = |status: ExitStatus| RunFacts {
        answered: report.as_ref().is_some_and(|report| report.any_answer),
        millis: report.as_ref().map_or(0, |report| report.millis),
        now: clock::now().as_second(),
        exit_code: status.code(),
    };
    context.finish(status, &|format, look, status| match format {
        Format::Json => to_json(&resolve_json(&reports, args.list)),
        Format::Prometheus => prometheus(&reports, facts(status)),
        Format::Human
        | Format::Jsonpatch
        | Format::Markdown
        | Format::Html
        | Format::Github
        | Format::Azure
        | Format::Gitlab
        | Format::Junit => human::resolve(&reports, &findings, args.list, look),
    })
}

/// The deployed sides, compared with nothing.
fn live(environments: Vec<EnvironmentInput>) -> Result<Vec<EnvironmentInput>, Failure> {
    let side = |environment: &str, set: SetInput| match set.deployed {
        Deployed::Files(files) => Ok(SetInput {
            proposed: files,
            deployed: Deployed::Files(Vec::new()),
            ..set
        }),
        Deployed::Missing(why) | Deployed::Unreachable(why) => {
            let what = format!(
                "{}: what is deployed in {environment} is not known: {why}",
                set.name
            );
            Err(Failure::undecided(&what, ""))
        }
    };
    environments
        .into_iter()
        .map(|environment| {
            let name = environment.name().to_owned();
            let sets = environment.sets.into_iter().map(|set| side(&name, set));
            Ok(EnvironmentInput {
                sets: sets.collect::<Result<_, _>>()?,
                environment: environment.environment,
            })
        })
        .collect()
}

fn listed(findings: &[Finding]) -> ExitStatus {
    match findings.iter().map(Finding::weight).max() {
        Some(Weight::Refuses) => ExitStatus::Refused,
        Some(Weight::Undecided) => ExitStatus::Undecided,
        Some(Weight::Advice) | None => ExitStatus::Pass,
    }
}

fn status(
    reports: &[AddressReport],
    findings: &[Finding],
    silent: bool,
    context: &Context,
    setup: &Setup,
) -> ExitStatus {
    let counts = |report: &AddressReport| {
        report.allowed.is_none() && (report.changed || setup.resolver.unchanged == Action::Deny)
    };
    let bad = reports
        .iter()
        .any(|report| counts(report) && report.judgement.level == Level::Error);
    let unverified = reports
        .iter()
        .any(|report| counts(report) && report.judgement.outcome.is_unverified());
    let offline = context.global.offline
        && reports
            .iter()
            .any(|report| report.judgement.why.ends_with("--offline"));
    match listed(findings) {
        ExitStatus::Refused => ExitStatus::Refused,
        _ if bad => ExitStatus::Refused,
        _ if silent || offline => ExitStatus::Undecided,
        _ if unverified => ExitStatus::Refused,
        other @ (ExitStatus::Pass
        | ExitStatus::Usage
        | ExitStatus::Undecided
        | ExitStatus::Interrupted
        | ExitStatus::Terminated) => other,
    }
}

fn inputs(context: &mut Context, setup: &Setup, files: &[String]) -> Result<Vec<EnvironmentInput>, Failure> {
    if files.is_empty() {
        if let Some(policy) = setup.policy.as_ref().filter(|policy| !policy.configs.is_empty()) {
            return sources::by_policy(context, setup, policy, &[]);
        }
        return Err(Failure::usage(
            "which files?",
            "tollgate resolve FILE…, or a policy with config sets",
        ));
    }
    if let (Some(old), [new]) = (&context.global.deployed, files) {
        let set = by_hand::by_hand(context, &old.clone(), new)?;
        return Ok(vec![EnvironmentInput {
            environment: None,
            sets: vec![set],
        }]);
    }
    let mut proposed = Vec::new();
    for file in files {
        let place = context.path(file);
        if fs::kind(&place) == fs::Kind::Folder {
            let rows = sources::folder(context, &place, file);
            let rows = rows.map_err(|why| Failure::usage(&format!("{file}: {why}"), ""))?;
            proposed.extend(rows.into_iter().map(|row| FileInput {
                name: row.display.clone(),
                ..row
            }));
        } else {
            let mut one = by_hand::one_file(context, file)?;
            // Two files of one name in different folders are two files.
            one.name.clone_from(&one.display);
            proposed.push(one);
        }
    }
    let set = SetInput {
        name: String::new(),
        deployed: Deployed::Files(Vec::new()),
        proposed,
        per_env: Vec::new(),
        only_in: Vec::new(),
        environments: Vec::new(),
    };
    Ok(vec![EnvironmentInput {
        environment: None,
        sets: vec![set],
    }])
}

//! `ci`: judges the proposal that a continuous integration system is about, by the policy of the side that it cannot
//! edit, and shows the result where that system shows results.

mod sinks;
mod system;

use clap::Args;
use serde_json::Value;

use super::args::Format;
use super::check;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::proposal::{self, Named, Proposal};
use super::refs;
use super::setup::{self, Setup};
use super::sources;
use crate::gate::{CheckOutcome, Deployed, EnvironmentInput, ExitStatus, Skipped, Verdict};
use crate::report::Look;
use crate::report::escape::{ascii, markdown, visible, without_commands};
use crate::settings::Moment;
use crate::sys::env::Env;
use crate::sys::git::Git;
use crate::sys::{fs, random, watchdog};
use sinks::Shown;
use system::{Event, SYSTEMS, Sink, Situation, System, Vars};

/// How long it may take to show a result.
const SINKS: std::time::Duration = std::time::Duration::from_secs(60);

/// Judge the proposal that this CI run is about
#[derive(Debug, Args)]
#[command(
    after_help = "Knows GitHub Actions, GitLab, Buildkite, Bitbucket, Azure Pipelines and Jenkins. A proposal (pull or merge request) and a push to a branch are judged at merge, a push to a ref that stands for an environment (`refs` in the policy) at push.\n\nPolicy, rules, waivers and signers come from the commit that the proposal is to go on top of, never from the proposal. Elsewhere, and by hand: tollgate ci --base origin/main"
)]
pub struct CiArgs {
    /// The commit that the proposal is to go on top of
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// The ref that was pushed, refs/heads/…; with --base
    #[arg(long = "ref", value_name = "REF", requires = "base")]
    pub git_ref: Option<String>,
    /// The proposal comes from a stranger: look no name up, and run no command
    #[arg(long)]
    pub untrusted: bool,
}

pub(super) fn run(context: &mut Context, args: &CiArgs) -> Outcome {
    context.arm();
    let get = |name: &str| Env::variable(name);
    let event = event(context, &get);
    let vars = Vars {
        get: &get,
        event: event.as_ref().cloned().unwrap_or_default(),
    };
    let recognised = system::recognise(&vars);
    let sink = recognised.as_ref().map(|(system, _)| system.sink);
    event
        .and_then(|_| judge(context, args, recognised, &vars))
        .map_err(|failure| without_verdict(context, failure, sink, &vars))
}

/// Where there is no verdict, whoever asks for one is told that too: an output that is missing reads as "not blocked".
fn without_verdict(context: &Context, failure: Failure, sink: Option<Sink>, vars: &Vars<'_>) -> Failure {
    // A sink that failed has the verdict already, as far as it could be written.
    let Some(sink) = sink.filter(|_| !context.shown) else {
        return failure;
    };
    let render = |format: Format| {
        if format == Format::Markdown {
            format!("## tollgate: undecided\n\n{}\n", markdown(failure.text.trim()))
        } else {
            String::new()
        }
    };
    let shown = Shown {
        render: &render,
        spoken: true,
        outputs: vec![
            ("verdict", "undecided".to_owned()),
            ("exit-code", failure.status.code().to_string()),
            ("blocked", "true".to_owned()),
        ],
        style: "error",
        token: &random::token(),
        top: context.top.clone().unwrap_or_else(|| context.folder()),
    };
    shown.tell(sink, vars);
    failure
}

fn judge(
    context: &mut Context,
    args: &CiArgs,
    recognised: Option<(&'static System, Situation)>,
    vars: &Vars<'_>,
) -> Outcome {
    let moment = guard(context)?;
    let git = proposal::repository(context)?;
    context.top = Some(git.workdir().to_path_buf());
    let situation = match (&args.base, &recognised) {
        (Some(base), _) => given(base, args),
        (None, Some((_, situation))) => situation.clone(),
        (None, None) => return Err(unknown()),
    };
    let stranger = recognised
        .as_ref()
        .is_some_and(|(_, situation)| situation.untrusted);
    if args.untrusted || stranger {
        distrust(context);
    }
    let mut proposal = proposal_of(context, &git, &situation)?;
    let default: Vec<Named> = situation
        .default
        .iter()
        .filter_map(|name| proposal::commit(&git, name).ok())
        .collect();
    let setup = proposal.setup(context, &git, &default)?;
    let (moment, mapped) = judged_at(&setup, &situation.event, moment)?;
    if let (Some(_), Event::Push { .. }) = (&mapped, &situation.event) {
        // What the ref held is what is live, whatever the policy was read from.
        proposal.from = Some(first(&git, &situation.bases)?.id);
    }
    let environments = inputs(context, &setup, &proposal, moment, mapped.as_deref())?;
    let outcome = check::judge(context, &setup, moment, environments, context.global.offline);
    let again = again(context, &proposal);
    let system = recognised.map(|(system, _)| system);
    context.shown = true;
    show(context, &setup, &outcome, &again, system, vars)
}

/// The flags that name the same comparison again.
fn again(context: &Context, proposal: &Proposal) -> String {
    let base = proposal.base.as_ref();
    let base = base.map_or_else(String::new, |base| {
        format!(" --base {}", check::quote(&base.name))
    });
    format!("{}{base}", check::place(context))
}

/// GitHub's event file; nothing elsewhere.
fn event(context: &Context, get: &dyn Fn(&str) -> Option<String>) -> Result<Value, Failure> {
    let Some(path) = get("GITHUB_EVENT_PATH").filter(|_| get("GITHUB_ACTIONS").is_some()) else {
        return Ok(Value::Null);
    };
    let bytes = fs::raw_bytes(path.as_ref(), &context.limits)
        .map_err(|fault| Failure::undecided(&format!("the event file {path}: {}", fault.message), ""))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::undecided(&format!("the event file {path}: {error}"), ""))
}

/// What flags and variables may say here; the moment that a flag asks for.
fn guard(context: &mut Context) -> Result<Option<Moment>, Failure> {
    for (variable, what) in context.narrowed() {
        context.skipped.push(Skipped {
            what: "everything else".into(),
            why: format!("{variable} is set: only {what} is judged"),
        });
    }
    context.guard_environment();
    if context.global.deployed.is_some() || context.global.proposed.is_some() {
        return Err(Failure::usage(
            "ci finds both sides by itself",
            "tollgate check takes --deployed and --proposed; --base REV names the target",
        ));
    }
    match context.global.at.map(super::args::At::moment) {
        Some(Moment::Commit) => Err(Failure::usage(
            "ci judges at merge or at push",
            "tollgate hook run pre-commit judges at commit",
        )),
        given => Ok(given),
    }
}

fn unknown() -> Failure {
    let names: Vec<&str> = SYSTEMS.iter().map(|system| system.name).collect();
    Failure::usage(
        &format!(
            "this is none of the CI systems that tollgate knows: {}",
            names.join(", ")
        ),
        "name the target: tollgate ci --base origin/main",
    )
}

/// What the flags say instead of a system.
fn given(base: &str, args: &CiArgs) -> Situation {
    Situation {
        event: match &args.git_ref {
            Some(git_ref) => Event::Push {
                git_ref: Some(git_ref.clone()),
                protected: true,
            },
            None => Event::Proposal {
                source: None,
                target: None,
            },
        },
        bases: vec![base.to_owned()],
        default: Vec::new(),
        untrusted: false,
    }
}

/// Nothing of a stranger's proposal is run, and no name that it chose is asked for.
fn distrust(context: &mut Context) {
    context.untrusted = true;
    context.global.offline = true;
    context.skipped.push(Skipped {
        what: "name lookups, and the commands of the policy".into(),
        why: "the proposal comes from a fork; somebody who may has to run this again".into(),
    });
}

fn undecided(why: &str, hint: &str) -> Failure {
    Failure::undecided(why, hint)
}

/// Both ends of the proposal.
fn proposal_of(context: &Context, git: &Git, situation: &Situation) -> Result<Proposal, Failure> {
    let head = proposal::commit(git, "HEAD")?;
    match &situation.event {
        Event::Proposal { source, .. } => {
            if let Some(base) = merged(git, &head, source.as_deref(), &situation.bases)? {
                return Ok(Proposal {
                    from: Some(base.id),
                    base: Some(base),
                    head,
                });
            }
            Proposal::new(git, first(git, &situation.bases)?, head)
        }
        Event::Push { git_ref, protected } => {
            pushed(context, git, situation, (git_ref.as_deref(), *protected), head)
        }
    }
}

/// What a push changes. A branch that anybody may push to is held against the default branch, whatever it held before:
/// a change that was refused once would pass with the next push otherwise, and bring its policy with it.
fn pushed(
    context: &Context,
    git: &Git,
    situation: &Situation,
    (git_ref, protected): (Option<&str>, bool),
    head: Named,
) -> Result<Proposal, Failure> {
    let own = situation.default.iter().any(|default| {
        // `origin/HEAD` stands for the branch that it points to.
        let full = git.symbolic(default).unwrap_or_else(|| default.clone());
        let branch = full.trim_start_matches("refs/remotes/origin/");
        git_ref == Some(format!("refs/heads/{branch}").as_str())
    });
    if protected || own || git_ref.is_none() || context.global.at.is_some() {
        if situation.bases.is_empty() {
            return Err(undecided(
                "this system does not say what the branch held before the push",
                "where every push is one merge: tollgate ci --base HEAD^1 --ref REF",
            ));
        }
        let base = first(git, &situation.bases)?;
        return Ok(Proposal {
            from: Some(base.id),
            base: Some(base),
            head,
        });
    }
    let known = first(git, &situation.default);
    let base = known.map_err(|_| {
        undecided(
            "this system does not say what the pushed branch is for",
            "name its target: tollgate ci --base origin/main",
        )
    })?;
    Proposal::new(git, base, head)
}

/// The target's tip, where what is checked out is the merge of both that the system made. What is checked out must
/// hold the proposal: a job that looks at the target alone would find nothing, whatever is proposed. And the other
/// parent must be of the target: the merge may be one that the author made.
fn merged(git: &Git, head: &Named, source: Option<&str>, bases: &[String]) -> Result<Option<Named>, Failure> {
    let Some(source) = source.and_then(crate::sys::git::ObjectId::parse) else {
        return Ok(None);
    };
    if head.id == source {
        return Ok(None);
    }
    let parents = git.parents(head.id).map_err(|why| undecided(&why, ""))?;
    if let [base, second] = parents.as_slice()
        && *second == source
    {
        let of_target = |name: &String| {
            let tip = proposal::commit(git, name).ok();
            tip.is_some_and(|tip| {
                tip.id == *base
                    || git
                        .merge_base(tip.id, *base)
                        .is_ok_and(|common| common == Some(*base))
            })
        };
        if bases.iter().any(of_target) {
            let base = proposal::commit(git, &base.to_string())?;
            return Ok(Some(Named {
                name: base.id.short(),
                ..base
            }));
        }
    }
    let holds = git
        .merge_base(head.id, source)
        .is_ok_and(|base| base == Some(source));
    if holds {
        return Ok(None);
    }
    Err(undecided(
        &format!(
            "what is checked out ({}) does not hold the proposal ({})",
            head.id.short(),
            source.short()
        ),
        "check the proposal out, with its history (fetch-depth: 0)",
    ))
}

/// The first of some names that is here.
fn first(git: &Git, names: &[String]) -> Result<Named, Failure> {
    let mut lost = None;
    for name in names {
        match proposal::commit(git, name) {
            Ok(found) => {
                let name = name.trim_start_matches("refs/remotes/").to_owned();
                // What people can type: a branch, or the first digits.
                let name = if name == found.id.to_string() {
                    found.id.short()
                } else {
                    name
                };
                return Ok(Named { name, ..found });
            }
            Err(failure) => lost = Some(failure),
        }
    }
    Err(lost.unwrap_or_else(|| {
        undecided(
            "this system does not say what the proposal is for",
            "name it with --base",
        )
    }))
}

/// The moment, and the environments that the pushed ref stands for; [`None`] for all.
fn judged_at(
    setup: &Setup,
    event: &Event,
    asked: Option<Moment>,
) -> Result<(Moment, Option<Vec<String>>), Failure> {
    let policy = setup::policy(setup)?;
    let (moment, mapped) = match event {
        // A proposal for a branch that an environment's files lie on is for that environment.
        Event::Proposal { target, .. } => {
            let lying = target
                .as_ref()
                .map(|name| refs::lying(policy, name))
                .unwrap_or_default();
            (Moment::Merge, Some(lying).filter(|names| !names.is_empty()))
        }
        Event::Push { git_ref, .. } => {
            let mapped = git_ref
                .as_ref()
                .map(|name| refs::mapped(policy, name))
                .unwrap_or_default();
            // Only what goes live by this push takes its stamps: a runner has neither the ledger nor the targets of
            // environments that somebody else pushes to.
            if mapped.is_empty() {
                (Moment::Merge, None)
            } else {
                (Moment::Push, Some(mapped))
            }
        }
    };
    Ok((asked.unwrap_or(moment), mapped))
}

fn inputs(
    context: &mut Context,
    setup: &Setup,
    proposal: &Proposal,
    moment: Moment,
    mapped: Option<&[String]>,
) -> Result<Vec<EnvironmentInput>, Failure> {
    let policy = setup::policy(setup)?;
    proposal.point(context);
    match (moment, mapped) {
        (_, Some(names)) => refs::inputs(context, setup, policy, names, proposal),
        // What is about to be pushed is held against what is live. A target that is not on this machine is not an
        // empty one.
        (Moment::Push, None) => {
            context.global.deployed = None;
            let mut environments = sources::by_policy(context, setup, policy, &[])?;
            for set in environments
                .iter_mut()
                .flat_map(|environment| &mut environment.sets)
            {
                if let Deployed::Missing(place) = &set.deployed {
                    set.deployed = Deployed::Unreachable(format!("{place} is not on this machine"));
                }
            }
            Ok(environments)
        }
        (Moment::Merge | Moment::Commit, None) => {
            if proposal.from.is_none() {
                return refs::inputs(context, setup, policy, &refs::all(policy), proposal);
            }
            refs::note_elsewhere(context, policy);
            sources::by_policy(context, setup, policy, &[])
        }
    }
}

fn show(
    context: &Context,
    setup: &Setup,
    outcome: &CheckOutcome,
    again: &str,
    system: Option<&System>,
    vars: &Vars<'_>,
) -> Outcome {
    let sink = system.map(|system| system.sink);
    let token = random::token();
    let render = |outcome: &CheckOutcome, format: Format, look: Look| {
        let text = check::render(context, setup, outcome, again, format, look);
        let text = if format == Format::Human && !look.unicode {
            ascii(&text)
        } else {
            text
        };
        // Whatever is printed stands in a log, and is no command there but where that is the format.
        match format {
            Format::Github | Format::Azure => text,
            Format::Human
            | Format::Json
            | Format::Jsonpatch
            | Format::Markdown
            | Format::Html
            | Format::Prometheus
            | Format::Gitlab
            | Format::Junit => without_commands(&text),
        }
    };
    let finished = context.finish(outcome.exit, &|format, look, status| {
        let outcome = outcome.clone().ended(status);
        let render = |format: Format| render(&outcome, format, look);
        if format == Format::Human {
            shown(context, &outcome, &render, &token).log(sink)
        } else {
            render(format)
        }
    });
    let Some(sink) = sink else { return finished };
    // A report that could not be written is no reason to leave the outputs as they were.
    let (status, mut text) = match finished {
        Ok(status) => (status, String::new()),
        Err(failure) => (failure.status, failure.text),
    };
    // A pass counts only once whoever is to read of it can.
    watchdog::decided(ExitStatus::Undecided);
    watchdog::rearm(context.started, SINKS);
    let outcome = outcome.clone().ended(status);
    let look = context.out();
    let render = |format: Format| render(&outcome, format, look);
    let faults = shown(context, &outcome, &render, &token).write(sink, vars);
    watchdog::decided(status);
    for fault in &faults {
        text.push_str(&format!("error: {}\n", visible(fault)));
    }
    match (text.is_empty(), status) {
        (true, status) => Ok(status),
        (false, ExitStatus::Pass) => Err(Failure {
            status: ExitStatus::Undecided,
            text,
        }),
        (false, status) => Err(Failure { status, text }),
    }
}

fn shown<'s>(
    context: &Context,
    outcome: &CheckOutcome,
    render: &'s dyn Fn(Format) -> String,
    token: &'s str,
) -> Shown<'s> {
    Shown {
        render,
        spoken: context.global.format == Format::Human,
        outputs: outputs(context, outcome),
        style: style(outcome),
        token,
        top: context.top.clone().unwrap_or_default(),
    }
}

/// How a result looks where there are colours for it.
fn style(outcome: &CheckOutcome) -> &'static str {
    match outcome.verdict {
        _ if outcome.exit != ExitStatus::Pass => "error",
        Verdict::Pass => "success",
        Verdict::Refuse | Verdict::Undecided => "warning",
    }
}

/// Names and values for the steps that follow.
fn outputs(context: &Context, outcome: &CheckOutcome) -> Vec<(&'static str, String)> {
    let code = outcome.exit.code();
    let mut out = vec![
        ("verdict", outcome.verdict.word().to_owned()),
        ("exit-code", code.to_string()),
        ("blocked", (code != 0).to_string()),
        ("at", outcome.at.word().to_owned()),
    ];
    for (format, name) in [
        (Format::Json, "report-json"),
        (Format::Junit, "report-junit"),
        (Format::Gitlab, "report-gitlab"),
    ] {
        let report = context
            .global
            .report
            .iter()
            .find(|report| report.format == format);
        out.extend(report.map(|report| (name, report.path.clone())));
    }
    out
}

//! `ack FINGERPRINT… --reason`: own up to a flagged change. Writes `.tollgate/acks.toml`, which is
//! committed with the change, so that the reviewer sees it.

use std::fmt::Write as _;

use clap::Args;

use super::check;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::proposal::{self, Proposal};
use super::recorded::judges;
use super::setup::{self, ACKS, Setup, WAIVERS, display};
use crate::doc::digest::hex;
use crate::gate::{CheckOutcome, ExitStatus, Finding};
use crate::report::escape::{toml_string, visible};
use crate::settings::{Action, Moment};
use crate::sys::git::Git;
use crate::sys::terminal::print;
use crate::sys::{clock, fs};

/// Own up to a flagged change
#[derive(Debug, Args)]
#[command(
    after_help = "The line to run is printed with the finding. What other rules say of the same key is acknowledged with it. Give the same --deployed, -e and files as to `check`."
)]
pub struct AckArgs {
    /// Fingerprints of findings, at least 8 digits each; then, with --deployed, the proposed file or folder
    #[arg(required = true)]
    pub fingerprints: Vec<String>,
    /// Why you stand by it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who acknowledges.
    #[arg(
        help = "Who acknowledges (default: $GIT_AUTHOR_EMAIL, $EMAIL, $USER, or git's user.email)",
        long,
        value_name = "WHO"
    )]
    pub by: Option<String>,
    /// The commit that the proposal is to go on top of, as `tollgate ci` judges it
    #[arg(long, value_name = "REV", conflicts_with_all = ["deployed", "proposed"])]
    pub base: Option<String>,
    /// What is proposed, with --base (default: HEAD)
    #[arg(long, value_name = "REV", requires = "base")]
    pub head: Option<String>,
    /// Accept it for longer: write a waiver, which holds for the rule at this path until it ends
    #[arg(long, requires = "expires")]
    pub waive: bool,
    /// The last day of the waiver
    #[arg(long, value_name = "YYYY-MM-DD", requires = "waive")]
    pub expires: Option<jiff::civil::Date>,
}

/// Fewer digits are too easily somebody else's.
const MIN_DIGITS: usize = 8;

pub(super) fn run(context: &mut Context, args: &AckArgs) -> Outcome {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage(
            "an acknowledgement needs a reason",
            "--reason \"why this is meant\"",
        ));
    }
    let (fingerprints, files): (Vec<String>, Vec<String>) = args
        .fingerprints
        .iter()
        .cloned()
        .partition(|text| is_fingerprint(text));
    if fingerprints.is_empty() {
        return Err(Failure::usage(
            &format!(
                "`{}` is no fingerprint",
                args.fingerprints.first().map_or("", String::as_str)
            ),
            "copy the `tollgate ack` line that is printed with the finding",
        ));
    }
    let by = args
        .by
        .clone()
        .or_else(|| context.env.user.clone())
        .or_else(|| git_user(context))
        .filter(|by| !by.trim().is_empty());
    let Some(by) = by else {
        return Err(Failure::usage(
            "who acknowledges this?",
            "name yourself with --by",
        ));
    };
    if let Some(day) = args.expires.filter(|day| *day < clock::today()) {
        return Err(Failure::usage(
            &format!("{day} is over"),
            "a waiver ends in the future",
        ));
    }
    context.arm();
    let proposed = args.head.as_deref().unwrap_or("HEAD");
    let base = args.base.as_deref().map(|base| (base, proposed));
    let (setup, outcomes) = outcomes(context, base, &files, &fingerprints)?;
    let findings = all(&outcomes);
    let mut text = String::new();
    let mut said = String::new();
    if let Some(day) = args.expires {
        let waivers = waivers(args, &by, day, &findings, &fingerprints)?;
        append(context, &setup, WAIVERS, &waivers)?;
        let file = display(context, &setup.root.join(WAIVERS));
        print(&format!("wrote {file}; commit it, so that a reviewer sees it\n"));
        return Ok(ExitStatus::Pass);
    }
    for fingerprint in &fingerprints {
        for finding in of_one_change(&findings, pick(&findings, fingerprint)?) {
            let whole = finding
                .fingerprint
                .as_ref()
                .map(|fingerprint| hex(fingerprint))
                .unwrap_or_default();
            if setup.acks.0.contains_key(&whole) || text.contains(&whole) {
                let _ = writeln!(said, "already acknowledged: {}", visible(&finding.message));
                continue;
            }
            text.push_str(&entry(args, &by, finding, &whole));
            let _ = writeln!(said, "acknowledged: {}", visible(&finding.message));
        }
    }
    if text.is_empty() {
        let file = display(context, &setup.root.join(ACKS));
        let _ = writeln!(
            said,
            "it stands in {file}: it counts once that is committed (git add {file})"
        );
    } else {
        append(context, &setup, ACKS, &text)?;
        let _ = writeln!(
            said,
            "wrote {}; commit it with the change",
            display(context, &setup.root.join(ACKS))
        );
    }
    print(&said);
    Ok(ExitStatus::Pass)
}

/// What is to be judged, by everything that may have printed the fingerprints.
fn outcomes(
    context: &mut Context,
    base: Option<(&str, &str)>,
    files: &[String],
    fingerprints: &[String],
) -> Result<(Setup, Vec<CheckOutcome>), Failure> {
    let setup = match base {
        Some((base, head)) => {
            let git = proposal::repository(context)?;
            let base = proposal::commit(&git, base)?;
            let proposal = Proposal::new(&git, base, proposal::commit(&git, head)?)?;
            let mut setup = proposal.setup(context, &git, &[])?;
            proposal.point(context);
            // What was acknowledged since lies here, and not in a commit yet.
            setup.acks = setup::load(context)?.acks;
            setup
        }
        None => setup::load(context)?,
    };
    let (environments, _) = check::inputs(context, &setup, files)?;
    let names: Vec<String> = environments.iter().map(|one| one.name().to_owned()).collect();
    // No name needs to be looked up for what can be acknowledged.
    let mut outcomes = vec![check::judge(context, &setup, Moment::Commit, environments, true)];
    let known = |outcomes: &[CheckOutcome]| {
        let findings = all(outcomes);
        fingerprints.iter().all(|wanted| pick(&findings, wanted).is_ok())
    };
    if base.is_none() && context.global.deployed.is_none() && !known(&outcomes) {
        // A push is judged by the policy that was recorded with the last one.
        let asked = context.global.env.clone();
        for name in names {
            context.global.env = Some(name.clone());
            let judges = judges(context, &name)?;
            let (environments, _) = check::inputs(context, &judges.setup, files)?;
            outcomes.push(check::judge(
                context,
                &judges.setup,
                Moment::Commit,
                environments,
                true,
            ));
        }
        context.global.env = asked;
    }
    Ok((setup, outcomes))
}

fn all(outcomes: &[CheckOutcome]) -> Vec<&Finding> {
    let environments = outcomes.iter().flat_map(|outcome| &outcome.environments);
    let mut findings: Vec<&Finding> = environments
        .flat_map(|environment| &environment.findings)
        .collect();
    // What several environments or policies say alike is one thing to stand by, as the strictest of them has it.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.action));
    let mut seen = std::collections::BTreeSet::new();
    findings.retain(|finding| {
        finding
            .fingerprint
            .is_none_or(|fingerprint| seen.insert(fingerprint))
    });
    findings
}

/// Whom git would name in a commit.
fn git_user(context: &Context) -> Option<String> {
    let git = Git::find(&context.folder(), &context.env).ok()??;
    git.setting("user.email").or_else(|| git.setting("user.name"))
}

fn is_fingerprint(text: &str) -> bool {
    (MIN_DIGITS..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn pick<'f>(findings: &[&'f Finding], fingerprint: &str) -> Result<&'f Finding, Failure> {
    let wanted = fingerprint.to_ascii_lowercase();
    let mut fitting = findings.iter().filter(|finding| {
        finding
            .fingerprint
            .as_ref()
            .is_some_and(|fingerprint| hex(fingerprint).starts_with(&wanted))
    });
    let Some(finding) = fitting.next() else {
        return Err(Failure::usage(
            &format!("no finding has the fingerprint {fingerprint}"),
            "it dies with the value: run tollgate check again, with the same --deployed and -e as here",
        ));
    };
    if fitting.next().is_some() {
        return Err(Failure::usage(
            &format!("several findings begin with {fingerprint}"),
            "give more digits",
        ));
    }
    match finding.action {
        Action::Approve => Ok(finding),
        Action::Deny => Err(Failure::usage(
            &format!("{} is denied; an acknowledgement does not lift it", finding.code),
            &format!("tollgate explain {}", finding.code),
        )),
        Action::Note | Action::Warn => Err(Failure::usage(
            "this finding only warns; there is nothing to acknowledge",
            "",
        )),
    }
}

/// A change is stood by as a whole: with a finding go the others about the same key in the same environment.
fn of_one_change<'f>(findings: &[&'f Finding], finding: &'f Finding) -> Vec<&'f Finding> {
    let key = |finding: &Finding| {
        let place = finding.place.as_ref()?;
        Some((
            finding.environment.clone(),
            place.source.display.clone(),
            place.document,
            place.path.clone(),
        ))
    };
    let own = key(finding);
    let others = findings.iter().copied().filter(|other| {
        own.is_some()
            && key(other) == own
            && other.action == Action::Approve
            && other.fingerprint != finding.fingerprint
    });
    std::iter::once(finding).chain(others).collect()
}

fn entry(args: &AckArgs, by: &str, finding: &Finding, fingerprint: &str) -> String {
    let path = finding
        .place
        .as_ref()
        .map(|place| place.path.clone())
        .unwrap_or_default();
    let rows = [
        ("fingerprint", fingerprint.to_owned()),
        (
            "rule",
            finding.rule.clone().unwrap_or_else(|| finding.code.to_owned()),
        ),
        ("path", path),
        ("reason", args.reason.trim().to_owned()),
        ("by", by.to_owned()),
        ("at", clock::today().to_string()),
    ];
    rows.iter()
        .fold("\n[[ack]]\n".to_owned(), |mut out, (key, value)| {
            let _ = writeln!(out, "{key} = {}", toml_string(value));
            out
        })
}

/// Waivers of the rules of some findings, at their paths.
fn waivers(
    args: &AckArgs,
    by: &str,
    until: jiff::civil::Date,
    findings: &[&Finding],
    fingerprints: &[String],
) -> Result<String, Failure> {
    let mut out = String::new();
    for fingerprint in fingerprints {
        let finding = pick(findings, fingerprint)?;
        let (Some(rule), Some(place)) = (&finding.rule, &finding.place) else {
            return Err(Failure::usage(
                &format!("{} comes from no rule; only rules can be waived", finding.code),
                &format!("tollgate explain {}", finding.code),
            ));
        };
        let path = if place.path.is_empty() { "**" } else { &place.path };
        if crate::doc::PathPattern::new(path).is_err() {
            return Err(Failure::usage(
                &format!("`{}` cannot be written as a pattern", visible(path)),
                &format!("write the waiver into {WAIVERS} by hand, with a pattern that covers it"),
            ));
        }
        let rows = [
            ("rule", rule.clone()),
            ("path", path.to_owned()),
            ("reason", args.reason.trim().to_owned()),
            ("owner", by.to_owned()),
            ("expires", until.to_string()),
        ];
        out.push_str("\n[[waiver]]\n");
        for (key, value) in rows {
            let _ = writeln!(out, "{key} = {}", toml_string(&value));
        }
        if let Some(environment) = finding.environment.as_deref().filter(|name| !name.is_empty()) {
            let _ = writeln!(out, "environments = [{}]", toml_string(environment));
        }
    }
    Ok(out)
}

fn append(context: &Context, setup: &Setup, file: &str, text: &str) -> Result<(), Failure> {
    let path = setup.root.join(file);
    let before = match fs::kind(&path) {
        fs::Kind::Missing if file == WAIVERS => "# Waivers: what is accepted for a time, by whom and why. Written by `tollgate ack --waive`.\n".to_owned(),
        fs::Kind::Missing => "# Acknowledgements: each stands for one change, and dies with its value.\n# Written by `tollgate ack`; committed with the change.\n".to_owned(),
        _ => match fs::read(&path, file, "file.toml", &context.limits).content {
            Ok(source) => source.text().to_owned(),
            Err(fault) => return Err(Failure::usage(&format!("{file}: {}", fault.message), "")),
        },
    };
    let newline = if before.ends_with('\n') || before.is_empty() {
        ""
    } else {
        "\n"
    };
    fs::write(&path, &format!("{before}{newline}{text}"))
        .map_err(|error| Failure::usage(&format!("cannot write {file}: {}", fs::describe(&error)), ""))
}

//! Inputs to one outcome: the one way for check, ci, hook and push, so that none judges by other rules.

use std::collections::BTreeSet;

use super::accepted;
use super::addresses::{Pending, collect, judge, question_of};
use super::decide;
use super::documents::{Sides, read};
use super::exit::ExitStatus;
use super::finding::Finding;
use super::guard;
use super::hints::{self, Hints, hijacked};
use super::input::{CheckInput, Clock, Deployed, EnvironmentInput, SetInput, Skipped};
use super::outcome::{AddressReport, CheckOutcome, EnvironmentOutcome, SetOutcome, Timing, Verdict};
use super::stamps::{Content, only_in, prove};
use crate::address::{Question, Resolver, ResolverReport};
use crate::diff::compare_sets;
use crate::doc::projection::Masks;
use crate::rules::{AuditContext, audit, misfits};
use crate::settings::Action;
use crate::stamp::StampStatus;

/// An environment on its way through the pipeline.
struct Stage<'i> {
    input: &'i EnvironmentInput,
    findings: Vec<Finding>,
    sets: Vec<SetOutcome>,
    pending: Vec<Pending>,
}

/// Checks everything and decides once.
pub fn check(input: &CheckInput<'_>, resolver: &dyn Resolver, clock: &dyn Clock) -> CheckOutcome {
    let mut timing = Timing::default();
    let mut stages: Vec<Stage<'_>> = input
        .environments
        .iter()
        .map(|environment| compare(input, environment, clock, &mut timing))
        .collect();

    let started = clock.millis();
    let pending: Vec<&Pending> = stages.iter().flat_map(|stage| &stage.pending).collect();
    let (report, hints) = look_up(input, &pending, resolver).unzip();
    let hints = hints.unwrap_or_default();
    timing.resolve = clock.millis() - started;

    let mut environments: Vec<EnvironmentOutcome> = stages
        .drain(..)
        .map(|stage| conclude(input, stage, report.as_ref(), &hints))
        .collect();
    let idle = accepted::idle(input, &environments);
    if let Some(first) = environments.first_mut() {
        first.findings.extend(idle);
    }
    let mut skipped = input.skipped.clone();
    skipped.extend(offline_note(input, &environments));
    skipped.extend(accepted::off(input));
    timing.total = clock.millis();
    let verdict = environments
        .iter()
        .map(|environment| environment.verdict)
        .max()
        .unwrap_or(Verdict::Undecided);
    let exit = environments
        .iter()
        .filter(|environment| environment.enforce)
        .map(|environment| environment.verdict)
        .max()
        .map_or(
            if environments.is_empty() {
                ExitStatus::Undecided
            } else {
                ExitStatus::Pass
            },
            Verdict::exit,
        );
    CheckOutcome {
        at: input.at,
        verdict,
        exit,
        environments,
        policy_from: input.policy_from.to_owned(),
        skipped,
        rule_count: input.rules.rules.len(),
        servers: report.map(|report| report.servers).unwrap_or_default(),
        timing,
    }
}

/// Addresses only: found, judged and looked up, without rules or verdict. Gives the resolver's report
/// too; [`None`] where nothing was asked.
#[must_use]
pub fn resolve_only(
    input: &CheckInput<'_>,
    resolver: Option<&dyn Resolver>,
) -> (Vec<AddressReport>, Vec<Finding>, Option<ResolverReport>) {
    let mut pending = Vec::new();
    let mut findings = Vec::new();
    for environment in &input.environments {
        for set in &environment.sets {
            let mut sides = read(input, set);
            findings.append(&mut sides.findings);
            pending.extend(collect(
                &sides.old,
                &sides.new,
                (input, environment.name()),
                &mut findings,
            ));
        }
    }
    let asked = resolver.and_then(|resolver| look_up(input, &pending.iter().collect::<Vec<_>>(), resolver));
    let (report, hints) = asked.unzip();
    let hints = hints.unwrap_or_default();
    findings.extend(hijacked(input, &hints));
    (judge(pending, report.as_ref(), &hints, input), findings, report)
}

fn compare<'i>(
    input: &CheckInput<'_>,
    environment: &'i EnvironmentInput,
    clock: &dyn Clock,
    timing: &mut Timing,
) -> Stage<'i> {
    let mut stage = Stage {
        input: environment,
        findings: Vec::new(),
        sets: Vec::new(),
        pending: Vec::new(),
    };
    if input.rules.rules.is_empty() {
        let finding = Finding::undecided(
            "TG902",
            "no rule was loaded: a check without rules would pass everything",
        );
        stage
            .findings
            .push(finding.help("name rule files or packs in the policy"));
    }
    stage
        .findings
        .extend(guard::findings(input, environment.environment.as_ref()));
    for set in &environment.sets {
        let started = clock.millis();
        let Sides {
            old,
            new,
            mut findings,
            files,
        } = read(input, set);
        timing.parse += clock.millis() - started;
        stage.findings.append(&mut findings);

        let started = clock.millis();
        let (changes, failed) = compare_sets(&old, &new, input.diff, &input.limits, input.workers);
        timing.diff += clock.millis() - started;
        stage.findings.extend(
            failed
                .iter()
                .map(|(name, why)| decide::too_much(name, new.get(name), &why.to_string())),
        );

        let started = clock.millis();
        let unrated = hold_against_rules(input, &mut stage, set, &changes);
        own_findings(input, &mut stage, set, &changes);
        let content = Content {
            old: &old,
            new: &new,
            changes: &changes,
            whole: failed.is_empty() && new.len() == files,
        };
        let mut proof = prove(input, environment.environment.as_ref(), set, content);
        stage.findings.append(&mut proof.findings);
        timing.rules += clock.millis() - started;
        stage.pending.extend(collect(
            &old,
            &new,
            (input, environment.name()),
            &mut stage.findings,
        ));
        stage.sets.push(SetOutcome {
            name: set.name.clone(),
            files,
            changes,
            unrated,
            subject: proof.subject,
            stamps: proof.stamps,
        });
    }
    stage
}

fn hold_against_rules(
    input: &CheckInput<'_>,
    stage: &mut Stage<'_>,
    set: &SetInput,
    changes: &crate::diff::ChangeSet,
) -> BTreeSet<(usize, usize)> {
    let context = AuditContext {
        environment: stage.input.name(),
        environments: &input.rules.environments,
        all: input.all,
        redactor: input.redactor,
        key: input.key,
    };
    let result = audit(input.rules, changes, context);
    let environment = stage.input.environment.as_ref();
    // Where an environment holds nothing yet, nothing that is live can break: the first push asks for
    // --first, once, instead of for somebody to stand by every key.
    let first = environment.is_some() && matches!(set.deployed, Deployed::Missing(_));
    stage.findings.extend(result.hits.iter().map(|hit| {
        let finding = decide::rule_finding(input, environment, &set.name, changes, hit);
        if first { decide::at_first(finding) } else { finding }
    }));
    let (misfits, missed) = misfits(&input.rules.schemas, changes, input.all);
    stage.findings.extend(misfits.iter().filter_map(|misfit| {
        let finding = decide::schema_finding(input, environment, &set.name, changes, misfit)?;
        Some(if first { decide::at_first(finding) } else { finding })
    }));
    stage
        .findings
        .extend(missed.into_iter().map(|why| Finding::undecided("TG105", why)));
    stage
        .findings
        .extend(decide::audit_gaps(&input.rules.rules, &result));
    result.unrated.into_iter().collect()
}

/// Findings of the gate's own about changes: what goes as a whole, and what no stamp can prove.
fn own_findings(
    input: &CheckInput<'_>,
    stage: &mut Stage<'_>,
    set: &SetInput,
    changes: &crate::diff::ChangeSet,
) {
    let environment = stage.input.environment.as_ref();
    let flagged: BTreeSet<String> = stage
        .findings
        .iter()
        .filter(|finding| finding.rule.is_some() && finding.action >= Action::Approve)
        .filter_map(|finding| finding.place.as_ref().map(|place| place.path.clone()))
        .collect();
    for file in &changes.files {
        for change in &file.changes {
            stage
                .findings
                .extend(decide::removed_finding(input, environment, file, change));
            // Where nothing is deployed no value changes; that somebody asked for a first push is said anyway.
            let first = matches!(set.deployed, Deployed::Missing(_));
            let own = environment.filter(|environment| {
                !first
                    && !environment.after.is_empty()
                    && (is_own(set, &environment.name, change) || is_encrypted(file, change))
            });
            // A rule that asks for somebody to stand by the same value has said it already.
            if let Some(environment) = own.filter(|_| !flagged.contains(&change.path.to_string())) {
                stage
                    .findings
                    .extend(decide::own_value_finding(input, environment, file, change));
            }
        }
    }
}

/// Whether a change lies at or below a key that the policy lists under `per_env`, or under `only_in` for
/// this environment.
fn is_own(set: &SetInput, environment: &str, change: &crate::diff::Change) -> bool {
    let masks = Masks {
        per_env: &set.per_env,
        only_here: only_in(set, environment),
    };
    masks.cover(&change.path)
}

/// Whether a change touches a value that SOPS has encrypted: nobody can see what it is.
fn is_encrypted(file: &crate::diff::FileDiff, change: &crate::diff::Change) -> bool {
    let holds = |tree: &Option<std::sync::Arc<crate::doc::Tree>>, id: Option<crate::doc::NodeId>| {
        tree.as_ref()
            .zip(id)
            .is_some_and(|(tree, id)| tree.holds_encrypted(id))
    };
    holds(&file.old, change.old) || holds(&file.new, change.new)
}

/// What several config sets would say alike is said once.
fn same_once(findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    findings.retain(|finding| {
        !matches!(finding.code, "TG301" | "TG305" | "TG306" | "TG508")
            || seen.insert((finding.code, finding.message.clone()))
    });
}

/// Asks for every address, and then what helps to judge the answers.
fn look_up(
    input: &CheckInput<'_>,
    pending: &[&Pending],
    resolver: &dyn Resolver,
) -> Option<(ResolverReport, Hints)> {
    if input.offline {
        return None;
    }
    // Changed addresses first: a deadline that is hit then loses the least.
    let mut questions: Vec<(bool, Question)> = pending
        .iter()
        .filter_map(|one| Some((!one.changed, question_of(one)?.clone())))
        .collect();
    questions.sort();
    let mut seen = BTreeSet::new();
    questions.retain(|(_, question)| seen.insert(question.clone()));
    let questions: Vec<Question> = questions.into_iter().map(|(_, question)| question).collect();
    if questions.is_empty() {
        let report = ResolverReport {
            any_answer: true,
            ..ResolverReport::default()
        };
        return Some((report, Hints::default()));
    }
    let first = resolver.resolve(&questions);
    let further = hints::questions(pending.iter().copied(), &first, input.token);
    let second = if first.any_answer && !further.is_empty() {
        resolver.resolve_briefly(&further)
    } else {
        ResolverReport::default()
    };
    let hints = Hints::new(&first, &second, input.token);
    Some((first, hints))
}

fn conclude(
    input: &CheckInput<'_>,
    stage: Stage<'_>,
    report: Option<&ResolverReport>,
    hints: &Hints,
) -> EnvironmentOutcome {
    let Stage {
        input: environment,
        mut findings,
        sets,
        pending,
    } = stage;
    let silent = report.is_some_and(|report| !report.any_answer);
    let asked: Vec<bool> = pending.iter().map(|one| question_of(one).is_some()).collect();
    let addresses = judge(pending, report, hints, input);
    let waiting = addresses
        .iter()
        .zip(asked)
        .filter(|(address, asked)| {
            *asked
                && address.allowed.is_none()
                && (address.changed || input.resolver.unchanged == Action::Deny)
        })
        .count();
    let servers = report.map(|report| report.servers.as_slice()).unwrap_or_default();
    findings.extend(decide::resolver_finding(input, silent, waiting, servers));
    findings.extend(hijacked(input, hints).filter(|_| waiting > 0));
    findings.extend(
        addresses
            .iter()
            .filter_map(|address| decide::address_finding(input, address, silent)),
    );

    let settings = environment.environment.as_ref();
    let stamp = sets
        .iter()
        .flat_map(|set| &set.stamps)
        .map(|stamp| stamp.judged.status)
        .max()
        .unwrap_or(StampStatus::NotRequired);
    same_once(&mut findings);
    for finding in &mut findings {
        finding.environment = settings.map(|settings| settings.name.clone());
    }
    order(&mut findings);
    EnvironmentOutcome {
        name: environment.name().to_owned(),
        enforce: settings.is_none_or(|settings| settings.enforce),
        verdict: Verdict::of(&findings),
        sets,
        addresses,
        findings,
        stamp,
        after: settings
            .map(|settings| settings.after.clone())
            .unwrap_or_default(),
    }
}

/// Worst first; then by file and place, so that the order never depends on how it was found.
fn order(findings: &mut [Finding]) {
    let key = |finding: &Finding| {
        let place = finding
            .place
            .as_ref()
            .map(|place| (place.source.display.clone(), place.span, place.path.clone()));
        // What has a place comes before what is about the run as a whole.
        let place = (place.is_none(), place);
        (
            std::cmp::Reverse(finding.weight()),
            std::cmp::Reverse((finding.action >= Action::Warn).then_some(finding.severity)),
            std::cmp::Reverse(finding.action),
            place,
            finding.code,
            finding.rule.clone(),
        )
    };
    findings.sort_by_cached_key(key);
}

fn offline_note(input: &CheckInput<'_>, environments: &[EnvironmentOutcome]) -> Option<Skipped> {
    let count = environments
        .iter()
        .flat_map(|environment| &environment.addresses)
        .filter(|address| address.answer.is_none() && address.judgement.why.ends_with("--offline"))
        .count();
    (input.offline && count > 0).then(|| Skipped {
        what: format!("lookup of {count} addresses"),
        why: "--offline".into(),
    })
}

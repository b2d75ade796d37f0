//! Whether a config set's content is proven by the environments that come before: its projection, the
//! stamps held against it, and where none fits, the keys that differ from the nearest one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finding::Finding;
use super::input::{CheckInput, Deployed, SetInput};
use super::outcome::SetStamp;
use crate::diff::{ChangeSet, FileSide, compare_sets};
use crate::doc::digest::{Sha, hex};
use crate::doc::projection::{Masks, subject};
use crate::doc::{PathPattern, SourceFile};
use crate::settings::{Action, Environment, Moment, Severity};
use crate::stamp::{Judged, StampStatus, Statement, Wanted, judge_all};

/// Stamps of other contents whose bytes are compared to find the nearest.
const NEAREST: usize = 5;

/// What is known of one set's proof.
#[derive(Debug, Default)]
pub(super) struct Proof {
    pub(super) subject: Option<Sha>,
    pub(super) stamps: Vec<SetStamp>,
    pub(super) findings: Vec<Finding>,
}

/// The keys of a set that are not compared between environments, for one of them.
fn masks<'s>(set: &'s SetInput, environment: &str) -> Masks<'s> {
    Masks {
        per_env: &set.per_env,
        only_here: only_in(set, environment),
    }
}

/// The keys that only this environment has.
pub(super) fn only_in<'s>(set: &'s SetInput, environment: &str) -> &'s [PathPattern] {
    set.only_in
        .iter()
        .find(|(name, _)| name == environment)
        .map_or(&[], |(_, patterns)| patterns.as_slice())
}

/// Both sides of a set, read.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    pub(super) old: &'a FileSide,
    pub(super) new: &'a FileSide,
    pub(super) changes: &'a ChangeSet,
    /// Whether every proposed file could be read.
    pub(super) whole: bool,
}

/// Judges a set's stamps for an environment.
pub(super) fn prove(
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    set: &SetInput,
    content: Content<'_>,
) -> Proof {
    let mut proof = Proof::default();
    // Where what is deployed cannot be reached nobody knows whether anything changes at all.
    let Some(environment) = environment.filter(|_| !matches!(set.deployed, Deployed::Unreachable(_))) else {
        return proof;
    };
    let mask = masks(set, &environment.name);
    let project = |side: &FileSide| subject(&set.name, side, mask);
    let projected = project(content.new);
    if content.whole {
        proof.subject = projected.ok();
    }
    let same = content.whole && content.changes.is_empty() && project(content.old).ok() == proof.subject;
    if environment.after.is_empty() || (same && proof.subject.is_some()) {
        return proof;
    }
    if let Some(why) = &input.evidence.fault
        && input.at == Moment::Push
    {
        let finding = Finding::undecided("TG305", format!("the ledger cannot be read: {why}"));
        proof.findings.push(finding.help(
            "without it nobody knows whether a stamp was used, taken back, or how long a content was live",
        ));
    }
    // An environment without this set has nothing to say of it; the policy sees to it that one has.
    let vouches = |from: &&String| set.environments.is_empty() || set.environments.contains(from);
    for from in environment.after.iter().filter(vouches) {
        let stamp = match proof.subject {
            Some(subject) => judge_for(input, environment, set, subject, from, content.new),
            None => SetStamp {
                from: from.clone(),
                judged: nothing(match projected {
                    Err(error) => error.to_string(),
                    Ok(_) => "the proposed content cannot be read whole, so that nothing can prove it".into(),
                }),
                differs: None,
            },
        };
        proof
            .findings
            .extend(finding(input, environment, &set.name, &stamp));
        proof.stamps.push(stamp);
    }
    proof
}

fn nothing(why: String) -> Judged {
    Judged {
        status: StampStatus::Missing,
        why,
        file: String::new(),
        sha256: String::new(),
        signer: None,
        statement: None,
        soaked: std::time::Duration::ZERO,
    }
}

fn judge_for(
    input: &CheckInput<'_>,
    environment: &Environment,
    set: &SetInput,
    subject: Sha,
    from: &str,
    new: &FileSide,
) -> SetStamp {
    let wanted = Wanted {
        set: &set.name,
        subject,
        from,
        to: &environment.name,
        soak: environment.soak,
        max_age: environment.stamp_max_age,
    };
    let all = judge_all(input.evidence, &wanted);
    let near: Vec<&Judged> = all
        .iter()
        .filter(|judged| judged.status == StampStatus::OtherContent)
        .filter(|judged| {
            judged
                .statement
                .as_ref()
                .is_some_and(|statement| statement.set() == set.name)
        })
        .take(NEAREST)
        .collect();
    // Where the best stamp is for this very content, nothing differs from it.
    let wanted = hex(&subject);
    let same_content = all
        .first()
        .and_then(|best| best.statement.as_ref())
        .is_some_and(|statement| statement.set() == set.name && statement.digest() == wanted);
    let differs = if same_content || input.at != Moment::Push {
        None
    } else {
        nearest(input, environment, set, from, new, &near)
    };
    let best = all.into_iter().next();
    SetStamp {
        from: from.to_owned(),
        judged: best.unwrap_or_else(|| nothing(String::new())),
        differs,
    }
}

/// The keys in which the proposal differs from the content of the stamp that is nearest to it.
fn nearest(
    input: &CheckInput<'_>,
    environment: &Environment,
    set: &SetInput,
    from: &str,
    new: &FileSide,
    near: &[&Judged],
) -> Option<Vec<String>> {
    near.iter()
        .filter_map(|judged| {
            let old = stamped(input, judged.statement.as_ref()?)?;
            let (changes, failed) = compare_sets(&old, new, input.diff, &input.limits, input.workers);
            let hidden = [masks(set, from), masks(set, &environment.name)];
            let mut keys: Vec<String> = changes
                .files
                .iter()
                .flat_map(|file| file.changes.iter().map(move |change| (file, change)))
                .filter(|(_, change)| !hidden.iter().any(|masks| masks.cover(&change.path)))
                .map(|(file, change)| {
                    if change.path.segments.is_empty() {
                        file.name.clone()
                    } else {
                        format!("{} in {}", change.path, file.name)
                    }
                })
                .collect();
            keys.extend(failed.into_iter().map(|(name, _)| name));
            keys.dedup();
            Some(keys)
        })
        .min_by_key(Vec::len)
}

/// The files that a stamp names, read from the bytes that were kept.
fn stamped(input: &CheckInput<'_>, statement: &Statement) -> Option<FileSide> {
    let mut side = BTreeMap::new();
    for file in &statement.predicate.files {
        let bytes = input.kept.bytes(&file.sha256)?;
        let source = SourceFile::new(file.name.as_str(), file.name.as_str(), bytes).ok()?;
        let tree = crate::formats::parse(&Arc::new(source), &input.limits).ok()?;
        side.insert(file.name.clone(), Arc::new(tree));
    }
    Some(side)
}

/// Keys named in a message.
const SHOWN: usize = 5;

fn finding(
    input: &CheckInput<'_>,
    environment: &Environment,
    set: &str,
    stamp: &SetStamp,
) -> Option<Finding> {
    let from = &stamp.from;
    let status = stamp.judged.status;
    if status == StampStatus::Valid {
        let own = input.evidence.signers.is_none() && input.at == Moment::Push;
        return own.then(|| {
            let message = format!("the stamp from {from} is your own word: the policy names no signers");
            Finding::new("TG306", Severity::Medium, Action::Warn, message)
                .help("name who may stamp: [signers] file = \".tollgate/allowed_signers\"")
        });
    }
    let soak = super::decide::human_duration(environment.soak);
    let way = format!(
        "push this content to {from} (tollgate push {from}), let it run there for {soak}, and have it stamped \
         (tollgate stamp {from} --key FILE)"
    );
    if input.at != Moment::Push {
        let message = format!("a stamp from {from} will be needed at push");
        return Some(Finding::new("TG301", Severity::Critical, Action::Note, message).help(way));
    }
    let mut finding = match status {
        StampStatus::Missing if stamp.judged.why.is_empty() => Finding::new(
            "TG301",
            Severity::Critical,
            Action::Deny,
            format!("no stamp from {from}: nothing proves that this content ran there"),
        ),
        StampStatus::Missing => Finding::new(
            "TG301",
            Severity::Critical,
            Action::Deny,
            format!("no stamp from {from} for {set}: {}", stamp.judged.why),
        ),
        StampStatus::Soaking => Finding::new(
            "TG304",
            Severity::High,
            Action::Deny,
            format!("the stamp from {from} {}", stamp.judged.why),
        ),
        _ => Finding::new(
            "TG302",
            Severity::Critical,
            Action::Deny,
            format!("the stamp from {from} does not count: it {}", stamp.judged.why),
        ),
    };
    finding.help = match status {
        StampStatus::Soaking => "wait, and push again".to_owned(),
        StampStatus::Expired | StampStatus::Used | StampStatus::Future => {
            format!("have what runs in {from} stamped again: tollgate stamp {from} --key FILE")
        }
        StampStatus::UnknownKey => "have it stamped by somebody whose line in the signers' file has \
                                    namespaces=\"stamp@tollgate\""
            .to_owned(),
        _ => way,
    };
    if !stamp.judged.file.is_empty() {
        finding.notes.push(format!("the stamp is {}", stamp.judged.file));
    }
    if let Some(keys) = &stamp.differs {
        finding.message = format!("{}; {}", finding.message, differences(from, keys));
    }
    Some(finding)
}

fn differences(from: &str, keys: &[String]) -> String {
    if keys.is_empty() {
        return format!(
            "no key differs from what {from} stamped, only a spelling that programs read differently"
        );
    }
    let mut text = format!(
        "what differs from what {from} stamped: {}",
        keys[..keys.len().min(SHOWN)].join(", ")
    );
    if keys.len() > SHOWN {
        text.push_str(&format!(", and {} more", keys.len() - SHOWN));
    }
    text
}

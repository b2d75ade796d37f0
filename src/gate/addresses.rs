//! The addresses of a config set: found on both sides, told changed from unchanged, judged with the
//! answers of the DNS.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finding::Finding;
use super::outcome::AddressReport;
use crate::address::{
    Address, Answer, Class, Judgement, Level, Outcome, Port, Question, ResolverReport, classify,
    find_addresses, is_skipped_file,
};
use crate::diff::{FileSide, document_identity};
use crate::doc::{Segment, Tree};
use crate::settings::{Action, ResolverSettings, Severity};

/// An address before the DNS was asked.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) tree: Arc<Tree>,
    pub(super) address: Address,
    pub(super) changed: bool,
    pub(super) class: Class,
}

/// What makes two addresses the same: where by key and item names, in which resource, and which host
/// and port. List positions do not count, so that adding an item above does not make those below new.
type Sameness = (Option<String>, Vec<String>, String, Option<Port>, Option<String>);

fn sameness(tree: &Tree, address: &Address) -> Sameness {
    let steps = address.path.segments.iter().filter_map(|segment| match segment {
        Segment::Key { name, .. } => Some(name.clone()),
        Segment::Item { by, .. } => Some(format!("{by:?}")),
        Segment::Index(_) => None,
    });
    let root = tree.documents.get(address.document);
    let resource = root.and_then(|root| document_identity(tree, *root));
    let host = address.host.to_ascii_lowercase();
    (
        resource,
        steps.collect(),
        host,
        address.port.clone(),
        address.scheme.clone(),
    )
}

/// Every address of the new side.
pub(super) fn collect(old: &FileSide, new: &FileSide, findings: &mut Vec<Finding>) -> Vec<Pending> {
    let mut out = Vec::new();
    for (name, tree) in new {
        if is_skipped_file(name) {
            let message = format!(
                "no address is looked for in {}: a package, lock or CI file",
                tree.source().display
            );
            findings.push(Finding::new("TG207", Severity::Info, Action::Note, message));
        }
        // Counted: a second use of a known address is a new one.
        let mut before: BTreeMap<Sameness, usize> = BTreeMap::new();
        if let Some(old) = old.get(name) {
            for address in find_addresses(old).unwrap_or_default() {
                *before.entry(sameness(old, &address)).or_default() += 1;
            }
        }
        let mut known = |address: &Address| match before.get_mut(&sameness(tree, address)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        };
        match find_addresses(tree) {
            Ok(addresses) => out.extend(addresses.into_iter().map(|address| Pending {
                changed: !known(&address),
                class: classify(&address),
                tree: Arc::clone(tree),
                address,
            })),
            Err(limit) => {
                let message = format!(
                    "{}: more than {limit} values; addresses after that were not looked for",
                    tree.source().display
                );
                findings.push(Finding {
                    severity: Severity::High,
                    ..Finding::undecided("TG210", message)
                });
            }
        }
    }
    out
}

/// The question to ask, if any.
pub(super) fn question_of(pending: &Pending) -> Option<&Question> {
    match &pending.class {
        Class::Query(question, _) => Some(question),
        Class::Settled(_) => None,
    }
}

/// Puts the answers to the addresses.
pub(super) fn judge(
    pending: Vec<Pending>,
    report: Option<&ResolverReport>,
    settings: &ResolverSettings,
    today: jiff::civil::Date,
) -> Vec<AddressReport> {
    pending
        .into_iter()
        .map(|pending| one(pending, report, settings, today))
        .collect()
}

fn one(
    pending: Pending,
    report: Option<&ResolverReport>,
    settings: &ResolverSettings,
    today: jiff::civil::Date,
) -> AddressReport {
    let (judgement, answer) = match pending.class {
        Class::Settled(judgement) => (judgement, None),
        Class::Query(question, noted) => match report {
            None => {
                let why = "was not looked up: --offline".to_owned();
                (
                    Judgement {
                        outcome: Outcome::Skipped,
                        level: Level::Note,
                        why,
                    },
                    None,
                )
            }
            Some(report) => {
                let answer = report.answers.get(&question).cloned();
                let answer = answer.unwrap_or_else(|| Answer::unasked(Outcome::NotReached, None));
                (answered(&answer, noted), Some(answer))
            }
        },
    };
    let bad = judgement.level == Level::Error || judgement.outcome.is_unverified();
    let allow = settings
        .allow
        .iter()
        .find(|allow| bad && allow.covers(&pending.address.host, today));
    AddressReport {
        tree: pending.tree,
        address: pending.address,
        changed: pending.changed,
        judgement,
        answer,
        allowed: allow.map(|allow| allow.reason.clone()),
    }
}

fn answered(answer: &Answer, noted: Option<Judgement>) -> Judgement {
    let millis = answer.millis;
    let detail = answer
        .detail
        .as_deref()
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    let (level, why) = match answer.outcome {
        Outcome::Resolved => match noted {
            Some(noted) => (noted.level, noted.why),
            None => (Level::Fine, "resolves".to_owned()),
        },
        Outcome::Nxdomain => (
            Level::Error,
            format!("does not exist: NXDOMAIN in {millis} ms{detail}"),
        ),
        Outcome::Nodata => (
            Level::Error,
            format!("exists and has no address: no A or AAAA record{detail}"),
        ),
        Outcome::AliasOnly => (
            Level::Error,
            format!("is an alias that leads to no address{detail}"),
        ),
        Outcome::Servfail => (
            Level::Warn,
            format!("could not be verified: the name server failed (SERVFAIL){detail}"),
        ),
        Outcome::Refused => (
            Level::Warn,
            format!("could not be verified: the name server refuses to answer (REFUSED){detail}"),
        ),
        Outcome::Timeout => (
            Level::Warn,
            format!("could not be verified: no answer within {millis} ms{detail}"),
        ),
        Outcome::NotReached => (
            Level::Warn,
            format!("could not be verified: not reached before the deadline{detail}"),
        ),
        Outcome::Truncated => (
            Level::Warn,
            format!("could not be verified: the answer was cut{detail}"),
        ),
        Outcome::Malformed
        | Outcome::Literal
        | Outcome::Reserved
        | Outcome::Placeholder
        | Outcome::Template
        | Outcome::ClusterLocal
        | Outcome::Skipped => (Level::Warn, "could not be verified".to_owned()),
    };
    Judgement {
        outcome: answer.outcome,
        level,
        why,
    }
}

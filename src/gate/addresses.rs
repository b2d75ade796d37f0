//! The addresses of a config set: found on both sides, told changed from unchanged, judged with the
//! answers of the DNS.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finding::Finding;
use super::hints::Hints;
use super::input::CheckInput;
use super::outcome::AddressReport;
use crate::address::{
    Address, Answer, Class, Direction, Judgement, KnownNames, Level, Outcome, Port, Question, ResolverReport,
    Scope, Services, classify, find_addresses, is_skipped_file,
};
use crate::diff::{FileSide, document_identity};
use crate::doc::{Segment, Tree};
use crate::settings::{Action, AddressSettings, Severity};

/// An address before the DNS was asked.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) environment: String,
    pub(super) tree: Arc<Tree>,
    pub(super) address: Address,
    pub(super) changed: bool,
    pub(super) class: Class,
    /// The host that stood in the same place before.
    pub(super) before: Option<String>,
}

/// Where an address stands: the resource, and the key and item names. List positions do not count, so that adding an
/// item above does not make those below new.
type Position = (Option<String>, Vec<String>);

/// What makes two addresses the same: the place, the host, the port, the scheme, and which way it goes: where a
/// program was reached it did not connect to.
type Sameness = (Position, String, Option<Port>, Option<String>, Direction);

/// The resource of each document of a file. Looked up once: a document may have many keys.
type Resources = Vec<Option<String>>;

fn resources(tree: &Tree) -> Resources {
    let roots = tree.documents.iter();
    roots.map(|root| document_identity(tree, *root)).collect()
}

fn position(resources: &Resources, address: &Address) -> Position {
    let steps = address.path.segments.iter().filter_map(|segment| match segment {
        Segment::Key { name, .. } => Some(name.clone()),
        Segment::Item { by, .. } => Some(format!("{by:?}")),
        Segment::Index(_) => None,
    });
    let resource = resources.get(address.document).cloned().flatten();
    (resource, steps.collect())
}

fn sameness(resources: &Resources, address: &Address) -> Sameness {
    let host = address.host.to_ascii_lowercase();
    (
        position(resources, address),
        host,
        address.port.clone(),
        address.scheme.clone(),
        address.direction,
    )
}

/// The addresses of one file's deployed side.
#[derive(Debug, Default)]
struct Before {
    /// Counted: a second use of a known address is a new one.
    known: BTreeMap<Sameness, usize>,
    /// Hosts by place, in reading order.
    places: BTreeMap<Position, Vec<String>>,
}

impl Before {
    fn of(tree: Option<&Arc<Tree>>, settings: &AddressSettings) -> Self {
        let mut before = Self::default();
        let Some(tree) = tree else {
            return before;
        };
        let resources = resources(tree);
        for address in find_addresses(tree, settings).unwrap_or_default() {
            *before.known.entry(sameness(&resources, &address)).or_default() += 1;
            let hosts = before.places.entry(position(&resources, &address)).or_default();
            hosts.push(address.host);
        }
        before
    }

    fn has(&mut self, resources: &Resources, address: &Address) -> bool {
        match self.known.get_mut(&sameness(resources, address)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// The host that the only address in this place had.
    fn host(&self, resources: &Resources, address: &Address) -> Option<String> {
        match self.places.get(&position(resources, address)).map(Vec::as_slice) {
            Some([one]) if *one != address.host => Some(one.clone()),
            Some(_) | None => None,
        }
    }
}

/// Every address of the new side.
pub(super) fn collect(
    old: &FileSide,
    new: &FileSide,
    (input, environment): (&CheckInput<'_>, &str),
    findings: &mut Vec<Finding>,
) -> Vec<Pending> {
    let settings = input.addresses;
    let services = Services::of(new.values().map(Arc::as_ref));
    let mut before: BTreeMap<&str, Before> = BTreeMap::new();
    let mut known = KnownNames::default();
    for (name, tree) in old {
        let side = Before::of(Some(tree), settings);
        side.places.values().flatten().for_each(|host| known.add(host));
        before.insert(name, side);
    }
    let scope = Scope {
        settings,
        services: &services,
        known: &known,
        search: !input.resolver.search.is_empty(),
        zones: &input.resolver.zones,
    };
    let mut out = Vec::new();
    for (name, tree) in new {
        if is_skipped_file(name) {
            let message = format!(
                "no address is looked for in {}: a package, lock or CI file",
                tree.source().display
            );
            findings.push(Finding::new("TG207", Severity::Info, Action::Note, message));
        }
        let mut before = before.remove(name.as_str()).unwrap_or_default();
        let resources = resources(tree);
        match find_addresses(tree, settings) {
            Ok(addresses) => out.extend(addresses.into_iter().map(|address| {
                let changed = !before.has(&resources, &address);
                Pending {
                    environment: environment.to_owned(),
                    changed,
                    class: classify(&address, scope),
                    before: changed.then(|| before.host(&resources, &address)).flatten(),
                    tree: Arc::clone(tree),
                    address,
                }
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
    hints: &Hints,
    input: &CheckInput<'_>,
) -> Vec<AddressReport> {
    pending
        .into_iter()
        .map(|pending| one(pending, report, hints, input))
        .collect()
}

fn one(
    pending: Pending,
    report: Option<&ResolverReport>,
    hints: &Hints,
    input: &CheckInput<'_>,
) -> AddressReport {
    let (mut judgement, answer) = match &pending.class {
        Class::Settled(judgement) => (judgement.clone(), None),
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
                let answer = report.answers.get(question).cloned();
                let answer = answer.unwrap_or_else(|| Answer::unasked(Outcome::NotReached, None));
                (answered(&answer, noted.clone()), Some(answer))
            }
        },
    };
    hints.add(&pending, answer.as_ref(), &mut judgement);
    super::hints::by_hosts_file(input.hosts, &pending.address.host, &mut judgement);
    let bad = judgement.level == Level::Error || judgement.outcome.is_unverified();
    let allow = input
        .resolver
        .allow
        .iter()
        .find(|allow| bad && allow.covers(&pending.address.host, input.today));
    AddressReport {
        environment: pending.environment,
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
            // Sinkholes and blocklists answer like this, and so does rebinding.
            None if answer
                .addresses
                .iter()
                .all(|ip| ip.is_loopback() || ip.is_unspecified()) =>
            {
                (
                    Level::Warn,
                    "resolves to nothing but this machine itself".to_owned(),
                )
            }
            None => (Level::Fine, format!("resolves{detail}")),
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
        // What programs make of the records, where a server gave some.
        Outcome::Malformed if answer.server.is_some() => {
            let why = answer
                .detail
                .as_deref()
                .unwrap_or("is refused by the programs that read it");
            (Level::Error, why.to_owned())
        }
        Outcome::Malformed => (Level::Error, format!("cannot be looked up{detail}")),
        Outcome::Literal
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

//! What a second round of questions tells of addresses: whether the value before still resolves, which name may have
//! been meant, and whether an answer proves anything where every name is answered alike.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::addresses::{Pending, question_of};
use super::finding::Finding;
use super::input::CheckInput;
use crate::address::{Answer, Class, Judgement, Level, Outcome, Question, ResolverReport, Want};
use crate::settings::{Moment, Severity};

/// Zones that are probed, and former values that are looked up, at most.
const MOST: usize = 200;

/// Names that are compared with names that resolve, at most.
const MAX_COMPARED: usize = 5_000;
/// Longer names are compared with none: the work grows with the square.
const MAX_NAME: usize = 80;

/// What is known besides the answers themselves.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// What a name that nobody can have registered was answered, by zone.
    probes: BTreeMap<String, Vec<IpAddr>>,
    /// Zones in which a name that nobody has does not exist.
    honest: BTreeSet<String>,
    /// Former values.
    before: BTreeMap<String, Answer>,
    /// Names that resolve.
    resolving: BTreeSet<String>,
    /// Comparisons made so far: whoever misspells ten thousand names is not told each one's neighbour.
    compared: Cell<usize>,
}

/// The questions of the second round, after the first was answered.
pub(super) fn questions<'p>(
    pending: impl Iterator<Item = &'p Pending>,
    report: &ResolverReport,
    token: &str,
) -> Vec<Question> {
    let mut out = BTreeSet::new();
    // What a search domain made a name of hangs on its probe: none of these is left out.
    let found = report
        .answers
        .iter()
        .filter(|(_, answer)| answer.found_as.is_some());
    out.extend(found.filter_map(|(question, answer)| Some(probe(token, &zone_of(question, answer)?))));
    for one in pending.filter(|one| one.changed) {
        let Some(question) = question_of(one) else {
            continue;
        };
        if out.len() >= 2 * MOST {
            break;
        }
        let answer = report.answers.get(question);
        let resolved = answer.filter(|answer| answer.outcome == Outcome::Resolved);
        if let Some(zone) = resolved.and_then(|answer| zone_of(question, answer)) {
            out.insert(probe(token, &zone));
            // Nobody has this name, whoever may have a wildcard.
            out.insert(nobodys(token));
        }
        let name = |host: &String| host.trim_end_matches('.').to_ascii_lowercase();
        let before = one.before.as_ref().map(name);
        let is_name =
            |host: &String| host.contains('.') && host.parse::<IpAddr>().is_err() && host.is_ascii();
        out.extend(before.filter(is_name).map(Question::addresses));
    }
    out.into_iter()
        .filter(|question| !report.answers.contains_key(question))
        .collect()
}

/// The zone that a name is registered in, as far as its text tells; the search domain, where that made the name.
fn zone_of(question: &Question, answer: &Answer) -> Option<String> {
    let asked = question.name.trim_end_matches('.');
    if let Some(found) = &answer.found_as {
        let domain = found.strip_prefix(asked)?.trim_start_matches('.');
        return Some(domain.to_owned());
    }
    let (_, zone) = asked.split_once('.')?;
    (question.want == Want::Addresses && zone.contains('.')).then(|| zone.to_owned())
}

/// A name that nobody has registered.
fn nobodys(token: &str) -> Question {
    Question::addresses(format!("tollgate-{token}.com."))
}

fn probe(token: &str, zone: &str) -> Question {
    Question::addresses(format!("tollgate-{token}.{zone}."))
}

impl Hints {
    /// Reads both rounds. A probe that failed says nothing.
    pub(super) fn new(first: &ResolverReport, second: &ResolverReport, token: &str) -> Self {
        let mark = format!("tollgate-{token}.");
        let mut hints = Self::default();
        for (question, answer) in first.answers.iter().chain(&second.answers) {
            if let Some(zone) = question.name.strip_prefix(&mark) {
                let zone = zone.trim_end_matches('.').to_owned();
                if answer.outcome == Outcome::Resolved {
                    hints.probes.insert(zone, answer.addresses.clone());
                } else if answer.outcome.is_proof_of_absence() {
                    hints.honest.insert(zone);
                }
                continue;
            }
            if answer.outcome == Outcome::Resolved {
                hints.resolving.insert(question.name.clone());
            }
            hints.before.insert(question.name.clone(), answer.clone());
        }
        hints
    }

    /// Adds to a judgement what is known.
    pub(super) fn add(&self, pending: &Pending, answer: Option<&Answer>, judgement: &mut Judgement) {
        let Class::Query(question, _) = &pending.class else {
            return;
        };
        if let (Outcome::Resolved, Some(answer)) = (judgement.outcome, answer) {
            self.proves_nothing(pending, question, answer, judgement);
            self.another_world(pending, answer, judgement);
        } else if judgement.level > Level::Note && answer.is_some() {
            judgement.why.push_str(&self.was(pending));
            if judgement.outcome.is_proof_of_absence() {
                judgement.why.push_str(&self.meant(&question.name));
            }
        }
    }

    fn proves_nothing(
        &self,
        pending: &Pending,
        question: &Question,
        answer: &Answer,
        judgement: &mut Judgement,
    ) {
        let Some(zone) = zone_of(question, answer) else {
            return;
        };
        let probed = self.probes.get(&zone);
        if answer.found_as.is_some() && pending.changed {
            // The name as it stands does not exist: all hangs on whether others exist under the search domain.
            if probed.is_some() {
                judgement.outcome = Outcome::Nxdomain;
                judgement.level = Level::Error;
                judgement.why = format!("does not exist; under the search domain {zone} any name resolves");
            } else if !self.honest.contains(&zone) {
                judgement.outcome = Outcome::Timeout;
                judgement.level = Level::Warn;
                judgement.why =
                    format!("could not be verified: whether {zone} answers for any name is not known");
            }
        } else if probed == Some(&answer.addresses) {
            judgement.level = judgement.level.max(Level::Note);
            judgement.why = format!("resolves, as any name under {zone} does: that proves nothing");
        }
    }

    /// Public before, and inside only now.
    fn another_world(&self, pending: &Pending, answer: &Answer, judgement: &mut Judgement) {
        let before = pending.before.as_ref();
        let before =
            before.and_then(|host| self.before.get(&host.trim_end_matches('.').to_ascii_lowercase()));
        let was_public = before.is_some_and(|before| before.addresses.iter().any(|ip| !is_inside(*ip)));
        if was_public && judgement.level < Level::Warn && answer.addresses.iter().all(|ip| is_inside(*ip)) {
            judgement.level = Level::Warn;
            "resolves to private addresses only; the value before had public ones"
                .clone_into(&mut judgement.why);
        }
    }

    fn was(&self, pending: &Pending) -> String {
        let Some(host) = &pending.before else {
            return String::new();
        };
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        match self.before.get(&name) {
            Some(answer) if answer.outcome == Outcome::Resolved => {
                let shown: Vec<String> = answer.addresses.iter().take(3).map(ToString::to_string).collect();
                format!("; it was {host}, which still resolves ({})", shown.join(", "))
            }
            Some(_) | None => format!("; it was {host}"),
        }
    }

    fn meant(&self, name: &str) -> String {
        if name.len() > MAX_NAME {
            return String::new();
        }
        let most = if name.len() <= 8 { 1 } else { 2 };
        let near = self
            .resolving
            .iter()
            .filter(|other| other.len().abs_diff(name.len()) <= most)
            .take_while(|_| self.compared.replace(self.compared.get() + 1) < MAX_COMPARED)
            .map(|other| (strsim::damerau_levenshtein(name, other), other))
            .filter(|(distance, _)| (1..=most).contains(distance))
            .min();
        near.map(|(_, other)| format!("; did you mean {other}, which resolves?"))
            .unwrap_or_default()
    }
}

/// Private, shared, loopback or link-local.
fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// A resolver that answers for names nobody has, whatever the zone: what it says of the others proves nothing.
pub(super) fn hijacked(input: &CheckInput<'_>, hints: &Hints) -> Option<Finding> {
    let mut zones: BTreeMap<&Vec<IpAddr>, BTreeSet<&str>> = BTreeMap::new();
    for (zone, addresses) in &hints.probes {
        let labels: Vec<&str> = zone.rsplitn(3, '.').collect();
        let owner = labels.get(1).copied().unwrap_or(zone);
        zones.entry(addresses).or_default().insert(owner);
    }
    let nobodys = hints.probes.get("com");
    let alike = zones.into_iter().find(|(_, owners)| owners.len() > 1);
    let addresses = nobodys.or(alike.map(|(addresses, _)| addresses))?;
    let shown: Vec<String> = addresses.iter().take(3).map(ToString::to_string).collect();
    let message = format!(
        "the name server answers {} for names that nobody has: that a name resolves proves nothing here",
        shown.join(", ")
    );
    let finding = if input.at == Moment::Commit {
        Finding::new("TG211", Severity::Medium, crate::settings::Action::Warn, message)
    } else {
        Finding::undecided("TG211", message)
    };
    Some(finding.help("name another server with --nameserver or [resolver] nameservers"))
}

/// What this machine's hosts file says of a name. It settles a single label; of other names it is only said, because
/// the program runs on another machine.
pub(super) fn by_hosts_file(hosts: &BTreeMap<String, Vec<IpAddr>>, host: &str, judgement: &mut Judgement) {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let Some(addresses) = hosts
        .get(&name)
        .filter(|_| judgement.outcome != Outcome::Reserved)
    else {
        return;
    };
    let shown: Vec<String> = addresses.iter().take(3).map(ToString::to_string).collect();
    let shown = shown.join(", ");
    if judgement.why.ends_with("--offline") {
        return;
    }
    if judgement.outcome == Outcome::Skipped && !name.contains('.') {
        *judgement = Judgement {
            outcome: Outcome::Resolved,
            level: Level::Note,
            why: format!("is in this machine's hosts file ({shown}); other machines have their own"),
        };
    } else if judgement.level > Level::Fine {
        let said = format!("; this machine's hosts file has it ({shown}), other machines have their own");
        judgement.why.push_str(&said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_file_settles_a_single_label_and_is_said_of_others() {
        let ip: IpAddr = "10.0.0.7".parse().expect("an IP");
        let hosts = BTreeMap::from([("db".to_owned(), vec![ip]), ("db.corp".to_owned(), vec![ip])]);
        let judged = |host: &str, outcome, level| {
            let mut judgement = Judgement {
                outcome,
                level,
                why: "x".to_owned(),
            };
            by_hosts_file(&hosts, host, &mut judgement);
            judgement
        };
        let label = judged("DB", Outcome::Skipped, Level::Note);
        assert_eq!((label.outcome, label.level), (Outcome::Resolved, Level::Note));
        // What the DNS does not know is unknown to the machine that the program runs on.
        let name = judged("db.corp.", Outcome::Nxdomain, Level::Error);
        assert_eq!((name.outcome, name.level), (Outcome::Nxdomain, Level::Error));
        assert!(name.why.contains("10.0.0.7"), "{}", name.why);
        assert_eq!(judged("other", Outcome::Skipped, Level::Note).why, "x");
    }
}

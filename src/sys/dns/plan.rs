//! What to ask next about one name, given what was said so far. Pure: no socket, no clock.

use std::net::{IpAddr, SocketAddr};

use super::message::{Rcode, Record, Reply};
use super::seeds;
use crate::address::{Answer, Outcome, Question, Want};

/// Aliases that are followed, one question each.
const MAX_ALIASES: usize = 8;
/// Targets of one SRV name that are looked up.
const MAX_TARGETS: usize = 16;

/// Where a name stands.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The name as it stands.
    bare: String,
    /// What is tried: the name as it stands, then under the search domains.
    candidates: Vec<String>,
    candidate: usize,
    /// What is asked now.
    pub(super) name: String,
    pub(super) record: Record,
    aliases: Vec<String>,
    /// SRV targets that are still to be looked up, and what was learned of the others.
    targets: Option<Targets>,
    /// What is known of the seeds of a MongoDB cluster, while its TXT record is asked for.
    seeds: Option<Answer>,
    /// What the first candidate was told: the name as it stands is what is judged.
    first: Option<Answer>,
}

#[derive(Debug, Clone, Default)]
struct Targets {
    left: Vec<String>,
    found: Vec<IpAddr>,
    failed: Vec<(String, Outcome)>,
}

/// What follows from a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask what the plan says now.
    Ask,
    /// All that is to be known is known.
    Done(Answer),
}

impl Plan {
    pub(super) fn new(question: &Question, search: &[String]) -> Self {
        let bare = question.name.trim_end_matches('.');
        let whole = question.name.ends_with('.') || question.want == Want::Service;
        let mut candidates = Vec::new();
        // A single label is never a host by itself (RFC 8499 "stub"): only the search list makes one of it.
        if whole || bare.contains('.') || search.is_empty() {
            candidates.push(bare.to_owned());
        }
        if !whole {
            candidates.extend(search.iter().map(|domain| format!("{bare}.{domain}")));
        }
        let record = match question.want {
            Want::Addresses => Record::A,
            Want::Service => Record::Srv,
        };
        Self {
            name: candidates.first().cloned().unwrap_or_default(),
            bare: bare.to_owned(),
            candidates,
            candidate: 0,
            record,
            aliases: Vec::new(),
            targets: None,
            seeds: None,
            first: None,
        }
    }

    /// Takes a reply that is one: not cut, and no SERVFAIL or REFUSED that another server may answer better.
    pub(super) fn reply(&mut self, reply: &Reply, server: SocketAddr) -> Step {
        let known = self.aliases.len();
        self.aliases.extend(reply.aliases.iter().cloned());
        let circle = reply.looped
            || reply
                .aliases
                .iter()
                .any(|alias| self.aliases[..known].contains(alias));
        let say = |outcome, detail| told(outcome, detail, reply, server);
        if circle {
            return self.settle(say(
                Outcome::AliasOnly,
                Some("its aliases lead in a circle".to_owned()),
            ));
        }
        if self.aliases.len() > MAX_ALIASES && reply.addresses.is_empty() {
            let detail = format!("more than {MAX_ALIASES} aliases in a row");
            return self.settle(say(Outcome::AliasOnly, Some(detail)));
        }
        let last = self.aliases.last().cloned();
        if self.record == Record::Txt {
            return self.text(reply, server, last);
        }
        match reply.rcode {
            Rcode::Refused => self.settle(say(Outcome::Refused, self.led())),
            Rcode::ServFail | Rcode::Unknown => self.settle(say(Outcome::Servfail, self.led())),
            Rcode::NxDomain => match last {
                // Broken servers say it to AAAA alone (RFC 4074 §4.2): the A answer counts.
                _ if self.record == Record::Aaaa => self.settle(self.nothing(reply, server)),
                Some(target) => {
                    let detail = format!("an alias of {target}, which does not exist");
                    self.settle(say(Outcome::AliasOnly, Some(detail)))
                }
                None => self.settle(say(Outcome::Nxdomain, None)),
            },
            Rcode::NoError => self.no_error(reply, server, last),
        }
    }

    fn no_error(&mut self, reply: &Reply, server: SocketAddr, last: Option<String>) -> Step {
        if self.record == Record::Srv {
            return self.services(reply, server);
        }
        if !reply.addresses.is_empty() {
            let mut answer = told(Outcome::Resolved, None, reply, server);
            answer.addresses.clone_from(&reply.addresses);
            return self.settle(answer);
        }
        match (self.record, last) {
            // A server that does not follow aliases: the target is asked for by its own name.
            (Record::A, Some(target)) if target != self.name && !reply.aliases.is_empty() => {
                self.name = target;
                Step::Ask
            }
            (Record::A, _) => {
                self.record = Record::Aaaa;
                Step::Ask
            }
            (Record::Aaaa | Record::Srv | Record::Txt, _) => self.settle(self.nothing(reply, server)),
        }
    }

    /// The name exists and has no address.
    fn nothing(&self, reply: &Reply, server: SocketAddr) -> Answer {
        match self.aliases.last() {
            None => told(Outcome::Nodata, None, reply, server),
            Some(target) => {
                let detail = format!("an alias of {target}, which has no address");
                told(Outcome::AliasOnly, Some(detail), reply, server)
            }
        }
    }

    fn services(&mut self, reply: &Reply, server: SocketAddr) -> Step {
        // A single target `.` says that there is no such service (RFC 2782).
        let mut targets: Vec<String> = reply.targets.clone();
        targets.retain(|target| !target.is_empty());
        targets.dedup();
        targets.truncate(MAX_TARGETS);
        // A server that does not follow aliases.
        if let Some(target) = reply
            .aliases
            .last()
            .filter(|target| targets.is_empty() && **target != self.name)
        {
            self.name.clone_from(target);
            return Step::Ask;
        }
        if targets.is_empty() {
            let detail = format!("no SRV record at {}", self.name);
            return Step::Done(told(Outcome::Nodata, Some(detail), reply, server));
        }
        if let Some(why) = seeds::cluster(&self.bare).and_then(|host| seeds::outside(host, &targets)) {
            return Step::Done(told(Outcome::Malformed, Some(why), reply, server));
        }
        targets.reverse();
        self.targets = Some(Targets {
            left: targets,
            ..Targets::default()
        });
        self.next_target();
        Step::Ask
    }

    fn next_target(&mut self) -> bool {
        let Some(next) = self.targets.as_mut().and_then(|targets| targets.left.pop()) else {
            return false;
        };
        self.name = next;
        self.record = Record::A;
        self.aliases.clear();
        true
    }

    /// Where the aliases led, for what could not be told at their end.
    fn led(&self) -> Option<String> {
        self.aliases.last().map(|target| format!("an alias of {target}"))
    }

    /// The present question cannot be put: what stands there is no name of the DNS.
    pub(super) fn unaskable(&mut self) -> Step {
        let answer = match self.aliases.last() {
            Some(target) => {
                let detail = format!("an alias of `{target}`, which is no name");
                Answer::unasked(Outcome::AliasOnly, Some(detail))
            }
            // A search domain that makes it too long makes no other name of it.
            None if self.candidate > 0 => Answer::unasked(Outcome::Nxdomain, None),
            None => Answer::unasked(Outcome::Malformed, Some("too long to be asked for".into())),
        };
        self.settle(answer)
    }

    /// What is known of this name: the end, unless there is a further candidate or SRV target.
    pub(super) fn settle(&mut self, mut answer: Answer) -> Step {
        if let Some(targets) = &mut self.targets {
            match answer.outcome {
                Outcome::Resolved => targets.found.extend(&answer.addresses),
                outcome => targets.failed.push((self.name.clone(), outcome)),
            }
            if self.next_target() {
                return Step::Ask;
            }
            let answer = self.of_targets(answer);
            return self.with_text(answer);
        }
        if let Some(known) = self.seeds.take() {
            return Step::Done(seeds::untold(known, answer));
        }
        let absent = answer.outcome == Outcome::Nxdomain;
        if absent && self.candidate + 1 < self.candidates.len() {
            self.first.get_or_insert(answer);
            self.candidate += 1;
            self.name.clone_from(&self.candidates[self.candidate]);
            self.record = Record::A;
            self.aliases.clear();
            return Step::Ask;
        }
        if absent {
            return Step::Done(self.first.take().unwrap_or(answer));
        }
        let tried = self.candidates.get(self.candidate);
        if let Some(tried) = tried.filter(|tried| **tried != self.bare) {
            let found = format!("as {tried}");
            answer.found_as = Some(tried.clone());
            answer.detail = Some(match answer.detail.take() {
                Some(detail) => format!("{found}, {detail}"),
                None => found,
            });
        }
        Step::Done(answer)
    }

    /// Drivers read the TXT record of a MongoDB cluster as well, and give up where they cannot.
    fn with_text(&mut self, answer: Answer) -> Step {
        let Some(cluster) = seeds::cluster(&self.bare).filter(|_| answer.outcome == Outcome::Resolved) else {
            return Step::Done(answer);
        };
        self.name = cluster.to_owned();
        self.record = Record::Txt;
        self.aliases.clear();
        self.seeds = Some(answer);
        Step::Ask
    }

    fn text(&mut self, reply: &Reply, server: SocketAddr, last: Option<String>) -> Step {
        match (reply.rcode, last) {
            (Rcode::Refused, _) => self.settle(told(Outcome::Refused, None, reply, server)),
            (Rcode::ServFail | Rcode::Unknown, _) => {
                self.settle(told(Outcome::Servfail, None, reply, server))
            }
            (Rcode::NoError, Some(target)) if reply.texts.is_empty() && target != self.name => {
                self.name = target;
                Step::Ask
            }
            (Rcode::NoError | Rcode::NxDomain, _) => {
                let known = self.seeds.take();
                let known = known.unwrap_or_else(|| told(Outcome::Nodata, None, reply, server));
                Step::Done(match seeds::text_fault(&reply.texts) {
                    Some(why) => Answer {
                        outcome: Outcome::Malformed,
                        detail: Some(why),
                        ..known
                    },
                    None => known,
                })
            }
        }
    }

    fn of_targets(&mut self, mut answer: Answer) -> Answer {
        let targets = self.targets.take().unwrap_or_default();
        let mut addresses = targets.found;
        addresses.sort_unstable();
        addresses.dedup();
        let failed = targets
            .failed
            .iter()
            .map(|(name, outcome)| format!("{name} ({})", outcome.word()));
        let failed: Vec<String> = failed.collect();
        // One that is unknown may be there.
        let unknown = targets.failed.iter().find(|(_, outcome)| outcome.is_unverified());
        answer.outcome = match (addresses.is_empty(), unknown) {
            (false, _) => Outcome::Resolved,
            (true, Some((_, outcome))) => *outcome,
            (true, None) => Outcome::AliasOnly,
        };
        answer.detail =
            (!failed.is_empty()).then(|| format!("SRV targets without address: {}", failed.join(", ")));
        answer.addresses = addresses;
        answer
    }
}

fn told(outcome: Outcome, detail: Option<String>, reply: &Reply, server: SocketAddr) -> Answer {
    Answer {
        server: Some(server),
        rcode: Some(reply.shown.clone()),
        ..Answer::unasked(outcome, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> SocketAddr {
        "127.0.0.1:53".parse().expect("an address")
    }

    fn said(rcode: Rcode, aliases: &[&str], addresses: &[&str]) -> Reply {
        Reply {
            rcode,
            shown: format!("{rcode:?}"),
            truncated: false,
            aliases: aliases.iter().map(|name| (*name).to_owned()).collect(),
            looped: false,
            addresses: addresses.iter().map(|ip| ip.parse().expect("an IP")).collect(),
            targets: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Plays replies one after the other, and gives the outcome with what was asked.
    fn play(search: &[&str], name: &str, replies: &[Reply]) -> (Option<Outcome>, Vec<(String, Record)>) {
        let search: Vec<String> = search.iter().map(|domain| (*domain).to_owned()).collect();
        let mut plan = Plan::new(&Question::addresses(name), &search);
        let mut asked = vec![(plan.name.clone(), plan.record)];
        for reply in replies {
            match plan.reply(reply, server()) {
                Step::Done(answer) => return (Some(answer.outcome), asked),
                Step::Ask => asked.push((plan.name.clone(), plan.record)),
            }
        }
        (None, asked)
    }

    #[test]
    fn no_address_of_one_kind_is_no_proof() {
        use Rcode::{NoError, NxDomain, ServFail};
        let none = || said(NoError, &[], &[]);
        for (replies, want) in [
            (vec![said(NxDomain, &[], &[])], Outcome::Nxdomain),
            (vec![none(), none()], Outcome::Nodata),
            // NXDOMAIN to AAAA alone is a broken server's.
            (vec![none(), said(NxDomain, &[], &[])], Outcome::Nodata),
            (vec![none(), said(ServFail, &[], &[])], Outcome::Servfail),
            (vec![none(), said(NoError, &[], &["fd00::1"])], Outcome::Resolved),
            (vec![said(NoError, &[], &["10.0.0.1"])], Outcome::Resolved),
        ] {
            assert_eq!(play(&[], "a.b", &replies).0, Some(want), "{replies:?}");
        }
    }

    #[test]
    fn aliases_are_followed_to_their_end() {
        use Rcode::{NoError, NxDomain, Refused};
        let (outcome, asked) = play(
            &[],
            "a.b",
            &[said(NoError, &["c.d"], &[]), said(NoError, &[], &["10.0.0.1"])],
        );
        assert_eq!(outcome, Some(Outcome::Resolved));
        assert_eq!(asked[1], ("c.d".to_owned(), Record::A));
        assert_eq!(
            play(&[], "a.b", &[said(NxDomain, &["c.d"], &[])]).0,
            Some(Outcome::AliasOnly)
        );
        let elsewhere = [said(NoError, &["c.d"], &[]), said(Refused, &[], &[])];
        assert_eq!(
            play(&[], "a.b", &elsewhere).0,
            Some(Outcome::Refused),
            "not proof of absence"
        );
        let endless: Vec<Reply> = (0..20)
            .map(|n| said(NoError, &[&format!("n{n}.x")], &[]))
            .collect();
        assert_eq!(play(&[], "a.b", &endless).0, Some(Outcome::AliasOnly));
        let circle = [said(NoError, &["c.d"], &[]), said(NoError, &["e.f", "c.d"], &[])];
        assert_eq!(play(&[], "a.b", &circle).0, Some(Outcome::AliasOnly));
    }

    #[test]
    fn the_search_list_is_tried_after_the_name_itself() {
        use Rcode::{NoError, NxDomain};
        let no = || said(NxDomain, &[], &[]);
        let yes = || said(NoError, &[], &["10.0.0.1"]);
        let (outcome, asked) = play(&["corp", "lan"], "db.prod", &[no(), no(), yes()]);
        assert_eq!(outcome, Some(Outcome::Resolved));
        let names: Vec<&str> = asked.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["db.prod", "db.prod.corp", "db.prod.lan"]);
        assert_eq!(
            play(&["corp"], "db.prod.", &[no()]).0,
            Some(Outcome::Nxdomain),
            "a whole name"
        );
        let (_, asked) = play(&["corp"], "db", &[yes()]);
        assert_eq!(
            asked[0].0, "db.corp",
            "a single label is asked for under the list only"
        );
    }

    #[test]
    fn services_are_looked_up_target_by_target() {
        let question = Question {
            name: "_kafka._tcp.c.shop".into(),
            want: Want::Service,
        };
        let mut plan = Plan::new(&question, &["corp".into()]);
        assert_eq!(plan.record, Record::Srv);
        let mut reply = said(Rcode::NoError, &[], &[]);
        reply.targets = vec!["n1.shop".into(), "n2.shop".into()];
        assert_eq!(plan.reply(&reply, server()), Step::Ask);
        assert_eq!((plan.name.as_str(), plan.record), ("n1.shop", Record::A));
        assert_eq!(plan.reply(&said(Rcode::NxDomain, &[], &[]), server()), Step::Ask);
        let Step::Done(answer) = plan.reply(&said(Rcode::NoError, &[], &["10.0.0.1"]), server()) else {
            panic!("two targets, two answers");
        };
        assert_eq!(answer.outcome, Outcome::Resolved);
        assert!(
            answer
                .detail
                .expect("one is missing")
                .contains("n1.shop (nxdomain)")
        );
        let mut none = Plan::new(&question, &[]);
        let Step::Done(answer) = none.reply(&said(Rcode::NoError, &[], &[]), server()) else {
            panic!("no record");
        };
        assert_eq!(answer.outcome, Outcome::Nodata);
    }
    #[test]
    fn a_mongodb_cluster_is_what_its_drivers_take_it_for() {
        let question = Question {
            name: "_mongodb._tcp.c.db.shop".into(),
            want: Want::Service,
        };
        let yes = || said(Rcode::NoError, &[], &["10.0.0.1"]);
        let texts = |texts: &[&str]| Reply {
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            ..said(Rcode::NoError, &[], &[])
        };
        let ask = |target: &str, last: &Reply| {
            let mut plan = Plan::new(&question, &[]);
            let seeds = Reply {
                targets: vec![target.to_owned()],
                ..said(Rcode::NoError, &[], &[])
            };
            let mut step = plan.reply(&seeds, server());
            if step == Step::Ask {
                assert_eq!(plan.reply(&yes(), server()), Step::Ask, "the TXT record follows");
                assert_eq!((plan.name.as_str(), plan.record), ("c.db.shop", Record::Txt));
                step = plan.reply(last, server());
            }
            match step {
                Step::Done(answer) => answer,
                Step::Ask => panic!("nothing is left to be asked"),
            }
        };
        for (target, last, want) in [
            (
                "n1.db.shop",
                texts(&["replicaSet=rs0&authSource=admin"]),
                Outcome::Resolved,
            ),
            ("n1.db.shop", texts(&[]), Outcome::Resolved),
            ("n1.db.shop", said(Rcode::NxDomain, &[], &[]), Outcome::Resolved),
            (
                "n1.db.shop",
                texts(&["replicaSet=a", "replicaSet=b"]),
                Outcome::Malformed,
            ),
            ("n1.db.shop", texts(&["ssl=false"]), Outcome::Malformed),
            ("n1.db.shop", said(Rcode::ServFail, &[], &[]), Outcome::Servfail),
            ("n1.evil.shop", texts(&[]), Outcome::Malformed),
        ] {
            let answer = ask(target, &last);
            assert_eq!(answer.outcome, want, "{target} {last:?}: {answer:?}");
        }
        assert_eq!(
            ask("n1.db.shop", &texts(&[])).addresses.len(),
            1,
            "those of the seeds"
        );
    }
}

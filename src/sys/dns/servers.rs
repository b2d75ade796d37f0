//! Which servers are asked for which names: the policy's zones, its name servers, else the system's; and what
//! became of each server in this run.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::{Duration, Instant};

use crate::settings::ResolverSettings;

/// Unanswered questions after which a silent server is dead.
const UNANSWERED: usize = 32;
/// Over at least this many parent zones: one broken zone is not a dead server.
const ZONES: usize = 2;
/// Not before this.
const AFTER: Duration = Duration::from_secs(1);
/// Questions in flight to a server that has not answered yet.
const UNPROVEN_WINDOW: usize = 32;
/// Unanswered questions after which others are asked first.
const SUSPICIOUS: usize = 8;
/// Failed connections after which a server is not asked by TCP any more.
const TCP_FAILURES: usize = 16;

/// What is known of one server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    /// Whether it said anything.
    pub(super) answered: bool,
    /// Whether it knows EDNS, as far as is known.
    pub(super) edns: bool,
    closed: bool,
    /// Questions whose time is running.
    pub(super) in_flight: usize,
    unanswered: usize,
    zones: BTreeSet<String>,
    first_asked: Option<Instant>,
    tcp_answered: bool,
    tcp_failed: usize,
}

impl Server {
    fn new(address: SocketAddr) -> Self {
        Self {
            address,
            answered: false,
            edns: true,
            closed: false,
            in_flight: 0,
            unanswered: 0,
            zones: BTreeSet::new(),
            first_asked: None,
            tcp_answered: false,
            tcp_failed: 0,
        }
    }

    pub(super) fn asked(&mut self, now: Instant) {
        self.first_asked.get_or_insert(now);
        self.in_flight += 1;
    }

    /// The machine says that nothing listens there.
    pub(super) fn closed(&mut self, now: Instant) {
        self.first_asked.get_or_insert(now);
        self.closed = true;
    }

    /// A question's time ran out.
    pub(super) fn silent(&mut self, name: &str) {
        self.unanswered += 1;
        if self.zones.len() < ZONES {
            let zone = name.split_once('.').map_or("", |(_, zone)| zone);
            self.zones.insert(zone.to_owned());
        }
    }

    pub(super) fn spoke(&mut self) {
        self.answered = true;
        self.unanswered = 0;
    }

    pub(super) fn has_room(&self, most: usize) -> bool {
        self.in_flight
            < if self.answered {
                most
            } else {
                most.min(UNPROVEN_WINDOW)
            }
    }

    /// Whether asking on is pointless.
    pub(super) fn is_dead(&self, now: Instant) -> bool {
        let old = self
            .first_asked
            .is_some_and(|first| now.saturating_duration_since(first) >= AFTER);
        !self.answered && old && (self.closed || (self.unanswered >= UNANSWERED && self.zones.len() >= ZONES))
    }

    fn is_suspicious(&self) -> bool {
        !self.answered && (self.closed || self.unanswered >= SUSPICIOUS)
    }

    pub(super) fn tcp_is_dead(&self) -> bool {
        !self.tcp_answered && self.tcp_failed >= TCP_FAILURES
    }

    pub(super) fn tcp_ended(&mut self, answered: bool) {
        self.tcp_answered |= answered;
        self.tcp_failed += usize::from(!answered);
    }
}

/// The servers of a run, and which of them are for which names.
#[derive(Debug)]
pub(super) struct Servers {
    pub(super) all: Vec<Server>,
    /// Domains with their servers, the longest first.
    zones: Vec<(String, Vec<usize>)>,
    rest: Vec<usize>,
    shown: Vec<String>,
}

impl Servers {
    /// Reads the settings and the system's. `Err` says why no server is known.
    pub(super) fn new(settings: &ResolverSettings) -> Result<Self, String> {
        let own: Vec<SocketAddr> = settings.nameservers.iter().map(|server| server.0).collect();
        let rest = if own.is_empty() { system()? } else { own };
        if rest.is_empty() {
            return Err("the system names no name server".into());
        }
        let mut servers = Self {
            all: Vec::new(),
            zones: Vec::new(),
            rest: Vec::new(),
            shown: rest.iter().map(ToString::to_string).collect(),
        };
        servers.rest = servers.add(&rest);
        for zone in &settings.zones {
            let own: Vec<SocketAddr> = zone.nameservers.iter().map(|server| server.0).collect();
            let shown = own.iter().map(|server| format!("{server} for {}", zone.domain));
            servers.shown.extend(shown);
            let own = servers.add(&own);
            servers.zones.push((zone.domain.clone(), own));
        }
        servers
            .zones
            .sort_by_key(|(domain, _)| std::cmp::Reverse(domain.len()));
        Ok(servers)
    }

    fn add(&mut self, addresses: &[SocketAddr]) -> Vec<usize> {
        let mut out = Vec::new();
        for address in addresses {
            let known = self.all.iter().position(|server| server.address == *address);
            let at = known.unwrap_or_else(|| {
                self.all.push(Server::new(*address));
                self.all.len() - 1
            });
            if !out.contains(&at) {
                out.push(at);
            }
        }
        out
    }

    /// The servers for a name, in the order given.
    pub(super) fn of(&self, name: &str) -> &[usize] {
        let below = |domain: &str| {
            name == domain || name.strip_suffix(domain).is_some_and(|head| head.ends_with('.'))
        };
        self.zones
            .iter()
            .find(|(domain, _)| below(domain))
            .map_or(&self.rest, |(_, servers)| servers)
    }

    /// The server to ask for the `nth` time: those that answer first, in the order given, and not those
    /// that do not want to say. [`None`] where all are dead or do not want to.
    pub(super) fn choose(&self, name: &str, nth: usize, now: Instant, unwilling: &[usize]) -> Option<usize> {
        let (fine, suspicious): (Vec<usize>, Vec<usize>) = self
            .of(name)
            .iter()
            .copied()
            .filter(|at| !self.all[*at].is_dead(now) && !unwilling.contains(at))
            .partition(|at| !self.all[*at].is_suspicious());
        let order: Vec<usize> = if fine.iter().any(|at| self.all[*at].answered) {
            fine
        } else {
            fine.into_iter().chain(suspicious).collect()
        };
        (!order.is_empty()).then(|| order[nth % order.len()])
    }

    /// Whether any server answered anything.
    pub(super) fn any_answer(&self) -> bool {
        self.all.iter().any(|server| server.answered)
    }

    /// The servers, for messages.
    pub(super) fn shown(&self) -> Vec<String> {
        self.shown.clone()
    }
}

/// The system's name servers.
fn system() -> Result<Vec<SocketAddr>, String> {
    let path = "/etc/resolv.conf";
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let (config, _) = resolv_conf::Config::parse_with_errors(&bytes);
    Ok(config.nameservers.iter().filter_map(address).collect())
}

fn address(server: &resolv_conf::ScopedIp) -> Option<SocketAddr> {
    match server {
        resolv_conf::ScopedIp::V4(ip) => Some(SocketAddr::new(IpAddr::V4(*ip), 53)),
        resolv_conf::ScopedIp::V6(ip, None) => Some(SocketAddr::new(IpAddr::V6(*ip), 53)),
        // A link-local server is on one network: its scope is a number, or an interface's name.
        resolv_conf::ScopedIp::V6(ip, Some(scope)) => {
            let index = scope.parse().ok().or_else(|| {
                let path = format!("/sys/class/net/{scope}/ifindex");
                std::fs::read_to_string(path).ok()?.trim().parse().ok()
            })?;
            Some(SocketAddr::V6(SocketAddrV6::new(*ip, 53, 0, index)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{NameServer, Zone};

    fn servers(count: u16) -> Servers {
        let server = |nth: u16| NameServer(SocketAddr::from(([127, 0, 0, 1], 5300 + nth)));
        let settings = ResolverSettings {
            nameservers: (0..count).map(server).collect(),
            zones: vec![Zone {
                domain: "corp".into(),
                nameservers: vec![server(100)],
            }],
            ..ResolverSettings::default()
        };
        Servers::new(&settings).expect("servers are named")
    }

    #[test]
    fn one_silent_zone_is_not_a_dead_server() {
        let start = Instant::now();
        let late = start + AFTER * 2;
        let mut server = Server::new(SocketAddr::from(([127, 0, 0, 1], 53)));
        server.asked(start);
        for _ in 0..UNANSWERED {
            server.silent("a.one.zone");
        }
        assert!(!server.is_dead(late));
        server.silent("a.other");
        assert!(server.is_dead(late) && !server.is_dead(start));
        server.spoke();
        assert!(!server.is_dead(late));
    }

    #[test]
    fn who_answers_is_asked_and_who_is_dead_is_not() {
        let start = Instant::now();
        let late = start + AFTER * 2;
        let mut servers = servers(3);
        assert_eq!(servers.choose("a.b", 0, start, &[]), Some(0));
        assert_eq!(servers.choose("a.b", 1, start, &[]), Some(1));
        assert_eq!(
            servers.choose("db.corp", 5, start, &[]),
            Some(3),
            "a zone of its own"
        );
        for at in [0, 1] {
            servers.all[at].asked(start);
            for nth in 0..UNANSWERED {
                servers.all[at].silent(&format!("a.zone{nth}"));
            }
        }
        assert_eq!(servers.choose("a.b", 0, start, &[]), Some(2), "two say nothing");
        servers.all[2].spoke();
        assert_eq!(servers.choose("a.b", 1, late, &[]), Some(2));
        assert_eq!(servers.choose("a.b", 1, late, &[2]), None);
        assert!(servers.any_answer());
    }
}

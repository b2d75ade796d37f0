//! `host:port`, bare hosts, and lists of either, comma- or space-separated.

use super::{Found, split_host_port};
use crate::address::traps;

/// How sure the key is that a value is an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::address) enum KeySays {
    /// Nothing.
    Nothing,
    /// It may be one, when the value has a port or is a list.
    Maybe,
    /// It is a member of a list of peers.
    Peers,
    /// It is one, whatever it looks like.
    Host,
}

/// The hosts of a value that is a host, a `host:port` or a list of them; all elements must be.
pub(in crate::address) fn find(text: &str, key: KeySays) -> Vec<Found> {
    if let Some(found) = bracketed_ports(text, key) {
        return found;
    }
    if let Some(found) = with_settings(text, key) {
        return found;
    }
    if is_range(text) {
        return Vec::new();
    }
    if let Some(found) = sip(text) {
        return vec![found];
    }
    if let Some(found) = known_hosts(text) {
        return found;
    }
    if let Some(found) = weighed(text).filter(|_| key >= KeySays::Peers) {
        return vec![found];
    }
    // A host and its port as two words.
    let pair = text.split_once(' ').is_some_and(|(host, port)| {
        (host.contains('.') || key == KeySays::Host)
            && !port.is_empty()
            && port.bytes().all(|b| b.is_ascii_digit())
    });
    // `ntp1.corp iburst`: a server and how it is used.
    if key == KeySays::Host
        && let Some((first, rest)) = text.split_once(' ')
        && first.contains('.')
        && !rest.contains(['.', ':', '=', ','])
        && rest
            .split(' ')
            .all(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase()))
    {
        return one(first, 0, key, false).into_iter().collect();
    }
    if pair {
        return one(text, 0, key.max(KeySays::Maybe), false).into_iter().collect();
    }
    let separator = match text {
        _ if text.contains(',') => ',',
        _ if text.contains(';') => ';',
        _ if text.contains('|') && text.split('|').all(|part| part.contains(':')) => '|',
        _ => ' ',
    };
    let trimmed = text.trim();
    if trimmed.is_empty() || traps::is_no_value(trimmed) {
        return Vec::new();
    }
    let parts: Vec<(usize, &str)> = if separator == ' ' && !trimmed.contains(' ') {
        vec![(text.len() - text.trim_start().len(), trimmed)]
    } else {
        split_at(text, separator)
    };
    let parts: Vec<(usize, &str)> = parts
        .into_iter()
        // SSSD's word for what the DNS says.
        .filter(|(_, part)| *part != "_srv_")
        .map(|(at, part)| (at, without_certificate(part, key)))
        .collect();
    let list = parts.len() > 1;
    // Words with spaces between are a sentence, unless each of them is dotted or has a port.
    if separator == ' ' && list && !parts.iter().all(|(_, part)| part.contains(['.', ':'])) {
        return Vec::new();
    }
    let found: Vec<Option<Found>> = parts.iter().map(|(at, part)| one(part, *at, key, list)).collect();
    let good = found.iter().flatten().count();
    // All elements must be addresses; where the key says so, a broken one among good ones is a slip.
    if good < parts.len() && (good == 0 || key == KeySays::Nothing || separator == ' ') {
        return Vec::new();
    }
    let slip = |(at, part): &(usize, &str)| Found {
        scheme: None,
        host: (*part).to_owned(),
        port: None,
        range: *at..*at + part.len(),
        form: "host",
    };
    found
        .into_iter()
        .zip(&parts)
        .map(|(found, part)| found.unwrap_or_else(|| slip(part)))
        .collect()
}

/// `10.0.0.10 - 10.0.0.20`: what is handed out, and nobody's address yet.
fn is_range(text: &str) -> bool {
    let ip = |text: &str| text.trim().parse::<std::net::IpAddr>().is_ok();
    text.split_once('-').is_some_and(|(from, to)| ip(from) && ip(to))
}

/// `sip:user@pbx.corp:5060;transport=tls`, also with the semicolon escaped as Asterisk wants it.
fn sip(text: &str) -> Option<Found> {
    let rest = text.strip_prefix("sips:").or_else(|| text.strip_prefix("sip:"))?;
    let body = rest.split([';', '\\', '?', '>', ',']).next()?;
    let server = body.rsplit('@').next().unwrap_or(body);
    let at = text.len() - rest.len() + body.len() - server.len();
    let mut found = one(server, at, KeySays::Host, false)?;
    found.scheme = Some("sip".to_owned());
    Some(found)
}

/// A line of `known_hosts`: the names of a machine before its key.
fn known_hosts(text: &str) -> Option<Vec<Found>> {
    let (hosts, key) = text.split_once(' ')?;
    if !(key.starts_with("ssh-") || key.starts_with("ecdsa-sha2-")) {
        return None;
    }
    let hosts = split_at(hosts, ',').into_iter();
    Some(
        hosts
            .filter_map(|(at, host)| one(host, at, KeySays::Host, true))
            .collect(),
    )
}

/// Twemproxy's `cache-1.corp:11211:1 shard1`: a server, its weight, and a name for it.
fn weighed(text: &str) -> Option<Found> {
    let (server, name) = text.split_once(' ').unwrap_or((text, "x"));
    let parts: Vec<&str> = server.split(':').collect();
    let ([host, port, weight] | [host, port, weight, "ssl" | "plain"]) = parts[..] else {
        return None;
    };
    let number = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
    };
    // mcrouter says how it talks to a server: `cache-1.corp:11211:ascii:ssl`.
    let weight = if matches!(weight, "ascii" | "caret" | "umbrella") {
        "1"
    } else {
        weight
    };
    let fits = port.len() > 3
        && number(port, 5)
        && number(weight, 3)
        && plain(name)
        && traps::is_host_charset(host)
        && !number(host, host.len());
    fits.then(|| Found {
        scheme: None,
        host: host.to_owned(),
        port: Some(port.to_owned()),
        range: 0..host.len(),
        form: "host:port",
    })
}

/// Schemes that are written without slashes.
const KINDS: &[&str] = &[
    "zk:",
    "etcd:",
    "turn:",
    "turns:",
    "stun:",
    "stuns:",
    "ipv4:",
    "round-robin:",
    "master-slave:",
    "random:",
    "dns+",
    "dnssrv+",
    "dnssrvnoa+",
    "tcp:",
    "udp:",
    "tcp/",
    "udp/",
    "lmtp:inet:",
    "inet:",
    "sip:",
    "sips:",
    "tcps:",
    "tls:",
    "ssl:",
    "syslog:server=",
    "@@",
];

fn kind_before(text: &str) -> Option<(&'static str, &str)> {
    let kind = KINDS.iter().find(|kind| text.starts_with(**kind))?;
    let rest = &text[kind.len()..];
    let host = rest.split([':', ',', '?']).next().unwrap_or("");
    let kind = kind.trim_end_matches([':', '+', '@', '/']);
    let kind = kind.strip_suffix(":server=").unwrap_or(kind);
    (traps::is_host_charset(host) && !host.bytes().all(|b| b.is_ascii_digit())).then_some((kind, rest))
}

/// IBM MQ's `mq-a.corp(1414),mq-b.corp(1414)`.
fn bracketed_ports(text: &str, key: KeySays) -> Option<Vec<Found>> {
    if !text.ends_with(')') || text.contains(['=', ' ', '/']) {
        return None;
    }
    split_at(text, ',')
        .into_iter()
        .map(|(at, part)| {
            let (host, port) = part.strip_suffix(')')?.split_once('(')?;
            // `VARCHAR(64)` and `Exit(1)` are none.
            let port_like = port.len() >= 4 && port.bytes().all(|b| b.is_ascii_digit());
            let told = key >= KeySays::Maybe || host.contains('.');
            let good = traps::is_host_charset(host) && port_like && told;
            good.then(|| Found {
                scheme: None,
                host: host.to_owned(),
                port: Some(port.to_owned()),
                range: at..at + host.len(),
                form: "host:port",
            })
        })
        .collect()
}

/// Servers and settings in one list: `a:6379,b:6379,ssl=True`, `network=tcp,addr=a:6379`. [`None`] for other texts.
fn with_settings(text: &str, key: KeySays) -> Option<Vec<Found>> {
    const SERVERS: &[&str] = &[
        "addr",
        "addrs",
        "address",
        "host",
        "hosts",
        "server",
        "servers",
        "endpoint",
        "endpoints",
    ];
    let bare = text.replace("${", "");
    if !(text.contains(',') && text.contains('=')) || bare.contains(['(', '{', '[']) {
        return None;
    }
    let mut out = Vec::new();
    let mut named = false;
    for (at, part) in split_at(text, ',') {
        match part.split_once('=') {
            None => out.extend(one(part, at, key, true)),
            Some((name, value)) if SERVERS.contains(&name.trim().to_ascii_lowercase().as_str()) => {
                named = true;
                let shift = part.len() - value.len();
                out.extend(one(value, at + shift, KeySays::Host, true));
            }
            Some((name, _)) if name.contains(' ') && !name.trim().contains(' ') => {}
            Some((name, _))
                if name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b' ')) => {}
            Some(_) => return None,
        }
    }
    // A list of settings alone names no server.
    let with_port = out.iter().any(|found| found.port.is_some());
    (!out.is_empty() && (named || with_port)).then_some(out)
}

/// systemd-resolved's `10.0.0.53:853#dns.corp`: the name is the certificate's.
fn without_certificate(part: &str, key: KeySays) -> &str {
    match part.split_once('#') {
        Some((server, _)) if key >= KeySays::Peers && server.contains(['.', ':']) => server,
        Some(_) | None => part,
    }
}

fn split_at(text: &str, separator: char) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut at = 0;
    for part in text.split(separator) {
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            out.push((at + part.len() - part.trim_start().len(), trimmed));
        }
        at += part.len() + separator.len_utf8();
    }
    out
}

fn one(text: &str, at: usize, key: KeySays, list: bool) -> Option<Found> {
    // A kind of service before its server, without slashes: zk:a:2181, turn:a:3478, dns+a:9090.
    if let Some((kind, rest)) = kind_before(text) {
        let body = rest.split('?').next().unwrap_or(rest);
        let shift = text.len() - rest.len();
        // Net-SNMP's `udp:10.0.0.1/162`.
        if let Some((host, port)) = body.split_once('/').filter(|_| matches!(kind, "udp" | "tcp"))
            && port.len() > 1
            && port.bytes().all(|b| b.is_ascii_digit())
        {
            let mut found = one(host, at + shift, KeySays::Peers, false)?;
            (found.scheme, found.port) = (Some(kind.to_owned()), Some(port.to_owned()));
            return Some(found);
        }
        let mut found = one(body, at + shift, key.max(KeySays::Maybe), true)?;
        found.scheme = Some(kind.to_owned());
        return Some(found);
    }
    if let Some(found) = exported(text, at) {
        return Some(found);
    }
    if let Some(found) = at_port(text, at, key) {
        return Some(found);
    }
    // MongoDB's replica set before its members: `rs0/a.corp:27017,b.corp:27017`.
    if let Some((set, rest)) = text.split_once('/')
        && (list || key == KeySays::Host)
        && plain(set)
        && rest.contains(':')
        && !rest.contains('/')
    {
        return one(rest, at + set.len() + 1, key, true);
    }
    if let Some((rest, key)) = wrapped(text, key) {
        return one(rest, at + text.len() - rest.len(), key, list);
    }
    if let Some(found) = in_brackets(text, at) {
        return Some(found);
    }
    // ZooKeeper's chroot after the last host.
    let with_port = |head: &str| {
        head.rsplit_once(':')
            .is_some_and(|(_, port)| port.len() > 2 && port.bytes().all(|b| b.is_ascii_digit()))
    };
    let body = match text.split_once('/') {
        Some((head, _)) if list && head.contains(':') => head,
        // A database behind its server: `db:5432/shop?sslmode=disable`.
        Some((head, _)) if key >= KeySays::Maybe && with_port(head) => head,
        Some(_) => return None,
        None => text,
    };
    let (host, port, range) = split_host_port(body, at);
    if KINDS
        .iter()
        .any(|kind| kind.strip_suffix(':') == Some(host.as_str()))
        && host != "zk"
        && host != "etcd"
    {
        return None;
    }
    let numeric_port = is_number(port.as_deref());
    let seen = Seen {
        host: &host,
        port: port.as_deref(),
        body,
    };
    let accepted = seen.is_address(key, list);
    accepted.then_some(Found {
        scheme: None,
        host,
        port,
        range,
        form: if numeric_port { "host:port" } else { "host" },
    })
}

fn is_number(port: Option<&str>) -> bool {
    port.is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// A host and its port as they were split.
struct Seen<'t> {
    host: &'t str,
    port: Option<&'t str>,
    /// What they were split from.
    body: &'t str,
}

impl Seen<'_> {
    /// Whether they are an address under a key of this kind.
    fn is_address(&self, key: KeySays, list: bool) -> bool {
        let (host, body) = (self.host, self.body);
        let is_v6 = host.parse::<std::net::Ipv6Addr>().is_ok();
        let bracketed = body.starts_with('[');
        let numeric_port = is_number(self.port);
        let quad = traps::is_dotted_quad(host);
        let name = traps::is_host_charset(host) && !host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        match self.port {
            _ if host.contains('@') => false,
            // `name:10.0.0.1` is a line for a hosts file.
            Some(port) if port.contains('.') => false,
            // Names of SRV records are addresses under any key.
            None if is_service_name(host) => true,
            // Names inside of a cluster are, too.
            None if is_cluster_name(host) => true,
            // A member of a list of peers needs no port.
            None if key == KeySays::Peers && name && host.contains('.') && !quad => {
                !traps::is_file_like(host) && !traps::is_code_like(host)
            }
            // A port with a slip of the finger: 9o92. Named ports (`http`) have no digit.
            Some(port) if !numeric_port => {
                (quad || (key == KeySays::Host && name))
                    && (port.is_empty() || port.bytes().any(|b| b.is_ascii_digit()))
                    && port.len() <= 8
            }
            Some(_) if is_v6 && (bracketed || body.contains(' ')) => true,
            Some(_) if traps::is_time_like(body) => false,
            Some(_) if quad => true,
            Some(port) if name => {
                let number = port.parse::<u32>().unwrap_or(u32::MAX);
                let fqdn = host.contains('.')
                    && !host
                        .rsplit('.')
                        .next()
                        .is_some_and(|tld| tld.bytes().any(|b| b.is_ascii_digit()));
                let trap = traps::is_file_like(host) || traps::is_code_like(host);
                key >= KeySays::Maybe
                    || (!trap
                        && ((fqdn && number > 9)
                            || (!host.contains('.') && is_service_port(number) && host.len() > 1)))
            }
            Some(_) => false,
            None if is_v6 => key >= KeySays::Peers || bracketed,
            None if quad => key >= KeySays::Peers || (key == KeySays::Maybe && !list),
            None if key == KeySays::Host => {
                let numeric = host.contains('.') && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                let count = host.len() < 8 && host.bytes().all(|b| b.is_ascii_digit());
                !count
                    && (name || numeric || legacy_v4(host))
                    && !traps::is_file_like(host)
                    && !traps::is_code_like(host)
            }
            None => false,
        }
    }
}

/// A name without dots.
fn plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Unbound's `10.0.0.53@853#dns.corp`, and licence servers, `27000@lic-1.corp`.
fn at_port(text: &str, at: usize, key: KeySays) -> Option<Found> {
    let (left, right) = text.split_once('@')?;
    let right = right.split('#').next().unwrap_or(right);
    let number = |text: &str| text.len() > 1 && text.parse::<u16>().is_ok_and(|port| port > 9);
    let name = left.contains('.')
        && traps::is_host_charset(left)
        && left.contains(|c: char| c.is_ascii_alphabetic());
    let address = left.parse::<std::net::IpAddr>().is_ok();
    let (host, port, shift) = if (address || name) && number(right) {
        (left, right, 0)
    } else if key >= KeySays::Maybe
        && number(left)
        && left.len() > 2
        && traps::is_host_charset(right)
        && !right.contains(':')
    {
        (right, left, left.len() + 1)
    } else {
        return None;
    };
    Some(Found {
        scheme: None,
        host: host.to_owned(),
        port: Some(port.to_owned()),
        range: at + shift..at + shift + host.len(),
        form: "host:port",
    })
}

/// What stands behind a name for the server, which is no part of its address.
fn wrapped(text: &str, key: KeySays) -> Option<(&str, KeySays)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((name, rest)) = text.split_once('@').filter(|(name, _)| plain(name)) {
        let dotted = |(host, port): (&str, &str)| host.contains('.') && port.len() > 1 && digits(port);
        // Kafka's voters, `1@a:9093`; what has a port is no mail address; Erlang's nodes, `rabbit@mq-1.corp`.
        return if digits(name) {
            Some((rest, key))
        } else if rest.split_once(':').is_some_and(dotted) {
            Some((rest, key.max(KeySays::Maybe)))
        } else {
            (key == KeySays::Peers && !rest.contains('@')).then_some((rest, key))
        };
    }
    // Memcached's `n1:cache-1.corp:11211`.
    let (name, rest) = named_node(text).filter(|_| key == KeySays::Peers)?;
    plain(name).then_some((rest, key))
}

/// A folder of another machine: `nas.corp:/export`, `deploy@www.corp:/srv`, `\\\\nas.corp\\raw`.
fn exported(text: &str, at: usize) -> Option<Found> {
    let (start, host) = match text.strip_prefix("\\\\") {
        Some(share) => (2, share.split_once('\\')?.0),
        None => {
            let (machine, path) = text.split_once(":/")?;
            if path.starts_with('/') {
                return None;
            }
            let host = machine.rsplit('@').next().unwrap_or(machine);
            let shift = machine.len() - host.len();
            if let Some(inner) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
                (shift + 1, inner)
            } else {
                (shift, host)
            }
        }
    };
    let is_v6 = host.parse::<std::net::Ipv6Addr>().is_ok();
    let named = host.contains('.') && traps::is_host_charset(host) && !traps::is_file_like(host);
    let fits = is_v6 || named;
    fits.then(|| Found {
        scheme: None,
        host: host.to_owned(),
        port: None,
        range: at + start..at + start + host.len(),
        form: "host",
    })
}

/// Postfix: `[mx.corp]:587`, `smtp-amavis:[av.corp]:10024`.
fn in_brackets(text: &str, at: usize) -> Option<Found> {
    let from = text.find('[')?;
    let rest = &text[from + 1..];
    let Some((host, port)) = rest.split_once("]:") else {
        // A transport before its host: `smtp:[fax.corp]`.
        let host = rest
            .strip_suffix(']')
            .filter(|_| from > 1 && text[..from].ends_with(':'))?;
        let mut found = one(host, 0, KeySays::Peers, false)?;
        found.range = at + from + 1..at + from + 1 + host.len();
        return Some(found);
    };
    let begins = from == 0 || text[..from].ends_with(':');
    if !begins || !host.contains('.') {
        return None;
    }
    let whole = format!("{host}:{port}");
    let mut found = one(&whole, 0, KeySays::Maybe, false)?;
    found.range = at + from + 1..at + from + 1 + host.len();
    Some(found)
}

/// `name:host:port`.
fn named_node(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(':')?;
    let (host, port) = rest.split_once(':')?;
    let number = port.len() > 1 && port.bytes().all(|b| b.is_ascii_digit());
    (number && host.bytes().any(|b| b.is_ascii_alphabetic()) && !name.contains('.')).then_some((name, rest))
}

/// Ports below 1000 that services of this kind of name are reached at.
fn is_service_port(number: u32) -> bool {
    (1024..=65535).contains(&number)
        || matches!(
            number,
            80 | 81 | 88 | 110 | 143 | 389 | 443 | 465 | 514 | 587 | 636 | 853 | 873 | 993 | 995
        )
}

/// `_http._tcp.shop.corp`.
fn is_service_name(host: &str) -> bool {
    let mut labels = host.split('.');
    labels
        .next()
        .is_some_and(|label| label.starts_with('_') && label.len() > 1)
        && labels
            .next()
            .is_some_and(|label| matches!(label, "_tcp" | "_udp" | "_sctp"))
        && labels.next().is_some()
}

/// `redis.data.svc`, `redis.data.svc.cluster.local`.
fn is_cluster_name(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let at = labels.iter().position(|label| *label == "svc");
    at.is_some_and(|at| at >= 2 && (labels.len() == at + 1 || host.ends_with(".local")))
        && labels.iter().all(|label| !label.is_empty())
}

/// `127.1`, `0x7f.1`, `2130706433`: C libraries take them as IPv4 addresses.
fn legacy_v4(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    parts.len() < 4
        && parts.iter().all(|part| {
            !part.is_empty()
                && (part.bytes().all(|b| b.is_ascii_digit())
                    || part
                        .strip_prefix("0x")
                        .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())))
        })
        && (host.len() >= 8 || host.starts_with("127.") || host.starts_with("0x"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str, key: KeySays) -> Vec<String> {
        find(text, key).into_iter().map(|found| found.host).collect()
    }

    #[test]
    fn lists_and_pairs() {
        assert_eq!(hosts("k1:9092, k2:9092", KeySays::Nothing), ["k1", "k2"]);
        assert_eq!(hosts("zk1:2181,zk2:2181/chroot", KeySays::Maybe), ["zk1", "zk2"]);
        assert_eq!(hosts("10.20.30.400:8443", KeySays::Nothing), ["10.20.30.400"]);
        assert_eq!(hosts("db", KeySays::Host), ["db"]);
        assert_eq!(
            hosts("auth..shop.internal", KeySays::Host),
            ["auth..shop.internal"]
        );
        assert_eq!(hosts("[fd00::1]:80", KeySays::Nothing), ["fd00::1"]);
    }

    #[test]
    fn what_programs_write_around_an_address() {
        let full = |text: &str| {
            find(text, KeySays::Host)
                .into_iter()
                .map(|found| {
                    assert_eq!(&text[found.range], found.host, "{text}");
                    format!("{}|{}", found.host, found.port.unwrap_or_default())
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (text, want) in [
            ("10.0.0.53@853#dns.corp", "10.0.0.53|853"),
            ("dns.corp@853#dns.corp", "dns.corp|853"),
            ("fd00::53@853", "fd00::53|853"),
            ("27000@lic-1", "lic-1|27000"),
            ("cache.corp:11211:1 shard1", "cache.corp|11211"),
            ("cache.corp:11211:ascii:ssl", "cache.corp|11211"),
            ("sip:ivr@pbx.corp:5060;transport=tls", "pbx.corp|5060"),
            ("sip:10.0.0.4:5060\\;lr", "10.0.0.4|5060"),
            ("[git.corp]:7999 ssh-ed25519 AAAAC3Nza", "git.corp|7999"),
            ("git.corp,10.0.0.7 ssh-rsa AAAAB3Nza", "git.corp| 10.0.0.7|"),
            ("rs0/a.corp:27017,b.corp:27017", "a.corp|27017 b.corp|27017"),
            ("smtp:[fax.corp]", "fax.corp|"),
            ("smtp-amavis:[127.0.0.1]:10024", "127.0.0.1|10024"),
            ("borg@[fd00::9]:/srv/borg", "fd00::9|"),
            ("syslog:server=log.corp:1514", "log.corp|1514"),
            ("round-robin:a.corp:11335", "a.corp|11335"),
            ("mq.corp(1414)", "mq.corp|1414"),
        ] {
            assert_eq!(full(text), want, "{text}");
        }
        for text in ["10.0.0.5 - 10.0.0.9", "10.0.0.5-10.0.0.9"] {
            assert_eq!(full(text), "", "{text}");
        }
        assert!(hosts("VARCHAR(64)", KeySays::Nothing).is_empty());
        assert!(
            hosts("127.0.0.1:8080:80", KeySays::Nothing).is_empty(),
            "ports that compose opens"
        );
    }

    #[test]
    fn traps_are_no_addresses() {
        for text in [
            "redis:7",
            "8080:80",
            "12:30:00",
            "app.config.js",
            "com.example.Foo",
            "a@b.com",
            "10.0.0.0/8",
            "apps/v1",
            "1.2.3",
        ] {
            assert!(hosts(text, KeySays::Nothing).is_empty(), "{text}");
        }
        for text in ["true", "", "config.yaml", "/run/x.sock"] {
            assert!(hosts(text, KeySays::Host).is_empty(), "{text}");
        }
    }
}

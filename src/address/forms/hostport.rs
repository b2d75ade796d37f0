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
    /// It is one, whatever it looks like.
    Host,
}

/// The hosts of a value that is a host, a `host:port` or a list of them; all elements must be.
pub(in crate::address) fn find(text: &str, key: KeySays) -> Vec<Found> {
    let separator = match text {
        _ if text.contains(',') => ',',
        _ if text.contains(';') => ';',
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
    // ZooKeeper's chroot after the last host.
    let body = match text.split_once('/') {
        Some((head, _)) if list && head.contains(':') => head,
        Some(_) => return None,
        None => text,
    };
    let (host, port, range) = split_host_port(body, at);
    let is_v6 = host.parse::<std::net::Ipv6Addr>().is_ok();
    let bracketed = body.starts_with('[');
    let numeric_port = port
        .as_deref()
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    let quad = traps::is_dotted_quad(&host);
    let name = traps::is_host_charset(&host) && !host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let accepted = match &port {
        _ if host.contains('@') => false,
        // A port with a slip of the finger: 9o92. Named ports (`http`) have no digit.
        Some(port) if !numeric_port => {
            (quad || (key == KeySays::Host && name))
                && (port.is_empty() || port.bytes().any(|b| b.is_ascii_digit()))
                && port.len() <= 8
        }
        Some(_) if bracketed && is_v6 => true,
        Some(_) if traps::is_time_like(body) => false,
        Some(_) if quad => true,
        Some(port) if name => {
            let number = port.parse::<u32>().unwrap_or(u32::MAX);
            let fqdn = host.contains('.')
                && !host
                    .rsplit('.')
                    .next()
                    .is_some_and(|tld| tld.bytes().any(|b| b.is_ascii_digit()));
            let trap = traps::is_file_like(&host) || traps::is_code_like(&host);
            key >= KeySays::Maybe
                || (!trap
                    && ((fqdn && number > 9) || (!host.contains('.') && number >= 80 && host.len() > 1)))
        }
        Some(_) => false,
        None if is_v6 => key == KeySays::Host || bracketed,
        None if quad => key == KeySays::Host,
        None if key == KeySays::Host => {
            let numeric = host.contains('.') && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            (name || numeric || legacy_v4(&host))
                && !traps::is_file_like(&host)
                && !traps::is_code_like(&host)
        }
        None => false,
    };
    accepted.then_some(Found {
        scheme: None,
        host,
        port,
        range,
        form: if numeric_port { "host:port" } else { "host" },
    })
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

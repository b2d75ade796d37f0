//! Lines of configuration inside of a text: a file that no parser knows, or a file within a value. `key = value`,
//! `key: value`, `key value`; each with the key that names it. Only what the line itself names is taken.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::command::Named;
use crate::address::keys;

/// The values that a line names.
pub(in crate::address) fn find(line: &str) -> Vec<Named<'_>> {
    let trimmed = line.trim_start_matches([' ', '\t', '-']);
    if trimmed.starts_with('{') || (trimmed.starts_with('[') && !trimmed.ends_with(']')) {
        return inline(line);
    }
    if trimmed.is_empty() || trimmed.starts_with(['#', ';', '/', '<', '!', '[']) {
        return Vec::new();
    }
    let at = line.len() - trimmed.len();
    let body = trimmed.trim_start_matches(['"', '\'']);
    let quoted = trimmed.len() - body.len();
    let length = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*')))
        .unwrap_or(body.len());
    let (key, rest) = body.split_at(length);
    if let Some(found) = forwarded(line) {
        return vec![found];
    }
    if key.is_empty() {
        return Vec::new();
    }
    let after = rest.trim_start_matches(['"', '\'']);
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    let value = match after.trim_start_matches([' ', '\t']) {
        // `a:b` without a blank is a value, not a key and one.
        text if text.starts_with("=>") => &text[2..],
        text if text.starts_with('=') || (text.starts_with(": ") && blanks == 0) => &text[1..],
        text if blanks > 0 => text,
        _ => return inline(line).into_iter().chain(calls(line)).collect(),
    };
    let start = at + quoted + (body.len() - value.len());
    if key == "sentinel" {
        return sentinel(value, start);
    }
    let mut out: Vec<Named<'_>> = items(value)
        .into_iter()
        .map(|(shift, value)| Named {
            key,
            value,
            at: start + shift,
        })
        .collect();
    // What a table on the line calls its value says more than the key before the table.
    for one in inline(line).into_iter().chain(calls(line)) {
        out.retain(|known| known.at != one.at);
        out.push(one);
    }
    out
}

/// What rsyslog sends on: `auth,authpriv.* @@log.corp:10514`, `kern.warning @[fd00::5]:514`.
fn forwarded(line: &str) -> Option<Named<'_>> {
    let (selector, target) = line.trim().rsplit_once([' ', '\t'])?;
    let selector = selector.trim_end();
    let bare = target.strip_prefix("@@").or_else(|| target.strip_prefix('@'))?;
    let fits = !selector.contains(' ') && selector.contains('.') && bare.contains(['.', ':']);
    fits.then(|| Named {
        key: "host",
        value: bare,
        at: line.rfind(bare).unwrap_or(0),
    })
}

/// Redis' `sentinel monitor main redis-a 6379 2`, `sentinel announce-ip 10.0.0.1`.
fn sentinel(value: &str, start: usize) -> Vec<Named<'_>> {
    let items = items(value);
    let Some((_, what)) = items.iter().find(|(_, what)| !what.is_empty()) else {
        return Vec::new();
    };
    if *what == "monitor"
        && let [_, _, (from, host), (at, port), ..] = items[..]
        && port.parse::<u16>().is_ok()
        && !host.contains('.')
    {
        return vec![Named {
            key: "host",
            value: &value[from..at + port.len()],
            at: start + from,
        }];
    }
    let key = if what.starts_with("announce") {
        what
    } else {
        "sentinel"
    };
    let named = items.iter().map(|(shift, value)| Named {
        key,
        value,
        at: start + shift,
    });
    named.collect()
}

/// The port that a line's words name after its first one: `ntp.corp port 1123`, `proxy.corp parent 3128`.
pub(in crate::address) fn port_word<'t>(named: &[Named<'t>]) -> Option<&'t str> {
    let [first, rest @ ..] = named else { return None };
    let words: Vec<&str> = rest
        .iter()
        .filter(|one| one.key == first.key)
        .map(|one| one.value)
        .collect();
    let [what, port, ..] = words[..] else { return None };
    (matches!(what, "port" | "parent" | "sibling") && port.parse::<u16>().is_ok()).then_some(port)
}

static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    let key = r#"[\[{(,\s]["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?\s*(?:=>|[:=])\s*"#;
    let value = r#"(?:\[([^\]]+)\]|"([^"]+)"|'([^']+)'|([0-9]{1,5})\b)"#;
    regex(&format!("{key}{value}"))
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant and compiled by a test"
)]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// The pairs of a table on one line: `{ type = redis, server = "a:6379" }`.
fn inline(line: &str) -> Vec<Named<'_>> {
    let mut out = Vec::new();
    let mut name = None;
    for found in PAIR.captures_iter(line) {
        let value = (2..=5).find_map(|group| found.get(group));
        // `10.0.0.1` is no port, and in `db.corp:5432` and `smtp:[mx.corp]` nothing is a key.
        let no_pair = found.get(5).or_else(|| found.get(2)).is_some_and(|value| {
            let before = line[..value.start()].trim_end_matches('[');
            (found.get(5).is_some() && line[value.end()..].starts_with(['.', ':', '-', '_', '/']))
                || before
                    .strip_suffix(':')
                    .is_some_and(|key| !key.ends_with(['"', '\'']))
        });
        if let (Some(key), Some(value)) = (found.get(1), value)
            && !no_pair
        {
            // `{ name = "DB_HOST", value = "db.corp" }`
            if key.as_str() == "name" {
                name = Some(value);
                continue;
            }
            let key = name.filter(|_| key.as_str() == "value").unwrap_or(key);
            let items = items(value.as_str()).into_iter();
            out.extend(items.map(|(shift, text)| Named {
                key: key.as_str(),
                value: text,
                at: value.start() + shift,
            }));
        }
    }
    out
}

static CALL: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"([A-Za-z][A-Za-z0-9_-]*)\(\s*(?:"([^"]+)"((?:\s*,?\s*"[^"]+")*)|([0-9]{1,5})\s*\))"#)
});

/// What syslog-ng writes: `network("log.corp" port(6514))`, `servers("a.corp", "b.corp")`.
fn calls(line: &str) -> Vec<Named<'_>> {
    const TRANSPORTS: &[&str] = &["network", "syslog", "tcp", "udp", "tcp6", "udp6", "failover"];
    let mut out = Vec::new();
    for found in CALL.captures_iter(line) {
        let Some(name) = found.get(1).map(|name| name.as_str()) else {
            continue;
        };
        let key = match name {
            "ip" | "localip" => "bind",
            // A filter of syslog-ng.
            "host" => continue,
            _ if TRANSPORTS.contains(&name) => "host",
            _ if keys::is_strong(name) || keys::port_prefix(name).is_some() => name,
            _ => continue,
        };
        let values = [found.get(2), found.get(3), found.get(4)].into_iter().flatten();
        for value in values {
            let items = items(value.as_str()).into_iter();
            out.extend(items.map(|(shift, text)| Named {
                key,
                value: text,
                at: value.start() + shift,
            }));
        }
    }
    out
}

/// `[fd00::53]:53`, `[mx.corp]:587`, `smtp:[mx.corp]:25`: words whose brackets are no list, and where each ends.
fn bracketed(value: &str) -> Vec<(Range<usize>, usize)> {
    let ends = |c: char| matches!(c, ' ' | '\t' | ',' | '"' | '\'' | ';' | '}');
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(close) = value[from..].find(']') {
        let close = from + close + 1;
        let start = value[from..close].rfind(ends).map_or(from, |at| from + at + 1);
        let end = value[close..].find(ends).map_or(value.len(), |at| close + at);
        let digits = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let with_port = value[close..end].strip_prefix(':').is_some_and(digits);
        let word = &value[start..close];
        if word.matches('[').count() == 1 && (with_port || (word.contains(":[") && end == close)) {
            out.push((start..end, end));
        } else if let Some((zone, _)) = word.split_once("=127.") {
            // A list of the DNS and its answers that count: `zen.example=127.0.0.[2..11]`.
            out.push((start..start + zone.len(), end));
        }
        from = end;
    }
    out
}

/// The words of a part of a value, without the marks between them.
fn words(value: &str, from: usize, to: usize) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut at = from;
    for part in value[from..to].split([' ', '\t', ',', '[', ']', '"', '\'', ';']) {
        // Postfix weighs lists: `bl.spamcop.net*2`.
        let weight = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let weighed = part
            .split_once('*')
            .filter(|(zone, times)| zone.contains('.') && weight(times));
        // And it tells which answers count: `bl.spamcop.net=127.0.0.2`.
        let weighed = weighed.or_else(|| part.split_once("=127.").filter(|(zone, _)| zone.contains('.')));
        let word = weighed.map_or(part, |(zone, _)| zone);
        out.extend(
            arguments(word)
                .into_iter()
                .map(|(shift, word)| (at + shift, word)),
        );
        at += part.len() + 1;
    }
    out
}

/// The arguments in a word that calls a function, `env(db.corp)`; the word itself where its brackets hold a port.
fn arguments(word: &str) -> Vec<(usize, &str)> {
    let port = |inner: &str| inner.bytes().all(|b| b.is_ascii_digit());
    let mq = word.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    if !word.contains(['(', ')']) || mq.is_some_and(port) {
        return Vec::from_iter((!word.is_empty()).then_some((0, word)));
    }
    let mut out = Vec::new();
    let mut at = 0;
    for part in word.split(['(', ')']) {
        let end = at + part.len();
        if !part.is_empty() && !word[end..].starts_with('(') {
            out.push((at, part));
        }
        at = end + 1;
    }
    out
}

/// The parts of a value: what a list's brackets, quotes and commas hold, or its words.
fn items(value: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let bracketed = bracketed(value);
    let mut from = 0;
    for (word, end) in bracketed {
        out.extend(words(value, from, word.start));
        out.push((word.start, &value[word]));
        from = end;
    }
    out.extend(words(value, from, value.len()));
    // A host and its port as two words: `monitor main redis-a.corp 6379`.
    let mut pairs = Vec::new();
    for pair in out.windows(2) {
        let ((start, host), (end, port)) = (pair[0], pair[1]);
        let number = port.len() >= 3 && port.parse::<u16>().is_ok();
        let dotted = host.contains('.') && !host.contains([':', '/', '=']) && !host.ends_with('.');
        let between = &value[start + host.len()..end];
        if number && dotted && between.trim().is_empty() {
            pairs.push((start, &value[start..end + port.len()]));
        }
    }
    out.retain(|(at, _)| {
        !pairs
            .iter()
            .any(|(start, pair)| (*start..start + pair.len()).contains(at))
    });
    out.extend(pairs);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(line: &str) -> Vec<(&str, &str)> {
        find(line)
            .iter()
            .map(|one| {
                assert_eq!(&line[one.at..one.at + one.value.len()], one.value);
                (one.key, one.value)
            })
            .collect()
    }

    #[test]
    fn a_port_after_its_host() {
        let port = |line: &str| port_word(&find(line)).map(str::to_owned);
        assert_eq!(port("server ntp.corp port 1123 iburst").as_deref(), Some("1123"));
        assert_eq!(port("cache_peer proxy parent 3128 0").as_deref(), Some("3128"));
        assert_eq!(
            port("server s1 a.corp:80 check port 81"),
            None,
            "that port is the check's"
        );
    }

    #[test]
    fn keys_and_values_of_lines() {
        assert_eq!(named("  host: dc01.corp:636"), [("host", "dc01.corp:636")]);
        assert_eq!(
            named("brokers = [\"a.corp:9092\", \"b.corp:9092\"]"),
            [("brokers", "a.corp:9092"), ("brokers", "b.corp:9092")]
        );
        assert_eq!(
            named("  server db.corp:5432 check;"),
            [("server", "db.corp:5432"), ("server", "check")]
        );
        assert_eq!(
            named("sentinel monitor main redis-a.corp 6379 2"),
            [
                ("sentinel", "monitor"),
                ("sentinel", "main"),
                ("sentinel", "2"),
                ("sentinel", "redis-a.corp 6379")
            ]
        );
        assert_eq!(
            named("  { type = redis, server = \"a.corp:1\", n = \"x\" }"),
            [("server", "a.corp:1"), ("n", "x")]
        );
        assert_eq!(
            named("  failover(servers(\"a.corp\", \"b.corp\")) port(6514)"),
            [("servers", "a.corp"), ("servers", "b.corp"), ("port", "6514")]
        );
        assert_eq!(
            named("action(type=\"omfwd\" target=\"10.0.0.1\" port=\"514\" x=[\"k1:9\", \"k2:9\"])"),
            [
                ("type", "omfwd"),
                ("target", "10.0.0.1"),
                ("port", "514"),
                ("x", "k1:9"),
                ("x", "k2:9")
            ]
        );
        assert_eq!(named("auth.* @@log.corp:10514"), [("host", "log.corp:10514")]);
        assert_eq!(
            named("sentinel monitor main redis-a 6379 2"),
            [("host", "redis-a 6379")]
        );
        assert_eq!(
            named("sentinel announce-ip 10.0.0.1")[1],
            ("announce-ip", "10.0.0.1")
        );
        assert_eq!(
            named("relay = [mx.corp]:587, smtp:[fax.corp]"),
            [("relay", "[mx.corp]:587"), ("relay", "smtp:[fax.corp]")]
        );
        assert_eq!(
            named("check zen.corp=127.0.0.[2..11], bl.corp*2"),
            [("check", "zen.corp"), ("check", "bl.corp")]
        );
        assert_eq!(
            named("HOST = env(\"DB\", 'db.corp')"),
            [("HOST", "DB"), ("HOST", "db.corp")]
        );
        assert_eq!(
            named("  ['host' => 'stock.corp', 'port' => 9501],"),
            [("host", "stock.corp"), ("port", "9501")]
        );
        assert_eq!(named("hosts: [('ws.corp', 6381)]")[0], ("hosts", "ws.corp"));
        for line in ["# host: a.b", "", "host", "a:b", "[section]"] {
            assert!(named(line).is_empty(), "{line}");
        }
    }
}

//! Lines of configuration inside of a text: a file that no parser knows, or a file within a value. `key = value`,
//! `key: value`, `key value`; each with the key that names it. Only what the line itself names is taken.

use std::sync::LazyLock;

use regex::Regex;

use super::command::Named;

/// The values that a line names.
pub(in crate::address) fn find(line: &str) -> Vec<Named<'_>> {
    let trimmed = line.trim_start_matches([' ', '\t', '-']);
    if trimmed.starts_with('{') {
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
        _ => return Vec::new(),
    };
    let start = at + quoted + (body.len() - value.len());
    let mut out: Vec<Named<'_>> = items(value)
        .into_iter()
        .map(|(shift, value)| Named {
            key,
            value,
            at: start + shift,
        })
        .collect();
    out.extend(inline(line));
    out
}

static PAIR: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"[{,]\s*([A-Za-z][A-Za-z0-9_.-]*)"?\s*[:=]\s*(?:"([^"]+)"|([0-9]{1,5})\b)"#));

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
        if let (Some(key), Some(value)) = (found.get(1), found.get(2).or_else(|| found.get(3))) {
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

/// The parts of a value: what a list's brackets, quotes and commas hold, or its words.
fn items(value: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut at = 0;
    for part in value.split([' ', '\t', ',', '[', ']', '"', '\'', ';']) {
        if !part.is_empty() {
            out.push((at, part));
        }
        at += part.len() + 1;
    }
    // A host and its port as two words: `monitor main redis-a.corp 6379`.
    let mut pairs = Vec::new();
    for pair in out.windows(2) {
        let ((start, host), (end, port)) = (pair[0], pair[1]);
        let number = port.len() >= 3 && port.parse::<u16>().is_ok();
        let dotted = host.contains('.') && !host.contains([':', '/', '=']) && !host.ends_with('.');
        if number && dotted && value[start + host.len()..end].trim().is_empty() {
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
        for line in ["# host: a.b", "", "host", "a:b", "[section]"] {
            assert!(named(line).is_empty(), "{line}");
        }
    }
}

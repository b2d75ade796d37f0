//! What the text of a value says: a version that goes back, a regular expression that can run without end, a
//! secret in plain sight, the name of another environment.

use regex_syntax::hir::{Hir, HirKind};

use super::Truth;
use crate::doc::mask::is_secret_value;
use crate::doc::pattern::words;
use crate::doc::secret::{is_secret_name, speaks_about};
use crate::doc::{KeyPath, Kind, ScalarKind, Segment};
use crate::rules::fact::Fact;

/// Whether the version goes back: `1.4.2` → `1.4.1`, `v2` → `v1`, `app:2.1` → `app:2.0`.
#[must_use]
pub fn version_downgrade(fact: &Fact<'_>) -> Truth {
    let (Some(old), Some(new)) = (fact.old_text(), fact.new_text()) else {
        return Truth::NoMatch;
    };
    match (version(old), version(new)) {
        (Some((name, old)), Some((other, new))) if name == other => Truth::of(new < old),
        (Some(_), Some(_)) => Truth::NoMatch,
        (None, None) => Truth::NoMatch,
        // From a version to something else or back: nobody can say which is newer.
        (Some(_), None) | (None, Some(_)) => Truth::NotApplicable,
    }
}

/// What a version is of, its numbers, and whether it is a release (which comes after its candidates).
fn version(text: &str) -> Option<(&str, (Vec<u64>, bool))> {
    let text = text.trim();
    // The tag of an image, with what it is the image of.
    let text_without_digest = text.split('@').next().unwrap_or(text);
    let (name, tag) = match text_without_digest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => ("", text_without_digest),
    };
    let tag = tag.trim_start_matches(['v', 'V']);
    let end = tag
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(tag.len());
    let (numbers, rest) = tag.split_at(end);
    // A bare number may be anything, a port or a count; a date or a build number only counts up.
    let dotted =
        numbers.trim_end_matches('.').contains('.') || text.starts_with(['v', 'V']) || !name.is_empty();
    if numbers.is_empty() || !dotted || rest.starts_with(char::is_alphabetic) {
        return None;
    }
    let parsed: Option<Vec<u64>> = numbers
        .trim_end_matches('.')
        .split('.')
        .map(|part| part.parse().ok())
        .collect();
    let mut parsed = parsed?;
    while parsed.last() == Some(&0) && parsed.len() > 1 {
        parsed.pop();
    }
    let candidate = [
        "alpha", "beta", "rc", "pre", "dev", "snapshot", "SNAPSHOT", "preview",
    ];
    let release = !candidate.iter().any(|word| rest.contains(word));
    Some((name, (parsed, release)))
}

/// Whether a regular expression can backtrack without end, and the old one could not.
#[must_use]
pub fn regex_risky(fact: &Fact<'_>) -> Truth {
    let Some(new) = fact.new_text() else {
        return Truth::NoMatch;
    };
    match (is_risky(new), fact.old_text().map(is_risky)) {
        // Most texts are no regular expressions; what cannot be read and repeats something may be one.
        (None, _) if new.contains([')', ']']) && new.contains(['*', '+', '{']) => Truth::NotApplicable,
        (None, _) => Truth::NoMatch,
        (Some(risky), old) => Truth::of(risky && old != Some(Some(true))),
    }
}

/// [`None`] for a text that is no regular expression which can be read.
fn is_risky(text: &str) -> Option<bool> {
    if text.len() > 64 * 1024 {
        return Some(true);
    }
    let text = text
        .strip_prefix('~')
        .map_or(text, |rest| rest.trim_start_matches('*').trim());
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .nest_limit(100)
        .build()
        .parse(&without_lookaround(text))
        .ok()?;
    Some(nests(&hir) || neighbours(&hir))
}

/// Look-around and back references are no regular languages: what stands in them is judged as if it stood there.
fn without_lookaround(text: &str) -> String {
    let mut out = text.to_owned();
    for (from, to) in [
        ("(?=", "(?:"),
        ("(?!", "(?:"),
        ("(?<=", "(?:"),
        ("(?<!", "(?:"),
        ("(?>", "(?:"),
        ("*+", "*"),
        ("++", "+"),
    ] {
        out = out.replace(from, to);
    }
    let mut plain = String::with_capacity(out.len());
    let mut chars = out.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\' && chars.peek().is_some_and(|next| matches!(next, '1'..='9')) {
            chars.next();
            plain.push('x');
        } else if c == '\\' {
            plain.push(c);
            plain.extend(chars.next());
        } else {
            plain.push(c);
        }
    }
    plain
}

fn unbounded(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Repetition(repetition) if repetition.max.is_none_or(|max| max > 50) => Some(&repetition.sub),
        _ => None,
    }
}

/// A repetition inside of a repetition: `(a+)+`.
fn nests(hir: &Hir) -> bool {
    let inner = unbounded(hir).is_some_and(|sub| holds_unbounded(sub) && !is_separated(sub));
    inner || children(hir).into_iter().any(nests)
}

/// Whether each round must begin with something that the repetition inside cannot read: `(,\d+)*`.
fn is_separated(sub: &Hir) -> bool {
    let sub = match sub.kind() {
        HirKind::Capture(capture) => &capture.sub,
        _ => sub,
    };
    match sub.kind() {
        HirKind::Concat(parts) => {
            let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
                return false;
            };
            let fixed = |part: &Hir| matches!(part.kind(), HirKind::Literal(_) | HirKind::Class(_));
            let apart = |literal: &Hir| {
                fixed(literal)
                    && parts
                        .iter()
                        .filter_map(unbounded)
                        .all(|other| !overlap(literal, other))
            };
            (apart(first) || apart(last)) && !parts.iter().filter_map(unbounded).any(holds_unbounded)
        }
        _ => false,
    }
}

fn holds_unbounded(hir: &Hir) -> bool {
    unbounded(hir).is_some() || children(hir).into_iter().any(holds_unbounded)
}

/// Two repetitions of the same letters side by side, or nearly: `.*.*=`, `.*x.*y.*` three times over.
fn neighbours(hir: &Hir) -> bool {
    if let HirKind::Concat(parts) = hir.kind() {
        let mut last: Option<&Hir> = None;
        for part in parts {
            match unbounded(part) {
                Some(sub) if last.is_some_and(|other| overlap(other, sub)) => return true,
                Some(sub) => last = Some(sub),
                None if part.properties().minimum_len() == Some(0) => {}
                None => last = None,
            }
        }
    }
    children(hir).into_iter().any(neighbours)
}

/// Whether two simple parts can read the same letter. What is not simple is taken for able to.
fn overlap(a: &Hir, b: &Hir) -> bool {
    match (first_letters(a), first_letters(b)) {
        (Some(a), Some(b)) => a
            .iter()
            .any(|(low, high)| b.iter().any(|(l, h)| low <= h && l <= high)),
        _ => true,
    }
}

fn first_letters(hir: &Hir) -> Option<Vec<(u32, u32)>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let first = u32::from(*literal.0.first()?);
            Some(vec![(first, first)])
        }
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => Some(
            class
                .ranges()
                .iter()
                .map(|r| (u32::from(r.start()), u32::from(r.end())))
                .collect(),
        ),
        HirKind::Class(regex_syntax::hir::Class::Bytes(class)) => Some(
            class
                .ranges()
                .iter()
                .map(|r| (u32::from(r.start()), u32::from(r.end())))
                .collect(),
        ),
        HirKind::Capture(capture) => first_letters(&capture.sub),
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Concat(_)
        | HirKind::Alternation(_) => None,
    }
}

fn children(hir: &Hir) -> Vec<&Hir> {
    match hir.kind() {
        HirKind::Repetition(repetition) => vec![&repetition.sub],
        HirKind::Capture(capture) => vec![&capture.sub],
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().collect(),
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => Vec::new(),
    }
}

/// Whether a secret stands there in plain sight, and none stood there before.
#[must_use]
pub fn plaintext_secret(fact: &Fact<'_>) -> Truth {
    let secret = |kind: Option<Kind<'_>>| match kind {
        Some(Kind::Scalar(scalar)) => {
            matches!(scalar.kind, ScalarKind::String | ScalarKind::Integer)
                && is_plain_secret(&fact.path, scalar.text)
        }
        Some(Kind::Sequence(_) | Kind::Mapping(_)) | None => false,
    };
    Truth::of(secret(fact.new_kind()) && !secret(fact.old_kind()))
}

/// Whether a value is a secret: by its own shape, or by its key and how it looks.
#[must_use]
pub fn is_plain_secret(path: &KeyPath, text: &str) -> bool {
    let text = text.trim();
    // Nothing that is known by its shape is shorter; most values are.
    if text.len() < 6 || (text.len() < 16 && !text.contains("://") && !is_named(path)) {
        return false;
    }
    is_secret_value(text) || has_password(text) || (is_named(path) && is_like_a_secret(text))
}

/// Whether the key says that its value is secret.
fn is_named(path: &KeyPath) -> bool {
    let name = path.segments.iter().rev().find_map(Segment::name);
    name.is_some_and(|name| {
        let folded = words(name);
        let last = folded.rsplit('_').next().unwrap_or("");
        is_secret_name(name) && !speaks_about(name) && !HOW.contains(&last)
    })
}

/// Last words of keys that say how a secret is made or where it is, besides those whose values are shown.
const HOW: &[&str] = &[
    "claim", "claims", "audience", "scope", "scopes", "format", "encoding", "hash", "method", "mode", "env",
    "variable", "var", "prefix", "suffix", "location", "arn",
];

/// `scheme://user:password@host` with a password that is none of the stand-ins.
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .is_some_and(|(_, password)| is_like_a_secret(password))
}

/// No reference, template, stand-in, path or word, and varied enough to be one.
fn is_like_a_secret(text: &str) -> bool {
    const STAND_INS: &[&str] = &[
        "changeme",
        "change_me",
        "change-me",
        "todo",
        "example",
        "placeholder",
        "redacted",
        "secret",
        "password",
        "none",
        "null",
        "true",
        "false",
        "default",
        "dummy",
        "xxx",
        "***",
        "env",
        "vault",
        "optional",
        "required",
        "disabled",
        "enabled",
    ];
    let lower = text.to_ascii_lowercase();
    let stands_in = STAND_INS.contains(&lower.as_str())
        || lower.starts_with('<')
        || lower.contains("changeme")
        || lower.chars().all(|c| matches!(c, '*' | 'x' | '.' | '-'));
    let template = [
        "${",
        "$(",
        "{{",
        "%(",
        "%{",
        "<%",
        "ENC[",
        "@Microsoft.KeyVault",
        "#{",
    ]
    .iter()
    .any(|mark| text.contains(mark));
    let reference = [
        "vault:",
        "ref+",
        "secret:",
        "secretref:",
        "arn:",
        "op://",
        "ssm:",
        "sm://",
        "awssm:",
        "file:",
        "env:",
        "gcp:",
        "kv:",
        "projects/",
        "/",
        "./",
        "~",
    ]
    .iter()
    .any(|start| lower.starts_with(start))
        || text.starts_with('$');
    if stands_in || template || reference || text.len() < 6 || text.contains([' ', '\n']) {
        return false;
    }
    // A name of something is made of words: letters of one case, hyphens, dots.
    let wordy = text
        .chars()
        .all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_' | '.'))
        || text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let number = text.chars().all(|c| c.is_ascii_digit());
    if number && text.len() < 8 {
        return false;
    }
    let bits = entropy(text);
    if wordy {
        bits > 3.6 && text.len() >= 20 && !text.contains(['-', '_', '.'])
    } else {
        bits >= 2.5
    }
}

/// Shannon's entropy in bits per character.
fn entropy(text: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    let mut total = 0.0_f64;
    for c in text.chars() {
        *counts.entry(c).or_insert(0.0_f64) += 1.0;
        total += 1.0;
    }
    counts
        .values()
        .map(|count| -(count / total) * (count / total).log2())
        .sum()
}

/// Words by which environments call themselves, in families.
const FAMILIES: &[&[&str]] = &[
    &["prod", "production", "prd", "live"],
    &["staging", "stage", "stg", "preprod", "uat", "preproduction"],
    &["dev", "develop", "development"],
    &["test", "testing", "qa", "integration"],
    &["sandbox", "demo"],
];

/// Whether the value names another environment than before, or than the one that is judged for.
#[must_use]
pub fn crossover(fact: &Fact<'_>, environment: &str, environments: &[String]) -> Truth {
    let Some(new) = fact.new_text() else {
        return Truth::NoMatch;
    };
    let here = families(environment, environments);
    let (old, new) = (
        fact.old_text().map(|old| families(old, environments)),
        families(new, environments),
    );
    // What names an environment of its own beside a foreign one is told by neither.
    let foreign = |family: &String| match (&old, here.is_empty()) {
        (_, false) => !here.contains(family),
        (Some(old), true) => !old.is_empty(),
        (None, true) => false,
    };
    let before = old.clone().unwrap_or_default();
    Truth::of(
        new.iter()
            .any(|family| !before.contains(family) && foreign(family)),
    )
}

/// The environments that a text names by a word of its own.
fn families(text: &str, environments: &[String]) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    let family = |word: &str| {
        let known = FAMILIES.iter().find(|family| family.contains(&word));
        known
            .and_then(|family| family.first())
            .map_or_else(|| word.to_owned(), |first| (*first).to_owned())
    };
    for word in lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        for word in [word, bare] {
            let known = FAMILIES.iter().any(|family| family.contains(&word))
                || environments.iter().any(|name| name.eq_ignore_ascii_case(word));
            if known && !out.contains(&family(word)) {
                out.push(family(word));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let back = |old: &str, new: &str| {
            let ((a, old), (b, new)) = (version(old)?, version(new)?);
            (a == b).then_some(new < old)
        };
        for (old, new) in [
            ("1.4.2", "1.4.1"),
            ("v2", "v1"),
            ("app:2.1.0", "app:2.0"),
            ("1.10", "1.9"),
            ("2.0.0", "2.0.0-rc1"),
            ("15.4-alpine", "14.9-alpine"),
        ] {
            assert_eq!(back(old, new), Some(true), "{old} {new}");
            assert_eq!(back(new, old), Some(false), "{new} {old}");
        }
        assert_eq!(back("a:2", "b:1"), None);
        for text in ["latest", "8080", "main", "10", "3f2a9c"] {
            assert_eq!(version(text), None, "{text}");
        }
    }

    #[test]
    fn regular_expressions_that_run_without_end() {
        for text in [
            "(a+)+$",
            "(?:(?:\"|\\d|.*)+(?:.*=.*)*)+eval\\(",
            "(.*)*x",
            ".*.*=",
            "^(\\w+\\s?)*$",
            "(x+x+)+y",
            "(?=(a+)+)b",
        ] {
            assert_eq!(is_risky(text), Some(true), "{text}");
        }
        for text in [
            "^/api/v[0-9]+/",
            "a+b+c+",
            "^[a-z]+\\.example\\.com$",
            "(,\\d+)*",
            "^(foo|bar)$",
            ".*\\.php$",
            "[a-z]{1,32}",
        ] {
            assert_eq!(is_risky(text), Some(false), "{text}");
        }
        assert_eq!(is_risky("(unclosed"), None);
    }

    #[test]
    fn secrets_and_what_only_looks_like_one() {
        let is = |key: &str, text: &str| {
            is_plain_secret(
                &KeyPath {
                    segments: vec![Segment::key(key)],
                },
                text,
            )
        };
        for (key, text) in [
            ("password", "hunter2!X9"),
            ("db_password", "s3cr3tPa55"),
            ("apiKey", "9f8e7d6c5b4a39281706"),
            ("url", "postgres://app:Tr0ub4dor@db.corp/x"),
            ("x", "AKIAIOSFODNN7EXAMPLE"),
        ] {
            assert!(is(key, text), "{key} {text}");
        }
        for (key, text) in [
            ("password", "${DB_PASSWORD}"),
            ("password", "changeme"),
            ("passwordFile", "/run/secrets/db"),
            ("secretName", "db-credentials"),
            ("token", "vault:secret/data/x#token"),
            ("accessTokenLifespan", "604800"),
            ("url", "postgres://app:${PW}@db.corp/x"),
            ("password", ""),
            ("title", "hunter2!X9"),
            ("secret", "shop-db-secret"),
        ] {
            assert!(!is(key, text), "{key} {text}");
        }
    }

    #[test]
    fn environments_by_their_words() {
        let own = ["eu1".to_owned()];
        assert_eq!(families("db.prod.corp", &own), ["prod"]);
        assert_eq!(families("db-stg1.corp/production", &own), ["staging", "prod"]);
        assert_eq!(families("db.eu1.corp", &own), ["eu1"]);
        assert!(families("product latest", &own).is_empty());
    }
}

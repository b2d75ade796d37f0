//! What a match says: the rule's message with its placeholders filled in. Secrets are never filled in.

use super::fact::Fact;
use super::operator::aggregate::Tally;
use super::operator::ratio::magnitudes;
use crate::doc::mask::{REDACTED, mask};
use crate::doc::secret::Redactor;
use crate::doc::{KeyPath, Kind, NodeId, Tree};

/// Placeholders that a message may use.
pub(super) const PLACEHOLDERS: &[&str] = &["path", "key", "old", "new", "pct", "ratio", "delta", "count"];

/// Values longer than this are cut.
const MAX_VALUE: usize = 60;

/// The message for a fact.
pub(super) fn render(template: &str, fact: &Fact<'_>, redactor: &Redactor) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open + 1..];
        let Some(close) = tail.find('}') else {
            out.push_str(&rest[open..]);
            return out;
        };
        out.push_str(&fill(&tail[..close], fact, redactor));
        rest = &tail[close + 1..];
    }
    out.push_str(rest);
    out
}

fn fill(name: &str, fact: &Fact<'_>, redactor: &Redactor) -> String {
    let (old, new) = (fact.old_tree(), fact.new_tree());
    match name {
        "path" => {
            let path = fact.path.to_string();
            if path.is_empty() {
                "the document".to_owned()
            } else {
                path
            }
        }
        "key" => fact.path.last_key().unwrap_or("the document").to_owned(),
        "old" => show(old, (fact.roots.old, fact.old), fact, redactor, "nothing"),
        "new" => show(new, (fact.roots.new, fact.new), fact, redactor, "removed"),
        "ratio" => magnitudes(fact).map_or_else(String::new, |(old, new)| format!("x{}", round(new / old))),
        "pct" => magnitudes(fact).map_or_else(String::new, |(old, new)| {
            format!("{:+.0} %", (new - old) / old.abs() * 100.0)
        }),
        "delta" => magnitudes(fact).map_or_else(String::new, |(old, new)| format!("{:+}", new - old)),
        "count" => fact.removed.len().max(fact.added.len()).to_string(),
        other => format!("{{{other}}}"),
    }
}

/// The message of a rule about a whole.
pub(super) fn render_whole(template: &str, path: &KeyPath, tally: Tally, base: usize) -> String {
    let path = path.to_string();
    let whole = if path.is_empty() { "the whole" } else { &path };
    template
        .replace("{path}", whole)
        .replace("{key}", whole)
        .replace("{pct}", &format!("{:.0} %", tally.pct(base)))
        .replace("{count}", &tally.count().to_string())
        .replace("{old}", &base.to_string())
        .replace(
            "{new}",
            &(base + tally.added).saturating_sub(tally.removed).to_string(),
        )
}

/// Two significant decimals at most.
pub(super) fn round(value: f64) -> String {
    let text = if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn show(
    tree: Option<&Tree>,
    (root, id): (Option<NodeId>, Option<NodeId>),
    fact: &Fact<'_>,
    redactor: &Redactor,
    absent: &str,
) -> String {
    let (Some(tree), Some(id)) = (tree, id) else {
        return absent.to_owned();
    };
    match tree.kind(id) {
        Kind::Sequence(items) => format!("a list of {}", items.len()),
        Kind::Mapping(entries) => format!("a table of {}", entries.len()),
        Kind::Scalar(scalar) => {
            let value = if fact.assigned {
                scalar.text.split_once('=').map_or("", |(_, value)| value)
            } else {
                scalar.text
            };
            if fact.assigned && redactor.hides(&fact.path) {
                return REDACTED.to_owned();
            }
            if redactor.hides_node(tree, root.unwrap_or(id), &fact.path, id) {
                return REDACTED.to_owned();
            }
            let text = mask(value);
            if text.is_empty() {
                return "an empty text".to_owned();
            }
            let mut short: String = text.chars().take(MAX_VALUE).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        }
    }
}

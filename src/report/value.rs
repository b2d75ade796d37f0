//! Values as text and as JSON, secrets redacted, aliases written out within a budget.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::doc::mask::{REDACTED, in_private_key, mask, mask_line, mask_lines};
use crate::doc::secret::Redactor;
use crate::doc::table::{children, named_children};
use crate::doc::{KeyPath, Kind, NodeId, Note, Scalar, ScalarKind, Segment, Tree};

/// What a value is shown with.
#[derive(Clone, Copy)]
pub(super) struct Shower<'a> {
    pub(super) tree: &'a Tree,
    pub(super) root: NodeId,
    pub(super) redactor: Option<&'a Redactor>,
}

/// What stands for a value that SOPS has encrypted.
pub(super) const ENCRYPTED: &str = "‹encrypted›";

/// Values of one subtree written into JSON at most.
const MAX_JSON: usize = 5_000_000;

impl<'a> Shower<'a> {
    fn hides(&self, path: &KeyPath, id: NodeId) -> bool {
        self.redactor
            .is_some_and(|redactor| redactor.hides_node(self.tree, self.root, path, id))
    }

    /// Whether the file is compared as lines of text: then a line is masked by its looks.
    fn is_text(&self) -> bool {
        self.tree
            .notes
            .iter()
            .any(|note| matches!(note, Note::ReadAsText(_)))
    }

    /// A string by its looks: a line of a text file, a text of several lines, or a value.
    fn masked<'s>(&self, id: NodeId, text: &'s str) -> Cow<'s, str> {
        if self.is_text() {
            let place = self.tree.span(id).start as usize;
            if in_private_key(self.tree.source().text(), place) {
                return REDACTED.into();
            }
            return mask_line(text).into();
        }
        if text.trim_end().contains('\n') {
            return mask_lines(text).into();
        }
        mask(text)
    }

    /// A scalar's text, masked; [`None`] for containers.
    pub(super) fn text(&self, path: &KeyPath, id: NodeId) -> Option<Cow<'a, str>> {
        let scalar = self.tree.scalar(id)?;
        if self.hides(path, id) {
            return Some(Cow::Borrowed(REDACTED));
        }
        Some(match scalar.kind {
            ScalarKind::Null => Cow::Borrowed("null"),
            ScalarKind::String if self.redactor.is_some() => self.masked(id, scalar.text),
            ScalarKind::String
            | ScalarKind::Integer
            | ScalarKind::Float
            | ScalarKind::Bool
            | ScalarKind::Timestamp => Cow::Borrowed(scalar.text),
            ScalarKind::Encrypted if self.redactor.is_some() => Cow::Borrowed(ENCRYPTED),
            ScalarKind::Encrypted => Cow::Borrowed(scalar.text),
        })
    }

    /// For the contract's `old` and `new`: a scalar's text, a container as JSON.
    pub(super) fn contract(&self, path: &KeyPath, id: NodeId) -> Value {
        match self.text(path, id) {
            Some(text) => Value::String(text.into_owned()),
            None => self.json(path, id),
        }
    }

    /// The subtree as plain JSON.
    pub(super) fn json(&self, path: &KeyPath, id: NodeId) -> Value {
        let mut budget = MAX_JSON;
        self.build(path, id, &mut budget)
    }

    /// Depth is bounded by the parsers' limit, the number of values by the budget.
    fn build(&self, path: &KeyPath, id: NodeId, budget: &mut usize) -> Value {
        if *budget == 0 {
            return Value::String("‹cut›".into());
        }
        *budget -= 1;
        let value = match self.tree.kind(id) {
            Kind::Scalar(_) if self.hides(path, id) => Value::String(REDACTED.into()),
            Kind::Scalar(scalar) => self.scalar(id, scalar),
            Kind::Sequence(_) => Value::Array(
                named_children(self.tree, id)
                    .into_iter()
                    .map(|(segment, child)| self.build(&path.join(segment), child, budget))
                    .collect(),
            ),
            Kind::Mapping(_) => {
                let rows = children(self.tree, id)
                    .into_iter()
                    .zip(object_names(self.tree, id));
                let values = rows.map(|((segment, child), (name, _))| {
                    (name, self.build(&path.join(segment), child, budget))
                });
                Value::Object(values.collect())
            }
        };
        match self.tree.written_tag(id) {
            None => value,
            Some(tag) => {
                let mut map = Map::new();
                map.insert("$tag".into(), Value::String(tag.to_owned()));
                map.insert("value".into(), value);
                Value::Object(map)
            }
        }
    }

    fn scalar(&self, id: NodeId, scalar: Scalar<'_>) -> Value {
        match scalar.kind {
            ScalarKind::Null => Value::Null,
            ScalarKind::Bool => Value::Bool(scalar.text.eq_ignore_ascii_case("true")),
            ScalarKind::String if self.redactor.is_some() => {
                Value::String(self.masked(id, scalar.text).into_owned())
            }
            ScalarKind::Encrypted if self.redactor.is_some() => Value::String(ENCRYPTED.to_owned()),
            ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Encrypted => {
                Value::String(scalar.text.to_owned())
            }
            ScalarKind::Integer | ScalarKind::Float => number(scalar),
        }
    }
}

/// The names that the keys of a mapping have in JSON, with their values, in order. No two are the same, and
/// they do not depend on the order.
pub(super) fn object_names(tree: &Tree, id: NodeId) -> Vec<(String, NodeId)> {
    let children = children(tree, id);
    let is_string = |segment: &Segment| matches!(segment, Segment::Key { string: true, .. });
    let strings = children.iter().filter(|(segment, _)| is_string(segment));
    let strings: std::collections::HashSet<String> = strings
        .filter_map(|(segment, _)| segment.name().map(str::to_owned))
        .collect();
    let mut seen = std::collections::HashSet::new();
    children
        .into_iter()
        .map(|(segment, child)| {
            let name = segment.name().unwrap_or_default().to_owned();
            // A repeated key: every occurrence is shown.
            let mut name = match &segment {
                Segment::Key { nth, .. } if *nth > 0 => format!("{name}(#{})", nth + 1),
                Segment::Key { .. } | Segment::Index(_) | Segment::Item { .. } => name,
            };
            // `1: a` and `"1": b` are two keys; JSON has but one name for them, which is the string's.
            if !is_string(&segment) && strings.contains(&name) {
                name.push_str(" (not a string)");
            }
            while !seen.insert(name.clone()) {
                name.push_str(" (not a string)");
            }
            (name, child)
        })
        .collect()
}

/// A number as JSON where a reader with 64-bit numbers sees exactly this value; else its text.
fn number(scalar: Scalar<'_>) -> Value {
    let canonical = scalar.canonical();
    let exact = match scalar.kind {
        ScalarKind::Integer => canonical
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| canonical.parse::<u64>().map(Value::from))
            .ok(),
        _ => {
            let clean = scalar.text.replace('_', "");
            clean
                .parse::<f64>()
                .ok()
                .filter(|value| value.is_finite())
                .and_then(|value| {
                    let shortest = format!("{value:?}");
                    let same = Scalar {
                        kind: ScalarKind::Float,
                        text: &shortest,
                    }
                    .canonical()
                        == canonical;
                    same.then(|| serde_json::Number::from_f64(value).map(Value::Number))
                        .flatten()
                })
        }
    };
    exact.unwrap_or_else(|| {
        let mut map = Map::new();
        map.insert("$number".into(), Value::String(scalar.text.to_owned()));
        Value::Object(map)
    })
}

/// Whether a string written bare would read as another type, or as nothing.
pub(super) fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.trim() != text
        || crate::doc::scalar::yaml_core_kind(text) != ScalarKind::String
        // Numbers of TOML.
        || matches!(text, "inf" | "+inf" | "-inf" | "nan" | "+nan" | "-nan")
        || text.contains(['\n', '\t', '"'])
        || text.starts_with(['\'', '[', '{', '#', '&', '*', '!', '|', '>', '%', '@', '`'])
}

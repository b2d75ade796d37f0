//! `show FILE`: how tollgate reads a file, as JSON or as one line per value.

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::escape::visible;
use super::value::{Shower, needs_quotes};
use super::{Look, Paint, to_json};
use crate::doc::secret::Redactor;
use crate::doc::table::named_children;
use crate::doc::{KeyPath, Kind, NodeId, ScalarKind, Tree};

#[derive(Serialize)]
struct ShowV1 {
    documents: Vec<Value>,
}

/// All documents as plain JSON.
#[must_use]
pub fn show_json(tree: &Tree, redactor: Option<&Redactor>) -> String {
    let documents = tree
        .documents
        .iter()
        .map(|root| {
            Shower {
                tree,
                root: *root,
                redactor,
            }
            .json(&KeyPath::root(), *root)
        })
        .collect();
    to_json(&ShowV1 { documents })
}

/// Lines printed at most.
const MAX_ROWS: usize = 100_000;

/// One line per value: place, path, value, type.
#[must_use]
pub fn show_human(tree: &Tree, syntax: &str, redactor: Option<&Redactor>, look: Look) -> String {
    let source = tree.source();
    let count = tree.documents.len();
    let plural = if count == 1 { "" } else { "s" };
    let mut out = format!(
        "{}: {syntax}, {count} document{plural}\n",
        visible(&source.display)
    );
    for (nth, root) in tree.documents.iter().enumerate() {
        if count > 1 {
            out.push_str(&look.paint(Paint::Strong, &format!("document {nth}")));
            out.push('\n');
        }
        let shower = Shower {
            tree,
            root: *root,
            redactor,
        };
        let mut rows = Vec::new();
        let cut = leaves(tree, *root, &mut rows);
        let width = rows
            .iter()
            .map(|(path, _)| path.to_string().width())
            .max()
            .unwrap_or(0)
            .min(40);
        for (path, id) in &rows {
            out.push_str(&row(tree, shower, path, *id, width, look));
        }
        if cut {
            out.push_str("  … more values; --format json shows all\n");
        }
    }
    out
}

fn row(tree: &Tree, shower: Shower<'_>, path: &KeyPath, id: NodeId, width: usize, look: Look) -> String {
    let kind = tree.kind(id);
    let text = match shower.text(path, id) {
        Some(text) => {
            let quote = matches!(kind, Kind::Scalar(scalar) if scalar.kind == ScalarKind::String)
                && needs_quotes(&text);
            let shown = visible(&text);
            if quote {
                format!("\"{shown}\"")
            } else {
                shown.into_owned()
            }
        }
        None => match kind {
            Kind::Sequence(_) => "[]".to_owned(),
            Kind::Scalar(_) | Kind::Mapping(_) => "{}".to_owned(),
        },
    };
    let position = tree.source().position(tree.span(id).start as usize);
    let name = path.to_string();
    let name = visible(if name.is_empty() { "(document)" } else { &name }).into_owned();
    let pad = " ".repeat(width.saturating_sub(name.width()));
    let tag = tree
        .written_tag(id)
        .map(|tag| format!(" {}", visible(tag)))
        .unwrap_or_default();
    let note = format!("{}{tag} {}:{}", kind.word(), position.line, position.column);
    format!("  {name}{pad}  {text}  {}\n", look.paint(Paint::Dim, &note))
}

/// Leaves and empty containers in reading order; whether the list was cut.
fn leaves(tree: &Tree, root: NodeId, out: &mut Vec<(KeyPath, NodeId)>) -> bool {
    let mut stack = vec![(KeyPath::root(), root)];
    while let Some((path, id)) = stack.pop() {
        let rows = named_children(tree, id);
        if rows.is_empty() {
            if out.len() >= MAX_ROWS {
                return true;
            }
            out.push((path, id));
        } else {
            stack.extend(
                rows.into_iter()
                    .rev()
                    .map(|(segment, child)| (path.join(segment), child)),
            );
        }
    }
    false
}

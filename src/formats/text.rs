//! The fallback: a file as the list of its lines. Whatever no parser reads is still compared, down to the last
//! byte: a carriage return is part of its line, and a last line without its end is another one.

use std::sync::Arc;

use super::Parsed;
use crate::doc::{Limits, NodeId, Note, ScalarKind, SourceFile, Span, Tree};

/// The tag of a last line that no line feed ends.
const UNENDED: &str = "!unended";

/// Reads a file as lines, as the user asked.
pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    parse_because(source, limits, "asked to")
}

/// Reads a file as lines and notes why.
pub(super) fn parse_because(source: &Arc<SourceFile>, limits: &Limits, why: &str) -> Parsed {
    let mut tree = Tree::new(Arc::clone(source));
    let text = source.text();
    let mut items: Vec<NodeId> = Vec::new();
    // A byte order mark is part of the first line.
    let mut start = 0;
    for line in text[start..].split_inclusive('\n') {
        let end = start + line.len();
        let ended = line.strip_suffix('\n');
        let span = Span::new(start, start + ended.unwrap_or(line).len());
        let id = tree.add_source_scalar(ScalarKind::String, span, span);
        if ended.is_none() {
            tree.set_tag(id, UNENDED);
        }
        items.push(id);
        start = end;
        if items.len() > limits.nodes {
            let error = super::ParseError::new(span, format!("more than {} lines", limits.nodes));
            return Err(vec![error]);
        }
    }
    let root = tree.add_sequence(Span::new(0, text.len()), &items);
    tree.documents.push(root);
    tree.syntax = super::TEXT;
    tree.notes.push(Note::ReadAsText(why.to_owned()));
    Ok(tree)
}

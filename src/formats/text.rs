//! The fallback: a file as the list of its lines. Whatever no parser reads is still compared.

use std::sync::Arc;

use super::Parsed;
use crate::doc::{Limits, NodeId, Note, ScalarKind, SourceFile, Span, Tree};

/// Reads a file as lines, as the user asked.
pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    parse_because(source, limits, "asked to")
}

/// Reads a file as lines and notes why.
pub(super) fn parse_because(source: &Arc<SourceFile>, limits: &Limits, why: &str) -> Parsed {
    let mut tree = Tree::new(Arc::clone(source));
    let text = source.text();
    let mut items: Vec<NodeId> = Vec::new();
    let mut start = source.bom_len();
    for line in text[start..].split_inclusive('\n') {
        let end = start + line.len();
        let trimmed = line.strip_suffix('\n').unwrap_or(line);
        let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
        let span = Span::new(start, start + trimmed.len());
        items.push(tree.add_source_scalar(ScalarKind::String, span, span));
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

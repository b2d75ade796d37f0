//! A file whose name says nothing, read by what it looks like. A guess that does not parse is no error: the
//! file is read as text, and says so.

use std::sync::Arc;

use super::{Parsed, by_name, read_as, text};
use crate::doc::{Limits, SourceFile, Tree};

/// What a file of a syntax begins with.
const BEGINNINGS: &[(&str, &str)] = &[
    ("<", "xml"),
    ("%YAML", "yaml"),
    ("---", "yaml"),
    ("{", "jsonc"),
    ("[", "jsonc"),
    ("[", "ini"),
];

/// A guess at YAML takes any prose for a string: only lists and mappings are believed.
fn is_structured(tree: &Tree) -> bool {
    let container = |root: &crate::doc::NodeId| tree.scalar(*root).is_none();
    !tree.documents.is_empty() && tree.documents.iter().all(container)
}

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let body = source.text()[source.bom_len()..].trim_start();
    let guess = BEGINNINGS
        .iter()
        .filter(|(start, _)| body.starts_with(start))
        .filter_map(|(_, name)| by_name(name))
        .find_map(|syntax| read_as(syntax, source, limits).ok().filter(is_structured));
    match guess {
        Some(tree) => Ok(tree),
        None => text::parse_because(source, limits, "no parser is known for this kind of file"),
    }
}

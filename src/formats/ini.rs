//! INI files in the dialect of Python's configparser, which is the strictest of the common ones: sections,
//! keys before any section, `=` or `:`, whole-line comments with `#` or `;`, values that go on in
//! indented lines. Nothing after a value is taken for a comment and no quotes are taken off, because
//! readers disagree on both, and what one of them reads must not be missed. A repeated key is a list.

use std::collections::HashMap;
use std::sync::Arc;

use super::{ParseError, Parsed};
use crate::doc::{Duplicate, Entry, Limits, NodeId, ScalarKind, SourceFile, Span, Tree};

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let mut reader = Reader::default();
    let mut start = source.bom_len();
    for line in source.text()[start..].split_inclusive(['\n', '\r']) {
        reader.line(line.trim_end_matches(['\n', '\r']), start);
        start += line.len();
        if reader.values > limits.nodes {
            let message = format!("more than {} values", limits.nodes);
            reader.errors.push(ParseError::new(Span::empty(start), message));
        }
        if reader.errors.len() >= limits.errors || reader.values > limits.nodes {
            break;
        }
    }
    if reader.errors.is_empty() {
        Ok(reader.tree(source))
    } else {
        Err(reader.errors)
    }
}

/// A value; [`None`]: the key stands alone.
type Value = Option<(Span, String)>;

#[derive(Debug)]
struct Key {
    name: String,
    span: Span,
    values: Vec<Value>,
}

/// The keys of a section, in the order of their first mention.
#[derive(Debug, Default)]
struct Section {
    header: Option<(String, Span)>,
    span: Option<Span>,
    keys: Vec<Key>,
    index: HashMap<String, usize>,
}

/// The key whose value an indented line continues.
#[derive(Debug)]
struct Open {
    section: usize,
    key: usize,
    indent: usize,
    /// Empty lines that count if the value goes on.
    blank: usize,
}

#[derive(Debug)]
struct Reader {
    sections: Vec<Section>,
    names: HashMap<String, usize>,
    current: usize,
    open: Option<Open>,
    values: usize,
    errors: Vec<ParseError>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            // The first one has no header: what stands before any section.
            sections: vec![Section::default()],
            names: HashMap::new(),
            current: 0,
            open: None,
            values: 0,
            errors: Vec::new(),
        }
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with(['#', ';'])
}

impl Reader {
    fn line(&mut self, line: &str, start: usize) {
        let text = line.trim();
        let indent = line.len() - line.trim_start().len();
        let at = start + indent;
        if text.is_empty() {
            if let Some(open) = &mut self.open {
                open.blank += 1;
            }
            return;
        }
        if is_comment(text) {
            return;
        }
        let span = Span::new(at, at + text.len());
        if let Some(open) = self.open.as_mut().filter(|open| indent > open.indent) {
            let blank = std::mem::take(&mut open.blank);
            let key = &mut self.sections[open.section].keys[open.key];
            match key.values.last_mut().and_then(Option::as_mut) {
                Some((whole, value)) => {
                    value.push_str(&"\n".repeat(blank + 1));
                    value.push_str(text);
                    *whole = whole.join(span);
                }
                None => self.errors.push(
                    ParseError::new(
                        span,
                        "this indented line goes on with a value that does not begin",
                    )
                    .with_help("write `=` after the key, or take the indentation away"),
                ),
            }
            self.widen(span);
            return;
        }
        self.open = None;
        if text.starts_with('[') {
            self.header(text, at);
        } else {
            self.key(text, at, indent);
        }
    }

    fn header(&mut self, text: &str, at: usize) {
        let Some(close) = text.rfind(']').filter(|close| *close > 1) else {
            let error = ParseError::new(Span::new(at, at + text.len()), "expected `[section]`");
            self.errors.push(error);
            return;
        };
        let after = text[close + 1..].trim();
        if !after.is_empty() && !is_comment(after) {
            let error = ParseError::new(
                Span::new(at + close + 1, at + text.len()),
                "expected the end of the line after the section's name",
            );
            self.errors.push(error);
            return;
        }
        let name = text[1..close].to_owned();
        let sections = &mut self.sections;
        self.current = *self.names.entry(name.clone()).or_insert_with(|| {
            sections.push(Section {
                header: Some((name, Span::new(at + 1, at + close))),
                ..Section::default()
            });
            sections.len() - 1
        });
        self.widen(Span::new(at, at + close + 1));
    }

    fn key(&mut self, text: &str, at: usize, indent: usize) {
        let (name, value) = match text.find(['=', ':']) {
            None => (text, None),
            Some(split) => {
                let after = &text[split + 1..];
                let value = after.trim_start();
                let start = at + split + 1 + (after.len() - value.len());
                let span = Span::new(start, start + value.len());
                (text[..split].trim_end(), Some((span, value.to_owned())))
            }
        };
        if name.is_empty() {
            let error = ParseError::new(Span::new(at, at + 1), "expected a key before this");
            self.errors.push(error);
            return;
        }
        let span = Span::new(at, at + name.len());
        let section = &mut self.sections[self.current];
        let keys = &mut section.keys;
        let key = *section.index.entry(name.to_owned()).or_insert_with(|| {
            keys.push(Key {
                name: name.to_owned(),
                span,
                values: Vec::new(),
            });
            keys.len() - 1
        });
        keys[key].values.push(value);
        self.values += 1;
        self.open = Some(Open {
            section: self.current,
            key,
            indent,
            blank: 0,
        });
        self.widen(Span::new(at, at + text.len()));
    }

    fn widen(&mut self, span: Span) {
        let known = &mut self.sections[self.current].span;
        *known = Some(known.map_or(span, |known| known.join(span)));
    }

    fn tree(self, source: &Arc<SourceFile>) -> Tree {
        let mut tree = Tree::new(Arc::clone(source));
        // Here a later section, or an include, wins over what stands above it.
        let base = source.name.rsplit('/').next().unwrap_or(&source.name);
        tree.ordered = base.ends_with("editorconfig") || base.ends_with("gitconfig");
        let mut root = Vec::new();
        let mut taken: HashMap<String, Span> = HashMap::new();
        for section in self.sections {
            let entries: Vec<Entry> = section.keys.iter().map(|key| entry(&mut tree, key)).collect();
            let Some((name, span)) = section.header else {
                taken.extend(section.keys.into_iter().map(|key| (key.name, key.span)));
                root = entries;
                continue;
            };
            // A key before any section and a section may have one name.
            if let Some(first) = taken.get(&name) {
                tree.duplicates.push(Duplicate {
                    first: *first,
                    again: span,
                });
            }
            let key = tree.add_scalar(ScalarKind::String, span, &name);
            let value = tree.add_mapping(section.span.unwrap_or(span), &entries);
            root.push(Entry { key, value });
        }
        let root = tree.add_mapping(Span::new(source.bom_len(), source.text().len()), &root);
        tree.documents.push(root);
        tree
    }
}

fn entry(tree: &mut Tree, key: &Key) -> Entry {
    let name = tree.add_scalar(ScalarKind::String, key.span, &key.name);
    let values: Vec<NodeId> = key
        .values
        .iter()
        .map(|value| match value {
            None => tree.add_scalar(ScalarKind::Null, Span::empty(key.span.end as usize), "null"),
            Some((span, text)) => tree.add_scalar(ScalarKind::String, *span, text),
        })
        .collect();
    let value = match values.as_slice() {
        [one] => *one,
        several => {
            let spans = several.iter().map(|id| tree.span(*id));
            let span = spans.reduce(Span::join).unwrap_or(key.span);
            tree.add_sequence(span, several)
        }
    };
    Entry { key: name, value }
}

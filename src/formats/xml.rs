//! XML through roxmltree. An element is a mapping: attributes as `@name`, its text as `#text`, its children
//! by their name, several of one name as a list; where text stands between children, all of them in
//! order under `#content`. Comments and white space between elements count for nothing. A document type
//! that only names a definition elsewhere is kept as `!DOCTYPE`, and the definition is never read; one that
//! defines something itself is refused: its entities could stand for anything.

use std::collections::HashMap;
use std::sync::Arc;

use roxmltree::{Document, Node, ParsingOptions};

use super::{ParseError, Parsed};
use crate::doc::{Entry, Limits, NodeId, ScalarKind, SourceFile, Span, Tree};

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let skip = source.bom_len();
    let text = &source.text()[skip..];
    let doctype = doctype(text);
    let options = ParsingOptions {
        allow_dtd: doctype.is_some(),
        nodes_limit: u32::try_from(limits.nodes).unwrap_or(u32::MAX),
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let at = skip + offset(text, error.pos());
        vec![ParseError::new(Span::empty(source.floor(at)), describe(&error))]
    })?;
    if let Some(at) = too_deep(&document, limits.depth) {
        let message = format!("nested deeper than {} levels", limits.depth);
        return Err(vec![ParseError::new(Span::empty(skip + at), message)]);
    }
    // They are for some program or other, and the tree has no place for them but beside the root.
    let inside = |node: &Node<'_, '_>| node.is_pi() && node.parent().is_some_and(|above| !above.is_root());
    if document.descendants().any(|node| inside(&node)) {
        let why = "it holds processing instructions inside of elements, which the tree has no place for";
        return super::text::parse_because(source, limits, why);
    }
    let mut builder = Builder {
        tree: Tree::new(Arc::clone(source)),
        skip,
    };
    let root = document.root_element();
    let value = builder.element(root);
    let mut tree = builder.tree;
    let span = tree.span(value);
    let name = qualified(root);
    let key = tree.add_scalar(ScalarKind::String, name_span(root, skip), name);
    let entry = Entry { key, value };
    let mut entries = vec![entry];
    if let Some(range) = doctype {
        let span = Span::new(skip + range.start, skip + range.end);
        let words: Vec<&str> = text[range].split_whitespace().collect();
        let key = tree.add_scalar(ScalarKind::String, span, "!DOCTYPE");
        let value = tree.add_scalar(ScalarKind::String, span, &words.join(" "));
        entries.insert(0, Entry { key, value });
    }
    for (at, node) in document.root().children().filter(Node::is_pi).enumerate() {
        let Some(pi) = node.pi() else { continue };
        let span = Span::new(skip + node.range().start, skip + node.range().end);
        // Counted, so that two of one name are two keys.
        let name = format!("?{at}-{}", pi.target);
        let key = tree.add_scalar(ScalarKind::String, span, &name);
        let value = tree.add_scalar(ScalarKind::String, span, pi.value.unwrap_or(""));
        entries.push(Entry { key, value });
    }
    let whole = tree.add_mapping(span, &entries);
    tree.documents.push(whole);
    tree.ordered = true;
    Ok(tree)
}

/// What a document type says, where it defines nothing itself: a name, and where a definition is to be found.
fn doctype(text: &str) -> Option<std::ops::Range<usize>> {
    const OPEN: &str = "<!DOCTYPE";
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        at += rest.find(end)? + end.len();
    }
    let body = text[at..].strip_prefix(OPEN)?;
    let mut quote = None;
    let end = body.find(|c| match quote {
        Some(open) => {
            if c == open {
                quote = None;
            }
            false
        }
        None if matches!(c, '"' | '\'') => {
            quote = Some(c);
            false
        }
        None => matches!(c, '>' | '['),
    })?;
    let start = at + OPEN.len();
    body[end..].starts_with('>').then_some(start..start + end)
}

fn describe(error: &roxmltree::Error) -> String {
    let text = error.to_string();
    // The place is shown with the source line.
    text.rsplit_once(" at ")
        .map_or(text.clone(), |(what, _)| what.to_owned())
}

fn offset(text: &str, at: roxmltree::TextPos) -> usize {
    let line = text
        .split_inclusive('\n')
        .take((at.row as usize).saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let rest = &text[line.min(text.len())..];
    let column = (at.col as usize).saturating_sub(1);
    line + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

/// The first element that stands too deep. Counted over the parsed document, which has no recursion of its
/// own, so that nothing in a comment can mislead it.
fn too_deep(document: &Document<'_>, limit: usize) -> Option<usize> {
    let mut depths: Vec<usize> = Vec::new();
    for node in document.descendants() {
        let above = node
            .parent()
            .and_then(|parent| depths.get(parent.id().get_usize()));
        let depth = above.map_or(0, |above| above + 1);
        if depth > limit {
            return Some(node.range().start);
        }
        depths.push(depth);
    }
    None
}

/// Whether elements of one name stand together, so that the order of the names is all there is to know.
fn in_runs(elements: &[Node<'_, '_>]) -> bool {
    let mut seen = std::collections::HashSet::new();
    let mut last = None;
    elements.iter().all(|element| {
        let name = qualified(*element);
        let goes_on = last == Some(name);
        last = Some(name);
        goes_on || seen.insert(name)
    })
}

/// A name with its prefix, as it is written.
fn qualified<'i>(node: Node<'_, 'i>) -> &'i str {
    let text = node.document().input_text();
    let start = node.range().start + 1;
    let rest = &text[start..];
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))
        .unwrap_or(rest.len());
    &rest[..end]
}

fn name_span(node: Node<'_, '_>, skip: usize) -> Span {
    let start = skip + node.range().start + 1;
    Span::new(start, start + qualified(node).len())
}

struct Builder {
    tree: Tree,
    skip: usize,
}

impl Builder {
    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(range.start + self.skip, range.end + self.skip)
    }

    fn entry(&mut self, name: &str, at: Span, value: NodeId) -> Entry {
        Entry {
            key: self.tree.add_scalar(ScalarKind::String, at, name),
            value,
        }
    }

    /// Depth is bounded by [`too_deep`].
    fn element(&mut self, node: Node<'_, '_>) -> NodeId {
        let span = self.span(&node.range());
        let mut entries = self.attributes(node);
        let elements: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
        // Between elements white space is layout; in an element that holds nothing else it is its text.
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let counts = |text: &str| elements.is_empty() || !text.chars().all(is_space);
        let texts: Vec<Node<'_, '_>> = node
            .children()
            .filter(|child| child.is_text() && child.text().is_some_and(counts))
            .collect();
        match (texts.is_empty(), elements.is_empty()) {
            (true, true) if entries.is_empty() => {
                return self
                    .tree
                    .add_scalar(ScalarKind::String, Span::empty(span.end as usize), "");
            }
            (true, true) => {}
            (true, false) if in_runs(&elements) => self.children(&elements, &mut entries),
            (false, true) => {
                let text: String = texts.iter().filter_map(Node::text).collect();
                let at = texts
                    .iter()
                    .map(|text| self.span(&text.range()))
                    .reduce(Span::join)
                    .unwrap_or(span);
                let value = self.tree.add_scalar(ScalarKind::String, at, &text);
                if entries.is_empty() {
                    return value;
                }
                let entry = self.entry("#text", Span::empty(at.start as usize), value);
                entries.push(entry);
            }
            // Text between elements, or one name again after others: only all of it in its order says all.
            (false | true, false) => {
                let items = self.mixed(node, texts.is_empty());
                let value = self.tree.add_sequence(span, &items);
                let entry = self.entry("#content", Span::empty(span.start as usize), value);
                entries.push(entry);
            }
        }
        self.tree.add_mapping(span, &entries)
    }

    /// Namespace declarations are attributes for whoever reads the file.
    fn attributes(&mut self, node: Node<'_, '_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        // Their order says nothing.
        let mut attributes: Vec<_> = node.attributes().collect();
        attributes.sort_by_key(|attribute| {
            self.tree
                .source()
                .slice(self.span(&attribute.range_qname()))
                .to_owned()
        });
        for attribute in attributes {
            let at = self.span(&attribute.range_qname());
            let name = format!("@{}", self.tree.source().slice(at));
            let value = self.span(&attribute.range_value());
            let value = self.tree.add_scalar(ScalarKind::String, value, attribute.value());
            let entry = self.entry(&name, at, value);
            entries.push(entry);
        }
        let inherited: Vec<_> = node
            .parent_element()
            .map(|parent| {
                parent
                    .namespaces()
                    .map(|space| (space.name(), space.uri()))
                    .collect()
            })
            .unwrap_or_default();
        for space in node.namespaces() {
            if inherited.contains(&(space.name(), space.uri())) || space.name() == Some("xml") {
                continue;
            }
            let name = space
                .name()
                .map_or_else(|| "@xmlns".to_owned(), |name| format!("@xmlns:{name}"));
            let at = Span::empty(node.range().start + self.skip);
            let value = self.tree.add_scalar(ScalarKind::String, at, space.uri());
            let entry = self.entry(&name, at, value);
            entries.push(entry);
        }
        entries
    }

    fn children(&mut self, elements: &[Node<'_, '_>], entries: &mut Vec<Entry>) {
        let mut rows: Vec<(&str, Span, Vec<NodeId>)> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        for element in elements {
            let name = qualified(*element);
            let at = *index.entry(name).or_insert_with(|| {
                rows.push((name, name_span(*element, self.skip), Vec::new()));
                rows.len() - 1
            });
            let value = self.element(*element);
            rows[at].2.push(value);
        }
        for (name, at, values) in rows {
            let value = match values.as_slice() {
                [one] => *one,
                several => {
                    let spans = several.iter().map(|id| self.tree.span(*id));
                    let span = spans.reduce(Span::join).unwrap_or(at);
                    self.tree.add_sequence(span, several)
                }
            };
            let entry = self.entry(name, at, value);
            entries.push(entry);
        }
    }

    /// Text and elements in their order; an element as a mapping of its name. Where there is no text but white
    /// space, that is `layout`.
    fn mixed(&mut self, node: Node<'_, '_>, layout: bool) -> Vec<NodeId> {
        let mut items = Vec::new();
        for child in node.children() {
            let span = self.span(&child.range());
            if child.is_element() {
                let value = self.element(child);
                let entry = self.entry(qualified(child), name_span(child, self.skip), value);
                items.push(self.tree.add_mapping(span, &[entry]));
            } else if let Some(text) = child.text().filter(|_| child.is_text() && !layout) {
                items.push(self.tree.add_scalar(ScalarKind::String, span, text));
            }
        }
        items
    }
}

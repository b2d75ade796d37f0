//! YAML 1.2.2 through granit-parser's events. Plain scalars are typed by the core schema; merge keys
//! (`<<`, <https://yaml.org/type/merge.html>) are expanded; aliases stay shared nodes.

use std::borrow::Cow;
use std::collections::hash_map::Entry as MapEntry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use super::{ParseError, Parsed};
use crate::doc::scalar::{yaml_core_kind, yaml_readers_disagree};
use crate::doc::{Duplicate, Entry, Kind, Limits, NodeId, Note, ScalarKind, SourceFile, Span, Tree};

/// How many values that YAML 1.1 reads differently are remembered of one file.
const MAX_DIALECT_NOTES: usize = 10_000;

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let text = source.text();
    let mut options = Options::default();
    // One number for the depth: our own stack counts block and flow together.
    options.block_nesting_limit = limits.depth + 1;
    options.flow_nesting_limit = limits.depth + 1;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(source, limits);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => {
                let start = span.start.byte_offset().unwrap_or(0);
                let end = span.end.byte_offset().unwrap_or(start);
                builder
                    .event(event, Span::new(start, end))
                    .map_err(|error| vec![error])?;
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len());
                return Err(vec![describe(&error.info(), at, text)]);
            }
        }
    }
    builder.finish().map_err(|error| vec![error])
}

/// granit's message, with advice for the mistakes that people make most.
fn describe(info: &str, at: usize, text: &str) -> ParseError {
    let at = at.min(text.len());
    let error = ParseError::new(Span::empty(at), info.to_owned());
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
        error.with_help("indent with spaces; YAML does not allow tabs there")
    } else if line.contains(": @") || line.contains(": `") || line.contains(": %") {
        error.with_help("quote values that start with @, ` or %")
    } else {
        error
    }
}

#[derive(Debug)]
enum Frame {
    Sequence {
        span: Span,
        /// Where its items begin among those of all open lists.
        start: usize,
    },
    Mapping {
        span: Span,
        /// Where its entries begin among those of all open mappings.
        start: usize,
        key: Option<NodeId>,
        merges: Vec<(Span, NodeId)>,
    },
}

#[derive(Debug)]
struct Open {
    frame: Frame,
    anchor: usize,
    tag: Option<String>,
}

struct Builder<'l> {
    tree: Tree,
    /// Items of the lists that are open, outermost first.
    items: Vec<NodeId>,
    /// Entries of the mappings that are open, outermost first.
    entries: Vec<Entry>,
    stack: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    limits: &'l Limits,
    merged: usize,
}

type Step = Result<(), ParseError>;

impl<'l> Builder<'l> {
    fn new(source: &Arc<SourceFile>, limits: &'l Limits) -> Self {
        Self {
            tree: Tree::sized(Arc::clone(source)),
            items: Vec::new(),
            entries: Vec::new(),
            stack: Vec::new(),
            anchors: HashMap::new(),
            limits,
            merged: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Step {
        match event {
            Event::DocumentStart(..) => {
                if self.tree.documents.len() >= self.limits.documents {
                    return Err(ParseError::new(
                        span,
                        format!("more than {} documents", self.limits.documents),
                    ));
                }
                self.anchors.clear();
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let id = self.scalar(&text, style, tag.as_deref(), span)?;
                let merge_key = style == ScalarStyle::Plain && tag.is_none() && &*text == "<<";
                self.complete(id, anchor, span, merge_key)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.no_tabs_before(style, span)?;
                let frame = Frame::Sequence {
                    span,
                    start: self.items.len(),
                };
                self.open(frame, anchor, tag.as_deref(), span)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.no_tabs_before(style, span)?;
                let frame = Frame::Mapping {
                    span,
                    start: self.entries.len(),
                    key: None,
                    merges: Vec::new(),
                };
                self.open(frame, anchor, tag.as_deref(), span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(target) => {
                    let id = self.tree.add_alias(span, *target);
                    self.complete(id, 0, span, false)
                }
                None => Err(
                    ParseError::new(span, "this alias refers to a node that it stands inside of")
                        .with_help("a value that contains itself has no finite content; write it out"),
                ),
            },
            Event::UnresolvedAlias(name) => Err(ParseError::new(
                span,
                format!("no anchor `&{name}` above this alias"),
            )),
            // The rest carries no content: stream marks, document ends, anchor names.
            _ => Ok(()),
        }
    }

    /// A tab is no indentation (YAML 1.2.2 §6.1), and other readers refuse what the parser lets pass before
    /// a block collection.
    fn no_tabs_before(&self, style: StructureStyle, span: Span) -> Step {
        if style != StructureStyle::Block {
            return Ok(());
        }
        let text = self.tree.source().text();
        let before = &text[..self.tree.source().floor(span.start as usize)];
        let line = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let lead = &before[line..];
        let indicator = |c: char| matches!(c, ' ' | '\t' | '-' | '?' | ':');
        match lead.find('\t').filter(|_| lead.chars().all(indicator)) {
            Some(tab) => Err(ParseError::new(
                Span::new(line + tab, line + tab + 1),
                "a tab stands where indentation is expected",
            )
            .with_help("indent with spaces; YAML does not allow tabs there")),
            None => Ok(()),
        }
    }

    fn open(&mut self, frame: Frame, anchor: usize, tag: Option<&Tag>, span: Span) -> Step {
        if self.stack.len() >= self.limits.depth {
            return Err(ParseError::new(
                span,
                format!("nested deeper than {} levels", self.limits.depth),
            ));
        }
        let tag = tag.and_then(custom_tag);
        self.stack.push(Open { frame, anchor, tag });
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<NodeId, ParseError> {
        let plain = style == ScalarStyle::Plain;
        let absent = plain && span.is_empty();
        let text = if absent { "" } else { text };
        let resolved = if plain {
            yaml_core_kind(text)
        } else {
            ScalarKind::String
        };
        let (kind, custom) = match tag {
            None => (resolved, None),
            Some(tag) => tagged(tag, text, span)?,
        };
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let body = self.tree.source().slice(span).trim_end_matches([' ', '\n', '\r']);
                Span::new(span.start as usize, span.start as usize + body.len())
            }
            _ => span,
        };
        let id = self.tree.add_scalar(kind, span, text);
        if let Some(tag) = custom {
            self.tree.set_tag(id, &tag);
        }
        if plain {
            self.tree.set_plain(id);
            let notes = self.tree.notes.len();
            if tag.is_none() && notes < MAX_DIALECT_NOTES && yaml_readers_disagree(text) {
                self.tree.notes.push(Note::DialectsDisagree(span));
            }
        }
        Ok(id)
    }

    /// Hands a finished node to whatever is open around it.
    fn complete(&mut self, id: NodeId, anchor: usize, span: Span, merge_key: bool) -> Step {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        if self.tree.len() + self.merged > self.limits.nodes {
            return Err(ParseError::new(
                self.tree.span(id),
                format!("more than {} values", self.limits.nodes),
            ));
        }
        match self.stack.last_mut().map(|open| &mut open.frame) {
            None => self.tree.documents.push(id),
            Some(Frame::Sequence { .. }) => self.items.push(id),
            Some(Frame::Mapping { key, merges, .. }) => match key.take() {
                None => {
                    *key = Some(id);
                    // A merge key is remembered by its own span; its value follows.
                    if merge_key {
                        merges.push((span, id));
                    }
                }
                Some(pending) => match merges.last_mut() {
                    Some((_, merge)) if *merge == pending => *merge = id,
                    _ => self.entries.push(Entry {
                        key: pending,
                        value: id,
                    }),
                },
            },
        }
        Ok(())
    }

    fn close(&mut self, end: Span) -> Step {
        let Some(open) = self.stack.pop() else {
            return Err(ParseError::new(end, "an unexpected end of a list or mapping"));
        };
        let closes = |span: Span, last: Option<Span>| {
            // A block collection's end event stands at the next token: its own end is its last child's.
            let closer = self.tree.source().slice(end);
            if closer == "]" || closer == "}" {
                span.join(end)
            } else {
                last.map_or(span, |last| {
                    if span.is_empty() {
                        last.join(span)
                    } else {
                        span.join(last)
                    }
                })
            }
        };
        let id = match open.frame {
            Frame::Sequence { span, start } => {
                let items = &self.items[start..];
                let covered = items.iter().map(|id| self.tree.span(*id)).reduce(Span::join);
                let id = self.tree.add_sequence(closes(span, covered), items);
                self.items.truncate(start);
                id
            }
            Frame::Mapping {
                span, start, merges, ..
            } => {
                let entries = &self.entries[start..];
                let covered = entries
                    .iter()
                    .flat_map(|entry| [entry.key, entry.value])
                    .map(|id| self.tree.span(id))
                    .chain(merges.iter().map(|(span, id)| span.join(self.tree.span(*id))))
                    .reduce(Span::join);
                let span = closes(span, covered);
                let again = duplicates(&self.tree, entries);
                self.tree.duplicates.extend(again);
                self.merge(start, &merges)?;
                let id = self.tree.add_mapping(span, &self.entries[start..]);
                self.entries.truncate(start);
                id
            }
        };
        if let Some(tag) = open.tag {
            self.tree.set_tag(id, &tag);
        }
        let span = self.tree.span(id);
        self.complete(id, open.anchor, span, false)
    }

    /// Appends what `<<` brings in: own keys win, then earlier sources over later ones.
    fn merge(&mut self, start: usize, merges: &[(Span, NodeId)]) -> Step {
        if merges.is_empty() {
            return Ok(());
        }
        let mut taken: HashSet<(String, bool)> = self.entries[start..]
            .iter()
            .map(|entry| crate::doc::table::key_text(&self.tree, entry.key))
            .collect();
        for (at, value) in merges {
            let sources: Vec<NodeId> = match self.tree.kind(*value) {
                Kind::Mapping(_) => vec![*value],
                Kind::Sequence(items) => items.to_vec(),
                Kind::Scalar(_) => return Err(bad_merge(*at)),
            };
            for source in sources {
                let Kind::Mapping(theirs) = self.tree.kind(source) else {
                    return Err(bad_merge(*at));
                };
                self.merged += theirs.len();
                if self.merged > self.limits.nodes {
                    return Err(ParseError::new(*at, "merge keys write out too many entries"));
                }
                for entry in theirs {
                    if taken.insert(crate::doc::table::key_text(&self.tree, entry.key)) {
                        self.entries.push(*entry);
                    }
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Tree, ParseError> {
        match self.tree.over_budget(self.limits) {
            Some(span) => Err(ParseError::new(
                span,
                format!("aliases write out more than {} values", self.limits.expanded),
            )
            .with_help("this is how an alias bomb looks; write the values out")),
            None => Ok(self.tree),
        }
    }
}

/// Keys up to which a mapping is looked through, which is faster than hashing; most are that small.
const FEW: usize = 12;

/// The keys that a mapping has more than once.
fn duplicates(tree: &Tree, entries: &[Entry]) -> Vec<Duplicate> {
    let mut found = Vec::new();
    let again = |first: Span, entry: &Entry| Duplicate {
        first,
        again: tree.span(entry.key),
    };
    if entries.len() <= FEW {
        let mut marks = [0_u64; FEW];
        for (at, entry) in entries.iter().enumerate() {
            let mark = mark(tree, entry.key);
            let twin = (0..at).find(|before| {
                marks[*before] == mark && key_text(tree, entries[*before].key) == key_text(tree, entry.key)
            });
            found.extend(twin.map(|before| again(tree.span(entries[before].key), entry)));
            marks[at] = mark;
        }
        return found;
    }
    let mut seen: HashMap<KeyText<'_>, Span> = HashMap::with_capacity(entries.len());
    for entry in entries {
        match seen.entry(key_text(tree, entry.key)) {
            MapEntry::Occupied(first) => found.push(again(*first.get(), entry)),
            MapEntry::Vacant(free) => {
                free.insert(tree.span(entry.key));
            }
        }
    }
    found
}

/// What two equal keys have in common, and two others seldom.
fn mark(tree: &Tree, key: NodeId) -> u64 {
    match tree.scalar(key) {
        Some(scalar) if scalar.kind == ScalarKind::String && tree.tag(key).is_none() => {
            let bytes = scalar.text.as_bytes();
            let edge = |at: Option<&u8>| u64::from(at.copied().unwrap_or(0));
            1 + (bytes.len() as u64) * 0x1_0000_0000
                + edge(bytes.first()) * 0x1_0000
                + edge(bytes.get(bytes.len() / 2)) * 0x100
                + edge(bytes.last())
        }
        // Other keys have several spellings: they are compared with each other.
        Some(_) | None => 0,
    }
}

/// A key as it is told apart from others: its text, and whether it is a string.
type KeyText<'t> = (Cow<'t, str>, bool);

/// Like the key's step in a path; a plain key, which most are, is borrowed.
fn key_text(tree: &Tree, key: NodeId) -> KeyText<'_> {
    match tree.scalar(key) {
        Some(scalar) if tree.tag(key).is_none() => (scalar.as_key(), scalar.kind == ScalarKind::String),
        Some(_) | None => {
            let (text, string) = crate::doc::table::key_text(tree, key);
            (Cow::Owned(text), string)
        }
    }
}

fn bad_merge(at: Span) -> ParseError {
    ParseError::new(at, "`<<` merges a mapping or a list of mappings")
        .with_help("quote the key if it is meant literally")
}

/// A tag outside the core schema, as it is compared.
fn custom_tag(tag: &Tag) -> Option<String> {
    match tag.core_suffix() {
        Some("str" | "int" | "float" | "bool" | "null" | "seq" | "map") => None,
        Some(other) => Some(format!("!!{other}")),
        None => Some(format!("{}{}", tag.handle(), tag.suffix())),
    }
}

/// The kind that an explicit tag gives a scalar, and the tag if it must be kept.
fn tagged(tag: &Tag, text: &str, span: Span) -> Result<(ScalarKind, Option<String>), ParseError> {
    let resolved = yaml_core_kind(text);
    let expect = |ok: bool, kind: ScalarKind| {
        if ok {
            Ok((kind, None))
        } else {
            Err(ParseError::new(
                span,
                format!("the value is not a {} as its tag says", kind.word()),
            ))
        }
    };
    match tag.core_suffix() {
        Some("str") => Ok((ScalarKind::String, None)),
        Some("int") => expect(resolved == ScalarKind::Integer, ScalarKind::Integer),
        Some("float") => expect(
            matches!(resolved, ScalarKind::Integer | ScalarKind::Float),
            ScalarKind::Float,
        ),
        Some("bool") => expect(resolved == ScalarKind::Bool, ScalarKind::Bool),
        Some("null") => expect(resolved == ScalarKind::Null, ScalarKind::Null),
        Some(_) | None if tag.handle().is_empty() && tag.suffix() == "!" => Ok((ScalarKind::String, None)),
        Some(_) | None if tag.handle() == "!" && tag.suffix().is_empty() => Ok((ScalarKind::String, None)),
        Some(_) | None => Ok((ScalarKind::String, custom_tag(tag))),
    }
}

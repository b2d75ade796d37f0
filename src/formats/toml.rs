//! TOML through the `toml` crate's spanned document. The crate reads numbers lazily, so that their
//! text is validated here.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ParseError, Parsed};
use crate::doc::{Entry, Limits, NodeId, ScalarKind, SourceFile, Span, Tree};

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let skip = source.bom_len();
    // The crate would take one more for granted.
    if source.text()[skip..].starts_with('\u{feff}') {
        let span = Span::new(skip, skip + '\u{feff}'.len_utf8());
        return Err(vec![ParseError::new(
            span,
            "a byte order mark stands at the start only",
        )]);
    }
    let (document, errors) = DeTable::parse_recoverable(&source.text()[skip..]);
    let mut builder = Builder {
        tree: Tree::new(Arc::clone(source)),
        skip,
        errors: Vec::new(),
        limits,
    };
    for error in errors.iter().take(limits.errors) {
        let range = error.span().unwrap_or(0..0);
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        builder.errors.push(ParseError::new(
            Span::new(range.start + skip, range.end + skip),
            message,
        ));
    }
    if builder.errors.is_empty() {
        let root = builder.table(document.get_ref(), Span::empty(skip));
        builder.tree.widen(root, Span::new(skip, source.text().len()));
        builder.tree.documents.push(root);
    }
    if builder.errors.is_empty() {
        Ok(builder.tree)
    } else {
        Err(builder.errors)
    }
}

struct Builder<'l> {
    tree: Tree,
    skip: usize,
    errors: Vec<ParseError>,
    limits: &'l Limits,
}

impl Builder<'_> {
    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(range.start + self.skip, range.end + self.skip)
    }

    fn fail(&mut self, span: Span, message: impl Into<String>) {
        if self.errors.len() < self.limits.errors {
            self.errors.push(ParseError::new(span, message));
        }
    }

    /// The crate hands tables over sorted by key; the file's order is restored. Its own limit of 80
    /// levels bounds the recursion.
    fn table(&mut self, table: &DeTable<'_>, header: Span) -> NodeId {
        let mut rows: Vec<_> = table.iter().collect();
        rows.sort_by_key(|(key, _)| key.span().start);
        let mut entries = Vec::with_capacity(rows.len());
        let mut covered = header;
        for (key, value) in rows {
            let key_span = self.span(key);
            let key = self.tree.add_scalar(ScalarKind::String, key_span, key.get_ref());
            let value = self.value(value);
            covered = if covered.is_empty() {
                key_span
            } else {
                covered.join(key_span)
            };
            covered = covered.join(self.tree.span(value));
            entries.push(Entry { key, value });
        }
        self.tree.add_mapping(covered, &entries)
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> NodeId {
        let span = self.span(value);
        let lexeme = self.tree.source().slice(span).to_owned();
        match value.get_ref() {
            DeValue::String(text) => self.tree.add_scalar(ScalarKind::String, span, text),
            DeValue::Integer(integer) => {
                let digits = integer.as_str().trim_start_matches(['+', '-']);
                let radix = integer.radix();
                if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                    self.fail(span, "expected a number");
                }
                self.tree.add_scalar(ScalarKind::Integer, span, &lexeme)
            }
            DeValue::Float(float) => {
                if float.as_str().parse::<f64>().is_err() {
                    self.fail(span, "expected a number");
                }
                self.tree.add_scalar(ScalarKind::Float, span, &lexeme)
            }
            DeValue::Boolean(value) => {
                self.tree
                    .add_scalar(ScalarKind::Bool, span, if *value { "true" } else { "false" })
            }
            DeValue::Datetime(_) => self.tree.add_scalar(ScalarKind::Timestamp, span, &lexeme),
            DeValue::Array(array) => {
                let items: Vec<NodeId> = array.iter().map(|item| self.value(item)).collect();
                let covered = items.iter().map(|id| self.tree.span(*id)).reduce(Span::join);
                let span = match covered {
                    Some(covered) if span.is_empty() => covered,
                    Some(covered) => span.join(covered),
                    None => span,
                };
                self.tree.add_sequence(span, &items)
            }
            DeValue::Table(table) => self.table(table, span),
        }
    }
}

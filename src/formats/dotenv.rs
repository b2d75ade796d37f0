//! dotenv files: `KEY=value`, `export KEY=…`, single, double and back quotes, multi-line quotes,
//! comments. Every value is a string; interpolation is left as text. What the spelling decides is in a tag, which is
//! compared: `"$HOME"` and `'$HOME'` are two values, and so are `"\n"` and a line feed to some readers. Where a value is
//! expanded the order of the keys counts. A key without `=` is null.

use std::collections::HashMap;
use std::sync::Arc;

use super::{ParseError, Parsed};
use crate::doc::{Duplicate, Entry, Limits, SPELLED, ScalarKind, SourceFile, Span, Tree};

/// The tag of a value that readers expand: `$` or a back quote that nothing escapes.
const EXPAND: &str = "!expand";
/// The tag of a value in back quotes: a text to some readers, a command to a shell.
const BACK_QUOTED: &str = "!backquoted";

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let mut reader = Reader {
        text: source.text(),
        at: source.bom_len(),
    };
    let mut tree = Tree::new(Arc::clone(source));
    let mut entries = Vec::new();
    let mut errors = Vec::new();
    let mut seen: HashMap<String, Span> = HashMap::new();
    while reader.at < reader.text.len() {
        match reader.line() {
            Ok(None) => {}
            Ok(Some(line)) => {
                let name = source.slice(line.key).to_owned();
                let key = tree.add_source_scalar(ScalarKind::String, line.key, line.key);
                let value = match line.value {
                    None => tree.add_scalar(ScalarKind::Null, Span::empty(line.key.end as usize), "null"),
                    Some(Value { span, text, tag }) => {
                        let id = tree.add_scalar(ScalarKind::String, span, &text);
                        if let Some(tag) = tag {
                            tree.set_tag(id, &tag);
                            // What is expanded may stand for a key above it.
                            tree.ordered |= tag != BACK_QUOTED;
                        }
                        id
                    }
                };
                if let Some(first) = seen.get(&name) {
                    tree.duplicates.push(Duplicate {
                        first: *first,
                        again: line.key,
                    });
                } else {
                    seen.insert(name, line.key);
                }
                entries.push(Entry { key, value });
            }
            Err(error) => {
                errors.push(error);
                reader.skip_line();
            }
        }
        if errors.len() >= limits.errors || tree.len() > limits.nodes {
            break;
        }
    }
    if tree.len() > limits.nodes {
        errors.push(ParseError::new(
            Span::empty(reader.at),
            format!("more than {} values", limits.nodes),
        ));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let root = tree.add_mapping(Span::new(source.bom_len(), source.text().len()), &entries);
    tree.documents.push(root);
    Ok(tree)
}

struct Line {
    key: Span,
    value: Option<Value>,
}

struct Value {
    span: Span,
    text: String,
    tag: Option<String>,
}

struct Reader<'s> {
    text: &'s str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_line(&mut self) {
        self.at += self
            .rest()
            .find('\n')
            .map_or(self.rest().len(), |newline| newline + 1);
    }

    /// Goes on to the next line. A carriage return that ends no line is one to some readers only.
    fn end_line(&mut self) -> Result<(), ParseError> {
        let from = self.at;
        let line = self.rest().split('\n').next().unwrap_or("");
        let body = line.strip_suffix('\r').unwrap_or(line);
        let lone = body.find('\r');
        self.skip_line();
        match lone {
            None => Ok(()),
            Some(at) => Err(ParseError::new(
                Span::new(from + at, from + at + 1),
                "a carriage return in the middle of a line",
            )
            .with_help("some readers end the line here and some do not; end lines with a line feed")),
        }
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// Reads one line (or a value that spans several); [`None`] for blank lines and comments.
    fn line(&mut self) -> Result<Option<Line>, ParseError> {
        self.skip_blanks();
        if self.rest().starts_with(['\n', '\r', '#']) || self.rest().is_empty() {
            self.end_line()?;
            return Ok(None);
        }
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with([' ', '\t'])
        {
            self.at += "export".len();
            self.skip_blanks();
        }
        let start = self.at;
        let length = self
            .rest()
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-')))
            .unwrap_or(self.rest().len());
        if length == 0 {
            return Err(
                ParseError::new(Span::of_char(self.text, start), "expected a name")
                    .with_help("a line is NAME=value, a comment, or empty"),
            );
        }
        self.at += length;
        let key = Span::new(start, self.at);
        self.skip_blanks();
        if self.rest().is_empty() || self.rest().starts_with(['\n', '\r', '#']) {
            self.end_line()?;
            return Ok(Some(Line { key, value: None }));
        }
        if !self.rest().starts_with('=') {
            return Err(ParseError::new(
                Span::of_char(self.text, self.at),
                "expected `=` after the name",
            ));
        }
        self.at += 1;
        self.skip_blanks();
        let value = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => self.quoted(quote)?,
            _ => self.bare()?,
        };
        Ok(Some(Line {
            key,
            value: Some(value),
        }))
    }

    /// An unquoted value: up to the line's end or ` #`.
    fn bare(&mut self) -> Result<Value, ParseError> {
        let line = self.rest().split('\n').next().unwrap_or("");
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut end = line.len();
        for (at, _) in line.match_indices('#') {
            if at == 0 || line[..at].ends_with([' ', '\t']) {
                end = at;
                break;
            }
        }
        let text = line[..end].trim_end_matches([' ', '\t']).to_owned();
        let span = Span::new(self.at, self.at + text.len());
        self.end_line()?;
        let tag = if text.contains(['\\', '"', '\'']) || text.starts_with('~') {
            // Shells take these out of a value without quotes, other readers do not.
            Some(format!("{SPELLED}bare"))
        } else {
            text.contains(['$', '`']).then(|| EXPAND.to_owned())
        };
        Ok(Value { span, text, tag })
    }

    fn quoted(&mut self, quote: char) -> Result<Value, ParseError> {
        let start = self.at;
        let mut tag = (quote == '`').then(|| BACK_QUOTED.to_owned());
        let mut out = String::new();
        let mut chars = self.text[start + 1..].char_indices();
        let close = loop {
            match chars.next() {
                None => {
                    return Err(ParseError::new(
                        Span::of_char(self.text, start),
                        "this quote is not closed",
                    ));
                }
                Some((at, c)) if c == quote => break start + 1 + at,
                Some((_, '\\')) if quote == '"' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 'r')) => out.push('\r'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c @ ('"' | '\\' | '$'))) => out.push(c),
                    Some((_, c)) => out.extend(['\\', c]),
                    None => out.push('\\'),
                },
                Some((_, '\\')) if quote == '\'' && chars.as_str().starts_with('\'') => {
                    chars.next();
                    out.push('\'');
                }
                Some((_, c)) => {
                    if quote == '"' && matches!(c, '$' | '`') {
                        tag = Some(EXPAND.to_owned());
                    }
                    out.push(c);
                }
            }
        };
        self.at = close + 1;
        let span = Span::new(start, self.at);
        let inner = &self.text[start + 1..close];
        if quote == '"' && inner.contains('\\') {
            // Readers differ in what they make of a backslash: the spelling is the value.
            tag = Some(format!("{SPELLED}{inner}"));
        }
        self.skip_blanks();
        if !self.rest().is_empty() && !self.rest().starts_with(['\n', '\r', '#']) {
            return Err(ParseError::new(
                Span::of_char(self.text, self.at),
                "expected the end of the line after the closing quote",
            ));
        }
        self.end_line()?;
        Ok(Value { span, text: out, tag })
    }
}

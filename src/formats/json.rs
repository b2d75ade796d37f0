//! JSON (RFC 8259) with byte spans, iteratively: no recursion, number text kept. The lenient variant
//! allows comments and trailing commas, for the file kinds that have them.

use std::collections::HashMap;
use std::sync::Arc;

use super::{ParseError, Parsed};
use crate::doc::{Duplicate, Entry, Limits, NodeId, ScalarKind, SourceFile, Span, Tree};

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    Reader::new(source, limits, false)
        .document()
        .map_err(|error| vec![error])
}

pub(super) fn parse_with_comments(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    Reader::new(source, limits, true)
        .document()
        .map_err(|error| vec![error])
}

enum Frame {
    Array {
        start: usize,
        items: Vec<NodeId>,
    },
    Object {
        start: usize,
        entries: Vec<Entry>,
        seen: HashMap<String, Span>,
        key: Option<NodeId>,
    },
}

/// What the reader looks for next.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Expect {
    Value,
    ValueOrClose,
    KeyOrClose,
    Key,
    CommaOrClose,
    End,
}

struct Reader<'s> {
    source: &'s Arc<SourceFile>,
    text: &'s [u8],
    at: usize,
    lenient: bool,
    limits: &'s Limits,
    tree: Tree,
    stack: Vec<Frame>,
}

type Read<T> = Result<T, ParseError>;

impl<'s> Reader<'s> {
    fn new(source: &'s Arc<SourceFile>, limits: &'s Limits, lenient: bool) -> Self {
        Self {
            source,
            text: source.text().as_bytes(),
            at: source.bom_len(),
            lenient,
            limits,
            tree: Tree::new(Arc::clone(source)),
            stack: Vec::new(),
        }
    }

    fn document(mut self) -> Read<Tree> {
        let mut expect = Expect::Value;
        loop {
            self.skip_space()?;
            expect = match (expect, self.peek()) {
                (Expect::End, None) => return Ok(self.tree),
                (Expect::End, Some(_)) => {
                    return Err(self.error("expected the end of the file after the value"));
                }
                (_, None) => return Err(self.truncated()),
                (Expect::ValueOrClose, Some(b']')) | (Expect::KeyOrClose, Some(b'}')) => self.close()?,
                (Expect::Value | Expect::ValueOrClose, Some(byte)) => self.value(byte)?,
                (Expect::KeyOrClose | Expect::Key, Some(b'"')) => self.key()?,
                (Expect::KeyOrClose | Expect::Key, Some(_)) => {
                    return Err(self.error("expected a key in double quotes"));
                }
                (Expect::CommaOrClose, Some(b',')) => self.comma()?,
                (Expect::CommaOrClose, Some(b']' | b'}')) => self.close()?,
                (Expect::CommaOrClose, Some(_)) => {
                    let closer = if matches!(self.stack.last(), Some(Frame::Array { .. })) {
                        "]"
                    } else {
                        "}"
                    };
                    return Err(self.error(&format!("expected `,` or `{closer}`")));
                }
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn error(&self, message: &str) -> ParseError {
        let width = self.source.text()[self.source.floor(self.at)..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        ParseError::new(Span::new(self.at, self.at + width), message)
    }

    fn truncated(&self) -> ParseError {
        let error = ParseError::new(Span::empty(self.text.len()), "the file ends too early");
        match self.stack.last() {
            Some(Frame::Array { start, .. }) => self.opened(error, '[', *start),
            Some(Frame::Object { start, .. }) => self.opened(error, '{', *start),
            None => error.with_help("expected a JSON value"),
        }
    }

    fn opened(&self, error: ParseError, what: char, start: usize) -> ParseError {
        error.with_help(format!(
            "`{what}` was opened in line {}",
            self.source.position(start).line
        ))
    }

    fn skip_space(&mut self) -> Read<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.lenient => self.comment()?,
                Some(b'/') => {
                    return Err(self
                        .error("comments are not allowed in JSON")
                        .with_help("rename the file to .jsonc if its reader allows them"));
                }
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Read<()> {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with(b"//") {
            let end = rest
                .iter()
                .position(|b| matches!(b, b'\n' | b'\r'))
                .unwrap_or(rest.len());
            // JSON5 ends a comment here, JSON with comments does not.
            let comment = &self.source.text()[self.at..self.at + end];
            if let Some(at) = comment.find(['\u{2028}', '\u{2029}']) {
                self.at += at;
                return Err(self.error("a line separator in a comment: readers differ in where it ends"));
            }
            end
        } else if rest.starts_with(b"/*") {
            let body = self.source.text()[self.at + 2..].find("*/");
            body.ok_or_else(|| self.error("this comment is not closed"))? + 4
        } else {
            return Err(self.error("expected a value"));
        };
        self.at += length;
        Ok(())
    }

    fn comma(&mut self) -> Read<Expect> {
        let comma = self.at;
        self.at += 1;
        self.skip_space()?;
        let closes = matches!(self.peek(), Some(b']' | b'}'));
        if closes && !self.lenient {
            return Err(ParseError::new(
                Span::new(comma, comma + 1),
                "a trailing comma is not allowed in JSON",
            ));
        }
        Ok(match self.stack.last() {
            Some(Frame::Array { .. }) if closes => Expect::ValueOrClose,
            Some(Frame::Object { .. }) if closes => Expect::KeyOrClose,
            Some(Frame::Object { .. }) => Expect::Key,
            Some(Frame::Array { .. }) | None => Expect::Value,
        })
    }

    fn value(&mut self, first: u8) -> Read<Expect> {
        let start = self.at;
        match first {
            b'{' | b'[' => {
                if self.stack.len() >= self.limits.depth {
                    return Err(self.error(&format!("nested deeper than {} levels", self.limits.depth)));
                }
                self.at += 1;
                if first == b'[' {
                    self.stack.push(Frame::Array {
                        start,
                        items: Vec::new(),
                    });
                    return Ok(Expect::ValueOrClose);
                }
                self.stack.push(Frame::Object {
                    start,
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                });
                return Ok(Expect::KeyOrClose);
            }
            b'"' => {
                let id = self.string()?;
                return self.complete(id);
            }
            b'-' | b'0'..=b'9' => {
                let kind = self.number()?;
                let id = self.add(kind, start);
                return self.complete(id);
            }
            _ => {}
        }
        for (word, kind) in [
            ("true", ScalarKind::Bool),
            ("false", ScalarKind::Bool),
            ("null", ScalarKind::Null),
        ] {
            if self.text[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                if self
                    .peek()
                    .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
                {
                    self.at = start;
                    break;
                }
                let id = self.add(kind, start);
                return self.complete(id);
            }
        }
        Err(self.error("expected a value: an object, a list, a string, a number, true, false or null"))
    }

    fn add(&mut self, kind: ScalarKind, start: usize) -> NodeId {
        let span = Span::new(start, self.at);
        self.tree.add_source_scalar(kind, span, span)
    }

    fn complete(&mut self, id: NodeId) -> Read<Expect> {
        if self.tree.len() > self.limits.nodes {
            return Err(self.error(&format!("more than {} values", self.limits.nodes)));
        }
        match self.stack.last_mut() {
            None => {
                self.tree.documents.push(id);
                return Ok(Expect::End);
            }
            Some(Frame::Array { items, .. }) => items.push(id),
            Some(Frame::Object { entries, key, .. }) => {
                if let Some(key) = key.take() {
                    entries.push(Entry { key, value: id });
                }
            }
        }
        Ok(Expect::CommaOrClose)
    }

    fn key(&mut self) -> Read<Expect> {
        let id = self.string()?;
        self.skip_space()?;
        if self.peek() != Some(b':') {
            return Err(match self.peek() {
                Some(_) => self.error("expected `:` after the key"),
                None => self.truncated(),
            });
        }
        self.at += 1;
        let span = self.tree.span(id);
        let text = self
            .tree
            .scalar(id)
            .map(|scalar| scalar.text.to_owned())
            .unwrap_or_default();
        if let Some(Frame::Object { seen, key, .. }) = self.stack.last_mut() {
            if let Some(first) = seen.get(&text) {
                let first = *first;
                self.tree.duplicates.push(Duplicate { first, again: span });
            } else {
                seen.insert(text, span);
            }
            *key = Some(id);
        }
        Ok(Expect::Value)
    }

    fn close(&mut self) -> Read<Expect> {
        let closer = self.peek();
        match (self.stack.last(), closer) {
            (Some(Frame::Array { .. }), Some(b']')) | (Some(Frame::Object { .. }), Some(b'}')) => {}
            (Some(Frame::Array { start, .. }), _) => {
                let error = self.error("expected `,` or `]`");
                return Err(self.opened(error, '[', *start));
            }
            (Some(Frame::Object { start, .. }), _) => {
                let error = self.error("expected `,` or `}`");
                return Err(self.opened(error, '{', *start));
            }
            (None, _) => return Err(self.error("nothing is open here")),
        }
        self.at += 1;
        let id = match self.stack.pop() {
            Some(Frame::Array { start, items }) => self.tree.add_sequence(Span::new(start, self.at), &items),
            Some(Frame::Object { start, entries, .. }) => {
                self.tree.add_mapping(Span::new(start, self.at), &entries)
            }
            None => return Err(self.error("nothing is open here")),
        };
        self.complete(id)
    }

    /// RFC 8259 §6: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    fn number(&mut self) -> Read<ScalarKind> {
        let mut kind = ScalarKind::Integer;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        if whole == 0 {
            return Err(self.error("expected a digit"));
        }
        if whole > 1 && self.text[self.at - whole] == b'0' {
            self.at -= whole;
            return Err(self.error("a number must not start with 0"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            kind = ScalarKind::Float;
            if self.digits() == 0 {
                return Err(self.error("expected a digit after the decimal point"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            kind = ScalarKind::Float;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.error("expected a digit in the exponent"));
            }
        }
        Ok(kind)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Read<NodeId> {
        let start = self.at;
        self.at += 1;
        let body = self.at;
        let mut owned: Option<String> = None;
        let mut lone_surrogate = false;
        loop {
            let run = self.at;
            while self.peek().is_some_and(|b| b != b'"' && b != b'\\' && b >= 0x20) {
                self.at += 1;
            }
            if let Some(owned) = &mut owned {
                owned.push_str(&self.source.text()[run..self.at]);
            }
            match self.peek() {
                None => {
                    return Err(ParseError::new(
                        Span::new(start, start + 1),
                        "this string is not closed",
                    ));
                }
                Some(b'"') => break,
                Some(b'\\') => {
                    let out = owned.get_or_insert_with(|| self.source.text()[body..self.at].to_owned());
                    let (text, lone) = escape(self.source.text(), &mut self.at)?;
                    lone_surrogate |= lone;
                    out.push_str(&text);
                }
                Some(_) => return Err(self.error("a control character in a string must be escaped")),
            }
        }
        let inner = Span::new(body, self.at);
        self.at += 1;
        let span = Span::new(start, self.at);
        let id = match owned {
            None => self.tree.add_source_scalar(ScalarKind::String, span, inner),
            Some(text) => self.tree.add_scalar(ScalarKind::String, span, &text),
        };
        if lone_surrogate {
            // Not a Unicode string: its escapes are kept as text, and the tag keeps it apart from a
            // string that spells the same escapes out.
            self.tree.set_tag(id, "!lone-surrogate");
        }
        Ok(id)
    }
}

/// Reads one escape at `*at`; returns its text and whether it is half of a surrogate pair.
fn escape(text: &str, at: &mut usize) -> Read<(String, bool)> {
    let start = *at;
    let bytes = text.as_bytes();
    let simple = match bytes.get(start + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let high = hex4(text, start)?;
            *at = start + 6;
            if let Some(c) = char::from_u32(high) {
                return Ok((c.to_string(), false));
            }
            if (0xD800..0xDC00).contains(&high) && bytes.get(*at..*at + 2) == Some(b"\\u") {
                let low = hex4(text, *at)?;
                if (0xDC00..0xE000).contains(&low) {
                    *at += 6;
                    let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                    return Ok((char::from_u32(code).unwrap_or('\u{fffd}').to_string(), false));
                }
            }
            return Ok((format!("\\u{high:04x}"), true));
        }
        _ => {
            return Err(ParseError::new(
                Span::new(start, start + 1),
                "this escape is not one of JSON's",
            ));
        }
    };
    *at = start + 2;
    Ok((simple.to_string(), false))
}

fn hex4(text: &str, at: usize) -> Read<u32> {
    text.get(at + 2..at + 6)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or_else(|| {
            ParseError::new(
                Span::new(at, at + 2),
                "expected four hexadecimal digits after \\u",
            )
        })
}

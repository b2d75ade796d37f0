//! Java `.properties` as `java.util.Properties.load` reads them: `key=value`, `key:value`, `key value`,
//! comments with `#` or `!`, lines that go on after a backslash, `\uXXXX`. Every value is a string; a
//! dotted key is one key (patterns look into it). The file is UTF-8, of which ISO 8859-1 files without
//! accents are a part.

use std::collections::HashMap;
use std::sync::Arc;

use super::{ParseError, Parsed};
use crate::doc::{Duplicate, Entry, Limits, ScalarKind, SourceFile, Span, Tree};

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let mut tree = Tree::new(Arc::clone(source));
    let mut lines = Lines {
        text: source.text(),
        at: source.bom_len(),
    };
    let mut entries = Vec::new();
    let mut errors = Vec::new();
    let mut seen: HashMap<String, Span> = HashMap::new();
    while let Some(line) = lines.next() {
        let row = match Row::read(&line) {
            Ok(row) => row,
            Err(error) => {
                errors.push(error);
                if errors.len() >= limits.errors {
                    break;
                }
                continue;
            }
        };
        if let Some(first) = seen.get(&row.key.text) {
            tree.duplicates.push(Duplicate {
                first: *first,
                again: row.key.span,
            });
        } else {
            seen.insert(row.key.text.clone(), row.key.span);
        }
        let key = tree.add_scalar(ScalarKind::String, row.key.span, &row.key.text);
        if row.key.half_pair {
            tree.set_tag(key, LONE_SURROGATE);
        }
        let value = tree.add_scalar(ScalarKind::String, row.value.span, &row.value.text);
        if row.value.half_pair {
            tree.set_tag(value, LONE_SURROGATE);
        }
        entries.push(Entry { key, value });
        if tree.len() > limits.nodes {
            let message = format!("more than {} values", limits.nodes);
            errors.push(ParseError::new(row.key.span, message));
            break;
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let root = tree.add_mapping(Span::new(source.bom_len(), source.text().len()), &entries);
    tree.documents.push(root);
    Ok(tree)
}

/// The tag of a text with half of a pair of code units.
const LONE_SURROGATE: &str = "!lone-surrogate";

/// A logical line: its characters with their places, breaks and what leads the next line taken out.
type Line = Vec<(usize, char)>;

struct Lines<'s> {
    text: &'s str,
    at: usize,
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}')
}

impl Lines<'_> {
    /// A line of the file, without its break; the place after it.
    fn natural(&self, at: usize) -> (&str, usize) {
        let rest = &self.text[at..];
        match rest.find(['\n', '\r']) {
            None => (rest, self.text.len()),
            Some(end) => {
                let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
                (&rest[..end], at + end + width)
            }
        }
    }

    /// The next logical line that holds anything.
    fn next(&mut self) -> Option<Line> {
        while self.at < self.text.len() {
            let (first, next) = self.natural(self.at);
            if first.trim_start_matches(is_blank).starts_with(['#', '!']) {
                self.at = next;
                continue;
            }
            let line = self.logical();
            if !line.is_empty() {
                return Some(line);
            }
        }
        None
    }

    fn logical(&mut self) -> Line {
        let mut out = Line::new();
        while self.at < self.text.len() {
            let (piece, next) = self.natural(self.at);
            let body = piece.trim_start_matches(is_blank);
            let start = self.at + piece.len() - body.len();
            let slashes = body.len() - body.trim_end_matches('\\').len();
            let goes_on = slashes % 2 == 1;
            let body = if goes_on { &body[..body.len() - 1] } else { body };
            out.extend(body.char_indices().map(|(at, c)| (start + at, c)));
            self.at = next;
            if !goes_on {
                break;
            }
        }
        out
    }
}

struct Decoded {
    span: Span,
    text: String,
    /// Whether it holds half of a pair, which is told from the six characters that write it.
    half_pair: bool,
}

struct Row {
    key: Decoded,
    value: Decoded,
}

impl Row {
    /// The key ends at the first `=`, `:` or blank that no backslash stands before.
    fn read(line: &[(usize, char)]) -> Result<Self, ParseError> {
        let mut end = 0;
        while end < line.len() {
            match line[end].1 {
                '\\' => end += 2,
                '=' | ':' => break,
                c if is_blank(c) => break,
                _ => end += 1,
            }
        }
        let end = end.min(line.len());
        let blanks = |from: usize| line[from..].iter().take_while(|(_, c)| is_blank(*c)).count();
        let mut start = end + blanks(end);
        if line.get(start).is_some_and(|(_, c)| matches!(c, '=' | ':')) {
            start += 1;
            start += blanks(start);
        }
        let after_key = line[..end]
            .last()
            .or(line.first())
            .map_or(0, |(at, c)| at + if end > 0 { c.len_utf8() } else { 0 });
        Ok(Self {
            key: text(&line[..end], after_key)?,
            value: text(
                &line[start..],
                line.last().map_or(after_key, |(at, c)| at + c.len_utf8()),
            )?,
        })
    }
}

/// Escapes resolved. `empty` is the place of a text without characters.
fn text(line: &[(usize, char)], empty: usize) -> Result<Decoded, ParseError> {
    let span = match (line.first(), line.last()) {
        (Some((first, _)), Some((last, c))) => Span::new(*first, last + c.len_utf8()),
        _ => Span::empty(empty),
    };
    let mut out = String::new();
    let mut half_pair = false;
    let mut at = 0;
    while let Some((place, c)) = line.get(at) {
        at += 1;
        if *c != '\\' {
            out.push(*c);
            continue;
        }
        let Some((_, escaped)) = line.get(at) else { break };
        at += 1;
        match escaped {
            't' => out.push('\t'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            'f' => out.push('\u{c}'),
            'u' => {
                let unit = unit(line, at).ok_or_else(|| {
                    ParseError::new(
                        Span::new(*place, place + 2),
                        "expected four hexadecimal digits after \\u",
                    )
                })?;
                at += 4;
                let second = (line.get(at).map(|(_, c)| *c) == Some('\\')
                    && line.get(at + 1).map(|(_, c)| *c) == Some('u'))
                .then(|| self::unit(line, at + 2))
                .flatten();
                match (char::from_u32(u32::from(unit)), second) {
                    (Some(c), _) => out.push(c),
                    (None, second) => {
                        let pair = second.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
                        match pair {
                            Some(c) => {
                                out.push(c);
                                at += 6;
                            }
                            // Half of a pair is no character; it stays as it is written.
                            None => {
                                half_pair = true;
                                out.push_str(&format!("\\u{unit:04X}"));
                            }
                        }
                    }
                }
            }
            other => out.push(*other),
        }
    }
    Ok(Decoded {
        span,
        text: out,
        half_pair,
    })
}

fn unit(line: &[(usize, char)], at: usize) -> Option<u16> {
    let digits: String = line.get(at..at + 4)?.iter().map(|(_, c)| *c).collect();
    let hex = digits.chars().all(|c| c.is_ascii_hexdigit());
    hex.then(|| u16::from_str_radix(&digits, 16).ok()).flatten()
}

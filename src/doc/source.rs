//! A source file whose bytes are already read and known to be text, and positions in it.
//! Reading from disk is in `sys::fs`; deciding on a syntax is in `formats`.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::Span;

/// A place in a file as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters (Unicode scalar values), a byte order mark not counted.
    pub column: usize,
}

/// Bytes of one file with the two names it goes by.
#[derive(Debug)]
pub struct SourceFile {
    /// The path shown to people, as the user would type it.
    pub display: String,
    /// The path inside the config set, `/`-separated; identical on both sides of a comparison.
    pub name: String,
    /// The syntax that somebody asked for; [`None`]: as the name says.
    pub syntax: Option<String>,
    text: Arc<str>,
    sha256: [u8; 32],
    lines: OnceLock<Vec<u32>>,
    /// Characters before every [`STRIDE`]-th byte; so that columns in long lines cost nothing.
    characters: OnceLock<Vec<u32>>,
}

/// Bytes between two counts of characters.
const STRIDE: usize = 256;

/// Why bytes cannot be a source file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Invalid UTF-8; the offset of the first bad byte.
    #[error("the file is not valid UTF-8")]
    Utf8(usize),
    /// A UTF-16 byte order mark.
    #[error("the file is UTF-16, which is not supported")]
    Utf16,
    /// A NUL byte; its offset.
    #[error("the file holds a NUL byte")]
    Nul(usize),
}

impl SourceFile {
    /// Takes bytes that must be UTF-8 without NUL (with or without byte order mark).
    ///
    /// # Errors
    /// [`NotText`] with the offset of the first offending byte.
    pub fn new(display: impl Into<String>, name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotText> {
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(NotText::Utf16);
        }
        if let Some(at) = bytes.iter().position(|b| *b == 0) {
            return Err(NotText::Nul(at));
        }
        let text =
            String::from_utf8(bytes).map_err(|error| NotText::Utf8(error.utf8_error().valid_up_to()))?;
        Ok(Self {
            display: display.into(),
            name: name.into(),
            syntax: None,
            text: text.into(),
            sha256,
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        })
    }

    /// The same bytes under other names; nothing is copied.
    #[must_use]
    pub fn renamed(&self, display: &str, name: &str) -> Self {
        Self {
            display: display.to_owned(),
            name: name.to_owned(),
            syntax: self.syntax.clone(),
            text: Arc::clone(&self.text),
            sha256: self.sha256,
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// The same file, to be read as a syntax.
    #[must_use]
    pub fn with_syntax(&self, syntax: &str) -> Self {
        Self {
            syntax: Some(syntax.to_owned()),
            ..self.renamed(&self.display, &self.name)
        }
    }

    /// A file made from text that the program itself holds (built-in rules, tests of rules).
    #[must_use]
    pub fn from_text(display: &str, text: &str) -> Self {
        Self {
            display: display.to_owned(),
            name: display.to_owned(),
            syntax: None,
            text: text.into(),
            sha256: Sha256::digest(text.as_bytes()).into(),
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// The whole text, byte order mark included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the exact bytes.
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Length of the byte order mark: 3 or 0.
    #[must_use]
    pub fn bom_len(&self) -> usize {
        if self.text.starts_with('\u{feff}') { 3 } else { 0 }
    }

    /// The text of `span`, clamped to the file and to character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let start = self.floor(span.start as usize);
        let end = self.floor(span.end as usize).max(start);
        self.text.get(start..end).unwrap_or("")
    }

    /// The largest character boundary at or before `at`.
    #[must_use]
    pub fn floor(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start as usize <= offset);
        let start = self.line_start(line);
        let start = if line == 1 {
            start.max(self.bom_len().min(offset))
        } else {
            start
        };
        Position {
            line: line.max(1),
            column: self.characters_before(offset) - self.characters_before(start) + 1,
        }
    }

    /// Byte range of a 1-based line without its line break; empty past the end.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        let start = self.line_start(line);
        let end = self
            .line_starts()
            .get(line)
            .map_or(self.text.len(), |next| *next as usize);
        let text = self.text.get(start..end).unwrap_or("");
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// Characters that begin before a byte offset.
    fn characters_before(&self, offset: usize) -> usize {
        let begins = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let bytes = self.text.as_bytes();
        let counts = self.characters.get_or_init(|| {
            let mut total = 0_u32;
            bytes
                .chunks(STRIDE)
                .map(|chunk| {
                    let before = total;
                    total += u32::try_from(begins(chunk)).unwrap_or(0);
                    before
                })
                .collect()
        });
        let at = offset / STRIDE;
        let whole = counts.get(at).or(counts.last()).copied().unwrap_or(0) as usize;
        let from = at.min(counts.len().saturating_sub(1)) * STRIDE;
        whole + begins(bytes.get(from..offset).unwrap_or(&[]))
    }

    fn line_start(&self, line: usize) -> usize {
        self.line_starts()
            .get(line.saturating_sub(1))
            .map_or(self.text.len(), |start| *start as usize)
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0_u32];
            let mut at = 0;
            while at < bytes.len() {
                let next = match (bytes[at], bytes.get(at + 1)) {
                    (b'\r', Some(b'\n')) => at + 2,
                    (b'\n' | b'\r', _) => at + 1,
                    _ => {
                        at += 1;
                        continue;
                    }
                };
                starts.push(u32::try_from(next).unwrap_or(u32::MAX));
                at = next;
            }
            starts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile::from_text("t", text)
    }

    #[test]
    fn columns_count_characters_and_skip_the_byte_order_mark() {
        let source = file("\u{feff}名前: x\r\nb: 1\n");
        let at = source.text().find('x').expect("x");
        assert_eq!(source.position(at), Position { line: 1, column: 5 });
        let at = source.text().find('b').expect("b");
        assert_eq!(source.position(at), Position { line: 2, column: 1 });
    }

    #[test]
    fn columns_of_long_lines_are_counted_in_characters() {
        let text = "ä".repeat(1000) + "\nb" + &"名".repeat(500);
        let source = file(&text);
        for (at, (offset, _)) in text.char_indices().enumerate() {
            let column = if at <= 1000 { at + 1 } else { at - 1000 };
            assert_eq!(source.position(offset).column, column, "{offset}");
        }
        assert_eq!(source.position(text.len()).column, 502);
    }

    #[test]
    fn a_line_span_has_no_line_break() {
        let source = file("a\r\nbc\n");
        assert_eq!(source.slice(source.line_span(1)), "a");
        assert_eq!(source.slice(source.line_span(2)), "bc");
        assert_eq!(source.slice(source.line_span(9)), "");
    }

    #[test]
    fn bytes_that_are_not_text_are_named() {
        let new = |bytes: &[u8]| SourceFile::new("x", "x", bytes.to_vec()).map(|_| ());
        assert_eq!(new(b"a\xffb"), Err(NotText::Utf8(1)));
        assert_eq!(new(b"ab\0"), Err(NotText::Nul(2)));
        assert_eq!(new(&[0xFF, 0xFE, b'a', 0]), Err(NotText::Utf16));
        assert_eq!(new("ä".as_bytes()), Ok(()));
    }
}

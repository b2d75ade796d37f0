//! The source line of a finding, made safe for miette and the terminal: cut to a window around the
//! label, control characters made visible, secrets masked. miette panics beyond 65,535 columns and
//! prints escapes raw, so that it never sees the raw source.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::escape::{is_unsafe, visible};
use crate::doc::mask::{REDACTED, in_private_key, mask_line};
use crate::doc::{SourceFile, Span};

/// One prepared line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snippet {
    name: String,
    text: String,
    /// Byte range of the label in `text`.
    label: (usize, usize),
    /// 0-based true position of the label.
    line: usize,
    column: usize,
}

impl Snippet {
    /// Prepares the first line of `span`. `hidden` are the spans of secret values where a tree exists;
    /// without one the line is masked by its looks.
    pub(super) fn new(source: &SourceFile, span: Span, hidden: Option<&[Span]>, window: usize) -> Self {
        let start = source.floor(span.start as usize);
        let position = source.position(start);
        let line = source.line_span(position.line);
        let bom = if position.line == 1 { source.bom_len() } else { 0 };
        let line = Span::new(
            (line.start as usize + bom).min(line.end as usize),
            line.end as usize,
        );
        let end = source
            .floor(span.end as usize)
            .clamp(start, line.end as usize)
            .max(start);
        let (before, label, after) = match hidden {
            Some(hidden) => (
                masked(source, Span::new(line.start as usize, start), hidden),
                masked(source, Span::new(start, end), hidden),
                masked(source, Span::new(end, line.end as usize), hidden),
            ),
            None => whole_line(source, line, Span::new(start, end)),
        };
        let (before, label, after) = masked_across(before, label, after);
        let (before, label, after) = cut(&before, &label, &after, window);
        Self {
            name: format!("{}", visible(&source.display)),
            label: (before.len(), label.len()),
            text: format!("{before}{label}{after}"),
            line: position.line - 1,
            column: position.column - 1,
        }
    }

    /// Columns before the middle of the label.
    pub(super) fn label_middle(&self) -> usize {
        let width = |text: Option<&str>| text.map_or(0, unicode_width::UnicodeWidthStr::width);
        let (at, len) = self.label;
        width(self.text.get(..at)) + width(self.text.get(at..at + len)) / 2
    }

    /// Where the label stands in the prepared text.
    pub(super) fn label_span(&self) -> SourceSpan {
        (self.label.0, self.label.1).into()
    }
}

/// The text of a part of a line with every hidden value masked. The line's end needs no masking of
/// values that begin on earlier lines: they are spans too.
fn masked(source: &SourceFile, part: Span, hidden: &[Span]) -> String {
    let mut out = String::new();
    let mut at = part.start;
    for span in hidden
        .iter()
        .filter(|span| span.end > part.start && span.start < part.end)
    {
        if span.start > at {
            out.push_str(source.slice(Span {
                start: at,
                end: span.start,
            }));
        }
        if span.end > at {
            out.push_str(REDACTED);
            at = span.end;
        }
    }
    if at < part.end {
        out.push_str(source.slice(Span {
            start: at,
            end: part.end,
        }));
    }
    visible_tabs(&crate::doc::mask::mask(&out))
}

/// A secret that only the whole line shows (`hooks.slack.com/services/…` with the host as the label) is
/// masked too; the label stays where its text is still to be found.
fn masked_across(before: String, label: String, after: String) -> (String, String, String) {
    let joined = format!("{before}{label}{after}");
    let safe = crate::doc::mask::mask(&joined);
    if safe == joined {
        return (before, label, after);
    }
    match safe.find(&label).filter(|_| !label.is_empty()) {
        Some(at) => (
            safe[..at].to_owned(),
            label.clone(),
            safe[at + label.len()..].to_owned(),
        ),
        None => (String::new(), safe.into_owned(), String::new()),
    }
}

/// Without a tree: the line is masked as a whole, and the label kept only if that left it alone.
fn whole_line(source: &SourceFile, line: Span, label: Span) -> (String, String, String) {
    let text = source.slice(line);
    let safe = if in_private_key(source.text(), line.start as usize) {
        REDACTED.to_owned()
    } else {
        mask_line(text)
    };
    if safe == text {
        let part = |start: u32, end: u32| visible_tabs(source.slice(Span { start, end }));
        return (
            part(line.start, label.start),
            part(label.start, label.end),
            part(label.end, line.end),
        );
    }
    (String::new(), visible_tabs(&safe), String::new())
}

fn visible_tabs(text: &str) -> String {
    // Tabs are the one control character that is harmless; as spaces they keep the caret in place.
    visible(&text.replace('\t', "    ")).into_owned()
}

/// Keeps about `window` characters, the label's start among them.
fn cut(before: &str, label: &str, after: &str, window: usize) -> (String, String, String) {
    let count = |text: &str| text.chars().count();
    let label_len = count(label).min(window * 2 / 3);
    let short_label: String = label.chars().take(label_len).collect();
    let label_cut = label_len < count(label);
    let room = window.saturating_sub(label_len);
    let before_room = room.saturating_sub(count(after).min(room / 3)).max(room / 2);
    let before_len = count(before);
    let before = if before_len > before_room {
        let tail: String = before
            .chars()
            .skip(before_len - before_room.saturating_sub(1))
            .collect();
        format!("…{tail}")
    } else {
        before.to_owned()
    };
    let after_room = room.saturating_sub(count(&before));
    let after = if label_cut {
        "…".to_owned()
    } else if count(after) > after_room {
        let head: String = after.chars().take(after_room.saturating_sub(1)).collect();
        format!("{head}…")
    } else {
        after.to_owned()
    };
    debug_assert!(!before.chars().any(is_unsafe));
    (before, short_label, after)
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole: SourceSpan = (0, self.text.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            whole,
            self.line,
            self.column,
            1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_label() {
        let text = format!("{}NEEDLE{}", "x".repeat(100_000), "y".repeat(100_000));
        let source = SourceFile::from_text("long.json", &text);
        let snippet = Snippet::new(&source, Span::new(100_000, 100_006), Some(&[]), 60);
        assert!(
            snippet.text.chars().count() <= 64,
            "{}",
            snippet.text.chars().count()
        );
        let (at, len) = snippet.label;
        assert_eq!(&snippet.text[at..at + len], "NEEDLE");
        assert_eq!((snippet.line, snippet.column), (0, 100_000));
    }

    #[test]
    fn secrets_and_control_characters_do_not_get_through() {
        let source = SourceFile::from_text("x.yaml", "a: 1\npassword: hunter2 # \x1b[31m\n");
        let at = source.text().find("hunter2").expect("there");
        let hidden = [Span::new(at, at + 7)];
        for snippet in [
            Snippet::new(&source, hidden[0], Some(&hidden), 60),
            Snippet::new(&source, hidden[0], None, 60),
        ] {
            assert!(
                !snippet.text.contains("hunter2") && !snippet.text.contains('\x1b'),
                "{}",
                snippet.text
            );
        }
    }
}

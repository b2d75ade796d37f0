//! Texts of several lines, compared line by line: what changed, with some lines around it, and within a
//! changed line the part that differs.

use similar::{DiffOp, TextDiff};

use super::escape::visible;

/// What is said of a last line that no line feed ends.
pub(super) const UNENDED: &str = " (no line feed at the end)";

/// A line of a hunk. The parts of a changed line: whether they differ, and their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// On both sides.
    Context(String),
    /// On the old side.
    Old(Vec<(bool, String)>),
    /// On the new side.
    New(Vec<(bool, String)>),
    /// Something said about lines that are not shown.
    Gap(String),
}

/// Lines of both texts that are compared at most.
const MAX_LINES: usize = 20_000;

/// A text as it is, and as it may be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) whole: &'t str,
    pub(super) masked: &'t str,
}

impl<'t> Text<'t> {
    /// A text without secrets.
    pub(super) fn open(text: &'t str) -> Self {
        Self {
            whole: text,
            masked: text,
        }
    }

    /// Whether each line has its masked line.
    fn by_line(self) -> bool {
        self.whole.split('\n').count() == self.masked.split('\n').count()
    }
}

/// The hunks of two texts; `around` lines of context, at most `most` lines. Lines are compared as they are and
/// shown masked, so that a secret that changed is a line that changed.
pub(super) fn hunks(old: Text<'_>, new: Text<'_>, around: usize, most: usize) -> Vec<Line> {
    let count = old.whole.lines().count() + new.whole.lines().count();
    if count > MAX_LINES {
        return vec![Line::Gap(format!(
            "{count} lines on both sides, too many to be compared here"
        ))];
    }
    if !(old.by_line() && new.by_line()) {
        let mut out = hunks(Text::open(old.masked), Text::open(new.masked), around, most);
        out.push(Line::Gap("what is redacted was not compared line by line".into()));
        return out;
    }
    let diff = TextDiff::from_lines(old.whole, new.whole);
    // A carriage return is shown, and so is a last line that no line feed ends.
    let line = |text: &str| match text.strip_suffix('\n') {
        Some(ended) => visible(ended).into_owned(),
        None => format!("{}{UNENDED}", visible(text)),
    };
    let (olds, news): (Vec<&str>, Vec<&str>) = (lines(old.masked), lines(new.masked));
    let at = |lines: &[&str], nth: usize| line(lines.get(nth).copied().unwrap_or(""));
    let mut out = Vec::new();
    for (nth, group) in diff.grouped_ops(around).iter().enumerate() {
        if nth > 0 {
            out.push(Line::Gap("…".into()));
        }
        for op in group {
            match *op {
                DiffOp::Equal { old_index, len, .. } => {
                    out.extend((0..len).map(|nth| Line::Context(at(&olds, old_index + nth))));
                }
                DiffOp::Delete {
                    old_index, old_len, ..
                } => out.extend((0..old_len).map(|nth| Line::Old(vec![(false, at(&olds, old_index + nth))]))),
                DiffOp::Insert {
                    new_index, new_len, ..
                } => out.extend((0..new_len).map(|nth| Line::New(vec![(false, at(&news, new_index + nth))]))),
                DiffOp::Replace {
                    old_index,
                    old_len,
                    new_index,
                    new_len,
                } => {
                    let before: Vec<String> = (0..old_len).map(|nth| at(&olds, old_index + nth)).collect();
                    let after: Vec<String> = (0..new_len).map(|nth| at(&news, new_index + nth)).collect();
                    replaced(&before, &after, &mut out);
                }
            }
        }
    }
    cut(&mut out, most);
    out
}

/// Leaves out what is beyond `most` lines, and says so.
pub(super) fn cut(lines: &mut Vec<Line>, most: usize) {
    let rest = lines.len().saturating_sub(most);
    if rest > 0 {
        lines.truncate(most);
        lines.push(Line::Gap(format!("+{rest} lines, --full")));
    }
}

/// The lines of a text that only one side has.
pub(super) fn body(text: &str, added: bool, most: usize) -> Vec<Line> {
    let all = text.lines().count();
    let shown = text.lines().take(most).map(|line| {
        let part = vec![(false, visible(line).into_owned())];
        if added { Line::New(part) } else { Line::Old(part) }
    });
    let mut out: Vec<Line> = shown.collect();
    if all > most {
        out.push(Line::Gap(format!("+{} lines, --full", all - most)));
    }
    out
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// As many lines went as came: each is held against its successor.
pub(super) fn replaced(before: &[String], after: &[String], out: &mut Vec<Line>) {
    if before.len() != after.len() {
        out.extend(before.iter().map(|line| Line::Old(vec![(false, line.clone())])));
        out.extend(after.iter().map(|line| Line::New(vec![(false, line.clone())])));
        return;
    }
    let parts: Vec<_> = before.iter().zip(after).map(|(a, b)| emphasis(a, b)).collect();
    out.extend(parts.iter().map(|(old, _)| Line::Old(old.clone())));
    out.extend(parts.into_iter().map(|(_, new)| Line::New(new)));
}

type Parts = Vec<(bool, String)>;

/// What differs between two lines: what is left without their common beginning and end.
fn emphasis(old: &str, new: &str) -> (Parts, Parts) {
    // They differ: only what is redacted can have made them look alike.
    if old == new {
        let alike = |text: &str| vec![(false, text.to_owned()), (true, " (differs)".to_owned())];
        return (alike(old), alike(new));
    }
    let start: usize = old
        .chars()
        .zip(new.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let parts = |text: &str| {
        let middle = text.len() - end;
        [
            (false, &text[..start]),
            (true, &text[start..middle]),
            (false, &text[middle..]),
        ]
        .into_iter()
        .filter(|(_, part)| !part.is_empty())
        .map(|(differs, part)| (differs, part.to_owned()))
        .collect()
    };
    (parts(old), parts(new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_shows_what_differs_in_it() {
        let old = "a\nb\nc\nworker_connections 512;\nd\ne\nf\n";
        let new = old.replace("512", "256");
        let lines = hunks(Text::open(old), Text::open(&new), 1, 100);
        let part = |differs, text: &str| (differs, text.to_owned());
        assert_eq!(
            lines,
            [
                Line::Context("c".into()),
                Line::Old(vec![
                    part(false, "worker_connections "),
                    part(true, "512"),
                    part(false, ";")
                ]),
                Line::New(vec![
                    part(false, "worker_connections "),
                    part(true, "256"),
                    part(false, ";")
                ]),
                Line::Context("d".into()),
            ]
        );
    }

    #[test]
    fn a_secret_line_that_changed_is_shown_as_changed() {
        let (old, new) = ("a=1\nPASSWORD=x\nb=1\n", "a=1\nPASSWORD=y\nb=2\n");
        let masked = |text: &str| text.replace("=x", "=‹›").replace("=y", "=‹›");
        let (old_masked, new_masked) = (masked(old), masked(new));
        let old = Text {
            whole: old,
            masked: &old_masked,
        };
        let new = Text {
            whole: new,
            masked: &new_masked,
        };
        let lines = format!("{:?}", hunks(old, new, 1, 100));
        assert_eq!(lines.matches("PASSWORD=‹›").count(), 2, "{lines}");
        assert_eq!(lines.matches("(differs)").count(), 2, "{lines}");
    }

    #[test]
    fn long_bodies_are_cut_and_say_so() {
        let text = "x\n".repeat(1000);
        let lines = body(&text, true, 20);
        assert_eq!(lines.len(), 21);
        assert_eq!(lines.last(), Some(&Line::Gap("+980 lines, --full".into())));
    }
}

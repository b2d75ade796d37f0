//! Fitting text into columns.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

/// Cuts a text to a width, at its end.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + w + 1 > width {
            break;
        }
        used += w;
        out.push(c);
    }
    out.push('…');
    out
}

pub(super) fn fit_pair(old: &str, new: &str, room: usize) -> (String, String) {
    if old.width() + new.width() <= room {
        return (old.to_owned(), new.to_owned());
    }
    fit_pair_apart(old, new, room / 2)
}

/// Cuts both so that what differs stays visible: a long common beginning is left out on both sides.
pub(super) fn fit_pair_apart(old: &str, new: &str, width: usize) -> (String, String) {
    if old.width() <= width && new.width() <= width {
        return (old.to_owned(), new.to_owned());
    }
    let common = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let skip = common.saturating_sub(width / 3);
    let tail = |text: &str| {
        if skip == 0 {
            return fit(text, width);
        }
        let rest: String = text.chars().skip(skip).collect();
        fit(&format!("…{rest}"), width)
    };
    (tail(old), tail(new))
}

/// A text wrapped to the width, every line indented.
#[must_use]
pub fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let room = width.saturating_sub(indent.width()).max(20);
    let mut out = String::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.width() + 1 + word.width() > room {
                let _ = writeln!(out, "{indent}{line}");
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        let _ = writeln!(out, "{indent}{line}");
    }
    out
}

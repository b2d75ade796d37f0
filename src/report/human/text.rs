//! Fitting text into columns.

use unicode_width::UnicodeWidthStr;

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

/// Cuts a key path to a width, in front: what it ends in says what it is.
pub(super) fn fit_path(path: &str, width: usize) -> String {
    if path.width() <= width {
        return path.to_owned();
    }
    let mut used = 1;
    let mut kept: Vec<char> = Vec::new();
    for c in path.chars().rev() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    std::iter::once('…').chain(kept.into_iter().rev()).collect()
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

/// A text wrapped to the width, every line indented. Names are not broken at their hyphens.
#[must_use]
pub fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.max(20))
        .initial_indent(indent)
        .subsequent_indent(indent)
        // A path or a digest that is cut cannot be copied.
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut out = textwrap::fill(text.trim_end(), options);
    out.push('\n');
    out
}

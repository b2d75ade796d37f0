//! The structural diff for people: rows laid out in columns, one leaf per line, texts as hunks.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::Human;
use super::text::{fit, fit_pair, fit_pair_apart, fit_path};
use crate::diff::ChangeSet;
use crate::report::hunk::Line;
use crate::report::rows::{Group, Maker, Row, blocks};
use crate::report::{Look, Paint};
use crate::settings::Severity;

/// No line of a configuration is cut at this width.
const FULL_WIDTH: usize = 100_000_000;

/// The structural diff, file by file.
pub(super) fn changes(
    set: &ChangeSet,
    human: Human<'_>,
    mark: &dyn Fn(&str, &str) -> Option<Severity>,
    unrated: &dyn Fn(usize, usize) -> bool,
) -> String {
    // Who asks for everything gets lines as long as they are.
    let look = Look {
        width: if human.view.full {
            FULL_WIDTH
        } else {
            human.look.width
        },
        ..human.look
    };
    let mut out = String::new();
    let maker = Maker {
        view: human.view,
        redactor: human.redactor,
        mark,
        unrated,
    };
    for block in blocks(set, maker) {
        let _ = writeln!(out, "  {}", look.paint(Paint::Strong, &block.title));
        let rows = block.groups.iter().flat_map(|group| &group.rows);
        let width = rows
            .filter(|row| row.sign != ' ' && row.lines.is_empty())
            .map(|row| row.path.width())
            .max()
            .unwrap_or(0)
            .min(34);
        for group in &block.groups {
            out.push_str(&group_text(group, width, look));
        }
        for note in &block.footer {
            let note = super::wrapped(note, "    ", look.width);
            let _ = writeln!(out, "{}", look.paint(Paint::Dim, note.trim_end()));
        }
        out.push('\n');
    }
    out
}

fn group_text(group: &Group, width: usize, look: Look) -> String {
    let mut out = String::new();
    if let Some(title) = &group.title {
        let _ = writeln!(out, "    {}", look.paint(Paint::Dim, title));
    }
    for row in &group.rows {
        out.push_str(&row.line(width, look));
    }
    if let Some(more) = &group.more {
        let _ = writeln!(out, "    {}", look.paint(Paint::Dim, more));
    }
    out
}

impl Row {
    fn line(&self, width: usize, look: Look) -> String {
        if self.sign == ' ' {
            return format!("    {}\n", look.paint(Paint::Dim, &self.note));
        }
        let paint = match self.sign {
            '+' => Paint::Good,
            '-' => Paint::Bad,
            _ => Paint::Caution,
        };
        let mark = match self.mark {
            Some(Severity::High | Severity::Critical) => look.paint(Paint::Bad, "  HIGH RISK"),
            Some(Severity::Medium) => look.paint(Paint::Caution, "  RISK"),
            Some(Severity::Info | Severity::Low) | None => String::new(),
        };
        let mark_width = match self.mark {
            Some(Severity::High | Severity::Critical) => 11,
            Some(Severity::Medium) => 6,
            Some(Severity::Info | Severity::Low) | None => 0,
        };
        if !self.lines.is_empty() {
            let path = fit_path(&self.path, look.width.saturating_sub(4 + mark_width));
            let sign = look.paint(paint, &self.sign.to_string());
            let lines: String = self.lines.iter().map(|line| hunk_line(line, look)).collect();
            let note = look.paint(Paint::Dim, &spaced(&self.note));
            return format!("  {sign} {path}{note}{mark}\n{lines}");
        }
        let arrow = look.pick("→", "->");
        let note = spaced(&self.note);
        let room = look.width.saturating_sub(4 + 2 + note.width() + mark_width);
        let values = |room: usize| match (&self.old, &self.new) {
            (Some(old), Some(new)) => {
                let (old, new) = fit_pair(old, new, room.saturating_sub(arrow.width() + 2));
                format!("{old} {arrow} {new}")
            }
            (Some(one), None) | (None, Some(one)) => fit(one, room),
            (None, None) => String::new(),
        };
        let full = self.old.as_deref().map_or(0, UnicodeWidthStr::width)
            + self.new.as_deref().map_or(0, UnicodeWidthStr::width)
            + 4;
        let beside = room.saturating_sub(width.max(self.path.width()));
        let sign = look.paint(paint, &self.sign.to_string());
        let note = look.paint(Paint::Dim, &note);
        if full <= beside
            || (beside >= 30
                && self.path.width() <= width
                && full <= look.width.saturating_sub(6).min(beside))
        {
            let pad = " ".repeat(width.saturating_sub(self.path.width()));
            return format!("  {sign} {}{pad}  {}{note}{mark}\n", self.path, values(beside));
        }
        // Too wide for one line: the values go below the path.
        let path = fit_path(&self.path, look.width.saturating_sub(4 + mark_width));
        let below = look.width.saturating_sub(6 + note.width().min(20));
        if full <= below {
            return format!("  {sign} {path}{mark}\n      {}{note}\n", values(below));
        }
        let single = look.width.saturating_sub(8);
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => {
                let (old, new) = fit_pair_apart(old, new, single);
                format!("  {sign} {path}{note}{mark}\n      {old}\n      {arrow} {new}\n")
            }
            (Some(one), None) | (None, Some(one)) => {
                format!("  {sign} {path}{note}{mark}\n      {}\n", fit(one, single))
            }
            (None, None) => format!("  {sign} {path}{note}{mark}\n"),
        }
    }
}

/// A remark, apart from what it is about.
fn spaced(note: &str) -> String {
    if note.is_empty() {
        String::new()
    } else {
        format!("  {note}")
    }
}

/// A line too long to be shown, from somewhat before what differs in it.
fn around(parts: &[(bool, String)], room: usize) -> String {
    let mut out = String::new();
    for (nth, (differs, part)) in parts.iter().enumerate() {
        let long = part.chars().count().saturating_sub(room / 3);
        if nth == 0 && !differs && long > 0 {
            out.push('…');
            out.extend(part.chars().skip(long));
        } else {
            out.push_str(part);
        }
    }
    out
}

/// A line of a text, cut to the width.
fn hunk_line(line: &Line, look: Look) -> String {
    let room = look.width.saturating_sub(8);
    let parts = |sign: char, parts: &[(bool, String)], paint: Paint| {
        let whole: String = parts.iter().map(|(_, part)| part.as_str()).collect();
        let differs = parts.len() > 1 && parts.iter().any(|(differs, _)| *differs);
        let text = if differs && whole.width() > room {
            look.paint(paint, &fit(&around(parts, room), room))
        } else if whole.width() > room || !look.color || !differs {
            look.paint(paint, &fit(&whole, room))
        } else {
            let shown = parts.iter().map(|(differs, part)| {
                if *differs {
                    look.marked(paint, part)
                } else {
                    look.paint(paint, part)
                }
            });
            shown.collect()
        };
        format!("      {} {text}\n", look.paint(paint, &sign.to_string()))
    };
    match line {
        Line::Context(text) => format!("        {}\n", look.paint(Paint::Dim, &fit(text, room))),
        Line::Old(line) => parts('-', line, Paint::Bad),
        Line::New(line) => parts('+', line, Paint::Good),
        Line::Gap(text) => format!("      {}\n", look.paint(Paint::Dim, text)),
    }
}

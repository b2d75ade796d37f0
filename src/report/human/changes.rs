//! The structural diff, one leaf per line.

use std::fmt::Write as _;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::Human;
use super::text::{counted, fit, fit_pair, fit_pair_apart};
use crate::diff::{Change, ChangeKind, ChangeSet, FileDiff};
use crate::doc::quantity::Quantity;
use crate::doc::secret::REDACTED;
use crate::doc::table::named_children;
use crate::doc::{KeyPath, Kind, NodeId, ScalarKind, Tree};
use crate::report::escape::visible;
use crate::report::value::{Shower, needs_quotes};
use crate::report::{Look, Paint};
use crate::settings::Severity;

/// Changes printed per file without `-v`.
const MAX_CHANGES: usize = 100;
/// Lines printed for one added or removed subtree without `-v`.
const MAX_LEAVES: usize = 12;

/// The structural diff, file by file, one leaf per line.
pub(super) fn changes(
    set: &ChangeSet,
    human: Human<'_>,
    mark: &dyn Fn(&str, &str) -> Option<Severity>,
    unrated: &dyn Fn(usize, usize) -> bool,
) -> String {
    let look = human.look;
    let mut out = String::new();
    for (at, file) in set.files.iter().enumerate() {
        let state = match (&file.old, &file.new) {
            (None, Some(_)) => " (new file)",
            (Some(_), None) => " (file removed)",
            _ => "",
        };
        let _ = writeln!(
            out,
            "  {}{state}",
            look.paint(Paint::Strong, &visible(file.display()))
        );
        let mut rows: Vec<Row> = Vec::new();
        let mut document = None;
        let several = [&file.old, &file.new]
            .into_iter()
            .flatten()
            .any(|tree| tree.documents.len() > 1);
        for (nth, change) in file.changes.iter().enumerate() {
            if !look.verbose && rows.len() >= MAX_CHANGES {
                let more = file.changes.len().saturating_sub(rows.len());
                rows.push(Row::note(format!(
                    "… {} (-v shows all)",
                    counted(more.max(1), "more change")
                )));
                break;
            }
            if several && document != Some(change.document) {
                document = Some(change.document);
                rows.push(Row::note(document_title(file, change)));
            }
            let mut of_change = change_rows(file, change, human, mark);
            if let Some(row) = of_change
                .first_mut()
                .filter(|row| row.mark.is_none() && unrated(at, nth))
            {
                row.note = format!("{} unrated", row.note).trim_start().to_owned();
            }
            rows.extend(of_change);
        }
        let width = rows
            .iter()
            .filter(|row| row.sign != ' ')
            .map(|row| row.path.width())
            .max()
            .unwrap_or(0)
            .min(34);
        for row in rows {
            out.push_str(&row.line(width, look));
        }
        for note in &file.notes {
            let _ = writeln!(out, "    {}", look.paint(Paint::Dim, note));
        }
        out.push('\n');
    }
    out
}

fn document_title(file: &FileDiff, change: &Change) -> String {
    let root = if change.new.is_some() {
        change.roots.new
    } else {
        change.roots.old
    };
    let identity = file
        .tree_of(change)
        .and_then(|tree| crate::diff::document_identity(tree, root?));
    match identity {
        Some(identity) => format!("document {}: {}", change.document, visible(&identity)),
        None => format!("document {}", change.document),
    }
}

/// One printed line of a diff.
struct Row {
    sign: char,
    path: String,
    old: Option<String>,
    new: Option<String>,
    note: String,
    mark: Option<Severity>,
}

impl Row {
    fn note(note: String) -> Self {
        Self {
            sign: ' ',
            path: String::new(),
            old: None,
            new: None,
            note,
            mark: None,
        }
    }

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
        let arrow = look.pick("→", "->");
        let note = if self.note.is_empty() {
            String::new()
        } else {
            format!("  {}", self.note)
        };
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
        let path = fit(&self.path, look.width.saturating_sub(4 + mark_width));
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

fn change_rows(
    file: &FileDiff,
    change: &Change,
    human: Human<'_>,
    mark: &dyn Fn(&str, &str) -> Option<Severity>,
) -> Vec<Row> {
    let path = change.path.to_string();
    let severity = mark(file.display(), &path);
    let sign = match change.kind {
        ChangeKind::Changed | ChangeKind::TypeChanged => '~',
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Moved => '>',
        ChangeKind::Reordered => '=',
    };
    let shown_path = |path: &KeyPath| {
        let text = path.to_string();
        visible(if text.is_empty() { "(document)" } else { &text }).into_owned()
    };
    let row = |note: String, old: Option<String>, new: Option<String>| Row {
        sign,
        path: shown_path(&change.path),
        old,
        new,
        note,
        mark: severity,
    };
    let old_path = change.old_path.as_ref().unwrap_or(&change.path);
    match change.kind {
        ChangeKind::Moved => {
            let position = |path: &KeyPath| {
                path.to_string()
                    .rsplit('[')
                    .next()
                    .map(|rest| format!("[{rest}"))
                    .unwrap_or_default()
            };
            let note = format!("moved from {}", position(old_path));
            vec![row(
                note,
                None,
                side(file, change, true, human).map(|(text, _)| text),
            )]
        }
        ChangeKind::Reordered => vec![row("another order, same items".into(), None, None)],
        ChangeKind::Changed | ChangeKind::TypeChanged => {
            let (old, new) = (side(file, change, false, human), side(file, change, true, human));
            let note = match (&old, &new) {
                _ if change.kind == ChangeKind::TypeChanged => type_note(file, change),
                (Some((old, _)), Some((new, _))) if old == REDACTED && new == REDACTED => {
                    "differs".to_owned()
                }
                _ => magnitude(file, change),
            };
            vec![row(note, old.map(|(text, _)| text), new.map(|(text, _)| text))]
        }
        ChangeKind::Added | ChangeKind::Removed => leaves(file, change, human, sign, mark),
    }
}

fn type_note(file: &FileDiff, change: &Change) -> String {
    let word = |tree: Option<&Arc<Tree>>, id: Option<NodeId>| {
        let (Some(tree), Some(id)) = (tree, id) else {
            return String::new();
        };
        let tag = tree
            .tag(id)
            .map(|tag| format!("{} ", visible(tag)))
            .unwrap_or_default();
        format!("{tag}{}", tree.kind(id).word())
    };
    let (old, new) = (
        word(file.old.as_ref(), change.old),
        word(file.new.as_ref(), change.new),
    );
    format!("({old}, now {new})")
}

/// `x0.25` for values with a magnitude.
fn magnitude(file: &FileDiff, change: &Change) -> String {
    let text =
        |tree: &Option<Arc<Tree>>, id: Option<NodeId>| Some(tree.as_deref()?.scalar(id?)?.text.to_owned());
    // A version is no magnitude, however it looks.
    if change
        .path
        .last_key()
        .is_some_and(|key| key.to_ascii_lowercase().contains("version"))
    {
        return String::new();
    }
    let pair = text(&file.old, change.old)
        .zip(text(&file.new, change.new))
        .and_then(|(old, new)| {
            let key = change.path.last_key();
            Quantity::parse_for_key(&old, key)?.common(&Quantity::parse_for_key(&new, key)?)
        });
    match pair {
        Some((old, new)) if old != 0.0 && new / old > 0.0 && (new / old - 1.0).abs() > 0.001 => {
            let ratio = new / old;
            let text = if ratio >= 100.0 {
                format!("{ratio:.0}")
            } else {
                format!("{ratio:.2}")
            };
            let text = if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.')
            } else {
                &text
            };
            if text == "0" {
                String::new()
            } else {
                format!("x{text}")
            }
        }
        _ => String::new(),
    }
}

/// One side of a change as text; whether it is a scalar.
fn side(file: &FileDiff, change: &Change, new: bool, human: Human<'_>) -> Option<(String, bool)> {
    let (tree, id) = if new {
        (file.new.as_deref()?, change.new?)
    } else {
        (file.old.as_deref()?, change.old?)
    };
    let path = if new {
        &change.path
    } else {
        change.old_path.as_ref().unwrap_or(&change.path)
    };
    let shower = Shower {
        tree,
        root: (if new { change.roots.new } else { change.roots.old }).unwrap_or(id),
        redactor: Some(human.redactor),
    };
    Some(value_text(tree, shower, path, id))
}

fn value_text(tree: &Tree, shower: Shower<'_>, path: &KeyPath, id: NodeId) -> (String, bool) {
    let tag = tree
        .tag(id)
        .map(|tag| format!("{} ", visible(tag)))
        .unwrap_or_default();
    match tree.kind(id) {
        Kind::Scalar(scalar) => {
            let text = shower.text(path, id).unwrap_or_default();
            let lines = text.lines().count();
            let quote = scalar.kind == ScalarKind::String && text != REDACTED && needs_quotes(&text);
            let shown = visible(&text);
            let shown = if quote {
                format!("\"{}\"", shown.replace('"', "\\\""))
            } else {
                shown.into_owned()
            };
            let more = if lines > 3 {
                format!(" ({lines} lines)")
            } else {
                String::new()
            };
            (format!("{tag}{shown}{more}"), true)
        }
        Kind::Sequence([]) => (format!("{tag}[]"), false),
        Kind::Mapping([]) => (format!("{tag}{{}}"), false),
        Kind::Sequence(items) => (format!("{tag}[{}]", counted(items.len(), "item")), false),
        Kind::Mapping(entries) => (format!("{tag}{{{}}}", counted(entries.len(), "key")), false),
    }
}

fn leaves(
    file: &FileDiff,
    change: &Change,
    human: Human<'_>,
    sign: char,
    mark: &dyn Fn(&str, &str) -> Option<Severity>,
) -> Vec<Row> {
    let added = change.kind == ChangeKind::Added;
    let (tree, id) = if added {
        (&file.new, change.new)
    } else {
        (&file.old, change.old)
    };
    let (Some(tree), Some(id)) = (tree, id) else {
        return Vec::new();
    };
    let shower = Shower {
        tree,
        root: (if added { change.roots.new } else { change.roots.old }).unwrap_or(id),
        redactor: Some(human.redactor),
    };
    let limit = if human.look.verbose { 100_000 } else { MAX_LEAVES };
    let mut rows = Vec::new();
    let mut stack = vec![(change.path.clone(), id)];
    let mut left = 0_usize;
    while let Some((path, id)) = stack.pop() {
        let below = named_children(tree, id);
        if !below.is_empty() {
            stack.extend(
                below
                    .into_iter()
                    .rev()
                    .map(|(segment, child)| (path.join(segment), child)),
            );
            if stack.len() > 1_000_000 {
                break;
            }
            continue;
        }
        if rows.len() >= limit {
            left += 1;
            if left > 1_000_000 {
                break;
            }
            continue;
        }
        let (text, _) = value_text(tree, shower, &path, id);
        let (old, new) = if added {
            (None, Some(text))
        } else {
            (Some(text), None)
        };
        let name = path.to_string();
        let mark = mark(file.display(), &name);
        let name = visible(if name.is_empty() { "(document)" } else { &name }).into_owned();
        rows.push(Row {
            sign,
            path: name,
            old,
            new,
            note: String::new(),
            mark,
        });
    }
    if left > 0 {
        rows.push(Row::note(format!(
            "{sign} {} (-v shows all)",
            counted(left, "more value")
        )));
    }
    rows
}

//! A diff as rows, for every format: what is said of each change, without layout. Values are redacted and
//! safe to print; the rows of a resource stand together, the riskiest first.

use std::sync::Arc;

use super::escape::visible;
use super::hunk::{Line, Text, body, hunks};
use super::value::{Shower, needs_quotes};
use super::{View, certificate, counted};
use crate::diff::{Change, ChangeKind, ChangeSet, FileDiff, Shown};
use crate::doc::digest::{Sha, hex};
use crate::doc::mask::{REDACTED, mask_lines};
use crate::doc::quantity::Quantity;
use crate::doc::secret::Redactor;
use crate::doc::table::named_children;
use crate::doc::{BLOCK, KeyPath, Kind, NodeId, Note, SPELLED, ScalarKind, Tree};
use crate::settings::Severity;

/// Changes shown per file unless all are asked for.
const MAX_CHANGES: usize = 100;
/// Rows shown for one added or removed subtree unless all are asked for.
const MAX_LEAVES: usize = 12;
/// Lines shown of one text unless all are asked for.
const MAX_LINES: usize = 40;
/// Lines shown of a text that came or went.
pub(super) const MAX_BODY: usize = 8;

/// The changes of one file.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) title: String,
    pub(super) groups: Vec<Group>,
    /// How it was compared, what is not shown.
    pub(super) footer: Vec<String>,
}

/// The changes of one document.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) title: Option<String>,
    pub(super) rows: Vec<Row>,
    /// What was cut.
    pub(super) more: Option<String>,
}

/// What one line says.
#[derive(Debug)]
pub(super) struct Row {
    /// `~ + - > =`, or a blank for something said about the rows above.
    pub(super) sign: char,
    pub(super) path: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) note: String,
    pub(super) mark: Option<Severity>,
    /// Of a text of several lines, or of certificates: instead of `old` and `new`.
    pub(super) lines: Vec<Line>,
}

impl Row {
    /// Several lines under a title.
    pub(super) fn of_lines(sign: char, title: &str, lines: Vec<Line>) -> Self {
        Self {
            sign,
            path: title.to_owned(),
            lines,
            ..Self::note(String::new())
        }
    }

    fn note(note: String) -> Self {
        Self {
            sign: ' ',
            path: String::new(),
            old: None,
            new: None,
            note,
            mark: None,
            lines: Vec::new(),
        }
    }
}

/// What rows are made with besides the changes.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) view: View,
    pub(super) redactor: &'a Redactor,
    /// The worst severity of the rules that hit a path of a file.
    pub(super) mark: &'a dyn Fn(&str, &str) -> Option<Severity>,
    /// Whether no rule covers a change, by the positions of file and change.
    pub(super) unrated: &'a dyn Fn(usize, usize) -> bool,
}

/// Every file with something to show.
pub(super) fn blocks(set: &ChangeSet, maker: Maker<'_>) -> Vec<Block> {
    let files = set.files.iter().enumerate();
    files.map(|(at, file)| maker.block(at, file)).collect()
}

impl Maker<'_> {
    fn block(&self, at: usize, file: &FileDiff) -> Block {
        let state = match (&file.old, &file.new) {
            (None, Some(_)) => " (new file)",
            (Some(_), None) => " (file removed)",
            (Some(_), Some(_)) | (None, None) => "",
        };
        let renamed = file
            .renamed_from
            .as_ref()
            .map(|before| format!(" (was {})", visible(before)))
            .unwrap_or_default();
        let groups = self.text_group(at, file).map(|group| vec![group]);
        Block {
            title: format!("{}{state}{renamed}", visible(file.display())),
            groups: groups.unwrap_or_else(|| self.groups(at, file)),
            footer: self.footer(file),
        }
    }

    fn groups(&self, at: usize, file: &FileDiff) -> Vec<Group> {
        let several = [&file.old, &file.new]
            .into_iter()
            .flatten()
            .any(|tree| tree.documents.len() > 1);
        let mut groups: Vec<(usize, Group)> = Vec::new();
        let mut shown = file.shown(self.view.verbose);
        let left = if self.view.everything() {
            0
        } else {
            shown.len().saturating_sub(MAX_CHANGES)
        };
        shown.truncate(shown.len() - left);
        for shown in &shown {
            let change = &file.changes[shown.at];
            let mut rows = self.rows(file, change);
            if let Some(row) = rows.first_mut() {
                self.add_remarks(row, (at, file), shown);
            }
            for row in rows
                .iter_mut()
                .skip(1)
                .filter(|row| change.ignored && row.sign != ' ')
            {
                row.note = format!("{} ignored", row.note).trim_start().to_owned();
            }
            match groups.last_mut() {
                Some((document, group)) if *document == change.document => group.rows.extend(rows),
                _ => {
                    let title = several.then(|| document_title(file, change));
                    let more = None;
                    groups.push((change.document, Group { title, rows, more }));
                }
            }
        }
        let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
        for group in &mut groups {
            riskiest_first(&mut group.rows);
        }
        if let Some(group) = groups.last_mut().filter(|_| left > 0) {
            group.more = Some(format!("… {} (-v shows all)", counted(left, "more change")));
        }
        groups
    }

    /// What is said of a change beside its values.
    pub(super) fn add_remarks(&self, row: &mut Row, (at, file): (usize, &FileDiff), shown: &Shown) {
        let mut remarks: Vec<String> = row.note.split(", ").map(str::to_owned).collect();
        let all = || std::iter::once(shown.at).chain(shown.others.iter().copied());
        // A risk at one of the places is a risk.
        let marks = all().map(|nth| (self.mark)(file.display(), &file.changes[nth].path.to_string()));
        row.mark = row.mark.max(marks.max().flatten());
        if !shown.others.is_empty() {
            remarks.push(format!("applies at {} places", shown.others.len() + 1));
        }
        if file.changes[shown.at].ignored {
            remarks.push("ignored".to_owned());
        } else if row.mark.is_none() && all().any(|nth| (self.unrated)(at, nth)) {
            remarks.push("unrated".to_owned());
        }
        let mut seen = std::collections::BTreeSet::new();
        remarks.retain(|remark| !remark.is_empty() && seen.insert(remark.clone()));
        row.note = remarks.join(", ");
    }

    fn footer(&self, file: &FileDiff) -> Vec<String> {
        let mut out: Vec<String> = file.notes.iter().map(|note| visible(note).into_owned()).collect();
        // The lines of a text file are matched like in every diff.
        let text = |tree: &Arc<Tree>| tree.notes.iter().any(|note| matches!(note, Note::ReadAsText(_)));
        let texts = file.old.iter().chain(&file.new).all(text);
        if !file.matched.is_empty() && !texts {
            let matched = file
                .matched
                .iter()
                .map(|(list, by)| format!("{} by {}", visible(list), visible(by)))
                .collect::<Vec<_>>();
            out.push(format!("list items matched: {}", matched.join(", ")));
        }
        let ignored = file.ignored();
        if ignored > 0 {
            let hint = if self.view.verbose { "" } else { " (-v lists them)" };
            out.push(format!("{} ignored{hint}", counted(ignored, "change")));
        }
        out
    }

    fn path(&self, file: &FileDiff, change: &Change, path: &KeyPath) -> String {
        self.view.path(file.display(), change.document, path)
    }

    pub(super) fn rows(&self, file: &FileDiff, change: &Change) -> Vec<Row> {
        let dotted = change.path.to_string();
        let row = |note: String, old: Option<String>, new: Option<String>| Row {
            sign: sign(change.kind),
            path: self.path(file, change, &change.path),
            old,
            new,
            note,
            mark: (self.mark)(file.display(), &dotted),
            lines: Vec::new(),
        };
        match change.kind {
            ChangeKind::Moved if change.path.segments.is_empty() => {
                let before = file.renamed_from.as_deref().unwrap_or_default();
                let name = |name: &str| Some(visible(name).into_owned());
                vec![row("renamed".into(), name(before), name(&file.name))]
            }
            ChangeKind::Moved => {
                let old_path = change.old_path.as_ref().unwrap_or(&change.path);
                let position = match old_path.segments.last() {
                    Some(crate::doc::Segment::Index(index) | crate::doc::Segment::Item { index, .. }) => {
                        format!("[{index}]")
                    }
                    Some(crate::doc::Segment::Key { .. }) | None => String::new(),
                };
                let value = self.side(file, change, true);
                vec![row(format!("moved from {position}"), None, value)]
            }
            ChangeKind::Reordered if change.new.is_none() => {
                vec![row("the documents stand in another order".into(), None, None)]
            }
            ChangeKind::Reordered => {
                // Items may have come and gone beside.
                let count = |tree: &Option<Arc<Tree>>, id: Option<NodeId>| {
                    let below = tree.as_deref().zip(id).map(|(tree, id)| tree.kind(id));
                    match below {
                        Some(Kind::Sequence(items)) => items.len(),
                        Some(Kind::Mapping(entries)) => entries.len(),
                        Some(Kind::Scalar(_)) | None => 0,
                    }
                };
                let stayed = change.order.iter().flatten().count();
                let all = stayed == change.order.len() && stayed == count(&file.old, change.old);
                let note = if all {
                    "another order, same items"
                } else {
                    "another order of the items that stayed"
                };
                vec![row(note.into(), None, None)]
            }
            ChangeKind::Changed | ChangeKind::TypeChanged => {
                if let Some(lines) = self.text_change(file, change) {
                    return vec![Row {
                        lines,
                        ..row(String::new(), None, None)
                    }];
                }
                let (old, new) = (self.side(file, change, false), self.side(file, change, true));
                let below = |id: Option<NodeId>, tree: &Option<Arc<Tree>>| {
                    let kind = tree.as_deref().zip(id).map(|(tree, id)| tree.kind(id));
                    matches!(kind, Some(Kind::Mapping([_, ..]) | Kind::Sequence([_, ..])))
                };
                // Containers are more than their number of items: what is in them is shown on both sides.
                if below(change.old, &file.old) || below(change.new, &file.new) {
                    let mut rows = vec![row(type_note(file, change), old, new)];
                    rows.extend(self.leaves(file, change, false));
                    rows.extend(self.leaves(file, change, true));
                    return rows;
                }
                let note = match (&old, &new) {
                    _ if change.kind == ChangeKind::TypeChanged => type_note(file, change),
                    (Some(old), Some(new)) if old == new => "differs".to_owned(),
                    _ => magnitude(file, change),
                };
                vec![row(note, old, new)]
            }
            ChangeKind::Added => self.leaves(file, change, true),
            ChangeKind::Removed => self.leaves(file, change, false),
        }
    }

    /// One side of a change as text.
    fn side(&self, file: &FileDiff, change: &Change, new: bool) -> Option<String> {
        let (tree, id, root, path) = whole_side(file, change, new)?;
        Some(value_text(tree, self.shower(tree, root), path, id))
    }

    pub(super) fn shower<'t>(&'t self, tree: &'t Tree, root: NodeId) -> Shower<'t> {
        Shower {
            tree,
            root,
            redactor: Some(self.redactor),
        }
    }

    /// A string's text, where it is shown as it is.
    fn open_text(&self, file: &FileDiff, change: &Change, new: bool) -> Option<String> {
        let (tree, id, root, path) = whole_side(file, change, new)?;
        let scalar = tree.scalar(id)?;
        if scalar.kind != ScalarKind::String || tree.tag(id).is_some() {
            return None;
        }
        let text = self.shower(tree, root).text(path, id)?;
        (text != REDACTED).then(|| text.into_owned())
    }

    /// Texts of several lines, and certificates.
    fn text_change(&self, file: &FileDiff, change: &Change) -> Option<Vec<Line>> {
        let old = self.open_text(file, change, false)?;
        let new = self.open_text(file, change, true)?;
        let whole = |new: bool| {
            let (tree, id, ..) = whole_side(file, change, new)?;
            Some(tree.scalar(id)?.text)
        };
        let old = Text {
            whole: whole(false)?,
            masked: &old,
        };
        let new = Text {
            whole: whole(true)?,
            masked: &new,
        };
        if let Some(lines) = self.certificates(old, new) {
            return Some(lines);
        }
        if !old.masked.trim_end().contains('\n') && !new.masked.trim_end().contains('\n') {
            return None;
        }
        let lines = hunks(old, new, self.view.context, self.most(MAX_LINES));
        // Texts that differ in their last line break only have the same lines.
        (!lines.is_empty()).then_some(lines)
    }

    /// Two texts that hold certificates: what is said of these, and what else differs.
    pub(super) fn certificates(&self, old: Text<'_>, new: Text<'_>) -> Option<Vec<Line>> {
        let summary = |text: Text<'_>| certificate::summary(text.whole, self.view.today);
        let (old, new) = (summary(old)?, summary(new)?);
        // Enough to show whose the line is that differs.
        let (around, most) = (self.view.context.max(certificate::LINES), self.most(MAX_LINES));
        let blocks = |summary: &certificate::Summary| {
            let lines = |text: &dyn Fn(&(String, Sha)) -> String| {
                summary
                    .blocks
                    .iter()
                    .map(|block| text(block) + "\n")
                    .collect::<String>()
            };
            (
                lines(&|(said, digest)| format!("{said}{}", hex(digest))),
                lines(&|(said, _)| said.clone()),
            )
        };
        let rest = |summary: &certificate::Summary| (summary.rest.clone(), mask_lines(&summary.rest));
        let mut lines = Vec::new();
        for (old, new) in [(blocks(&old), blocks(&new)), (rest(&old), rest(&new))] {
            let text = |(whole, masked)| Text { whole, masked };
            let (old, new) = ((old.0.as_str(), old.1.as_str()), (new.0.as_str(), new.1.as_str()));
            lines.extend(hunks(text(old), text(new), around, most));
        }
        if lines.is_empty() {
            let same = "the same certificates, written in another way";
            lines.push(Line::Gap(same.to_owned()));
        }
        Some(lines)
    }

    /// A number of lines, unless all are asked for.
    pub(super) fn most(&self, lines: usize) -> usize {
        if self.view.everything() { usize::MAX } else { lines }
    }

    /// What stands below a change on one side, a row each.
    fn leaves(&self, file: &FileDiff, change: &Change, added: bool) -> Vec<Row> {
        let sign = if added { '+' } else { '-' };
        let Some((tree, id, root, start)) = whole_side(file, change, added) else {
            // A file without any document.
            return vec![Row {
                sign,
                path: self.path(file, change, &change.path),
                ..Row::note("empty".to_owned())
            }];
        };
        let limit = if self.view.everything() {
            100_000
        } else {
            MAX_LEAVES
        };
        let mut rows = Vec::new();
        let mut stack = vec![(start.clone(), id)];
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
            rows.push(self.leaf((file, change), (tree, root), (&path, id), added));
        }
        if left > 0 {
            rows.push(Row::note(format!(
                "{sign} {} (-v shows all)",
                counted(left, "more value")
            )));
        }
        rows
    }

    fn leaf(
        &self,
        (file, change): (&FileDiff, &Change),
        (tree, root): (&Tree, NodeId),
        (path, id): (&KeyPath, NodeId),
        added: bool,
    ) -> Row {
        let shower = self.shower(tree, root);
        let mut row = Row {
            sign: if added { '+' } else { '-' },
            path: self.path(file, change, path),
            old: None,
            new: None,
            note: String::new(),
            mark: (self.mark)(file.display(), &path.to_string()),
            lines: Vec::new(),
        };
        let text = tree
            .scalar(id)
            .filter(|scalar| scalar.kind == ScalarKind::String && tree.tag(id).is_none())
            .and_then(|_| shower.text(path, id))
            .filter(|text| text.trim_end().contains('\n'));
        if let Some(text) = text {
            let part = |line: String| {
                let part = vec![(false, line)];
                if added { Line::New(part) } else { Line::Old(part) }
            };
            let whole = tree.scalar(id).map_or("", |scalar| scalar.text);
            row.lines = match certificate::summary(whole, self.view.today) {
                Some(summary) => {
                    let rest = body(&mask_lines(&summary.beside()), added, self.most(MAX_BODY));
                    summary.lines().map(part).chain(rest).collect()
                }
                None => body(&text, added, self.most(MAX_BODY)),
            };
            return row;
        }
        let value = Some(value_text(tree, shower, path, id));
        if added {
            row.new = value;
        } else {
            row.old = value;
        }
        row
    }
}

fn sign(kind: ChangeKind) -> char {
    match kind {
        ChangeKind::Changed | ChangeKind::TypeChanged => '~',
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Moved => '>',
        ChangeKind::Reordered => '=',
    }
}

/// Stable: rows of one risk stay in reading order. What is said about a row stays below it.
fn riskiest_first(rows: &mut Vec<Row>) {
    let mut units: Vec<Vec<Row>> = Vec::new();
    for row in rows.drain(..) {
        match units.last_mut() {
            Some(unit) if row.sign == ' ' => unit.push(row),
            _ => units.push(vec![row]),
        }
    }
    units.sort_by_key(|unit| std::cmp::Reverse(unit.first().and_then(|row| row.mark)));
    rows.extend(units.into_iter().flatten());
}

/// A side's tree, value, document root and path.
fn whole_side<'f>(
    file: &'f FileDiff,
    change: &'f Change,
    new: bool,
) -> Option<(&'f Tree, NodeId, NodeId, &'f KeyPath)> {
    if new {
        let id = change.new?;
        Some((
            file.new.as_deref()?,
            id,
            change.roots.new.unwrap_or(id),
            &change.path,
        ))
    } else {
        let id = change.old?;
        let path = change.old_path.as_ref().unwrap_or(&change.path);
        Some((file.old.as_deref()?, id, change.roots.old.unwrap_or(id), path))
    }
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

fn type_note(file: &FileDiff, change: &Change) -> String {
    let word = |tree: Option<&Arc<Tree>>, id: Option<NodeId>| {
        let (Some(tree), Some(id)) = (tree, id) else {
            return String::new();
        };
        match tree.tag(id) {
            Some(BLOCK) => "block".to_owned(),
            Some(tag) if tag.starts_with(SPELLED) => "spelled otherwise".to_owned(),
            Some(tag) => format!("{} {}", visible(tag), tree.kind(id).word()),
            None => tree.kind(id).word().to_owned(),
        }
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

fn value_text(tree: &Tree, shower: Shower<'_>, path: &KeyPath, id: NodeId) -> String {
    let tag = tree
        .written_tag(id)
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
            format!("{tag}{shown}{more}")
        }
        Kind::Sequence([]) => format!("{tag}[]"),
        Kind::Mapping([]) => format!("{tag}{{}}"),
        Kind::Sequence(items) => format!("{tag}[{}]", counted(items.len(), "item")),
        Kind::Mapping(entries) => format!("{tag}{{{}}}", counted(entries.len(), "key")),
    }
}

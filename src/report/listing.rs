//! A file that is compared as text, shown as the hunks of a unified diff. They are made from the diff's own
//! alignment: what is shown is what was judged.

use std::collections::BTreeSet;
use std::ops::Range;

use super::certificate;
use super::escape::visible;
use super::hunk::{Line, Text, UNENDED, cut, replaced};
use super::rows::{Group, MAX_BODY, Maker, Row};
use crate::diff::{Change, ChangeKind, FileDiff, Shown};
use crate::doc::{KeyPath, Kind, NodeId, Note, Segment, Tree};

/// Lines of one file that are shown unless all are asked for.
const MAX_LINES: usize = 200;

/// One side of a text file: its lines, and how to show them.
struct Side<'t> {
    tree: &'t Tree,
    root: NodeId,
    items: &'t [NodeId],
}

impl<'t> Side<'t> {
    fn new(tree: &'t Tree) -> Option<Self> {
        let text = tree.notes.iter().any(|note| matches!(note, Note::ReadAsText(_)));
        let root = *tree.documents.first().filter(|_| text)?;
        match tree.kind(root) {
            Kind::Sequence(items) => Some(Self { tree, root, items }),
            Kind::Scalar(_) | Kind::Mapping(_) => None,
        }
    }

    fn line(&self, at: usize, maker: &Maker<'_>) -> String {
        let Some(id) = self.items.get(at).copied() else {
            return String::new();
        };
        let path = KeyPath::root().join(Segment::Index(at));
        let text = maker
            .shower(self.tree, self.root)
            .text(&path, id)
            .unwrap_or_default();
        let end = if self.tree.tag(id).is_some() { UNENDED } else { "" };
        format!("{}{end}", visible(&text))
    }

    fn lines(&self, range: Range<usize>, maker: &Maker<'_>) -> Vec<String> {
        range.map(|at| self.line(at, maker)).collect()
    }
}

/// Lines that differ, on both sides; either range may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Region {
    old: Range<usize>,
    new: Range<usize>,
}

impl Maker<'_> {
    /// The rows of a text file. [`None`] where it is none, or where not all of its changes are to be shown.
    pub(super) fn text_group(&self, at: usize, file: &FileDiff) -> Option<Group> {
        let shown = file.shown(true);
        if shown.is_empty() || shown.iter().any(|shown| file.changes[shown.at].ignored) {
            return None;
        }
        // Another name is said first, and the lines below it.
        let (renamed, shown): (Vec<Shown>, Vec<Shown>) = shown.into_iter().partition(|shown| {
            let change = &file.changes[shown.at];
            change.kind == ChangeKind::Moved && change.path.segments.is_empty()
        });
        let mut rows: Vec<Row> = Vec::new();
        for shown in &renamed {
            for mut row in self.rows(file, &file.changes[shown.at]) {
                self.add_remarks(&mut row, (at, file), shown);
                rows.push(row);
            }
        }
        rows.extend(match (&file.old, &file.new) {
            (Some(old), Some(new)) => {
                let sides = (Side::new(old)?, Side::new(new)?);
                match self.certificate_row(old, new) {
                    Some(row) => self.remarked(row, (at, file), &shown),
                    None => self.hunk_rows((at, file), sides, &shown)?,
                }
            }
            (Some(one), None) => self.remarked(self.whole(&Side::new(one)?, '-'), (at, file), &shown),
            (None, Some(one)) => self.remarked(self.whole(&Side::new(one)?, '+'), (at, file), &shown),
            (None, None) => return None,
        });
        Some(Group {
            title: None,
            rows,
            more: None,
        })
    }

    fn remarked(&self, mut row: Row, place: (usize, &FileDiff), shown: &[Shown]) -> Vec<Row> {
        for shown in shown {
            self.add_remarks(&mut row, place, shown);
        }
        vec![row]
    }

    fn certificate_row(&self, old: &Tree, new: &Tree) -> Option<Row> {
        let lines = self.certificates(Text::open(old.source().text()), Text::open(new.source().text()))?;
        Some(Row::of_lines('~', "certificates", lines))
    }

    /// A file that came or went.
    fn whole(&self, side: &Side<'_>, sign: char) -> Row {
        let most = self.most(MAX_BODY);
        let part = |line: String| {
            let parts = vec![(false, line)];
            if sign == '+' {
                Line::New(parts)
            } else {
                Line::Old(parts)
            }
        };
        let certificates = certificate::summary(side.tree.source().text(), self.view.today);
        let lines = match certificates.filter(|summary| summary.beside().is_empty()) {
            Some(summary) => summary.lines().map(part).collect(),
            None => {
                let shown = side.items.len().min(most);
                let mut lines: Vec<Line> = side.lines(0..shown, self).into_iter().map(part).collect();
                let left = side.items.len() - shown;
                if left > 0 {
                    lines.push(Line::Gap(format!("+{left} lines, --full")));
                }
                lines
            }
        };
        let what = super::counted(side.items.len(), "line");
        Row::of_lines(sign, &what, lines)
    }

    fn hunk_rows(
        &self,
        (at, file): (usize, &FileDiff),
        (old, new): (Side<'_>, Side<'_>),
        shown: &[Shown],
    ) -> Option<Vec<Row>> {
        let matched = file
            .lists
            .get(&(old.tree.target(old.root), new.tree.target(new.root)))?;
        let regions = regions(file, matched, old.items.len());
        let mut rows = Vec::new();
        let mut room = self.most(MAX_LINES);
        let mut told = BTreeSet::new();
        for hunk in grouped(&regions, self.view.context) {
            let (range, mut lines) = self.hunk(hunk, &old, &new);
            let mut row = Row::of_lines('~', &header(&range), Vec::new());
            let here = shown
                .iter()
                .filter(|shown| touches(&file.changes[shown.at], hunk));
            for shown in here {
                told.insert(shown.at);
                self.add_remarks(&mut row, (at, file), shown);
            }
            if room == 0 {
                // What is cut still counts for the risk that is shown.
                lines = vec![Line::Gap(format!("+{} lines, --full", lines.len()))];
            } else {
                cut(&mut lines, room);
                room = room.saturating_sub(lines.len());
            }
            row.lines = lines;
            rows.push(row);
        }
        // Nothing may be judged and not shown.
        (told.len() == shown.len()).then_some(rows)
    }

    /// A hunk's whole range and its lines.
    fn hunk(&self, regions: &[Region], old: &Side<'_>, new: &Side<'_>) -> (Region, Vec<Line>) {
        let around = self.view.context;
        let mut lines = Vec::new();
        let mut whole: Option<Region> = None;
        let context = |range: Range<usize>| new.lines(range, self).into_iter().map(Line::Context);
        for region in regions {
            let before = match &whole {
                Some(whole) => region.new.start - whole.new.end,
                None => around.min(region.new.start).min(region.old.start),
            };
            lines.extend(context(region.new.start - before..region.new.start));
            let (olds, news) = (
                old.lines(region.old.clone(), self),
                new.lines(region.new.clone(), self),
            );
            replaced(&olds, &news, &mut lines);
            let start = whole.map_or((region.old.start - before, region.new.start - before), |whole| {
                (whole.old.start, whole.new.start)
            });
            whole = Some(Region {
                old: start.0..region.old.end,
                new: start.1..region.new.end,
            });
        }
        let mut whole = whole.unwrap_or(Region { old: 0..0, new: 0..0 });
        let after = around.min(new.items.len() - whole.new.end);
        lines.extend(context(whole.new.end..whole.new.end + after));
        whole.old.end += after;
        whole.new.end += after;
        (whole, lines)
    }
}

/// `@@ -3,5 +3,6 @@`, as in every unified diff.
fn header(range: &Region) -> String {
    let side = |range: &Range<usize>| {
        // An empty range is named by the line before it.
        let start = range.start + usize::from(!range.is_empty());
        match range.len() {
            1 => start.to_string(),
            length => format!("{start},{length}"),
        }
    };
    format!("@@ -{} +{} @@", side(&range.old), side(&range.new))
}

/// Whether a change is one of a hunk's.
fn touches(change: &Change, regions: &[Region]) -> bool {
    let index = |path: &KeyPath| match path.segments.as_slice() {
        [Segment::Index(at)] => Some(*at),
        _ => None,
    };
    let old = change.old_path.as_ref().and_then(index);
    let new = change.new.and_then(|_| index(&change.path));
    regions.iter().any(|region| {
        old.is_some_and(|at| region.old.contains(&at)) || new.is_some_and(|at| region.new.contains(&at))
    })
}

/// What lies between the lines that stayed.
fn regions(file: &FileDiff, matched: &[Option<usize>], olds: usize) -> Vec<Region> {
    let mut touched = BTreeSet::new();
    for change in file.changes.iter().filter(|change| change.new.is_some()) {
        if let ([Segment::Index(at)], true) = (
            change.path.segments.as_slice(),
            change.kind != ChangeKind::Reordered,
        ) {
            touched.insert(*at);
        }
    }
    let stayed = matched
        .iter()
        .enumerate()
        .filter(|(at, _)| !touched.contains(at))
        .filter_map(|(at, before)| Some(((*before)?, at)));
    let mut out = Vec::new();
    let (mut old, mut new) = (0, 0);
    for (old_at, new_at) in stayed.chain(std::iter::once((olds, matched.len()))) {
        if old < old_at || new < new_at {
            out.push(Region {
                old: old..old_at.max(old),
                new: new..new_at,
            });
        }
        (old, new) = (old_at + 1, new_at + 1);
    }
    out
}

/// Regions whose context touches are one hunk.
fn grouped(regions: &[Region], around: usize) -> Vec<&[Region]> {
    let near = around.saturating_mul(2);
    regions.chunk_by(|a, b| b.new.start - a.new.end <= near).collect()
}

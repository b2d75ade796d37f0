//! For people: what changed, one line per leaf; what was found, with its source line; the checks, one
//! line each; the verdict, last.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity as Level, SourceCode,
};
use unicode_width::UnicodeWidthStr;

use super::escape::visible;
use super::snippet::Snippet;
use super::value::{Shower, needs_quotes};
use super::{Look, Paint};
use crate::address::Outcome;
use crate::diff::{Change, ChangeKind, ChangeSet, FileDiff};
use crate::doc::digest::hex;
use crate::doc::quantity::Quantity;
use crate::doc::secret::{REDACTED, Redactor};
use crate::doc::table::{Fault, children};
use crate::doc::{KeyPath, Kind, NodeId, ScalarKind, SourceFile, Span, Tree};
use crate::gate::{AddressReport, CheckOutcome, EnvironmentOutcome, Finding, StampStatus, Verdict, Weight};
use crate::settings::{Action, Moment, Severity};

/// Changes printed per file without `-v`.
const MAX_CHANGES: usize = 100;
/// Lines printed for one added or removed subtree without `-v`.
const MAX_LEAVES: usize = 12;
/// Findings printed with their source line; the rest take one line each.
const MAX_REPORTS: usize = 40;

/// What the human report needs besides the outcome.
#[derive(Clone, Copy)]
pub struct Human<'a> {
    /// How it looks.
    pub look: Look,
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// The flags that name the same comparison again, for the printed `tollgate ack` line.
    pub again: &'a str,
}

/// The report of a check.
#[must_use]
pub fn check(outcome: &CheckOutcome, human: Human<'_>) -> String {
    let mut out = String::new();
    if !human.look.quiet {
        for environment in &outcome.environments {
            out.push_str(&environment_part(outcome, environment, human));
        }
        for skipped in &outcome.skipped {
            let line = format!(
                "  skipped: {} ({})\n",
                visible(&skipped.what),
                visible(&skipped.why)
            );
            out.push_str(&human.look.paint(Paint::Caution, &line));
        }
    }
    out.push_str(&closing(outcome, human.look));
    out
}

fn environment_part(outcome: &CheckOutcome, environment: &EnvironmentOutcome, human: Human<'_>) -> String {
    let look = human.look;
    let mut out = String::new();
    let mut title = Vec::new();
    if !environment.name.is_empty() {
        title.push(look.paint(Paint::Strong, &visible(&environment.name)));
    }
    for set in &environment.sets {
        let name = if set.name.is_empty() {
            String::new()
        } else {
            format!("{} ", visible(&set.name))
        };
        title.push(format!("{name}{}", counted(set.files, "file")));
    }
    title.push(counted(environment.change_count(), "change"));
    let _ = writeln!(out, "  {}\n", title.join(look.pick(" · ", " - ")));

    let marks = risk_marks(environment);
    for set in &environment.sets {
        let risk = |display: &str, path: &str| marks.get(&(display.to_owned(), path.to_owned())).copied();
        let unrated = |at: usize, nth: usize| set.unrated.contains(&(at, nth));
        out.push_str(&changes(&set.changes, human, &risk, &unrated));
    }
    out.push_str(&findings(environment, human));
    out.push_str(&summary(outcome, environment, look));
    out
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

/// The worst rule severity per file and path, for marking changed lines.
fn risk_marks(environment: &EnvironmentOutcome) -> BTreeMap<(String, String), Severity> {
    let mut marks: BTreeMap<(String, String), Severity> = BTreeMap::new();
    for finding in environment
        .findings
        .iter()
        .filter(|finding| finding.rule.is_some() && finding.action > Action::Note)
    {
        if let Some(place) = &finding.place {
            let mark = marks
                .entry((place.source.display.clone(), place.path.clone()))
                .or_insert(finding.severity);
            *mark = (*mark).max(finding.severity);
        }
    }
    marks
}

/// The structural diff, file by file, one leaf per line.
#[must_use]
pub fn changes(
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

/// Cuts a text to a width, at its end.
fn fit(text: &str, width: usize) -> String {
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

fn fit_pair(old: &str, new: &str, room: usize) -> (String, String) {
    if old.width() + new.width() <= room {
        return (old.to_owned(), new.to_owned());
    }
    fit_pair_apart(old, new, room / 2)
}

/// Cuts both so that what differs stays visible: a long common beginning is left out on both sides.
fn fit_pair_apart(old: &str, new: &str, width: usize) -> (String, String) {
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
        let below = children(tree, id);
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

fn findings(environment: &EnvironmentOutcome, human: Human<'_>) -> String {
    let look = human.look;
    let shown: Vec<&Finding> = environment
        .findings
        .iter()
        .filter(|finding| look.verbose || finding.action > Action::Note)
        .collect();
    let mut secrets: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for tree in trees(environment) {
        secrets
            .entry(tree.source().display.clone())
            .or_insert_with(|| human.redactor.hidden_spans(tree));
    }
    let mut out = String::new();
    for (at, finding) in shown.iter().enumerate() {
        if at < MAX_REPORTS {
            let hidden = finding
                .place
                .as_ref()
                .and_then(|place| secrets.get(&place.source.display));
            out.push_str(&report(finding, hidden.map(Vec::as_slice), human));
        } else {
            out.push_str(&one_line(finding, look));
        }
    }
    if shown.len() > MAX_REPORTS {
        out.push('\n');
    }
    out
}

/// Every tree that findings may point into.
fn trees(environment: &EnvironmentOutcome) -> Vec<&Arc<Tree>> {
    let compared = environment.sets.iter().flat_map(|set| &set.changes.files);
    compared
        .flat_map(|file| file.new.iter().chain(file.old.iter()))
        .chain(environment.addresses.iter().map(|report| &report.tree))
        .collect()
}

fn word_of(finding: &Finding) -> (&'static str, Level, Paint) {
    match finding.weight() {
        Weight::Refuses | Weight::Undecided => ("error", Level::Error, Paint::Bad),
        Weight::Advice if finding.action == Action::Note => ("note", Level::Advice, Paint::Dim),
        Weight::Advice => ("warning", Level::Warning, Paint::Caution),
    }
}

fn one_line(finding: &Finding, look: Look) -> String {
    let (word, _, paint) = word_of(finding);
    let place = finding.place.as_ref().map(|place| {
        let at = place.source.position(place.span.start as usize);
        format!("  {}:{}:{}", visible(&place.source.display), at.line, at.column)
    });
    let head = look.paint(paint, &format!("{word}[{}]:", finding.code));
    format!(
        "  {head} {}{}\n",
        fit(&visible(&finding.message), look.width),
        place.unwrap_or_default()
    )
}

/// A finding as miette sees it.
#[derive(Debug)]
struct Shown {
    message: String,
    level: Level,
    help: Option<String>,
    snippet: Option<Snippet>,
    label: Option<String>,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn severity(&self) -> Option<Level> {
        Some(self.level)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(self.label.clone(), snippet.label_span());
        Some(Box::new(std::iter::once(label)))
    }
}

fn report(finding: &Finding, hidden: Option<&[Span]>, human: Human<'_>) -> String {
    let look = human.look;
    let (word, level, _) = word_of(finding);
    let snippet = finding
        .place
        .as_ref()
        .map(|place| Snippet::new(&place.source, place.span, hidden, look.width.saturating_sub(14)));
    let label = finding
        .place
        .as_ref()
        .filter(|place| !place.path.is_empty())
        .map(|place| fit(&visible(&place.path), 48));
    let mut help = String::new();
    if let Some(rule) = &finding.rule {
        let _ = writeln!(help, "rule {rule} ({})", finding.severity.word());
    }
    for note in &finding.notes {
        let _ = writeln!(help, "{}", visible(note));
    }
    if !finding.help.is_empty() {
        let _ = writeln!(help, "{}", visible(&finding.help));
    }
    if let Some(ack) = &finding.acked {
        let by = if ack.by.is_empty() { "the author" } else { &ack.by };
        let _ = writeln!(help, "acknowledged by {}: {}", visible(by), visible(&ack.reason));
    } else if let (Action::Approve, Some(fingerprint)) = (finding.action, &finding.fingerprint) {
        let _ = writeln!(
            help,
            "if it is meant: tollgate ack {}{} --reason \"…\"",
            &hex(fingerprint)[..12],
            human.again
        );
    }
    if finding.action > Action::Note {
        let _ = writeln!(
            help,
            "more: tollgate explain {}",
            finding.rule.as_deref().unwrap_or(finding.code)
        );
    }
    let help = help.trim_end().to_owned();
    let shown = Shown {
        message: visible(&finding.message).into_owned(),
        level,
        help: (!help.is_empty()).then_some(help),
        snippet,
        label,
    };
    render(&shown, &format!("{word}[{}]:", finding.code), look)
}

fn render(shown: &Shown, head: &str, look: Look) -> String {
    let mut theme = match (look.unicode, look.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    for icon in [
        &mut theme.characters.error,
        &mut theme.characters.warning,
        &mut theme.characters.advice,
    ] {
        head.clone_into(icon);
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_context_lines(0)
        .with_links(false)
        .without_cause_chain();
    let mut out = String::new();
    if handler.render_report(&mut out, shown).is_err() {
        // A report that cannot be drawn is still said.
        out = format!("  {head} {}\n", shown.message);
    }
    out.push('\n');
    out
}

fn summary(outcome: &CheckOutcome, environment: &EnvironmentOutcome, look: Look) -> String {
    let mut out = String::new();
    let mut line = |state: Weight, what: &str, text: String| {
        let (sign, paint) = match state {
            Weight::Refuses => (look.pick("✗", "x"), Paint::Bad),
            Weight::Undecided => (look.pick("?", "?"), Paint::Caution),
            Weight::Advice => (look.pick("✓", "ok"), Paint::Good),
        };
        let _ = writeln!(out, "  {} {what:<10} {text}", look.paint(paint, sign));
    };
    let worst = |start: &str| {
        let of = environment
            .findings
            .iter()
            .filter(|finding| finding.code.starts_with(start));
        of.map(Finding::weight).max().unwrap_or(Weight::Advice)
    };
    if environment
        .findings
        .iter()
        .any(|finding| finding.code.starts_with("TG5"))
    {
        let count = environment
            .findings
            .iter()
            .filter(|finding| finding.code.starts_with("TG5") && finding.action > Action::Note)
            .count();
        line(worst("TG5"), "files", counted(count, "problem"));
    }
    line(
        worst("TG1").max(worst("TG902")),
        "rules",
        rules_text(outcome, environment),
    );
    line(worst("TG2"), "addresses", addresses_text(environment));
    let stamp = match environment.stamp {
        StampStatus::NotRequired => ("not required".to_owned(), Weight::Advice),
        StampStatus::Missing if outcome.at == Moment::Push => (
            format!("missing from {}", environment.after.join(", ")),
            Weight::Refuses,
        ),
        StampStatus::Missing => (
            format!("needed from {} at push", environment.after.join(", ")),
            Weight::Advice,
        ),
    };
    line(stamp.1, "stamp", stamp.0);
    let notes = environment
        .findings
        .iter()
        .filter(|finding| finding.action == Action::Note)
        .count();
    if notes > 0 && !look.verbose {
        let _ = writeln!(
            out,
            "  {}",
            look.paint(Paint::Dim, &format!("{} (-v shows them)", counted(notes, "note")))
        );
    }
    out.push('\n');
    out
}

fn rules_text(outcome: &CheckOutcome, environment: &EnvironmentOutcome) -> String {
    let rule_findings: Vec<&Finding> = environment
        .findings
        .iter()
        .filter(|finding| finding.code == "TG101" || finding.code == "TG102")
        .collect();
    let open = rule_findings
        .iter()
        .filter(|finding| finding.weight() == Weight::Refuses)
        .count();
    let acked = rule_findings
        .iter()
        .filter(|finding| finding.acked.is_some())
        .count();
    let warned = rule_findings
        .iter()
        .filter(|finding| finding.action == Action::Warn)
        .count();
    let unrated: usize = environment.sets.iter().map(|set| set.unrated.len()).sum();
    let mut parts = vec![counted(environment.change_count(), "change")];
    if open > 0 {
        parts.push(format!("{} to stand by", counted(open, "finding")));
    }
    if acked > 0 {
        parts.push(format!("{acked} acknowledged"));
    }
    if warned > 0 {
        parts.push(counted(warned, "warning"));
    }
    if unrated > 0 {
        parts.push(format!("{unrated} unrated"));
    }
    if outcome.rule_count == 0 {
        parts.push("no rules".into());
    }
    parts.join(", ")
}

/// One line on what became of the addresses.
fn addresses_text(environment: &EnvironmentOutcome) -> String {
    address_counts(&environment.addresses)
}

fn address_counts(reports: &[AddressReport]) -> String {
    if reports.is_empty() {
        return "none found".into();
    }
    let count = |test: &dyn Fn(&AddressReport) -> bool| reports.iter().filter(|report| test(report)).count();
    let bad = |report: &AddressReport| {
        report.judgement.level == crate::address::Level::Error
            || report.judgement.outcome.is_proof_of_absence()
    };
    let parts = [
        (
            count(&|report| report.judgement.outcome == Outcome::Resolved),
            "resolved",
        ),
        (count(&bad), "bad"),
        (
            count(&|report| report.judgement.outcome.is_unverified()),
            "unverified",
        ),
        (
            count(&|report| report.judgement.outcome == Outcome::Literal && !bad(report)),
            "literal",
        ),
        (
            count(&|report| {
                matches!(
                    report.judgement.outcome,
                    Outcome::Skipped | Outcome::ClusterLocal | Outcome::Template
                )
            }),
            "not looked up",
        ),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("{} found: {}", reports.len(), parts.join(", "))
}

fn closing(outcome: &CheckOutcome, look: Look) -> String {
    let all = outcome
        .environments
        .iter()
        .flat_map(|environment| &environment.findings);
    let reasons = all.filter(|finding| finding.weight() > Weight::Advice).count();
    let enforced = outcome.exit.code() != 0 || outcome.verdict == Verdict::Pass;
    let (word, paint) = match (outcome.verdict, enforced) {
        (Verdict::Pass, _) => ("PASS", Paint::Good),
        (Verdict::Refuse, true) => ("REFUSED", Paint::Bad),
        (Verdict::Refuse, false) => ("WOULD REFUSE", Paint::Caution),
        (Verdict::Undecided, true) => ("UNDECIDED", Paint::Caution),
        (Verdict::Undecided, false) => ("WOULD BE UNDECIDED", Paint::Caution),
    };
    let changes: usize = outcome
        .environments
        .iter()
        .map(EnvironmentOutcome::change_count)
        .sum();
    let text = match outcome.verdict {
        Verdict::Pass if changes == 0 => "no changes".to_owned(),
        Verdict::Pass => format!("nothing stands against it at {}", outcome.at.word()),
        Verdict::Refuse | Verdict::Undecided => counted(reasons, "reason"),
    };
    let dot = look.pick("·", "-");
    let tail = format!("exit {} {dot} {} ms", outcome.exit.code(), outcome.timing.total);
    let used = 2 + word.len() + 2 + text.width();
    let pad = " ".repeat(look.width.saturating_sub(used + tail.width()).max(2));
    format!(
        "  {}  {text}{pad}{}\n",
        look.paint(paint, word),
        look.paint(Paint::Dim, &tail)
    )
}

/// The report of `diff`.
#[must_use]
pub fn diff(set: &ChangeSet, human: Human<'_>) -> String {
    if set.is_empty() {
        return if human.look.quiet {
            String::new()
        } else {
            "  no changes\n".into()
        };
    }
    let mut out = if human.look.quiet {
        String::new()
    } else {
        changes(set, human, &|_, _| None, &|_, _| false)
    };
    let _ = writeln!(
        out,
        "  {} in {}",
        counted(set.len(), "change"),
        counted(set.files.len(), "file")
    );
    out
}

/// The report of `resolve`.
#[must_use]
pub fn resolve(reports: &[AddressReport], findings: &[Finding], listed_only: bool, look: Look) -> String {
    let mut out = String::new();
    let width = reports
        .iter()
        .map(|report| host_text(report).width())
        .max()
        .unwrap_or(0)
        .min(44);
    let mut file = "";
    for report in reports.iter().filter(|_| !look.quiet) {
        let source = report.tree.source();
        if source.display != file {
            file = &source.display;
            let _ = writeln!(out, "  {}", look.paint(Paint::Strong, &visible(file)));
        }
        out.push_str(&address_line(report, width, listed_only, look));
    }
    if !reports.is_empty() && !look.quiet {
        out.push('\n');
    }
    for finding in findings {
        out.push_str(&report(
            finding,
            None,
            Human {
                look,
                redactor: &Redactor::default(),
                again: "",
            },
        ));
    }
    if listed_only {
        let _ = writeln!(
            out,
            "  {} found",
            if reports.len() == 1 {
                "1 address".to_owned()
            } else {
                format!("{} addresses", reports.len())
            }
        );
    } else {
        let _ = writeln!(out, "  {}", address_counts(reports));
    }
    out
}

fn host_text(report: &AddressReport) -> String {
    let port = match &report.address.port {
        Some(crate::address::Port::Number(number)) => format!(":{number}"),
        Some(crate::address::Port::Bad(text)) => format!(":{}", visible(text)),
        None => String::new(),
    };
    format!(
        "{}{port}",
        visible(&crate::doc::secret::mask(&report.address.host))
    )
}

fn address_line(report: &AddressReport, width: usize, listed_only: bool, look: Look) -> String {
    let position = report.tree.source().position(report.address.span.start as usize);
    let host = host_text(report);
    let pad = " ".repeat(width.saturating_sub(host.width()));
    let place = format!("{}:{}", position.line, position.column);
    let path = visible(&report.address.path.to_string()).into_owned();
    if listed_only {
        return format!(
            "    {host}{pad}  {:<13} {place:<8} {}\n",
            report.address.direction.word(),
            look.paint(Paint::Dim, &path)
        );
    }
    let outcome = report.judgement.outcome;
    let paint = match report.judgement.level {
        _ if outcome.is_unverified() => Paint::Caution,
        crate::address::Level::Error => Paint::Bad,
        crate::address::Level::Warn => Paint::Caution,
        crate::address::Level::Note => Paint::Dim,
        crate::address::Level::Fine => Paint::Good,
    };
    let answers: Vec<String> = report
        .answer
        .iter()
        .flat_map(|answer| &answer.addresses)
        .map(ToString::to_string)
        .collect();
    let tail = if answers.is_empty() {
        path
    } else {
        format!("{path}  {}", fit(&answers.join(", "), 40))
    };
    format!(
        "    {host}{pad}  {} {place:<8} {}\n",
        look.paint(paint, &format!("{:<13}", outcome.word())),
        look.paint(Paint::Dim, &tail)
    )
}

/// A fault in a file that the user wrote for tollgate, with its line.
#[must_use]
pub fn fault(source: &SourceFile, fault: &Fault, warning: bool, look: Look) -> String {
    let shown = Shown {
        message: visible(&fault.message).into_owned(),
        level: if warning { Level::Warning } else { Level::Error },
        help: fault.help.as_ref().map(|help| visible(help).into_owned()),
        snippet: Some(Snippet::new(
            source,
            fault.span,
            None,
            look.width.saturating_sub(14),
        )),
        label: None,
    };
    render(&shown, if warning { "warning:" } else { "error:" }, look)
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

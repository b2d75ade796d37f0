//! Findings with their source line, through miette.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity as Level, SourceCode,
};

use unicode_width::UnicodeWidthStr;

use super::Human;
use super::text::fit;
use crate::doc::digest::hex;
use crate::doc::table::Fault;
use crate::doc::{SourceFile, Span, Tree};
use crate::gate::{CheckOutcome, EnvironmentOutcome, Finding, Weight};
use crate::report::escape::visible;
use crate::report::snippet::Snippet;
use crate::report::{Look, Paint};
use crate::settings::Action;

/// Findings printed with their source line; the rest take one line each.
const MAX_REPORTS: usize = 40;

pub(super) fn findings(environment: &EnvironmentOutcome, human: Human<'_>) -> String {
    let look = human.look;
    let shown: Vec<&Finding> = environment
        .findings
        .iter()
        .filter(|finding| look.verbose || finding.action > Action::Note)
        .collect();
    // Only files that a shown finding points into are searched for secrets.
    let mut secrets: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for tree in trees(environment) {
        let display = &tree.source().display;
        let pointed = |finding: &&Finding| {
            finding
                .place
                .as_ref()
                .is_some_and(|place| place.source.display == *display)
        };
        if !secrets.contains_key(display) && shown.iter().take(MAX_REPORTS).any(pointed) {
            // Lines of text have no keys: they are masked by their looks.
            if !tree
                .notes
                .iter()
                .any(|note| matches!(note, crate::doc::Note::ReadAsText(_)))
            {
                secrets.extend(
                    human
                        .redactor
                        .hidden_spans(tree)
                        .map(|spans| (display.clone(), spans)),
                );
            }
        }
    }
    // What somebody stands by already is said in short.
    let (settled, open): (Vec<&Finding>, Vec<&Finding>) = shown
        .iter()
        .partition(|finding| finding.acked.is_some() && !look.verbose);
    let mut out = String::new();
    for (at, finding) in open.iter().enumerate() {
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
    if open.len() > MAX_REPORTS {
        out.push('\n');
    }
    for finding in &settled {
        out.push_str(&one_line(finding, look));
        out.push_str(&stood_by(finding, look));
    }
    if !settled.is_empty() {
        out.push('\n');
    }
    out
}

/// Who stands by a finding, and why.
fn stood_by(finding: &Finding, look: Look) -> String {
    let Some(ack) = &finding.acked else {
        return String::new();
    };
    let by = if ack.by.is_empty() { "the author" } else { &ack.by };
    let line = format!("acknowledged by {}: {}", visible(by), visible(&ack.reason));
    super::wrapped(&line, "    ", look.width)
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

pub(super) fn report(finding: &Finding, hidden: Option<&[Span]>, human: Human<'_>) -> String {
    let look = human.look;
    let (word, level, _) = word_of(finding);
    let snippet = finding
        .place
        .as_ref()
        .map(|place| Snippet::new(&place.source, place.span, hidden, look.width.saturating_sub(14)));
    // The label hangs below the middle of what it marks; what does not fit beside it is cut.
    let label = finding
        .place
        .as_ref()
        .zip(snippet.as_ref())
        .filter(|(place, _)| !place.path.is_empty())
        .map(|(place, snippet)| {
            let room = look.width.saturating_sub(snippet.label_middle() + 16);
            fit(&visible(&place.path), room.clamp(12, 48))
        });
    let mut help = String::new();
    if let Some(rule) = &finding.rule {
        let _ = writeln!(help, "rule {rule} ({})", finding.severity.word());
    }
    for note in &finding.notes {
        help.push_str(&help_line(note, look.width));
    }
    if !finding.help.is_empty() {
        help.push_str(&help_line(&finding.help, look.width));
    }
    if let Some(waived) = &finding.waived {
        let _ = writeln!(
            help,
            "waived by {} until {}: {}",
            visible(&waived.owner),
            waived.expires,
            visible(&waived.reason)
        );
    }
    if let Some(ack) = &finding.acked {
        let by = if ack.by.is_empty() { "the author" } else { &ack.by };
        let _ = writeln!(help, "acknowledged by {}: {}", visible(by), visible(&ack.reason));
    } else if let (Action::Approve, Some(fingerprint)) = (finding.action, &finding.fingerprint) {
        let _ = writeln!(
            help,
            "fingerprint {}: the line that acknowledges it is at the end",
            short(fingerprint)
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

/// As much of a fingerprint as `ack` is given.
fn short(fingerprint: &[u8]) -> String {
    hex(fingerprint)[..12].to_owned()
}

/// Findings that one printed line acknowledges; a shell's line has an end.
const MAX_IN_LINE: usize = 200;

/// The line that acknowledges everything that can be. It is never wrapped: it is there to be pasted.
pub(super) fn ack_line(outcome: &CheckOutcome, human: Human<'_>) -> String {
    ack_command(outcome, human.again).map_or_else(String::new, |command| {
        let (command, more) = command.split_once("  # ").unwrap_or((&command, ""));
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" ({more})")
        };
        format!("  if it is meant{more}:\n  {command}\n\n")
    })
}

/// The command that acknowledges everything that can be, with a shell comment where some is left over.
pub(crate) fn ack_command(outcome: &CheckOutcome, again: &str) -> Option<String> {
    let mut open: Vec<String> = outcome
        .environments
        .iter()
        .flat_map(|environment| &environment.findings)
        .filter(|finding| finding.action == Action::Approve && finding.acked.is_none())
        .filter_map(|finding| Some(short(finding.fingerprint.as_ref()?)))
        .collect();
    let mut seen = BTreeSet::new();
    open.retain(|fingerprint| seen.insert(fingerprint.clone()));
    if open.is_empty() {
        return None;
    }
    let rest = open.len().saturating_sub(MAX_IN_LINE);
    open.truncate(MAX_IN_LINE);
    let more = if rest == 0 {
        String::new()
    } else {
        format!("  # then {rest} more")
    };
    Some(format!(
        "tollgate ack {}{again} --reason \"…\"{more}",
        open.join(" ")
    ))
}

/// A line of help. Where it is too long, the command in it gets a line of its own, so as to be pasted.
fn help_line(text: &str, width: usize) -> String {
    let text = visible(text).into_owned();
    let at = text.find(": tollgate ").filter(|_| text.width() + 12 > width);
    match at {
        Some(at) => format!("{}:\n{}\n", &text[..at], &text[at + 2..]),
        None => format!("{text}\n"),
    }
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
        // `db-2.corp` must not be broken after its hyphen.
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .without_cause_chain();
    let mut out = String::new();
    if handler.render_report(&mut out, shown).is_err() {
        // A report that cannot be drawn is still said.
        out = format!("  {head} {}\n", shown.message);
    }
    out.push('\n');
    out
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

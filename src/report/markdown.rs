//! Markdown for reviews: what changed in fenced diff blocks, which take any text as it is, and findings as
//! a list. Everything outside of a fence is escaped to the letter.

use std::fmt::Write as _;

use super::counted;
use super::escape::markdown;
use super::hunk::Line;
use super::rows::{Block, Maker, Row, blocks};
use crate::diff::ChangeSet;
use crate::gate::{CheckOutcome, EnvironmentOutcome, Finding, Weight};
use crate::report::human::{Human, ack_command, risk_marks};
use crate::settings::{Action, Severity};

/// The report of `diff`.
#[must_use]
pub fn diff(set: &ChangeSet, human: Human<'_>) -> String {
    let mut out = format!(
        "## {} in {}\n",
        counted(set.shown(), "change"),
        counted(set.files.len(), "file")
    );
    let maker = Maker {
        view: human.view,
        redactor: human.redactor,
        mark: &|_, _| None,
        unrated: &|_, _| false,
    };
    for block in blocks(set, maker) {
        out.push_str(&block_text(&block));
    }
    out
}

/// The report of a check.
#[must_use]
pub fn check(outcome: &CheckOutcome, human: Human<'_>) -> String {
    let mut out = format!("## tollgate: {}\n", outcome.verdict.word());
    for environment in &outcome.environments {
        out.push_str(&environment_text(environment, human));
    }
    if !outcome.policy_from.is_empty() {
        let _ = writeln!(
            out,
            "\nJudged by the policy of {}.",
            markdown(&outcome.policy_from)
        );
    }
    for skipped in &outcome.skipped {
        let _ = writeln!(
            out,
            "\n*skipped: {} ({})*",
            markdown(&skipped.what),
            markdown(&skipped.why)
        );
    }
    if let Some(command) = ack_command(outcome, human.again) {
        let _ = write!(
            out,
            "\nIf it is meant:\n\n{}",
            fenced("sh", &format!("{command}\n"))
        );
    }
    out
}

fn environment_text(environment: &EnvironmentOutcome, human: Human<'_>) -> String {
    let mut out = String::new();
    if !environment.name.is_empty() {
        let _ = writeln!(out, "\n### {}", markdown(&environment.name));
    }
    let findings: Vec<&Finding> = environment
        .findings
        .iter()
        .filter(|finding| human.view.verbose || finding.action > Action::Note)
        .collect();
    if !findings.is_empty() {
        out.push('\n');
    }
    for finding in findings {
        out.push_str(&finding_text(finding));
    }
    let marks = risk_marks(environment);
    for set in &environment.sets {
        let maker = Maker {
            view: human.view,
            redactor: human.redactor,
            mark: &|display, path| marks.get(&(display.to_owned(), path.to_owned())).copied(),
            unrated: &|at, nth| set.unrated.contains(&(at, nth)),
        };
        for block in blocks(&set.changes, maker) {
            out.push_str(&block_text(&block));
        }
    }
    out
}

fn finding_text(finding: &Finding) -> String {
    let word = match finding.weight() {
        Weight::Refuses | Weight::Undecided => "error",
        Weight::Advice => "warning",
    };
    let place = finding.place.as_ref().map_or_else(String::new, |place| {
        let at = place.source.position(place.span.start as usize);
        format!(" ({}:{})", markdown(&place.source.display), at.line)
    });
    let help = if finding.help.is_empty() {
        String::new()
    } else {
        format!("\n  {}", markdown(&finding.help))
    };
    let acked = finding.acked.as_ref().map_or_else(String::new, |ack| {
        format!("\n  acknowledged: {}", markdown(&ack.reason))
    });
    format!(
        "- **{word} {}** {}{place}{help}{acked}\n",
        finding.code,
        markdown(&finding.message)
    )
}

fn block_text(block: &Block) -> String {
    let mut body = String::new();
    for group in &block.groups {
        if let Some(title) = &group.title {
            let _ = writeln!(body, "# {title}");
        }
        for row in &group.rows {
            row_text(row, &mut body);
        }
        if let Some(more) = &group.more {
            let _ = writeln!(body, "# {more}");
        }
    }
    let mut out = format!("\n**{}**\n\n{}", markdown(&block.title), fenced("diff", &body));
    for note in &block.footer {
        let _ = writeln!(out, "\n*{}*", markdown(note));
    }
    out
}

fn row_text(row: &Row, out: &mut String) {
    let mark = match row.mark {
        Some(Severity::High | Severity::Critical) => "  HIGH RISK",
        Some(Severity::Medium) => "  RISK",
        Some(Severity::Info | Severity::Low) | None => "",
    };
    let note = if row.note.is_empty() {
        String::new()
    } else {
        format!("  {}", row.note)
    };
    if !row.lines.is_empty() {
        let title = if row.path.starts_with("@@") {
            row.path.clone()
        } else {
            format!("@@ {} @@", row.path)
        };
        let _ = writeln!(out, "{title}{note}{mark}");
        for line in &row.lines {
            let text =
                |parts: &[(bool, String)]| parts.iter().map(|(_, part)| part.as_str()).collect::<String>();
            let _ = match line {
                Line::Context(text) => writeln!(out, "  {text}"),
                Line::Old(parts) => writeln!(out, "- {}", text(parts)),
                Line::New(parts) => writeln!(out, "+ {}", text(parts)),
                Line::Gap(text) => writeln!(out, "# {text}"),
            };
        }
        return;
    }
    let path = &row.path;
    let _ = match (row.sign, &row.old, &row.new) {
        (' ', ..) => writeln!(out, "# {}", row.note),
        (_, Some(old), Some(new)) => writeln!(out, "- {path}: {old}\n+ {path}: {new}{note}{mark}"),
        (_, Some(old), None) => writeln!(out, "- {path}: {old}{note}{mark}"),
        ('+', None, Some(new)) => writeln!(out, "+ {path}: {new}{note}{mark}"),
        (_, None, Some(new)) => writeln!(out, "! {path}: {new}{note}{mark}"),
        (_, None, None) => writeln!(out, "! {path}{note}{mark}"),
    };
}

/// A fence that no line of the body can end.
fn fenced(language: &str, body: &str) -> String {
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{body}{fence}\n")
}

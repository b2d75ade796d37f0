//! Addresses, one line each.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::Human;
use super::finding::report;
use super::text::fit;
use crate::address::Outcome;
use crate::doc::secret::Redactor;
use crate::gate::{AddressReport, Finding};
use crate::report::escape::visible;
use crate::report::{Look, Paint};

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
                view: crate::report::View::default(),
                redactor: &Redactor::default(),
                again: "",
                last: true,
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
    format!("{}{port}", visible(&crate::doc::mask::mask(&report.address.host)))
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

/// One line on what became of the addresses.
pub(super) fn address_counts(reports: &[AddressReport]) -> String {
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

//! Findings as remarks at lines of files, for systems that show them there: GitHub Actions and Azure Pipelines take
//! commands in the log. The worst come first, and no more of a kind than are shown.

use std::fmt::Write as _;

use super::escape::{azure_data, azure_property, github_data, github_property, visible};
use crate::doc::digest::{hex, sha_of};
use crate::gate::{CheckOutcome, Finding, Weight};
use crate::settings::{Action, Severity};

/// More of one kind in a step are not shown by GitHub.
const MOST: usize = 10;
/// Longer messages are cut.
const MAX_MESSAGE: usize = 2000;

/// What a remark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It stands against the proposal.
    Error,
    /// It does not.
    Warning,
}

/// A finding at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it is.
    pub kind: Kind,
    /// Code and rule.
    pub title: String,
    /// What is said, with what to do.
    pub message: String,
    /// The stable code.
    pub code: String,
    /// The rule, or the code.
    pub check: String,
    /// How bad.
    pub severity: Severity,
    /// From the repository's root; [`None`] for what is about the run.
    pub place: Option<RemarkPlace>,
    /// Differs for every remark.
    pub fingerprint: String,
}

/// A place in a file; lines and columns from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkPlace {
    /// The file.
    pub file: String,
    /// First and last line; [`None`] where the file holds it no longer.
    pub lines: Option<(usize, usize)>,
    /// First column and the one after the last.
    pub columns: (usize, usize),
}

/// The remarks of an outcome, worst first. What several environments say alike is one remark. `before` is what stands
/// before the path of a file as it was.
#[must_use]
pub fn remarks(outcome: &CheckOutcome, before: &str) -> Vec<Remark> {
    let mut out: Vec<(Remark, Vec<String>)> = Vec::new();
    let environments = &outcome.environments;
    let findings = environments.iter().flat_map(|environment| {
        environment
            .findings
            .iter()
            .map(|finding| (environment.enforce, finding))
    });
    for (enforced, finding) in findings.filter(|(_, finding)| finding.action > Action::Note) {
        let mut remark = remark(finding, before);
        if !enforced {
            remark.kind = Kind::Warning;
        }
        let name = finding.environment.clone().unwrap_or_default();
        let same = |known: &&mut (Remark, Vec<String>)| {
            let known = &known.0;
            (&known.title, &known.message, &known.place) == (&remark.title, &remark.message, &remark.place)
        };
        match out.iter_mut().find(same) {
            Some((known, names)) => {
                known.kind = known.kind.min(remark.kind);
                names.push(name);
            }
            None => out.push((remark, vec![name])),
        }
    }
    let mut out: Vec<Remark> = out
        .into_iter()
        .map(|(mut remark, mut names)| {
            names.retain(|name| !name.is_empty());
            names.dedup();
            if !names.is_empty() {
                remark.title = format!("{} ({})", remark.title, names.join(", "));
            }
            remark
        })
        .collect();
    out.sort_by_key(|remark| (remark.kind, std::cmp::Reverse(remark.severity)));
    out
}

fn remark(finding: &Finding, before: &str) -> Remark {
    let kind = match finding.weight() {
        Weight::Refuses | Weight::Undecided => Kind::Error,
        Weight::Advice => Kind::Warning,
    };
    let check = finding.rule.clone().unwrap_or_else(|| finding.code.to_owned());
    let title = match &finding.rule {
        Some(rule) => format!("{} {rule}", finding.code),
        None => finding.code.to_owned(),
    };
    let mut message = finding.message.clone();
    for note in finding
        .notes
        .iter()
        .chain(Some(&finding.help).filter(|help| !help.is_empty()))
    {
        let _ = write!(message, "\n{note}");
    }
    let place = finding.place.as_ref().map(|place| {
        let display = place.source.display.as_str();
        let old = (!before.is_empty())
            .then(|| display.strip_prefix(before))
            .flatten();
        let (start, end) = (
            place.source.position(place.span.start as usize),
            place.source.position(place.span.end as usize),
        );
        RemarkPlace {
            file: old.unwrap_or(display).to_owned(),
            lines: old.is_none().then_some((start.line, end.line.max(start.line))),
            columns: (start.column, end.column),
        }
    });
    let seed = finding.fingerprint.map(|fingerprint| hex(&fingerprint));
    let environment = finding.environment.clone().unwrap_or_default();
    let fingerprint = hex(&sha_of(&[
        b"tollgate/remark/1",
        finding.code.as_bytes(),
        environment.as_bytes(),
        seed.as_ref().unwrap_or(&finding.message).as_bytes(),
    ]));
    Remark {
        kind,
        title,
        message: cut(&message),
        code: finding.code.to_owned(),
        check,
        severity: finding.severity,
        place,
        fingerprint,
    }
}

/// The beginning of a text, every line of it made harmless.
fn cut(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    let text = lines.join("\n");
    if text.chars().count() <= MAX_MESSAGE {
        return text;
    }
    text.chars().take(MAX_MESSAGE).collect::<String>() + " …"
}

/// The first remarks of each kind.
fn first(remarks: &[Remark]) -> impl Iterator<Item = &Remark> {
    let of = move |kind: Kind| {
        remarks
            .iter()
            .filter(move |remark| remark.kind == kind)
            .take(MOST)
    };
    of(Kind::Error).chain(of(Kind::Warning))
}

/// Workflow commands of GitHub Actions, a line each, byte for byte those that `@actions/core` prints.
#[must_use]
pub fn github(remarks: &[Remark]) -> String {
    let mut out = String::new();
    for remark in first(remarks) {
        let word = match remark.kind {
            Kind::Error => "error",
            Kind::Warning => "warning",
        };
        let mut properties = vec![("title", remark.title.clone())];
        if let Some(place) = &remark.place {
            properties.push(("file", place.file.clone()));
            if let Some((start, end)) = place.lines {
                properties.push(("line", start.to_string()));
                properties.push(("endLine", end.to_string()));
                if start == end {
                    properties.push(("col", place.columns.0.to_string()));
                    properties.push(("endColumn", place.columns.1.to_string()));
                }
            }
        }
        let properties: Vec<String> = properties
            .iter()
            .map(|(name, value)| format!("{name}={}", github_property(value)))
            .collect();
        let message: Vec<String> = remark.message.lines().map(github_data).collect();
        let _ = writeln!(out, "::{word} {}::{}", properties.join(","), message.join("%0A"));
    }
    out
}

/// Logging commands of Azure Pipelines, a line each.
#[must_use]
pub fn azure(remarks: &[Remark]) -> String {
    let mut out = String::new();
    for remark in first(remarks) {
        let word = match remark.kind {
            Kind::Error => "error",
            Kind::Warning => "warning",
        };
        let _ = write!(out, "##vso[task.logissue type={word};");
        if let Some(place) = &remark.place {
            let _ = write!(out, "sourcepath={};", azure_property(&place.file));
            if let Some((line, _)) = place.lines {
                let _ = write!(out, "linenumber={line};columnnumber={};", place.columns.0);
            }
        }
        let message: Vec<String> = remark.message.lines().map(azure_data).collect();
        let _ = writeln!(
            out,
            "code={};]{}: {}",
            azure_property(&remark.code),
            azure_data(&remark.title),
            message.join("%0A")
        );
    }
    out
}

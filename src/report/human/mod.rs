//! For people: what changed, one line per leaf (`changes`); what was found, with its source line
//! (`finding`); the checks, one line each, and the verdict last (`summary`); addresses (`addresses`).

mod addresses;
mod changes;
mod finding;
mod summary;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;

pub use addresses::resolve;
pub(crate) use finding::ack_command;
pub use finding::fault;
pub use text::wrapped;

use super::escape::visible;
use super::{Look, Paint, View};
use crate::diff::ChangeSet;
use crate::doc::secret::Redactor;
use crate::gate::{CheckOutcome, EnvironmentOutcome};
use crate::report::counted;
use crate::settings::{Action, Severity};

/// What the human report needs besides the outcome.
#[derive(Clone, Copy)]
pub struct Human<'a> {
    /// How it looks.
    pub look: Look,
    /// What of the changes is shown.
    pub view: View,
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// The flags that name the same comparison again, for the printed `tollgate ack` line.
    pub again: &'a str,
    /// Whether the verdict is the end of the run; after that of a push comes the push.
    pub last: bool,
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
            let line = format!("skipped: {} ({})", visible(&skipped.what), visible(&skipped.why));
            let line = wrapped(&line, "  ", human.look.width);
            out.push_str(&human.look.paint(Paint::Caution, &line));
        }
    }
    if !human.look.quiet && !outcome.policy_from.is_empty() {
        let line = format!("judged by the policy of {}", visible(&outcome.policy_from));
        out.push_str(&wrapped(&line, "  ", human.look.width));
    }
    if !human.look.quiet {
        out.push_str(&finding::ack_line(outcome, human));
    }
    out.push_str(&summary::closing(outcome, human));
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
        out.push_str(&changes::changes(&set.changes, human, &risk, &unrated));
    }
    out.push_str(&finding::findings(environment, human));
    out.push_str(&summary::summary(outcome, environment, look));
    out
}

/// The worst rule severity per file and path, for marking changed lines.
pub(crate) fn risk_marks(environment: &EnvironmentOutcome) -> BTreeMap<(String, String), Severity> {
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

/// The report of `diff`.
#[must_use]
pub fn diff(set: &ChangeSet, human: Human<'_>) -> String {
    if set.shown() == 0 && !(human.view.verbose && set.ignored() > 0) {
        let ignored = match set.ignored() {
            0 => String::new(),
            ignored => format!(" ({ignored} ignored, -v lists them)"),
        };
        if human.look.quiet {
            return String::new();
        }
        let mut out = String::new();
        for file in &set.files {
            for note in &file.notes {
                let _ = writeln!(out, "  {}: {}", visible(file.display()), visible(note));
            }
        }
        let _ = writeln!(out, "  no changes{ignored}");
        return out;
    }
    let mut out = if human.look.quiet {
        String::new()
    } else {
        changes::changes(set, human, &|_, _| None, &|_, _| false)
    };
    let _ = writeln!(
        out,
        "  {} in {}",
        counted(set.shown(), "change"),
        counted(
            set.files
                .iter()
                .filter(|file| !file.shown(false).is_empty())
                .count(),
            "file"
        )
    );
    out
}

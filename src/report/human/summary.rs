//! The checks, one line each, and the closing verdict.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::Human;
use super::addresses::address_counts;
use crate::gate::{CheckOutcome, EnvironmentOutcome, Finding, Verdict, Weight};
use crate::report::counted;
use crate::report::{Look, Paint};
use crate::settings::{Action, Moment};
use crate::stamp::StampStatus;

pub(super) fn summary(outcome: &CheckOutcome, environment: &EnvironmentOutcome, look: Look) -> String {
    let mut out = String::new();
    let mut line = |state: State, what: &str, text: String| {
        let (sign, paint) = match state {
            State::Bad => (look.pick("✗", "x"), Paint::Bad),
            State::Unknown => ("?", Paint::Caution),
            State::Look => ("!", Paint::Caution),
            State::Good => (look.pick("✓", "ok"), Paint::Good),
        };
        let mut lines = super::wrapped(&text, "               ", look.width);
        lines = lines.trim().to_owned();
        let _ = writeln!(out, "  {} {what:<10} {lines}", look.paint(paint, sign));
    };
    // Where a side could not be read, nothing that follows from it is known either.
    let blind = environment
        .findings
        .iter()
        .any(|finding| finding.weight() == Weight::Undecided && finding.code.starts_with("TG9"));
    let worst = |start: &str| {
        let of = environment
            .findings
            .iter()
            .filter(|finding| finding.code.starts_with(start));
        match of.map(|finding| (finding.weight(), finding.action)).max() {
            Some((Weight::Refuses, _)) => State::Bad,
            Some((Weight::Undecided, _)) => State::Unknown,
            Some(_) | None if blind => State::Unknown,
            Some((Weight::Advice, action)) if action > Action::Note => State::Look,
            Some((Weight::Advice, _)) | None => State::Good,
        }
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
    let guards = environment
        .findings
        .iter()
        .filter(|finding| finding.code == "TG310");
    let guards = guards.count();
    if guards > 0 {
        line(
            worst("TG310"),
            "guard",
            format!("{} of it changed", counted(guards, "file")),
        );
    }
    line(worst("TG1"), "rules", rules_text(outcome, environment));
    line(worst("TG2"), "addresses", address_counts(&environment.addresses));
    let stamp = match environment.stamp {
        StampStatus::NotRequired if blind => ("unknown".to_owned(), State::Unknown),
        StampStatus::NotRequired => ("not required".to_owned(), State::Good),
        StampStatus::Valid => (
            format!("valid from {}", environment.after.join(", ")),
            worst("TG30").max(State::Good),
        ),
        StampStatus::Missing if outcome.at == Moment::Push => (
            format!("missing from {}", environment.after.join(", ")),
            State::Bad,
        ),
        _ if outcome.at != Moment::Push => (
            format!("needed from {} at push", environment.after.join(", ")),
            State::Look,
        ),
        status => (
            format!(
                "{} (from {})",
                status.word().replace('_', " "),
                environment.after.join(", ")
            ),
            State::Bad,
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

/// What a line of the summary says of its check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Good,
    /// Something to look at that does not refuse.
    Look,
    Unknown,
    Bad,
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

pub(super) fn closing(outcome: &CheckOutcome, human: Human<'_>) -> String {
    let look = human.look;
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
    let tail = if human.last {
        format!("exit {} {dot} {} ms", outcome.exit.code(), outcome.timing.total)
    } else {
        format!("{} ms", outcome.timing.total)
    };
    let used = 2 + word.len() + 2 + text.width();
    let pad = " ".repeat(look.width.saturating_sub(used + tail.width()).max(2));
    format!(
        "  {}  {text}{pad}{}\n",
        look.paint(paint, word),
        look.paint(Paint::Dim, &tail)
    )
}

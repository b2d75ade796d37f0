//! What the policy and its waivers say of rule findings: another severity, off, or accepted for a time.

use super::finding::{Finding, Waived};
use super::input::{CheckInput, Skipped};
use super::outcome::EnvironmentOutcome;
use crate::doc::KeyPath;
use crate::rules::{Adjusted, Rule, Waiver};
use crate::settings::{Action, Environment, Moment, Severity};

/// Rules that are off, each with why; said in every run.
pub(super) fn off(input: &CheckInput<'_>) -> Vec<Skipped> {
    let said = |word: &&crate::rules::Override| word.to == Adjusted::Off;
    input
        .rules
        .overrides
        .iter()
        .filter(said)
        .map(|word| {
            let place = if word.environments.is_empty() {
                String::new()
            } else {
                format!(" in {}", word.environments.join(", "))
            };
            Skipped {
                what: format!("rule {}{place}", word.rule),
                why: format!("off by the policy: {}", word.reason),
            }
        })
        .collect()
}

/// The severity of a rule's finding, with what is to be said of it.
pub(super) fn severity(input: &CheckInput<'_>, rule: &Rule, environment: &str) -> (Severity, Option<String>) {
    let (severity, word) = input.rules.severity(rule, environment);
    let severity = severity.unwrap_or(rule.severity);
    let note = word.filter(|_| severity != rule.severity).map(|word| {
        format!(
            "the policy makes it {} instead of {}: {}",
            severity.word(),
            rule.severity.word(),
            word.reason
        )
    });
    (severity, note)
}

/// Puts the waiver to a rule's finding that covers it. What has ended is said, and waives nothing.
pub(super) fn waive(
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    finding: &mut Finding,
    (rule, file): (&str, &str),
    path: &KeyPath,
) {
    let name = environment.map_or("", |environment| environment.name.as_str());
    let covering = |waiver: &&Waiver| waiver.covers(rule, file, name, path);
    let mut fitting = input.rules.waivers.iter().filter(covering);
    let valid = fitting.clone().find(|waiver| !waiver.expired(input.today));
    if let Some(waiver) = valid {
        // Like an acknowledgement, a waiver is the author's word: it stands in for no signature.
        if input.at == Moment::Push && input.needs_signature(environment, finding.severity) {
            finding.notes.push(format!(
                "{} waives it until {}; the policy names signers, and at push a signed approval is needed all the same",
                waiver.owner, waiver.expires
            ));
            return;
        }
        finding.waived = Some(Waived {
            reason: waiver.reason.clone(),
            owner: waiver.owner.clone(),
            expires: waiver.expires.to_string(),
        });
        if finding.action != Action::Deny {
            finding.action = Action::Note;
        }
    } else if let Some(waiver) = fitting.next() {
        finding.notes.push(format!(
            "a waiver for it by {} ended on {}",
            waiver.owner, waiver.expires
        ));
    }
}

/// Waivers and words of the policy that do nothing: ended, or for no rule there is; and, where everything was looked
/// at, those that nothing came of.
pub(super) fn idle(input: &CheckInput<'_>, environments: &[EnvironmentOutcome]) -> Vec<Finding> {
    let known = |glob: &str| {
        let fits = |id: &str| crate::doc::pattern::glob_matches(glob, id);
        input.rules.rules.iter().any(|rule| fits(&rule.id))
    };
    let retired = |id: &str| {
        let one = input.rules.retired.iter().find(|one| one.id == id)?;
        one.replaced_by.as_deref()
    };
    let mut out = Vec::new();
    let mut say = |message: String| {
        out.push(Finding::new("TG106", Severity::Low, Action::Warn, message).help(
            "`tollgate ack --waive` writes a new one; take out of .tollgate/waivers.toml or the policy what is not needed",
        ));
    };
    for waiver in &input.rules.waivers {
        let name = format!(
            "the waiver of {} at {} ({})",
            waiver.rule,
            waiver.path.text(),
            waiver.owner
        );
        let used = environments
            .iter()
            .flat_map(|environment| &environment.findings)
            .any(|finding| {
                finding
                    .waived
                    .as_ref()
                    .is_some_and(|waived| waived.reason == waiver.reason && waived.owner == waiver.owner)
            });
        if waiver.expired(input.today) {
            say(format!("{name} ended on {}", waiver.expires));
        } else if !known(&waiver.rule) {
            say(match retired(&waiver.rule) {
                Some(by) => format!("{name} is for a rule that {by} took the place of"),
                None => format!("{name} is for no rule that is in force"),
            });
        } else if input.all && !used {
            say(format!("{name} covers nothing"));
        }
    }
    // A commit may touch a part of the files only; what is merged or pushed is whole.
    if input.all || input.at != Moment::Commit {
        for schema in &input.rules.schemas {
            let sets = environments.iter().flat_map(|environment| &environment.sets);
            let names = sets
                .flat_map(|set| set.changes.all())
                .map(|file| file.name.as_str());
            if !schema.is_for_any(names) {
                say(format!("the schema {} is for none of the files", schema.origin));
            }
        }
    }
    for word in &input.rules.overrides {
        if !known(&word.rule) {
            let by = retired(&word.rule).map_or_else(String::new, |by| format!("; {by} took its place"));
            say(format!(
                "the policy's [[override]] of {} is for no rule that is in force{by}",
                word.rule
            ));
        }
    }
    out
}

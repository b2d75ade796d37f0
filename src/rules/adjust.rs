//! What the policy says of rules that it did not write: another severity, or off. Whoever turns a rule off says why,
//! and every run says it again.

use crate::doc::Span;
use crate::doc::pattern::glob_matches;
use crate::doc::table::{Faults, Table};
use crate::settings::Severity;

/// One word of the policy about some rules.
#[derive(Debug, Clone)]
pub struct Override {
    /// The rule's id; `*` for any characters.
    pub rule: String,
    /// Only in environments with these names; empty: all.
    pub environments: Vec<String>,
    /// What the rules are: of another severity, or off.
    pub to: Adjusted,
    /// Why.
    pub reason: String,
    /// Where it stands in the policy.
    pub span: Span,
}

/// What a rule becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjusted {
    /// Of this severity.
    Severity(Severity),
    /// Not held against anything.
    Off,
}

impl Override {
    /// Whether it is for a rule in an environment. Without an environment only those for all apply.
    #[must_use]
    pub fn covers(&self, rule: &str, environment: &str) -> bool {
        let here = self.environments.is_empty()
            || self
                .environments
                .iter()
                .any(|glob| glob_matches(glob, environment));
        here && glob_matches(&self.rule, rule)
    }
}

/// Reads `[[override]]` of a policy.
pub fn load_overrides(table: &mut Table<'_>, faults: &mut Faults) -> Vec<Override> {
    let rows = table.tables("override", faults);
    rows.into_iter().filter_map(|row| one(row, faults)).collect()
}

fn one(mut row: Table<'_>, faults: &mut Faults) -> Option<Override> {
    let rule = row.required("rule", faults);
    let word = row.required("severity", faults);
    let reason = row.required("reason", faults);
    let environments = row
        .strings("environments", faults)
        .into_iter()
        .map(|text| text.value)
        .collect();
    let span = row.span();
    row.finish(faults);
    let to = word.and_then(
        |word| match (word.value.as_str(), Severity::from_word(&word.value)) {
            ("off", _) => Some(Adjusted::Off),
            (_, Some(severity)) => Some(Adjusted::Severity(severity)),
            (_, None) => {
                let fault = format!("`{}` is no severity", word.value);
                faults.add_with_help(word.span, fault, "one of: info, low, medium, high, critical, off");
                None
            }
        },
    );
    let reason = reason.filter(|reason| {
        let said = !reason.value.trim().is_empty();
        if !said {
            faults.add(reason.span, "say why");
        }
        said
    });
    Some(Override {
        rule: rule?.value,
        environments,
        to: to?,
        reason: reason?.value,
        span,
    })
}

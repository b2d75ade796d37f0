//! Waivers: what is accepted for a time, by whom and why. `.tollgate/waivers.toml`, beside the policy. A waiver takes
//! the edge off a rule's findings at the places that it names; it is never silent, and it ends.

use jiff::civil::Date;

use crate::doc::pattern::{FoldedPath, glob_matches};
use crate::doc::table::{Faults, Table};
use crate::doc::{KeyPath, PathPattern, Span, Tree};

/// One waiver.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule's id; `*` for any characters.
    pub rule: String,
    /// Where.
    pub path: PathPattern,
    /// Only in files whose name in the set matches one of these; empty: all.
    pub files: Vec<String>,
    /// Only in environments with these names; empty: all.
    pub environments: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day.
    pub expires: Date,
    /// Where it stands in its file.
    pub span: Span,
}

impl Waiver {
    /// Whether it is for a finding, whatever the day.
    #[must_use]
    pub fn covers(&self, rule: &str, file: &str, environment: &str, path: &KeyPath) -> bool {
        let fits = |globs: &[String], name: &str| {
            globs.is_empty() || globs.iter().any(|glob| glob_matches(glob, name))
        };
        glob_matches(&self.rule, rule)
            && fits(&self.files, file)
            && (environment.is_empty() || fits(&self.environments, environment))
            && self.path.matches(&FoldedPath::new(path))
    }

    /// Whether it has ended.
    #[must_use]
    pub fn expired(&self, today: Date) -> bool {
        today > self.expires
    }
}

/// Reads a waivers file. Whatever is missing is a fault: half a waiver waives nothing.
pub fn load_waivers(tree: &Tree, faults: &mut Faults) -> Vec<Waiver> {
    let Some(mut table) = tree
        .documents
        .first()
        .and_then(|root| Table::new(tree, *root, faults))
    else {
        return Vec::new();
    };
    let rows = table.tables("waiver", faults);
    let waivers = rows.into_iter().filter_map(|row| waiver(row, faults)).collect();
    table.finish(faults);
    waivers
}

fn waiver(mut row: Table<'_>, faults: &mut Faults) -> Option<Waiver> {
    let rule = row.required("rule", faults);
    let path = row.required("path", faults);
    let reason = row.required("reason", faults);
    let owner = row.required("owner", faults);
    let expires = row.required("expires", faults);
    let texts = |row: &mut Table<'_>, key: &'static str, faults: &mut Faults| {
        row.strings(key, faults)
            .into_iter()
            .map(|text| text.value)
            .collect()
    };
    let files = texts(&mut row, "files", faults);
    let environments = texts(&mut row, "environments", faults);
    let span = row.span();
    row.finish(faults);
    for text in [&reason, &owner].into_iter().flatten() {
        if text.value.trim().is_empty() {
            faults.add(text.span, "this must not be empty");
        }
    }
    let pattern = path.and_then(|text| match PathPattern::new(&text.value) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            faults.add(
                text.span,
                format!("bad path pattern at character {}: {error}", error.at + 1),
            );
            None
        }
    });
    let day = expires.and_then(|text| match text.value.parse::<Date>() {
        Ok(day) => Some(day),
        Err(_) => {
            faults.add(text.span, format!("`{}` is no day; write 2027-06-30", text.value));
            None
        }
    });
    Some(Waiver {
        rule: rule?.value,
        path: pattern?,
        files,
        environments,
        reason: reason?.value,
        owner: owner?.value,
        expires: day?,
        span,
    })
}

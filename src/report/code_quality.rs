//! GitLab's Code Quality report: one JSON list. Its reader stops at the first row that it does not take, so that every
//! row has every field.

use serde::Serialize;

use super::json::to_json;
use super::remarks::Remark;
use crate::settings::Severity;

#[derive(Serialize)]
struct Row<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// What is about the run is shown at the policy.
const RUN: &str = "tollgate.toml";

/// The report.
#[must_use]
pub fn code_quality(remarks: &[Remark]) -> String {
    let rows: Vec<Row<'_>> = remarks
        .iter()
        .map(|remark| {
            let place = remark.place.as_ref();
            Row {
                description: format!("{}: {}", remark.title, remark.message.replace('\n', "; ")),
                check_name: &remark.check,
                fingerprint: &remark.fingerprint,
                severity: match remark.severity {
                    Severity::Info => "info",
                    Severity::Low => "minor",
                    Severity::Medium => "major",
                    Severity::High => "critical",
                    Severity::Critical => "blocker",
                },
                location: Location {
                    path: place.map_or(RUN, |place| place.file.trim_start_matches("./")),
                    lines: Lines {
                        begin: place.and_then(|place| place.lines).map_or(1, |(line, _)| line),
                    },
                },
            }
        })
        .collect();
    to_json(&rows)
}

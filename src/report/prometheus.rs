//! The report of `resolve` as metrics in the text format of Prometheus, for its node exporter's textfile collector: a
//! cron job watches what is deployed. Hosts are labels; values, which may hold secrets, are not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::address::{Direction, Outcome, Port};
use crate::doc::mask::mask;
use crate::gate::AddressReport;

/// What the metrics say of a run besides its addresses.
#[derive(Debug, Clone, Copy)]
pub struct RunFacts {
    /// Whether any name server answered; nothing is known of any name otherwise.
    pub answered: bool,
    /// Wall-clock time of the lookups.
    pub millis: u64,
    /// Seconds since 1970.
    pub now: i64,
    /// The exit code.
    pub exit_code: u8,
}

/// The metrics. An address that could not be verified is neither up nor down: it has no `tollgate_address_ok`, and is
/// counted under its outcome.
#[must_use]
pub fn prometheus(reports: &[AddressReport], run: RunFacts) -> String {
    let mut rows: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    let mut outcomes: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    for report in reports
        .iter()
        .filter(|report| report.address.direction == Direction::Outbound)
    {
        let outcome = report.judgement.outcome;
        let environment = report.environment.clone();
        *outcomes.entry((environment, outcome.word())).or_default() += 1;
        let ok = report.judgement.level < crate::address::Level::Error || report.allowed.is_some();
        // Several uses of one host are one series, which is as bad as the worst.
        let row = rows.entry(labels(report)).or_insert((true, false));
        row.0 &= ok;
        let unasked = matches!(
            outcome,
            Outcome::Skipped | Outcome::Template | Outcome::ClusterLocal
        );
        row.1 |= (outcome.is_unverified() && report.allowed.is_none()) || unasked;
    }
    let mut out = String::new();
    family(
        &mut out,
        "tollgate_address_ok",
        "gauge",
        "1: the address is good. 0: it cannot work. Absent: unknown.",
    );
    for (labels, (ok, unknown)) in &rows {
        if !*ok || !*unknown {
            let _ = writeln!(out, "tollgate_address_ok{{{labels}}} {}", u8::from(*ok));
        }
    }
    family(&mut out, "tollgate_addresses", "gauge", "Addresses by outcome.");
    for ((environment, outcome), count) in &outcomes {
        let _ = writeln!(
            out,
            "tollgate_addresses{{environment=\"{}\",outcome=\"{outcome}\"}} {count}",
            label(environment)
        );
    }
    let numbers = [
        (
            "tollgate_resolver_answered",
            "1: a name server answered.",
            i64::from(run.answered),
        ),
        (
            "tollgate_resolve_exit_code",
            "The exit code of the run.",
            i64::from(run.exit_code),
        ),
        (
            "tollgate_resolve_timestamp_seconds",
            "When the run ended.",
            run.now,
        ),
    ];
    for (name, help, value) in numbers {
        family(&mut out, name, "gauge", help);
        let _ = writeln!(out, "{name} {value}");
    }
    family(
        &mut out,
        "tollgate_resolve_duration_seconds",
        "gauge",
        "Time that the lookups took.",
    );
    let _ = writeln!(
        out,
        "tollgate_resolve_duration_seconds {}.{:03}",
        run.millis / 1000,
        run.millis % 1000
    );
    out
}

fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn labels(report: &AddressReport) -> String {
    let port = match &report.address.port {
        Some(Port::Number(number)) => number.to_string(),
        Some(Port::Bad(_)) | None => String::new(),
    };
    let rows = [
        ("environment", report.environment.clone()),
        ("file", report.tree.source().display.clone()),
        ("host", mask(&report.address.host).into_owned()),
        ("port", port),
    ];
    let rows: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", label(value)))
        .collect();
    rows.join(",")
}

/// A label's value: the three characters that the format escapes, and no other control character.
fn label(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

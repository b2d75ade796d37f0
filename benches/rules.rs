//! How long the rules take: loading 500 of them, and holding 200 against 100,000 changes, on one core. Prints what it
//! measures; nothing here is a test.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time and prints"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use tollgate::diff::{ChangeSet, FingerprintKey, compare_files};
use tollgate::doc::secret::Redactor;
use tollgate::doc::table::Faults;
use tollgate::doc::{Limits, SourceFile};
use tollgate::rules::{AuditContext, BUILT_IN, RuleSet, audit, load_rules};
use tollgate::settings::DiffSettings;

/// The shortest and the middle of some runs, in milliseconds.
fn timed(what: &str, runs: usize, mut run: impl FnMut() -> usize) {
    let mut times: Vec<f64> = Vec::new();
    let mut count = 0;
    for _ in 0..runs {
        let started = Instant::now();
        count = run();
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{what}: {:.1} ms (median {:.1}), {count}",
        times[0],
        times[times.len() / 2]
    );
}

/// The built-in rules, as often as it takes to have `count`.
fn sources(count: usize) -> Vec<Arc<SourceFile>> {
    (0..count)
        .map(|nth| {
            let file = &BUILT_IN[nth % BUILT_IN.len()];
            Arc::new(SourceFile::from_text(file.path, file.text))
        })
        .collect()
}

fn load(sources: &[Arc<SourceFile>]) -> RuleSet {
    let mut faults = Faults::default();
    let rules = sources
        .iter()
        .flat_map(|source| {
            let tree = tollgate::formats::parse(source, &Limits::DEFAULT).expect("a rule file");
            load_rules(&tree, true, &mut faults).rules
        })
        .collect();
    assert!(faults.0.is_empty());
    RuleSet {
        rules,
        ..RuleSet::default()
    }
}

/// 20,000 services with five values each, all of which change; `flagged` says whether rules have much to say.
fn changes(services: usize, flagged: bool) -> ChangeSet {
    let side = |new: bool| {
        let mut text = String::from("{");
        for nth in 0..services {
            let more = usize::from(new);
            let (timeout, enabled) = if flagged && new {
                (1, false)
            } else {
                (30 + more, true)
            };
            let _ = write!(
                text,
                "{}\"service{nth}\": {{\"request_timeout\": \"{timeout}s\", \"replicas\": {}, \"title\": \"t{more}\", \
                 \"pool\": {{\"max\": {}}}, \"tls\": {{\"enabled\": {enabled}, \"step\": {more}}}}}",
                if nth > 0 { "," } else { "" },
                30 + more,
                64 + more,
            );
        }
        text.push('}');
        let source = Arc::new(SourceFile::from_text("services.json", &text));
        Arc::new(tollgate::formats::parse(&source, &Limits::DEFAULT).expect("JSON"))
    };
    let (old, new) = (side(false), side(true));
    let diff = compare_files(
        "services.json",
        Some(&old),
        Some(&new),
        &DiffSettings::default(),
        &Limits::DEFAULT,
    );
    ChangeSet {
        files: vec![diff.expect("small enough")],
        ..ChangeSet::default()
    }
}

fn main() {
    // Without `--bench` everything runs once on little, so that it cannot rot.
    let whole = std::env::args().any(|arg| arg == "--bench");
    let (runs, services) = if whole { (15, 20_000) } else { (1, 50) };
    let many = sources(500);
    timed("load 500 rules with their tests", runs, || {
        load(&many).rules.len()
    });
    let bare: Vec<Arc<SourceFile>> = many
        .iter()
        .map(|source| {
            let text = source.text();
            let end = text.find("\n[[rule.test]]").unwrap_or(text.len());
            Arc::new(SourceFile::from_text(&source.name, &text[..end]))
        })
        .collect();
    timed("load 500 rules as a check does", runs, || load(&bare).rules.len());
    let rules = load(&sources(200));
    let (redactor, key) = (Redactor::default(), FingerprintKey::default());
    let context = AuditContext {
        environment: "production",
        environments: &[],
        all: false,
        redactor: &redactor,
        key: &key,
    };
    for flagged in [false, true] {
        let changes = changes(services, flagged);
        let count = changes.files[0].changes.len();
        let what = format!(
            "200 rules against {count} changes, {}",
            if flagged { "many flagged" } else { "few flagged" }
        );
        timed(&what, runs.min(7), || audit(&rules, &changes, context).hits.len());
    }
}

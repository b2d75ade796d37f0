//! Running the tests that rules carry.

use std::sync::Arc;

use super::audit::{AuditContext, audit};
use super::rule::{Expect, Rule, RuleSet, RuleTest};
use crate::diff::{ChangeSet, FingerprintKey, compare_files};
use crate::doc::secret::Redactor;
use crate::doc::{Limits, SourceFile, Tree};
use crate::settings::DiffSettings;

/// A test that did not come out as it says.
#[derive(Debug, Clone)]
pub struct TestFailure {
    /// The rule.
    pub rule: String,
    /// Which of its tests, from 1.
    pub test: usize,
    /// What was expected and what came.
    pub message: String,
    /// Where the test stands in the rule's file.
    pub span: crate::doc::Span,
}

/// Runs every test of a rule.
#[must_use]
pub fn run_tests(rule: &Rule) -> Vec<TestFailure> {
    rule.tests
        .iter()
        .enumerate()
        .filter_map(|(at, test)| {
            let message = run(rule, test).err()?;
            Some(TestFailure {
                rule: rule.id.clone(),
                test: at + 1,
                message,
                span: test.span,
            })
        })
        .collect()
}

fn run(rule: &Rule, test: &RuleTest) -> Result<(), String> {
    let limits = Limits::DEFAULT;
    let tree = |side: &str, text: &Option<String>| -> Result<Option<Arc<Tree>>, String> {
        let Some(text) = text else { return Ok(None) };
        let source = Arc::new(SourceFile::from_text(&test.file, text));
        let parsed = crate::formats::parse(&source, &limits);
        parsed.map(|tree| Some(Arc::new(tree))).map_err(|errors| {
            let first = errors
                .first()
                .map(|error| error.message.clone())
                .unwrap_or_default();
            format!("`{side}` does not parse: {first}")
        })
    };
    let (old, new) = (tree("old", &test.old)?, tree("new", &test.new)?);
    let diff = compare_files(
        &test.file,
        old.as_ref(),
        new.as_ref(),
        &DiffSettings::default(),
        &limits,
    )
    .map_err(|error| error.to_string())?;
    let rules = RuleSet {
        rules: vec![rule.clone()],
        ..RuleSet::default()
    };
    let changes = ChangeSet {
        files: vec![diff],
        ..ChangeSet::default()
    };
    let (redactor, key) = (Redactor::default(), FingerprintKey::default());
    let context = AuditContext {
        environment: &test.environment,
        environments: &[],
        all: false,
        redactor: &redactor,
        key: &key,
    };
    let result = audit(&rules, &changes, context);
    let got = if result.hits.iter().any(|hit| !hit.already) {
        Expect::Match
    } else if result.not_applicable.is_empty() {
        Expect::NoMatch
    } else {
        Expect::NotApplicable
    };
    if got == test.expect {
        Ok(())
    } else {
        Err(format!("expected {}, got {}", test.expect.word(), got.word()))
    }
}

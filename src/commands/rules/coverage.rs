//! `rules coverage`: how much of the configuration, and of the change, the rules speak of.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::commands::check;
use crate::commands::context::Context;
use crate::commands::error::Outcome;
use crate::commands::setup::Setup;
use crate::doc::Tree;
use crate::gate::ExitStatus;
use crate::report::escape::visible;
use crate::report::{CoverageV1, KeyPlaceV1, to_json};
use crate::rules::{Coverage, coverage};
use crate::settings::Moment;
use crate::sys::terminal::complain;

/// The most keys without a rule that are listed for people.
const MOST: usize = 40;

pub(super) fn run(context: &mut Context, setup: &Setup, files: &[String]) -> Outcome {
    context.arm();
    let (environments, _) = check::inputs(context, setup, files)?;
    let mut trees: Vec<(String, Arc<Tree>)> = Vec::new();
    for set in environments.iter().flat_map(|environment| &environment.sets) {
        for file in &set.proposed {
            let source = file.content.as_ref().ok();
            let tree = source.and_then(|source| crate::formats::parse(source, &context.limits).ok());
            let (Some(source), Some(tree)) = (source, tree) else {
                complain(&format!(
                    "warning: {} cannot be read, and its keys are not counted\n",
                    visible(&file.display)
                ));
                continue;
            };
            if !trees.iter().any(|(name, _)| *name == source.display) {
                trees.push((source.display.clone(), Arc::new(tree)));
            }
        }
    }
    let outcome = check::judge(context, setup, Moment::Commit, environments, true);
    let sets = || {
        outcome
            .environments
            .iter()
            .flat_map(|environment| &environment.sets)
    };
    let changes: usize = sets()
        .flat_map(|set| &set.changes.files)
        .map(|file| file.changes.len())
        .sum();
    let unrated: usize = sets().map(|set| set.unrated.len()).sum();
    let rows: Vec<(String, &Tree)> = trees
        .iter()
        .map(|(name, tree)| (name.clone(), tree.as_ref()))
        .collect();
    let found = coverage(&setup.rules.rules, &rows);
    let rated = changes - unrated.min(changes);
    context.finish(ExitStatus::Pass, &|format, _, _| {
        if format.is_json() {
            to_json(&wire(&found, changes, rated))
        } else {
            text(&found, changes, rated)
        }
    })
}

fn wire(found: &Coverage, changes: usize, rated: usize) -> CoverageV1 {
    CoverageV1 {
        schema_version: 1,
        keys: found.keys,
        covered: found.covered,
        changes,
        changes_covered: rated,
        without_rule: found
            .risky
            .iter()
            .map(|key| KeyPlaceV1 {
                file: key.file.clone(),
                path: key.path.clone(),
                line: key.line,
            })
            .collect(),
        idle_rules: found.idle.clone(),
    }
}

fn text(found: &Coverage, changes: usize, rated: usize) -> String {
    let share = |part: usize, whole: usize| (part * 100).checked_div(whole).unwrap_or(100);
    let mut out = format!(
        "{} of {} keys ({} %) have a rule that names them\n",
        found.covered,
        found.keys,
        share(found.covered, found.keys)
    );
    let _ = writeln!(
        out,
        "{rated} of {changes} changes ({} %) are of such keys",
        share(rated, changes)
    );
    if !found.risky.is_empty() {
        out.push_str("\nKeys that look as if somebody should see them change, and that no rule names:\n");
        for key in found.risky.iter().take(MOST) {
            let _ = writeln!(
                out,
                "  {}:{}  {}",
                visible(&key.file),
                key.line,
                visible(&key.path)
            );
        }
        if found.risky.len() > MOST {
            let _ = writeln!(
                out,
                "  … and {} more (all of them: --format json)",
                found.risky.len() - MOST
            );
        }
    }
    if !found.idle.is_empty() {
        out.push_str("\nRules of your own whose paths match nothing here:\n");
        for id in &found.idle {
            let _ = writeln!(out, "  {}", visible(id));
        }
    }
    out
}

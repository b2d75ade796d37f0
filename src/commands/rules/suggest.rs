//! `rules suggest`: rules that the history of the repository speaks for, as the text of a rule file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::commands::context::Context;
use crate::commands::error::{Failure, Outcome};
use crate::commands::setup::Setup;
use crate::diff::{FileDiff, compare_files};
use crate::doc::table::named_children;
use crate::doc::{KeyPath, SourceFile, Tree};
use crate::formats;
use crate::gate::ExitStatus;
use crate::rules::{PastChange, past_keys, suggest};
use crate::sys::git::{Changed, Commit, Git};
use crate::sys::terminal::{complain, print};

/// The most keys of today that are looked at.
const MAX_KEYS: usize = 100_000;

pub(super) fn run(context: &Context, setup: &Setup, history: usize) -> Outcome {
    let git = Git::find(&context.folder(), &context.env).map_err(|why| Failure::usage(&why, ""))?;
    let Some(git) = git else {
        return Err(Failure::usage(
            "this is no git repository",
            "rules are suggested from what earlier commits changed",
        ));
    };
    let wanted = |path: &str| is_config(setup, path);
    let commits = git
        .history(history, &wanted, &context.limits)
        .map_err(|why| Failure::usage(&format!("the history cannot be read: {why}"), ""))?;
    let past: Vec<PastChange> = commits
        .iter()
        .map(|commit| past_change(context, setup, commit))
        .collect();
    let today = keys_of_today(context, &commits);
    let proposals = suggest(&past, &today);
    let mut text = String::new();
    for one in &proposals {
        let _ = writeln!(text, "{}", one.text);
    }
    print(&text);
    complain(&format!(
        "{} commits looked at, {} proposals; each needs a test of its own before it goes into rules/\n",
        commits.len(),
        proposals.len()
    ));
    Ok(ExitStatus::Pass)
}

/// Whether a path is one of the policy's config sets; without a policy, whether it has a syntax of its own.
fn is_config(setup: &Setup, path: &str) -> bool {
    let known = formats::detect(path).is_some_and(|syntax| syntax.name != "text");
    let Some(policy) = setup.policy.as_ref().filter(|policy| !policy.configs.is_empty()) else {
        return known && !path.starts_with('.');
    };
    policy.configs.iter().any(|config| {
        policy
            .environments
            .iter()
            .any(|environment| config.pattern.claims(path, &environment.name).is_some())
    })
}

fn tree(context: &Context, path: &str, bytes: Option<&Vec<u8>>) -> Option<Arc<Tree>> {
    let text = String::from_utf8(bytes?.clone()).ok()?;
    let source = Arc::new(SourceFile::from_text(path, &text));
    formats::parse(&source, &context.limits).ok().map(Arc::new)
}

fn compared(context: &Context, setup: &Setup, file: &Changed) -> Option<FileDiff> {
    // What came new, or went, changed no key.
    let old = tree(context, &file.path, file.old.as_ref())?;
    let new = tree(context, &file.path, file.new.as_ref())?;
    compare_files(&file.path, Some(&old), Some(&new), &setup.diff, &context.limits).ok()
}

fn past_change(context: &Context, setup: &Setup, commit: &Commit) -> PastChange {
    let mut keys = BTreeMap::new();
    for file in &commit.files {
        if let Some(diff) = compared(context, setup, file) {
            keys.extend(past_keys(&file.path, &diff));
        }
    }
    PastChange {
        commit: commit.id.chars().take(12).collect(),
        seconds: commit.seconds,
        keys,
    }
}

/// The keys of the newest version of every file that the history holds.
fn keys_of_today(context: &Context, commits: &[Commit]) -> Vec<(String, KeyPath)> {
    let mut newest: BTreeMap<&str, Option<Arc<Tree>>> = BTreeMap::new();
    for file in commits.iter().flat_map(|commit| &commit.files) {
        newest
            .entry(&file.path)
            .or_insert_with(|| tree(context, &file.path, file.new.as_ref()));
    }
    let mut out = Vec::new();
    for (path, tree) in newest {
        let Some(tree) = tree else { continue };
        let roots = tree.documents.iter().map(|root| (KeyPath::root(), *root));
        let mut stack: Vec<(KeyPath, crate::doc::NodeId)> = roots.collect();
        while let Some((at, id)) = stack.pop() {
            if out.len() >= MAX_KEYS {
                return out;
            }
            if tree.scalar(id).is_some() {
                out.push((path.to_owned(), at));
                continue;
            }
            let rows = named_children(&tree, id).into_iter().rev();
            stack.extend(rows.map(|(segment, child)| (at.join(segment), child)));
        }
    }
    out
}

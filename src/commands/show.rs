//! `show FILE`: how tollgate reads a file.

use clap::Args;

use super::context::Context;
use super::diff::parse_one;
use super::error::Failure;
use super::error::Outcome;
use super::sources::Reader;
use super::{by_hand, setup, sources};
use crate::doc::projection::{Masks, projection};
use crate::gate::{ExitStatus, FileInput};
use crate::report::{show_human, show_json};
use crate::sys::terminal::print;

/// Show how tollgate reads a file
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The file, or -; with --projection it may be left out
    #[arg(required_unless_present = "projection")]
    pub file: Option<String>,
    /// Print the canonical bytes (proj-1) of the config set that the file belongs to, or of the one that -e
    /// and --set name; their SHA-256 is what a stamp signs
    #[arg(long)]
    pub projection: bool,
    /// Show secret-looking values too
    #[arg(long)]
    pub reveal: bool,
}

pub(super) fn run(context: &mut Context, args: &ShowArgs) -> Outcome {
    context.arm_by_hand();
    if args.projection {
        return projected(context, args.file.as_deref());
    }
    let file = by_hand::one_file(context, args.file.as_deref().unwrap_or("-"))?;
    let tree = parse_one(context, &file)?;
    let redactor = setup::lens(context)?.redactor;
    let redactor = (!args.reveal).then_some(&redactor);
    let syntax = tree.syntax;
    context.finish(ExitStatus::Pass, &|format, look, _| {
        if format.is_json() {
            show_json(&tree, redactor)
        } else {
            show_human(&tree, syntax, redactor, look)
        }
    })
}

/// The canonical bytes of a config set. A file outside of every set is a set of its own, without masks.
fn projected(context: &mut Context, file: Option<&str>) -> Outcome {
    let setup = setup::load(context)?;
    context.set_by_hand();
    let Some(policy) = &setup.policy else {
        let Some(file) = file else {
            return Err(Failure::usage(
                "there is no policy that names a config set",
                "name a file",
            ));
        };
        let file = by_hand::one_file(context, file)?;
        return bytes_of(context, "", &[file], Masks::default());
    };
    let mut candidates = Vec::new();
    for environment in sources::chosen(context, policy)? {
        for config in sources::chosen_sets(context, policy, environment)? {
            let pattern = &config.pattern;
            let inside = file.map(|file| {
                let real = crate::sys::fs::real(&context.path(file));
                let root = crate::sys::fs::real(&setup.root);
                let below = real.strip_prefix(&root).ok()?.to_str()?.to_owned();
                pattern.claims(&below, &environment.name)
            });
            if inside.is_none_or(|name| name.is_some()) {
                candidates.push((environment, config));
            }
        }
    }
    match (candidates.as_slice(), file) {
        ([(environment, config)], _) => {
            let files = Reader::new(context, &setup).proposed(config, environment)?;
            let files = files.map_err(|why| Failure::undecided(&why, ""))?;
            bytes_of(
                context,
                &config.set.name,
                &files,
                config.set.masks(&environment.name),
            )
        }
        ([], Some(file)) => {
            let file = by_hand::one_file(context, file)?;
            bytes_of(context, "", &[file], Masks::default())
        }
        (several, _) => {
            let known: Vec<String> = several
                .iter()
                .map(|(environment, config)| format!("-e {} --set {}", environment.name, config.set.name))
                .collect();
            Err(Failure::usage(
                "one config set in one environment has a projection; several fit",
                &format!("one of: {}", known.join(", ")),
            ))
        }
    }
}

fn bytes_of(context: &Context, set: &str, files: &[FileInput], masks: Masks<'_>) -> Outcome {
    if files.is_empty() {
        return Err(Failure::undecided(
            "the config set has no file here",
            "look at its `files` in the policy",
        ));
    }
    let mut trees = std::collections::BTreeMap::new();
    for file in files {
        trees.insert(file.name.clone(), std::sync::Arc::new(parse_one(context, file)?));
    }
    let bytes = projection(set, &trees, masks).map_err(|error| Failure::undecided(&error.to_string(), ""))?;
    print(&String::from_utf8_lossy(&bytes));
    Ok(ExitStatus::Pass)
}

//! `diff OLD NEW`: the structural difference, without judging it.

use clap::Args;

use super::args::Format;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::{by_hand, setup};
use crate::diff::compare_sets;
use crate::gate::{Deployed, ExitStatus, FileInput};
use crate::report::escape::visible;
use crate::report::{Wire, diff_json, human, to_json};
use crate::sys::terminal::complain;

/// Show the structural difference of two files or folders
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 same, 1 different, 2 a side cannot be read.")]
pub struct DiffArgs {
    /// The old file or folder, or -
    pub old: String,
    /// The new file or folder, or -
    pub new: String,
}

pub(super) fn run(context: &mut Context, args: &DiffArgs) -> Outcome {
    let set = by_hand::by_hand(context, &args.old, &args.new)?;
    let old = match set.deployed {
        Deployed::Files(files) => files,
        Deployed::Missing(_) => Vec::new(),
        Deployed::Unreachable(why) => return Err(Failure::usage(&why, "")),
    };
    let old = parse_all(context, &old)?;
    let new = parse_all(context, &set.proposed)?;
    let (changes, failed) = compare_sets(&old, &new, &context.limits);
    if let Some((name, why)) = failed.first() {
        return Err(Failure {
            status: ExitStatus::Undecided,
            text: format!("error: {}: {why}\n", visible(name)),
        });
    }
    let status = if changes.is_empty() {
        ExitStatus::Pass
    } else {
        ExitStatus::Refused
    };
    let setup::Setup { redactor, key, .. } = setup::load(context)?;
    context.finish(status, &|format, look, _| match format {
        Format::Json => to_json(&diff_json(
            &changes,
            Wire {
                redactor: &redactor,
                key: &key,
            },
        )),
        Format::Human => human::diff(
            &changes,
            human::Human {
                look,
                redactor: &redactor,
                again: "",
                last: true,
            },
        ),
    })
}

fn parse_all(context: &Context, files: &[FileInput]) -> Result<crate::diff::FileSide, Failure> {
    let mut side = crate::diff::FileSide::new();
    for file in files {
        side.insert(file.name.clone(), std::sync::Arc::new(parse_one(context, file)?));
    }
    Ok(side)
}

/// Parses a file, or says with its line why it cannot.
pub(super) fn parse_one(context: &Context, file: &FileInput) -> Result<crate::doc::Tree, Failure> {
    let source = file.content.as_ref().map_err(|fault| {
        Failure::usage(
            &format!("{}: {}", file.display, fault.message),
            fault.help.as_deref().unwrap_or(""),
        )
    })?;
    let tree = crate::formats::parse(source, &context.limits).map_err(|errors| {
        let shown = errors.into_iter().map(|error| {
            let fault = crate::doc::table::Fault {
                span: error.span,
                message: error.message,
                help: error.help,
            };
            human::fault(source, &fault, false, context.err())
        });
        Failure {
            status: ExitStatus::Usage,
            text: shown.collect(),
        }
    })?;
    for duplicate in tree.duplicates.iter().take(10) {
        let line = source.position(duplicate.first.start as usize).line;
        let fault = crate::doc::table::Fault {
            span: duplicate.again,
            message: format!("this key is in line {line} already; readers disagree on which one counts"),
            help: None,
        };
        complain(&human::fault(source, &fault, true, context.err()));
    }
    Ok(tree)
}

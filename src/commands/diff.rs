//! `diff OLD NEW`: the structural difference, without judging it.

use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::args::Format;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::{self, Lens};
use super::{by_hand, sources};
use crate::diff::{FileSide, compare_sets};
use crate::doc::{PathPattern, SourceFile, Tree};
use crate::formats::{Parsed, parse, parse_all};
use crate::gate::{Deployed, ExitStatus, FileInput};
use crate::report::escape::visible;
use crate::report::{PathStyle, View, Wire, diff_json, html, human, json_patch, markdown, to_json};
use crate::settings::DiffSettings;
use crate::sys::clock;
use crate::sys::terminal::complain;
use crate::sys::workers::Threads;

/// Show the structural difference of two files or folders
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 same, 1 different, 2 a side cannot be read, 3 too much to be compared within the limits or the \
deadline (60s unless --deadline says another). What is ignored does not count, and is in a JSON Patch all the same."
)]
pub struct DiffArgs {
    /// The old file or folder, or -
    pub old: String,
    /// The new file or folder, or -
    pub new: String,
    /// Keep changes at these key paths out of sight; may be repeated
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    pub ignore: Vec<PathPattern>,
    /// Show whole texts and everything else that is cut
    #[arg(long)]
    pub full: bool,
    /// Lines around a change in a text
    #[arg(short = 'U', value_name = "N", default_value_t = 2)]
    pub context: usize,
    /// How key paths are written
    #[arg(long, value_name = "STYLE", default_value = "dotted")]
    pub paths: Paths,
    /// Let a JSON Patch hold secret-looking values
    #[arg(long)]
    pub reveal: bool,
}

/// How key paths are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Paths {
    /// `spec.containers[name=app].image`
    Dotted,
    /// `/spec/containers/0/image`
    Pointer,
    /// With file and document before it
    Full,
}

fn pattern(text: &str) -> Result<PathPattern, String> {
    PathPattern::new(text).map_err(|error| format!("{error} (character {})", error.at + 1))
}

pub(super) fn run(context: &mut Context, args: &DiffArgs) -> Outcome {
    context.arm_by_hand();
    let set = by_hand::by_hand(context, &args.old, &args.new)?;
    let old = match set.deployed {
        Deployed::Files(files) => files,
        Deployed::Missing(_) => Vec::new(),
        Deployed::Unreachable(why) => return Err(Failure::usage(&why, "")),
    };
    let one_file = old.len() <= 1 && set.proposed.len() <= 1;
    let Lens {
        redactor,
        key,
        diff: mut settings,
    } = setup::lens(context)?;
    settings.ignore.extend(args.ignore.iter().cloned());
    let (changes, failed) = compare(context, &old, &set.proposed, &settings)?;
    if let Some((name, why)) = failed.first() {
        return Err(Failure {
            status: ExitStatus::Undecided,
            text: format!("error: {}: {why}\n", visible(name)),
        });
    }
    let status = if changes.shown() == 0 {
        ExitStatus::Pass
    } else {
        ExitStatus::Refused
    };
    let patch = patch(context, args, &changes, one_file, &redactor)?;
    let view = View {
        verbose: context.global.verbose,
        full: args.full,
        context: args.context,
        paths: match args.paths {
            Paths::Dotted => PathStyle::Dotted,
            Paths::Pointer => PathStyle::Pointer,
            Paths::Full => PathStyle::Full,
        },
        today: Some(clock::today()),
    };
    let wire = Wire {
        redactor: &redactor,
        key: &key,
        verbose: context.global.verbose,
    };
    context.finish(status, &|format, look, _| {
        let human = human::Human {
            look,
            view,
            redactor: &redactor,
            again: "",
            last: true,
        };
        match format {
            Format::Json => to_json(&diff_json(&changes, wire)),
            Format::Jsonpatch => to_json(&patch),
            Format::Markdown => markdown::diff(&changes, human),
            Format::Html => html::diff(&changes, human),
            Format::Human
            | Format::Prometheus
            | Format::Github
            | Format::Azure
            | Format::Gitlab
            | Format::Junit => human::diff(&changes, human),
        }
    })
}

/// The JSON Patch, where one is asked for.
fn patch(
    context: &Context,
    args: &DiffArgs,
    changes: &crate::diff::ChangeSet,
    one_file: bool,
    redactor: &crate::doc::secret::Redactor,
) -> Result<serde_json::Value, Failure> {
    if !context.formats().contains(&Format::Jsonpatch) {
        return Ok(serde_json::Value::Null);
    }
    let redactor = (!args.reveal).then_some(redactor);
    json_patch(changes, one_file, redactor).map_err(|hidden| {
        Failure::usage(
            &format!(
                "the patch would hold secret-looking values: {}",
                sources::few(&hidden)
            ),
            "--reveal writes them",
        )
    })
}

type Compared = (crate::diff::ChangeSet, Vec<(String, crate::diff::TooMuch)>);

/// Files whose bytes are the same on both sides are not even parsed; a difference in spelling only is none.
fn compare(
    context: &Context,
    old: &[FileInput],
    new: &[FileInput],
    settings: &DiffSettings,
) -> Result<Compared, Failure> {
    let digest = |file: &FileInput| file.content.as_ref().ok().map(|source| *source.sha256());
    let twins: std::collections::BTreeMap<&str, Option<[u8; 32]>> = old
        .iter()
        .map(|file| (file.name.as_str(), digest(file)))
        .collect();
    let same = |file: &FileInput| {
        let mine = digest(file);
        mine.is_some() && twins.get(file.name.as_str()).is_some_and(|twin| *twin == mine)
    };
    let equal: std::collections::BTreeSet<&str> = new
        .iter()
        .filter(|file| same(file))
        .map(|file| file.name.as_str())
        .collect();
    let differs = |files: &[FileInput]| -> Vec<FileInput> {
        let differing = files.iter().filter(|file| !equal.contains(file.name.as_str()));
        differing.cloned().collect()
    };
    let (old, new) = (differs(old), differs(new));
    let sources: Vec<&Arc<SourceFile>> = old
        .iter()
        .chain(&new)
        .filter_map(|file| file.content.as_ref().ok())
        .collect();
    let mut parsed = parse_all(&sources, &context.limits, &Threads).into_iter();
    let mut side = |files: &[FileInput]| -> Result<FileSide, Failure> {
        let mut side = FileSide::new();
        for file in files {
            let tree = settled(context, file, || parsed.next())?;
            side.insert(file.name.clone(), Arc::new(tree));
        }
        Ok(side)
    };
    let (old, new) = (side(&old)?, side(&new)?);
    Ok(compare_sets(&old, &new, settings, &context.limits, &Threads))
}

/// Parses a file, or says with its line why it cannot.
pub(super) fn parse_one(context: &Context, file: &FileInput) -> Result<Tree, Failure> {
    let source = file.content.as_ref().ok();
    settled(context, file, || {
        source.map(|source| parse(source, &context.limits))
    })
}

/// A file's tree, or with its line why there is none. Keys that occur twice are complained about.
fn settled(
    context: &Context,
    file: &FileInput,
    parsed: impl FnOnce() -> Option<Parsed>,
) -> Result<Tree, Failure> {
    let source = file.content.as_ref().map_err(|fault| {
        Failure::usage(
            &format!("{}: {}", file.display, fault.message),
            fault.help.as_deref().unwrap_or(""),
        )
    })?;
    let parsed = parsed().unwrap_or_else(|| parse(source, &context.limits));
    let tree = parsed.map_err(|errors| {
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

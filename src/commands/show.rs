//! `show FILE`: how tollgate reads a file.

use clap::Args;

use super::args::Format;
use super::context::Context;
use super::diff::parse_one;
use super::error::Outcome;
use super::{setup, sources};
use crate::gate::ExitStatus;
use crate::report::{show_human, show_json};

/// Show how tollgate reads a file
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The file, or -
    pub file: String,
    /// Show secret-looking values too
    #[arg(long)]
    pub reveal: bool,
}

pub(super) fn run(context: &mut Context, args: &ShowArgs) -> Outcome {
    let file = sources::one_file(context, &args.file)?;
    let tree = parse_one(context, &file)?;
    let redactor = setup::load(context)?.redactor;
    let redactor = (!args.reveal).then_some(&redactor);
    let as_text = tree
        .notes
        .iter()
        .any(|note| matches!(note, crate::doc::Note::ReadAsText(_)));
    let syntax = crate::formats::detect(&file.name).map_or("text", |syntax| syntax.name);
    let syntax = if as_text { "text" } else { syntax };
    context.finish(ExitStatus::Pass, &|format, look, _| match format {
        Format::Json => show_json(&tree, redactor),
        Format::Human => show_human(&tree, syntax, redactor, look),
    })
}

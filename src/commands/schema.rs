//! `schema NAME`: the JSON Schema of a command's JSON output.

use clap::{Args, ValueEnum};

use super::error::{Failure, Outcome};
use crate::gate::ExitStatus;
use crate::report::schema_json;
use crate::sys::terminal::print;

/// Print the JSON Schema of a command's output
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which output
    pub name: SchemaName,
}

/// Outputs with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// check --format json
    Check,
    /// diff --format json
    Diff,
    /// resolve --format json
    Resolve,
    /// rules list --format json
    Rules,
    /// push --format json
    Push,
    /// stamp --format json
    Stamp,
    /// rollback --format json
    Rollback,
}

pub(super) fn run(args: &SchemaArgs) -> Outcome {
    let name = match args.name {
        SchemaName::Check => "check",
        SchemaName::Diff => "diff",
        SchemaName::Resolve => "resolve",
        SchemaName::Rules => "rules",
        SchemaName::Push => "push",
        SchemaName::Stamp => "stamp",
        SchemaName::Rollback => "rollback",
    };
    let text = schema_json(name).ok_or_else(|| Failure::usage("there is no such schema", ""))?;
    print(&text);
    Ok(ExitStatus::Pass)
}

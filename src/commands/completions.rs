//! `completions SHELL`: a completion script.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::args::Cli;
use super::error::Outcome;
use crate::gate::ExitStatus;
use crate::sys::terminal::print;

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// The script for a shell. `tests/tidy.rs` holds the committed ones to it.
fn script(shell: Shell) -> String {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tollgate", &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

pub(super) fn run(args: &CompletionsArgs) -> Outcome {
    print(&script(args.shell));
    Ok(ExitStatus::Pass)
}

//! `init`: a commented starter policy.

use clap::Args;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::display;
use crate::gate::ExitStatus;
use crate::policy::FILE_NAME;
use crate::sys::fs;
use crate::sys::terminal::print;

/// Write a starter policy
#[derive(Debug, Args)]
#[command(after_help = "Writes tollgate.toml in the current folder (or -C DIR); never overwrites one.")]
pub struct InitArgs {}

/// The policy that `init` writes. A test loads it.
const STARTER: &str = include_str!("starter.toml");

pub(super) fn run(context: &Context, _args: &InitArgs) -> Outcome {
    let path = context.path(FILE_NAME);
    let shown = display(context, &path);
    if fs::kind(&path) != fs::Kind::Missing {
        return Err(Failure::usage(
            &format!("{shown} is there already"),
            "nothing was written",
        ));
    }
    fs::write(&path, STARTER)
        .map_err(|error| Failure::usage(&format!("cannot write {shown}: {}", fs::describe(&error)), ""))?;
    print(&format!(
        "wrote {shown}: a starter policy with two environments, staging and production\n\
         next: correct `files` and the two `target` folders in it, then run tollgate check -e production\n"
    ));
    Ok(ExitStatus::Pass)
}

//! `trust`: accept the commands of a policy on this machine. Whoever changes the policy has to be accepted
//! again: it is the file's digest that is remembered.

use std::fmt::Write as _;

use clap::Args;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::{self, display};
use crate::gate::ExitStatus;
use crate::report::escape::visible;
use crate::sys::terminal::print;
use crate::sys::vault::State;

/// Accept the commands of the policy on this machine
#[derive(Debug, Args)]
#[command(
    after_help = "Read the commands first: -n shows them and accepts nothing. A policy that is changed has to be accepted again. What was accepted is kept under $XDG_STATE_HOME/tollgate."
)]
pub struct TrustArgs {
    /// Accept it no longer
    #[arg(long)]
    pub withdraw: bool,
}

pub(super) fn run(context: &Context, args: &TrustArgs) -> Outcome {
    let setup = setup::load(context)?;
    let policy = setup.policy.as_ref().ok_or_else(|| {
        Failure::usage(
            "there is no tollgate.toml here or above",
            "write one with tollgate init",
        )
    })?;
    let state = State::find(&context.env).map_err(|why| Failure::undecided(&why, ""))?;
    let shown = setup
        .home
        .policy_path()
        .map_or_else(String::new, |path| display(context, &path));
    let mut out = String::new();
    for config in policy.configs.iter().filter(|config| !config.render.is_empty()) {
        let (set, command) = (visible(&config.set.name), config.render.join(" "));
        let _ = writeln!(out, "  config set {set} is rendered by: {}", visible(&command));
    }
    if out.is_empty() {
        out.push_str("  it has no commands\n");
    }
    let verb = match (args.withdraw, context.global.dry_run) {
        (false, false) => "accepted",
        (false, true) => "would accept",
        (true, false) => "no longer accepted",
        (true, true) => "would no longer accept",
    };
    if !context.global.dry_run {
        let done = if args.withdraw {
            state.distrust(&policy.sha256)
        } else {
            state.trust(&policy.sha256)
        };
        done.map_err(|why| Failure::undecided(&why, ""))?;
    }
    print(&format!("{verb}: {shown} {}\n{out}", &policy.sha256[..12]));
    Ok(ExitStatus::Pass)
}

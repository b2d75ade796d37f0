//! One file a command: its arguments and what it does with them. Nothing here judges: commands read
//! the world through `sys`, hand it to the pure layers, print, and return the exit status.

mod ack;
pub mod args;
mod by_hand;
mod check;
mod ci;
mod completions;
mod context;
mod demo;
mod diff;
mod due;
mod error;
mod explain;
mod extends;
mod git_side;
mod home;
mod hook;
mod init;
mod keys;
mod known;
mod man;
mod prepush;
mod proposal;
mod push;
mod recorded;
mod refs;
mod rendered;
mod resolve;
mod rollback;
mod rulebook;
mod rules;
mod schema;
mod setup;
mod show;
mod sources;
mod staged;
mod stamp;
mod trust;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command, Format};
use context::Context;
use error::Failure;

use crate::gate::ExitStatus;
use crate::sys::clock::Started;
use crate::sys::env::Env;
use crate::sys::terminal::{complain, lost_a_result, print};

/// Runs the program: arguments in, exit code out.
pub fn dispatch(args: impl Iterator<Item = OsString>, started: Started) -> u8 {
    let args: Vec<OsString> = args.collect();
    let matches = match command_for(&args).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let mut context = Context::new(cli.global, Env::read(), started);
    context.note_environment(&matches);
    let mistake = lost_folder(&context, &cli.command).or_else(|| foreign_format(&context, &cli.command));
    if let Some(failure) = mistake {
        complain(&failure.text);
        return failure.status.code();
    }
    let result = match cli.command {
        Command::Check(args) => check::run(&mut context, &args),
        Command::Ci(args) => ci::run(&mut context, &args),
        Command::Diff(args) => diff::run(&mut context, &args),
        Command::Resolve(args) => resolve::run(&mut context, &args),
        Command::Show(args) => show::run(&mut context, &args),
        Command::Ack(args) => ack::run(&mut context, &args),
        Command::Stamp(args) => stamp::run(&mut context, &args),
        Command::Push(args) => push::run(&mut context, &args),
        Command::Rollback(args) => rollback::run(&context, &args),
        Command::Hook(args) => hook::run(&mut context, &args),
        Command::Rules(args) => rules::run(&mut context, &args),
        Command::Explain(args) => explain::run(&mut context, &args),
        Command::Init(args) => init::run(&context, &args),
        Command::Demo(args) => demo::run(&context, &args),
        Command::Trust(args) => trust::run(&context, &args),
        Command::Man(args) => man::run(&context, &args),
        Command::Completions(args) => completions::run(&args),
        Command::Schema(args) => schema::run(&args),
    };
    match result {
        Ok(ExitStatus::Pass) if lost_a_result() => ExitStatus::Undecided.code(),
        Ok(status) => status.code(),
        Err(Failure { status, text }) => {
            complain(&text);
            status.code()
        }
    }
}

/// The formats that a command has beside those of every command.
fn further_formats(command: &Command) -> &'static [Format] {
    match command {
        Command::Check(_) | Command::Hook(_) | Command::Ci(_) => &[
            Format::Markdown,
            Format::Html,
            Format::Github,
            Format::Azure,
            Format::Gitlab,
            Format::Junit,
        ],
        Command::Diff(_) => &[Format::Jsonpatch, Format::Markdown, Format::Html],
        Command::Resolve(_) => &[Format::Prometheus],
        Command::Show(_)
        | Command::Ack(_)
        | Command::Stamp(_)
        | Command::Push(_)
        | Command::Rollback(_)
        | Command::Rules(_)
        | Command::Explain(_)
        | Command::Init(_)
        | Command::Demo(_)
        | Command::Trust(_)
        | Command::Man(_)
        | Command::Completions(_)
        | Command::Schema(_) => &[],
    }
}

/// A format that the command does not have is a mistake, not another format.
fn foreign_format(context: &Context, command: &Command) -> Option<Failure> {
    let known = |format: &Format| {
        matches!(format, Format::Human | Format::Json) || further_formats(command).contains(format)
    };
    let foreign = context.formats().into_iter().find(|format| !known(format))?;
    let name = format!("{foreign:?}").to_lowercase();
    Some(Failure::usage(
        &format!("this command has no format `{name}`"),
        "--format human or json",
    ))
}

/// `-C` names a folder that is there. A rollback and a hook say for themselves what its absence means.
fn lost_folder(context: &Context, command: &Command) -> Option<Failure> {
    let folder = context.global.directory.as_ref()?;
    let for_itself = matches!(command, Command::Rollback(_) | Command::Hook(_));
    let there = crate::sys::fs::kind(&context.folder()) == crate::sys::fs::Kind::Folder;
    (!there && !for_itself).then(|| Failure::usage(&format!("{folder}: no such folder"), ""))
}

/// The command line's definition. A rollback asks nothing of the environment: a variable that is
/// malformed must not stand in its way.
fn command_for(args: &[OsString]) -> clap::Command {
    let command = Cli::command();
    if args.iter().any(|arg| arg == "rollback") {
        command.mut_args(|arg| arg.env(clap::builder::Resettable::Reset))
    } else {
        command
    }
}

/// What clap has to say: help and version are results, the rest are errors.
fn usage(error: &clap::Error) -> u8 {
    let text = error.render().to_string();
    if error.use_stderr() {
        complain(&text);
        ExitStatus::Usage.code()
    } else {
        print(&text);
        ExitStatus::Pass.code()
    }
}

//! `hook install|uninstall|run`: git's hooks before a commit, before a merge's commit and before a push. What they
//! judge is in `staged` and `prepush`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::display;
use super::{prepush, staged};
use crate::gate::ExitStatus;
use crate::policy::FILE_NAME;
use crate::sys::fs;
use crate::sys::git::{Git, Side};
use crate::sys::terminal::print;

/// Install or run the git hooks
#[derive(Debug, Args)]
pub struct HookArgs {
    /// What to do
    #[command(subcommand)]
    pub action: HookAction,
}

/// What to do with the hooks.
#[derive(Debug, Subcommand)]
pub enum HookAction {
    /// Install the hooks where git looks for them; an existing hook is never overwritten
    #[command(
        after_help = "Writes pre-commit, pre-merge-commit and pre-push. git runs no commit hook for a rebase, a cherry-pick, a revert, an am, a fast-forward and --no-verify: what got in that way is judged before it is pushed. A hook is a convenience; `tollgate ci` and `tollgate push` are the gate."
    )]
    Install,
    /// Remove the hooks that install wrote
    Uninstall,
    /// Judge what is about to be committed; what the installed hooks call
    Run(RunArgs),
}

/// Arguments of `hook run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The hook
    pub hook: HookName,
    /// What the hook manager passes on; not looked at
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub rest: Vec<String>,
}

/// Hooks that can be run; by git's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(clippy::enum_variant_names, reason = "they are git's names")]
pub enum HookName {
    /// Before a commit
    PreCommit,
    /// Before the commit of a merge without conflicts
    PreMergeCommit,
    /// Before a push: every ref that git names on standard input
    PrePush,
}

/// The hooks that are installed.
const INSTALLED: [&str; 3] = ["pre-commit", "pre-merge-commit", "pre-push"];

/// A line that only our own hooks have.
const MARK: &str = "# written by `tollgate hook install`; remove with `tollgate hook uninstall`";

pub(super) fn run(context: &mut Context, args: &HookArgs) -> Outcome {
    match &args.action {
        HookAction::Install => install(context),
        HookAction::Uninstall => uninstall(context),
        HookAction::Run(RunArgs {
            hook: HookName::PreCommit | HookName::PreMergeCommit,
            ..
        }) => staged::judge(context),
        HookAction::Run(RunArgs {
            hook: HookName::PrePush,
            rest,
        }) => prepush::judge(context, rest),
    }
}

fn repository(context: &Context) -> Result<Git, Failure> {
    match Git::find(&context.folder(), &context.env) {
        Ok(Some(git)) => Ok(git),
        Ok(None) => Err(Failure::usage("this is no git repository", "git init")),
        Err(why) => Err(Failure::undecided(&why, "")),
    }
}

/// A word as a shell takes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The folders of the policies that a hook judges by, from the checkout's top, where git runs it: the one around here, or,
/// where there is none, every one that git holds below.
fn folders(context: &Context, git: &Git) -> Vec<String> {
    let inside = |folder: &Path| git.inside(folder).unwrap_or_default();
    if let Some(policy) = fs::find_upwards(&context.folder(), FILE_NAME) {
        return vec![policy.parent().map_or_else(String::new, inside)];
    }
    let here = inside(&context.folder());
    let rows = git.list(Side::Index, &here, &context.limits).ok().flatten();
    let below = rows.unwrap_or_default().into_iter().filter_map(|row| {
        let folder = row.name.strip_suffix(FILE_NAME)?;
        let whole = folder.is_empty() || folder.ends_with('/');
        whole.then(|| [here.as_str(), folder].join("/").trim_matches('/').to_owned())
    });
    let mut folders: Vec<String> = below.collect();
    folders.sort();
    if folders.is_empty() {
        folders.push(here);
    }
    folders
}

/// The line of a hook that judges by the policy of a folder.
fn call(hook: &str, folder: &str) -> String {
    let folder = if folder.is_empty() {
        String::new()
    } else {
        format!(" -C {}", quoted(folder))
    };
    let input = if hook == "pre-push" {
        "printf '%s\\n' \"$input\" | "
    } else {
        ""
    };
    format!("{input}\"$tollgate\"{folder} hook run {hook} \"$@\" || exit\n")
}

/// The hook's text.
fn script(context: &Context, hook: &str, calls: &str) -> String {
    let own = context
        .env
        .program
        .as_ref()
        .map_or_else(|| "tollgate".to_owned(), |path| path.display().to_string());
    let input = if hook == "pre-push" { "input=$(cat)\n" } else { "" };
    format!(
        "#!/bin/sh\n{MARK}\n\
         tollgate=$(command -v tollgate || echo {})\n\
         command -v \"$tollgate\" >/dev/null || {{\n  \
           echo 'tollgate is not installed, so that nothing could be judged; --no-verify goes past it' >&2\n  \
           exit 1\n\
         }}\n{input}{calls}",
        quoted(&own)
    )
}

/// A hook as it stands in the repository.
struct Place {
    hook: &'static str,
    path: PathBuf,
    shown: String,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    Ours,
    /// Git does not run it, because it may not be executed.
    Asleep,
    /// Somebody else's, which calls us.
    Calls,
    Foreign,
}

fn places(context: &Context, git: &Git) -> Result<Vec<Place>, Failure> {
    let (folder, own) = git
        .hooks()
        .map_err(|why| Failure::usage(&why, "git config core.hooksPath FOLDER, or --unset it"))?;
    if !own {
        return Err(Failure::usage(
            &format!("core.hooksPath is set for every repository: {}", folder.display()),
            "put this line into each of its hooks, with the hook's own name: tollgate hook run pre-push \"$@\"",
        ));
    }
    Ok(INSTALLED
        .iter()
        .map(|hook| {
            let path = folder.join(hook);
            Place {
                hook,
                shown: display(context, &path),
                state: state(context, &path),
                path,
            }
        })
        .collect())
}

fn state(context: &Context, path: &Path) -> State {
    if !fs::is_there(path) {
        return State::Free;
    }
    let bytes = fs::raw_bytes(path, &context.limits).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let calls = |line: &str| {
        let code = line.trim_start();
        !code.starts_with('#') && code.contains("tollgate") && code.contains("hook run")
    };
    if text.contains(MARK) {
        if fs::may_run(path) {
            State::Ours
        } else {
            State::Asleep
        }
    } else if text.lines().any(calls) && fs::may_run(path) {
        State::Calls
    } else {
        State::Foreign
    }
}

fn install(context: &Context) -> Outcome {
    let git = repository(context)?;
    let places = places(context, &git)?;
    if let Some(foreign) = places.iter().find(|place| place.state == State::Foreign) {
        return Err(Failure::usage(
            &format!(
                "{} is there already, and not ours: nothing was written",
                foreign.shown
            ),
            &format!(
                "put this line into it, make it executable, and install again: tollgate hook run {} \"$@\"",
                foreign.hook
            ),
        ));
    }
    let mut said = String::new();
    for place in &places {
        said.push_str(&put(context, &git, place)?);
    }
    if !context.global.dry_run {
        said.push_str(
            "commits, merges and pushes are judged from now on\n\
             (rebase, cherry-pick, revert, am, a fast-forward and --no-verify run no commit\n\
             hook: what comes of them is judged when it is pushed)\n",
        );
    }
    let has_policy = |folder: &String| fs::is_there(&git.workdir().join(folder).join(FILE_NAME));
    if !folders(context, &git).iter().any(has_policy) {
        said.push_str("there is no tollgate.toml yet, and nothing is judged without one: tollgate init\n");
    }
    print(&said);
    Ok(ExitStatus::Pass)
}

/// Writes one hook, or adds to it what it does not judge yet; says what was done.
fn put(context: &Context, git: &Git, place: &Place) -> Result<String, Failure> {
    let shown = &place.shown;
    let bytes = fs::raw_bytes(&place.path, &context.limits).unwrap_or_default();
    let known = String::from_utf8_lossy(&bytes).into_owned();
    let wanted: Vec<String> = folders(context, git)
        .iter()
        .map(|folder| call(place.hook, folder))
        .collect();
    let ours = matches!(place.state, State::Ours | State::Asleep);
    // What a hook of ours judges already it goes on to judge.
    let before = known.lines().filter(|line| ours && line.ends_with(" || exit"));
    let mut calls: Vec<String> = before.map(|line| format!("{line}\n")).collect();
    let missing = wanted.iter().any(|call| !calls.contains(call));
    calls.extend(wanted);
    calls.sort();
    calls.dedup();
    let word = match place.state {
        State::Calls => return Ok(format!("{shown} is there already\n")),
        State::Ours if !missing => return Ok(format!("{shown} is there already\n")),
        State::Ours => "add to",
        State::Free | State::Asleep | State::Foreign => "write",
    };
    if context.global.dry_run {
        return Ok(format!("would {word} {shown}\n"));
    }
    let again = if ours { fs::remove(&place.path) } else { Ok(()) };
    let text = script(context, place.hook, &calls.concat());
    again
        .and_then(|()| fs::write_program(&place.path, &text))
        .map_err(|error| Failure::usage(&format!("cannot write {shown}: {}", fs::describe(&error)), ""))?;
    let word = if word == "write" { "wrote" } else { "added to" };
    Ok(format!("{word} {shown}\n"))
}

fn uninstall(context: &Context) -> Outcome {
    let places = places(context, &repository(context)?)?;
    let ours = |state: State| matches!(state, State::Ours | State::Asleep);
    if places.iter().all(|place| !ours(place.state))
        && let Some(foreign) = places
            .iter()
            .find(|place| matches!(place.state, State::Foreign | State::Calls))
    {
        return Err(Failure::usage(
            &format!("{} is not ours: nothing was removed", foreign.shown),
            "",
        ));
    }
    for place in &places {
        let shown = &place.shown;
        match place.state {
            State::Free => print(&format!("there is no {shown}\n")),
            State::Foreign | State::Calls => print(&format!("{shown} is not ours, and stays\n")),
            State::Ours | State::Asleep if context.global.dry_run => {
                print(&format!("would remove {shown}\n"));
            }
            State::Ours | State::Asleep => {
                fs::remove(&place.path).map_err(|error| {
                    Failure::usage(&format!("cannot remove {shown}: {}", fs::describe(&error)), "")
                })?;
                print(&format!("removed {shown}\n"));
            }
        }
    }
    Ok(ExitStatus::Pass)
}

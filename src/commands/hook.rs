//! `hook install|uninstall|run`: git's hooks before a commit, before a merge's commit and before a push. What they
//! judge is in `staged` and `prepush`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::display;
use super::{prepush, staged};
use crate::gate::ExitStatus;
use crate::policy::FILE_NAME;
use crate::sys::fs;
use crate::sys::git::Git;
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

/// The hook's text. git runs it in the checkout's top folder; the policy may lie below it.
fn script(context: &Context, git: &Git, hook: &str) -> String {
    let own = context
        .env
        .program
        .as_ref()
        .map_or_else(|| "tollgate".to_owned(), |path| path.display().to_string());
    let folder = fs::find_upwards(&context.folder(), FILE_NAME)
        .and_then(|policy| policy.parent().map(Path::to_path_buf))
        .unwrap_or_else(|| context.folder());
    let folder = match git.inside(&folder) {
        Ok(below) if !below.is_empty() => format!(" -C {}", quoted(&below)),
        Ok(_) | Err(_) => String::new(),
    };
    format!(
        "#!/bin/sh\n{MARK}\n\
         tollgate=$(command -v tollgate || echo {})\n\
         command -v \"$tollgate\" >/dev/null || {{\n  \
           echo 'tollgate is not installed, so that nothing could be judged; --no-verify goes past it' >&2\n  \
           exit 1\n\
         }}\n\
         exec \"$tollgate\"{folder} hook run {hook} \"$@\"\n",
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
        let shown = &place.shown;
        if !matches!(place.state, State::Free | State::Asleep) {
            let _ = writeln!(said, "{shown} is there already");
        } else if context.global.dry_run {
            let _ = writeln!(said, "would write {shown}");
        } else {
            let again = if place.state == State::Asleep {
                fs::remove(&place.path)
            } else {
                Ok(())
            };
            let text = script(context, &git, place.hook);
            again
                .and_then(|()| fs::write_program(&place.path, &text))
                .map_err(|error| {
                    Failure::usage(&format!("cannot write {shown}: {}", fs::describe(&error)), "")
                })?;
            let _ = writeln!(said, "wrote {shown}");
        }
    }
    if !context.global.dry_run {
        said.push_str(
            "commits, merges and pushes are judged from now on\n\
             (rebase, cherry-pick, revert, am, a fast-forward and --no-verify run no commit\n\
             hook: what comes of them is judged when it is pushed)\n",
        );
    }
    if fs::find_upwards(&context.folder(), FILE_NAME).is_none() {
        said.push_str("there is no tollgate.toml yet, and nothing is judged without one: tollgate init\n");
    }
    print(&said);
    Ok(ExitStatus::Pass)
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

//! `hook install|uninstall|run`: git's pre-commit hook. What is staged is compared with `HEAD`, judged for
//! the moment *commit*; a commit that touches no config passes in silence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::check;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::git_side::{GitSide, Named};
use super::setup::{self, Setup, display};
use super::sources;
use crate::gate::{Deployed, EnvironmentInput, ExitStatus, FileInput, SetInput, Verdict};
use crate::policy::{FilePattern, Policy};
use crate::settings::{Action, ConfigSet, Environment, Moment};
use crate::sys::fs;
use crate::sys::git::{Git, Row, Side};
use crate::sys::terminal::{complain, print};

/// Install or run the git hooks
#[derive(Debug, Args)]
pub struct HookArgs {
    /// What to do
    #[command(subcommand)]
    pub action: HookAction,
}

/// What to do with the hook.
#[derive(Debug, Subcommand)]
pub enum HookAction {
    /// Install the pre-commit hook where git looks for it; an existing hook is never overwritten
    Install,
    /// Remove the hook that install wrote
    Uninstall,
    /// Judge what is about to be committed; what the installed hook calls
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

/// Hooks that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HookName {
    /// Before a commit
    PreCommit,
}

/// A line that only our own hook has.
const MARK: &str = "# written by `tollgate hook install`; remove with `tollgate hook uninstall`";

pub(super) fn run(context: &mut Context, args: &HookArgs) -> Outcome {
    match &args.action {
        HookAction::Install => install(context),
        HookAction::Uninstall => uninstall(context),
        HookAction::Run(RunArgs {
            hook: HookName::PreCommit,
            ..
        }) => pre_commit(context),
    }
}

fn repository(context: &Context) -> Result<Git, Failure> {
    match Git::find(&context.folder(), &context.env) {
        Ok(Some(git)) => Ok(git),
        Ok(None) => Err(Failure::usage("this is no git repository", "git init")),
        Err(why) => Err(Failure::undecided(&why, "")),
    }
}

fn script(context: &Context) -> String {
    let own = context
        .env
        .program
        .as_ref()
        .map_or_else(|| "tollgate".to_owned(), |path| path.display().to_string());
    let own = own.replace('\'', "'\\''");
    format!(
        "#!/bin/sh\n{MARK}\ntollgate=$(command -v tollgate || echo '{own}')\nexec \"$tollgate\" hook run pre-commit\n"
    )
}

fn place(context: &Context) -> Result<(PathBuf, String), Failure> {
    let (folder, own) = repository(context)?
        .hooks()
        .map_err(|why| Failure::undecided(&why, ""))?;
    if !own {
        return Err(Failure::usage(
            &format!("core.hooksPath is set for every repository: {}", folder.display()),
            "put this line into its pre-commit hook: tollgate hook run pre-commit",
        ));
    }
    let path = folder.join("pre-commit");
    let shown = display(context, &path);
    Ok((path, shown))
}

fn current(context: &Context, path: &Path) -> Option<String> {
    let bytes = fs::raw_bytes(path, &context.limits).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn install(context: &Context) -> Outcome {
    let (path, shown) = place(context)?;
    if fs::is_there(&path) {
        if current(context, &path).is_some_and(|text| text.contains(MARK)) {
            print(&format!("{shown} is there already\n"));
            return Ok(ExitStatus::Pass);
        }
        return Err(Failure::usage(
            &format!("{shown} is there already, and not ours: nothing was written"),
            "put this line into it: tollgate hook run pre-commit",
        ));
    }
    if context.global.dry_run {
        print(&format!("would write {shown}\n"));
        return Ok(ExitStatus::Pass);
    }
    fs::write_program(&path, &script(context))
        .map_err(|error| Failure::usage(&format!("cannot write {shown}: {}", fs::describe(&error)), ""))?;
    print(&format!(
        "wrote {shown}: what is committed is judged from now on\n"
    ));
    Ok(ExitStatus::Pass)
}

fn uninstall(context: &Context) -> Outcome {
    let (path, shown) = place(context)?;
    match current(context, &path) {
        None => print(&format!("there is no {shown}\n")),
        Some(text) if !text.contains(MARK) => {
            return Err(Failure::usage(
                &format!("{shown} is not ours: nothing was removed"),
                "",
            ));
        }
        Some(_) if context.global.dry_run => print(&format!("would remove {shown}\n")),
        Some(_) => {
            fs::remove(&path).map_err(|error| {
                Failure::usage(&format!("cannot remove {shown}: {}", fs::describe(&error)), "")
            })?;
            print(&format!("removed {shown}\n"));
        }
    }
    Ok(ExitStatus::Pass)
}

fn pre_commit(context: &mut Context) -> Outcome {
    context.arm();
    let setup = setup::load(context)?;
    let policy = setup::policy(&setup)?;
    let side = GitSide::find(context, &setup.root).map_err(|why| Failure::undecided(&why, ""))?;
    let staged = Staged {
        context,
        setup: &setup,
        side: &side,
    };
    let environments = staged.touched(policy)?;
    if environments.is_empty() {
        return Ok(ExitStatus::Pass);
    }
    let again = again(context, side.git());
    let outcome = check::judge(
        context,
        &setup,
        Moment::Commit,
        environments,
        context.global.offline,
    );
    let acked = outcome
        .environments
        .iter()
        .flat_map(|environment| &environment.findings)
        .any(|finding| finding.acked.is_some());
    if acked {
        remind(context, &setup);
    }
    let worth_reading = outcome.verdict != Verdict::Pass
        || outcome
            .environments
            .iter()
            .flat_map(|environment| &environment.findings)
            .any(|finding| finding.action > Action::Note);
    context.global.quiet |= !worth_reading && !context.global.verbose;
    check::report(context, &setup, &outcome, &again)
}

/// The flags that name the same comparison again. What `commit -a` and `commit FILE` are about to commit
/// lies in an index of their own that is gone afterwards; the checkout has it too.
fn again(context: &Context, git: &Git) -> String {
    let index = context
        .env
        .git_index_file
        .as_ref()
        .map(|file| context.env.cwd.join(file));
    let usual = index.is_none_or(|index| fs::real(&index) == fs::real(&git.index_file()));
    let proposed = if usual { "index" } else { "worktree" };
    format!(" --deployed git:HEAD --proposed {proposed}")
}

/// What is staged.
struct Staged<'a> {
    context: &'a Context,
    setup: &'a Setup,
    side: &'a GitSide,
}

impl Staged<'_> {
    /// The config sets that the commit touches, in every environment; only files that differ are read.
    fn touched(&self, policy: &Policy) -> Result<Vec<EnvironmentInput>, Failure> {
        let mut out = Vec::new();
        for environment in sources::chosen(self.context, policy)? {
            let mut sets = Vec::new();
            for (set, pattern, _) in sources::chosen_sets(self.context, policy)? {
                let touched = self.set(set, pattern, environment);
                sets.extend(touched.map_err(|why| Failure::undecided(&why, ""))?);
            }
            if !sets.is_empty() {
                out.push(EnvironmentInput {
                    environment: Some(environment.clone()),
                    sets,
                });
            }
        }
        Ok(out)
    }

    fn set(
        &self,
        set: &ConfigSet,
        pattern: &FilePattern,
        environment: &Environment,
    ) -> Result<Option<SetInput>, String> {
        let git = self.side.git();
        let place = self.setup.root.join(pattern.folder(&environment.name));
        let folder = git.inside(&place)?;
        let glob = pattern.glob(&environment.name)?;
        let rows = |side: Side| -> Result<BTreeMap<String, Row>, String> {
            let named = Named {
                side,
                path: None,
                shown: String::new(),
            };
            let rows = self.side.rows(self.context, &named, &folder)?.unwrap_or_default();
            let rows = rows.into_iter().filter(|row| glob.is_match(&row.name));
            Ok(rows.map(|row| (row.name.clone(), row)).collect())
        };
        let before = rows(git.revision("HEAD")?)?;
        let after = rows(Side::Index)?;
        let differs = |name: &str, row: &Row, other: &BTreeMap<String, Row>| other.get(name) != Some(row);
        let file = |prefix: &str, row: &Row| {
            let path = git.workdir().join(&folder).join(&row.name);
            let display = format!("{prefix}{}", display(self.context, &path));
            self.side.file(
                self.context,
                row,
                &display,
                &pattern.name(&row.name, &environment.name),
            )
        };
        let pick =
            |prefix: &str, rows: &BTreeMap<String, Row>, other: &BTreeMap<String, Row>| -> Vec<FileInput> {
                rows.iter()
                    .filter(|(name, row)| differs(name, row, other))
                    .map(|(_, row)| file(prefix, row))
                    .collect()
            };
        let deployed = pick("HEAD:", &before, &after);
        let proposed = pick("", &after, &before);
        if deployed.is_empty() && proposed.is_empty() {
            return Ok(None);
        }
        Ok(Some(SetInput {
            name: set.name.clone(),
            // Where the last commit has nothing of the set, nothing of it changes.
            deployed: if before.is_empty() {
                Deployed::Missing("HEAD".into())
            } else {
                Deployed::Files(deployed)
            },
            proposed,
            per_env: set.per_env.clone(),
            only_in: set.only_in.clone(),
        }))
    }
}

/// Acknowledgements that the commit leaves behind are of no use to whoever reviews it.
fn remind(context: &Context, setup: &Setup) {
    let path = setup.root.join(setup::ACKS);
    let Ok(side) = GitSide::find(context, &setup.root) else {
        return;
    };
    let Some(bytes) = current(context, &path) else {
        return;
    };
    let Ok(name) = side.git().inside(&path) else {
        return;
    };
    let staged = side
        .git()
        .list(Side::Index, &name, &context.limits)
        .ok()
        .flatten()
        .and_then(|rows| {
            rows.first()
                .and_then(|row| side.git().read(row, &context.limits).ok())
        });
    if staged.as_deref() != Some(bytes.as_bytes()) {
        complain(&format!(
            "note: {0} is not staged as it is; git add {0}, so that the reviewer sees it\n",
            display(context, &path)
        ));
    }
}

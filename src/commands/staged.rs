//! What is staged, against `HEAD`: the comparison that the hooks judge for the moment *commit*. A commit
//! that touches no config passes in silence. Installing hooks is in `hook`.

use std::collections::BTreeMap;
use std::path::Path;

use super::check;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::git_side::{GitSide, Named};
use super::rendered::Renderer;
use super::setup::{self, Setup, display};
use super::sources;
use crate::gate::{Deployed, EnvironmentInput, ExitStatus, FileInput, SetInput, Verdict};
use crate::policy::{Config, FILE_NAME, Policy};
use crate::settings::{Action, Environment, Moment};
use crate::sys::fs;
use crate::sys::git::{Git, Row, Side};
use crate::sys::terminal::complain;

/// Judges what is staged.
pub(super) fn judge(context: &mut Context) -> Outcome {
    context.arm();
    hold_flags(context)?;
    if let Some(note) = without_policy(context)? {
        complain(&note);
        return Ok(ExitStatus::Pass);
    }
    let setup = setup::load(context)?;
    let policy = setup::policy(&setup)?;
    let side = GitSide::find(context, &setup.root).map_err(|why| Failure::undecided(&why, ""))?;
    let staged = Staged {
        context,
        setup: &setup,
        side: &side,
    };
    let environments = staged.touched(policy)?;
    note_unstaged(context, &setup, side.git());
    if environments.is_empty() {
        return Ok(ExitStatus::Pass);
    }
    let again = again(context, side.git()).map_err(|why| Failure::undecided(&why, ""))?;
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
        note_acks(context, &setup, side.git());
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

/// The hook judges the whole commit for every environment. What is left in the shell of narrowing
/// variables does not count; flags that would compare something else are a mistake.
fn hold_flags(context: &mut Context) -> Result<(), Failure> {
    let dropped = context.drop_environment();
    if !dropped.is_empty() {
        complain(&format!(
            "note: {} of the environment counts for nothing in a hook\n",
            dropped.join(", ")
        ));
    }
    if context.global.deployed.is_some() || context.global.proposed.is_some() {
        return Err(Failure::usage(
            "a hook compares what is staged with HEAD",
            "tollgate check --at commit takes --deployed and --proposed",
        ));
    }
    Ok(())
}

/// A branch that has no policy, neither here nor in git, is not guarded, and that is said. Where git has
/// one and the worktree has not, the commit would take it away.
fn without_policy(context: &Context) -> Result<Option<String>, Failure> {
    let folder = context.folder();
    if context.global.policy.is_some() || fs::find_upwards(&folder, FILE_NAME).is_some() {
        return Ok(None);
    }
    let undecided = |why: String| Failure::undecided(&why, "");
    let start = if fs::kind(&folder) == fs::Kind::Folder {
        folder.clone()
    } else {
        context.env.cwd.clone()
    };
    let Some(git) = Git::find(&start, &context.env).map_err(undecided)? else {
        return Err(Failure::usage("this is no git repository", "git init"));
    };
    let below = git.inside(&folder).map_err(undecided)?;
    let head = git.revision("HEAD").map_err(undecided)?;
    for (side, name) in [(head, "HEAD"), (Side::Index, "the index")] {
        for above in Path::new(&below).ancestors() {
            let path = above.join(FILE_NAME);
            let path = path.to_string_lossy();
            let rows = git.list(side, &path, &context.limits).map_err(undecided)?;
            if rows.is_some_and(|rows| !rows.is_empty()) {
                return Err(Failure::usage(
                    &format!("{path} is not there, and {name} has it: nothing can be judged without it"),
                    &format!("git restore --source=HEAD --staged --worktree {path}"),
                ));
            }
        }
    }
    Ok(Some(format!(
        "note: this branch has no {FILE_NAME}: nothing was judged\n"
    )))
}

/// The flags that name the same comparison again. What `commit -a`, `commit -p` and `commit FILE` are about
/// to commit lies in an index of their own that is gone afterwards: its tree is kept instead.
fn again(context: &Context, git: &Git) -> Result<String, String> {
    let index = context
        .env
        .git_index_file
        .as_ref()
        .map(|file| context.env.cwd.join(file));
    let usual = index.is_none_or(|index| fs::real(&index) == fs::real(&git.index_file()));
    // git runs hooks in the checkout's top folder, and whoever pastes the line may be in another one.
    let folder = context
        .global
        .directory
        .as_ref()
        .map(|_| fs::real(&context.folder()).to_string_lossy().into_owned())
        .map(|folder| format!(" -C {}", check::quote(&folder)))
        .unwrap_or_default();
    // A conflict has no tree, and nothing to acknowledge.
    let proposed = if usual {
        "index".to_owned()
    } else {
        git.keep_index()
            .map_or_else(|_| "index".to_owned(), |tree| format!("git:{tree}"))
    };
    let policy = context
        .global
        .policy
        .as_ref()
        .map(|file| format!(" --policy {}", check::quote(file)))
        .unwrap_or_default();
    Ok(format!(
        "{folder}{policy} --deployed git:HEAD --proposed {proposed}"
    ))
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
            for config in sources::chosen_sets(self.context, policy, environment)? {
                let touched = self.set(config, environment);
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

    fn set(&self, config: &Config, environment: &Environment) -> Result<Option<SetInput>, String> {
        let (set, pattern) = (&config.set, &config.pattern);
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
        let (deployed, proposed) = if config.render.is_empty() {
            (deployed, proposed)
        } else {
            // What is rendered is made of all of them.
            let none = BTreeMap::new();
            let renderer = Renderer {
                context: self.context,
                setup: self.setup,
                config,
                environment,
            };
            let old = renderer.apply(pick("HEAD:", &before, &none))?;
            (old, renderer.apply(pick("", &after, &none))?)
        };
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
            environments: set.environments.clone(),
        }))
    }
}

/// A file's bytes in the index, where it is there.
fn staged_bytes(context: &Context, git: &Git, path: &Path) -> Option<Vec<u8>> {
    let name = git.inside(path).ok()?;
    let rows = git.list(Side::Index, &name, &context.limits).ok()??;
    git.read(rows.first()?, &context.limits).ok()
}

/// The commit is judged by the policy, the rules and the signers that lie here; where those are not the ones
/// that are committed, or the commit changes them, it is said: nobody turns a guard off without noticing.
fn note_unstaged(context: &Context, setup: &Setup, git: &Git) {
    for path in setup.policy_path.iter().chain(&setup.stands_on) {
        let Ok(bytes) = fs::raw_bytes(path, &context.limits) else {
            continue;
        };
        let what = match staged_bytes(context, git, path) {
            Some(staged) if staged != bytes => {
                "is not staged as it lies here, and this commit is judged by how it lies here"
            }
            None => "is not in git, so that it guards this checkout only",
            Some(_) if is_changed(context, git, path) => {
                "is changed by this commit, which is judged by the new one"
            }
            Some(_) => continue,
        };
        complain(&format!("note: {} {what}\n", display(context, path)));
    }
    for name in missing_rules(context, setup, git).unwrap_or_default() {
        complain(&format!(
            "note: {name} is staged and does not lie here: this commit is judged without it\n"
        ));
    }
}

/// Rule files that are staged and gone from the checkout.
fn missing_rules(context: &Context, setup: &Setup, git: &Git) -> Option<Vec<String>> {
    let root = git.inside(&setup.root).ok()?;
    let rows = git.list(Side::Index, &root, &context.limits).ok()??;
    let mut missing = Vec::new();
    for glob in &setup.policy.as_ref()?.rules {
        let glob = globset::GlobBuilder::new(glob)
            .literal_separator(true)
            .build()
            .ok()?;
        let glob = glob.compile_matcher();
        let gone = rows
            .iter()
            .filter(|row| glob.is_match(&row.name) && !fs::is_there(&setup.root.join(&row.name)));
        missing.extend(gone.map(|row| row.name.clone()));
    }
    Some(missing)
}

/// Whether a file is staged otherwise than the last commit has it.
fn is_changed(context: &Context, git: &Git, path: &Path) -> bool {
    let row = |side: Side| {
        let name = git.inside(path).ok()?;
        git.list(side, &name, &context.limits).ok()??.first().cloned()
    };
    let before = git.revision("HEAD").ok().and_then(row);
    before.is_some() && before != row(Side::Index)
}

/// Acknowledgements that the commit leaves behind are of no use to whoever reviews it.
fn note_acks(context: &Context, setup: &Setup, git: &Git) {
    let path = setup.root.join(setup::ACKS);
    let Ok(bytes) = fs::raw_bytes(&path, &context.limits) else {
        return;
    };
    if staged_bytes(context, git, &path).as_deref() != Some(bytes.as_slice()) {
        complain(&format!(
            "note: {0} is not staged as it is; git add {0}, so that the reviewer sees it\n",
            display(context, &path)
        ));
    }
}

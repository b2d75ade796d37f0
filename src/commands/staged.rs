//! What is staged, against `HEAD`: the comparison that the hooks judge for the moment *commit*. A commit
//! that touches no config passes in silence. Installing hooks is in `hook`.

use std::path::{Path, PathBuf};

use super::check;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::git_side::GitSide;
use super::rendered::Renderer;
use super::setup::{self, Setup, display};
use super::{prepush, sources};
use crate::gate::{Deployed, EnvironmentInput, ExitStatus, FileInput, SetInput, Verdict};
use crate::policy::{Config, FILE_NAME, FilePattern, Policy};
use crate::settings::{Action, Environment, Moment};
use crate::sys::env::Env;
use crate::sys::fs;
use crate::sys::git::{Delta, Git, Row, RowKind, Side};
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
    let undecided = |why: String| Failure::undecided(&why, "");
    let staged = Staged::new(context, &setup, &side).map_err(undecided)?;
    let environments = staged.touched(policy)?;
    if environments.is_empty() {
        note_unstaged(&staged, false).map_err(undecided)?;
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
    note_unstaged(&staged, acked).map_err(undecided)?;
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
pub(super) fn hold_flags(context: &mut Context) -> Result<(), Failure> {
    let dropped = context.drop_environment();
    if !dropped.is_empty() {
        complain(&format!(
            "note: {} of the environment counts for nothing in a hook\n",
            dropped.join(", ")
        ));
    }
    if context.global.deployed.is_some() || context.global.proposed.is_some() {
        return Err(Failure::usage(
            "a hook knows by itself what it compares",
            "tollgate check takes --deployed and --proposed",
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
    before: Side,
    /// What differs from the last commit, wherever it lies: the one question whose price is the change's.
    deltas: Vec<Delta>,
}

impl<'a> Staged<'a> {
    fn new(context: &'a Context, setup: &'a Setup, side: &'a GitSide) -> Result<Self, String> {
        let before = side.git().revision("HEAD")?;
        let mut deltas = side.git().changed(before, Side::Index)?;
        for head in accepted_elsewhere(side.git()) {
            // What the target branch has already is nobody's change here: it was judged when it got there.
            let differs = side.git().changed(side.git().revision(&head)?, Side::Index)?;
            let differs: std::collections::BTreeSet<String> =
                differs.into_iter().map(|delta| delta.path).collect();
            let before = deltas.len();
            deltas.retain(|delta| differs.contains(&delta.path));
            if deltas.len() < before {
                complain(&format!(
                    "note: {} are as the remote's default branch has them, and not judged again\n",
                    match before - deltas.len() {
                        1 => "1 file".to_owned(),
                        count => format!("{count} files"),
                    }
                ));
            }
        }
        Ok(Self {
            context,
            setup,
            side,
            before,
            deltas,
        })
    }

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
        let folder = match pattern.revision(&environment.name) {
            // A commit on another branch does not touch them.
            Some(revision) if !self.is_on(&revision) => return Ok(None),
            Some(_) => pattern.folder(&environment.name),
            None => {
                let place = self.setup.root.join(pattern.folder(&environment.name));
                self.side.git().inside(&place)?
            }
        };
        let lies = Lies {
            folder,
            pattern,
            glob: pattern.glob(&environment.name)?,
            environment: &environment.name,
        };
        let blocked = self.in_the_way(&lies.folder)?;
        let differing = |row: fn(&Delta) -> &Option<Row>| -> Vec<Row> {
            let rows = self.deltas.iter().filter_map(|delta| row(delta).as_ref());
            rows.filter_map(|row| lies.claims(row)).collect()
        };
        let (old, new) = (differing(|delta| &delta.old), differing(|delta| &delta.new));
        if let Some((way, row)) = &blocked
            && old.is_empty()
        {
            // It was so before. What lies behind it is not known, which matters where the commit touches that.
            if !self.touches_behind(way, row) {
                return Ok(None);
            }
            let what = self
                .side
                .git()
                .leads_to(Side::Index, "", row, &self.context.limits);
            return Err(format!(
                "{way} is {}, and the files of {} lie behind it: name the folder that they lie in under `files`",
                what.unwrap_or_else(|| "no folder".into()),
                set.name
            ));
        }
        if old.is_empty() && new.is_empty() {
            return Ok(None);
        }
        let before = self.holds(self.before, &lies, &old)?;
        let (deployed, proposed) = if config.render.is_empty() {
            let (old, new) = ((self.before, old.as_slice()), (Side::Index, new.as_slice()));
            (self.files("HEAD:", old, &lies), self.files("", new, &lies))
        } else {
            // What is rendered is made of all of them.
            let renderer = Renderer {
                context: self.context,
                setup: self.setup,
                config,
                environment,
            };
            let old =
                renderer.apply(self.files("HEAD:", (self.before, &self.all(self.before, &lies)?), &lies))?;
            (
                old,
                renderer.apply(self.files("", (Side::Index, &self.staged(&lies)?), &lies))?,
            )
        };
        let mut proposed = proposed;
        if let Some((way, row)) = &blocked {
            proposed.push(self.side.blocking(self.context, Side::Index, way, row));
        }
        Ok(Some(SetInput {
            name: set.name.clone(),
            // Where the last commit has nothing of the set, nothing of it changes.
            deployed: if before {
                Deployed::Files(deployed)
            } else {
                Deployed::Missing("HEAD".into())
            },
            proposed,
            per_env: set.per_env.clone(),
            only_in: set.only_in.clone(),
            environments: set.environments.clone(),
        }))
    }

    /// Whether the commit changes a link, or anything of the place that it leads to.
    fn touches_behind(&self, way: &str, row: &Row) -> bool {
        let target = self.side.git().target_of(way, row, &self.context.limits);
        self.deltas.iter().any(|delta| {
            let below = |folder: &String| {
                delta
                    .path
                    .strip_prefix(folder.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            delta.path == way || target.as_ref().is_some_and(below)
        })
    }

    /// What is staged on the way to a folder and is none. The last commit and what differs from it say it: the index is
    /// not read again.
    fn in_the_way(&self, folder: &str) -> Result<Option<(String, Row)>, String> {
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for way in ends.map(|end| &folder[..end]).filter(|way| !way.is_empty()) {
            let delta = self.deltas.iter().find(|delta| delta.path == way);
            let row = match delta {
                Some(delta) => delta.new.clone(),
                None => self.side.git().entry(self.before, way)?,
            };
            if let Some(row) = row {
                return Ok(Some((way.to_owned(), row)));
            }
        }
        Ok(None)
    }

    /// Whether a branch is the one that is checked out.
    fn is_on(&self, branch: &str) -> bool {
        let branch = branch.trim_start_matches("refs/heads/");
        self.side.git().branch().is_some_and(|head| head == branch)
    }

    /// Whether a side has any file of the set; what is known to differ is asked first.
    fn holds(&self, side: Side, lies: &Lies<'_>, known: &[Row]) -> Result<bool, String> {
        Ok(!known.is_empty() || !self.all(side, lies)?.is_empty())
    }

    fn all(&self, side: Side, lies: &Lies<'_>) -> Result<Vec<Row>, String> {
        let rows = self.side.git().list(side, &lies.folder, &self.context.limits)?;
        let rows = rows.unwrap_or_default().into_iter();
        Ok(rows.filter(|row| lies.glob.is_match(&row.name)).collect())
    }

    /// What is staged of a set: the last commit's files, but for those that differ. The index is not read again.
    fn staged(&self, lies: &Lies<'_>) -> Result<Vec<Row>, String> {
        let mut rows = self.all(self.before, lies)?;
        let differing = |row: &Row| {
            let delta = |delta: &Delta| delta.old.as_ref().and_then(|old| lies.claims(old));
            self.deltas
                .iter()
                .filter_map(delta)
                .any(|old| old.name == row.name)
        };
        rows.retain(|row| !differing(row));
        let new = self.deltas.iter().filter_map(|delta| delta.new.as_ref());
        rows.extend(new.filter_map(|row| lies.claims(row)));
        Ok(rows)
    }

    /// What is staged under one name.
    fn row(&self, name: &str) -> Result<Option<Row>, String> {
        if let Some(delta) = self.deltas.iter().find(|delta| delta.path == name) {
            return Ok(delta.new.clone());
        }
        let rows = self.side.git().list(self.before, name, &self.context.limits)?;
        Ok(rows.and_then(|rows| rows.into_iter().next().filter(|row| row.name.is_empty())))
    }

    fn files(&self, prefix: &str, (side, rows): (Side, &[Row]), lies: &Lies<'_>) -> Vec<FileInput> {
        let file = |row: &Row| {
            let path = self.side.git().workdir().join(&lies.folder).join(&row.name);
            let display = format!("{prefix}{}", display(self.context, &path));
            let name = lies.pattern.name(&row.name, lies.environment);
            let place = (side, lies.folder.as_str());
            if lies.glob.is_match(&row.name) {
                Some(self.side.file(self.context, place, row, &display, &name))
            } else {
                self.side.behind(self.context, place, row, &display)
            }
        };
        rows.iter().filter_map(file).collect()
    }
}

/// The commits that a merge in progress brings in and that a remote's default branch holds.
fn accepted_elsewhere(git: &Git) -> Vec<String> {
    let merged = git.commit("MERGE_HEAD").ok().flatten().map(|id| id.to_string());
    let mut heads: Vec<String> = merged.into_iter().chain(Env::merged_heads()).collect();
    heads.retain(|head| crate::sys::git::ObjectId::parse(head).is_some());
    heads.dedup();
    let Some(tip) = git
        .remotes()
        .iter()
        .find_map(|remote| prepush::default_tip(git, remote))
    else {
        return Vec::new();
    };
    heads.retain(|head| {
        let id = crate::sys::git::ObjectId::parse(head);
        id.is_some_and(|id| git.merge_base(id, tip).is_ok_and(|base| base == Some(id)))
    });
    heads
}

/// Where the files of a set lie in the repository.
struct Lies<'l> {
    folder: String,
    pattern: &'l FilePattern,
    glob: globset::GlobMatcher,
    environment: &'l str,
}

impl Lies<'_> {
    /// A row by its name below the folder, where it belongs to the set.
    fn claims(&self, row: &Row) -> Option<Row> {
        let name = match self.folder.as_str() {
            "" => row.name.as_str(),
            folder => row.name.strip_prefix(folder)?.strip_prefix('/')?,
        };
        // Behind a link or in a submodule there may be files of the set.
        let hides = matches!(row.kind, RowKind::Link | RowKind::Submodule);
        (hides || self.glob.is_match(name)).then(|| Row {
            name: name.to_owned(),
            ..row.clone()
        })
    }
}

/// The commit is judged by the policy, the rules and the signers that lie here; where those are not the ones
/// that are committed, or the commit changes them, it is said: nobody turns a guard off without noticing.
fn note_unstaged(staged: &Staged<'_>, acks: bool) -> Result<(), String> {
    let Staged {
        context, setup, side, ..
    } = staged;
    let git = side.git();
    let acks_file = setup.root.join(setup::ACKS);
    let mut files: Vec<(&Path, String)> = Vec::new();
    let mut ours: Vec<PathBuf> = setup.home.policy_path().into_iter().collect();
    ours.extend(setup.home.paths().into_iter().filter(|path| *path != acks_file));
    for path in ours
        .iter()
        .map(PathBuf::as_path)
        .chain(acks.then_some(acks_file.as_path()))
    {
        // A file outside of the repository is nobody's change.
        if let Ok(name) = git.inside(path) {
            files.push((path, name));
        }
    }
    for (path, name) in &files {
        let row = staged.row(name)?;
        let Ok(bytes) = fs::raw_bytes(path, &context.limits) else {
            continue;
        };
        let same = row.as_ref().is_some_and(|row| {
            git.read(row, name, &context.limits)
                .is_ok_and(|staged| staged == bytes)
        });
        let shown = display(context, path);
        if *path == acks_file {
            if !same {
                complain(&format!(
                    "note: {shown} is not staged as it is; git add {shown}, so that the reviewer sees it\n"
                ));
            }
            continue;
        }
        let changed = |delta: &Delta| delta.path == *name && delta.old.is_some();
        let what = match row {
            Some(_) if !same => {
                "is not staged as it lies here, and this commit is judged by how it lies here"
            }
            None => "is not in git, so that it guards this checkout only",
            Some(_) if staged.deltas.iter().any(changed) => {
                "is changed by this commit, which is judged by the new one"
            }
            Some(_) => continue,
        };
        complain(&format!("note: {shown} {what}\n"));
    }
    for name in missing_rules(staged).unwrap_or_default() {
        complain(&format!(
            "note: {name} is staged and does not lie here: this commit is judged without it\n"
        ));
    }
    Ok(())
}

/// Rule files that are staged and gone from the checkout.
fn missing_rules(staged: &Staged<'_>) -> Option<Vec<String>> {
    let Staged { setup, side, .. } = staged;
    let root = side.git().inside(&setup.root).ok()?;
    let mut missing = Vec::new();
    for glob in &setup.policy.as_ref()?.rules {
        let pattern = FilePattern::new(glob).ok()?;
        let below = [root.as_str(), pattern.folder("").as_str()].join("/");
        let lies = Lies {
            folder: below.trim_matches('/').to_owned(),
            glob: pattern.glob("").ok()?,
            pattern: &pattern,
            environment: "",
        };
        let place = side.git().workdir().join(&lies.folder);
        let gone = staged.staged(&lies).ok()?.into_iter();
        let gone = gone
            .map(|row| place.join(row.name))
            .filter(|path| !fs::is_there(path));
        missing.extend(gone.map(|path| display(staged.context, &path)));
    }
    Some(missing)
}

//! Reading both sides of the config sets of a policy in its environments.

use std::path::Path;

use super::context::Context;
use super::error::Failure;
use super::git_side::{GitSide, Named, same_unfollowed};
use super::known::Known;
use super::rendered::Renderer;
use super::setup::{Setup, display};
use crate::gate::{Deployed, EnvironmentInput, FileInput, Kept as _, ReadFault, SetInput};
use crate::ledger::last_release;
use crate::policy::{Config, FilePattern, Policy};
use crate::settings::{ConfigSet, Environment, Source, Target};
use crate::sys::fs;
use crate::sys::git::Side;
use crate::sys::target_dir::is_interrupted;

/// Every file below a folder.
pub(super) fn folder(context: &Context, place: &Path, shown: &str) -> Result<Vec<FileInput>, String> {
    let listed = fs::list(place, &context.limits)?;
    Ok(listed
        .into_iter()
        .map(|row| to_input(context, row, shown, None))
        .collect())
}

pub(super) fn to_input(context: &Context, row: fs::Listed, shown: &str, name: Option<String>) -> FileInput {
    let display = format!("{}/{}", shown.trim_end_matches('/'), row.name);
    let display = if shown.is_empty() {
        row.name.clone()
    } else {
        display
    };
    let name = name.unwrap_or(row.name);
    match row.fault {
        Some(message) => FileInput {
            display,
            name,
            content: Err(ReadFault {
                message,
                help: None,
                not_text: false,
            }),
        },
        None => fs::read(&row.path, &display, &name, &context.limits),
    }
}

/// The environments of the policy that the flags ask for, each with its config sets on both sides.
pub(super) fn by_policy(
    context: &Context,
    setup: &Setup,
    policy: &Policy,
    files: &[String],
) -> Result<Vec<EnvironmentInput>, Failure> {
    let environments = chosen(context, policy)?;
    if context.global.syntax.is_some() {
        return Err(Failure::usage(
            "--syntax is for files given by hand; those of a config set are read by their names",
            "leave it out",
        ));
    }
    let reader = Reader::new(context, setup);
    let files: &[String] = &files
        .iter()
        .map(|file| display(context, &context.path(file)))
        .collect::<Vec<_>>();
    let mut matched: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for environment in environments {
        let mut inputs = Vec::new();
        let mut others = false;
        for config in chosen_sets(context, policy, environment)? {
            let set = &config.set;
            let elsewhere = config.pattern.revision(&environment.name).is_some() && !context.on_branch;
            if context.head.is_some() && elsewhere {
                // Files on a branch of their own are no part of a proposal for another one.
                others = true;
                continue;
            }
            let (mut proposed, mut deployed) = reader.both(config, environment)?;
            if !files.is_empty() {
                matched.extend(restrict(&mut proposed, &mut deployed, files));
            }
            inputs.push(SetInput {
                name: set.name.clone(),
                deployed,
                proposed,
                per_env: set.per_env.clone(),
                only_in: set.only_in.clone(),
                environments: set.environments.clone(),
            });
        }
        if !inputs.is_empty() || others {
            out.push(EnvironmentInput {
                environment: Some(environment.clone()),
                sets: inputs,
            });
        }
    }
    if out.is_empty() {
        return Err(no_such_set(context));
    }
    if let Some(lost) = files.iter().find(|file| !matched.contains(file)) {
        return Err(Failure::usage(
            &format!("{lost} is no file of a config set"),
            "name files as they are printed, from the current folder",
        ));
    }
    Ok(out)
}

/// The environments asked for.
pub(super) fn chosen<'p>(context: &Context, policy: &'p Policy) -> Result<Vec<&'p Environment>, Failure> {
    let known = || {
        policy
            .environments
            .iter()
            .map(|environment| environment.name.as_str())
    };
    match &context.global.env {
        None if policy.environments.is_empty() => Err(Failure::usage(
            "the policy names no environment",
            "add an [environments.NAME] table",
        )),
        None => Ok(policy.environments.iter().collect()),
        Some(name) => match policy
            .environments
            .iter()
            .find(|environment| environment.name == *name)
        {
            Some(environment) => Ok(vec![environment]),
            None => {
                let hint = match crate::doc::table::nearest(name, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("environments: {}", known().collect::<Vec<_>>().join(", ")),
                };
                Err(Failure::usage(
                    &format!("the policy has no environment `{name}`"),
                    &hint,
                ))
            }
        },
    }
}

/// Keeps only the files named on the command line, by their displayed path or name in the set; gives
/// back which of those names matched.
fn restrict(proposed: &mut Vec<FileInput>, deployed: &mut Deployed, files: &[String]) -> Vec<String> {
    let wants = |file: &FileInput| {
        files
            .iter()
            .find(|wanted| **wanted == file.display || **wanted == file.name)
            .cloned()
    };
    let mut matched: Vec<String> = proposed.iter().filter_map(wants).collect();
    proposed.retain(|file| wants(file).is_some());
    let names: Vec<String> = proposed.iter().map(|file| file.name.clone()).collect();
    if let Deployed::Files(rows) = deployed {
        matched.extend(rows.iter().filter_map(wants));
        rows.retain(|file| names.contains(&file.name) || wants(file).is_some());
    }
    matched
}

/// The first of many names.
pub(super) fn few(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| crate::report::escape::visible(name).into_owned())
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The config sets asked for that an environment has.
pub(super) fn chosen_sets<'p>(
    context: &Context,
    policy: &'p Policy,
    environment: &Environment,
) -> Result<Vec<&'p Config>, Failure> {
    let known = || policy.configs.iter().map(|config| config.set.name.as_str());
    if let Some(name) = &context.global.set
        && !known().any(|known| known == name)
    {
        return Err(Failure::usage(
            &format!("the policy has no config set `{name}`"),
            &format!("config sets: {}", known().collect::<Vec<_>>().join(", ")),
        ));
    }
    Ok(policy
        .configs
        .iter()
        .filter(|config| {
            context
                .global
                .set
                .as_ref()
                .is_none_or(|name| *name == config.set.name)
        })
        .filter(|config| config.set.is_in(&environment.name))
        .collect())
}

/// The set asked for is not in the environment asked for.
pub(super) fn no_such_set(context: &Context) -> Failure {
    let name = |value: &Option<String>| value.clone().unwrap_or_default();
    Failure::usage(
        &format!(
            "config set `{}` is not in environment `{}`",
            name(&context.global.set),
            name(&context.global.env)
        ),
        "look at its `environments` in the policy",
    )
}

/// Why a side could not be read.
enum SideFault {
    /// There is no such place.
    Missing(String),
    /// There is, and it cannot be read.
    Broken(String),
}

/// Reads sides; the repository and the ledger are opened once, and only if a source asks for them.
pub(super) struct Reader<'c> {
    context: &'c Context,
    setup: &'c Setup,
    git: std::cell::OnceCell<Result<GitSide, String>>,
    known: std::cell::OnceCell<Known>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(context: &'c Context, setup: &'c Setup) -> Self {
        Self {
            context,
            setup,
            git: std::cell::OnceCell::new(),
            known: std::cell::OnceCell::new(),
        }
    }

    fn git(&self) -> Result<&GitSide, String> {
        self.git
            .get_or_init(|| GitSide::find(self.context, &self.setup.root))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Both sides of a set in an environment. Where its sources may not be rendered, nothing is known of it.
    pub(super) fn both(
        &self,
        config: &Config,
        environment: &Environment,
    ) -> Result<(Vec<FileInput>, Deployed), Failure> {
        let (mut files, mut deployed) = match self.proposed(config, environment)? {
            Ok(files) => (files, self.deployed(config, environment)?),
            Err(untrusted) => return Ok((Vec::new(), Deployed::Unreachable(untrusted))),
        };
        if let Deployed::Files(old) = &mut deployed {
            // What leads to the same content on both sides does not change by it.
            let twin = |file: &FileInput, others: &[FileInput]| {
                others.iter().any(|other| same_unfollowed(file, other))
            };
            let before = old.clone();
            old.retain(|file| !twin(file, &files));
            files.retain(|file| !twin(file, &before));
        }
        Ok((files, deployed))
    }

    /// The proposed files of a set in an environment; why they may not be rendered, if so.
    pub(super) fn proposed(
        &self,
        config: &Config,
        environment: &Environment,
    ) -> Result<Result<Vec<FileInput>, String>, Failure> {
        let files = self.sources(&config.pattern, environment)?;
        Ok(self.renderer(config, environment).apply(files))
    }

    fn renderer<'r>(&'r self, config: &'r Config, environment: &'r Environment) -> Renderer<'r> {
        Renderer {
            context: self.context,
            setup: self.setup,
            config,
            environment,
        }
    }

    fn sources(&self, pattern: &FilePattern, environment: &Environment) -> Result<Vec<FileInput>, Failure> {
        let given = self.context.global.proposed.as_deref();
        let source = match (given, pattern.revision(&environment.name)) {
            (Some(given), _) => Source::parse(given),
            (None, Some(revision)) => Source::Git { revision, path: None },
            (None, None) => Source::Worktree,
        };
        let read = match &source {
            Source::Worktree => {
                let place = self.setup.root.join(pattern.folder(&environment.name));
                match self.left_out(&place, pattern, environment) {
                    Ok(rest) => matching(self.context, &place, pattern, &environment.name)
                        .or_else(|fault| match fault {
                            SideFault::Missing(_) if !rest.is_empty() => Ok(Vec::new()),
                            fault @ (SideFault::Missing(_) | SideFault::Broken(_)) => Err(fault),
                        })
                        .map(|files| with_rest(files, rest))
                        .map(|files| self.encoded(files, &place, pattern, environment)),
                    Err(why) => Err(SideFault::Broken(why)),
                }
            }
            Source::Path(path) => {
                matching(self.context, &self.context.path(path), pattern, &environment.name)
            }
            Source::Git { .. } | Source::Index => self.in_git(&source, pattern, environment),
            Source::Stdin | Source::Ledger => {
                return Err(Failure::usage(
                    "a config set is proposed in a folder or in git",
                    "name a folder, git:REV or index",
                ));
            }
            Source::Unsupported(kind) => {
                return Err(Failure::usage(
                    &format!("`{kind}` cannot be read as a source"),
                    "",
                ));
            }
        };
        match read {
            Ok(files) => Ok(files),
            // A folder that is not there holds no file: the gate says what follows.
            Err(SideFault::Missing(_)) if !matches!(source, Source::Path(_)) => Ok(Vec::new()),
            Err(SideFault::Missing(shown)) => Err(Failure::usage(&format!("{shown}: no such folder"), "")),
            Err(SideFault::Broken(why)) => Err(Failure::usage(&why, "")),
        }
    }

    /// The deployed files of a set in an environment.
    pub(super) fn deployed(&self, config: &Config, environment: &Environment) -> Result<Deployed, Failure> {
        let set = &config.set;
        // What was pushed is rendered already; in git lie the sources.
        let live = config.live();
        let pattern = &live;
        let flag = self.context.global.deployed.as_deref().map(Source::parse);
        let from_flag = flag.is_some();
        let named = from_flag || environment.deployed.is_some();
        let source = match (flag.or_else(|| environment.deployed.clone()), &environment.target) {
            (Some(source), _) => source,
            (None, Some(target @ Target::Dir(_))) => {
                let path = target.folder(&set.name).unwrap_or_default();
                return Ok(self.target(&path, pattern, environment));
            }
            (None, Some(Target::Unsupported(kind))) => {
                return Ok(Deployed::Unreachable(format!(
                    "this version of tollgate cannot read a target of kind `{kind}`"
                )));
            }
            // Nothing says where it lies: what was pushed last is all that is known.
            (None, None) => {
                return Ok(Deployed::Unreachable(format!(
                    "environment `{}` names neither `deployed` nor `target`",
                    environment.name
                )));
            }
        };
        let read = match &source {
            Source::Path(path) => {
                let place = if from_flag {
                    self.context.path(path)
                } else {
                    self.setup.root.join(path)
                };
                matching(self.context, &place, pattern, &environment.name)
            }
            Source::Git { .. } | Source::Index => self
                .in_git(&source, &config.pattern, environment)
                .and_then(|files| {
                    let rendered = self.renderer(config, environment).apply(files);
                    let files = rendered.map_err(SideFault::Broken)?;
                    match broken(&files).filter(|_| !config.render.is_empty()) {
                        Some(why) => Err(SideFault::Broken(why)),
                        None => Ok(files),
                    }
                }),
            Source::Ledger => return Ok(self.last_pushed(set, pattern, environment)),
            Source::Stdin | Source::Worktree if from_flag => {
                return Err(Failure::usage(
                    "the deployed side of a config set is a folder, a place in git, or the ledger",
                    "name a folder, git:REV or ledger",
                ));
            }
            Source::Stdin | Source::Worktree => {
                return Ok(Deployed::Unreachable(
                    "`deployed` must be a folder, a place in git, or the ledger".into(),
                ));
            }
            Source::Unsupported(kind) => {
                return Ok(Deployed::Unreachable(format!(
                    "this version of tollgate cannot read `{kind}`"
                )));
            }
        };
        // `HEAD` of a branch without commits is there, and empty; so is a folder that no commit has yet.
        let may_be_missing = !named || matches!(source, Source::Git { path: None, .. } | Source::Index);
        Ok(match read {
            Ok(files) => Deployed::Files(files),
            Err(SideFault::Missing(shown)) if may_be_missing => Deployed::Missing(shown),
            Err(SideFault::Missing(shown)) => Deployed::Unreachable(format!("{shown}: no such folder")),
            Err(SideFault::Broken(why)) => Deployed::Unreachable(why),
        })
    }

    /// What is live at a target folder. One that nobody pushed to yet is empty.
    fn target(&self, path: &str, pattern: &FilePattern, environment: &Environment) -> Deployed {
        let place = self.setup.root.join(path);
        if is_interrupted(&place) {
            let shown = display(self.context, &place);
            return Deployed::Unreachable(format!(
                "a push to {shown} broke off half way: tollgate push {0} finishes it, tollgate rollback {0} undoes it",
                environment.name
            ));
        }
        match matching(self.context, &place, pattern, &environment.name) {
            Ok(files) => Deployed::Files(files),
            Err(SideFault::Missing(shown)) => Deployed::Missing(shown),
            Err(SideFault::Broken(why)) => Deployed::Unreachable(why),
        }
    }

    /// What git keeps in another encoding than the checkout shows (`working-tree-encoding`) is said to be so.
    fn encoded(
        &self,
        mut files: Vec<FileInput>,
        place: &Path,
        pattern: &FilePattern,
        environment: &Environment,
    ) -> Vec<FileInput> {
        for file in &mut files {
            let Err(fault) = &mut file.content else { continue };
            let Ok(git) = self.git() else { continue };
            let path = place.join(pattern.path(&file.name, &environment.name));
            let Ok(path) = git.git().inside(&path) else {
                continue;
            };
            if let Some(encoding) = git.git().attribute(&path, "working-tree-encoding") {
                fault.help = Some(format!(
                    "the checkout shows it as {encoding} (.gitattributes), and git keeps it as UTF-8: --proposed index \
                     judges what git keeps"
                ));
            }
        }
        files
    }

    /// What a sparse checkout leaves out of the worktree is as it is in the index.
    fn left_out(
        &self,
        place: &Path,
        pattern: &FilePattern,
        environment: &Environment,
    ) -> Result<Vec<FileInput>, String> {
        // Outside of a repository there is nothing to be left out.
        let Ok(git) = self.git() else {
            return Ok(Vec::new());
        };
        let Ok(folder) = git.git().inside(place) else {
            return Ok(Vec::new());
        };
        let glob = pattern.glob(&environment.name)?;
        let rows = git.git().left_out(&folder)?;
        Ok(rows
            .iter()
            .filter(|row| glob.is_match(&row.name))
            .map(|row| {
                let shown = display(self.context, &place.join(&row.name));
                git.file(
                    self.context,
                    (Side::Index, &folder),
                    row,
                    &shown,
                    &pattern.name(&row.name, &environment.name),
                )
            })
            .collect())
    }

    fn in_git(
        &self,
        source: &Source,
        pattern: &FilePattern,
        environment: &Environment,
    ) -> Result<Vec<FileInput>, SideFault> {
        let git = self.git().map_err(SideFault::Broken)?;
        let named = git
            .name(self.context, source)
            .map_err(SideFault::Broken)?
            .ok_or_else(|| SideFault::Broken("no such source".into()))?;
        git_files(self.context, self.setup, git, &named, pattern, &environment.name)
    }

    /// What the ledger says was pushed last, from the bytes it kept.
    fn last_pushed(&self, set: &ConfigSet, pattern: &FilePattern, environment: &Environment) -> Deployed {
        let known = self.known.get_or_init(|| Known::load(self.context, self.setup));
        if let Some(why) = &known.evidence.fault {
            return Deployed::Unreachable(format!("the ledger: {why}"));
        }
        let Some(link) = last_release(&known.chain, &environment.name, &set.name) else {
            return Deployed::Missing("the ledger".into());
        };
        let mut files = Vec::new();
        for (path, sha256) in &link.entry.draft.files.0 {
            let Some(bytes) = known.bytes(sha256) else {
                return Deployed::Unreachable(format!(
                    "the ledger does not have the bytes of {path} ({sha256})"
                ));
            };
            let name = pattern.name(path, &environment.name);
            files.push(fs::from_bytes(&format!("ledger:{path}"), &name, bytes));
        }
        Deployed::Files(files)
    }
}

/// Why a file cannot be read, if there is one.
fn broken(files: &[FileInput]) -> Option<String> {
    files.iter().find_map(|file| {
        Some(format!(
            "{}: {}",
            file.display,
            file.content.as_ref().err()?.message
        ))
    })
}

/// The files of the worktree, and of what is not checked out those that are not there all the same.
fn with_rest(mut files: Vec<FileInput>, rest: Vec<FileInput>) -> Vec<FileInput> {
    let there: std::collections::BTreeSet<String> = files.iter().map(|file| file.name.clone()).collect();
    files.extend(rest.into_iter().filter(|file| !there.contains(&file.name)));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// The files of a config set on a side in git.
fn git_files(
    context: &Context,
    setup: &Setup,
    git: &GitSide,
    named: &Named,
    pattern: &FilePattern,
    env: &str,
) -> Result<Vec<FileInput>, SideFault> {
    let folder = match &named.path {
        Some(path) => path.clone(),
        // On a branch of their own the files lie from its top, wherever the policy does.
        None if pattern.revision(env).is_some() => pattern.folder(env),
        None => {
            let place = setup.root.join(pattern.folder(env));
            git.git().inside(&place).map_err(SideFault::Broken)?
        }
    };
    let glob = pattern.glob(env).map_err(SideFault::Broken)?;
    let shown = format!("{}{folder}", named.shown);
    if let Some(file) = git
        .in_the_way(context, named.side, &folder)
        .map_err(SideFault::Broken)?
    {
        return Ok(vec![file]);
    }
    let rows = git
        .rows(context, named, &folder)
        .map_err(SideFault::Broken)?
        .ok_or_else(|| SideFault::Missing(shown.clone()))?;
    let place = (named.side, folder.as_str());
    Ok(rows
        .iter()
        .filter_map(|row| {
            // What is staged is shown as the file that it is in the checkout.
            let display = if named.shown.is_empty() {
                display(context, &git.git().workdir().join(&folder).join(&row.name))
            } else {
                format!("{shown}/{}", row.name)
            };
            if glob.is_match(&row.name) {
                Some(git.file(context, place, row, &display, &pattern.name(&row.name, env)))
            } else {
                git.behind(context, place, row, &display)
            }
        })
        .collect())
}

/// The files below a folder that the pattern matches.
fn matching(
    context: &Context,
    place: &Path,
    pattern: &FilePattern,
    env: &str,
) -> Result<Vec<FileInput>, SideFault> {
    let shown = display(context, place);
    let broken = |why: String| SideFault::Broken(format!("{shown}: {why}"));
    match fs::kind(place) {
        fs::Kind::Folder => {}
        fs::Kind::Missing => return Err(SideFault::Missing(shown)),
        fs::Kind::Unknown(why) => return Err(broken(why)),
        fs::Kind::File | fs::Kind::Null => return Err(broken("this is not a folder".into())),
    }
    let glob = pattern.glob(env).map_err(broken)?;
    let listed = fs::list(place, &context.limits).map_err(broken)?;
    Ok(listed
        .into_iter()
        // A folder that cannot be listed may hold files of the set: it is never left out.
        .filter(|row| row.fault.is_some() || glob.is_match(&row.name))
        .map(|row| {
            let name = pattern.name(&row.name, env);
            to_input(context, row, &shown, Some(name))
        })
        .collect())
}

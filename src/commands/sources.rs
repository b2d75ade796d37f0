//! Reading both sides of a comparison: two files or folders given by hand, or the config sets of a
//! policy in its environments.

use std::path::Path;

use super::context::Context;
use super::error::Failure;
use super::setup::{Setup, display};
use crate::gate::{Deployed, EnvironmentInput, FileInput, ReadFault, SetInput};
use crate::policy::{FilePattern, Policy};
use crate::settings::{Environment, Source, Target};
use crate::sys::fs;

/// Two sides given by hand: files, folders or standard input.
pub(super) fn by_hand(context: &Context, old: &str, new: &str) -> Result<SetInput, Failure> {
    let (old, new) = (given(old)?, given(new)?);
    if old == Source::Stdin && new == Source::Stdin {
        return Err(Failure::usage("only one side can be standard input", ""));
    }
    let folder = |source: &Source| matches!(source, Source::Path(path) if fs::kind(&context.path(path)) == fs::Kind::Folder);
    let (old_folder, new_folder) = (folder(&old), folder(&new));
    let null = |source: &Source| matches!(source, Source::Path(path) if path == "/dev/null");
    if old_folder != new_folder
        && !null(&old)
        && !null(&new)
        && exists(context, &old)
        && exists(context, &new)
    {
        return Err(Failure::usage(
            "one side is a folder and the other a file",
            "compare two files, or two folders",
        ));
    }
    // Two files are one file at two times: they share a name.
    let name = [&new, &old].into_iter().find_map(|source| match source {
        Source::Path(path) if path != "/dev/null" && !path.is_empty() => base_name(path),
        Source::Path(_) | Source::Stdin | Source::Worktree | Source::Unsupported(_) => None,
    });
    Ok(SetInput {
        name: String::new(),
        deployed: deployed_by_hand(context, &old, name.as_deref()),
        proposed: proposed_by_hand(context, &new, name.as_deref())?,
        per_env: Vec::new(),
    })
}

fn given(text: &str) -> Result<Source, Failure> {
    match Source::parse(text) {
        Source::Unsupported(kind) => Err(unsupported(&kind)),
        Source::Worktree => Err(Failure::usage(
            "`worktree` needs a policy that names the files",
            "name a file or a folder",
        )),
        source @ (Source::Path(_) | Source::Stdin) => Ok(source),
    }
}

fn unsupported(kind: &str) -> Failure {
    Failure::usage(
        &format!("this version of tollgate cannot read `{kind}` as a source"),
        "name a file or a folder",
    )
}

fn exists(context: &Context, source: &Source) -> bool {
    match source {
        Source::Path(path) => fs::kind(&context.path(path)) != fs::Kind::Missing,
        Source::Stdin | Source::Worktree | Source::Unsupported(_) => true,
    }
}

fn base_name(path: &str) -> Option<String> {
    Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
}

fn deployed_by_hand(context: &Context, source: &Source, name: Option<&str>) -> Deployed {
    let path = match source {
        Source::Stdin => return Deployed::Files(vec![fs::read_stdin(name, &context.limits)]),
        Source::Path(path) => path,
        Source::Worktree | Source::Unsupported(_) => return Deployed::Unreachable("no such source".into()),
    };
    let place = context.path(path);
    match fs::kind(&place) {
        fs::Kind::Null => Deployed::Missing(path.clone()),
        fs::Kind::Missing => Deployed::Unreachable(format!("{path}: no such file or folder")),
        fs::Kind::Unknown(why) => Deployed::Unreachable(format!("{path}: {why}")),
        fs::Kind::Folder => match folder(context, &place, path) {
            Ok(files) => Deployed::Files(files),
            Err(why) => Deployed::Unreachable(format!("{path}: {why}")),
        },
        fs::Kind::File => {
            let name = name.map_or_else(|| base_name(path).unwrap_or_default(), str::to_owned);
            Deployed::Files(vec![fs::read(&place, path, &name, &context.limits)])
        }
    }
}

fn proposed_by_hand(
    context: &Context,
    source: &Source,
    name: Option<&str>,
) -> Result<Vec<FileInput>, Failure> {
    let path = match source {
        Source::Stdin => return Ok(vec![fs::read_stdin(name, &context.limits)]),
        Source::Path(path) => path,
        Source::Worktree => return Err(unsupported("worktree")),
        Source::Unsupported(kind) => return Err(unsupported(kind)),
    };
    let place = context.path(path);
    match fs::kind(&place) {
        fs::Kind::Null => Ok(Vec::new()),
        fs::Kind::Missing => Err(Failure::usage(&format!("{path}: no such file or folder"), "")),
        fs::Kind::Unknown(why) => Err(Failure::usage(&format!("{path}: {why}"), "")),
        fs::Kind::Folder => {
            folder(context, &place, path).map_err(|why| Failure::usage(&format!("{path}: {why}"), ""))
        }
        fs::Kind::File => {
            let name = name.map_or_else(|| base_name(path).unwrap_or_default(), str::to_owned);
            Ok(vec![fs::read(&place, path, &name, &context.limits)])
        }
    }
}

/// One file for `show` and `resolve`.
pub(super) fn one_file(context: &Context, path: &str) -> Result<FileInput, Failure> {
    if path == "-" {
        return Ok(fs::read_stdin(None, &context.limits));
    }
    let place = context.path(path);
    match fs::kind(&place) {
        fs::Kind::Missing => Err(Failure::usage(&format!("{path}: no such file"), "")),
        fs::Kind::Unknown(why) => Err(Failure::usage(&format!("{path}: {why}"), "")),
        fs::Kind::Null | fs::Kind::Folder | fs::Kind::File => Ok(fs::read(
            &place,
            path,
            &base_name(path).unwrap_or_default(),
            &context.limits,
        )),
    }
}

/// Every file below a folder.
pub(super) fn folder(context: &Context, place: &Path, shown: &str) -> Result<Vec<FileInput>, String> {
    let listed = fs::list(place, &context.limits)?;
    Ok(listed
        .into_iter()
        .map(|row| to_input(context, row, shown, None))
        .collect())
}

fn to_input(context: &Context, row: fs::Listed, shown: &str, name: Option<String>) -> FileInput {
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
    let sets: Vec<_> = policy
        .configs
        .iter()
        .filter(|(set, ..)| context.global.set.as_ref().is_none_or(|name| *name == set.name))
        .collect();
    if let Some(name) = context.global.set.as_ref().filter(|_| sets.is_empty()) {
        let known: Vec<&str> = policy.configs.iter().map(|(set, ..)| set.name.as_str()).collect();
        return Err(Failure::usage(
            &format!("the policy has no config set `{name}`"),
            &format!("config sets: {}", known.join(", ")),
        ));
    }
    let files: &[String] = &files
        .iter()
        .map(|file| display(context, &context.path(file)))
        .collect::<Vec<_>>();
    let mut matched: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for environment in environments {
        let mut inputs = Vec::new();
        for (set, pattern, render) in &sets {
            let mut proposed = proposed(context, setup, pattern, environment)?;
            let mut deployed = deployed(context, setup, pattern, environment)?;
            if *render {
                deployed = Deployed::Unreachable("`render` is not run by this version of tollgate".into());
            }
            if !files.is_empty() {
                matched.extend(restrict(&mut proposed, &mut deployed, files));
            }
            inputs.push(SetInput {
                name: set.name.clone(),
                deployed,
                proposed,
                per_env: set.per_env.clone(),
            });
        }
        out.push(EnvironmentInput {
            environment: Some(environment.clone()),
            sets: inputs,
        });
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

fn proposed(
    context: &Context,
    setup: &Setup,
    pattern: &FilePattern,
    environment: &Environment,
) -> Result<Vec<FileInput>, Failure> {
    let source = context
        .global
        .proposed
        .as_deref()
        .map_or(Source::Worktree, Source::parse);
    let place = match &source {
        Source::Worktree => setup.root.join(pattern.folder(&environment.name)),
        Source::Path(path) => context.path(path),
        Source::Stdin => {
            return Err(Failure::usage(
                "a config set cannot be read from standard input",
                "name a folder",
            ));
        }
        Source::Unsupported(kind) => return Err(unsupported(kind)),
    };
    match matching(context, &place, pattern, &environment.name) {
        Ok(files) => Ok(files),
        // A folder that is not there holds no file: the gate says what follows.
        Err(None) if source == Source::Worktree => Ok(Vec::new()),
        Err(None) => Err(Failure::usage(
            &format!("{}: no such folder", place.display()),
            "",
        )),
        Err(Some(why)) => Err(Failure::usage(&format!("{}: {why}", place.display()), "")),
    }
}

fn deployed(
    context: &Context,
    setup: &Setup,
    pattern: &FilePattern,
    environment: &Environment,
) -> Result<Deployed, Failure> {
    let flag = context.global.deployed.as_deref().map(Source::parse);
    let named = flag.is_some() || environment.deployed.is_some();
    let place = match (flag, &environment.deployed, &environment.target) {
        (Some(Source::Unsupported(kind)), ..) => return Err(unsupported(&kind)),
        (Some(Source::Path(path)), ..) => context.path(&path),
        (Some(Source::Stdin | Source::Worktree), ..) => {
            return Err(Failure::usage(
                "the deployed side of a config set is a folder",
                "name a folder",
            ));
        }
        (None, Some(Source::Path(path)), _) | (None, None, Some(Target::Dir(path))) => setup.root.join(path),
        (None, Some(Source::Unsupported(kind)), _) => {
            return Ok(Deployed::Unreachable(format!(
                "this version of tollgate cannot read `{kind}`"
            )));
        }
        (None, Some(Source::Stdin | Source::Worktree), _) => {
            return Ok(Deployed::Unreachable("`deployed` must be a folder".into()));
        }
        (None, None, Some(Target::Unsupported(kind))) => {
            return Ok(Deployed::Unreachable(format!(
                "this version of tollgate cannot read a target of kind `{kind}`"
            )));
        }
        (None, None, None) => {
            return Ok(Deployed::Unreachable(format!(
                "environment `{}` names neither `deployed` nor `target`",
                environment.name
            )));
        }
    };
    let shown = display(context, &place);
    Ok(match matching(context, &place, pattern, &environment.name) {
        Ok(files) => Deployed::Files(files),
        // A target nobody pushed to yet is empty; a source named on purpose must be there.
        Err(None) if !named => Deployed::Missing(shown),
        Err(None) => Deployed::Unreachable(format!("{shown}: no such folder")),
        Err(Some(why)) => Deployed::Unreachable(format!("{shown}: {why}")),
    })
}

/// The files below a folder that the pattern matches. `Err(None)`: there is no such folder.
fn matching(
    context: &Context,
    place: &Path,
    pattern: &FilePattern,
    env: &str,
) -> Result<Vec<FileInput>, Option<String>> {
    match fs::kind(place) {
        fs::Kind::Folder => {}
        fs::Kind::Missing => return Err(None),
        fs::Kind::Unknown(why) => return Err(Some(why)),
        fs::Kind::File | fs::Kind::Null => return Err(Some("this is not a folder".into())),
    }
    let glob = pattern.glob(env).map_err(Some)?;
    let shown = display(context, place);
    let listed = fs::list(place, &context.limits).map_err(Some)?;
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

//! Two sides given by hand: files, folders, standard input, or places in git.

use std::path::Path;

use super::context::Context;
use super::error::Failure;
use super::git_side::GitSide;
use super::sources::folder;
use crate::gate::{Deployed, FileInput, SetInput};
use crate::settings::Source;
use crate::sys::fs;

/// What a source holds.
#[derive(Debug)]
enum Held {
    /// One file.
    File(FileInput),
    /// The files of a folder.
    Folder(Vec<FileInput>),
    /// `/dev/null`: nothing, on purpose.
    Nothing(String),
    /// It cannot be read; why.
    Fault(String),
}

/// Both sides.
pub(super) fn by_hand(context: &Context, old: &str, new: &str) -> Result<SetInput, Failure> {
    let (old, new) = (given(old)?, given(new)?);
    if old == Source::Stdin && new == Source::Stdin {
        return Err(Failure::usage("only one side can be standard input", ""));
    }
    // Two files are one file at two times: they share a name.
    let name = [&new, &old].into_iter().find_map(base_name);
    let old = hold(context, &old, name.as_deref());
    let new = hold(context, &new, name.as_deref());
    match (&old, &new) {
        (Held::Folder(_), Held::File(_)) | (Held::File(_), Held::Folder(_)) => {
            return Err(Failure::usage(
                "one side is a folder and the other a file",
                "compare two files, or two folders",
            ));
        }
        _ => {}
    }
    Ok(SetInput {
        name: String::new(),
        deployed: match old {
            Held::File(file) => Deployed::Files(vec![file]),
            Held::Folder(files) => Deployed::Files(files),
            Held::Nothing(place) => Deployed::Missing(place),
            Held::Fault(why) => Deployed::Unreachable(why),
        },
        proposed: match new {
            Held::File(file) => vec![file],
            Held::Folder(files) => files,
            Held::Nothing(_) => Vec::new(),
            Held::Fault(why) => return Err(Failure::usage(&why, "")),
        },
        per_env: Vec::new(),
        only_in: Vec::new(),
        environments: Vec::new(),
    })
}

fn given(text: &str) -> Result<Source, Failure> {
    match Source::parse(text) {
        Source::Worktree | Source::Ledger | Source::Unsupported(_) => Err(Failure::usage(
            &format!("`{text}` is a side of a policy's config sets"),
            "tollgate check compares those; here name a file, a folder, or git:REV:PATH",
        )),
        source @ (Source::Path(_) | Source::Stdin | Source::Git { .. } | Source::Index) => Ok(source),
    }
}

fn base_name(source: &Source) -> Option<String> {
    let path = match source {
        Source::Path(path) if path != "/dev/null" => path,
        Source::Git { path: Some(path), .. } => path,
        Source::Path(_)
        | Source::Git { path: None, .. }
        | Source::Stdin
        | Source::Worktree
        | Source::Index
        | Source::Ledger
        | Source::Unsupported(_) => return None,
    };
    Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
}

/// What a source holds, to be read as `--syntax` says.
fn hold(context: &Context, source: &Source, name: Option<&str>) -> Held {
    match (as_it_is(context, source, name), &context.global.syntax) {
        (Held::File(file), Some(_)) => Held::File(with_syntax(context, file)),
        (Held::Folder(files), Some(_)) => {
            Held::Folder(files.into_iter().map(|file| with_syntax(context, file)).collect())
        }
        (held, _) => held,
    }
}

fn with_syntax(context: &Context, file: FileInput) -> FileInput {
    match &context.global.syntax {
        Some(syntax) => FileInput {
            content: file
                .content
                .map(|source| std::sync::Arc::new(source.with_syntax(syntax))),
            ..file
        },
        None => file,
    }
}

fn as_it_is(context: &Context, source: &Source, name: Option<&str>) -> Held {
    match source {
        Source::Stdin => Held::File(fs::read_stdin(name, &context.limits)),
        Source::Path(path) => on_disk(context, path, name),
        Source::Git { .. } | Source::Index => in_git(context, source, name).unwrap_or_else(Held::Fault),
        Source::Worktree | Source::Ledger | Source::Unsupported(_) => Held::Fault("no such source".into()),
    }
}

fn on_disk(context: &Context, path: &str, name: Option<&str>) -> Held {
    let place = context.path(path);
    match fs::kind(&place) {
        fs::Kind::Null => Held::Nothing(path.to_owned()),
        fs::Kind::Missing => Held::Fault(format!("{path}: no such file or folder")),
        fs::Kind::Unknown(why) => Held::Fault(format!("{path}: {why}")),
        fs::Kind::Folder => match folder(context, &place, path) {
            Ok(files) => Held::Folder(files),
            Err(why) => Held::Fault(format!("{path}: {why}")),
        },
        fs::Kind::File => Held::File(fs::read(&place, path, name.unwrap_or_default(), &context.limits)),
    }
}

fn in_git(context: &Context, source: &Source, name: Option<&str>) -> Result<Held, String> {
    let side = GitSide::find(context, &context.folder())?;
    let Some(named) = side.name(context, source)? else {
        return Err("no such source".into());
    };
    let path = named.path.clone().unwrap_or_default();
    let Some(rows) = side.rows(context, &named, &path)? else {
        return Err(format!("{}{path}: no such file or folder", named.shown));
    };
    if let [row] = rows.as_slice()
        && row.name.is_empty()
    {
        let display = format!("{}{path}", named.shown);
        return Ok(Held::File(side.file(
            context,
            (named.side, &path),
            row,
            &display,
            name.unwrap_or_default(),
        )));
    }
    let slash = if path.is_empty() { "" } else { "/" };
    let files = rows.iter().map(|row| {
        let display = format!("{}{path}{slash}{}", named.shown, row.name);
        side.file(context, (named.side, &path), row, &display, &row.name)
    });
    Ok(Held::Folder(files.collect()))
}

/// One file for `show` and `resolve`.
pub(super) fn one_file(context: &Context, path: &str) -> Result<FileInput, Failure> {
    one_as_it_is(context, path).map(|file| with_syntax(context, file))
}

fn one_as_it_is(context: &Context, path: &str) -> Result<FileInput, Failure> {
    if path == "-" {
        return Ok(fs::read_stdin(None, &context.limits));
    }
    let source = Source::parse(path);
    if matches!(source, Source::Git { .. }) {
        return match hold(context, &source, base_name(&source).as_deref()) {
            Held::File(file) => Ok(file),
            Held::Folder(_) | Held::Nothing(_) => {
                Err(Failure::usage(&format!("{path}: this is a folder"), ""))
            }
            Held::Fault(why) => Err(Failure::usage(&why, "")),
        };
    }
    let place = context.path(path);
    let name = Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    match fs::kind(&place) {
        fs::Kind::Missing => {
            let hint = match source {
                Source::Index | Source::Worktree | Source::Ledger => {
                    "that is a side of a config set, not a file; name a file or git:REV:PATH"
                }
                Source::Git { .. } | Source::Path(_) | Source::Stdin | Source::Unsupported(_) => "",
            };
            Err(Failure::usage(&format!("{path}: no such file"), hint))
        }
        fs::Kind::Unknown(why) => Err(Failure::usage(&format!("{path}: {why}"), "")),
        fs::Kind::Null | fs::Kind::Folder | fs::Kind::File => {
            Ok(fs::read(&place, path, &name, &context.limits))
        }
    }
}

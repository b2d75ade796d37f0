//! A side that lies in git: a revision or the index. Bytes with one object id are read once, under
//! however many names they go.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use crate::doc::SourceFile;
use crate::gate::{FileInput, ReadFault};
use crate::settings::Source;
use crate::sys::fs;
use crate::sys::git::{Git, ObjectId, Row, RowKind, Side};

/// A repository, and what was read from it.
#[derive(Debug)]
pub(super) struct GitSide {
    git: Git,
    read: RefCell<HashMap<ObjectId, Arc<SourceFile>>>,
}

/// A side in git, as a source names it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) side: Side,
    /// From the repository's root; [`None`]: where the config set lies.
    pub(super) path: Option<String>,
    /// What stands before a path when it is shown.
    pub(super) shown: String,
}

impl GitSide {
    /// The repository around a folder; `Err` where there is none.
    pub(super) fn find(context: &Context, folder: &Path) -> Result<Self, String> {
        let git = Git::find(folder, &context.env)?.ok_or("this is no git repository")?;
        Ok(Self {
            git,
            read: RefCell::default(),
        })
    }

    pub(super) fn git(&self) -> &Git {
        &self.git
    }

    /// Looks a source up; [`None`] where it is none in git.
    pub(super) fn name(&self, context: &Context, source: &Source) -> Result<Option<Named>, String> {
        Ok(match source {
            Source::Git { revision, path: None } if context.head.as_ref() == Some(revision) => Some(Named {
                side: self.git.revision(revision)?,
                path: None,
                shown: String::new(),
            }),
            Source::Git { revision, path } => Some(Named {
                side: self.git.revision(revision)?,
                path: path.clone(),
                shown: format!("{}:", short(revision)),
            }),
            Source::Index => Some(Named {
                side: Side::Index,
                path: None,
                shown: String::new(),
            }),
            Source::Path(_) | Source::Stdin | Source::Worktree | Source::Ledger | Source::Unsupported(_) => {
                None
            }
        })
    }

    /// The rows below a folder; [`None`] where there is no such folder.
    pub(super) fn rows(
        &self,
        context: &Context,
        named: &Named,
        folder: &str,
    ) -> Result<Option<Vec<Row>>, String> {
        self.git.list(named.side, folder, &context.limits)
    }

    /// One row below a folder as a file of a side. A link is followed to a file of the same side.
    pub(super) fn file(
        &self,
        context: &Context,
        (side, folder): (Side, &str),
        row: &Row,
        display: &str,
        name: &str,
    ) -> FileInput {
        let path = [folder, row.name.as_str()].join("/");
        let path = path.trim_matches('/');
        let followed = (row.kind == RowKind::Link)
            .then(|| self.git.follow(side, path, &context.limits))
            .flatten();
        let (path, row) = match &followed {
            Some((path, row)) => (path.as_str(), row),
            None => (path, row),
        };
        // A link's object may equal a file's; only files are shared.
        if let Some(source) = self
            .read
            .borrow()
            .get(&row.id)
            .filter(|_| row.kind == RowKind::File)
        {
            return FileInput {
                display: display.to_owned(),
                name: name.to_owned(),
                content: Ok(Arc::new(source.renamed(display, name))),
            };
        }
        match self.git.read_as_kept(row, path, &context.limits) {
            Ok((bytes, kept)) => {
                let file = fs::from_bytes(display, name, bytes);
                if let (Ok(source), true) = (&file.content, kept) {
                    self.read.borrow_mut().insert(row.id, Arc::clone(source));
                }
                file
            }
            Err(fault) => broken(display, name, fault),
        }
    }

    /// What stands on the way to the folder of a set and is no folder, as a file that cannot be read.
    pub(super) fn in_the_way(
        &self,
        context: &Context,
        side: Side,
        folder: &str,
    ) -> Result<Option<FileInput>, String> {
        let found = self.git.in_the_way(side, folder)?;
        Ok(found.map(|(way, row)| self.blocking(context, side, &way, &row)))
    }

    /// What stands on the way to a folder, as a file that cannot be read.
    pub(super) fn blocking(&self, context: &Context, side: Side, way: &str, row: &Row) -> FileInput {
        let what = self.git.leads_to(side, "", row, &context.limits);
        unfollowed(way, way, &what.unwrap_or_else(|| "no folder".into()))
    }

    /// A link to a folder, or a submodule, below the folder of a set: files of the set may lie behind it.
    pub(super) fn behind(
        &self,
        context: &Context,
        (side, folder): (Side, &str),
        row: &Row,
        display: &str,
    ) -> Option<FileInput> {
        let what = self.git.leads_to(side, folder, row, &context.limits)?;
        Some(unfollowed(display, &row.name, &what))
    }
}

/// In every word alike for what leads to the same content: two sides that hold it do not differ by it.
const UNFOLLOWED: &str = "what lies behind it is not followed in git";

fn unfollowed(display: &str, name: &str, what: &str) -> FileInput {
    FileInput {
        display: display.to_owned(),
        name: name.to_owned(),
        content: Err(ReadFault {
            message: format!("this is {what}: {UNFOLLOWED}"),
            help: Some(
                "put the files themselves there, or name the folder that they lie in under `files`".into(),
            ),
            not_text: false,
        }),
    }
}

/// Whether two files are the same thing that is not followed.
pub(super) fn same_unfollowed(one: &FileInput, other: &FileInput) -> bool {
    let why = |file: &FileInput| file.content.as_ref().err().map(|fault| fault.message.clone());
    one.name == other.name
        && why(one) == why(other)
        && why(one).is_some_and(|message| message.ends_with(UNFOLLOWED))
}

fn broken(display: &str, name: &str, fault: ReadFault) -> FileInput {
    FileInput {
        display: display.to_owned(),
        name: name.to_owned(),
        content: Err(fault),
    }
}

/// A revision as people read it: of a commit's whole name the first digits.
pub(super) fn short(revision: &str) -> &str {
    let whole = matches!(revision.len(), 40 | 64) && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if whole { &revision[..12] } else { revision }
}

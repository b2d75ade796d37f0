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
                shown: format!("{revision}:"),
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

    /// One row as a file of a side.
    pub(super) fn file(&self, context: &Context, row: &Row, display: &str, name: &str) -> FileInput {
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
        match self.git.read(row, &context.limits) {
            Ok(bytes) => {
                let file = fs::from_bytes(display, name, bytes);
                if let Ok(source) = &file.content {
                    self.read.borrow_mut().insert(row.id, Arc::clone(source));
                }
                file
            }
            Err(fault) => broken(display, name, fault),
        }
    }
}

fn broken(display: &str, name: &str, fault: ReadFault) -> FileInput {
    FileInput {
        display: display.to_owned(),
        name: name.to_owned(),
        content: Err(fault),
    }
}

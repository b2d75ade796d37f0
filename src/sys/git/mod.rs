//! Reading git repositories through libgit2: trees, the index, blobs, settings. No network; nothing is
//! written but, where asked for, the tree of an index. What it cannot read (SHA-256 repositories, a sparse index) is an error, never an empty side.

mod history;

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags};

pub use history::{Changed, Commit};

use super::env::Env;
use crate::doc::Limits;
use crate::gate::ReadFault;

/// No folder ends the search for a repository.
const NOTHING: [&str; 0] = [];

/// A repository.
pub struct Git {
    repository: Repository,
    workdir: PathBuf,
}

impl std::fmt::Debug for Git {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Git({})", self.workdir.display())
    }
}

/// Where files are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A commit's tree.
    Tree(Oid),
    /// What is staged.
    Index,
    /// Nothing: the branch has no commit yet.
    Empty,
}

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A file.
    File,
    /// A symbolic link.
    Link,
    /// Another repository.
    Submodule,
    /// Several versions, between which somebody has to choose.
    Unmerged,
    /// A file whose name is not UTF-8; it is shown as far as it is.
    BadName,
}

/// One file of a side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Path below the folder that was asked for.
    pub name: String,
    /// The object's name: equal names mean equal bytes.
    pub id: Oid,
    /// What it is.
    pub kind: RowKind,
}

fn why(error: &git2::Error) -> String {
    let message = error.message();
    // What libgit2 cannot read yet, in the words of whoever has to do something about it.
    if message.contains("'sdir'") {
        return "the index is sparse, which tollgate cannot read; git sparse-checkout reapply --no-sparse-index makes \
                it whole"
            .into();
    }
    if message.contains("'sha256'") {
        return "this is a SHA-256 repository, which tollgate cannot read".into();
    }
    match error.code() {
        ErrorCode::Owner => {
            format!("{message}; if you trust it: git config --global --add safe.directory FOLDER")
        }
        _ => message.to_owned(),
    }
}

impl Git {
    /// The repository that holds a folder, or the one that `GIT_DIR` names; [`None`] outside of any.
    pub fn find(start: &Path, env: &Env) -> Result<Option<Self>, String> {
        let start = if start.as_os_str().is_empty() {
            Path::new(".")
        } else {
            start
        };
        let found = match &env.git_dir {
            Some(_) => Repository::open_from_env(),
            // Not `discover`, which forgets where a `.git` file lies that names a folder elsewhere.
            None => Repository::open_ext(start, RepositoryOpenFlags::CROSS_FS, NOTHING),
        };
        let repository = match found {
            Ok(repository) => repository,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(why(&error)),
        };
        // libgit2 takes it from the repository's folder, git from the current one.
        let checkout = match (&env.git_work_tree, &env.git_dir) {
            (Some(checkout), _) => Some(env.cwd.join(checkout)),
            (None, Some(_)) if is_plain(&repository) => Some(env.cwd.clone()),
            (None, _) => None,
        };
        if let Some(checkout) = checkout {
            repository
                .set_workdir(&checkout, false)
                .map_err(|error| why(&error))?;
        }
        if let Some(file) = &env.git_index_file {
            let path = env.cwd.join(file);
            let mut index = git2::Index::open(&path).map_err(|error| why(&error))?;
            repository.set_index(&mut index).map_err(|error| why(&error))?;
        }
        let workdir = repository
            .workdir()
            .unwrap_or_else(|| repository.path())
            .to_path_buf();
        Ok(Some(Self { repository, workdir }))
    }

    /// Whether there is no checkout.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }

    /// The folder of the checkout.
    #[must_use]
    pub fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// A folder's path inside the repository, `/`-separated, empty for its root.
    pub fn inside(&self, folder: &Path) -> Result<String, String> {
        let real = |path: &Path| super::fs::real(path);
        let (folder, root) = (real(folder), real(&self.workdir));
        let below = folder.strip_prefix(&root).map_err(|_| {
            format!(
                "{} lies outside of the repository {}",
                folder.display(),
                root.display()
            )
        })?;
        below
            .to_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("{} is not UTF-8", below.display()))
    }

    /// The tree of a revision. `HEAD` of a branch without commits is the empty side.
    pub fn revision(&self, name: &str) -> Result<Side, String> {
        if name == "HEAD"
            && self
                .repository
                .head()
                .is_err_and(|error| error.code() == ErrorCode::UnbornBranch)
        {
            return Ok(Side::Empty);
        }
        if name.is_empty() {
            return Err("a revision is missing after `git:`; git:HEAD is the last commit".into());
        }
        let object = self.repository.revparse_single(name).map_err(|error| {
            let shallow = if self.repository.is_shallow() {
                "; the clone is shallow: git fetch --unshallow"
            } else {
                ""
            };
            format!(
                "`{name}` is no revision of this repository: {}{shallow}",
                why(&error)
            )
        })?;
        let tree = object
            .peel(ObjectType::Tree)
            .map_err(|error| format!("`{name}` has no files: {}", why(&error)))?;
        Ok(Side::Tree(tree.id()))
    }

    /// Every file below a folder of a side, in name order; [`None`] where there is no such folder. A path
    /// that is a file gives that one row, with an empty name.
    pub fn list(&self, side: Side, folder: &str, limits: &Limits) -> Result<Option<Vec<Row>>, String> {
        let mut rows = match side {
            Side::Empty => return Ok(None),
            Side::Tree(id) => match self.tree_rows(id, folder, limits)? {
                Some(rows) => rows,
                None => return Ok(None),
            },
            Side::Index => self.index_rows(folder, |_| true)?,
        };
        if rows.len() > limits.files {
            return Err(format!("more than {} files", limits.files));
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(if rows.is_empty() && side == Side::Index {
            None
        } else {
            Some(rows)
        })
    }

    fn tree_rows(&self, id: Oid, folder: &str, limits: &Limits) -> Result<Option<Vec<Row>>, String> {
        let fail = |error: git2::Error| why(&error);
        let mut start = id;
        if !folder.is_empty() {
            let tree = self.repository.find_tree(id).map_err(fail)?;
            let entry = match tree.get_path(Path::new(folder)) {
                Ok(entry) => entry,
                Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
                Err(error) => return Err(why(&error)),
            };
            if entry.kind() != Some(ObjectType::Tree) {
                let row = Row {
                    name: String::new(),
                    id: entry.id(),
                    kind: kind_of(u32::try_from(entry.filemode()).unwrap_or(0)),
                };
                return Ok(Some(vec![row]));
            }
            start = entry.id();
        }
        let mut rows = Vec::new();
        let mut stack = vec![(start, String::new())];
        while let Some((id, prefix)) = stack.pop() {
            let tree = self.repository.find_tree(id).map_err(fail)?;
            for entry in &tree {
                let name = String::from_utf8_lossy(entry.name_bytes());
                let strange = matches!(name, std::borrow::Cow::Owned(_)) || prefix.contains('\u{fffd}');
                let path = format!("{prefix}{name}");
                if entry.kind() == Some(ObjectType::Tree) {
                    stack.push((entry.id(), format!("{path}/")));
                } else {
                    rows.push(Row {
                        name: path,
                        id: entry.id(),
                        kind: if strange {
                            RowKind::BadName
                        } else {
                            kind_of(u32::try_from(entry.filemode()).unwrap_or(0))
                        },
                    });
                }
            }
            if rows.len() > limits.files {
                break;
            }
        }
        Ok(Some(rows))
    }

    fn index_rows(
        &self,
        folder: &str,
        wanted: impl Fn(&git2::IndexEntry) -> bool,
    ) -> Result<Vec<Row>, String> {
        /// Set on entries that `git add --intent-to-add` made: nothing is staged yet.
        const INTENT_TO_ADD: u16 = 1 << 13;
        let index = self.repository.index().map_err(|error| why(&error))?;
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut rows: Vec<Row> = Vec::new();
        for entry in index.iter() {
            if entry.flags_extended & INTENT_TO_ADD != 0 || !wanted(&entry) {
                continue;
            }
            let Some(below) = entry.path.strip_prefix(prefix.as_bytes()) else {
                if entry.path == folder.as_bytes() {
                    rows.push(row_of(String::new(), &entry));
                }
                continue;
            };
            let mut row = row_of(String::from_utf8_lossy(below).into_owned(), &entry);
            if std::str::from_utf8(below).is_err() {
                row.kind = RowKind::BadName;
            }
            // The stages of a conflict stand one after the other.
            if row.kind != RowKind::Unmerged || rows.last().is_none_or(|last| last.name != row.name) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// A file's bytes.
    pub fn read(&self, row: &Row, limits: &Limits) -> Result<Vec<u8>, ReadFault> {
        let fault = |message: String| ReadFault {
            message,
            help: None,
            not_text: false,
        };
        match row.kind {
            RowKind::File => {}
            RowKind::Link => {
                return Err(fault(
                    "this is a symbolic link, which is not followed in git".into(),
                ));
            }
            RowKind::Submodule => return Err(fault("this is a submodule, not a file".into())),
            RowKind::BadName => return Err(fault("its name is not UTF-8".into())),
            RowKind::Unmerged => {
                return Err(fault(
                    "this file has a merge conflict that is not resolved".into(),
                ));
            }
        }
        let read = || {
            let store = self.repository.odb()?;
            let (size, _) = store.read_header(row.id)?;
            if size as u64 > limits.file_bytes {
                return Ok(None);
            }
            Ok(Some(store.read(row.id)?.data().to_vec()))
        };
        match read() {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(super::fs::too_large(limits)),
            Err(error) => Err(fault(format!("git cannot read it: {}", why(&error)))),
        }
    }

    /// The folder that git runs hooks from, and whether only this repository does.
    pub fn hooks(&self) -> Result<(PathBuf, bool), String> {
        let config = self.repository.config().map_err(|error| why(&error))?;
        match config.get_entry("core.hooksPath") {
            Ok(entry) => {
                let own = matches!(
                    entry.level(),
                    git2::ConfigLevel::Local | git2::ConfigLevel::Worktree
                );
                let path = config.get_path("core.hooksPath").map_err(|error| why(&error))?;
                if path.as_os_str().is_empty() {
                    return Err("core.hooksPath is empty, so that git runs no hook".into());
                }
                Ok((self.workdir.join(path), own))
            }
            Err(error) if error.code() == ErrorCode::NotFound => {
                Ok((self.repository.commondir().join("hooks"), true))
            }
            Err(error) => Err(why(&error)),
        }
    }

    /// The value of a setting.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<String> {
        let config = self.repository.config().ok()?.snapshot().ok()?;
        config.get_string(name).ok()
    }

    /// The index file that a commit without further arguments uses.
    #[must_use]
    pub fn index_file(&self) -> PathBuf {
        self.repository.path().join("index")
    }

    /// What is staged, as a tree in the repository's store: an index that a commit made for itself is gone
    /// when somebody wants to look at it again. The first digits of the tree's name are given back.
    pub fn keep_index(&self) -> Result<String, String> {
        let write = || self.repository.index()?.write_tree_to(&self.repository);
        let tree = write().map_err(|error| why(&error))?;
        Ok(tree.to_string()[..16].to_owned())
    }

    /// Files below a folder that a sparse checkout leaves out: they are in the index, and their absence
    /// from the worktree means nothing.
    pub fn left_out(&self, folder: &str) -> Result<Vec<Row>, String> {
        /// Set on entries that are not to be checked out.
        const SKIP_WORKTREE: u16 = 1 << 14;
        if self.setting("core.sparseCheckout").as_deref() != Some("true") {
            return Ok(Vec::new());
        }
        self.index_rows(folder, |entry| entry.flags_extended & SKIP_WORKTREE != 0)
    }

    /// Whether git would leave a path out of commits.
    #[must_use]
    pub fn ignores(&self, path: &Path) -> bool {
        self.repository.is_path_ignored(path).unwrap_or(false)
    }
}

/// Whether nothing but the current folder says where a repository's checkout is, once `GIT_DIR` names it.
fn is_plain(repository: &Repository) -> bool {
    let named = repository
        .config()
        .and_then(|config| config.get_entry("core.worktree").map(|_| ()))
        .is_ok();
    !repository.is_bare() && !repository.is_worktree() && !named
}

fn kind_of(mode: u32) -> RowKind {
    match mode & 0o170_000 {
        0o120_000 => RowKind::Link,
        0o160_000 => RowKind::Submodule,
        _ => RowKind::File,
    }
}

fn row_of(name: String, entry: &git2::IndexEntry) -> Row {
    let stage = (entry.flags >> 12) & 3;
    Row {
        name,
        id: entry.id,
        kind: if stage == 0 {
            kind_of(entry.mode)
        } else {
            RowKind::Unmerged
        },
    }
}

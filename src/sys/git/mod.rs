//! Reading git repositories: trees, the index, blobs, settings. Nothing is written but, where asked for, the tree of an
//! index. Two ways stand behind one trait: libgit2 in this process (`library`), and the git program (`program`) for
//! what libgit2 refuses or is slow at. What neither can read is an error, never an empty side.

mod history;
mod id;
mod lfs;
mod library;
mod program;
mod row;

use std::path::{Path, PathBuf};

pub use history::{Changed, Commit};
pub use id::ObjectId;
pub use row::{Delta, Row, RowKind, Side};

use super::env::Env;
use crate::doc::Limits;
use crate::gate::ReadFault;
use library::Library;
use program::Program;

/// What can be asked of a repository.
trait Store: std::fmt::Debug {
    /// The folder of the checkout, or the repository's own where there is none.
    fn workdir(&self) -> PathBuf;
    /// Whether there is no checkout.
    fn is_bare(&self) -> bool;
    /// The commit that a revision names; [`None`] for `HEAD` of a branch without commits.
    fn commit(&self, name: &str) -> Result<Option<ObjectId>, String>;
    /// The tree of a revision.
    fn tree(&self, name: &str) -> Result<Side, String>;
    /// The parents of a commit.
    fn parents(&self, commit: ObjectId) -> Result<Vec<ObjectId>, String>;
    /// The newest commit that both stand on.
    fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, String>;
    /// Every file below a folder, in no particular order; [`None`] where there is no such folder.
    fn rows(&self, side: Side, folder: &str, limits: &Limits) -> Result<Option<Vec<Row>>, String>;
    /// The files that differ, of the whole repository.
    fn changed(&self, from: Side, to: Side) -> Result<Vec<Delta>, String>;
    /// Files of the index below a folder that a sparse checkout leaves out.
    fn left_out(&self, folder: &str) -> Result<Vec<Row>, String>;
    /// An object's bytes; [`None`] where there are more than the limit allows.
    fn bytes(&self, id: ObjectId, limits: &Limits) -> Result<Option<Vec<u8>>, String>;
    /// The folder that git runs hooks from, and whether only this repository does.
    fn hooks(&self) -> Result<(PathBuf, bool), String>;
    /// The value of a setting.
    fn setting(&self, name: &str) -> Option<String>;
    /// The index file that a commit without further arguments uses.
    fn index_file(&self) -> PathBuf;
    /// The folder that holds what all checkouts share.
    fn common(&self) -> PathBuf;
    /// What is staged, as a tree in the repository's store.
    fn keep_index(&self) -> Result<ObjectId, String>;
    /// Whether git would leave a path out of commits.
    fn ignores(&self, path: &Path) -> bool;
    /// The branch that is checked out, be it without commits.
    fn branch(&self) -> Option<String>;
    /// What `.gitattributes` says of a path.
    fn attribute(&self, path: &str, name: &str) -> Option<String>;
}

/// Whether bytes are a pointer of Git LFS, and not the file that it stands for.
pub(super) fn is_pointer(bytes: &[u8]) -> bool {
    lfs::pointer(bytes).is_some()
}

/// What to say of one.
pub(super) fn absent_pointer() -> ReadFault {
    lfs::absent()
}

/// A repository.
#[derive(Debug)]
pub struct Git {
    /// Reads everything.
    store: Box<dyn Store>,
    /// Reads what it is faster at, and what needs libgit2 itself.
    library: Option<Library>,
    program: Program,
    workdir: PathBuf,
}

/// An index above this size is compared by the git program: libgit2 needs longer to load it than the program for all.
const LARGE_INDEX: u64 = 256 * 1024;

impl Git {
    /// The repository that holds a folder, or the one that `GIT_DIR` names; [`None`] outside of any.
    pub fn find(start: &Path, env: &Env) -> Result<Option<Self>, String> {
        let start = if start.as_os_str().is_empty() {
            Path::new(".")
        } else {
            start
        };
        let program = Program::new(start, env);
        let (store, library): (Box<dyn Store>, _) = match Library::open(start, env) {
            Ok(None) => return Ok(None),
            // Objects that a partial clone left behind are fetched by the program when it needs them.
            Ok(Some(library)) if library.is_partial() && Program::is_there() => (
                Box::new(program.open().map_err(|absent| absent.to_string())?),
                Some(library),
            ),
            Ok(Some(library)) => (Box::new(library.clone()), Some(library)),
            // What libgit2 refuses the program may know; if not, its own word says what to do.
            Err(refused) => match program.open() {
                Ok(program) => (Box::new(program), None),
                Err(program::Absent::NoProgram) => return Err(refused),
                Err(program::Absent::Refused(why)) => return Err(why),
            },
        };
        let workdir = store.workdir();
        Ok(Some(Self {
            store,
            library,
            program,
            workdir,
        }))
    }

    /// Whether there is no checkout.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.store.is_bare()
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
        if name.is_empty() {
            return Err("a revision is missing after `git:`; git:HEAD is the last commit".into());
        }
        if name.starts_with('-') {
            return Err(format!("`{name}` is no revision"));
        }
        self.store.tree(name)
    }

    /// The commit that a revision names; [`None`] for `HEAD` of a branch without commits.
    pub fn commit(&self, name: &str) -> Result<Option<ObjectId>, String> {
        if name.is_empty() || name.starts_with('-') {
            return Err(format!("`{name}` is no revision"));
        }
        self.store.commit(name)
    }

    /// The parents of a commit.
    pub fn parents(&self, commit: ObjectId) -> Result<Vec<ObjectId>, String> {
        self.store.parents(commit)
    }

    /// The newest commit that both stand on.
    pub fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, String> {
        self.store.merge_base(one, other)
    }

    /// Every file below a folder of a side, in name order; [`None`] where there is no such folder. A path
    /// that is a file gives that one row, with an empty name.
    pub fn list(&self, side: Side, folder: &str, limits: &Limits) -> Result<Option<Vec<Row>>, String> {
        if side == Side::Empty {
            return Ok(None);
        }
        let by_program = side == Side::Index && self.is_large();
        let rows = self.reader(by_program).rows(side, folder, limits)?;
        let Some(mut rows) = rows else { return Ok(None) };
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

    /// The files that differ between two sides, of the whole repository, in path order.
    pub fn changed(&self, from: Side, to: Side) -> Result<Vec<Delta>, String> {
        let staged = from == Side::Index || to == Side::Index;
        let reader = self.reader(staged && self.is_large());
        let mut deltas = reader.changed(from, to)?;
        deltas.sort_by(|a, b| a.path.cmp(&b.path));
        deltas.dedup_by(|a, b| a.path == b.path);
        Ok(deltas)
    }

    fn reader(&self, by_program: bool) -> &dyn Store {
        if by_program && Program::is_there() {
            &self.program
        } else {
            self.store.as_ref()
        }
    }

    fn is_large(&self) -> bool {
        let index = self
            .program
            .index_override()
            .unwrap_or_else(|| self.store.index_file());
        super::fs::size(&index) > LARGE_INDEX
    }

    /// A file's bytes. A pointer of Git LFS stands for what it points to.
    pub fn read(&self, row: &Row, limits: &Limits) -> Result<Vec<u8>, ReadFault> {
        if let Some(message) = row.kind.unreadable() {
            return Err(fault(message.to_owned()));
        }
        let bytes = match self.store.bytes(row.id, limits) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(super::fs::too_large(limits)),
            Err(error) => return Err(fault(format!("git cannot read it: {error}"))),
        };
        match lfs::pointer(&bytes) {
            Some(pointer) => lfs::fetch(&pointer, &self.store.common(), limits),
            None => Ok(bytes),
        }
    }

    /// The folder that git runs hooks from, and whether only this repository does.
    pub fn hooks(&self) -> Result<(PathBuf, bool), String> {
        self.store.hooks()
    }

    /// The value of a setting.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<String> {
        self.store.setting(name)
    }

    /// The index file that a commit without further arguments uses.
    #[must_use]
    pub fn index_file(&self) -> PathBuf {
        self.store.index_file()
    }

    /// What is staged, as a tree in the repository's store: an index that a commit made for itself is gone
    /// when somebody wants to look at it again. The first digits of the tree's name are given back.
    pub fn keep_index(&self) -> Result<String, String> {
        // libgit2 would put files into it that were only announced (`add --intent-to-add`).
        let tree = self.reader(true).keep_index()?;
        Ok(tree.to_string()[..16].to_owned())
    }

    /// Files below a folder that a sparse checkout leaves out: they are in the index, and their absence
    /// from the worktree means nothing.
    pub fn left_out(&self, folder: &str) -> Result<Vec<Row>, String> {
        if self.setting("core.sparseCheckout").as_deref() != Some("true") {
            return Ok(Vec::new());
        }
        self.store.left_out(folder)
    }

    /// The branch that is checked out, without `refs/heads/`; [`None`] where it is none.
    #[must_use]
    pub fn branch(&self) -> Option<String> {
        self.store.branch()
    }

    /// What `.gitattributes` says of a path from the repository's root; [`None`] where that is nothing or no.
    #[must_use]
    pub fn attribute(&self, path: &str, name: &str) -> Option<String> {
        self.store.attribute(path, name)
    }

    /// Whether git would leave a path out of commits.
    #[must_use]
    pub fn ignores(&self, path: &Path) -> bool {
        self.store.ignores(path)
    }
}

fn fault(message: String) -> ReadFault {
    ReadFault {
        message,
        help: None,
        not_text: false,
    }
}

#[cfg(test)]
mod tests;

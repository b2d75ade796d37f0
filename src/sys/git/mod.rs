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
    /// What stands at a path, where that is no folder.
    fn entry(&self, side: Side, path: &str) -> Result<Option<Row>, String>;
    /// The tree of the folder at a path; [`None`] where there is none.
    fn tree_at(&self, side: Side, path: &str) -> Result<Option<ObjectId>, String>;
    /// Whether there is any ref whose name begins so.
    fn any_ref(&self, prefix: &str) -> bool;
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
    /// The names of the remotes.
    fn remotes(&self) -> Vec<String>;
    /// The ref that a symbolic one stands for.
    fn symbolic(&self, name: &str) -> Option<String>;
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

    /// A folder's path inside the repository, `/`-separated, empty for its root: as it stands there, whatever links the
    /// checkout has in its place.
    pub fn inside(&self, folder: &Path) -> Result<String, String> {
        let below = super::fs::below(&self.workdir, folder).ok_or_else(|| {
            format!(
                "{} lies outside of the repository {}",
                folder.display(),
                self.workdir.display()
            )
        })?;
        below
            .to_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("{} is not UTF-8", below.display()))
    }

    /// The first thing on the way to a path that is no folder, with what it is: nothing lies behind it.
    pub fn in_the_way(&self, side: Side, path: &str) -> Result<Option<(String, Row)>, String> {
        let mut way = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if !way.is_empty() {
                way.push('/');
            }
            way.push_str(part);
            if let Some(row) = self.entry(side, &way)? {
                return Ok(Some((way, row)));
            }
        }
        Ok(None)
    }

    /// What stands at a path, where that is no folder.
    pub fn entry(&self, side: Side, path: &str) -> Result<Option<Row>, String> {
        match side {
            Side::Empty => Ok(None),
            Side::Tree(_) => self.store.entry(side, path),
            Side::Index => self.reader(self.is_large()).entry(side, path),
        }
    }

    /// The file that a link leads to, inside of the same side, by its path from the root; [`None`] where it leads to none.
    pub fn follow(&self, side: Side, path: &str, limits: &Limits) -> Option<(String, Row)> {
        /// As many as Linux follows.
        const LINKS: usize = 40;
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            if let Some((way, row)) = self.in_the_way(side, &path).ok()? {
                match row.kind {
                    RowKind::File if way == path => return Some((path, row)),
                    RowKind::Link => {
                        let bytes = self.store.bytes(row.id, limits).ok()??;
                        let target = std::str::from_utf8(&bytes).ok()?;
                        let from = Path::new(&way).parent().unwrap_or(Path::new(""));
                        let rest = path.get(way.len()..)?;
                        path = within(from, &format!("{target}{rest}"))?;
                    }
                    RowKind::File | RowKind::Submodule | RowKind::Unmerged | RowKind::BadName => return None,
                }
            } else {
                return None;
            }
        }
        None
    }

    /// Where a link at a path leads to, in the repository; [`None`] for anything else, and where it leaves it.
    #[must_use]
    pub fn target_of(&self, path: &str, row: &Row, limits: &Limits) -> Option<String> {
        if row.kind != RowKind::Link {
            return None;
        }
        let bytes = self.store.bytes(row.id, limits).ok()??;
        let from = Path::new(path).parent().unwrap_or(Path::new(""));
        within(from, std::str::from_utf8(&bytes).ok()?)
    }

    /// What a row that is no file stands for, in words that are the same for the same content; [`None`] for a file, and
    /// for a link to one.
    pub fn leads_to(&self, side: Side, folder: &str, row: &Row, limits: &Limits) -> Option<String> {
        match row.kind {
            RowKind::Submodule => Some(format!("a submodule ({})", row.id.short())),
            RowKind::Link => {
                // One that cannot be read may lead anywhere.
                let Ok(Some(bytes)) = self.store.bytes(row.id, limits) else {
                    return Some(format!(
                        "a symbolic link that cannot be read ({})",
                        row.id.short()
                    ));
                };
                let target = String::from_utf8_lossy(&bytes).into_owned();
                let from = Path::new(folder).join(&row.name);
                let from = from.parent().unwrap_or(Path::new(""));
                let shown = format!("a symbolic link to {target}");
                let Some(path) = within(from, &target) else {
                    return Some(format!("{shown}, outside of the repository"));
                };
                let folder = match side {
                    Side::Index => self.list(side, &path, limits).map(|rows| {
                        let below = |row: &Row| !row.name.is_empty();
                        rows.is_some_and(|rows| rows.iter().any(below))
                            .then(|| "a folder".to_owned())
                    }),
                    Side::Tree(_) | Side::Empty => {
                        let id = self.store.tree_at(side, &path);
                        id.map(|id| id.map(|id| format!("a folder ({})", id.short())))
                    }
                };
                match folder {
                    Ok(what) => what.map(|what| format!("{shown}, {what}")),
                    Err(why) => Some(format!("{shown}: {why}")),
                }
            }
            RowKind::File | RowKind::Unmerged | RowKind::BadName => None,
        }
    }

    /// The tree of a revision. `HEAD` of a branch without commits is the empty side.
    pub fn revision(&self, name: &str) -> Result<Side, String> {
        if name.is_empty() {
            return Err("a revision is missing after `git:`; git:HEAD is the last commit".into());
        }
        self.store.tree(&self.settled(name)?)
    }

    /// The commit that a revision names; [`None`] for `HEAD` of a branch without commits.
    pub fn commit(&self, name: &str) -> Result<Option<ObjectId>, String> {
        if name.is_empty() {
            return Err("a revision is missing".into());
        }
        self.store.commit(&self.settled(name)?)
    }

    /// A revision by a name that means one thing only. To git a tag comes before a branch of the same name, and both
    /// before the first digits of a commit: whoever may push a tag must not decide what is compared.
    fn settled(&self, name: &str) -> Result<String, String> {
        if name.starts_with('-') {
            return Err(format!("`{name}` is no revision"));
        }
        let whole = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if whole || name == "HEAD" || name.starts_with("refs/") {
            return Ok(name.to_owned());
        }
        let end = name.find(['^', '~', '@', ':', '{']).unwrap_or(name.len());
        let (start, rest) = name.split_at(end);
        if start.is_empty() || start == "HEAD" {
            return Ok(name.to_owned());
        }
        let is = |full: String| matches!(self.store.commit(&full), Ok(Some(_))).then_some(full);
        let branches = [format!("refs/remotes/{start}"), format!("refs/heads/{start}")];
        if let Some(branch) = branches.into_iter().find_map(is) {
            return Ok(format!("{branch}{rest}"));
        }
        let tag = is(format!("refs/tags/{start}"));
        let digits = start.len() >= 4 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
        match tag {
            Some(_) if digits => Err(format!(
                "`{start}` is a tag, and looks like the first digits of a commit; write refs/tags/{start}, or more digits"
            )),
            Some(tag) => Ok(format!("{tag}{rest}")),
            None => Ok(name.to_owned()),
        }
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

    /// Whether there is any ref whose name begins so.
    #[must_use]
    pub fn any_ref(&self, prefix: &str) -> bool {
        self.store.any_ref(prefix)
    }

    /// The bytes of a file at a path from the repository's root. A pointer of Git LFS stands for what it points to,
    /// where git puts that in its place.
    pub fn read(&self, row: &Row, path: &str, limits: &Limits) -> Result<Vec<u8>, ReadFault> {
        self.read_as_kept(row, path, limits).map(|(bytes, _)| bytes)
    }

    /// The same, and whether these are the bytes that the object's name stands for.
    pub fn read_as_kept(&self, row: &Row, path: &str, limits: &Limits) -> Result<(Vec<u8>, bool), ReadFault> {
        if let Some(message) = row.kind.unreadable() {
            return Err(fault(message.to_owned()));
        }
        let bytes = match self.store.bytes(row.id, limits) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(super::fs::too_large(limits)),
            Err(error) => return Err(fault(format!("git cannot read it: {error}"))),
        };
        match lfs::pointer(&bytes) {
            Some(pointer) if self.attribute(path, "filter").as_deref() == Some("lfs") => {
                lfs::fetch(&pointer, &self.store.common(), limits).map(|bytes| (bytes, false))
            }
            Some(_) => Err(ReadFault {
                help: Some(
                    "name the file in .gitattributes (filter=lfs), or put the file itself there".into(),
                ),
                ..fault("this is a pointer of Git LFS, and git does not put a file in its place".into())
            }),
            None => Ok((bytes, true)),
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
        let head = self.store.symbolic("HEAD")?;
        Some(head.strip_prefix("refs/heads/")?.to_owned())
    }

    /// The names of the remotes.
    #[must_use]
    pub fn remotes(&self) -> Vec<String> {
        self.store.remotes()
    }

    /// The ref that a symbolic one stands for; [`None`] where it is none.
    #[must_use]
    pub fn symbolic(&self, name: &str) -> Option<String> {
        self.store.symbolic(name)
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

/// A path in the repository from a folder of it; [`None`] where it leaves the repository.
fn within(folder: &Path, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut out: Vec<&str> = folder
        .to_str()?
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                out.pop()?;
            }
            part => out.push(part),
        }
    }
    Some(out.join("/"))
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

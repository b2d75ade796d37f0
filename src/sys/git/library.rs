//! Repositories read through libgit2, in this process: the way that starts fastest.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::{Delta as Status, DiffOptions, ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags};

use super::{Delta, ObjectId, Row, RowKind, Side, Store};
use crate::doc::Limits;
use crate::sys::env::Env;

/// No folder ends the search for a repository.
const NOTHING: [&str; 0] = [];
/// Set on entries that `git add --intent-to-add` made: nothing is staged yet.
const INTENT_TO_ADD: u16 = 1 << 13;
/// Set on entries that are not to be checked out.
const SKIP_WORKTREE: u16 = 1 << 14;

/// A repository that libgit2 reads.
#[derive(Clone)]
pub(super) struct Library {
    pub(super) repository: Rc<Repository>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Library({})", self.repository.path().display())
    }
}

/// What libgit2 says, with what to do about it.
pub(super) fn why(error: &git2::Error) -> String {
    let message = error.message();
    match error.code() {
        ErrorCode::Owner => {
            format!("{message}; if you trust it: git config --global --add safe.directory FOLDER")
        }
        _ => message.to_owned(),
    }
}

fn id_of(oid: Oid) -> ObjectId {
    // libgit2 is built for SHA-1: its names have 20 bytes.
    ObjectId::from_bytes(oid.as_bytes()).unwrap_or(ObjectId::ZERO)
}

fn oid_of(id: ObjectId) -> Result<Oid, String> {
    Oid::from_bytes(id.as_bytes()).map_err(|error| why(&error))
}

impl Library {
    /// Opens the repository around a folder; [`None`] where there is none. A sparse index is refused here, and not
    /// when it is read.
    pub(super) fn open(start: &Path, env: &Env) -> Result<Option<Self>, String> {
        let fail = |error: git2::Error| why(&error);
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
            repository.set_workdir(&checkout, false).map_err(fail)?;
        }
        let sparse = repository
            .config()
            .and_then(|config| config.get_bool("index.sparse"))
            .unwrap_or(false);
        if sparse && repository.index().is_err() {
            return Err("the index is sparse, which needs the git program".into());
        }
        if let Some(file) = &env.git_index_file {
            let path = env.cwd.join(file);
            let mut index = git2::Index::open(&path).map_err(fail)?;
            repository.set_index(&mut index).map_err(fail)?;
        }
        Ok(Some(Self {
            repository: Rc::new(repository),
        }))
    }

    /// Whether objects may be missing until they are needed.
    pub(super) fn is_partial(&self) -> bool {
        let promised = || -> Result<bool, git2::Error> {
            let config = self.repository.config()?;
            let mut entries = config.entries(Some(r"^remote\..*\.promisor$"))?;
            Ok(entries.next().is_some())
        };
        self.setting("extensions.partialclone").is_some() || promised().unwrap_or(false)
    }

    fn object(&self, name: &str) -> Result<Option<git2::Object<'_>>, String> {
        let unborn = || {
            let head = self.repository.head();
            head.is_err_and(|error| error.code() == ErrorCode::UnbornBranch)
        };
        if name == "HEAD" && unborn() {
            return Ok(None);
        }
        let found = self.repository.revparse_single(name);
        found.map(Some).map_err(|error| {
            let shallow = if self.repository.is_shallow() {
                "; the clone is shallow: git fetch --unshallow"
            } else {
                ""
            };
            format!(
                "`{name}` is no revision of this repository: {}{shallow}",
                why(&error)
            )
        })
    }

    fn index_rows(
        &self,
        folder: &str,
        wanted: impl Fn(&git2::IndexEntry) -> bool,
    ) -> Result<Vec<Row>, String> {
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
                    rows.push(row_of(b"", &entry));
                }
                continue;
            };
            let row = row_of(below, &entry);
            // The stages of a conflict stand one after the other.
            if row.kind != RowKind::Unmerged || rows.last().is_none_or(|last| last.name != row.name) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn tree_rows(&self, id: ObjectId, folder: &str, limits: &Limits) -> Result<Option<Vec<Row>>, String> {
        let fail = |error: git2::Error| why(&error);
        let mut start = oid_of(id)?;
        if !folder.is_empty() {
            let tree = self.repository.find_tree(start).map_err(fail)?;
            let entry = match tree.get_path(Path::new(folder)) {
                Ok(entry) => entry,
                Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
                Err(error) => return Err(why(&error)),
            };
            if entry.kind() != Some(ObjectType::Tree) {
                let kind = RowKind::of_mode(u32::try_from(entry.filemode()).unwrap_or(0));
                return Ok(Some(vec![Row::new(b"", id_of(entry.id()), kind)]));
            }
            start = entry.id();
        }
        let mut rows = Vec::new();
        let mut stack: Vec<(Oid, Vec<u8>)> = vec![(start, Vec::new())];
        while let Some((id, prefix)) = stack.pop() {
            let tree = self.repository.find_tree(id).map_err(fail)?;
            for entry in &tree {
                let mut path = prefix.clone();
                path.extend_from_slice(entry.name_bytes());
                if entry.kind() == Some(ObjectType::Tree) {
                    path.push(b'/');
                    stack.push((entry.id(), path));
                } else {
                    let kind = RowKind::of_mode(u32::try_from(entry.filemode()).unwrap_or(0));
                    rows.push(Row::new(&path, id_of(entry.id()), kind));
                }
            }
            if rows.len() > limits.files {
                break;
            }
        }
        Ok(Some(rows))
    }

    fn tree_of(&self, side: Side) -> Result<Option<git2::Tree<'_>>, String> {
        match side {
            Side::Tree(id) => {
                let tree = self.repository.find_tree(oid_of(id)?);
                tree.map(Some).map_err(|error| why(&error))
            }
            Side::Empty => Ok(None),
            Side::Index => Err("the index is no tree".into()),
        }
    }
}

fn deltas(diff: &git2::Diff<'_>) -> Vec<Delta> {
    let row = |file: git2::DiffFile<'_>| {
        let name = file.path_bytes()?;
        if file.id().is_zero() {
            return None;
        }
        let kind = RowKind::of_mode(u32::from(file.mode()));
        Some(Row::new(name, id_of(file.id()), kind))
    };
    let one = |delta: git2::DiffDelta<'_>| {
        let (mut old, mut new) = (None, None);
        match delta.status() {
            Status::Unmodified | Status::Ignored | Status::Untracked => return None,
            Status::Conflicted => {
                let name = delta.new_file().path_bytes().or(delta.old_file().path_bytes())?;
                let path = String::from_utf8_lossy(name).into_owned();
                new = Some(Row::new(name, ObjectId::ZERO, RowKind::Unmerged));
                return Some(Delta { path, old, new });
            }
            Status::Added => new = row(delta.new_file()),
            Status::Deleted => old = row(delta.old_file()),
            Status::Modified | Status::Renamed | Status::Copied | Status::Typechange | Status::Unreadable => {
                old = row(delta.old_file());
                new = row(delta.new_file());
            }
        }
        let path = new.as_ref().or(old.as_ref())?.name.clone();
        Some(Delta { path, old, new })
    };
    diff.deltas().filter_map(one).collect()
}

impl Store for Library {
    fn workdir(&self) -> PathBuf {
        let repository = &self.repository;
        repository
            .workdir()
            .unwrap_or_else(|| repository.path())
            .to_path_buf()
    }

    fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }

    fn commit(&self, name: &str) -> Result<Option<ObjectId>, String> {
        let Some(object) = self.object(name)? else {
            return Ok(None);
        };
        let commit = object
            .peel_to_commit()
            .map_err(|error| format!("`{name}` is no commit: {}", why(&error)))?;
        Ok(Some(id_of(commit.id())))
    }

    fn tree(&self, name: &str) -> Result<Side, String> {
        let Some(object) = self.object(name)? else {
            return Ok(Side::Empty);
        };
        let tree = object
            .peel(ObjectType::Tree)
            .map_err(|error| format!("`{name}` has no files: {}", why(&error)))?;
        Ok(Side::Tree(id_of(tree.id())))
    }

    fn parents(&self, commit: ObjectId) -> Result<Vec<ObjectId>, String> {
        let commit = self.repository.find_commit(oid_of(commit)?);
        let commit = commit.map_err(|error| why(&error))?;
        Ok(commit.parent_ids().map(id_of).collect())
    }

    fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, String> {
        match self.repository.merge_base(oid_of(one)?, oid_of(other)?) {
            Ok(base) => Ok(Some(id_of(base))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }

    fn rows(&self, side: Side, folder: &str, limits: &Limits) -> Result<Option<Vec<Row>>, String> {
        match side {
            Side::Empty => Ok(None),
            Side::Tree(id) => self.tree_rows(id, folder, limits),
            Side::Index => self.index_rows(folder, |_| true).map(Some),
        }
    }

    fn entry(&self, side: Side, path: &str) -> Result<Option<Row>, String> {
        if side == Side::Index {
            let index = self.repository.index().map_err(|error| why(&error))?;
            let find = |stage: i32| index.get_path(Path::new(path), stage);
            let entry = (0..=3).find_map(find);
            return Ok(entry.map(|entry| row_of(path.as_bytes(), &entry)));
        }
        let Some(tree) = self.tree_of(side)? else {
            return Ok(None);
        };
        match tree.get_path(Path::new(path)) {
            Ok(entry) if entry.kind() == Some(ObjectType::Tree) => Ok(None),
            Ok(entry) => {
                let kind = RowKind::of_mode(u32::try_from(entry.filemode()).unwrap_or(0));
                Ok(Some(Row::new(path.as_bytes(), id_of(entry.id()), kind)))
            }
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }

    fn tree_at(&self, side: Side, path: &str) -> Result<Option<ObjectId>, String> {
        let Some(tree) = self.tree_of(side)? else {
            return Ok(None);
        };
        if path.is_empty() {
            return Ok(Some(id_of(tree.id())));
        }
        match tree.get_path(Path::new(path)) {
            Ok(entry) => Ok((entry.kind() == Some(ObjectType::Tree)).then(|| id_of(entry.id()))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }

    fn any_ref(&self, prefix: &str) -> bool {
        let found = self.repository.references_glob(&format!("{prefix}*"));
        found.is_ok_and(|mut found| found.next().is_some())
    }

    fn changed(&self, from: Side, to: Side) -> Result<Vec<Delta>, String> {
        let mut options = DiffOptions::new();
        options.context_lines(0).include_typechange(true);
        let diff = match (from, to) {
            (from, Side::Index) => {
                let old = self.tree_of(from)?;
                // An index that the environment names is the one in force, whatever was opened before.
                let index = self.repository.index().map_err(|error| why(&error))?;
                self.repository
                    .diff_tree_to_index(old.as_ref(), Some(&index), Some(&mut options))
            }
            (from, to) => {
                let (old, new) = (self.tree_of(from)?, self.tree_of(to)?);
                self.repository
                    .diff_tree_to_tree(old.as_ref(), new.as_ref(), Some(&mut options))
            }
        };
        let mut deltas = deltas(&diff.map_err(|error| why(&error))?);
        if to == Side::Index {
            let index = self.repository.index().map_err(|error| why(&error))?;
            let announced = |delta: &Delta| {
                let entry = index.get_path(Path::new(&delta.path), 0);
                entry.is_some_and(|entry| entry.flags_extended & INTENT_TO_ADD != 0)
            };
            deltas.retain(|delta| delta.old.is_some() || !announced(delta));
        }
        Ok(deltas)
    }

    fn left_out(&self, folder: &str) -> Result<Vec<Row>, String> {
        self.index_rows(folder, |entry| entry.flags_extended & SKIP_WORKTREE != 0)
    }

    fn bytes(&self, id: ObjectId, limits: &Limits) -> Result<Option<Vec<u8>>, String> {
        let read = || {
            let id = Oid::from_bytes(id.as_bytes())?;
            let store = self.repository.odb()?;
            let (size, _) = store.read_header(id)?;
            if size as u64 > limits.file_bytes {
                return Ok(None);
            }
            Ok(Some(store.read(id)?.data().to_vec()))
        };
        read().map_err(|error: git2::Error| why(&error))
    }

    fn hooks(&self) -> Result<(PathBuf, bool), String> {
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
                Ok((self.workdir().join(path), own))
            }
            Err(error) if error.code() == ErrorCode::NotFound => {
                Ok((self.repository.commondir().join("hooks"), true))
            }
            Err(error) => Err(why(&error)),
        }
    }

    fn setting(&self, name: &str) -> Option<String> {
        let config = self.repository.config().ok()?.snapshot().ok()?;
        config.get_string(name).ok()
    }

    fn index_file(&self) -> PathBuf {
        self.repository.path().join("index")
    }

    fn common(&self) -> PathBuf {
        self.repository.commondir().to_path_buf()
    }

    fn keep_index(&self) -> Result<ObjectId, String> {
        let write = || self.repository.index()?.write_tree_to(&self.repository);
        write().map(id_of).map_err(|error| why(&error))
    }

    fn ignores(&self, path: &Path) -> bool {
        self.repository.is_path_ignored(path).unwrap_or(false)
    }

    fn attribute(&self, path: &str, name: &str) -> Option<String> {
        let flags = git2::AttrCheckFlags::FILE_THEN_INDEX;
        let value = self.repository.get_attr(Path::new(path), name, flags).ok()??;
        // A flag that is only set or unset is no text.
        match git2::AttrValue::from_string(Some(value)) {
            git2::AttrValue::String(text) => Some(text.to_owned()),
            git2::AttrValue::Bytes(_)
            | git2::AttrValue::True
            | git2::AttrValue::False
            | git2::AttrValue::Unspecified => None,
        }
    }

    fn remotes(&self) -> Vec<String> {
        let names = self.repository.remotes();
        let names = names.map(|names| names.iter().flatten().flatten().map(str::to_owned).collect());
        names.unwrap_or_default()
    }

    fn symbolic(&self, name: &str) -> Option<String> {
        let found = self.repository.find_reference(name).ok()?;
        Some(found.symbolic_target().ok()??.to_owned())
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

fn row_of(name: &[u8], entry: &git2::IndexEntry) -> Row {
    let stage = (entry.flags >> 12) & 3;
    if stage == 0 {
        Row::new(name, id_of(entry.id), RowKind::of_mode(entry.mode))
    } else {
        Row::new(name, ObjectId::ZERO, RowKind::Unmerged)
    }
}

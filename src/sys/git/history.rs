//! What earlier commits changed: each commit of the first-parent line against the one before it.

use git2::{Delta, DiffOptions, Oid, Sort};

use super::Git;
use super::library::{Library, why};
use crate::doc::Limits;

/// One commit and the files that it changed.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its name, 40 hexadecimal digits.
    pub id: String,
    /// When it was made, in seconds since 1970.
    pub seconds: i64,
    /// The files that it changed.
    pub files: Vec<Changed>,
}

/// A file on both sides of a commit.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its bytes before; [`None`] for a new file.
    pub old: Option<Vec<u8>>,
    /// Its bytes after; [`None`] for a removed one.
    pub new: Option<Vec<u8>>,
}

/// A commit that changes more files than this is an import or a reformatting, and says nothing about keys.
const MAX_FILES: usize = 200;

impl Git {
    /// The last commits, the newest first, with the files that `wanted` names.
    pub fn history(
        &self,
        most: usize,
        wanted: &dyn Fn(&str) -> bool,
        limits: &Limits,
    ) -> Result<Vec<Commit>, String> {
        let library = self.library.as_ref().ok_or(
            "the history is read through libgit2, which cannot read this repository (SHA-256, or a sparse index)",
        )?;
        library.walk(most, wanted, limits).map_err(|error| why(&error))
    }
}

impl Library {
    fn walk(
        &self,
        most: usize,
        wanted: &dyn Fn(&str) -> bool,
        limits: &Limits,
    ) -> Result<Vec<Commit>, git2::Error> {
        let mut walk = self.repository.revwalk()?;
        walk.push_head()?;
        walk.simplify_first_parent()?;
        walk.set_sorting(Sort::TOPOLOGICAL)?;
        let mut out = Vec::new();
        for id in walk.take(most) {
            let commit = self.repository.find_commit(id?)?;
            let parent = match commit.parent(0) {
                Ok(parent) => Some(parent.tree()?),
                // The first commit of all changes everything; the edge of a shallow clone cannot be told from it.
                Err(_) => continue,
            };
            let mut options = DiffOptions::new();
            options.context_lines(0);
            let tree = commit.tree()?;
            let diff = self
                .repository
                .diff_tree_to_tree(parent.as_ref(), Some(&tree), Some(&mut options))?;
            let mut files = Vec::new();
            for delta in diff.deltas() {
                if matches!(delta.status(), Delta::Unmodified | Delta::Typechange) {
                    continue;
                }
                let path = delta.new_file().path().or_else(|| delta.old_file().path());
                let Some(path) = path.and_then(|path| path.to_str()).filter(|path| wanted(path)) else {
                    continue;
                };
                files.push(Changed {
                    path: path.to_owned(),
                    old: self.blob(delta.old_file().id(), limits),
                    new: self.blob(delta.new_file().id(), limits),
                });
            }
            if files.len() <= MAX_FILES {
                out.push(Commit {
                    id: commit.id().to_string(),
                    seconds: commit.time().seconds(),
                    files,
                });
            }
        }
        Ok(out)
    }

    fn blob(&self, id: Oid, limits: &Limits) -> Option<Vec<u8>> {
        if id.is_zero() {
            return None;
        }
        let blob = self.repository.find_blob(id).ok()?;
        (blob.size() as u64 <= limits.file_bytes).then(|| blob.content().to_vec())
    }
}

//! What stands on a side of a repository: plain data, whoever read it.

use super::ObjectId;

/// Where files are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A commit's tree.
    Tree(ObjectId),
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

impl RowKind {
    /// By the mode that git keeps.
    pub(super) fn of_mode(mode: u32) -> Self {
        match mode & 0o170_000 {
            0o120_000 => Self::Link,
            0o160_000 => Self::Submodule,
            _ => Self::File,
        }
    }

    /// Why it has no bytes to read, if so.
    pub(super) fn unreadable(self) -> Option<&'static str> {
        match self {
            Self::File => None,
            Self::Link => Some("this is a symbolic link, which is not followed in git"),
            Self::Submodule => Some("this is a submodule, not a file"),
            Self::BadName => Some("its name is not UTF-8"),
            Self::Unmerged => Some("this file has a merge conflict that is not resolved"),
        }
    }
}

/// One file of a side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Path below the folder that was asked for.
    pub name: String,
    /// The object's name: equal names mean equal bytes.
    pub id: ObjectId,
    /// What it is.
    pub kind: RowKind,
}

impl Row {
    /// A row by the bytes of its name.
    pub(super) fn new(name: &[u8], id: ObjectId, kind: RowKind) -> Self {
        let readable = std::str::from_utf8(name).is_ok();
        Self {
            name: String::from_utf8_lossy(name).into_owned(),
            id,
            kind: if readable || kind == RowKind::Unmerged {
                kind
            } else {
                RowKind::BadName
            },
        }
    }
}

/// A file that differs between two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Its path from the repository's root.
    pub path: String,
    /// As it was; [`None`] where it is new.
    pub old: Option<Row>,
    /// As it is; [`None`] where it is gone.
    pub new: Option<Row>,
}

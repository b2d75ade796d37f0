//! Two sides of a config set to the structural changes between them. Complete: applying the changes
//! to the old side gives the new one. No judging of changes (see `rules`), no output.

mod align;
mod apply;
mod change;
mod documents;
mod equal;
mod files;
mod identity;
mod likeness;
mod list;
mod walk;

pub use apply::{Shape, Value, apply, values};
pub use change::{Change, ChangeKind, ChangeSet, ContainerDelta, FileDiff, FingerprintKey, Roots, Shown};
pub use files::{FileSide, compare_sets};
pub use identity::document_identity;
pub use walk::{TooMuch, compare_files};

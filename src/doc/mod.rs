//! The one tree that every syntax is read into, and what is said about it: spans, typed scalars,
//! key paths, patterns over key paths, quantities with units, digests. No parsing of files here
//! (see `formats`) and no comparing of two trees (see `diff`). Pure.

pub mod digest;
mod hashes;
pub mod limits;
pub mod mask;
pub mod node;
pub mod path;
pub mod pattern;
pub mod projection;
pub mod quantity;
pub mod scalar;
pub mod secret;
pub mod source;
pub mod span;
pub mod table;

pub use limits::Limits;
pub use node::{BLOCK, Duplicate, Entry, Kind, NodeId, Note, SPELLED, Tree};
pub use path::{KeyPath, Segment};
pub use pattern::PathPattern;
pub use scalar::{Scalar, ScalarKind};
pub use source::{Position, SourceFile};
pub use span::Span;

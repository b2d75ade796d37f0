//! An address as it was found: where it stands, what it names, which way it goes.

use crate::doc::{KeyPath, NodeId, Span};

/// Which way the connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The program connects there.
    Outbound,
    /// The program is reached there.
    Inbound,
    /// A page for people.
    Informational,
}

impl Direction {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Inbound => "inbound",
            Self::Informational => "informational",
        }
    }
}

/// A port as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Port {
    /// 0 to 65535.
    Number(u16),
    /// Anything else.
    Bad(String),
}

/// A service address and where it stands.
#[derive(Debug, Clone)]
pub struct Address {
    /// Document index.
    pub document: usize,
    /// Path of the value.
    pub path: KeyPath,
    /// The value's node.
    pub node: NodeId,
    /// The host inside the source.
    pub span: Span,
    /// The whole value.
    pub value: String,
    /// URL scheme or kind of DSN.
    pub scheme: Option<String>,
    /// The host as written.
    pub host: String,
    /// The port, if given.
    pub port: Option<Port>,
    /// Which way.
    pub direction: Direction,
    /// The form it was found as.
    pub form: &'static str,
}

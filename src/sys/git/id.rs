//! Object names of git: SHA-1 or SHA-256, as hexadecimal digits.

use std::fmt;

/// The name of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Names nothing.
    pub const ZERO: Self = Self {
        bytes: [0; 32],
        length: 20,
    };

    /// From raw bytes, 20 or 32 of them.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        if !matches!(raw.len(), 20 | 32) {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self {
            bytes,
            length: u8::try_from(raw.len()).ok()?,
        })
    }

    /// From 40 or 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !digits || !matches!(text.len(), 40 | 64) {
            return None;
        }
        let digits: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok())
            .collect();
        Self::from_bytes(&digits?)
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Whether it names nothing: a ref that is new or goes, a file that is not there.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == 0)
    }

    /// The first digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

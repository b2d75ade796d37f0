//! Key paths: the way from a document's root to a value, as text for people
//! (`spec.containers[name=app].image`) and as a JSON Pointer (RFC 6901).

use std::fmt;

/// One step of a [`KeyPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key of a mapping.
    Key {
        /// The key's text.
        name: String,
        /// Whether the key is a string; a key such as the integer `1` is not.
        string: bool,
        /// 0 for the first occurrence of the key in its mapping, 1 for the second, …
        nth: usize,
    },
    /// An item of a list that has no identity.
    Index(usize),
    /// An item of a list whose items are told apart by the values of some of their keys.
    Item {
        /// Key and value pairs that name the item.
        by: Vec<(String, String)>,
        /// Its position in the list.
        index: usize,
    },
}

impl Segment {
    /// A first-occurrence string key.
    #[must_use]
    pub fn key(name: impl Into<String>) -> Self {
        Self::Key {
            name: name.into(),
            string: true,
            nth: 0,
        }
    }

    /// The key's name, if it is a key.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Key { name, .. } => Some(name),
            Self::Index(_) | Self::Item { .. } => None,
        }
    }
}

/// The way from a document's root to a value. Empty for the root itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KeyPath {
    /// The steps from the root down.
    pub segments: Vec<Segment>,
}

impl KeyPath {
    /// The path of a document's root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// This path and one more step.
    #[must_use]
    pub fn join(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.segments.len() + 1);
        segments.extend_from_slice(&self.segments);
        segments.push(segment);
        Self { segments }
    }

    /// The last key's name; list positions after it are skipped.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        self.segments.iter().rev().find_map(Segment::name)
    }

    /// The JSON Pointer of RFC 6901; empty for the root.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut out = String::new();
        for segment in &self.segments {
            out.push('/');
            match segment {
                Segment::Key { name, .. } => {
                    out.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
                Segment::Index(index) | Segment::Item { index, .. } => {
                    out.push_str(&index.to_string());
                }
            }
        }
        out
    }
}

/// Whether a key can stand in a path without quotes and still read as a string key.
fn is_bare(name: &str) -> bool {
    if super::scalar::yaml_core_kind(name) != super::ScalarKind::String {
        return false;
    }
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_' || c == '-' || c == '$')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@'))
}

fn quoted(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(out, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl fmt::Display for KeyPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Key { name, string, nth } => {
                    // `1` alone is the integer key; the string key "1" is quoted.
                    if (*string && is_bare(name)) || (!*string && !name.contains(['.', '[', ']'])) {
                        if at > 0 {
                            out.write_str(".")?;
                        }
                        out.write_str(name)?;
                    } else {
                        out.write_str("[")?;
                        quoted(out, name)?;
                        out.write_str("]")?;
                    }
                    if *nth > 0 {
                        write!(out, "(#{})", nth + 1)?;
                    }
                }
                Segment::Index(index) => write!(out, "[{index}]")?,
                Segment::Item { by, .. } => {
                    out.write_str("[")?;
                    for (nth, (key, value)) in by.iter().enumerate() {
                        if nth > 0 {
                            out.write_str(",")?;
                        }
                        write!(out, "{key}=")?;
                        if value.is_empty() || value.contains([',', ']', '"', '=']) {
                            quoted(out, value)?;
                        } else {
                            out.write_str(value)?;
                        }
                    }
                    out.write_str("]")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_people_write_them() {
        let path = KeyPath {
            segments: vec![
                Segment::key("spec"),
                Segment::Item {
                    by: vec![("name".into(), "app".into())],
                    index: 0,
                },
                Segment::key("a.b/c~d"),
                Segment::key("1"),
                Segment::Key {
                    name: "1".into(),
                    string: false,
                    nth: 1,
                },
                Segment::Index(3),
            ],
        };
        assert_eq!(path.to_string(), "spec[name=app][\"a.b/c~d\"][\"1\"].1(#2)[3]");
        assert_eq!(path.pointer(), "/spec/0/a.b~1c~0d/1/1/3");
        assert_eq!(KeyPath::root().to_string(), "");
    }
}

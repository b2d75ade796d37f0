//! Patterns over key paths: `**.{pool,connection*}.{max*,size}`, `spec.containers[name=app].image`.
//!
//! `*` stands for any one step or, inside a name, for any characters; `**` for any number of steps;
//! `{a,b}` for one of several names; `[*]` for any list item; `[name=app]` for the item with that
//! identity; `["a.b"]` for a key taken literally. Names fold case, `_`, `-` and camelCase:
//! `maxConnections`, `max_connections` and `MAX-CONNECTIONS` are the same name, and with a `*` in
//! the pattern words stay apart (`auth_*` matches `authServer` and not `author`).

mod index;
mod parse;

use std::borrow::Cow;

pub use index::PatternIndex;

use super::path::{KeyPath, Segment};

/// A compiled pattern. Matching costs at most (steps of the pattern × steps of the path).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    AnyDepth,
    AnyOne,
    Names(Vec<Name>),
    AnyItem,
    Index(usize),
    ItemBy(String, Name),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    /// Compared without separators.
    Joined(String),
    /// Compared word by word, with `*`.
    Glob(String),
    /// Compared to the letter.
    Literal(String),
}

/// Why a pattern text is not a pattern; the byte offset in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// Byte offset in the pattern's text.
    pub at: usize,
    /// What is wrong, in one clause.
    pub message: String,
}

/// A key path prepared for matching against many patterns.
#[derive(Debug, Clone, Default)]
pub struct FoldedPath {
    steps: Vec<FoldedStep>,
    /// The same with dotted keys taken apart, where there are any: `a.b=1` of a properties file is what
    /// `a: {b: 1}` is elsewhere.
    apart: Option<Vec<FoldedStep>>,
}

#[derive(Debug, Clone)]
enum FoldedStep {
    Key {
        raw: String,
        words: String,
        joined: String,
    },
    Item {
        index: usize,
        by: Vec<(String, String)>,
    },
}

impl FoldedPath {
    /// Prepares a path.
    #[must_use]
    pub fn new(path: &KeyPath) -> Self {
        let dotted = path
            .segments
            .iter()
            .any(|segment| segment.name().is_some_and(|name| name.contains('.')));
        Self {
            steps: path.segments.iter().map(FoldedStep::new).collect(),
            apart: dotted.then(|| path.segments.iter().flat_map(FoldedStep::apart).collect()),
        }
    }
}

impl FoldedStep {
    fn apart(segment: &Segment) -> Vec<Self> {
        match segment.name() {
            Some(name) => name
                .split('.')
                .filter(|part| !part.is_empty())
                .map(|part| Self::new(&Segment::key(part)))
                .collect(),
            None => vec![Self::new(segment)],
        }
    }

    fn new(segment: &Segment) -> Self {
        match segment {
            Segment::Key { name, .. } => {
                let words = words(name);
                Self::Key {
                    raw: name.clone(),
                    joined: words.replace('_', ""),
                    words: words.into_owned(),
                }
            }
            Segment::Index(index) => Self::Item {
                index: *index,
                by: Vec::new(),
            },
            Segment::Item { by, index } => Self::Item {
                index: *index,
                by: by.clone(),
            },
        }
    }
}

/// Splits a name into lower-case words joined by `_`: `HTTPServerName` is `http_server_name`.
#[must_use]
pub fn words(name: &str) -> Cow<'_, str> {
    let folded = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(folded) && !name.starts_with('_') && !name.ends_with('_') && !name.contains("__") {
        return Cow::Borrowed(name);
    }
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (at, c) in chars.iter().enumerate() {
        if matches!(c, '_' | '-' | '.' | ' ' | '/' | '@') {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let starts_word = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase()
                    || b.is_numeric()
                    || (b.is_uppercase() && chars.get(at + 1).is_some_and(|n| n.is_lowercase()))
            });
        if starts_word && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out.truncate(out.trim_end_matches('_').len());
    Cow::Owned(out)
}

impl PathPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`PatternError`] with the offset of what cannot be understood.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let steps = parse::steps(text)?;
        Ok(Self {
            text: text.to_owned(),
            steps,
        })
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the whole path matches.
    #[must_use]
    pub fn matches(&self, path: &FoldedPath) -> bool {
        self.matches_steps(&path.steps) || path.apart.as_ref().is_some_and(|apart| self.matches_steps(apart))
    }

    fn matches_steps(&self, path: &[FoldedStep]) -> bool {
        if path.len() < 64 {
            return self.matches_short(path);
        }
        // reach[i]: the steps so far can consume exactly the first i segments.
        let mut reach = vec![false; path.len() + 1];
        reach[0] = true;
        for step in &self.steps {
            let mut next = vec![false; reach.len()];
            if *step == Step::AnyDepth {
                let mut open = false;
                for (at, reached) in reach.iter().enumerate() {
                    open |= *reached;
                    next[at] = open;
                }
            } else {
                for (at, segment) in path.iter().enumerate() {
                    next[at + 1] = reach[at] && step.matches(segment);
                }
            }
            reach = next;
        }
        reach.last().copied().unwrap_or(false)
    }

    /// The same with one bit per position: no path that people write is longer.
    fn matches_short(&self, path: &[FoldedStep]) -> bool {
        let mut reach = 1_u64;
        for step in &self.steps {
            if reach == 0 {
                return false;
            }
            if *step == Step::AnyDepth {
                reach = u64::MAX << reach.trailing_zeros();
                continue;
            }
            let mut next = 0;
            for (at, segment) in path.iter().enumerate() {
                if reach & (1 << at) != 0 && step.matches(segment) {
                    next |= 1 << (at + 1);
                }
            }
            reach = next;
        }
        reach & (1 << path.len()) != 0
    }

    /// Whether a plain key path matches.
    #[must_use]
    pub fn matches_path(&self, path: &KeyPath) -> bool {
        self.matches(&FoldedPath::new(path))
    }
}

impl Step {
    fn matches(&self, segment: &FoldedStep) -> bool {
        match (self, segment) {
            (Self::AnyDepth | Self::AnyOne, _) | (Self::AnyItem, FoldedStep::Item { .. }) => true,
            (Self::Names(names), FoldedStep::Key { raw, words, joined }) => {
                names.iter().any(|name| name.matches(raw, words, joined))
            }
            (Self::Index(want), FoldedStep::Item { index, .. }) => want == index,
            (Self::ItemBy(key, value), FoldedStep::Item { by, .. }) => {
                by.iter().any(|(k, v)| k == key && value.matches_text(v))
            }
            (Self::Names(_), FoldedStep::Item { .. })
            | (Self::AnyItem | Self::Index(_) | Self::ItemBy(..), FoldedStep::Key { .. }) => false,
        }
    }
}

impl Name {
    fn new(text: &str) -> Self {
        if text.contains('*') {
            let folded: Vec<String> = text.split('*').map(fold_piece).collect();
            Self::Glob(folded.join("*"))
        } else {
            Self::Joined(words(text).replace('_', ""))
        }
    }

    fn matches(&self, raw: &str, words: &str, joined: &str) -> bool {
        match self {
            Self::Joined(want) => want == joined,
            Self::Glob(glob) => glob_matches(glob, words),
            Self::Literal(want) => want == raw,
        }
    }

    fn matches_text(&self, text: &str) -> bool {
        let words = words(text);
        self.matches(text, &words, &words.replace('_', ""))
    }
}

/// Folds a literal piece beside a `*`, keeping a separator that stands at its edge.
fn fold_piece(piece: &str) -> String {
    let separator = |c: char| matches!(c, '_' | '-' | '.');
    let mut out = words(piece).into_owned();
    if piece.starts_with(separator) && !out.starts_with('_') {
        out.insert(0, '_');
    }
    if piece.len() > 1 && piece.ends_with(separator) && !out.ends_with('_') {
        out.push('_');
    }
    out
}

/// `*` matches any run of characters. Linear in practice, at worst text × pattern.
#[must_use]
pub fn glob_matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    let (mut g, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if glob.get(g) == Some(&b'*') {
            retry = Some((g, t));
            g += 1;
        } else if glob.get(g) == Some(&text[t]) {
            g += 1;
            t += 1;
        } else if let Some((star, from)) = retry {
            g = star + 1;
            t = from + 1;
            retry = Some((star, from + 1));
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> KeyPath {
        KeyPath {
            segments: text
                .split('/')
                .map(|part| match (part.parse(), part.split_once('=')) {
                    (Ok(index), _) => Segment::Index(index),
                    (_, Some((k, v))) => Segment::Item {
                        by: vec![(k.into(), v.into())],
                        index: 0,
                    },
                    _ => Segment::key(part),
                })
                .collect(),
        }
    }

    #[track_caller]
    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        let compiled = PathPattern::new(pattern).expect("a pattern");
        for text in yes {
            assert!(
                compiled.matches_path(&path(text)),
                "{pattern} should match {text}"
            );
        }
        for text in no {
            assert!(
                !compiled.matches_path(&path(text)),
                "{pattern} should not match {text}"
            );
        }
    }

    #[test]
    fn steps_and_braces() {
        check(
            "**.{pool,connection*}.{max*,size}",
            &[
                "db/pool/max",
                "pool/size",
                "a/b/connections/maxSize",
                "connectionPool/max_idle",
            ],
            &["pool/min", "db/pool", "pool/x/max"],
        );
        check("a.*.c", &["a/b/c", "a/0/c"], &["a/c", "a/b/b/c"]);
        check("**", &["a", "a/b/0"], &[]);
    }

    #[test]
    fn items() {
        check(
            "spec.containers[name=app].image",
            &["spec/containers/name=app/image"],
            &["spec/containers/name=web/image"],
        );
        check(
            "**.servers[*]",
            &["auth/servers/0", "servers/name=x"],
            &["servers/a", "servers"],
        );
        check("[1]", &["1"], &["0"]);
    }

    #[test]
    fn names_fold_but_words_stay_apart_beside_a_star() {
        check(
            "maxConnections",
            &["max_connections", "MAX-CONNECTIONS", "maxconnections"],
            &["max_connection"],
        );
        check(
            "auth_*",
            &["authServer", "AUTH_SERVER", "auth-x"],
            &["author", "auth"],
        );
        check(
            "*timeout*",
            &["readTimeoutMs", "timeout", "connect_timeout"],
            &["time_out_of_band"],
        );
        let literal = PathPattern::new("[\"a.b/C\"].x").expect("a pattern");
        let path = KeyPath {
            segments: vec![Segment::key("a.b/C"), Segment::key("x")],
        };
        assert!(literal.matches_path(&path));
    }

    #[test]
    fn bad_patterns_say_where() {
        for (text, at) in [
            ("", 0),
            ("a..b", 2),
            ("a.{b", 2),
            ("a}", 1),
            ("a[x", 1),
            ("a.b**", 2),
            ("a[]", 1),
            ("a b", 1),
            ("x.{a,}", 2),
        ] {
            assert_eq!(PathPattern::new(text).expect_err(text).at, at, "{text}");
        }
    }

    #[test]
    fn long_paths_match_like_short_ones() {
        for length in [62, 63, 64, 65, 200] {
            let path = KeyPath {
                segments: (0..length).map(|n| Segment::key(format!("k{n}"))).collect(),
            };
            let last = format!("**.k{}", length - 1);
            for (pattern, want) in [
                (last.as_str(), true),
                ("**.k5.**", true),
                ("k0.**", true),
                ("**.nope", false),
                ("k0.k1", false),
            ] {
                assert_eq!(
                    PathPattern::new(pattern).expect("a pattern").matches_path(&path),
                    want,
                    "{pattern} {length}"
                );
            }
        }
    }

    #[test]
    fn a_star_bomb_stays_cheap() {
        let glob = "*a".repeat(200);
        assert!(!glob_matches(&glob, &"a".repeat(199)));
    }
}

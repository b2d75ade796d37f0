//! Which keys say that their values are secret. Used by every place that prints a value: names stay, values go.
//! What is secret inside of a longer text is `mask`'s.

use super::mask::is_secret_value;
use super::path::KeyPath;
use super::pattern::{FoldedPath, PathPattern, words};
use super::{Kind, NodeId, Segment, Span, Tree};

/// Words that make a key secret when they stand anywhere in its name.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secrets",
    "token",
    "credential",
    "credentials",
    "apikey",
    "privatekey",
    "accesskey",
    "secretkey",
    "authkey",
    "bearer",
    "tokens",
    "bindpw",
    "rootpw",
    "passw",
    "passwords",
    "passwds",
    "passphrases",
    "pass",
    "salt",
    "requirepass",
    "masterauth",
    "dockerconfigjson",
    "htpasswd",
    "pgpass",
    "signingkey",
    "encryptionkey",
    "masterkey",
];

/// Pairs of neighbouring words that make a key secret.
const SECRET_PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("secret", "key"),
    ("auth", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("master", "key"),
    ("account", "key"),
    ("shared", "key"),
    ("client", "key"),
    ("hmac", "key"),
    ("webhook", "url"),
];

/// A last word that says the value only speaks about a secret.
const ABOUT_WORDS: &[&str] = &[
    "name",
    "names",
    "file",
    "files",
    "path",
    "paths",
    "dir",
    "ref",
    "refs",
    "reference",
    "ttl",
    "url",
    "uri",
    "endpoint",
    "expiry",
    "expiration",
    "expires",
    "lifetime",
    "length",
    "len",
    "count",
    "limit",
    "limits",
    "policy",
    "enabled",
    "required",
    "type",
    "algorithm",
    "issuer",
    "host",
    "port",
    "timeout",
    "id",
    "version",
    "max",
    "min",
    "header",
    "field",
    "provider",
    "store",
    "backend",
    "mount",
    "optional",
    "rotation",
    "age",
    "lifespan",
    "seconds",
    "minutes",
    "hours",
    "days",
    "validity",
    "duration",
    "interval",
];

/// Decides what is secret: the built-in words and the policy's own patterns.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    extra: Vec<PathPattern>,
}

impl Redactor {
    /// With further key patterns from the policy's `[redact] keys`.
    #[must_use]
    pub fn new(extra: Vec<PathPattern>) -> Self {
        Self { extra }
    }

    /// Whether the value at `path` must not be shown. Booleans and nulls are shown under the built-in
    /// names: they switch something, they do not hold it.
    #[must_use]
    pub fn hides(&self, path: &KeyPath) -> bool {
        if !self.extra.is_empty() {
            let folded = FoldedPath::new(path);
            if self.extra.iter().any(|pattern| pattern.matches(&folded)) {
                return true;
            }
        }
        let names: Vec<&str> = path.segments.iter().filter_map(Segment::name).collect();
        let identity = path.segments.iter().rev().find_map(|segment| match segment {
            Segment::Item { by, .. } => by.first().map(|(_, value)| value.as_str()),
            Segment::Key { .. } | Segment::Index(_) => None,
        });
        match names.split_last() {
            None => false,
            // A Kubernetes `env` entry is named by its item: {name: DB_PASSWORD, value: …}.
            Some((&("value" | "@value"), _)) if identity.is_some_and(is_secret_name) => true,
            Some((last, above)) => {
                !speaks_about(last)
                    && (is_secret_name(last)
                        || above
                            .iter()
                            .any(|name| is_secret_name(name) || is_secret_group(name)))
            }
        }
    }

    /// Whether the scalar or subtree at `id` is hidden, given its path and its document.
    #[must_use]
    pub fn hides_node(&self, tree: &Tree, document: NodeId, path: &KeyPath, id: NodeId) -> bool {
        let in_secret = in_secret(tree, document, path) || named_beside(tree, document, path);
        match tree.kind(id) {
            Kind::Scalar(scalar) => match scalar.kind {
                // Whoever sees a ciphertext sees nothing.
                super::ScalarKind::Bool | super::ScalarKind::Null | super::ScalarKind::Encrypted => false,
                super::ScalarKind::String => in_secret || self.hides(path) || is_secret_value(scalar.text),
                super::ScalarKind::Integer | super::ScalarKind::Float | super::ScalarKind::Timestamp => {
                    in_secret || self.hides(path)
                }
            },
            Kind::Sequence(_) | Kind::Mapping(_) => false,
        }
    }

    /// The spans of every hidden scalar in a document, for masking source lines. [`None`] where the
    /// document writes out more values than are looked at: then its lines are masked by their looks.
    #[must_use]
    pub fn hidden_spans(&self, tree: &Tree) -> Option<Vec<Span>> {
        let mut spans = Vec::new();
        for document in &tree.documents {
            let mut stack = vec![(KeyPath::root(), *document)];
            let mut budget = 1_000_000_usize;
            while let Some((path, id)) = stack.pop() {
                budget = budget.saturating_sub(1);
                if budget == 0 {
                    return None;
                }
                if self.hides_node(tree, *document, &path, id) {
                    spans.push(tree.span(tree.target(id)));
                }
                stack.extend(
                    super::table::named_children(tree, id)
                        .into_iter()
                        .map(|(segment, child)| (path.join(segment), child)),
                );
            }
        }
        spans.sort();
        Some(spans)
    }
}

/// Whether a path leads through the data of a Kubernetes Secret, be it the document or an item of a list.
fn in_secret(tree: &Tree, document: NodeId, path: &KeyPath) -> bool {
    let is_data = |segment: &Segment| matches!(segment.name(), Some("data" | "stringData"));
    // The path is looked at first: searching a mapping for its kind costs as much as it is wide.
    path.segments.iter().any(is_data)
        && passes(tree, document, &path.segments, |at, segment| {
            is_data(segment) && tree.get_text(at, "kind") == Some("Secret")
        })
}

/// Keys that hold a value whose name stands beside it, lower case.
const VALUES: &[&str] = &["value", "@value", "values", "default", "parametervalue", "#text"];
/// Keys that hold such a name.
const NAMES: &[&str] = &[
    "name",
    "key",
    "@name",
    "@key",
    "Name",
    "Key",
    "ParameterKey",
    "parameterKey",
    "variable",
    "parameter",
];

/// Lists of a command's arguments, by their keys.
const ARGUMENTS: &[&str] = &[
    "args",
    "argv",
    "arguments",
    "cmd",
    "command",
    "entrypoint",
    "exec",
    "flags",
];

/// Whether a value has its secret name beside it: `name = "DB_PASSWORD"` next to `value`, and `--password`
/// before it in a list of arguments.
fn named_beside(tree: &Tree, document: NodeId, path: &KeyPath) -> bool {
    let Some((last, above)) = path.segments.split_last() else {
        return false;
    };
    let list = above.iter().rev().find_map(Segment::name).map(words);
    let arguments = list.is_some_and(|list| ARGUMENTS.contains(&list.as_ref()));
    match last {
        Segment::Key { name, .. } if VALUES.contains(&name.to_ascii_lowercase().as_str()) => {
            let mut parent = None;
            passes(tree, document, &path.segments, |at, _| {
                parent = Some(at);
                false
            });
            let named = |key: &&str| {
                parent
                    .and_then(|parent| tree.get_text(parent, key))
                    .is_some_and(is_secret_name)
            };
            NAMES.iter().any(named)
        }
        Segment::Index(at) if arguments && *at > 0 => {
            passes(tree, document, &path.segments, |id, segment| {
                match tree.kind(id) {
                    Kind::Sequence(items) if std::ptr::eq(segment, last) => items
                        .get(at - 1)
                        .and_then(|before| tree.scalar(*before))
                        .is_some_and(|flag| flag.text.starts_with('-') && is_secret_name(flag.text)),
                    Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_) => false,
                }
            })
        }
        Segment::Key { .. } | Segment::Index(_) | Segment::Item { .. } => false,
    }
}

/// Walks along a path, and asks at each step: the node it leaves from, and the step.
fn passes(
    tree: &Tree,
    document: NodeId,
    path: &[Segment],
    mut stop: impl FnMut(NodeId, &Segment) -> bool,
) -> bool {
    let mut at = document;
    for segment in path {
        if stop(at, segment) {
            return true;
        }
        let below = match (segment, tree.kind(at)) {
            (Segment::Key { name, .. }, Kind::Mapping(_)) => tree.get(at, name),
            (Segment::Index(index) | Segment::Item { index, .. }, Kind::Sequence(items)) => {
                items.get(*index).copied()
            }
            (Segment::Key { .. } | Segment::Index(_) | Segment::Item { .. }, _) => None,
        };
        match below {
            Some(below) => at = below,
            None => return false,
        }
    }
    false
}

/// Whether a key's name says that its value is secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    // Where a syntax knows no quotes around keys, they are part of the name.
    let name = name.trim_matches(['"', '\'']);
    if speaks_about(name) {
        return false;
    }
    let folded = words(name);
    let parts: Vec<&str> = folded.split('_').collect();
    // `max_tokens`, `token_bucket`: a count of tokens, not a token.
    let counted = |word: &&str| {
        [
            "max",
            "min",
            "limit",
            "num",
            "count",
            "total",
            "budget",
            "prompt",
            "completion",
            "output",
            "input",
        ]
        .contains(word)
    };
    if parts.contains(&"tokens") && parts.iter().any(counted)
        || parts.windows(2).any(|pair| pair == ["token", "bucket"])
    {
        return false;
    }
    parts.iter().any(|word| SECRET_WORDS.contains(word))
        || parts
            .windows(2)
            .any(|pair| SECRET_PAIRS.iter().any(|(a, b)| pair == [*a, *b]))
        || parts
            .iter()
            .any(|word| word.len() > 8 && (word.ends_with("password") || word.ends_with("secret")))
}

/// Whether a key says by its last word that its value only speaks about a secret.
#[must_use]
pub fn speaks_about(name: &str) -> bool {
    let folded = words(name);
    let mut parts = folded.rsplit('_');
    let last = parts.next().unwrap_or("");
    if last == "url" && parts.next() == Some("webhook") {
        return false;
    }
    ABOUT_WORDS.contains(&last)
}

fn is_secret_group(name: &str) -> bool {
    matches!(
        words(name).as_ref(),
        "secrets" | "credentials" | "passwords" | "tokens" | "api_keys"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(keys: &[&str]) -> KeyPath {
        KeyPath {
            segments: keys.iter().map(|key| Segment::key(*key)).collect(),
        }
    }

    #[test]
    fn secret_keys_are_known_by_name() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "apiKey",
            "client-secret",
            "auth_token",
            "AWS_SECRET_ACCESS_KEY",
            "dbpassword",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "secretName",
            "password_file",
            "max_tokens",
            "token_url",
            "tokenTTL",
            "keyspace",
            "author",
            "passive",
            "key",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(Redactor::default().hides(&path(&["secrets", "db"])));
        assert!(!Redactor::default().hides(&path(&["secrets", "db", "file"])));
        let env = KeyPath {
            segments: vec![
                Segment::key("env"),
                Segment::Item {
                    by: vec![("name".into(), "DB_PASSWORD".into())],
                    index: 0,
                },
                Segment::key("value"),
            ],
        };
        assert!(Redactor::default().hides(&env));
    }
}

//! Which keys and values look secret, and masking what is secret inside a longer text.
//! Used by every place that prints a value. Names stay, values go.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::path::KeyPath;
use super::pattern::{FoldedPath, PathPattern, words};
use super::{Kind, NodeId, Span, Tree};

/// What stands where a secret was.
pub const REDACTED: &str = "‹redacted›";

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
        let names: Vec<&str> = path.segments.iter().filter_map(super::Segment::name).collect();
        let identity = path.segments.iter().rev().find_map(|segment| match segment {
            super::Segment::Item { by, .. } => by.first().map(|(_, value)| value.as_str()),
            super::Segment::Key { .. } | super::Segment::Index(_) => None,
        });
        match names.split_last() {
            None => false,
            // A Kubernetes `env` entry is named by its item: {name: DB_PASSWORD, value: …}.
            Some((&"value", _)) if identity.is_some_and(is_secret_name) => true,
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
        let in_secret = in_secret(tree, document, path);
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
    let is_data = |segment: &super::Segment| matches!(segment.name(), Some("data" | "stringData"));
    // The path is looked at first: searching a mapping for its kind costs as much as it is wide.
    if !path.segments.iter().any(is_data) {
        return false;
    }
    let mut at = document;
    for segment in &path.segments {
        if is_data(segment) && tree.get_text(at, "kind") == Some("Secret") {
            return true;
        }
        let below = match (segment, tree.kind(at)) {
            (super::Segment::Key { name, .. }, Kind::Mapping(_)) => tree.get(at, name),
            (super::Segment::Index(index) | super::Segment::Item { index, .. }, Kind::Sequence(items)) => {
                items.get(*index).copied()
            }
            (super::Segment::Key { .. } | super::Segment::Index(_) | super::Segment::Item { .. }, _) => None,
        };
        match below {
            Some(below) => at = below,
            None => return false,
        }
    }
    false
}

/// A text of several lines, each masked by its looks; the body of a private key is masked as a whole.
#[must_use]
pub fn mask_lines(text: &str) -> String {
    let masked = mask(text);
    let mut inside = false;
    let mut out = String::with_capacity(masked.len());
    for line in masked.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        if is_key_body(&mut inside, body) {
            out.push_str(REDACTED);
        } else {
            out.push_str(&mask_line(body));
        }
        out.push_str(end);
    }
    out
}

/// Whether a line belongs to a private key, between its first and its last line.
fn is_key_body(inside: &mut bool, line: &str) -> bool {
    let begins = line.contains("-----BEGIN") && line.contains("PRIVATE KEY");
    let was = *inside;
    if begins {
        *inside = true;
    } else if line.contains("-----END") {
        *inside = false;
    }
    was || begins
}

/// Whether a line of a text stands inside a private key that begins above it.
#[must_use]
pub fn in_private_key(text: &str, line: usize) -> bool {
    let mut from = line.saturating_sub(LONGEST_KEY).min(text.len());
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let above = text.get(from..line).unwrap_or_default();
    above.rfind("-----BEGIN").is_some_and(|begin| {
        let block = &above[begin..];
        let first = block.lines().next().unwrap_or_default();
        first.contains("PRIVATE KEY") && !block.contains("-----END")
    })
}

/// No private key takes more bytes.
const LONGEST_KEY: usize = 16 * 1024;

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
    if parts.contains(&"tokens") || parts.windows(2).any(|pair| pair == ["token", "bucket"]) {
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

fn speaks_about(name: &str) -> bool {
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

#[expect(
    clippy::unwrap_used,
    reason = "the patterns are constants and compiled by a test"
)]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

static KNOWN_TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"|\bgh[pousr]_[A-Za-z0-9]{20,}",
        r"|\bgithub_pat_[A-Za-z0-9_]{20,}",
        r"|\bglpat-[A-Za-z0-9_-]{16,}",
        r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"|\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}",
        r"|\bAIza[0-9A-Za-z_-]{30,}",
        r"|\bnpm_[A-Za-z0-9]{30,}",
        r"|\bsk-[A-Za-z0-9_-]{20,}",
        // Password hashes of crypt(3) and Apache.
        r"|\$(?:2[aby]|apr1|[156y])\$[./A-Za-z0-9$]{16,}",
        r"|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    ))
});
static PEM: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)")
});
static USERINFO: LazyLock<Regex> = LazyLock::new(|| regex(r#"(://[^\s:/@"']*:)([^\s"']*)@"#));
/// A long word before the host of a URL is a token, even without a name before it.
static TOKEN_USER: LazyLock<Regex> = LazyLock::new(|| regex(r"(://)[A-Za-z0-9_.~-]{16,}@"));
static BARE_USERINFO: LazyLock<Regex> =
    LazyLock::new(|| regex(r"((?:^|[\s\x22'])[^\s:/@\x22']+:)([^\s]+)@((?:tcp|udp|unix)\()"));
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)((?:^|[^A-Za-z0-9])(?:[A-Za-z0-9]+[_.-])*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|",
        r"account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|client[_-]?secret|sig)=)",
        r#"("[^"]*"|'[^']*'|[^\s;&,"')]+)"#,
    ))
});
static FLAGGED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(--?[a-z0-9-]*(?:password|passwd|passphrase|secret|token|api-key|access-key|private-key)[ \t]+)([^\s-]\S*)",
    )
});
static SHORT_FLAG: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)(\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass)\b[^|;&]*?\s-p)([^\s]+)"));
static BARE_LOGIN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[\s=,/])([^\s:/@=,]+:)([^\s@/]+)@([A-Za-z0-9][A-Za-z0-9.-]*)"));

static WEBHOOK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/|webhook\.office\.com/)\S+",
    )
});
static BEARER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9+/=_.~-]{8,}"));
static KEYED_LINE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"^(\s*(?:-\s+)?(?:export\s+)?["']?)([A-Za-z0-9_.-]+)(["']?(?:\s*[:=]\s*|\s+))(\S.*)$"#)
});

/// Whether a value is secret by its own shape, under any key.
#[must_use]
pub fn is_secret_value(text: &str) -> bool {
    PEM.is_match(text)
        || KNOWN_TOKEN
            .find(text)
            .is_some_and(|found| found.len() == text.trim().len())
}

/// Masks passwords in URLs and DSNs, `password=…`, bearer tokens, known token shapes and private keys
/// inside a longer text.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    let quick = [
        "://",
        "=",
        "-----BEGIN",
        "earer",
        "asic",
        "(",
        "AKIA",
        "ASIA",
        "_",
        "xox",
        "eyJ",
        "AIza",
        "SG.",
        "glpat",
        "@",
        "-p",
        "--",
        "hooks",
        "webhook",
        "BEARER",
        "sk-",
        "$",
    ];
    if !quick.iter().any(|mark| text.contains(mark)) {
        return Cow::Borrowed(text);
    }
    let mut out = Cow::Borrowed(text);
    let mut apply = |regex: &Regex, replace: &dyn Fn(&Captures<'_>) -> String| {
        if regex.is_match(&out) {
            out = Cow::Owned(regex.replace_all(&out, replace).into_owned());
        }
    };
    apply(&PEM, &|_| REDACTED.to_owned());
    apply(&USERINFO, &|found| {
        let inner = &found[2];
        // `://host:8080/path@x` is a port and a path, not a password.
        let port = inner.split('/').next().unwrap_or("");
        let is_port = inner.contains('/') && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        if inner.is_empty() || is_port {
            found[0].to_owned()
        } else {
            format!("{}{REDACTED}@", &found[1])
        }
    });
    apply(&TOKEN_USER, &|found| format!("{}{REDACTED}@", &found[1]));
    apply(&BARE_USERINFO, &|found| {
        format!("{}{REDACTED}@{}", &found[1], &found[3])
    });
    apply(&BARE_LOGIN, &|found| match &found[4] {
        // An image's digest: name:tag@sha256:…
        "sha256" | "sha512" => found[0].to_owned(),
        host => format!("{}{}{REDACTED}@{host}", &found[1], &found[2]),
    });
    apply(&FLAGGED, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&SHORT_FLAG, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&WEBHOOK, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&ASSIGNED, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&BEARER, &|found| format!("{}{}{REDACTED}", &found[1], &found[2]));
    apply(&KNOWN_TOKEN, &|_| REDACTED.to_owned());
    out
}

/// Masks one line of a source file of which no tree exists (it did not parse).
#[must_use]
pub fn mask_line(line: &str) -> String {
    let masked = mask(line);
    match KEYED_LINE.captures(&masked) {
        Some(found) if is_secret_name(&found[2]) => {
            format!("{}{}{}{REDACTED}", &found[1], &found[2], &found[3])
        }
        _ => masked.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::Segment;

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

    #[test]
    fn passwords_inside_values_are_masked() {
        for (text, want) in [
            ("postgres://u:p4ss@db:5432/x", "postgres://u:‹redacted›@db:5432/x"),
            ("postgres://u:p/a@ss@db/x", "postgres://u:‹redacted›@db/x"),
            ("u:p@ss@tcp(db:3306)/x", "u:‹redacted›@tcp(db:3306)/x"),
            (
                "Server=db;User=a;Password=hunter2;",
                "Server=db;User=a;Password=‹redacted›;",
            ),
            ("--api-key=abcdef --port=1", "--api-key=‹redacted› --port=1"),
            (
                "Authorization: Bearer abcdefghijk",
                "Authorization: Bearer ‹redacted›",
            ),
            ("http://host:8080/a@b", "http://host:8080/a@b"),
            ("https://u@host/x", "https://u@host/x"),
            ("u:S@10.0.0.4:5432", "u:‹redacted›@10.0.0.4:5432"),
            ("mysql -u a -phunter2 x", "mysql -u a -p‹redacted› x"),
            ("cmd --db-password hunter2 -v", "cmd --db-password ‹redacted› -v"),
            (
                "https://hooks.slack.com/services/T0/B0/x",
                "https://hooks.slack.com/services/‹redacted›",
            ),
            ("a@b.com, c@d.com", "a@b.com, c@d.com"),
            ("ghcr.io/x/y:1.2@sha256:abc", "ghcr.io/x/y:1.2@sha256:abc"),
            ("plain text", "plain text"),
        ] {
            assert_eq!(mask(text), want);
        }
        assert!(is_secret_value("AKIAABCDEFGHIJKLMNOP"));
        assert!(is_secret_value("-----BEGIN RSA PRIVATE KEY-----\nabc"));
        assert_eq!(
            mask_line("  db_password: hunter2 # x"),
            "  db_password: ‹redacted›"
        );
        assert_eq!(mask_line("export API_TOKEN=x"), "export API_TOKEN=‹redacted›");
    }
}

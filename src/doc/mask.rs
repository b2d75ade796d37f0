//! Masking what is secret inside of a text, by its looks: passwords in URLs, assignments and flags, tokens,
//! private keys. Which keys say that their values are secret is `secret`'s.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::secret::is_secret_name;

/// What stands where a secret was.
pub const REDACTED: &str = "‹redacted›";

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
        r"(?i)((?:^|[^A-Za-z0-9])[A-Za-z0-9_.-]*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|",
        r"account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|presharedkey|client[_-]?secret|signature|\bsig|\b_auth)[ \t]*=[ \t]*)",
        r#"("[^"]*"|'[^']*'|\{[^}]*\}|[^\s;&,"')]+)"#,
    ))
});
static FLAGGED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(--?[a-z0-9-]*(?:password|passwd|passphrase|pass|pwd|secret|token|api-key|access-key|private-key)[ \t]+)("[^"]*"|'[^']*'|[^\s-]\S*)"#,
    )
});
static SHORT_FLAG: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)(\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass)\b[^|;&]*?\s-p)([^\s]+)"));
static BARE_LOGIN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[\s=,/])([^\s:/@=,]+:)([^\s@/]+)@([A-Za-z0-9][A-Za-z0-9.-]*)"));

/// What SQL and XML say of a password.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(\b(?:password|identified by)\s+)('[^']*'|"[^"]*")|(<[a-z_.:-]*(?:password|passwd|secret|token)[^<>/]*>)[^<]+"#,
    )
});
/// `curl -u NAME:PASSWORD`, `redis-cli -a PASSWORD`.
static LOGIN_FLAG: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(\bcurl\b[^|;&]*?\s(?:-u|--user)[ =]?[^\s:]+:)(\S+)|(\bredis-cli\b[^|;&]*?\s-a\s+)(\S+)")
});
/// A word, what may stand between it and a value, and the rest of the line.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"([A-Za-z_][A-Za-z0-9_.-]*)(["'\]]*(?:\s*(?:=>|[:=,])\s*|\s+)["']?)([^\s"'][^"'\n]*)"#)
});

/// A key and its string in JSON; the string may have been cut off.
static JSON_PAIR: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"("([^"\\]*)"\s*:\s*")(?:[^"\\]|\\.)*(?:"|\z)"#));

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
        "\":",
        "\" :",
        "assword",
        "ASSWORD",
        "IDENTIFIED",
        "identified",
        "<",
        "curl",
        "redis-cli",
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
    apply(&USERINFO, &masked_userinfo);
    apply(&TOKEN_USER, &|found| format!("{}{REDACTED}@", &found[1]));
    apply(&BARE_USERINFO, &|found| {
        format!("{}{REDACTED}@{}", &found[1], &found[3])
    });
    apply(&BARE_LOGIN, &|found| match &found[4] {
        // An image's digest: name:tag@sha256:…
        "sha256" | "sha512" => found[0].to_owned(),
        host => format!("{}{}{REDACTED}@{host}", &found[1], &found[2]),
    });
    apply(&JSON_PAIR, &|found| {
        if is_secret_name(&found[2]) {
            format!("{}{REDACTED}\"", &found[1])
        } else {
            found[0].to_owned()
        }
    });
    apply(&TOLD, &|found| {
        let before = found.get(1).or(found.get(3)).map_or("", |part| part.as_str());
        format!("{before}{REDACTED}")
    });
    apply(&LOGIN_FLAG, &|found| {
        let before = found.get(1).or(found.get(3)).map_or("", |part| part.as_str());
        format!("{before}{REDACTED}")
    });
    apply(&FLAGGED, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&SHORT_FLAG, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&WEBHOOK, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&ASSIGNED, &|found| format!("{}{REDACTED}", &found[1]));
    apply(&BEARER, &|found| format!("{}{}{REDACTED}", &found[1], &found[2]));
    apply(&KNOWN_TOKEN, &|_| REDACTED.to_owned());
    out
}

/// Masks passwords in URLs only, for key paths: a key may be a URL.
#[must_use]
pub fn mask_urls(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let masked = USERINFO.replace_all(text, |found: &Captures<'_>| masked_userinfo(found));
    let masked = TOKEN_USER.replace_all(&masked, format!("${{1}}{REDACTED}@"));
    Cow::Owned(masked.into_owned())
}

fn masked_userinfo(found: &Captures<'_>) -> String {
    let inner = &found[2];
    // `://host:8080/path@x` is a port and a path, not a password.
    let port = inner.split('/').next().unwrap_or("");
    let is_port = inner.contains('/') && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    if inner.is_empty() || is_port {
        found[0].to_owned()
    } else {
        format!("{}{REDACTED}@", &found[1])
    }
}

/// Masks one line of a source file of which no tree exists (it did not parse).
#[must_use]
pub fn mask_line(line: &str) -> String {
    let masked = mask(line);
    match KEYED_LINE.captures(&masked) {
        Some(found) if is_secret_name(&found[2]) => {
            format!("{}{}{}{REDACTED}", &found[1], &found[2], &found[3])
        }
        _ => named(&masked),
    }
}

/// The rest of a line after the first word that names a secret: `SetEnv DB_PASSWORD x`, `{user: a, password: x]`.
fn named(line: &str) -> String {
    let mut from = 0;
    while let Some(found) = NAMED.captures_at(line, from) {
        let (word, value) = (found.get(1), found.get(3));
        let (Some(word), Some(value)) = (word, value) else {
            break;
        };
        if is_secret_name(word.as_str()) && !value.as_str().starts_with(REDACTED) {
            return format!("{}{REDACTED}{}", &line[..value.start()], &line[value.end()..]);
        }
        from = word.end();
    }
    line.to_owned()
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
const LONGEST_KEY: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(
            mask_line(r#"{"a": "x", "password": "hun\"ter2", "b": "y"}"#),
            r#"{"a": "x", "password": "‹redacted›", "b": "y"}"#
        );
        assert_eq!(
            mask_urls("a[\"http://u:p@h/\"].b"),
            "a[\"http://u:‹redacted›@h/\"].b"
        );
        assert_eq!(mask_line("export API_TOKEN=x"), "export API_TOKEN=‹redacted›");
    }
}

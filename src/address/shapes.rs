//! What a text is before any form is tried: quoted, a template, an assignment, a default, a broken host. Pure text.

use super::traps;

/// A line without the comment after its value.
pub(super) fn without_comment(line: &str) -> &str {
    let marks = line.match_indices(" # ").chain(line.match_indices("\t# "));
    // What stands in quotes is no comment.
    let outside = |at: &usize| {
        ['"', '\'']
            .iter()
            .all(|quote| line[..*at].matches(*quote).count() % 2 == 0)
    };
    let mark = marks.map(|(at, _)| at).filter(outside).min();
    mark.map_or(line, |at| line[..at].trim_end())
}

/// `hosts:` on a line of its own.
pub(super) fn section(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("- ");
    // `LOCATION: [` opens a list as `location:` does.
    let key = line
        .strip_suffix(['[', '('])
        .map_or(line, str::trim_end)
        .strip_suffix([':', '='])?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!key.is_empty() && key.chars().all(plain)).then_some(key)
}

/// `- host` on a line of its own, and where the host stands.
pub(super) fn item(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_end();
    let body = match line.trim_start().strip_prefix("- ") {
        Some(body) => body.trim(),
        // `"cache-1.corp:11211",` below `"LOCATION": [`.
        None => {
            let body = line.trim_start();
            let body = body.strip_suffix(',').unwrap_or(body);
            Some(body).filter(|body| body.starts_with(['"', '\'']) && body.ends_with(['"', '\'']))?
        }
    };
    let bare = body.trim_matches(['"', '\'']);
    (!bare.is_empty() && !bare.contains([' ', '='])).then(|| (line.rfind(bare).unwrap_or(0), bare))
}

/// A text without the quotes around it.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

/// A value that is filled in later as a whole, or with its port: `${HOST}`, `{{ .host }}:6379`.
pub(super) fn is_template(text: &str) -> bool {
    let text = text.trim();
    let begins = ["${", "$(", "{{", "%(", "#{", "@@", "<%"]
        .iter()
        .any(|mark| text.starts_with(mark));
    begins && text.len() < 512 && !text.contains("://") && !text.contains('\n')
}

/// A value under a key that says host, which no form accepts: shown as malformed rather than missed.
pub(super) fn is_broken_host(text: &str) -> bool {
    let text = text.trim();
    let count = text.len() < 8 && text.bytes().all(|b| b.is_ascii_digit());
    !text.is_empty()
        && !count
        && text.len() < 512
        && !traps::is_no_value(text)
        && !traps::is_file_like(text)
        // A line for a hosts file.
        && text
            .split_once(':')
            .is_none_or(|(_, rest)| rest.parse::<std::net::IpAddr>().is_err())
        && !text.contains(['=', '\n', '(', '|', '^', '$', '/', ',', '@'])
}

/// Whether a text holds something like `shop.corp` or `10.0.0.1`.
pub(super) fn has_dotted_token(text: &str) -> bool {
    let inner = |pair: &[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    text.as_bytes()
        .windows(3)
        .any(|three| three[1] == b'.' && inner(&[three[0], three[2]]))
}

/// `NAME=value`, `--name=value`.
pub(super) fn assignment(text: &str) -> Option<(&str, &str)> {
    let (left, right) = text.split_once('=')?;
    let name = left.trim_start_matches('-');
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && !right.is_empty()).then_some((name, right))
}

/// The default inside a value that is one placeholder: `${VAR:-host:port}`, `${VAR:host}`.
pub(super) fn default_of(text: &str) -> (&str, usize) {
    // `<%= ENV.fetch("X", "db.corp") %>`, `<%= ENV["X"] || "db.corp" %>`
    if text.starts_with("<%=")
        && (text.contains("fetch(") || text.contains("||"))
        && let Some(end) = text.rfind('"')
        && let Some(start) = text[..end].rfind('"')
        && text[..start].contains('"')
    {
        return (&text[start + 1..end], start + 1);
    }
    let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return (text, 0);
    };
    match inner.split_once(':') {
        Some((name, default))
            if !inner.contains("${")
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')) =>
        {
            let dash = usize::from(default.starts_with('-'));
            (&default[dash..], 2 + name.len() + 1 + dash)
        }
        _ => (text, 0),
    }
}

/// A value with the defaults of its placeholders in their place: `${A:db.corp}:${B:-5432}`. [`None`] where there
/// is none.
pub(super) fn expanded(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut any = false;
    while let Some(at) = rest.find("${") {
        let end = at + rest[at..].find('}')?;
        let (default, shift) = default_of(&rest[at..=end]);
        any |= shift > 0;
        out.push_str(&rest[..at]);
        out.push_str(default);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    any.then_some(out)
}

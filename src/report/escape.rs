//! Escaping per sink, in one file. Config values are chosen by the author of a change, who may not be
//! a friend of whoever reads the output.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal may act on this character, or show it so that text reads as something else.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c as u32, 0x00AD | 0x061C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
}

/// For a terminal line: every control, bidirectional and invisible character becomes visible.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) => {
                let code = c as u32;
                // Writing to a String cannot fail.
                let _ = if code < 0x100 {
                    write!(out, "\\x{code:02x}")
                } else {
                    write!(out, "\\u{{{code:x}}}")
                };
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Our own signs in ASCII, for locales that have no more. Values keep their characters.
#[must_use]
pub fn ascii(text: &str) -> String {
    let pairs = [("→", "->"), ("…", "..."), ("‹", "<"), ("›", ">"), ("·", "-")];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// For a line of Markdown: every punctuation mark becomes a character reference, so that no text is a
/// link, a mention, an emphasis or a tag.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in visible(text).chars() {
        if c.is_ascii_punctuation() && !matches!(c, ',' | '-' | ';' | '(' | ')' | '/' | '=') {
            let _ = write!(out, "&#{};", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

/// For text and attributes of HTML.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Like [`visible`], for text of several lines: line ends and tabs stay.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let end = if line.ends_with('\n') { "\n" } else { "" };
            let line = line.strip_suffix('\n').unwrap_or(line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let parts: Vec<Cow<'_, str>> = line.split('\t').map(visible).collect();
            parts.join("\t") + end
        })
        .collect()
}

/// For JSON that may land in a terminal or a CI log: what JSON leaves raw is escaped as `\uXXXX`.
/// Works on serialised JSON, where such characters stand inside strings only.
#[must_use]
pub fn json_safe(json: &str) -> Cow<'_, str> {
    // A log of Azure Pipelines is searched for these anywhere in a line; to JSON it is the same text.
    if json.contains("##[") || json.contains("##vso[") {
        let quiet = json.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[");
        return Cow::Owned(json_safe(&quiet).into_owned());
    }
    let raw = |c: char| is_unsafe(c) && c != '\n';
    // Most of it is plain, and plain bytes are looked at fast.
    let plain = json
        .bytes()
        .all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte));
    if plain || !json.chars().any(raw) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if raw(c) {
            let mut units = [0_u16; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A TOML basic string (TOML 1.0, "String").
#[must_use]
pub fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_unsafe(c) => {
                let _ = write!(out, "\\U{:08X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// For the message of a workflow command of GitHub Actions: as `@actions/core` does it.
#[must_use]
pub fn github_data(text: &str) -> String {
    visible(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// For a property of a workflow command of GitHub Actions.
#[must_use]
pub fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// For the message of a logging command of Azure Pipelines: as its task library does it.
#[must_use]
pub fn azure_data(text: &str) -> String {
    visible(text)
        .replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// For a property of a logging command of Azure Pipelines.
#[must_use]
pub fn azure_property(text: &str) -> String {
    azure_data(text).replace(']', "%5D").replace(';', "%3B")
}

/// For a log that Azure Pipelines or an old GitHub runner reads: they look for commands in the middle of lines as well.
#[must_use]
pub fn without_commands(text: &str) -> String {
    text.replace("##[", "#\\x23[").replace("##vso[", "#\\x23vso[")
}

/// For text and attributes of XML 1.0, which has no way at all to write most control characters.
#[must_use]
pub fn xml(text: &str) -> String {
    html(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_drives_the_terminal() {
        assert_eq!(
            visible("a\x1b[31mb\u{202e}c\u{9b}d\n"),
            "a\\x1b[31mb\\u{202e}c\\x9bd\\n"
        );
        assert_eq!(visible("plain ä 名"), "plain ä 名");
        assert_eq!(
            json_safe("{\"a\":\"\u{202e}\u{9b}\"}"),
            "{\"a\":\"\\u202e\\u009b\"}"
        );
        let tag = json_safe("\"\u{e0041}\"").into_owned();
        assert_eq!(serde_json::from_str::<String>(&tag).expect("JSON"), "\u{e0041}");
    }

    #[test]
    fn json_holds_no_command_and_says_the_same() {
        for text in ["##vso[task.x]y", "###[x]", "a##[b"] {
            let json = serde_json::to_string(text).expect("JSON");
            let safe = json_safe(&json);
            assert!(!safe.contains("##[") && !safe.contains("##vso["), "{safe}");
            assert_eq!(serde_json::from_str::<String>(&safe).expect("JSON"), text);
        }
    }

    #[test]
    fn strings_survive_toml() {
        for text in ["a \"b\" \\ c", "line\nbreak \u{1b}[31m \u{202e}", "ä 名"] {
            let parsed: toml::Table = format!("x = {}", toml_string(text)).parse().expect("TOML");
            assert_eq!(parsed["x"].as_str(), Some(text));
        }
    }
}

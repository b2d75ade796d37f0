//! Bytes to [`Tree`]: one file and one row of [`SYNTAXES`] per syntax. Detection is by file name, then by
//! content (`sniff`). Nothing here compares, judges or prints.

mod dotenv;
mod error;
mod hcl;
mod ini;
mod json;
mod properties;
mod sniff;
mod sops;
mod text;
mod toml;
mod workers;
mod xml;
mod yaml;

use std::sync::Arc;

pub use error::ParseError;
pub use workers::{InTurn, Workers, gather, parse_all};

use crate::doc::{Limits, SourceFile, Tree};

/// What a parser returns: the tree, or every error it found.
pub type Parsed = Result<Tree, Vec<ParseError>>;

/// One syntax that tollgate reads.
#[derive(Debug)]
pub struct Syntax {
    /// Its name, for `--syntax` and messages.
    pub name: &'static str,
    /// File name endings after the last dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names, or beginnings of them where they end in `*`.
    pub names: &'static [&'static str],
    /// The parser.
    pub parse: fn(&Arc<SourceFile>, &Limits) -> Parsed,
}

/// Every syntax, first match wins. Names are tried over the whole table before extensions.
pub static SYNTAXES: &[Syntax] = &[
    Syntax {
        name: "jsonc",
        extensions: &["jsonc", "json5", "code-workspace"],
        names: &[
            "tsconfig.json",
            "jsconfig.json",
            "devcontainer.json",
            ".eslintrc.json",
            "tsconfig.*",
        ],
        parse: json::parse_with_comments,
    },
    Syntax {
        name: "dotenv",
        extensions: &["env"],
        names: &[".env", ".env.*", ".envrc"],
        parse: dotenv::parse,
    },
    Syntax {
        name: "yaml",
        extensions: &["yaml", "yml"],
        names: &[],
        parse: yaml::parse,
    },
    Syntax {
        name: "json",
        extensions: &["json", "webmanifest", "tfstate"],
        names: &[],
        parse: json::parse,
    },
    Syntax {
        name: "toml",
        extensions: &["toml"],
        names: &["Pipfile"],
        parse: toml::parse,
    },
    Syntax {
        name: "ini",
        extensions: &[
            "ini", "cnf", "desktop", "mount", "path", "service", "slice", "socket", "target", "timer",
        ],
        names: &[
            ".editorconfig",
            ".gitconfig",
            ".npmrc",
            "setup.cfg",
            "pip.conf",
            "my.cnf",
        ],
        parse: ini::parse,
    },
    Syntax {
        name: "properties",
        extensions: &["properties"],
        names: &[],
        parse: properties::parse,
    },
    Syntax {
        name: "hcl",
        extensions: &["hcl", "tf", "tfvars", "nomad"],
        names: &[],
        parse: hcl::parse,
    },
    Syntax {
        name: "xml",
        extensions: &["xml", "csproj", "plist", "xsd"],
        names: &[],
        parse: xml::parse,
    },
    Syntax {
        name: "text",
        extensions: &["conf", "tmpl", "tpl", "j2"],
        names: &[],
        parse: text::parse,
    },
];

/// The syntax of a file by its name; [`None`] where no row names it.
#[must_use]
pub fn detect(name: &str) -> Option<&'static Syntax> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let by_name = SYNTAXES.iter().find(|syntax| {
        syntax.names.iter().any(|want| match want.strip_suffix('*') {
            Some(start) => base.starts_with(start) && base.len() > start.len(),
            None => base == *want,
        })
    });
    let extension = base.rsplit_once('.').map(|(_, ext)| ext.to_ascii_lowercase());
    by_name.or_else(|| {
        let extension = extension?;
        SYNTAXES
            .iter()
            .find(|syntax| syntax.extensions.contains(&extension.as_str()))
    })
}

/// The row of a syntax by its name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|syntax| syntax.name == name)
}

/// Reads a file as one syntax.
///
/// # Errors
/// Every error found, each with its place.
pub fn read_as(syntax: &Syntax, source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let mut tree = (syntax.parse)(source, limits)?;
    tree.syntax = syntax.name;
    sops::recognise(&mut tree);
    tree.shrink();
    Ok(tree)
}

/// The fallback's row.
const TEXT: &str = "text";

/// The syntax that somebody asked for, else the one that the name says.
#[must_use]
pub fn syntax_of(source: &SourceFile) -> Option<&'static Syntax> {
    match &source.syntax {
        Some(name) => by_name(name),
        None => detect(&source.name),
    }
}

/// Reads a file as the syntax its name asks for. What no parser is meant for, and what fails to
/// parse because it is a template, is read as text with a note: compared, never skipped.
///
/// # Errors
/// Every error found, each with its place.
pub fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let Some(syntax) = syntax_of(source) else {
        return sniff::parse(source, limits);
    };
    if syntax.name == TEXT && source.syntax.is_none() {
        return text::parse_because(source, limits, "files of this kind have no syntax that is known");
    }
    match read_as(syntax, source, limits) {
        Ok(_) if has_control_comments(source.text()) => text::parse_because(
            source,
            limits,
            "template conditions stand in its comments, and decide what it holds",
        ),
        Err(_) if source.text().contains("{{") => text::parse_because(
            source,
            limits,
            &format!(
                "it holds template marks ({{{{ … }}}}) and is not {} by itself",
                syntax.name
            ),
        ),
        // `.cnf` is a name of other things, too: what libconfig reads, for one.
        Err(_)
            if source.name.ends_with(".cnf")
                && source.text().lines().any(|line| matches!(line.trim(), "{" | "(")) =>
        {
            text::parse_because(
                source,
                limits,
                "blocks in braces stand in it, which INI does not have",
            )
        }
        parsed => parsed,
    }
}

/// Whether a comment holds a template's control structure: `# {{- if … }}`, `# {% if … %}`, `# {{#if … }}`, `#@ if …`.
fn has_control_comments(text: &str) -> bool {
    const WORDS: [&str; 7] = ["if", "else", "end", "range", "with", "include", "template"];
    let word = |rest: &str| {
        let rest = rest.trim_start_matches(['-', '~', ' ', '\t']);
        rest.starts_with(['#', '/', '^']) || WORDS.iter().any(|word| rest.starts_with(word))
    };
    let controls = |comment: &str| {
        comment.starts_with("#@") || comment.contains("{%") || comment.split("{{").skip(1).any(word)
    };
    // A comment begins the line, or stands after a blank.
    let comment = |line: &str| {
        let marks = line.match_indices('#').map(|(at, _)| at);
        let mut begins = marks.filter(|at| *at == 0 || line[..*at].ends_with([' ', '\t']));
        begins.any(|at| controls(&line[at..]))
    };
    (text.contains("{{") || text.contains("{%") || text.contains("#@")) && text.lines().any(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_decide() {
        for (name, want) in [
            ("a/b.yaml", Some("yaml")),
            ("x.YML", Some("yaml")),
            ("tsconfig.json", Some("jsonc")),
            (".env", Some("dotenv")),
            (".env.production", Some("dotenv")),
            ("prod.env", Some("dotenv")),
            ("x.json", Some("json")),
            ("Pipfile", Some("toml")),
            ("nginx.conf", Some("text")),
            ("app.ini", Some("ini")),
            ("x.service", Some("ini")),
            ("a.properties", Some("properties")),
            ("main.tf", Some("hcl")),
            ("pom.xml", Some("xml")),
            ("Makefile", None),
        ] {
            assert_eq!(detect(name).map(|syntax| syntax.name), want, "{name}");
        }
    }

    #[test]
    fn the_table_has_no_ambiguity() {
        let mut seen = std::collections::BTreeSet::new();
        for syntax in SYNTAXES {
            assert!(seen.insert(syntax.name.to_owned()), "{} twice", syntax.name);
            for extension in syntax.extensions {
                assert!(seen.insert(format!(".{extension}")), ".{extension} twice");
                assert_eq!(*extension, extension.to_ascii_lowercase());
            }
        }
    }

    #[test]
    fn a_template_is_compared_as_text_and_a_broken_file_is_an_error() {
        let file = |text| Arc::new(SourceFile::from_text("x.yaml", text));
        let template = parse(&file("a: {{ .Values.x }}\nb: [\n"), &Limits::DEFAULT).expect("text");
        assert_eq!(template.notes.len(), 1);
        assert!(parse(&file("a: [\n"), &Limits::DEFAULT).is_err());
    }
}

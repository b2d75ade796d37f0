//! File patterns of config sets: `config/{env}/**/*.{yaml,json}`. A file's name inside the set is its
//! path after the folder that holds `{env}`; an `{env}` inside a file name stays symbolic.

use globset::{GlobBuilder, GlobMatcher};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct FilePattern {
    text: String,
    /// The branch or other revision that the files lie on, `{env}` kept; [`None`]: wherever the policy lies.
    revision: Option<String>,
    /// The part before the first wildcard, up to its last `/`, `{env}` kept.
    folder: String,
    /// The rest.
    rest: String,
}

/// An environment's name that no path holds.
const OTHER: &str = "\u{1}other";

/// Characters that make a pattern of a path.
const WILD: &[char] = &['*', '?', '[', '{', '\\'];

impl FilePattern {
    /// Compiles a pattern; `Err` says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let whole = text;
        let (revision, text) = match text.strip_prefix("git:") {
            Some(rest) => match rest.split_once(':') {
                Some((revision, text)) if !revision.is_empty() && !revision.starts_with('-') => {
                    (Some(revision.to_owned()), text)
                }
                Some(_) | None => return Err("write git:REVISION:PATTERN".into()),
            },
            None => (None, text),
        };
        if text.is_empty() {
            return Err("a file pattern must not be empty".into());
        }
        if text.starts_with('/') || text.split('/').any(|part| part == "..") {
            return Err("a file pattern starts at the policy's folder and stays below it".into());
        }
        let (folder, rest) = split(text);
        let pattern = Self {
            text: whole.to_owned(),
            revision,
            folder: folder.to_owned(),
            rest: rest.to_owned(),
        };
        pattern.glob("environment")?;
        Ok(pattern)
    }

    /// One file in the same folder.
    #[must_use]
    pub fn with_file(&self, name: &str) -> Self {
        Self {
            text: format!("{}{name}", self.folder),
            revision: self.revision.clone(),
            folder: self.folder.clone(),
            rest: name.to_owned(),
        }
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The revision that an environment's files lie on, where that is not the checkout's own.
    #[must_use]
    pub fn revision(&self, env: &str) -> Option<String> {
        self.revision
            .as_ref()
            .map(|revision| revision.replace("{env}", env))
    }

    /// The folder to list for an environment, relative to the policy's, without trailing slash.
    #[must_use]
    pub fn folder(&self, env: &str) -> String {
        self.folder.replace("{env}", env).trim_end_matches('/').to_owned()
    }

    /// Matches paths below [`FilePattern::folder`].
    pub fn glob(&self, env: &str) -> Result<GlobMatcher, String> {
        let rest = self.rest.replace("{env}", &globset::escape(env));
        GlobBuilder::new(&rest)
            .literal_separator(true)
            .empty_alternates(true)
            .build()
            .map(|glob| glob.compile_matcher())
            .map_err(|error| error.kind().to_string())
    }

    /// The name in the set of a path below the folder: the environment's name made symbolic where the
    /// pattern says `{env}` in a file name.
    #[must_use]
    pub fn name(&self, below: &str, env: &str) -> String {
        if !self.rest.contains("{env}") || env.is_empty() {
            return below.to_owned();
        }
        // Which occurrence is the pattern's `{env}`: one that can be any other word there as well.
        let Ok(other) = self.glob(OTHER) else {
            return below.to_owned();
        };
        let count = self.rest.matches("{env}").count();
        let places: Vec<usize> = below.match_indices(env).map(|(at, _)| at).collect();
        let fits = places.iter().copied().find(|at| {
            count == 1 && other.is_match(format!("{}{OTHER}{}", &below[..*at], &below[at + env.len()..]))
        });
        match fits {
            Some(at) => format!("{}{{env}}{}", &below[..at], &below[at + env.len()..]),
            None => below.replace(env, "{env}"),
        }
    }

    /// The path below the folder of a name in the set: the inverse of [`FilePattern::name`].
    #[must_use]
    pub fn path(&self, name: &str, env: &str) -> String {
        if self.rest.contains("{env}") {
            name.replace("{env}", env)
        } else {
            name.to_owned()
        }
    }

    /// Whether a path from the policy's folder belongs to the set in an environment; its name in the set.
    #[must_use]
    pub fn claims(&self, path: &str, env: &str) -> Option<String> {
        let folder = self.folder(env);
        let below = match folder.as_str() {
            "" => path,
            folder => path.strip_prefix(folder)?.strip_prefix('/')?,
        };
        let glob = self.glob(env).ok()?;
        glob.is_match(below).then(|| self.name(below, env))
    }
}

/// Splits after the folder that holds `{env}`, else before the first wildcard.
fn split(text: &str) -> (&str, &str) {
    let whole_part = text.split('/').scan(0, |at, part| {
        let start = *at;
        *at += part.len() + 1;
        Some((start, part))
    });
    let mut end = 0;
    for (start, part) in whole_part {
        if part == "{env}" {
            end = (start + part.len() + 1).min(text.len());
            break;
        }
        if part.contains(WILD) {
            break;
        }
        end = start + part.len() + 1;
    }
    // A pattern without any wildcard names one file: its folder is what stands before it.
    if end >= text.len() {
        end = text.rfind('/').map_or(0, |slash| slash + 1);
    }
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_after_the_folder_of_the_environment() {
        let pattern = FilePattern::new("config/{env}/**/*.{yaml,toml}").expect("a pattern");
        assert_eq!(pattern.folder("prod"), "config/prod");
        let glob = pattern.glob("prod").expect("a glob");
        assert!(glob.is_match("app.yaml") && glob.is_match("a/b.toml") && !glob.is_match("a/b.json"));
        let flat = FilePattern::new("deploy/app.{env}.yaml").expect("a pattern");
        assert_eq!(flat.folder("prod"), "deploy");
        assert!(flat.glob("prod").expect("a glob").is_match("app.prod.yaml"));
        assert_eq!(flat.name("app.prod.yaml", "prod"), "app.{env}.yaml");
        // The name of the environment may occur elsewhere in the path.
        assert_eq!(flat.name("app.p.yaml", "p"), "app.{env}.yaml");
        assert_eq!(flat.path("app.{env}.yaml", "p"), "app.p.yaml");
        assert_eq!(
            flat.claims("deploy/app.p.yaml", "p").as_deref(),
            Some("app.{env}.yaml")
        );
        assert_eq!(flat.claims("deploy/app.q.yaml", "p"), None);
        let single = FilePattern::new("shop/config.yaml").expect("a pattern");
        assert_eq!(single.folder("x"), "shop");
        assert!(FilePattern::new("config/[a").is_err() && FilePattern::new("../x").is_err());
    }
}

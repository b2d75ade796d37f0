//! A regular expression of a rule. Those of users are compiled when their rule is loaded, so that a bad one is an
//! error with its place; those of the built-in packs, which tests compile, when they are first needed.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// Compiled size limit of one regular expression, in bytes.
const SIZE: usize = 256 * 1024;

/// A regular expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A regular expression that is compiled now.
    ///
    /// # Errors
    /// Why it is none, in one line.
    pub fn new(text: &str) -> Result<Self, String> {
        let regex = compile(text)?;
        Ok(Self {
            text: text.to_owned(),
            compiled: OnceLock::from(Some(regex)),
        })
    }

    /// One that is known to be good, compiled when it is first needed.
    #[must_use]
    pub fn trusted(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            compiled: OnceLock::new(),
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is found in a text. One that does not compile is found everywhere: a rule that cannot be judged
    /// flags.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile(&self.text).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

fn compile(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(SIZE).build().map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or("");
        last.trim_start_matches("error: ").to_owned()
    })
}

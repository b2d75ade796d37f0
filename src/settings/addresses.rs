//! Where service addresses are looked for beyond the built-in tables, and which are taken as given.

use crate::doc::PathPattern;
use crate::doc::pattern::glob_matches;

/// The `[addresses]` table.
#[derive(Debug, Clone, Default)]
pub struct AddressSettings {
    /// Keys whose values are hosts, beside those known by name.
    pub keys: Vec<PathPattern>,
    /// Keys below which no address is looked for.
    pub ignore: Vec<PathPattern>,
    /// Hosts that are taken to resolve where the program runs; `*` for any characters, lower case.
    pub assume: Vec<String>,
}

impl AddressSettings {
    /// Whether a host is taken to resolve.
    #[must_use]
    pub fn assumes(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.assume.iter().any(|glob| glob_matches(glob, &host))
    }
}

//! The built-in packs: every file of `rules/`, embedded. `tests/tidy.rs` holds this list complete.

/// A rule file embedded in the program.
#[derive(Debug, Clone, Copy)]
pub struct PackFile {
    /// Its path in the repository.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! pack_files {
    ($($path:literal),* $(,)?) => {
        &[$(PackFile { path: concat!("rules/", $path), text: include_str!(concat!("../../rules/", $path)) }),*]
    };
}

/// Every built-in rule file, in path order.
pub const BUILT_IN: &[PackFile] = pack_files![];

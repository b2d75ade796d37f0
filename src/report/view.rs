//! What of a diff is shown, and how paths are written; the same for every format.

use super::escape::visible;
use crate::doc::KeyPath;
use crate::doc::mask::mask_urls;

/// How a key path is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathStyle {
    /// `spec.containers[name=app].image`.
    #[default]
    Dotted,
    /// `/spec/containers/0/image` (RFC 6901).
    Pointer,
    /// The dotted path after its file and document.
    Full,
}

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// What is ignored too, and everything that is cut.
    pub verbose: bool,
    /// Everything that is cut.
    pub full: bool,
    /// Lines around a change in a text.
    pub context: usize,
    /// How paths are written.
    pub paths: PathStyle,
    /// The day, for what expires.
    pub today: Option<jiff::civil::Date>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            verbose: false,
            full: false,
            context: 2,
            paths: PathStyle::Dotted,
            today: None,
        }
    }
}

impl View {
    pub(super) fn everything(&self) -> bool {
        self.verbose || self.full
    }

    /// A path, safe to print.
    pub(super) fn path(&self, file: &str, document: usize, path: &KeyPath) -> String {
        let dotted = || {
            let text = path.to_string();
            if text.is_empty() {
                "(document)".to_owned()
            } else {
                text
            }
        };
        let text = match self.paths {
            PathStyle::Dotted => dotted(),
            PathStyle::Pointer => path.pointer(),
            PathStyle::Full => format!("{file}#{document}:{}", dotted()),
        };
        visible(&mask_urls(&text)).into_owned()
    }
}

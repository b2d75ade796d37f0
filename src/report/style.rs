//! How output looks: colour or none, Unicode or ASCII, width. Decided by the caller, once per stream.

/// Decisions about one output stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// ANSI colours.
    pub color: bool,
    /// Box characters, arrows and check marks; else ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Notes, unrated keys and unchanged addresses too.
    pub verbose: bool,
    /// Only the verdict.
    pub quiet: bool,
}

/// A colour with a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Refused, removed.
    Bad,
    /// Warnings, changed.
    Caution,
    /// Passed, added.
    Good,
    /// Secondary.
    Dim,
    /// Headings.
    Strong,
}

impl Look {
    /// The text in a colour, where there are colours.
    #[must_use]
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Bad => "31",
            Paint::Caution => "33",
            Paint::Good => "32",
            Paint::Dim => "2",
            Paint::Strong => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// The text in a colour and reversed, so that it stands out in its line.
    #[must_use]
    pub fn marked(&self, paint: Paint, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1b[7m{}\x1b[27m", self.paint(paint, text))
    }

    /// One of two spellings.
    #[must_use]
    pub fn pick<'t>(&self, unicode: &'t str, ascii: &'t str) -> &'t str {
        if self.unicode { unicode } else { ascii }
    }
}

//! What ends a command early, with the exit status it leads to.

use crate::gate::ExitStatus;

/// An error to print, and how to end.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: ExitStatus,
    /// Ready to print, with a final newline.
    pub(super) text: String,
}

/// What a command returns.
pub(super) type Outcome = Result<ExitStatus, Failure>;

impl Failure {
    /// An error with any status: what is wrong, and what to do.
    pub(super) fn with(status: ExitStatus, what: &str, hint: &str) -> Self {
        Self {
            status,
            ..Self::usage(what, hint)
        }
    }

    /// The work could not be done, so that nothing is known.
    pub(super) fn undecided(what: &str, hint: &str) -> Self {
        Self::with(ExitStatus::Undecided, what, hint)
    }

    /// A usage error: what is wrong, and what to do.
    pub(super) fn usage(what: &str, hint: &str) -> Self {
        let what = crate::report::escape::visible(what);
        let hint = if hint.is_empty() {
            String::new()
        } else {
            format!("  hint: {hint}\n")
        };
        Self {
            status: ExitStatus::Usage,
            text: format!("error: {what}\n{hint}"),
        }
    }
}

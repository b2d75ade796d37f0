//! Exit codes: one table, the same for every format.

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Nothing stands against it.
    Pass,
    /// Refused; for `diff`: the sides differ.
    Refused,
    /// Usage, policy or rule-file error.
    Usage,
    /// The guard could not do its work.
    Undecided,
    /// Broken off from the keyboard (SIGINT).
    Interrupted,
    /// Told to end (SIGTERM).
    Terminated,
}

impl ExitStatus {
    /// The process exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Undecided => 3,
            // As a shell gives them: 128 and the signal's number.
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

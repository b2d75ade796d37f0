//! A finding: what a check says, with a stable code, how bad it is, and its place.

use std::sync::Arc;

use crate::doc::digest::Sha;
use crate::doc::{SourceFile, Span};
use crate::rules::Ack;
use crate::settings::{Action, Severity};

/// Where a finding stands. Lines and columns are computed from the source when it is shown.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file it is about.
    pub source: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Span,
    /// Document index.
    pub document: usize,
    /// Key path, empty for the whole document.
    pub path: String,
    /// JSON Pointer.
    pub pointer: String,
}

/// What a finding does to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing.
    Advice,
    /// Without an answer there is no verdict.
    Undecided,
    /// It refuses.
    Refuses,
}

/// What a waiver says where it covers a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day, `YYYY-MM-DD`.
    pub expires: String,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The stable code, from the table in `codes`.
    pub code: &'static str,
    /// The rule, for rule findings.
    pub rule: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// What follows.
    pub action: Action,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Facts beside it: why the rule exists, what the old value was.
    pub notes: Vec<String>,
    /// The environment judged for.
    pub environment: Option<String>,
    /// Where; [`None`] for findings about the run.
    pub place: Option<Place>,
    /// Bound to content, for acknowledging.
    pub fingerprint: Option<Sha>,
    /// The acknowledgement that covers it.
    pub acked: Option<Ack>,
    /// The waiver that covers it.
    pub waived: Option<Waived>,
    /// Whether it is a reason for *undecided* rather than for a refusal.
    pub undecided: bool,
}

impl Finding {
    /// A finding about the run as a whole.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, action: Action, message: impl Into<String>) -> Self {
        Self {
            code,
            rule: None,
            severity,
            action,
            message: message.into(),
            help: String::new(),
            notes: Vec::new(),
            environment: None,
            place: None,
            fingerprint: None,
            acked: None,
            waived: None,
            undecided: false,
        }
    }

    /// A reason why there can be no verdict.
    #[must_use]
    pub fn undecided(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            undecided: true,
            ..Self::new(code, Severity::High, Action::Deny, message)
        }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// What it does to the verdict.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self.action {
            Action::Note | Action::Warn => Weight::Advice,
            Action::Approve if self.acked.is_some() => Weight::Advice,
            Action::Approve | Action::Deny if self.undecided => Weight::Undecided,
            Action::Approve | Action::Deny => Weight::Refuses,
        }
    }
}

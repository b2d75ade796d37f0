//! What a check yields: one verdict, and everything that led to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::exit::ExitStatus;
use super::finding::{Finding, Weight};
use super::input::Skipped;
use crate::address::{Address, Answer, Judgement};
use crate::diff::ChangeSet;
use crate::doc::Tree;
use crate::doc::digest::Sha;
use crate::settings::Moment;
use crate::stamp::{Judged, StampStatus};

/// The verdict, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing stands against it.
    Pass,
    /// The guard could not do its work.
    Undecided,
    /// Something stands against it.
    Refuse,
}

impl Verdict {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Undecided => "undecided",
            Self::Refuse => "refuse",
        }
    }

    /// The verdict that findings add up to.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        match findings.iter().map(Finding::weight).max() {
            Some(Weight::Refuses) => Self::Refuse,
            Some(Weight::Undecided) => Self::Undecided,
            Some(Weight::Advice) | None => Self::Pass,
        }
    }

    /// The exit status it leads to.
    #[must_use]
    pub fn exit(self) -> ExitStatus {
        match self {
            Self::Pass => ExitStatus::Pass,
            Self::Undecided => ExitStatus::Undecided,
            Self::Refuse => ExitStatus::Refused,
        }
    }
}

/// What is known of the proof from one earlier environment.
#[derive(Debug, Clone)]
pub struct SetStamp {
    /// The environment that must vouch.
    pub from: String,
    /// The best stamp there is.
    pub judged: Judged,
    /// The keys that differ from the nearest stamped content, where that is known.
    pub differs: Option<Vec<String>>,
}

/// One address with all that is known of it.
#[derive(Debug, Clone)]
pub struct AddressReport {
    /// The environment; empty without one.
    pub environment: String,
    /// The file it stands in.
    pub tree: Arc<Tree>,
    /// The address.
    pub address: Address,
    /// Whether the change adds or edits it.
    pub changed: bool,
    /// The verdict over it.
    pub judgement: Judgement,
    /// What the DNS said, where it was asked.
    pub answer: Option<Answer>,
    /// Whether the policy accepts that it does not resolve; the reason.
    pub allowed: Option<String>,
}

/// One config set, compared.
#[derive(Debug, Clone)]
pub struct SetOutcome {
    /// Its name; empty for files given by hand.
    pub name: String,
    /// Number of files on the proposed side.
    pub files: usize,
    /// What changed.
    pub changes: ChangeSet,
    /// Changes (file, change) that no rule covers.
    pub unrated: BTreeSet<(usize, usize)>,
    /// The projection digest of the proposed content; [`None`] where it could not be read whole.
    pub subject: Option<Sha>,
    /// The proof from each earlier environment; empty where none is needed.
    pub stamps: Vec<SetStamp>,
}

/// One environment, judged.
#[derive(Debug, Clone)]
pub struct EnvironmentOutcome {
    /// Its name; empty without one.
    pub name: String,
    /// Whether its refusals count.
    pub enforce: bool,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its config sets.
    pub sets: Vec<SetOutcome>,
    /// Its addresses, in reading order.
    pub addresses: Vec<AddressReport>,
    /// Its findings, worst first.
    pub findings: Vec<Finding>,
    /// The worst of its stamps.
    pub stamp: StampStatus,
    /// The environments that must vouch for it.
    pub after: Vec<String>,
}

impl EnvironmentOutcome {
    /// Number of changes.
    #[must_use]
    pub fn change_count(&self) -> usize {
        self.sets.iter().map(|set| set.changes.shown()).sum()
    }
}

/// Milliseconds spent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timing {
    /// Parsing.
    pub parse: u64,
    /// Comparing.
    pub diff: u64,
    /// Looking names up.
    pub resolve: u64,
    /// Rules.
    pub rules: u64,
    /// From the program's start.
    pub total: u64,
}

/// What a check yields.
#[derive(Debug, Clone)]
pub struct CheckOutcome {
    /// The moment judged for.
    pub at: Moment,
    /// The worst verdict.
    pub verdict: Verdict,
    /// How the program ends; differs from the verdict where an environment does not enforce.
    pub exit: ExitStatus,
    /// The environments.
    pub environments: Vec<EnvironmentOutcome>,
    /// Where the policy that judged comes from, in words; empty for what lies in the checkout.
    pub policy_from: String,
    /// What was not done.
    pub skipped: Vec<Skipped>,
    /// How many rules were held against the changes.
    pub rule_count: usize,
    /// The name servers asked.
    pub servers: Vec<String>,
    /// Time spent.
    pub timing: Timing,
}

impl CheckOutcome {
    /// The outcome of a check that the user broke off: no pass, whatever was found by then.
    #[must_use]
    pub fn broken_off(mut self, status: ExitStatus) -> Self {
        self.verdict = self.verdict.max(Verdict::Undecided);
        for environment in &mut self.environments {
            environment.verdict = environment.verdict.max(Verdict::Undecided);
        }
        self.skipped.push(Skipped {
            what: "the rest of the lookups".into(),
            why: "the run was broken off".into(),
        });
        self.exit = status;
        self
    }

    /// The outcome when the program ends otherwise than the checks alone would have it: a report that
    /// could not be written makes a pass undecided.
    #[must_use]
    pub fn ended(mut self, status: ExitStatus) -> Self {
        if status == ExitStatus::Undecided && self.exit == ExitStatus::Pass {
            self.verdict = self.verdict.max(Verdict::Undecided);
            self.skipped.push(Skipped {
                what: "a report".into(),
                why: "it could not be written".into(),
            });
        }
        self.exit = status;
        self
    }
}

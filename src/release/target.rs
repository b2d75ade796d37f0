//! What is pushed to, as a trait, and the journal that makes a push finishable after any crash.

use serde::{Deserialize, Serialize};

use super::plan::{Live, Plan};
use crate::doc::digest::{hex, sha256};

/// What stands in the way of reading or writing a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Another run holds it.
    #[error("another push or rollback is at work on {0}")]
    Busy(String),
    /// A push broke off; the journal says how far it came.
    #[error("a push to {0} broke off and left it half way")]
    Interrupted(String),
    /// Somebody asked this run to give way.
    #[error("a rollback took over")]
    Preempted,
    /// The system says no.
    #[error("{0}")]
    Failed(String),
}

/// One file of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStep {
    /// Path below the target.
    pub name: String,
    /// SHA-256 of what was there.
    pub old: Option<String>,
    /// SHA-256 of what is to be there.
    pub new: Option<String>,
}

/// What a run is about to do to a target, written down in it before it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// Which run.
    pub run: String,
    /// The environment, for people.
    pub environment: String,
    /// The config set.
    pub set: String,
    /// The steps, in order; the new bytes lie beside the journal under the step's number.
    pub steps: Vec<JournalStep>,
}

impl Journal {
    /// The journal of a plan.
    #[must_use]
    pub fn of(plan: &Plan, run: &str, environment: &str, set: &str) -> Self {
        Self {
            run: run.to_owned(),
            environment: environment.to_owned(),
            set: set.to_owned(),
            steps: plan
                .steps
                .iter()
                .map(|step| JournalStep {
                    name: step.name.clone(),
                    old: step.old.clone(),
                    new: step.new.as_ref().map(|new| hex(&sha256(&new.bytes))),
                })
                .collect(),
        }
    }
}

/// A place that configuration is pushed to.
pub trait Target: std::fmt::Debug {
    /// Where it is, for people.
    fn place(&self) -> String;
    /// Every file of the set that is live.
    fn live(&self) -> Result<Live, TargetError>;
    /// Of these files those that are live.
    fn look(&self, names: &[String]) -> Result<Live, TargetError>;
    /// Takes hold of the target, so that nobody else changes it meanwhile.
    fn hold(&self) -> Result<Box<dyn Held + '_>, TargetError>;
    /// Takes hold of it although somebody else does: asks them to give way, waits a little, goes on.
    fn preempt(&self) -> Result<Box<dyn Held + '_>, TargetError>;
}

/// A target that is held.
pub trait Held: std::fmt::Debug {
    /// The journal of a run that broke off.
    fn pending(&self) -> Result<Option<Journal>, TargetError>;
    /// Puts the new bytes beside the target, on the same disk, and then the journal. Nothing live changes.
    fn stage(&self, plan: &Plan, journal: &Journal) -> Result<(), TargetError>;
    /// Moves the staged files into place, each atomically. Can be run again after a crash.
    fn apply(&self, journal: &Journal) -> Result<(), TargetError>;
    /// Removes the journal and what was staged.
    fn clear(&self) -> Result<(), TargetError>;
}

//! The only way to a push: an outcome that passed, judged for the push. Nobody else can make one.

use super::outcome::{CheckOutcome, EnvironmentOutcome, SetOutcome, Verdict};
use crate::settings::Moment;
use crate::stamp::StampStatus;

/// A verdict that lets one environment be pushed to.
#[derive(Debug, Clone)]
pub struct Approved<'o> {
    environment: &'o EnvironmentOutcome,
}

impl<'o> Approved<'o> {
    /// The pass for an environment, if it has one. Whether the environment enforces does not matter: a
    /// push obeys.
    #[must_use]
    pub fn of(outcome: &'o CheckOutcome, environment: &str) -> Option<Self> {
        if outcome.at != Moment::Push {
            return None;
        }
        outcome
            .environments
            .iter()
            .find(|judged| judged.name == environment && judged.verdict == Verdict::Pass)
            .map(|environment| Self { environment })
    }

    /// The environment's name.
    #[must_use]
    pub fn environment(&self) -> &'o str {
        &self.environment.name
    }

    /// A set's outcome.
    #[must_use]
    pub fn set(&self, name: &str) -> Option<&'o SetOutcome> {
        self.environment.sets.iter().find(|set| set.name == name)
    }

    /// SHA-256 of the stamp files that the push stands on.
    #[must_use]
    pub fn stamps(&self, set: &str) -> Vec<String> {
        let outcome = self.set(set);
        outcome
            .iter()
            .flat_map(|set| &set.stamps)
            .filter(|stamp| stamp.judged.status == StampStatus::Valid)
            .map(|stamp| stamp.judged.sha256.clone())
            .collect()
    }
}

//! The way back: a ticket, applied. No policy, no checks, no stamps, no ledger and no network on its
//! path; this module may import none of them. The only reasons it may fail are in [`RollbackError`].

use std::collections::BTreeMap;

use super::plan::{Live, Plan};
use super::target::{Journal, Target, TargetError};
use super::ticket::{Ticket, TicketFile};
use crate::doc::digest::{from_hex, sha256};
use crate::ledger::BlobStore;

/// Why there is no way back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollbackError {
    /// Nothing was live before the push.
    #[error("nothing was live before the push of {0}: there is nothing to go back to")]
    First(String),
    /// Bytes are missing or damaged in every place that keeps them.
    #[error("the bytes of {0} are missing or damaged everywhere: {1}")]
    NoBytes(String, String),
    /// The target's own error.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// What was read back is not what was put back.
    #[error("what is live at {0} is not what was put back")]
    NotThere(String),
}

/// What a rollback did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Files put back.
    pub written: Vec<String>,
    /// Files taken away.
    pub removed: Vec<String>,
}

/// Puts the target back to what the ticket says. Twice in a row changes nothing the second time.
pub fn roll_back(
    ticket: &Ticket,
    run: &str,
    target: &dyn Target,
    stores: &[&dyn BlobStore],
) -> Result<Back, RollbackError> {
    let held = target.preempt()?;
    // A first push that broke off can be undone all the same: what it wrote so far goes away.
    let half_way = held
        .pending()
        .ok()
        .flatten()
        .is_some_and(|journal| journal.run == ticket.run);
    if ticket.first && !half_way {
        return Err(RollbackError::First(ticket.at.clone()));
    }
    let names = ticket.names();
    let plan = way_back(ticket, target, stores)?;
    if plan.steps.is_empty() {
        held.clear()?;
        return Ok(Back::of(&plan));
    }
    let journal = Journal::of(&plan, run, &ticket.environment, &ticket.set);
    held.stage(&plan, &journal)?;
    held.apply(&journal)?;
    if target.look(&names)?.manifest() != ticket.manifest() {
        return Err(RollbackError::NotThere(target.place()));
    }
    held.clear()?;
    Ok(Back::of(&plan))
}

/// What [`roll_back`] would do.
pub fn preview(
    ticket: &Ticket,
    target: &dyn Target,
    stores: &[&dyn BlobStore],
) -> Result<Back, RollbackError> {
    if ticket.first {
        return Err(RollbackError::First(ticket.at.clone()));
    }
    way_back(ticket, target, stores).map(|plan| Back::of(&plan))
}

fn way_back(ticket: &Ticket, target: &dyn Target, stores: &[&dyn BlobStore]) -> Result<Plan, RollbackError> {
    // What cannot even be looked at is put back like what differs.
    let live = target.look(&ticket.names()).unwrap_or_default();
    let mut wanted = BTreeMap::new();
    for file in &ticket.to {
        wanted.insert(file.name.clone(), (bytes(file, &live, stores)?, Some(file.mode)));
    }
    Ok(Plan::between(&live, &wanted))
}

impl Back {
    fn of(plan: &Plan) -> Self {
        let names = |written: bool| {
            let steps = plan.steps.iter().filter(|step| step.new.is_some() == written);
            steps.map(|step| step.name.clone()).collect()
        };
        Self {
            written: names(true),
            removed: names(false),
        }
    }
}

/// The bytes of a file: what is live still, else the first place that has them whole.
fn bytes(file: &TicketFile, live: &Live, stores: &[&dyn BlobStore]) -> Result<Vec<u8>, RollbackError> {
    let sha = from_hex(&file.sha256);
    if let Some(there) = live.files.get(&file.name)
        && sha == Some(sha256(&there.bytes))
    {
        return Ok(there.bytes.clone());
    }
    sha.and_then(|sha| stores.iter().find_map(|store| store.blob(&sha)))
        .ok_or_else(|| {
            let places: Vec<String> = stores.iter().map(|store| store.place()).collect();
            RollbackError::NoBytes(file.name.clone(), places.join(", "))
        })
}

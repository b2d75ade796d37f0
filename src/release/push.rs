//! The order of a push: what is live must still be what was judged; bytes and ticket are safe before
//! anything is touched; then stage, apply, read back, and only then record.

use super::plan::{Live, Plan};
use super::target::{Held, Journal, Target, TargetError};
use super::ticket::Ticket;
use crate::gate::Approved;
use crate::ledger::Manifest;

/// Where tickets and the bytes they need are kept.
pub trait Vault: std::fmt::Debug {
    /// Keeps bytes under their digest, in every place the ticket names.
    fn keep(&self, bytes: &[u8]) -> Result<(), String>;
    /// Keeps a ticket; while the target's journal names its run, a rollback finds it.
    fn save(&self, ticket: &Ticket) -> Result<(), String>;
    /// Makes it the one that a rollback takes from now on.
    fn activate(&self, ticket: &Ticket) -> Result<(), String>;
    /// The ticket of a run.
    fn ticket(&self, environment: &str, set: &str, run: &str) -> Option<Ticket>;
    /// Writes the push down in the ledger.
    fn record(&self, ticket: &Ticket) -> Result<(), String>;
}

/// One config set to push.
#[derive(Debug)]
pub struct Order<'o> {
    /// What is live, as it was judged.
    pub judged: &'o Live,
    /// What is to change.
    pub plan: &'o Plan,
    /// The way back.
    pub ticket: &'o Ticket,
}

/// Why a push did not happen, or is not complete.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The pass is for something else.
    #[error("the verdict is not about this push")]
    NotApproved,
    /// What is live is not what was judged.
    #[error("what is live at {0} changed since it was judged")]
    Moved(String),
    /// There is no way back.
    #[error("the rollback ticket cannot be kept: {0}")]
    NoTicket(String),
    /// The target could not be changed; nothing was, or the journal says what.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// What was read back is not what was written.
    #[error("what is live at {0} is not what was pushed")]
    NotThere(String),
    /// It is live, and the ledger does not say so.
    #[error("the push is live but could not be recorded: {0}")]
    NotRecorded(String),
}

/// Pushes one config set. On any error before `apply` nothing was touched.
pub fn push(
    approved: &Approved<'_>,
    order: &Order<'_>,
    target: &dyn Target,
    vault: &dyn Vault,
) -> Result<(), PushError> {
    let ticket = order.ticket;
    if approved.environment() != ticket.environment || approved.set(&ticket.set).is_none() {
        return Err(PushError::NotApproved);
    }
    let held = target.hold()?;
    if held.pending()?.is_some() {
        return Err(TargetError::Interrupted(target.place()).into());
    }
    if target.live()?.manifest() != order.judged.manifest() {
        return Err(PushError::Moved(target.place()));
    }
    let old = order.judged.files.values().map(|file| file.bytes.as_slice());
    let new = order.plan.steps.iter().filter_map(|step| step.new.as_ref());
    for bytes in old.chain(new.map(|new| new.bytes.as_slice())) {
        vault.keep(bytes).map_err(PushError::NoTicket)?;
    }
    vault.save(ticket).map_err(PushError::NoTicket)?;
    let journal = Journal::of(order.plan, &ticket.run, &ticket.environment, &ticket.set);
    held.stage(order.plan, &journal)?;
    complete(held.as_ref(), &journal, Some(ticket), target, vault)
}

/// Finishes a push that broke off. `true` where there was one.
pub fn finish(target: &dyn Target, vault: &dyn Vault) -> Result<Option<Journal>, PushError> {
    let held = target.hold()?;
    let Some(journal) = held.pending()? else {
        return Ok(None);
    };
    // The journal lies where others can write; only a ticket of our own says what may be recorded.
    let ticket = vault.ticket(&journal.environment, &journal.set, &journal.run);
    complete(held.as_ref(), &journal, ticket.as_ref(), target, vault)?;
    Ok(Some(journal))
}

fn complete(
    held: &dyn Held,
    journal: &Journal,
    ticket: Option<&Ticket>,
    target: &dyn Target,
    vault: &dyn Vault,
) -> Result<(), PushError> {
    held.apply(journal)?;
    let names: Vec<String> = journal.steps.iter().map(|step| step.name.clone()).collect();
    let there = target.look(&names)?.manifest();
    let wanted = Manifest(
        journal
            .steps
            .iter()
            .filter_map(|step| Some((step.name.clone(), step.new.clone()?)))
            .collect(),
    );
    if there != wanted {
        return Err(PushError::NotThere(target.place()));
    }
    if let Some(ticket) = ticket {
        vault.activate(ticket).map_err(PushError::NoTicket)?;
    }
    let recorded = ticket.map_or(Ok(()), |ticket| vault.record(ticket));
    held.clear()?;
    recorded.map_err(PushError::NotRecorded)
}

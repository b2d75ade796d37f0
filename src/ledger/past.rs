//! Questions to the chain: what stamps need to know of the past, and what was pushed last.

use jiff::Timestamp;

use super::chain::{Chain, Link};
use super::entry::EntryKind;
use crate::stamp::{Event, EventKind, History, PublicKey, Role, Trust};

/// The past as stamps need it. Where signers are named, only entries of keys with the role count for
/// soak; else only those of one's own keys.
#[must_use]
pub fn history(chain: &Chain, trust: Trust<'_>) -> History {
    let before = |link: &Link| (link.entry.seq - 1, link.entry.prev.clone());
    History {
        events: chain.links.iter().filter_map(|link| event(link, trust)).collect(),
        heads: chain
            .links
            .iter()
            .map(before)
            .chain([(chain.seq(), chain.head.clone())])
            .collect(),
    }
}

fn event(link: &Link, trust: Trust<'_>) -> Option<Event> {
    let draft = &link.entry.draft;
    let at: Timestamp = draft.at.parse().ok()?;
    let (kind, role) = match draft.kind {
        EntryKind::Pushed => (EventKind::Pushed, Role::Push),
        EntryKind::Stamped => (EventKind::Stamped, Role::Stamp),
        EntryKind::StampFailed => (EventKind::StampFailed, Role::Stamp),
        EntryKind::RolledBack => (EventKind::RolledBack, Role::Push),
        EntryKind::PolicyRecorded => return None,
    };
    Some(Event {
        kind,
        at,
        environment: draft.environment.clone(),
        set: draft.set.clone(),
        subject: draft.subject.clone(),
        from: draft.from_subject.clone(),
        stamps: match draft.kind {
            EntryKind::Pushed => draft.stamps.clone(),
            EntryKind::Stamped
            | EntryKind::StampFailed
            | EntryKind::RolledBack
            | EntryKind::PolicyRecorded => Vec::new(),
        },
        trusted: is_trusted(&link.key, role, at, trust),
    })
}

fn is_trusted(key: &PublicKey, role: Role, at: Timestamp, trust: Trust<'_>) -> bool {
    match trust.signers {
        Some(signers) => signers
            .0
            .iter()
            .any(|signer| signer.key == *key && signer.roles.contains(&role) && signer.counts_at(at)),
        None => trust.own.contains(key),
    }
}

/// The last entry that changed what is live in an environment.
#[must_use]
pub fn last_release<'c>(chain: &'c Chain, environment: &str, set: &str) -> Option<&'c Link> {
    chain.links.iter().rev().find(|link| {
        let draft = &link.entry.draft;
        draft.environment == environment
            && draft.set == set
            && matches!(draft.kind, EntryKind::Pushed | EntryKind::RolledBack)
    })
}

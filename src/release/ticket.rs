//! The rollback ticket: the way back from a push, written down before the push. It names every byte it
//! needs by digest, and everywhere they are kept.

use serde::{Deserialize, Serialize};

use crate::ledger::{Draft, EntryKind, Manifest};

/// One file of the release to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFile {
    /// Path below the target.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its permission bits.
    pub mode: u32,
}

/// The way back from one push of one config set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// 1.
    pub version: u32,
    /// The run that the push belongs to: sets pushed together go back together.
    pub run: String,
    /// When (RFC 3339).
    pub at: String,
    /// The environment.
    pub environment: String,
    /// The config set.
    pub set: String,
    /// The target folder, absolute.
    pub target: String,
    /// What the push puts there.
    pub from: Manifest,
    /// What was there before.
    pub to: Vec<TicketFile>,
    /// Nothing was there before: there is nowhere to go back to.
    pub first: bool,
    /// Projection digest of what the push puts there.
    pub from_subject: String,
    /// Projection digest of what was there before; empty where it has none.
    pub to_subject: String,
    /// SHA-256 of the stamp files that the push stands on.
    pub stamps: Vec<String>,
    /// SHA-256 of the policy file.
    pub policy_sha256: String,
    /// The policy and what it stands on, recorded with the push.
    #[serde(default)]
    pub policy: Manifest,
    /// Folders that keep the bytes under their digests.
    pub blobs: Vec<String>,
    /// The ledger's folder.
    pub ledger: String,
}

impl Ticket {
    /// The digests of the release to go back to.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        Manifest(
            self.to
                .iter()
                .map(|file| (file.name.clone(), file.sha256.clone()))
                .collect(),
        )
    }

    /// Every file that the push or the way back touches.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.from.0.keys().cloned().collect();
        names.extend(self.to.iter().map(|file| file.name.clone()));
        names.sort();
        names.dedup();
        names
    }

    /// The ledger entry of the push.
    #[must_use]
    pub fn pushed(&self, at: String, user: String) -> Draft {
        Draft {
            kind: EntryKind::Pushed,
            at,
            environment: self.environment.clone(),
            set: self.set.clone(),
            files: self.from.clone(),
            subject: self.from_subject.clone(),
            from_subject: None,
            from: (!self.first).then(|| self.manifest()),
            stamps: self.stamps.clone(),
            policy_sha256: self.policy_sha256.clone(),
            policy: self.policy.clone(),
            run: self.run.clone(),
            user,
        }
    }

    /// The ledger entry of the way back.
    #[must_use]
    pub fn rolled_back(&self, at: String, user: String) -> Draft {
        Draft {
            kind: EntryKind::RolledBack,
            files: self.manifest(),
            subject: self.to_subject.clone(),
            from_subject: Some(self.from_subject.clone()),
            from: Some(self.from.clone()),
            stamps: Vec::new(),
            ..self.pushed(at, user)
        }
    }
}

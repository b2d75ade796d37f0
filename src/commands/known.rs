//! What is known of the past: the ledger's entries and stamps, and the bytes kept with them.

use super::context::Context;
use super::keys;
use super::setup::{Setup, display};
use crate::doc::digest::from_hex;
use crate::gate::Kept;
use crate::ledger::{BlobStore as _, Chain, LedgerStore as _, history, read_chain};
use crate::policy::DEFAULT_LEDGER;
use crate::stamp::Evidence;
use crate::sys::clock;
use crate::sys::ledger_dir::DirLedger;

/// The ledger, read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) evidence: Evidence,
    pub(super) ledger: DirLedger,
    pub(super) chain: Chain,
}

/// The ledger of a policy.
pub(super) fn ledger(context: &Context, setup: &Setup) -> DirLedger {
    let dir = setup
        .policy
        .as_ref()
        .map_or(DEFAULT_LEDGER, |policy| policy.ledger.as_str());
    let folder = setup.root.join(dir);
    let shown = display(context, &folder);
    DirLedger::new(folder, shown)
}

impl Known {
    /// Reads it. Faults are evidence too: whoever needs the past finds that there is none.
    pub(super) fn load(context: &Context, setup: &Setup) -> Self {
        let ledger = ledger(context, setup);
        let mut known = Self {
            evidence: Evidence::none(clock::now()),
            ledger,
            chain: Chain::default(),
        };
        let Some(policy) = &setup.policy else {
            return known;
        };
        known.evidence.signers.clone_from(&setup.signers);
        if let Some(why) = &policy.ledger_fault {
            known.evidence.fault = Some(why.clone());
            return known;
        }
        if known.evidence.signers.is_none() {
            known.evidence.own = keys::own(context);
        }
        match known.ledger.stamps() {
            Ok(stamps) => known.evidence.stamps = stamps,
            Err(error) => known.evidence.fault = Some(error.to_string()),
        }
        match read_chain(&known.ledger) {
            Ok(chain) => {
                known.evidence.history = history(&chain, known.evidence.trust());
                known.chain = chain;
            }
            Err(error) => known.evidence.fault = Some(error.to_string()),
        }
        known
    }
}

impl Kept for Known {
    fn bytes(&self, sha256: &str) -> Option<Vec<u8>> {
        self.ledger.blob(&from_hex(sha256)?)
    }
}

//! The chain: reading it with every link checked, and putting one more entry to its end.

use super::entry::{Draft, ENTRY_TYPE, Entry};
use super::store::{LedgerError, LedgerStore};
use crate::doc::digest::{hex, sha256};
use crate::stamp::{Envelope, PublicKey, SigningKey, seal};

/// Tries to append before giving up against others who append.
const ATTEMPTS: usize = 50;

/// One entry, its signature and its link verified.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it says.
    pub entry: Entry,
    /// The key that signed it.
    pub key: PublicKey,
}

/// The whole chain.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// Entries, oldest first.
    pub links: Vec<Link>,
    /// SHA-256 of the last entry's file, in hexadecimal; empty for none.
    pub head: String,
}

impl Chain {
    /// The number of the last entry; 0 for none.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.links.last().map_or(0, |link| link.entry.seq)
    }
}

/// Why the chain cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] LedgerError),
    /// An entry is not what it was.
    #[error("entry {seq:08}.json {why}")]
    Broken {
        /// Which.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Others kept appending.
    #[error("others kept writing to the ledger; try again")]
    Busy,
}

/// Reads the chain and checks every link: numbers without gap, the digest of the file before, the
/// signature of the key that the entry names.
pub fn read_chain(store: &dyn LedgerStore) -> Result<Chain, ChainError> {
    let mut chain = Chain::default();
    for (seq, text) in store.entries()? {
        let link = verify(&chain, seq, &text).map_err(|why| ChainError::Broken { seq, why })?;
        chain.head = hex(&sha256(text.as_bytes()));
        chain.links.push(link);
    }
    Ok(chain)
}

fn verify(chain: &Chain, seq: u64, text: &str) -> Result<Link, String> {
    if seq != chain.seq() + 1 {
        return Err(format!("follows entry {}: one is missing", chain.seq()));
    }
    let envelope = Envelope::open(text)?;
    if envelope.payload_type() != ENTRY_TYPE {
        return Err("is no ledger entry".into());
    }
    // The key stands in the payload; what the payload says counts only once that key has verified it.
    let claimed: Entry =
        serde_json::from_slice(envelope.unverified()).map_err(|error| format!("cannot be read: {error}"))?;
    let key = PublicKey::from_openssh(&claimed.key)
        .map_err(|error| format!("names a key that is none: {error}"))?;
    if envelope.verified(&key, ENTRY_TYPE).is_none() {
        return Err("was altered: its signature does not fit it".into());
    }
    if claimed.seq != seq {
        return Err(format!("says that it is entry {}", claimed.seq));
    }
    if claimed.draft.at.parse::<jiff::Timestamp>().is_err() {
        return Err("has no proper time".into());
    }
    if claimed.prev != chain.head {
        return Err("does not follow the entry before it: that one was altered or replaced".into());
    }
    Ok(Link { entry: claimed, key })
}

/// Appends an entry, signed, to the end of the chain; gives its number.
pub fn append(store: &dyn LedgerStore, key: &SigningKey, draft: &Draft) -> Result<u64, ChainError> {
    for _ in 0..ATTEMPTS {
        let chain = read_chain(store)?;
        let entry = Entry {
            seq: chain.seq() + 1,
            prev: chain.head.clone(),
            key: key.public().to_openssh(),
            draft: draft.clone(),
        };
        let payload = serde_json::to_vec(&entry).map_err(|error| LedgerError(error.to_string()))?;
        if store.add(entry.seq, &seal(key, ENTRY_TYPE, &payload))? {
            return Ok(entry.seq);
        }
    }
    Err(ChainError::Busy)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::doc::digest::Sha;
    use crate::ledger::{BlobStore, EntryKind, Manifest};
    use crate::stamp::StampFile;

    #[derive(Debug, Default)]
    struct Memory(RefCell<Vec<String>>);

    impl BlobStore for Memory {
        fn blob(&self, _digest: &Sha) -> Option<Vec<u8>> {
            None
        }
        fn keep(&self, bytes: &[u8]) -> Result<Sha, LedgerError> {
            Ok(sha256(bytes))
        }
        fn place(&self) -> String {
            "memory".into()
        }
    }

    impl LedgerStore for Memory {
        fn entries(&self) -> Result<Vec<(u64, String)>, LedgerError> {
            Ok((1..).zip(self.0.borrow().iter().cloned()).collect())
        }
        fn add(&self, seq: u64, text: &str) -> Result<bool, LedgerError> {
            let mut rows = self.0.borrow_mut();
            let free = rows.len() as u64 + 1 == seq;
            if free {
                rows.push(text.to_owned());
            }
            Ok(free)
        }
        fn stamps(&self) -> Result<Vec<StampFile>, LedgerError> {
            Ok(Vec::new())
        }
        fn keep_stamp(&self, _text: &str) -> Result<String, LedgerError> {
            Ok(String::new())
        }
    }

    fn draft(subject: &str) -> Draft {
        Draft {
            kind: EntryKind::Pushed,
            at: "2026-01-01T00:00:00Z".into(),
            environment: "staging".into(),
            set: "shop".into(),
            files: Manifest::default(),
            subject: subject.into(),
            from_subject: None,
            from: None,
            stamps: Vec::new(),
            policy_sha256: String::new(),
            policy: Manifest::default(),
            run: String::new(),
            user: String::new(),
        }
    }

    fn chain(subjects: &[&str]) -> Memory {
        let key = SigningKey::from_seed(&[1; 32]);
        let store = Memory::default();
        for subject in subjects {
            append(&store, &key, &draft(subject)).expect("appended");
        }
        store
    }

    #[test]
    fn an_entry_that_was_replaced_is_found_though_its_signature_is_good() {
        let store = chain(&["a", "b", "c"]);
        assert_eq!(read_chain(&store).expect("a chain").seq(), 3);
        // Signed by the same key, with the right number: only the link gives it away.
        let other = chain(&["x", "b", "c"]);
        store.0.borrow_mut()[0] = other.0.borrow()[0].clone();
        let error = read_chain(&store).expect_err("broken");
        assert!(matches!(error, ChainError::Broken { seq: 2, .. }), "{error}");
    }

    #[test]
    fn entries_that_were_swapped_or_taken_out_are_found() {
        let store = chain(&["a", "b", "c"]);
        store.0.borrow_mut().swap(1, 2);
        assert!(matches!(
            read_chain(&store),
            Err(ChainError::Broken { seq: 2, .. })
        ));
        let store = chain(&["a", "b", "c"]);
        store.0.borrow_mut().remove(1);
        assert!(matches!(
            read_chain(&store),
            Err(ChainError::Broken { seq: 2, .. })
        ));
    }
}

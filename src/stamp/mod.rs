//! Stamps: signed proof that a content ran in an environment. Keys and signers, the DSSE envelope, the
//! in-toto statement inside it, and the judgement over one. Pure: time, files and history are values;
//! reading and writing them is in `sys`, remembering them in `ledger`.

mod envelope;
mod history;
mod judge;
mod key;
mod signers;
mod statement;

pub use envelope::{Envelope, pae, seal};
pub use history::{Event, EventKind, History};
pub use judge::{Evidence, Judged, StampFile, StampStatus, Trust, Wanted, judge, judge_all};
pub use key::{KeyError, PublicKey, SigningKey};
pub use signers::{Role, Signer, Signers, SignersError};
pub use statement::{
    CheckRecord, FileDigest, LedgerPosition, PAYLOAD_TYPE, PREDICATE_TYPE, Predicate, Projection,
    STATEMENT_TYPE, Statement,
};

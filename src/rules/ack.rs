//! Acknowledgements: an author's signature under one finding, bound to its content by a fingerprint.
//! `.tollgate/acks.toml` is committed with the change, so that the reviewer sees it.

use std::collections::BTreeMap;

use crate::doc::Tree;
use crate::doc::table::{Faults, Table};

/// One acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    /// The finding's fingerprint, 64 hexadecimal digits.
    pub fingerprint: String,
    /// The rule or code it was given for, for readers.
    pub rule: String,
    /// The key path, for readers.
    pub path: String,
    /// Why the author stands by it.
    pub reason: String,
    /// Who.
    pub by: String,
    /// The day, `YYYY-MM-DD`.
    pub at: String,
}

/// All acknowledgements, by fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acks(pub BTreeMap<String, Ack>);

/// Reads an acks file. Malformed entries are faults; they never acknowledge anything.
pub fn load_acks(tree: &Tree, faults: &mut Faults) -> Acks {
    let mut acks = Acks::default();
    let Some(root) = tree.documents.first() else {
        return acks;
    };
    let Some(mut table) = Table::new(tree, *root, faults) else {
        return acks;
    };
    for mut row in table.tables("ack", faults) {
        let fingerprint = row.required("fingerprint", faults);
        let reason = row.required("reason", faults);
        let mut text = |key| row.string(key, faults).map(|text| text.value).unwrap_or_default();
        let (rule, path, by, at) = (text("rule"), text("path"), text("by"), text("at"));
        row.finish(faults);
        let (Some(fingerprint), Some(reason)) = (fingerprint, reason) else {
            continue;
        };
        if fingerprint.value.len() != 64
            || !fingerprint
                .value
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            faults.add(fingerprint.span, "a fingerprint has 64 hexadecimal digits");
            continue;
        }
        if reason.value.trim().is_empty() {
            faults.add(reason.span, "an acknowledgement needs a reason");
            continue;
        }
        let ack = Ack {
            fingerprint: fingerprint.value,
            rule,
            path,
            reason: reason.value,
            by,
            at,
        };
        acks.0.insert(ack.fingerprint.clone(), ack);
    }
    table.finish(faults);
    acks
}

//! Files that SOPS has encrypted (<https://getsops.io/docs/>): their values count as encrypted, what SOPS
//! keeps for itself is left out. Nothing is ever decrypted.

use crate::doc::{Entry, Kind, NodeId, Note, ScalarKind, Tree};

/// What SOPS always writes about a file: under this key the encrypted checksum …
const MAC: &str = "mac";
/// … and under this one which SOPS wrote it.
const VERSION: &str = "version";

/// Takes the bookkeeping out of the documents that have it, and marks their encrypted values.
pub(super) fn recognise(tree: &mut Tree) {
    let mut found = false;
    for root in tree.documents.clone() {
        let own: Vec<usize> = match tree.kind(root) {
            Kind::Mapping(entries) => entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| is_own(tree, root, **entry))
                .map(|(at, _)| at)
                .collect(),
            Kind::Scalar(_) | Kind::Sequence(_) => Vec::new(),
        };
        if own.is_empty() {
            continue;
        }
        if !found {
            found = true;
            tree.notes.push(Note::Sops(tree.span(key_at(tree, root, own[0]))));
        }
        tree.drop_entries(root, &own);
    }
    if found {
        let encrypted: Vec<NodeId> = tree
            .ids()
            .filter(|id| !tree.is_alias(*id) && is_encrypted(tree, *id))
            .collect();
        for id in encrypted {
            tree.set_kind(id, ScalarKind::Encrypted);
        }
    }
}

fn key_at(tree: &Tree, root: NodeId, at: usize) -> NodeId {
    match tree.kind(root) {
        Kind::Mapping(entries) => entries.get(at).map_or(root, |entry| entry.key),
        Kind::Scalar(_) | Kind::Sequence(_) => root,
    }
}

/// `sops: {mac: ENC[…], version: …}`; in dotenv files `sops_mac`, `sops_version` and so on. A mapping that
/// only has the name is configuration like any other.
fn is_own(tree: &Tree, root: NodeId, entry: Entry) -> bool {
    let Some(name) = tree.scalar(entry.key).map(|key| key.text) else {
        return false;
    };
    if name == "sops" {
        return is_bookkeeping(tree, entry.value, "");
    }
    tree.syntax == "dotenv" && name.starts_with("sops_") && is_bookkeeping(tree, root, "sops_")
}

fn is_bookkeeping(tree: &Tree, map: NodeId, prefix: &str) -> bool {
    let get = |name: &str| tree.get(map, &format!("{prefix}{name}"));
    get(MAC).is_some_and(|mac| is_encrypted(tree, mac)) && get(VERSION).is_some()
}

/// `ENC[AES256_GCM,data:…,iv:…,tag:…,type:str]`.
fn is_encrypted(tree: &Tree, id: NodeId) -> bool {
    tree.scalar(id).is_some_and(|scalar| {
        scalar.kind == ScalarKind::String
            && scalar
                .text
                .strip_prefix("ENC[")
                .and_then(|rest| rest.strip_suffix(']'))
                .is_some_and(|inner| {
                    let mut parts = inner.split(',');
                    parts.next().is_some_and(|cipher| {
                        !cipher.is_empty()
                            && cipher
                                .chars()
                                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                    }) && ["data:", "iv:", "tag:", "type:"]
                        .iter()
                        .all(|want| parts.next().is_some_and(|part| part.starts_with(want)))
                })
    })
}

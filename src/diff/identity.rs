//! What names a list item or a document. Tables first: Kubernetes' own list keys (the `listMapKey`
//! markers of its API), then the keys that name things everywhere.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_128;

use crate::doc::{Kind, NodeId, Tree};

/// Lists by the key they stand under, and the keys that tell their items apart. The first key must
/// be in every item; the others may be absent.
const LIST_KEYS: &[(&str, &[&str])] = &[
    ("ports", &["containerPort", "protocol"]),
    ("ports", &["port", "protocol"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("env", &["name"]),
    ("envFrom", &["prefix"]),
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("volumes", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("conditions", &["type"]),
    ("ownerReferences", &["uid"]),
    ("taints", &["key", "effect"]),
    ("addresses", &["type"]),
    ("resourceClaims", &["name"]),
    ("schedulingGates", &["name"]),
    ("podIPs", &["ip"]),
];

/// Keys that name an item in any list.
const COMMON_KEYS: &[&str] = &["name", "key", "id", "@name", "@key", "@id"];

/// How the items of a list are told apart.
#[derive(Debug)]
pub(super) struct Identities {
    /// The keys that tell them apart.
    pub(super) keys: Vec<String>,
    /// For each old item a hash of what it is called: no two of one side are the same. Two items whose hashes
    /// agree although their names do not are compared with each other, and found to differ in the name.
    pub(super) old: Vec<u128>,
    /// For each new item.
    pub(super) new: Vec<u128>,
}

impl Identities {
    /// An item's name as key and value pairs.
    pub(super) fn name(&self, tree: &Tree, item: NodeId) -> Vec<(String, String)> {
        self.keys
            .iter()
            .filter_map(|key| Some((key.clone(), only(tree, item, key)?.to_owned())))
            .collect()
    }
}

/// Finds keys that are present and distinct in all items of both sides of the list under `parent`.
/// Keys that somebody gave for the list come before the tables.
pub(super) fn list_identity<'k>(
    parent: Option<&str>,
    given: impl Iterator<Item = &'k [String]>,
    old: (&Tree, &[NodeId]),
    new: (&Tree, &[NodeId]),
) -> Option<Identities> {
    if old.1.is_empty() || new.1.is_empty() {
        return None;
    }
    let by_table = LIST_KEYS
        .iter()
        .filter(|(list, _)| Some(*list) == parent)
        .map(|(_, keys)| keys.to_vec());
    let given = given.map(|keys| keys.iter().map(String::as_str).collect::<Vec<&str>>());
    let given: Vec<Vec<&str>> = given.collect();
    let common = COMMON_KEYS.iter().map(|key| vec![*key]);
    given.into_iter().chain(by_table).chain(common).find_map(|keys| {
        Some(Identities {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            old: identify(old.0, old.1, &keys)?,
            new: identify(new.0, new.1, &keys)?,
        })
    })
}

fn identify(tree: &Tree, items: &[NodeId], keys: &[&str]) -> Option<Vec<u128>> {
    let mut seen = HashSet::with_capacity(items.len());
    let mut out = Vec::with_capacity(items.len());
    let mut text = Vec::new();
    for item in items {
        text.clear();
        for (nth, key) in keys.iter().enumerate() {
            match only(tree, *item, key) {
                Some(value) => {
                    text.extend((value.len() as u64).to_le_bytes());
                    text.extend(value.as_bytes());
                }
                None if nth == 0 => return None,
                None => text.push(0),
            }
        }
        let hash = xxh3_128(&text);
        if !seen.insert(hash) {
            return None;
        }
        out.push(hash);
    }
    Some(out)
}

/// The scalar text under a key that the mapping has exactly once.
fn only<'t>(tree: &'t Tree, item: NodeId, key: &str) -> Option<&'t str> {
    let Kind::Mapping(entries) = tree.kind(item) else {
        return None;
    };
    let mut found = entries
        .iter()
        .filter(|entry| tree.scalar(entry.key).is_some_and(|scalar| scalar.text == key));
    let entry = found.next()?;
    if found.next().is_some() {
        return None;
    }
    tree.scalar(entry.value).map(|scalar| scalar.text)
}

/// A Kubernetes document's identity: apiVersion, kind, namespace and name.
#[must_use]
pub fn document_identity(tree: &Tree, root: NodeId) -> Option<String> {
    let api = tree.get_text(root, "apiVersion")?;
    let kind = tree.get_text(root, "kind")?;
    let metadata = tree.get(root, "metadata")?;
    let name = tree
        .get_text(metadata, "name")
        .or_else(|| tree.get_text(metadata, "generateName"))?;
    let namespace = tree.get_text(metadata, "namespace").unwrap_or("");
    Some(format!("{api}/{kind}/{namespace}/{name}"))
}

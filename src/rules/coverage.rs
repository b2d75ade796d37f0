//! How much of a configuration the rules speak of: keys that a rule names, keys that look risky and that none names,
//! rules that name nothing there.

use std::collections::BTreeSet;

use super::fact::below;
use super::index::RuleIndex;
use super::rule::Rule;
use crate::doc::pattern::words;
use crate::doc::{KeyPath, NodeId, Segment, Span, Tree};

/// Words in keys that somebody should look at when their value changes.
const RISKY: &[&str] = &[
    "auth",
    "password",
    "secret",
    "token",
    "credential",
    "credentials",
    "tls",
    "ssl",
    "cert",
    "certificate",
    "ca",
    "url",
    "uri",
    "host",
    "hosts",
    "server",
    "servers",
    "endpoint",
    "address",
    "dns",
    "nameserver",
    "timeout",
    "deadline",
    "limit",
    "limits",
    "quota",
    "replicas",
    "memory",
    "cpu",
    "threads",
    "pool",
    "connections",
    "retries",
    "retention",
    "ttl",
    "backup",
    "encryption",
    "firewall",
    "acl",
    "allow",
    "deny",
    "policy",
    "role",
    "permission",
    "permissions",
    "rate",
    "weight",
    "percent",
    "rollout",
    "failover",
    "quorum",
    "database",
    "broker",
    "brokers",
    "bucket",
    "region",
    "cors",
    "origin",
    "origins",
    "admin",
    "debug",
    "enabled",
    "verify",
    "max",
    "min",
    "threshold",
    "interval",
    "schedule",
    "cron",
    "route",
    "routes",
    "prefix",
    "prefixes",
    "issuer",
    "key",
    "version",
];

/// A key, by its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPlace {
    /// The file.
    pub file: String,
    /// The path.
    pub path: String,
    /// 1-based line.
    pub line: usize,
}

/// What the rules speak of.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Values.
    pub keys: usize,
    /// Values that a rule names.
    pub covered: usize,
    /// Keys that look risky and that no rule names.
    pub risky: Vec<KeyPlace>,
    /// Rules whose paths match nothing.
    pub idle: Vec<String>,
}

/// Holds the paths of rules against the keys of files.
#[must_use]
pub fn coverage(rules: &[Rule], files: &[(String, &Tree)]) -> Coverage {
    let mut index = RuleIndex::new(rules, |_| true);
    let mut out = Coverage::default();
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let mut found = Vec::new();
    for (file, tree) in files {
        for root in &tree.documents {
            let mut visit = |path: KeyPath, id: NodeId| {
                index.covering(&path.segments, &mut found);
                used.extend(&found);
                if tree.scalar(id).is_none() {
                    return true;
                }
                out.keys += 1;
                let named = found.iter().any(|nth| rules[*nth].is_specific());
                out.covered += usize::from(named);
                if !named && is_risky(&path) {
                    out.risky.push(KeyPlace {
                        file: file.clone(),
                        path: path.to_string(),
                        line: line_of(tree, tree.span(id)),
                    });
                }
                true
            };
            let _ = below(tree, *root, &KeyPath::root(), &mut visit);
        }
    }
    let idle = rules
        .iter()
        .enumerate()
        .filter(|(nth, rule)| !used.contains(nth) && !rule.built_in);
    out.idle = idle.map(|(_, rule)| rule.id.clone()).collect();
    out
}

fn line_of(tree: &Tree, span: Span) -> usize {
    tree.source().position(span.start as usize).line
}

/// Whether a key's own name has a word that somebody should look at.
#[must_use]
pub(super) fn is_risky(path: &KeyPath) -> bool {
    let name = path.segments.iter().rev().find_map(Segment::name);
    name.is_some_and(|name| words(name).split('_').any(|word| RISKY.contains(&word)))
}

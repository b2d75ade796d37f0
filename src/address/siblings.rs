//! What the keys beside a value say of it: the name of a name/value pair, the port that belongs to a host.

use std::collections::HashMap;

use super::keys;
use crate::doc::pattern::words;
use crate::doc::{Kind, NodeId, Segment, Tree};

/// Keys that name the value beside them.
const NAMES: &[&str] = &["name", "key", "@name", "@key"];
/// Keys that hold it.
const VALUES: &[&str] = &["value", "@value", "@connectionString", "default", "#text"];

/// The keys of one mapping.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// What a name/value pair is named, as in Kubernetes' `env`: the name is the key.
    pub(super) named: Option<String>,
    /// Ports by their prefix: `db` of `db_port`.
    ports: HashMap<String, String>,
    /// How many keys can hold a host.
    hosts: usize,
    /// Whether there is one host, to which the only port belongs.
    one_host: bool,
    /// Whether this is a service of a compose project, whose `hostname` is its own.
    pub(super) is_service: bool,
    /// Whether this is a play of Ansible.
    pub(super) is_play: bool,
    /// The one port of a list of ports, which is that of the hosts beside it: Istio, endpoints of Kubernetes.
    listed: Option<String>,
    /// Envoy's `port_value`, which belongs to any key beside it.
    port_value: Option<String>,
}

impl Siblings {
    pub(super) fn of(tree: &Tree, rows: &[(Segment, NodeId)]) -> Self {
        let scalar = |id: NodeId| tree.scalar(id).map(|scalar| scalar.text.to_owned());
        let find = |keys: &[&str]| {
            let row = rows
                .iter()
                .find(|(segment, _)| segment.name().is_some_and(|name| keys.contains(&name)));
            row.map(|(_, id)| *id)
        };
        let named = find(NAMES).and_then(scalar).filter(|_| find(VALUES).is_some());
        let ports = rows.iter().filter_map(|(segment, id)| {
            let prefix = keys::port_prefix(segment.name()?.trim_start_matches('@'))?;
            // `port: {number: 8080}`, as in Istio and Ingress.
            let number = match tree.kind(*id) {
                Kind::Mapping(_) => tree.get_text(*id, "number").map(str::to_owned),
                Kind::Scalar(_) | Kind::Sequence(_) => scalar(*id),
            };
            Some((prefix, number?))
        });
        let hosts = rows.iter().filter(|(segment, _)| {
            segment
                .name()
                .is_some_and(|name| keys::is_strong(name.trim_start_matches('@')))
        });
        let holders = rows.iter().filter(|(segment, _)| {
            let name = segment.name().map(|name| name.trim_start_matches('@'));
            name.is_some_and(|name| keys::host_prefix(name).is_some())
        });
        Self {
            hosts: holders.count(),
            named,
            one_host: hosts.count() == 1,
            is_play: find(&["tasks", "roles", "pre_tasks", "gather_facts", "become"]).is_some(),
            is_service: find(&["image", "build"]).is_some(),
            ports: ports.collect(),
            listed: find(&["ports"])
                .filter(|id| !matches!(tree.kind(*id), Kind::Mapping(_)) || find(&["address"]).is_some())
                .and_then(|id| only_port(tree, id)),
            port_value: find(&["port_value"]).and_then(scalar),
        }
    }

    /// The port that belongs to the host under a key.
    pub(super) fn port_of(&self, key: &str) -> Option<String> {
        let own = keys::host_prefix(key).and_then(|prefix| self.ports.get(&prefix));
        // `smtp` and `smtp_port`.
        let same = || self.ports.get(words(key).as_ref());
        let only = || {
            let only = self
                .ports
                .get("")
                .or_else(|| self.ports.values().next().filter(|_| self.ports.len() == 1));
            only.filter(|_| self.one_host && keys::is_strong(key))
        };
        // One host of any kind, and one port of any name.
        let single = || {
            let one = self.ports.len() == 1 && self.hosts == 1 && keys::host_prefix(key).is_some();
            self.ports.values().next().filter(|_| one)
        };
        let listed = || self.listed.as_ref().filter(|_| keys::is_strong(key));
        own.or_else(same)
            .or_else(only)
            .or_else(listed)
            .or_else(single)
            .or(self.port_value.as_ref())
            .cloned()
    }

    /// Whether at most one key holds a host.
    pub(super) fn is_alone(&self) -> bool {
        self.hosts <= 1
    }

    /// The port of whatever stands beside it.
    pub(super) fn plain_port(&self) -> Option<String> {
        self.ports.get("").cloned()
    }

    /// Whether `name` is the host, as nothing else beside a port is: Jenkins' `proxy: {name: …, port: …}`.
    pub(super) fn name_is_host(&self) -> bool {
        self.hosts == 0 && self.ports.contains_key("")
    }

    /// Whether a key has a port of its own name, as only a host has.
    pub(super) fn has_port(&self, key: &str) -> bool {
        self.ports.contains_key(words(key).as_ref())
    }
}

/// The port of a list that names one.
fn only_port(tree: &Tree, id: NodeId) -> Option<String> {
    let items = match tree.kind(id) {
        Kind::Sequence(items) => items,
        // Istio's endpoints: `ports: {tcp: 6432}`.
        Kind::Mapping([one]) => return tree.scalar(one.value).map(|port| port.text.to_owned()),
        Kind::Mapping(_) | Kind::Scalar(_) => return None,
    };
    let [one] = items else { return None };
    let port = tree
        .get_text(*one, "number")
        .or_else(|| tree.get_text(*one, "port"));
    port.map(str::to_owned)
}

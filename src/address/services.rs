//! Services that a config set declares: Kubernetes Services and the services of a compose project. Names that only
//! exist inside a cluster or a project are held against these, because no name server here can know them.

use std::collections::{BTreeMap, BTreeSet};

use crate::doc::table::named_children;
use crate::doc::{Kind, NodeId, Tree};

/// The most documents and services that are looked at.
const MAX: usize = 100_000;

/// A Kubernetes Service.
#[derive(Debug, Clone, Default)]
struct Service {
    /// Its port numbers; empty where it names none (`ExternalName`).
    ports: BTreeSet<u16>,
}

/// What a config set declares.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// By namespace (empty where the manifest leaves it to whoever applies it), then by name.
    cluster: BTreeMap<String, BTreeMap<String, Service>>,
    /// Services of compose projects with their aliases.
    compose: BTreeSet<String>,
}

/// What is known of a name that only exists inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// The set declares it.
    Declared,
    /// The set declares it without this port; it has these.
    OtherPort(Vec<u16>),
    /// The set declares others where it should be; the most similar one.
    Missing(Option<String>),
    /// The set says nothing of the place where it would be.
    Elsewhere,
}

impl Services {
    /// Collects what the trees of one config set declare.
    pub fn of<'t>(trees: impl Iterator<Item = &'t Tree>) -> Self {
        let mut out = Self::default();
        for tree in trees {
            for root in tree.documents.iter().take(MAX) {
                out.document(tree, *root);
            }
        }
        out
    }

    fn document(&mut self, tree: &Tree, root: NodeId) {
        match tree.get_text(root, "kind") {
            Some("Service") => self.service(tree, root),
            Some("List") => {
                if let Some(Kind::Sequence(items)) = tree.get(root, "items").map(|id| tree.kind(id)) {
                    for item in items.iter().take(MAX) {
                        if tree.get_text(*item, "kind") == Some("Service") {
                            self.service(tree, *item);
                        }
                    }
                }
            }
            Some(_) => {}
            None => self.project(tree, root),
        }
    }

    fn service(&mut self, tree: &Tree, root: NodeId) {
        let Some(metadata) = tree.get(root, "metadata") else {
            return;
        };
        let Some(name) = tree.get_text(metadata, "name") else {
            return;
        };
        let namespace = tree.get_text(metadata, "namespace").unwrap_or_default();
        let mut service = Service::default();
        let ports = tree.get(root, "spec").and_then(|spec| tree.get(spec, "ports"));
        if let Some(Kind::Sequence(ports)) = ports.map(|id| tree.kind(id)) {
            let number = |id: &NodeId| tree.get_text(*id, "port")?.parse::<u16>().ok();
            service.ports.extend(ports.iter().filter_map(number));
        }
        let names = self.cluster.entry(namespace.to_owned()).or_default();
        names
            .entry(name.to_owned())
            .or_default()
            .ports
            .extend(service.ports);
    }

    /// A compose file: `services` whose values have an image or are built.
    fn project(&mut self, tree: &Tree, root: NodeId) {
        let Some(services) = tree.get(root, "services") else {
            return;
        };
        let text = |id: NodeId| tree.scalar(id).map(|scalar| scalar.text.to_owned());
        for (segment, service) in named_children(tree, services).into_iter().take(MAX) {
            let is_service = ["image", "build", "extends"]
                .iter()
                .any(|key| tree.get(service, key).is_some());
            let Some(name) = segment.name().filter(|_| is_service) else {
                continue;
            };
            self.compose.insert(name.to_owned());
            for key in ["container_name", "hostname"] {
                self.compose.extend(tree.get(service, key).and_then(text));
            }
            for link in list(tree, tree.get(service, "links"))
                .into_iter()
                .filter_map(text)
            {
                self.compose
                    .extend(link.split(':').next_back().map(str::to_owned));
            }
            let networks = tree.get(service, "networks").map(|id| named_children(tree, id));
            for (_, network) in networks.unwrap_or_default() {
                let aliases = list(tree, tree.get(network, "aliases"));
                self.compose.extend(aliases.into_iter().filter_map(text));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.cluster.is_empty() && self.compose.is_empty()
    }

    /// A single label: a compose service, or a Service of the same namespace, which is not known here.
    pub(super) fn label(&self, label: &str, port: Option<u16>) -> Known {
        if self.is_empty() {
            return Known::Elsewhere;
        }
        if self.compose.contains(label) {
            return Known::Declared;
        }
        let found: Vec<&Service> = self
            .cluster
            .values()
            .filter_map(|names| names.get(label))
            .collect();
        if !found.is_empty() {
            return with_port(&found, port);
        }
        let names = self
            .cluster
            .values()
            .flat_map(BTreeMap::keys)
            .chain(&self.compose);
        Known::Missing(similar(label, names))
    }

    /// `NAME.NAMESPACE.svc…`, `POD.NAME.NAMESPACE.svc…`, or `NAME.NAMESPACE` where the set declares just that.
    pub(super) fn name(&self, name: &str, port: Option<u16>) -> Option<Known> {
        let labels: Vec<&str> = name.split('.').collect();
        let at = labels.iter().position(|label| *label == "svc");
        let inside = |at: usize| {
            at + 1 == labels.len() || labels.last().is_some_and(|last| super::ranges::is_inside(last))
        };
        let (service, namespace) = match at.filter(|at| inside(*at)) {
            Some(at @ 2..) => (labels[at - 2], labels[at - 1]),
            Some(_) => return None,
            None => match labels.as_slice() {
                // A last label of two or three letters may be a top-level domain.
                [service, namespace] if namespace.len() > 3 && self.declares(service, namespace) => {
                    (*service, *namespace)
                }
                _ => return None,
            },
        };
        let here = self.cluster.get(namespace);
        let anywhere = self.cluster.get("");
        let found: Vec<&Service> = [here, anywhere]
            .into_iter()
            .flatten()
            .filter_map(|names| names.get(service))
            .collect();
        if !found.is_empty() {
            return Some(with_port(&found, port));
        }
        Some(match here {
            Some(names) => Known::Missing(similar(service, names.keys())),
            None => Known::Elsewhere,
        })
    }

    fn declares(&self, service: &str, namespace: &str) -> bool {
        self.cluster
            .get(namespace)
            .is_some_and(|names| names.contains_key(service))
    }
}

fn list(tree: &Tree, id: Option<NodeId>) -> Vec<NodeId> {
    match id.map(|id| tree.kind(id)) {
        Some(Kind::Sequence(items)) => items.to_vec(),
        Some(Kind::Scalar(_) | Kind::Mapping(_)) | None => Vec::new(),
    }
}

fn with_port(found: &[&Service], port: Option<u16>) -> Known {
    let ports: BTreeSet<u16> = found.iter().flat_map(|service| &service.ports).copied().collect();
    match port {
        Some(port) if !ports.is_empty() && !ports.contains(&port) => {
            Known::OtherPort(ports.into_iter().collect())
        }
        Some(_) | None => Known::Declared,
    }
}

/// The most similar of some names, if it is similar at all.
pub(super) fn similar<'n>(name: &str, names: impl Iterator<Item = &'n String>) -> Option<String> {
    let most = if name.len() <= 4 { 1 } else { 2 };
    names
        .filter(|other| other.len().abs_diff(name.len()) <= most)
        .map(|other| (strsim::damerau_levenshtein(name, other), other))
        .filter(|(distance, _)| (1..=most).contains(distance))
        .min()
        .map(|(_, other)| other.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::doc::{Limits, SourceFile};

    fn services(text: &str) -> Services {
        let source = Arc::new(SourceFile::from_text("x.yaml", text));
        let tree = crate::formats::parse(&source, &Limits::DEFAULT).expect("parses");
        Services::of(std::iter::once(&tree))
    }

    #[test]
    fn cluster_services_by_name_namespace_and_port() {
        let set = services(
            "kind: Service\nmetadata: {name: redis, namespace: data}\nspec: {ports: [{port: 6379}]}\n---\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}, {port: 443}]}\n",
        );
        let name = |text: &str, port| set.name(text, port).expect("a cluster name");
        assert_eq!(name("redis.data.svc.cluster.local", Some(6379)), Known::Declared);
        assert_eq!(name("redis-0.redis.data.svc", Some(6379)), Known::Declared);
        assert_eq!(name("redis.data.svc", Some(6380)), Known::OtherPort(vec![6379]));
        assert_eq!(
            name("rediss.data.svc", None),
            Known::Missing(Some("redis".into()))
        );
        assert_eq!(name("pg.data.svc", None), Known::Missing(None));
        assert_eq!(name("pg.other.svc", None), Known::Elsewhere);
        assert_eq!(
            name("web.prod.svc", Some(443)),
            Known::Declared,
            "its namespace is left open"
        );
        assert_eq!(name("redis.data", None), Known::Declared);
        assert_eq!(set.name("db.corp", None), None);
        assert_eq!(set.label("web", Some(8080)), Known::OtherPort(vec![80, 443]));
        assert_eq!(Services::default().label("web", None), Known::Elsewhere);
    }

    #[test]
    fn compose_services_and_their_aliases() {
        let set = services(
            "services:\n  db: {image: x, container_name: main-db}\n  cache:\n    build: .\n    networks: {back: {aliases: [kv]}}\n  note: {a: 1}\n",
        );
        for known in ["db", "main-db", "cache", "kv"] {
            assert_eq!(set.label(known, Some(1)), Known::Declared, "{known}");
        }
        assert_eq!(set.label("dbs", None), Known::Missing(Some("db".into())));
        assert_eq!(set.label("note", None), Known::Missing(None));
    }
}

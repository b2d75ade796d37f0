//! How well addresses are found: a labelled corpus of configuration files of many kinds, with the addresses that a
//! program connects to, and all that only looks like one. Precision and recall are said, and held.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use tollgate::address::{Direction, Port, find_addresses};
use tollgate::doc::{Limits, SourceFile};
use tollgate::settings::AddressSettings;

use crate::harness::repository;

/// Each address of a file as `host:port`, with its direction.
fn found(name: &str, text: &str) -> Vec<(String, Direction)> {
    let source = Arc::new(SourceFile::from_text(name, text));
    let tree =
        tollgate::formats::parse(&source, &Limits::DEFAULT).unwrap_or_else(|_| panic!("{name} parses"));
    let addresses = find_addresses(&tree, &AddressSettings::default()).expect("a small file");
    addresses
        .into_iter()
        .map(|address| {
            let port = match &address.port {
                Some(Port::Number(number)) => format!(":{number}"),
                Some(Port::Bad(text)) => format!(":{text}"),
                None => String::new(),
            };
            (format!("{}{port}", address.host), address.direction)
        })
        .collect()
}

fn counted<'a>(rows: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for row in rows {
        *out.entry(row.to_owned()).or_default() += 1;
    }
    out
}

/// Rows that the first has more often than the second.
fn beyond(first: &BTreeMap<String, usize>, second: &BTreeMap<String, usize>) -> Vec<String> {
    first
        .iter()
        .flat_map(|(row, count)| {
            let more = count.saturating_sub(second.get(row).copied().unwrap_or(0));
            std::iter::repeat_n(row.clone(), more)
        })
        .collect()
}

/// How many addresses of a corpus are right, wrong and missed, and which are not right.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    said: String,
}

impl Score {
    /// Of the files in a folder, each with its labels: the outbound addresses, and those of which two engineers may
    /// disagree, which do not count.
    fn of(folder: &str, least: usize) -> Self {
        let folder = repository().join("tests/data").join(folder);
        let labels = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
        let labels: BTreeMap<String, Value> = serde_json::from_str(&labels).expect("labels are JSON");
        assert!(labels.len() >= least, "{} files", labels.len());
        let mut score = Self::default();
        for (name, label) in &labels {
            let text = std::fs::read_to_string(folder.join(name)).expect("a file of the corpus");
            score.add(name, &found(name, &text), label);
        }
        score
    }

    fn add(&mut self, name: &str, found: &[(String, Direction)], label: &Value) {
        let labelled = |key: &str| {
            let rows = label[key].as_array().map(Vec::as_slice).unwrap_or_default();
            counted(rows.iter().filter_map(Value::as_str))
        };
        let outbound = found
            .iter()
            .filter(|(_, direction)| *direction == Direction::Outbound);
        let have = counted(outbound.map(|(row, _)| row.as_str()));
        let (want, optional) = (labelled("outbound"), labelled("optional"));
        let host = |row: &str| row.rsplit_once(':').map_or(row, |(host, _)| host).to_owned();
        let undecided: Vec<String> = optional.keys().flat_map(|row| [row.clone(), host(row)]).collect();
        let mut extra = beyond(&have, &want);
        // A host that is filled in later is listed, and not looked up.
        let filled_in = |row: &str| row.contains(['$', '{', '%', '<', '(']);
        extra.retain(|row| !undecided.contains(row) && !undecided.contains(&host(row)) && !filled_in(row));
        let absent = beyond(&want, &have);
        self.right += want.values().sum::<usize>() - absent.len();
        self.wrong += extra.len();
        self.missed += absent.len();
        for row in extra {
            let _ = writeln!(self.said, "{name}: {row} is no outbound address");
        }
        for row in absent {
            let _ = writeln!(self.said, "{name}: {row} was not found");
        }
    }

    /// Holds precision and recall, and says them.
    fn hold(&self, least: f64) -> String {
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        let (precision, recall) = (
            share(self.right, self.right + self.wrong),
            share(self.right, self.right + self.missed),
        );
        let said = format!(
            "precision {precision:.3}, recall {recall:.3}, {} outbound addresses are right\n{}",
            self.right, self.said
        );
        assert!(precision >= least && recall >= least, "{said}");
        said
    }
}

#[test]
fn outbound_addresses_are_found_and_nothing_else() {
    eprintln!("{}", Score::of("addresses", 60).hold(0.97));
}

/// Files that were written and labelled by others than those who wrote the tables, and scored before they were read.
#[test]
fn outbound_addresses_of_files_by_other_hands_are_found() {
    eprintln!("{}", Score::of("addresses-more", 190).hold(0.97));
}

/// Servers under names that other programs use for themselves: no table may take one of them out of what is looked
/// up where nothing says that the file is that program's.
#[test]
fn no_table_hides_a_server() {
    let cases = [
        ("a.yaml", "api: {base_url: \"https://api.corp/v1\"}"),
        (".env", "AUTH_URL=https://auth.corp"),
        (
            "o.tf",
            "provider \"okta\" {\n  domain = \"https://corp.okta.com\"\n}\n",
        ),
        ("a.yaml", "mail: {domain: \"smtp.corp:587\"}"),
        ("a.yaml", "kafka: {brokers: [{host: kafka-1.corp, port: 9092}]}"),
        (
            "a.yaml",
            "kind: ConfigMap\napiVersion: v1\ndata: {url: \"postgres://db.corp:5432/x\"}",
        ),
        ("a.yaml", "database: {hostnames: [db1.corp, db2.corp]}"),
        ("a.yaml", "upstream_host: api.corp\nupstream_port: 8443"),
        ("a.yaml", "proxy: {addr: \"proxy.corp:3128\"}"),
        ("a.yaml", "servers: [{name: a, hosts: [db1.corp, db2.corp]}]"),
        ("a.yaml", "auth: {token: {realm: \"https://auth.corp/token\"}}"),
        (
            "c.yaml",
            "services: {milvus: {image: x, environment: {MINIO_ADDRESS: \"minio.corp:9000\"}}}",
        ),
        ("c.yaml", "environment: {URL: \"http://api.corp:8080\"}"),
        ("c.yaml", "args: [\"-http-addr=http://consul.corp:8500\"]"),
        ("c.yaml", "tracing: {agent-address: \"jaeger.corp:6831\"}"),
        ("c.yaml", "jenkins_url: https://jenkins.corp"),
        (".env", "N8N_HOST=n.corp"),
        (".env", "HTTP_HOST=api.corp:80"),
        ("a.yaml", "postgres: {fqdn: \"db.corp:5432\"}"),
        (
            "a.yaml",
            "clients: [{name: billing, baseUrl: \"https://billing.corp\"}]",
        ),
        ("a.yaml", "external: {url: \"https://partner.corp/api\"}"),
        ("a.yaml", "webservice: {address: \"https://ws.corp/soap\"}"),
        ("a.yaml", "info: {url: \"http://info.corp:8080\"}"),
        ("a.yaml", "nextcloud: {host: cloud.corp, port: 443}"),
        ("a.yaml", "secrets: {backend: \"https://vault.corp:8200\"}"),
        ("a.yaml", "macros: {API_URL: \"https://api.corp\"}"),
        ("a.yaml", "binding: \"amqp://mq.corp\""),
        ("a.yaml", "application: {server: \"app.corp:8080\"}"),
        ("a.yaml", "telemetry: {metrics: {address: \"otel.corp:4317\"}}"),
        ("a.yaml", "server: {domain: \"dc.corp:636\"}"),
        (
            "a.yaml",
            "jetstream: {stream: orders}\nbilling: {host: billing.corp, port: 5432}",
        ),
        ("a.yaml", "nats: {host: nats.corp, port: 4222}"),
        ("nats-bridge/config.yaml", "db: {host: db.corp, port: 1}"),
        (
            "a.yaml",
            "services: [{name: billing, address: \"billing.corp:443\"}]",
        ),
        ("application.yml", "ldap:\n  server:\n    address: ldap.corp\n"),
        ("a.yaml", "keycloak: {baseUrl: \"https://sso.corp\"}"),
        ("indexer.yaml", "oidc: {issuer: \"https://sso.corp\"}"),
        ("multidb.yaml", "host: db.corp"),
        (
            "terragrunt.hcl",
            "inputs = { service_address = \"billing.corp:443\" }",
        ),
        (
            "a.yaml",
            "discovery: {type: dns}\nhttp: {host: api.corp, port: 80}",
        ),
        ("a.yaml", "ghost: {x: 1}\nsearch: {url: \"http://es.corp:9200\"}"),
        (
            "a.yaml",
            "network: {mtu: 1500}\nsearch: {url: \"http://es.corp:9200\"}",
        ),
        ("a.yaml", "harbor: {hostname: harbor.corp, port: 443}"),
        ("a.yaml", "outline: {url: \"https://wiki.corp\"}"),
        ("a.yaml", "openvpn: {server: vpn.corp, port: 1194}"),
        ("a.yaml", "maxscale: {servers: [\"db1.corp:3306\"]}"),
        ("a.yaml", "vectordb: {api: {address: \"qdrant.corp:6333\"}}"),
        ("celerybeat.yml", "http: {host: api.corp, port: 80}"),
        (".env", "IMAGE_SERVICE_URL=http://images.corp:8080"),
        (".env", "DOCS_API_URL=http://d.corp"),
        (
            "c.yaml",
            "services: {order-listener: {image: x, environment: {API_URL: \"https://api.corp\"}}}",
        ),
        (
            "a.yaml",
            "args: [app, 8080, \"--db=db.corp:5432\", \"--url=http://api.corp\"]",
        ),
    ];
    for (name, text) in cases {
        let found = found(name, text);
        assert!(!found.is_empty(), "{name}: {text}: nothing is found");
        let hidden = found
            .iter()
            .find(|(_, direction)| *direction != Direction::Outbound);
        assert_eq!(hidden, None, "{name}: {text}");
    }
}

//! Real outages, acted out in realistic files: each must be flagged by the rule that would have caught it. The rows
//! and their marks are those of the project's table of outages.

use std::fmt::Write as _;

use crate::harness::Place;

/// A row: its number, the file, both sides, and the rules of which one at least must flag it as high or critical.
type Row = (
    u8,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const ROWS: &[Row] = &[
    (
        1,
        "lb/auth-pools.yaml",
        "pools:\n  auth-login:\n    algorithm: weighted\n    members:\n      - {host: auth-1, weight: 20}\n      - {host: auth-2, weight: 20}\n      - {host: auth-3, weight: 20}\n",
        "pools:\n  auth-login:\n    algorithm: weighted\n    members:\n      - {host: auth-1, weight: 80}\n      - {host: auth-2, weight: 20}\n      - {host: auth-3, weight: 20}\n",
        &["capacity/weight-concentrated"],
    ),
    (
        3,
        "bgp/announce.yaml",
        "router: edge-1\nbgp:\n  asn: 65001\n  prefixes:\n    - 203.0.113.0/24\n    - 198.51.100.0/24\n    - 192.0.2.0/24\n",
        "router: edge-1\nbgp:\n  asn: 65001\n  prefixes: []\n",
        &["core/emptied", "network/announcements-removed"],
    ),
    (
        4,
        "safebrowsing.yaml",
        "updated: 2009-01-30\nmalware_urls:\n  - bad.example/x\n  - worse.example/y\n",
        "updated: 2009-01-31\nmalware_urls:\n  - bad.example/x\n  - worse.example/y\n  - /\n",
        &["core/universal-match"],
    ),
    (
        5,
        "storage.yaml",
        "metadata_service:\n  lookup:\n    rate_limit: {per_second: 2000}\n    cache_mb: 512\n",
        "metadata_service:\n  lookup:\n    rate_limit: {per_second: 40000}\n    cache_mb: 512\n",
        &["capacity/limit-raised", "capacity/limit-grow"],
    ),
    (
        6,
        "quota/policies.yaml",
        "quota_policies:\n  - {name: default, region: us-east1, limit: 1000}\n",
        "quota_policies:\n  - {name: default, region: us-east1, limit: 1000}\n  - {name: extra, region: \"\", limit: null}\n",
        &["core/blank-added"],
    ),
    (
        7,
        "backbone/bgp.yaml",
        "backbone:\n  neighbors:\n    - {name: dc-1, remote_as: 65010}\n    - {name: dc-2, remote_as: 65020}\n    - {name: dc-3, remote_as: 65030}\n",
        "backbone:\n  neighbors: []\n",
        &["network/announcements-removed", "core/emptied"],
    ),
    (
        8,
        "waf/rules.yaml",
        "rules:\n  - name: xss-1\n    pattern: '<script[^>]{0,100}>'\n    action: simulate\n",
        "rules:\n  - name: xss-1\n    pattern: '(?:(?:\"|\\d|.*)+(?:.*=.*)*)+<script'\n    action: simulate\n",
        &["core/regex-risky"],
    ),
    (
        9,
        "policy/atlanta.yaml",
        "policies:\n  backbone-out:\n    terms:\n      - name: site-local\n        from: {prefix_list: atl-site-local}\n        then: {local_preference: 200, action: accept}\n      - name: rest\n        then: {action: reject}\n",
        "policies:\n  backbone-out:\n    terms:\n      - name: site-local\n        then: {local_preference: 200, action: accept}\n      - name: rest\n        then: {action: reject}\n",
        &["network/match-removed"],
    ),
    (
        10,
        "policy/advertise.yaml",
        "policy:\n  terms:\n    - {name: site-local, action: accept}\n    - {name: anycast, action: accept}\n    - {name: reject-the-rest, action: reject}\n",
        "policy:\n  terms:\n    - {name: reject-the-rest, action: reject}\n    - {name: site-local, action: accept}\n    - {name: anycast, action: accept}\n",
        &["network/order-changed"],
    ),
    (
        11,
        "bots/features.json",
        "{\"limit\": 200, \"features\": [{\"f\": \"a\"}, {\"f\": \"b\"}, {\"f\": \"c\"}, {\"f\": \"d\"}]}",
        "{\"limit\": 200, \"features\": [{\"f\": \"a\"}, {\"f\": \"a\"}, {\"f\": \"b\"}, {\"f\": \"b\"}, {\"f\": \"c\"}, {\"f\": \"c\"}, {\"f\": \"d\"}, {\"f\": \"d\"}]}",
        &["core/duplicates"],
    ),
    (
        12,
        "waf/killswitch.yaml",
        "rulesets:\n  managed:\n    action: execute\n    killswitch: false\n",
        "rulesets:\n  managed:\n    action: execute\n    killswitch: true\n",
        &["core/kill-switch"],
    ),
    (
        13,
        "s3/index.yaml",
        "index:\n  servers: [ix-1, ix-2, ix-3, ix-4, ix-5, ix-6, ix-7, ix-8]\n",
        "index:\n  servers: [ix-1, ix-2]\n",
        &["capacity/servers-removed", "core/list-shrinks"],
    ),
    (
        14,
        "kinesis/fleet.yaml",
        "fleet: {nodes: 100, threads_per_node: 10, max_threads: 2000}\n",
        "fleet: {nodes: 260, threads_per_node: 10, max_threads: 2000}\n",
        &["capacity/threads-above-limit"],
    ),
    (
        15,
        "dns/dynamodb.yaml",
        "dns:\n  dynamodb.us-east-1:\n    type: A\n    ttl: 5\n    records: [10.0.0.1, 10.0.0.2]\n",
        "dns:\n  dynamodb.us-east-1:\n    type: A\n    ttl: 5\n    records: []\n",
        &["dns/records-emptied"],
    ),
    (
        16,
        "flights.yaml",
        "flights:\n  blob-frontend-perf:\n    scope: table-slice-1\n    enabled: true\n",
        "flights:\n  blob-frontend-perf:\n    scope: all\n    enabled: true\n",
        &["rollout/scope-all"],
    ),
    (
        18,
        "mysql/proxy.yaml",
        "proxy:\n  health_check:\n    command: mysqladmin ping\n    interval: 5s\n",
        "proxy:\n  health_check:\n    command: mysqladmin status\n    interval: 5s\n",
        &["kubernetes/probe-changed"],
    ),
    (
        19,
        "webhooks.yaml",
        "delivery:\n  queue: hooks\n  request:\n    timeout: 5s\n    auth: {type: hmac, key_ref: hooks}\n",
        "delivery:\n  queue: hooks\n  request:\n    timeout: 5s\n",
        &["auth/removed"],
    ),
    (
        20,
        "db/clusters.yaml",
        "clusters:\n  shard-7: {version: 4.2.9, election_timeout: 10s}\n",
        "clusters:\n  shard-7: {version: 4.2.5, election_timeout: 10s}\n",
        &["core/version-downgrade"],
    ),
    (
        21,
        "cache/mcrouter.yaml",
        "pools:\n  main:\n    servers: [c-1, c-2, c-3, c-4, c-5, c-6]\n",
        "pools:\n  main:\n    servers: [c-1, c-2, c-3]\n",
        &["capacity/servers-removed"],
    ),
    (
        22,
        "consul/server.json",
        "{\"server\": true, \"use_streaming_backend\": false, \"rpc\": {\"enable_streaming\": false}}",
        "{\"server\": true, \"use_streaming_backend\": true, \"rpc\": {\"enable_streaming\": true}}",
        &["core/tier-0-enabled"],
    ),
    (
        23,
        "cluster.yaml",
        "node: {labels: {node-role.kubernetes.io/master: \"\", zone: a}}\nreflectors:\n  nodeSelector: {node-role.kubernetes.io/master: \"\"}\n",
        "node: {labels: {node-role.kubernetes.io/control-plane: \"\", zone: a}}\nreflectors:\n  nodeSelector: {node-role.kubernetes.io/master: \"\"}\n",
        &["core/dangling-label-key"],
    ),
    (
        24,
        "smars.ini",
        "[flags]\nlegacy_power_peg = false\n",
        "[flags]\nlegacy_power_peg = true\n",
        &["core/deprecated-key"],
    ),
    (
        25,
        "channel/291.yaml",
        "templates:\n  - name: ipc\n    fields: {f20: '*', f21: '*'}\n",
        "templates:\n  - name: ipc\n    fields: {f20: '*', f21: named-pipe-3}\n",
        &["core/wildcard-to-literal"],
    ),
    (
        26,
        "pacemaker.yaml",
        "cluster:\n  quorum_policy: stop\n  failover_timeout: 60s\n",
        "cluster:\n  quorum_policy: ignore\n  failover_timeout: 60s\n",
        &["database/failover-changed"],
    ),
    (
        27,
        "s3/backups.yaml",
        "bucket: {name: sentry-backups, acl: private}\n",
        "bucket: {name: sentry-backups, acl: public-read}\n",
        &["network/exposed", "cloud/acl-public"],
    ),
    (
        28,
        "ci/test.env",
        "DATABASE_URL=postgres://ci@db.test.corp/app\n",
        "DATABASE_URL=postgres://ci@db.production.corp/app\n",
        &["core/other-environment"],
    ),
    (
        29,
        "kubelet.yaml",
        "kind: KubeletConfiguration\nclusterDNS: [10.96.0.10]\nclusterDomain: cluster.local\n",
        "kind: KubeletConfiguration\nclusterDNS: [10.97.0.10]\nclusterDomain: cluster.local\n",
        &["dns/resolver-changed"],
    ),
    (
        30,
        "firewall.yaml",
        "firewall:\n  rules:\n    - {name: web, port: 443, action: allow}\n    - {name: rest, action: log}\n",
        "firewall:\n  rules:\n    - {name: web, port: 443, action: deny}\n    - {name: rest, action: log}\n",
        &["network/deny-added"],
    ),
];

#[test]
fn each_outage_is_flagged_by_the_rule_that_would_have_caught_it() {
    let mut missed = Vec::new();
    for (number, file, old, new, rules) in ROWS {
        let place = Place::new();
        place.write(&format!("old/{file}"), old);
        place.write(&format!("new/{file}"), new);
        let run = place.run(&[
            "check",
            "--deployed",
            "old",
            "new",
            "--at",
            "commit",
            "--offline",
            "--format",
            "json",
        ]);
        let found = flagged(&run.out);
        if !found.iter().any(|rule| rules.contains(&rule.as_str())) {
            missed.push(format!("{number} {file}: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(ROWS.len() >= 26);
}

/// The rules that flag something as high or critical.
pub(crate) fn flagged(json: &str) -> Vec<String> {
    let outcome: serde_json::Value = serde_json::from_str(json).unwrap_or_else(|_| panic!("{json}"));
    let findings = outcome["findings"].as_array().cloned().unwrap_or_default();
    findings
        .iter()
        .filter(|finding| matches!(finding["severity"].as_str(), Some("high" | "critical")))
        .filter_map(|finding| finding["rule"].as_str().map(str::to_owned))
        .collect()
}

/// Google, January 2014: a generator that writes another file altogether.
#[test]
fn a_generator_that_changes_everything_is_seen_as_a_whole() {
    let place = Place::new();
    let text = |shift: usize| {
        (0..60).fold(String::new(), |mut text, n| {
            let _ = writeln!(text, "key{n}: {}", n + shift);
            text
        })
    };
    place.write("old.yaml", format!("generator_version: 41\n{}", text(0)));
    place.write("new.yaml", format!("generator_version: 42\n{}", text(1)));
    let run = place.run(&[
        "check",
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--offline",
        "--at",
        "commit",
    ]);
    assert!(run.out.contains("core/changed-volume"), "{}", run.out);
    assert!(run.out.contains("rollout/generator-changed"), "{}", run.out);
}

/// Azure Front Door, October 2025: what is invalid is refused, and what could not be judged is no pass.
#[test]
fn an_invalid_file_is_refused_and_a_value_is_held_against_its_schema() {
    let place = Place::new();
    place.write("old.yaml", "tenant: {name: a, routes: 3}\n");
    place.write("broken.yaml", "tenant: {name: a, routes: 3\n");
    let run = place.run(&[
        "check",
        "--deployed",
        "old.yaml",
        "broken.yaml",
        "--offline",
        "--at",
        "commit",
    ]);
    assert_eq!(run.code, 1, "{}", run.out);
    place.write("schema.json", "{\"type\": \"object\", \"properties\": {\"tenant\": {\"properties\": {\"routes\": {\"type\": \"integer\", \"minimum\": 1}}}}}");
    place.write(
        "tollgate.toml",
        "version = 1\n[[schema]]\nfiles = [\"*.yaml\"]\nschema = \"schema.json\"\n",
    );
    place.write("new.yaml", "tenant:\n  name: a\n  routes: many\n");
    let args = [
        "check",
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--offline",
        "--at",
        "commit",
        "--format",
        "json",
    ];
    let run = place.run(&args);
    let outcome: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let misfit = outcome["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|finding| finding["code"] == "TG107");
    let misfit = misfit.unwrap_or_else(|| panic!("{}", run.out));
    assert_eq!(
        (misfit["line"].as_u64(), misfit["pointer"].as_str()),
        (Some(3), Some("/tenant/routes"))
    );
    assert_eq!(misfit["action"], "approve");
    // What did not fit before either is a note.
    place.write("old.yaml", "tenant: {name: b, routes: many}\n");
    let outcome: serde_json::Value = serde_json::from_str(&place.run(&args).out).expect("JSON");
    let misfit = outcome["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|finding| finding["code"] == "TG107")
        .cloned();
    assert_eq!(misfit.expect("said all the same")["action"], "note");
}

/// The cases of a folder: each with its name and its files, `old/…` and `new/…`.
fn cases(kind: &str) -> Vec<(String, Vec<(String, String)>)> {
    let folder = crate::harness::repository().join("tests/data/changes").join(kind);
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .expect("the corpus")
        .map(|row| row.expect("a row").path())
        .collect();
    names.sort();
    let case = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a case");
        let files = text.split("\n=== ").skip(1).map(|part| {
            let (name, body) = part.split_once('\n').expect("a name and a text");
            (name.to_owned(), format!("{body}\n"))
        });
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, files.collect())
    };
    names.iter().map(case).collect()
}

/// How many cases of a corpus are flagged as high or critical, and the names of those that are and are not.
fn rates(kind: &str) -> (Vec<String>, Vec<String>) {
    let (mut hit, mut missed) = (Vec::new(), Vec::new());
    for (name, files) in cases(kind) {
        let place = Place::new();
        for (file, text) in &files {
            place.write(file, text);
        }
        let run = place.run(&[
            "check",
            "--deployed",
            "old",
            "new",
            "--at",
            "commit",
            "--offline",
            "--format",
            "json",
        ]);
        let rules = flagged(&run.out);
        if rules.is_empty() {
            missed.push(name);
        } else {
            hit.push(format!("{name}: {}", rules.join(", ")));
        }
    }
    (hit, missed)
}

#[test]
fn what_is_risky_is_flagged_and_what_is_not_is_left_alone() {
    let (risky, missed) = rates("risky");
    let (flagged, quiet) = rates("benign");
    let share = |part: usize, rest: usize| part as f64 / (part + rest) as f64;
    let (recall, noise) = (
        share(risky.len(), missed.len()),
        share(flagged.len(), quiet.len()),
    );
    let said = format!(
        "{:.1} % of {} risky changes are flagged as high, and {:.1} % of {} harmless ones\nmissed: {missed:?}\nflagged: {flagged:#?}",
        recall * 100.0,
        risky.len() + missed.len(),
        noise * 100.0,
        flagged.len() + quiet.len(),
    );
    eprintln!("{said}");
    assert!(
        risky.len() + missed.len() >= 100 && flagged.len() + quiet.len() >= 100,
        "{said}"
    );
    assert!(recall >= 0.95 && noise <= 0.05, "{said}");
}

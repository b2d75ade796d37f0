//! `resolve` and the deadline, against a real name server (NSD) and servers that misbehave on loopback.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::dns::{Nsd, Server, code};
use crate::harness::{Place, Run};

pub(crate) fn names(count: usize) -> String {
    (0..count).fold("services:\n".to_owned(), |text, n| {
        format!("{text}  s{n}: {{host: h{n}.zone{}.corp.internal}}\n", n % 5)
    })
}

pub(crate) fn outcomes(run: &Run) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for address in run.json()["addresses"].as_array().expect("addresses") {
        *counts
            .entry(address["outcome"].as_str().expect("an outcome").to_owned())
            .or_default() += 1;
    }
    counts
}

pub(crate) fn resolve(place: &Place, server: &str) -> (Run, Duration) {
    let started = Instant::now();
    let run = place.run(&[
        "resolve",
        "--nameserver",
        server,
        "--deadline",
        "6s",
        "--timeout",
        "1s",
        "--format",
        "json",
        "names.yaml",
    ]);
    (run, started.elapsed())
}

#[test]
fn a_server_that_never_answers_cannot_hold_a_thousand_names_up() {
    let place = Place::new();
    place.write("names.yaml", names(1000));
    let server = Server::new(|_| None);
    let (run, took) = resolve(&place, &server.address());
    assert_eq!(run.code, 3, "{}", run.err);
    let counts = outcomes(&run);
    let unknown = counts.get("timeout").unwrap_or(&0) + counts.get("not_reached").unwrap_or(&0);
    assert_eq!(
        (unknown, counts.values().sum::<usize>()),
        (1000, 1000),
        "{counts:?}"
    );
    // The watchdog ends the process 140 ms after the deadline; a busy machine gets the rest.
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn one_silent_zone_is_held_to_the_deadline() {
    let place = Place::new();
    place.write(
        "names.yaml",
        names(1000)
            .replace("zone1", "zone0")
            .replace("zone2", "zone0")
            .replace("zone3", "zone0")
            .replace("zone4", "zone0"),
    );
    let server = Server::new(|_| None);
    let (run, took) = resolve(&place, &server.address());
    assert_eq!((run.code, outcomes(&run).values().sum::<usize>()), (3, 1000));
    assert!(took < Duration::from_secs(20), "{took:?}");
}

type Reply = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send>;

#[test]
fn garbage_is_no_answer() {
    let place = Place::new();
    place.write("names.yaml", names(200));
    let junk: Vec<(&str, Reply)> = vec![
        (
            "random bytes",
            Box::new(|query| Some(query.iter().rev().map(|b| b.wrapping_mul(37)).collect())),
        ),
        (
            "right id, then garbage",
            Box::new(|query| Some([&query[..2], &[0xff; 40][..]].concat())),
        ),
        ("two bytes", Box::new(|query| Some(query[..2].to_vec()))),
        (
            "wrong id",
            Box::new(|query| {
                let mut reply = code(query, 0);
                reply[0] ^= 0xff;
                Some(reply)
            }),
        ),
    ];
    for (what, answer) in junk {
        let server = Server::new(answer);
        let (run, _) = resolve(&place, &server.address());
        let counts = outcomes(&run);
        assert_eq!(run.code, 3, "{what}: {counts:?}");
        assert!(
            counts
                .keys()
                .all(|outcome| outcome == "timeout" || outcome == "not_reached"),
            "{what}: {counts:?}"
        );
    }
}

#[test]
fn response_codes_keep_their_class() {
    let place = Place::new();
    place.write("names.yaml", names(20));
    for (rcode, outcome) in [(2, "servfail"), (5, "refused"), (3, "nxdomain"), (0, "nodata")] {
        let server = Server::new(move |query| Some(code(query, rcode)));
        let (run, _) = resolve(&place, &server.address());
        assert_eq!(
            (run.code, outcomes(&run)),
            (1, BTreeMap::from([(outcome.to_owned(), 20)])),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_silent_resolver_is_undecided_at_push_and_warns_at_commit() {
    let place = Place::new();
    place.write("old.yaml", "server: a.corp.internal\n");
    place.write("new.yaml", "server: b.corp.internal\n");
    let server = Server::new(|_| None);
    for (at, want) in [("commit", 0), ("merge", 3), ("push", 3)] {
        let run = place.run(&[
            "check",
            "--at",
            at,
            "--nameserver",
            &server.address(),
            "--timeout",
            "300ms",
            "--format",
            "json",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ]);
        assert_eq!(run.code, want, "{at}: {}", run.out);
        assert!(run.codes().contains(&"TG208".to_owned()), "{}", run.out);
    }
}

#[test]
fn a_failing_zone_refuses_a_changed_address_and_warns_of_an_unchanged_one() {
    let place = Place::new();
    place.write("old.yaml", "server: a.corp.internal\nx: 1\n");
    let server = Server::new(|query| Some(code(query, 2)));
    for (new, at, want) in [
        ("server: b.corp.internal\nx: 1\n", "push", 1),
        ("server: b.corp.internal\nx: 1\n", "commit", 0),
        ("server: a.corp.internal\nx: 2\n", "push", 0),
    ] {
        place.write("new.yaml", new);
        let run = place.run(&[
            "check",
            "--at",
            at,
            "--nameserver",
            &server.address(),
            "--format",
            "json",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ]);
        assert_eq!(run.code, want, "{new} {at}: {}", run.out);
        assert!(run.codes().contains(&"TG203".to_owned()));
    }
}

#[test]
fn an_accepted_failure_needs_a_reason_and_ends_on_its_day() {
    let place = Place::new();
    place.write("old.yaml", "x: 1\n");
    place.write("new.yaml", "x: 1\nserver: b.corp.internal\n");
    let server = Server::new(|query| Some(code(query, 3)));
    for (expires, want) in [("2999-01-01", 0), ("2020-01-01", 1)] {
        place.write("tollgate.toml", format!("version = 1\n[[resolver.allow]]\nhost = \"*.corp.internal\"\nreason = \"inside only\"\nexpires = \"{expires}\"\n"));
        let run = place.run(&[
            "check",
            "--nameserver",
            &server.address(),
            "--format",
            "json",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ]);
        assert_eq!(run.code, want, "{expires}: {}", run.out);
    }
}

#[test]
fn a_blocked_reader_cannot_defeat_the_deadline() {
    let place = Place::new();
    // More output than a pipe holds, and nobody reads it.
    let big = (0..5_000).fold(String::new(), |text, n| format!("{text}key{n}: {n}\n"));
    place.write("old.yaml", "a: 1\n");
    place.write("new.yaml", big);
    let started = Instant::now();
    let mut child = place
        .command()
        .args([
            "check",
            "-v",
            "--at",
            "commit",
            "--offline",
            "--deadline",
            "4s",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("tollgate starts");
    let status = child.wait().expect("it ends although nobody reads");
    assert!(
        started.elapsed() < Duration::from_secs(40),
        "{:?}",
        started.elapsed()
    );
    // The verdict stood before printing began; its code is kept.
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_real_server_gives_real_answers() {
    let nsd = Nsd::start();
    let place = Place::new();
    place.write("names.yaml", "hosts:\n- db.shop.test\n- v6.shop.test\n- text.shop.test\n- alias.shop.test\n- gone.shop.test\n- _under.shop.test\n- dangling.shop.test\n- outside.corp\n");
    let run = place.run(&[
        "resolve",
        "--nameserver",
        &format!("127.0.0.1:{}", nsd.port),
        "--format",
        "json",
        "names.yaml",
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    let rows: BTreeMap<String, Value> = run.json()["addresses"]
        .as_array()
        .expect("addresses")
        .iter()
        .map(|row| (row["host"].as_str().expect("a host").to_owned(), row.clone()))
        .collect();
    for (host, outcome, answers) in [
        ("db.shop.test", "resolved", json!(["10.0.0.4", "10.0.0.5"])),
        ("v6.shop.test", "resolved", json!(["fd00::1"])),
        ("text.shop.test", "nodata", json!([])),
        ("alias.shop.test", "resolved", json!(["10.0.0.4", "10.0.0.5"])),
        ("gone.shop.test", "nxdomain", json!([])),
        ("_under.shop.test", "resolved", json!(["10.0.0.6"])),
        ("dangling.shop.test", "alias_only", json!([])),
        ("outside.corp", "refused", json!([])),
    ] {
        let row = &rows[host];
        assert_eq!(
            (row["outcome"].as_str(), &row["answers"]),
            (Some(outcome), &answers),
            "{host}"
        );
    }
}

#[test]
fn zones_have_their_own_servers() {
    let nsd = Nsd::start();
    let silent = Server::new(|query| Some(code(query, 3)));
    let place = Place::new();
    place.write("tollgate.toml", format!("version = 1\n[resolver]\nnameservers = [\"{}\"]\n[[resolver.zone]]\ndomain = \"shop.test\"\nnameservers = [\"127.0.0.1:{}\"]\n", silent.address(), nsd.port));
    place.write("names.yaml", "hosts: [db.shop.test, db.other.test]\n");
    let run = place.run(&["resolve", "--format", "json", "names.yaml"]);
    let found: Vec<Value> = run.json()["addresses"]
        .as_array()
        .expect("addresses")
        .iter()
        .map(|row| row["outcome"].clone())
        .collect();
    assert_eq!(found, [json!("resolved"), json!("nxdomain")]);
}

#[test]
fn lists_without_asking() {
    let place = Place::new();
    place.write(
        "names.yaml",
        "db: {host: db.shop.io, port: 5432}\nlisten: 0.0.0.0:80\n",
    );
    let run = place.run(&["resolve", "--list", "--format", "json", "names.yaml"]);
    let row = &run.json()["addresses"][0];
    assert_eq!(run.code, 0);
    assert_eq!(
        (&row["host"], &row["port"], &row["direction"], &row["outcome"]),
        (
            &json!("db.shop.io"),
            &json!(5432),
            &json!("outbound"),
            &json!(null)
        )
    );
    assert_eq!(
        (&row["path"], &row["pointer"], &row["line"], &row["column"]),
        (&json!("db.host"), &json!("/db/host"), &json!(1), &json!(12))
    );
}

/// What the rows of a run say, by host.
fn by_host(run: &Run) -> BTreeMap<String, Value> {
    let rows = run.json()["addresses"].as_array().cloned().expect("addresses");
    rows.into_iter()
        .map(|row| (row["host"].as_str().expect("a host").to_owned(), row))
        .collect()
}

#[test]
fn services_aliases_and_search_domains_of_a_real_server() {
    let nsd = Nsd::start();
    let place = Place::new();
    place.write(
        "tollgate.toml",
        format!("version = 1\n[resolver]\nnameservers = [\"127.0.0.1:{}\"]\nsearch = [\"shop.test\"]\n[addresses]\nkeys = [\"upstreams.*\"]\nignore = [\"old.**\"]\nassume = [\"*.vpn.corp\"]\n", nsd.port),
    );
    place.write(
        "names.yaml",
        "mongo: mongodb+srv://u:p@cluster.shop.test/db\nbad: mongodb+srv://cluster.shop.test:27017/db\nnone: mongodb+srv://db.shop.test/db\nhost: db\nhosts: [dangling.shop.test, loop.shop.test]\nupstreams: {a: alias.shop.test}\nold: {host: gone.shop.test}\nvpn: {host: x.vpn.corp}\n",
    );
    let run = place.run(&["resolve", "--format", "json", "names.yaml"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let rows: Vec<(String, String, String)> = run.json()["addresses"]
        .as_array()
        .expect("addresses")
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            (text("path"), text("outcome"), text("why"))
        })
        .collect();
    let of = |path: &str| {
        let row = rows.iter().find(|row| row.0 == path);
        let row = row.unwrap_or_else(|| panic!("{path} in {rows:?}"));
        (row.1.as_str(), row.2.as_str())
    };
    assert_eq!(of("mongo").0, "resolved");
    assert_eq!(of("bad").0, "malformed");
    assert_eq!(of("none").0, "nxdomain");
    assert_eq!(of("host"), ("resolved", "resolves (as db.shop.test)"));
    assert!(
        of("hosts[0]")
            .1
            .contains("an alias of gone.shop.test, which does not exist"),
        "{rows:?}"
    );
    assert!(of("hosts[1]").1.contains("circle"), "{rows:?}");
    assert_eq!(of("upstreams.a").0, "resolved");
    assert_eq!(of("vpn.host").0, "skipped");
    assert!(rows.iter().all(|row| row.0 != "old.host"), "{rows:?}");
    let row = &by_host(&run)["alias.shop.test"];
    assert_eq!(
        (&row["rcode"], &row["server"]),
        (&json!("NOERROR"), &json!(format!("127.0.0.1:{}", nsd.port)))
    );
}

#[test]
fn what_is_known_of_the_value_before_and_of_names_like_it() {
    let nsd = Nsd::start();
    let place = Place::new();
    place.write(
        "old.yaml",
        "auth: {host: db.shop.test}\nkv: {host: v6.shop.test}\n",
    );
    place.write(
        "new.yaml",
        "auth: {host: dbb.shop.test}\nkv: {host: v6.shop.test}\n",
    );
    let server = format!("127.0.0.1:{}", nsd.port);
    let run = place.run(&[
        "check",
        "--at",
        "push",
        "--nameserver",
        &server,
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--format",
        "json",
    ]);
    let finding = &run.json()["findings"][0];
    let said = finding["message"].as_str().expect("a message");
    assert!(
        said.contains("it was db.shop.test, which still resolves (10.0.0.4, 10.0.0.5)"),
        "{said}"
    );
    assert!(
        said.contains("did you mean db.shop.test, which resolves?"),
        "{said}"
    );
    // A letter of another script.
    place.write(
        "new.yaml",
        "auth: {host: \"d\u{0432}.shop.test\"}\nkv: {host: v6.shop.test}\n",
    );
    place.write(
        "old.yaml",
        "auth: {host: db.shop.test}\nkv: {host: v6.shop.test}\n",
    );
    let run = place.run(&[
        "check",
        "--at",
        "push",
        "--nameserver",
        &server,
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--format",
        "json",
    ]);
    assert!(run.codes().contains(&"TG204".to_owned()), "{}", run.out);
}

#[test]
fn an_answer_that_every_name_gets_proves_nothing() {
    let hijacker = Server::new(|query| Some(crate::dns::any_address(query)));
    let place = Place::new();
    place.write("old.yaml", "a: {host: x.one.corp}\nb: {host: x.two.lan}\n");
    place.write("new.yaml", "a: {host: y.one.corp}\nb: {host: y.two.lan}\n");
    let check = |at: &str| {
        place.run(&[
            "check",
            "--at",
            at,
            "--nameserver",
            &hijacker.address(),
            "--deployed",
            "old.yaml",
            "new.yaml",
            "--format",
            "json",
        ])
    };
    let run = check("push");
    assert!(run.codes().contains(&"TG211".to_owned()), "{}", run.out);
    assert_ne!(run.code, 0);
    let whys = run.json()["addresses"].to_string();
    assert!(whys.contains("as any name under one.corp does"), "{whys}");
    // A wildcard in one zone is that zone's business.
    let wildcard = Server::new(|query| {
        let one = crate::dns::asked(query).0.ends_with("one.corp");
        Some(if one || crate::dns::asked(query).0.starts_with("y.") {
            crate::dns::any_address(query)
        } else {
            code(query, 3)
        })
    });
    let run = place.run(&[
        "check",
        "--at",
        "push",
        "--nameserver",
        &wildcard.address(),
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--format",
        "json",
    ]);
    assert!(!run.codes().contains(&"TG211".to_owned()), "{}", run.out);
}

#[test]
fn names_inside_a_cluster_or_a_project_are_held_against_what_the_set_declares() {
    let place = Place::new();
    place.write(
        "set/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: redis, namespace: data}\nspec: {ports: [{port: 6379}]}\n",
    );
    place.write(
        "set/app.yaml",
        "good: redis://redis.data.svc:6379\nport: redis://redis.data.svc.cluster.local:6380\nslip: redis://reddis.data.svc:6379\nother: redis://x.elsewhere.svc:6379\n",
    );
    let run = place.run(&["resolve", "--offline", "--format", "json", "set"]);
    let rows = run.json()["addresses"].as_array().cloned().expect("addresses");
    let why = |path: &str| {
        let row = rows.iter().find(|row| row["path"] == path).expect("a row");
        row["why"].as_str().expect("a reason").to_owned()
    };
    assert!(
        why("good").contains("that this config set declares"),
        "{}",
        why("good")
    );
    assert!(why("port").contains("with other ports: 6379"), "{}", why("port"));
    assert!(
        why("slip").contains("did you mean redis.data.svc?"),
        "{}",
        why("slip")
    );
    assert!(
        why("other").contains("declares nothing in its namespace"),
        "{}",
        why("other")
    );
}

#[test]
fn ctrl_c_ends_at_once_with_what_is_known() {
    // Half of the names are known at once, the others never.
    let server = Server::new(|query| {
        let name = crate::dns::asked(query).0;
        name.ends_with("zone0.corp.internal")
            .then(|| crate::dns::address(query))
    });
    let place = Place::new();
    place.write("names.yaml", names(100));
    let mut child = place
        .command()
        .args([
            "resolve",
            "--format",
            "json",
            "--deadline",
            "60s",
            "--timeout",
            "50s",
            "--nameserver",
        ])
        .args([&server.address(), "names.yaml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("tollgate starts");
    std::thread::sleep(Duration::from_millis(1500));
    let started = Instant::now();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(killed.success());
    let mut out = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().expect("stdout"), &mut out).expect("text");
    let status = child.wait().expect("it ends");
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(status.code(), Some(130), "{out}");
    let run = Run {
        code: 130,
        out,
        err: String::new(),
    };
    let want = BTreeMap::from([("resolved".to_owned(), 20), ("timeout".to_owned(), 80)]);
    assert_eq!(outcomes(&run), want);
}

#[test]
fn what_is_deployed_can_be_watched() {
    let nsd = Nsd::start();
    let place = Place::new();
    place.write(
        "tollgate.toml",
        format!("version = 1\n[resolver]\nnameservers = [\"127.0.0.1:{}\"]\n[configs.app]\nfiles = \"{{env}}/*.yaml\"\n[environments.production]\ntarget = {{ dir = \"live\" }}\n", nsd.port),
    );
    place.write("production/a.yaml", "a: {host: gone.shop.test}\n");
    place.write(
        "live/a.yaml",
        "a: {host: db.shop.test, port: 5432}\nb: \"http://x\\\"y.shop.test/\"\nc: {host: gone.shop.test}\n",
    );
    let run = place.run(&[
        "resolve",
        "--live",
        "--env",
        "production",
        "--format",
        "prometheus",
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    for line in [
        "tollgate_address_ok{environment=\"production\",file=\"live/a.yaml\",host=\"db.shop.test\",port=\"5432\"} 1",
        "tollgate_address_ok{environment=\"production\",file=\"live/a.yaml\",host=\"gone.shop.test\",port=\"\"} 0",
        "tollgate_addresses{environment=\"production\",outcome=\"resolved\"} 1",
        "tollgate_resolver_answered 1",
        "tollgate_resolve_exit_code 1",
    ] {
        assert!(
            run.out.lines().any(|other| other == line),
            "{line} in {}",
            run.out
        );
    }
    crate::peers::read_as_metrics(&run.out);
    // A silent name server is no address that is down.
    let silent = Server::new(|_| None);
    let run = place.run(&[
        "resolve",
        "--live",
        "--env",
        "production",
        "--format",
        "prometheus",
        "--nameserver",
        &silent.address(),
        "--timeout",
        "300ms",
    ]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(
        !run.out.contains("host=\"db.shop.test\",port=\"5432\"} "),
        "{}",
        run.out
    );
    assert!(run.out.contains("tollgate_resolver_answered 0\n"), "{}", run.out);
    let run = place.run(&[
        "diff",
        "live/a.yaml",
        "production/a.yaml",
        "--format",
        "prometheus",
    ]);
    assert_eq!(run.code, 2);
}

/// What an independent resolver (hickory) says of names, in the words of the contract.
fn by_hickory(port: u16, names: &[&str]) -> BTreeMap<String, (String, Vec<String>)> {
    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use hickory_resolver::net::{DnsError, NetError};
    use hickory_resolver::proto::rr::{Name, RData, RecordType};

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut connection = ConnectionConfig::udp();
    connection.port = port;
    let server = NameServerConfig::new("127.0.0.1".parse().expect("an IP"), true, vec![connection]);
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let resolver =
        hickory_resolver::TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .build()
            .expect("a resolver");
    let ask = |name: &str, kind: RecordType| {
        let mut name = Name::from_ascii(name).expect("a name");
        name.set_fqdn(true);
        match runtime.block_on(resolver.lookup(name, kind)) {
            Ok(lookup) => {
                let addresses = lookup.answers().iter().filter_map(|record| match &record.data {
                    RData::A(a) => Some(a.0.to_string()),
                    RData::AAAA(aaaa) => Some(aaaa.0.to_string()),
                    _ => None,
                });
                let mut addresses: Vec<String> = addresses.collect();
                addresses.sort();
                (
                    if addresses.is_empty() {
                        "nodata"
                    } else {
                        "resolved"
                    }
                    .to_owned(),
                    addresses,
                )
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
                let word = format!("{:?}", none.response_code).to_lowercase();
                (
                    if word == "noerror" {
                        "nodata".to_owned()
                    } else {
                        word
                    },
                    Vec::new(),
                )
            }
            Err(NetError::Dns(DnsError::ResponseCode(code))) => {
                (format!("{code:?}").to_lowercase(), Vec::new())
            }
            Err(error) => panic!("{error}"),
        }
    };
    let both = |name: &str| match ask(name, RecordType::A) {
        (word, _) if word == "nodata" => ask(name, RecordType::AAAA),
        answer => answer,
    };
    names
        .iter()
        .map(|name| ((*name).to_owned(), both(name)))
        .collect()
}

#[test]
fn an_independent_resolver_says_the_same() {
    let nsd = Nsd::start();
    let names = [
        "db.shop.test",
        "v6.shop.test",
        "text.shop.test",
        "alias.shop.test",
        "gone.shop.test",
        "_under.shop.test",
        "ns.shop.test",
        "shop.test",
        "outside.corp",
        "a.b.c.shop.test",
    ];
    let place = Place::new();
    place.write("names.yaml", format!("hosts:\n- {}\n", names.join("\n- ")));
    let server = format!("127.0.0.1:{}", nsd.port);
    let run = place.run(&[
        "resolve",
        "--format",
        "json",
        "--nameserver",
        &server,
        "names.yaml",
    ]);
    let mine: BTreeMap<String, (String, Vec<String>)> = by_host(&run)
        .into_iter()
        .map(|(host, row)| {
            let mut answers: Vec<String> = row["answers"]
                .as_array()
                .expect("answers")
                .iter()
                .filter_map(|answer| answer.as_str().map(str::to_owned))
                .collect();
            answers.sort();
            (
                host,
                (row["outcome"].as_str().expect("a word").to_owned(), answers),
            )
        })
        .collect();
    assert_eq!(mine, by_hickory(nsd.port, &names));
}

//! A name server's faults, one after the other, with a thousand names each: every name keeps its class, nothing is
//! "not found" that was merely unreachable, and the process ends on time with few descriptors.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::dns::{Nsd, Server, address, any_address, asked, code, record, wire};
use crate::harness::{Place, Run};
use crate::resolve::{names, outcomes};

/// Given to every run; a name has the usual two seconds.
const DEADLINE: Duration = Duration::from_secs(10);
/// What a busy machine may add to the 140 ms after which the watchdog ends the process. How exact it is, is
/// measured in `benches/`.
const SLACK: Duration = Duration::from_secs(4);

fn resolve(servers: &[String], count: usize, further: &[&str]) -> Run {
    let place = Place::new();
    place.write("names.yaml", names(count));
    let mut args = vec![
        "resolve",
        "--format",
        "json",
        "--dns-rate",
        "0",
        "--deadline",
        "10s",
    ];
    for server in servers {
        args.extend(["--nameserver", server]);
    }
    args.extend(further);
    args.push("names.yaml");
    let started = Instant::now();
    let run = place.run(&args);
    assert!(started.elapsed() < DEADLINE + SLACK, "{:?}", started.elapsed());
    run
}

/// How many names had which class.
#[track_caller]
fn classes(server: &Server, want: &[(&str, usize)]) {
    let run = resolve(&[server.address()], 1000, &[]);
    let want: BTreeMap<String, usize> = want
        .iter()
        .map(|(word, count)| ((*word).to_owned(), *count))
        .collect();
    assert_eq!(outcomes(&run), want, "{}", run.err);
}

/// Every name is unknown, which is not the same as absent.
#[track_caller]
fn unknown(run: &Run, count: usize) {
    let counts = outcomes(run);
    let unknown = counts.get("timeout").unwrap_or(&0) + counts.get("not_reached").unwrap_or(&0);
    assert_eq!(
        (unknown, counts.values().sum::<usize>()),
        (count, count),
        "{counts:?}"
    );
    assert_eq!(run.code, 3, "{}", run.err);
}

fn number(query: &[u8]) -> usize {
    let (name, _) = asked(query);
    let digits = name
        .trim_start_matches('h')
        .split('.')
        .next()
        .expect("a label")
        .to_owned();
    // Names that are made up to try the server have none.
    digits.parse().unwrap_or(0)
}

#[test]
fn some_names_are_dropped() {
    classes(
        &Server::new(|query| number(query).is_multiple_of(2).then(|| address(query))),
        &[("resolved", 500), ("timeout", 500)],
    );
}

#[test]
fn questions_for_aaaa_are_dropped() {
    // Half of the names have an IPv4 address; nobody knows of the others.
    let server = Server::new(|query| match (asked(query).1, number(query) % 2) {
        (1, 0) => Some(address(query)),
        (1, _) => Some(code(query, 0)),
        _ => None,
    });
    classes(&server, &[("resolved", 500), ("timeout", 500)]);
}

#[test]
fn every_fourth_datagram_is_lost() {
    let count = AtomicUsize::new(0);
    let server = Server::new(move |query| {
        let nth = count.fetch_add(1, Ordering::SeqCst);
        (nth % 4 != 1).then(|| address(query))
    });
    classes(&server, &[("resolved", 1000)]);
}

#[test]
fn answers_that_come_late_are_answers() {
    for late in [400, 600] {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let server = socket.local_addr().expect("an address").to_string();
        std::thread::spawn(move || {
            let queue = std::sync::Arc::new(Mutex::new(std::collections::VecDeque::new()));
            let (sender, queued) = (
                socket.try_clone().expect("a socket"),
                std::sync::Arc::clone(&queue),
            );
            std::thread::spawn(move || {
                loop {
                    let next = queued.lock().expect("a queue").pop_front();
                    let Some((at, reply, to)): Option<(Instant, Vec<u8>, std::net::SocketAddr)> = next else {
                        std::thread::sleep(Duration::from_millis(1));
                        continue;
                    };
                    std::thread::sleep(at.saturating_duration_since(Instant::now()));
                    let _ = sender.send_to(&reply, to);
                }
            });
            let mut buffer = [0_u8; 2048];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let at = Instant::now() + Duration::from_millis(late);
                queue
                    .lock()
                    .expect("a queue")
                    .push_back((at, address(&buffer[..length]), from));
            }
        });
        let run = resolve(&[server], 1000, &[]);
        assert_eq!(
            outcomes(&run),
            BTreeMap::from([("resolved".to_owned(), 1000)]),
            "{late} ms"
        );
    }
}

#[test]
fn response_codes() {
    for (rcode, word) in [
        (2, "servfail"),
        (5, "refused"),
        (3, "nxdomain"),
        (0, "nodata"),
        (9, "servfail"),
    ] {
        classes(
            &Server::new(move |query| Some(code(query, rcode))),
            &[(word, 1000)],
        );
    }
    // NXDOMAIN to AAAA alone is a broken server's.
    let server = Server::new(|query| match asked(query).1 {
        28 => Some(code(query, 3)),
        _ => Some(code(query, 0)),
    });
    classes(&server, &[("nodata", 1000)]);
    // A server that does not know EDNS answers once it is asked without.
    let server = Server::new(|query| match query[11] {
        1 => Some(code(query, 1)),
        _ => Some(address(query)),
    });
    classes(&server, &[("resolved", 1000)]);
}

#[test]
fn what_is_no_answer_to_the_question_is_none() {
    let wrong_id = |query: &[u8]| {
        let mut reply = address(query);
        reply[1] ^= 0x55;
        Some(reply)
    };
    let wrong_question = |query: &[u8]| {
        let mut reply = address(query);
        reply[13] = b'x';
        Some(reply)
    };
    let loops = |query: &[u8]| {
        let mut reply = code(query, 0);
        let at = u8::try_from(reply.len()).expect("short");
        reply[7] = 1;
        reply.extend([0xc0, at, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 7]);
        Some(reply)
    };
    let random = |query: &[u8]| {
        let mut reply = query[..2].to_vec();
        reply.extend((0..300_u32).map(|nth| nth.wrapping_mul(2_654_435_761).to_be_bytes()[1]));
        Some(reply)
    };
    for server in [
        Server::new(wrong_id),
        Server::new(wrong_question),
        Server::new(|query: &[u8]| Some(query[..2].to_vec())),
        Server::new(random),
        Server::new(loops),
        // Our own question, sent back.
        Server::new(|query: &[u8]| Some(query.to_vec())),
    ] {
        unknown(&resolve(&[server.address()], 1000, &[]), 1000);
    }
}

/// What a server does with a connection.
type Serve = fn(std::net::TcpStream);

#[test]
fn answers_that_are_cut_and_never_come_whole() {
    let silent: Serve = |stream| {
        std::thread::sleep(Duration::from_secs(60));
        drop(stream);
    };
    let slow: Serve = |mut stream| {
        for byte in [0, 60, 0, 0, 0, 0] {
            let _ = stream.write_all(&[byte]);
            std::thread::sleep(Duration::from_secs(1));
        }
    };
    let announces: Serve = |mut stream| {
        let _ = stream.write_all(&[0xff, 0xff, 0, 0]);
        std::thread::sleep(Duration::from_secs(60));
    };
    let closes: Serve = drop;
    for serve in [silent, slow, announces, closes] {
        let (server, listener) = with_tcp();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || serve(stream));
            }
        });
        classes(&server, &[("truncated", 1000)]);
    }
    // Nobody listens there.
    let (server, listener) = with_tcp();
    drop(listener);
    classes(&server, &[("truncated", 1000)]);
}

#[test]
fn answers_that_are_cut_are_had_by_tcp() {
    let (server, listener) = with_tcp();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut length = [0; 2];
            let _ = stream.read_exact(&mut length);
            let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
            if stream.read_exact(&mut query).is_ok() {
                let reply = address(&query);
                let _ = stream.write_all(&u16::try_from(reply.len()).expect("short").to_be_bytes());
                let _ = stream.write_all(&reply);
            }
        }
    });
    classes(&server, &[("resolved", 1000)]);
}

/// A server whose UDP answers are cut, and a listener on the same port.
fn with_tcp() -> (Server, TcpListener) {
    for _ in 0..50 {
        let server = Server::new(|query| {
            let mut reply = code(query, 0);
            reply[2] |= 2;
            Some(reply)
        });
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", server.port)) {
            return (server, listener);
        }
    }
    panic!("no port is free for UDP and TCP");
}

#[test]
fn aliases_without_end() {
    let own = |query: &[u8]| Some(record(query, 0, 5, &[0xc0, 12]));
    let endless = |query: &[u8]| Some(record(query, 0, 5, &wire(&format!("h0.x{}", asked(query).0))));
    let dangling = |query: &[u8]| Some(record(query, 3, 5, &wire("h1.gone.corp")));
    for server in [Server::new(own), Server::new(endless), Server::new(dangling)] {
        classes(&server, &[("alias_only", 1000)]);
    }
}

#[test]
fn nothing_listens_there() {
    let port = UdpSocket::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port();
    unknown(&resolve(&[format!("127.0.0.1:{port}")], 1000, &[]), 1000);
}

#[test]
fn two_dead_servers_hide_no_live_one() {
    let dead = [Server::new(|_| None), Server::new(|_| None)];
    let alive = Server::new(|query| Some(address(query)));
    let servers = [dead[0].address(), dead[1].address(), alive.address()];
    let run = resolve(&servers, 1000, &[]);
    assert_eq!(outcomes(&run), BTreeMap::from([("resolved".to_owned(), 1000)]));
    // A server that cannot be reached from this machine at all, such as one of IPv6 where there is none.
    let run = resolve(&["[2001:db8::1]:53".to_owned(), alive.address()], 1000, &[]);
    assert_eq!(outcomes(&run), BTreeMap::from([("resolved".to_owned(), 1000)]));
    // What one does not want to answer for another may know.
    let refuses = Server::new(|query| Some(code(query, 5)));
    let run = resolve(&[refuses.address(), alive.address()], 1000, &[]);
    assert_eq!(outcomes(&run), BTreeMap::from([("resolved".to_owned(), 1000)]));
}

#[test]
fn an_answer_after_the_deadline_is_none() {
    let server = Server::new(|query| {
        std::thread::sleep(DEADLINE + Duration::from_secs(1));
        Some(address(query))
    });
    unknown(&resolve(&[server.address()], 1000, &[]), 1000);
}

#[test]
fn sixty_four_descriptors_are_enough() {
    let nsd = Nsd::start();
    let place = Place::new();
    let hosts: Vec<String> = (0..1000).map(|nth| format!("- h{nth}.shop.test")).collect();
    let hosts = hosts.join("\n");
    place.write("names.yaml", format!("hosts:\n- db.shop.test\n{hosts}"));
    let program = env!("CARGO_BIN_EXE_tollgate");
    let server = format!("127.0.0.1:{}", nsd.port);
    let output = std::process::Command::new("sh")
        .current_dir(place.path())
        .args([
            "-c",
            "ulimit -n 64; exec \"$@\"",
            "sh",
            program,
            "resolve",
            "--format",
            "json",
        ])
        .args(["--dns-rate", "0", "--nameserver", &server, "names.yaml"])
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    let run = Run {
        code: output.status.code().expect("it exits"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    };
    let want = BTreeMap::from([("resolved".to_owned(), 1), ("nxdomain".to_owned(), 1000)]);
    assert_eq!(outcomes(&run), want, "{}", run.err);
}

#[test]
fn ten_thousand_names_of_which_half_are_dropped() {
    let server = Server::new(|query| number(query).is_multiple_of(2).then(|| address(query)));
    let place = Place::new();
    place.write("names.yaml", names(10_000));
    let run = place.run(&[
        "resolve",
        "--format",
        "json",
        "--dns-rate",
        "0",
        "--deadline",
        "80s",
        "--timeout",
        "1s",
        "--nameserver",
        &server.address(),
        "names.yaml",
    ]);
    let want = BTreeMap::from([("resolved".to_owned(), 5000), ("timeout".to_owned(), 5000)]);
    assert_eq!(outcomes(&run), want, "{}", run.err);
    let silent = Server::new(|_| None);
    let run = place.run(&[
        "resolve",
        "--format",
        "json",
        "--dns-rate",
        "0",
        "--deadline",
        "40s",
        "--nameserver",
        &silent.address(),
        "names.yaml",
    ]);
    unknown(&run, 10_000);
}

#[test]
fn questions_keep_the_pace_that_cloud_resolvers_want() {
    let server = Server::new(|query| Some(address(query)));
    let place = Place::new();
    place.write("names.yaml", names(1500));
    let started = Instant::now();
    let run = place.run(&[
        "resolve",
        "--format",
        "json",
        "--nameserver",
        &server.address(),
        "names.yaml",
    ]);
    assert_eq!(outcomes(&run), BTreeMap::from([("resolved".to_owned(), 1500)]));
    // 512 at once, and no more than 900 a second on the average: a busy machine only takes longer.
    assert!(
        started.elapsed() > Duration::from_millis(1500),
        "{:?}",
        started.elapsed()
    );
}

/// A check at push of one file whose addresses all are new: the exit code, and the outcomes.
fn pushed(servers: &[String], policy: &str, text: &str) -> (i32, BTreeMap<String, usize>) {
    let place = Place::new();
    let named: Vec<String> = servers.iter().map(|server| format!("{server:?}")).collect();
    let policy = match policy.strip_prefix("[resolver]\n") {
        Some(rest) => format!("[resolver]\nnameservers = [{}]\n{rest}", named.join(", ")),
        None => format!("[resolver]\nnameservers = [{}]\n{policy}", named.join(", ")),
    };
    place.write("tollgate.toml", format!("version = 1\n{policy}"));
    place.write("old.yaml", "{}\n");
    place.write("new.yaml", text);
    let run = place.run(&[
        "check",
        "--at",
        "push",
        "--format",
        "json",
        "--deadline",
        "20s",
        "--dns-rate",
        "0",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    (run.code, outcomes(&run))
}

fn count(outcome: &str, count: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([(outcome.to_owned(), count)])
}

#[test]
fn what_cannot_be_asked_for_is_no_pass() {
    let good = Server::new(|query| Some(address(query)));
    let long = format!("{}.shop.io", vec!["a".repeat(59); 4].join("."));
    let (code, found) = pushed(&[good.address()], "", &format!("m: mongodb+srv://{long}/db\n"));
    assert_eq!((code, found), (1, count("malformed", 1)));
    // An alias of the root, which has no address and is no name to ask for.
    let root = Server::new(|query| Some(record(query, 0, 5, &[0])));
    let (code, found) = pushed(&[root.address()], "", "host: a.shop.io\n");
    assert_eq!((code, found), (1, count("alias_only", 1)));
    // A search domain that makes the name too long makes no other name of it.
    let absent = Server::new(|query| Some(code_of(query)));
    let domain = vec!["b".repeat(60); 3].join(".");
    let policy = format!("[resolver]\nsearch = [\"{domain}\"]\n");
    let host = format!("{}.shop.io", "c".repeat(60));
    let (code, found) = pushed(&[absent.address()], &policy, &format!("host: {host}\n"));
    assert_eq!((code, found), (1, count("nxdomain", 1)));
}

/// A MongoDB cluster whose seeds are all there; what its TXT record says is the test's.
fn cluster(seed: &'static str, texts: &'static [&'static str], rcode: u8) -> Server {
    Server::new(move |query| {
        let (name, kind) = asked(query);
        Some(match kind {
            33 => record(
                query,
                0,
                33,
                &[&[0, 0, 0, 0, 0x69, 0x89], wire(seed).as_slice()].concat(),
            ),
            16 if rcode > 0 => code(query, rcode),
            16 => texts.iter().fold(code(query, 0), |mut reply, text| {
                let text = [&[u8::try_from(text.len()).expect("short")], text.as_bytes()].concat();
                let one = record(query, 0, 16, &text);
                reply[7] += 1;
                reply.extend(&one[code(query, 0).len()..]);
                reply
            }),
            _ if name == seed => address(query),
            _ => code(query, 0),
        })
    })
}

#[test]
fn a_mongodb_cluster_whose_drivers_would_refuse_it() {
    let seed = "n1.db.shop.io";
    for (server, code, outcome) in [
        (
            cluster(seed, &["replicaSet=rs0&authSource=admin"], 0),
            0,
            "resolved",
        ),
        (cluster(seed, &[], 0), 0, "resolved"),
        (cluster(seed, &[], 3), 0, "resolved"),
        (
            cluster(seed, &["replicaSet=a", "replicaSet=b"], 0),
            1,
            "malformed",
        ),
        (cluster(seed, &["tls=false"], 0), 1, "malformed"),
        (cluster("n1.evil.io", &[], 0), 1, "malformed"),
        (cluster(seed, &[], 2), 1, "servfail"),
    ] {
        let clusters: String = (0..100).fold("hosts:\n".to_owned(), |text, n| {
            text + &format!("- mongodb+srv://c{n}.db.shop.io/app\n")
        });
        let found = pushed(&[server.address()], "", &clusters);
        assert_eq!(found, (code, count(outcome, 100)));
    }
}

#[test]
fn a_name_that_this_machine_has_by_itself() {
    let hosts = std::fs::read_to_string("/etc/hosts").expect("this machine has a hosts file");
    let lines = hosts.lines().filter_map(|line| line.split('#').next());
    let mut known = lines.flat_map(|line| line.split_whitespace().skip(1));
    let own = |name: &&str| !name.contains('.') && !name.contains("local") && !name.contains("loopback");
    let own = known
        .find(own)
        .expect("a name without a dot in this machine's hosts file");
    // Nobody else knows of a single label, and of no name at all here.
    let none = Server::new(|query| Some(code_of(query)));
    let place = Place::new();
    place.write(
        "names.yaml",
        format!("auth_host: {own}\nother_host: {own}-x\n{}", names(1000)),
    );
    let args = [
        "resolve",
        "--format",
        "json",
        "--dns-rate",
        "0",
        "--nameserver",
        &none.address(),
        "names.yaml",
    ];
    let run = place.run(&args);
    let want = BTreeMap::from([("nxdomain", 1000), ("resolved", 1), ("skipped", 1)]);
    let want: BTreeMap<String, usize> = want.into_iter().map(|(word, n)| (word.to_owned(), n)).collect();
    assert_eq!(outcomes(&run), want, "{}", run.err);
    assert!(run.out.contains("in this machine's hosts file"), "{}", run.out);
}

fn code_of(query: &[u8]) -> Vec<u8> {
    code(query, 3)
}

#[test]
fn a_search_domain_with_a_wildcard_makes_no_name_exist() {
    let wildcard = Server::new(|query| {
        let under = asked(query).0.ends_with(".lan.corp");
        Some(if under { any_address(query) } else { code(query, 3) })
    });
    let (code, found) = pushed(
        &[wildcard.address()],
        "[resolver]\nsearch = [\"lan.corp\"]\n",
        "host: autth.shop.internal\n",
    );
    assert_eq!((code, found), (1, count("nxdomain", 1)));
    // Where nobody says whether it is one, nothing is known.
    let silent = Server::new(|query| {
        let name = asked(query).0;
        match name.ends_with(".lan.corp") {
            true if name.starts_with("tollgate-") => None,
            true => Some(address(query)),
            false => Some(code_of(query)),
        }
    });
    let policy = "[resolver]\nsearch = [\"lan.corp\"]\n";
    let (code, found) = pushed(&[silent.address()], policy, "host: autth.shop.internal\n");
    assert_eq!((code, found), (1, count("timeout", 1)));
}

#[test]
fn servers_that_are_hard_to_ask() {
    let good = || Server::new(|query| Some(address(query)));
    let hosts: String = (0..20).fold("hosts:\n".to_owned(), |text, n| {
        format!("{text}- h{n}.zone{}.corp\n", n % 3)
    });
    let no_edns = |query: &[u8]| {
        Some(if query[11] == 1 {
            code(query, 1)
        } else {
            address(query)
        })
    };
    let header_only = |query: &[u8]| {
        Some(match query[11] {
            1 => vec![query[0], query[1], 0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            _ => address(query),
        })
    };
    let drops_edns = |query: &[u8]| (query[11] == 0).then(|| address(query));
    let (one, two) = (Server::new(no_edns), Server::new(no_edns));
    assert_eq!(
        pushed(&[one.address(), two.address()], "", &hosts),
        (0, count("resolved", 20))
    );
    for server in [Server::new(header_only), Server::new(drops_edns)] {
        assert_eq!(
            pushed(&[server.address()], "", &hosts),
            (0, count("resolved", 20))
        );
    }
    // The first server only points at others, or cuts and speaks no TCP; the second one knows.
    let points = Server::new(|query| {
        let mut reply = code(query, 0);
        reply[3] &= 0x7f;
        reply[9] = 1;
        reply.extend([0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12]);
        Some(reply)
    });
    let cuts = Server::new(|query| {
        let mut reply = code(query, 0);
        reply[2] |= 2;
        Some(reply)
    });
    for first in [&points, &cuts] {
        let second = good();
        assert_eq!(
            pushed(&[first.address(), second.address()], "", &hosts),
            (0, count("resolved", 20))
        );
    }
    assert_eq!(
        pushed(&[points.address()], "", "host: a.shop.io\n"),
        (1, count("refused", 1))
    );
}

#[test]
fn a_silent_zone_does_not_stand_before_the_others() {
    let (silent, good) = (Server::new(|_| None), Server::new(|query| Some(address(query))));
    let mut text = "hosts:\n".to_owned();
    for nth in 0..1400 {
        text.push_str(&format!("- a{nth}.dead.corp\n"));
    }
    for nth in 0..10 {
        text.push_str(&format!("- z{nth}.shop.io\n"));
    }
    let policy = format!(
        "[[resolver.zone]]\ndomain = \"dead.corp\"\nnameservers = [\"{}\"]\n",
        silent.address()
    );
    let (code, found) = pushed(&[good.address()], &policy, &text);
    assert_eq!((code, found.get("resolved")), (1, Some(&10)), "{found:?}");
}

#[test]
fn names_are_asked_of_the_servers_that_the_policy_names_for_them() {
    let absent = Server::new(|query| Some(code_of(query)));
    let policy = format!(
        "[[resolver.zone]]\ndomain = \"consul\"\nnameservers = [\"{}\"]\n",
        absent.address()
    );
    let (code, found) = pushed(&[absent.address()], &policy, "host: nope.service.consul\n");
    assert_eq!((code, found), (1, count("nxdomain", 1)));
    for text in [
        // A port that is filled in later, a public domain that looks like a cluster's.
        "url: \"http://nope.shop.io:${PORT}/x\"\n",
        "host: api.eu.svc.company.com\n",
        "database: {hostname: nope.shop.io, name: x}\n",
        "message: {url: \"http://nope.shop.io\"}\n",
    ] {
        let (code, found) = pushed(&[absent.address()], "", text);
        assert_eq!((code, found), (1, count("nxdomain", 1)), "{text}");
    }
}

#[test]
fn where_a_program_was_reached_it_did_not_connect_to() {
    let absent = Server::new(|query| Some(code_of(query)));
    let place = Place::new();
    place.write(
        "old.yaml",
        "e: {name: PUBLIC_REDIRECT_URL, value: \"https://nope.shop.io\"}\n",
    );
    place.write(
        "new.yaml",
        "e: {name: AUTH_URL, value: \"https://nope.shop.io\"}\n",
    );
    let run = place.run(&[
        "check",
        "--at",
        "push",
        "--format",
        "json",
        "--nameserver",
        &absent.address(),
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    assert!(run.codes().contains(&"TG201".to_owned()), "{}", run.out);
    assert_eq!(run.code, 1);
}

#[test]
fn many_keys_are_no_reason_to_be_late() {
    let place = Place::new();
    let text = (0..12_000).fold(String::new(), |text, n| {
        text + &format!("k{n}: {{host: g{n}.z{}.io}}\n", n % 7)
    });
    place.write("many.yaml", text);
    let run = place.run(&["resolve", "--list", "--quiet", "many.yaml"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

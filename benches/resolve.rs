//! How fast names are looked up, against a real name server (NSD) on loopback, beside aiodns and dnsperf; and how exact
//! the deadline is where every processor is busy. `cargo bench --bench resolve`, after `.ci/setup`.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark starts processes, takes the time and prints, and ends when it cannot go on"
)]

use std::fmt::Write as _;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TOLLGATE: &str = env!("CARGO_BIN_EXE_tollgate");

fn main() {
    // `cargo test --benches` runs this too: then with little.
    let quick = !std::env::args().any(|arg| arg == "--bench");
    let folder = tempfile::tempdir().expect("a folder");
    let names = if quick { 1_000 } else { 100_000 };
    let nsd = Nsd::start(folder.path(), names);
    for count in if quick {
        vec![500]
    } else {
        vec![500, 10_000, 100_000]
    } {
        throughput(folder.path(), &nsd, count, quick);
    }
    overshoot(folder.path(), if quick { 1 } else { 50 });
}

/// NSD with one zone; killed when dropped.
struct Nsd {
    child: Child,
    port: u16,
}

impl Nsd {
    fn start(folder: &Path, names: usize) -> Self {
        let port = UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut zone =
            "$ORIGIN bench.test.\n$TTL 60\n@ SOA ns h 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\n".to_owned();
        for at in 0..names {
            // Of ten names eight have an IPv4 address, one has an IPv6 address only, one does not exist.
            let _ = match at % 10 {
                8 => writeln!(zone, "h{at} AAAA fd00::{:x}", at % 65_535),
                9 => Ok(()),
                _ => writeln!(zone, "h{at} A 10.{}.{}.{}", at / 65_536, at / 256 % 256, at % 256),
            };
        }
        std::fs::write(folder.join("bench.zone"), zone).unwrap();
        let path = folder.display();
        let conf = format!(
            "server:\n  ip-address: 127.0.0.1\n  port: {port}\n  username: \"\"\n  zonesdir: \"{path}\"\n  database: \"\"\n  pidfile: \"{path}/nsd.pid\"\n  xfrdfile: \"{path}/xfrd.state\"\n  zonelistfile: \"{path}/zone.list\"\n  server-count: 1\n  rrl-ratelimit: 0\nremote-control:\n  control-enable: no\nzone:\n  name: bench.test\n  zonefile: bench.zone\n"
        );
        std::fs::write(folder.join("nsd.conf"), conf).unwrap();
        let child = Command::new("/usr/sbin/nsd")
            .args(["-d", "-c"])
            .arg(folder.join("nsd.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("NSD is needed: .ci/setup installs it");
        std::thread::sleep(Duration::from_secs(if names > 10_000 { 4 } else { 1 }));
        Self { child, port }
    }
}

impl Drop for Nsd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run took: wall and processor seconds, megabytes, descriptors.
struct Took {
    wall: f64,
    cpu: f64,
    megabytes: f64,
    descriptors: usize,
}

/// Runs a program to its end, and looks at it meanwhile.
fn run(command: &mut Command) -> Took {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program");
    let place = PathBuf::from(format!("/proc/{}", child.id()));
    let mut took = Took {
        wall: 0.0,
        cpu: 0.0,
        megabytes: 0.0,
        descriptors: 0,
    };
    while child.try_wait().unwrap().is_none() {
        if let Ok(open) = std::fs::read_dir(place.join("fd")) {
            took.descriptors = took.descriptors.max(open.count());
        }
        if let Ok(stat) = std::fs::read_to_string(place.join("stat")) {
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
            let ticks: f64 = [11, 12]
                .iter()
                .filter_map(|at| fields.get(*at)?.parse::<f64>().ok())
                .sum();
            took.cpu = took.cpu.max(ticks / 100.0);
        }
        if let Ok(status) = std::fs::read_to_string(place.join("status")) {
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
            took.megabytes = took.megabytes.max(kilobytes.unwrap_or(0.0) / 1024.0);
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    took.wall = started.elapsed().as_secs_f64();
    took
}

fn say(what: &str, count: usize, took: &Took) {
    println!(
        "  {what:<22} {:>8.0} names/s {:>8.3} s {:>7.2} s cpu {:>7.1} MB {:>5} descriptors",
        count as f64 / took.wall,
        took.wall,
        took.cpu,
        took.megabytes,
        took.descriptors
    );
}

fn throughput(folder: &Path, nsd: &Nsd, count: usize, quick: bool) {
    println!("\n{count} names (A, and AAAA where A gave none), the whole process");
    let mut yaml = "hosts:\n".to_owned();
    let mut queries = String::new();
    for at in 0..count {
        let _ = writeln!(yaml, "- h{at}.bench.test");
        let _ = writeln!(queries, "h{at}.bench.test A");
    }
    std::fs::write(folder.join("names.yaml"), yaml).unwrap();
    std::fs::write(folder.join("queries"), queries).unwrap();
    let server = format!("127.0.0.1:{}", nsd.port);
    let mut ours = Command::new(TOLLGATE);
    ours.current_dir(folder).args([
        "resolve",
        "--quiet",
        "--dns-rate",
        "0",
        "--deadline",
        "60s",
        "--nameserver",
        &server,
        "names.yaml",
    ]);
    let best = (0..if quick { 1 } else { 5 }).map(|_| run(&mut ours));
    let best = best.min_by(|a, b| a.wall.total_cmp(&b.wall)).unwrap();
    say("tollgate resolve", count, &best);
    if quick {
        return;
    }
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let mut peer = Command::new(python);
    peer.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py"));
    peer.arg("aiodns")
        .arg(nsd.port.to_string())
        .arg(folder.join("queries"));
    say("aiodns (c-ares)", count, &run(&mut peer));
    let mut peer = Command::new("dnsperf");
    peer.args(["-s", "127.0.0.1", "-p", &nsd.port.to_string(), "-d"])
        .arg(folder.join("queries"));
    peer.args(["-n", "1", "-c", "8", "-q", "512"]);
    say("dnsperf (A only)", count, &run(&mut peer));
}

/// All processors busy, a server that says nothing: how late the process ends.
fn overshoot(folder: &Path, runs: usize) {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = silent.local_addr().unwrap().to_string();
    let hosts: String = (0..1000).fold("hosts:\n".to_owned(), |mut out, at| {
        let _ = writeln!(out, "- h{at}.zone{}.corp", at % 5);
        out
    });
    std::fs::write(folder.join("silent.yaml"), hosts).unwrap();
    let mut spinners: Vec<Child> = (0..6)
        .map(|_| {
            Command::new("sh")
                .args(["-c", "while :; do :; done"])
                .spawn()
                .expect("sh")
        })
        .collect();
    let deadline = Duration::from_millis(700);
    let mut late: Vec<f64> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            let mut command = Command::new(TOLLGATE);
            command.current_dir(folder).args([
                "resolve",
                "--quiet",
                "--deadline",
                "700ms",
                "--nameserver",
                &server,
                "silent.yaml",
            ]);
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            (started.elapsed().as_secs_f64() - deadline.as_secs_f64()) * 1000.0
        })
        .collect();
    for spinner in &mut spinners {
        let _ = spinner.kill();
        let _ = spinner.wait();
    }
    late.sort_by(f64::total_cmp);
    println!(
        "\ndeadline of 700 ms, a silent server, six spinning processes, {runs} runs: ends {:.0} to {:.0} ms after it, median {:.0}",
        late[0],
        late[late.len() - 1],
        late[late.len() / 2]
    );
}

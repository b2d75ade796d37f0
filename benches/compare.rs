//! The diff's speed and memory, on files made here, beside independent tools in the same run: `cargo bench`.
//!
//! Whole programs are timed, because that is what people wait for. Without `--bench` (`cargo test
//! --all-targets`) everything runs once on small files, so that it cannot rot. No test depends on its numbers.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark starts processes, takes the time and prints"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tollgate::doc::{Limits, SourceFile};

/// How large and how often.
#[derive(Clone, Copy)]
struct Scale {
    /// Everything is this many times smaller than what the table says.
    divisor: usize,
    runs: usize,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, flag, kind, folder] = args.as_slice()
        && flag == "--child"
    {
        return child(kind, Path::new(folder));
    }
    let scale = if args.iter().any(|arg| arg == "--bench") {
        Scale { divisor: 1, runs: 7 }
    } else {
        Scale {
            divisor: 100,
            runs: 1,
        }
    };
    let place = tempfile::tempdir().expect("a folder");
    doubling(place.path(), scale);
    lines(place.path(), scale);
    many_files(place.path(), scale);
}

fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    assert!(python.is_file(), "run .ci/setup first: it installs the peers");
    python
}

/// The shortest of several runs of a program; what it prints goes nowhere.
fn time(command: &mut Command, runs: usize) -> Duration {
    let once = |command: &mut Command| {
        let started = Instant::now();
        let status = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("a program");
        assert!(
            status.code().is_some_and(|code| code < 2),
            "{command:?}: {status}"
        );
        started.elapsed()
    };
    (0..runs).map(|_| once(command)).min().expect("a run")
}

fn diff(old: &Path, new: &Path, format: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.args(["diff", "--format", format]).args([old, new]);
    command
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

/// A text of rows, each made of its number.
fn rows(count: usize, row: impl Fn(&mut String, usize)) -> String {
    let mut out = String::new();
    for at in 0..count {
        row(&mut out, at);
    }
    out
}

/// Random digits that are the same in every run.
fn noise(at: usize) -> usize {
    (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 7) & 0xFF_FFFF
}

/// Makes the old and the new text of a size.
type Make = fn(usize) -> (String, String);

const CASES: &[(&str, usize, Make)] = &[
    ("flat map, one key changed", 20_000, |count| {
        let text = |changed: usize| {
            rows(count, |out, at| {
                let value = if at == changed { "other" } else { "value" };
                let _ = writeln!(out, "key_{at}: {value}_{}", noise(at));
            })
        };
        (text(usize::MAX), text(count / 2))
    }),
    ("list of named items, one changed", 10_000, |count| {
        let text = |changed: usize| {
            let items = rows(count, |out, at| {
                let port = if at == changed { 1 } else { 8000 + at % 1000 };
                let _ = writeln!(out, "  - name: n{at}\n    port: {port}\n    host: h{at}.example");
            });
            format!("items:\n{items}")
        };
        (text(usize::MAX), text(count / 2))
    }),
    ("scalars, all different", 20_000, |count| {
        let text = |plus: usize| {
            rows(count, |out, at| {
                let _ = writeln!(out, "k{at}: {}", at + plus);
            })
        };
        (text(0), text(1))
    }),
    ("duplicates removed", 4_000, |count| {
        let text = |count: usize| format!("items:\n{}  - x\n", "  - same\n".repeat(count));
        (text(count), text(1))
    }),
    ("one string of 40 kB changed", 40_000, |count| {
        let text = |word: &str| {
            let lines = rows(count / 40, |out, at| {
                let word = if at == count / 80 { word } else { "a line of text" };
                let _ = writeln!(out, "  {word} number {at:016}");
            });
            format!("k: |\n{lines}")
        };
        (text("a line of text"), text("another line"))
    }),
    ("ConfigMaps in one file, each changed", 5_000, |count| {
        let text = |value: &str| {
            rows(count, |out, at| {
                let _ = write!(
                    out,
                    "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm{at}\n  namespace: d\ndata:\n  k: {value}{at}\n"
                );
            })
        };
        (text("v"), text("w"))
    }),
];

/// Each case at its size and at twice that.
fn doubling(folder: &Path, scale: Scale) {
    println!(
        "\n{:38} {:>9} {:>9} {:>9}  {:>9} {:>9}",
        "tollgate diff, wall ms", "size", "human", "json", "2x human", "ratio"
    );
    for (name, size, make) in CASES {
        let measure = |size: usize, format: &str| {
            let (old, new) = make(size);
            let (old, new) = (write(folder, "old.yaml", &old), write(folder, "new.yaml", &new));
            ms(time(&mut diff(&old, &new, format), scale.runs))
        };
        let size = (size / scale.divisor).max(4);
        let (human, json, twice) = (
            measure(size, "human"),
            measure(size, "json"),
            measure(size * 2, "human"),
        );
        println!(
            "{name:38} {size:>9} {human:>9.1} {json:>9.1}  {twice:>9.1} {:>9.2}",
            twice / human
        );
    }
}

/// 50,000 lines of which a fifth changed, beside a line diff and a structural diff in Python.
fn lines(folder: &Path, scale: Scale) {
    let count = 50_000 / scale.divisor;
    let text = |changed: bool| {
        rows(count, |out, at| {
            let differs = changed && noise(at).is_multiple_of(5);
            let _ = match at % 10 {
                0 => writeln!(out, "service_{at}:"),
                _ => writeln!(
                    out,
                    "  k{}: v{}{}",
                    at % 10,
                    noise(at),
                    if differs { "x" } else { "" }
                ),
            };
        })
    };
    let (old, new) = (
        write(folder, "old.yaml", &text(false)),
        write(folder, "new.yaml", &text(true)),
    );
    let kilobytes = std::fs::metadata(&old).expect("a file").len() / 1000;
    println!("\n{count} lines, {kilobytes} kB, a fifth changed, wall ms");
    let human = ms(time(&mut diff(&old, &new, "human"), scale.runs));
    println!("  tollgate diff                 {human:>9.1}");
    let json = ms(time(&mut diff(&old, &new, "json"), scale.runs));
    println!(
        "  tollgate diff --format json   {json:>9.1}  {:>7.1}x",
        json / human
    );
    let mut peer = Command::new("diff");
    let theirs = ms(time(peer.arg("-u").args([&old, &new]), scale.runs));
    println!(
        "  diff -u                       {theirs:>9.1}  {:>7.1}x",
        theirs / human
    );
    let mut peer = Command::new(python());
    peer.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py"));
    let theirs = ms(time(peer.arg("deepdiff").args([&old, &new]), 1));
    println!(
        "  PyYAML (C) and DeepDiff       {theirs:>9.1}  {:>7.1}x",
        theirs / human
    );
}

/// A file like those of Kubernetes, about 50 kB.
fn manifest(seed: usize, count: usize) -> String {
    rows(count, |out, at| {
        let number = noise(seed * 1000 + at);
        let _ = write!(
            out,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  namespace: team-{}\n  labels: {{app: app-{number}, tier: backend}}\nspec:\n  replicas: {}\n  template:\n    spec:\n      containers:\n        - name: main\n          image: \"registry.example/app:{number}\"\n          ports:\n            - containerPort: 8080\n          env:\n            - name: DATABASE_URL\n              value: postgres://db-{}.example:5432/app\n          resources:\n            limits: {{cpu: 500m, memory: 512Mi}}\n",
            number % 40,
            number % 9,
            number % 100
        );
    })
}

/// 100 MB in 2,000 files, of which 20 changed: the parser alone, and the whole comparison.
fn many_files(folder: &Path, scale: Scale) {
    let count = 2_000 / scale.divisor;
    let (old, new) = (folder.join("old"), folder.join("new"));
    std::fs::create_dir_all(&old).expect("a folder");
    std::fs::create_dir_all(&new).expect("a folder");
    let mut bytes = 0;
    for at in 0..count {
        let text = manifest(at, 88);
        bytes += text.len();
        write(&old, &format!("{at}.yaml"), &text);
        let changed = if at % 100 == 7 {
            text.replacen("replicas: ", "replicas: 1", 1)
        } else {
            text
        };
        write(&new, &format!("{at}.yaml"), &changed);
    }
    let megabytes = bytes as f64 / 1e6;
    println!("\n{megabytes:.0} MB of YAML in {count} files, one core: trees of all files, kept in memory");
    let own = child_of("tollgate", &old);
    let serde = child_of("serde_yaml", &old);
    let mut peer = Command::new(python());
    peer.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py"));
    let pyyaml = numbers(peer.arg("load").arg(&old));
    for (name, (seconds, kilobytes)) in [("tollgate", own), ("serde_yaml", serde), ("PyYAML (C)", pyyaml)] {
        println!(
            "  {name:12} {:>7.1} MB/s {:>7.2}x   {:>8.0} MB {:>6.1}x its input",
            megabytes / seconds,
            own.0 / seconds,
            kilobytes / 1000.0,
            kilobytes / 1000.0 / megabytes
        );
    }
    let wall = ms(time(&mut diff(&old, &new, "human"), scale.runs.min(3)));
    println!(
        "  tollgate diff of both folders, {} files differ: {wall:.0} ms",
        count.div_ceil(100)
    );
}

/// What a child of this program measures: seconds, and kilobytes beyond the files themselves.
fn child_of(kind: &str, folder: &Path) -> (f64, f64) {
    let own = std::env::current_exe().expect("this program");
    numbers(Command::new(own).args(["--child", kind]).arg(folder))
}

fn numbers(command: &mut Command) -> (f64, f64) {
    let output = command.stderr(Stdio::inherit()).output().expect("a child");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut words = text
        .split_whitespace()
        .map(|word| word.parse::<f64>().expect("a number"));
    (words.next().expect("seconds"), words.next().expect("kilobytes"))
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a line");
    line.split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("a number")
}

/// Reads every file first; only making the trees is timed.
fn child(kind: &str, folder: &Path) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|row| row.expect("a row").path())
        .collect();
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("text"))
        .collect();
    let sources: Vec<Arc<SourceFile>> = match kind {
        "tollgate" => texts
            .iter()
            .map(|text| Arc::new(SourceFile::from_text("x.yaml", text)))
            .collect(),
        _ => Vec::new(),
    };
    let before = resident();
    let started = Instant::now();
    let done = || println!("{} {}", started.elapsed().as_secs_f64(), resident() - before);
    if kind == "tollgate" {
        let parse = |source| tollgate::formats::parse(source, &Limits::DEFAULT).expect("YAML");
        let trees: Vec<_> = sources.iter().map(parse).collect();
        done();
        drop(trees);
    } else {
        let documents = texts
            .iter()
            .flat_map(|text| serde_yaml::Deserializer::from_str(text));
        let read = |document| <serde_yaml::Value as serde::Deserialize>::deserialize(document).expect("YAML");
        let values: Vec<serde_yaml::Value> = documents.map(read).collect();
        done();
        drop(values);
    }
}

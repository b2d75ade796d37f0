//! How long the pre-commit hook takes beside `git diff --cached --stat`, in a repository of 200,000 files of which three
//! are changed; the same for a small one, and `ci` on a proposal. Prints what it measures; nothing here is a test.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark starts processes, takes the time and prints"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const POLICY: &str = "version = 1\n[configs.shop]\nfiles = \"config/{env}/**/*.yaml\"\n[environments.staging]\ntarget = { dir = \"../s\" }\n[environments.production]\nafter = [\"staging\"]\ntarget = { dir = \"../p\" }\n";

fn git(folder: &Path, words: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(words)
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()
        .expect("git");
    assert!(status.success(), "{words:?}");
}

/// A repository with this many files beside its configuration, three of which are changed and staged.
fn repository(folder: &Path, files: usize) {
    std::fs::create_dir_all(folder).expect("a folder");
    git(folder, &["init", "-q", "--initial-branch=main"]);
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .expect("git fast-import");
    let mut input = std::io::BufWriter::new(import.stdin.take().expect("stdin"));
    let mut commit =
        String::from("commit refs/heads/main\ncommitter t <t@example.com> 1700000000 +0000\ndata 3\none\n");
    let mut add = |name: &str, text: &str| {
        commit.push_str(&format!("M 100644 inline {name}\ndata {}\n{text}\n", text.len()));
    };
    add("tollgate.toml", POLICY);
    for at in 0..20 {
        for env in ["staging", "production"] {
            add(
                &format!("config/{env}/app{at}.yaml"),
                &format!("retries: {at}\nhost: 10.0.0.{at}\n"),
            );
        }
    }
    for at in 0..files {
        add(
            &format!("svc/s{}/d{}/f{at}.yaml", at / 1000, at / 100 % 10),
            &format!("name: f{at}\n"),
        );
    }
    input.write_all(commit.as_bytes()).expect("written");
    drop(input);
    assert!(import.wait().expect("it ends").success());
    git(folder, &["checkout", "-q", "-f", "main"]);
    for at in 1..4 {
        let name = folder.join(format!("config/production/app{at}.yaml"));
        std::fs::write(name, format!("retries: 9{at}\nhost: 10.0.0.{at}\n")).expect("a file");
    }
    git(folder, &["add", "-A"]);
}

/// The shortest and the middle of 15 runs, in milliseconds.
fn timed(folder: &Path, command: &[&str]) -> (f64, f64) {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let started = Instant::now();
            let status = Command::new(command[0])
                .args(&command[1..])
                .current_dir(folder)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .expect("it starts");
            assert!(status.code().is_some());
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[0], times[times.len() / 2])
}

fn main() {
    let tollgate = env!("CARGO_BIN_EXE_tollgate");
    let place = std::env::temp_dir().join(format!("tollgate-bench-{}", std::process::id()));
    // As a part of the tests it only has to run.
    let whole = std::env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if whole { &[1_000, 200_000] } else { &[1_000] };
    for files in sizes.iter().copied() {
        let folder = place.join(files.to_string());
        repository(&folder, files);
        let stat = timed(&folder, &["git", "diff", "--cached", "--stat"]);
        let hook = timed(&folder, &[tollgate, "hook", "run", "pre-commit"]);
        println!(
            "{files} files, 3 changed: git diff --cached --stat {:.0} ms (median {:.0}), hook {:.0} ms (median {:.0}), {:.1}x (median {:.1}x)",
            stat.0,
            stat.1,
            hook.0,
            hook.1,
            hook.0 / stat.0,
            hook.1 / stat.1
        );
        git(&folder, &["commit", "-q", "-m", "two"]);
        let ci = timed(&folder, &[tollgate, "ci", "--base", "HEAD^"]);
        println!(
            "{files} files, 3 changed: ci --base HEAD^ {:.0} ms (median {:.0})",
            ci.0, ci.1
        );
    }
    let _ = std::fs::remove_dir_all(place);
}

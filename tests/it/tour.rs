//! A walk from an empty folder to production and back, with real git and a bare remote. Its transcript is docs/tour.md,
//! which is held against the run; `.ci/generate` writes it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use regex::Regex;

use crate::harness::repository;

/// What is told between the commands; `$ ` is run and its output shown, `@ ` is run unseen, `= N` is the exit code of the
/// last one (0 unless it is said).
const STORY: &str = r#"# A tour

From an empty folder to production and back: what `tests/it/tour.rs` runs, with real git and a bare remote, and what it
prints. Nothing here is written by hand but the text between the blocks.

## A repository that is guarded

A shop has its configuration in git, one folder for each environment. What is live lies in two folders beside it.

@ mkdir -p shop/config/staging shop/config/production live/staging live/production
@ printf 'server:\n  tls:\n    verify: true\n  timeout: 2s\npool:\n  max: 64\n' > shop/config/staging/app.yaml
@ cp shop/config/staging/app.yaml shop/config/production/app.yaml
@ cp shop/config/staging/app.yaml live/staging/ && cp shop/config/production/app.yaml live/production/
@ git init -q --bare --initial-branch=main origin.git
@ cd shop && git init -q --initial-branch=main && git remote add origin ../origin.git
@ cd shop && git add -A && git commit -qm 'the shop'
$ tollgate init --yes
@ cd shop && sed -i -e 's|^target = .*staging.*|target = { dir = "../live/staging" }|' -e 's|^target = .*production.*|target = { dir = "../live/production" }|' tollgate.toml
@ cd shop && grep -q 'soak' tollgate.toml && sed -i 's|^#* *soak *=.*|soak = "8s"|' tollgate.toml || sed -i 's|^after = .*|&\nsoak = "8s"|' tollgate.toml
$ git add -A && git commit -qm 'guard the configuration'
$ git push -q -u origin main && git remote set-head origin main
$ tollgate hook install

## A risky commit

Somebody makes the pool of database connections smaller, and switches the verification of certificates off on the way.

$ git checkout -qb smaller-pool
@ cd shop && sed -i -e 's/verify: true/verify: false/' -e 's/max: 64/max: 16/' config/production/app.yaml config/staging/app.yaml
$ git commit -qam 'a smaller pool: the database is full'
= 1

The certificate was a mistake, and is put back. The pool is meant: the author stands by it, in a file that the reviewer
sees.

@ cd shop && sed -i 's/verify: false/verify: true/' config/production/app.yaml config/staging/app.yaml
@ cd shop && git add -A
$ git commit -qm 'a smaller pool: the database is full'
= 1?
@ACK
@ cd shop && git add -A
$ git commit -qm 'a smaller pool: the database is full'

## A pull request

`tollgate ci` judges it in the CI system, by the policy of the branch that it is for. By hand it takes that branch.

$ git push -q origin smaller-pool
$ tollgate ci --base origin/main

A proposal that changes the guard along with what it guards is seen, and judged by the guard that was there before.

$ git checkout -qb sneaky
@ cd shop && sed -i 's/verify: true/verify: false/' config/production/app.yaml && printf '\n[environments.production.actions]\nhigh = "note"\ncritical = "note"\n' >> tollgate.toml
$ git commit -qam 'nothing to see' --no-verify
$ tollgate ci --base origin/main
= 1

The first one is merged.

$ git checkout -q main && git merge -q --no-edit smaller-pool && git push -q

## Through staging

Nothing goes to production that did not run in staging.

$ tollgate push production --confirm production
= 1
$ tollgate push staging
$ tollgate stamp staging -- grep -q 'max: 16' ../live/staging/app.yaml
$ tollgate push production --confirm production
= 1?
@ sleep 9
$ tollgate push production --confirm production
= 0

## And back

$ tollgate rollback production
@ cmp live/production/app.yaml live/staging/app.yaml && exit 1 || exit 0
$ tollgate rollback production
"#;

struct Walk {
    folder: tempfile::TempDir,
    out: String,
    last: (i32, String),
    open: bool,
}

impl Walk {
    fn run(&self, command: &str, below: &str) -> (i32, String) {
        let bin = Path::new(env!("CARGO_BIN_EXE_tollgate"))
            .parent()
            .expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(self.folder.path().join(below))
            .env_clear()
            .env("HOME", self.folder.path())
            .env("USER", "ada")
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "ada")
            .env("GIT_AUTHOR_EMAIL", "ada@shop.internal")
            .env("GIT_COMMITTER_NAME", "ada")
            .env("GIT_COMMITTER_EMAIL", "ada@shop.internal")
            .env("GIT_AUTHOR_DATE", "2026-01-05T10:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-01-05T10:00:00Z")
            .stdin(Stdio::null())
            .output()
            .expect("sh");
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    }

    fn show(&mut self, command: &str) {
        if !self.open {
            self.out.push_str("```console\n");
            self.open = true;
        }
        self.last = self.run(command, "shop");
        let _ = write!(self.out, "$ {command}\n{}", self.last.1);
    }

    fn close(&mut self) {
        if self.open {
            self.out.push_str("```\n");
            self.open = false;
        }
    }

    fn line(&mut self, line: &str) {
        if let Some(command) = line.strip_prefix("$ ") {
            self.show(command);
        } else if line == "@ACK" {
            let printed = self.last.1.clone();
            let ack = printed
                .lines()
                .find(|line| line.trim_start().starts_with("tollgate ack "));
            let ack = ack
                .expect("the line is printed")
                .trim()
                .replace('…', "agreed with the database team");
            self.show(&ack);
            assert_eq!(self.last.0, 0, "{}", self.last.1);
        } else if let Some(command) = line.strip_prefix("@ ") {
            let (code, text) = self.run(command, "");
            assert_eq!(code, 0, "{command}\n{text}");
        } else if let Some(code) = line.strip_prefix("= ") {
            let wanted = code.trim_end_matches('?').parse::<i32>().expect("a code");
            assert_eq!(self.last.0, wanted, "{}", self.last.1);
            self.last.0 = 0;
        } else {
            self.close();
            self.out.push_str(line);
            self.out.push('\n');
        }
    }
}

/// What differs from run to run.
fn settled(text: &str, folder: &Path) -> String {
    let real = folder.canonicalize().expect("a path").display().to_string();
    let mut text = text
        .replace(&real, "/work")
        .replace(&folder.display().to_string(), "/work");
    for (from, to) in [
        // Signatures and times make the names of stamps and runs.
        (
            r"ledger/\s*stamps/[0-9a-f\s]{60,120}\.json",
            "ledger/stamps/<digest>.json",
        ),
        (r"\b[0-9]{16}-[0-9a-f]{10}\b", "<run>"),
        (r"\b\d+ ms\b", "7 ms"),
        (r"\b20\d\d-\d\d-\d\d(T[0-9:]+Z)?\b", "2026-01-05"),
        (r"for \d+s only", "for 1s only"),
        (r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:<key>"),
    ] {
        text = Regex::new(from)
            .expect("a pattern")
            .replace_all(&text, to)
            .into_owned();
    }
    // The policy's own number goes into every fingerprint: each gets the next name.
    let mut names: Vec<String> = Vec::new();
    let pattern = Regex::new(r"\b[0-9a-f]{12}([0-9a-f]{4})?\b").expect("a pattern");
    let text = pattern.replace_all(&text, |found: &regex::Captures<'_>| {
        let known = names.iter().position(|name| name == &found[0]);
        let at = known.unwrap_or_else(|| {
            names.push(found[0].to_owned());
            names.len() - 1
        });
        let digits = format!("{:016x}", (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        digits[..found[0].len()].to_owned()
    });
    // The times stand at the end of lines that are filled up to 80 columns.
    let end = Regex::new(r"(?m) +(exit \d · )?7 ms$").expect("a pattern");
    end.replace_all(&text, "   ${1}7 ms").into_owned()
}

#[test]
fn the_tour_is_what_is_written_down() {
    let mut walk = Walk {
        folder: tempfile::tempdir().expect("a folder"),
        out: String::new(),
        last: (0, String::new()),
        open: false,
    };
    let lines: Vec<&str> = STORY.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        walk.line(line);
        let said = lines.get(at + 1).is_some_and(|next| next.starts_with("= "));
        if line.starts_with("$ ") && !said {
            assert_eq!(walk.last.0, 0, "{line}\n{}", walk.last.1);
        }
    }
    walk.close();
    let text = settled(&walk.out, walk.folder.path());
    for line in text.lines().filter(|line| !line.starts_with("$ ")) {
        assert!(
            line.chars().count() <= 120 || line.contains("tollgate ack "),
            "{line}"
        );
    }
    let path = repository().join("docs/tour.md");
    if std::env::var_os("TOLLGATE_GENERATE").is_some() {
        std::fs::write(&path, &text).expect("a file");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if known != text {
        std::fs::write(repository().join("target/tour.md"), &text).expect("a file");
    }
    assert!(
        known == text,
        "docs/tour.md is stale: run .ci/generate, and look at what changed (target/tour.md)"
    );
}

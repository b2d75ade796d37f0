//! A team's repository for the tests of stamps, pushes and hooks: real git, real keys of `ssh-keygen`, two
//! environments, targets beside the checkout.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::{Place, Run};

/// A repository with its team.
pub(crate) struct Team {
    place: Place,
}

const POLICY: &str = r#"version = 1
[configs.shop]
files = "config/{env}/**/*.yaml"
per_env = ["auth.server"]
only_in = { staging = ["debug.**"] }
[environments.staging]
target = { dir = "../live/staging" }
[environments.production]
after = ["staging"]
soak = "0s"
target = { dir = "../live/production" }
[signers]
file = "allowed_signers"
"#;

pub(crate) fn app(auth: &str, retries: u32) -> String {
    format!("# the shop\nauth:\n  server: {auth}\ncheckout:\n  retries: {retries}\n  banner: welcome\n")
}

pub(crate) const STAGING_AUTH: &str = "10.1.0.1:8443";
pub(crate) const PRODUCTION_AUTH: &str = "10.2.0.1:8443";

impl Team {
    /// Everything is live with three retries, and the checkout asks for five.
    pub(crate) fn new() -> Self {
        let team = Self { place: Place::new() };
        std::fs::create_dir_all(team.root().join("home")).expect("a folder");
        std::fs::create_dir_all(team.repository()).expect("a folder");
        for who in ["stamper", "pusher", "stranger"] {
            team.keygen(who);
        }
        let line = |who: &str, roles: &str| {
            let key = read_text(&team.root().join(format!("{who}.pub")));
            format!("{who}@example.com {roles}{}\n", key.trim())
        };
        let signers = [
            line("stamper", "namespaces=\"stamp@tollgate\" "),
            line("pusher", "namespaces=\"push@tollgate\" "),
            // A key that is known and may do nothing.
            line("stranger", ""),
        ];
        team.write("allowed_signers", &signers.concat());
        team.write("tollgate.toml", POLICY);
        for (env, auth) in [("staging", STAGING_AUTH), ("production", PRODUCTION_AUTH)] {
            team.write(&format!("../live/{env}/app.yaml"), &app(auth, 3));
            team.write(&format!("config/{env}/app.yaml"), &app(auth, 5));
        }
        team.git(&["init", "--quiet", "--initial-branch=main"]);
        team.git(&["add", "-A"]);
        team.git(&["commit", "--quiet", "-m", "first"]);
        team
    }

    pub(crate) fn root(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.root().join("repo")
    }

    pub(crate) fn live(&self, env: &str) -> PathBuf {
        self.root().join("live").join(env)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.place.write(&format!("repo/{name}"), text);
    }

    pub(crate) fn retries(&self, staging: u32, production: u32) {
        self.write("config/staging/app.yaml", &app(STAGING_AUTH, staging));
        self.write("config/production/app.yaml", &app(PRODUCTION_AUTH, production));
    }

    /// Changes the policy in the checkout only.
    pub(crate) fn edit_policy(&self, from: &str, to: &str) {
        let path = self.repository().join("tollgate.toml");
        let text = read_text(&path);
        assert!(text.contains(from), "{from}");
        self.write("tollgate.toml", &text.replace(from, to));
    }

    /// Changes the policy, and commits it.
    pub(crate) fn policy(&self, from: &str, to: &str) {
        self.edit_policy(from, to);
        // A push is judged by the policy of the last commit, or of the last push.
        self.settle(&["tollgate.toml"]);
    }

    /// Commits what the guard stands on, where there is a repository.
    pub(crate) fn settle(&self, files: &[&str]) {
        if self.repository().join(".git").exists() {
            let add: Vec<&str> = [&["add", "-f"], files].concat();
            self.git(&add);
            let commit: Vec<&str> = [
                &["commit", "-q", "--no-verify", "--allow-empty", "-m", "guard"],
                files,
            ]
            .concat();
            self.git(&commit);
        }
    }

    /// A real key.
    fn keygen(&self, who: &str) {
        let output = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", who, "-f"])
            .arg(self.root().join(who))
            .output()
            .expect("ssh-keygen is installed (.ci/setup)");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn key(&self, who: &str) -> String {
        self.root().join(who).display().to_string()
    }

    /// A command of the team: our program on the path, nothing of whoever runs the tests.
    pub(crate) fn command(&self, program: &str) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_tollgate"))
            .parent()
            .expect("a folder")
            .to_path_buf();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.root().join("home"))
            .env("USER", "tester")
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "t")
            .env("GIT_AUTHOR_EMAIL", "t@example.com")
            .env("GIT_COMMITTER_NAME", "t")
            .env("GIT_COMMITTER_EMAIL", "t@example.com")
            .current_dir(self.repository())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn exec(&self, program: &str, args: &[&str]) -> Run {
        let output = self
            .command(program)
            .args(args)
            .output()
            .unwrap_or_else(|error| panic!("{program} (installed by .ci/setup?): {error}"));
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn git(&self, args: &[&str]) -> Run {
        let run = self.exec("git", args);
        assert_eq!(run.code, 0, "git {args:?}: {}", run.err);
        run
    }

    pub(crate) fn tollgate(&self, args: &[&str]) -> Run {
        self.exec(env!("CARGO_BIN_EXE_tollgate"), args)
    }

    /// Runs it and holds the exit code.
    pub(crate) fn expect(&self, code: i32, args: &[&str]) -> Run {
        let run = self.tollgate(args);
        assert_eq!(run.code, code, "{args:?}\n{}{}", run.out, run.err);
        run
    }

    pub(crate) fn push_staging(&self) {
        self.expect(0, &["push", "staging", "--key", &self.key("pusher")]);
    }

    pub(crate) fn stamp_staging(&self, who: &str) -> Value {
        self.expect(
            0,
            &["stamp", "staging", "--key", &self.key(who), "--format", "json"],
        )
        .json()
    }

    pub(crate) fn push_production(&self) -> Run {
        let key = self.key("pusher");
        self.tollgate(&[
            "push",
            "production",
            "--confirm",
            "production",
            "--key",
            &key,
            "--format",
            "json",
        ])
    }

    /// The push is refused with this status, and the target is what it was.
    pub(crate) fn refused(&self, status: &str) -> Run {
        let before = snapshot(&self.live("production"));
        let run = self.push_production();
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        assert_eq!(run.json()["stamp"]["status"], status, "{}", run.out);
        assert_eq!(run.json()["push"]["status"], "refused");
        assert_eq!(
            snapshot(&self.live("production")),
            before,
            "the target is untouched"
        );
        run
    }

    pub(crate) fn stamps(&self) -> PathBuf {
        self.repository().join(".tollgate/ledger/stamps")
    }

    /// The only stamp there is from now on.
    pub(crate) fn only_stamp(&self, text: &str) {
        let _ = std::fs::remove_dir_all(self.stamps());
        self.write(".tollgate/ledger/stamps/one.json", text);
    }

    /// The text of the only stamp there is.
    pub(crate) fn stamp_text(&self) -> String {
        let rows: Vec<PathBuf> = std::fs::read_dir(self.stamps())
            .expect("stamps")
            .map(|row| row.expect("a row").path())
            .collect();
        assert_eq!(rows.len(), 1);
        read_text(&rows[0])
    }
}

/// Every file below a folder with its bytes; an empty map where there is none.
pub(crate) fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut stack = vec![folder.to_path_buf()];
    while let Some(next) = stack.pop() {
        let Ok(rows) = std::fs::read_dir(&next) else {
            continue;
        };
        for row in rows {
            let path = row.expect("a row").path();
            if path.is_dir() {
                stack.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                out.insert(name, std::fs::read(&path).expect("bytes"));
            }
        }
    }
    out
}

pub(crate) fn read_text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

//! Before a push: real git with a bare remote, by our own hook, by pre-commit, prek and lefthook. What each of these shows
//! a hook is different, and none of it may pass unseen.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::harness::{Run, repository};
use crate::team::{PRODUCTION_AUTH, STAGING_AUTH, Team, app};

const RISKY: &str = "tls:\n  verify: false\n";

fn risky() -> String {
    app(PRODUCTION_AUTH, 5) + RISKY
}

/// A team with a bare remote that holds main.
fn with_remote() -> Team {
    let team = Team::new();
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["init", "-q", "--bare", "--initial-branch=main", &remote]);
    team.git(&["remote", "add", "origin", &remote]);
    team.git(&["push", "-q", "origin", "main"]);
    team.git(&["remote", "set-head", "origin", "main"]);
    team
}

fn commit(team: &Team, message: &str) {
    team.git(&["add", "-A", "-f"]);
    team.git(&["commit", "-q", "--no-verify", "-m", message]);
}

fn push(team: &Team, refs: &[&str]) -> Run {
    team.exec("git", &[&["push", "-q", "origin"], refs].concat())
}

fn refused(run: &Run, words: &str) {
    let text = format!("{}{}", run.out, run.err);
    assert_ne!(run.code, 0, "{text}");
    assert!(text.contains(words), "{text}");
}

fn passed(run: &Run) {
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// The `tollgate ack …` line as it was printed, run by a shell, and committed.
fn acknowledge(team: &Team, run: &Run) {
    let printed = format!("{}{}", run.out, run.err);
    let line = printed
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("the line is printed");
    passed(&team.exec("sh", &["-c", line]));
    commit(team, "stood by");
}

#[test]
fn every_ref_that_is_pushed_is_judged() {
    let team = with_remote();
    team.expect(0, &["hook", "install"]);
    // Nothing of the configuration: no word.
    team.write("readme", "x");
    commit(&team, "elsewhere");
    let run = push(&team, &["main"]);
    passed(&run);
    assert_eq!(format!("{}{}", run.out, run.err), "");
    // A new branch is held against the remote's default branch.
    team.git(&["checkout", "-qb", "risky"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    let run = push(&team, &["risky"]);
    refused(&run, "tls.verify");
    assert!(team.exec("git", &["ls-remote", "origin", "risky"]).out.is_empty());
    // Several: the second one is seen too, and all of them stay.
    team.git(&["checkout", "-q", "-b", "fine", "main"]);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    commit(&team, "fine");
    refused(&push(&team, &["fine", "risky"]), "tls.verify");
    assert!(team.exec("git", &["ls-remote", "origin", "fine"]).out.is_empty());
    passed(&push(&team, &["fine"]));
    // A commit that is on the remote already, under a new name.
    passed(&push(&team, &["fine:refs/heads/again"]));
    // After the fix it passes; a deletion of a branch that stands for nothing too.
    team.git(&["checkout", "-q", "risky"]);
    let run = push(&team, &["risky"]);
    acknowledge(&team, &run);
    passed(&push(&team, &["risky"]));
    passed(&push(&team, &["--delete", "risky"]));
    // Tags.
    team.git(&["checkout", "-q", "-b", "tagged", "main"]);
    team.write("config/production/app.yaml", &(risky() + "  ca: x\n"));
    commit(&team, "risky");
    team.git(&["tag", "-a", "-m", "v1", "v1"]);
    refused(&push(&team, &["v1"]), "tls.verify");
}

#[test]
fn a_merge_that_runs_no_hook_of_ours_is_seen_before_it_is_pushed() {
    let team = with_remote();
    team.git(&["checkout", "-qb", "theirs"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    team.git(&["checkout", "-q", "main"]);
    team.expect(0, &["hook", "install"]);
    team.git(&["cherry-pick", "theirs"]);
    refused(&push(&team, &["main"]), "tls.verify");
}

#[test]
fn a_ref_that_stands_for_an_environment_takes_a_stamp() {
    let team = with_remote();
    team.policy(
        "[environments.production]\nafter = [\"staging\"]",
        "[environments.production]\nafter = [\"staging\"]\nrefs = [\"refs/heads/deployed/production\"]\nenforce = false",
    );
    team.git(&[
        "push",
        "-q",
        "origin",
        "main",
        "main:refs/heads/deployed/production",
    ]);
    team.git(&["fetch", "-q", "origin"]);
    team.expect(0, &["hook", "install"]);
    team.retries(7, 7);
    commit(&team, "seven");
    // As a branch it is a proposal, and passes; as the environment's ref it lacks its stamp, enforced or not.
    passed(&push(&team, &["main"]));
    let target = ["main:refs/heads/deployed/production"];
    refused(&push(&team, &target), "TG301");
    // Staging proves it.
    team.push_staging();
    team.stamp_staging("stamper");
    passed(&push(&team, &target));
    // It does not go by a push.
    refused(
        &push(&team, &["--delete", "deployed/production"]),
        "stands for production",
    );
    // Another content needs another stamp, by force or not.
    team.retries(8, 8);
    commit(&team, "eight");
    refused(&push(&team, &["--force", target[0]]), "TG302");
}

#[test]
fn branches_of_environments_hold_their_files() {
    let team = Team::new();
    let policy = "version = 1\n[configs.shop]\nfiles = \"git:env/{env}:**/*.yaml\"\n[environments.staging]\ntarget = { dir = \"../live/staging\" }\n[environments.production]\ntarget = { dir = \"../live/production\" }\nafter = [\"staging\"]\n";
    team.write("tollgate.toml", policy);
    team.git(&["rm", "-rq", "config"]);
    commit(&team, "files lie on branches");
    for (env, auth) in [("staging", STAGING_AUTH), ("production", PRODUCTION_AUTH)] {
        team.git(&["checkout", "-q", "--orphan", &format!("env/{env}")]);
        team.git(&["rm", "-rqf", "."]);
        team.write("app.yaml", &app(auth, 3));
        team.git(&["add", "app.yaml"]);
        team.git(&["commit", "-qm", "files"]);
    }
    team.git(&["checkout", "-qf", "main"]);
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["init", "-q", "--bare", "--initial-branch=main", &remote]);
    team.git(&["remote", "add", "origin", &remote]);
    team.git(&["push", "-q", "origin", "--all"]);
    team.git(&["remote", "set-head", "origin", "main"]);
    // What lies live is what the branches hold.
    let run = team.expect(0, &["check", "--at", "commit", "--format", "json"]);
    assert_eq!(
        run.json()["changes"].as_array().map(Vec::len),
        Some(0),
        "{}",
        run.out
    );
    team.git(&["checkout", "-q", "env/production"]);
    team.write("app.yaml", &(app(PRODUCTION_AUTH, 3) + RISKY));
    team.git(&["add", "app.yaml"]);
    // The hook has no policy on this branch: the remote's default branch has one, and the push is judged by it.
    team.git(&["commit", "-q", "--no-verify", "-m", "risky"]);
    team.expect(0, &["hook", "install"]);
    refused(&push(&team, &["env/production"]), "tls.verify");
    team.git(&["checkout", "-q", "main"]);
    let run = team.expect(1, &["check", "--at", "merge", "-e", "production"]);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
    // A commit on main touches none of them.
    team.write("readme", "x");
    team.git(&["add", "readme"]);
    let run = team.expect(0, &["hook", "run", "pre-commit"]);
    assert_eq!(run.out, "");
}

#[test]
fn what_the_remote_holds_and_nobody_fetched_is_said() {
    let team = with_remote();
    let other = team.root().join("other").display().to_string();
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["clone", "-q", &remote, &other]);
    team.git(&[
        "-C",
        &other,
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "by somebody else",
    ]);
    team.git(&["-C", &other, "push", "-q", "origin", "main"]);
    team.expect(0, &["hook", "install"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    let run = push(&team, &["--force", "main"]);
    refused(&run, "fetch");
    team.git(&["fetch", "-q", "origin"]);
    refused(&push(&team, &["--force", "main"]), "tls.verify");
}

#[test]
fn what_was_pushed_past_the_hook_is_seen_with_the_next_push() {
    let team = with_remote();
    team.git(&["checkout", "-qb", "topic"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    team.git(&["push", "-q", "--no-verify", "origin", "topic"]);
    team.expect(0, &["hook", "install"]);
    team.write("readme", "x");
    commit(&team, "harmless");
    refused(&push(&team, &["topic"]), "tls.verify");
    // A remote whose default branch nobody knows.
    team.git(&["remote", "set-head", "origin", "--delete"]);
    for name in ["main", "topic"] {
        team.git(&["update-ref", "-d", &format!("refs/remotes/origin/{name}")]);
    }
    team.git(&["update-ref", "refs/remotes/origin/trunk", "main"]);
    refused(&push(&team, &["topic:refs/heads/new"]), "set-head");
}

#[test]
fn an_address_instead_of_a_remote_is_no_way_round() {
    let team = with_remote();
    team.expect(0, &["hook", "install"]);
    let mirror = team.root().join("mirror.git").display().to_string();
    team.git(&["init", "-q", "--bare", &mirror]);
    // What the remote has already is nothing new.
    let run = team.exec("git", &["push", "-q", &mirror, "main"]);
    passed(&run);
    assert_eq!(format!("{}{}", run.out, run.err), "");
    team.git(&["checkout", "-qb", "topic"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    refused(&team.exec("git", &["push", "-q", &mirror, "topic"]), "tls.verify");
    // The line that is printed works from wherever one is.
    team.git(&["checkout", "-q", "main"]);
    let run = push(&team, &["topic"]);
    refused(&run, "--head");
    let text = format!("{}{}", run.out, run.err);
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("a line");
    let ack = team.exec("sh", &["-c", &line.replace('…', "meant")]);
    passed(&ack);
}

#[test]
fn a_second_policy_is_judged_by_the_same_hooks() {
    let team = with_remote();
    let policy = crate::team::read_text(&team.repository().join("tollgate.toml"));
    for service in ["a", "b"] {
        team.write(
            &format!("{service}/tollgate.toml"),
            &policy.replace("[signers]\nfile = \"allowed_signers\"\n", ""),
        );
        team.write(
            &format!("{service}/config/staging/app.yaml"),
            &app(STAGING_AUTH, 5),
        );
        team.write(
            &format!("{service}/config/production/app.yaml"),
            &app(PRODUCTION_AUTH, 5),
        );
    }
    team.git(&["rm", "-q", "--cached", "tollgate.toml"]);
    std::fs::remove_file(team.repository().join("tollgate.toml")).expect("a file");
    commit(&team, "two services");
    team.git(&["push", "-q", "origin", "main"]);
    let install = |service: &str| team.expect(0, &["-C", service, "hook", "install"]);
    assert!(install("a").out.contains("wrote"));
    assert!(install("b").out.contains("added to"));
    assert!(install("b").out.contains("is there already"));
    let both = |team: &Team| {
        for service in ["a", "b"] {
            team.write(&format!("{service}/config/production/app.yaml"), &risky());
            team.git(&["add", "-A"]);
            refused(&team.exec("git", &["commit", "-m", "risky"]), "tls.verify");
            team.git(&["commit", "-q", "--no-verify", "-m", "risky"]);
            refused(&push(team, &["main"]), "tls.verify");
            team.git(&["reset", "-q", "--hard", "origin/main"]);
        }
    };
    both(&team);
    // From the top, where there is no policy, those below are found.
    team.expect(0, &["hook", "uninstall"]);
    team.expect(0, &["hook", "install"]);
    both(&team);
}

#[test]
fn what_the_target_branch_has_is_not_judged_again_in_a_merge() {
    let team = with_remote();
    team.git(&["checkout", "-qb", "topic"]);
    team.write("readme", "x");
    commit(&team, "mine");
    team.git(&["checkout", "-q", "main"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "theirs");
    team.git(&["push", "-q", "--no-verify", "origin", "main"]);
    team.git(&["checkout", "-q", "topic"]);
    team.expect(0, &["hook", "install"]);
    passed(&team.exec("git", &["merge", "-q", "--no-edit", "main"]));
    // What nobody accepted yet is judged.
    team.git(&["checkout", "-q", "-b", "stranger", "main"]);
    team.write("config/staging/app.yaml", &(app(STAGING_AUTH, 5) + RISKY));
    commit(&team, "not accepted");
    team.git(&["checkout", "-q", "topic"]);
    refused(
        &team.exec("git", &["merge", "-q", "--no-edit", "stranger"]),
        "tls.verify",
    );
}

#[test]
fn input_that_git_does_not_write_is_no_pass() {
    let team = with_remote();
    let run = |input: &str| {
        let mut child = team
            .command("tollgate")
            .args(["hook", "run", "pre-push", "origin", "url"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("tollgate");
        child
            .stdin
            .take()
            .expect("stdin")
            .write_all(input.as_bytes())
            .expect("written");
        child.wait_with_output().expect("it ends").status.code()
    };
    assert_eq!(run("garbage\n"), Some(2));
    assert_eq!(run("refs/heads/x abc refs/heads/x def\n"), Some(2));
    let gone = "1".repeat(40);
    assert_eq!(
        run(&format!("refs/heads/x {gone} refs/heads/x {gone}\n")),
        Some(3)
    );
    assert_eq!(run(""), Some(0));
}

fn python(name: &str) -> String {
    let path: PathBuf = repository().join("target/python/bin").join(name);
    assert!(path.is_file(), "run .ci/setup first: it installs {name}");
    path.display().to_string()
}

/// The manifest as a repository of its own, and a configuration that uses it.
fn managed(team: &Team) {
    let hooks = team.root().join("hooks");
    std::fs::create_dir(&hooks).expect("a folder");
    let manifest = repository().join(".pre-commit-hooks.yaml");
    std::fs::copy(&manifest, hooks.join(".pre-commit-hooks.yaml")).expect("a copy");
    let there = hooks.display().to_string();
    team.git(&["-C", &there, "init", "-q"]);
    team.git(&["-C", &there, "add", "-A"]);
    team.git(&["-C", &there, "commit", "-qm", "hooks"]);
    let head = team.git(&["-C", &there, "rev-parse", "HEAD"]).out;
    let text = format!(
        "repos:\n  - repo: {there}\n    rev: {}\n    hooks:\n      - id: tollgate-system\n      - id: tollgate-pre-push-system\n",
        head.trim()
    );
    team.write(".pre-commit-config.yaml", &text);
    commit(team, "hooks by a manager");
    team.git(&["push", "-q", "--no-verify", "origin", "main"]);
}

fn by_pre_commit_or_prek(program: &str) {
    let team = with_remote();
    managed(&team);
    let program = python(program);
    let manifest = repository().join(".pre-commit-hooks.yaml").display().to_string();
    passed(&team.exec(&program, &["validate-manifest", &manifest]));
    let recipe = repository()
        .join("examples/hooks/pre-commit-config.yaml")
        .display()
        .to_string();
    passed(&team.exec(&program, &["validate-config", &recipe]));
    passed(&team.exec(&program, &["install", "-t", "pre-commit", "-t", "pre-push"]));
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    // The commit hook, then, past it, the push hook.
    let run = team.exec("git", &["commit", "-m", "risky"]);
    refused(&run, "tls.verify");
    team.git(&["commit", "-q", "--no-verify", "-m", "risky"]);
    let run = push(&team, &["main"]);
    refused(&run, "tls.verify");
    // A commit that only deletes.
    team.git(&["reset", "-q", "--hard", "origin/main"]);
    team.git(&["rm", "-q", "config/production/app.yaml"]);
    refused(&team.exec("git", &["commit", "-m", "gone"]), "TG509");
    // After the fix.
    team.git(&["reset", "-q", "--hard", "origin/main"]);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    team.git(&["add", "-A"]);
    passed(&team.exec("git", &["commit", "-m", "fine"]));
    passed(&push(&team, &["main"]));
    // Of several refs these managers show the first only, which is why the push is not the gate; a new branch with
    // history is seen.
    team.git(&["checkout", "-qb", "topic"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    refused(&push(&team, &["topic"]), "tls.verify");
    let run = team.exec(
        &program,
        &[
            "run",
            "--hook-stage",
            "pre-push",
            "--from-ref",
            "origin/main",
            "--to-ref",
            "HEAD",
        ],
    );
    refused(&run, "tls.verify");
}

#[test]
fn pre_commit_runs_both_hooks() {
    by_pre_commit_or_prek("pre-commit");
}

#[test]
fn prek_runs_both_hooks() {
    by_pre_commit_or_prek("prek");
}

#[test]
fn a_first_push_of_all_history_is_looked_at_whole() {
    let team = Team::new();
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["init", "-q", "--bare", "--initial-branch=main", &remote]);
    team.git(&["remote", "add", "origin", &remote]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky from the start");
    // git itself.
    team.expect(0, &["hook", "install"]);
    let run = push(&team, &["main"]);
    let text = format!("{}{}", run.out, run.err);
    assert!(text.contains("nothing of this is on the remote yet"), "{text}");
    team.expect(0, &["hook", "uninstall"]);
    // pre-commit names neither end of it.
    let team = Team::new();
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["init", "-q", "--bare", "--initial-branch=other", &remote]);
    team.git(&["remote", "add", "origin", &remote]);
    managed(&team);
    team.git(&["push", "-q", "--no-verify", "--delete", "origin", "main"]);
    let config = crate::team::read_text(&team.repository().join(".pre-commit-config.yaml"));
    let verbose = config.replace(
        "- id: tollgate-pre-push-system",
        "- id: tollgate-pre-push-system\n        verbose: true",
    );
    team.write(".pre-commit-config.yaml", &verbose);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky from the start");
    passed(&team.exec(&python("pre-commit"), &["install", "-t", "pre-push"]));
    let run = push(&team, &["main"]);
    let text = format!("{}{}", run.out, run.err);
    assert!(text.contains("nothing of this is on the remote yet"), "{text}");
}

#[test]
fn lefthook_passes_standard_input_on() {
    let team = with_remote();
    let config = crate::team::read_text(&repository().join("examples/hooks/lefthook.yml"));
    team.write("lefthook.yml", &config);
    commit(&team, "lefthook");
    team.git(&["push", "-q", "origin", "main"]);
    let lefthook = python("lefthook");
    passed(&team.exec(&lefthook, &["validate"]));
    passed(&team.exec(&lefthook, &["install"]));
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    refused(&lefthook_git(&team, &["commit", "-m", "risky"]), "tls.verify");
    team.git(&["commit", "-q", "--no-verify", "-m", "risky"]);
    team.git(&["branch", "fine", "HEAD^"]);
    // Every ref, not the first alone.
    refused(
        &lefthook_git(&team, &["push", "origin", "fine", "main"]),
        "tls.verify",
    );
    team.git(&["reset", "-q", "--hard", "origin/main"]);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    team.git(&["add", "-A"]);
    passed(&lefthook_git(&team, &["commit", "-m", "fine"]));
    passed(&lefthook_git(&team, &["push", "origin", "main"]));
}

/// git with lefthook on the path, which its hook scripts look for.
fn lefthook_git(team: &Team, words: &[&str]) -> Run {
    let bin = repository().join("target/python/bin");
    let own = PathBuf::from(env!("CARGO_BIN_EXE_tollgate"));
    let own = own.parent().expect("a folder").display().to_string();
    let path = format!(
        "{}:{own}:{}",
        bin.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = team
        .command("git")
        .args(words)
        .env("PATH", path)
        .output()
        .expect("git");
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn husky_scripts_are_plain_hooks() {
    let team = with_remote();
    for hook in ["pre-commit", "pre-push"] {
        let text = crate::team::read_text(&repository().join("examples/hooks/husky").join(hook));
        team.write(&format!(".husky/{hook}"), &text);
    }
    commit(&team, "husky");
    team.git(&["push", "-q", "origin", "main"]);
    // What `husky` itself does: its scripts source the plain ones with sh.
    for hook in ["pre-commit", "pre-push"] {
        let path = team.repository().join(".git/hooks").join(hook);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, format!("#!/bin/sh\nexec sh -e .husky/{hook} \"$@\"\n")).expect("a hook");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    refused(&team.exec("git", &["commit", "-m", "risky"]), "tls.verify");
    team.git(&["commit", "-q", "--no-verify", "-m", "risky"]);
    refused(&push(&team, &["main"]), "tls.verify");
}

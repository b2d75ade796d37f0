//! The pre-commit hook under real git: what is staged against `HEAD`, whatever the worktree holds.

use crate::harness::Run;
use crate::team::{PRODUCTION_AUTH, STAGING_AUTH, Team, app};

fn hooked() -> Team {
    let team = Team::new();
    // The repository starts with what is committed; nothing else is of interest here.
    team.expect(0, &["hook", "install"]);
    team
}

fn commit(team: &Team, args: &[&str]) -> Run {
    let mut all = vec!["commit", "-m", "x"];
    all.extend(args);
    team.exec("git", &all)
}

const RISKY: &str = "tls:\n  verify: false\n";

fn risky() -> String {
    app(PRODUCTION_AUTH, 5) + RISKY
}

/// The `tollgate ack …` line as it was printed, made one line again and run by a shell.
fn paste_ack(team: &Team, printed: &str) {
    let text = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = text.split("tollgate ack ").nth(1).expect("the line is printed");
    let line = line.split(" --reason").next().expect("words");
    let line = format!("tollgate ack {line} --reason 'it is meant'");
    let run = team.exec("sh", &["-c", &line]);
    assert_eq!(run.code, 0, "{line}\n{}", run.err);
}

#[test]
fn what_is_staged_is_judged_though_the_worktree_is_clean_again() {
    let team = hooked();
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 5));
    let run = commit(&team, &[]);
    assert_ne!(run.code, 0);
    assert!(
        run.out.contains("tls.verify") || run.err.contains("tls.verify"),
        "{}{}",
        run.out,
        run.err
    );
    paste_ack(&team, &format!("{}{}", run.out, run.err));
    let run = commit(&team, &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("git add .tollgate/acks.toml"),
        "the reviewer has to see it: {}",
        run.err
    );
}

#[test]
fn a_change_that_means_nothing_passes_and_one_elsewhere_passes_in_silence() {
    let team = hooked();
    team.write(
        "config/production/app.yaml",
        &format!("# another comment\n{}", app(PRODUCTION_AUTH, 5)),
    );
    team.git(&["add", "-A"]);
    assert_eq!(commit(&team, &[]).code, 0);
    team.write("src/main.c", "int main(void) { return 0; }\n");
    team.git(&["add", "-A"]);
    let run = team.expect(0, &["hook", "run", "pre-commit"]);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    assert_eq!(commit(&team, &[]).code, 0);
}

#[test]
fn commit_all_commit_file_and_amend_are_judged_by_what_they_commit() {
    for args in [
        ["-a"].as_slice(),
        &["config/production/app.yaml"],
        &["-a", "--amend"],
    ] {
        let team = hooked();
        team.write("config/production/app.yaml", &risky());
        let run = commit(&team, args);
        assert_ne!(run.code, 0, "{args:?}");
        paste_ack(&team, &format!("{}{}", run.out, run.err));
        let run = commit(&team, args);
        assert_eq!(run.code, 0, "{args:?} {}{}", run.out, run.err);
    }
    // What is in the worktree and not committed is nobody's business.
    let team = hooked();
    team.write("config/staging/app.yaml", &app(STAGING_AUTH, 6));
    team.git(&["add", "-A"]);
    team.write("config/production/app.yaml", &risky());
    assert_eq!(commit(&team, &[]).code, 0);
}

#[test]
fn deletions_renames_and_conflicts_are_seen() {
    let team = hooked();
    team.git(&["rm", "-q", "config/production/app.yaml"]);
    let run = commit(&team, &[]);
    assert_ne!(run.code, 0, "a file that goes has to be stood by");
    team.git(&["reset", "-q", "--hard"]);

    team.git(&["mv", "config/production/app.yaml", "config/production/other.yaml"]);
    assert_ne!(commit(&team, &[]).code, 0);
    team.git(&["reset", "-q", "--hard"]);

    // A file that does not parse.
    team.write("config/production/app.yaml", "a: [1, 2\n");
    team.git(&["add", "-A"]);
    assert_ne!(commit(&team, &[]).code, 0);
    team.git(&["reset", "-q", "--hard"]);

    // A name that is not UTF-8 cannot be shown, nor told from another one.
    let strange = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"caf\xe9.yaml");
    std::fs::write(
        team.repository().join("config/production").join(strange),
        "a: 1\n",
    )
    .expect("a file");
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert!(
        run.code != 0 && format!("{}{}", run.out, run.err).contains("not UTF-8"),
        "{}{}",
        run.out,
        run.err
    );
    team.git(&["reset", "-q", "--hard"]);

    // A link instead of a file.
    std::fs::remove_file(team.repository().join("config/production/app.yaml")).expect("a file");
    std::os::unix::fs::symlink(
        "../staging/app.yaml",
        team.repository().join("config/production/app.yaml"),
    )
    .expect("a link");
    team.git(&["add", "-A"]);
    assert_ne!(commit(&team, &[]).code, 0);
}

#[test]
fn the_first_commit_of_a_repository_is_judged() {
    let team = hooked();
    std::fs::remove_dir_all(team.repository().join(".git")).expect("a repository");
    team.git(&["init", "-q", "--initial-branch=main"]);
    team.expect(0, &["hook", "install"]);
    team.write("config/production/app.yaml", &app("10.2.0.410:8443", 5));
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert_ne!(run.code, 0);
    assert!(
        format!("{}{}", run.out, run.err).contains("TG204"),
        "{}{}",
        run.out,
        run.err
    );
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 5));
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn install_respects_hooks_paths_and_what_is_there() {
    let team = Team::new();
    let at = |path: &str| team.repository().join(path);
    let run = team.expect(0, &["hook", "install", "-n"]);
    assert!(run.out.contains("would write") && !at(".git/hooks/pre-commit").exists());
    team.expect(0, &["hook", "install"]);
    assert!(at(".git/hooks/pre-commit").exists());
    assert!(team.expect(0, &["hook", "install"]).out.contains("already"));
    team.expect(0, &["hook", "uninstall"]);
    assert!(!at(".git/hooks/pre-commit").exists());

    team.git(&["config", "core.hooksPath", ".githooks"]);
    team.expect(0, &["hook", "install"]);
    assert!(at(".githooks/pre-commit").exists() && !at(".git/hooks/pre-commit").exists());
    team.write("config/production/app.yaml", &risky());
    assert_ne!(commit(&team, &["-a"]).code, 0, "git runs it from there");

    // Somebody else's hook is not touched.
    std::fs::write(at(".githooks/pre-commit"), "#!/bin/sh\nexit 0\n").expect("a hook");
    let run = team.expect(2, &["hook", "install"]);
    assert!(run.err.contains("tollgate hook run pre-commit"), "{}", run.err);
    assert_eq!(
        crate::team::read_text(&at(".githooks/pre-commit")),
        "#!/bin/sh\nexit 0\n"
    );
    team.expect(2, &["hook", "uninstall"]);
    assert!(at(".githooks/pre-commit").exists());

    // A folder for every repository is not ours to write to.
    team.git(&["config", "--unset", "core.hooksPath"]);
    team.git(&["config", "--global", "core.hooksPath", "/tmp/everybodys-hooks"]);
    assert_eq!(team.expect(2, &["hook", "install"]).out, "");
}

#[test]
fn a_linked_worktree_is_judged_by_its_own_index() {
    let team = hooked();
    team.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    team.write("../linked/config/production/app.yaml", &risky());
    let run = team.exec("git", &["-C", "../linked", "commit", "-a", "-m", "x"]);
    assert_ne!(run.code, 0, "{}", run.out);
    assert!(
        format!("{}{}", run.out, run.err).contains("tls.verify"),
        "{}{}",
        run.out,
        run.err
    );
    assert_eq!(commit(&team, &["--allow-empty"]).code, 0);
}

#[test]
fn a_repository_that_cannot_be_read_is_no_pass() {
    let team = hooked();
    team.write("other/deep/x", "x");
    team.git(&["add", "-A"]);
    team.git(&["commit", "-qm", "x"]);
    team.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "config"]);
    let run = team.expect(3, &["hook", "run", "pre-commit"]);
    assert!(run.err.contains("--no-sparse-index"), "{}", run.err);
    team.git(&["sparse-checkout", "reapply", "--no-sparse-index"]);
    team.expect(0, &["hook", "run", "pre-commit"]);
}

#[test]
fn pre_commit_itself_accepts_the_manifest_and_runs_the_hook() {
    let team = Team::new();
    let python = crate::harness::repository().join("target/python/bin");
    let pre_commit = python.join("pre-commit").display().to_string();
    assert!(
        python.join("pre-commit").is_file(),
        "run .ci/setup first: it installs pre-commit"
    );
    let manifest = crate::harness::repository().join(".pre-commit-hooks.yaml");
    let run = team.exec(
        &pre_commit,
        &["validate-manifest", &manifest.display().to_string()],
    );
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);

    // The manifest as a repository of its own, as `pre-commit` fetches it.
    let hooks = team.root().join("hooks");
    std::fs::create_dir(&hooks).expect("a folder");
    std::fs::copy(&manifest, hooks.join(".pre-commit-hooks.yaml")).expect("a copy");
    let there = hooks.display().to_string();
    for args in [
        vec!["-C", &there, "init", "-q"],
        vec!["-C", &there, "add", "-A"],
        vec!["-C", &there, "commit", "-qm", "hooks"],
    ] {
        team.git(&args);
    }
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    let try_repo = [pre_commit.as_str(), "try-repo", &there, "tollgate-system"];
    let run = team.exec(try_repo[0], &try_repo[1..]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
    // A commit that only deletes passes no file names, and is judged all the same.
    team.git(&["reset", "-q", "--hard"]);
    team.git(&["rm", "-q", "config/production/app.yaml"]);
    let run = team.exec(try_repo[0], &try_repo[1..]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    team.git(&["reset", "-q", "--hard"]);
    let run = team.exec(try_repo[0], &try_repo[1..]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

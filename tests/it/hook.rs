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

/// The `tollgate ack …` line as it was printed, run by a shell.
fn paste_ack(team: &Team, printed: &str) {
    let line = printed
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("the line is printed");
    let run = team.exec("sh", &["-c", line]);
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
    team.git(&["config", "core.hooksPath", ""]);
    assert!(
        team.expect(2, &["hook", "install"])
            .err
            .contains("core.hooksPath is empty")
    );
    team.git(&["config", "--unset", "core.hooksPath"]);
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
    assert!(
        team.expect(0, &["hook", "uninstall"])
            .out
            .contains("not ours, and stays")
    );
    assert!(at(".githooks/pre-commit").exists());
    assert!(
        !at(".githooks/pre-merge-commit").exists(),
        "the other one is ours"
    );
    team.expect(2, &["hook", "uninstall"]);
    // One that calls us is as good as ours.
    let calls = "#!/bin/sh\ntollgate hook run pre-commit\n";
    std::fs::write(at(".githooks/pre-commit"), calls).expect("a hook");
    team.expect(0, &["hook", "install"]);
    assert!(at(".githooks/pre-merge-commit").exists());

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
fn equal_files_of_two_environments_are_found_each_in_its_own_place() {
    let team = hooked();
    for env in ["staging", "production"] {
        team.write(&format!("config/{env}/tls.yaml"), "tls:\n  verify: true\n");
    }
    team.git(&["add", "-A"]);
    assert_eq!(commit(&team, &["--no-verify"]).code, 0);
    for env in ["staging", "production"] {
        team.write(&format!("config/{env}/tls.yaml"), RISKY);
    }
    team.git(&["add", "-A"]);
    let run = team.expect(1, &["hook", "run", "pre-commit", "--format", "json"]);
    let found = run.json();
    let places: Vec<(&str, &str)> = found["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["code"] == "TG101")
        .map(|finding| {
            (
                finding["environment"].as_str().unwrap_or(""),
                finding["file"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert!(
        places.contains(&("staging", "config/staging/tls.yaml")),
        "{places:?}"
    );
    assert!(
        places.contains(&("production", "config/production/tls.yaml")),
        "{places:?}"
    );
    assert!(
        places
            .iter()
            .all(|(env, file)| file.contains(&format!("/{env}/"))),
        "{places:?}"
    );
}

#[test]
fn one_printed_line_acknowledges_everything_and_fits_no_width() {
    let team = hooked();
    team.git(&["rm", "-q", "-r", "config/production"]);
    team.write("config/staging/app.yaml", &(app(STAGING_AUTH, 5) + RISKY));
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert_ne!(run.code, 0);
    let lines = format!("{}{}", run.out, run.err);
    assert_eq!(lines.matches("tollgate ack ").count(), 1, "{lines}");
    paste_ack(&team, &lines);
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn part_of_a_file_is_judged_and_acknowledged_as_that_part() {
    let team = hooked();
    // The first hunk is risky and is taken; the second one stays in the worktree.
    let rest: Vec<String> = (0..20).map(|n| format!("k{n}: {n}\n")).collect();
    let rest = rest.concat();
    team.write("config/production/app.yaml", &(app(PRODUCTION_AUTH, 5) + &rest));
    assert_eq!(commit(&team, &["-a", "--no-verify"]).code, 0);
    let text = "tls: {verify: false}\n".to_owned() + &app(PRODUCTION_AUTH, 5) + &rest + "z: 1\n";
    team.write("config/production/app.yaml", &text);
    let take = |code: i32| {
        let line = "printf 'y\\nn\\n' | git commit -p -m x";
        let run = team.exec("sh", &["-c", line]);
        assert_eq!(run.code, code, "{}{}", run.out, run.err);
        format!("{}{}", run.out, run.err)
    };
    let printed = take(1);
    assert!(printed.contains("tls.verify"), "{printed}");
    // Whatever becomes of the worktree meanwhile: what was about to be committed is acknowledged.
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 5));
    paste_ack(&team, &printed);
    team.write("config/production/app.yaml", &text);
    take(0);
    assert!(
        team.git(&["diff", "--stat"]).out.contains("app.yaml"),
        "the rest is left"
    );
}

#[test]
fn a_merge_without_conflicts_is_judged() {
    let team = hooked();
    team.git(&["checkout", "-q", "-b", "side"]);
    team.write("config/production/app.yaml", &risky());
    assert_eq!(commit(&team, &["-a", "--no-verify"]).code, 0);
    team.git(&["checkout", "-q", "main"]);
    team.write("README", "x");
    team.git(&["add", "-A"]);
    assert_eq!(commit(&team, &[]).code, 0);
    let run = team.exec("git", &["merge", "-q", "--no-edit", "side"]);
    assert_ne!(run.code, 0, "{}{}", run.out, run.err);
    let printed = format!("{}{}", run.out, run.err);
    assert!(printed.contains("tls.verify"), "{printed}");
    paste_ack(&team, &printed);
    assert_eq!(commit(&team, &[]).code, 0);
    assert!(
        team.git(&["log", "-1", "--format=%P"]).out.trim().contains(' '),
        "a merge"
    );
}

#[test]
fn what_would_turn_the_hook_off_is_refused_or_said() {
    let team = hooked();
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    // Variables that were left in the shell.
    for variable in [
        "TOLLGATE_ENV=staging",
        "TOLLGATE_SET=shop",
        "TOLLGATE_POLICY=/dev/null",
    ] {
        let run = team.exec("env", &[variable, "git", "commit", "-m", "x"]);
        assert_ne!(run.code, 0, "{variable}");
        assert!(run.err.contains("counts for nothing"), "{variable} {}", run.err);
    }
    team.expect(2, &["hook", "run", "pre-commit", "--proposed", "index"]);
    // A policy that lies here otherwise than it is committed.
    team.edit_policy("config/{env}/**", "elsewhere/{env}/**");
    let run = commit(&team, &[]);
    assert!(
        run.err.contains("tollgate.toml is not staged as it lies here"),
        "{}",
        run.err
    );
    // A policy that the commit takes away.
    team.git(&["rm", "-q", "-f", "tollgate.toml"]);
    let run = commit(&team, &["--allow-empty"]);
    assert_ne!(run.code, 0);
    assert!(run.err.contains("HEAD has it"), "{}", run.err);
    // A branch that never had one.
    team.git(&["checkout", "-q", "--orphan", "bare"]);
    team.git(&["rm", "-q", "-r", "-f", "."]);
    team.write("x", "x");
    team.git(&["add", "x"]);
    let run = commit(&team, &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("this branch has no tollgate.toml"),
        "{}",
        run.err
    );
}

#[test]
fn a_policy_below_the_top_folder_and_a_checkout_apart_are_found() {
    let team = Team::new();
    let sub = team.repository().join("it's sub");
    std::fs::create_dir(&sub).expect("a folder");
    for name in ["config", "tollgate.toml", "allowed_signers"] {
        std::fs::rename(team.repository().join(name), sub.join(name)).expect("moved");
    }
    team.git(&["add", "-A"]);
    team.git(&["commit", "-qm", "moved"]);
    team.expect(0, &["-C", "it's sub", "hook", "install"]);
    assert_eq!(commit(&team, &["--allow-empty"]).code, 0);
    team.write("it's sub/config/production/app.yaml", &risky());
    let run = commit(&team, &["-a"]);
    assert_ne!(run.code, 0);
    paste_ack(&team, &format!("{}{}", run.out, run.err));
    assert_eq!(commit(&team, &["-a"]).code, 0);

    // The repository lies elsewhere than the checkout.
    let team = hooked();
    let apart = team.root().join("apart.git");
    std::fs::rename(team.repository().join(".git"), &apart).expect("moved");
    team.write("config/production/app.yaml", &risky());
    let git_dir = format!("--git-dir={}", apart.display());
    let run = team.exec("git", &[&git_dir, "--work-tree=.", "commit", "-qam", "x"]);
    let printed = format!("{}{}", run.out, run.err);
    assert!(run.code != 0 && printed.contains("tls.verify"), "{printed}");
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_removed() {
    let team = hooked();
    team.write("other/x", "x");
    team.git(&["add", "-A"]);
    team.git(&["commit", "-qm", "x"]);
    team.git(&["sparse-checkout", "set", "--cone", "--no-sparse-index", "other"]);
    assert!(!team.repository().join("config/production").exists());
    let run = team.expect(
        0,
        &[
            "check",
            "-e",
            "production",
            "--at",
            "commit",
            "--deployed",
            "git:HEAD",
            "--format",
            "json",
        ],
    );
    assert_eq!(run.json()["changes"], serde_json::json!([]), "{}", run.out);
}

#[test]
fn what_libgit2_cannot_read_is_read_all_the_same() {
    let team = hooked();
    team.write("other/deep/x", "x");
    team.git(&["add", "-A"]);
    team.git(&["commit", "-qm", "x"]);
    team.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "config"]);
    team.expect(0, &["hook", "run", "pre-commit"]);
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "config"]);
    let run = team.expect(1, &["hook", "run", "pre-commit"]);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
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

#[test]
fn a_checkout_whose_git_folder_lies_elsewhere_is_guarded() {
    let team = Team::new();
    let elsewhere = team.root().join("sep.git");
    let flag = format!("--separate-git-dir={}", elsewhere.display());
    team.git(&["init", "-q", &flag, "."]);
    team.expect(0, &["hook", "install"]);
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert_ne!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!run.err.contains("not in git"), "{}", run.err);
    team.expect(1, &["hook", "run", "pre-commit"]);
    // As git sets it for hooks: the checkout is where git stands.
    let mut command = team.command("tollgate");
    command
        .args(["hook", "run", "pre-commit"])
        .env("GIT_DIR", &elsewhere);
    assert_eq!(command.output().expect("tollgate").status.code(), Some(1));
}

#[test]
fn rules_and_a_policy_that_are_not_the_ones_committed_are_said() {
    let team = hooked();
    let rule = "[[rule]]\nid = \"own/retries\"\ntitle = \"retries\"\nseverity = \"critical\"\npaths = [\"checkout.retries\"]\nmessage = \"{path}\"\n";
    team.write("rules/own.toml", rule);
    team.write(
        "rules/other.toml",
        &rule
            .replace("own/retries", "own/other")
            .replace("retries\"]", "nope\"]"),
    );
    let policy = crate::team::read_text(&team.repository().join("tollgate.toml"));
    team.write(
        "tollgate.toml",
        &policy.replace("version = 1\n", "version = 1\nrules = [\"rules/*.toml\"]\n"),
    );
    team.git(&["add", "-A"]);
    let run = commit(&team, &["--no-verify"]);
    assert_eq!(run.code, 0, "{}", run.err);
    team.retries(5, 9);
    team.git(&["add", "-A"]);
    assert_ne!(commit(&team, &[]).code, 0, "the rule refuses");
    team.write("rules/own.toml", &rule.replace("critical", "info"));
    let run = commit(&team, &[]);
    assert!(
        run.err.contains("rules/own.toml is not staged as it lies here"),
        "{}",
        run.err
    );
    std::fs::remove_file(team.repository().join("rules/own.toml")).expect("a rule");
    let run = team.tollgate(&["hook", "run", "pre-commit"]);
    assert!(
        run.err.contains("rules/own.toml is staged and does not lie here"),
        "{}",
        run.err
    );
    // A commit that changes the guard itself says so.
    team.git(&["checkout", "-q", "rules/own.toml"]);
    team.edit_policy("config/{env}/**/*.yaml", "nothing/{env}/*.yaml");
    team.git(&["add", "-A"]);
    let run = team.tollgate(&["hook", "run", "pre-commit"]);
    assert!(
        run.err.contains("tollgate.toml is changed by this commit"),
        "{}",
        run.err
    );
    // What is waived is a part of the guard.
    let waiver = "[[waiver]]\nrule = \"own/*\"\npath = \"**\"\nreason = \"x\"\nowner = \"y\"\nexpires = \"2999-01-01\"\n";
    team.write(".tollgate/waivers.toml", waiver);
    let run = team.tollgate(&["hook", "run", "pre-commit"]);
    assert!(
        run.err.contains(".tollgate/waivers.toml is not in git"),
        "{}",
        run.err
    );
}

#[test]
fn a_hook_that_git_does_not_run_is_no_hook() {
    use std::os::unix::fs::PermissionsExt as _;
    let team = hooked();
    let hook = team.repository().join(".git/hooks/pre-commit");
    let asleep = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&hook, asleep.clone()).expect("a mode");
    let run = team.expect(0, &["hook", "install"]);
    assert!(run.out.contains("wrote .git/hooks/pre-commit"), "{}", run.out);
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    assert_ne!(commit(&team, &[]).code, 0);
    // A word in a comment is no call, and neither is a call that is never run.
    for (text, mode) in [
        ("#!/bin/sh\n# tollgate hook run\n", 0o755),
        ("#!/bin/sh\ntollgate hook run pre-commit\n", 0o644),
    ] {
        std::fs::write(&hook, text).expect("a hook");
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(mode)).expect("a mode");
        let run = team.expect(2, &["hook", "install"]);
        assert!(run.err.contains("not ours"), "{}", run.err);
    }
}

#[test]
fn the_line_is_pasted_from_below_and_without_a_user() {
    let team = Team::new();
    // The policy lies in a folder, and that is where people stand.
    team.git(&["mv", "tollgate.toml", "config/tollgate.toml"]);
    std::fs::rename(
        team.repository().join("allowed_signers"),
        team.repository().join("config/allowed_signers"),
    )
    .expect("signers");
    let policy = crate::team::read_text(&team.repository().join("config/tollgate.toml"));
    team.write(
        "config/tollgate.toml",
        &policy
            .replace("config/{env}", "{env}")
            .replace("../live", "../../live"),
    );
    team.git(&["add", "-A"]);
    assert_eq!(commit(&team, &[]).code, 0);
    team.expect(0, &["-C", "config", "hook", "install"]);
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    let run = commit(&team, &[]);
    assert_ne!(run.code, 0);
    let printed = format!("{}{}", run.out, run.err);
    let line = printed
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("the line is printed");
    team.git(&["config", "user.email", "git@example.com"]);
    let mut shell = team.command("sh");
    shell
        .args(["-c", line])
        .current_dir(team.repository().join("config/production"));
    let output = shell
        .env_remove("USER")
        .env_remove("GIT_AUTHOR_EMAIL")
        .output()
        .expect("a shell");
    assert!(
        output.status.success(),
        "{line}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let acks = crate::team::read_text(&team.repository().join("config/.tollgate/acks.toml"));
    assert!(acks.contains("git@example.com"), "{acks}");
}

//! The way back when things are damaged, lost or broken off; and what speaks against a content when parts of
//! the ledger are gone.

use std::path::PathBuf;

use crate::team::{Team, read_text, snapshot};

fn tickets(team: &Team) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut stack = vec![team.root().join("home/.local/state/tollgate")];
    while let Some(folder) = stack.pop() {
        for row in std::fs::read_dir(folder).expect("a folder") {
            let path = row.expect("a row").path();
            if path.is_dir() {
                stack.push(path);
            } else if path.to_string_lossy().contains("/tickets/") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Three pushes to staging: retries 5, 6 and 7 over the 3 that was there.
fn pushed_thrice() -> Team {
    let team = Team::new();
    for retries in [5, 6, 7] {
        team.retries(retries, 5);
        team.push_staging();
    }
    team
}

fn live(team: &Team) -> String {
    read_text(&team.live("staging").join("app.yaml"))
}

#[test]
fn any_whole_copy_of_a_ticket_will_do() {
    let team = pushed_thrice();
    for path in tickets(&team).iter().filter(|path| path.ends_with("ticket.json")) {
        std::fs::write(path, "damaged").expect("a ticket");
    }
    team.expect(0, &["rollback", "staging"]);
    assert!(live(&team).contains("retries: 6"));
    let run = team.expect(0, &["rollback", "staging"]);
    assert!(
        run.out.contains("nothing to do")
            && run.out.contains("further back: tollgate rollback staging --to "),
        "{}",
        run.out
    );
}

#[test]
fn a_newest_ticket_that_is_lost_is_not_replaced_by_an_older_one() {
    let team = pushed_thrice();
    let all = tickets(&team);
    let newest = all
        .iter()
        .rfind(|path| !path.ends_with("ticket.json"))
        .expect("a ticket");
    for path in all
        .iter()
        .filter(|path| path.ends_with("ticket.json") || *path == newest)
    {
        std::fs::write(path, "damaged").expect("a ticket");
    }
    let before = snapshot(&team.live("staging"));
    let run = team.expect(3, &["rollback", "staging"]);
    assert!(run.err.contains("is damaged"), "{}", run.err);
    assert_eq!(snapshot(&team.live("staging")), before);
    // The message names the way that is left.
    let digits = run
        .err
        .split("add --to ")
        .nth(1)
        .expect("a hint")
        .split(' ')
        .next()
        .expect("digits");
    team.expect(0, &["rollback", "staging", "--to", digits]);
    assert!(live(&team).contains("retries: 5"));
}

#[test]
fn further_back_takes_a_release_and_removes_what_came_later() {
    let team = Team::new();
    team.push_staging();
    team.write("config/staging/later.yaml", "a: 1\n");
    team.push_staging();
    team.retries(9, 5);
    team.push_staging();
    let run = team.expect(2, &["rollback", "staging", "--to", "00000000"]);
    let first = run
        .err
        .lines()
        .find(|line| line.contains("known: "))
        .expect("the known ones")
        .to_owned();
    let oldest = first
        .rsplit(", ")
        .next()
        .expect("one")
        .split(' ')
        .next()
        .expect("digits")
        .to_owned();
    team.expect(0, &["rollback", "staging", "--to", &oldest]);
    assert!(live(&team).contains("retries: 3"));
    assert!(!team.live("staging").join("later.yaml").exists());
    team.expect(2, &["rollback", "staging", "--to", "abc"]);
}

#[test]
fn another_checkout_is_told_where_the_tickets_are() {
    let team = pushed_thrice();
    let moved = team.root().join("moved");
    std::fs::rename(team.repository(), &moved).expect("a move");
    let run = |args: &[&str]| {
        let mut command = team.command(env!("CARGO_BIN_EXE_tollgate"));
        let output = command.args(args).current_dir(&moved).output().expect("tollgate");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, err) = run(&["rollback", "staging"]);
    assert_eq!(code, Some(3), "{err}");
    let folder = err
        .split("--tickets ")
        .nth(1)
        .expect("a hint")
        .split("  (")
        .next()
        .expect("a folder");
    assert_eq!(run(&["rollback", "staging", "--tickets", folder]).0, Some(0));
    assert!(live(&team).contains("retries: 6"));
}

#[test]
fn a_push_that_broke_off_before_it_changed_anything_is_not_gone_back_from_twice() {
    let team = pushed_thrice();
    // What a push leaves that is killed between its ticket and its first file: the ticket.
    let newest = tickets(&team)
        .into_iter()
        .rfind(|path| !path.ends_with("ticket.json"))
        .expect("a ticket");
    let mut ticket: serde_json::Value = serde_json::from_str(&read_text(&newest)).expect("JSON");
    let live_sha = ticket["from"]["app.yaml"].clone();
    ticket["to"] = serde_json::json!([{"name": "app.yaml", "sha256": live_sha, "mode": 0o644}]);
    ticket["from"]["app.yaml"] = "00".repeat(32).into();
    ticket["run"] = "9999999999999999-aa".into();
    ticket["at"] = "2999-01-01T00:00:00Z".into();
    std::fs::write(
        newest.with_file_name("9999999999999999-aa.json"),
        ticket.to_string(),
    )
    .expect("a ticket");
    let run = team.expect(0, &["rollback", "staging"]);
    assert!(run.out.contains("nothing to do"), "{}", run.out);
    assert!(live(&team).contains("retries: 7"), "the last good release stays");
}

#[test]
fn what_was_changed_by_hand_is_kept_when_it_is_overwritten() {
    let team = pushed_thrice();
    std::fs::write(team.live("staging").join("app.yaml"), "by: hand\n").expect("a file");
    let run = team.expect(0, &["rollback", "staging"]);
    let kept = run.err.split("kept in ").nth(1).expect("a note").trim();
    assert_eq!(read_text(std::path::Path::new(kept)), "by: hand\n");
}

#[test]
fn a_rollback_with_a_key_that_does_not_work_takes_the_stamp_back() {
    let team = Team::new();
    team.push_staging();
    team.stamp_staging("stamper");
    let mut command = team.command(env!("CARGO_BIN_EXE_tollgate"));
    let output = command
        .args(["rollback", "staging"])
        .env("TOLLGATE_SIGNING_KEY", "junk")
        .output()
        .expect("tollgate");
    assert_eq!(output.status.code(), Some(0));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        err.contains("signed with this machine's own key") && !err.contains("\\n"),
        "{err}"
    );
    team.refused("voided");
}

#[test]
fn a_failed_check_speaks_against_a_content_though_the_ledger_lost_it() {
    let team = Team::new();
    team.push_staging();
    team.stamp_staging("stamper");
    team.expect(
        1,
        &["stamp", "staging", "--key", &team.key("stamper"), "--", "false"],
    );
    let entries = team.repository().join(".tollgate/ledger/00000003.json");
    std::fs::remove_file(entries).expect("the last entry");
    team.refused("voided");
}

#[test]
fn a_stamp_of_another_ledger_is_none_of_this_one() {
    let team = Team::new();
    team.push_staging();
    team.stamp_staging("stamper");
    let stamp = team.stamp_text();
    let other = Team::new();
    let trusted = read_text(&team.repository().join("allowed_signers"));
    other.write("allowed_signers", &trusted);
    other.settle(&["allowed_signers"]);
    other.only_stamp(&stamp);
    let run = other.refused("voided");
    assert!(run.out.contains("not this one"), "{}", run.out);
}

#[test]
fn the_line_that_a_refused_push_prints_can_be_pasted() {
    let team = Team::new();
    team.policy("file = \"allowed_signers\"", "");
    team.policy("[signers]\n", "");
    team.write(
        "config/staging/app.yaml",
        "auth:\n  server: 10.1.0.1:8443\ncheckout:\n  retries: 3\n  banner: welcome\ntls:\n  verify: false\n",
    );
    let run = team.expect(1, &["push", "staging"]);
    let line = run
        .out
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("the line is printed");
    let pasted = team.exec("sh", &["-c", line]);
    assert_eq!(pasted.code, 0, "{line}\n{}", pasted.err);
    team.expect(0, &["push", "staging"]);
    let run = team.expect(2, &["push", "staging", "--confirm", "production"]);
    assert!(run.err.contains("is not `staging`"), "{}", run.err);
}

#[test]
fn a_demo_that_is_broken_off_leaves_nothing() {
    let team = Team::new();
    let tmp = team.root().join("tmp");
    std::fs::create_dir_all(&tmp).expect("a folder");
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = team
            .command(env!("CARGO_BIN_EXE_tollgate"))
            .arg("demo")
            .env("TMPDIR", &tmp)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("tollgate");
        // Once its folder is there it is at work.
        while std::fs::read_dir(&tmp).expect("a folder").next().is_none() {
            assert!(child.try_wait().expect("a child").is_none(), "it ended by itself");
        }
        team.exec("kill", &[signal, &child.id().to_string()]);
        let ended = child.wait().expect("an end");
        assert!(
            ended.code() == Some(code) || ended.success(),
            "{signal}: {ended:?}"
        );
        assert!(
            std::fs::read_dir(&tmp).expect("a folder").next().is_none(),
            "{signal} leaves its folder"
        );
    }
}

#[test]
fn a_result_that_cannot_be_written_is_no_pass() {
    let team = Team::new();
    let run = team.exec(
        "sh",
        &[
            "-c",
            "tollgate check -e staging --at commit --deployed git:HEAD --format json >/dev/full",
        ],
    );
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("cannot be written"), "{}", run.err);
}

//! The push, its crashes, and the way back.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::team::{PRODUCTION_AUTH, Team, app, snapshot};

/// Staged, stamped, ready for production.
fn ready() -> Team {
    let team = Team::new();
    team.push_staging();
    team.stamp_staging("stamper");
    team
}

#[test]
fn the_way_back_puts_bytes_and_modes_back_and_twice_changes_nothing() {
    let team = Team::new();
    for env in ["staging", "production"] {
        team.write(&format!("../live/{env}/gone.yaml"), "level: 1\n");
        team.write(&format!("config/{env}/new/deep.yaml"), "level: 2\n");
    }
    let unmanaged = team.live("production").join("README.txt");
    std::fs::write(&unmanaged, "not ours").expect("a file");
    let app = team.live("production").join("app.yaml");
    std::fs::set_permissions(&app, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    let before = snapshot(&team.live("production"));

    // A file that goes has to be stood by; here it is not the point.
    team.policy("[signers]", "[environments.staging.actions]\nhigh = \"warn\"\n[environments.production.actions]\nhigh = \"warn\"\n[signers]");
    team.push_staging();
    team.stamp_staging("stamper");
    let run = team.push_production();
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let push = run.json()["push"]["sets"][0].clone();
    assert_eq!(
        (&push["written"], &push["removed"]),
        (&json!(["app.yaml", "new/deep.yaml"]), &json!(["gone.yaml"]))
    );
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&app), 0o640, "a file that is replaced keeps its mode");
    assert_eq!(mode(&team.live("production").join("new/deep.yaml")), 0o644);
    assert!(!team.live("production").join(".tollgate-push").exists());

    let run = team.expect(0, &["rollback", "production", "--format", "json"]);
    assert_eq!(run.json()["sets"][0]["removed"], json!(["new/deep.yaml"]));
    assert_eq!(snapshot(&team.live("production")), before);
    assert_eq!(mode(&app), 0o640);
    let again = team.expect(0, &["rollback", "production", "--format", "json"]);
    assert_eq!(again.json()["sets"][0]["written"], json!([]));
    assert_eq!(snapshot(&team.live("production")), before);
}

#[test]
fn nothing_on_the_way_back_can_refuse_it() {
    let team = ready();
    let before = snapshot(&team.live("production"));
    assert_eq!(team.push_production().code, 0);
    // Everything that a check stands on is broken, and every variable malformed.
    team.write("tollgate.toml", "this is = = no policy");
    team.write("allowed_signers", "\u{0}");
    team.write(".tollgate/acks.toml", "[[");
    team.write(".tollgate/ledger/00000001.json", "garbage");
    team.write("config/production/app.yaml", "{ not: yaml: at all");
    let mut command = team.command(env!("CARGO_BIN_EXE_tollgate"));
    command
        .args(["rollback", "production"])
        .env("TOLLGATE_KEY", "/nowhere");
    for name in [
        "DEADLINE",
        "AT",
        "FORMAT",
        "COLOR",
        "TIMEOUT",
        "NAMESERVER",
        "REPORT",
        "QUIET",
        "OFFLINE",
    ] {
        command.env(format!("TOLLGATE_{name}"), "malformed");
    }
    let output = command.output().expect("tollgate");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(snapshot(&team.live("production")), before);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("not written down"),
        "it says that the ledger is broken"
    );

    // The policy is gone, and so is one copy of the bytes.
    let team = ready();
    assert_eq!(team.push_production().code, 0);
    std::fs::remove_file(team.repository().join("tollgate.toml")).expect("the policy");
    let state = team.root().join("home/.local/state/tollgate");
    for row in std::fs::read_dir(&state).expect("state") {
        let blobs = row.expect("a row").path().join("blobs");
        if blobs.exists() {
            std::fs::remove_dir_all(blobs).expect("blobs");
        }
    }
    team.expect(0, &["rollback", "production"]);
    assert_eq!(snapshot(&team.live("production")), before);

    // Damaged bytes are never put back: without a whole copy it says so and touches nothing.
    let team = ready();
    assert_eq!(team.push_production().code, 0);
    let pushed = snapshot(&team.live("production"));
    for folder in [
        team.root().join("home/.local/state/tollgate"),
        team.repository().join(".tollgate/ledger/blobs"),
    ] {
        for name in snapshot(&folder)
            .keys()
            .filter(|name| !name.ends_with(".json") && !name.contains("machine"))
        {
            std::fs::write(folder.join(name), "damaged").expect("a blob");
        }
    }
    let run = team.expect(3, &["rollback", "production"]);
    assert!(run.err.contains("missing or damaged everywhere"), "{}", run.err);
    assert_eq!(snapshot(&team.live("production")), pushed);
    // Nobody ever pushed there.
    assert!(
        team.expect(3, &["rollback", "nowhere"])
            .err
            .contains("no rollback ticket")
    );
}

#[test]
fn what_is_missing_is_asked_for_only_after_the_verdict() {
    let team = Team::new();
    // Refused first, whatever else is missing.
    team.expect(1, &["push", "production", "--key", "/nowhere"]);
    team.push_staging();
    team.stamp_staging("stamper");
    let before = snapshot(&team.live("production"));
    let run = team.expect(2, &["push", "production"]);
    assert!(run.err.contains("--confirm production"), "{}", run.err);
    team.expect(2, &["push", "production", "--confirm", "staging"]);
    team.expect(
        2,
        &[
            "push",
            "production",
            "--confirm",
            "production",
            "--key",
            "/nowhere",
        ],
    );
    // A variable is no confirmation.
    let output = team
        .command(env!("CARGO_BIN_EXE_tollgate"))
        .args(["push", "production"])
        .env("TOLLGATE_CONFIRM", "production")
        .output()
        .expect("tollgate");
    assert_eq!(output.status.code(), Some(2));
    let run = team.expect(0, &["push", "production", "-n", "--format", "json"]);
    assert_eq!(run.json()["push"]["status"], "would_push");
    assert_eq!(snapshot(&team.live("production")), before);
    assert!(
        !team.root().join("home/.local/state/tollgate").exists()
            || !team.live("production").join(".tollgate-push").exists()
    );
}

#[test]
fn the_first_push_says_so_and_has_no_way_back() {
    let team = Team::new();
    std::fs::remove_dir_all(team.live("staging")).expect("a folder");
    let run = team.expect(2, &["push", "staging"]);
    assert!(run.err.contains("--first"), "{}", run.err);
    assert!(!team.live("staging").exists());
    team.expect(0, &["push", "staging", "--first"]);
    assert_eq!(
        snapshot(&team.live("staging")),
        snapshot(&team.repository().join("config/staging"))
    );
    for args in [["rollback", "staging"].as_slice(), &["rollback", "staging", "-n"]] {
        let run = team.expect(3, args);
        assert!(run.err.contains("nothing to go back to"), "{}", run.err);
    }

    // One that broke off can be undone: the journal of its run is still there, and one file is written.
    let live = team.live("staging");
    let run = newest_run(&team);
    let journal = json!({"run": run, "environment": "staging", "set": "shop", "steps": []});
    std::fs::create_dir_all(live.join(".tollgate-push")).expect("a folder");
    std::fs::write(live.join(".tollgate-push/journal.json"), journal.to_string()).expect("a journal");
    team.expect(0, &["rollback", "staging"]);
    assert_eq!(snapshot(&live), BTreeMap::new());
}

/// The run of the newest ticket.
fn newest_run(team: &Team) -> String {
    let state = team.root().join("home/.local/state/tollgate");
    let tickets = snapshot(&state);
    let names = tickets
        .keys()
        .filter(|name| name.contains("/tickets/") && !name.ends_with("/ticket.json"));
    let last = names.max().expect("a ticket");
    let name = last.rsplit('/').next().expect("a name");
    name.trim_end_matches(".json").to_owned()
}

#[test]
fn an_environment_that_does_not_enforce_is_still_not_pushed_to() {
    let team = Team::new();
    team.policy("after = [\"staging\"]", "after = [\"staging\"]\nenforce = false");
    team.expect(0, &["check", "-e", "production"]);
    team.refused("missing");
}

#[test]
fn a_target_that_another_run_holds_is_left_alone() {
    let team = Team::new();
    let before = snapshot(&team.live("staging"));
    let folder = std::fs::File::open(team.live("staging")).expect("a folder");
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    let run = team.expect(3, &["push", "staging"]);
    assert!(run.err.contains("another push"), "{}", run.err);
    assert_eq!(snapshot(&team.live("staging")), before);
    drop(folder);
    team.push_staging();
    // The way back waits a little for whoever holds it, and then goes on.
    let folder = std::fs::File::open(team.live("staging")).expect("a folder");
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    team.expect(0, &["rollback", "staging"]);
    assert_eq!(snapshot(&team.live("staging")), before);
}

#[test]
fn links_and_folders_in_the_way_are_not_replaced() {
    let team = Team::new();
    let live = team.live("staging").join("app.yaml");
    let real = team.root().join("elsewhere.yaml");
    std::fs::rename(&live, &real).expect("a file");
    std::os::unix::fs::symlink(&real, &live).expect("a link");
    let run = team.tollgate(&["push", "staging"]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(std::fs::symlink_metadata(&live).expect("a link").is_symlink());
}

#[test]
fn a_file_becomes_a_folder_and_the_other_way_round() {
    let team = Team::new();
    team.policy("config/{env}/**/*.yaml", "config/{env}/**");
    team.policy(
        "[signers]",
        "[environments.staging.actions]\nhigh = \"warn\"\n[signers]",
    );
    let part = team.repository().join("config/staging/part.yaml");
    let push = |team: &Team| {
        team.push_staging();
        assert_eq!(
            snapshot(&team.live("staging")),
            snapshot(&team.repository().join("config/staging"))
        );
    };
    team.write("config/staging/part.yaml", "level: 1\n");
    push(&team);
    std::fs::remove_file(&part).expect("a file");
    team.write("config/staging/part.yaml/deep/one.yaml", "level: 2\n");
    let before = snapshot(&team.live("staging"));
    push(&team);
    team.expect(0, &["rollback", "staging"]);
    assert_eq!(snapshot(&team.live("staging")), before);
    push(&team);
    let before = snapshot(&team.live("staging"));
    std::fs::remove_dir_all(&part).expect("a folder");
    team.write("config/staging/part.yaml", "level: 3\n");
    push(&team);
    team.expect(0, &["rollback", "staging"]);
    assert_eq!(snapshot(&team.live("staging")), before);
    // A file of somebody else in the folder stays, and nothing is touched.
    team.policy("config/{env}/**", "config/{env}/*.yaml");
    push(&team);
    team.expect(0, &["rollback", "staging"]);
    std::fs::write(team.live("staging").join("part.yaml/.git"), "not of the set").expect("a file");
    let before = snapshot(&team.live("staging"));
    let run = team.expect(3, &["push", "staging", "--key", &team.key("pusher")]);
    assert!(
        run.err.contains("is to stay") && run.err.contains("nothing of `shop` was touched"),
        "{}",
        run.err
    );
    assert_eq!(snapshot(&team.live("staging")), before);
}

#[test]
fn two_config_sets_cannot_own_one_file() {
    let team = Team::new();
    team.policy(
        "[environments.staging]",
        "[configs.twin]\nfiles = \"config/{env}/a*.yaml\"\n[environments.staging]",
    );
    let run = team.expect(2, &["push", "staging"]);
    assert!(run.err.contains("belongs to two config sets"), "{}", run.err);
}

/// A folder of twenty files that all change.
fn twenty(team: &Team, level: u32) -> BTreeMap<String, Vec<u8>> {
    for at in 0..20 {
        let text = format!("level: {level}\npad: {}\n", "x".repeat(20_000));
        team.write(&format!("config/staging/part{at:02}.yaml"), &text);
    }
    snapshot(&team.repository().join("config/staging"))
}

/// A small generator, so that the points differ from run to run of the loop and never repeat a pattern.
fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn kill_9_at_any_point_leaves_whole_files_and_the_next_run_finishes_or_undoes() {
    let team = Team::new();
    team.write("allowed_signers", "");
    team.settle(&["allowed_signers"]);
    let mut old = twenty(&team, 0);
    team.expect(0, &["push", "staging", "--offline", "-n"]);
    let started = Instant::now();
    team.push_staging();
    let whole = u64::try_from(started.elapsed().as_micros()).expect("time");
    let mut seed = 42;
    let (mut half, mut untouched, mut complete) = (0, 0, 0);
    for round in 1..=50 {
        let new = twenty(&team, round);
        let mut child = team
            .command(env!("CARGO_BIN_EXE_tollgate"))
            .args(["push", "staging", "-q"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("tollgate");
        let live = team.live("staging");
        let inode = |path: &std::path::Path| std::fs::metadata(path).map(|file| file.ino()).ok();
        let choice = next(&mut seed);
        let (watched, pause) = match round % 5 {
            // Anywhere from the first instruction to a little after the usual end.
            0 => (None, choice % (whole * 6 / 5)),
            // While the files are made ready.
            1 => (Some(live.join(".tollgate-push")), choice % 20_000),
            // Between two files.
            _ => (
                Some(live.join(format!("part{:02}.yaml", choice % 20))),
                choice % 500,
            ),
        };
        let before = watched.as_deref().and_then(inode);
        while watched.as_deref().is_some_and(|path| inode(path) == before)
            && child.try_wait().expect("a child").is_none()
        {
            std::hint::spin_loop();
        }
        std::thread::sleep(Duration::from_micros(pause));
        let _ = child.kill();
        child.wait().expect("it ends");

        let mut fresh = 0;
        for (name, bytes) in &new {
            let there = std::fs::read(live.join(name)).expect("every file is there");
            assert!(
                there == *bytes || there == old[name],
                "round {round}: {name} is neither old nor new"
            );
            fresh += usize::from(there == *bytes && there != old[name]);
        }
        match fresh {
            0 => untouched += 1,
            20 => complete += 1,
            _ => half += 1,
        }
        if round % 2 == 0 {
            // Undone, where it had begun; else there is nothing to do for the push, or it is taken back.
            let interrupted = live.join(".tollgate-push/journal.json").exists();
            if interrupted {
                team.expect(3, &["check", "-e", "staging", "--at", "commit"]);
                team.expect(0, &["rollback", "staging"]);
                assert_eq!(snapshot(&live), old, "round {round}: undone");
            }
        }
        let run = team.expect(0, &["push", "staging", "--format", "json"]);
        assert_eq!(snapshot(&live), new, "round {round}: finished\n{}", run.err);
        old = new;
    }
    // Shown with --nocapture: how many rounds hit the middle.
    println!("50 kills: {untouched} before the first file, {half} in between, {complete} after the last");
    // The chain is whole, and every content that was live is in it.
    let run = team.expect(
        0,
        &[
            "check",
            "-e",
            "production",
            "--deployed",
            "ledger",
            "--at",
            "commit",
            "--format",
            "json",
        ],
    );
    assert!(!run.codes().contains(&"TG305".to_owned()));
}

#[test]
fn a_journal_is_finished_from_any_step() {
    // Deterministic twin of the kills: the state after each number of renamed files, made by hand.
    let team = Team::new();
    let old = {
        twenty(&team, 0);
        team.push_staging();
        snapshot(&team.live("staging"))
    };
    let new = twenty(&team, 1);
    let names: Vec<&String> = new.keys().filter(|name| new[*name] != old[*name]).collect();
    for done in [0, 1, 7, 19, 20] {
        let live = team.live("staging");
        let staging = live.join(".tollgate-push");
        std::fs::create_dir_all(staging.join("run-1")).expect("a folder");
        let hex = |bytes: &[u8]| tollgate::doc::digest::hex(&tollgate::doc::digest::sha256(bytes));
        let mut steps = Vec::new();
        for (at, name) in names.iter().enumerate() {
            steps.push(json!({"name": name, "old": hex(&old[*name]), "new": hex(&new[*name])}));
            let place = if at < done {
                live.join(name)
            } else {
                staging.join("run-1").join(format!("{at:06}"))
            };
            std::fs::write(place, &new[*name]).expect("a file");
        }
        let journal = json!({"run": "run-1", "environment": "staging", "set": "shop", "steps": steps});
        std::fs::write(staging.join("journal.json"), journal.to_string()).expect("a journal");
        team.expect(3, &["stamp", "staging"]);
        let run = team.expect(0, &["push", "staging"]);
        assert!(run.err.contains("finished the push"), "{}", run.err);
        assert_eq!(snapshot(&live), new);
        for name in &names {
            std::fs::write(live.join(name), &old[*name]).expect("a file");
        }
    }
    // A step that somebody else changed meanwhile is not overwritten.
    let live = team.live("staging");
    let staging = live.join(".tollgate-push");
    std::fs::create_dir_all(staging.join("run-1")).expect("a folder");
    let journal = json!({"run": "run-1", "environment": "staging", "set": "shop",
        "steps": [{"name": "app.yaml", "old": "0".repeat(64), "new": "1".repeat(64)}]});
    std::fs::write(staging.join("journal.json"), journal.to_string()).expect("a journal");
    let run = team.expect(3, &["push", "staging"]);
    assert!(
        run.err.contains("changed by somebody else") && run.err.contains("rollback"),
        "{}",
        run.err
    );
    // Nor does a journal lead out of the folder.
    for name in ["../escape.yaml", "/etc/escape", "a/../../b", ""] {
        let journal = json!({"run": "run-1", "environment": "staging", "set": "shop",
            "steps": [{"name": name, "old": null, "new": null}]});
        std::fs::write(staging.join("journal.json"), journal.to_string()).expect("a journal");
        team.expect(3, &["push", "staging"]);
    }
    team.expect(0, &["rollback", "staging"]);
}

#[test]
fn what_changed_behind_the_verdict_is_not_overwritten() {
    let team = Team::new();
    // `deployed` says something else than what the target holds: the verdict would be about another change.
    team.policy(
        "[environments.production]",
        "deployed = \"git:HEAD\"\n[environments.production]",
    );
    team.retries(9, 9);
    let before = snapshot(&team.live("staging"));
    let run = team.tollgate(&["push", "staging"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("TG402"), "{}", run.err);
    assert_eq!(snapshot(&team.live("staging")), before);
}

#[test]
fn the_ledger_keeps_what_was_pushed_and_is_a_side_of_its_own() {
    let team = ready();
    assert_eq!(team.push_production().code, 0);
    team.policy(
        "after = [\"staging\"]",
        "after = [\"staging\"]\ndeployed = \"ledger\"",
    );
    let run = team.expect(0, &["check", "-e", "production", "--format", "json"]);
    assert_eq!(run.json()["changes"], json!([]));
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    let run = team.tollgate(&["check", "-e", "production", "--format", "json"]);
    assert_eq!(run.json()["changes"][0]["path"], "checkout.retries");
    assert_eq!(run.json()["changes"][0]["old"], "5");
    // The target drifts: what is in the ledger is not what is live, and the push sees it.
    let ledger = team.repository().join(".tollgate/ledger");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&ledger), 0o700);
    for name in snapshot(&ledger).keys() {
        assert_eq!(mode(&ledger.join(name)), 0o600, "{name}");
    }
}

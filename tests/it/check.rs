//! `check`: verdicts, exit codes, moments, addresses.

use serde_json::json;

use crate::harness::Place;

#[test]
fn no_change_passes_and_a_risky_one_does_not() {
    let place = Place::new();
    let run = place.check("a: 1\n", "a: 1 # comment\n");
    assert_eq!((run.code, run.json()["verdict"].clone()), (0, json!("pass")));
    let run = place.check("tls: {enabled: true}\n", "tls: {enabled: false}\n");
    assert_eq!((run.code, run.json()["verdict"].clone()), (1, json!("refuse")));
    let finding = &run.json()["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["action"], &finding["severity"]),
        (&json!("tls/off"), &json!("approve"), &json!("critical"))
    );
    assert_eq!(
        (&finding["line"], &finding["column"], &finding["end_column"]),
        (&json!(1), &json!(16), &json!(21))
    );
}

#[test]
fn an_address_of_class_e_is_denied_and_cannot_be_acknowledged() {
    let place = Place::new();
    for bad in [
        "10.20.30.400:8443",
        "auth..shop.internal",
        "192.0.2.1",
        "x.invalid",
        "changeme",
        "db:99999",
    ] {
        let run = place.check("server: 10.0.0.1:80\n", &format!("server: \"{bad}\"\n"));
        assert_eq!(run.code, 1, "{bad}: {}", run.out);
        let json = run.json();
        let finding = json["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .find(|f| f["action"] == "deny")
            .expect("denied");
        assert!(
            ["TG204", "TG205"].contains(&finding["code"].as_str().expect("a code")),
            "{bad}: {finding}"
        );
        let fingerprint = finding["fingerprint"].as_str().expect("a fingerprint");
        let ack = place.run(&[
            "ack",
            fingerprint,
            "--reason",
            "x",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ]);
        assert_eq!(ack.code, 2, "{bad}: {}", ack.out);
    }
}

#[test]
fn an_unchanged_bad_address_warns() {
    let place = Place::new();
    let run = place.check("server: x.invalid\nlevel: 1\n", "level: 2\nserver: x.invalid\n");
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(run.json()["findings"][0]["action"], "warn");
}

#[test]
fn offline_warns_at_commit_and_is_undecided_later() {
    let place = Place::new();
    place.write("old.yaml", "server: a.shop.io\n");
    place.write("new.yaml", "server: b.shop.io\n");
    for (at, code) in [("commit", 0), ("merge", 3), ("push", 3)] {
        let run = place.run(&[
            "check",
            "--at",
            at,
            "--offline",
            "--format",
            "json",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ]);
        assert_eq!(run.code, code, "{at}: {}", run.out);
        assert_eq!(run.json()["skipped"][0]["why"], "--offline");
        assert_eq!(run.json()["addresses"][0]["outcome"], "skipped");
    }
}

#[test]
fn refused_beats_undecided() {
    let place = Place::new();
    place.write("old.yaml", "server: a.shop.io\n");
    place.write("new.yaml", "server: b.shop.io\ntls: {verify: false}\n");
    let run = place.run(&[
        "check",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    assert_eq!((run.code, run.json()["verdict"].clone()), (1, json!("refuse")));
}

#[test]
fn a_proposed_file_that_does_not_parse_is_refused_and_a_deployed_one_is_not() {
    let place = Place::new();
    let run = place.check("a: 1\n", "a: [1\nb: 2\n");
    assert_eq!(run.code, 1);
    let finding = &run.json()["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["file"]),
        (&json!("TG501"), &json!("new.yaml"))
    );
    assert!(finding["line"].is_u64());
    let run = place.check("a: [1\nb: 2\n", "a: 1\n");
    assert_eq!(
        (run.code, run.codes()),
        (0, vec!["TG502".to_owned()]),
        "{}",
        run.out
    );
    assert_eq!(run.json()["changes"][0]["kind"], "added");
}

#[test]
fn a_duplicate_key_in_the_proposal_is_refused() {
    let run = Place::new().check("a: 1\n", "a: 1\na: 2\n");
    assert_eq!((run.code, run.codes()), (1, vec!["TG503".to_owned()]));
}

#[test]
fn folders_are_compared_file_by_file() {
    let place = Place::new();
    for side in ["old", "new"] {
        place.write(&format!("{side}/a.yaml"), "x: 1\n");
        place.write(&format!("{side}/sub/b.json"), "{\"y\": 1}");
    }
    place.write("old/gone.toml", "z = 1\n");
    place.write("new/sub/b.json", "{\"y\": 2}");
    place.write("new/.env", "A=1\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    let changes = run.json()["changes"].clone();
    let shown: Vec<String> = changes
        .as_array()
        .expect("changes")
        .iter()
        .map(|c| format!("{} {} {}", c["file"], c["kind"], c["path"]))
        .collect();
    assert_eq!(
        shown,
        [
            "\"new/.env\" \"added\" \"\"",
            "\"old/gone.toml\" \"removed\" \"\"",
            "\"new/sub/b.json\" \"changed\" \"y\""
        ]
    );
}

#[test]
fn standard_input_is_a_side() {
    let place = Place::new();
    place.write("old.yaml", "a: 1\n");
    let run = place.run_with(&["diff", "--format", "json", "old.yaml", "-"], "a: 2\n", &[]);
    assert_eq!(
        (run.code, run.json()["changes"][0]["new"].clone()),
        (1, json!("2"))
    );
}

#[test]
fn what_is_missing_is_an_error_or_undecided() {
    let place = Place::new();
    place.write("new.yaml", "a: 1\n");
    let run = place.run(&[
        "check",
        "--deployed",
        "nowhere.yaml",
        "new.yaml",
        "--format",
        "json",
    ]);
    assert_eq!(
        (run.code, run.codes()),
        (3, vec!["TG904".to_owned()]),
        "{}",
        run.out
    );
    let run = place.run(&["check", "--deployed", "/dev/null", "new.yaml", "--format", "json"]);
    assert_eq!(
        (run.code, run.codes()),
        (0, vec!["TG508".to_owned()]),
        "{}",
        run.out
    );
    let run = place.run(&["check", "--deployed", "new.yaml", "nowhere.yaml"]);
    assert_eq!(run.code, 2);
    let run = place.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("tollgate init"), "{}", run.err);
}

#[test]
fn the_environment_cannot_weaken_a_check() {
    let place = Place::new();
    place.write("old.yaml", "server: a.shop.io\n");
    place.write("new.yaml", "server: b.invalid\n");
    let args = ["check", "--format", "json", "--deployed", "old.yaml", "new.yaml"];
    let run = place.run_with(
        &args,
        "",
        &[
            ("TOLLGATE_AT", "commit"),
            ("TOLLGATE_OFFLINE", "true"),
            ("TOLLGATE_POLICY", "none.toml"),
        ],
    );
    assert_eq!(run.json()["at"], "push");
    let skipped: Vec<String> = run.json()["skipped"]
        .as_array()
        .expect("skipped")
        .iter()
        .map(|s| s["what"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(skipped, ["TOLLGATE_POLICY", "TOLLGATE_AT", "TOLLGATE_OFFLINE"]);
    let run = place.run_with(
        &["diff", "old.yaml", "new.yaml"],
        "",
        &[("TOLLGATE_FORMAT", "json")],
    );
    assert_eq!(run.json()["changes"][0]["kind"], "changed");
}

#[test]
fn a_rule_that_cannot_judge_says_so() {
    let run = Place::new().check("read_timeout: 30s\n", "read_timeout: ${T}\n");
    assert!(
        run.codes().iter().all(|code| code == "TG104") && !run.codes().is_empty(),
        "{}",
        run.out
    );
}

#[test]
fn a_key_that_no_rule_covers_is_unrated() {
    let run = Place::new().check("color: red\npool: {max: 64}\n", "color: blue\npool: {max: 60}\n");
    let changes = run.json()["changes"].clone();
    assert_eq!(
        (&changes[0]["rated"], &changes[1]["rated"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn a_closed_pipe_keeps_the_code() {
    let place = Place::new();
    place.write("old.yaml", "tls: {enabled: true}\n");
    place.write("new.yaml", "tls: {enabled: false}\n");
    let bin = env!("CARGO_BIN_EXE_tollgate");
    let script = format!(
        "'{bin}' check --at commit --offline --deployed old.yaml new.yaml | true; echo ${{PIPESTATUS[0]}}"
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(place.path())
        .output()
        .expect("bash");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "1");
}

#[test]
fn a_config_set_that_cannot_be_meant_is_an_error() {
    let place = Place::new();
    place.write("a.yaml", "a: 1\n");
    assert_eq!(
        place
            .run(&["check", "--set", "shop", "--deployed", "a.yaml", "a.yaml"])
            .code,
        2
    );
}

//! `tollgate.toml`: strict, with spans, all faults at once; environments and config sets.

use serde_json::json;

use crate::harness::Place;

const POLICY: &str = r#"version = 1
[configs.shop]
files = "config/{env}/**/*.yaml"
[environments.staging]
target = { dir = "live/staging" }
[environments.production]
after = ["staging"]
target = { dir = "live/production" }
"#;

fn shop() -> Place {
    let place = Place::new();
    place.write("tollgate.toml", POLICY);
    for env in ["staging", "production"] {
        place.write(&format!("config/{env}/a.yaml"), "level: 1\n");
        place.write(&format!("live/{env}/a.yaml"), "level: 1\n");
        place.write(&format!("live/{env}/untouched.txt"), "not of the set\n");
    }
    place
}

#[test]
fn faults_are_reported_all_at_once_with_their_lines() {
    let place = Place::new();
    place.write(
        "tollgate.toml",
        "version = 1\nrulez = []\n[configs.a]\nfiles = \"x/[a\"\nper_env = [\"a..b\"]\n[environments.p]\nafter = [\"q\"]\nsoak = \"banana\"\n[environments.p.actions]\nhigh = \"aprove\"\n[environments.r]\nafter = [\"s\"]\n[environments.s]\nafter = [\"r\"]\n[resolver]\nnameservers = [\"dns\"]\n",
    );
    let run = place.run(&["check"]);
    assert_eq!(run.code, 2);
    for (text, line) in [
        ("unknown key `rulez`", ":2:"),
        ("bad file pattern", ":4:"),
        ("bad key pattern at character 3", ":5:"),
        ("there is no environment `q`", ":7:"),
        ("`banana` is not a duration", ":8:"),
        ("`aprove` is no action", ":10:"),
        ("in a circle", ":1"),
        ("is no name server", ":16:"),
    ] {
        assert!(run.err.contains(text), "{text} in {}", run.err);
        assert!(
            run.err.contains(&format!("tollgate.toml{line}")),
            "{line} in {}",
            run.err
        );
    }
    assert!(run.err.contains("did you mean `rules`?") && run.err.contains("did you mean `approve`?"));
}

#[test]
fn the_stamp_is_missing_at_push_and_needed_later_before() {
    let place = shop();
    place.write("config/production/a.yaml", "level: 2\n");
    let run = place.run(&["check", "-e", "production", "--format", "json"]);
    assert_eq!(
        (run.code, run.json()["stamp"]["status"].clone()),
        (1, json!("missing"))
    );
    assert_eq!(run.codes(), ["TG301"]);
    for at in ["commit", "merge"] {
        let run = place.run(&["check", "-e", "production", "--at", at, "--format", "json"]);
        assert_eq!(
            (run.code, run.json()["findings"][0]["action"].clone()),
            (0, json!("note")),
            "{at}"
        );
    }
    let run = place.run(&["check", "-e", "staging", "--format", "json"]);
    assert_eq!(
        (run.code, run.json()["stamp"]["status"].clone()),
        (0, json!("not_required"))
    );
}

#[test]
fn without_an_environment_every_one_is_checked_and_the_worst_counts() {
    let place = shop();
    let run = place.run(&["check", "--format", "json"]);
    assert_eq!((run.code, run.json()["environment"].clone()), (0, json!(null)));
    place.write("config/production/a.yaml", "level: 2\n");
    let run = place.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["findings"][0]["environment"], "production");
    let mut production = run.json()["environments"][1].clone();
    let proof = production["stamp"]["proofs"].take()[0].clone();
    assert_eq!(
        production,
        json!({"name": "production", "verdict": "refuse", "enforced": true,
            "stamp": {"status": "missing", "after": ["staging"], "proofs": null}})
    );
    assert_eq!(
        (&proof["set"], &proof["from"], &proof["status"]),
        (&json!("shop"), &json!("staging"), &json!("missing"))
    );
}

#[test]
fn an_environment_that_does_not_enforce_shows_the_verdict_and_exits_0() {
    let place = shop();
    place.write(
        "tollgate.toml",
        POLICY.replace("after = [\"staging\"]", "after = [\"staging\"]\nenforce = false"),
    );
    place.write("config/production/a.yaml", "level: 2\n");
    let run = place.run(&["check", "-e", "production", "--format", "json"]);
    assert_eq!(
        (
            run.code,
            run.json()["verdict"].clone(),
            run.json()["exit_code"].clone()
        ),
        (0, json!("refuse"), json!(0))
    );
    assert!(
        place
            .run(&["check", "-e", "production"])
            .out
            .contains("WOULD REFUSE")
    );
}

#[test]
fn files_of_the_set_only() {
    let place = shop();
    place.write("config/production/b.yaml", "x: 1\n");
    place.write("config/production/readme.md", "no config\n");
    let run = place.run(&["check", "-e", "production", "--at", "commit", "--format", "json"]);
    let changes = run.json()["changes"].clone();
    assert_eq!(changes.as_array().map(Vec::len), Some(1), "{changes}");
    assert_eq!(changes[0]["file"], "config/production/b.yaml");
}

#[test]
fn globs_that_match_nothing_and_unreachable_sides_are_undecided() {
    let place = shop();
    place.write(
        "tollgate.toml",
        POLICY.replace("config/{env}/**/*.yaml", "confg/{env}/**/*.yml"),
    );
    let run = place.run(&["check", "-e", "production", "--format", "json"]);
    assert_eq!((run.code, run.codes()), (3, vec!["TG903".to_owned()]));
    place.write("tollgate.toml", POLICY.replace("live/production", "nowhere"));
    let run = place.run(&["check", "-e", "production", "--at", "commit", "--format", "json"]);
    assert_eq!(run.code, 0);
    assert!(
        run.codes().contains(&"TG508".to_owned()),
        "a target nobody pushed to is empty, and said so"
    );
    for source in ["dir:nowhere", "git:main"] {
        place.write(
            "tollgate.toml",
            POLICY.replace("after = [", &format!("deployed = \"{source}\"\nafter = [")),
        );
        let run = place.run(&["check", "-e", "production", "--format", "json"]);
        assert_eq!((run.code, run.codes()), (3, vec!["TG904".to_owned()]), "{source}");
    }
    place.write(
        "tollgate.toml",
        POLICY.replace("after = [", "deployed = \"ledger\"\nafter = ["),
    );
    let run = place.run(&["check", "-e", "production", "--at", "commit", "--format", "json"]);
    assert!(
        run.codes().contains(&"TG508".to_owned()),
        "a ledger without pushes is empty, and said so"
    );
}

#[test]
fn actions_and_own_rules() {
    let place = shop();
    let head = "rules = [\"rules/*.toml\"]\npacks = [\"tls\"]\n";
    place.write(
        "tollgate.toml",
        format!("{head}{POLICY}[environments.production.actions]\nlow = \"deny\"\n"),
    );
    place.write("rules/own.toml", "[[rule]]\nid = \"own/level\"\ntitle = \"the level changes\"\nseverity = \"low\"\npaths = [\"level\"]\nmessage = \"{old} to {new}\"\n[[rule.test]]\nold = \"level: 1\"\nnew = \"level: 2\"\nexpect = \"match\"\n");
    place.write("config/production/a.yaml", "level: 2\n");
    let run = place.run(&["check", "-e", "production", "--at", "commit", "--format", "json"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let finding = &run.json()["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["action"], &finding["message"]),
        (&json!("own/level"), &json!("deny"), &json!("1 to 2"))
    );
    let run = place.run(&["rules", "list", "-e", "production", "--format", "json"]);
    let packs: std::collections::BTreeSet<String> = run.json()["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|r| r["pack"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(packs.into_iter().collect::<Vec<_>>(), ["own", "tls"]);
    assert_eq!(
        place.run(&["rules", "test", "own/"]).out.lines().last(),
        Some("1 rules, 1 tests, 0 failed")
    );
}

#[test]
fn rule_files_are_strict() {
    let place = shop();
    place.write("tollgate.toml", format!("rules = [\"rules/*.toml\"]\n{POLICY}"));
    assert!(
        place.run(&["check"]).err.contains("rules"),
        "a pattern that matches nothing"
    );
    place.write(
        "rules/bad.toml",
        "[[rule]]\nid = \"Bad\"\ntitle = \"t\"\nseverity = \"hihg\"\npaths = [\"a.{b\"]\nwhen = { ratoi = { lt = 1 }, new = { matches = \"(\" } }\nmessage = \"{nope}\"\n[[rule.test]]\nnew = \"a: 1\"\nexpect = \"mach\"\n",
    );
    let run = place.run(&["check"]);
    assert_eq!(run.code, 2);
    for text in [
        "`Bad` is no rule id",
        "did you mean `high`?",
        "bad path pattern at character 3",
        "did you mean `ratio`?",
        "bad regular expression",
        "unknown placeholder `{nope}`",
        "did you mean `match`?",
    ] {
        assert!(run.err.contains(text), "{text} in {}", run.err);
    }
}

#[test]
fn init_writes_a_policy_that_loads_and_never_overwrites_one() {
    let place = Place::new();
    let run = place.run(&["init", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("wrote tollgate.toml"));
    place.write("config/production/a.yaml", "a: 1\n");
    let run = place.run(&["check", "-e", "production", "--at", "commit", "--format", "json"]);
    assert_eq!(
        (run.code, run.codes()),
        (0, vec!["TG508".to_owned(), "TG301".to_owned()]),
        "{}{}",
        run.out,
        run.err
    );
    let run = place.run(&["init", "--yes"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("nothing was written"));
}

#[test]
fn the_policy_is_found_from_below_up_to_the_repository() {
    let place = shop();
    std::fs::create_dir(place.path().join(".git")).expect("a folder");
    place.write("config/production/a.yaml", "level: 2\n");
    let run = place.run(&[
        "-C",
        "config/production",
        "check",
        "-e",
        "production",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    std::fs::create_dir(place.path().join("config/.git")).expect("a folder");
    assert_eq!(
        place.run(&["-C", "config/production", "check"]).code,
        2,
        "the search ends at the repository's root"
    );
}

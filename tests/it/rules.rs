//! The rule engine as its users meet it: rule files, the policy's words about rules, waivers, packs of others, and the
//! commands that work with rules.

use std::fmt::Write as _;

use serde_json::Value;

use crate::harness::{Place, Run};

/// A rule that flags every change of a path, with further lines.
fn rule(id: &str, path: &str, further: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nseverity = \"high\"\npaths = [\"{path}\"]\n{further}\n\n[[rule.test]]\nold = \"a: 1\"\nnew = \"a: 1\"\nexpect = \"no_match\"\n"
    )
}

fn place(policy: &str, rules: &str) -> Place {
    let place = Place::new();
    place.write(
        "tollgate.toml",
        format!("version = 1\npacks = []\nrules = [\"rules/*.toml\"]\n{policy}"),
    );
    place.write("rules/own.toml", rules);
    place
}

/// Git with nothing of this machine in it.
fn git(place: &Place, args: &[&str]) {
    let output = std::process::Command::new("git")
        .current_dir(place.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(args)
        .output()
        .expect("git is installed");
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn check(place: &Place, further: &[&str]) -> Run {
    let mut args = vec![
        "check",
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
    ];
    args.extend(further);
    place.run(&args)
}

fn findings(run: &Run) -> Vec<Value> {
    let outcome: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err));
    outcome["findings"].as_array().cloned().unwrap_or_default()
}

fn of_rule<'f>(findings: &'f [Value], rule: &str) -> Vec<&'f Value> {
    findings
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .collect()
}

#[test]
fn what_is_wrong_with_a_rule_file_is_said_with_its_place() {
    for (rules, want) in [
        (rule("x/a", "**", "wehn = {}"), "unknown key `wehn`"),
        (rule("x/a", "**", "when = { rato = { lt = 1 } }"), "rato"),
        (rule("x/a", "a..b", ""), "bad path pattern"),
        (
            rule("x/a", "**", "when = { new = { matches = '(' } }"),
            "bad regular expression",
        ),
        (rule("x/a", "a.b\", \"!a.b", ""), "unreachable"),
        (rule("x/a", "a\", \"a", ""), "named twice"),
        (rule("x/a", "**", "except = [\"**\"]"), "unreachable"),
        (
            rule("x/a", "**", "when = { ref = { to = \"max\" } }"),
            "`ref` needs",
        ),
        (
            rule(
                "x/a",
                "**",
                "when = { aggregate = { over = \"disk\", count = { gt = 1 } } }",
            ),
            "`disk` is no scope",
        ),
        (
            rule(
                "x/a",
                "**",
                "when = { aggregate = { over = \"file\", count = { gt = 1 } }, emptied = true }",
            ),
            "stands alone",
        ),
        (
            rule("x/a", "**", "when = { present = true, ratio = { lt = 1 } }"),
            "`present` judges",
        ),
        (
            rule(
                "x/a",
                "**",
                "when = { dangling_ref = { by = \"smell\", in = [\"**\"] } }",
            ),
            "`smell`",
        ),
        (
            rule("x/a", "**", "when = { widened_cidr = false }"),
            "means nothing",
        ),
        (rule("x/a", "**", "message = \"{who}\""), "unknown placeholder"),
        (
            format!("{}{}", rule("x/a", "**", ""), rule("x/a", "*", "")),
            "taken by",
        ),
        ("[[retired]]\nid = \"X\"\n".to_owned(), "no rule id"),
        (
            rule(
                "x/a",
                "**",
                &format!("when = {{ new = {{ matches = '{}' }} }}", "a".repeat(1 << 20)),
            ),
            "longer than",
        ),
        (
            rule(
                "x/a",
                "**",
                &format!("when = {{ new = {{ matches = '(a{{1000}}){{1000}}' }} }}{}", ""),
            ),
            "bad regular expression",
        ),
        (
            rule("x/a", &format!("{{{}}}", vec!["n"; 10_000].join(",")), ""),
            "path pattern",
        ),
        (
            rule(
                "x/a",
                "**",
                &format!("when = {{ to = [{}] }}", vec!["1"; 10_000].join(",")),
            ),
            "at most 1000",
        ),
        (
            format!("a = {}{}\n", "[".repeat(5000), "]".repeat(5000)),
            "rules/own.toml",
        ),
    ] {
        let run = place("", &rules).run(&["rules", "list"]);
        let said = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(run.code, 2, "{want}: {said}");
        assert!(
            said.contains(want) && said.contains("rules/own.toml"),
            "{want}: {said}"
        );
    }
}

#[test]
fn selectors_and_exceptions() {
    let rules = rule(
        "x/one",
        "**.image\", \"!**.init.**",
        "kind = \"Deployment\"\nfiles = [\"*.yaml\"]",
    );
    let place = place("", &rules);
    let text = |image: &str| {
        format!(
            "kind: Deployment\nspec: {{image: {image}, init: {{image: {image}}}}}\n---\nkind: Job\nspec: {{image: {image}}}\n"
        )
    };
    place.write("old.yaml", text("a"));
    place.write("new.yaml", text("b"));
    let found = findings(&check(&place, &[]));
    let paths: Vec<&str> = of_rule(&found, "x/one")
        .iter()
        .filter_map(|one| one["path"].as_str())
        .collect();
    assert_eq!(paths, ["spec.image"]);
}

#[test]
fn the_policy_says_what_a_rule_is_here_and_every_run_says_what_is_off() {
    let policy = "[[override]]\nrule = \"x/loud\"\nseverity = \"low\"\nreason = \"generated\"\n[[override]]\nrule = \"y/*\"\nseverity = \"off\"\nreason = \"not ours\"\n[[override]]\nrule = \"gone/rule\"\nseverity = \"off\"\nreason = \"x\"\n";
    let rules = format!(
        "{}{}[[retired]]\nid = \"gone/rule\"\nreplaced_by = \"x/loud\"\n",
        rule("x/loud", "a", ""),
        rule("y/other", "a", "")
    );
    let place = place(policy, &rules);
    place.write("old.yaml", "a: 1\n");
    place.write("new.yaml", "a: 2\n");
    let run = check(&place, &[]);
    let found = findings(&run);
    let loud = of_rule(&found, "x/loud");
    assert_eq!(
        (loud[0]["severity"].as_str(), loud[0]["action"].as_str()),
        (Some("low"), Some("note"))
    );
    assert!(of_rule(&found, "y/other").is_empty(), "it is off");
    let outcome: Value = serde_json::from_str(&run.out).expect("JSON");
    let skipped = outcome["skipped"].to_string();
    assert!(
        skipped.contains("y/*") && skipped.contains("not ours"),
        "{skipped}"
    );
    let idle = found
        .iter()
        .find(|one| one["code"] == "TG106")
        .expect("a word for no rule");
    assert!(
        idle["message"]
            .as_str()
            .expect("text")
            .contains("x/loud took its place"),
        "{idle}"
    );
    let list = place.run(&["rules", "list"]).out;
    assert!(
        list.contains("1 off by the policy") && list.contains("own.toml"),
        "{list}"
    );
    let bad = "[[override]]\nrule = \"x/loud\"\nseverity = \"off\"\nreason = \" \"\n";
    place.write(
        "tollgate.toml",
        format!("version = 1\npacks = []\nrules = [\"rules/*.toml\"]\n{bad}"),
    );
    assert_eq!(place.run(&["rules", "list"]).code, 2, "off without a reason");
}

#[test]
fn a_waiver_holds_until_its_day_and_is_never_silent() {
    let place = place(
        "",
        &rule(
            "x/tls",
            "**.verify",
            "when = { present = true, new = { is_false = true } }",
        ),
    );
    place.write("old.yaml", "a: {verify: true}\nb: 1\n");
    place.write("new.yaml", "a: {verify: false}\nb: 1\n");
    let run = check(&place, &[]);
    assert_eq!(run.code, 1);
    let found = findings(&run);
    let fingerprint = of_rule(&found, "x/tls")[0]["fingerprint"]
        .as_str()
        .expect("one")
        .to_owned();
    let waive = |day: &str| {
        place.run(&[
            "ack",
            &fingerprint[..12],
            "new.yaml",
            "--deployed",
            "old.yaml",
            "--waive",
            "--expires",
            day,
            "--reason",
            "until the new CA",
            "--by",
            "ops",
        ])
    };
    assert_eq!(waive("2020-01-01").code, 2, "it is over before it begins");
    let run = waive("2999-12-31");
    assert_eq!(run.code, 0, "{}", run.err);
    let run = check(&place, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let found = findings(&run);
    let waived = of_rule(&found, "x/tls")[0];
    assert_eq!(waived["action"], "note");
    assert_eq!(waived["waived"]["owner"], "ops", "{waived}");
    // It is for this rule at this path; ended, it waives nothing, and says so.
    let text = std::fs::read_to_string(place.path().join(".tollgate/waivers.toml")).expect("written");
    place.write(".tollgate/waivers.toml", text.replace("2999-12-31", "2021-06-30"));
    let run = check(&place, &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("ended on 2021-06-30") && run.out.contains("TG106"),
        "{}",
        run.out
    );
    place.write(".tollgate/waivers.toml", text.replace("owner = \"ops\"\n", ""));
    let run = check(&place, &[]);
    assert_eq!(run.code, 2, "half a waiver is an error");
    place.write(".tollgate/waivers.toml", text.replace("a.verify", "z.verify"));
    let run = check(&place, &["--all"]);
    assert!(run.out.contains("covers nothing"), "{}", run.out);
}

#[test]
fn a_waiver_stands_in_for_no_signature() {
    let place = place(
        "[signers]\nfile = \"allowed_signers\"\n",
        &rule("x/tls", "**.verify", "when = { new = { is_false = true } }"),
    );
    let key = place.path().join("key");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "a", "-f"])
        .arg(&key)
        .status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "ssh-keygen (installed by .ci/setup?)"
    );
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("a key");
    place.write(
        "allowed_signers",
        format!("a@example.org namespaces=\"approve@tollgate\" {public}"),
    );
    place.write(
        ".tollgate/waivers.toml",
        "[[waiver]]\nrule = \"x/tls\"\npath = \"**\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"2999-01-01\"\n",
    );
    place.write("old.yaml", "a: {verify: true}\n");
    place.write("new.yaml", "a: {verify: false}\n");
    for (at, action) in [("commit", "note"), ("merge", "note"), ("push", "approve")] {
        let args = [
            "check",
            "--deployed",
            "old.yaml",
            "new.yaml",
            "--at",
            at,
            "--format",
            "json",
        ];
        let run = place.run(&args);
        let found = findings(&run);
        assert_eq!(of_rule(&found, "x/tls")[0]["action"], action, "{at}: {}", run.out);
    }
    let run = place.run(&["check", "--deployed", "old.yaml", "new.yaml", "--at", "push"]);
    let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("a signed approval is needed"), "{said}");
}

#[test]
fn what_does_not_fit_now_does_not_hide_behind_what_never_did() {
    let place = place(
        "[[schema]]\nfiles = [\"*.yaml\"]\nschema = \"s.json\"\n[[schema]]\nfiles = [\"gone*\"]\nschema = \"s.json\"\n",
        &rule("x/a", "nothing", ""),
    );
    place.write("s.json", "{\"additionalProperties\": {\"type\": \"integer\"}}");
    let text = |more: &str| {
        let many = (0..300).fold(String::new(), |mut text, nth| {
            let _ = writeln!(text, "a{nth}: text");
            text
        });
        format!("{many}z: {more}\n")
    };
    place.write("old.yaml", text("1"));
    place.write("new.yaml", text("one"));
    let run = check(&place, &[]);
    assert_eq!(run.code, 1, "the new one refuses");
    let found = findings(&run);
    let new: Vec<&Value> = found
        .iter()
        .filter(|one| one["code"] == "TG107" && one["action"] == "approve")
        .collect();
    assert_eq!((new.len(), new[0]["pointer"].as_str()), (1, Some("/z")));
    let run = check(&place, &["--all"]);
    assert!(run.out.contains("is for none of the files"), "{}", run.out);
}

#[test]
fn what_was_already_so_does_not_block_and_all_lists_it() {
    let place = place(
        "",
        &rule(
            "x/tls",
            "**.verify",
            "when = { present = true, new = { is_false = true } }",
        ),
    );
    for side in ["old", "new"] {
        place.write(&format!("{side}/same.yaml"), "tls: {verify: false}\n");
        place.write(
            &format!("{side}/other.yaml"),
            format!("tls: {{verify: false}}\nside: {side}\n"),
        );
    }
    let run = |further: &[&str]| {
        let mut args = vec![
            "check",
            "--deployed",
            "old",
            "new",
            "--at",
            "commit",
            "--offline",
            "--format",
            "json",
        ];
        args.extend(further);
        place.run(&args)
    };
    let plain = run(&[]);
    assert_eq!(plain.code, 0);
    let found = findings(&plain);
    let notes = of_rule(&found, "x/tls");
    assert_eq!((notes.len(), notes[0]["action"].as_str()), (1, Some("note")));
    assert_eq!(of_rule(&findings(&run(&["--all"])), "x/tls").len(), 2);
}

#[test]
fn rules_about_more_than_one_value() {
    let rules = [
        rule(
            "x/ref",
            "min",
            "when = { present = true, ref = { to = \"max\", gt = 1 } }",
        ),
        rule("x/alone", "**.cert", "when = { not_also_changed = [\"**.key\"] }"),
        rule(
            "x/part",
            "services.*",
            "when = { aggregate = { over = \"subtree\", removed_pct = { ge = 50 }, min_base = 4 } }",
        ),
        rule(
            "x/set",
            "**",
            "when = { aggregate = { over = \"set\", count = { ge = 6 } } }",
        ),
        rule("x/cross", "**.host", "when = { crossover = true }"),
    ]
    .concat();
    let place = place("", &rules);
    place.write("old.yaml", "min: 1\nmax: 5\ntls: {cert: a, key: a}\nservices:\n  a: {p: 1, q: 2, r: 3, s: 4}\n  b: {p: 1}\nhost: db.prod.corp\n");
    place.write("new.yaml", "min: 9\nmax: 5\ntls: {cert: b, key: a}\nservices:\n  a: {p: 1, q: 2}\n  b: {}\nhost: db.staging.corp\n");
    let run = check(&place, &[]);
    let found = findings(&run);
    for (id, path) in [
        ("x/ref", "min"),
        ("x/alone", "tls.cert"),
        ("x/part", "services.a"),
        ("x/set", ""),
        ("x/cross", "host"),
    ] {
        let of = of_rule(&found, id);
        assert_eq!(of.len(), 1, "{id}: {}", run.out);
        assert_eq!(of[0]["path"], path, "{id}");
    }
    // With the key beside it the certificate is fine.
    place.write("new.yaml", "min: 1\nmax: 5\ntls: {cert: b, key: b}\nservices:\n  a: {p: 1, q: 2, r: 3, s: 4}\n  b: {p: 1}\nhost: db.prod.corp\n");
    assert!(of_rule(&findings(&check(&place, &[])), "x/alone").is_empty());
}

#[test]
fn packs_of_others_are_what_they_were_when_somebody_looked() {
    let place = Place::new();
    place.write("packs/shop/a.toml", rule("shop/a", "a", ""));
    place.write(
        "tollgate.toml",
        "version = 1\npacks = []\nextends = [\"packs/shop\"]\n",
    );
    let run = place.run(&["rules", "list"]);
    assert!(
        run.code == 2 && run.err.contains("does not hold it"),
        "{}",
        run.err
    );
    assert_eq!(place.run(&["rules", "lock"]).code, 0);
    assert!(place.run(&["rules", "list"]).out.contains("shop/a"));
    place.write("packs/shop/a.toml", rule("shop/a", "b", ""));
    let run = place.run(&["rules", "list"]);
    assert!(
        run.code == 2 && run.err.contains("not the one that tollgate.lock holds"),
        "{}",
        run.err
    );
    // A rule that nobody has tested is not taken over.
    let bare = rule("shop/a", "b", "");
    place.write(
        "packs/shop/a.toml",
        bare.split("\n[[rule.test]]").next().expect("a rule"),
    );
    assert_eq!(place.run(&["rules", "lock"]).code, 0);
    let run = place.run(&["rules", "list"]);
    assert!(run.code == 2 && run.err.contains("has no test"), "{}", run.err);
    // The same from a revision, whatever lies in the folder.
    place.write("packs/shop/a.toml", rule("shop/a", "a", ""));
    git(&place, &["init", "-q"]);
    git(&place, &["add", "packs"]);
    git(&place, &["commit", "-qm", "pack"]);
    place.write("packs/shop/a.toml", "broken");
    place.write(
        "tollgate.toml",
        "version = 1\npacks = []\nextends = [\"git:HEAD:packs/shop\"]\n",
    );
    assert_eq!(place.run(&["rules", "lock"]).code, 0);
    let run = place.run(&["rules", "list"]);
    assert!(run.out.contains("shop/a"), "{}{}", run.out, run.err);
}

#[test]
fn coverage_names_what_no_rule_speaks_of() {
    let place = place("", &rule("x/pool", "**.pool.max", ""));
    place.write("old.yaml", "pool: {max: 1}\nsecret_route: a\ntitle: b\n");
    place.write("new.yaml", "pool: {max: 2}\nsecret_route: c\ntitle: d\n");
    let run = place.run(&[
        "rules",
        "coverage",
        "new.yaml",
        "--deployed",
        "old.yaml",
        "--format",
        "json",
    ]);
    let outcome: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err));
    assert_eq!(
        (&outcome["keys"], &outcome["covered"]),
        (&Value::from(3), &Value::from(1))
    );
    assert_eq!(
        (&outcome["changes"], &outcome["changes_covered"]),
        (&Value::from(3), &Value::from(1))
    );
    assert_eq!(outcome["without_rule"][0]["path"], "secret_route");
    let text = place
        .run(&["rules", "coverage", "new.yaml", "--deployed", "old.yaml"])
        .out;
    assert!(text.contains("33 %") && text.contains("secret_route"), "{text}");
}

#[test]
fn history_speaks_for_rules() {
    let place = Place::new();
    git(&place, &["init", "-q"]);
    let commit = |timeout: u32, cert: u32, key: u32| {
        place.write(
            "app.yaml",
            format!("timeout: {timeout}\ntls: {{cert: {cert}, key: {key}}}\nreplicas: 3\n"),
        );
        git(&place, &["add", "-A"]);
        git(&place, &["commit", "-qm", "x"]);
    };
    for (timeout, pair) in [
        (1, 1),
        (2, 1),
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (1, 5),
        (1, 6),
        (1, 7),
        (1, 8),
        (1, 9),
    ] {
        commit(timeout, pair, pair);
    }
    let run = place.run(&["rules", "suggest", "--history", "50"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for want in [
        "own/reverted-timeout",
        "not_also_changed = [\"tls.key\"]",
        "own/never-replicas",
        "# ",
    ] {
        assert!(run.out.contains(want), "{want}: {}", run.out);
    }
    // What is proposed loads.
    place.write("rules/own.toml", &run.out);
    place.write(
        "tollgate.toml",
        "version = 1\npacks = []\nrules = [\"rules/*.toml\"]\n",
    );
    assert_eq!(place.run(&["rules", "list"]).code, 0);
}

#[test]
fn a_new_rule_loads_and_passes_its_tests() {
    let place = Place::new();
    let run = place.run(&["rules", "new", "shop/checkout-timeout"]);
    assert_eq!(run.code, 0);
    place.write("rules/new.toml", &run.out);
    place.write(
        "tollgate.toml",
        "version = 1\npacks = []\nrules = [\"rules/*.toml\"]\n",
    );
    let run = place.run(&["rules", "test"]);
    assert!(
        run.code == 0 && run.out.contains("1 rules, 2 tests, 0 failed"),
        "{}{}",
        run.out,
        run.err
    );
    assert!(
        place
            .run(&["rules", "explain", "shop/checkout-timeout"])
            .out
            .contains("What went wrong")
    );
    assert_eq!(place.run(&["rules", "new", "No Id"]).code, 2);
}

#[test]
fn many_rules_and_changes_are_all_held_against_each_other() {
    let mut rules = String::new();
    for nth in 0..300 {
        rules.push_str(&rule(&format!("x/r{nth}"), &format!("**.key{nth}.value"), ""));
    }
    let place = place("", &rules);
    let text = |value: u32| {
        (0..300).fold(String::new(), |mut text, nth| {
            let _ = writeln!(text, "key{nth}: {{value: {value}}}");
            text
        })
    };
    place.write("old.yaml", text(1));
    place.write("new.yaml", text(2));
    let found = findings(&check(&place, &[]));
    for nth in 0..300 {
        assert_eq!(of_rule(&found, &format!("x/r{nth}")).len(), 1, "x/r{nth}");
    }
}

//! What was not checked, or could not be, never passes in silence.

use std::os::unix::fs::FileTypeExt as _;

use serde_json::json;

use crate::harness::Place;

#[test]
fn a_slip_in_an_address_is_an_address_still() {
    for text in [
        "api: {url: 'https//pay.acme-corp.net'}",
        "api: {url: 'https:// pay.acme-corp.net'}",
        "api: {url: 'https://'}",
        "api: {url: 'http://user:pw@/path'}",
        "api: {url: 'http:/10.0.0.1/'}",
        "brokers: ['10.0.0.1:9o92']",
        "db: {host: '10.0.0'}",
        "host: 'db prod'",
    ] {
        let run = Place::new().check("a: 1\n", &format!("a: 1\n{text}\n"));
        assert!(
            run.codes().iter().any(|code| code == "TG204" || code == "TG205"),
            "{text}: {}",
            run.out
        );
        assert_eq!(run.code, 1, "{text}");
    }
    for text in [
        "text: 'see https:// for more'",
        "path: /a/b",
        "url: ''",
        "url: /relative",
        "socket: unix:///run/x",
        "image: a:9o92",
    ] {
        let run = Place::new().check("a: 1\n", &format!("a: 1\n{text}\n"));
        assert_eq!(run.code, 0, "{text}: {}", run.out);
    }
}

#[test]
fn a_second_use_of_a_bad_address_is_a_change() {
    let item = |a: &str, b: &str| {
        format!("upstreams:\n- {{name: a, url: 'http://{a}/'}}\n- {{name: b, url: 'http://{b}/'}}\n")
    };
    let run = Place::new().check(
        &item("nope.invalid", "10.0.0.5"),
        &item("nope.invalid", "nope.invalid"),
    );
    assert_eq!(run.code, 1, "{}", run.out);
    let list = |rows: &str| format!("hosts: [{rows}]\n");
    let run = Place::new().check(&list("nope.invalid"), &list("nope.invalid, nope.invalid"));
    assert_eq!(run.code, 1, "{}", run.out);
    let run = Place::new().check(&list("nope.invalid"), &list("10.0.0.1, nope.invalid"));
    assert_eq!(run.code, 0, "only its position changed: {}", run.out);
}

#[test]
fn present_rules_know_one_resource_from_another() {
    let pod = |name: &str, on: bool| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{privileged: {on}}}\n")
    };
    let old = format!("{}---\n{}", pod("a", true), pod("b", false));
    let new = format!("{}---\n{}", pod("a", true), pod("b", true));
    let run = Place::new().check(&old, &new);
    assert_eq!(run.code, 1, "{}", run.out);
    assert_eq!(
        Place::new()
            .check(&new, &format!("# c\n{}", new.replace("name: b", "name: b, x: 1")))
            .code,
        0
    );
}

#[test]
fn names_that_are_not_utf_8_do_not_stand_for_each_other() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    for side in ["old", "new"] {
        for byte in [0xfe_u8, 0xff] {
            let name = [b"a".as_slice(), &[byte], b".yaml"].concat();
            std::fs::create_dir_all(place.path().join(side)).expect("a folder");
            let replicas = if side == "new" && byte == 0xff { 1 } else { 6 };
            std::fs::write(
                place.path().join(side).join(std::ffi::OsStr::from_bytes(&name)),
                format!("replicas: {replicas}\n"),
            )
            .expect("a file");
        }
    }
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    assert_eq!(run.code, 1, "{}", run.out);
}

#[test]
fn files_of_one_name_in_two_folders_are_two_files() {
    let place = Place::new();
    place.write("a/app.yaml", "server: nope.invalid\n");
    place.write("b/app.yaml", "server: 10.0.0.1\n");
    for args in [
        ["resolve", "a", "b"],
        ["resolve", "b", "a"],
        ["resolve", "a/app.yaml", "b/app.yaml"],
    ] {
        assert_eq!(place.run(&args).code, 1, "{args:?}");
    }
}

#[test]
fn a_deployed_file_that_nobody_could_read_is_undecided() {
    let place = Place::new();
    place.write("new/a.yaml", "replicas: 1\n");
    std::fs::create_dir(place.path().join("old")).expect("a folder");
    std::os::unix::fs::symlink("nowhere", place.path().join("old/a.yaml")).expect("a link");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    assert_eq!((run.code, run.json()["verdict"].clone()), (3, json!("undecided")));
}

#[test]
fn a_broken_deployed_file_that_goes_is_a_change() {
    let place = Place::new();
    place.write("old/a.yaml", "a: [\n");
    place.write("old/b.yaml", "a: 1\n");
    place.write("new/b.yaml", "a: 1\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    assert_eq!(run.json()["changes"][0]["kind"], "removed", "{}", run.out);
    assert!(run.code == 1 && run.codes().contains(&"TG509".to_owned()));
}

#[test]
fn a_removed_file_and_a_renamed_resource_need_somebody_to_stand_by_them() {
    let place = Place::new();
    place.write("old/a.yaml", "replicas: 6\n");
    place.write("new/b.yaml", "replicas: 1\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    assert_eq!(
        (run.code, run.codes()),
        (1, vec!["TG509".to_owned(), "TG101".to_owned()]),
        "{}",
        run.out
    );
    let fingerprint = run.json()["findings"][0]["fingerprint"]
        .as_str()
        .expect("a fingerprint")
        .to_owned();
    assert_eq!(
        place
            .run(&[
                "ack",
                &fingerprint,
                "--reason",
                "moved",
                "--deployed",
                "old",
                "new"
            ])
            .code,
        0
    );
    assert_eq!(
        place
            .run(&["check", "--at", "commit", "--deployed", "old", "new"])
            .code,
        0
    );
    let doc = |name: &str| format!("apiVersion: v1\nkind: Deployment\nmetadata: {{name: {name}}}\n");
    assert!(
        Place::new()
            .check(&doc("a"), &doc("b"))
            .codes()
            .contains(&"TG509".to_owned())
    );
}

#[test]
fn insisting_on_unchanged_addresses_holds_offline_too() {
    let place = Place::new();
    place.write("tollgate.toml", "version = 1\n[resolver]\nunchanged = \"deny\"\n");
    place.write("old.yaml", "server: a.shop.io\nx: 1\n");
    place.write("new.yaml", "server: a.shop.io\nx: 2\n");
    assert_eq!(
        place
            .run(&["check", "--offline", "--deployed", "old.yaml", "new.yaml"])
            .code,
        3
    );
}

#[test]
fn a_file_named_by_mistake_is_an_error() {
    let place = Place::new();
    place.write("tollgate.toml", "version = 1\n[configs.a]\nfiles = \"config/{env}/*.yaml\"\n[environments.p]\ntarget = { dir = \"live\" }\n");
    place.write("config/p/a.yaml", "x: 1\n");
    place.write("live/a.yaml", "x: 1\n");
    assert_eq!(place.run(&["check", "./config/p/a.yaml"]).code, 0);
    let run = place.run(&["check", "config/p/a.yaml", "config/p/typo.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("typo.yaml"), "{}", run.err);
}

#[test]
fn a_policy_that_is_a_broken_link_is_not_no_policy_and_a_strangers_has_no_say() {
    let place = Place::new();
    place.write("repo/old.yaml", "a: 1\n");
    place.write("repo/new.yaml", "a: 1\n");
    place.write(
        "tollgate.toml",
        "version = 1\n[[resolver.allow]]\nhost = \"*\"\nreason = \"a stranger's\"\n",
    );
    place.write("repo/new.yaml", "a: 1\nserver: nope.invalid\n");
    let args = [
        "-C",
        "repo",
        "check",
        "--at",
        "commit",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ];
    assert_eq!(
        place.run(&args).code,
        1,
        "a policy above the folder, outside of any repository"
    );
    std::os::unix::fs::symlink("nowhere", place.path().join("repo/tollgate.toml")).expect("a link");
    assert_eq!(place.run(&args).code, 2);
}

#[test]
fn an_environments_own_value_needs_somebody_to_stand_by_it() {
    let place = Place::new();
    place.write("tollgate.toml", "version = 1\n[configs.a]\nfiles = \"config/{env}/*.yaml\"\nper_env = [\"shard\"]\n[environments.s]\ntarget = { dir = \"live/s\" }\n[environments.p]\nafter = [\"s\"]\ntarget = { dir = \"live/p\" }\n");
    place.write("config/p/a.yaml", "shard: {name: two}\n");
    place.write("live/p/a.yaml", "shard: {name: one}\n");
    let run = place.run(&["check", "-e", "p", "--at", "commit", "--format", "json"]);
    assert_eq!(
        (run.code, run.json()["findings"][0]["code"].clone()),
        (1, json!("TG303")),
        "{}",
        run.out
    );
}

#[test]
fn diff_and_show_do_not_work_around_a_broken_policy() {
    let place = Place::new();
    place.write(
        "tollgate.toml",
        "version = 1\ntypo = 1\n[redact]\nkeys = [\"licence\"]\n",
    );
    place.write("a.yaml", "licence: HIDDEN1\n");
    place.write("b.yaml", "licence: HIDDEN2\n");
    for args in [vec!["diff", "a.yaml", "b.yaml"], vec!["show", "a.yaml"]] {
        let run = place.run(&args);
        assert!(
            run.code == 2 && !run.out.contains("HIDDEN"),
            "{args:?}: {}",
            run.out
        );
    }
    place.write("tollgate.toml", "version = 1\n[redact]\nkeys = [\"licence\"]\n");
    for args in [vec!["diff", "a.yaml", "b.yaml"], vec!["show", "a.yaml"]] {
        let run = place.run(&args);
        assert!(
            !run.out.contains("HIDDEN") && run.out.contains("redacted"),
            "{args:?}: {}",
            run.out
        );
    }
}

#[test]
fn rules_and_policies_that_could_never_do_anything_are_errors() {
    let place = Place::new();
    place.write("old.yaml", "a: 1\n");
    let rule = |when: &str, more: &str| {
        format!(
            "[[rule]]\nid = \"o/x\"\ntitle = \"t\"\nseverity = \"high\"\npaths = [\"a\"]\n{more}when = {{ {when} }}\n"
        )
    };
    place.write(
        "tollgate.toml",
        "version = 1\nrules = [\"r.toml\"]\n[environments.production]\n",
    );
    for (when, more) in [
        ("ratio = { lt = \"50%\" }", ""),
        ("delta = { gt = \"5m\" }", ""),
        ("ratio = { lt = 0.5, gt = 2 }", ""),
        ("new = {}", ""),
        ("items_removed = { min_base = -3 }", ""),
        ("ratio = { lt = 0.5 }", "environments = [\"prodution\"]\n"),
    ] {
        place.write("r.toml", rule(when, more));
        assert_eq!(
            place.run(&["check", "--deployed", "old.yaml", "old.yaml"]).code,
            2,
            "{when} {more}"
        );
    }
    for policy in [
        "packs = []",
        "[resolver]\ntimeout = \"0s\"",
        "[resolver]\ndeadline = \"0s\"",
        "[[resolver.allow]]\nhost = \"*\"\nreason = \" \"",
    ] {
        place.write("tollgate.toml", format!("version = 1\n{policy}\n"));
        let code = place.run(&["check", "--deployed", "old.yaml", "old.yaml"]).code;
        assert!(code == 2 || code == 3, "{policy}: {code}");
    }
}

#[test]
fn a_report_goes_where_it_is_told_and_replaces_no_device() {
    let place = Place::new();
    place.write("a.yaml", "a: 1\n");
    place.write("real.json", "old");
    std::os::unix::fs::symlink("real.json", place.path().join("link.json")).expect("a link");
    let run = place.run(&[
        "check",
        "--deployed",
        "a.yaml",
        "a.yaml",
        "--report",
        "json=link.json",
        "--report",
        "json=/dev/null",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        std::fs::symlink_metadata(place.path().join("link.json"))
            .expect("there")
            .is_symlink()
    );
    assert!(
        std::fs::read_to_string(place.path().join("real.json"))
            .expect("text")
            .contains("\"pass\"")
    );
    assert!(
        std::fs::metadata("/dev/null")
            .expect("there")
            .file_type()
            .is_char_device()
    );
    let run = place.run(&[
        "check",
        "--format",
        "json",
        "--deployed",
        "a.yaml",
        "a.yaml",
        "--report",
        "json=a.yaml/x",
    ]);
    assert_eq!(
        (
            run.code,
            run.json()["exit_code"].clone(),
            run.json()["verdict"].clone()
        ),
        (3, json!(3), json!("undecided"))
    );
}

#[test]
fn the_text_before_an_escape_counts() {
    let place = Place::new();
    let diff = |old: &str, new: &str| {
        place.write("old.json", old);
        place.write("new.json", new);
        place.run(&["diff", "--format", "json", "old.json", "new.json"])
    };
    assert_eq!(diff(r#"{"host":"good\tx"}"#, r#"{"host":"evil\tx"}"#).code, 1);
    assert_eq!(diff(r#"{"a":"xab"}"#, r#"{"a":"x\u0061b"}"#).code, 0);
    assert_eq!(
        diff(
            r#"{"prod\u002dx":"a","stage\u002dx":"b"}"#,
            r#"{"prod-x":"a","stage-x":"b"}"#
        )
        .code,
        0
    );
    place.write("old.json", "{}");
    place.write("new.json", r#"{"url":"https:\/\/auth..corp\/x"}"#);
    assert_eq!(
        place
            .run(&["check", "--offline", "--deployed", "old.json", "new.json"])
            .code,
        1
    );
}

#[test]
fn what_does_not_parse_says_why() {
    for text in [
        "a: \"x",
        "a: *nope",
        "a: [1\nb: 2",
        "a: @x",
        "a:\n\tb: 1",
        "a: b: c",
        "- a\nb: 1",
    ] {
        let run = Place::new().check("a: 1\n", text);
        let finding = run.json()["findings"][0].clone();
        assert_eq!(finding["code"], "TG501");
        assert!(
            finding["message"]
                .as_str()
                .is_some_and(|message| message.len() > 8),
            "{text}: {finding}"
        );
    }
}

#[test]
fn environment_entries_and_arguments_reach_the_rules() {
    for (old, new) in [
        (
            "env: [{name: AUTH_ENABLED, value: 'true'}]",
            "env: [{name: AUTH_ENABLED, value: 'false'}]",
        ),
        (
            "environment: ['AUTH_ENABLED=true', 'X=1']",
            "environment: ['AUTH_ENABLED=false', 'X=1']",
        ),
        ("args: ['--tls-verify=true']", "args: ['--tls-verify=false']"),
        (
            "env: [{name: DB_TIMEOUT, value: '30s'}]",
            "env: [{name: DB_TIMEOUT, value: '0'}]",
        ),
        ("auth: {enabled: true, m: 1}", "auth: {m: 1}"),
        ("auth: {enabled: true}", "auth: false"),
        ("timeout: 5s", "timeout: infinity"),
        ("url: 'https://10.0.0.1'", "url: 'HTTP://10.0.0.1'"),
    ] {
        let run = Place::new().check(&format!("{old}\n"), &format!("{new}\n"));
        assert_eq!(run.code, 1, "{new}: {}", run.out);
    }
}

#[test]
fn a_run_that_is_stopped_while_it_prints_is_not_a_pass() {
    let place = Place::new();
    let side = |plus: usize| {
        format!(
            "{{{}}}",
            (0..60_000)
                .map(|n| format!("\"k{n}\":{}", n + plus))
                .collect::<Vec<_>>()
                .join(",")
        )
    };
    place.write("old.json", side(0));
    place.write("new.json", side(1));
    let run = place.run(&[
        "check",
        "--offline",
        "--deadline",
        "300ms",
        "--format",
        "json",
        "--deployed",
        "old.json",
        "new.json",
    ]);
    // Either all of it came out, or it is undecided; never a pass with nothing said.
    assert!(
        run.code == 3 || serde_json::from_str::<serde_json::Value>(&run.out).is_ok(),
        "exit {} with {} bytes",
        run.code,
        run.out.len()
    );
}

#[test]
fn secrets_in_what_comes_or_goes_whole_stay_hidden() {
    let place = Place::new();
    let cases = [
        (
            "new.yaml",
            "a: 1\nspec: {env: [{name: DB_PASSWORD, value: HUNTER2}]}\n",
        ),
        ("new.yaml", "secret: {a: HUNTER2}\npass: HUNTER2\n"),
        (
            "new.yaml",
            "cmd: 'mysql -u a -pHUNTER2'\ncmd2: 'x --password HUNTER2'\naddr: 'u:HUNTER2@10.0.0.4:5432'\n",
        ),
        ("new.yaml", "hook: https://hooks.slack.com/services/HUNTER2/x\n"),
        (
            "new.properties",
            "password: HUNTER2\nrequirepass HUNTER2\n\"secret\": \"HUNTER2\"\n",
        ),
    ];
    for (name, text) in cases {
        let old = name.replace("new", "old");
        place.write(&old, "a: 1\n");
        place.write(name, text);
        for (one, other) in [(old.as_str(), name), (name, old.as_str())] {
            for format in ["human", "json"] {
                let run = place.run(&[
                    "check",
                    "-v",
                    "--at",
                    "commit",
                    "--offline",
                    "--format",
                    format,
                    "--deployed",
                    one,
                    other,
                ]);
                assert!(!run.out.contains("HUNTER2"), "{text}: {}", run.out);
            }
        }
    }
}

#[test]
fn slips_in_lists_and_numbers_are_found() {
    for text in [
        "server: 'pay shop.corp'",
        "addr: '10.0.0.1;80'",
        "server: '10.0.0.1:'",
        "address: '10.0.0.0.1'",
        "host: 2130706433",
        "host: 127.1",
        "brokers: '10.0.0.1:9092;10.0.0.400:9092'",
        "brokers: '10.0.0.1:9092,10.0.0.2:9o92'",
        "api_url: 'https://pay shop.corp/x'",
    ] {
        let run = Place::new().check("a: 1\n", &format!("a: 1\n{text}\n"));
        assert_eq!(run.code, 1, "{text}: {}", run.out);
    }
    let run = Place::new().check(
        "a: 1\n",
        "a: 1\ninitial-cluster: 'n1=https://10.0.0.1:2380,n2=https://10.0.0.2:2380'\n",
    );
    let hosts: Vec<String> = run.json()["addresses"]
        .as_array()
        .expect("addresses")
        .iter()
        .map(|row| row["host"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(
        (run.code, hosts),
        (0, vec!["10.0.0.1".to_owned(), "10.0.0.2".to_owned()])
    );
}

#[test]
fn a_file_without_address_search_says_so() {
    let place = Place::new();
    for side in ["old", "new"] {
        place.write(&format!("{side}/Chart.yaml"), "home: https://x.invalid\n");
    }
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
    assert_eq!(
        (run.code, run.codes()),
        (0, vec!["TG207".to_owned()]),
        "{}",
        run.out
    );
}

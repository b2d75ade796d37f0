//! `ack`: bound to content, written for the reviewer, strict when read.

use serde_json::json;

use crate::harness::Place;

fn place() -> Place {
    let place = Place::new();
    place.write("old.yaml", "tls: {enabled: true}\npool: {max: 64}\n");
    place.write("new.yaml", "tls: {enabled: false}\npool: {max: 64}\n");
    place
}

const CHECK: [&str; 6] = ["check", "--offline", "--format", "json", "--deployed", "old.yaml"];

fn check(place: &Place) -> crate::harness::Run {
    let mut args = CHECK.to_vec();
    args.push("new.yaml");
    place.run(&args)
}

#[test]
fn the_printed_line_works_and_dies_with_the_value() {
    let place = place();
    let human = place.run(&["check", "--offline", "--deployed", "old.yaml", "new.yaml"]);
    let line = human
        .out
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("the line is printed");
    let words: Vec<&str> = line
        .split("tollgate ack ")
        .nth(1)
        .expect("words")
        .split(" --reason")
        .next()
        .expect("words")
        .split(' ')
        .collect();
    let mut args = vec!["ack"];
    args.extend(words);
    args.extend(["--reason", "INC-7 \"quoted\""]);
    let run = place.run(&args);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(".tollgate/acks.toml"), "{}", run.out);

    let run = check(&place);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(run.json()["findings"][0]["acked"]["reason"], "INC-7 \"quoted\"");
    assert_eq!(run.json()["findings"][0]["acked"]["by"], "tester");

    // Reformatting keeps it, another value does not.
    place.write(
        "new.yaml",
        "# comment\npool:\n  max: 64\ntls:\n    enabled: false\n",
    );
    assert_eq!(check(&place).code, 0);
    place.write("new.yaml", "tls: {enabled: 'off'}\npool: {max: 64}\n");
    assert_eq!(check(&place).code, 1);
}

#[test]
fn what_cannot_be_acknowledged_says_why() {
    let place = place();
    for (args, text) in [
        (
            vec!["ack", "00000000", "--reason", "x"],
            "no finding has the fingerprint",
        ),
        (vec!["ack", "123", "--reason", "x"], "is no fingerprint"),
        (vec!["ack", "00000000", "--reason", " "], "needs a reason"),
    ] {
        let mut args = args;
        args.extend(["--deployed", "old.yaml", "new.yaml"]);
        let run = place.run(&args);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(text), "{}", run.err);
    }
    assert!(!place.path().join(".tollgate").exists());
}

#[test]
fn a_malformed_acks_file_stops_the_check() {
    let place = place();
    place.write(
        ".tollgate/acks.toml",
        "[[ack]]\nfingerprint = \"abc\"\nreason = \"x\"\nextra = 1\n",
    );
    let run = check(&place);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("64 hexadecimal digits") && run.err.contains("unknown key `extra`"),
        "{}",
        run.err
    );
}

#[test]
fn where_signers_are_named_an_ack_does_not_do_at_push() {
    let place = place();
    place.write(
        "tollgate.toml",
        "version = 1\n[signers]\nfile = \".tollgate/allowed_signers\"\n",
    );
    let finding = check(&place).json()["findings"][0].clone();
    let fingerprint = finding["fingerprint"].as_str().expect("a fingerprint").to_owned();
    assert_eq!(
        place
            .run(&[
                "ack",
                &fingerprint,
                "--reason",
                "x",
                "--deployed",
                "old.yaml",
                "new.yaml"
            ])
            .code,
        0
    );
    assert_eq!(check(&place).code, 1);
    let mut args = CHECK.to_vec();
    args.extend(["new.yaml", "--at", "commit"]);
    assert_eq!(place.run(&args).code, 0);
}

#[test]
fn a_fingerprint_tells_nothing_of_a_secret() {
    let place = Place::new();
    let fingerprint = |old: &str, new: &str| {
        place.write("old.yaml", old);
        place.write("new.yaml", new);
        place
            .run(&["diff", "--format", "json", "old.yaml", "new.yaml"])
            .json()["changes"][0]["fingerprint"]
            .clone()
    };
    // The same secret in files that differ elsewhere: not the same fingerprint, so that values cannot be tried out.
    let a = fingerprint("password: a\n", "password: b\n");
    let b = fingerprint("password: a\n# x\n", "password: b\n# x\n");
    assert_ne!(a, b);
    let c = fingerprint("color: a\n", "color: b\n");
    let d = fingerprint("color: a\n# x\n", "color: b\n# x\n");
    assert_eq!(c, d);
    assert_ne!(c, json!(null));
}

#[test]
fn the_printed_line_names_the_same_comparison_under_a_policy() {
    let place = Place::new();
    place.write("tollgate.toml", "version = 1\n[configs.a]\nfiles = \"config/{env}/*.yaml\"\n[environments.p]\ntarget = { dir = \"live\" }\n");
    place.write("live/a.yaml", "tls: {enabled: true}\n");
    place.write("elsewhere/a.yaml", "tls: {enabled: false}\n");
    let check = ["check", "-e", "p", "--set", "a", "--proposed", "elsewhere"];
    let run = place.run(&check);
    assert_eq!(run.code, 1, "{}", run.err);
    let line = run
        .out
        .split("tollgate ack ")
        .nth(1)
        .and_then(|rest| rest.split(" --reason").next())
        .expect("the line");
    let mut args = vec!["ack", "--reason", "meant"];
    args.extend(line.split(' '));
    assert_eq!(place.run(&args).code, 0, "{line}");
    assert_eq!(place.run(&check).code, 0);
}

//! Output: the contract's schema, colour, width, explain, completions, reports.

use serde_json::Value;

use crate::harness::{Place, repository};

fn schema(name: &str) -> Value {
    let path = repository().join(format!("docs/schema/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON")
}

fn valid(name: &str, value: &Value) {
    let validator = jsonschema::validator_for(&schema(name)).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

fn risky() -> Place {
    let place = Place::new();
    place.write(
        "old.yaml",
        "tls: {enabled: true}\nserver: a.invalid\nl: [1, 2, 3]\nname: x\n",
    );
    place.write(
        "new.yaml",
        "tls: {enabled: false}\nserver: b.invalid\nl: [2, 3, 1]\nm: {a: [1, !Ref x]}\n",
    );
    place
}

#[test]
fn json_outputs_are_valid_by_the_committed_schemas() {
    let place = risky();
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--format",
        "json",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    valid("check", &run.json());
    valid(
        "diff",
        &place
            .run(&["diff", "--format", "json", "old.yaml", "new.yaml"])
            .json(),
    );
    valid(
        "resolve",
        &place
            .run(&["resolve", "--offline", "--format", "json", "new.yaml"])
            .json(),
    );
    valid("rules", &place.run(&["rules", "list", "--format", "json"]).json());
    let example = place.run(&[
        "-C",
        repository().join("examples/outage").to_str().expect("UTF-8"),
        "check",
        "--format",
        "json",
    ]);
    valid("check", &example.json());
}

#[test]
fn pushes_stamps_and_rollbacks_are_valid_by_the_committed_schemas() {
    let team = crate::team::Team::new();
    valid("push", &team.refused("missing").json());
    let key = team.key("pusher");
    valid(
        "push",
        &team
            .expect(0, &["push", "staging", "--key", &key, "--format", "json"])
            .json(),
    );
    valid("stamp", &team.stamp_staging("stamper"));
    valid("push", &team.push_production().json());
    valid(
        "rollback",
        &team
            .expect(0, &["rollback", "production", "--format", "json"])
            .json(),
    );
    let json = team
        .expect(0, &["check", "-e", "staging", "--format", "json"])
        .json();
    valid("check", &json);
}

#[test]
fn the_schema_can_fail() {
    let validator = jsonschema::validator_for(&schema("check")).expect("a schema");
    let mut json = risky()
        .run(&[
            "check",
            "--at",
            "commit",
            "--format",
            "json",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ])
        .json();
    assert!(validator.is_valid(&json));
    json["findings"][0]["line"] = Value::from("five");
    assert!(!validator.is_valid(&json));
}

#[test]
fn colour_only_where_it_is_wanted() {
    let place = risky();
    let args = [
        "check",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ];
    assert!(!place.run(&args).out.contains('\x1b'), "a pipe gets no colour");
    let forced = place.run_with(&args, "", &[("FORCE_COLOR", "1")]);
    assert!(forced.out.contains("\x1b[31m"));
    assert!(
        !place
            .run_with(&args, "", &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")])
            .out
            .contains('\x1b')
    );
    let mut always = args.to_vec();
    always.extend(["--color", "always"]);
    assert!(
        place
            .run_with(&always, "", &[("NO_COLOR", "1")])
            .out
            .contains('\x1b')
    );
}

#[test]
fn lines_fit_80_columns_and_ascii_where_the_locale_has_no_more() {
    let place = risky();
    let args = [
        "check",
        "-v",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ];
    let run = place.run(&args);
    let folder = repository()
        .join("examples/outage")
        .to_str()
        .expect("UTF-8")
        .to_owned();
    let example = place.run(&["-C", &folder, "check", "-v"]);
    let shortened = example.out.replace(&folder, "examples/outage");
    for line in run.out.lines().chain(shortened.lines()) {
        // A command is there to be pasted: it stands on one line, whatever it acknowledges.
        let pasted = line.trim_start().starts_with("tollgate ack ");
        assert!(
            pasted || unicode_width::UnicodeWidthStr::width(line) <= 80,
            "{line}"
        );
    }
    let run = place.run_with(&args, "", &[("LC_ALL", "C")]);
    let strange: String = run.out.chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(strange, "");
}

#[test]
fn the_exit_code_does_not_depend_on_the_format_and_reports_are_written() {
    let place = risky();
    let base = [
        "check",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ];
    let human = place.run(&base);
    let mut args = base.to_vec();
    args.extend([
        "--format",
        "json",
        "--report",
        "human=r.txt",
        "--report",
        "json=r.json",
    ]);
    let json = place.run(&args);
    assert_eq!(human.code, json.code);
    let report = std::fs::read_to_string(place.path().join("r.json")).expect("a report");
    assert_eq!(
        serde_json::from_str::<Value>(&report).expect("JSON")["verdict"],
        "refuse"
    );
    assert!(
        std::fs::read_to_string(place.path().join("r.txt"))
            .expect("a report")
            .contains("REFUSED")
    );
    let mut args = vec![
        "check",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "old.yaml",
    ];
    args.extend(["--report", "json=/proc/nowhere/r.json"]);
    assert_eq!(
        place.run(&args).code,
        3,
        "a report that cannot be written makes a pass undecided"
    );
}

#[test]
fn every_code_and_rule_that_a_finding_names_is_explained() {
    let place = risky();
    let run = place.run(&[
        "check",
        "-v",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    let named: Vec<&str> = run
        .out
        .lines()
        .filter_map(|line| line.split("tollgate explain ").nth(1))
        .collect();
    assert!(named.len() >= 2, "{}", run.out);
    for what in named {
        assert_eq!(place.run(&["explain", what.trim()]).code, 0, "{what}");
    }
    assert_eq!(place.run(&["explain", "tg201"]).code, 0);
    assert_eq!(place.run(&["explain", "TG999"]).code, 2);
    assert!(
        place
            .run(&["explain", "tls/of"])
            .err
            .contains("did you mean tls/off?")
    );
    assert!(place.run(&["explain"]).out.lines().count() > 20);
}

#[test]
fn quiet_prints_the_verdict_only() {
    let place = risky();
    let run = place.run(&[
        "check",
        "-q",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    assert_eq!(run.out.lines().count(), 1);
    assert!(run.out.contains("REFUSED"));
}

#[test]
fn usage_errors_are_2_and_help_is_0() {
    let place = Place::new();
    for args in [
        &["chek"][..],
        &["check", "--at", "never"],
        &["check", "--timeout", "5"],
        &["diff", "a"],
        &["check", "--nameserver", "dns"],
        &[],
    ] {
        assert_eq!(place.run(args).code, 2, "{args:?}");
    }
    for args in [&["--help"][..], &["check", "--help"], &["--version"]] {
        let run = place.run(args);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
    }
}

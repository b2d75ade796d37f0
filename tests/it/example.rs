//! The example of the README: the outage, and the corrected proposal.

use crate::harness::{Place, repository};

fn example() -> String {
    repository()
        .join("examples/outage")
        .to_str()
        .expect("UTF-8")
        .to_owned()
}

#[test]
fn the_outage_is_refused_with_every_reason() {
    let run = Place::new().run(&["-C", &example(), "check", "-e", "production"]);
    assert_eq!(run.code, 1, "{}", run.err);
    for text in [
        "auth.servers[1]",
        "10.20.30.410 is not an IPv4 address",
        "auth.yaml:5:7",
        "HIGH RISK",
        "database.pool.max",
        "missing from staging",
        "error[TG301]",
        "error[TG204]",
        "tollgate ack ",
        "REFUSED",
    ] {
        assert!(run.out.contains(text), "{text} in {}", run.out);
    }
    assert!(!run.out.contains("s3cr3t") && !run.out.contains("pk-production"));
}

#[test]
fn the_corrected_proposal_lacks_only_what_staging_and_the_author_must_give() {
    let folder = example();
    let run = Place::new().run(&[
        "-C",
        &folder,
        "check",
        "-e",
        "production",
        "--format",
        "json",
        "--proposed",
        "corrected/production",
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    let json = run.json();
    let open: Vec<String> = json["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| ["approve", "deny"].contains(&finding["action"].as_str().unwrap_or("")))
        .map(|finding| {
            format!(
                "{} {}",
                finding["code"].as_str().unwrap_or(""),
                finding["rule"].as_str().unwrap_or("")
            )
            .trim()
            .to_owned()
        })
        .collect();
    assert_eq!(open, ["TG301", "TG101 auth/servers-changed"]);
}

#[test]
fn staging_is_as_it_is_deployed() {
    let run = Place::new().run(&["-C", &example(), "check", "-e", "staging"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("PASS  no changes"));
}

//! No push without a stamp, and every fault of a stamp its own status.

use serde_json::{Value, json};
use tollgate::stamp::{Envelope, PAYLOAD_TYPE, SigningKey, seal};

use crate::team::{PRODUCTION_AUTH, STAGING_AUTH, Team, app, snapshot};

/// The statement of a stamp, changed, and signed again by whom.
fn forge(team: &Team, who: &str, change: impl Fn(&mut Value)) -> String {
    let envelope = Envelope::open(&team.stamp_text()).expect("an envelope");
    let mut statement: Value = serde_json::from_slice(envelope.unverified()).expect("a statement");
    change(&mut statement);
    let text = crate::team::read_text(&team.root().join(who));
    let key = SigningKey::from_openssh(&text).expect("a key");
    seal(&key, PAYLOAD_TYPE, statement.to_string().as_bytes())
}

fn stamped() -> Team {
    let team = Team::new();
    team.push_staging();
    team.stamp_staging("stamper");
    team
}

#[test]
fn the_way_to_production_leads_through_staging() {
    let team = Team::new();
    let run = team.refused("missing");
    assert!(run.codes().contains(&"TG301".to_owned()));
    assert!(!team.live("production").join(".tollgate-push").exists());

    team.push_staging();
    let made = team.stamp_staging("stamper");
    assert_eq!(made["stamps"][0]["result"], "PASSED");
    let run = team.push_production();
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(run.json()["stamp"]["status"], "valid");
    assert_eq!(run.json()["push"]["status"], "pushed");
    assert_eq!(
        snapshot(&team.live("production")),
        snapshot(&team.repository().join("config/production"))
    );

    // The same again is a no-op that passes.
    let run = team.push_production();
    assert_eq!(
        (run.code, run.json()["push"]["status"].clone()),
        (0, json!("nothing_to_do"))
    );

    // After an edit nothing proves the content any more, and the key is named.
    team.retries(7, 7);
    let run = team.refused("other_content");
    let message = run.json()["findings"][0]["message"].to_string();
    assert!(message.contains("checkout.retries in app.yaml"), "{message}");
    assert_eq!(
        run.json()["stamp"]["proofs"][0]["differs"],
        json!(["checkout.retries in app.yaml"])
    );
}

#[test]
fn what_differs_between_environments_needs_no_proof_and_everything_else_does() {
    let team = stamped();
    // A key that only staging has is left out of the proof.
    team.write(
        "config/staging/app.yaml",
        &(app(STAGING_AUTH, 5) + "debug:\n  trace: true\n"),
    );
    team.push_staging();
    std::fs::remove_dir_all(team.stamps()).expect("stamps");
    team.stamp_staging("stamper");
    assert_eq!(team.push_production().code, 0);

    // Production's own value is proven by nobody: somebody has to stand by it.
    team.retries(6, 6);
    team.push_staging();
    team.stamp_staging("stamper");
    team.write("config/production/app.yaml", &app("10.2.0.2:8443", 6));
    let run = team.push_production();
    assert_eq!(run.code, 1, "{}", run.out);
    assert_eq!(run.json()["stamp"]["status"], "valid");

    // Its type is proven all the same.
    team.write("config/production/app.yaml", &app("[10.2.0.1:8443]", 6));
    team.refused("other_content");
}

#[test]
fn every_fault_has_its_status() {
    let team = stamped();
    let good = team.stamp_text();

    let mut bent: Value = serde_json::from_str(&good).expect("JSON");
    let payload = bent["payload"].as_str().expect("a payload").to_owned();
    let flipped = if payload.ends_with('A') { "B" } else { "A" };
    bent["payload"] = json!(format!("{}{flipped}{}", &payload[..40], &payload[41..]));
    let bent = bent.to_string();

    let same = |_: &mut Value| {};
    let cases = [
        ("malformed", "no JSON at all {".to_owned()),
        ("malformed", good.replace("payloadType", "payload_type")),
        ("bad_signature", bent),
        ("unknown_key", forge(&team, "stranger", same)),
        ("unknown_key", forge(&team, "pusher", same)),
        (
            "wrong_environment",
            forge(&team, "stamper", |s| s["predicate"]["environment"] = json!("qa")),
        ),
        (
            "other_content",
            forge(&team, "stamper", |s| {
                s["subject"][0]["name"] = json!("config:other");
            }),
        ),
        (
            "other_content",
            forge(&team, "stamper", |s| {
                s["subject"][0]["digest"]["sha256"] = json!("0".repeat(64));
            }),
        ),
        (
            "malformed",
            forge(&team, "stamper", |s| {
                s["_type"] = json!("https://in-toto.io/Statement/v0.1");
            }),
        ),
        (
            "malformed",
            forge(&team, "stamper", |s| {
                let twice = s["subject"][0].clone();
                s["subject"].as_array_mut().expect("subjects").push(twice);
            }),
        ),
        (
            "malformed",
            // A second digest would let readers choose the one that fits.
            forge(&team, "stamper", |s| {
                s["subject"][0]["digest"]["sha512"] = json!("00");
            }),
        ),
        (
            "voided",
            forge(&team, "stamper", |s| s["predicate"]["result"] = json!("FAILED")),
        ),
        (
            "expired",
            forge(&team, "stamper", |s| {
                s["predicate"]["issuedAt"] = json!("2020-01-01T00:00:00Z");
            }),
        ),
        (
            "expired",
            forge(&team, "stamper", |s| {
                s["predicate"]["notAfter"] = json!("2020-01-01T00:00:00Z");
            }),
        ),
        (
            "future",
            forge(&team, "stamper", |s| {
                s["predicate"]["issuedAt"] = json!("2999-01-01T00:00:00Z");
            }),
        ),
    ];
    for (status, text) in cases {
        team.only_stamp(&text);
        team.refused(status);
    }

    // A key that nobody knows.
    let stranger = SigningKey::from_seed(&[9; 32]);
    let payload = Envelope::open(&good).expect("an envelope").unverified().to_vec();
    team.only_stamp(&seal(&stranger, PAYLOAD_TYPE, &payload));
    team.refused("unknown_key");

    // Nothing was wrong with the rest: the good one passes.
    team.only_stamp(&good);
    assert_eq!(team.push_production().code, 0);
}

#[test]
fn a_key_counts_from_its_first_to_its_last_day() {
    let team = stamped();
    let signers = team.repository().join("allowed_signers");
    let text = crate::team::read_text(&signers);
    let with = |option: &str| {
        let line = format!("namespaces=\"stamp@tollgate\",{option}");
        team.write(
            "allowed_signers",
            &text.replace("namespaces=\"stamp@tollgate\"", &line),
        );
        team.settle(&["allowed_signers"]);
    };
    with("valid-before=\"20200101Z\"");
    team.refused("unknown_key");
    with("valid-after=\"29990101Z\"");
    team.refused("unknown_key");
    with("valid-after=\"20200101Z\",valid-before=\"29990101Z\"");
    assert_eq!(team.push_production().code, 0);
}

#[test]
fn a_failed_check_takes_earlier_stamps_back() {
    let team = stamped();
    let key = team.key("stamper");
    let run = team.expect(
        1,
        &[
            "stamp", "staging", "--key", &key, "--format", "json", "--", "false",
        ],
    );
    assert_eq!(run.json()["stamps"][0]["result"], "FAILED");
    team.refused("voided");
    // Without its file the ledger still knows.
    let failed = run.json()["stamps"][0]["file"]
        .as_str()
        .expect("a file")
        .to_owned();
    std::fs::remove_file(team.repository().join(failed)).expect("the failed stamp");
    team.refused("voided");
    // A check that passes counts from then on. Times have seconds only, so that the failed one is not older.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    team.expect(0, &["stamp", "staging", "--key", &key, "--", "true"]);
    assert_eq!(team.push_production().code, 0);
}

#[test]
fn a_command_that_hangs_is_ended_with_all_it_started() {
    let team = Team::new();
    let key = team.key("stamper");
    let left = team.root().join("left-behind");
    let script = format!("(sleep 3; touch {}) & sleep 60", left.display());
    let args = [
        "stamp", "staging", "--key", &key, "--within", "200ms", "--format", "json", "--", "sh", "-c", &script,
    ];
    let run = team.expect(1, &args);
    assert_eq!(run.json()["stamps"][0]["result"], "FAILED");
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(!left.exists(), "what the command started lived on");
}

#[test]
fn a_stamp_serves_one_transition_and_a_rollback_takes_its_word_back() {
    let team = stamped();
    assert_eq!(team.push_production().code, 0);
    team.retries(6, 6);
    team.push_staging();
    team.stamp_staging("stamper");
    assert_eq!(team.push_production().code, 0);
    // Back to the first content by a push: its stamp was used.
    team.retries(5, 5);
    team.refused("used");

    team.expect(0, &["rollback", "production"]);
    team.retries(6, 6);
    let run = team.refused("voided");
    assert!(
        run.out
            .contains("it was taken back: production rolled this content back"),
        "{}",
        run.out
    );
    // An older stamp is for another content, and nothing differs from the newest.
    assert!(!run.out.contains("what differs"), "{}", run.out);
}

#[test]
fn soak_is_counted_from_the_ledger() {
    let team = Team::new();
    team.policy("soak = \"0s\"", "soak = \"1h\"");
    team.push_staging();
    team.stamp_staging("stamper");
    team.refused("soaking");
    // What the machine's own key wrote down does not count where signers are named.
    let team = Team::new();
    team.policy("soak = \"0s\"", "soak = \"1s\"");
    team.expect(0, &["push", "staging"]);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    team.stamp_staging("stamper");
    team.refused("soaking");
    let team = Team::new();
    team.policy("soak = \"0s\"", "soak = \"1s\"");
    team.push_staging();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    team.stamp_staging("stamper");
    assert_eq!(team.push_production().code, 0);
}

#[test]
fn without_signers_only_ones_own_keys_count() {
    let team = Team::new();
    team.policy("[signers]\nfile = \"allowed_signers\"\n", "");
    team.expect(0, &["push", "staging"]);
    team.expect(0, &["stamp", "staging"]);
    let run = team.tollgate(&[
        "push",
        "production",
        "--confirm",
        "production",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.codes().contains(&"TG306".to_owned()),
        "it is said that nobody else vouches"
    );
    // Somebody else's stamp is not ours.
    team.retries(6, 6);
    team.expect(0, &["push", "staging"]);
    team.expect(0, &["stamp", "staging", "--key", &team.key("stamper")]);
    let run = team.tollgate(&[
        "push",
        "production",
        "--confirm",
        "production",
        "--format",
        "json",
    ]);
    assert_eq!(
        (run.code, run.json()["stamp"]["status"].clone()),
        (1, json!("unknown_key"))
    );
}

#[test]
fn an_altered_ledger_is_no_ledger() {
    let team = stamped();
    let entry = team.repository().join(".tollgate/ledger/00000001.json");
    let text = crate::team::read_text(&entry);
    for at in [30, 200, 400] {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        std::fs::write(&entry, &bytes).expect("an entry");
        let run = team.push_production();
        assert_eq!(run.code, 3, "byte {at}: {}", run.out);
        assert!(run.codes().contains(&"TG305".to_owned()));
    }
    std::fs::remove_file(&entry).expect("an entry");
    assert_eq!(team.push_production().code, 3, "a missing entry");
    std::fs::write(&entry, text).expect("an entry");
    assert_eq!(team.push_production().code, 0);
}

#[test]
fn the_subject_is_the_digest_of_the_bytes_that_show_prints() {
    let team = stamped();
    let envelope = Envelope::open(&team.stamp_text()).expect("an envelope");
    let statement: Value = serde_json::from_slice(envelope.unverified()).expect("a statement");
    let subject = statement["subject"][0]["digest"]["sha256"]
        .as_str()
        .expect("a digest")
        .to_owned();
    for args in [
        ["show", "--projection", "-e", "staging"].as_slice(),
        &["show", "--projection", "-e", "production"],
        &["show", "--projection", "config/production/app.yaml"],
    ] {
        let bytes = team.expect(0, args).out;
        assert!(bytes.starts_with("tollgate-proj-1\ns4:shop"), "{bytes}");
        assert_eq!(
            tollgate::doc::digest::hex(&tollgate::doc::digest::sha256(bytes.as_bytes())),
            subject
        );
    }
    assert!(
        !team
            .expect(0, &["show", "--projection", "-e", "production"])
            .out
            .contains(PRODUCTION_AUTH)
    );
}

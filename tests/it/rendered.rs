//! `render`: what is compared, stamped and pushed is a command's output, and no stranger's command is run.

use crate::team::{Team, read_text, snapshot};

/// The sources hold a base and a value; the command puts them together.
fn rendering(command: &str) -> Team {
    let team = Team::new();
    for env in ["staging", "production"] {
        team.write(&format!("config/{env}/base.yaml"), "checkout:\n  retries: 5\n");
        team.write(&format!("config/{env}/app.yaml"), "tls:\n  verify: true\n");
        let live = team.live(env);
        std::fs::remove_file(live.join("app.yaml")).expect("a file");
        std::fs::write(
            live.join("rendered.yaml"),
            "checkout:\n  retries: 5\ntls:\n  verify: true\n",
        )
        .expect("a file");
    }
    team.policy("per_env = [\"auth.server\"]\n", &format!("render = {command}\n"));
    team.git(&["add", "-A"]);
    team.git(&["commit", "-qm", "rendered"]);
    team
}

const CAT: &str = "[\"sh\", \"-c\", \"cat $1/base.yaml $1/app.yaml\", \"sh\", \"{dir}\"]";

#[test]
fn a_command_runs_only_once_its_policy_was_accepted() {
    let team = rendering("[\"touch\", \"/tmp/tollgate-must-not-run\"]");
    for args in [
        ["check", "-e", "staging", "--format", "json"].as_slice(),
        &["push", "staging", "--format", "json"],
    ] {
        let run = team.expect(3, args);
        assert!(
            run.out.contains("was not accepted on this machine"),
            "{}",
            run.out
        );
    }
    assert!(!std::path::Path::new("/tmp/tollgate-must-not-run").exists());
    let run = team.expect(0, &["trust", "-n"]);
    assert!(
        run.out.contains("would accept") && run.out.contains("touch /tmp/"),
        "{}",
        run.out
    );
    team.expect(3, &["check", "-e", "staging"]);
    // Another policy is another policy.
    let team = rendering(CAT);
    team.expect(0, &["trust"]);
    team.expect(0, &["check", "-e", "staging", "--at", "commit"]);
    team.policy("soak = \"0s\"", "soak = \"1s\"");
    team.expect(3, &["check", "-e", "staging", "--at", "commit"]);
    team.expect(0, &["trust"]);
    team.expect(0, &["trust", "--withdraw"]);
    team.expect(3, &["check", "-e", "staging", "--at", "commit"]);
}

#[test]
fn what_it_prints_is_compared_stamped_and_pushed() {
    let team = rendering(CAT);
    team.expect(0, &["trust"]);
    let run = team.expect(
        0,
        &["check", "-e", "staging", "--at", "commit", "--format", "json"],
    );
    assert_eq!(
        run.json()["changes"].as_array().map(Vec::len),
        Some(0),
        "{}",
        run.out
    );
    for env in ["staging", "production"] {
        team.write(&format!("config/{env}/base.yaml"), "checkout:\n  retries: 6\n");
    }
    let run = team.tollgate(&["check", "-e", "staging", "--at", "commit", "--format", "json"]);
    assert_eq!(
        run.json()["changes"][0]["path"],
        "checkout.retries",
        "{}",
        run.out
    );
    assert_eq!(run.json()["changes"][0]["file"], "config/staging (rendered)");
    // In git lie the sources: they are rendered too.
    let run = team.tollgate(&[
        "check",
        "-e",
        "staging",
        "--at",
        "commit",
        "--deployed",
        "git:HEAD",
        "--format",
        "json",
    ]);
    assert_eq!(
        run.json()["changes"].as_array().map(Vec::len),
        Some(1),
        "{}",
        run.out
    );
    team.push_staging();
    let live = read_text(&team.live("staging").join("rendered.yaml"));
    assert_eq!(live, "checkout:\n  retries: 6\ntls:\n  verify: true\n");
    assert_eq!(snapshot(&team.live("staging")).len(), 1);
    team.stamp_staging("stamper");
    let run = team.push_production();
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    // The hook renders what is staged and what was committed.
    team.write("config/production/app.yaml", "tls:\n  verify: false\n");
    team.git(&["add", "-A"]);
    let run = team.tollgate(&["hook", "run", "pre-commit", "--format", "json"]);
    assert!(
        run.code == 1 && run.out.contains("tls.verify"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn a_command_that_fails_hangs_or_says_nothing_is_refused() {
    for (command, said) in [
        (
            "[\"sh\", \"-c\", \"echo no such base >&2; exit 7\"]",
            "failed with exit code 7: no such base",
        ),
        ("[\"sleep\", \"60\"]", "did not end within"),
        ("[\"true\"]", "prints nothing"),
        ("[\"no-such-program-anywhere\"]", "cannot be run"),
        ("[\"sh\", \"-c\", \"kill -9 $$\"]", "ended by a signal"),
    ] {
        let team = rendering(command);
        team.expect(0, &["trust"]);
        let run = team.expect(
            1,
            &["check", "-e", "staging", "--deadline", "6s", "--format", "json"],
        );
        assert!(run.out.contains(said), "{command}: {}", run.out);
    }
}

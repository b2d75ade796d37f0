//! Where sides are read from: revisions, the index, the ledger, folders; by policy and by hand.

use serde_json::json;

use crate::team::{PRODUCTION_AUTH, Team, app};

fn changes(team: &Team, args: &[&str]) -> Vec<(String, String)> {
    let run = team.tollgate(args);
    let json = run.json();
    let rows = json["changes"].as_array().expect("changes").clone();
    rows.iter()
        .map(|row| {
            (
                row["path"].as_str().unwrap_or("").to_owned(),
                row["new"].as_str().unwrap_or("").to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_revision_the_index_and_the_worktree_are_three_sides() {
    let team = Team::new();
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    team.git(&["add", "-A"]);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 7));
    let check = |old: &str, new: &str| {
        changes(
            &team,
            &[
                "check",
                "--at",
                "commit",
                "-e",
                "production",
                "--format",
                "json",
                "--deployed",
                old,
                "--proposed",
                new,
            ],
        )
    };
    let retries = |to: &str| vec![("checkout.retries".to_owned(), to.to_owned())];
    assert_eq!(check("git:HEAD", "index"), retries("6"));
    assert_eq!(check("git:HEAD", "worktree"), retries("7"));
    assert_eq!(check("index", "worktree"), retries("7"));
    assert_eq!(check("git:HEAD", "git:main"), []);
    assert_eq!(
        check("git:HEAD:config/staging", "git:HEAD"),
        [("auth.server".to_owned(), PRODUCTION_AUTH.to_owned())]
    );
    // By hand: a file in git against one on disk, and two folders in git.
    let diff = |old: &str, new: &str| changes(&team, &["diff", "--format", "json", old, new]);
    assert_eq!(
        diff(
            "git:HEAD:config/production/app.yaml",
            "config/production/app.yaml"
        ),
        retries("7")
    );
    assert_eq!(
        diff("git:HEAD:config/staging", "git:HEAD:config/production").len(),
        1
    );
    let shown = team.expect(
        0,
        &["show", "git:HEAD:config/production/app.yaml", "--format", "json"],
    );
    assert_eq!(shown.json()["documents"][0]["checkout"]["retries"], 5);
}

#[test]
fn what_git_does_not_have_is_an_error_or_an_empty_side() {
    let team = Team::new();
    let check = |old: &str| {
        team.tollgate(&[
            "check",
            "--at",
            "commit",
            "-e",
            "production",
            "--format",
            "json",
            "--deployed",
            old,
        ])
    };
    let run = check("git:no-such-branch");
    assert_eq!((run.code, run.codes()), (3, vec!["TG904".to_owned()]));
    assert!(run.out.contains("no-such-branch"), "{}", run.out);
    assert_eq!(check("git:HEAD:no/such/folder").code, 3);
    // A folder that the revision does not have yet is empty: everything in it is new.
    team.write("tollgate.toml", "version = 1\n[configs.a]\nfiles = \"other/*.yaml\"\n[environments.production]\ntarget = { dir = \"x\" }\n");
    team.write("other/a.yaml", "level: 1\n");
    let run = check("git:HEAD");
    assert!(run.codes().contains(&"TG508".to_owned()), "{}", run.out);
    for args in [
        ["diff", "git:HEAD:none", "tollgate.toml"],
        ["diff", "ledger", "tollgate.toml"],
        ["diff", "git:", "tollgate.toml"],
    ] {
        let run = team.tollgate(&args);
        assert!(run.code == 2 || run.code == 3, "{args:?} {}", run.err);
    }
    // Outside of a repository.
    let place = crate::harness::Place::new();
    place.write("a.yaml", "a: 1\n");
    let run = place.run(&["diff", "git:HEAD:a.yaml", "a.yaml"]);
    assert!(
        run.err.contains("no git repository") || run.out.contains("no git repository"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn init_reads_the_repository_and_asks() {
    let team = Team::new();
    std::fs::remove_file(team.repository().join("tollgate.toml")).expect("the policy");
    team.write("services/pay/values-staging.yaml", "a: 1\n");
    team.write("services/pay/values-production.yaml", "a: 1\n");
    team.write(
        ".tollgate/allowed_signers",
        &crate::team::read_text(&team.repository().join("allowed_signers")),
    );
    team.git(&["add", "-A"]);
    let run = team.expect(2, &["init"]);
    assert!(
        run.out.contains("files = \"config/{env}/**/*.yaml\"") && run.err.contains("--yes"),
        "{}",
        run.out
    );
    assert!(!team.repository().join("tollgate.toml").exists());
    team.expect(0, &["init", "-n"]);
    assert!(!team.repository().join("tollgate.toml").exists());
    let run = team.expect(0, &["init", "--yes"]);
    assert!(
        run.out.contains("signers: .tollgate/allowed_signers"),
        "{}",
        run.out
    );
    assert_eq!(
        crate::team::read_text(&team.repository().join(".gitignore")),
        "/.tollgate/ledger/\n"
    );
    let policy = crate::team::read_text(&team.repository().join("tollgate.toml"));
    assert!(
        policy.contains("files = \"services/pay/values-{env}.yaml\""),
        "{policy}"
    );
    let run = team.tollgate(&[
        "check",
        "--at",
        "commit",
        "--deployed",
        "git:HEAD",
        "--format",
        "json",
    ]);
    assert_eq!(
        run.json()["environments"].as_array().map(Vec::len),
        Some(2),
        "{}",
        run.err
    );
    team.expect(2, &["init", "--yes"]);
}

#[test]
fn services_with_other_environments_are_guarded_each_with_its_own() {
    let team = Team::new();
    std::fs::remove_file(team.repository().join("tollgate.toml")).expect("the policy");
    for env in ["dev", "production"] {
        team.write(&format!("pay/config/{env}/app.yaml"), "a: 1\n");
    }
    team.write("lone/values-prod.yaml", "a: 1\n");
    team.git(&["add", "-A"]);
    let run = team.expect(0, &["init", "--yes"]);
    assert!(run.out.contains("not guarded"), "{}", run.out);
    assert!(run.out.contains("lone/values-prod.yaml"), "{}", run.out);
    let live = |env: &str| team.root().join("out").join(env).display().to_string();
    for env in ["dev", "staging", "production"] {
        team.policy(&format!("/srv/{env}/config"), &live(env));
    }
    let policy = crate::team::read_text(&team.repository().join("tollgate.toml"));
    assert!(
        policy.contains("after = [\"dev\", \"staging\"]"),
        "each set has somebody who vouches for it: {policy}"
    );
    // Each set is asked for proof from where it is, and from nowhere else.
    team.git(&["commit", "-qm", "services"]);
    let key = team.key("pusher");
    let run = team.expect(
        1,
        &[
            "push",
            "production",
            "--first",
            "--confirm",
            "production",
            "--format",
            "json",
        ],
    );
    let proofs = run.json()["stamp"]["proofs"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let asked: Vec<(&str, &str)> = proofs
        .iter()
        .map(|proof| {
            (
                proof["set"].as_str().unwrap_or(""),
                proof["from"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(asked, [("app", "staging"), ("pay", "dev")], "{}", run.out);
    team.policy("after = [\"dev\", \"staging\"]", "");
    // Nothing is asked of an environment that a set is not in.
    let run = team.tollgate(&[
        "check",
        "--at",
        "commit",
        "--deployed",
        "git:HEAD",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}", run.out);
    // Files of one name lie apart, and go back apart.
    team.expect(0, &["push", "production", "--first", "--key", &key]);
    let at = |path: &str| crate::team::read_text(&team.root().join("out/production").join(path));
    assert_eq!(at("pay/app.yaml"), "a: 1\n");
    assert!(at("app/app.yaml").contains("retries"));
    team.write("pay/config/production/app.yaml", "a: 2\n");
    team.expect(0, &["push", "production", "--key", &key]);
    assert_eq!(at("pay/app.yaml"), "a: 2\n");
    team.expect(0, &["rollback", "production"]);
    assert_eq!(at("pay/app.yaml"), "a: 1\n");
    // What is asked for and is not there is a mistake, not an empty pass.
    for args in [
        ["check", "-e", "dev", "--set", "app"].as_slice(),
        &["push", "dev", "--set", "app"],
        &["stamp", "dev", "--set", "app"],
    ] {
        let run = team.expect(2, args);
        assert!(run.err.contains("is not in environment `dev`"), "{}", run.err);
    }
    let run = team.expect(3, &["rollback", "nope"]);
    assert!(
        run.err.contains("there are tickets for production"),
        "{}",
        run.err
    );
}

#[test]
fn sets_and_environments_that_cannot_work_are_faults_of_the_policy() {
    let team = Team::new();
    for (from, to, text) in [
        (
            "per_env",
            "environments = [\"production\"]\nper_env",
            "could ever vouch for it",
        ),
        (
            "per_env",
            "environments = [\"nope\"]\nper_env",
            "there is no environment `nope`",
        ),
        (
            "per_env",
            "environments = [\"staging\"]\nper_env",
            "no config set is in the environment `production`",
        ),
        ("[configs.shop]", "[configs.\"../shop\"]", "a config set's name"),
    ] {
        let before = crate::team::read_text(&team.repository().join("tollgate.toml"));
        team.policy(from, to);
        let run = team.expect(2, &["check"]);
        assert!(run.err.contains(text), "{text}: {}", run.err);
        team.write("tollgate.toml", &before);
    }
}

#[test]
fn what_contradicts_itself_or_is_not_there_is_a_usage_error() {
    let team = Team::new();
    for (args, text) in [
        (
            ["push", "staging", "-e", "production"].as_slice(),
            "which environment?",
        ),
        (&["stamp", "staging", "-e", "production"], "which environment?"),
        (&["rollback", "staging", "-e", "production"], "which environment?"),
        (
            &["push", "staging", "--deployed", "git:HEAD"],
            "live at its target",
        ),
        (&["-C", "nowhere", "init", "--yes"], "no such folder"),
        (&["show", "index"], "not a file"),
        (
            &["diff", "git:HEAD", "worktree"],
            "a side of a policy's config sets",
        ),
        (&["check", "--deployed", "git:"], "git:HEAD is the last commit"),
    ] {
        let run = team.tollgate(args);
        assert!(run.code == 2 || run.code == 3, "{args:?} {}{}", run.out, run.err);
        let said = format!("{}{}", run.out, run.err);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(text), "{args:?}: {said}");
    }
    assert!(!team.repository().join("nowhere").exists());
    // What is left in the shell contradicts nobody.
    let run = team.exec(
        "env",
        &["TOLLGATE_ENV=production", "tollgate", "push", "staging", "-n"],
    );
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    team.expect(0, &["man", "-n", "pages"]);
    assert!(!team.repository().join("pages").exists());
}

#[test]
fn the_demo_tells_its_story_and_leaves_nothing_behind() {
    let team = Team::new();
    let scratch = team.root().join("scratch");
    std::fs::create_dir(&scratch).expect("a folder");
    let output = team
        .command(env!("CARGO_BIN_EXE_tollgate"))
        .arg("demo")
        .env("TMPDIR", &scratch)
        .output()
        .expect("tollgate");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for word in [
        "REFUSED",
        "TG204",
        "TG301",
        "stamped shop",
        "pushed shop to production",
        "rolled back shop",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
    assert_eq!(std::fs::read_dir(&scratch).expect("a folder").count(), 0);
    assert_eq!(json!(text.contains(&scratch.display().to_string())), json!(false));
}

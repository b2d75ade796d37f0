//! The policy comes from the side that the change cannot edit: attempts to get a change past it, in a proposal (`ci`), in
//! a push (`push`) and before a push to a remote. Each is judged by what was in force before, or refused with the reason.

use crate::harness::Run;
use crate::team::{PRODUCTION_AUTH, Team, app, read_text};

const RISKY: &str = "tls:\n  verify: false\n";

fn risky() -> String {
    app(PRODUCTION_AUTH, 5) + RISKY
}

/// A team on a branch of its own, with a risky change that is not committed yet.
fn proposing() -> Team {
    let team = Team::new();
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    team
}

fn commit(team: &Team) {
    team.git(&["add", "-A", "-f"]);
    team.git(&["commit", "-q", "--no-verify", "-m", "a proposal"]);
}

fn ci(team: &Team) -> Run {
    team.tollgate(&["ci", "--base", "main", "--format", "json"])
}

/// The proposal is refused for the risky change, whatever else it holds.
fn refused_for_tls(run: &Run) {
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let json = run.json();
    let tls = json["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .any(|finding| {
            finding["rule"] == "tls/off" && finding["action"] == "approve" && finding["acked"].is_null()
        });
    assert!(tls, "{}", run.out);
}

fn guard_findings(run: &Run) -> Vec<String> {
    let json = run.json();
    let findings = json["findings"].as_array().expect("findings").clone();
    findings
        .iter()
        .filter(|finding| finding["code"] == "TG310" && finding["environment"] == "production")
        .map(|finding| finding["message"].as_str().expect("a message").to_owned())
        .collect()
}

#[test]
fn a_proposal_that_softens_the_policy_is_judged_by_the_one_before() {
    for (from, to) in [
        // Findings of this severity only warn.
        (
            "[signers]",
            "[environments.production.actions]\nhigh = \"note\"\ncritical = \"note\"\n[signers]",
        ),
        // Nobody enforces it.
        ("after = [\"staging\"]", "after = [\"staging\"]\nenforce = false"),
        // The file is not looked at.
        ("config/{env}/**/*.yaml", "config/{env}/nothing*.yaml"),
        // No pack that holds the rule.
        ("version = 1", "version = 1\npacks = [\"core\"]"),
        // The rule is off.
        (
            "version = 1",
            "version = 1\n[[override]]\nrule = \"tls/off\"\nseverity = \"off\"\nreason = \"in the way\"\n",
        ),
        // Another ledger, without a past.
        ("[signers]", "[ledger]\ndir = \"elsewhere\"\n[signers]"),
    ] {
        let team = proposing();
        team.edit_policy(from, to);
        commit(&team);
        let run = ci(&team);
        refused_for_tls(&run);
        assert_eq!(
            guard_findings(&run),
            ["tollgate.toml (the policy) changes"],
            "{to}"
        );
    }
}

#[test]
fn rules_waivers_signers_and_schemas_of_the_proposal_have_no_say() {
    let team = Team::new();
    let own = "[[rule]]\nid = \"shop/banner\"\ntitle = \"the banner changes\"\nseverity = \"high\"\npaths = [\"**.banner\"]\nkinds = [\"changed\"]\nmessage = \"{path}: {old} → {new}\"\nhelp = \"ask\"\nwhy = \"it is seen by everybody\"\n[[rule.test]]\nold = \"banner: a\"\nnew = \"banner: b\"\nexpect = \"match\"\n";
    team.write("rules/shop.toml", own);
    team.policy("version = 1", "version = 1\nrules = [\"rules/*.toml\"]");
    commit(&team);
    let with = |edit: &dyn Fn(&Team)| {
        team.git(&["checkout", "-q", "-B", "feature", "main"]);
        team.write("config/production/app.yaml", &risky().replace("welcome", "bye"));
        edit(&team);
        commit(&team);
        let run = ci(&team);
        refused_for_tls(&run);
        let banner = run.json()["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .any(|finding| finding["rule"] == "shop/banner");
        assert!(
            banner,
            "the rule that was in force is held against it: {}",
            run.out
        );
        guard_findings(&run)
    };
    assert_eq!(with(&|_| {}), Vec::<String>::new());
    // The rule's file is emptied, goes, or is not named any more; a pack of nothing is named instead.
    let seen = with(&|team| {
        team.write(
            "rules/shop.toml",
            &own.replace("**.banner", "**.nothing")
                .replace("banner:", "nothing:"),
        );
    });
    assert_eq!(seen, ["rules/shop.toml (rules) changes"]);
    let seen = with(&|team| {
        team.edit_policy("rules = [\"rules/*.toml\"]", "rules = [\"other/*.toml\"]");
        team.write(
            "other/x.toml",
            &own.replace("shop/banner", "shop/other")
                .replace("**.banner", "**.nothing")
                .replace("banner:", "nothing:"),
        );
    });
    assert_eq!(
        seen,
        [
            "rules/shop.toml (rules) counts no longer",
            "other/x.toml (rules) is new",
            "tollgate.toml (the policy) changes"
        ]
    );
    // A link in the place of the rules.
    let run = {
        team.git(&["checkout", "-q", "-B", "feature", "main"]);
        team.write("config/production/app.yaml", &risky());
        std::fs::remove_file(team.repository().join("rules/shop.toml")).expect("a file");
        std::os::unix::fs::symlink("/dev/null", team.repository().join("rules/shop.toml")).expect("a link");
        commit(&team);
        ci(&team)
    };
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("symbolic link"), "{}", run.err);
    // A waiver of the author's own.
    let waiver = "[[waiver]]\nrule = \"**\"\npath = \"**\"\nreason = \"mine\"\nowner = \"me\"\nexpires = \"2999-01-01\"\n";
    assert_eq!(
        with(&|team| team.write(".tollgate/waivers.toml", waiver)),
        [".tollgate/waivers.toml (the waivers) is new"]
    );
    let stranger = read_text(&team.root().join("stranger.pub"));
    assert_eq!(
        with(&|team| team.write(
            "allowed_signers",
            &format!("me namespaces=\"stamp@tollgate,approve@tollgate\" {stranger}")
        )),
        ["allowed_signers (the signers) changes"]
    );
    // What calls tollgate.
    assert_eq!(
        with(&|team| team.write(".github/workflows/gate.yml", "run: tollgate ci || true\n")),
        [".github/workflows/gate.yml (what calls tollgate) is new"]
    );
}

#[test]
fn another_policy_file_is_no_way_round() {
    let soft = "version = 1\n[configs.none]\nfiles = \"nothing/*.yaml\"\n[environments.production]\ntarget = { dir = \"x\" }\n";
    let team = proposing();
    team.write("config/tollgate.toml", soft);
    team.write("soft.toml", soft);
    commit(&team);
    // One in a folder below, from that folder.
    let run = team.tollgate(&["-C", "config", "ci", "--base", "main", "--format", "json"]);
    refused_for_tls(&run);
    assert_eq!(
        guard_findings(&run).len(),
        2,
        "the policy that would be in force there is another one: {}",
        run.out
    );
    // One that a flag names, and that the target does not have.
    let run = team.tollgate(&["ci", "--base", "main", "--policy", "soft.toml"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("main") && run.err.contains("soft.toml"),
        "{}",
        run.err
    );
    // One that a variable names, or one above the repository: neither is looked at.
    std::fs::write(team.root().join("tollgate.toml"), soft).expect("a file");
    let mut command = team.command("tollgate");
    let output = command
        .args(["ci", "--base", "main", "--format", "json"])
        .env("TOLLGATE_POLICY", "soft.toml")
        .env("TOLLGATE_AT", "commit")
        .env("TOLLGATE_OFFLINE", "1")
        .env("TOLLGATE_DEPLOYED", "HEAD")
        .output()
        .expect("tollgate");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for variable in [
        "TOLLGATE_POLICY",
        "TOLLGATE_AT",
        "TOLLGATE_OFFLINE",
        "TOLLGATE_DEPLOYED",
    ] {
        assert!(text.contains(variable), "{text}");
    }
    // The policy that is taken away is in force all the same.
    let team = proposing();
    std::fs::remove_file(team.repository().join("tollgate.toml")).expect("a file");
    commit(&team);
    let run = ci(&team);
    refused_for_tls(&run);
    assert!(guard_findings(&run).contains(&"tollgate.toml (the policy) counts no longer".to_owned()));
    // A link in its place is one too.
    let team = proposing();
    std::fs::rename(
        team.repository().join("tollgate.toml"),
        team.repository().join("real.toml"),
    )
    .expect("a file");
    std::os::unix::fs::symlink("real.toml", team.repository().join("tollgate.toml")).expect("a link");
    commit(&team);
    let run = ci(&team);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("symbolic link"), "{}", run.err);
}

#[test]
fn git_is_not_led_elsewhere() {
    let team = proposing();
    commit(&team);
    // Another repository, where everything is soft and nothing changes.
    let soft = Team::new();
    soft.policy("config/{env}/**/*.yaml", "config/{env}/nothing*.yaml");
    let there = soft.repository().join(".git").display().to_string();
    let tree = soft.repository().display().to_string();
    let mut command = team.command("tollgate");
    let output = command
        .args(["ci", "--base", "main", "--format", "json"])
        .env("GIT_DIR", &there)
        .env("GIT_WORK_TREE", &tree)
        .env("GIT_OBJECT_DIRECTORY", format!("{there}/objects"))
        .env("GIT_INDEX_FILE", format!("{there}/index"))
        .output()
        .expect("tollgate");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        text.contains("GIT_DIR") && text.contains("GIT_OBJECT_DIRECTORY"),
        "{text}"
    );
    // Objects that stand for others: `git replace` has no say, by libgit2 and by the program.
    let main = team.git(&["rev-parse", "main"]).out.trim().to_owned();
    let feature = team.git(&["rev-parse", "feature"]).out.trim().to_owned();
    team.git(&["replace", &feature, &main]);
    refused_for_tls(&ci(&team));
    // Settings of the repository itself.
    for (name, value) in [
        ("core.worktree", tree.as_str()),
        ("core.hooksPath", "/nowhere"),
        ("core.fsmonitor", "touch /tmp/tollgate-must-not-run"),
    ] {
        team.git(&["config", name, value]);
        let run = ci(&team);
        assert_ne!(run.code, 0, "{name}: {}{}", run.out, run.err);
        let _ = std::process::Command::new("git")
            .args(["config", "--file"])
            .arg(team.repository().join(".git/config"))
            .args(["--unset", name])
            .status();
    }
    assert!(!std::path::Path::new("/tmp/tollgate-must-not-run").exists());
}

#[test]
fn a_pack_from_a_ref_that_moves_is_not_what_was_locked() {
    let team = Team::new();
    let rule = |path: &str| {
        format!(
            "[[rule]]\nid = \"pack/one\"\ntitle = \"one\"\nseverity = \"high\"\npaths = [\"{path}\"]\nkinds = [\"added\", \"changed\"]\nmessage = \"{{path}}\"\nhelp = \"ask\"\nwhy = \"because\"\n[[rule.test]]\nold = \"a: 1\"\nnew = \"a: 1\\nx: 2\"\nexpect = \"no_match\"\n[[rule.test]]\nold = \"tls: {{verify: true}}\"\nnew = \"tls: {{verify: false}}\"\nexpect = \"match\"\n"
        )
    };
    team.write("pack/one.toml", &rule("**.verify"));
    commit(&team);
    team.git(&["branch", "packs"]);
    team.edit_policy("version = 1", "version = 1\nextends = [\"git:packs:pack\"]");
    team.expect(0, &["rules", "lock"]);
    commit(&team);
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team);
    refused_for_tls(&ci(&team));
    // The ref is moved to a pack that flags nothing.
    team.git(&["checkout", "-q", "packs"]);
    team.write("pack/one.toml", &rule("**.nothing"));
    commit(&team);
    team.git(&["checkout", "-q", "feature"]);
    let run = ci(&team);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(
        run.err.contains("is not the one that tollgate.lock holds"),
        "{}",
        run.err
    );
}

#[test]
fn files_that_are_renamed_are_followed_and_an_acknowledgement_is_the_authors_own() {
    let team = proposing();
    team.git(&[
        "mv",
        "-f",
        "config/production/app.yaml",
        "config/production/other.yaml",
    ]);
    std::fs::write(team.repository().join("config/production/other.yaml"), risky()).expect("a file");
    commit(&team);
    refused_for_tls(&ci(&team));
    // The line that is printed lifts it where the author's word does, and only the very change.
    let team = proposing();
    commit(&team);
    let run = team.tollgate(&["ci", "--base", "main"]);
    assert_eq!(run.code, 1);
    let line = run
        .out
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("a line");
    assert!(line.contains("--base main"), "{line}");
    let run = team.exec("sh", &["-c", line]);
    assert_eq!(run.code, 0, "{line}\n{}", run.err);
    commit(&team);
    assert_eq!(ci(&team).code, 0);
    team.write("config/production/app.yaml", &(risky() + "  ca: none\n"));
    team.write(
        "config/production/app.yaml",
        &risky().replace("verify: false", "verify: \"no\""),
    );
    commit(&team);
    assert_eq!(ci(&team).code, 1);
}

#[test]
fn an_old_branch_is_judged_by_todays_policy() {
    let team = proposing();
    commit(&team);
    let run = ci(&team);
    refused_for_tls(&run);
    // Since then a rule was added that denies it: branching off before is no way round.
    team.git(&["checkout", "-q", "main"]);
    team.policy(
        "[signers]",
        "[environments.production.actions]\ncritical = \"deny\"\n[signers]",
    );
    team.git(&["checkout", "-q", "feature"]);
    let run = ci(&team);
    assert_eq!(run.code, 1);
    let json = run.json();
    let denied = json["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .any(|finding| finding["action"] == "deny");
    assert!(denied, "{}", run.out);
    // What others changed on the target meanwhile is not the proposal's doing.
    assert_eq!(guard_findings(&run), Vec::<String>::new());
}

#[test]
fn the_proposal_that_brings_the_policy_says_so() {
    let team = Team::new();
    team.git(&["checkout", "-q", "--orphan", "empty"]);
    team.git(&["rm", "-q", "--cached", "tollgate.toml"]);
    team.git(&["commit", "-qm", "before there was a policy"]);
    team.git(&["checkout", "-q", "-f", "-b", "feature"]);
    team.git(&["checkout", "-q", "main", "--", "tollgate.toml"]);
    commit(&team);
    let run = team.tollgate(&["ci", "--base", "empty", "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("the proposal brings its own"), "{}", run.out);
}

#[test]
fn a_broken_proposal_of_a_policy_is_refused_with_its_place() {
    let team = proposing();
    team.edit_policy("version = 1", "version = 1\nrulez = 3");
    commit(&team);
    let run = ci(&team);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(
        run.err.contains("tollgate.toml:2") || run.err.contains("rulez"),
        "{}",
        run.err
    );
}

/// Acknowledgements do at push, so that a change of the guard can be stood by.
fn acking() -> Team {
    let team = Team::new();
    team.policy(
        "[signers]",
        "[environments.staging.approvals]\nhigh = 0\ncritical = 0\n[signers]",
    );
    team
}

fn push(team: &Team) -> Run {
    team.tollgate(&[
        "push",
        "staging",
        "--key",
        &team.key("pusher"),
        "--format",
        "json",
    ])
}

#[test]
fn a_push_is_judged_by_the_policy_of_the_last_one() {
    let team = acking();
    assert_eq!(push(&team).code, 0);
    // Softened in the checkout, and committed: the last push had another one.
    team.write(
        "config/staging/app.yaml",
        &(app(crate::team::STAGING_AUTH, 5) + RISKY),
    );
    team.policy(
        "[signers]",
        "[environments.staging.actions]\nhigh = \"note\"\ncritical = \"note\"\n[signers]",
    );
    let run = push(&team);
    refused_for_tls(&run);
    assert!(run.codes().contains(&"TG310".to_owned()), "{}", run.out);
    // Another ledger does not make it the first push again.
    team.policy("[signers]", "[ledger]\ndir = \"elsewhere\"\n[signers]");
    refused_for_tls(&push(&team));
    // Nor does a variable, nor another policy file.
    let mut command = team.command("tollgate");
    let output = command
        .args(["push", "staging", "--format", "json"])
        .env("TOLLGATE_POLICY", "soft.toml")
        .output()
        .expect("tollgate");
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = read_text(&team.repository().join("tollgate.toml"));
    team.write("soft.toml", &text);
    let run = team.tollgate(&["push", "staging", "--policy", "soft.toml", "--format", "json"]);
    refused_for_tls(&run);
    // What the finding says lifts it: both are stood by, and from then on the new one judges.
    let run = team.tollgate(&["push", "staging"]);
    let line = run
        .out
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("a line");
    let ack = team.exec("sh", &["-c", line]);
    assert_eq!(ack.code, 0, "{line}\n{}", ack.err);
    let run = push(&team);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    team.write(
        "config/staging/app.yaml",
        &(app(crate::team::STAGING_AUTH, 5) + RISKY + "  hostname: \"*\"\n"),
    );
    let run = push(&team);
    assert_eq!(
        run.code, 0,
        "the recorded policy only notes: {}{}",
        run.out, run.err
    );
}

#[test]
fn a_policy_alone_is_recorded_once_somebody_stands_by_it() {
    let team = acking();
    assert_eq!(push(&team).code, 0);
    team.policy(
        "per_env = [\"auth.server\"]",
        "per_env = [\"auth.server\", \"database.url\"]",
    );
    let run = push(&team);
    assert_eq!(run.code, 1, "{}", run.out);
    let run = team.tollgate(&["push", "staging"]);
    let line = run
        .out
        .lines()
        .find(|line| line.trim_start().starts_with("tollgate ack "))
        .expect("a line");
    assert_eq!(team.exec("sh", &["-c", line]).code, 0, "{line}");
    let run = push(&team);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(run.json()["push"]["status"], "policy_recorded", "{}", run.out);
    let run = push(&team);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["push"]["status"], "nothing_to_do");
    assert!(!run.codes().contains(&"TG310".to_owned()), "{}", run.out);
}

#[test]
fn what_was_recorded_and_is_gone_is_no_pass() {
    let team = acking();
    assert_eq!(push(&team).code, 0);
    team.write("config/staging/app.yaml", &app(crate::team::STAGING_AUTH, 7));
    for folder in [
        team.repository().join(".tollgate/ledger/blobs"),
        team.root().join("home"),
    ] {
        let mut stack = vec![folder];
        while let Some(folder) = stack.pop() {
            for row in std::fs::read_dir(&folder).expect("a folder") {
                let path = row.expect("a row").path();
                if path.is_dir() {
                    stack.push(path);
                } else if path.to_string_lossy().contains("blobs") {
                    std::fs::write(&path, "altered").expect("a file");
                }
            }
        }
    }
    let run = team.tollgate(&["push", "staging"]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.err.contains("recorded with the last push"), "{}", run.err);
    // The way back asks none of it.
    let first = team.tollgate(&["rollback", "staging", "-n"]);
    assert_ne!(first.code, 2, "{}", first.err);
}

#[test]
fn before_the_first_commit_there_is_nothing_to_judge_by() {
    let team = Team::new();
    team.git(&["update-ref", "-d", "HEAD"]);
    let run = team.tollgate(&["push", "staging"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("commit tollgate.toml"), "{}", run.err);
}

fn link(team: &Team, target: &str, name: &str) {
    let place = team.repository().join(name);
    if place.is_dir() {
        std::fs::remove_dir_all(&place).expect("a folder");
    }
    std::os::unix::fs::symlink(target, place).expect("a link");
}

/// Refused or undecided, never passed.
fn stopped(run: &Run, words: &str) {
    let text = format!("{}{}", run.out, run.err);
    assert!(run.code == 1 || run.code == 3, "{}: {text}", run.code);
    assert!(text.contains(words), "{text}");
}

#[test]
fn folders_that_become_links_are_not_followed_to_the_same_place() {
    let with = |edit: &dyn Fn(&Team)| {
        let team = Team::new();
        team.write("fixtures/production/app.yaml", &risky());
        team.write("fixtures/staging/app.yaml", &risky());
        commit(&team);
        team.git(&["checkout", "-qb", "feature"]);
        edit(&team);
        team.git(&["add", "-A", "-f"]);
        // The hook, and the proposal.
        let hook = team.tollgate(&["hook", "run", "pre-commit"]);
        assert!(
            hook.code == 1 || hook.code == 3,
            "{}: {}{}",
            hook.code,
            hook.out,
            hook.err
        );
        team.git(&["commit", "-q", "--no-verify", "-m", "links"]);
        ci(&team)
    };
    let words = "not followed in git";
    stopped(
        &with(&|team| link(team, "../fixtures/production", "config/production")),
        words,
    );
    stopped(&with(&|team| link(team, "staging", "config/production")), words);
    stopped(&with(&|team| link(team, "fixtures", "config")), words);
    stopped(&with(&|team| link(team, "/etc", "config/production")), words);
    let moved = |team: &Team| {
        team.git(&["mv", "config/production", "config/other"]);
        team.write("config/other/app.yaml", &risky());
        link(team, "other", "config/production");
    };
    stopped(&with(&moved), words);
    // Below the folder: files of the set may lie behind it.
    stopped(
        &with(&|team| link(team, "../../fixtures/production", "config/production/more")),
        words,
    );
    // A link in the checkout alone changes nothing of what was committed.
    let team = proposing();
    commit(&team);
    team.write("clean/app.yaml", &app(PRODUCTION_AUTH, 5));
    link(&team, "../clean", "config/production");
    refused_for_tls(&ci(&team));
    // Where it was one before, a commit that touches nothing behind it is none of the hook's business.
    let team = Team::new();
    team.write("shared/app.yaml", &app(PRODUCTION_AUTH, 5));
    link(&team, "../shared", "config/production");
    commit(&team);
    team.write("readme", "x");
    team.git(&["add", "-A"]);
    assert_eq!(team.tollgate(&["hook", "run", "pre-commit"]).code, 0);
    team.write("shared/app.yaml", &risky());
    team.git(&["add", "-A"]);
    let run = team.tollgate(&["hook", "run", "pre-commit"]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.err.contains("name the folder"), "{}", run.err);
    // A link to a file is followed, on each side to what it leads to there.
    let team = Team::new();
    team.write("shared.yaml", &app(PRODUCTION_AUTH, 5));
    std::fs::remove_file(team.repository().join("config/production/app.yaml")).expect("a file");
    link(&team, "../../shared.yaml", "config/production/app.yaml");
    commit(&team);
    team.git(&["checkout", "-qb", "feature"]);
    assert_eq!(ci(&team).code, 0);
    team.write("shared.yaml", &risky());
    commit(&team);
    refused_for_tls(&ci(&team));
}

#[test]
fn a_policy_behind_a_link_is_not_the_first_one() {
    let team = Team::new();
    team.git(&["rm", "-q", "--cached", "-r", "."]);
    std::fs::create_dir(team.repository().join("svc")).expect("a folder");
    for name in ["tollgate.toml", "config", "allowed_signers"] {
        std::fs::rename(
            team.repository().join(name),
            team.repository().join("svc").join(name),
        )
        .expect("moved");
    }
    commit(&team);
    team.git(&["checkout", "-qb", "feature"]);
    std::fs::rename(team.repository().join("svc"), team.repository().join("svc2")).expect("moved");
    link(&team, "svc2", "svc");
    team.write("svc2/config/production/app.yaml", &risky());
    team.write("svc2/other/production/a.yaml", "a: 1\n");
    team.write("svc2/other/staging/a.yaml", "a: 1\n");
    let text = read_text(&team.repository().join("svc2/tollgate.toml"));
    team.write("svc2/tollgate.toml", &text.replace("config/{env}", "other/{env}"));
    commit(&team);
    let run = team.tollgate(&["-C", "svc", "ci", "--base", "main"]);
    stopped(&run, "counts no longer");
    let run = team.tollgate(&["--policy", "svc/tollgate.toml", "ci", "--base", "main"]);
    stopped(&run, "counts no longer");
}

#[test]
fn tags_do_not_stand_for_commits_and_branches() {
    let team = proposing();
    commit(&team);
    let main = team.git(&["rev-parse", "main"]).out.trim().to_owned();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    team.git(&["tag", &main[..12], "HEAD"]);
    refused_for_tls(&ci(&team));
    team.git(&["tag", "main", "HEAD"]);
    team.git(&["tag", "origin/main", "HEAD"]);
    refused_for_tls(&ci(&team));
    refused_for_tls(&team.tollgate(&["ci", "--base", "origin/main", "--format", "json"]));
    let run = team.tollgate(&["ci", "--base", &main[..12]]);
    stopped(&run, "looks like the first digits of a commit");
    let run = team.tollgate(&[
        "check",
        "--at",
        "commit",
        "-e",
        "production",
        "--deployed",
        "git:main",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
}

#[test]
fn what_others_did_on_the_target_is_not_the_proposals_doing() {
    // A criss-cross: both sides merged a part of the other.
    let team = Team::new();
    team.git(&["checkout", "-qb", "feature"]);
    team.write("readme", "x");
    commit(&team);
    team.git(&["checkout", "-q", "main"]);
    team.policy("soak = \"0s\"", "soak = \"1s\"");
    let (one, other) = (
        team.git(&["rev-parse", "main"]).out.trim().to_owned(),
        team.git(&["rev-parse", "feature"]).out.trim().to_owned(),
    );
    team.git(&["merge", "-q", "--no-verify", "-m", "m", &other]);
    team.git(&["checkout", "-q", "feature"]);
    team.git(&["merge", "-q", "--no-verify", "-m", "f", &one]);
    let run = ci(&team);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn what_git_does_to_files_on_the_way_out_is_seen() {
    for words in ["working-tree-encoding=SHIFT_JIS", "export-subst", "filter=lfs"] {
        let team = Team::new();
        team.git(&["checkout", "-qb", "feature"]);
        team.write(".gitattributes", &format!("config/production/app.yaml {words}\n"));
        team.git(&["add", ".gitattributes"]);
        team.git(&["commit", "-q", "--no-verify", "-m", "x"]);
        let run = ci(&team);
        assert_eq!(run.code, 1, "{words}: {}{}", run.out, run.err);
        assert_eq!(
            guard_findings(&run),
            [".gitattributes (how git writes files out) is new"]
        );
    }
}

#[test]
fn comments_and_everyday_edits_of_what_calls_tollgate_are_no_hindrance() {
    let team = Team::new();
    team.write(
        ".pre-commit-config.yaml",
        "repos:\n  - repo: x\n    rev: v1\n    hooks: [{id: tollgate}]\n  - repo: black\n    rev: v1\n",
    );
    commit(&team);
    let with = |edit: &dyn Fn(&Team)| {
        team.git(&["checkout", "-q", "-B", "feature", "main"]);
        edit(&team);
        commit(&team);
        ci(&team)
    };
    let policy = read_text(&team.repository().join("tollgate.toml"));
    let run = with(&|team| team.write("tollgate.toml", &format!("# a word\n{policy}")));
    assert_eq!((run.code, guard_findings(&run).len()), (0, 0), "{}", run.out);
    let hooks = read_text(&team.repository().join(".pre-commit-config.yaml"));
    let run = with(&|team| {
        team.write(
            ".pre-commit-config.yaml",
            &hooks.replace("black\n    rev: v1", "black\n    rev: v2"),
        );
    });
    assert_eq!(run.code, 0, "it is said, and refuses nothing: {}", run.out);
    assert_eq!(guard_findings(&run).len(), 1);
    let run = with(&|team| team.write(".pre-commit-config.yaml", &hooks.replace("tollgate", "other")));
    assert_eq!(run.code, 1, "{}", run.out);
}

#[test]
fn commands_run_by_the_policy_that_nobody_could_edit_and_no_other() {
    let team = Team::new();
    let ran = team.root().join("ran");
    let render = |word: &str| {
        format!(
            "per_env = [\"auth.server\"]\nrender = [\"sh\", \"-c\", \"echo {word} >> {}; cat {{dir}}/app.yaml\"]",
            ran.display()
        )
    };
    team.policy("per_env = [\"auth.server\"]", &render("base"));
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["init", "-q", "--bare", "--initial-branch=main", &remote]);
    team.git(&["remote", "add", "origin", &remote]);
    team.git(&["push", "-q", "origin", "main"]);
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    team.edit_policy("echo base", "echo proposed");
    commit(&team);
    let words = || std::fs::read_to_string(&ran).unwrap_or_default();
    // A stranger's: nothing runs, and nothing is known.
    let run = team.tollgate(&["ci", "--base", "main", "--untrusted"]);
    assert_eq!(
        run.code, 1,
        "the change of the guard refuses: {}{}",
        run.out, run.err
    );
    assert!(run.out.contains("do not run here"), "{}", run.out);
    // A hook runs what was accepted on this machine, and this was not.
    team.expect(0, &["hook", "install"]);
    let run = team.exec("git", &["push", "-q", "origin", "feature"]);
    assert_ne!(run.code, 0);
    assert_eq!(words(), "");
    let run = ci(&team);
    refused_for_tls(&run);
    assert!(
        words().contains("base") && !words().contains("proposed"),
        "{}",
        words()
    );
}

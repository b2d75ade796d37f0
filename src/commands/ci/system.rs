//! The systems that `ci` knows: how each is recognised, and what it says of the proposal. A new one is a row and a
//! function. Pure: variables and the event come in.

use serde_json::Value;

/// What is asked of the environment.
pub(super) struct Vars<'v> {
    /// A variable, where it is set and not empty.
    pub(super) get: &'v dyn Fn(&str) -> Option<String>,
    /// GitHub's event file.
    pub(super) event: Value,
}

impl Vars<'_> {
    fn get(&self, name: &str) -> Option<String> {
        (self.get)(name)
    }

    fn is(&self, name: &str, word: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case(word))
    }

    fn event(&self, pointer: &str) -> Option<String> {
        let value = self.event.pointer(pointer)?.as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// Somebody proposes to merge.
    Proposal {
        /// The tip of what is proposed, where the system names it: what is checked out must hold it.
        source: Option<String>,
        /// The branch that it is for, `refs/heads/…`.
        target: Option<String>,
    },
    /// A ref was pushed.
    Push {
        /// `refs/heads/…`.
        git_ref: Option<String>,
        /// The branch is protected, so that it is taken for one that deploys.
        protected: bool,
    },
}

/// What a system says of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Situation {
    /// What happened.
    pub(super) event: Event,
    /// Names of the commit that the proposal is to go on top of; the first that is here counts.
    pub(super) bases: Vec<String>,
    /// The default branch, for refs that are new.
    pub(super) default: Vec<String>,
    /// The proposal comes from somebody who may not write here.
    pub(super) untrusted: bool,
}

/// Where results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sink {
    /// Workflow commands, step summary and outputs.
    Github,
    /// Logging commands, summary and variables.
    Azure,
    /// Code Quality and a dotenv report.
    Gitlab,
    /// An annotation by the agent.
    Buildkite,
    /// `JUnit` XML below `test-results`.
    Junit,
}

/// One system.
#[derive(Debug)]
pub(super) struct System {
    /// As people call it.
    pub(super) name: &'static str,
    /// The variable that is set there and nowhere else, and its value where it matters.
    mark: (&'static str, Option<&'static str>),
    /// How it shows results.
    pub(super) sink: Sink,
    read: fn(&Vars<'_>) -> Situation,
}

/// Every system, the most particular first: Jenkins may run inside of others' agents.
pub(super) const SYSTEMS: &[System] = &[
    System {
        name: "GitHub Actions",
        mark: ("GITHUB_ACTIONS", Some("true")),
        sink: Sink::Github,
        read: github,
    },
    System {
        name: "GitLab",
        mark: ("GITLAB_CI", Some("true")),
        sink: Sink::Gitlab,
        read: gitlab,
    },
    System {
        name: "Buildkite",
        mark: ("BUILDKITE", Some("true")),
        sink: Sink::Buildkite,
        read: buildkite,
    },
    System {
        name: "Bitbucket",
        mark: ("BITBUCKET_BUILD_NUMBER", None),
        sink: Sink::Junit,
        read: bitbucket,
    },
    System {
        name: "Azure Pipelines",
        mark: ("TF_BUILD", Some("true")),
        sink: Sink::Azure,
        read: azure,
    },
    System {
        name: "Jenkins",
        mark: ("JENKINS_URL", None),
        sink: Sink::Junit,
        read: jenkins,
    },
];

/// The system that runs this.
pub(super) fn recognise(vars: &Vars<'_>) -> Option<(&'static System, Situation)> {
    let here = |system: &&System| {
        let value = vars.get(system.mark.0);
        value.is_some_and(|value| system.mark.1.is_none_or(|word| value.eq_ignore_ascii_case(word)))
    };
    let system = SYSTEMS.iter().find(here)?;
    Some((system, (system.read)(vars)))
}

/// The names under which a branch of the remote may be here.
fn branch(name: &str) -> Vec<String> {
    let name = name.trim_start_matches("refs/heads/");
    vec![format!("refs/remotes/origin/{name}")]
}

fn branches(name: Option<String>) -> Vec<String> {
    name.map(|name| branch(&name)).unwrap_or_default()
}

/// A commit that a system names, unless it names nothing.
fn real(id: Option<String>) -> Vec<String> {
    let proper = |id: &String| {
        let digits = id.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits && (7..=64).contains(&id.len()) && !id.bytes().all(|byte| byte == b'0')
    };
    id.filter(proper).into_iter().collect()
}

fn head_ref(name: Option<String>) -> Option<String> {
    name.map(|name| {
        if name.starts_with("refs/") {
            name
        } else {
            format!("refs/heads/{name}")
        }
    })
}

/// <https://docs.github.com/actions/reference/workflows-and-actions/variables>
fn github(vars: &Vars<'_>) -> Situation {
    let default = branches(vars.event("/repository/default_branch"));
    let request = vars.event.pointer("/pull_request").is_some();
    let queue = vars.event.pointer("/merge_group").is_some();
    if request || queue || vars.get("GITHUB_BASE_REF").is_some() {
        let mut bases = real(vars.event("/pull_request/base/sha"));
        bases.extend(real(vars.event("/merge_group/base_sha")));
        bases.extend(branches(
            vars.event("/pull_request/base/ref")
                .or(vars.get("GITHUB_BASE_REF")),
        ));
        let head = vars.event("/pull_request/head/repo/full_name");
        let base = vars.event("/pull_request/base/repo/full_name");
        return Situation {
            event: Event::Proposal {
                source: vars
                    .event("/pull_request/head/sha")
                    .or(vars.event("/merge_group/head_sha")),
                target: head_ref(
                    vars.event("/pull_request/base/ref")
                        .or(vars.get("GITHUB_BASE_REF")),
                ),
            },
            bases,
            default,
            // A fork that was deleted since has no name.
            untrusted: request && (head.is_none() || head != base),
        };
    }
    // A run that another one started may be about a fork's commit.
    let theirs = vars.event("/workflow_run/head_repository/full_name");
    let stranger =
        vars.event.pointer("/workflow_run").is_some() && theirs != vars.event("/repository/full_name");
    Situation {
        event: Event::Push {
            git_ref: vars.get("GITHUB_REF"),
            protected: vars.is("GITHUB_REF_PROTECTED", "true"),
        },
        bases: real(vars.event("/before")),
        default,
        untrusted: stranger,
    }
}

/// <https://docs.gitlab.com/ci/variables/predefined_variables/>
fn gitlab(vars: &Vars<'_>) -> Situation {
    let default = branches(vars.get("CI_DEFAULT_BRANCH"));
    if vars.get("CI_MERGE_REQUEST_IID").is_some() {
        let mut bases = real(vars.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"));
        bases.extend(branches(vars.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")));
        return Situation {
            event: Event::Proposal {
                source: vars
                    .get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
                    .or(vars.get("CI_COMMIT_SHA")),
                target: head_ref(vars.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")),
            },
            bases,
            default,
            untrusted: vars.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
                != vars.get("CI_MERGE_REQUEST_PROJECT_ID"),
        };
    }
    let tag = vars.get("CI_COMMIT_TAG").map(|tag| format!("refs/tags/{tag}"));
    Situation {
        event: Event::Push {
            git_ref: tag.or(head_ref(vars.get("CI_COMMIT_BRANCH"))),
            protected: vars.is("CI_COMMIT_REF_PROTECTED", "true"),
        },
        bases: real(vars.get("CI_COMMIT_BEFORE_SHA")),
        default,
        untrusted: false,
    }
}

/// <https://buildkite.com/docs/pipelines/configure/environment-variables>
fn buildkite(vars: &Vars<'_>) -> Situation {
    let main = vars.get("BUILDKITE_PIPELINE_DEFAULT_BRANCH");
    let default = branches(main.clone());
    if vars
        .get("BUILDKITE_PULL_REQUEST")
        .is_some_and(|number| number != "false")
    {
        let theirs = vars
            .get("BUILDKITE_PULL_REQUEST_REPO")
            .map(|url| repository(&url));
        let ours = vars.get("BUILDKITE_REPO").map(|url| repository(&url));
        return Situation {
            event: Event::Proposal {
                source: vars.get("BUILDKITE_COMMIT").filter(|commit| commit != "HEAD"),
                target: head_ref(vars.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH")),
            },
            bases: branches(vars.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH")),
            default,
            untrusted: theirs.is_some() && theirs != ours,
        };
    }
    let name = vars.get("BUILDKITE_BRANCH");
    Situation {
        event: Event::Push {
            protected: name.is_some() && name == main,
            git_ref: head_ref(name),
        },
        bases: Vec::new(),
        default,
        untrusted: false,
    }
}

/// Owner and name of a repository, whichever way its address is written.
fn repository(url: &str) -> String {
    let path = url.trim_end_matches('/').trim_end_matches(".git");
    let parts: Vec<&str> = path.rsplit(['/', ':']).take(2).collect();
    parts.join("/").to_ascii_lowercase()
}

/// <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>
fn bitbucket(vars: &Vars<'_>) -> Situation {
    if vars.get("BITBUCKET_PR_ID").is_some() {
        let mut bases = branches(vars.get("BITBUCKET_PR_DESTINATION_BRANCH"));
        bases.extend(real(vars.get("BITBUCKET_PR_DESTINATION_COMMIT")));
        return Situation {
            event: Event::Proposal {
                source: vars.get("BITBUCKET_COMMIT"),
                target: head_ref(vars.get("BITBUCKET_PR_DESTINATION_BRANCH")),
            },
            bases,
            default: Vec::new(),
            untrusted: false,
        };
    }
    let tag = vars.get("BITBUCKET_TAG").map(|tag| format!("refs/tags/{tag}"));
    Situation {
        event: Event::Push {
            git_ref: tag.or(head_ref(vars.get("BITBUCKET_BRANCH"))),
            protected: false,
        },
        bases: Vec::new(),
        default: vec!["refs/remotes/origin/HEAD".into()],
        untrusted: false,
    }
}

/// <https://learn.microsoft.com/azure/devops/pipelines/build/variables>
fn azure(vars: &Vars<'_>) -> Situation {
    if vars.is("BUILD_REASON", "PullRequest") {
        return Situation {
            event: Event::Proposal {
                source: vars.get("SYSTEM_PULLREQUEST_SOURCECOMMITID"),
                target: head_ref(vars.get("SYSTEM_PULLREQUEST_TARGETBRANCH")),
            },
            bases: branches(vars.get("SYSTEM_PULLREQUEST_TARGETBRANCH")),
            default: Vec::new(),
            untrusted: vars.is("SYSTEM_PULLREQUEST_ISFORK", "true"),
        };
    }
    Situation {
        event: Event::Push {
            git_ref: vars.get("BUILD_SOURCEBRANCH"),
            protected: false,
        },
        bases: Vec::new(),
        default: vec!["refs/remotes/origin/HEAD".into()],
        untrusted: false,
    }
}

/// <https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables>
fn jenkins(vars: &Vars<'_>) -> Situation {
    if vars.get("CHANGE_ID").is_some() {
        return Situation {
            event: Event::Proposal {
                source: None,
                target: head_ref(vars.get("CHANGE_TARGET")),
            },
            bases: branches(vars.get("CHANGE_TARGET")),
            default: Vec::new(),
            untrusted: vars.get("CHANGE_FORK").is_some(),
        };
    }
    // Not the previous commit: its build may have failed, and what failed there must not pass here.
    let bases = real(vars.get("GIT_PREVIOUS_SUCCESSFUL_COMMIT"));
    Situation {
        event: Event::Push {
            git_ref: head_ref(vars.get("BRANCH_NAME")),
            protected: vars.is("BRANCH_IS_PRIMARY", "true"),
        },
        bases,
        default: vec!["refs/remotes/origin/HEAD".into()],
        untrusted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(rows: &[(&str, &str)], event: &str) -> (&'static str, Situation) {
        let get = |name: &str| {
            let row = rows.iter().find(|(known, _)| *known == name)?;
            Some(row.1.to_owned())
        };
        let event = serde_json::from_str(event).expect("JSON");
        let (system, situation) = recognise(&Vars { get: &get, event }).expect("a system");
        (system.name, situation)
    }

    #[test]
    fn a_fork_is_told_from_a_branch_in_every_system_that_says_so() {
        let event = |repository: &str| {
            format!(
                r#"{{"pull_request":{{"base":{{"sha":"aa","ref":"main","repo":{{"full_name":"a/b"}}}},"head":{{"sha":"bb","repo":{repository}}}}}}}"#
            )
        };
        let github = [("GITHUB_ACTIONS", "true")];
        let untrusted = |repository: &str| situation(&github, &event(repository)).1.untrusted;
        assert!(!untrusted(r#"{"full_name":"a/b"}"#));
        assert!(untrusted(r#"{"full_name":"c/b"}"#) && untrusted("null"));
        let merge = [
            ("GITLAB_CI", "true"),
            ("CI_MERGE_REQUEST_IID", "1"),
            ("CI_MERGE_REQUEST_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "2"),
        ];
        assert!(situation(&merge, "null").1.untrusted);
        let azure = [
            ("TF_BUILD", "True"),
            ("BUILD_REASON", "PullRequest"),
            ("SYSTEM_PULLREQUEST_ISFORK", "True"),
        ];
        assert!(situation(&azure, "null").1.untrusted);
        let jenkins = [("JENKINS_URL", "x"), ("CHANGE_ID", "1"), ("CHANGE_FORK", "x/y")];
        assert!(situation(&jenkins, "null").1.untrusted);
        let buildkite = |theirs: &'static str| {
            let rows = [
                ("BUILDKITE", "true"),
                ("BUILDKITE_PULL_REQUEST", "7"),
                ("BUILDKITE_REPO", "git@example.com:a/b.git"),
                ("BUILDKITE_PULL_REQUEST_REPO", theirs),
            ];
            situation(&rows, "null").1.untrusted
        };
        assert!(!buildkite("https://example.com/A/b") && buildkite("https://example.com/c/b"));
    }

    #[test]
    fn a_new_branch_has_no_commit_before() {
        let event =
            r#"{"before":"0000000000000000000000000000000000000000","repository":{"default_branch":"main"}}"#;
        let rows = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REF", "refs/heads/x"),
            ("GITHUB_REF_PROTECTED", "false"),
        ];
        let (_, situation) = situation(&rows, event);
        assert!(situation.bases.is_empty());
        assert_eq!(situation.default, ["refs/remotes/origin/main"]);
    }
}

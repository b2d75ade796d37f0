//! `hook run pre-push`: every ref that is about to be pushed, each judged by the policy that its remote holds. A ref that
//! stands for an environment is judged at push, with its stamps; any other as a proposal, at merge.

use super::check;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::proposal::{self, Named, Proposal};
use super::refs;
use super::setup::{self, Setup};
use super::sources;
use crate::gate::{EnvironmentInput, ExitStatus, Skipped, Verdict};
use crate::report::escape::visible;
use crate::settings::{Action, Moment};
use crate::sys::env::Env;
use crate::sys::git::{Git, ObjectId};
use crate::sys::terminal::{complain, read_input};

/// One ref as git says it on standard input (githooks(5), "pre-push").
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pushed {
    /// What is pushed; [`None`] where the ref is deleted.
    local: Option<String>,
    /// Where to.
    remote: String,
    /// What the remote holds there; [`None`] where the ref is new.
    old: Option<String>,
}

/// The most that git may say: a hundred thousand refs.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

pub(super) fn judge(context: &mut Context, arguments: &[String]) -> Outcome {
    context.arm();
    super::staged::hold_flags(context)?;
    let git = proposal::repository(context)?;
    context.top = Some(git.workdir().to_path_buf());
    let remote = Env::variable("PRE_COMMIT_REMOTE_NAME")
        .or_else(|| arguments.first().cloned())
        .unwrap_or_else(|| "origin".into());
    // What git says itself comes first: the variables may be left over from a hook around this one.
    let mut pushed = from_git(&read_input(MAX_INPUT).map_err(|why| Failure::undecided(&why, ""))?)?;
    if pushed.is_empty() {
        pushed.extend(from_manager());
    }
    // A push to an address, or to a remote that was never fetched, is held against what is known of the others.
    let others = git.remotes();
    let known = std::iter::once(&remote)
        .chain(["origin".to_owned()].iter())
        .chain(&others)
        .cloned()
        .collect::<Vec<_>>();
    let default = known.iter().find_map(|remote| default_branch(&git, remote));
    let mut worst = ExitStatus::Pass;
    for one in &pushed {
        let mut context = context.clone();
        if pushed.len() > 1 {
            context.heading = Some(one.remote.clone());
        }
        let status = match one_ref(&mut context, &git, one, (&remote, default.as_ref())) {
            Ok(status) => status,
            Err(failure) => {
                complain(&format!("{}: {}", visible(&one.remote), failure.text));
                failure.status
            }
        };
        if weight(status) > weight(worst) {
            worst = status;
        }
    }
    Ok(worst)
}

/// Which of two statuses counts for the whole push.
fn weight(status: ExitStatus) -> u8 {
    match status {
        ExitStatus::Pass => 0,
        ExitStatus::Undecided => 1,
        ExitStatus::Usage => 2,
        ExitStatus::Refused => 3,
        ExitStatus::Interrupted | ExitStatus::Terminated => 4,
    }
}

fn is_zero(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

/// Lines of `<local ref> <local id> <remote ref> <remote id>`.
fn from_git(input: &str) -> Result<Vec<Pushed>, Failure> {
    let parse = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        // A ref has no blank in it; an expression such as `HEAD^{/a b}` on the local side may.
        let [.., local, remote, old] = words.as_slice() else {
            return None;
        };
        let known = |id: &str| (!is_zero(id)).then(|| id.to_owned());
        let proper = |id: &str| ObjectId::parse(id).is_some();
        (proper(local) && proper(old)).then(|| Pushed {
            local: known(local),
            remote: (*remote).to_owned(),
            old: known(old),
        })
    };
    let lines = input.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            parse(line).ok_or_else(|| {
                Failure::usage(
                    &format!("`{}` is no line of git's pre-push hook", visible(line)),
                    "pass git's standard input on: lefthook needs use_stdin: true",
                )
            })
        })
        .collect()
}

/// What pre-commit and prek say in variables: one ref, whatever is pushed, and nothing on standard input.
fn from_manager() -> Option<Pushed> {
    Env::variable("PRE_COMMIT")?;
    let remote = Env::variable("PRE_COMMIT_REMOTE_BRANCH");
    let tip = Env::variable("PRE_COMMIT_TO_REF").or_else(|| Env::variable("PRE_COMMIT_LOCAL_BRANCH"));
    Some(Pushed {
        local: Some(tip.unwrap_or_else(|| "HEAD".into())).filter(|tip| !is_zero(tip)),
        remote: remote.unwrap_or_else(|| "HEAD".into()),
        old: Env::variable("PRE_COMMIT_FROM_REF").filter(|id| !is_zero(id)),
    })
}

/// The remote's default branch, as far as it was fetched.
struct Default {
    /// As the remote calls it, `refs/heads/…`.
    git_ref: String,
    tip: Named,
}

fn default_branch(git: &Git, remote: &str) -> Option<Default> {
    let place = format!("refs/remotes/{remote}/");
    let head = git.symbolic(&format!("{place}HEAD"));
    let named = head.and_then(|name| Some(name.strip_prefix(&place)?.to_owned()));
    let usual = ["main", "master"].map(str::to_owned);
    named.into_iter().chain(usual).find_map(|branch| {
        let tip = proposal::commit(git, &format!("{place}{branch}")).ok()?;
        Some(Default {
            git_ref: format!("refs/heads/{branch}"),
            tip: Named {
                name: format!("{remote}/{branch}"),
                ..tip
            },
        })
    })
}

/// The tip of a remote's default branch.
pub(super) fn default_tip(git: &Git, remote: &str) -> Option<ObjectId> {
    default_branch(git, remote).map(|default| default.tip.id)
}

fn one_ref(
    context: &mut Context,
    git: &std::rc::Rc<Git>,
    pushed: &Pushed,
    (remote, default): (&str, Option<&Default>),
) -> Outcome {
    let old = pushed
        .old
        .as_ref()
        .map(|id| proposal::commit(git, id))
        .transpose()?;
    let old = old.map(|old| Named {
        name: old.id.short(),
        ..old
    });
    if old.is_none() && default.is_none() && git.any_ref(&format!("refs/remotes/{remote}/")) {
        return Err(Failure::undecided(
            &format!("nobody knows which branch of {remote} this is for"),
            &format!("git remote set-head {remote} --auto"),
        ));
    }
    // A branch that anybody may push to is held against the default branch, whatever it held before: what was pushed past
    // the hook once would count as the side that nobody can edit.
    let own = default.is_none_or(|default| default.git_ref == pushed.remote);
    let tip = default.map(|default| default.tip.clone());
    let base = if own {
        old.clone().or(tip.clone())
    } else {
        tip.clone()
    };
    let Some(local) = &pushed.local else {
        return deleted(context, git, pushed, base.or(old));
    };
    // A ref to something else than a commit (a blob, say) holds no configuration.
    let head = proposal::commit(git, local)?;
    let from = match &base {
        Some(base) => git
            .merge_base(base.id, head.id)
            .map_err(|why| Failure::undecided(&why, ""))?
            .or(Some(base.id)),
        None => None,
    };
    let mut proposal = Proposal { base, from, head };
    let further: Vec<Named> = old.iter().chain(&tip).cloned().collect();
    if no_policy_anywhere(context, git, &proposal, &further)? {
        return Ok(ExitStatus::Pass);
    }
    let mut setup = proposal.setup(context, git, &further)?;
    // Nothing is run on a machine for what others wrote, unless somebody there accepted it.
    setup.trusted = false;
    let mapped = refs::mapped(setup::policy(&setup)?, &pushed.remote);
    if !mapped.is_empty() {
        setup.guarded = proposal.guarded_from(context, git, &setup, old.as_ref())?;
    }
    let policy = setup::policy(&setup)?;
    if mapped.is_empty() {
        as_proposal(context, &setup, &proposal)
    } else {
        // Whether it is new there is what counts, not what another branch holds.
        proposal.from = old.map(|old| old.id);
        let mut environments = refs::inputs(context, &setup, policy, &mapped, &proposal)?;
        for environment in environments.iter_mut().filter_map(|one| one.environment.as_mut()) {
            // This is the push itself: it obeys.
            environment.enforce = true;
        }
        report(context, &setup, Moment::Push, environments, &proposal)
    }
}

/// A repository that has no policy on either side is not guarded, and that is said.
fn no_policy_anywhere(
    context: &Context,
    git: &std::rc::Rc<Git>,
    proposal: &Proposal,
    further: &[Named],
) -> Result<bool, Failure> {
    let undecided = |why: String| Failure::undecided(&why, "");
    for commit in proposal.base.iter().chain(further).chain([&proposal.head]) {
        let side = git.revision(&commit.id.to_string()).map_err(undecided)?;
        let home = super::home::Home::commit(context, git, side, "").map_err(undecided)?;
        if home.policy().is_some() {
            return Ok(false);
        }
    }
    complain("note: no tollgate.toml on either side: nothing was judged\n");
    Ok(true)
}

/// What is pushed to a ref that stands for no environment is proposed; where it branched off is what counts.
fn as_proposal(context: &mut Context, setup: &Setup, proposal: &Proposal) -> Outcome {
    let policy = setup::policy(setup)?;
    let environments = if proposal.from.is_some() {
        refs::note_elsewhere(context, policy);
        proposal.point(context);
        sources::by_policy(context, setup, policy, &[])?
    } else {
        context.skipped.push(Skipped {
            what: "a comparison".into(),
            why: "nothing of this is on the remote yet: the whole of it is looked at".into(),
        });
        refs::inputs(context, setup, policy, &refs::all(policy), proposal)?
    };
    report(context, setup, Moment::Merge, environments, proposal)
}

fn report(
    context: &mut Context,
    setup: &Setup,
    moment: Moment,
    environments: Vec<EnvironmentInput>,
    proposal: &Proposal,
) -> Outcome {
    let outcome = check::judge(context, setup, moment, environments, context.global.offline);
    let mut findings = outcome
        .environments
        .iter()
        .flat_map(|environment| &environment.findings);
    let worth_reading =
        outcome.verdict != Verdict::Pass || findings.any(|finding| finding.action > Action::Note);
    context.global.quiet |= !worth_reading && !context.global.verbose;
    let changes: usize = outcome
        .environments
        .iter()
        .map(crate::gate::EnvironmentOutcome::change_count)
        .sum();
    // What was so before is no news to somebody who changes nothing of it.
    let guard = outcome
        .environments
        .iter()
        .flat_map(|environment| &environment.findings)
        .any(|finding| finding.code == "TG310");
    if changes == 0 && outcome.verdict == Verdict::Pass && !guard && !context.global.verbose {
        return Ok(outcome.exit);
    }
    if let Some(heading) = &context.heading {
        complain(&format!(
            "{}:
",
            visible(heading)
        ));
    }
    let again = again(context, proposal);
    check::report(context, setup, &outcome, &again)
}

/// The flags that name the same comparison again; the pushed commit need not be the one that is checked out.
fn again(context: &Context, proposal: &Proposal) -> String {
    let base = proposal.base.as_ref();
    let mut out = base.map_or_else(String::new, |base| {
        format!(" --base {}", check::quote(&base.name))
    });
    let checked_out = proposal::repository(context)
        .ok()
        .and_then(|git| proposal::commit(&git, "HEAD").ok())
        .is_some_and(|head| head.id == proposal.head.id);
    if !checked_out && !out.is_empty() {
        out.push_str(&format!(" --head {}", proposal.head.id.short()));
    }
    format!("{}{out}", check::place(context))
}

/// A ref that stands for an environment does not go by a push.
fn deleted(context: &mut Context, git: &std::rc::Rc<Git>, pushed: &Pushed, base: Option<Named>) -> Outcome {
    let Some(base) = base else {
        return Ok(ExitStatus::Pass);
    };
    let proposal = Proposal {
        from: Some(base.id),
        head: base.clone(),
        base: Some(base),
    };
    if no_policy_anywhere(context, git, &proposal, &[])? {
        return Ok(ExitStatus::Pass);
    }
    let setup = proposal.setup(context, git, &[])?;
    let mapped = refs::mapped(setup::policy(&setup)?, &pushed.remote);
    if mapped.is_empty() {
        return Ok(ExitStatus::Pass);
    }
    Err(Failure::with(
        ExitStatus::Refused,
        &format!(
            "{} stands for {}, and this push deletes it",
            visible(&pushed.remote),
            mapped.join(", ")
        ),
        "take it out of `refs` in the policy first, if the environment is to go",
    ))
}

//! Refs that stand for environments: what is pushed to them goes live there.

use super::context::Context;
use super::error::Failure;
use super::proposal::Proposal;
use super::setup::Setup;
use super::sources;
use crate::gate::{Deployed, EnvironmentInput, Skipped};
use crate::policy::Policy;

/// The environments whose files lie on a branch.
pub(super) fn lying(policy: &Policy, git_ref: &str) -> Vec<String> {
    let on = |name: &str| {
        let configs = policy.configs.iter().filter(|config| config.set.is_in(name));
        configs
            .filter_map(|config| config.pattern.revision(name))
            .any(|branch| git_ref == format!("refs/heads/{}", branch.trim_start_matches("refs/heads/")))
    };
    let names = policy.environments.iter().map(|environment| &environment.name);
    names.filter(|name| on(name)).cloned().collect()
}

/// The environments that a pushed ref stands for: those that list it under `refs`, and those whose files lie on that
/// branch.
pub(super) fn mapped(policy: &Policy, git_ref: &str) -> Vec<String> {
    let lying = lying(policy, git_ref);
    policy
        .environments
        .iter()
        .filter(|environment| {
            environment.refs.iter().any(|known| known == git_ref) || lying.contains(&environment.name)
        })
        .map(|environment| environment.name.clone())
        .collect()
}

/// Says which files a proposal for another branch has nothing to do with.
pub(super) fn note_elsewhere(context: &mut Context, policy: &Policy) {
    for environment in &policy.environments {
        let name = &environment.name;
        let sets = policy.configs.iter().filter(|config| config.set.is_in(name));
        for (config, branch) in sets.filter_map(|config| Some((config, config.pattern.revision(name)?))) {
            context.skipped.push(Skipped {
                what: format!("{} in {name}", config.set.name),
                why: format!("its files lie on the branch {branch}, which this is not for"),
            });
        }
    }
}

/// Every environment.
pub(super) fn all(policy: &Policy) -> Vec<String> {
    policy
        .environments
        .iter()
        .map(|environment| environment.name.clone())
        .collect()
}

/// Both sides of some environments, as a ref held them before and holds them after. One that is new held nothing.
pub(super) fn inputs(
    context: &mut Context,
    setup: &Setup,
    policy: &Policy,
    names: &[String],
    proposal: &Proposal,
) -> Result<Vec<EnvironmentInput>, Failure> {
    proposal.point(context);
    context.on_branch = true;
    if proposal.from.is_none() {
        context.global.deployed = context.global.proposed.clone();
    }
    let asked = context.global.env.clone();
    let mut out = Vec::new();
    for name in names
        .iter()
        .filter(|name| asked.as_ref().is_none_or(|asked| asked == *name))
    {
        context.global.env = Some(name.clone());
        out.extend(sources::by_policy(context, setup, policy, &[])?);
    }
    context.global.env = asked;
    if proposal.from.is_none() {
        for set in out.iter_mut().flat_map(|environment| &mut environment.sets) {
            set.deployed = Deployed::Missing("the ref".into());
        }
    }
    Ok(out)
}

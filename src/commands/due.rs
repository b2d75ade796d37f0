//! What a push would do: both sides of each config set, read once, so that what is judged is what is
//! pushed. Judging and pushing is in `push`.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::error::Failure;
use super::setup::{Setup, display};
use super::sources::{self, Reader};
use crate::doc::digest::{hex, sha256};
use crate::doc::projection::subject;
use crate::gate::{Deployed, EnvironmentInput, FileInput, SetInput};
use crate::ledger::Manifest;
use crate::policy::{FilePattern, Policy};
use crate::release::{Live, Plan, Target as _};
use crate::settings::{ConfigSet, Environment};
use crate::sys::fs;
use crate::sys::target_dir::DirTarget;

/// One config set on its way.
pub(super) struct Item<'p> {
    pub(super) set: &'p ConfigSet,
    pub(super) target: DirTarget,
    pub(super) live: Live,
    pub(super) wanted: BTreeMap<String, (Vec<u8>, Option<u32>)>,
    pub(super) plan: Plan,
    /// What the verdict takes for live.
    pub(super) judged: Manifest,
    /// Projection digest of what is live, where it can be read.
    pub(super) old_subject: String,
}

/// Reads both sides once: what is judged is what is pushed.
pub(super) fn gather<'p>(
    context: &Context,
    setup: &Setup,
    policy: &'p Policy,
    environment: &Environment,
    folders: &BTreeMap<String, std::path::PathBuf>,
) -> Result<(EnvironmentInput, Vec<Item<'p>>), Failure> {
    let reader = Reader::new(context, setup);
    let mut sets = Vec::new();
    let mut items = Vec::new();
    let mut taken: BTreeMap<(std::path::PathBuf, String), String> = BTreeMap::new();
    for config in sources::chosen_sets(context, policy, environment)? {
        let set = &config.set;
        let pattern = &config.live();
        let Some(folder) = folders.get(&set.name) else {
            continue;
        };
        let shown = display(context, folder);
        let glob = pattern
            .glob(&environment.name)
            .map_err(|why| Failure::usage(&why, ""))?;
        let target = DirTarget::new(folder.clone(), shown.clone(), Some(glob), context.limits);
        let live = target.live();
        let (proposed, untrusted) = match reader.proposed(config, environment)? {
            Ok(files) => (files, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let elsewhere = context.global.deployed.is_some() || environment.deployed.is_some();
        let deployed = match &live {
            _ if untrusted.is_some() => Deployed::Unreachable(untrusted.unwrap_or_default()),
            Err(error) => Deployed::Unreachable(error.to_string()),
            Ok(_) if elsewhere => reader.deployed(config, environment)?,
            Ok(live) if live.files.is_empty() => Deployed::Missing(shown.clone()),
            Ok(live) => Deployed::Files(as_inputs(live, &shown, pattern, environment)),
        };
        let live = live.unwrap_or_default();
        let wanted: BTreeMap<String, (Vec<u8>, Option<u32>)> = proposed
            .iter()
            .filter_map(|file| {
                let source = file.content.as_ref().ok()?;
                let path = pattern.path(&file.name, &environment.name);
                Some((path, (source.text().as_bytes().to_vec(), None)))
            })
            .collect();
        let names: BTreeSet<&String> = live.files.keys().chain(wanted.keys()).collect();
        for name in names {
            if let Some(other) = taken.insert((folder.clone(), name.clone()), set.name.clone()) {
                return Err(Failure::usage(
                    &format!("{name} belongs to two config sets, `{other}` and `{}`", set.name),
                    "give each a folder with {set} in `dir`, or narrow the `files` of one: a file goes with one set only",
                ));
            }
        }
        items.push(Item {
            set,
            judged: judged(&deployed, pattern, environment),
            target,
            plan: Plan::between(&live, &wanted),
            old_subject: old_subject(context, set, pattern, environment, &live),
            live,
            wanted,
        });
        sets.push(SetInput {
            name: set.name.clone(),
            deployed,
            proposed,
            per_env: set.per_env.clone(),
            only_in: set.only_in.clone(),
            environments: set.environments.clone(),
        });
    }
    let input = EnvironmentInput {
        environment: Some(environment.clone()),
        sets,
    };
    Ok((input, items))
}

/// The release that the verdict compares with.
fn judged(deployed: &Deployed, pattern: &FilePattern, environment: &Environment) -> Manifest {
    let files = match deployed {
        Deployed::Files(files) => files.as_slice(),
        Deployed::Missing(_) | Deployed::Unreachable(_) => &[],
    };
    let rows = files.iter().map(|file| {
        // What is no text was compared as such, and cannot be told from other bytes.
        let digest = file.content.as_ref().map_or([0; 32], |source| *source.sha256());
        (pattern.path(&file.name, &environment.name), hex(&digest))
    });
    Manifest(rows.collect())
}

fn as_inputs(live: &Live, shown: &str, pattern: &FilePattern, environment: &Environment) -> Vec<FileInput> {
    live.files
        .iter()
        .map(|(path, file)| {
            let name = pattern.name(path, &environment.name);
            fs::from_bytes(&format!("{shown}/{path}"), &name, file.bytes.clone())
        })
        .collect()
}

fn old_subject(
    context: &Context,
    set: &ConfigSet,
    pattern: &FilePattern,
    environment: &Environment,
    live: &Live,
) -> String {
    let trees = as_inputs(live, "", pattern, environment).into_iter().map(|file| {
        let tree = crate::formats::parse(&file.content.ok()?, &context.limits).ok()?;
        Some((file.name, std::sync::Arc::new(tree)))
    });
    let masks = set.masks(&environment.name);
    trees
        .collect::<Option<BTreeMap<_, _>>>()
        .and_then(|trees| subject(&set.name, &trees, masks).ok())
        .map(|subject| hex(&subject))
        .unwrap_or_default()
}

/// The release that a push makes of it.
pub(super) fn release(item: &Item<'_>) -> Manifest {
    Manifest::new(
        item.wanted
            .iter()
            .map(|(name, (bytes, _))| (name.as_str(), sha256(bytes))),
    )
}

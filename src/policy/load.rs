//! Reading a policy: raw tables to valid settings.

use std::path::Path;

use super::files::FilePattern;
use super::{Config, Policy, environments};
use crate::doc::digest::hex;
use crate::doc::table::{Faults, Spanned, Table};
use crate::doc::{Kind, PathPattern, Tree};
use crate::rules::{BUILT_IN, load_overrides};
use crate::settings::{ConfigSet, DiffSettings, ListKey, NOISE};

/// Where the ledger lies unless the policy says otherwise.
pub const DEFAULT_LEDGER: &str = ".tollgate/ledger";

/// Turns a parsed policy file into a policy. Faults are added for everything that is wrong; the policy
/// counts only if there are none.
pub fn load(tree: &Tree, root: &Path, faults: &mut Faults) -> Policy {
    let mut policy = Policy {
        root: root.to_path_buf(),
        sha256: hex(tree.source().sha256()),
        ledger: DEFAULT_LEDGER.to_owned(),
        ..Policy::default()
    };
    let Some(document) = tree.documents.first() else {
        return policy;
    };
    let Some(mut table) = Table::new(tree, *document, faults) else {
        return policy;
    };
    match table.integer("version", faults) {
        Some(version) if version.value != 1 => {
            faults.add(version.span, "this tollgate reads policies of version 1");
        }
        Some(_) => {}
        None => faults.add_with_help(
            crate::doc::Span::empty(0),
            "`version` is missing",
            "write version = 1",
        ),
    }
    policy.rules = table
        .strings("rules", faults)
        .into_iter()
        .map(|glob| rule_glob(glob, faults))
        .collect();
    policy.packs = packs(&mut table, faults);
    policy.extends = table
        .strings("extends", faults)
        .into_iter()
        .map(|source| source.value)
        .collect();
    for mut row in table.tables("schema", faults) {
        let files: Vec<String> = row
            .strings("files", faults)
            .into_iter()
            .map(|text| text.value)
            .collect();
        let schema = row.required("schema", faults);
        if files.is_empty() {
            faults.add(row.span(), "`files` must name the files that the schema is for");
        }
        row.finish(faults);
        policy.schemas.extend(schema.map(|schema| (files, schema.value)));
    }
    policy.overrides = load_overrides(&mut table, faults);
    if let Some(id) = table.node("environments") {
        policy.environments = environments::read(tree, id, faults);
    }
    if let Some(id) = table.node("configs")
        && let Some(sets) = Table::new(tree, id, faults)
    {
        for (name, id) in sets.free_entries() {
            if let Some(inner) = Table::new(tree, id, faults) {
                policy.configs.extend(config_set(&name, inner, &policy, faults));
            }
        }
    }
    let lonely = policy.environments.iter().find(|environment| {
        !policy.configs.is_empty()
            && !policy
                .configs
                .iter()
                .any(|config| config.set.is_in(&environment.name))
    });
    if let Some(environment) = lonely {
        faults.add(
            crate::doc::Span::empty(0),
            format!("no config set is in the environment `{}`", environment.name),
        );
    }
    if let Some(inner) = table.table("diff", faults) {
        policy.diff = diff(inner, faults);
    }
    if let Some(inner) = table.table("resolver", faults) {
        policy.resolver = super::resolver::resolver(inner, faults);
    }
    if let Some(mut inner) = table.table("signers", faults) {
        policy.signers = inner.required("file", faults).map(|file| file.value);
        inner.finish(faults);
    }
    if let Some(inner) = table.table("addresses", faults) {
        policy.addresses = super::resolver::addresses(inner, faults);
    }
    if let Some(mut inner) = table.table("redact", faults) {
        policy.redact = patterns(&inner.strings("keys", faults), faults);
        inner.finish(faults);
    }
    policy.id = table.string("id", faults).map(|id| id.value);
    ledger(&mut table, &mut policy, faults);
    notify(&mut table, faults);
    table.finish(faults);
    policy
}

fn rule_glob(glob: Spanned<String>, faults: &mut Faults) -> String {
    if let Err(error) = globset::Glob::new(&glob.value) {
        faults.add(glob.span, format!("bad file pattern: {}", error.kind()));
    }
    glob.value
}

fn packs(table: &mut Table<'_>, faults: &mut Faults) -> Option<Vec<String>> {
    let given = table.strings("packs", faults);
    let known: std::collections::BTreeSet<&str> = BUILT_IN
        .iter()
        .filter_map(|file| file.path.split('/').nth(1))
        .collect();
    for pack in &given {
        if !known.contains(pack.value.as_str()) {
            let known: Vec<&str> = known.iter().copied().collect();
            faults.add_with_help(
                pack.span,
                format!("there is no built-in pack `{}`", pack.value),
                format!("packs: {}", known.join(", ")),
            );
        }
    }
    table
        .node("packs")
        .map(|_| given.into_iter().map(|pack| pack.value).collect())
}

pub(super) fn patterns(texts: &[Spanned<String>], faults: &mut Faults) -> Vec<PathPattern> {
    texts
        .iter()
        .filter_map(|text| match PathPattern::new(&text.value) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                faults.add(
                    text.span,
                    format!("bad key pattern at character {}: {error}", error.at + 1),
                );
                None
            }
        })
        .collect()
}

fn config_set(
    name: &Spanned<String>,
    mut table: Table<'_>,
    policy: &Policy,
    faults: &mut Faults,
) -> Option<Config> {
    let files = table.required("files", faults);
    if !environments::is_name(&name.value) {
        faults.add(
            name.span,
            "a config set's name is made of letters, digits, `-`, `_` and `.`",
        );
    }
    let within = table.strings("environments", faults);
    let per_env = patterns(&table.strings("per_env", faults), faults);
    let mut only_in = Vec::new();
    if let Some(inner) = table.table("only_in", faults) {
        for (environment, id) in inner.free_entries() {
            if !policy
                .environments
                .iter()
                .any(|known| known.name == environment.value)
            {
                faults.add(
                    environment.span,
                    format!("there is no environment `{}`", environment.value),
                );
            }
            let tree = inner.tree();
            let texts: Vec<Spanned<String>> = match tree.kind(id) {
                Kind::Sequence(items) => items
                    .iter()
                    .filter_map(|item| {
                        Some(Spanned {
                            value: tree.scalar(*item)?.text.to_owned(),
                            span: tree.span(*item),
                        })
                    })
                    .collect(),
                Kind::Scalar(_) | Kind::Mapping(_) => {
                    faults.add(tree.span(id), "expected a list of key patterns");
                    Vec::new()
                }
            };
            only_in.push((environment.value, patterns(&texts, faults)));
        }
    }
    let render = table
        .strings("render", faults)
        .into_iter()
        .map(|word| word.value)
        .collect();
    table.finish(faults);
    let files = files?;
    let pattern = match FilePattern::new(&files.value) {
        Ok(pattern) => pattern,
        Err(error) => {
            faults.add(files.span, format!("bad file pattern: {error}"));
            return None;
        }
    };
    let set = ConfigSet {
        name: name.value.clone(),
        files: files.value,
        environments: within.iter().map(|name| name.value.clone()).collect(),
        per_env,
        only_in,
    };
    check_environments(&set, &within, policy, faults);
    Some(Config { set, pattern, render })
}

/// The environments of a set are known ones, and those that vouch for one of them have the set too.
fn check_environments(set: &ConfigSet, within: &[Spanned<String>], policy: &Policy, faults: &mut Faults) {
    for name in within {
        let Some(environment) = policy
            .environments
            .iter()
            .find(|environment| environment.name == name.value)
        else {
            faults.add(name.span, format!("there is no environment `{}`", name.value));
            continue;
        };
        if !environment.after.is_empty() && !environment.after.iter().any(|before| set.is_in(before)) {
            let before = environment.after.join("` or `");
            faults.add_with_help(
                name.span,
                format!(
                    "`{}` comes after `{before}`, which this set is not in: nothing could ever vouch for it",
                    name.value
                ),
                format!("add \"{}\" here", environment.after[0]),
            );
        }
    }
}

fn diff(mut table: Table<'_>, faults: &mut Faults) -> DiffSettings {
    let mut settings = DiffSettings {
        ignore: patterns(&table.strings("ignore", faults), faults),
        ..DiffSettings::default()
    };
    for name in table.strings("noise", faults) {
        if !settings.add_noise(&name.value) {
            let known: Vec<&str> = NOISE.iter().map(|noise| noise.name).collect();
            faults.add_with_help(
                name.span,
                format!("there is no bundle of noise `{}`", name.value),
                format!("bundles: {}", known.join(", ")),
            );
        }
    }
    let pattern = |inner: &mut Table<'_>, faults: &mut Faults| {
        let text = inner.required("path", faults)?;
        patterns(&[text], faults).pop()
    };
    for mut inner in table.tables("key", faults) {
        let path = pattern(&mut inner, faults);
        let by: Vec<String> = inner
            .strings("by", faults)
            .into_iter()
            .map(|key| key.value)
            .collect();
        if by.is_empty() {
            faults.add(inner.span(), "`by` names the keys that tell the items apart");
        }
        inner.finish(faults);
        settings.keys.extend(path.map(|path| ListKey { path, by }));
    }
    for mut inner in table.tables("set", faults) {
        settings.sets.extend(pattern(&mut inner, faults));
        inner.finish(faults);
    }
    table.finish(faults);
    settings
}

fn ledger(table: &mut Table<'_>, policy: &mut Policy, faults: &mut Faults) {
    let Some(mut inner) = table.table("ledger", faults) else {
        return;
    };
    let dir = inner.string("dir", faults);
    let branch = inner.string("branch", faults);
    for key in ["remote", "blobs"] {
        inner.string(key, faults);
    }
    if dir.is_some() && branch.is_some() {
        faults.add(inner.span(), "a ledger is either a `dir` or a `branch`");
    }
    inner.finish(faults);
    if let Some(dir) = dir {
        policy.ledger = dir.value;
    } else if branch.is_some() {
        policy.ledger_fault = Some("this version of tollgate cannot read a ledger on a git branch".into());
    }
}

/// A table that later commands read; its shape is checked from the start, so that a policy does not
/// turn out wrong on the day it is needed.
fn notify(table: &mut Table<'_>, faults: &mut Faults) {
    for mut inner in table.tables("notify", faults) {
        if let Some(mut hook) = inner.table("webhook", faults) {
            for key in ["url_env", "url_file"] {
                hook.string(key, faults);
            }
            hook.strings("url_command", faults);
            hook.finish(faults);
        }
        inner.string("template", faults);
        inner.strings("on", faults);
        inner.finish(faults);
    }
}

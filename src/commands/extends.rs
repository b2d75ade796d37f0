//! Packs that the policy extends: folders, or folders of a git revision. What they held when somebody looked is in
//! `tollgate.lock`; a pack that is another one now is an error until somebody looks again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::home::Home;
use super::setup::{display, load_policy, read_toml, show_faults};
use crate::doc::SourceFile;
use crate::doc::digest::{hex, sha_of};
use crate::doc::table::{Faults, Table};
use crate::gate::{ExitStatus, Guard};
use crate::policy::Policy;
use crate::report::escape::{toml_string, visible};
use crate::sys::fs;
use crate::sys::git::Git;
use crate::sys::terminal::print;

/// Where the digests are kept, beside the policy.
pub(super) const LOCK: &str = "tollgate.lock";

/// A pack as it is now.
pub(super) struct Pack {
    /// Its rule files.
    pub(super) sources: Vec<Arc<SourceFile>>,
    sha256: String,
}

/// Every pack that the policy extends, as the lock holds it. What differs is a fault.
pub(super) fn packs(context: &Context, policy: &Policy, home: &Home, faulty: &mut String) -> Vec<Pack> {
    if policy.extends.is_empty() {
        return Vec::new();
    }
    let locked = read_lock(context, home, faulty);
    let mut out = Vec::new();
    for source in &policy.extends {
        let pack = match read(context, policy, home, source) {
            Ok(pack) => pack,
            Err(why) => {
                let _ = write!(
                    faulty,
                    "error: extends = {source:?}: {}\n  hint: a rule that is not loaded cannot refuse anything\n",
                    visible(&why)
                );
                continue;
            }
        };
        match locked.get(source) {
            Some(known) if *known == pack.sha256 => out.push(pack),
            Some(_) => {
                let _ = write!(
                    faulty,
                    "error: extends = {source:?}: the pack is not the one that {LOCK} holds\n  hint: look at what changed in it, then run `tollgate rules lock`\n"
                );
            }
            None => {
                let _ = write!(
                    faulty,
                    "error: extends = {source:?}: {LOCK} does not hold it\n  hint: look at it, then run `tollgate rules lock`\n"
                );
            }
        }
    }
    out
}

/// Writes what the packs are now.
pub(super) fn lock(context: &Context) -> Outcome {
    let mut faulty = String::new();
    let home = Home::checkout(context);
    let policy = load_policy(context, &home, &mut faulty)?;
    let Some(policy) = policy.filter(|policy| !policy.extends.is_empty()) else {
        return Err(Failure::usage(
            "the policy extends no pack",
            "name one with extends = [\"../packs/shop\"]",
        ));
    };
    let mut text = String::from(
        "# What the packs of `extends` held when somebody looked. Written by `tollgate rules lock`.\nversion = 1\n",
    );
    for source in &policy.extends {
        let pack = read(context, &policy, &home, source)
            .map_err(|why| Failure::usage(&format!("{source}: {why}"), ""))?;
        let _ = write!(
            text,
            "\n[[pack]]\nsource = {}\nsha256 = \"{}\"\n",
            toml_string(source),
            pack.sha256
        );
    }
    let path = policy.root.join(LOCK);
    fs::write(&path, &text)
        .map_err(|error| Failure::usage(&format!("cannot write {LOCK}: {}", fs::describe(&error)), ""))?;
    print(&format!("wrote {}; commit it\n", display(context, &path)));
    Ok(ExitStatus::Pass)
}

fn read_lock(context: &Context, home: &Home, faulty: &mut String) -> BTreeMap<String, String> {
    if !home.has(context, LOCK) {
        return BTreeMap::new();
    }
    let Some(tree) = read_toml(context, home, LOCK, Guard::Lock, faulty) else {
        return BTreeMap::new();
    };
    let mut faults = Faults::default();
    let mut out = BTreeMap::new();
    if let Some(mut table) = tree
        .documents
        .first()
        .and_then(|root| Table::new(&tree, *root, &mut faults))
    {
        if let Some(version) = table
            .integer("version", &mut faults)
            .filter(|version| version.value != 1)
        {
            faults.add(version.span, "this tollgate reads locks of version 1");
        }
        for mut row in table.tables("pack", &mut faults) {
            let source = row.required("source", &mut faults);
            let sha256 = row.required("sha256", &mut faults);
            row.finish(&mut faults);
            out.extend(
                source
                    .zip(sha256)
                    .map(|(source, sha256)| (source.value, sha256.value)),
            );
        }
        table.finish(&mut faults);
    }
    show_faults(context, tree.source(), &faults.0, faulty);
    out
}

fn read(context: &Context, policy: &Policy, home: &Home, source: &str) -> Result<Pack, String> {
    let rows = match source.strip_prefix("git:") {
        Some(rest) => from_git(context, policy, rest)?,
        None => from_folder(context, home, source)?,
    };
    if rows.is_empty() {
        return Err("it holds no .toml file".into());
    }
    let mut parts: Vec<Vec<u8>> = vec![b"tollgate/pack/1".to_vec()];
    let mut sources = Vec::new();
    for (name, text) in rows {
        parts.push(name.clone().into_bytes());
        parts.push(text.clone().into_bytes());
        sources.push(Arc::new(SourceFile::from_text(
            &format!("{source}/{name}"),
            &text,
        )));
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(Pack {
        sources,
        sha256: hex(&sha_of(&parts)),
    })
}

type Row = (String, String);

fn from_folder(context: &Context, home: &Home, source: &str) -> Result<Vec<Row>, String> {
    let folder = source.trim_end_matches('/');
    let listed = home
        .list(context, folder)
        .map_err(|why| format!("cannot list it: {why}"))?;
    let mut out = Vec::new();
    for row in listed.into_iter().filter(|row| row.name.ends_with(".toml")) {
        let name = row.name.strip_prefix(folder).unwrap_or(&row.name);
        let name = name.trim_start_matches('/').to_owned();
        if let Some(why) = row.fault {
            return Err(format!("{name}: {why}"));
        }
        let file = home.read(context, &row.name, "rules.toml", Guard::Rules);
        let text = file
            .content
            .map_err(|fault| format!("{name}: {}", fault.message))?;
        out.push((name, text.text().to_owned()));
    }
    out.sort();
    Ok(out)
}

fn from_git(context: &Context, policy: &Policy, rest: &str) -> Result<Vec<Row>, String> {
    let (revision, folder) = rest.split_once(':').ok_or("write git:REVISION:FOLDER")?;
    let git = Git::find(&policy.root, &context.env)?.ok_or("the policy is in no git repository")?;
    let side = git.revision(revision)?;
    let rows = git.list(side, folder, &context.limits)?;
    let rows = rows.ok_or_else(|| format!("{revision} holds no folder {folder}"))?;
    let mut out = Vec::new();
    for row in rows.into_iter().filter(|row| row.name.ends_with(".toml")) {
        let bytes = git
            .read(&row, &format!("{folder}/{}", row.name), &context.limits)
            .map_err(|fault| format!("{}: {}", row.name, fault.message))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{} is no text", row.name))?;
        out.push((row.name, text));
    }
    out.sort();
    Ok(out)
}

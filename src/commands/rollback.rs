//! `rollback ENV`: applies the ticket of the last push. Reads no policy, asks no check, needs no key and no
//! network; what it writes down afterwards is no condition for it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::args::Format;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::keys;
use super::push::run_name;
use super::setup::display;
use crate::gate::ExitStatus;
use crate::ledger::{BlobStore, append};
use crate::policy::FILE_NAME;
use crate::release::{Back, RollbackError, Ticket, roll_back};
use crate::report::escape::visible;
use crate::report::{Look, RolledBackSetV1, RolledBackV1, to_json};
use crate::sys::ledger_dir::{DirBlobs, DirLedger};
use crate::sys::target_dir::{DirTarget, pending};
use crate::sys::terminal::complain;
use crate::sys::vault::{FolderVault, State};
use crate::sys::{clock, fs};

/// Go back to what was live before the last push; no check can refuse it
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tollgate rollback production\n\nConfig sets that were pushed together go back together; --set takes one alone. Twice in a row changes nothing the second time. A push that broke off is undone. The tickets lie under $XDG_STATE_HOME/tollgate, or ~/.local/state/tollgate, of whoever pushed."
)]
pub struct RollbackArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: String,
}

pub(super) fn run(context: &Context, args: &RollbackArgs) -> Outcome {
    let name = &args.environment;
    if let Some(other) = context.global.env.as_ref().filter(|other| *other != name) {
        return Err(Failure::usage(
            &format!("`{name}` is not `{other}`: which environment?"),
            "leave -e out",
        ));
    }
    let state = State::find(&context.env).map_err(|why| Failure::undecided(&why, ""))?;
    let places: Vec<FolderVault> = roots(context)
        .iter()
        .map(|root| FolderVault::new(state.repository(root), None))
        .collect();
    let found = places.iter().find_map(|vault| {
        let tickets = choose(context, vault, name);
        (!tickets.is_empty()).then_some((vault, tickets))
    });
    let Some((vault, tickets)) = found else {
        let looked: Vec<String> = places
            .iter()
            .map(|vault| vault.folder().display().to_string())
            .collect();
        return Err(Failure::undecided(
            &format!(
                "no rollback ticket for `{name}` (TG405); looked in {}",
                looked.join(", ")
            ),
            &match places
                .iter()
                .flat_map(FolderVault::environments)
                .collect::<Vec<_>>()
            {
                known if known.is_empty() => {
                    "tickets are kept by the user and machine that pushed".to_owned()
                }
                known => format!("there are tickets for {}", visible(&known.join(", "))),
            },
        ));
    };
    let run = run_name().unwrap_or_else(|_| "rollback".to_owned());
    let mut sets = Vec::new();
    let mut failed = String::new();
    for ticket in &tickets {
        match apply(context, vault, ticket, &run) {
            Ok(set) => sets.push(set),
            Err(error) => {
                let _ = writeln!(
                    failed,
                    "error: {}: {} (TG405)",
                    visible(&ticket.set),
                    visible(&error.to_string())
                );
            }
        }
    }
    let status = if failed.is_empty() {
        ExitStatus::Pass
    } else {
        ExitStatus::Undecided
    };
    let wire = RolledBackV1 {
        schema_version: 1,
        environment: name.clone(),
        dry_run: context.global.dry_run,
        sets,
    };
    let status = context.finish(status, &|format, look, _| match format {
        Format::Json => to_json(&wire),
        Format::Human | Format::Jsonpatch | Format::Markdown | Format::Html => human(&wire, look),
    })?;
    if failed.is_empty() {
        Ok(status)
    } else {
        Err(Failure { status, text: failed })
    }
}

/// Folders that a push from here would have taken for the repository's: the policy's, which need not be
/// there any more, the repository's, this one.
fn roots(context: &Context) -> Vec<PathBuf> {
    let folder = context.folder();
    let parent = |path: PathBuf| path.parent().map(Path::to_path_buf);
    let named = context
        .global
        .policy
        .as_ref()
        .and_then(|file| parent(context.path(file)));
    let above = fs::find_upwards(&folder, FILE_NAME).and_then(parent);
    let repository = fs::find_upwards(&folder, ".git").and_then(parent);
    let mut seen = BTreeSet::new();
    [named, above, repository, Some(folder)]
        .into_iter()
        .flatten()
        .filter(|root| seen.insert(fs::real(root)))
        .collect()
}

/// The tickets of a push that broke off, else those of the newest push that is live.
fn choose(context: &Context, vault: &FolderVault, environment: &str) -> Vec<Ticket> {
    let wanted = |ticket: &Ticket| context.global.set.as_ref().is_none_or(|set| *set == ticket.set);
    let all: Vec<(Ticket, bool)> = vault
        .tickets(environment)
        .into_iter()
        .filter(|(ticket, _)| wanted(ticket))
        .collect();
    let broken_off: BTreeSet<String> = all
        .iter()
        .filter_map(|(ticket, _)| pending(Path::new(&ticket.target)))
        .map(|journal| journal.run)
        .collect();
    let half = all.iter().any(|(ticket, _)| broken_off.contains(&ticket.run));
    // Of a run that broke off, the sets that it had pushed before go back with the one it broke off at.
    let newest = all
        .iter()
        .find(|(_, active)| *active)
        .map(|(ticket, _)| ticket.run.clone());
    let mut chosen: Vec<Ticket> = all
        .into_iter()
        .filter(|(ticket, active)| {
            if half {
                broken_off.contains(&ticket.run) && (*active || is_pending(ticket))
            } else {
                *active && Some(&ticket.run) == newest.as_ref()
            }
        })
        .map(|(ticket, _)| ticket)
        .collect();
    // The one that broke off first: once its journal is gone nothing else says that it is half way.
    chosen.sort_by_key(|ticket| !is_pending(ticket));
    chosen
}

fn is_pending(ticket: &Ticket) -> bool {
    pending(Path::new(&ticket.target))
        .is_some_and(|journal| journal.run == ticket.run && journal.set == ticket.set)
}

fn apply(
    context: &Context,
    vault: &FolderVault,
    ticket: &Ticket,
    run: &str,
) -> Result<RolledBackSetV1, RollbackError> {
    let folder = PathBuf::from(&ticket.target);
    let target = DirTarget::new(folder.clone(), display(context, &folder), None, context.limits);
    let own = vault.blobs();
    let others: Vec<DirBlobs> = ticket
        .blobs
        .iter()
        .map(|folder| DirBlobs(PathBuf::from(folder)))
        .collect();
    let mut stores: Vec<&dyn BlobStore> = vec![&own];
    stores.extend(others.iter().map(|store| store as &dyn BlobStore));
    let back = if context.global.dry_run {
        crate::release::preview(ticket, &target, &stores)?
    } else {
        roll_back(ticket, run, &target, &stores)?
    };
    let changed = !(back.written.is_empty() && back.removed.is_empty());
    if changed && !context.global.dry_run {
        record(context, ticket);
    }
    let Back { written, removed } = back;
    Ok(RolledBackSetV1 {
        set: ticket.set.clone(),
        target: display(context, &folder),
        pushed_at: ticket.at.clone(),
        release: ticket.manifest().release(),
        written,
        removed,
    })
}

/// Writes it down. Whatever stands in the way is said, and changes nothing.
fn record(context: &Context, ticket: &Ticket) {
    let warn = |why: &str| {
        complain(&format!(
            "warning: rolled back, but not written down in the ledger: {}\n",
            visible(why)
        ));
    };
    let key = match keys::signing(context) {
        Ok(found) => found.key,
        Err(failure) => return warn(failure.text.trim()),
    };
    let ledger = DirLedger::new(PathBuf::from(&ticket.ledger), ticket.ledger.clone());
    let user = context.env.user.clone().unwrap_or_default();
    if let Err(error) = append(&ledger, &key, &ticket.rolled_back(clock::now().to_string(), user)) {
        warn(&error.to_string());
    }
}

fn human(back: &RolledBackV1, look: Look) -> String {
    let mut out = String::new();
    let name = visible(&back.environment);
    for set in &back.sets {
        if set.written.is_empty() && set.removed.is_empty() {
            let _ = writeln!(
                out,
                "  {} nothing to do: {} in {name} is what it was before the push of {}",
                look.pick("✓", "ok"),
                visible(&set.set),
                set.pushed_at
            );
            continue;
        }
        let verb = if back.dry_run {
            "would roll back"
        } else {
            "rolled back"
        };
        let _ = writeln!(
            out,
            "  {} {verb} {} in {name} to what it was before the push of {}",
            look.pick("✓", "ok"),
            visible(&set.set),
            set.pushed_at
        );
        if look.quiet {
            continue;
        }
        let _ = writeln!(
            out,
            "    {} put back, {} removed  at {}",
            set.written.len(),
            set.removed.len(),
            visible(&set.target)
        );
    }
    out
}

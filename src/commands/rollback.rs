//! `rollback ENV`: applies the ticket of the last push. Reads no policy, asks no check, needs no key and no
//! network; what it writes down afterwards is no condition for it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::keys;
use super::push::run_name;
use super::setup::display;
use crate::gate::ExitStatus;
use crate::ledger::{BlobStore, append};
use crate::policy::FILE_NAME;
use crate::release::{Back, RollbackError, Target as _, Ticket, roll_back};
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
    after_help = "Examples:\n  tollgate rollback production\n  tollgate rollback production --to 3f9ab2c41d07\n\nConfig sets that were pushed together go back together; --set takes one alone. Twice in a row changes nothing the second time; further back takes --to. A push that broke off is undone. The tickets lie under $XDG_STATE_HOME/tollgate, or ~/.local/state/tollgate, of whoever pushed."
)]
pub struct RollbackArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// Go back to this release, by the first digits that `push` printed
    #[arg(long, value_name = "RELEASE")]
    pub to: Option<String>,
    /// Take the tickets from this folder: another checkout's, a copy's
    #[arg(long, value_name = "DIR")]
    pub tickets: Option<String>,
}

pub(super) fn run(context: &Context, args: &RollbackArgs) -> Outcome {
    let name = &args.environment;
    if let Some(other) = context.global.env.as_ref().filter(|other| *other != name) {
        return Err(Failure::usage(
            &format!("`{name}` is not `{other}`: which environment?"),
            "leave -e out",
        ));
    }
    let places: Vec<FolderVault> = match &args.tickets {
        Some(folder) => vec![FolderVault::new(context.path(folder), None)],
        None => {
            let state = State::find(&context.env).map_err(|why| Failure::undecided(&why, ""))?;
            let own = |root: &PathBuf| FolderVault::new(state.repository(root), None);
            roots(context).iter().map(own).collect()
        }
    };
    let found = places.iter().find_map(|vault| {
        let (tickets, faults) = vault.tickets(name);
        (!(tickets.is_empty() && faults.is_empty())).then_some((vault, tickets, faults))
    });
    let Some((vault, known, faults)) = found else {
        return Err(no_ticket(context, name, &places));
    };
    let tickets = choose(context, args, known.clone(), &faults)?;
    let run = run_name().unwrap_or_else(|_| "rollback".to_owned());
    let mut sets = Vec::new();
    let mut failed = String::new();
    for ticket in &tickets {
        match apply(context, vault, ticket, &run) {
            Ok(mut set) => {
                set.further = further(&known, ticket);
                sets.push(set);
            }
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
    let status = context.finish(status, &|format, look, _| {
        if format.is_json() {
            to_json(&wire)
        } else {
            human(&wire, look)
        }
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

fn no_ticket(context: &Context, name: &str, places: &[FolderVault]) -> Failure {
    let looked: Vec<String> = places
        .iter()
        .map(|vault| vault.folder().display().to_string())
        .collect();
    // Another checkout of the repository has another folder, and whoever is in a hurry wants to know which.
    let others: Vec<String> = State::find(&context.env)
        .map(|state| state.repositories())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|folder| {
            let (tickets, _) = FolderVault::new(folder.clone(), None).tickets(name);
            let newest = tickets.first()?;
            let (shown, target) = (folder.display(), visible(&newest.target));
            Some(format!(
                "--tickets {shown}  (pushed to {target} at {})",
                newest.at
            ))
        })
        .collect();
    let known: Vec<String> = places.iter().flat_map(FolderVault::environments).collect();
    let hint = if !known.is_empty() {
        format!("there are tickets for {}", visible(&known.join(", ")))
    } else if others.is_empty() {
        "tickets are kept by the user and machine that pushed".to_owned()
    } else {
        format!(
            "other checkouts pushed to a `{name}`; if it is one of these, add:\n    {}",
            others.join("\n    ")
        )
    };
    let what = format!(
        "no rollback ticket for `{name}` (TG405); looked in {}",
        looked.join(", ")
    );
    Failure::undecided(&what, &hint)
}

/// The tickets of a push that broke off, else those of the newest push: where that changed nothing, going
/// back from it changes nothing either.
fn choose(
    context: &Context,
    args: &RollbackArgs,
    mut all: Vec<Ticket>,
    faults: &[(String, String)],
) -> Result<Vec<Ticket>, Failure> {
    all.retain(|ticket| context.global.set.as_ref().is_none_or(|set| *set == ticket.set));
    if let Some(to) = &args.to {
        return further_back(&all, to);
    }
    let broken_off: BTreeSet<String> = all
        .iter()
        .filter_map(|ticket| pending(Path::new(&ticket.target)))
        .map(|journal| journal.run)
        .filter(|run| all.iter().any(|ticket| ticket.run == *run))
        .collect();
    let newest = all.first().map(|ticket| ticket.run.clone());
    // To take an older one for one that cannot be read would be to go too far.
    let lost = faults
        .iter()
        .find(|(run, _)| broken_off.is_empty() && Some(run) > newest.as_ref());
    if let Some((_, why)) = lost {
        let hint = all.first().map_or_else(String::new, |ticket| {
            format!(
                "what was live before the push of {} is release {}: add --to {} to go back to it",
                ticket.at,
                short(ticket),
                short(ticket)
            )
        });
        return Err(Failure::undecided(
            &format!("the newest rollback ticket cannot be used (TG405): {why}"),
            &hint,
        ));
    }
    let mut chosen: Vec<Ticket> = all
        .into_iter()
        .filter(|ticket| {
            if broken_off.is_empty() {
                Some(&ticket.run) == newest.as_ref()
            } else {
                broken_off.contains(&ticket.run)
            }
        })
        .collect();
    // The one that broke off first: once its journal is gone nothing else says that it is half way.
    chosen.sort_by_key(|ticket| !is_pending(ticket));
    Ok(chosen)
}

/// The first digits of the release that a ticket goes back to.
fn short(ticket: &Ticket) -> String {
    ticket.manifest().release()[..12].to_owned()
}

/// The way back over several pushes: the ticket that ends at the release, with every file that it and later
/// pushes put there.
fn further_back(all: &[Ticket], to: &str) -> Result<Vec<Ticket>, Failure> {
    let fits = |ticket: &Ticket| to.len() >= 8 && ticket.manifest().release().starts_with(to);
    let sets: BTreeSet<&str> = all.iter().map(|ticket| ticket.set.as_str()).collect();
    let mut chosen = Vec::new();
    for set in sets {
        let of_set: Vec<&Ticket> = all.iter().filter(|ticket| ticket.set == set).collect();
        let Some(at) = of_set.iter().position(|ticket| fits(ticket)) else {
            continue;
        };
        let mut ticket = of_set[at].clone();
        for later in of_set[..at].iter().rev() {
            ticket.from.0.extend(later.from.0.clone());
        }
        // What is taken down is what the newest push put there.
        if let Some(newest) = of_set.first() {
            ticket.from_subject.clone_from(&newest.from_subject);
        }
        chosen.push(ticket);
    }
    if chosen.is_empty() {
        let known: Vec<String> = all
            .iter()
            .filter(|ticket| !ticket.first)
            .map(|ticket| format!("{} (before the push of {})", short(ticket), ticket.at))
            .collect();
        return Err(Failure::usage(
            &format!("no ticket goes back to a release `{}`", visible(to)),
            &format!("known: {}", super::sources::few(&known)),
        ));
    }
    Ok(chosen)
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
    if !context.global.dry_run {
        keep_edits(&target, ticket, &own);
    }
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
        further: None,
    })
}

/// The release that a ticket before this one goes back to, where that is another one.
fn further(all: &[Ticket], ticket: &Ticket) -> Option<String> {
    let older = all
        .iter()
        .filter(|older| older.set == ticket.set && (&older.at, &older.run) < (&ticket.at, &ticket.run));
    older
        .filter(|older| !older.first && older.manifest() != ticket.manifest())
        .map(short)
        .next()
}

/// What somebody changed by hand since the push is overwritten, and kept.
fn keep_edits(target: &DirTarget, ticket: &Ticket, own: &DirBlobs) {
    let Ok(live) = target.look(&ticket.names()) else {
        return;
    };
    let before = ticket.manifest();
    for (name, sha256) in live.manifest().0 {
        if ticket.from.0.get(&name) == Some(&sha256) || before.0.get(&name) == Some(&sha256) {
            continue;
        }
        let kept = live.files.get(&name).map(|file| own.keep(&file.bytes));
        if matches!(kept, Some(Ok(_))) {
            let place = own.0.join(&sha256);
            complain(&format!(
                "note: {} was not what was pushed; its bytes are kept in {}\n",
                visible(&name),
                place.display()
            ));
        }
    }
}

/// Writes it down. Whatever stands in the way is said, and changes nothing.
fn record(context: &Context, ticket: &Ticket) {
    let warn = |why: &str| {
        complain(&format!(
            "warning: rolled back, but not written down in the ledger: {}\n",
            visible(why)
        ));
    };
    // It has to be written down, or its stamp and soak live on: a key that does not work is no reason not to.
    let key = match keys::signing(context).map(|found| found.key).or_else(|failure| {
        let why = failure.text.lines().next().unwrap_or_default().to_owned();
        complain(&format!(
            "warning: {}; signed with this machine's own key\n",
            visible(&why)
        ));
        keys::own_key(context)
    }) {
        Ok(key) => key,
        Err(failure) => return warn(failure.text.lines().next().unwrap_or_default()),
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
            if let Some(further) = &set.further {
                let _ = writeln!(out, "    further back: tollgate rollback {name} --to {further}");
            }
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

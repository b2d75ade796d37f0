//! The policy that a push is judged by: the one that was recorded with the environment's last push; before the first
//! one, that of the last commit. What lies in the checkout may be a part of what is pushed, and has no say.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::context::Context;
use super::error::Failure;
use super::home::Home;
use super::known;
use super::proposal::changes;
use super::setup::{self, Setup};
use crate::doc::digest::from_hex;
use crate::gate::{EnvironmentInput, Skipped};
use crate::ledger::{BlobStore as _, Chain, Link, Manifest, read_chain};
use crate::sys::fs;
use crate::sys::git::{Git, Side};
use crate::sys::ledger_dir::DirLedger;
use crate::sys::vault::{FolderVault, State};

/// The setup that judges a push to an environment, and the one that lies in the checkout.
pub(super) struct Judges {
    pub(super) setup: Setup,
    /// What is recorded once the push is done.
    pub(super) proposed: BTreeMap<String, Vec<u8>>,
    /// SHA-256 of the proposed policy file.
    pub(super) policy_sha256: String,
    /// Whether anything was recorded before.
    pub(super) recorded: bool,
}

/// Finds them.
pub(super) fn judges(context: &mut Context, environment: &str) -> Result<Judges, Failure> {
    let candidate = setup::load(context)?;
    let policy = setup::policy(&candidate)?;
    let policy_sha256 = policy.sha256.clone();
    let proposed = candidate.home.bundle();
    let (home, recorded) = match last(context, &candidate, environment)? {
        Some(home) => (Some(home), true),
        None => (committed(context, &candidate)?, false),
    };
    let Some(home) = home else {
        context.skipped.push(Skipped {
            what: "a policy that the proposal cannot edit".into(),
            why: format!("this is no git repository, and nothing was pushed to {environment} from here yet"),
        });
        return Ok(Judges {
            setup: candidate,
            proposed,
            policy_sha256,
            recorded,
        });
    };
    let mut setup = setup::load_from(context, home, &Home::checkout(context))?;
    // The last commit may be a stranger's, checked out a moment ago: its commands do not run for that.
    setup.trusted = recorded;
    setup.guarded = changes(Some(&setup.home), Some(&candidate));
    setup::put_in_force(&setup);
    Ok(Judges {
        setup,
        proposed,
        policy_sha256,
        recorded,
    })
}

/// Says where a push would be judged by another policy than the one that lies here.
pub(super) fn note_other(context: &mut Context, setup: &Setup, environments: &[EnvironmentInput]) {
    let here = manifest(&setup.home.bundle());
    for environment in environments.iter().map(EnvironmentInput::name) {
        let recorded = read_chain(&known::ledger(context, setup)).ok();
        let recorded = recorded.as_ref().and_then(|chain| newest(chain, environment));
        if recorded.is_some_and(|link| link.entry.draft.policy != here) {
            context.skipped.push(Skipped {
                what: format!("the policy that a push to {environment} is judged by"),
                why: "it is the one of the last push, and another one lies here; tollgate push -n looks with it"
                    .into(),
            });
        }
    }
}

/// The policy of the last commit; [`None`] outside of git.
fn committed(context: &Context, candidate: &Setup) -> Result<Option<Home>, Failure> {
    let undecided = |why: String| Failure::undecided(&why, "");
    let Some(git) = Git::find(&candidate.root, &context.env).map_err(undecided)? else {
        return Ok(None);
    };
    let side = git.revision("HEAD").map_err(undecided)?;
    let home = Home::commit(context, &Rc::new(git), side, "HEAD").map_err(undecided)?;
    if home.policy().is_some() {
        return Ok(Some(home));
    }
    let what = if side == Side::Empty {
        "there is no commit yet"
    } else {
        "the last commit has no policy"
    };
    Err(Failure::usage(
        &format!("{what}, and the first push is judged by that one"),
        "commit tollgate.toml, with the rules and signers that it names",
    ))
}

/// The policy that was recorded with the last push to an environment.
fn last(context: &Context, candidate: &Setup, environment: &str) -> Result<Option<Home>, Failure> {
    let state = State::find(&context.env).map_err(|why| Failure::undecided(&why, ""))?;
    let vault = FolderVault::new(state.repository(&candidate.root), None);
    let here = known::ledger(context, candidate);
    // A proposal that names another ledger does not get away from the one that the last push was written to.
    let before = vault.tickets(environment).0.into_iter().next();
    let before = before.map(|ticket| DirLedger::new(ticket.ledger.clone().into(), ticket.ledger));
    let before = before.filter(|before| fs::real(before.folder()) != fs::real(here.folder()));
    for (ledger, is_here) in before.iter().map(|ledger| (ledger, false)).chain([(&here, true)]) {
        let chain = match read_chain(ledger) {
            Ok(chain) => chain,
            // What is wrong with one's own ledger is a finding, and no push goes on without it.
            Err(_) if is_here => return Ok(None),
            Err(error) => {
                return Err(Failure::undecided(
                    &format!(
                        "the ledger of the last push cannot be read (TG305), so that nobody knows by which policy the next one is judged: {error}"
                    ),
                    "nothing was touched",
                ));
            }
        };
        if let Some(link) = newest(&chain, environment) {
            let draft = &link.entry.draft;
            return restore(&candidate.root, &draft.policy, &draft.policy_sha256, |sha256| {
                ledger.blob(sha256).or_else(|| vault.blobs().blob(sha256))
            })
            .map(Some)
            .map_err(|why| {
                Failure::undecided(
                    &format!("the policy that was recorded with the last push cannot be read: {why} (TG305)"),
                    "put the ledger's blobs back; nothing was touched",
                )
            });
        }
    }
    Ok(None)
}

/// The newest entry of an environment that a policy was recorded with.
fn newest<'c>(chain: &'c Chain, environment: &str) -> Option<&'c Link> {
    let fits = |link: &&Link| {
        let draft = &link.entry.draft;
        draft.environment == environment && !draft.policy.0.is_empty()
    };
    chain.links.iter().rev().find(fits)
}

fn restore(
    root: &Path,
    manifest: &Manifest,
    policy_sha256: &str,
    bytes: impl Fn(&[u8; 32]) -> Option<Vec<u8>>,
) -> Result<Home, String> {
    let mut files = BTreeMap::new();
    for (name, sha256) in &manifest.0 {
        let found = from_hex(sha256).and_then(|sha256| bytes(&sha256));
        files.insert(
            name.clone(),
            found.ok_or_else(|| format!("the bytes of {name} are gone"))?,
        );
    }
    let policy = manifest.0.iter().find(|(_, sha256)| *sha256 == policy_sha256);
    let (policy, _) = policy.ok_or("its manifest does not name it")?;
    Ok(Home::recorded(root, policy.clone(), files))
}

/// The manifest of a policy's files.
pub(super) fn manifest(files: &BTreeMap<String, Vec<u8>>) -> Manifest {
    Manifest::new(
        files
            .iter()
            .map(|(name, bytes)| (name.as_str(), crate::doc::digest::sha256(bytes))),
    )
}

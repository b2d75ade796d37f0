//! `stamp ENV [-- CMD ARG…]`: attest what an environment's target holds, never what lies in the checkout.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::keys;
use super::known::Known;
use super::setup::{self, Setup, display};
use super::sources;
use crate::doc::digest::{hex, sha256};
use crate::doc::mask::mask;
use crate::doc::projection::{ALGORITHM, subject};
use crate::gate::ExitStatus;
use crate::ledger::{BlobStore as _, Draft, EntryKind, LedgerStore as _, append};
use crate::policy::{FilePattern, Policy};
use crate::release::{Live, Target as _};
use crate::report::escape::visible;
use crate::report::{StampMadeV1, StampsMadeV1, to_json};
use crate::settings::{ConfigSet, Environment, parse_duration};
use crate::stamp::{
    CheckRecord, FileDigest, LedgerPosition, PAYLOAD_TYPE, Predicate, Projection, PublicKey, Role, Statement,
    seal,
};
use crate::sys::target_dir::{DirTarget, is_interrupted};
use crate::sys::terminal::complain;
use crate::sys::{clock, fs, process, watchdog};

/// Attest what runs in an environment
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tollgate stamp staging --key ~/.ssh/stamp_ed25519\n  tollgate stamp staging --key k -- ./smoke-test.sh --quick\n\nWithout a command the stamp says only that the content is live. A command that fails makes a failed stamp, which takes back earlier ones. Whose stamps count is in the file that [signers] names."
)]
pub struct StampArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// End the command after this time
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_duration)]
    pub within: Duration,
    /// A check to run first, with its arguments; run directly, not by a shell
    #[arg(last = true, value_name = "CMD")]
    pub command: Vec<String>,
}

/// Where no environment that comes after says how old a stamp may be.
const MAX_AGE: Duration = Duration::from_secs(7 * 86_400);

/// One config set as it is live.
struct Found<'p> {
    set: &'p ConfigSet,
    pattern: FilePattern,
    target: DirTarget,
    live: Live,
    subject: [u8; 32],
}

pub(super) fn run(context: &mut Context, args: &StampArgs) -> Outcome {
    context.arm();
    context.take_environment(&args.environment)?;
    let setup = setup::load(context)?;
    let policy = setup::policy(&setup)?;
    let environment = *sources::chosen(context, policy)?
        .first()
        .ok_or_else(|| Failure::usage("the policy names no environment", ""))?;
    let found = everything_live(context, &setup, policy, environment)?;
    let key = keys::signing(context)?;
    watchdog::disarm();

    let check = if args.command.is_empty() {
        None
    } else {
        Some(smoke_test(context, args)?)
    };
    for one in &found {
        let now = one
            .target
            .live()
            .map_err(|error| Failure::undecided(&error.to_string(), ""))?;
        if now.manifest() != one.live.manifest() {
            return Err(Failure::undecided(
                &format!("what is live at {} changed meanwhile", one.target.place()),
                "stamp it again once it stands still",
            ));
        }
    }
    let maker = Maker {
        context,
        setup: &setup,
        policy,
        environment,
        key: &key,
        check: check.as_ref(),
        now: clock::now(),
    };
    let mut made = Vec::new();
    for one in &found {
        made.push(maker.make(one)?);
    }
    maker.warn();
    let passed = check.as_ref().is_none_or(|check| check.status == "passed");
    let status = if passed {
        ExitStatus::Pass
    } else {
        ExitStatus::Refused
    };
    let wire = StampsMadeV1 {
        schema_version: 1,
        stamps: made,
    };
    context.finish(status, &|format, look, _| {
        if format.is_json() {
            to_json(&wire)
        } else {
            let ended = check
                .as_ref()
                .filter(|_| !context.global.dry_run)
                .map(how_it_ended);
            ended.unwrap_or_default() + &human(&wire, context.global.dry_run, look)
        }
    })
}

fn how_it_ended(check: &CheckRecord) -> String {
    let command = visible(&check.command.join(" ")).into_owned();
    let how = match (check.status.as_str(), check.exit_code) {
        ("passed", _) => "passed".to_owned(),
        ("timed_out", _) => "did not end in time".to_owned(),
        (_, Some(code)) => format!("failed with exit code {code}"),
        (_, None) => "was ended by a signal".to_owned(),
    };
    format!("  `{command}` {how} after {} ms\n", check.ms)
}

fn everything_live<'p>(
    context: &Context,
    setup: &Setup,
    policy: &'p Policy,
    environment: &Environment,
) -> Result<Vec<Found<'p>>, Failure> {
    let sets = sources::chosen_sets(context, policy, environment)?;
    if sets.is_empty() {
        return Err(sources::no_such_set(context));
    }
    let mut found = Vec::new();
    let mut places = BTreeSet::new();
    for config in sets {
        let (set, pattern) = (&config.set, config.live());
        let folder = live_folder(context, setup, environment, set)?;
        let shown = display(context, &folder);
        places.insert(shown.clone());
        let glob = pattern
            .glob(&environment.name)
            .map_err(|why| Failure::usage(&why, ""))?;
        let target = DirTarget::new(folder.clone(), shown.clone(), Some(glob), context.limits);
        let live = target
            .live()
            .map_err(|error| Failure::undecided(&error.to_string(), ""))?;
        if live.files.is_empty() {
            continue;
        }
        let subject = project(context, set, &pattern, environment, &shown, &live)?;
        found.push(Found {
            set,
            pattern,
            target,
            live,
            subject,
        });
    }
    if found.is_empty() {
        return Err(Failure::undecided(
            &format!(
                "nothing is live at {}: there is nothing to stamp",
                places.into_iter().collect::<Vec<_>>().join(", ")
            ),
            &format!("push there first: tollgate push {}", environment.name),
        ));
    }
    Ok(found)
}

/// Where a set is live; a push that broke off left nothing there that runs.
fn live_folder(
    context: &Context,
    setup: &Setup,
    environment: &Environment,
    set: &ConfigSet,
) -> Result<PathBuf, Failure> {
    let Some(dir) = environment
        .target
        .as_ref()
        .and_then(|target| target.folder(&set.name))
    else {
        return Err(Failure::usage(
            &format!(
                "environment `{}` has no target folder that could be stamped",
                environment.name
            ),
            "target = { dir = \"…\" } in the policy",
        ));
    };
    let folder = setup.root.join(dir);
    if is_interrupted(&folder) {
        let shown = display(context, &folder);
        return Err(Failure::undecided(
            &format!(
                "a push to {shown} broke off half way (TG403): nothing runs there that could be stamped"
            ),
            &format!(
                "finish it with tollgate push {0}, or undo it with tollgate rollback {0}",
                environment.name
            ),
        ));
    }
    Ok(folder)
}

/// The projection digest of what is live. What does not parse, or says a thing twice, cannot be vouched for.
fn project(
    context: &Context,
    set: &ConfigSet,
    pattern: &FilePattern,
    environment: &Environment,
    shown: &str,
    live: &Live,
) -> Result<[u8; 32], Failure> {
    let mut trees = BTreeMap::new();
    for (path, file) in &live.files {
        let display = format!("{shown}/{path}");
        let name = pattern.name(path, &environment.name);
        let refused = |why: &str| {
            Failure::undecided(
                &format!("{display}: {why}: it cannot be stamped"),
                "what is live must be readable; put it right and push it again",
            )
        };
        let source = fs::from_bytes(&display, &name, file.bytes.clone())
            .content
            .map_err(|fault| refused(&fault.message))?;
        let tree = crate::formats::parse(&source, &context.limits)
            .map_err(|errors| refused(errors.first().map_or("it does not parse", |error| &error.message)))?;
        if let Some(duplicate) = tree.duplicates.first() {
            let line = source.position(duplicate.again.start as usize).line;
            return Err(refused(&format!("a key occurs twice in line {line}")));
        }
        trees.insert(name, Arc::new(tree));
    }
    let masks = set.masks(&environment.name);
    subject(&set.name, &trees, masks).map_err(|error| Failure::undecided(&error.to_string(), ""))
}

fn smoke_test(context: &Context, args: &StampArgs) -> Result<CheckRecord, Failure> {
    if context.global.dry_run {
        return Ok(CheckRecord {
            command: args.command.clone(),
            status: "passed".into(),
            exit_code: None,
            ms: 0,
        });
    }
    let name = args.command.first().map_or("", String::as_str);
    if args.within.is_zero() {
        return Err(Failure::usage("--within 0s leaves the command no time", ""));
    }
    let ended = process::run(&args.command, &context.folder(), args.within)
        .map_err(|error| Failure::usage(&format!("cannot run {name}: {}", fs::describe(&error)), ""))?;
    if let Some(status) = ended.interrupted {
        return Err(Failure::with(status, "broken off; nothing was stamped", ""));
    }
    let status = match (ended.timed_out, ended.code) {
        (true, _) => "timed_out",
        (false, Some(0)) => "passed",
        (false, _) => "failed",
    };
    Ok(CheckRecord {
        // Commands carry tokens; what is signed is read by many.
        command: args.command.iter().map(|word| mask(word).into_owned()).collect(),
        status: status.into(),
        exit_code: ended.code,
        ms: ended.ms,
    })
}

struct Maker<'a> {
    context: &'a Context,
    setup: &'a Setup,
    policy: &'a Policy,
    environment: &'a Environment,
    key: &'a keys::Found,
    check: Option<&'a CheckRecord>,
    now: Timestamp,
}

impl Maker<'_> {
    fn make(&self, found: &Found<'_>) -> Result<StampMadeV1, Failure> {
        let known = Known::load(self.context, self.setup);
        let cannot = |why: String| Failure::undecided(&format!("the stamp cannot be kept: {why}"), "");
        if let Some(why) = known.evidence.fault {
            return Err(cannot(format!("the ledger cannot be read (TG305): {why}")));
        }
        let passed = self.check.is_none_or(|check| check.status == "passed");
        let not_after = self.now.checked_add(self.max_age()).unwrap_or(self.now);
        let statement = Statement::new(
            &found.set.name,
            &found.subject,
            self.predicate(found, passed, not_after, &known),
        );
        let payload = serde_json::to_vec(&statement).map_err(|error| cannot(error.to_string()))?;
        let envelope = seal(&self.key.key, PAYLOAD_TYPE, &payload);
        let mut made = StampMadeV1 {
            set: found.set.name.clone(),
            environment: self.environment.name.clone(),
            result: statement.predicate.result.clone(),
            subject: hex(&found.subject),
            files: found.live.files.len(),
            keyid: self.key.key.public().fingerprint(),
            not_after: not_after.to_string(),
            file: None,
        };
        if self.context.global.dry_run {
            return Ok(made);
        }
        let ledger = &known.ledger;
        for file in found.live.files.values() {
            ledger
                .keep(&file.bytes)
                .map_err(|error| cannot(error.to_string()))?;
        }
        made.file = Some(
            ledger
                .keep_stamp(&envelope)
                .map_err(|error| cannot(error.to_string()))?,
        );
        let draft = Draft {
            kind: if passed {
                EntryKind::Stamped
            } else {
                EntryKind::StampFailed
            },
            at: self.now.to_string(),
            environment: self.environment.name.clone(),
            set: found.set.name.clone(),
            files: found.live.manifest(),
            subject: hex(&found.subject),
            from_subject: None,
            from: None,
            stamps: vec![hex(&sha256(envelope.as_bytes()))],
            policy: crate::ledger::Manifest::default(),
            policy_sha256: self.policy.sha256.clone(),
            run: String::new(),
            user: self.context.env.user.clone().unwrap_or_default(),
        };
        append(ledger, &self.key.key, &draft).map_err(|error| cannot(error.to_string()))?;
        Ok(made)
    }

    fn predicate(&self, found: &Found<'_>, passed: bool, not_after: Timestamp, known: &Known) -> Predicate {
        let texts = |patterns: &[crate::doc::PathPattern]| -> Vec<String> {
            patterns.iter().map(|pattern| pattern.text().to_owned()).collect()
        };
        let set = found.set;
        let masks = set.masks(&self.environment.name);
        Predicate {
            environment: self.environment.name.clone(),
            result: if passed { "PASSED" } else { "FAILED" }.into(),
            files: found
                .live
                .files
                .iter()
                .map(|(path, file)| FileDigest {
                    name: found.pattern.name(path, &self.environment.name),
                    sha256: hex(&sha256(&file.bytes)),
                })
                .collect(),
            projection: Some(Projection {
                alg: ALGORITHM.into(),
                policy_sha256: self.policy.sha256.clone(),
                per_env: texts(masks.per_env),
                only_here: texts(masks.only_here),
            }),
            checks: self.check.cloned().into_iter().collect(),
            issued_at: self.now.to_string(),
            not_after: Some(not_after.to_string()),
            ledger: Some(LedgerPosition {
                seq: known.chain.seq(),
                head: known.chain.head.clone(),
            }),
        }
    }

    /// The longest that any environment after this one takes a stamp for; each still judges by its own.
    fn max_age(&self) -> Duration {
        self.policy
            .environments
            .iter()
            .filter(|later| later.after.contains(&self.environment.name))
            .map(|later| later.stamp_max_age)
            .max()
            .unwrap_or(MAX_AGE)
    }

    /// Says so where nobody will take this stamp.
    fn warn(&self) {
        let Some(signers) = &self.setup.signers else {
            return;
        };
        let key: PublicKey = self.key.key.public();
        let counts = signers.0.iter().any(|signer| {
            signer.key == key && signer.roles.contains(&Role::Stamp) && signer.counts_at(self.now)
        });
        if !counts {
            let whose = if self.key.machine {
                "it is signed by this machine's own key; give yours with --key"
            } else {
                "its key has no line with namespaces=\"stamp@tollgate\" in the signers' file"
            };
            complain(&format!("warning: this stamp will not count: {whose}\n"));
        }
    }
}

fn human(made: &StampsMadeV1, dry_run: bool, look: crate::report::Look) -> String {
    let mut out = String::new();
    for stamp in &made.stamps {
        let (sign, verb) = match (stamp.result == "PASSED", dry_run) {
            (true, false) => (look.pick("✓", "ok"), "stamped"),
            (true, true) => ("-", "would stamp"),
            (false, _) => (look.pick("✗", "x"), "stamped as FAILED"),
        };
        let _ = writeln!(
            out,
            "  {sign} {verb} {} in {}: {} file{}",
            visible(&stamp.set),
            visible(&stamp.environment),
            stamp.files,
            if stamp.files == 1 { "" } else { "s" }
        );
        if look.quiet {
            continue;
        }
        let _ = writeln!(out, "    subject    {}", stamp.subject);
        let _ = writeln!(out, "    signed by  {}", stamp.keyid);
        let _ = writeln!(out, "    until      {}", stamp.not_after);
        if let Some(file) = &stamp.file {
            let _ = writeln!(out, "    file       {}", visible(file));
        }
    }
    out
}

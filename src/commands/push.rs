//! `push ENV`: every check, and only if all pass the push: ticket first, then the target, then the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::check;
use super::context::Context;
use super::due::{Item, gather, release};
use super::error::{Failure, Outcome};
use super::keys;
use super::known::{self, Known};
use super::recorded::{Judges, judges, manifest};
use super::setup::{self, Setup, display};
use super::sources;
use crate::doc::digest::hex;
use crate::gate::{Approved, CheckOutcome, ExitStatus, Guard, Verdict};
use crate::ledger::{Draft, EntryKind, Manifest, append};
use crate::policy::Policy;
use crate::release::{
    Order, PushError, Target as _, TargetError, Ticket, TicketFile, Vault as _, finish, push,
};
use crate::report::escape::visible;
use crate::report::{Look, Paint, PushSetV1, PushV1, PushedV1, Wire, check_json, human, to_json};
use crate::settings::{Environment, Moment, Target};
use crate::sys::target_dir::{DirTarget, is_interrupted};
use crate::sys::terminal::{ask, complain};
use crate::sys::vault::{FolderVault, State, Writer};
use crate::sys::{clock, fs, watchdog};

/// Push to an environment, if every check passes
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tollgate push staging --first\n  tollgate push production --confirm production\n  tollgate push production -n\n\nA push that is refused touches nothing. One that breaks off is finished by the next push, or undone by tollgate rollback. An environment that comes after another one has to be named again with --confirm, or typed where there is a terminal."
)]
pub struct PushArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// Nothing is live there yet: there is nothing to compare with, and no way back
    #[arg(long)]
    pub first: bool,
}

pub(super) fn run(context: &mut Context, args: &PushArgs) -> Outcome {
    context.arm();
    context.take_environment(&args.environment)?;
    if context.guard_environment() != Moment::Push {
        return Err(Failure::usage("a push is judged as a push", "leave --at out"));
    }
    if context.global.offline && !context.global.dry_run {
        return Err(Failure::usage(
            "a push looks every changed name up",
            "leave --offline out, or look first with -n",
        ));
    }
    if context.global.deployed.is_some() {
        return Err(Failure::usage(
            "a push is compared with what is live at its target",
            "leave --deployed out; tollgate check takes it",
        ));
    }
    let judges = judges(context, &args.environment)?;
    let setup = &judges.setup;
    let policy = setup::policy(setup)?;
    let mut environment = sources::chosen(context, policy)?
        .first()
        .map(|environment| (*environment).clone())
        .ok_or_else(|| Failure::usage("the policy names no environment", ""))?;
    // A push obeys, whatever the environment is used for otherwise.
    environment.enforce = true;
    let folders = target_folders(context, setup, policy, &environment)?;
    for folder in folders.values().collect::<BTreeSet<_>>() {
        complete_interrupted(context, setup, &environment, folder)?;
    }
    let (input, items) = gather(context, setup, policy, &environment, &folders)?;
    let again = check::again(context);
    let outcome = check::judge(context, setup, Moment::Push, vec![input], context.global.offline);
    let runner = Runner {
        context,
        judges: &judges,
        setup,
        environment: &environment,
        args,
    };
    // Whoever is asked to confirm has read what is pushed.
    let printed = if context.global.format.is_json() {
        String::new()
    } else {
        context.begin(&runner.report(&outcome, context.out(), &again))
    };
    let (status, pushed) = runner.decide(&outcome, &items)?;
    runner.finish(&printed, &outcome, status, &pushed, &again)
}

/// The folder of each config set.
fn target_folders(
    context: &Context,
    setup: &Setup,
    policy: &Policy,
    environment: &Environment,
) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let sets = sources::chosen_sets(context, policy, environment)?;
    if sets.is_empty() {
        return Err(sources::no_such_set(context));
    }
    match &environment.target {
        Some(target @ Target::Dir(_)) => {
            let folder = |set: &str| target.folder(set).map(|dir| setup.root.join(dir));
            Ok(sets
                .into_iter()
                .filter_map(|config| Some((config.set.name.clone(), folder(&config.set.name)?)))
                .collect())
        }
        Some(Target::Unsupported(kind)) => Err(Failure::usage(
            &format!("this version of tollgate cannot push to a target of kind `{kind}`"),
            "target = { dir = \"…\" }",
        )),
        None => Err(Failure::usage(
            &format!("environment `{}` has no `target` to push to", environment.name),
            "target = { dir = \"…\" } in the policy",
        )),
    }
}

/// A push that broke off is finished before anything else is judged.
fn complete_interrupted(
    context: &Context,
    setup: &Setup,
    environment: &Environment,
    folder: &std::path::Path,
) -> Result<(), Failure> {
    if !is_interrupted(folder) {
        return Ok(());
    }
    let shown = display(context, folder);
    if context.global.dry_run {
        return Err(Failure::undecided(
            &format!("a push to {shown} broke off half way (TG403)"),
            &format!(
                "tollgate push {0} finishes it, tollgate rollback {0} undoes it",
                environment.name
            ),
        ));
    }
    watchdog::disarm();
    let target = DirTarget::new(folder.to_path_buf(), shown.clone(), None, context.limits);
    let vault = vault(context, setup)?;
    match finish(&target, &vault) {
        Ok(Some(journal)) => complain(&format!(
            "finished the push of {} to {shown} that broke off ({} files)\n",
            visible(&journal.set),
            journal.steps.len()
        )),
        Ok(None) => {}
        Err(error) => {
            return Err(Failure::undecided(
                &format!("a push to {shown} broke off half way and cannot be finished (TG403): {error}"),
                &format!("undo it with tollgate rollback {}", environment.name),
            ));
        }
    }
    watchdog::rearm(context.started, setup.resolver.deadline);
    Ok(())
}

fn vault(context: &Context, setup: &Setup) -> Result<FolderVault, Failure> {
    let state = State::find(&context.env).map_err(|why| Failure::undecided(&why, ""))?;
    let key = keys::signing(context)?.key;
    let writer = Writer {
        ledger: known::ledger(context, setup),
        key,
        at: clock::now().to_string(),
        user: context.env.user.clone().unwrap_or_default(),
    };
    Ok(FolderVault::new(state.repository(&setup.root), Some(writer)))
}

struct Runner<'a> {
    context: &'a Context,
    judges: &'a Judges,
    setup: &'a Setup,
    environment: &'a Environment,
    args: &'a PushArgs,
}

impl Runner<'_> {
    /// What comes of the verdict. Keys, confirmation and `--first` are asked for only after it.
    fn decide(&self, outcome: &CheckOutcome, items: &[Item<'_>]) -> Result<(ExitStatus, PushedV1), Failure> {
        let mut pushed = PushedV1 {
            status: String::new(),
            run: None,
            sets: Vec::new(),
        };
        let Some(approved) = Approved::of(outcome, &self.environment.name) else {
            let undecided = outcome.verdict == Verdict::Undecided;
            pushed.status = if undecided { "undecided" } else { "refused" }.into();
            return Ok((outcome.verdict.exit(), pushed));
        };
        if let Some(given) = self.context.global.confirm.as_ref()
            && given.trim() != self.environment.name
        {
            return Err(self.not_confirmed(given));
        }
        let due: Vec<&Item<'_>> = items.iter().filter(|item| !item.plan.steps.is_empty()).collect();
        if due.is_empty() {
            pushed.status = self.record_policy()?.into();
            return Ok((ExitStatus::Pass, pushed));
        }
        let name = &self.environment.name;
        let elsewhere = self.context.global.deployed.is_some() || self.environment.deployed.is_some();
        if let Some(item) = due
            .iter()
            .find(|item| elsewhere && item.judged != item.live.manifest())
        {
            return Err(self.failed(item, &PushError::Moved(item.target.place()), &[]));
        }
        if let Some(item) = due
            .iter()
            .find(|item| item.live.files.is_empty())
            .filter(|_| !self.args.first)
        {
            return Err(Failure::usage(
                &format!(
                    "nothing of `{}` is live at {}: the first push needs --first (TG401)",
                    item.set.name,
                    item.target.place()
                ),
                &format!("look at the target first; then: tollgate push {name} --first"),
            ));
        }
        if self.context.global.dry_run {
            pushed.status = "would_push".into();
            pushed.sets = due.iter().map(|item| row(item)).collect();
            return Ok((ExitStatus::Pass, pushed));
        }
        self.confirm()?;
        // What could not be written down afterwards is not begun.
        let known = Known::load(self.context, self.setup);
        if let Some(why) = known.evidence.fault {
            return Err(Failure::undecided(
                &format!("the ledger cannot be read (TG305): {why}"),
                "nothing was touched",
            ));
        }
        let vault = vault(self.context, self.setup)?;
        let run = run_name().map_err(|why| Failure::undecided(&why, ""))?;
        watchdog::disarm();
        self.keep_policy(&vault)?;
        for item in due {
            let ticket = self.ticket(&approved, item, &run);
            let order = Order {
                judged: &item.live,
                plan: &item.plan,
                ticket: &ticket,
            };
            push(&approved, &order, &item.target, &vault)
                .map_err(|error| self.failed(item, &error, &pushed.sets))?;
            pushed.sets.push(row(item));
        }
        pushed.status = "pushed".into();
        pushed.run = Some(run);
        Ok((ExitStatus::Pass, pushed))
    }

    /// The bytes of the proposed policy: from this push on they judge.
    fn keep_policy(&self, vault: &FolderVault) -> Result<(), Failure> {
        for bytes in self.judges.proposed.values() {
            vault.keep(bytes).map_err(|why| {
                Failure::undecided(
                    &format!("the policy cannot be kept: {why}"),
                    "nothing was touched",
                )
            })?;
        }
        Ok(())
    }

    /// Where nothing but the policy changed, and that with what it needed, it is recorded: the status in a word.
    fn record_policy(&self) -> Result<&'static str, Failure> {
        let changed = self
            .setup
            .guarded
            .iter()
            .any(|change| change.guard != Guard::Acks);
        if !changed || !self.judges.recorded {
            return Ok("nothing_to_do");
        }
        if self.context.global.dry_run {
            return Ok("would_record_policy");
        }
        self.confirm()?;
        watchdog::disarm();
        let vault = vault(self.context, self.setup)?;
        self.keep_policy(&vault)?;
        let draft = Draft {
            kind: EntryKind::PolicyRecorded,
            at: clock::now().to_string(),
            environment: self.environment.name.clone(),
            set: String::new(),
            files: Manifest::default(),
            subject: String::new(),
            from_subject: None,
            from: None,
            stamps: Vec::new(),
            policy_sha256: self.judges.policy_sha256.clone(),
            policy: manifest(&self.judges.proposed),
            run: run_name().map_err(|why| Failure::undecided(&why, ""))?,
            user: self.context.env.user.clone().unwrap_or_default(),
        };
        let key = keys::signing(self.context)?.key;
        append(&known::ledger(self.context, self.setup), &key, &draft)
            .map_err(|error| Failure::undecided(&format!("the policy cannot be recorded: {error}"), ""))?;
        Ok("policy_recorded")
    }

    /// An environment that comes after others is named twice.
    fn confirm(&self) -> Result<(), Failure> {
        let name = &self.environment.name;
        if self.environment.after.is_empty() {
            return Ok(());
        }
        let given = match &self.context.global.confirm {
            Some(given) => Some(given.clone()),
            None => {
                watchdog::disarm();
                ask(&format!("every check passed. Type {name} to push to it: "))
            }
        };
        match given {
            Some(given) if given.trim() == *name => Ok(()),
            Some(given) => Err(self.not_confirmed(&given)),
            None => Err(Failure::usage(
                &format!("every check passed, and `{name}` has to be confirmed: nothing was pushed"),
                &format!("tollgate push {name} --confirm {name}"),
            )),
        }
    }

    fn not_confirmed(&self, given: &str) -> Failure {
        let name = &self.environment.name;
        Failure::usage(
            &format!("`{}` is not `{name}`: nothing was pushed", given.trim()),
            "",
        )
    }

    fn ticket(&self, approved: &Approved<'_>, item: &Item<'_>, run: &str) -> Ticket {
        let ledger = known::ledger(self.context, self.setup);
        let judged = approved.set(&item.set.name);
        let real = |path: &std::path::Path| fs::real(path).to_string_lossy().into_owned();
        Ticket {
            version: 1,
            run: run.to_owned(),
            at: clock::now().to_string(),
            environment: self.environment.name.clone(),
            set: item.set.name.clone(),
            target: real(&item.target.folder()),
            from: release(item),
            to: item
                .live
                .files
                .iter()
                .map(|(name, file)| TicketFile {
                    name: name.clone(),
                    sha256: hex(&crate::doc::digest::sha256(&file.bytes)),
                    mode: file.mode,
                })
                .collect(),
            first: item.live.files.is_empty(),
            from_subject: judged
                .and_then(|set| set.subject)
                .map(|subject| hex(&subject))
                .unwrap_or_default(),
            to_subject: item.old_subject.clone(),
            stamps: approved.stamps(&item.set.name),
            policy_sha256: self.judges.policy_sha256.clone(),
            policy: manifest(&self.judges.proposed),
            blobs: vec![real(&ledger.folder().join("blobs"))],
            ledger: real(ledger.folder()),
        }
    }

    fn failed(&self, item: &Item<'_>, error: &PushError, done: &[PushSetV1]) -> Failure {
        let name = &self.environment.name;
        let mut before = String::new();
        for set in done {
            let _ = writeln!(before, "pushed {} before that, and it is live", visible(&set.set));
        }
        let (status, code, hint) = match error {
            PushError::Moved(_) => (
                ExitStatus::Refused,
                "TG402",
                format!("nothing was touched; run tollgate push {name} again"),
            ),
            PushError::NotApproved => (ExitStatus::Refused, "TG402", "nothing was touched".to_owned()),
            PushError::NoTicket(_) => (
                ExitStatus::Undecided,
                "TG404",
                "without a way back there is no push: nothing was touched".to_owned(),
            ),
            PushError::Target(TargetError::Busy(_)) => (
                ExitStatus::Undecided,
                "TG404",
                "nothing was touched; wait for the other one".to_owned(),
            ),
            PushError::Target(TargetError::Interrupted(_)) => (
                ExitStatus::Undecided,
                "TG403",
                format!("tollgate push {name} finishes it, tollgate rollback {name} undoes it"),
            ),
            PushError::Target(TargetError::Preempted) => (
                ExitStatus::Undecided,
                "TG404",
                "the rollback puts back what was live before".to_owned(),
            ),
            PushError::Target(TargetError::Failed(_)) if !is_interrupted(&item.target.folder()) => (
                ExitStatus::Undecided,
                "TG404",
                format!("nothing of `{}` was touched", item.set.name),
            ),
            PushError::Target(TargetError::Failed(_)) | PushError::NotThere(_) => (
                ExitStatus::Undecided,
                "TG404",
                format!("tollgate push {name} tries to finish it, tollgate rollback {name} undoes it"),
            ),
            PushError::NotRecorded(_) => (
                ExitStatus::Undecided,
                "TG404",
                "put the ledger right: what is not recorded does not count for soak".to_owned(),
            ),
        };
        let failure = Failure::with(status, &format!("{}: {error} ({code})", item.set.name), &hint);
        Failure {
            text: format!("{before}{}", failure.text),
            ..failure
        }
    }

    fn report(&self, outcome: &CheckOutcome, look: Look, again: &str) -> String {
        let report = human::Human {
            look,
            view: self.context.view(),
            redactor: &self.setup.redactor,
            again,
            last: false,
        };
        human::check(outcome, report)
    }

    fn finish(
        &self,
        printed: &str,
        outcome: &CheckOutcome,
        status: ExitStatus,
        pushed: &PushedV1,
        again: &str,
    ) -> Outcome {
        let setup = self.setup;
        let wire = Wire {
            redactor: &setup.redactor,
            key: &setup.key,
            verbose: self.context.global.verbose,
        };
        self.context
            .finish_after(printed, status, &|format, look, status| {
                let outcome = outcome.clone().ended(status);
                if format.is_json() {
                    to_json(&PushV1 {
                        check: check_json(&outcome, wire),
                        push: pushed.clone(),
                    })
                } else {
                    let mut text = self.report(&outcome, look, again);
                    text.push_str(&self.closing(pushed, look));
                    text
                }
            })
    }

    fn closing(&self, pushed: &PushedV1, look: Look) -> String {
        let name = &self.environment.name;
        let mut out = String::new();
        let brief = look.quiet;
        let verb = match pushed.status.as_str() {
            "policy_recorded" => {
                return format!(
                    "  {name} holds this content already; the policy is recorded, and judges from now on\n"
                );
            }
            "would_record_policy" => {
                return format!("  {name} holds this content already; the policy would be recorded\n");
            }
            "nothing_to_do" => return format!("  nothing to push: {name} holds this content already\n"),
            "refused" | "undecided" => return "  nothing was pushed, nothing was touched\n".to_owned(),
            "would_push" => "would push",
            _ => "pushed",
        };
        for set in &pushed.sets {
            let line = format!(
                "{verb} {} to {name}: {} written, {} removed",
                visible(&set.set),
                set.written.len(),
                set.removed.len()
            );
            let _ = writeln!(out, "  {} {line}", look.paint(Paint::Good, look.pick("✓", "ok")));
            if !brief {
                let _ = writeln!(
                    out,
                    "    release {}  at {}",
                    &set.release[..12],
                    visible(&set.target)
                );
            }
        }
        if pushed.status == "pushed" && !brief {
            let first = pushed.sets.iter().all(|set| set.previous.is_none());
            let back = if first {
                "the first push: there is nothing to go back to".to_owned()
            } else {
                format!("the way back: tollgate rollback {name}")
            };
            let _ = writeln!(out, "    {back}");
        }
        out
    }
}

fn row(item: &Item<'_>) -> PushSetV1 {
    let (written, removed): (Vec<_>, Vec<_>) = item.plan.steps.iter().partition(|step| step.new.is_some());
    let names = |steps: Vec<&crate::release::Step>| steps.into_iter().map(|step| step.name.clone()).collect();
    PushSetV1 {
        set: item.set.name.clone(),
        target: item.target.place(),
        release: release(item).release(),
        previous: (!item.live.files.is_empty()).then(|| item.live.manifest().release()),
        written: names(written),
        removed: names(removed),
    }
}

/// A name that no other run has: the time, so that a later run has a greater one, and random digits.
pub(super) fn run_name() -> Result<String, String> {
    let digits = clock::micros();
    let mut random = [0_u8; 5];
    crate::sys::random::fill(&mut random)?;
    Ok(format!("{digits}-{}", hex(&random)))
}

//! Loading what a check stands on: policy, rules, acknowledgements. Every fault is shown with its line,
//! all at once, and ends the run: a check on half a policy is no check.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::{Context, DEFAULT_DEADLINE};
use super::error::Failure;
use super::home::Home;
use super::rulebook::{self, Loaded};
use crate::diff::FingerprintKey;
use crate::doc::secret::Redactor;
use crate::doc::table::{Fault, Faults};
use crate::doc::{SourceFile, Tree};
use crate::gate::{ExitStatus, Guard, GuardChange};
use crate::policy::Policy;
use crate::report::escape::visible;
use crate::report::human;
use crate::rules::{Acks, RuleSet, Waiver, load_acks, load_waivers};
use crate::settings::{AddressSettings, DiffSettings, ResolverSettings};
use crate::stamp::Signers;
use crate::sys::terminal::complain;
use crate::sys::watchdog;

/// Where acknowledgements are kept, below the policy's folder.
pub(super) const ACKS: &str = ".tollgate/acks.toml";

/// Where waivers are kept, below the policy's folder.
pub(super) const WAIVERS: &str = ".tollgate/waivers.toml";

/// What a check stands on.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) policy: Option<Policy>,
    pub(super) rules: RuleSet,
    pub(super) acks: Acks,
    pub(super) redactor: Redactor,
    pub(super) key: FingerprintKey,
    pub(super) resolver: ResolverSettings,
    pub(super) addresses: AddressSettings,
    pub(super) diff: DiffSettings,
    /// The signers, where the policy names them.
    pub(super) signers: Option<Signers>,
    /// The folder that `.tollgate` lies in.
    pub(super) root: PathBuf,
    /// Where policy, rules, signers, waivers and schemas were read from.
    pub(super) home: Home,
    /// What of these the proposal changes.
    pub(super) guarded: Vec<GuardChange>,
    /// Whether the commands of the policy may run: nobody who proposes a change can have edited it.
    pub(super) trusted: bool,
    /// Whether what rules find in files without changes is wanted.
    pub(super) all: bool,
}

/// The policy, where a command cannot do without one.
pub(super) fn policy(setup: &Setup) -> Result<&Policy, Failure> {
    let policy = setup.policy.as_ref().ok_or_else(|| {
        Failure::usage(
            "there is no tollgate.toml here or above",
            "write one with tollgate init",
        )
    })?;
    if policy.configs.is_empty() {
        return Err(Failure::usage(
            "the policy names no config set",
            "add a [configs.NAME] table with `files`",
        ));
    }
    Ok(policy)
}

/// What files are looked at with, where nothing is judged.
#[derive(Debug)]
pub(super) struct Lens {
    pub(super) redactor: Redactor,
    pub(super) key: FingerprintKey,
    pub(super) diff: DiffSettings,
}

impl Lens {
    fn of(policy: Option<&Policy>) -> Self {
        // The root commit would do, if it were not another one in a shallow clone.
        let key = policy.and_then(|policy| policy.id.clone()).unwrap_or_default();
        Self {
            redactor: Redactor::new(policy.map(|policy| policy.redact.clone()).unwrap_or_default()),
            key: FingerprintKey(key.into_bytes()),
            diff: policy.map(|policy| policy.diff.clone()).unwrap_or_default(),
        }
    }
}

/// Loads the policy alone, for what shows files and judges nothing: no rule is read.
pub(super) fn lens(context: &Context) -> Result<Lens, Failure> {
    let mut faulty = String::new();
    let policy = load_policy(context, &Home::checkout(context), &mut faulty)?;
    if faulty.is_empty() {
        return Ok(Lens::of(policy.as_ref()));
    }
    Err(Failure {
        status: ExitStatus::Usage,
        text: faulty,
    })
}

/// Loads everything as it lies in the checkout.
pub(super) fn load(context: &Context) -> Result<Setup, Failure> {
    let acks = Home::checkout(context);
    let setup = load_from(context, Home::checkout(context), &acks)?;
    put_in_force(&setup);
    Ok(setup)
}

/// From now on its deadline is the run's.
pub(super) fn put_in_force(setup: &Setup) {
    watchdog::set(setup.resolver.deadline);
}

/// Loads everything from somewhere; the author's acknowledgements come with the proposal.
pub(super) fn load_from(context: &Context, home: Home, proposal: &Home) -> Result<Setup, Failure> {
    let mut faulty = String::new();
    let policy = load_policy(context, &home, &mut faulty)?;
    let root = home.root().to_path_buf();
    let Loaded { rules, retired } = rulebook::load(context, policy.as_ref(), &home, &mut faulty);
    let acks = load_acknowledgements(context, proposal, &mut faulty);
    let waivers = load_all_waivers(context, &home, &mut faulty);
    let schemas = policy
        .as_ref()
        .map(|policy| rulebook::schemas(context, policy, &home, &mut faulty))
        .unwrap_or_default();
    let signers = policy
        .as_ref()
        .and_then(|policy| load_signers(context, policy, &home, &mut faulty));
    if !faulty.is_empty() {
        return Err(Failure {
            status: ExitStatus::Usage,
            text: faulty,
        });
    }
    let mut resolver = policy
        .as_ref()
        .map(|policy| policy.resolver.clone())
        .unwrap_or_default();
    if let Some(timeout) = context.global.timeout {
        resolver.timeout = timeout;
    }
    resolver.deadline = match (context.global.deadline, &policy) {
        (Some(deadline), _) => deadline,
        (None, Some(policy)) => policy.resolver.deadline,
        (None, None) => DEFAULT_DEADLINE,
    };
    if let Some(rate) = context.global.dns_rate {
        resolver.rate = rate;
    }
    if !context.global.nameserver.is_empty() {
        resolver.nameservers.clone_from(&context.global.nameserver);
        resolver.zones.clear();
    }
    let addresses = policy
        .as_ref()
        .map(|policy| policy.addresses.clone())
        .unwrap_or_default();
    let environments = policy.iter().flat_map(|policy| &policy.environments);
    let environments = environments.map(|environment| environment.name.clone()).collect();
    let Lens { redactor, key, diff } = Lens::of(policy.as_ref());
    let overrides = policy
        .as_ref()
        .map(|policy| policy.overrides.clone())
        .unwrap_or_default();
    Ok(Setup {
        policy,
        rules: RuleSet {
            rules,
            environments,
            retired,
            overrides,
            waivers,
            schemas,
        },
        acks,
        redactor,
        key,
        resolver,
        addresses,
        diff,
        signers,
        root,
        home,
        guarded: Vec::new(),
        trusted: false,
        all: false,
    })
}

fn load_signers(context: &Context, policy: &Policy, home: &Home, faulty: &mut String) -> Option<Signers> {
    let name = policy.signers.as_ref()?;
    let shown = home.shown(context, name);
    if !home.has(context, name) {
        complain(&format!(
            "warning: {shown}: no such file; [signers] names it, so that nobody is trusted\n"
        ));
        return Some(Signers::default());
    }
    let file = home.read(context, name, "allowed_signers", Guard::Signers);
    let source = match file.content {
        Ok(source) => source,
        Err(fault) => {
            faulty.push_str(&format!(
                "error: {shown}: {}\n  hint: [signers] in the policy names this file; without it nobody can be trusted\n",
                fault.message
            ));
            return None;
        }
    };
    match Signers::parse(source.text()) {
        Ok(signers) => Some(signers),
        Err(errors) => {
            for error in errors {
                faulty.push_str(&format!(
                    "error: {shown}:{}: {}\n",
                    error.line,
                    visible(&error.message)
                ));
            }
            None
        }
    }
}

pub(super) fn load_policy(
    context: &Context,
    home: &Home,
    faulty: &mut String,
) -> Result<Option<Policy>, Failure> {
    let Some(name) = home.policy() else {
        return Ok(None);
    };
    let Some(tree) = read_toml(context, home, name, Guard::Policy, faulty) else {
        return Ok(None);
    };
    let mut faults = Faults::default();
    let policy = crate::policy::load(&tree, home.root(), &mut faults);
    show_faults(context, tree.source(), &faults.0, faulty);
    if faulty.is_empty() {
        Ok(Some(policy))
    } else {
        Err(Failure {
            status: ExitStatus::Usage,
            text: std::mem::take(faulty),
        })
    }
}

/// A path as the user would type it from where they are.
pub(super) fn display(context: &Context, path: &Path) -> String {
    let from = context.top.as_ref().unwrap_or(&context.env.cwd);
    let relative = path.strip_prefix(from).unwrap_or(path);
    let text = relative.to_string_lossy();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// Reads and parses a TOML file that the user wrote for tollgate; every error is added to `faulty`.
pub(super) fn read_toml(
    context: &Context,
    home: &Home,
    name: &str,
    guard: Guard,
    faulty: &mut String,
) -> Option<Tree> {
    let file = home.read(context, name, "file.toml", guard);
    let source = match file.content {
        Ok(source) => source,
        Err(fault) => {
            faulty.push_str(&format!("error: {}: {}\n", file.display, fault.message));
            return None;
        }
    };
    parse_toml(context, &source, faulty)
}

pub(super) fn parse_toml(context: &Context, source: &Arc<SourceFile>, faulty: &mut String) -> Option<Tree> {
    match crate::formats::by_name("toml").map(|syntax| (syntax.parse)(source, &context.limits))? {
        Ok(tree) => Some(tree),
        Err(errors) => {
            let faults: Vec<Fault> = errors
                .into_iter()
                .map(|error| Fault {
                    span: error.span,
                    message: error.message,
                    help: error.help,
                })
                .collect();
            show_faults(context, source, &faults, faulty);
            None
        }
    }
}

pub(super) fn show_faults(context: &Context, source: &SourceFile, faults: &[Fault], out: &mut String) {
    for fault in faults {
        out.push_str(&human::fault(source, fault, false, context.err()));
    }
}

fn load_all_waivers(context: &Context, home: &Home, faulty: &mut String) -> Vec<Waiver> {
    if !home.has(context, WAIVERS) {
        return Vec::new();
    }
    let Some(tree) = read_toml(context, home, WAIVERS, Guard::Waivers, faulty) else {
        return Vec::new();
    };
    let mut faults = Faults::default();
    let waivers = load_waivers(&tree, &mut faults);
    show_faults(context, tree.source(), &faults.0, faulty);
    waivers
}

fn load_acknowledgements(context: &Context, home: &Home, faulty: &mut String) -> Acks {
    if !home.has(context, ACKS) {
        return Acks::default();
    }
    let Some(tree) = read_toml(context, home, ACKS, Guard::Acks, faulty) else {
        return Acks::default();
    };
    let mut faults = Faults::default();
    let acks = load_acks(&tree, &mut faults);
    show_faults(context, tree.source(), &faults.0, faulty);
    acks
}

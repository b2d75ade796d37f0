//! Loading what a check stands on: policy, rules, acknowledgements. Every fault is shown with its line,
//! all at once, and ends the run: a check on half a policy is no check.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::{Context, DEFAULT_DEADLINE};
use super::error::Failure;
use super::extends;
use super::rulebook::{self, Loaded};
use crate::diff::FingerprintKey;
use crate::doc::secret::Redactor;
use crate::doc::table::{Fault, Faults};
use crate::doc::{SourceFile, Tree};
use crate::gate::ExitStatus;
use crate::policy::{FILE_NAME, Policy};
use crate::report::escape::visible;
use crate::report::human;
use crate::rules::{Acks, RuleSet, Waiver, load_acks, load_waivers};
use crate::settings::{AddressSettings, DiffSettings, ResolverSettings};
use crate::stamp::Signers;
use crate::sys::terminal::complain;
use crate::sys::{fs, watchdog};

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
    /// The policy's file.
    pub(super) policy_path: Option<PathBuf>,
    /// Whether what rules find in files without changes is wanted.
    pub(super) all: bool,
    /// The files of rules, signers, waivers and schemas that the policy stands on.
    pub(super) stands_on: Vec<PathBuf>,
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
    let policy = load_policy(context, &mut faulty)?;
    if faulty.is_empty() {
        return Ok(Lens::of(policy.as_ref()));
    }
    Err(Failure {
        status: ExitStatus::Usage,
        text: faulty,
    })
}

/// Loads everything.
pub(super) fn load(context: &Context) -> Result<Setup, Failure> {
    let mut faulty = String::new();
    let policy = load_policy(context, &mut faulty)?;
    let root = policy
        .as_ref()
        .map_or_else(|| context.path("."), |policy| policy.root.clone());
    let Loaded {
        rules,
        retired,
        files: mut stands_on,
    } = rulebook::load(context, policy.as_ref(), &mut faulty);
    let acks = load_acknowledgements(context, &root, &mut faulty);
    let waivers = load_all_waivers(context, &root, &mut faulty);
    let schemas = policy
        .as_ref()
        .map(|policy| rulebook::schemas(context, policy, &mut faulty))
        .unwrap_or_default();
    let signers = policy
        .as_ref()
        .and_then(|policy| load_signers(context, policy, &mut faulty));
    if !faulty.is_empty() {
        return Err(Failure {
            status: ExitStatus::Usage,
            text: faulty,
        });
    }
    let signed = policy
        .as_ref()
        .and_then(|policy| Some(policy.root.join(policy.signers.as_ref()?)));
    stands_on.extend(signed);
    stands_on.extend(Some(root.join(WAIVERS)).filter(|path| fs::is_there(path)));
    if let Some(policy) = &policy {
        stands_on.extend(policy.schemas.iter().map(|(_, name)| policy.root.join(name)));
        let locked = (!policy.extends.is_empty()).then(|| policy.root.join(extends::LOCK));
        stands_on.extend(locked);
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
    watchdog::set(resolver.deadline);
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
        policy_path: policy_file(context),
        all: false,
        stands_on,
    })
}

fn load_signers(context: &Context, policy: &Policy, faulty: &mut String) -> Option<Signers> {
    let path = policy.root.join(policy.signers.as_ref()?);
    let shown = display(context, &path);
    if !fs::is_there(&path) {
        complain(&format!(
            "warning: {shown}: no such file; [signers] names it, so that nobody is trusted\n"
        ));
        return Some(Signers::default());
    }
    let source = match fs::read(&path, &shown, "allowed_signers", &context.limits).content {
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

fn policy_file(context: &Context) -> Option<PathBuf> {
    match &context.global.policy {
        Some(file) => Some(context.path(file)),
        None => fs::find_upwards(&context.folder(), FILE_NAME),
    }
}

pub(super) fn load_policy(context: &Context, faulty: &mut String) -> Result<Option<Policy>, Failure> {
    let Some(path) = policy_file(context) else {
        return Ok(None);
    };
    let shown = display(context, &path);
    let Some(tree) = read_toml(context, &path, &shown, faulty) else {
        return Ok(None);
    };
    let mut faults = Faults::default();
    let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let policy = crate::policy::load(&tree, &root, &mut faults);
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
    let relative = path.strip_prefix(&context.env.cwd).unwrap_or(path);
    let text = relative.to_string_lossy();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// Reads and parses a TOML file that the user wrote for tollgate; every error is added to `faulty`.
pub(super) fn read_toml(context: &Context, path: &Path, shown: &str, faulty: &mut String) -> Option<Tree> {
    let file = fs::read(path, shown, "file.toml", &context.limits);
    let source = match file.content {
        Ok(source) => source,
        Err(fault) => {
            faulty.push_str(&format!("error: {shown}: {}\n", fault.message));
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

fn load_all_waivers(context: &Context, root: &Path, faulty: &mut String) -> Vec<Waiver> {
    let path = root.join(WAIVERS);
    if fs::kind(&path) == fs::Kind::Missing {
        return Vec::new();
    }
    let Some(tree) = read_toml(context, &path, &display(context, &path), faulty) else {
        return Vec::new();
    };
    let mut faults = Faults::default();
    let waivers = load_waivers(&tree, &mut faults);
    show_faults(context, tree.source(), &faults.0, faulty);
    waivers
}

fn load_acknowledgements(context: &Context, root: &Path, faulty: &mut String) -> Acks {
    let path = root.join(ACKS);
    if fs::kind(&path) == fs::Kind::Missing {
        return Acks::default();
    }
    let Some(tree) = read_toml(context, &path, &display(context, &path), faulty) else {
        return Acks::default();
    };
    let mut faults = Faults::default();
    let acks = load_acks(&tree, &mut faults);
    show_faults(context, tree.source(), &faults.0, faulty);
    acks
}

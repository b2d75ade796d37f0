//! The command line: the commands and the flags they share. Help texts here are the documentation.

use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::ack::AckArgs;
use super::check::CheckArgs;
use super::ci::CiArgs;
use super::completions::CompletionsArgs;
use super::demo::DemoArgs;
use super::diff::DiffArgs;
use super::explain::ExplainArgs;
use super::hook::HookArgs;
use super::init::InitArgs;
use super::man::ManArgs;
use super::push::PushArgs;
use super::resolve::ResolveArgs;
use super::rollback::RollbackArgs;
use super::rules::RulesArgs;
use super::schema::SchemaArgs;
use super::show::ShowArgs;
use super::stamp::StampArgs;
use super::trust::TrustArgs;
use crate::settings::{Moment, NameServer, parse_duration};

/// A guard for configuration changes: it compares what is proposed with what is deployed, resolves
/// every service address under a hard deadline, flags high-risk keys, and refuses to push without proof
/// from staging.
#[derive(Debug, Parser)]
#[command(
    name = "tollgate",
    version,
    arg_required_else_help = true,
    max_term_width = 80,
    after_help = "Examples:\n  tollgate check --deployed old.yaml new.yaml\n  tollgate check -e production\n  tollgate push production\n  tollgate rollback production\n  tollgate explain TG201\n\nExit codes: 0 pass, 1 refused, 2 usage or policy error, 3 undecided."
)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run every check and give one verdict
    Check(CheckArgs),
    /// Judge the proposal that a CI run is about
    Ci(CiArgs),
    /// Show the structural difference of two files or folders
    Diff(DiffArgs),
    /// Find service addresses and resolve them
    Resolve(ResolveArgs),
    /// Show how tollgate reads a file
    Show(ShowArgs),
    /// Own up to a flagged change
    Ack(AckArgs),
    /// Attest what runs in an environment
    Stamp(StampArgs),
    /// Push to an environment, if every check passes
    Push(PushArgs),
    /// Go back to what was live before the last push; no check can refuse it
    Rollback(RollbackArgs),
    /// Install or run the git hooks
    Hook(HookArgs),
    /// List or test the rules in force
    Rules(RulesArgs),
    /// Say what a code or a rule means and what to do
    Explain(ExplainArgs),
    /// Write a policy that fits this repository
    Init(InitArgs),
    /// Accept the commands of the policy on this machine
    Trust(TrustArgs),
    /// See a refusal, a stamp, a push and a rollback in a temporary folder
    Demo(DemoArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual pages
    Man(ManArgs),
    /// Print the JSON Schema of a command's output
    Schema(SchemaArgs),
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// The JSON contract, version 1
    Json,
    /// JSON Patch (RFC 6902); diff only
    Jsonpatch,
    /// For a review; check and diff
    Markdown,
    /// One self-contained page; check and diff
    Html,
    /// Metrics for a textfile collector; resolve only
    Prometheus,
    /// Annotations of GitHub Actions; check and ci
    Github,
    /// Issues of Azure Pipelines; check and ci
    Azure,
    /// GitLab's Code Quality report; check and ci
    Gitlab,
    /// Test results as `JUnit` XML; check and ci
    Junit,
}

impl Format {
    /// Whether it is the JSON contract.
    #[must_use]
    pub fn is_json(self) -> bool {
        self == Self::Json
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The moment to judge for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum At {
    /// The pre-commit hook: unknown addresses warn, stamps are not needed yet
    Commit,
    /// A proposal in CI
    Merge,
    /// The push to an environment
    Push,
}

impl At {
    /// As the layers know it.
    #[must_use]
    pub fn moment(self) -> Moment {
        match self {
            Self::Commit => Moment::Commit,
            Self::Merge => Moment::Merge,
            Self::Push => Moment::Push,
        }
    }
}

/// A report to write beside the one on standard output.
#[derive(Debug, Clone)]
pub struct Report {
    /// In which format.
    pub format: Format,
    /// To which file.
    pub path: String,
}

fn duration(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(duration) if duration.is_zero() => Err("it must be longer than nothing".into()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}

fn name_server(text: &str) -> Result<NameServer, String> {
    NameServer::parse(text).ok_or_else(|| "expected an IP address, with :PORT if it is not 53".to_owned())
}

fn syntax(text: &str) -> Result<String, String> {
    let known: Vec<&str> = crate::formats::SYNTAXES
        .iter()
        .map(|syntax| syntax.name)
        .collect();
    if known.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!("known: {}", known.join(", ")))
    }
}

fn known_formats() -> String {
    let names = Format::value_variants()
        .iter()
        .filter_map(ValueEnum::to_possible_value);
    names
        .map(|name| name.get_name().to_owned())
        .collect::<Vec<_>>()
        .join(", ")
}

fn report(text: &str) -> Result<Report, String> {
    let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH")?;
    let format = Format::from_str(format, true)
        .map_err(|_| format!("`{format}` is no format; known: {}", known_formats()))?;
    if path.is_empty() {
        return Err("the path is missing".into());
    }
    Ok(Report {
        format,
        path: path.to_owned(),
    })
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Start in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Option<String>,
    /// The policy file (default: tollgate.toml, searched upwards to the repository's root)
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        env = "TOLLGATE_POLICY",
        hide_env_values = true
    )]
    pub policy: Option<String>,
    /// The environment (default: every one of the policy)
    #[arg(
        short = 'e',
        long,
        value_name = "NAME",
        global = true,
        env = "TOLLGATE_ENV",
        hide_env_values = true
    )]
    pub env: Option<String>,
    /// One config set (default: all)
    #[arg(
        long,
        value_name = "NAME",
        global = true,
        env = "TOLLGATE_SET",
        hide_env_values = true
    )]
    pub set: Option<String>,
    /// What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)
    #[arg(
        long,
        value_name = "SRC",
        global = true,
        env = "TOLLGATE_DEPLOYED",
        hide_env_values = true
    )]
    pub deployed: Option<String>,
    /// What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default:
    /// worktree)
    #[arg(
        long,
        value_name = "SRC",
        global = true,
        env = "TOLLGATE_PROPOSED",
        hide_env_values = true
    )]
    pub proposed: Option<String>,
    /// Read files given by hand as this syntax, whatever they are called
    #[arg(long, value_name = "NAME", global = true, value_parser = syntax, env = "TOLLGATE_SYNTAX", hide_env_values = true)]
    pub syntax: Option<String>,
    /// How to print the result
    #[arg(
        long,
        value_name = "FORMAT",
        global = true,
        default_value = "human",
        env = "TOLLGATE_FORMAT",
        hide_env_values = true
    )]
    pub format: Format,
    /// Write a report to a file too; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", global = true, value_parser = report, env = "TOLLGATE_REPORT", hide_env_values = true, value_delimiter = ',')]
    pub report: Vec<Report>,
    /// When to use colour
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        env = "TOLLGATE_COLOR",
        hide_env_values = true
    )]
    pub color: ColorChoice,
    /// Print the verdict only
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        env = "TOLLGATE_QUIET",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub quiet: bool,
    /// Print notes and everything that was cut
    #[arg(short, long, global = true, env = "TOLLGATE_VERBOSE", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub verbose: bool,
    /// Look no name up; can warn, never pass a changed address at merge or push
    #[arg(long, global = true, env = "TOLLGATE_OFFLINE", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub offline: bool,
    /// End the run after this time, whatever blocks (default: 10s)
    #[arg(long, value_name = "TIME", global = true, value_parser = duration, env = "TOLLGATE_DEADLINE", hide_env_values = true)]
    pub deadline: Option<Duration>,
    /// Give up on one address after this time (default: 2s)
    #[arg(long, value_name = "TIME", global = true, value_parser = duration, env = "TOLLGATE_TIMEOUT", hide_env_values = true)]
    pub timeout: Option<Duration>,
    /// Ask this name server; may be repeated
    #[arg(long, value_name = "IP:PORT", global = true, value_parser = name_server, env = "TOLLGATE_NAMESERVER", hide_env_values = true, value_delimiter = ',')]
    pub nameserver: Vec<NameServer>,
    /// Send at most this many questions a second to name servers, 0 for no limit (default: 900)
    #[arg(
        long,
        value_name = "N",
        global = true,
        env = "TOLLGATE_DNS_RATE",
        hide_env_values = true
    )]
    pub dns_rate: Option<u32>,
    /// The key that signs.
    #[arg(
        help = "The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git's user.signingkey, this machine's own key)",
        long,
        value_name = "FILE",
        global = true,
        env = "TOLLGATE_KEY",
        hide_env_values = true
    )]
    pub key: Option<String>,
    /// Name the environment that is pushed to, instead of being asked
    #[arg(
        long,
        value_name = "ENV",
        global = true,
        env = "TOLLGATE_CONFIRM",
        hide_env_values = true
    )]
    pub confirm: Option<String>,
    /// Show what would be done, and do nothing
    #[arg(short = 'n', long, global = true, env = "TOLLGATE_DRY_RUN", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub dry_run: bool,
    /// The moment to judge for (default: push)
    #[arg(
        long,
        value_name = "MOMENT",
        global = true,
        env = "TOLLGATE_AT",
        hide_env_values = true
    )]
    pub at: Option<At>,
}

//! What every command has at hand: flags, environment, clock, and how its streams look.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::args::{ColorChoice, Format, Global};
use super::error::Failure;
use crate::doc::Limits;
use crate::gate::{ExitStatus, Skipped};
use crate::report::escape::ascii;
use crate::report::{Look, View};
use crate::settings::Moment;
use crate::sys::clock::Started;
use crate::sys::env::Env;
use crate::sys::terminal::{Color, Stream, look, print};
use crate::sys::{fs, watchdog};

/// Deadline where neither flag nor policy names one.
pub(super) const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);
/// The deadline of `diff` and `show` unless one is given.
const BY_HAND_DEADLINE: Duration = Duration::from_secs(60);

/// Flags that the environment may not set when the verdict counts.
const GUARDED: &[(&str, &str)] = &[
    ("policy", "TOLLGATE_POLICY"),
    ("at", "TOLLGATE_AT"),
    ("deployed", "TOLLGATE_DEPLOYED"),
    ("proposed", "TOLLGATE_PROPOSED"),
    ("offline", "TOLLGATE_OFFLINE"),
    ("confirm", "TOLLGATE_CONFIRM"),
];

/// Flags that narrow what is looked at; a hook looks at everything.
const NARROWING: &[(&str, &str)] = &[("env", "TOLLGATE_ENV"), ("set", "TOLLGATE_SET")];

/// The flags, the environment and the clock of one run.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) global: Global,
    pub(super) env: Env,
    pub(super) started: Started,
    pub(super) limits: Limits,
    pub(super) skipped: Vec<Skipped>,
    /// Whether the tests of the built-in rules are wanted with them; reading them takes as long as the rest.
    pub(super) with_tests: bool,
    /// The verdict was shown, or is about to be.
    pub(super) shown: bool,
    /// What a report is about, where there are several in one run.
    pub(super) heading: Option<String>,
    /// The proposal is a stranger's: nothing of it is run.
    pub(super) untrusted: bool,
    /// What stands before a path of what the proposal is compared with, when it is shown.
    pub(super) before: String,
    /// Paths are shown from here, and not from the current folder: the top of the repository.
    pub(super) top: Option<PathBuf>,
    /// What is proposed lies on the very branch that holds an environment's files.
    pub(super) on_branch: bool,
    /// The commit that is proposed: its files are shown as those of the checkout.
    pub(super) head: Option<String>,
    from_environment: Vec<(&'static str, &'static str)>,
}

impl Context {
    pub(super) fn new(global: Global, env: Env, started: Started) -> Self {
        Self {
            global,
            env,
            started,
            limits: Limits::DEFAULT,
            skipped: Vec::new(),
            with_tests: false,
            shown: false,
            heading: None,
            untrusted: false,
            before: String::new(),
            top: None,
            on_branch: false,
            head: None,
            from_environment: Vec::new(),
        }
    }

    /// Remembers which guarded flags came from the environment.
    pub(super) fn note_environment(&mut self, matches: &ArgMatches) {
        let matches = matches.subcommand().map_or(matches, |(_, inner)| inner);
        let matches = matches.subcommand().map_or(matches, |(_, inner)| inner);
        self.from_environment = GUARDED
            .iter()
            .chain(NARROWING)
            .copied()
            .filter(|(id, _)| {
                matches.try_contains_id(id).unwrap_or(false)
                    && matches.value_source(id) == Some(ValueSource::EnvVariable)
            })
            .collect();
    }

    /// The moment judged for. At merge and push, what the environment set of the guarded flags is
    /// dropped, and said so.
    pub(super) fn guard_environment(&mut self) -> Moment {
        let set = |id: &str| self.from_environment.iter().any(|(known, _)| *known == id);
        let given = if set("at") { None } else { self.global.at };
        let moment = given.map_or(Moment::Push, super::args::At::moment);
        if moment == Moment::Commit {
            return moment;
        }
        self.guard_git(moment);
        for (id, variable) in std::mem::take(&mut self.from_environment) {
            if NARROWING.iter().any(|(known, _)| *known == id) {
                continue;
            }
            self.unset(id);
            self.skipped.push(Skipped {
                what: variable.to_owned(),
                why: format!(
                    "the environment may not set this at {}; give the flag",
                    moment.word()
                ),
            });
        }
        moment
    }

    /// Variables that narrow what is looked at, with what they say.
    pub(super) fn narrowed(&self) -> Vec<(&'static str, String)> {
        let value = |id: &str| match id {
            "env" => self.global.env.clone(),
            _ => self.global.set.clone(),
        };
        self.from_environment
            .iter()
            .filter(|(id, _)| NARROWING.iter().any(|(known, _)| known == id))
            .filter_map(|(id, variable)| Some((*variable, value(id)?)))
            .collect()
    }

    /// No variable leads git to another repository where the verdict counts.
    pub(super) fn guard_git(&mut self, moment: Moment) {
        for variable in self.env.ignore_git() {
            self.skipped.push(Skipped {
                what: variable.to_owned(),
                why: format!("the environment may not set this at {}", moment.word()),
            });
        }
    }

    /// Drops everything that the environment set of the guarded and narrowing flags, but working offline,
    /// which shows in the verdict; gives back the variables' names.
    pub(super) fn drop_environment(&mut self) -> Vec<&'static str> {
        let mut dropped = Vec::new();
        for (id, variable) in std::mem::take(&mut self.from_environment) {
            if id != "offline" {
                self.unset(id);
                dropped.push(variable);
            }
        }
        dropped
    }

    fn unset(&mut self, id: &str) {
        match id {
            "policy" => self.global.policy = None,
            "at" => self.global.at = None,
            "deployed" => self.global.deployed = None,
            "proposed" => self.global.proposed = None,
            "confirm" => self.global.confirm = None,
            "env" => self.global.env = None,
            "set" => self.global.set = None,
            _ => self.global.offline = false,
        }
    }

    /// Takes the environment that a command names as its argument. A flag that names another one is a
    /// mistake; what is left of one in the shell is not.
    pub(super) fn take_environment(&mut self, name: &str) -> Result<(), Failure> {
        let from_shell = self.from_environment.iter().any(|(id, _)| *id == "env");
        match &self.global.env {
            Some(other) if other != name && !from_shell => Err(Failure::usage(
                &format!("`{name}` is not `{other}`: which environment?"),
                "leave -e out",
            )),
            Some(_) | None => {
                self.global.env = Some(name.to_owned());
                Ok(())
            }
        }
    }

    /// The folder the command works in.
    pub(super) fn folder(&self) -> PathBuf {
        match &self.global.directory {
            Some(directory) => self.env.cwd.join(directory),
            None => self.env.cwd.clone(),
        }
    }

    /// A path given by the user, from the folder the command works in.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        match &self.global.directory {
            Some(directory) => Path::new(directory).join(text),
            None => PathBuf::from(text),
        }
    }

    pub(super) fn out(&self) -> Look {
        self.look(Stream::Out)
    }

    pub(super) fn err(&self) -> Look {
        self.look(Stream::Err)
    }

    fn look(&self, stream: Stream) -> Look {
        let color = match self.global.color {
            ColorChoice::Auto => Color::Auto,
            ColorChoice::Always => Color::Always,
            ColorChoice::Never => Color::Never,
        };
        look(stream, color, &self.env, self.global.verbose, self.global.quiet)
    }

    /// Whether a bar on standard error is wanted.
    pub(super) fn bar(&self) -> bool {
        use std::io::IsTerminal as _;
        !self.global.quiet && std::io::stderr().is_terminal()
    }

    /// Starts the watchdog with what is known of the deadline before any file is read.
    pub(super) fn arm(&self) {
        watchdog::arm(self.started, self.global.deadline.unwrap_or(DEFAULT_DEADLINE));
    }

    /// The same for what a person asks of files at hand: no gate waits, and what feeds a pipe may be slow.
    pub(super) fn arm_by_hand(&self) {
        watchdog::arm(self.started, self.by_hand());
    }

    /// Once the policy is known, whose deadline is the gate's.
    pub(super) fn set_by_hand(&self) {
        watchdog::set(self.by_hand());
    }

    fn by_hand(&self) -> Duration {
        self.global.deadline.unwrap_or(BY_HAND_DEADLINE)
    }

    /// Every format that is asked for.
    pub(super) fn formats(&self) -> Vec<Format> {
        let reports = self.global.report.iter().map(|report| report.format);
        std::iter::once(self.global.format).chain(reports).collect()
    }

    /// What of a diff is shown.
    pub(super) fn view(&self) -> View {
        View {
            verbose: self.global.verbose,
            today: Some(crate::sys::clock::today()),
            ..View::default()
        }
    }

    /// Writes the further reports, prints the result, and ends with the status. A report that cannot be
    /// written makes a pass undecided, in every format: whoever reads it must not take the old one for the new.
    pub(super) fn finish(
        &self,
        status: ExitStatus,
        render: &dyn Fn(Format, Look, ExitStatus) -> String,
    ) -> Result<ExitStatus, Failure> {
        self.finish_after("", status, render)
    }

    /// Prints the first part of a result, where a person has to read it before the rest comes about; gives
    /// it back for [`Context::finish_after`].
    pub(super) fn begin(&self, text: &str) -> String {
        let look = self.out();
        let text = if look.unicode {
            text.to_owned()
        } else {
            ascii(text)
        };
        print(&text);
        text
    }

    /// Like [`Context::finish`], where the beginning of the result was printed already.
    pub(super) fn finish_after(
        &self,
        printed: &str,
        status: ExitStatus,
        render: &dyn Fn(Format, Look, ExitStatus) -> String,
    ) -> Result<ExitStatus, Failure> {
        let settled = |format: Format, look: Look, status: ExitStatus| {
            let text = render(format, look, status);
            if format == Format::Human && !look.unicode {
                ascii(&text)
            } else {
                text
            }
        };
        let file_look = Look {
            color: false,
            width: 80,
            quiet: false,
            ..self.out()
        };
        let mut failed = String::new();
        for report in &self.global.report {
            let path = self.path(&report.path);
            if let Err(error) = fs::write(&path, &settled(report.format, file_look, status)) {
                failed.push_str(&format!(
                    "error: cannot write the report {}: {}\n",
                    report.path,
                    fs::describe(&error)
                ));
            }
        }
        let status = match status {
            ExitStatus::Pass if !failed.is_empty() => ExitStatus::Undecided,
            status => status,
        };
        // The verdict stands for the exit code only once all of it is ready to print.
        let text = settled(self.global.format, self.out(), status);
        watchdog::decided(status);
        print(text.strip_prefix(printed).unwrap_or(&text));
        if failed.is_empty() {
            Ok(status)
        } else {
            Err(Failure { status, text: failed })
        }
    }
}

//! Where a CI system shows results: what `ci` writes beside the report. A sink that cannot be written to is said, and
//! makes a pass undecided: whoever reads it would take an old result for this one.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::system::{Sink, Vars};
use crate::commands::args::Format;
use crate::sys::fs;
use crate::sys::process::{self, Tool};
use crate::sys::terminal::{complain_as_it_is, print};

/// GitHub takes one MiB of summary for a step; Buildkite as much for an annotation.
const MAX_SUMMARY: usize = 900 * 1024;
/// How long an agent may take.
const AGENT: Duration = Duration::from_secs(20);

/// What is shown.
pub(super) struct Shown<'s> {
    /// The result in a format.
    pub(super) render: &'s dyn Fn(Format) -> String,
    /// Whether standard output is for people and the system, and no report for a program.
    pub(super) spoken: bool,
    /// Names and values for the steps that follow.
    pub(super) outputs: Vec<(&'static str, String)>,
    /// `success`, `warning` or `error`.
    pub(super) style: &'static str,
    /// Letters and digits that nobody can guess.
    pub(super) token: &'s str,
    /// The top of the repository.
    pub(super) top: PathBuf,
}

/// What went wrong.
pub(super) type Faults = Vec<String>;

impl Shown<'_> {
    /// What goes to standard output.
    pub(super) fn log(&self, sink: Option<Sink>) -> String {
        match sink {
            // Nothing between the two is a command, whatever the configuration holds.
            Some(Sink::Github) => format!(
                "::stop-commands::{token}\n{human}::{token}::\n{remarks}",
                token = self.token,
                human = (self.render)(Format::Human),
                remarks = (self.render)(Format::Github)
            ),
            Some(Sink::Azure) => format!("{}{}", (self.render)(Format::Human), (self.render)(Format::Azure)),
            Some(Sink::Gitlab | Sink::Buildkite | Sink::Junit) | None => (self.render)(Format::Human),
        }
    }

    /// Writes everything else.
    pub(super) fn write(&self, sink: Sink, vars: &Vars<'_>) -> Faults {
        let mut faults = Faults::new();
        match sink {
            Sink::Github => self.github(vars, &mut faults),
            Sink::Azure => self.azure(vars, &mut faults),
            Sink::Gitlab => self.gitlab(&mut faults),
            Sink::Buildkite => self.buildkite(&mut faults),
            Sink::Junit => self.file(
                "test-results/tollgate.xml",
                &(self.render)(Format::Junit),
                &mut faults,
            ),
        }
        faults
    }

    /// Says that there is no verdict, where outputs and summaries are; reports stay what they are.
    pub(super) fn tell(&self, sink: Sink, vars: &Vars<'_>) {
        let mut faults = Faults::new();
        match sink {
            Sink::Github => self.github(vars, &mut faults),
            Sink::Azure => self.azure(vars, &mut faults),
            Sink::Gitlab => self.dotenv(&mut faults),
            Sink::Buildkite => self.buildkite(&mut faults),
            Sink::Junit => {}
        }
    }

    fn summary(&self) -> String {
        summary(&(self.render)(Format::Markdown))
    }

    fn file(&self, name: &str, text: &str, faults: &mut Faults) {
        if let Err(error) = fs::write_below(&self.top, name, text) {
            faults.push(format!("cannot write {name}: {}", fs::describe(&error)));
        }
    }

    fn github(&self, vars: &Vars<'_>, faults: &mut Faults) {
        let mut append = |variable: &str, text: &str| {
            let Some(path) = (vars.get)(variable) else {
                return;
            };
            if let Err(error) = fs::append(path.as_ref(), text) {
                faults.push(format!("cannot write to ${variable}: {}", fs::describe(&error)));
            }
        };
        append("GITHUB_STEP_SUMMARY", &self.summary());
        let mut text = String::new();
        for (name, value) in &self.outputs {
            // A delimiter that nobody can guess: no value ends early, and none begins another output.
            let _ = write!(text, "{name}<<{0}\n{value}\n{0}\n", self.token);
        }
        append("GITHUB_OUTPUT", &text);
    }

    fn azure(&self, vars: &Vars<'_>, faults: &mut Faults) {
        let mut text = String::new();
        for (name, value) in &self.outputs {
            let value = crate::report::escape::azure_data(value);
            let _ = writeln!(
                text,
                "##vso[task.setvariable variable={name};isOutput=true]{value}"
            );
        }
        if let Some(folder) = (vars.get)("AGENT_TEMPDIRECTORY") {
            let path = PathBuf::from(folder).join(format!("tollgate-{}.md", self.token));
            match fs::write(&path, &self.summary()) {
                Ok(()) => {
                    let _ = writeln!(text, "##vso[task.uploadsummary]{}", path.display());
                }
                Err(error) => faults.push(format!("cannot write the summary: {}", fs::describe(&error))),
            }
        }
        // The agent looks for its commands on both streams; one of them may be a report.
        if self.spoken {
            print(&text);
        } else {
            complain_as_it_is(&text);
        }
    }

    fn gitlab(&self, faults: &mut Faults) {
        if !self.outputs.iter().any(|(name, _)| *name == "report-gitlab") {
            self.file(
                "gl-code-quality-report.json",
                &(self.render)(Format::Gitlab),
                faults,
            );
        }
        self.dotenv(faults);
    }

    fn dotenv(&self, faults: &mut Faults) {
        let mut text = String::new();
        for (name, value) in &self.outputs {
            let _ = writeln!(
                text,
                "TOLLGATE_{}={}",
                name.to_ascii_uppercase().replace('-', "_"),
                value.replace(['\n', '\r'], " ")
            );
        }
        self.file("tollgate.env", &text, faults);
    }

    fn buildkite(&self, faults: &mut Faults) {
        let words = ["annotate", "--style", self.style, "--context", "tollgate"];
        self.agent(&words, self.summary().as_bytes(), faults);
        for (name, value) in &self.outputs {
            self.agent(
                &["meta-data", "set", &format!("tollgate-{name}"), value],
                b"",
                faults,
            );
        }
    }

    fn agent(&self, words: &[&str], input: &[u8], faults: &mut Faults) {
        let program = "buildkite-agent";
        let command: Vec<String> = std::iter::once(program)
            .chain(words.iter().copied())
            .map(str::to_owned)
            .collect();
        let ended = process::tool(&Tool {
            command: &command,
            folder: &self.top,
            without: &["TOLLGATE_SIGNING_KEY"],
            with: &[],
            input,
            timeout: AGENT,
            most: 64 * 1024,
        });
        match ended {
            Ok(output) if output.code == Some(0) => {}
            Ok(output) => faults.push(format!("{program} failed: {}", output.errors.trim())),
            Err(error) => faults.push(format!("{program}: {}", fs::describe(&error))),
        }
    }
}

/// The report, as much of it as is shown: cut after a whole line, with what was begun ended.
pub(super) fn summary(markdown: &str) -> String {
    if markdown.len() <= MAX_SUMMARY {
        return markdown.to_owned();
    }
    let mut kept = String::new();
    let mut fence: Option<String> = None;
    let mut lines = markdown.split_inclusive('\n');
    let mut more = 0;
    for line in lines.by_ref() {
        if kept.len() + line.len() > MAX_SUMMARY {
            more = 1;
            break;
        }
        let ticks: String = line.trim_start().chars().take_while(|c| *c == '`').collect();
        if ticks.len() >= 3 {
            fence = match fence {
                None => Some(ticks),
                Some(open) if ticks.len() >= open.len() => None,
                Some(open) => Some(open),
            };
        }
        kept.push_str(line);
    }
    more += lines.count();
    if let Some(open) = fence {
        kept.push_str(&open);
        kept.push('\n');
    }
    let _ = write!(kept, "\n… {more} more lines; the whole report is in the log\n");
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_cut_below_the_limit_with_its_fence_ended() {
        let line = "x".repeat(10_000);
        let text = format!("# head\n````diff\n{}````\n", format!("{line}\n").repeat(200));
        let short = summary(&text);
        assert!(short.len() <= MAX_SUMMARY + 1000);
        assert_eq!(short.matches("````").count(), 2);
        assert!(short.ends_with("more lines; the whole report is in the log\n"));
        assert_eq!(summary("short\n"), "short\n");
    }
}

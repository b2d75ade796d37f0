//! Config sets whose sources are rendered: what is compared, stamped and pushed is a command's output. The
//! command stands in the policy, and runs only if that policy was accepted on this machine (`trust`).

use std::path::Path;
use std::time::Duration;

use super::check::answers_until;
use super::context::Context;
use super::setup::Setup;
use crate::doc::digest::hex;
use crate::gate::{FileInput, ReadFault};
use crate::policy::{Config, RENDERED};
use crate::report::escape::visible;
use crate::settings::Environment;
use crate::sys::process::Output;
use crate::sys::vault::State;
use crate::sys::{fs, process, random};

/// A command gets this much time, and never more than two thirds of what is left of the deadline: the rest of
/// the check needs some too.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Renders one config set in one environment.
pub(super) struct Renderer<'r> {
    pub(super) context: &'r Context,
    pub(super) setup: &'r Setup,
    pub(super) config: &'r Config,
    pub(super) environment: &'r Environment,
}

/// The folder that a command works in, removed whatever comes of it.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_folder(&self.0);
    }
}

impl Renderer<'_> {
    /// The files as they are, or the one that they render to. `Err` where the command may not be run; one that
    /// fails gives a file that cannot be read.
    pub(super) fn apply(&self, files: Vec<FileInput>) -> Result<Vec<FileInput>, String> {
        // A file that cannot be read has no rendering, and says why by itself.
        let broken = files.iter().any(|file| file.content.is_err());
        if self.config.render.is_empty() || files.is_empty() || broken {
            return Ok(files);
        }
        let sha256 = self.setup.policy.as_ref().map_or("", |policy| &policy.sha256);
        let accepted = || State::find(&self.context.env).is_ok_and(|state| state.trusts(sha256));
        if self.context.untrusted {
            return Err("the proposal comes from somebody whose commands do not run here".into());
        }
        if !self.setup.trusted && !accepted() {
            return Err(format!(
                "the policy wants to run `{}`, and this policy was not accepted on this machine: tollgate trust",
                visible(&self.config.render.join(" "))
            ));
        }
        let folder = self.config.pattern.folder(&self.environment.name);
        let display = format!("{folder} (rendered)");
        Ok(vec![match self.run(&folder, &files) {
            Ok(bytes) => fs::from_bytes(&display, RENDERED, bytes),
            Err(message) => FileInput {
                display,
                name: RENDERED.to_owned(),
                content: Err(ReadFault {
                    message,
                    help: Some("run the command by hand; `files` must hold everything that it reads".into()),
                    not_text: false,
                }),
            },
        }])
    }

    /// What the command prints, run over the files alone: both sides are rendered alike, wherever they lie.
    fn run(&self, folder: &str, files: &[FileInput]) -> Result<Vec<u8>, String> {
        let mut seed = [0_u8; 8];
        random::fill(&mut seed)?;
        let root = fs::temporary_folder(&format!("tollgate-render-{}", hex(&seed)))
            .map(Folder)
            .map_err(|error| fs::describe(&error))?;
        let place = root.0.join(folder);
        for file in files {
            let Ok(source) = &file.content else { continue };
            let below = self.config.pattern.path(&file.name, &self.environment.name);
            fs::write(&place.join(below), source.text()).map_err(|error| fs::describe(&error))?;
        }
        self.output(&root.0, &place)
    }

    fn output(&self, root: &Path, place: &Path) -> Result<Vec<u8>, String> {
        let fill = |word: &String| {
            word.replace("{dir}", &place.to_string_lossy())
                .replace("{env}", &self.environment.name)
        };
        let command: Vec<String> = self.config.render.iter().map(fill).collect();
        let shown = visible(&self.config.render.join(" ")).into_owned();
        let left = crate::sys::clock::until(answers_until(self.context, self.setup)) / 3 * 2;
        let timeout = left.min(TIMEOUT);
        let Output {
            code,
            timed_out,
            text,
            errors,
        } = process::output(&command, root, timeout, &self.context.limits)
            .map_err(|error| format!("`{shown}` cannot be run: {}", fs::describe(&error)))?;
        let said = errors.lines().next_back().map(visible).unwrap_or_default();
        match (timed_out, code) {
            (true, _) => Err(format!("`{shown}` did not end within {} ms", timeout.as_millis())),
            (false, Some(0)) if text.iter().all(u8::is_ascii_whitespace) => {
                Err(format!("`{shown}` prints nothing"))
            }
            (false, Some(0)) => Ok(text),
            (false, Some(code)) => Err(format!("`{shown}` failed with exit code {code}: {said}")),
            (false, None) => Err(format!("`{shown}` was ended by a signal: {said}")),
        }
    }
}

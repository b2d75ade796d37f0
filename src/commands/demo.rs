//! `demo`: a refusal, a stamp, a push and a rollback, in a temporary folder and without network. The
//! program runs itself, so that what is shown is what happens.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::error::{Failure, Outcome};
use crate::doc::digest::hex;
use crate::gate::ExitStatus;
use crate::report::{Look, Paint};
use crate::stamp::{Role, SigningKey};
use crate::sys::process::Interrupted;
use crate::sys::terminal::print;
use crate::sys::{fs, process, random};

/// See a refusal, a stamp, a push and a rollback in a temporary folder
#[derive(Debug, Args)]
#[command(after_help = "Needs no network, writes nowhere else, and leaves nothing behind.")]
pub struct DemoArgs {}

const POLICY: &str = include_str!("demo/tollgate.toml");
const LIVE: &str = include_str!("demo/app.yaml");

/// How long one command may take; none of them waits for anything.
const TIMEOUT: Duration = Duration::from_secs(30);

/// One command of the story.
struct Step {
    say: &'static str,
    args: &'static [&'static str],
    code: i32,
    /// Lines of its output worth showing hold one of these.
    show: &'static [&'static str],
}

const STEPS: &[Step] = &[
    Step {
        say: "Somebody raises the retries, and slips in production's authentication address.\nStraight to production:",
        args: &["push", "production", "--confirm", "production"],
        code: 1,
        show: &["~ ", "error[", "REFUSED", "nothing was"],
    },
    Step {
        say: "The address is corrected. First to staging:",
        args: &["push", "staging"],
        code: 0,
        show: &["~ ", "PASS", "pushed"],
    },
    Step {
        say: "It runs there; a smoke test says so, and the key of whoever may stamp signs it:",
        args: &["stamp", "staging", "--key", "stamp_key", "--", "true"],
        code: 0,
        show: &["stamped", "subject", "signed by"],
    },
    Step {
        say: "Now production; the stamp is for this very content:",
        args: &["push", "production", "--confirm", "production"],
        code: 0,
        show: &["~ ", "stamp ", "PASS", "pushed", "the way back"],
    },
    Step {
        say: "It was a mistake after all. No check can refuse the way back:",
        args: &["rollback", "production"],
        code: 0,
        show: &["rolled back", "put back"],
    },
];

/// The folder, removed however the demo ends.
struct Stage(PathBuf);

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_folder(&self.0);
    }
}

pub(super) fn run(context: &Context, _args: &DemoArgs) -> Outcome {
    let look = context.out();
    // Broken off, it still takes its folder away.
    let interrupted = Interrupted::watch().map_err(|error| Failure::undecided(&fs::describe(&error), ""))?;
    let stage = set_up().map_err(|why| Failure::undecided(&format!("cannot set the demo up: {why}"), ""))?;
    for (at, step) in STEPS.iter().enumerate() {
        if at == 1 {
            put(&stage.0, "production", "retries: 3", "retries: 5")?;
        }
        let played = play(context, &stage.0, step, look, &interrupted);
        if let Some(status) = interrupted.told() {
            return Err(Failure::with(
                status,
                "broken off; the temporary folder is gone",
                "",
            ));
        }
        played?;
    }
    let live = read(&stage.0.join("live/production/app.yaml"))?;
    if live != LIVE {
        return Err(Failure::undecided("the rollback did not put the bytes back", ""));
    }
    drop(stage);
    print(
        "\nProduction holds its old bytes again. The temporary folder is gone.\nOn your own repository: tollgate init\n",
    );
    Ok(ExitStatus::Pass)
}

fn set_up() -> Result<Stage, String> {
    let mut seed = [0_u8; 32];
    random::fill(&mut seed)?;
    let folder = fs::temporary_folder(&format!("tollgate-demo-{}", hex(&seed[..8])))
        .map_err(|error| fs::describe(&error))?;
    let stage = Stage(folder);
    let write =
        |name: &str, text: &str| fs::write(&stage.0.join(name), text).map_err(|error| fs::describe(&error));
    random::fill(&mut seed)?;
    let key = SigningKey::from_seed(&seed);
    write("tollgate.toml", POLICY)?;
    write("stamp_key", &key.to_openssh("demo"))?;
    let namespaces = format!("{},{}", Role::Stamp.namespace(), Role::Push.namespace());
    let line = format!(
        "demo@example namespaces=\"{namespaces}\" {}\n",
        key.public().to_openssh()
    );
    write("allowed_signers", &line)?;
    for name in ["staging", "production"] {
        write(&format!("live/{name}/app.yaml"), LIVE)?;
    }
    let change = |from: &str, to: &str| LIVE.replace(from, to);
    write("config/staging/app.yaml", &change("retries: 3", "retries: 5"))?;
    let wrong = change("retries: 3", "retries: 5").replace("10.20.30.41:", "10.20.30.410:");
    write("config/production/app.yaml", &wrong)?;
    Ok(stage)
}

fn put(folder: &Path, environment: &str, from: &str, to: &str) -> Result<(), Failure> {
    let path = folder.join("config").join(environment).join("app.yaml");
    fs::write(&path, &LIVE.replace(from, to)).map_err(|error| Failure::undecided(&fs::describe(&error), ""))
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::raw_bytes(path, &crate::doc::Limits::DEFAULT)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|fault| Failure::undecided(&fault.message, ""))
}

fn play(
    context: &Context,
    folder: &Path,
    step: &Step,
    look: Look,
    interrupted: &Interrupted,
) -> Result<(), Failure> {
    let program = context
        .env
        .program
        .clone()
        .ok_or_else(|| Failure::undecided("where is this program?", ""))?;
    let mut command = vec![program.to_string_lossy().into_owned()];
    command.extend(step.args.iter().map(|arg| (*arg).to_owned()));
    let home = folder.to_string_lossy().into_owned();
    let environment = [("HOME", home.as_str()), ("LC_ALL", "C.UTF-8")];
    let (code, text) = process::capture(&command, folder, &environment, TIMEOUT, interrupted)
        .map_err(|error| Failure::undecided(&fs::describe(&error), ""))?;
    print(&format!("\n{}\n", step.say));
    print(&format!(
        "  {}\n",
        look.paint(Paint::Strong, &format!("$ tollgate {}", step.args.join(" ")))
    ));
    for line in text
        .lines()
        .filter(|line| step.show.iter().any(|word| line.contains(word)))
    {
        print(&format!("  {line}\n"));
    }
    print(&format!(
        "  {}\n",
        look.paint(
            Paint::Dim,
            &format!(
                "exit {}",
                code.map_or_else(|| "?".into(), |code| code.to_string())
            )
        )
    ));
    if code == Some(step.code) {
        Ok(())
    } else {
        Err(Failure::undecided(
            &format!("the demo went otherwise than it should:\n{text}"),
            "",
        ))
    }
}

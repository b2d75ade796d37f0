//! `rules pages` (hidden): the generated page of every built-in rule, for `docs/rules`.

use std::fmt::Write as _;
use std::path::Path;

use crate::commands::context::Context;
use crate::commands::error::{Failure, Outcome};
use crate::commands::rulebook;
use crate::gate::ExitStatus;
use crate::report::rule_page;
use crate::sys::fs;

pub(super) fn run(context: &mut Context, folder: &str) -> Outcome {
    let rules = rulebook::built_in(context)?;
    let folder = context.path(folder);
    let mut index = String::from(
        "# The built-in rules\n\nGenerated from `rules/`; `.ci/generate` writes it again.\n\nA rule sees a change of configuration, and nothing else. It cannot see a valid change that wakes a fault in a program (Fastly, June 2021), a network that does not grow with its load (Slack, January 2021), an update that comes past the configuration (Datadog, March 2023), or an option that was set years ago (a customer of Google Cloud VMware Engine, 2024). For those there are stamps, waves and the way back.\n",
    );
    let mut pack = "";
    for rule in &rules {
        if rule.pack() != pack {
            pack = rule.pack();
            let _ = write!(
                index,
                "\n## {pack}\n\n| rule | severity | what it flags |\n|---|---|---|\n"
            );
        }
        let _ = writeln!(
            index,
            "| [{id}]({id}.md) | {severity} | {title} |",
            id = rule.id,
            severity = rule.severity.word(),
            title = rule.title
        );
        write(&folder.join(format!("{}.md", rule.id)), &rule_page(rule))?;
    }
    write(&folder.join("README.md"), &index)?;
    Ok(ExitStatus::Pass)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| {
        Failure::usage(
            &format!("cannot write {}: {}", path.display(), fs::describe(&error)),
            "",
        )
    })
}

//! `man [DIR]`: the manual pages, from the same definitions as the help.

use clap::{Args, CommandFactory};

use super::args::Cli;
use super::context::Context;
use super::error::{Failure, Outcome};
use crate::gate::ExitStatus;
use crate::sys::fs;
use crate::sys::terminal::print;

/// Print the manual pages
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tollgate man | man -l -\n  tollgate man ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write every page into this folder: tollgate.1, tollgate-check.1, …
    #[arg(value_name = "DIR")]
    pub folder: Option<String>,
}

/// Every page, by file name.
fn pages() -> Result<Vec<(String, String)>, Failure> {
    // No fixed width: a page is wrapped where it is read.
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = vec![page(root.clone(), "tollgate")?];
    for command in root.get_subcommands() {
        let name = format!("tollgate-{}", command.get_name());
        // The page's title is the command as it is typed, without its blank.
        let command = command
            .clone()
            .name(name.clone())
            .bin_name(name.replacen('-', " ", 1));
        pages.push(page(command, &name)?);
    }
    Ok(pages)
}

fn page(command: clap::Command, name: &str) -> Result<(String, String), Failure> {
    let mut out = Vec::new();
    clap_mangen::Man::new(command)
        .date("")
        .render(&mut out)
        .map_err(|error| Failure::usage(&fs::describe(&error), ""))?;
    Ok((format!("{name}.1"), String::from_utf8_lossy(&out).into_owned()))
}

pub(super) fn run(context: &Context, args: &ManArgs) -> Outcome {
    let pages = pages()?;
    match &args.folder {
        None => print(pages.first().map_or("", |(_, text)| text)),
        Some(folder) => {
            for (name, text) in &pages {
                let path = context.path(folder).join(name);
                if context.global.dry_run {
                    print(&format!("would write {}\n", path.display()));
                    continue;
                }
                fs::write(&path, text).map_err(|error| {
                    Failure::usage(
                        &format!("cannot write {}: {}", path.display(), fs::describe(&error)),
                        "",
                    )
                })?;
            }
        }
    }
    Ok(ExitStatus::Pass)
}

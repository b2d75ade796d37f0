//! `init`: looks at the repository, proposes a policy that fits it, and writes it once somebody agrees.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::setup::display;
use crate::doc::digest::hex;
use crate::gate::ExitStatus;
use crate::policy::{DEFAULT_LEDGER, FILE_NAME, Proposal, propose};
use crate::report::escape::visible;
use crate::stamp::{Role, Signers};
use crate::sys::fs;
use crate::sys::git::{Git, Side};
use crate::sys::random;
use crate::sys::terminal::{ask, print};

/// Write a policy that fits this repository
#[derive(Debug, Args)]
#[command(
    after_help = "Looks for configuration files, folders named after environments, and an allowed_signers file; shows the policy that fits, and asks before writing tollgate.toml in the current folder (or -C DIR). Never overwrites one."
)]
pub struct InitArgs {
    /// Write without asking
    #[arg(long)]
    pub yes: bool,
}

/// The frame of every proposal. A test loads what comes of it.
const TEMPLATE: &str = include_str!("starter.toml");

/// Where signers' files lie in repositories.
const SIGNERS: &[&str] = &[
    ".tollgate/allowed_signers",
    "allowed_signers",
    ".allowed_signers",
    ".github/allowed_signers",
    ".config/allowed_signers",
    ".ssh/allowed_signers",
];

pub(super) fn run(context: &Context, args: &InitArgs) -> Outcome {
    let path = context.path(FILE_NAME);
    let shown = display(context, &path);
    if fs::is_there(&path) {
        return Err(Failure::usage(
            &format!("{shown} is there already"),
            "nothing was written",
        ));
    }
    let folder = context.folder();
    let git = Git::find(&folder, &context.env).ok().flatten();
    if git.as_ref().is_some_and(Git::is_bare) {
        return Err(Failure::usage(
            "this is a bare repository: there is no checkout to write a policy into",
            "nothing was written",
        ));
    }
    let paths = paths(context, git.as_ref(), &folder);
    let found = propose(paths.iter().map(String::as_str));
    let known = !found.sets.is_empty();
    let proposal = if known { found } else { Proposal::starter() };
    let signers = signers(context, &folder);
    let mut seed = [0_u8; 8];
    random::fill(&mut seed).map_err(|why| Failure::undecided(&why, ""))?;
    let text = proposal.policy(TEMPLATE, &hex(&seed), signers.as_deref());
    let ignore = ignore_file(context, git.as_ref(), &folder);

    if !args.yes {
        print(&text);
        let mut what = format!("\nwould write {shown}");
        if let Ignore::Write(file, _) = &ignore {
            let _ = write!(what, ", and /{DEFAULT_LEDGER}/ into {}", display(context, file));
        }
        print(&format!("{what}\n"));
        if context.global.dry_run {
            return Ok(ExitStatus::Pass);
        }
        match ask("write it? [y/N] ") {
            Some(answer) if matches!(answer.as_str(), "y" | "Y" | "yes") => {}
            Some(_) => return Err(Failure::usage("nothing was written", "")),
            None => {
                return Err(Failure::usage(
                    "nothing was written: there is no terminal to ask at",
                    "tollgate init --yes",
                ));
            }
        }
    } else if context.global.dry_run {
        print(&text);
        return Ok(ExitStatus::Pass);
    }
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| {
            Failure::usage(
                &format!(
                    "cannot write {}: {}",
                    display(context, path),
                    fs::describe(&error)
                ),
                "",
            )
        })
    };
    write(&path, &text)?;
    if let Ignore::Write(file, text) = &ignore {
        write(file, text)?;
    }
    print(&summary(
        context,
        &shown,
        &proposal,
        known,
        signers.as_deref(),
        &ignore,
    ));
    Ok(ExitStatus::Pass)
}

fn summary(
    context: &Context,
    shown: &str,
    proposal: &Proposal,
    known: bool,
    signers: Option<&str>,
    ignore: &Ignore,
) -> String {
    let mut out = format!("wrote {shown}\n");
    if known {
        for set in &proposal.sets {
            let _ = writeln!(
                out,
                "  config set {}: {}",
                visible(&set.name),
                visible(&set.files)
            );
        }
        let _ = writeln!(
            out,
            "  environments: {}",
            visible(&proposal.environments.join(", "))
        );
        if !proposal.left.is_empty() {
            let _ = writeln!(
                out,
                "  not guarded, as no other environment has the like: {}",
                super::sources::few(&proposal.left)
            );
        }
    } else {
        out.push_str("  no folders named after environments were found: correct `files` in it first\n");
    }
    let unproven = proposal.unproven();
    if !unproven.is_empty() {
        let _ = writeln!(
            out,
            "  no proof is asked for what goes to {}: nothing comes before it; name what does under `after`",
            visible(&unproven.join(", "))
        );
    }
    match signers {
        Some(file) => {
            let _ = writeln!(out, "  signers: {}", visible(file));
        }
        None => out.push_str("  no signers: until the policy names some, only your own keys count\n"),
    }
    match ignore {
        Ignore::Write(..) => {
            let _ = writeln!(out, "  /{DEFAULT_LEDGER}/ is kept out of git");
        }
        Ignore::Cannot => {
            let _ = writeln!(
                out,
                "  /{DEFAULT_LEDGER}/ is NOT kept out of git, because .gitignore is a link or cannot be read: add the \
                 line yourself, or your configuration is committed with it"
            );
        }
        Ignore::Done => {}
    }
    let last = proposal.environments.last().map_or("production", String::as_str);
    let _ = writeln!(
        out,
        "next: correct the target folders in it, then: tollgate check -e {}",
        visible(last)
    );
    if Git::find(&context.folder(), &context.env).is_ok_and(|git| git.is_some()) {
        out.push_str("      and guard every commit: tollgate hook install\n");
    }
    out
}

/// The repository's files, as git knows them; outside of git, those in the folder.
fn paths(context: &Context, git: Option<&Git>, folder: &Path) -> Vec<String> {
    let tracked = git.and_then(|git| {
        let inside = git.inside(folder).ok()?;
        git.list(Side::Index, &inside, &context.limits).ok()?
    });
    if let Some(rows) = tracked.filter(|rows| !rows.is_empty()) {
        return rows.into_iter().map(|row| row.name).collect();
    }
    let rows = fs::list(folder, &context.limits).unwrap_or_default();
    rows.into_iter()
        .filter(|row| row.fault.is_none())
        .map(|row| row.name)
        .collect()
}

/// A signers' file in the repository that lets somebody stamp; one that lets nobody would block everything.
fn signers(context: &Context, folder: &Path) -> Option<String> {
    SIGNERS.iter().copied().find_map(|name| {
        let bytes = fs::raw_bytes(&folder.join(name), &context.limits).ok()?;
        let signers = Signers::parse(&String::from_utf8_lossy(&bytes)).ok()?;
        let may = signers.0.iter().any(|signer| signer.roles.contains(&Role::Stamp));
        may.then(|| name.to_owned())
    })
}

/// What is to be done so that git leaves the ledger alone.
enum Ignore {
    /// It does, or there is no git.
    Done,
    /// Write this into that file.
    Write(std::path::PathBuf, String),
    /// It does not, and the file is none that may be written.
    Cannot,
}

/// `.gitignore` with the ledger in it, where git does not ignore it yet.
fn ignore_file(context: &Context, git: Option<&Git>, folder: &Path) -> Ignore {
    let Some(inside) = git.and_then(|git| git.inside(folder).ok()) else {
        return Ignore::Done;
    };
    let below = Path::new(&inside).join(DEFAULT_LEDGER).join("x");
    if git.is_some_and(|git| git.ignores(&below)) {
        return Ignore::Done;
    }
    let path = folder.join(".gitignore");
    // Through a link it may be anybody's file.
    if fs::is_link(&path) {
        return Ignore::Cannot;
    }
    let before = match fs::raw_bytes(&path, &context.limits) {
        Ok(bytes) => String::from_utf8(bytes).ok(),
        Err(_) if fs::kind(&path) == fs::Kind::Missing => Some(String::new()),
        Err(_) => None,
    };
    let Some(before) = before else {
        return Ignore::Cannot;
    };
    let newline = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Ignore::Write(path, format!("{before}{newline}/{DEFAULT_LEDGER}/\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::table::Faults;
    use crate::doc::{Limits, SourceFile};

    #[test]
    fn every_proposal_is_a_policy() {
        let found = propose(
            [
                "config/dev/a.yaml",
                "config/prod/a.yaml",
                "x/app.prod.env",
                "x/app.qa.env",
            ]
            .into_iter(),
        );
        for proposal in [Proposal::starter(), found] {
            for signers in [None, Some(".tollgate/allowed_signers")] {
                let text = proposal.policy(TEMPLATE, "0123456789abcdef", signers);
                assert_eq!(loaded(&text).environments.len(), proposal.environments.len());
                assert!(
                    !text.contains('@') || text.matches('@').count() == text.matches("@tollgate").count()
                );
            }
        }
    }

    fn loaded(text: &str) -> crate::policy::Policy {
        let source = std::sync::Arc::new(SourceFile::from_text("tollgate.toml", text));
        let tree = crate::formats::parse(&source, &Limits::DEFAULT).expect("TOML");
        let mut faults = Faults::default();
        let policy = crate::policy::load(&tree, Path::new("."), &mut faults);
        assert!(faults.0.is_empty(), "{:?}\n{text}", faults.0);
        policy
    }

    proptest::proptest! {
        /// Whatever the folders are called: the policy loads, and each file that suggested a set is in it.
        #[test]
        fn any_names_make_a_policy_that_has_the_files(
            folder in "[a-zA-Z \"'{}\\[\\]*?!\\\\$-]{1,8}",
            stem in "[a-z\"{}\\[\\]*?-]{0,5}",
            first in proptest::sample::select(vec!["dev", "staging", "pre-prod", "prod"]),
            second in proptest::sample::select(vec!["qa", "live", "production"]),
            by_name in proptest::bool::ANY,
        ) {
            let path = |env: &str| if by_name {
                format!("{folder}/{stem}.{env}.yaml")
            } else {
                format!("{folder}/{env}/{stem}x.yaml")
            };
            let paths = [path(first), path(second)];
            let found = propose(paths.iter().map(String::as_str));
            let policy = loaded(&found.policy(TEMPLATE, "0123456789abcdef", None));
            for (env, path) in [first, second].iter().zip(&paths) {
                let claimed = policy.configs.iter().any(|config| config.pattern.claims(path, env).is_some());
                proptest::prop_assert!(claimed, "{path} {:?}", found.sets);
            }
        }
    }
}

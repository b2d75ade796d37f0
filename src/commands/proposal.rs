//! A proposal in git, judged by the policy of the side that it cannot edit: the commit that it is to go on top of. What
//! it changes of the guard itself is a finding.

use std::rc::Rc;
use std::sync::Arc;

use super::context::Context;
use super::error::Failure;
use super::home::{Home, says_the_same};
use super::setup::{self, Setup};
use crate::doc::SourceFile;
use crate::gate::{Guard, GuardChange, Skipped};
use crate::sys::git::{Delta, Git, ObjectId, Row};

/// A commit, and how people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: ObjectId,
    pub(super) name: String,
}

/// What is proposed, and what it is proposed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposal {
    /// The tip that it is to go on top of: the policy's side. [`None`] where nothing is known of it.
    pub(super) base: Option<Named>,
    /// Where it branched off: what is compared with.
    pub(super) from: Option<ObjectId>,
    /// What is proposed.
    pub(super) head: Named,
}

/// Files that call tollgate: hook managers and CI systems. A folder stands for everything in it.
const CALLERS: &[&str] = &[
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "prek.toml",
    "lefthook.yml",
    "lefthook.yaml",
    "lefthook.toml",
    "lefthook.json",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".lefthook.toml",
    ".husky/",
    ".githooks/",
    ".github/workflows/",
    ".github/actions/",
    ".gitlab-ci.yml",
    ".gitlab/",
    ".buildkite/",
    "bitbucket-pipelines.yml",
    "azure-pipelines.yml",
    ".azure-pipelines/",
    "Jenkinsfile",
];

#[expect(clippy::needless_pass_by_value, reason = "it is what errors are mapped with")]
fn undecided(why: String) -> Failure {
    Failure::undecided(&why, "")
}

/// What git does to files between a commit and a checkout: what is judged is then not what a program reads.
const ATTRIBUTES: &[&str] = &[
    "working-tree-encoding",
    "export-subst",
    "export-ignore",
    "filter",
    "ident",
];

/// What a file is to the guard by its path, and the words that make it one.
fn watched(path: &str) -> Option<(Guard, &'static [&'static str])> {
    let calls = CALLERS.iter().any(|caller| match caller.strip_suffix('/') {
        Some(folder) => path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/')),
        None => path == *caller,
    });
    if calls {
        return Some((Guard::Caller, &["tollgate"]));
    }
    let attributes = path == ".gitattributes" || path.ends_with("/.gitattributes");
    attributes.then_some((Guard::Attributes, ATTRIBUTES))
}

/// The repository around the folder that the command works in.
pub(super) fn repository(context: &Context) -> Result<Rc<Git>, Failure> {
    match Git::find(&context.folder(), &context.env) {
        Ok(Some(git)) => Ok(Rc::new(git)),
        Ok(None) => Err(Failure::usage("this is no git repository", "git init")),
        Err(why) => Err(undecided(why)),
    }
}

/// A commit by its name; exit 3 where it is not here: that may be a shallow clone.
pub(super) fn commit(git: &Git, name: &str) -> Result<Named, Failure> {
    let found = git.commit(name).map_err(|why| {
        Failure::undecided(
            &why,
            "fetch it first: in CI with the whole history (fetch-depth: 0, GIT_DEPTH: 0), by hand with git fetch",
        )
    })?;
    let id = found.ok_or_else(|| Failure::usage(&format!("`{name}` has no commit yet"), "git commit"))?;
    Ok(Named {
        id,
        name: name.to_owned(),
    })
}

impl Proposal {
    /// A head against the tip of the branch that it is for.
    pub(super) fn new(git: &Git, base: Named, head: Named) -> Result<Self, Failure> {
        let from = git.merge_base(base.id, head.id).map_err(undecided)?;
        let from = from.ok_or_else(|| {
            Failure::undecided(
                &format!("{} and {} have no commit in common", base.name, head.name),
                "fetch the whole history: a shallow clone does not hold it",
            )
        })?;
        Ok(Self {
            base: Some(base),
            from: Some(from),
            head,
        })
    }

    /// Everything that it is judged by. `further` are commits that are looked at for a policy where the base has none;
    /// where none has one, the proposal is the one that brings it, and that is said.
    pub(super) fn setup(
        &self,
        context: &mut Context,
        git: &Rc<Git>,
        further: &[Named],
    ) -> Result<Setup, Failure> {
        let tree = |commit: ObjectId| git.revision(&commit.to_string()).map_err(undecided);
        let head = || {
            let side = tree(self.head.id)?;
            Home::commit(context, git, side, "").map_err(undecided)
        };
        let mut trusted = None;
        for commit in self.base.iter().chain(further) {
            let home = Home::commit(context, git, tree(commit.id)?, &commit.name).map_err(undecided)?;
            if home.policy().is_some() {
                trusted = Some(home);
                break;
            }
            Self::refuse_other(context, &home, commit)?;
        }
        let candidate = load_candidate(context, head()?)?;
        let brings = trusted.is_none();
        let home = match trusted {
            Some(home) => home,
            None => head()?,
        };
        if home.policy().is_none() {
            let base = self.base.as_ref().map_or("the target", |base| &base.name);
            return Err(Failure::usage(
                &format!("neither {base} nor {} has a tollgate.toml", self.head.name),
                "run `tollgate init`, commit what it writes, and merge that first",
            ));
        }
        let mut setup = setup::load_from(context, home, &head()?)?;
        setup.trusted = !brings;
        setup::put_in_force(&setup);
        setup.guarded = match self.from {
            _ if brings => Vec::new(),
            Some(from) if Some(from) != self.base.as_ref().map(|base| base.id) => {
                let old = Home::commit(context, git, tree(from)?, &from.short()).map_err(undecided)?;
                // A proposal that branched off before there was a policy is held against today's.
                match load_candidate(context, old) {
                    Ok(Some(old)) => changes(Some(&old.home), candidate.as_ref()),
                    Ok(None) | Err(_) => changes(Some(&setup.home), candidate.as_ref()),
                }
            }
            Some(_) | None => changes(Some(&setup.home), candidate.as_ref()),
        };
        // What is as the target has it is not the proposal's doing, whichever way it got there.
        if let Some(candidate) = &candidate {
            let differs = setup.home.changed_by(&candidate.home);
            let names: Vec<&str> = differs.iter().map(|change| change.name.as_str()).collect();
            setup
                .guarded
                .retain(|change| names.contains(&change.name.as_str()));
        }
        setup.guarded.extend(self.callers(context, git)?);
        if brings {
            context.skipped.push(Skipped {
                what: "a policy that the proposal cannot edit".into(),
                why: "there was none before: the proposal brings its own, and is judged by it".into(),
            });
        }
        Ok(setup)
    }

    /// What a push to a ref that stands for an environment changes of the guard on that ref. Where the ref held no policy,
    /// it lies elsewhere, and the push has nothing to do with it.
    pub(super) fn guarded_from(
        &self,
        context: &Context,
        git: &Rc<Git>,
        setup: &Setup,
        old: Option<&Named>,
    ) -> Result<Vec<GuardChange>, Failure> {
        let home = |commit: &Named| {
            let side = git.revision(&commit.id.to_string()).map_err(undecided)?;
            Home::commit(context, git, side, "").map_err(undecided)
        };
        let candidate = load_candidate(context, home(&self.head)?)?;
        let before = match old {
            Some(old) => load_candidate(context, home(old)?)?,
            None => None,
        };
        Ok(match (&before, &candidate) {
            (None, None) => Vec::new(),
            (Some(before), candidate) => changes(Some(&before.home), candidate.as_ref()),
            (None, Some(candidate)) => changes(Some(&setup.home), Some(candidate)),
        })
    }

    /// A policy file that a flag names and that the target does not have is no way round the one that it has.
    fn refuse_other(context: &Context, home: &Home, commit: &Named) -> Result<(), Failure> {
        let Some(file) = &context.global.policy else {
            return Ok(());
        };
        let other = home.unnamed(context).map_err(undecided)?;
        match other.as_ref().and_then(Home::policy) {
            Some(known) => Err(Failure::usage(
                &format!(
                    "{} has no {file}, and has a {known}, which is in force",
                    commit.name
                ),
                "leave --policy out, or merge that file first",
            )),
            None => Ok(()),
        }
    }

    /// Changed files that call tollgate, or did.
    fn callers(&self, context: &Context, git: &Git) -> Result<Vec<GuardChange>, Failure> {
        let Some(from) = self.from else {
            return Ok(Vec::new());
        };
        let tree = |commit: ObjectId| git.revision(&commit.to_string()).map_err(undecided);
        let deltas = git.changed(tree(from)?, tree(self.head.id)?).map_err(undecided)?;
        // What is no text, or cannot be read, is looked at as far as it is: it may mean something to git all the same.
        let read = |row: &Option<Row>| {
            let row = row.as_ref()?;
            let bytes = git.read(row, &row.name, &context.limits);
            let text = bytes.map_or_else(
                |fault| format!("tollgate cannot read it: {}", fault.message),
                |bytes| String::from_utf8_lossy(&bytes).into_owned(),
            );
            Some(Arc::new(SourceFile::from_text(&row.name, &text)))
        };
        let change = |delta: &Delta| {
            let (guard, words) = watched(&delta.path)?;
            let (old, new) = (read(&delta.old), read(&delta.new));
            let speaks = |side: &Option<Arc<SourceFile>>| {
                let text = side.as_ref().map(|source| source.text());
                let unread = "tollgate cannot read it";
                text.is_some_and(|text| {
                    text.starts_with(unread) || words.iter().any(|word| text.contains(word))
                })
            };
            let same = old
                .as_ref()
                .zip(new.as_ref())
                .is_some_and(|(old, new)| says_the_same(old, new));
            ((speaks(&old) || speaks(&new)) && !same).then(|| GuardChange {
                name: delta.path.clone(),
                guard,
                old,
                new,
            })
        };
        Ok(deltas.iter().filter_map(change).collect())
    }

    /// The flags under which both sides of every config set are read.
    pub(super) fn point(&self, context: &mut Context) {
        // Whole names: whoever may push a tag must not decide what the first digits of a commit stand for.
        context.global.deployed = self.from.map(|from| format!("git:{from}"));
        context.before = self
            .from
            .map(|from| format!("{}:", from.short()))
            .unwrap_or_default();
        context.global.proposed = Some(format!("git:{}", self.head.id));
        context.head = Some(self.head.id.to_string());
    }
}

/// A policy that judges nothing yet, with everything that it stands on; [`None`] where there is none.
pub(super) fn load_candidate(context: &Context, home: Home) -> Result<Option<Setup>, Failure> {
    if home.policy().is_none() {
        return Ok(None);
    }
    let nothing = home.beside();
    setup::load_from(context, home, &nothing).map(Some)
}

/// What one changes of what the other stands on; a guard that is gone altogether is changed too.
pub(super) fn changes(old: Option<&Home>, new: Option<&Setup>) -> Vec<GuardChange> {
    match (old, new) {
        (Some(old), Some(new)) => old.changed_by(&new.home),
        (Some(old), None) => old.changed_by(&old.beside()),
        (None, _) => Vec::new(),
    }
}

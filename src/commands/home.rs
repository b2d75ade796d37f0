//! Where the guard's own files are read from: the checkout, a commit, or what was recorded with the last push. What
//! was read is remembered, so that two of these can be held against each other: a proposal that changes what guards
//! it is seen by that.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::context::Context;
use super::setup::display;
use crate::diff::compare_files;
use crate::doc::SourceFile;
use crate::gate::{FileInput, Guard, GuardChange, ReadFault};
use crate::policy::FILE_NAME;
use crate::sys::fs;
use crate::sys::git::{Git, Side};

/// Where the files lie.
enum Place {
    /// On disk.
    Checkout,
    /// In a commit.
    Commit(Commit),
    /// In the ledger, by their names from the policy's folder.
    Recorded(BTreeMap<String, Vec<u8>>),
}

#[derive(Clone)]
struct Commit {
    git: Rc<Git>,
    side: Side,
    /// As it is shown before a path.
    shown: String,
}

/// Where the guard's own files are read from.
pub(super) struct Home {
    place: Place,
    /// The policy's folder in the checkout; paths in the policy start there, wherever it is read from.
    root: PathBuf,
    /// The top of the repository; what lies outside of it is no part of any change, and always read from disk.
    top: PathBuf,
    /// The policy's name from its folder; [`None`] where there is none.
    policy: Option<String>,
    seen: RefCell<BTreeMap<String, Seen>>,
}

/// A file that was read.
#[derive(Clone)]
struct Seen {
    guard: Guard,
    source: Arc<SourceFile>,
}

impl std::fmt::Debug for Home {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Home({} of {})", self.label(), self.root.display())
    }
}

/// A file's name from the policy's folder, and what says why it cannot be read.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) fault: Option<String>,
}

impl Home {
    fn new(place: Place, root: PathBuf, policy: Option<String>) -> Self {
        let top = fs::top_of(&fs::plain(&root));
        Self {
            place,
            root,
            top,
            policy,
            seen: RefCell::default(),
        }
    }

    /// The policy that lies in the checkout, searched upwards or named by the flag.
    pub(super) fn checkout(context: &Context) -> Self {
        let path = match &context.global.policy {
            Some(file) => Some(context.path(file)),
            None => fs::find_upwards(&context.folder(), FILE_NAME),
        };
        let root = match &path {
            Some(path) => match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
                Some(_) | None => PathBuf::from("."),
            },
            None => context.path("."),
        };
        let name = path.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        Self::new(Place::Checkout, root, name)
    }

    /// The policy that a commit holds, searched upwards from the folder that the command works in. One that the flag
    /// names outside of the repository is no part of a proposal: it is taken from disk.
    pub(super) fn commit(context: &Context, git: &Rc<Git>, side: Side, shown: &str) -> Result<Self, String> {
        let commit = Commit {
            git: Rc::clone(git),
            side,
            shown: shown.to_owned(),
        };
        if let Some(file) = &context.global.policy {
            let path = context.path(file);
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(format!("{file} is no file"));
            };
            let Ok(below) = git.inside(folder) else {
                return Ok(Self::checkout(context));
            };
            let name = name.to_string_lossy().into_owned();
            let there = commit.has(&Path::new(&below).join(&name), context)?;
            return Ok(Self::new(
                Place::Commit(commit),
                git.workdir().join(below),
                there.then_some(name),
            ));
        }
        Self::searched(context, commit)
    }

    fn searched(context: &Context, commit: Commit) -> Result<Self, String> {
        let git = Rc::clone(&commit.git);
        let below = git.inside(&context.folder())?;
        for above in Path::new(&below).ancestors() {
            if commit.has(&above.join(FILE_NAME), context)? {
                let root = git.workdir().join(above);
                return Ok(Self::new(Place::Commit(commit), root, Some(FILE_NAME.into())));
            }
        }
        let root = git.workdir().join(below);
        Ok(Self::new(Place::Commit(commit), root, None))
    }

    /// The policy that would be found in the same commit without the flag.
    pub(super) fn unnamed(&self, context: &Context) -> Result<Option<Self>, String> {
        match &self.place {
            Place::Commit(commit) => Self::searched(context, commit.clone()).map(Some),
            Place::Checkout | Place::Recorded(_) => Ok(None),
        }
    }

    /// The policy that was recorded with a push: its files by their names from the policy's folder.
    pub(super) fn recorded(root: &Path, policy: String, files: BTreeMap<String, Vec<u8>>) -> Self {
        Self::new(Place::Recorded(files), root.to_path_buf(), Some(policy))
    }

    /// The same folder, with nothing in it.
    pub(super) fn beside(&self) -> Self {
        Self::new(Place::Recorded(BTreeMap::new()), self.root.clone(), None)
    }

    /// Where it is, in words.
    pub(super) fn label(&self) -> String {
        match &self.place {
            Place::Checkout => String::new(),
            Place::Commit(commit) if commit.shown.is_empty() => "the proposal itself".into(),
            Place::Commit(commit) => commit.shown.clone(),
            Place::Recorded(_) => "the last push".into(),
        }
    }

    /// The policy's folder in the checkout.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The policy's name from its folder.
    pub(super) fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// The policy's file, where it lies on disk.
    pub(super) fn policy_path(&self) -> Option<PathBuf> {
        match self.place {
            Place::Checkout => self.policy.as_ref().map(|name| self.root.join(name)),
            Place::Commit(_) | Place::Recorded(_) => None,
        }
    }

    /// A file's path from the repository's top and from the policy's folder; [`None`] for what lies outside.
    fn inside(&self, name: &str) -> Option<(String, String)> {
        let below = fs::below(&self.top, &self.root.join(name))?;
        let own = fs::below(&self.top, &self.root)?;
        let shared = common(&own, &below);
        let up = "../".repeat(own.components().count().saturating_sub(shared));
        let rest: PathBuf = below.components().skip(shared).collect();
        Some((below.to_str()?.to_owned(), format!("{up}{}", rest.to_str()?)))
    }

    /// How a file is called in messages.
    pub(super) fn shown(&self, context: &Context, name: &str) -> String {
        match (&self.place, self.inside(name)) {
            // What is proposed is shown as the file that it is in the checkout.
            (Place::Commit(commit), Some((below, _))) if commit.shown.is_empty() => below,
            (Place::Commit(commit), Some((below, _))) => format!("{}:{below}", commit.shown),
            (Place::Recorded(_), Some((_, name))) => format!("the last push's {name}"),
            (Place::Checkout | Place::Commit(_) | Place::Recorded(_), _) => {
                display(context, &self.root.join(name))
            }
        }
    }

    /// Reads a file that the guard stands on; `syntax` is the name that says how it is read.
    pub(super) fn read(&self, context: &Context, name: &str, syntax: &str, guard: Guard) -> FileInput {
        let file = self.fetch(context, name, syntax);
        if let (Ok(source), Some((_, key))) = (&file.content, self.inside(name)) {
            let seen = Seen {
                guard,
                source: Arc::clone(source),
            };
            self.seen.borrow_mut().insert(key, seen);
        }
        file
    }

    fn fetch(&self, context: &Context, name: &str, syntax: &str) -> FileInput {
        let shown = self.shown(context, name);
        let lost = |message: String| FileInput {
            display: shown.clone(),
            name: syntax.to_owned(),
            content: Err(ReadFault {
                message,
                help: None,
                not_text: false,
            }),
        };
        match (&self.place, self.inside(name)) {
            (Place::Commit(commit), Some((below, _))) => match commit.bytes(&below, context) {
                Ok(bytes) => fs::from_bytes(&shown, syntax, bytes),
                Err(fault) => FileInput {
                    content: Err(fault),
                    ..lost(String::new())
                },
            },
            (Place::Recorded(files), Some((_, key))) => match files.get(&key) {
                Some(bytes) => fs::from_bytes(&shown, syntax, bytes.clone()),
                None => lost("it was not recorded with the last push".into()),
            },
            (Place::Checkout | Place::Commit(_) | Place::Recorded(_), _) => {
                fs::read(&self.root.join(name), &shown, syntax, &context.limits)
            }
        }
    }

    /// Whether a file is there; what cannot be told counts as there, so that reading it says why.
    pub(super) fn has(&self, context: &Context, name: &str) -> bool {
        match (&self.place, self.inside(name)) {
            (Place::Commit(commit), Some((below, _))) => {
                commit.has(Path::new(&below), context).unwrap_or(true)
            }
            (Place::Recorded(files), Some((_, key))) => files.contains_key(&key),
            (Place::Checkout | Place::Commit(_) | Place::Recorded(_), _) => {
                fs::is_there(&self.root.join(name))
            }
        }
    }

    /// The files below a folder, by their names from the policy's folder.
    pub(super) fn list(&self, context: &Context, folder: &str) -> Result<Vec<Entry>, String> {
        let full = |below: &str| match folder {
            "" => below.to_owned(),
            folder => format!("{folder}/{below}"),
        };
        match (&self.place, self.inside(folder)) {
            (Place::Commit(commit), Some((below, _))) => {
                let rows = commit.git.list(commit.side, &below, &context.limits)?;
                let rows = rows.ok_or("no such folder")?;
                let entry = |name: String| Entry {
                    name: full(&name),
                    fault: None,
                };
                Ok(rows.into_iter().map(|row| entry(row.name)).collect())
            }
            (Place::Recorded(files), Some((_, key))) => {
                let start = if key.is_empty() {
                    String::new()
                } else {
                    format!("{key}/")
                };
                let names = files.keys().filter_map(|name| name.strip_prefix(&start));
                Ok(names
                    .map(|name| Entry {
                        name: full(name),
                        fault: None,
                    })
                    .collect())
            }
            (Place::Checkout | Place::Commit(_) | Place::Recorded(_), _) => {
                let place = self.root.join(folder);
                let place = if place.as_os_str().is_empty() {
                    PathBuf::from(".")
                } else {
                    place
                };
                let listed = fs::list(&place, &context.limits)?;
                Ok(listed
                    .into_iter()
                    .map(|row| Entry {
                        name: full(&row.name),
                        fault: row.fault,
                    })
                    .collect())
            }
        }
    }

    /// The bytes of everything that was read, by names from the policy's folder, the policy's own among them.
    pub(super) fn bundle(&self) -> BTreeMap<String, Vec<u8>> {
        let seen = self.seen.borrow();
        seen.iter()
            .filter(|(_, seen)| seen.guard != Guard::Acks)
            .map(|(name, seen)| (name.clone(), seen.source.text().as_bytes().to_vec()))
            .collect()
    }

    /// The files on disk that were read, but for the policy itself.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let seen = self.seen.borrow();
        seen.iter()
            .filter(|(_, seen)| seen.guard != Guard::Policy)
            .map(|(name, _)| self.root.join(name))
            .collect()
    }

    /// What a proposal changes of what the guard stands on.
    pub(super) fn changed_by(&self, proposal: &Self) -> Vec<GuardChange> {
        let (old, new) = (self.seen.borrow(), proposal.seen.borrow());
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let change = |name: &String| {
            let (before, after) = (old.get(name), new.get(name));
            let same = before
                .zip(after)
                .is_some_and(|(before, after)| says_the_same(&before.source, &after.source));
            let guard = after.or(before)?.guard;
            (!same).then(|| GuardChange {
                name: name.clone(),
                guard,
                old: before.map(|seen| Arc::clone(&seen.source)),
                new: after.map(|seen| Arc::clone(&seen.source)),
            })
        };
        names.into_iter().filter_map(change).collect()
    }
}

/// Whether two files say the same: comments, the order of keys and the like are no change of what guards.
pub(super) fn says_the_same(one: &Arc<SourceFile>, other: &Arc<SourceFile>) -> bool {
    if one.sha256() == other.sha256() {
        return true;
    }
    let limits = crate::doc::Limits::DEFAULT;
    let tree = |source: &Arc<SourceFile>| crate::formats::parse(source, &limits).ok().map(Arc::new);
    let (Some(one), Some(other)) = (tree(one), tree(other)) else {
        return false;
    };
    let settings = crate::settings::DiffSettings::default();
    let found = compare_files("", Some(&one), Some(&other), &settings, &limits);
    found.is_ok_and(|found| found.changes.is_empty() && found.notes.is_empty())
}

/// How many components two paths begin with alike.
fn common(one: &Path, other: &Path) -> usize {
    one.components()
        .zip(other.components())
        .take_while(|(a, b)| a == b)
        .count()
}

impl Commit {
    fn has(&self, path: &Path, context: &Context) -> Result<bool, String> {
        let path = path.to_string_lossy();
        let rows = self.git.list(self.side, &path, &context.limits)?;
        Ok(rows.is_some_and(|rows| !rows.is_empty()))
    }

    fn bytes(&self, below: &str, context: &Context) -> Result<Vec<u8>, ReadFault> {
        let fault = |message: String| ReadFault {
            message,
            help: None,
            not_text: false,
        };
        let rows = self.git.list(self.side, below, &context.limits).map_err(fault)?;
        let row = rows.and_then(|rows| rows.into_iter().find(|row| row.name.is_empty()));
        let row = row.ok_or_else(|| fault("no such file".into()))?;
        self.git.read(&row, below, &context.limits)
    }
}

//! Repositories read by the git program: SHA-256, sparse indexes, partial clones, and indexes so large that libgit2
//! needs longer for them. Plumbing commands only, with NUL between the parts of what they print.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use super::{Delta, ObjectId, Row, RowKind, Side, Store};
use crate::doc::Limits;
use crate::sys::env::{Env, GIT_LOCATION};
use crate::sys::fs;
use crate::sys::process::{self, Batch, Output, Tool};

/// No command of these takes longer; the run's own deadline is shorter.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The most that a listing may print.
const MAX_LISTING: u64 = 512 * 1024 * 1024;
/// Of every command: no hook or daemon of the repository's settings is started, and nothing asks anybody.
const SETTINGS: [&str; 2] = ["-c", "core.fsmonitor=false"];
const ENVIRONMENT: [(&str, &str); 4] = [
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
];
/// What this run knows of keys is not git's business.
const SIGNING: &str = "TOLLGATE_SIGNING_KEY";
/// Compares a tree with the index.
const STAGED: [&str; 8] = [
    "diff-index",
    "--cached",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--ita-invisible-in-index",
    "--ignore-submodules=none",
];

/// Why the program cannot stand in.
#[derive(Debug)]
pub(super) enum Absent {
    /// It is not installed.
    NoProgram,
    /// It refuses the repository too.
    Refused(String),
}

impl std::fmt::Display for Absent {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoProgram => out.write_str("the git program is not installed"),
            Self::Refused(why) => out.write_str(why),
        }
    }
}

/// Where a repository lies, as the program says.
#[derive(Debug, Clone)]
struct Layout {
    workdir: PathBuf,
    git: PathBuf,
    common: PathBuf,
    bare: bool,
    /// The name of the empty tree, which depends on the hash.
    empty: &'static str,
}

/// The git program in a folder.
#[derive(Debug, Clone)]
pub(super) struct Program {
    folder: PathBuf,
    /// Variables that are taken away.
    without: Vec<&'static str>,
    index: Option<PathBuf>,
    layout: OnceCell<Layout>,
    batch: Rc<RefCell<Option<Batch>>>,
}

impl Program {
    pub(super) fn new(start: &Path, env: &Env) -> Self {
        let mut without = vec![SIGNING];
        if env.git_ignored {
            without.extend(GIT_LOCATION);
        }
        // A `GIT_DIR` that is not absolute starts at the current folder.
        let folder = if env.git_dir.is_some() {
            env.cwd.clone()
        } else {
            env.cwd.join(start)
        };
        Self {
            folder,
            without,
            index: env.git_index_file.as_ref().map(|file| env.cwd.join(file)),
            layout: OnceCell::new(),
            batch: Rc::default(),
        }
    }

    /// Whether there is such a program.
    pub(super) fn is_there() -> bool {
        fs::on_path("git")
    }

    /// The index that the environment names.
    pub(super) fn index_override(&self) -> Option<PathBuf> {
        self.index.clone()
    }

    /// The same, once it is known that the program reads the repository.
    pub(super) fn open(&self) -> Result<Self, Absent> {
        if !Self::is_there() {
            return Err(Absent::NoProgram);
        }
        self.layout().map_err(Absent::Refused)?;
        Ok(self.clone())
    }

    fn layout(&self) -> Result<&Layout, String> {
        if let Some(layout) = self.layout.get() {
            return Ok(layout);
        }
        let asked = [
            "rev-parse",
            "--path-format=absolute",
            "--is-bare-repository",
            "--show-object-format",
            "--absolute-git-dir",
            "--git-common-dir",
        ];
        let text = self.text(&asked)?;
        let lines: Vec<&str> = text.lines().collect();
        let [bare, format, git, common] = lines.as_slice() else {
            return Err("git says nothing of where the repository lies".into());
        };
        let bare = *bare == "true";
        let workdir = if bare {
            PathBuf::from(git)
        } else {
            let top = self.text(&["rev-parse", "--show-toplevel"])?;
            PathBuf::from(top.trim_end_matches('\n'))
        };
        let empty = if *format == "sha256" {
            "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
        } else {
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
        };
        Ok(self.layout.get_or_init(|| Layout {
            workdir,
            git: PathBuf::from(git),
            common: PathBuf::from(common),
            bare,
            empty,
        }))
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Output, String> {
        let command = command_line(arguments);
        let output = process::tool(&Tool {
            command: &command,
            folder: &self.folder,
            without: &self.without,
            with: &ENVIRONMENT,
            input,
            timeout: TIMEOUT,
            most: MAX_LISTING,
        })
        .map_err(|error| format!("git cannot be run: {}", fs::describe(&error)))?;
        if output.timed_out {
            return Err(format!("git {} did not end", arguments.first().unwrap_or(&"")));
        }
        Ok(output)
    }

    /// What a command prints; `Err` with the last line of what it complains about.
    fn bytes_of(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
        let output = self.run(arguments, input)?;
        if output.code == Some(0) {
            return Ok(output.text);
        }
        Err(said(&output.errors))
    }

    fn text(&self, arguments: &[&str]) -> Result<String, String> {
        let bytes = self.bytes_of(arguments, b"")?;
        String::from_utf8(bytes).map_err(|_| "git prints what is not UTF-8".into())
    }

    fn line(&self, arguments: &[&str]) -> Result<String, String> {
        Ok(self.text(arguments)?.trim_end_matches('\n').to_owned())
    }

    fn id(&self, arguments: &[&str]) -> Result<ObjectId, String> {
        let line = self.line(arguments)?;
        ObjectId::parse(&line).ok_or_else(|| "git prints no object name".into())
    }

    /// An object by the name of a revision; [`None`] for `HEAD` of a branch without commits.
    fn named(&self, name: &str, kind: &str) -> Result<Option<ObjectId>, String> {
        let wanted = format!("{name}^{{{kind}}}");
        let found = self.id(&["rev-parse", "--verify", "--end-of-options", &wanted]);
        match found {
            Ok(id) => Ok(Some(id)),
            Err(_) if name == "HEAD" && self.is_unborn() => Ok(None),
            Err(why) => {
                let shallow = self.line(&["rev-parse", "--is-shallow-repository"]);
                let shallow = if shallow.is_ok_and(|word| word == "true") {
                    "; the clone is shallow: git fetch --unshallow"
                } else {
                    ""
                };
                Err(format!(
                    "`{name}` is no revision of this repository: {why}{shallow}"
                ))
            }
        }
    }

    fn is_unborn(&self) -> bool {
        let branch = self.line(&["symbolic-ref", "--quiet", "HEAD"]);
        branch.is_ok_and(|branch| self.line(&["rev-parse", "--verify", "--quiet", &branch]).is_err())
    }

    /// The entries of the index at these paths, or all: what was only announced (`add --intent-to-add`) is none.
    fn entries(&self, paths: &[String]) -> Result<Vec<Row>, String> {
        let empty = self.layout()?.empty.to_owned();
        let mut words: Vec<String> = STAGED.map(str::to_owned).to_vec();
        words.extend([empty, "--".into()]);
        words.extend(paths.iter().map(|path| literal(path)));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let text = self.bytes_of(&words, b"")?;
        let deltas = deltas(&text).ok_or("git diff-index prints what nobody expects")?;
        let mut rows: Vec<Row> = deltas.into_iter().filter_map(|delta| delta.new).collect();
        rows.dedup_by(|a, b| a.name == b.name);
        Ok(rows)
    }

    /// Mode and name of what stands at a path of a tree.
    fn at(&self, side: Side, path: &str) -> Result<Option<(u32, ObjectId)>, String> {
        let Side::Tree(id) = side else {
            return Ok(None);
        };
        let id = id.to_string();
        let words = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", &id, path];
        let text = self.bytes_of(&words, b"")?;
        let parts = (|| {
            let head = std::str::from_utf8(text.split(|byte| *byte == b'\t').next()?).ok()?;
            let mut words = head.split_whitespace();
            let mode = u32::from_str_radix(words.next()?, 8).ok()?;
            Some((mode, ObjectId::parse(words.nth(1)?)?))
        })();
        Ok(parts)
    }

    /// The entries that are not checked out.
    fn skipped(&self, folder: &str) -> Result<Vec<Row>, String> {
        let place = literal(folder);
        let mut words = vec!["ls-files", "--stage", "-t", "-z", "--full-name", "--"];
        words.push(&place);
        let text = self.bytes_of(&words, b"")?;
        let mut rows = Vec::new();
        for entry in text.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let (tag, id, mode, path) =
                entry_parts(entry).ok_or("git ls-files prints what nobody expects")?;
            if tag == b'S' {
                rows.push(Row::new(path, id, RowKind::of_mode(mode)));
            }
        }
        Ok(rows)
    }
}

/// The command with what every one of these is given.
fn command_line(arguments: &[&str]) -> Vec<String> {
    let head = std::iter::once("git").chain(SETTINGS);
    head.chain(arguments.iter().copied()).map(str::to_owned).collect()
}

/// The same rows by their names below a folder.
fn below(rows: Vec<Row>, folder: &str) -> Vec<Row> {
    let shorter = |row: Row| {
        let name = rest(row.name.as_bytes(), folder)?;
        let name = String::from_utf8_lossy(name).into_owned();
        Some(Row { name, ..row })
    };
    rows.into_iter().filter_map(shorter).collect()
}

/// A path from the repository's root, taken as it is.
fn literal(path: &str) -> String {
    if path.is_empty() {
        ":(top)".to_owned()
    } else {
        format!(":(top,literal){path}")
    }
}

/// What is left of a path below a folder; empty for the folder itself.
fn rest<'p>(path: &'p [u8], folder: &str) -> Option<&'p [u8]> {
    if folder.is_empty() {
        return Some(path);
    }
    let below = path.strip_prefix(folder.as_bytes())?;
    if below.is_empty() {
        Some(below)
    } else {
        below.strip_prefix(b"/")
    }
}

/// `H 100644 <id> 0\tpath`.
fn entry_parts(entry: &[u8]) -> Option<(u8, ObjectId, u32, &[u8])> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&entry[..tab]).ok()?;
    let mut words = head.split(' ');
    let tag = words.next()?.bytes().next()?;
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let id = ObjectId::parse(words.next()?)?;
    Some((tag, id, mode, &entry[tab + 1..]))
}

/// What git complains about: its first line that is a complaint, with the advice that follows where there is one.
fn said(errors: &str) -> String {
    let line = errors
        .lines()
        .find(|line| line.starts_with("fatal: ") || line.starts_with("error: "))
        .or_else(|| errors.lines().next_back())
        .unwrap_or("it says nothing");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    let advice = if errors.contains("safe.directory") {
        "; if you trust it: git config --global --add safe.directory FOLDER"
    } else {
        ""
    };
    format!("{line}{advice}")
}

/// `:100644 100644 <id> <id> M\0path\0`.
fn deltas(text: &[u8]) -> Option<Vec<Delta>> {
    let mut parts = text.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    let mut out = Vec::new();
    while let Some(head) = parts.next() {
        let head = std::str::from_utf8(head).ok()?.strip_prefix(':')?;
        let mut words = head.split(' ');
        let old_mode = u32::from_str_radix(words.next()?, 8).ok()?;
        let new_mode = u32::from_str_radix(words.next()?, 8).ok()?;
        let (old, new) = (ObjectId::parse(words.next()?)?, ObjectId::parse(words.next()?)?);
        let status = words.next()?;
        let path = parts.next()?;
        let row = |id: ObjectId, mode: u32| (mode != 0).then(|| Row::new(path, id, RowKind::of_mode(mode)));
        let (old, new) = if status.starts_with('U') {
            (None, Some(Row::new(path, ObjectId::ZERO, RowKind::Unmerged)))
        } else {
            (row(old, old_mode), row(new, new_mode))
        };
        out.push(Delta {
            path: String::from_utf8_lossy(path).into_owned(),
            old,
            new,
        });
    }
    Some(out)
}

impl Store for Program {
    fn workdir(&self) -> PathBuf {
        self.layout()
            .map_or_else(|_| self.folder.clone(), |layout| layout.workdir.clone())
    }

    fn is_bare(&self) -> bool {
        self.layout().is_ok_and(|layout| layout.bare)
    }

    fn commit(&self, name: &str) -> Result<Option<ObjectId>, String> {
        self.named(name, "commit")
    }

    fn tree(&self, name: &str) -> Result<Side, String> {
        Ok(self.named(name, "tree")?.map_or(Side::Empty, Side::Tree))
    }

    fn parents(&self, commit: ObjectId) -> Result<Vec<ObjectId>, String> {
        let line = self.line(&["rev-list", "--parents", "--max-count=1", &commit.to_string()])?;
        Ok(line.split(' ').skip(1).filter_map(ObjectId::parse).collect())
    }

    fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, String> {
        let output = self.run(&["merge-base", &one.to_string(), &other.to_string()], b"")?;
        match output.code {
            Some(0) => Ok(ObjectId::parse(String::from_utf8_lossy(&output.text).trim())),
            Some(1) => Ok(None),
            _ => Err(said(&output.errors)),
        }
    }

    fn rows(&self, side: Side, folder: &str, _limits: &Limits) -> Result<Option<Vec<Row>>, String> {
        let id = match side {
            Side::Empty => return Ok(None),
            Side::Index => {
                let rows = self.entries(&[folder.to_owned()])?;
                return Ok(Some(below(rows, folder)));
            }
            Side::Tree(id) => id.to_string(),
        };
        let mut arguments = vec!["--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", &id];
        arguments.extend((!folder.is_empty()).then_some(folder));
        let text = self.bytes_of(&arguments, b"")?;
        let mut rows = Vec::new();
        for entry in text.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let parts = (|| {
                let tab = entry.iter().position(|byte| *byte == b'\t')?;
                let head = std::str::from_utf8(&entry[..tab]).ok()?;
                let mut words = head.split_whitespace();
                let mode = u32::from_str_radix(words.next()?, 8).ok()?;
                let id = ObjectId::parse(words.nth(1)?)?;
                Some((mode, id, &entry[tab + 1..]))
            })();
            let (mode, id, path) = parts.ok_or("git ls-tree prints what nobody expects")?;
            if let Some(below) = rest(path, folder) {
                rows.push(Row::new(below, id, RowKind::of_mode(mode)));
            }
        }
        Ok((!rows.is_empty() || folder.is_empty()).then_some(rows))
    }

    fn entry(&self, side: Side, path: &str) -> Result<Option<Row>, String> {
        if side == Side::Index {
            let rows = self.entries(&[path.to_owned()])?;
            return Ok(rows.into_iter().find(|row| row.name == path));
        }
        let found = self.at(side, path)?;
        Ok(found
            .filter(|(mode, _)| mode & 0o170_000 != 0o040_000)
            .map(|(mode, id)| Row::new(path.as_bytes(), id, RowKind::of_mode(mode))))
    }

    fn tree_at(&self, side: Side, path: &str) -> Result<Option<ObjectId>, String> {
        if let (Side::Tree(id), "") = (side, path) {
            return Ok(Some(id));
        }
        let found = self.at(side, path)?;
        Ok(found
            .filter(|(mode, _)| mode & 0o170_000 == 0o040_000)
            .map(|(_, id)| id))
    }

    fn any_ref(&self, prefix: &str) -> bool {
        let found = self.line(&["for-each-ref", "--count=1", "--format=x", prefix]);
        found.is_ok_and(|line| !line.is_empty())
    }

    fn changed(&self, from: Side, to: Side) -> Result<Vec<Delta>, String> {
        let name = |side: Side| match side {
            Side::Tree(id) => Ok(id.to_string()),
            Side::Empty => self.layout().map(|layout| layout.empty.to_owned()),
            Side::Index => Err("the index stands on the new side only".to_owned()),
        };
        let old = name(from)?;
        let text = if to == Side::Index {
            let mut words = STAGED.to_vec();
            words.extend([old.as_str(), "--"]);
            self.bytes_of(&words, b"")?
        } else {
            let new = name(to)?;
            let words = [
                "diff-tree",
                "-r",
                "--raw",
                "-z",
                "--no-renames",
                "--no-abbrev",
                &old,
                &new,
                "--",
            ];
            self.bytes_of(&words, b"")?
        };
        deltas(&text).ok_or_else(|| "git diff prints what nobody expects".into())
    }

    fn left_out(&self, folder: &str) -> Result<Vec<Row>, String> {
        Ok(below(self.skipped(folder)?, folder))
    }

    fn bytes(&self, id: ObjectId, limits: &Limits) -> Result<Option<Vec<u8>>, String> {
        let mut batch = self.batch.borrow_mut();
        if batch.is_none() {
            let command = command_line(&["cat-file", "--batch"]);
            let started = Batch::start(&command, &self.folder, &self.without, &ENVIRONMENT);
            *batch = Some(started.map_err(|error| format!("git cannot be run: {}", fs::describe(&error)))?);
        }
        let Some(reader) = batch.as_mut() else {
            return Err("git cannot be run".into());
        };
        let found = reader.ask(&id.to_string(), limits.file_bytes);
        match found {
            Ok(found) => Ok(found),
            Err(error) => {
                // What it would print next belongs to another question.
                *batch = None;
                let promised = [
                    "config",
                    "--get-regexp",
                    r"^(remote\..*\.promisor|extensions\.partialclone)$",
                ];
                let partial = self.line(&promised).is_ok();
                let advice = if partial {
                    "; the clone is partial: git fetch --refetch --no-filter brings everything"
                } else {
                    ""
                };
                Err(format!("{}{advice}", fs::describe(&error)))
            }
        }
    }

    fn hooks(&self) -> Result<(PathBuf, bool), String> {
        let layout = self.layout()?;
        let Ok(line) = self.line(&["config", "--show-scope", "--type=path", "--get", "core.hooksPath"])
        else {
            return Ok((layout.common.join("hooks"), true));
        };
        let (scope, path) = line.split_once('\t').unwrap_or(("", &line));
        if path.is_empty() {
            return Err("core.hooksPath is empty, so that git runs no hook".into());
        }
        Ok((layout.workdir.join(path), matches!(scope, "local" | "worktree")))
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.line(&["config", "--get", name]).ok()
    }

    fn index_file(&self) -> PathBuf {
        self.layout()
            .map_or_else(|_| PathBuf::new(), |layout| layout.git.join("index"))
    }

    fn common(&self) -> PathBuf {
        self.layout()
            .map_or_else(|_| PathBuf::new(), |layout| layout.common.clone())
    }

    fn keep_index(&self) -> Result<ObjectId, String> {
        self.id(&["write-tree"])
    }

    fn ignores(&self, path: &Path) -> bool {
        let path = path.to_string_lossy();
        self.bytes_of(&["check-ignore", "--quiet", "--", &path], b"")
            .is_ok()
    }

    fn attribute(&self, path: &str, name: &str) -> Option<String> {
        let layout = self.layout().ok()?;
        let top = layout.workdir.to_string_lossy().into_owned();
        let text = self
            .bytes_of(&["-C", &top, "check-attr", "-z", name, "--", path], b"")
            .ok()?;
        let value = text.split(|byte| *byte == 0).nth(2)?;
        let value = std::str::from_utf8(value).ok()?;
        (!matches!(value, "unspecified" | "set" | "unset")).then(|| value.to_owned())
    }

    fn remotes(&self) -> Vec<String> {
        let text = self.text(&["remote"]).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn symbolic(&self, name: &str) -> Option<String> {
        self.line(&["symbolic-ref", "--quiet", name]).ok()
    }
}

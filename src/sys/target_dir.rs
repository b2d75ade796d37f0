//! A folder as a target. Each file is replaced atomically; all of them under a journal that lies in the
//! folder itself, on the same disk, so that after a crash at any instruction the next run finishes the
//! push or undoes it. What is staged lies in [`STAGING`], which nothing else reads.

#![expect(clippy::disallowed_methods, reason = "this is where a target is written")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::GlobMatcher;
use rustix::fs::FlockOperation;

use super::fs::{STAGING, describe, list, raw_bytes};
use crate::doc::Limits;
use crate::doc::digest::{hex, sha256};
use crate::release::{Held, Journal, JournalStep, Live, LiveFile, Plan, Target, TargetError};

/// The journal's name inside [`STAGING`].
const JOURNAL: &str = "journal.json";
/// Asks the run at work to give way.
const ABORT: &str = "abort";
/// How long a rollback waits for the run at work.
const PATIENCE: Duration = Duration::from_secs(5);

/// A folder.
#[derive(Debug)]
pub struct DirTarget {
    folder: PathBuf,
    shown: String,
    glob: Option<GlobMatcher>,
    limits: Limits,
}

/// Whether a run broke off in this folder.
#[must_use]
pub fn is_interrupted(folder: &Path) -> bool {
    folder.join(STAGING).join(JOURNAL).exists()
}

/// The journal of a run that broke off in this folder, if it can be read.
#[must_use]
pub fn pending(folder: &Path) -> Option<Journal> {
    let bytes = raw_bytes(&folder.join(STAGING).join(JOURNAL), &Limits::DEFAULT).ok()?;
    serde_json::from_slice(&bytes).ok()
}

impl DirTarget {
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// A folder and the files in it that belong to the set; without a pattern, only [`Target::look`] finds any.
    #[must_use]
    pub fn new(folder: PathBuf, shown: String, glob: Option<GlobMatcher>, limits: Limits) -> Self {
        Self {
            folder,
            shown,
            glob,
            limits,
        }
    }

    fn fault(&self, what: &str, error: &io::Error) -> TargetError {
        TargetError::Failed(format!("{}: cannot {what}: {}", self.shown, describe(error)))
    }

    fn read(&self, name: &str) -> Result<Option<LiveFile>, TargetError> {
        let path = self.inside(name)?;
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(self.fault(&format!("look at {name}"), &error)),
        };
        // A folder of this name holds other files, which are judged by their own names.
        if metadata.is_dir() {
            return Ok(None);
        }
        if !metadata.is_file() {
            return Err(TargetError::Failed(format!(
                "{}/{name} is no regular file; tollgate replaces only those",
                self.shown
            )));
        }
        let bytes = raw_bytes(&path, &self.limits)
            .map_err(|fault| TargetError::Failed(format!("{}/{name}: {}", self.shown, fault.message)))?;
        Ok(Some(LiveFile {
            bytes,
            mode: metadata.permissions().mode() & 0o7777,
        }))
    }

    /// The path of a file below the folder; names that lead out of it, or through links, are refused.
    fn inside(&self, name: &str) -> Result<PathBuf, TargetError> {
        let plain = !name.is_empty()
            && name
                .split('/')
                .all(|part| !part.is_empty() && part != "." && part != ".." && part != STAGING);
        if !plain || name.contains('\0') {
            return Err(TargetError::Failed(format!(
                "`{name}` is no path below {}",
                self.shown
            )));
        }
        let mut path = self.folder.clone();
        let parts: Vec<&str> = name.split('/').collect();
        for part in &parts[..parts.len() - 1] {
            path.push(part);
            if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
                return Err(TargetError::Failed(format!(
                    "{}/{name} lies behind a link; tollgate does not write through links",
                    self.shown
                )));
            }
        }
        path.push(parts[parts.len() - 1]);
        Ok(path)
    }

    fn open(&self) -> Result<File, TargetError> {
        fs::create_dir_all(&self.folder).map_err(|error| self.fault("create the folder", &error))?;
        // Never ours, and nothing is staged elsewhere for it; the way back must not stop at it either.
        let staging = self.staging();
        if fs::symlink_metadata(&staging).is_ok_and(|metadata| metadata.is_symlink()) {
            fs::remove_file(&staging).map_err(|error| self.fault("take a planted link away", &error))?;
        }
        File::open(&self.folder).map_err(|error| self.fault("open the folder", &error))
    }

    fn staging(&self) -> PathBuf {
        self.folder.join(STAGING)
    }
}

impl Target for DirTarget {
    fn place(&self) -> String {
        self.shown.clone()
    }

    fn live(&self) -> Result<Live, TargetError> {
        let mut live = Live::default();
        if !self.folder.exists() {
            return Ok(live);
        }
        let rows = list(&self.folder, &self.limits)
            .map_err(|why| TargetError::Failed(format!("{}: {why}", self.shown)))?;
        for row in rows {
            if let Some(fault) = row.fault {
                return Err(TargetError::Failed(format!(
                    "{}/{}: {fault}",
                    self.shown, row.name
                )));
            }
            if self.glob.as_ref().is_some_and(|glob| glob.is_match(&row.name))
                && let Some(file) = self.read(&row.name)?
            {
                live.files.insert(row.name, file);
            }
        }
        Ok(live)
    }

    fn look(&self, names: &[String]) -> Result<Live, TargetError> {
        let mut live = Live::default();
        for name in names {
            if let Some(file) = self.read(name)? {
                live.files.insert(name.clone(), file);
            }
        }
        Ok(live)
    }

    fn hold(&self) -> Result<Box<dyn Held + '_>, TargetError> {
        let file = self.open()?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Box::new(HeldDir {
                target: self,
                lock: Some(file),
            })),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(TargetError::Busy(self.shown.clone())),
            Err(error) => Err(self.fault("lock the folder", &error.into())),
        }
    }

    fn preempt(&self) -> Result<Box<dyn Held + '_>, TargetError> {
        let file = self.open()?;
        let mut waited = Duration::ZERO;
        let pause = Duration::from_millis(20);
        while rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            // Whoever pushes looks for this before every file.
            let _ = File::create(self.staging().join(ABORT));
            if waited >= PATIENCE {
                // The way back does not depend on somebody else's goodwill, nor on locks that work.
                return Ok(Box::new(HeldDir {
                    target: self,
                    lock: None,
                }));
            }
            std::thread::sleep(pause);
            waited += pause;
        }
        let _ = fs::remove_file(self.staging().join(ABORT));
        Ok(Box::new(HeldDir {
            target: self,
            lock: Some(file),
        }))
    }
}

#[derive(Debug)]
struct HeldDir<'t> {
    target: &'t DirTarget,
    /// Held until dropped; [`None`] where a rollback went on without.
    lock: Option<File>,
}

impl HeldDir<'_> {
    fn slot(&self, journal: &Journal, at: usize) -> PathBuf {
        self.target.staging().join(&journal.run).join(format!("{at:06}"))
    }

    fn step(&self, journal: &Journal, at: usize, step: &JournalStep) -> Result<(), TargetError> {
        let target = self.target;
        let path = target.inside(&step.name)?;
        let there = target.read(&step.name)?.map(|file| hex(&sha256(&file.bytes)));
        if there == step.new {
            return Ok(());
        }
        if there != step.old {
            return Err(TargetError::Failed(format!(
                "{}/{} was changed by somebody else meanwhile",
                target.shown, step.name
            )));
        }
        if step.new.is_none() {
            return fs::remove_file(&path)
                .map_err(|error| target.fault(&format!("remove {}", step.name), &error));
        }
        let slot = self.slot(journal, at);
        let staged = raw_bytes(&slot, &target.limits).map(|bytes| hex(&sha256(&bytes)));
        if staged.ok() != step.new {
            return Err(TargetError::Failed(format!(
                "{}: what was staged for {} is gone or damaged",
                target.shown, step.name
            )));
        }
        let put = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            if path.is_dir() {
                remove_empty(&path)?;
            }
            fs::rename(&slot, &path)
        };
        put().map_err(|error| target.fault(&format!("put {} in place", step.name), &error))
    }

    /// Whether a folder in the way of a file holds only what the plan takes away.
    fn will_be_empty(&self, plan: &Plan, name: &str, path: &Path) -> Result<(), TargetError> {
        let rows = list(path, &self.target.limits)
            .map_err(|why| TargetError::Failed(format!("{}/{name}: {why}", self.target.shown)))?;
        let goes = |row: &str| {
            let full = format!("{name}/{row}");
            plan.steps
                .iter()
                .any(|step| step.new.is_none() && step.name == full)
        };
        match rows.iter().find(|row| !goes(&row.name)) {
            None => Ok(()),
            Some(row) => Err(TargetError::Failed(format!(
                "{}/{name} is a folder, and {name}/{} in it is to stay",
                self.target.shown, row.name
            ))),
        }
    }

    fn sync_parents(&self, journal: &Journal) -> io::Result<()> {
        let mut parents: Vec<PathBuf> = journal
            .steps
            .iter()
            .filter_map(|step| {
                self.target
                    .folder
                    .join(&step.name)
                    .parent()
                    .map(Path::to_path_buf)
            })
            .collect();
        parents.push(self.target.folder.clone());
        parents.sort();
        parents.dedup();
        for parent in parents {
            if parent.is_dir() {
                File::open(parent)?.sync_all()?;
            }
        }
        Ok(())
    }

    fn try_stage(&self, plan: &Plan, journal: &Journal) -> io::Result<()> {
        let staging = self.target.staging();
        let folder = staging.join(&journal.run);
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        for (at, step) in plan.steps.iter().enumerate() {
            if let Some(new) = &step.new {
                let like = self.target.folder.join(&step.name);
                write_slot(&self.slot(journal, at), &new.bytes, new.mode, &like)?;
            }
        }
        File::open(&folder)?.sync_all()?;
        // The journal appears whole, and only once everything it speaks of is on the disk.
        let text = serde_json::to_string(journal).map_err(io::Error::other)?;
        let draft = staging.join("journal.tmp");
        write_slot(&draft, text.as_bytes(), 0o600, &draft)?;
        fs::rename(&draft, staging.join(JOURNAL))?;
        File::open(&staging)?.sync_all()?;
        File::open(&self.target.folder)?.sync_all()
    }
}

/// Writes a staged file, synced, with its mode.
fn write_slot(path: &Path, bytes: &[u8], mode: u32, like: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    // A file that is replaced keeps its owner, where we may give files away.
    if let Ok(before) = fs::symlink_metadata(like) {
        let _ = std::os::unix::fs::fchown(&file, Some(before.uid()), Some(before.gid()));
    }
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.sync_all()
}

/// Removes a folder that holds nothing but empty folders.
fn remove_empty(folder: &Path) -> io::Result<()> {
    for row in fs::read_dir(folder)? {
        let path = row?.path();
        if fs::symlink_metadata(&path)?.is_dir() {
            remove_empty(&path)?;
        }
    }
    fs::remove_dir(folder)
}

/// Run names become folders: only what a run of ours would be called.
fn is_run(run: &str) -> bool {
    !run.is_empty() && run.len() <= 80 && run.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

impl Held for HeldDir<'_> {
    fn pending(&self) -> Result<Option<Journal>, TargetError> {
        let path = self.target.staging().join(JOURNAL);
        if !path.exists() {
            return Ok(None);
        }
        let broken = |why: String| {
            TargetError::Failed(format!(
                "the journal in {} cannot be read: {why}",
                self.target.shown
            ))
        };
        let bytes = raw_bytes(&path, &self.target.limits).map_err(|fault| broken(fault.message))?;
        let journal: Journal = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        if is_run(&journal.run) {
            Ok(Some(journal))
        } else {
            Err(broken("its run has no proper name".into()))
        }
    }

    fn stage(&self, plan: &Plan, journal: &Journal) -> Result<(), TargetError> {
        for step in &plan.steps {
            let path = self.target.inside(&step.name)?;
            if step.new.is_some() && path.is_dir() {
                self.will_be_empty(plan, &step.name, &path)?;
            }
        }
        self.try_stage(plan, journal).map_err(|error| {
            let _ = fs::remove_dir_all(self.target.staging().join(&journal.run));
            self.target.fault("stage the files", &error)
        })
    }

    fn apply(&self, journal: &Journal) -> Result<(), TargetError> {
        let steps = || journal.steps.iter().enumerate();
        // Removals first: a folder may become a file.
        let removals = steps().filter(|(_, step)| step.new.is_none());
        for (at, step) in removals.chain(steps().filter(|(_, step)| step.new.is_some())) {
            if self.lock.is_some() && self.target.staging().join(ABORT).exists() {
                return Err(TargetError::Preempted);
            }
            self.step(journal, at, step)?;
        }
        self.sync_parents(journal)
            .map_err(|error| self.target.fault("write the folder to disk", &error))
    }

    fn clear(&self) -> Result<(), TargetError> {
        let staging = self.target.staging();
        if !staging.exists() {
            return Ok(());
        }
        let clear = || {
            match fs::remove_file(staging.join(JOURNAL)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            File::open(&staging)?.sync_all()?;
            fs::remove_dir_all(&staging)
        };
        clear().map_err(|error| self.target.fault("remove the journal", &error))
    }
}

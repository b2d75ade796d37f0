//! What this machine remembers for itself, under `$XDG_STATE_HOME/tollgate` (XDG Base Directory
//! Specification): the machine's own key, and for each repository and environment the rollback tickets
//! with the bytes they need. Trusted by owner and mode; nothing here is ever read from a repository.

#![expect(clippy::disallowed_methods, reason = "this is where the state is kept")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::env::Env;
use super::fs::{describe, raw_bytes};
use super::ledger_dir::{DirBlobs, DirLedger, private_file};
use crate::doc::Limits;
use crate::doc::digest::hex;
use crate::ledger::{BlobStore as _, append, last_release, read_chain};
use crate::release::{Ticket, Vault};
use crate::stamp::SigningKey;

/// The state folder of this user on this machine.
#[derive(Debug, Clone)]
pub struct State {
    folder: PathBuf,
}

/// A second copy of the ticket of the push that went live last.
const CURRENT: &str = "ticket.json";

impl State {
    /// Finds the folder; `Err` where the environment names no place for it.
    pub fn find(env: &Env) -> Result<Self, String> {
        let base = env
            .state_home
            .clone()
            .or_else(|| env.home.as_ref().map(|home| home.join(".local/state")))
            .ok_or(
                "neither XDG_STATE_HOME nor HOME is set, so that there is no place for tickets and keys",
            )?;
        Ok(Self {
            folder: base.join("tollgate"),
        })
    }

    /// The machine's own key, if there is one already.
    pub fn own_key(&self) -> Result<Option<SigningKey>, String> {
        let path = self.folder.join("machine_ed25519");
        if !path.exists() {
            return Ok(None);
        }
        is_private(&path)?;
        let bytes = raw_bytes(&path, &Limits::DEFAULT)
            .map_err(|fault| format!("{}: {}", path.display(), fault.message))?;
        SigningKey::from_openssh(&String::from_utf8_lossy(&bytes))
            .map(Some)
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The machine's own key, made where there is none.
    pub fn make_own_key(&self) -> Result<SigningKey, String> {
        if let Some(key) = self.own_key()? {
            return Ok(key);
        }
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed).map_err(|error| error.to_string())?;
        let key = SigningKey::from_seed(&seed);
        let path = self.folder.join("machine_ed25519");
        let text = key.to_openssh("tollgate: this machine's own key");
        let made = private_file(&path, text.as_bytes(), true)
            .map_err(|error| format!("{}: {}", path.display(), describe(&error)))?;
        // Another run was faster: its key is the machine's.
        if made { Ok(key) } else { self.make_own_key() }
    }

    fn accepted(&self, sha256: &str) -> PathBuf {
        self.folder.join("trusted").join(sha256)
    }

    /// Whether the commands of the policy with this digest may be run.
    #[must_use]
    pub fn trusts(&self, sha256: &str) -> bool {
        let path = self.accepted(sha256);
        sha256.len() == 64 && path.is_file() && is_private(&path).is_ok()
    }

    /// From now on they may.
    pub fn trust(&self, sha256: &str) -> Result<(), String> {
        let path = self.accepted(sha256);
        private_file(&path, b"", false)
            .map(|_| ())
            .map_err(|error| format!("{}: {}", path.display(), describe(&error)))
    }

    /// From now on they may not.
    pub fn distrust(&self, sha256: &str) -> Result<(), String> {
        let path = self.accepted(sha256);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("{}: {}", path.display(), describe(&error)))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The folders of every repository that pushed from here.
    #[must_use]
    pub fn repositories(&self) -> Vec<PathBuf> {
        let rows = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = rows
            .map(|row| row.path())
            .filter(|path| path.join("tickets").is_dir())
            .collect();
        folders.sort();
        folders
    }

    /// What belongs to one repository, by its root folder.
    #[must_use]
    pub fn repository(&self, root: &Path) -> PathBuf {
        let real = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        let name: String = real
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .take(40)
            .collect();
        let digest = crate::doc::digest::sha_of(&[real.as_os_str().as_encoded_bytes()]);
        self.folder.join(format!("{name}-{}", &hex(&digest)[..12]))
    }
}

/// Refuses what somebody else could have written.
fn is_private(path: &Path) -> Result<(), String> {
    let metadata = fs::metadata(path).map_err(|error| format!("{}: {}", path.display(), describe(&error)))?;
    let mine = rustix::process::geteuid().as_raw();
    if metadata.uid() != mine && metadata.uid() != 0 {
        return Err(format!("{} belongs to somebody else", path.display()));
    }
    if metadata.permissions().mode() & 0o022 != 0 {
        return Err(format!(
            "{} can be written by others; chmod go-w it",
            path.display()
        ));
    }
    Ok(())
}

/// Tickets and bytes of one repository.
#[derive(Debug)]
pub struct FolderVault {
    folder: PathBuf,
    writer: Option<Writer>,
}

/// What it takes to write pushes down.
#[derive(Debug)]
pub struct Writer {
    /// The ledger.
    pub ledger: DirLedger,
    /// The key that signs.
    pub key: SigningKey,
    /// Now (RFC 3339).
    pub at: String,
    /// Who runs this.
    pub user: String,
}

impl FolderVault {
    /// The vault of a repository's folder; without a writer, for rollbacks only.
    #[must_use]
    pub fn new(folder: PathBuf, writer: Option<Writer>) -> Self {
        Self { folder, writer }
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The bytes it keeps.
    #[must_use]
    pub fn blobs(&self) -> DirBlobs {
        DirBlobs(self.folder.join("blobs"))
    }

    fn of(&self, environment: &str, set: &str) -> PathBuf {
        // Set names are free text; environments are checked by the policy, and here again.
        let safe = |name: &str| -> String {
            let plain = !name.is_empty()
                && !name.starts_with('.')
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
            if plain {
                name.to_owned()
            } else {
                format!("%{}", &hex(&crate::doc::digest::sha_of(&[name.as_bytes()]))[..16])
            }
        };
        self.folder
            .join("tickets")
            .join(safe(environment))
            .join(safe(set))
    }

    /// A ticket, or why it cannot be used.
    fn read(path: &Path) -> Result<Ticket, String> {
        is_private(path)?;
        let damaged = |why: String| format!("{} is damaged: {why}", path.display());
        let bytes = raw_bytes(path, &Limits::DEFAULT).map_err(|fault| damaged(fault.message))?;
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
    }

    /// The environments that have a ticket.
    #[must_use]
    pub fn environments(&self) -> Vec<String> {
        let rows = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = rows(&self.folder.join("tickets"))
            .flat_map(|environment| rows(&environment.path()).collect::<Vec<_>>())
            .flat_map(|set| rows(&set.path()).collect::<Vec<_>>())
            .filter_map(|row| Self::read(&row.path()).ok())
            .map(|ticket| ticket.environment)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The files of every config set's tickets in an environment.
    fn files(&self, environment: &str) -> Vec<PathBuf> {
        let rows = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let folder = self.of(environment, "x");
        let sets = folder.parent().map(Path::to_path_buf).unwrap_or_default();
        rows(&sets)
            .flat_map(|set| rows(&set.path()).collect::<Vec<_>>())
            .map(|row| row.path())
            .collect()
    }

    /// Every ticket of an environment, newest first, whichever of its copies is whole; and why others cannot
    /// be used of which there is no copy, by the names of their runs.
    #[must_use]
    pub fn tickets(&self, environment: &str) -> (Vec<Ticket>, Vec<(String, String)>) {
        let mut whole: BTreeMap<(String, String), Ticket> = BTreeMap::new();
        let mut faults = Vec::new();
        for path in self.files(environment) {
            let run = path.file_stem().map(|name| name.to_string_lossy().into_owned());
            match Self::read(&path) {
                Ok(ticket) if ticket.environment == environment => {
                    whole.insert((ticket.run.clone(), ticket.set.clone()), ticket);
                }
                Ok(ticket) => faults.push((
                    run.unwrap_or_default(),
                    format!("{} is a ticket of `{}`", path.display(), ticket.environment),
                )),
                Err(why) => faults.push((run.unwrap_or_default(), why)),
            }
        }
        // The copy that is named after no run has a twin that is.
        faults.retain(|(run, _)| {
            format!("{run}.json") != CURRENT && whole.keys().all(|(known, _)| known != run)
        });
        let mut tickets: Vec<Ticket> = whole.into_values().collect();
        tickets.sort_by(|a, b| (&b.at, &b.run, &b.set).cmp(&(&a.at, &a.run, &a.set)));
        (tickets, faults)
    }
}

impl Vault for FolderVault {
    fn keep(&self, bytes: &[u8]) -> Result<(), String> {
        self.blobs().keep(bytes).map_err(|error| error.to_string())?;
        if let Some(writer) = &self.writer {
            writer.ledger.keep(bytes).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn save(&self, ticket: &Ticket) -> Result<(), String> {
        self.write(ticket, &format!("{}.json", ticket.run))
    }

    fn activate(&self, ticket: &Ticket) -> Result<(), String> {
        self.write(ticket, CURRENT)
    }

    fn ticket(&self, environment: &str, set: &str, run: &str) -> Option<Ticket> {
        let ticket = Self::read(&self.of(environment, set).join(format!("{run}.json"))).ok()?;
        (ticket.run == run).then_some(ticket)
    }

    fn record(&self, ticket: &Ticket) -> Result<(), String> {
        let Some(writer) = &self.writer else {
            return Ok(());
        };
        let chain = read_chain(&writer.ledger).map_err(|error| error.to_string())?;
        // A crash may have come between writing this down and clearing the journal.
        let last = last_release(&chain, &ticket.environment, &ticket.set);
        if last.is_some_and(|last| last.entry.draft.run == ticket.run) {
            return Ok(());
        }
        append(
            &writer.ledger,
            &writer.key,
            &ticket.pushed(writer.at.clone(), writer.user.clone()),
        )
        .map(|_| ())
        .map_err(|error| error.to_string())
    }
}

impl FolderVault {
    fn write(&self, ticket: &Ticket, name: &str) -> Result<(), String> {
        let text = serde_json::to_string_pretty(ticket).map_err(|error| error.to_string())?;
        let path = self.of(&ticket.environment, &ticket.set).join(name);
        private_file(&path, text.as_bytes(), false)
            .map(|_| ())
            .map_err(|error| format!("{}: {}", path.display(), describe(&error)))
    }
}

//! What this machine remembers for itself, under `$XDG_STATE_HOME/tollgate` (XDG Base Directory
//! Specification): the machine's own key, and for each repository and environment the rollback tickets
//! with the bytes they need. Trusted by owner and mode; nothing here is ever read from a repository.

#![expect(clippy::disallowed_methods, reason = "this is where the state is kept")]

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

/// The name of the ticket that a rollback takes.
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

    fn read(path: &Path) -> Option<Ticket> {
        is_private(path).ok()?;
        let bytes = raw_bytes(path, &Limits::DEFAULT).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// The environments that have a ticket.
    #[must_use]
    pub fn environments(&self) -> Vec<String> {
        let rows = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = rows(&self.folder.join("tickets"))
            .flat_map(|environment| rows(&environment.path()).collect::<Vec<_>>())
            .filter_map(|set| Self::read(&set.path().join(CURRENT)))
            .map(|ticket| ticket.environment)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// Every ticket of an environment, by config set, newest first; and the active ones.
    #[must_use]
    pub fn tickets(&self, environment: &str) -> Vec<(Ticket, bool)> {
        let mut out = Vec::new();
        let folder = self.of(environment, "x");
        let rows = folder.parent().and_then(|folder| fs::read_dir(folder).ok());
        for set in rows.into_iter().flatten().flatten() {
            let current = Self::read(&set.path().join(CURRENT));
            for row in fs::read_dir(set.path()).into_iter().flatten().flatten() {
                if row.file_name() == CURRENT {
                    continue;
                }
                if let Some(ticket) =
                    Self::read(&row.path()).filter(|ticket| ticket.environment == environment)
                {
                    let active = current.as_ref() == Some(&ticket);
                    out.push((ticket, active));
                }
            }
        }
        out.sort_by(|(a, _), (b, _)| (&b.at, &b.run, &b.set).cmp(&(&a.at, &a.run, &a.set)));
        out
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
        Self::read(&self.of(environment, set).join(format!("{run}.json"))).filter(|ticket| ticket.run == run)
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

//! A ledger in a folder: `NNNNNNNN.json`, `stamps/`, `blobs/<sha256>`. Files appear whole or not at all,
//! and an entry's number is taken once.

#![expect(clippy::disallowed_methods, reason = "this is where the ledger is written")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::fs::{describe, raw_bytes};
use crate::doc::Limits;
use crate::doc::digest::{Sha, hex, sha256};
use crate::ledger::{BlobStore, LedgerError, LedgerStore};
use crate::stamp::StampFile;

/// A stamp larger than this is none.
const MAX_STAMP: u64 = 4 * 1024 * 1024;

/// A folder that holds a ledger, or will.
#[derive(Debug, Clone)]
pub struct DirLedger {
    folder: PathBuf,
    shown: String,
}

/// Bytes by digest in a folder: a ledger's `blobs`, and the vault's.
#[derive(Debug, Clone)]
pub struct DirBlobs(pub PathBuf);

fn fault(path: &Path, error: &io::Error) -> LedgerError {
    LedgerError(format!("{}: {}", path.display(), describe(error)))
}

/// Creates a folder that only its owner can enter.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file that only its owner can read, whole or not at all; `false` where `exclusive` and there
/// is one already.
pub(super) fn private_file(path: &Path, bytes: &[u8], exclusive: bool) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    private_folder(folder)?;
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let draft = folder.join(format!(".{}.tmp", hex(&random)));
    let put = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if exclusive {
            // A link, unlike a rename, fails where the name is taken.
            fs::hard_link(&draft, path)?;
        } else {
            fs::rename(&draft, path)?;
        }
        File::open(folder)?.sync_all()
    };
    let result = put();
    let _ = fs::remove_file(&draft);
    match result {
        Ok(()) => Ok(true),
        Err(error) if exclusive && error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

impl BlobStore for DirBlobs {
    fn blob(&self, digest: &Sha) -> Option<Vec<u8>> {
        let bytes = raw_bytes(&self.0.join(hex(digest)), &Limits::DEFAULT).ok()?;
        (sha256(&bytes) == *digest).then_some(bytes)
    }

    fn keep(&self, bytes: &[u8]) -> Result<Sha, LedgerError> {
        let digest = sha256(bytes);
        if self.blob(&digest).is_none() {
            let path = self.0.join(hex(&digest));
            private_file(&path, bytes, false).map_err(|error| fault(&path, &error))?;
        }
        Ok(digest)
    }

    fn place(&self) -> String {
        self.0.display().to_string()
    }
}

impl DirLedger {
    /// The ledger in a folder.
    #[must_use]
    pub fn new(folder: PathBuf, shown: String) -> Self {
        Self { folder, shown }
    }

    /// Its bytes.
    #[must_use]
    pub fn blobs(&self) -> DirBlobs {
        DirBlobs(self.folder.join("blobs"))
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Names of the entries or stamps in a folder; none where there is no folder.
fn names(folder: &Path) -> Result<Vec<String>, LedgerError> {
    let rows = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(rows) => rows,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fault(folder, &error)),
    };
    let mut names: Vec<String> = rows
        .iter()
        .map(|row| row.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && name.ends_with(".json"))
        .collect();
    names.sort();
    Ok(names)
}

fn text(path: &Path) -> Result<String, String> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_STAMP) {
        return Err("it is too large".into());
    }
    let bytes = raw_bytes(path, &Limits::DEFAULT).map_err(|fault| fault.message)?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".into())
}

impl BlobStore for DirLedger {
    fn blob(&self, digest: &Sha) -> Option<Vec<u8>> {
        self.blobs().blob(digest)
    }

    fn keep(&self, bytes: &[u8]) -> Result<Sha, LedgerError> {
        self.blobs().keep(bytes)
    }

    fn place(&self) -> String {
        self.shown.clone()
    }
}

impl LedgerStore for DirLedger {
    fn entries(&self) -> Result<Vec<(u64, String)>, LedgerError> {
        let mut out = Vec::new();
        for name in names(&self.folder)? {
            let number = name.strip_suffix(".json").unwrap_or(&name);
            let Ok(seq) = number.parse::<u64>() else {
                return Err(LedgerError(format!(
                    "{}/{name} is no part of a ledger",
                    self.shown
                )));
            };
            let path = self.folder.join(&name);
            let text = text(&path).map_err(|why| LedgerError(format!("{}/{name}: {why}", self.shown)))?;
            out.push((seq, text));
        }
        out.sort_by_key(|(seq, _)| *seq);
        Ok(out)
    }

    fn add(&self, seq: u64, text: &str) -> Result<bool, LedgerError> {
        let path = self.folder.join(format!("{seq:08}.json"));
        private_file(&path, text.as_bytes(), true).map_err(|error| fault(&path, &error))
    }

    fn stamps(&self) -> Result<Vec<StampFile>, LedgerError> {
        let folder = self.folder.join("stamps");
        let names = names(&folder)?;
        Ok(names
            .into_iter()
            .map(|name| {
                let text = text(&folder.join(&name));
                let bytes = text.as_deref().unwrap_or_default().as_bytes();
                StampFile {
                    sha256: hex(&sha256(bytes)),
                    name: format!("{}/stamps/{name}", self.shown),
                    text,
                }
            })
            .collect())
    }

    fn keep_stamp(&self, text: &str) -> Result<String, LedgerError> {
        let name = format!("{}.json", hex(&sha256(text.as_bytes())));
        let path = self.folder.join("stamps").join(&name);
        private_file(&path, text.as_bytes(), false).map_err(|error| fault(&path, &error))?;
        Ok(format!("{}/stamps/{name}", self.shown))
    }
}

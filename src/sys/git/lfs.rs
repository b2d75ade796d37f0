//! Pointers of Git LFS (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>): what git holds of a file that is
//! stored elsewhere. What it points to is read where it was fetched already; nothing is fetched here.

use std::path::Path;

use super::fault;
use crate::doc::Limits;
use crate::doc::digest::{hex, sha256};
use crate::gate::ReadFault;
use crate::sys::fs;

const VERSION: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
/// The specification's own bound.
const MAX_POINTER: usize = 1024;

/// The SHA-256 that a pointer names; [`None`] where these bytes are none.
pub(super) fn pointer(bytes: &[u8]) -> Option<String> {
    if bytes.len() >= MAX_POINTER || !bytes.starts_with(VERSION) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let keys: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    // Anything more is a file that only begins like one.
    let known = |key: &&str| matches!(*key, "version" | "oid" | "size") || key.starts_with("ext-");
    if !keys.iter().all(known) {
        return None;
    }
    let id = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    (id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_ascii_lowercase())
}

/// What to say of a pointer whose file is not here.
pub(super) fn absent() -> ReadFault {
    ReadFault {
        help: Some("git lfs pull".into()),
        ..fault("this is a pointer of Git LFS, and the file that it stands for is not here".into())
    }
}

/// The bytes that a pointer stands for.
pub(super) fn fetch(id: &str, common: &Path, limits: &Limits) -> Result<Vec<u8>, ReadFault> {
    let place = common.join("lfs/objects").join(&id[..2]).join(&id[2..4]).join(id);
    if !fs::is_there(&place) {
        return Err(absent());
    }
    let bytes = fs::raw_bytes(&place, limits)?;
    if hex(&sha256(&bytes)) == id {
        Ok(bytes)
    } else {
        Err(fault(
            "what Git LFS keeps of this file is damaged; git lfs fsck".into(),
        ))
    }
}

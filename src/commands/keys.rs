//! Which key signs: the one that is named, else git's, else this machine's own.

use std::path::PathBuf;

use super::context::Context;
use super::error::Failure;
use crate::stamp::{KeyError, PublicKey, SigningKey};
use crate::sys::fs;
use crate::sys::git::Git;
use crate::sys::vault::State;

/// A key, and how it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) key: SigningKey,
    /// Whether it is this machine's own: it stands for nobody.
    pub(super) machine: bool,
}

/// The key that signs. One that is named must work; one that git names by the way may not.
pub(super) fn signing(context: &Context) -> Result<Found, Failure> {
    if let Some(found) = named(context)? {
        return Ok(found);
    }
    own_key(context).map(|key| Found { key, machine: true })
}

/// This machine's own key.
pub(super) fn own_key(context: &Context) -> Result<SigningKey, Failure> {
    let state = State::find(&context.env).map_err(|why| Failure::usage(&why, "name a key with --key"))?;
    state.make_own_key().map_err(|why| Failure::usage(&why, ""))
}

fn named(context: &Context) -> Result<Option<Found>, Failure> {
    let found = |key| Some(Found { key, machine: false });
    if let Some(file) = &context.global.key {
        return read(context, &context.path(file), file).map(found);
    }
    if let Some(text) = &context.env.signing_key {
        return SigningKey::from_openssh(&text.0)
            .map(found)
            .map_err(|error| refused("TOLLGATE_SIGNING_KEY", &error));
    }
    match from_git(context) {
        Some((path, shown)) if fs::kind(&path) == fs::Kind::File => read(context, &path, &shown).map(found),
        Some(_) | None => Ok(None),
    }
}

fn read(context: &Context, path: &std::path::Path, shown: &str) -> Result<SigningKey, Failure> {
    let bytes = fs::raw_bytes(path, &context.limits)
        .map_err(|fault| Failure::usage(&format!("cannot read the key {shown}: {}", fault.message), ""))?;
    SigningKey::from_openssh(&String::from_utf8_lossy(&bytes)).map_err(|error| refused(shown, &error))
}

fn refused(shown: &str, error: &KeyError) -> Failure {
    let hint = match error {
        KeyError::Encrypted => "make a key of its own for stamps: ssh-keygen -t ed25519 -N '' -f stamp_key",
        KeyError::Public => "name the file without .pub",
        KeyError::NotAKey | KeyError::Algorithm(_) | KeyError::Weak => {
            "make one: ssh-keygen -t ed25519 -N '' -f stamp_key"
        }
        KeyError::Damaged(_) => "",
    };
    Failure::usage(&format!("{shown}: {error}"), hint)
}

/// `user.signingkey`, where it is an SSH key's file: git says so, or its name does.
fn from_git(context: &Context) -> Option<(PathBuf, String)> {
    let git = Git::find(&context.folder(), &context.env).ok()??;
    let text = git.setting("user.signingkey")?;
    let format = git.setting("gpg.format");
    if format
        .as_deref()
        .map_or_else(|| !text.ends_with(".pub"), |format| format != "ssh")
    {
        return None;
    }
    if text.starts_with("ssh-") || text.starts_with("key::") {
        return None;
    }
    let text = text.strip_suffix(".pub").unwrap_or(&text).to_owned();
    let path = match text.strip_prefix("~/") {
        Some(rest) => context.env.home.as_ref()?.join(rest),
        None => context.folder().join(&text),
    };
    Some((path, text))
}

/// The public halves of the keys of whoever runs this: where no signers are named, only they count.
pub(super) fn own(context: &Context) -> Vec<PublicKey> {
    let machine = State::find(&context.env)
        .ok()
        .and_then(|state| state.own_key().ok().flatten());
    let named = named(context).ok().flatten().map(|found| found.key);
    [machine, named]
        .into_iter()
        .flatten()
        .map(|key| key.public())
        .collect()
}

//! Who may sign what: an OpenSSH `allowed_signers` file (ssh-keygen(1), ALLOWED SIGNERS). The namespaces
//! of a line are its roles; a line that names none, or uses wildcards, grants none.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::key::{KeyError, PublicKey};

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Vouch that a content ran.
    Stamp,
    /// Consent to a change.
    Approve,
    /// Push and record it.
    Push,
    /// Push against the rules.
    BreakGlass,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Stamp, Self::Approve, Self::Push, Self::BreakGlass];

    /// Its namespace in `allowed_signers`.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Self::Stamp => "stamp@tollgate",
            Self::Approve => "approve@tollgate",
            Self::Push => "push@tollgate",
            Self::BreakGlass => "break-glass@tollgate",
        }
    }
}

/// One line of the file.
#[derive(Debug, Clone)]
pub struct Signer {
    /// Who.
    pub principal: String,
    /// With which key.
    pub key: PublicKey,
    /// For what.
    pub roles: BTreeSet<Role>,
    /// From when on the key counts.
    pub valid_after: Option<Timestamp>,
    /// Until when.
    pub valid_before: Option<Timestamp>,
}

impl Signer {
    /// Whether the key counted at that time.
    #[must_use]
    pub fn counts_at(&self, at: Timestamp) -> bool {
        self.valid_after.is_none_or(|after| at >= after) && self.valid_before.is_none_or(|before| at < before)
    }
}

/// Every signer.
#[derive(Debug, Clone, Default)]
pub struct Signers(pub Vec<Signer>);

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignersError {
    /// 1-based line.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Signers {
    /// Reads the file. Keys of other algorithms are left out: they cannot sign for tollgate.
    pub fn parse(text: &str) -> Result<Self, Vec<SignersError>> {
        let mut signers = Vec::new();
        let mut errors = Vec::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match one(line) {
                Ok(Some(signer)) => signers.push(signer),
                Ok(None) => {}
                Err(message) => errors.push(SignersError {
                    line: at + 1,
                    message,
                }),
            }
        }
        if errors.is_empty() {
            Ok(Self(signers))
        } else {
            Err(errors)
        }
    }
}

fn one(line: &str) -> Result<Option<Signer>, String> {
    let words = words(line)?;
    let mut words = words.into_iter();
    let principal = words.next().unwrap_or_default();
    let mut signer_options = Options::default();
    let mut word = words.next();
    if let Some(options) = word.as_deref().filter(|word| !is_key_type(word)) {
        signer_options = read_options(options)?;
        word = words.next();
    }
    let (Some(kind), Some(blob)) = (word, words.next()) else {
        return Err("expected: principal [options] ssh-ed25519 KEY".into());
    };
    if !is_key_type(&kind) {
        return Err(format!("`{kind}` is no key type"));
    }
    if kind != "ssh-ed25519" || signer_options.authority {
        return Ok(None);
    }
    let key = PublicKey::from_openssh(&format!("{kind} {blob}")).map_err(|error| match error {
        KeyError::NotAKey => "the key is no ssh-ed25519 key".to_owned(),
        other => other.to_string(),
    })?;
    Ok(Some(Signer {
        principal,
        key,
        roles: signer_options.roles,
        valid_after: signer_options.valid_after,
        valid_before: signer_options.valid_before,
    }))
}

fn is_key_type(word: &str) -> bool {
    word.starts_with("ssh-") || word.starts_with("ecdsa-") || word.starts_with("sk-")
}

/// Words separated by blanks outside of double quotes.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        match out.last_mut() {
            Some(last) if quoted || !c.is_whitespace() => last.push(c),
            Some(last) if !last.is_empty() => out.push(String::new()),
            Some(_) | None => {}
        }
    }
    if quoted {
        return Err("a quotation mark is not closed".into());
    }
    out.retain(|word| !word.is_empty());
    Ok(out)
}

#[derive(Debug, Default)]
struct Options {
    roles: BTreeSet<Role>,
    valid_after: Option<Timestamp>,
    valid_before: Option<Timestamp>,
    authority: bool,
}

fn read_options(text: &str) -> Result<Options, String> {
    let mut options = Options::default();
    for option in split_outside_quotes(text) {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            // Only the exact word grants a role: a wildcard was not meant for tollgate.
            "namespaces" => {
                let named: Vec<&str> = value.split(',').map(str::trim).collect();
                options.roles = Role::ALL
                    .into_iter()
                    .filter(|role| named.contains(&role.namespace()))
                    .collect();
            }
            "valid-after" => options.valid_after = Some(time(value)?),
            "valid-before" => options.valid_before = Some(time(value)?),
            "cert-authority" => options.authority = true,
            other => return Err(format!("`{other}` is no option of allowed_signers")),
        }
    }
    Ok(options)
}

fn split_outside_quotes(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        if c == ',' && !quoted {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out.retain(|option| !option.is_empty());
    out
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z`; always read as UTC, so that a key
/// counts alike on every machine.
fn time(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("`{text}` is no time; write YYYYMMDD or YYYYMMDDHHMM[SS], with Z");
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let padded = format!("{digits:0<14}");
    let part = |from: usize, to: usize| padded.get(from..to).unwrap_or("00").to_owned();
    format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    )
    .parse()
    .map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::SigningKey;

    fn line(options: &str) -> String {
        let key = SigningKey::from_seed(&[3; 32]).public().to_openssh();
        format!("alice@example.com {options} {key} comment\n")
    }

    fn roles(options: &str) -> Vec<Role> {
        let signers = Signers::parse(&line(options)).expect("signers");
        signers.0.iter().flat_map(|signer| signer.roles.clone()).collect()
    }

    #[test]
    fn only_namespaces_that_are_named_are_roles() {
        assert_eq!(roles(r#"namespaces="stamp@tollgate""#), [Role::Stamp]);
        assert_eq!(
            roles(r#"namespaces="git,push@tollgate, stamp@tollgate",valid-after="20200101Z""#),
            [Role::Stamp, Role::Push]
        );
        for none in [
            "",
            r#"namespaces="*""#,
            r#"namespaces="*@tollgate""#,
            r#"namespaces="git""#,
        ] {
            assert_eq!(roles(none), [], "{none}");
        }
        assert_eq!(roles(r#"cert-authority,namespaces="stamp@tollgate""#), []);
    }

    #[test]
    fn keys_have_times() {
        let signers = Signers::parse(&line(
            r#"namespaces="stamp@tollgate",valid-after="20260101Z",valid-before="202602011200Z""#,
        ))
        .expect("signers");
        let at = |text: &str| signers.0[0].counts_at(text.parse().expect("a time"));
        assert!(at("2026-01-01T00:00:00Z") && at("2026-02-01T11:59:59Z"));
        assert!(!at("2025-12-31T23:59:59Z") && !at("2026-02-01T12:00:00Z"));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_with_its_line() {
        for bad in [
            "alice",
            "alice ssh-ed25519",
            "alice namespaces=\"x ssh-ed25519 AAAA",
            "alice shell=\"x\" ssh-ed25519 AAAA",
            "alice ssh-ed25519 AAAA",
            "alice valid-after=\"soon\" ssh-ed25519 AAAA",
        ] {
            let errors = Signers::parse(&format!("# comment\n{bad}\n")).expect_err(bad);
            assert_eq!(errors[0].line, 2, "{bad}");
        }
        let rsa = Signers::parse("bob ssh-rsa AAAAB3NzaC1yc2E=\n").expect("other keys are left out");
        assert!(rsa.0.is_empty());
    }
}

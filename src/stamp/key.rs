//! Ed25519 keys in OpenSSH's formats: private keys as `ssh-keygen` writes them (PROTOCOL.key), however a
//! CI secret has mangled their line ends, and public keys as they stand in `allowed_signers`.

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, private::Ed25519Keypair, public::KeyData};

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No OpenSSH key at all.
    #[error("this is no OpenSSH key")]
    NotAKey,
    /// A public key where a private one is needed.
    #[error("this is a public key; the private one is needed to sign")]
    Public,
    /// Protected by a passphrase.
    #[error("the key is protected by a passphrase, which tollgate cannot ask for")]
    Encrypted,
    /// Not Ed25519; which algorithm it is.
    #[error("the key is {0}; only ed25519 keys can sign")]
    Algorithm(String),
    /// Looks like a key and cannot be read.
    #[error("the key is damaged: {0}")]
    Damaged(String),
    /// A key whose signatures anybody could make.
    #[error("the key is weak: its signatures prove nothing")]
    Weak,
}

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "PublicKey({})", self.fingerprint())
    }
}

impl PublicKey {
    /// Reads `ssh-ed25519 AAAA…`, with or without a comment.
    pub fn from_openssh(text: &str) -> Result<Self, KeyError> {
        let key = ssh_key::PublicKey::from_openssh(text.trim()).map_err(|error| match error {
            ssh_key::Error::Encoding(_) => KeyError::NotAKey,
            other => KeyError::Damaged(other.to_string()),
        })?;
        Self::from_data(key.key_data())
    }

    fn from_data(data: &KeyData) -> Result<Self, KeyError> {
        let key = data
            .ed25519()
            .ok_or_else(|| KeyError::Algorithm(data.algorithm().to_string()))?;
        let key = VerifyingKey::from_bytes(&key.0).map_err(|error| KeyError::Damaged(error.to_string()))?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        Ok(Self(key))
    }

    fn data(&self) -> KeyData {
        KeyData::Ed25519(ssh_key::public::Ed25519PublicKey(self.0.to_bytes()))
    }

    /// `ssh-ed25519 AAAA…`, without comment.
    #[must_use]
    pub fn to_openssh(&self) -> String {
        ssh_key::PublicKey::from(self.data())
            .to_openssh()
            .unwrap_or_default()
    }

    /// What `ssh-keygen -lf` prints: `SHA256:` and 43 characters.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.data().fingerprint(HashAlg::Sha256).to_string()
    }

    /// Whether the signature over the message is this key's (RFC 8032, with the strict checks that leave
    /// one signature per message and key).
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

/// A private key. It is wiped when dropped, and shows only its public half.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SigningKey({})", self.public().fingerprint())
    }
}

impl SigningKey {
    /// Reads an OpenSSH private key. CRLF, a missing last newline, blanks around it, and all of it on one
    /// line are put right: that is what becomes of keys in CI secrets.
    pub fn from_openssh(text: &str) -> Result<Self, KeyError> {
        if text.trim_start().starts_with("ssh-") {
            return Err(KeyError::Public);
        }
        let text = text.replace("\\n", "\n");
        let start = text.find(BEGIN).ok_or_else(|| {
            if text.contains("PRIVATE KEY-----") {
                KeyError::Algorithm("not in OpenSSH's own format".into())
            } else {
                KeyError::NotAKey
            }
        })?;
        let body = &text[start + BEGIN.len()..];
        let end = body
            .find(END)
            .ok_or_else(|| KeyError::Damaged("its last line is missing".into()))?;
        let base64: String = body[..end].chars().filter(|c| !c.is_whitespace()).collect();
        let mut pem = format!("{BEGIN}\n");
        for chunk in base64.as_bytes().chunks(70) {
            pem.push_str(&String::from_utf8_lossy(chunk));
            pem.push('\n');
        }
        pem.push_str(END);
        pem.push('\n');
        let key = PrivateKey::from_openssh(&pem).map_err(|error| match error {
            ssh_key::Error::AlgorithmUnknown => KeyError::Algorithm("of a kind that is not known".into()),
            other => KeyError::Damaged(other.to_string()),
        })?;
        if key.is_encrypted() {
            return Err(KeyError::Encrypted);
        }
        if !matches!(key.algorithm(), Algorithm::Ed25519) {
            return Err(KeyError::Algorithm(key.algorithm().to_string()));
        }
        let pair = key.key_data().ed25519().ok_or(KeyError::NotAKey)?;
        ed25519_dalek::SigningKey::try_from(pair)
            .map(Self)
            .map_err(|error| KeyError::Damaged(error.to_string()))
    }

    /// A key from 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The key as `ssh-keygen` would write it.
    #[must_use]
    pub fn to_openssh(&self, comment: &str) -> String {
        let pair = Ed25519Keypair::from_seed(self.0.as_bytes());
        PrivateKey::new(pair.into(), comment)
            .and_then(|key| key.to_openssh(LineEnding::LF).map(|text| text.to_string()))
            .unwrap_or_default()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_what_ci_secrets_do_to_them() {
        let key = SigningKey::from_seed(&[7; 32]);
        let text = key.to_openssh("test");
        let crlf = text.replace('\n', "\r\n");
        let one_line = text.replace('\n', " ");
        let escaped = text.replace('\n', "\\n");
        for text in [&text, &crlf, &one_line, &escaped, text.trim_end()] {
            let read = SigningKey::from_openssh(text).expect("a key");
            assert_eq!(read.public(), key.public());
        }
        let line = key.public().to_openssh();
        assert_eq!(SigningKey::from_openssh(&line).err(), Some(KeyError::Public));
        assert_eq!(
            PublicKey::from_openssh(&format!("{line} a comment")),
            Ok(key.public())
        );
    }

    #[test]
    fn damaged_keys_are_errors() {
        let text = SigningKey::from_seed(&[7; 32]).to_openssh("test");
        assert!(SigningKey::from_openssh(&text[..text.len() - 40]).is_err());
        assert!(SigningKey::from_openssh("").is_err());
        let mut bent = text.clone();
        bent.replace_range(120..121, if &text[120..121] == "A" { "B" } else { "A" });
        assert!(SigningKey::from_openssh(&bent).is_err());
    }
}

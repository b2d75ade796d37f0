//! The DSSE envelope (<https://github.com/secure-systems-lab/dsse>, protocol and envelope v1.0): one
//! payload, one Ed25519 signature over its pre-authentication encoding. What the payload says is not read
//! here, and by nobody before the signature is verified.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};

use super::key::{PublicKey, SigningKey};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    payload: String,
    payload_type: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
struct WireSignature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// An envelope, opened; not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    payload_type: String,
    signature: [u8; 64],
    /// Which key claims to have signed; a hint only.
    pub keyid: String,
}

/// The pre-authentication encoding that is signed: `DSSEv1 LEN TYPE LEN PAYLOAD`.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

/// Signs a payload; the envelope as one line of JSON.
#[must_use]
pub fn seal(key: &SigningKey, payload_type: &str, payload: &[u8]) -> String {
    let wire = Wire {
        payload: STANDARD.encode(payload),
        payload_type: payload_type.to_owned(),
        signatures: vec![WireSignature {
            keyid: key.public().fingerprint(),
            sig: STANDARD.encode(key.sign(&pae(payload_type, payload))),
        }],
    };
    let mut text = serde_json::to_string(&wire).unwrap_or_default();
    text.push('\n');
    text
}

/// Standard or URL-safe alphabet, as DSSE asks of readers.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

impl Envelope {
    /// Reads an envelope; `Err` says what is wrong with it. Keys that occur twice are refused.
    pub fn open(text: &str) -> Result<Self, String> {
        let wire: Wire = serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => format!("this is no DSSE envelope: {error}"),
            serde_json::error::Category::Eof
            | serde_json::error::Category::Io
            | serde_json::error::Category::Syntax => format!("this is not JSON: {error}"),
        })?;
        let [signature] = wire.signatures.as_slice() else {
            return Err(format!(
                "an envelope has exactly one signature, this one has {}",
                wire.signatures.len()
            ));
        };
        let bytes = decode(&signature.sig).ok_or("the signature is not base64")?;
        let signature_bytes: [u8; 64] = bytes
            .try_into()
            .map_err(|_| "the signature does not have the 64 bytes of Ed25519")?;
        Ok(Self {
            payload: decode(&wire.payload).ok_or("the payload is not base64")?,
            payload_type: wire.payload_type,
            signature: signature_bytes,
            keyid: signature.keyid.clone(),
        })
    }

    /// The payload, if this key signed it as this type of payload.
    #[must_use]
    pub fn verified(&self, key: &PublicKey, payload_type: &str) -> Option<&[u8]> {
        let sealed = self.payload_type == payload_type
            && key.verifies(&pae(&self.payload_type, &self.payload), &self.signature);
        sealed.then_some(self.payload.as_slice())
    }

    /// The type of payload it claims to hold.
    #[must_use]
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The payload without any proof of who wrote it: only for what is trusted by where it lies.
    #[must_use]
    pub fn unverified(&self) -> &[u8] {
        &self.payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_that_of_the_specification() {
        // The example of the DSSE protocol document.
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn only_the_signed_bytes_of_the_signed_type_verify() {
        let key = SigningKey::from_seed(&[1; 32]);
        let text = seal(&key, "a/b", b"payload");
        let envelope = Envelope::open(&text).expect("an envelope");
        assert_eq!(envelope.verified(&key.public(), "a/b"), Some(&b"payload"[..]));
        assert_eq!(envelope.verified(&key.public(), "a/c"), None);
        let other = SigningKey::from_seed(&[2; 32]).public();
        assert_eq!(envelope.verified(&other, "a/b"), None);
        for (at, _) in text.char_indices() {
            let mut bent = text.clone().into_bytes();
            bent[at] ^= 1;
            let Ok(bent) = String::from_utf8(bent) else {
                continue;
            };
            let payload = Envelope::open(&bent)
                .ok()
                .and_then(|envelope| envelope.verified(&key.public(), "a/b").map(<[u8]>::to_vec));
            // A flipped bit in the key's hint or in the spelling of base64 changes nothing that is signed.
            assert!(payload.is_none_or(|payload| payload == b"payload"), "{at}");
        }
    }

    #[test]
    fn doubtful_envelopes_are_refused() {
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"payload":"YQ==","payload":"Yg==","payloadType":"x","signatures":[]}"#,
            r#"{"payload":"YQ==","payloadType":"x","signatures":[]}"#,
            r#"{"payload":"YQ==","payloadType":"x","signatures":[{"sig":"YQ=="}]}"#,
            r#"{"payload":"%","payloadType":"x","signatures":[{"sig":"YQ=="}]}"#,
        ] {
            assert!(Envelope::open(bad).is_err(), "{bad}");
        }
    }
}

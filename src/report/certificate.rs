//! Certificates in PEM (RFC 7468), said in a few lines each: who, for which names, until when, and which one
//! exactly. Nothing is verified here.

use sha2::{Digest as _, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;

use super::escape::visible;
use crate::doc::digest::{Sha, hex};

/// Lines that are said of one certificate at most.
pub(super) const LINES: usize = 4;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
/// More blocks than this in one value are shown as the text that they are.
const MAX_BLOCKS: usize = 500;

/// What a value with certificates holds.
pub(super) struct Summary {
    /// What is said of each block, in some lines, and the digest of the block: two keys look the same and are
    /// not.
    pub(super) blocks: Vec<(String, Sha)>,
    /// The text without the bodies of its blocks.
    pub(super) rest: String,
}

impl Summary {
    /// The lines that are no part of a block.
    pub(super) fn beside(&self) -> String {
        let lines = self.rest.split_inclusive('\n');
        lines
            .filter(|line| !(line.trim().starts_with("-----") || line.trim().is_empty()))
            .collect()
    }

    /// All that is said of the blocks.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let said = self.blocks.iter().flat_map(|(said, _)| said.lines());
        said.map(str::to_owned)
    }
}

/// What a value holds; [`None`] where it holds no certificate. `today` says how long they last.
pub(super) fn summary(text: &str, today: Option<jiff::civil::Date>) -> Option<Summary> {
    if !text.contains("-----BEGIN CERTIFICATE-----") || text.matches(BEGIN).count() > MAX_BLOCKS {
        return None;
    }
    let blocks = Pem::iter_from_buffer(text.as_bytes()).take(MAX_BLOCKS);
    let blocks: Vec<(String, Sha)> = blocks
        .map(|block| match block {
            Ok(block) => {
                let digest: Sha = Sha256::digest(&block.contents).into();
                let said = match (block.label.as_str(), block.parse_x509()) {
                    ("CERTIFICATE", Ok(certificate)) => line(&certificate, &digest, today),
                    ("CERTIFICATE", Err(_)) => "a certificate that cannot be read".to_owned(),
                    (label, _) => format!("a block of {}", visible(label)),
                };
                (said, digest)
            }
            Err(_) => ("a block that cannot be read".to_owned(), [0; 32]),
        })
        .collect();
    // A broken block ends the reading: what follows it is shown as it is.
    let read =
        blocks.len() == text.matches(BEGIN).count() && blocks.iter().all(|(_, digest)| *digest != [0; 32]);
    read.then(|| Summary {
        blocks,
        rest: around(text),
    })
}

/// A text without the bodies of its blocks. The lines that begin and end them stay, with whatever stands beside,
/// so that nothing but a body is ever left out.
fn around(text: &str) -> String {
    let mut inside = false;
    let outside = text.split_inclusive('\n').filter(|line| {
        let edge = line.contains(BEGIN) || line.contains(END);
        let body = inside && !edge;
        inside = if line.contains(END) {
            false
        } else {
            inside || line.contains(BEGIN)
        };
        !body
    });
    outside.collect()
}

/// Bytes of a certificate's digest that are shown.
const FINGERPRINT: usize = 6;

fn line(certificate: &X509Certificate<'_>, fingerprint: &[u8], today: Option<jiff::civil::Date>) -> String {
    let date = |time: &x509_parser::time::ASN1Time| {
        jiff::Timestamp::from_second(time.timestamp())
            .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date())
            .ok()
    };
    let validity = certificate.validity();
    let (from, until) = (date(&validity.not_before), date(&validity.not_after));
    let shown =
        |date: Option<jiff::civil::Date>| date.map_or_else(|| "?".to_owned(), |date| date.to_string());
    let left = until.zip(today).and_then(|(until, today)| {
        let days = today.until(until).ok()?.get_days();
        Some(match days {
            0.. => format!(", {days} days left"),
            _ => format!(", expired {} days ago", -days),
        })
    });
    format!(
        "certificate {}\n{}  {} to {}{}\n  serial {}, sha256 {}",
        visible(&certificate.subject().to_string()),
        names(certificate),
        shown(from),
        shown(until),
        left.unwrap_or_default(),
        certificate.raw_serial_as_string().replace(':', ""),
        hex(&fingerprint[..FINGERPRINT])
    )
}

fn names(certificate: &X509Certificate<'_>) -> String {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return String::new();
    };
    let names: Vec<String> = extension
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(visible(name).into_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("  for {}\n", names.join(", "))
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|sixteen| std::net::Ipv6Addr::from(sixteen).to_string())
}

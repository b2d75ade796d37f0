//! Certificates in PEM (RFC 7468), said in a line each: who, for which names, until when. Nothing is
//! verified here.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;

use super::escape::visible;

/// Blocks of one value that are looked at.
const MAX_BLOCKS: usize = 20;

/// A line per certificate of a value; [`None`] where it holds none. `today` says how long they last.
pub(super) fn summary(text: &str, today: Option<jiff::civil::Date>) -> Option<Vec<String>> {
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return None;
    }
    let blocks = Pem::iter_from_buffer(text.as_bytes()).take(MAX_BLOCKS);
    let lines: Vec<String> = blocks
        .map(|block| match block {
            Ok(block) if block.label == "CERTIFICATE" => match block.parse_x509() {
                Ok(certificate) => line(&certificate, today),
                Err(_) => "a certificate that cannot be read".to_owned(),
            },
            Ok(block) => format!("a block of {}", visible(&block.label)),
            Err(_) => "a block that cannot be read".to_owned(),
        })
        .collect();
    (!lines.is_empty()).then_some(lines)
}

fn line(certificate: &X509Certificate<'_>, today: Option<jiff::civil::Date>) -> String {
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
        "certificate {}{}, {} to {}{}",
        visible(&certificate.subject().to_string()),
        names(certificate),
        shown(from),
        shown(until),
        left.unwrap_or_default()
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
        format!(" for {}", names.join(", "))
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

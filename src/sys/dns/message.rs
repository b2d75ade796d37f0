//! DNS messages (RFC 1035, EDNS of RFC 6891): a question to bytes, bytes to what they say about it. Whatever
//! is no answer to this very question is [`None`].

use std::net::IpAddr;

use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::{DNSClass, RData, RecordType};

/// The largest answer that is asked for by UDP; below what networks fragment (the DNS flag day of 2020).
const EDNS_PAYLOAD: u16 = 1232;

/// Records of one answer that are looked at: what has more is no answer about one name.
const MAX_RECORDS: usize = 256;

/// The type of record that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Record {
    A,
    Aaaa,
    Srv,
    Txt,
}

impl Record {
    fn record_type(self) -> RecordType {
        match self {
            Self::A => RecordType::A,
            Self::Aaaa => RecordType::AAAA,
            Self::Srv => RecordType::SRV,
            Self::Txt => RecordType::TXT,
        }
    }
}

/// How a response code counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rcode {
    NoError,
    NxDomain,
    Refused,
    ServFail,
    /// The server does not know this form of question: FORMERR, NOTIMP, BADVERS.
    Unknown,
}

/// What a server said about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) rcode: Rcode,
    /// The code as the DNS writes it.
    pub(super) shown: String,
    /// Cut: the rest is to be had by TCP.
    pub(super) truncated: bool,
    /// Where the aliases (CNAME) lead, in turn; they end at the first that is named twice.
    pub(super) aliases: Vec<String>,
    /// Whether the aliases lead in a circle.
    pub(super) looped: bool,
    pub(super) addresses: Vec<IpAddr>,
    /// Targets of SRV records, best first.
    pub(super) targets: Vec<String>,
    /// TXT records, the strings of each joined (RFC 7208 §3.3).
    pub(super) texts: Vec<String>,
}

impl Reply {
    /// A response code and nothing else.
    fn bare(rcode: Rcode, shown: String) -> Self {
        Self {
            rcode,
            shown,
            truncated: false,
            aliases: Vec::new(),
            looped: false,
            addresses: Vec::new(),
            targets: Vec::new(),
            texts: Vec::new(),
        }
    }
}

/// The bytes of a question; [`None`] for what is no name.
pub(super) fn query(id: u16, name: &str, record: Record, edns: bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(name.len() + 32);
    out.extend(id.to_be_bytes());
    // Recursion desired; one question; one additional record for EDNS.
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, u8::from(edns)]);
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|length| (1..=63).contains(length))?;
        out.push(length);
        out.extend(label.as_bytes());
    }
    if out.len() > 12 + 254 {
        return None;
    }
    out.push(0);
    out.extend(u16::from(record.record_type()).to_be_bytes());
    out.extend([0, 1]);
    if edns {
        out.extend([0, 0, 41]);
        out.extend(EDNS_PAYLOAD.to_be_bytes());
        out.extend([0; 6]);
    }
    Some(out)
}

/// The id that a datagram carries.
pub(super) fn id_of(bytes: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]))
}

/// Reads an answer to a question about `name`.
pub(super) fn reply(bytes: &[u8], name: &str, record: Record) -> Option<Reply> {
    let message = Message::from_vec(bytes).ok()?;
    let is_reply = message.metadata.message_type == MessageType::Response;
    let plain = |name: &hickory_proto::rr::Name| plain_name(&name.to_ascii());
    let (rcode, shown) = rcode(message.metadata.response_code);
    let [asked] = message.queries.as_slice() else {
        // Old servers refuse EDNS with a header alone; the id and the port are the question's.
        let refusal = is_reply && message.queries.is_empty() && rcode == Rcode::Unknown;
        return refusal.then(|| Reply::bare(rcode, shown));
    };
    let mine = plain(asked.name()) == plain_name(name) && asked.query_type() == record.record_type();
    if !(is_reply && mine) {
        return None;
    }
    let mut aliases: Vec<String> = Vec::new();
    let mut looped = false;
    let mut at = plain_name(name);
    let records: Vec<(String, &RData)> = message
        .answers
        .iter()
        .take(MAX_RECORDS)
        .filter(|record| record.dns_class == DNSClass::IN)
        .map(|record| (plain(&record.name), &record.data))
        .collect();
    loop {
        let next = records.iter().find_map(|(owner, data)| match data {
            RData::CNAME(target) if *owner == at => Some(plain_name(&target.0.to_ascii())),
            _ => None,
        });
        let Some(next) = next else { break };
        looped = next == plain_name(name) || aliases.contains(&next);
        aliases.push(next.clone());
        if looped {
            break;
        }
        at = next;
    }
    let mut addresses = Vec::new();
    let mut services = Vec::new();
    let mut texts = Vec::new();
    for (owner, data) in &records {
        match data {
            RData::A(a) if *owner == at => addresses.push(IpAddr::V4(a.0)),
            RData::AAAA(aaaa) if *owner == at => addresses.push(IpAddr::V6(aaaa.0)),
            RData::SRV(srv) if *owner == at => {
                services.push((srv.priority, plain_name(&srv.target.to_ascii())));
            }
            RData::TXT(txt) if *owner == at => {
                let joined = txt.txt_data.concat();
                texts.push(String::from_utf8_lossy(&joined).into_owned());
            }
            _ => {}
        }
    }
    addresses.sort_unstable();
    addresses.dedup();
    services.sort();
    texts.sort();
    // A server that only points at others knows nothing of the name: that is no NODATA.
    let points = !message.metadata.authoritative
        && !message.metadata.recursion_available
        && message
            .authorities
            .iter()
            .any(|record| matches!(record.data, RData::NS(_)));
    let empty = addresses.is_empty() && services.is_empty() && texts.is_empty() && aliases.is_empty();
    let rcode = if rcode == Rcode::NoError && points && empty {
        Rcode::Refused
    } else {
        rcode
    };
    Some(Reply {
        rcode,
        shown,
        truncated: message.metadata.truncation,
        aliases,
        looped,
        addresses,
        targets: services.into_iter().map(|(_, target)| target).collect(),
        texts,
    })
}

/// As names are compared: lower case, no dot at the end.
fn plain_name(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn rcode(code: ResponseCode) -> (Rcode, String) {
    let known = match code {
        ResponseCode::NoError => (Rcode::NoError, "NOERROR"),
        ResponseCode::NXDomain => (Rcode::NxDomain, "NXDOMAIN"),
        ResponseCode::Refused => (Rcode::Refused, "REFUSED"),
        ResponseCode::ServFail => (Rcode::ServFail, "SERVFAIL"),
        ResponseCode::FormErr => (Rcode::Unknown, "FORMERR"),
        ResponseCode::NotImp => (Rcode::Unknown, "NOTIMP"),
        other => return (Rcode::Unknown, format!("RCODE{}", u16::from(other))),
    };
    (known.0, known.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(query: &[u8], rcode: u8, answers: &[(&[u8], u16, &[u8])]) -> Vec<u8> {
        let mut out = query[..query.len()].to_vec();
        out[2] |= 0x80;
        out[3] |= rcode;
        out[7] = u8::try_from(answers.len()).expect("few");
        for (owner, record, data) in answers {
            out.extend(*owner);
            out.extend(record.to_be_bytes());
            out.extend([0, 1, 0, 0, 0, 60]);
            out.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
            out.extend(*data);
        }
        out
    }

    #[test]
    fn only_an_answer_to_this_question_is_one() {
        let asked = query(7, "db.shop.test", Record::A, false).expect("a name");
        // The owner is a pointer to the question's name.
        let good = answer(&asked, 0, &[(&[0xc0, 12], 1, &[10, 0, 0, 5])]);
        let read = reply(&good, "DB.shop.test.", Record::A).expect("an answer");
        assert_eq!(read.addresses, ["10.0.0.5".parse::<IpAddr>().expect("an IP")]);
        assert_eq!(reply(&good, "db.shop.tes", Record::A), None);
        assert_eq!(reply(&good, "db.shop.test", Record::Aaaa), None);
        assert_eq!(
            reply(&asked, "db.shop.test", Record::A),
            None,
            "a question is no answer"
        );
        for cut in 0..good.len() {
            let _ = reply(&good[..cut], "db.shop.test", Record::A);
        }
    }

    #[test]
    fn aliases_are_followed_and_circles_seen() {
        let asked = query(7, "a.b", Record::A, false).expect("a name");
        let target: &[u8] = &[1, b'c', 1, b'b', 0];
        let chain = answer(
            &asked,
            0,
            &[(&[0xc0, 12], 5, target), (target, 1, &[10, 0, 0, 9])],
        );
        let read = reply(&chain, "a.b", Record::A).expect("an answer");
        assert_eq!(
            (read.aliases.as_slice(), read.addresses.len()),
            (["c.b".to_owned()].as_slice(), 1)
        );
        let circle = answer(&asked, 0, &[(&[0xc0, 12], 5, &[0xc0, 12])]);
        assert!(reply(&circle, "a.b", Record::A).expect("an answer").looped);
        // An address of somebody else is no address of this name.
        let other = answer(&asked, 0, &[(target, 1, &[10, 0, 0, 9])]);
        assert!(
            reply(&other, "a.b", Record::A)
                .expect("an answer")
                .addresses
                .is_empty()
        );
    }

    #[test]
    fn what_is_no_name_is_not_asked() {
        for bad in ["", "a..b", &"a".repeat(64), &"a.".repeat(130)] {
            assert_eq!(query(1, bad, Record::A, true), None, "{bad}");
        }
    }
}

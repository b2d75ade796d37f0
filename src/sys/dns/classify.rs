//! What hickory returns, as an outcome. Only a server's own word is evidence; everything else is silence
//! or junk, and never "does not exist".

use std::net::IpAddr;

use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;

use crate::address::{Answer, Outcome};

/// One question's result.
#[derive(Debug)]
pub(super) enum Reply {
    /// A server said something about the name.
    Answer(Answer),
    /// Nobody answered within one attempt.
    Silence,
    /// Something came that is no answer, or the machine could not ask; asking again may help.
    Junk,
}

fn outcome(outcome: Outcome, detail: Option<String>) -> Reply {
    Reply::Answer(Answer {
        outcome,
        addresses: Vec::new(),
        millis: 0,
        detail,
    })
}

pub(super) fn reply(result: Result<Lookup, NetError>) -> Reply {
    match result {
        Ok(lookup) => {
            let mut addresses: Vec<IpAddr> = lookup
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::A(a) => Some(IpAddr::V4(a.0)),
                    RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
                    _ => None,
                })
                .collect();
            addresses.sort_unstable();
            addresses.dedup();
            if addresses.is_empty() {
                return outcome(Outcome::Nodata, None);
            }
            Reply::Answer(Answer {
                outcome: Outcome::Resolved,
                addresses,
                millis: 0,
                detail: None,
            })
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => code(none.response_code),
        Err(NetError::Dns(DnsError::ResponseCode(response))) => code(response),
        Err(NetError::Timeout) => Reply::Silence,
        Err(_) => Reply::Junk,
    }
}

fn code(code: ResponseCode) -> Reply {
    match code {
        ResponseCode::NoError => outcome(Outcome::Nodata, None),
        ResponseCode::NXDomain => outcome(Outcome::Nxdomain, None),
        ResponseCode::Refused => outcome(Outcome::Refused, None),
        ResponseCode::ServFail => outcome(Outcome::Servfail, None),
        other => outcome(Outcome::Servfail, Some(format!("response code {other}"))),
    }
}

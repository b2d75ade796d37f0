//! The forms an address takes inside a value, one file per family. Each turns a text into the hosts
//! it names, with the byte range of each host in that text.

pub(super) mod command;
pub(super) mod dsn;
pub(super) mod hostport;
pub(super) mod line;
pub(super) mod url;

use std::ops::Range;

/// A host found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The URL scheme or the kind of DSN, lower case.
    pub(super) scheme: Option<String>,
    /// The host as written, without brackets.
    pub(super) host: String,
    /// The port as written, if any.
    pub(super) port: Option<String>,
    /// Where the host stands in the text.
    pub(super) range: Range<usize>,
    /// The form's name, for people who ask why.
    pub(super) form: &'static str,
}

/// Splits `host`, `host:port`, `[v6]` and `[v6]:port`; `at` is the text's offset in the value.
pub(super) fn split_host_port(text: &str, at: usize) -> (String, Option<String>, Range<usize>) {
    if let Some(rest) = text.strip_prefix('[')
        && let Some(close) = rest.find(']')
    {
        let host = &rest[..close];
        let port = rest[close + 1..].strip_prefix(':').map(str::to_owned);
        return (host.to_owned(), port, at + 1..at + 1 + close);
    }
    if let Some((host, port)) = text.split_once(' ')
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
    {
        return (host.to_owned(), Some(port.to_owned()), at..at + host.len());
    }
    // ZooKeeper's servers have two ports: the first one is for the others to connect to.
    if let [host, first, second, ..] = text.split(':').collect::<Vec<_>>().as_slice()
        && host.contains('.')
        && [first, second]
            .iter()
            .all(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
    {
        return ((*host).to_owned(), Some((*first).to_owned()), at..at + host.len());
    }
    // Several colons without brackets: an IPv6 address without a port.
    let colons = text.bytes().filter(|b| *b == b':').count();
    match text.rsplit_once(':') {
        Some((host, port)) if colons == 1 => (host.to_owned(), Some(port.to_owned()), at..at + host.len()),
        _ => (text.to_owned(), None, at..at + text.len()),
    }
}

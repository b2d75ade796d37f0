//! How names are resolved and which failures are accepted.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::Action;
use crate::doc::pattern::glob_matches;

/// A name server as `IP`, `IP:PORT` or `[IP]:PORT`; the port defaults to 53.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameServer(pub SocketAddr);

impl NameServer {
    /// Reads a name server; a name is refused, because it would need resolving itself.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Some(Self(SocketAddr::new(ip, 53)));
        }
        text.parse()
            .ok()
            .filter(|addr: &SocketAddr| addr.port() > 0)
            .map(Self)
    }
}

impl fmt::Display for NameServer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Name servers for the names below one domain.
#[derive(Debug, Clone)]
pub struct Zone {
    /// The domain, lower case, without dots at its ends.
    pub domain: String,
    /// Its servers.
    pub nameservers: Vec<NameServer>,
}

/// A host whose failure to resolve is accepted, until a day.
#[derive(Debug, Clone)]
pub struct Allow {
    /// Host name, `*` for any characters.
    pub host: String,
    /// Why.
    pub reason: String,
    /// Last day it holds; [`None`] for good.
    pub expires: Option<jiff::civil::Date>,
}

impl Allow {
    /// Whether it covers `host` on `today`.
    #[must_use]
    pub fn covers(&self, host: &str, today: jiff::civil::Date) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.expires.is_none_or(|last| today <= last) && glob_matches(&self.host.to_ascii_lowercase(), &host)
    }
}

/// The `[resolver]` table.
#[derive(Debug, Clone)]
pub struct ResolverSettings {
    /// For one name.
    pub timeout: Duration,
    /// For the whole run, reading and checking included.
    pub deadline: Duration,
    /// What a failing address leads to that the change does not touch.
    pub unchanged: Action,
    /// Empty: the system's.
    pub nameservers: Vec<NameServer>,
    /// Servers for some domains.
    pub zones: Vec<Zone>,
    /// Accepted failures.
    pub allow: Vec<Allow>,
    /// Domains under which a name is tried that the DNS does not know as it stands. Empty: none, because the
    /// search list of this machine says nothing about the one the program runs on.
    pub search: Vec<String>,
    /// Questions per second; 0 for as many as can be sent.
    pub rate: u32,
}

impl Default for ResolverSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(2),
            deadline: Duration::from_secs(10),
            unchanged: Action::Warn,
            nameservers: Vec::new(),
            zones: Vec::new(),
            allow: Vec::new(),
            search: Vec::new(),
            // Cloud resolvers drop what is over 1,024 packets a second and interface.
            rate: 900,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_are_addresses() {
        for (text, want) in [
            ("10.0.0.2", "10.0.0.2:53"),
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("::1", "[::1]:53"),
            ("[::1]:54", "[::1]:54"),
        ] {
            assert_eq!(NameServer::parse(text).expect(text).to_string(), want);
        }
        for bad in ["", "dns.example", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:99999"] {
            assert!(NameServer::parse(bad).is_none(), "{bad}");
        }
    }
}

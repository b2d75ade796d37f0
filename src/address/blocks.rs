//! Which port on another line of a text belongs to a host: that of the same block (a section, what braces hold),
//! with no other host of that name in between. Pure text.

use std::collections::HashMap;

use super::forms::line;
use super::keys;
use super::shapes::{section, without_comment};
use crate::doc::pattern::words;

/// The most lines that are looked at on either side.
const REACH: usize = 64;

/// The lines of a text, each with what it names and the block that it is in.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    lines: Vec<Line>,
    /// The ports of a name that the text has once: `db` of `db_port`.
    once: HashMap<String, Option<String>>,
    /// How many lines name a host of that name.
    hosts: HashMap<String, usize>,
}

#[derive(Debug, Default)]
struct Line {
    block: usize,
    /// Prefixes of keys that hold hosts: `db` of `db_host`.
    hosts: Vec<String>,
    /// The keys themselves.
    names: Vec<String>,
    /// Whether it says again where a host is: libpq's `hostaddr` beside `host`.
    again: bool,
    ports: Vec<(String, String)>,
}

impl Blocks {
    pub(super) fn of<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut out = Self::default();
        let mut open = vec![0];
        let mut last = 0;
        for text in lines {
            let text = without_comment(text).trim();
            let begins = text.starts_with('[') || section(text).is_some();
            // A table on one line is a block of its own.
            let inline = text.contains('{') && text.ends_with('}');
            if begins || inline || text.ends_with('{') {
                last += 1;
            }
            if begins {
                open.pop();
            }
            if begins || text.ends_with('{') {
                open.push(last);
            }
            let mut line = Line {
                block: if inline {
                    last
                } else {
                    open.last().copied().unwrap_or(0)
                },
                ..Line::default()
            };
            for one in line::find(text) {
                line.hosts.extend(keys::host_prefix(one.key));
                line.names.push(words(one.key).into_owned());
                line.again |= one.key == "hostaddr";
                if let Some(prefix) = keys::port_prefix(one.key) {
                    line.ports.push((prefix, one.value.to_owned()));
                }
            }
            for (prefix, port) in line.ports.iter().filter(|(prefix, _)| !prefix.is_empty()) {
                let known = out.once.entry(prefix.clone());
                known
                    .and_modify(|port| *port = None)
                    .or_insert_with(|| Some(port.clone()));
            }
            for prefix in &line.hosts {
                *out.hosts.entry(prefix.clone()).or_default() += 1;
            }
            out.lines.push(line);
            if text.starts_with('}') && open.len() > 1 {
                open.pop();
            }
        }
        out
    }

    /// The ports that belong to the hosts which a line names, by the prefix of their keys.
    pub(super) fn ports_of(&self, at: usize) -> HashMap<String, String> {
        let Some(line) = self.lines.get(at) else {
            return HashMap::new();
        };
        let mut out = HashMap::new();
        for prefix in &line.hosts {
            if let Some(port) = self.port_of(at, prefix) {
                out.insert(prefix.clone(), port.to_owned());
            }
        }
        // `JavaGateway`, whose port is `JavaGatewayPort`; of two hosts of a name only the block tells whose it is.
        for prefix in line.hosts.iter().chain(&line.names) {
            let alone = self.hosts.get(prefix).is_none_or(|hosts| *hosts == 1);
            if let Some(Some(port)) = self.once.get(prefix).filter(|_| alone) {
                out.entry(prefix.clone()).or_insert_with(|| port.clone());
            }
        }
        out
    }

    fn port_of(&self, at: usize, prefix: &str) -> Option<&str> {
        let line = self.lines.get(at)?;
        let after = self.lines.iter().skip(at + 1);
        let before = self.lines.iter().take(at).rev();
        port_in(line, prefix)
            .or_else(|| nearest(after, line.block, prefix))
            .or_else(|| nearest(before, line.block, prefix))
    }
}

fn port_in<'l>(line: &'l Line, prefix: &str) -> Option<&'l str> {
    let port = line.ports.iter().find(|(name, _)| name == prefix);
    port.map(|(_, port)| port.as_str())
}

fn nearest<'l>(lines: impl Iterator<Item = &'l Line>, block: usize, prefix: &str) -> Option<&'l str> {
    for line in lines.take(REACH).filter(|line| line.block == block) {
        if !line.again && line.hosts.iter().any(|host| host == prefix) {
            return None;
        }
        if let Some(port) = port_in(line, prefix) {
            return Some(port);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(text: &str) -> Vec<Option<String>> {
        let blocks = Blocks::of(text.lines());
        let lines = 0..text.lines().count();
        lines.map(|at| blocks.ports_of(at).remove("")).collect()
    }

    #[test]
    fn a_port_belongs_to_the_host_of_its_block() {
        let text = "[a]\nhost = x\n[b]\nhost = y\nport = 2\n\nhost = z\n# the port = 4\nport = 3 # port = 5\nuser = u";
        let got = ports(text);
        assert_eq!(got[1], None, "the section has no port");
        assert_eq!((got[3].as_deref(), got[6].as_deref()), (Some("2"), Some("3")));
        let nested = "redis {\n host => x\n tls {\n port => 9\n }\n port => 6379\n}";
        assert_eq!(ports(nested)[1].as_deref(), Some("6379"));
        let two = ports("host: x\nport: 1\nhost: y\nport: 2");
        assert_eq!((two[0].as_deref(), two[2].as_deref()), (Some("1"), Some("2")));
    }

    #[test]
    fn a_port_with_a_name_of_its_own_is_found_anywhere() {
        let blocks = Blocks::of("db_host = x\n\n[other]\ndb_port = 5432".lines());
        assert_eq!(blocks.ports_of(0).get("db").map(String::as_str), Some("5432"));
        let twice = Blocks::of("db_host = x\n\n[o]\ndb_port = 1\n\n[p]\ndb_port = 2".lines());
        assert_eq!(twice.ports_of(0).get("db"), None);
    }
}

//! This machine's hosts file (hosts(5)): names with their addresses.

#![expect(clippy::disallowed_methods, reason = "the file is read here")]

use std::collections::BTreeMap;
use std::net::IpAddr;

const PATH: &str = "/etc/hosts";
/// What is read of it; some lists of unwanted names are long.
const MOST: u64 = 4 * 1024 * 1024;

/// Lower-case names with their addresses; nothing where there is no such file.
#[must_use]
pub fn read() -> BTreeMap<String, Vec<IpAddr>> {
    use std::io::Read as _;
    let mut text = Vec::new();
    if let Ok(file) = std::fs::File::open(PATH) {
        // What could be read is used: the file says nothing that a verdict stands on.
        let _ = file.take(MOST).read_to_end(&mut text);
    }
    parse(&String::from_utf8_lossy(&text))
}

fn parse(text: &str) -> BTreeMap<String, Vec<IpAddr>> {
    let mut out: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("");
        let mut words = line.split_whitespace();
        let Some(ip) = words.next().and_then(|word| word.parse().ok()) else {
            continue;
        };
        for name in words {
            out.entry(name.to_ascii_lowercase()).or_default().push(ip);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_comments_and_aliases() {
        let hosts = parse("# c\n127.0.0.1 localhost\n10.0.0.7\tDB db.corp # x\nnonsense db2\nfd00::1 db\n");
        assert_eq!(hosts["db"].len(), 2);
        assert!(hosts.contains_key("db.corp") && !hosts.contains_key("db2"));
    }
}

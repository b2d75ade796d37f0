//! Which keys speak of addresses: tables, to be read and extended. Words are as
//! [`crate::doc::pattern::words`] splits them.

use crate::doc::pattern::words;

/// A key whose last word is one of these holds a host.
const STRONG: &[&str] = &[
    "host",
    "hosts",
    "hostname",
    "hostnames",
    "hostport",
    "endpoint",
    "endpoints",
    "address",
    "addresses",
    "addr",
    "addrs",
    "server",
    "servers",
    "broker",
    "brokers",
    "bootstrap",
    "upstream",
    "upstreams",
];
/// Words that may follow a strong one.
const AFTER_STRONG: &[&str] = &[
    "name", "list", "primary", "replica", "replicas", "ro", "rw", "url", "urls",
];
/// A key with one of these words speaks of an address when the value has a port, a scheme or is a list.
const WEAK: &[&str] = &[
    "url",
    "urls",
    "uri",
    "uris",
    "target",
    "targets",
    "node",
    "nodes",
    "seed",
    "seeds",
    "peer",
    "peers",
    "sentinel",
    "sentinels",
    "list",
    "dsn",
    "monitors",
    "zookeeper",
    "quorum",
    "nameserver",
    "nameservers",
    "proxy",
    "connect",
    "backend",
    "backends",
    "service",
    "cluster",
    "master",
    "primary",
    "replica",
    "join",
];
/// A key with one of these words anywhere in its path says where the program listens or is reached.
const INBOUND: &[&str] = &[
    "listen",
    "listener",
    "listeners",
    "bind",
    "binds",
    "advertise",
    "advertised",
    "ingress",
    "vhost",
    "sni",
    "san",
    "sans",
    "fqdns",
    "cors",
    "origin",
    "origins",
    "domains",
    "allowed",
];
const INBOUND_PAIRS: &[&str] = &[
    "server_name",
    "server_names",
    "external_url",
    "site_url",
    "application_url",
    "root_url",
    "public_url",
    "alt_names",
    "virtual_hosts",
];
/// A key whose last word is one of these names a page for people.
const INFORMATIONAL: &[&str] = &[
    "home",
    "homepage",
    "docs",
    "documentation",
    "doc",
    "runbook",
    "icon",
    "sources",
    "source",
    "license",
    "issue",
    "issues",
    "html",
    "avatar",
    "href",
    "link",
    "links",
    "social",
    "remote",
    "website",
    "description",
    "help",
    "logo",
    "dashboard",
    "title",
    "summary",
    "comment",
    "message",
    "contact",
    "about",
    "changelog",
    "readme",
    "runbooks",
    "wiki",
];
/// Keys whose whole value is never an address, with everything below them.
const NEVER: &[&str] = &[
    "xmlns",
    "apiversion",
    "kind",
    "tag",
    "repository",
    "chart",
    "ports",
    "annotations",
    "labels",
    "type",
    "class",
    "group",
    "topic",
    "topics",
    "id",
    "version",
    "regex",
    "pattern",
    "schedule",
    "cron",
    "time",
    "date",
    "matchlabels",
    "selector",
    "expr",
    "digest",
    "checksum",
    "sha256",
    "mac",
    "uuid",
    "cidr",
    "cidrs",
    "subnet",
    "subnets",
    "path",
    "paths",
    "user",
    "username",
    "email",
    "volumes",
    "volumemounts",
    "format",
    "branch",
    "commit",
];

fn parts(name: &str) -> Vec<String> {
    words(name).split('_').map(str::to_owned).collect()
}

/// Whether the key names a host by its last word.
pub(super) fn is_strong(name: &str) -> bool {
    let parts = parts(name);
    match parts.as_slice() {
        [.., before, last] if AFTER_STRONG.contains(&last.as_str()) => {
            STRONG.contains(&before.as_str()) || STRONG.contains(&last.as_str())
        }
        [.., last] => STRONG.contains(&last.as_str()),
        [] => false,
    }
}

/// Whether the key has any word that speaks of an address.
pub(super) fn is_weak(name: &str) -> bool {
    is_strong(name)
        || parts(name)
            .iter()
            .any(|word| WEAK.contains(&word.as_str()) || STRONG.contains(&word.as_str()))
}

/// Whether the key says host without any doubt, so that even a malformed value is one.
pub(super) fn is_certain(name: &str) -> bool {
    parts(name)
        .last()
        .is_some_and(|last| matches!(last.as_str(), "host" | "hostname" | "hosts" | "hostport"))
}

/// Whether a key on the way says that the program itself is reached there.
pub(super) fn is_inbound(name: &str) -> bool {
    let folded = words(name);
    folded.ends_with("_header")
        || INBOUND_PAIRS.contains(&folded.as_ref())
        || folded.split('_').any(|word| INBOUND.contains(&word))
}

/// Whether the key names a page for people.
pub(super) fn is_informational(name: &str) -> bool {
    parts(name)
        .last()
        .is_some_and(|last| INFORMATIONAL.contains(&last.as_str()))
}

/// Whether values under this key are never addresses.
pub(super) fn is_never(name: &str) -> bool {
    let folded = words(name).replace('_', "");
    name.starts_with(['$', '@'])
        || name.contains('/')
        || folded.starts_with("image")
        || folded == "containerimage"
        || NEVER.contains(&folded.as_ref())
}

/// The key's prefix before its host word: `db` of `db_host`, empty for `host`; [`None`] for other keys.
pub(super) fn host_prefix(name: &str) -> Option<String> {
    let parts = parts(name);
    let at = parts.iter().position(|word| STRONG.contains(&word.as_str()))?;
    (at + 1 == parts.len() || (at + 2 == parts.len() && AFTER_STRONG.contains(&parts[at + 1].as_str())))
        .then(|| parts[..at].join("_"))
}

/// The key's prefix before `port`: `db` of `db_port`, empty for `port`.
pub(super) fn port_prefix(name: &str) -> Option<String> {
    let parts = parts(name);
    match parts.split_last() {
        Some((last, before)) if last == "port" => Some(before.join("_")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_decides() {
        for name in [
            "host",
            "DB_HOST",
            "authServer",
            "bootstrap.servers",
            "db_host_primary",
            "server_name",
            "brokerList",
        ] {
            assert!(is_strong(name), "{name}");
        }
        for name in ["hosting", "xcom_backend", "name", "domain", "hostPath", "ports"] {
            assert!(!is_strong(name), "{name}");
        }
        assert!(is_weak("redisUrl") && !is_weak("level"));
        assert_eq!(host_prefix("DB_HOST").as_deref(), Some("db"));
        assert_eq!(port_prefix("dbPort").as_deref(), Some("db"));
        assert!(is_inbound("listen_addr") && is_inbound("server_name") && !is_inbound("auth_server"));
    }
}

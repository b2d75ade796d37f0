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
    "hostaddr",
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
    "nameserver",
    "nameservers",
    "recursors",
    "smarthost",
];
/// Keys that hold a host although their last word does not say so.
const STRONG_PAIRS: &[&str] = &["external_name", "destination_host", "proxy_host", "peer_host"];
/// Words of keys whose lists hold hosts without ports.
const PEERS: &[&str] = &[
    "join",
    "peers",
    "seeds",
    "sentinels",
    "nodes",
    "targets",
    "urls",
    "uris",
    "masters",
    "quorum",
    "monitors",
    "members",
    "routes",
    "remotes",
    "dns",
    "points",
    "pools",
];
/// Words that may follow a strong one.
const AFTER_STRONG: &[&str] = &[
    "list",
    "primary",
    "replica",
    "replicas",
    "ro",
    "rw",
    "url",
    "urls",
    "read",
    "write",
    "reader",
    "writer",
    "secondary",
    "standby",
];
/// Words in keys of `…_address` and the like that say that it is another kind of address.
const OTHER_ADDRESSES: &[&str] = &[
    "from",
    "mail",
    "email",
    "reply",
    "noreply",
    "sender",
    "street",
    "billing",
    "shipping",
    "letter",
    "forwarding",
    "mac",
    "wallet",
    "postal",
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
    "dns",
    "kdc",
    "ntp",
    "relay",
    "resolver",
    "quorum",
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
    "openapi",
    "swagger",
    "acceptor",
    "acceptors",
    "overwrite",
    "overwritehost",
    "protocols",
    "announce",
];
/// The same, of the key that holds the value alone.
const INBOUND_LEAF: &[&str] = &["public", "redirect", "callback", "broadcast", "publish", "return"];
const INBOUND_PAIRS: &[&str] = &[
    "server_name",
    "server_names",
    "external_url",
    "site_url",
    "app_url",
    "application_url",
    "root_url",
    "public_url",
    "alt_names",
    "virtual_hosts",
    "network_host",
    "cluster_addr",
    "api_addr",
    "client_addr",
    "connect_address",
    "internal_address",
    "interserver_http_host",
    "console_address",
    "kc_hostname",
    "kc_hostname_admin",
    "override_hostname",
    "phx_host",
    "node_host",
    "taskmanager_host",
    "system_url_prefix",
    "reverse_proxy_url",
    "server_base_url",
    "assertion_consumer_service_url",
    "acs_url",
    "hostname_url",
    "hostname_admin",
    "hostname_admin_url",
    "external_uri",
    "external_base_url",
    "ipv4_address",
    "ipv6_address",
    "web_interface_url",
    "portal_url",
    "webapp_url",
    "frontend_url",
    "editor_base_url",
    "minio_server_url",
    "client_port_address",
    "report_host",
    "admin_address",
    "local_address",
    "instance_service_base_url",
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
    "license",
    "issue",
    "issues",
    "html",
    "avatar",
    "href",
    "link",
    "links",
    "social",
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
    "note",
    "notes",
    "text",
    "tooltip",
    "support",
    "terms",
    "privacy",
    "imprint",
    "banner",
    "page",
    "knowledgebase",
    "schema",
    "xsd",
    "xmlns",
    "ns",
    "manual",
    "dashboards",
    "ontology",
    "qname",
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

/// The words of a key, without the number that counts it: `server.1`, `host2`.
fn parts(name: &str) -> Vec<String> {
    // Spring writes lists as `hosts[0]=…`.
    let name = name
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
        .map_or(name, |(name, _)| name);
    let mut parts: Vec<String> = words(name).split('_').map(str::to_owned).collect();
    if parts.len() > 1
        && parts
            .last()
            .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
    {
        parts.pop();
    }
    if let Some(last) = parts.last_mut() {
        let bare = last.trim_end_matches(|c: char| c.is_ascii_digit());
        if STRONG.contains(&bare) {
            last.truncate(bare.len());
        }
    }
    parts
}

/// `mail_from_address` and `virtual_host` are no addresses of servers; `email_host` is.
fn is_other_address(parts: &[String]) -> bool {
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    match parts.last().map(String::as_str) {
        Some("address" | "addresses" | "addr") => any(OTHER_ADDRESSES),
        Some("host" | "hosts") => any(&["virtual", "vhost"]),
        Some(_) | None => false,
    }
}

/// Whether the key names a host by its last word.
pub(super) fn is_strong(name: &str) -> bool {
    if STRONG_PAIRS.contains(&words(name).as_ref()) {
        return true;
    }
    let parts = parts(name);
    if is_other_address(&parts) {
        return false;
    }
    // `smtphost`, `dbhost`, `logsrv`: written as one word.
    let glued = parts.last().is_some_and(|last| {
        let server = last.ends_with("server") && !matches!(last.as_str(), "observer" | "webserver");
        last.len() > 5
            && (last.ends_with("host") || last.ends_with("srv") || (server && last != "server"))
            && last != "localhost"
    });
    if glued || parts.ends_with(&["host".to_owned(), "name".to_owned()]) {
        return true;
    }
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
    let parts = parts(name);
    !is_other_address(&parts)
        && parts
            .last()
            .is_some_and(|last| matches!(last.as_str(), "host" | "hostname" | "hosts" | "hostport"))
}

/// Whether the key names a server that is always there, so that any host or IP address is one.
pub(super) fn is_of_machines(name: &str) -> bool {
    matches!(
        parts(name).last().map(String::as_str),
        Some("dns" | "kdc" | "ntp" | "relay" | "resolver" | "forward" | "forwarders")
    )
}

/// Whether `hosts` in this table are names that requests are matched by.
pub(super) fn is_of_routes(table: &str) -> bool {
    matches!(
        words(table).as_ref(),
        "routes" | "route" | "operation" | "https" | "match"
    )
}

/// Whether the key names the host in an item of a list whose port stands beside the list.
pub(super) fn is_item(name: &str) -> bool {
    matches!(
        words(name).as_ref(),
        "ip" | "address" | "addresses" | "host" | "hostname"
    )
}

/// Whether the key's list holds hosts that need no port.
pub(super) fn is_of_peers(name: &str) -> bool {
    parts(name).iter().any(|word| PEERS.contains(&word.as_str()))
}

/// Whether a key that says only that there is an address (`url`, `host`) stands in a table about the program itself.
pub(super) fn is_own(table: Option<&str>, name: &str) -> bool {
    let own = |table: &str| {
        matches!(
            words(table).as_ref(),
            "app" | "site" | "webserver" | "frontend" | "website" | "portal" | "location"
        )
    };
    matches!(words(name).as_ref(), "url" | "base_url" | "domain") && table.is_some_and(own)
}

/// Whether the key of a value alone says that the program is reached there.
pub(super) fn is_inbound_leaf(name: &str) -> bool {
    words(name).split('_').any(|word| INBOUND_LEAF.contains(&word))
}

/// Whether a key or its table is about a side door of the program: a loopback port there is its own. A server that
/// it connects to is none, so that `server` and `api` say nothing here.
pub(super) fn is_side_door(table: Option<&str>, name: &str) -> bool {
    const DOORS: &[&str] = &[
        "admin",
        "metrics",
        "pprof",
        "debug",
        "health",
        "management",
        "status",
        "zpages",
        "uvicorn",
        "gunicorn",
        "dashboard",
        "web",
        "actuator",
        "exporter",
        "prometheus",
    ];
    let door = |name: &str| words(name).split('_').any(|word| DOORS.contains(&word));
    let own = |table: &str| matches!(words(table).as_ref(), "http" | "https" | "api");
    let bare = matches!(words(name).as_ref(), "host" | "address" | "addr");
    door(name)
        || table.is_some_and(|table| door(table) || (bare && own(table)))
        || matches!(name, "http" | "https")
}

/// Whether a table is about the program or the machine itself.
pub(super) fn is_about_itself(table: &str) -> bool {
    matches!(
        words(table).as_ref(),
        "agent"
            | "instance"
            | "node"
            | "server"
            | "app"
            | "system"
            | "global"
            | "main"
            | "service"
            | "machine"
    )
}

/// Whether a table is about pages for people.
pub(super) fn is_about_pages(table: &str) -> bool {
    matches!(
        words(table).as_ref(),
        "contact"
            | "docs"
            | "documentation"
            | "knowledgebase"
            | "links"
            | "about"
            | "dashboard_url_templates"
    )
}

/// Whether a URL under this key is where the program is reached, which only says something of web pages.
pub(super) fn is_inbound_url(name: &str) -> bool {
    words(name).ends_with("_url")
}

/// Whether a key on the way says that the program itself is reached there.
pub(super) fn is_inbound(name: &str) -> bool {
    let folded = words(name);
    // Who listens to events connects to where they come from.
    let of_events = |word: &str| {
        word.starts_with("listener")
            && folded
                .split('_')
                .any(|other| matches!(other, "event" | "events" | "bootstrap"))
    };
    // Where others listen: the address of a leader, the far end of a tunnel.
    if folded
        .split('_')
        .any(|word| matches!(word, "listen" | "advertise" | "advertised"))
    {
        return true;
    }
    let others = folded
        .split('_')
        .any(|word| matches!(word, "leader" | "remote" | "peer"));
    if others && !folded.contains("cors") {
        return false;
    }
    // One's own address as seen from outside.
    if folded.split('_').any(|word| word == "external")
        && (folded.ends_with("_address") || folded.ends_with("_ip") || folded.ends_with("_hostname"))
    {
        return true;
    }
    // Whose tokens are taken is looked up there.
    let of_issuers = folded.contains("issuer");
    let vhost_setting = |word: &str| word == "vhost" && !folded.ends_with("vhost");
    folded.ends_with("_header")
        || INBOUND_PAIRS.iter().any(|pair| {
            folded
                .strip_suffix(pair)
                .is_some_and(|before| before.is_empty() || before.ends_with('_'))
        })
        || folded.split('_').any(|word| {
            INBOUND.contains(&word)
                && !of_events(word)
                && !vhost_setting(word)
                && (word != "allowed" || !of_issuers)
        })
}

/// Whether the key names a page for people.
pub(super) fn is_informational(name: &str) -> bool {
    let parts = parts(name);
    let said = |word: &String| INFORMATIONAL.contains(&word.as_str());
    // What a program asks is no page.
    if parts
        .iter()
        .any(|word| matches!(word.as_str(), "api" | "service"))
    {
        return false;
    }
    // These speak of a page wherever they stand.
    if parts.iter().any(|word| {
        matches!(
            word.as_str(),
            "docs" | "runbook" | "wiki" | "terms" | "imprint" | "links"
        )
    }) {
        return true;
    }
    match parts.as_slice() {
        [.., before, last] if matches!(last.as_str(), "url" | "urls" | "uri" | "link") => {
            said(before) || said(last)
        }
        [.., last] => said(last),
        [] => false,
    }
}

/// Whether values under this key are never addresses.
pub(super) fn is_never(name: &str) -> bool {
    let folded = words(name).replace('_', "");
    name.starts_with(['$', '@', '!', '?'])
        || folded.starts_with("xmlns")
        || folded.contains("schemalocation")
        || folded.ends_with("namespace")
        || folded.ends_with("annotations")
        || (folded.starts_with("image") && !is_weak(name))
        || folded == "containerimage"
        || folded.contains("noproxy")
        || folded.contains("nonproxy")
        || folded.ends_with("version")
        || folded.contains("maxconnections")
        || NEVER.contains(&folded.as_ref())
}

/// Words that name a host only beside a port.
const BESIDE_PORT: &[&str] = &[
    "target", "node", "nodes", "peer", "peers", "points", "relay", "url", "uri", "backend", "service",
    "master", "primary", "proxy", "ip", "ipaddr", "ipv4addr", "ipv6addr", "names",
];

/// The key's prefix before its host word: `db` of `db_host`, empty for `host`; [`None`] for other keys.
pub(super) fn host_prefix(name: &str) -> Option<String> {
    let parts = parts(name);
    if let [above @ .., last] = parts.as_slice()
        && BESIDE_PORT.contains(&last.as_str())
    {
        return Some(above.join("_"));
    }
    if let [above @ .., last] = parts.as_slice()
        && let Some(service) = last.strip_suffix("host").or_else(|| last.strip_suffix("server"))
        && !service.is_empty()
        && !matches!(service, "ob" | "web")
    {
        let words = above.iter().map(String::as_str).chain(std::iter::once(service));
        return Some(words.collect::<Vec<_>>().join("_"));
    }
    let at = parts.iter().position(|word| STRONG.contains(&word.as_str()))?;
    (at + 1 == parts.len() || (at + 2 == parts.len() && AFTER_STRONG.contains(&parts[at + 1].as_str())))
        .then(|| parts[..at].join("_"))
}

/// Words that end in `port` and name none.
const NO_PORTS: &[&str] = &[
    "export",
    "import",
    "support",
    "transport",
    "report",
    "passport",
    "viewport",
    "teleport",
    "airport",
];

/// The key's prefix before `port`: `db` of `db_port`, empty for `port`.
pub(super) fn port_prefix(name: &str) -> Option<String> {
    let parts = parts(name);
    match parts.split_last() {
        Some((last, before)) if last == "port" => Some(before.join("_")),
        Some((last, [before @ .., port])) if last == "number" && port == "port" => Some(before.join("_")),
        // `smtpport`, as one word.
        Some((last, before)) if last.ends_with("port") && !NO_PORTS.contains(&last.as_str()) => {
            let service = last.trim_end_matches("port");
            let words = before.iter().map(String::as_str).chain(std::iter::once(service));
            Some(words.collect::<Vec<_>>().join("_"))
        }
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

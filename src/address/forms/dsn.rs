//! Data source names that are not URLs: Go's `user:pw@tcp(host:port)/db`, libpq's `host=… port=…`,
//! ADO's `Server=…;`, Oracle's thin driver and its descriptors.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, split_host_port};

#[expect(
    clippy::unwrap_used,
    reason = "the patterns are constants and compiled by a test"
)]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

static GO: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|@)(tcp|udp)\(([^()]*)\)"));
static ORACLE_THIN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)^jdbc:oracle:(?:thin|oci):[^@]*@(?://)?([^()/?]+)"));
static SYBASE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^jdbc:sybase:tds:([^/?;]+)"));
static ORACLE_DESCRIPTOR: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\(\s*HOST\s*=\s*([^)\s]+)\s*\)(?:\s*\(\s*PORT\s*=\s*(\w+)\s*\))?"));
static ADO: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(?:^[a-z]+:|^|;)\s*(?:server|data source|addr|address|network address|host)\s*=\s*([^;]+)")
});
static PARTNER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)(?:^|;)\s*failover[ _]?partner\s*=\s*([^;\s]+)"));
static ADO_PORT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:^|;)\s*port\s*=\s*([^;\s]+)"));
static LIBPQ_HOST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|\s)(?:host|ip)\s*=\s*'?([^'\s]+)"));
static LIBPQ_PORT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|\s)port\s*=\s*'?([^'\s]+)"));

/// The server that stands in for another one (SQL Server's mirroring).
pub(in crate::address) fn partner(text: &str) -> Option<Found> {
    let found = PARTNER.captures(text)?.get(1)?;
    let host = found.as_str().split('\\').next()?;
    Some(found_at("ado", host, found.start(), None))
}

/// Every host that a DSN names; nothing for other texts.
pub(in crate::address) fn find(text: &str) -> Vec<Found> {
    let mut out = Vec::new();
    if let Some(found) = GO.captures(text).and_then(|captures| captures.get(2)) {
        out.push(found_at("go-dsn", found.as_str(), found.start(), None));
        return out;
    }
    if text.contains('(') && text.to_ascii_uppercase().contains("HOST") {
        for captures in ORACLE_DESCRIPTOR.captures_iter(text) {
            if let Some(host) = captures.get(1) {
                let port = captures.get(2).map(|port| port.as_str().to_owned());
                out.push(found_at("oracle", host.as_str(), host.start(), port));
            }
        }
        return out;
    }
    if let Some(found) = SYBASE.captures(text).and_then(|captures| captures.get(1)) {
        out.push(found_at("sybase", found.as_str(), found.start(), None));
        return out;
    }
    if let Some(found) = ORACLE_THIN.captures(text).and_then(|captures| captures.get(1)) {
        // @host:1521:SID and @host:1521/service
        let mut parts = found.as_str().splitn(3, ':');
        let host = parts.next().unwrap_or("");
        let port = parts.next().map(str::to_owned);
        out.push(found_at("oracle", host, found.start(), port));
        return out;
    }
    if text.contains(';') && text.contains('=') {
        if let Some(found) = ADO.captures(text).and_then(|captures| captures.get(1)) {
            let servers = found.as_str();
            // `host=a:5672,b`, while SQL Server writes its port after a comma.
            let is_port = |text: &str| text.trim().bytes().all(|b| b.is_ascii_digit());
            if servers.contains(',') && !servers.split(',').any(is_port) && !servers.contains("tcp:") {
                let port = ADO_PORT.captures(text).map(|captures| captures[1].to_owned());
                let mut at = found.start();
                for server in servers.split(',') {
                    let own = server.contains(':');
                    out.push(found_at("ado", server, at, port.clone().filter(|_| !own)));
                    at += server.len() + 1;
                }
            } else {
                out.push(ado(text, servers, found.start()));
            }
        }
        return out;
    }
    if text.matches('=').count() >= 2
        && let Some(found) = LIBPQ_HOST.captures(text).and_then(|captures| captures.get(1))
    {
        let ports = LIBPQ_PORT
            .captures(text)
            .and_then(|captures| captures.get(1))
            .map(|ports| ports.as_str());
        out.extend(libpq(found.as_str(), found.start(), ports));
    }
    out
}

/// `tcp:host\instance,1433`; the port may also be a setting of its own.
fn ado(text: &str, server: &str, start: usize) -> Found {
    let trimmed = server.trim();
    let mut at = start + (server.len() - server.trim_start().len());
    let body = trimmed.strip_prefix("tcp:").unwrap_or(trimmed);
    at += trimmed.len() - body.len();
    let (host, comma_port) = match body.split_once(',') {
        Some((host, port)) => (host, Some(port.trim().to_owned())),
        None => (body, None),
    };
    let host = host.split('\\').next().unwrap_or(host);
    let port = comma_port.or_else(|| ADO_PORT.captures(text).map(|captures| captures[1].to_owned()));
    found_at("ado", host, at, port)
}

fn libpq(hosts: &str, start: usize, ports: Option<&str>) -> Vec<Found> {
    let ports: Vec<&str> = ports.map(|ports| ports.split(',').collect()).unwrap_or_default();
    let mut at = start;
    let mut out = Vec::new();
    for (nth, host) in hosts.split(',').enumerate() {
        // A folder is a Unix socket.
        if !host.starts_with(['/', '@']) {
            let port = ports.get(nth).or(ports.first()).map(|port| (*port).to_owned());
            out.push(found_at("libpq", host, at, port));
        }
        at += host.len() + 1;
    }
    out
}

fn found_at(form: &'static str, text: &str, at: usize, port: Option<String>) -> Found {
    let (host, own_port, range) = split_host_port(text, at);
    Found {
        scheme: Some(form.to_owned()),
        host,
        port: port.or(own_port),
        range,
        form,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dsns() {
        for (text, want) in [
            ("u:p@ss@tcp(db.shop:3306)/x", vec![("db.shop", Some("3306"))]),
            (
                "host=a,b port=5432,5433 dbname=x",
                vec![("a", Some("5432")), ("b", Some("5433"))],
            ),
            (
                "Server=tcp:db.shop,1433;Database=x;",
                vec![("db.shop", Some("1433"))],
            ),
            ("Data Source=db\\inst;User=x;", vec![("db", None)]),
            ("Host=db;Port=5432;Username=u", vec![("db", Some("5432"))]),
            (
                "Host=a.shop,b.shop:1;Port=5432;Username=u",
                vec![("a.shop", Some("5432")), ("b.shop", Some("1"))],
            ),
            ("jdbc:oracle:thin:@//h:1521/s", vec![("h", Some("1521"))]),
            ("jdbc:oracle:thin:@h:1521:sid", vec![("h", Some("1521"))]),
            (
                "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=h)(PORT=1521)))",
                vec![("h", Some("1521"))],
            ),
            ("a=b c=d", vec![]),
            ("host=/var/run dbname=x", vec![]),
        ] {
            let found: Vec<_> = find(text);
            for one in &found {
                assert_eq!(&text[one.range.clone()], one.host, "{text}");
            }
            let got: Vec<_> = found
                .iter()
                .map(|f| (f.host.as_str(), f.port.as_deref()))
                .collect();
            assert_eq!(got, want, "{text}");
        }
    }
}

//! `scheme://…` (RFC 3986), with several hosts in one authority, and lists of URLs in one value.

use super::{Found, split_host_port};

/// Schemes that name a network service.
const SERVICE: &[&str] = &[
    "http",
    "https",
    "ws",
    "wss",
    "grpc",
    "grpcs",
    "tcp",
    "tcps",
    "udp",
    "tls",
    "ssl",
    "redis",
    "rediss",
    "redis+sentinel",
    "valkey",
    "valkeys",
    "amqp",
    "amqps",
    "kafka",
    "nats",
    "mqtt",
    "mqtts",
    "stomp",
    "pulsar",
    "pulsar+ssl",
    "mongodb",
    "mongodb+srv",
    "mysql",
    "mysqlx",
    "mariadb",
    "postgres",
    "postgresql",
    "cockroachdb",
    "sqlserver",
    "mssql",
    "clickhouse",
    "cassandra",
    "memcached",
    "memcache",
    "ldap",
    "ldaps",
    "smtp",
    "smtps",
    "imap",
    "imaps",
    "pop3",
    "sftp",
    "ftp",
    "ftps",
    "ssh",
    "hdfs",
    "thrift",
    "zk",
    "zookeeper",
    "etcd",
    "neo4j",
    "neo4j+s",
    "bolt",
    "couchbase",
    "couchbases",
    "elasticsearch",
    "opensearch",
    "syslog",
    "statsd",
    "otlp",
    "socks4",
    "socks5",
    "socks5h",
    "iscsi",
    "gcomm",
    "sb",
    "opc.tcp",
    "oci",
    "soap+http",
    "soap+https",
    "nfs",
    "smb",
    "rtsp",
    "rtmp",
    "sip",
    "sips",
    "consul",
    "vault",
    "h2",
    "h2c",
    "quic",
    "gelf",
    "fluentd",
    "influxdb",
    "tarantool",
    "oracle",
    "db2",
    "snowflake",
    "trino",
    "presto",
    "hive2",
    "dns",
    "passthrough",
    "postgresql+psycopg2",
    "postgresql+asyncpg",
    "mysql+pymysql",
    "srv",
];

/// Schemes that name no host to resolve.
const NEVER: &[&str] = &[
    "file",
    "unix",
    "s3",
    "s3a",
    "s3n",
    "gs",
    "oci",
    "docker",
    "spiffe",
    "arn",
    "urn",
    "git+ssh",
    "mailto",
    "data",
    "jar",
    "classpath",
    "configmap",
    "secret",
    "k8s",
    "aws",
    "gcp",
    "azure",
    "azurerm",
    "xds",
    "sqlite",
    "sqlite3",
    "h2mem",
    "inline",
    "env",
    "vault+kv",
    "git",
    "app",
    "chrome",
    "about",
    "javascript",
    "tel",
    "sms",
    "android",
    "ios",
    "hcp",
    "op",
    "awskms",
    "gcpkms",
    "ipfs",
    "mem",
    "memory",
];

/// Every host of every URL in a text. A scheme that is in neither table counts when it has a port, or
/// when the key speaks of URLs.
pub(in crate::address) fn find(text: &str, key_says_url: bool) -> Vec<Found> {
    let mut out = Vec::new();
    let mut from = 0;
    let masked = without_blanks(text);
    let text = masked.as_deref().unwrap_or(text);
    while let Some(mark) = text[from..].find("://") {
        let mark = from + mark;
        let scheme_start = text[..mark]
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let scheme = text[scheme_start..mark].to_ascii_lowercase();
        let start = mark + 3;
        let (authority, end) = authority(text, start, key_says_url && scheme_start == 0);
        if !scheme.is_empty() && !NEVER.contains(&scheme.as_str()) {
            let known = SERVICE.contains(&scheme.as_str());
            let hosts = hosts(&scheme, authority, start, text);
            out.extend(
                hosts
                    .into_iter()
                    .filter(|found| known || key_says_url || found.port.is_some()),
            );
        }
        from = end.max(start);
    }
    out
}

/// The longest text whose templates are looked at.
const MAX_TEMPLATED: usize = 8192;

/// The text with templates of user names and passwords without what would end a URL:
/// `postgres://{{ .User }}:{{ with secret "x" }}{{ .Password }}{{ end }}@db.corp`. [`None`] where there is none.
fn without_blanks(text: &str) -> Option<String> {
    const MARKS: [(&str, &str); 3] = [("{{", "}}"), ("<%", "%>"), ("{%", "%}")];
    // Longer ones are not written by hand, and looking for three kinds of marks again and again takes its time.
    if text.len() > MAX_TEMPLATED || !MARKS.iter().any(|(_, close)| text.contains(&format!("{close}@"))) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Templates may follow each other: what comes after the last one of them tells what they are.
    let mut run = String::new();
    while let Some((open, length)) = first_template(rest, &MARKS) {
        if open > 0 {
            out.push_str(&std::mem::take(&mut run));
        }
        out.push_str(&rest[..open]);
        run.push_str(&rest[open..open + length]);
        rest = &rest[open + length..];
        if rest.starts_with(['@', ':']) {
            let ends = [
                ' ', '\t', '"', '\'', '`', '<', '>', '/', '?', '#', ';', ',', '(', ')', '=', '@', ':',
            ];
            out.push_str(&std::mem::take(&mut run).replace(ends, "_"));
        }
    }
    out.push_str(&run);
    out.push_str(rest);
    Some(out)
}

/// Where the first template of a text begins, and how long it is.
fn first_template(text: &str, marks: &[(&str, &str)]) -> Option<(usize, usize)> {
    let begins = marks
        .iter()
        .filter_map(|(open, close)| Some((text.find(open)?, close)));
    let (at, close) = begins.min()?;
    let end = text[at..].find(close)?;
    Some((at, end + close.len()))
}

/// The server in a parameter of a URL that itself names none: `s3://bucket/x?endpoint=s3.corp:9000`.
pub(in crate::address) fn parameter(text: &str) -> Option<Found> {
    const NAMES: &[&str] = &["?endpoint=", "&endpoint="];
    let (at, name) = NAMES.iter().find_map(|name| Some((text.find(name)?, name)))?;
    let start = at + name.len();
    let value = text[start..].split(['&', ' ', '"']).next().unwrap_or("");
    if value.contains("//") || !value.contains('.') {
        return None;
    }
    let (host, port, range) = split_host_port(value, start);
    Some(Found {
        scheme: None,
        host,
        port,
        range,
        form: "url",
    })
}

/// The authority that starts at `start`, userinfo cut off by the caller; and where it ends.
fn authority(text: &str, start: usize, whole: bool) -> (&str, usize) {
    let rest = &text[start..];
    let space = rest
        .find(['\n', '\r', '\t', '"', '\'', '`', '<', '>'])
        .unwrap_or(rest.len());
    let rest = &rest[..space];
    // `http://a,http://b` and `n1=http://a,n2=http://b`: the next URL is its own. A scheme is short,
    // so that only the beginning of what follows a comma is looked at.
    let next = rest.match_indices(',').find(|(at, _)| {
        let after = rest[at + 1..].trim_start();
        let scheme: String = after
            .chars()
            .take(64)
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '-' | '_' | '.'))
            .collect();
        after[scheme.len()..].starts_with("://")
    });
    let rest = next.map_or(rest, |(at, _)| &rest[..at]);
    // `failover:(tcp://a:1,tcp://b:2)`: the bracket closes what it opened before.
    let inner = rest.split(')').next().filter(|_| text[..start].contains('('));
    let rest = inner.unwrap_or(rest);
    // ZooKeeper's servers may stand between semicolons.
    let zk = text[..start].ends_with("zk://") || text[..start].contains("zk+");
    let ends = |c: char| matches!(c, '/' | '?' | '#') || (c == ';' && !zk);
    let mut end = rest.find(ends).unwrap_or(rest.len());
    // A raw password may hold `/` or `#`: the part before it then is no host and port.
    let head = &rest[..end];
    if !head.contains('@')
        && head
            .split_once(':')
            .is_some_and(|(_, port)| port.parse::<u32>().is_err())
        && let Some(at) = rest
            .rfind('@')
            .filter(|at| !rest[..*at].contains([' ', '(']) && !head.contains(['$', '{']))
    {
        let tail = rest[at..]
            .find(['/', '?', '#', ';'])
            .map_or(rest.len(), |tail| at + tail);
        end = tail;
    }
    let authority = &rest[..end];
    // A space ends a URL in running text; inside a host it is a mistake that the caller judges.
    let cut = authority
        .find(' ')
        // Where the key says that the value is a URL, a space inside it is a slip.
        .filter(|at| !whole || authority[*at..].contains(':') || rest[*at..].contains("://"));
    let authority = cut.map_or(authority, |at| &authority[..at]);
    (authority, start + authority.len())
}

fn hosts(scheme: &str, authority: &str, start: usize, text: &str) -> Vec<Found> {
    // RabbitMQ's hosts may each have a login: `rabbit://u:p@a.corp,u:p@b.corp`.
    let logins = authority.contains(',') && authority.split(',').all(|part| part.contains('@'));
    let at_sign = authority.rfind('@').filter(|_| !logins).map_or(0, |at| at + 1);
    let (mut list, mut at) = (&authority[at_sign..], start + at_sign);
    // gRPC: the endpoint is the path (dns:///svc:50051).
    if list.is_empty() && matches!(scheme, "dns" | "passthrough") && text[at..].starts_with('/') {
        let path = text[at + 1..].split([' ', '/', '?', '"']).next().unwrap_or("");
        (list, at) = (path, at + 1);
    }
    let mut out = Vec::new();
    let zk = scheme.starts_with("zk");
    for part in list.split(|c| c == ',' || (c == ';' && zk)) {
        // White space after a comma is style; right after the scheme it is a slip.
        let trimmed = if at == start { part.trim_end() } else { part.trim() };
        let lead = part.len() - part.trim_start().len();
        let lead = if at == start { 0 } else { lead };
        let login = trimmed.rfind('@').filter(|_| logins).map_or(0, |at| at + 1);
        let (trimmed, lead) = (&trimmed[login..], lead + login);
        let (mut host, port, mut range) = split_host_port(trimmed, at + lead);
        let web = matches!(scheme, "http" | "https");
        // `https://proxy.corp,direct` is a list of ways, `https://api\.corp` a pattern.
        if web && ((at > start + at_sign && !host.contains('.') && port.is_none()) || host.contains('\\')) {
            at += part.len() + 1;
            continue;
        }
        // oauth2-proxy's `static://202` is an answer.
        if scheme == "static" && host.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        // SQL Server names an instance after the host.
        if let Some(slash) = host.find('\\') {
            host.truncate(slash);
            range.end = range.start + slash;
        }
        if !(host.is_empty() && port.is_none() && matches!(scheme, "dns" | "passthrough")) {
            out.push(Found {
                scheme: Some(scheme.to_owned()),
                host,
                port: port.filter(|port| !port.is_empty()),
                range,
                form: "url",
            });
        }
        at += part.len() + 1;
    }
    out
}

/// Whether the table knows a scheme.
pub(in crate::address) fn is_known(scheme: &str) -> bool {
    SERVICE.contains(&scheme)
}

/// Whether a text was meant as a URL and is none: `https//host`, `http:/host`.
pub(in crate::address) fn is_broken(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    !lower.contains("://")
        && SERVICE.iter().any(|scheme| {
            lower
                .strip_prefix(scheme)
                .map(|rest| rest.strip_prefix(':').unwrap_or(rest))
                .is_some_and(|rest| rest.starts_with('/') && rest.len() > 2)
        })
}

/// `git@host:path`, as git and scp write it: a host that is reached by ssh.
pub(in crate::address) fn shorthand(text: &str) -> Option<Found> {
    let (user, rest) = text.trim().split_once('@')?;
    let (host, path) = rest.split_once(':')?;
    let name = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let known = user == "git" || path.trim_end_matches('/').ends_with(".git");
    if !known || !name(user) || !name(host) || path.is_empty() || path.contains([' ', ':', '@']) {
        return None;
    }
    let at = text.find(host)?;
    Some(Found {
        scheme: Some("ssh".into()),
        host: host.to_owned(),
        port: None,
        range: at..at + host.len(),
        form: "url",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<(String, Option<String>)> {
        find(text, false)
            .into_iter()
            .map(|found| {
                assert_eq!(&text[found.range.clone()], found.host, "{text}");
                (found.host, found.port)
            })
            .collect()
    }

    #[track_caller]
    fn check(text: &str, want: &[(&str, Option<&str>)]) {
        let want: Vec<_> = want
            .iter()
            .map(|(host, port)| ((*host).to_owned(), port.map(str::to_owned)))
            .collect();
        assert_eq!(hosts(text), want, "{text}");
    }

    #[test]
    fn urls() {
        check(
            "https://auth.shop.internal:8443/x",
            &[("auth.shop.internal", Some("8443"))],
        );
        check(
            "postgresql://u:p@h1:5432,h2:5433/db",
            &[("h1", Some("5432")), ("h2", Some("5433"))],
        );
        check(
            "amqp://u:p@h1,amqp://u:p@h2:1",
            &[("h1", None), ("h2", Some("1"))],
        );
        check(
            "rabbit://u:p@h1.corp:5672,u:p@h2.corp:5672//",
            &[("h1.corp", Some("5672")), ("h2.corp", Some("5672"))],
        );
        for login in [
            "u:{{ with secret \"db/creds\" }}{{ .Data.password }}{{ end }}",
            "u:<%= ENV[\"PW\"] %>",
            "{{ .User }}:{{ .Password | quote }}",
        ] {
            check(
                &format!("postgres://{login}@db.corp:1/x"),
                &[("db.corp", Some("1"))],
            );
        }
        check("see <http://docs.corp> and more", &[("docs.corp", None)]);
        check("postgres://u:p/a#@ss@db:1/x", &[("db", Some("1"))]);
        check("redis://[fd00::1]:6379", &[("fd00::1", Some("6379"))]);
        check(
            "jdbc:sqlserver://h\\inst:1433;databaseName=x",
            &[("h", Some("1433"))],
        );
        check("dns:///svc:50051", &[("svc", Some("50051"))]);
        check("s3://bucket/key", &[]);
        check("unix:///run/x.sock", &[]);
        check("foo://bar", &[]);
        check(
            "curl http://a.b:80/x and http://c.d",
            &[("a.b", Some("80")), ("c.d", None)],
        );
    }
}

//! Values that look like addresses and are not: file names, versions, class names, times, images.

/// Endings of file names.
const FILE_ENDINGS: &[&str] = &[
    "yaml",
    "yml",
    "json",
    "toml",
    "js",
    "ts",
    "mjs",
    "py",
    "go",
    "rb",
    "sh",
    "conf",
    "cfg",
    "ini",
    "pem",
    "crt",
    "cer",
    "key",
    "csr",
    "p12",
    "jks",
    "pfx",
    "sock",
    "log",
    "txt",
    "md",
    "xml",
    "html",
    "htm",
    "css",
    "properties",
    "jar",
    "war",
    "zip",
    "tar",
    "gz",
    "tgz",
    "bz2",
    "xz",
    "lock",
    "pid",
    "db",
    "sqlite",
    "sql",
    "csv",
    "tmpl",
    "tpl",
    "j2",
    "lua",
    "pub",
    "env",
    "bak",
    "rules",
    "socket",
    "service",
    "bin",
    "exe",
    "dll",
    "so",
    "png",
    "jpg",
    "svg",
    "ico",
    "proto",
    "avsc",
    "wasm",
];

/// Whether the text reads as a file name or path.
pub(super) fn is_file_like(text: &str) -> bool {
    if text.starts_with(['/', '~']) || text.starts_with("./") || text.starts_with("../") {
        return true;
    }
    if text.contains('\\') || (text.len() > 2 && text.as_bytes()[1] == b':' && text.as_bytes()[2] == b'/') {
        return true;
    }
    let last = text.rsplit('/').next().unwrap_or(text);
    last.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && FILE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
    })
}

/// Whether the text reads as a class, package or API name: `com.example.Foo`, `monitoring.coreos.com/v1`.
pub(super) fn is_code_like(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or(text);
    // What another component of Alloy exports.
    if matches!(last, "targets" | "output" | "receiver" | "receivers") {
        return text.contains('.');
    }
    let camel =
        last.starts_with(|c: char| c.is_ascii_uppercase()) && last.chars().any(|c| c.is_ascii_lowercase());
    camel && text.contains('.')
}

/// Whether the text reads as a clock time, a ratio, a port mapping or a MAC address.
pub(super) fn is_time_like(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    // Docker's `127.0.0.1:8081:80`.
    if let [ip, from, to] = parts.as_slice()
        && is_dotted_quad(ip)
        && [from, to].iter().all(|port| port.parse::<u16>().is_ok())
    {
        return true;
    }
    parts.len() >= 2
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether URLs of this host name vocabularies of XML and JSON, and are no places to connect to.
pub(super) fn is_namespace_host(host: &str) -> bool {
    const HOSTS: &[&str] = &[
        "schemas.xmlsoap.org",
        "schemas.microsoft.com",
        "schemas.openid.net",
        "schemas.auth0.com",
        "json-schema.org",
        "hl7.org",
        "www.w3.org",
        "purl.org",
        "xmlns.jcp.org",
        "xmlns.oracle.com",
        "java.sun.com",
        "www.springframework.org",
        "maven.apache.org",
    ];
    HOSTS.contains(&host)
}

/// Whether the text can be a host name's characters at all.
pub(super) fn is_host_charset(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || !c.is_ascii())
        && text.chars().any(char::is_alphanumeric)
}

/// Whether the text is nothing but numbers and dots, four of them: meant as an IPv4 address.
pub(super) fn is_dotted_quad(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Words that stand where an address could and say that there is none.
pub(super) fn is_no_value(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "none"
            | "null"
            | "nil"
            | "default"
            | "auto"
            | "any"
            | "all"
            | "disabled"
            | "enabled"
            | "-"
            | "_srv_"
    )
}

/// Files whose URLs are documentation or package sources, by their name in the config set. No address is
/// looked for in them; who calls [`super::find_addresses`] says so.
#[must_use]
pub fn is_skipped_file(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let starts = [
        "package.json",
        "package-lock",
        "jsonnetfile",
        "launchSettings.json",
        "mkdocs.y",
        "Chart.yaml",
        "pnpm-lock",
        "Cargo.toml",
        "pyproject.toml",
    ];
    base.ends_with(".lock")
        || starts.iter().any(|start| base.starts_with(start))
        || name.starts_with(".github/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traps() {
        assert!(
            is_file_like("app.config.js")
                && is_file_like("/var/run/x")
                && is_file_like("C:\\x")
                && is_file_like("c:/x")
        );
        assert!(!is_file_like("auth.shop.internal"));
        assert!(is_code_like("com.example.Foo") && !is_code_like("db.EXAMPLE") && !is_code_like("Redis"));
        assert!(is_time_like("12:30:00") && is_time_like("8080:80") && !is_time_like("db:80"));
        assert!(is_dotted_quad("10.20.30.400") && !is_dotted_quad("1.2.3"));
    }
}

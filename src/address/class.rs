//! Judging an address without asking anybody: malformed, literal, reserved, placeholder, template.

use std::net::IpAddr;

use super::confusable::{KnownNames, is_mixed};
use super::found::{Address, Direction, Port};
use super::lookup::{Outcome, Question, Want};
use super::ranges::{NameClass, name_class, range_of};
use super::services::{Known, Services};
use crate::settings::{AddressSettings, Zone};

/// How bad a class is (the letters of the class table: E, W, N).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Fine,
    /// Worth knowing.
    Note,
    /// Suspicious.
    Warn,
    /// Cannot work.
    Error,
}

/// What is known of an address before any lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// Settled.
    Settled(Judgement),
    /// To be looked up; with what is noted already.
    Query(Question, Option<Judgement>),
}

/// A verdict over one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The outcome of the JSON contract.
    pub outcome: Outcome,
    /// How bad.
    pub level: Level,
    /// Why, as a clause that can follow the host's name.
    pub why: String,
}

/// What an address is judged by besides its text.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'s> {
    /// What the policy says.
    pub settings: &'s AddressSettings,
    /// What the config set declares.
    pub services: &'s Services,
    /// The names that are deployed.
    pub known: &'s KnownNames,
    /// Whether names are tried under search domains too.
    pub search: bool,
    /// Domains whose name servers the policy names: what is below them is asked, whatever it is called.
    pub zones: &'s [Zone],
}

fn settled(outcome: Outcome, level: Level, why: impl Into<String>) -> Class {
    Class::Settled(Judgement {
        outcome,
        level,
        why: why.into(),
    })
}

/// Words that stand where somebody meant to put a host.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "todo",
    "tbd",
    "fixme",
    "xxx",
    "xxxx",
    "your-host",
    "yourhost",
    "your-hostname",
    "your-server",
    "your-domain",
    "yourdomain",
    "example",
    "placeholder",
    "replaceme",
    "replace-me",
    "replace_me",
    "hostname-here",
];

const TEMPLATE_MARKS: &[&str] = &["${", "$(", "{{", "}}", "%(", "#{", "@@", "<%", "{%"];

/// Judges an address by its text and what stands around it.
#[must_use]
pub fn classify(address: &Address, scope: Scope<'_>) -> Class {
    let host = address.host.as_str();
    let inbound = address.direction != Direction::Outbound;
    if host.contains("<no value>") {
        return settled(
            Outcome::Placeholder,
            Level::Error,
            "a template left `<no value>` here",
        );
    }
    let templated = |text: &str| {
        TEMPLATE_MARKS.iter().any(|mark| text.contains(mark)) || text.starts_with('$') || text.contains('{')
    };
    let port_later = matches!(&address.port, Some(Port::Bad(port)) if templated(port));
    if templated(host) {
        return settled(
            Outcome::Template,
            Level::Note,
            "is filled in later; its value was not checked",
        );
    }
    // A port that is filled in later says nothing of a host that is written out.
    if let Some(class) = port_class(address, inbound).filter(|_| !port_later) {
        return class;
    }
    if inbound && matches!(host, "" | "0.0.0.0" | "::" | "*" | "+") {
        return settled(Outcome::Literal, Level::Fine, "listens on every interface");
    }
    if let Some(parent) = host.strip_prefix("*.").filter(|parent| !parent.is_empty()) {
        // A wildcard names no host; its parent must be a name all the same.
        return match malformed(parent) {
            Some(why) => settled(Outcome::Malformed, Level::Error, why),
            None => settled(Outcome::Skipped, Level::Note, "is a wildcard"),
        };
    }
    // Only link-local addresses of IPv6 have a zone.
    let bare = host
        .split('%')
        .next()
        .filter(|bare| bare.contains(':'))
        .unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        let range = range_of(ip);
        let level = if inbound { Level::Fine } else { range.level };
        return settled(Outcome::Literal, level, format!("is {}", range.what));
    }
    if host.contains('<') || host.contains('>') || PLACEHOLDERS.contains(&host.to_ascii_lowercase().as_str())
    {
        return settled(
            Outcome::Placeholder,
            Level::Error,
            "is a placeholder that nobody filled in",
        );
    }
    if let Some(why) = malformed(host) {
        return settled(Outcome::Malformed, Level::Error, why);
    }
    name(address, host, inbound, scope)
}

fn port_class(address: &Address, inbound: bool) -> Option<Class> {
    match &address.port {
        Some(Port::Bad(text)) => Some(settled(
            Outcome::Malformed,
            Level::Error,
            format!("has the port `{text}`, which is not 1 to 65535"),
        )),
        Some(Port::Number(0)) if inbound => Some(settled(
            Outcome::Literal,
            Level::Note,
            "has port 0: any free port",
        )),
        Some(Port::Number(0)) => Some(settled(
            Outcome::Malformed,
            Level::Error,
            "has port 0, which nobody can connect to",
        )),
        Some(Port::Number(_)) | None => None,
    }
}

/// Why nothing can resolve this name, or [`None`].
fn malformed(host: &str) -> Option<String> {
    let bare = host.strip_suffix('.').unwrap_or(host);
    if bare.is_empty() {
        return Some("this names no host".to_owned());
    }
    let bad = bare.chars().find(|c| c.is_whitespace() || c.is_control());
    if let Some(c) = bad {
        return Some(format!("holds the character U+{:04X}", c as u32));
    }
    if let Some(c) = bare.chars().find(|c| is_invisible(*c)) {
        return Some(format!(
            "holds the invisible or look-alike character U+{:04X}",
            c as u32
        ));
    }
    if let Some(c) = bare
        .chars()
        .find(|c| c.is_ascii() && !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
    {
        return Some(format!("holds `{c}`, which no host name may"));
    }
    let ascii = match idna::domain_to_ascii(bare) {
        Ok(ascii) if !bare.is_ascii() => ascii,
        Err(_) if !bare.is_ascii() => return Some("is not a valid internationalised name".to_owned()),
        _ => bare.to_owned(),
    };
    if ascii.len() > 253 {
        return Some(format!("is {} bytes long; 253 is the limit", ascii.len()));
    }
    let labels: Vec<&str> = ascii.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return Some("has an empty label (two dots in a row, or a leading dot)".to_owned());
    }
    if let Some(label) = labels.iter().find(|label| label.len() > 63) {
        return Some(format!("has a label of {} bytes; 63 is the limit", label.len()));
    }
    if let Some(label) = labels
        .iter()
        .find(|label| label.starts_with('-') || label.ends_with('-'))
    {
        return Some(format!(
            "has the label `{label}`, which starts or ends with a hyphen"
        ));
    }
    numeric(&labels)
}

/// Names whose last label is a number: broken or legacy IPv4 forms (WHATWG URL, `inet_aton`).
fn numeric(labels: &[&str]) -> Option<String> {
    let is_number = |label: &str| {
        label.bytes().all(|b| b.is_ascii_digit())
            || label
                .strip_prefix("0x")
                .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if !labels.last().is_some_and(|last| is_number(last)) {
        return None;
    }
    if labels.len() == 4
        && labels
            .iter()
            .all(|label| label.bytes().all(|b| b.is_ascii_digit()))
    {
        let over = labels
            .iter()
            .find(|label| label.parse::<u32>().is_ok_and(|n| n > 255));
        return Some(match over {
            Some(octet) => format!("is not an IPv4 address: {octet} is more than 255"),
            None => "is an IPv4 address with leading zeros, which some programs read as octal".to_owned(),
        });
    }
    if labels.iter().all(|label| is_number(label)) {
        return Some("is a legacy form that only some programs read as an IPv4 address".to_owned());
    }
    Some("ends in a number, which no top-level domain does".to_owned())
}

/// Zero-width, bidirectional and full-stop look-alike characters.
fn is_invisible(c: char) -> bool {
    matches!(c as u32, 0x00AD | 0x034F | 0x061C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0x3002 | 0xFF0E | 0xFF61)
}

fn name(address: &Address, host: &str, inbound: bool, scope: Scope<'_>) -> Class {
    let bare = host.strip_suffix('.').unwrap_or(host);
    let lower = if bare.is_ascii() {
        bare.to_ascii_lowercase()
    } else {
        let ascii = idna::domain_to_ascii(bare).unwrap_or_else(|_| bare.to_lowercase());
        ascii.to_ascii_lowercase()
    };
    if inbound {
        let why = match address.direction {
            Direction::Informational => "is a page for people; it is not looked up",
            Direction::Inbound | Direction::Outbound => {
                "is where this program is reached; it is not looked up"
            }
        };
        return settled(Outcome::Skipped, Level::Fine, why);
    }
    homograph(host, &lower, scope)
        .or_else(|| {
            let why = "was not looked up: the policy assumes that it resolves";
            let assumed = scope.settings.assumes(host);
            assumed.then(|| settled(Outcome::Skipped, Level::Note, why))
        })
        .or_else(|| inside(address, &lower, scope).filter(|_| !in_zone(&lower, scope)))
        .or_else(|| special(&lower).filter(|class| !in_zone(&lower, scope) || is_error(class)))
        .or_else(|| service(address, &lower))
        .unwrap_or_else(|| query(address, host, &lower, scope))
}

/// Whether the policy names the servers that know a name.
fn in_zone(lower: &str, scope: Scope<'_>) -> bool {
    scope.zones.iter().any(|zone| {
        lower == zone.domain
            || lower
                .strip_suffix(zone.domain.as_str())
                .is_some_and(|head| head.ends_with('.'))
    })
}

fn is_error(class: &Class) -> bool {
    matches!(class, Class::Settled(judgement) if judgement.level == Level::Error)
}

/// A name that is not what it looks like, be it written in its letters or in punycode.
fn homograph(host: &str, lower: &str, scope: Scope<'_>) -> Option<Class> {
    let (letters, _) = idna::domain_to_unicode(host);
    if letters.is_ascii() {
        return None;
    }
    let why = match scope.known.twin(&letters) {
        Some(twin) => format!("looks like {twin}, which is deployed, and is another name: {lower}"),
        None if is_mixed(&letters) => format!("mixes scripts within one label: it is looked up as {lower}"),
        None => return None,
    };
    Some(settled(Outcome::Malformed, Level::Error, why))
}

fn port_of(address: &Address) -> Option<u16> {
    match &address.port {
        Some(Port::Number(number)) => Some(*number),
        Some(Port::Bad(_)) | None => None,
    }
}

/// A name that exists inside a cluster or a compose project only, held against what the set declares.
fn inside(address: &Address, lower: &str, scope: Scope<'_>) -> Option<Class> {
    let port = port_of(address);
    if let Some(known) = scope.services.name(lower, port) {
        return Some(declared(Outcome::ClusterLocal, known, lower));
    }
    if lower.contains('.') || special(lower).is_some() {
        return None;
    }
    match scope.services.label(lower, port) {
        Known::Elsewhere | Known::Missing(_) if scope.search => None,
        Known::Elsewhere => Some(settled(
            Outcome::Skipped,
            Level::Note,
            "was not looked up: a single label depends on the search list of the machine that resolves it",
        )),
        known @ (Known::Declared | Known::OtherPort(_) | Known::Missing(_)) => {
            Some(declared(Outcome::Skipped, known, lower))
        }
    }
}

fn declared(outcome: Outcome, known: Known, name: &str) -> Class {
    match known {
        Known::Declared => settled(outcome, Level::Fine, "is a service that this config set declares"),
        Known::OtherPort(ports) => {
            let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
            let why = format!(
                "is a service of this config set, with other ports: {}",
                ports.join(", ")
            );
            settled(outcome, Level::Warn, why)
        }
        Known::Missing(similar) => {
            let hint = similar
                .map(|similar| format!("; did you mean {}?", in_place_of(name, &similar)))
                .unwrap_or_default();
            let why = format!("names no service of this config set{hint}");
            settled(outcome, Level::Warn, why)
        }
        Known::Elsewhere => settled(
            outcome,
            Level::Note,
            "was not looked up: it exists only inside the cluster, and this config set declares nothing in its namespace",
        ),
    }
}

/// A cluster name with another service in it.
fn in_place_of(name: &str, service: &str) -> String {
    match name.split_once('.') {
        Some((_, rest)) => format!("{service}.{rest}"),
        None => service.to_owned(),
    }
}

/// What the tables say of a name.
fn special(lower: &str) -> Option<Class> {
    let (class, why) = name_class(lower)?;
    Some(match class {
        NameClass::Reserved => settled(Outcome::Reserved, Level::Error, format!("cannot resolve: {why}")),
        NameClass::Loopback => settled(Outcome::Reserved, Level::Warn, format!("is local: {why}")),
        NameClass::Cluster => settled(
            Outcome::ClusterLocal,
            Level::Note,
            format!("was not looked up: {why}"),
        ),
        NameClass::Elsewhere => settled(Outcome::Skipped, Level::Note, format!("was not looked up: {why}")),
        NameClass::Metadata => settled(
            Outcome::Reserved,
            Level::Warn,
            format!("is {why}, which hands out credentials"),
        ),
    })
}

/// Names that stand for SRV records (RFC 2782).
fn service(address: &Address, lower: &str) -> Option<Class> {
    let ask = |name: String| {
        Class::Query(
            Question {
                name,
                want: Want::Service,
            },
            None,
        )
    };
    let scheme = address.scheme.as_deref().unwrap_or("");
    if scheme == "mongodb+srv" {
        if address.port.is_some() {
            let why = "has a port, which mongodb+srv:// takes from the SRV records";
            return Some(settled(Outcome::Malformed, Level::Error, why));
        }
        return Some(ask(format!("_mongodb._tcp.{lower}")));
    }
    let by_name = lower.starts_with('_') && (lower.contains("._tcp.") || lower.contains("._udp."));
    (by_name || scheme == "srv" || scheme.starts_with("dnssrv")).then(|| ask(lower.to_owned()))
}

fn query(address: &Address, host: &str, lower: &str, scope: Scope<'_>) -> Class {
    let web = matches!(address.scheme.as_deref(), Some("http" | "https" | "ws" | "wss"));
    let noted = if !host.is_ascii() {
        Some((
            Level::Warn,
            format!("is looked up as `{lower}`; check that every letter is what it looks like"),
        ))
    } else if let Some(twin) = scope.known.twin(host) {
        Some((
            Level::Warn,
            format!("looks like {twin}, which is deployed, and is another name"),
        ))
    } else if lower == "test" || lower.ends_with(".test") {
        Some((
            Level::Warn,
            "is under .test, which is never public (RFC 6761)".to_owned(),
        ))
    } else if lower
        .split('.')
        .any(|label| label.contains('_') && !label.starts_with('_'))
    {
        Some((
            Level::Warn,
            "has an underscore, which some TLS and URL parsers refuse".to_owned(),
        ))
    } else if host.ends_with('.') && web {
        Some((
            Level::Warn,
            "ends in a dot, which goes into the Host header and the TLS name".to_owned(),
        ))
    } else {
        None
    };
    // With a dot at the end it is whole: no search domain is tried.
    let name = if host.ends_with('.') {
        format!("{lower}.")
    } else {
        lower.to_owned()
    };
    Class::Query(
        Question::addresses(name),
        noted.map(|(level, why)| Judgement {
            outcome: Outcome::Resolved,
            level,
            why,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{KeyPath, Limits, SourceFile, Span};

    fn class(host: &str) -> (Outcome, Level) {
        let source = std::sync::Arc::new(SourceFile::from_text("x.json", "1"));
        let tree = crate::formats::parse(&source, &Limits::DEFAULT).expect("parses");
        let address = Address {
            document: 0,
            path: KeyPath::root(),
            node: tree.documents[0],
            span: Span::default(),
            value: host.to_owned(),
            scheme: None,
            host: host.to_owned(),
            port: None,
            direction: Direction::Outbound,
            form: "host",
        };
        let (settings, services, known) = Default::default();
        let scope = Scope {
            settings: &settings,
            services: &services,
            known: &known,
            search: false,
            zones: &[],
        };
        match classify(&address, scope) {
            Class::Settled(judgement) => (judgement.outcome, judgement.level),
            Class::Query(_, noted) => (
                Outcome::NotReached,
                noted.map_or(Level::Fine, |noted| noted.level),
            ),
        }
    }

    #[test]
    fn the_class_table() {
        use Level::{Error, Fine, Note, Warn};
        use Outcome::{
            ClusterLocal, Literal, Malformed, NotReached, Placeholder, Reserved, Skipped, Template,
        };
        let long = format!("{}.shop.io", "a".repeat(64));
        for (host, want) in [
            ("auth..shop.internal", (Malformed, Error)),
            ("-a.shop.io", (Malformed, Error)),
            ("a b.shop.io", (Malformed, Error)),
            (long.as_str(), (Malformed, Error)),
            ("10.20.30.400", (Malformed, Error)),
            ("010.0.0.1", (Malformed, Error)),
            ("127.1", (Malformed, Error)),
            ("0x7f.1", (Malformed, Error)),
            ("2130706433", (Malformed, Error)),
            ("a.b.1", (Malformed, Error)),
            ("exa\u{200b}mple.io", (Malformed, Error)),
            ("a,b", (Malformed, Error)),
            ("0.0.0.0", (Literal, Error)),
            ("10.0.0.1", (Literal, Fine)),
            ("192.0.2.1", (Literal, Error)),
            ("::1", (Literal, Warn)),
            ("169.254.169.254", (Literal, Warn)),
            ("fe80::1%eth0", (Literal, Warn)),
            ("x.invalid", (Reserved, Error)),
            ("api.example.com", (Reserved, Error)),
            ("localhost", (Reserved, Warn)),
            ("changeme", (Placeholder, Error)),
            ("<host>", (Placeholder, Error)),
            ("${DB}", (Template, Note)),
            ("$(DB).x", (Template, Note)),
            ("{{ .x }}", (Template, Note)),
            ("db.shop.svc.cluster.local", (ClusterLocal, Note)),
            ("redis", (Skipped, Note)),
            ("*.shop.io", (Skipped, Note)),
            ("*.shop..io", (Malformed, Error)),
            ("x.consul", (Skipped, Note)),
            ("a.shop.io", (NotReached, Fine)),
            ("A.Shop.IO.", (NotReached, Fine)),
            ("b\u{fc}cher.io", (NotReached, Warn)),
            ("a_b.shop.io", (NotReached, Warn)),
            ("db.shop.test", (NotReached, Warn)),
        ] {
            assert_eq!(class(host), want, "{host}");
        }
    }
}

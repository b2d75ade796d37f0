//! Discovery: walks a document and hands each value, with what its key says, to the forms.

use std::collections::HashMap;

use super::forms::hostport::KeySays;
use super::forms::{Found, dsn, hostport, url};
use super::{keys, traps};
use crate::doc::pattern::FoldedPath;
use crate::doc::table::{children, named_children};
use crate::doc::{KeyPath, Kind, NodeId, PathPattern, ScalarKind, Segment, Span, Tree};
use crate::settings::AddressSettings;

/// Which way the connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The program connects there.
    Outbound,
    /// The program is reached there.
    Inbound,
    /// A page for people.
    Informational,
}

impl Direction {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Inbound => "inbound",
            Self::Informational => "informational",
        }
    }
}

/// A port as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Port {
    /// 0 to 65535.
    Number(u16),
    /// Anything else.
    Bad(String),
}

/// A service address and where it stands.
#[derive(Debug, Clone)]
pub struct Address {
    /// Document index.
    pub document: usize,
    /// Path of the value.
    pub path: KeyPath,
    /// The value's node.
    pub node: NodeId,
    /// The host inside the source.
    pub span: Span,
    /// The whole value.
    pub value: String,
    /// URL scheme or kind of DSN.
    pub scheme: Option<String>,
    /// The host as written.
    pub host: String,
    /// The port, if given.
    pub port: Option<Port>,
    /// Which way.
    pub direction: Direction,
    /// The form it was found as.
    pub form: &'static str,
}

/// The most values looked at in one document with its aliases written out.
const MAX_VALUES: usize = 2_000_000;

/// The longest value that is searched.
const MAX_TEXT: usize = 1024 * 1024;
/// The most addresses that one file may hold.
const MAX_ADDRESSES: usize = 100_000;
/// The most of a value that is kept beside its address.
const MAX_SHOWN: usize = 1024;

/// Every address of a file, in reading order. `Err` gives the number of values after which the search
/// stopped, for a document whose aliases write out more than can be looked at.
pub fn find_addresses(tree: &Tree, settings: &AddressSettings) -> Result<Vec<Address>, usize> {
    if traps::is_skipped_file(&tree.source().name) {
        return Ok(Vec::new());
    }
    let mut finder = Finder {
        tree,
        settings,
        out: Vec::new(),
        document: 0,
        visited: 0,
    };
    for (at, root) in tree.documents.iter().enumerate() {
        finder.document = at;
        let kind = tree.get_text(*root, "kind").unwrap_or("");
        let inbound = matches!(
            kind,
            "Ingress" | "Gateway" | "HTTPRoute" | "VirtualService" | "IngressRoute"
        );
        let context = Context {
            inbound,
            ..Context::default()
        };
        finder.walk(*root, &KeyPath::root(), &context);
        if finder.visited > MAX_VALUES {
            return Err(MAX_VALUES);
        }
    }
    finder.out.sort_by_key(|address| (address.document, address.span));
    Ok(finder.out)
}

/// What the keys on the way say.
#[derive(Debug, Clone, Default)]
struct Context {
    /// The nearest key, or what stands for it (`name` of a name/value pair).
    key: Option<String>,
    inbound: bool,
    never: bool,
    /// A port that a sibling key holds.
    port: Option<String>,
    in_list: bool,
    /// The policy says that this is a host.
    named: bool,
}

/// Where a searched text stands.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// Its node.
    id: NodeId,
    /// Where the node's value stands verbatim in the source.
    base: Option<usize>,
    /// Offset of the text in the value.
    shift: usize,
}

struct Finder<'t> {
    tree: &'t Tree,
    settings: &'t AddressSettings,
    out: Vec<Address>,
    document: usize,
    visited: usize,
}

impl Finder<'_> {
    fn walk(&mut self, id: NodeId, path: &KeyPath, context: &Context) {
        self.visited += 1;
        if self.visited > MAX_VALUES || context.never || matches(&self.settings.ignore, path) {
            return;
        }
        let named = matches(&self.settings.keys, path);
        let named = named.then(|| Context {
            named: true,
            ..context.clone()
        });
        let context = named.as_ref().unwrap_or(context);
        match self.tree.kind(id) {
            Kind::Scalar(scalar) => {
                // A number under a key that says host is meant as one: 2130706433, 127.1.
                let number = matches!(scalar.kind, ScalarKind::Integer | ScalarKind::Float);
                let host = context.key.as_deref().is_some_and(keys::is_certain) && !context.in_list;
                if scalar.kind == ScalarKind::String || (number && host) {
                    self.value(id, scalar.text, path, context);
                }
            }
            Kind::Sequence(_) => {
                for (segment, child) in named_children(self.tree, id) {
                    let context = Context {
                        in_list: true,
                        port: None,
                        ..context.clone()
                    };
                    self.walk(child, &path.join(segment), &context);
                }
            }
            Kind::Mapping(_) => self.mapping(id, path, context),
        }
    }

    fn mapping(&mut self, id: NodeId, path: &KeyPath, context: &Context) {
        let rows = children(self.tree, id);
        let scalar = |id: NodeId| self.tree.scalar(id).map(|scalar| scalar.text.to_owned());
        // A name/value pair, as in Kubernetes' env: the name is the key.
        let named = rows
            .iter()
            .find(|(segment, _)| segment.name() == Some("name"))
            .and_then(|(_, id)| scalar(*id))
            .filter(|_| rows.iter().any(|(segment, _)| segment.name() == Some("value")));
        let ports: HashMap<String, String> = rows
            .iter()
            .filter_map(|(segment, id)| Some((keys::port_prefix(segment.name()?)?, scalar(*id)?)))
            .collect();
        let envoy_port = rows
            .iter()
            .find(|(segment, _)| segment.name() == Some("port_value"))
            .and_then(|(_, id)| scalar(*id));
        for (segment, child) in rows {
            let Segment::Key { name, .. } = &segment else {
                continue;
            };
            let key = match &named {
                Some(named) if name == "value" => named.clone(),
                _ => name.clone(),
            };
            let port = keys::host_prefix(&key)
                .and_then(|prefix| ports.get(&prefix).cloned())
                .or_else(|| envoy_port.clone());
            let context = Context {
                inbound: context.inbound || keys::is_inbound(&key),
                never: keys::is_never(&key)
                    && !(key == "path" || matches!(self.tree.kind(child), Kind::Mapping(_)) && !prunes(&key)),
                key: Some(key),
                port,
                in_list: false,
                named: context.named,
            };
            self.walk(child, &path.join(segment), &context);
        }
    }

    fn value(&mut self, id: NodeId, text: &str, path: &KeyPath, context: &Context) {
        if text.trim_start().starts_with("-----BEGIN") {
            return;
        }
        if text.len() > MAX_TEXT || self.out.len() > MAX_ADDRESSES {
            // Not looked at is not nothing found: the caller is told.
            self.visited = MAX_VALUES + 1;
            return;
        }
        // X=Y and --x=y in lists of arguments and environment: the left side is the key.
        if context.in_list
            && let Some((key, value)) = assignment(text)
        {
            let context = Context {
                key: Some(key.to_owned()),
                inbound: context.inbound || keys::is_inbound(key),
                ..context.clone()
            };
            if keys::is_never(key) {
                return;
            }
            let before = self.out.len();
            self.found(id, value, text.len() - value.len(), path, &context);
            for address in &mut self.out[before..] {
                address.value = shortened(text);
            }
            return;
        }
        self.found(id, text, 0, path, context);
    }

    fn found(&mut self, id: NodeId, text: &str, shift: usize, path: &KeyPath, context: &Context) {
        let key = context.key.as_deref().unwrap_or("");
        let (text, default_shift) = default_of(text);
        let mut found = url::find(text, keys::is_weak(key));
        // Without a host it is an address only where the key says so: prose may speak of `https://`.
        found.retain(|one| !one.host.is_empty() || one.port.is_some() || keys::is_weak(key));
        if found.is_empty() && !text.contains("://") {
            found = dsn::find(text);
        }
        if found.is_empty() && !text.contains("://") {
            let says = if context.named {
                KeySays::Host
            } else {
                key_says(key)
            };
            found = hostport::find(text, says);
        }
        let broken = (is_broken_host(text)
            && (keys::is_certain(key) || (keys::is_strong(key) && has_dotted_token(text))))
            || (keys::is_weak(key) && url::is_broken(text));
        if found.is_empty() && broken && !context.inbound {
            found.push(Found {
                scheme: None,
                host: text.to_owned(),
                port: None,
                range: 0..text.len(),
                form: "host",
            });
        }
        let spot = Spot {
            id,
            base: self.verbatim(id),
            shift: shift + default_shift,
        };
        for one in found {
            self.push(spot, text, path, context, one);
        }
    }

    fn push(&mut self, spot: Spot, text: &str, path: &KeyPath, context: &Context, found: Found) {
        let key = context.key.as_deref().unwrap_or("");
        let any = matches!(found.host.as_str(), "0.0.0.0" | "::" | "*" | "+")
            || (found.host.is_empty() && found.port.is_some());
        let general = found.scheme.as_deref().is_none_or(|s| {
            matches!(
                s,
                "http" | "https" | "tcp" | "udp" | "tls" | "grpc" | "ws" | "wss"
            )
        });
        let direction = if found.scheme.is_some() && keys::is_informational(key) {
            Direction::Informational
        } else if context.inbound || (any && general) {
            Direction::Inbound
        } else {
            Direction::Outbound
        };
        let port = found
            .port
            .or_else(|| context.port.clone())
            .map(|port| match port.parse::<u16>() {
                Ok(number) if port.bytes().all(|b| b.is_ascii_digit()) => Port::Number(number),
                _ => Port::Bad(port),
            });
        let span = self.host_span(spot, &found.range, &found.host);
        self.out.push(Address {
            document: self.document,
            path: path.clone(),
            node: spot.id,
            span,
            value: shortened(text),
            scheme: found.scheme,
            host: found.host,
            port,
            direction,
            form: found.form,
        });
    }

    /// Where the value stands verbatim in the source; [`None`] where it is written otherwise.
    fn verbatim(&self, id: NodeId) -> Option<usize> {
        let span = self.tree.span(id);
        let value = self.tree.scalar(id).map_or("", |scalar| scalar.text);
        let aliased = span != self.tree.span(self.tree.target(id));
        let at = self
            .tree
            .source()
            .slice(span)
            .find(value)
            .filter(|_| !value.is_empty() && !aliased)?;
        Some(span.start as usize + at)
    }

    /// The host's span in the source: exact where the value stands there verbatim.
    fn host_span(&self, spot: Spot, range: &std::ops::Range<usize>, host: &str) -> Span {
        let Spot { id, base, shift } = spot;
        let span = self.tree.span(id);
        if let Some(base) = base {
            let from = base + shift + range.start;
            return Span::new(from, from + range.len());
        }
        if span != self.tree.span(self.tree.target(id)) {
            return span;
        }
        let start = span.start as usize;
        match self
            .tree
            .source()
            .slice(span)
            .find(host)
            .filter(|_| !host.is_empty())
        {
            Some(at) => Span::new(start + at, start + at + host.len()),
            None => span,
        }
    }
}

/// Whether the policy's patterns cover a path. Most policies have none.
fn matches(patterns: &[PathPattern], path: &KeyPath) -> bool {
    if patterns.is_empty() {
        return false;
    }
    let folded = FoldedPath::new(path);
    patterns.iter().any(|pattern| pattern.matches(&folded))
}

/// A value as it is kept: whole, unless it is very long.
fn shortened(text: &str) -> String {
    if text.len() <= MAX_SHOWN {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MAX_SHOWN).collect();
    short.push('…');
    short
}

/// Keys below which nothing is an address, even in tables.
fn prunes(key: &str) -> bool {
    matches!(
        key,
        "annotations" | "labels" | "matchLabels" | "selector" | "ports"
    )
}

fn key_says(key: &str) -> KeySays {
    if keys::is_strong(key) {
        KeySays::Host
    } else if keys::is_weak(key) {
        KeySays::Maybe
    } else {
        KeySays::Nothing
    }
}

/// A value under a key that says host, which no form accepts: shown as malformed rather than missed.
fn is_broken_host(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.len() < 512
        && !traps::is_no_value(text)
        && !traps::is_file_like(text)
        && !text.contains(['{', '}', '=', '\n', '(', '|', '*', '^', '$', '/', ','])
}

/// Whether a text holds something like `shop.corp` or `10.0.0.1`.
fn has_dotted_token(text: &str) -> bool {
    let inner = |pair: &[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    text.as_bytes()
        .windows(3)
        .any(|three| three[1] == b'.' && inner(&[three[0], three[2]]))
}

/// `NAME=value`, `--name=value`.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let (left, right) = text.split_once('=')?;
    let name = left.trim_start_matches('-');
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && !right.is_empty()).then_some((name, right))
}

/// The default inside a value that is one placeholder: `${VAR:-host:port}`, `${VAR:host}`.
fn default_of(text: &str) -> (&str, usize) {
    let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return (text, 0);
    };
    match inner.split_once(':') {
        Some((name, default))
            if !inner.contains("${")
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')) =>
        {
            let dash = usize::from(default.starts_with('-'));
            (&default[dash..], 2 + name.len() + 1 + dash)
        }
        _ => (text, 0),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::doc::{Limits, SourceFile};

    fn found(name: &str, text: &str) -> Vec<(String, String, Option<Port>, Direction)> {
        let source = Arc::new(SourceFile::from_text(name, text));
        let tree = crate::formats::parse(&source, &Limits::DEFAULT).expect("parses");
        find_addresses(&tree, &AddressSettings::default())
            .expect("small")
            .into_iter()
            .map(|address| {
                assert_eq!(source.slice(address.span), address.host, "the span is the host's");
                (
                    address.path.to_string(),
                    address.host,
                    address.port,
                    address.direction,
                )
            })
            .collect()
    }

    #[track_caller]
    fn hosts(text: &str, want: &[(&str, &str)]) {
        let got = found("x.yaml", text);
        let got: Vec<(&str, &str)> = got
            .iter()
            .map(|(path, host, ..)| (path.as_str(), host.as_str()))
            .collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn siblings_pair_up() {
        let got = found("x.yaml", "db: {host: db.shop, port: 5432}\n");
        assert_eq!(got[0].2, Some(Port::Number(5432)));
        let got = found("x.env", "DB_HOST=db.shop\nDB_PORT=99999\n");
        assert_eq!(got[0].2, Some(Port::Bad("99999".into())));
    }

    #[test]
    fn forms_and_keys() {
        hosts(
            "auth: {servers: ['a.shop:1', '10.20.30.400:8443']}",
            &[("auth.servers[0]", "a.shop"), ("auth.servers[1]", "10.20.30.400")],
        );
        hosts(
            "env:\n- name: REDIS_URL\n  value: redis://cache:6379\n",
            &[("env[name=REDIS_URL].value", "cache")],
        );
        hosts(
            "args: ['--db-host=db.shop', '--level=info']",
            &[("args[0]", "db.shop")],
        );
        hosts("url: ${API:-https://api.shop:1}\n", &[("url", "api.shop")]);
        hosts(
            "image: ghcr.io/x/y:1.2\nversion: 1.2.3.4\napiVersion: apps/v1\n",
            &[],
        );
        hosts("host: 'auth prod'\n", &[("host", "auth prod")]);
    }

    #[test]
    fn directions() {
        let of = |text: &str| found("x.yaml", text)[0].3;
        assert_eq!(of("listen_addr: 0.0.0.0:80"), Direction::Inbound);
        assert_eq!(of("runbook: https://wiki.shop/x"), Direction::Informational);
        assert_eq!(of("api_url: https://api.shop"), Direction::Outbound);
    }
}

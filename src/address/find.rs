//! Discovery: walks a document and hands each value, with what its key says, to the forms.

use std::collections::HashMap;

use super::blocks::Blocks;
use super::forms::hostport::KeySays;
use super::forms::{Found, command, dsn, hostport, line, url};
use super::found::{Address, Port};
use super::programs::{Programs, Says};
use super::shapes::{
    assignment, default_of, expanded, has_dotted_token, is_broken_host, is_template, unquoted,
};
use super::siblings::Siblings;
use super::texts::Above;
use super::{direction, keys, traps};
use crate::doc::pattern::{FoldedPath, words};
use crate::doc::table::{children, named_children};
use crate::doc::{KeyPath, Kind, NodeId, Note, PathPattern, ScalarKind, Segment, Span, Tree};
use crate::settings::AddressSettings;

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
    search(tree, settings, 0, None, &Programs::default())
}

/// `key` is that of the value which the document stands in, if it does, and `around` what is known of the file there.
fn search(
    tree: &Tree,
    settings: &AddressSettings,
    depth: u8,
    key: Option<&str>,
    around: &Programs,
) -> Result<Vec<Address>, usize> {
    let mut finder = Finder {
        tree,
        settings,
        out: Vec::new(),
        document: 0,
        visited: 0,
        depth,
        programs: std::rc::Rc::default(),
        above: Above::default(),
        is_text: tree.notes.iter().any(|note| matches!(note, Note::ReadAsText(_))),
    };
    for (at, root) in tree.documents.iter().enumerate() {
        finder.document = at;
        finder.programs = std::rc::Rc::new(Programs::of(tree, *root, around));
        let kind = tree.get_text(*root, "kind").unwrap_or("");
        let inbound = matches!(kind, "Ingress" | "Gateway" | "HTTPRoute" | "IngressRoute");
        let context = Context {
            inbound,
            routes: kind == "VirtualService",
            key: key.map(str::to_owned),
            ..Context::default()
        };
        finder.walk(*root, &KeyPath::root(), &context);
        if finder.visited > MAX_VALUES {
            return Err(MAX_VALUES);
        }
    }
    finder.out.sort_by_key(|address| (address.document, address.span));
    // What two readings of a text find at one place is one address.
    finder
        .out
        .dedup_by(|a, b| (a.document, a.span, &a.host, &a.port) == (b.document, b.span, &b.host, &b.port));
    Ok(finder.out)
}

/// What the keys on the way say.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// The nearest key, or what stands for it (`name` of a name/value pair).
    pub(super) key: Option<String>,
    pub(super) inbound: bool,
    /// In a resource whose own `hosts` are where it is reached.
    pub(super) routes: bool,
    /// The key of the table that the value stands in.
    pub(super) table: Option<String>,
    /// Below a table of what the program offers itself.
    pub(super) side_door: bool,
    pub(super) never: bool,
    /// Nothing below is an address, whatever it is called.
    pub(super) pruned: bool,
    /// A port that a sibling key holds.
    pub(super) port: Option<String>,
    pub(super) in_list: bool,
    /// Ports that other items of the list name.
    pub(super) list_ports: std::rc::Rc<HashMap<String, String>>,
    /// The policy says that this is a host.
    pub(super) named: bool,
    /// What the program whose setting this is says of it.
    pub(super) says: Option<Says>,
}

impl Context {
    /// This context under a setting that a program's table tells.
    pub(super) fn told(self, says: Option<Says>) -> Self {
        let Some(says) = says else { return self };
        let nothing = says == Says::Nothing;
        Self {
            inbound: says == Says::Own,
            named: self.named || says == Says::Server,
            never: nothing,
            pruned: nothing,
            says: Some(says),
            ..self
        }
    }
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

pub(super) struct Finder<'t> {
    tree: &'t Tree,
    settings: &'t AddressSettings,
    pub(super) out: Vec<Address>,
    pub(super) document: usize,
    visited: usize,
    /// Files within values, around this one.
    pub(super) depth: u8,
    /// Whose settings the document's may be.
    pub(super) programs: std::rc::Rc<Programs>,
    /// In a file of lines, what the ones before say.
    pub(super) above: Above,
    /// Whether the file is the list of its lines.
    pub(super) is_text: bool,
}

impl Finder<'_> {
    fn walk(&mut self, id: NodeId, path: &KeyPath, context: &Context) {
        self.visited += 1;
        if self.visited > MAX_VALUES || matches(&self.settings.ignore, path) {
            return;
        }
        // The policy's word comes before that of any table: these hold hosts, whatever they are called.
        let named = matches(&self.settings.keys, path);
        let named = named.then(|| context.clone().told(Some(Says::Server)));
        let context = named.as_ref().unwrap_or(context);
        let never = context.never && (self.tree.scalar(id).is_some() || context.pruned);
        if never {
            return;
        }
        match self.tree.kind(id) {
            Kind::Scalar(scalar) => {
                // A number under a key that says host is meant as one: 2130706433, 127.1.
                let number = matches!(scalar.kind, ScalarKind::Integer | ScalarKind::Float);
                let host = context.key.as_deref().is_some_and(keys::is_certain) && !context.in_list;
                if scalar.kind == ScalarKind::String || (number && host) {
                    self.value(id, scalar.text, path, context);
                }
            }
            Kind::Sequence(items) => {
                // `DB_HOST=x` and `DB_PORT=1` in one list belong together.
                let blocks = self.is_text.then(|| self.blocks(items));
                let list_ports = match blocks {
                    Some(_) => std::rc::Rc::default(),
                    None => std::rc::Rc::new(self.list_ports(items)),
                };
                let second = self.port_of_pair(items);
                let mut flag = None;
                for (at, (segment, child)) in named_children(self.tree, id).into_iter().enumerate() {
                    // What follows the host and its port says something else of it.
                    if second.is_some() && child != items[0] {
                        continue;
                    }
                    let text = self.tree.scalar(child).map_or("", |scalar| scalar.text);
                    let key = flag.take();
                    flag = command::lone_flag(text).map(str::to_owned);
                    let says = key.as_deref().and_then(|key| self.programs.says(path, key));
                    // `--replicaof`, `kv.corp`, `6379`.
                    let after = key.as_ref().and_then(|_| self.port_after(items, at, text));
                    let context = Context {
                        inbound: context.inbound || key.as_deref().is_some_and(keys::is_inbound),
                        key: key.or_else(|| context.key.clone()),
                        in_list: true,
                        list_ports: blocks.as_ref().map_or_else(
                            || std::rc::Rc::clone(&list_ports),
                            |blocks| std::rc::Rc::new(blocks.ports_of(at)),
                        ),
                        port: second.clone().or(after).or_else(|| context.port.clone()),
                        ..context.clone()
                    }
                    .told(says);
                    self.walk(child, &path.join(segment), &context);
                }
            }
            Kind::Mapping(_) => self.mapping(id, path, context),
        }
    }

    /// The port that follows a flag's host as the next item of a list.
    fn port_after(&self, items: &[NodeId], at: usize, host: &str) -> Option<String> {
        let next = self.tree.scalar(*items.get(at + 1)?)?;
        let fits =
            host.contains('.') && !host.contains(':') && next.text.parse::<u16>().is_ok_and(|port| port > 9);
        fits.then(|| next.text.to_owned())
    }

    /// Whether a node is a value or a list of values, with no keys of its own.
    fn is_plain(&self, id: NodeId) -> bool {
        let is_mapping = |id: NodeId| matches!(self.tree.kind(id), Kind::Mapping(_));
        match self.tree.kind(id) {
            Kind::Scalar(_) => true,
            Kind::Sequence(items) => !items.iter().any(|item| is_mapping(*item)),
            Kind::Mapping(_) => false,
        }
    }

    /// `["cache.corp", 6379]`: the port of a list that is a host and its port.
    fn port_of_pair(&self, items: &[NodeId]) -> Option<String> {
        let ([host, port] | [host, port, _]) = items else {
            return None;
        };
        let (host, port) = (self.tree.scalar(*host)?, self.tree.scalar(*port)?);
        let number = port.kind == ScalarKind::Integer && port.text.parse::<u16>().is_ok_and(|port| port > 9);
        (number && host.kind == ScalarKind::String).then(|| port.text.to_owned())
    }

    fn blocks(&self, items: &[NodeId]) -> Blocks {
        let text = |id: &NodeId| self.tree.scalar(*id).map_or("", |scalar| scalar.text);
        Blocks::of(items.iter().map(text))
    }

    /// Ports that the items of a list name for each other: `DB_PORT=1`, `{name: DB_PORT, value: 1}`, a line of a text.
    fn list_ports(&self, items: &[NodeId]) -> HashMap<String, String> {
        let mut out = HashMap::new();
        for item in items {
            let pair = match self.tree.scalar(*item) {
                Some(scalar) => match assignment(scalar.text) {
                    Some((key, value)) => Some((key, value)),
                    None => line::find(scalar.text).first().map(|one| (one.key, one.value)),
                },
                None => self
                    .tree
                    .get_text(*item, "name")
                    .zip(self.tree.get_text(*item, "value")),
            };
            if let Some((prefix, port)) = pair.and_then(|(key, value)| Some((keys::port_prefix(key)?, value)))
                && port.len() <= 5
                && port.bytes().all(|b| b.is_ascii_digit())
            {
                out.insert(prefix, port.to_owned());
            }
        }
        out
    }

    fn mapping(&mut self, id: NodeId, path: &KeyPath, context: &Context) {
        let rows = children(self.tree, id);
        let around = Siblings::of(self.tree, &rows);
        let xml = self.tree.syntax == "xml";
        for (segment, child) in rows {
            let Segment::Key { name, .. } = &segment else {
                continue;
            };
            // Attributes of XML are keys like others.
            let name = if xml { name.trim_start_matches('@') } else { name };
            let key = match &around.named {
                Some(named) if matches!(name, "value" | "connectionString" | "default" | "#text") => {
                    named.clone()
                }
                _ => name.to_owned(),
            };
            let listed = keys::host_prefix(&key).and_then(|prefix| context.list_ports.get(&prefix).cloned());
            let port = around
                .port_of(&key)
                .or_else(|| {
                    context
                        .port
                        .clone()
                        .filter(|_| context.in_list && keys::is_item(&key))
                })
                .or_else(|| listed.filter(|_| around.named.is_some()));
            let has_port = around.has_port(&key);
            let dotted = |id: NodeId| {
                self.tree
                    .scalar(id)
                    .is_some_and(|scalar| scalar.text.matches('.').count() > 1)
            };
            // What an Ingress sends requests to.
            let backend = key == "name"
                && around.port_of("host").is_some()
                && context.key.as_deref() == Some("service")
                && context.table.as_deref() == Some("backend");
            let called = key == "name" && around.name_is_host() && (dotted(child) || backend);
            let port = port.or_else(|| around.port_of("host").filter(|_| called));
            let scalar = self.tree.scalar(child);
            // A name without a port is the program's own, be it the machine's or the page's.
            let own_name = matches!(key.as_str(), "hostname" | "Hostname" | "host.name" | "HOSTNAME")
                && port.is_none()
                && scalar.is_some()
                && (around.is_service || context.key.as_deref().is_none_or(keys::is_about_itself));
            let above = |table: &str| context.key.as_deref() == Some(table);
            let own_hosts = context.routes && matches!(path.to_string().as_str(), "spec") && key == "hosts";
            let alias = key == "ip" && above("hostAliases");
            let annotated = context
                .key
                .as_deref()
                .is_some_and(|key| key.to_ascii_lowercase().ends_with("annotations"));
            if annotated && !is_auth_url(&key) {
                continue;
            }
            // The machines that a play of Ansible runs on, by the name of their group.
            let in_list = matches!(
                path.segments.as_slice(),
                [Segment::Item { .. } | Segment::Index(_)]
            );
            if key == "hosts" && around.is_play && in_list {
                continue;
            }
            let says = self.programs.says(path, &key).filter(|_| self.is_plain(child));
            let server = says == Some(Says::Server) && self.tree.scalar(child).is_some();
            let port = port.or_else(|| {
                around
                    .plain_port()
                    .filter(|_| server && (around.is_alone() || keys::host_prefix(&key).is_none()))
            });
            // `java:global/archive/endpoint`, `client/mp-rest/url`: the last step names it.
            let key = key.rsplit('/').next().unwrap_or(&key).to_owned();
            let context = Context {
                inbound: (context.inbound && !is_auth_url(name) && !backend)
                    || (keys::is_inbound(&key) && !(above("services") && scalar.is_none()))
                    || own_name
                    || (!matches!(self.tree.kind(child), Kind::Mapping(_)) && keys::is_inbound_leaf(&key))
                    || own_hosts
                    || ((key.eq_ignore_ascii_case("hosts") || (key == "host" && above("match")))
                        && context.key.as_deref().is_some_and(keys::is_of_routes))
                    || keys::is_own(context.key.as_deref(), &key)
                    || (key == "admin" && scalar.is_none() && !above("services")),
                routes: context.routes,
                table: context.key.clone(),
                side_door: context.side_door || matches!(key.as_str(), "receivers" | "extensions"),
                never: (keys::is_never(&key)
                    && key != "path"
                    && !is_remote(&key, scalar.map(|scalar| scalar.text)))
                    || above("hostAliases") && key == "hostnames",
                pruned: (prunes(&key) || (key == "hostnames" && above("hostAliases")))
                    && !(own_name || is_auth_url(&key)),
                key: Some(key),
                port,
                in_list: false,
                list_ports: std::rc::Rc::default(),
                named: context.named || has_port || alias || called,
                says: context.says,
            }
            .told(says);
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
        // INI and the like keep the quotes around a value.
        if let Some(inner) = unquoted(text) {
            self.value_at(id, inner, 1, path, context);
        } else {
            self.value_at(id, text, 0, path, context);
        }
    }

    fn value_at(&mut self, id: NodeId, text: &str, quote: usize, path: &KeyPath, context: &Context) {
        // X=Y and --x=y in lists of arguments and environment: the left side is the key.
        if context.in_list
            && command::find(text).is_empty()
            && let Some((key, value)) = assignment(text)
        {
            let prefix = keys::host_prefix(key);
            let port = prefix.and_then(|prefix| context.list_ports.get(&prefix));
            // `repo1-host` and `repo1-host-port`.
            let port = port
                .or_else(|| context.list_ports.get(words(key).as_ref()))
                .cloned();
            let context = Context {
                key: Some(key.to_owned()),
                inbound: context.inbound
                    || keys::is_inbound(key)
                    || keys::is_inbound_leaf(key)
                    || (self.is_text && key == "hostname" && port.is_none()),
                port,
                never: keys::is_never(key),
                ..context.clone()
            }
            .told(self.programs.says(path, key));
            if context.never {
                return;
            }
            let before = self.out.len();
            let shift = quote + text.len() - value.len();
            match unquoted(value) {
                Some(inner) => self.found(id, inner, shift + 1, path, &context),
                None => self.found(id, value, shift, path, &context),
            }
            for address in &mut self.out[before..] {
                address.value = shortened(text);
            }
            return;
        }
        // One setting of a connection alone: `* = host=db.corp`.
        if let Some((name @ ("host" | "hostaddr"), host)) = assignment(text)
            && !host.contains([' ', '=', ',', ';'])
        {
            let context = Context {
                key: Some(name.to_owned()),
                ..context.clone()
            };
            self.found(id, host, quote + text.len() - host.len(), path, &context);
            return;
        }
        let before = self.out.len();
        if !self.is_text && self.embedded(id, text, quote, path, context) {
            return;
        }
        if text.contains('\n') || self.is_text {
            // A descriptor or a list may go over several lines; only what is neither is a text of lines.
            let settings = text
                .lines()
                .filter(|line| assignment(line.trim()).is_some() || spaced(line))
                .count();
            if !self.is_text && !text.contains("://") && settings < 2 {
                self.found(id, text, quote, path, context);
            }
            if self.out.len() == before {
                self.lines(id, text, quote, path, context);
            }
            return;
        }
        self.found(id, text, quote, path, context);
        let dsn = |address: &Address| matches!(address.form, "ado" | "libpq" | "oracle" | "go-dsn");
        if !self.out[before..].iter().any(dsn) {
            self.named_inside(id, text, quote, path, context);
        }
    }

    pub(super) fn found(&mut self, id: NodeId, text: &str, shift: usize, path: &KeyPath, context: &Context) {
        let key = context.key.as_deref().unwrap_or("");
        if context.never {
            return;
        }
        // What stands elsewhere is filled in later, like any other template.
        let elsewhere = ["var.", "local.", "module.", "data."];
        if self.tree.syntax == "hcl" && elsewhere.iter().any(|start| text.starts_with(start)) {
            if keys::is_strong(key) {
                let spot = Spot {
                    id,
                    base: self.verbatim(id),
                    shift,
                };
                let one = Found {
                    scheme: None,
                    host: format!("${{{text}}}"),
                    port: None,
                    range: 0..text.len(),
                    form: "host",
                };
                self.push(spot, text, path, context, one);
            }
            return;
        }
        let (text, default_shift) = default_of(text);
        // Several defaults in one value: what they make together, at the place of the host among them.
        let expanded = expanded(text);
        let written = expanded.is_some().then_some(text);
        let text = expanded.as_deref().unwrap_or(text);
        let mut found = url::find(text, keys::is_weak(key));
        // Without a host it is an address only where the key says so: prose may speak of `https://`.
        let known = |one: &Found| one.scheme.as_deref().is_none_or(url::is_known);
        found.retain(|one| !one.host.is_empty() || one.port.is_some() || (keys::is_weak(key) && known(one)));
        if found.is_empty() && !text.contains("://") {
            found = dsn::find(text);
        }
        found.extend(url::shorthand(text));
        found.extend(dsn::partner(text));
        found.extend(url::parameter(text));
        if found.is_empty() && !text.contains("://") {
            found = hostport::find(text, key_says(key, text, context));
        }
        let broken = (is_broken_host(text)
            && (keys::is_certain(key) || (keys::is_strong(key) && has_dotted_token(text))))
            || (keys::is_weak(key) && url::is_broken(text));
        let with_port = text
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.len() > 1 && port.bytes().all(|b| b.is_ascii_digit()));
        let templated = found.is_empty()
            && is_template(text)
            && (keys::is_strong(key) || (with_port && keys::is_weak(key)));
        if (found.is_empty() && broken && !context.inbound) || templated {
            let port = text.rsplit_once(':').filter(|_| templated && with_port);
            let host = port.map_or(text, |(host, _)| host);
            found.push(Found {
                scheme: None,
                host: host.to_owned(),
                port: port.map(|(_, port)| port.to_owned()),
                range: 0..host.len(),
                form: "host",
            });
        }
        let spot = Spot {
            id,
            base: self.verbatim(id),
            shift: shift + default_shift,
        };
        if let Some(range) = written {
            for one in &mut found {
                one.range = range
                    .find(&one.host)
                    .map_or(0..range.len(), |at| at..at + one.host.len());
            }
        }
        for one in found {
            self.push(spot, text, path, context, one);
        }
    }

    fn push(&mut self, spot: Spot, text: &str, path: &KeyPath, context: &Context, found: Found) {
        let key = context.key.as_deref().unwrap_or("");
        let direction = direction::of(key, text, context, &found);
        let page = direction::is_page(&found);
        // A page has its port in its URL.
        let whole = page
            && text
                .split("://")
                .nth(1)
                .is_some_and(|rest| rest.trim_end_matches('/').contains('/'));
        let port = found
            .port
            .or_else(|| {
                context
                    .port
                    .as_deref()
                    .filter(|_| !whole)
                    .map(|port| default_of(port).0.to_owned())
            })
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

    /// Searches the file within a value with what the policy says.
    pub(super) fn search_inner(&self, tree: &Tree, key: Option<&str>) -> Result<Vec<Address>, usize> {
        search(tree, self.settings, self.depth + 1, key, &self.programs)
    }

    /// Where a range of a value stands in the source.
    pub(super) fn span_in(
        &self,
        id: NodeId,
        shift: usize,
        range: &std::ops::Range<usize>,
        host: &str,
    ) -> Span {
        let base = self.verbatim(id);
        self.host_span(Spot { id, base, shift }, range, host)
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

/// `key = value`, as INI writes it.
fn spaced(line: &str) -> bool {
    line.split_once(" = ")
        .is_some_and(|(key, _)| !key.trim().contains([' ', '(']))
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
    matches!(key, "labels" | "matchLabels" | "selector" | "ports")
}

/// An annotation that names where a request is authorised, the one address among annotations.
fn is_auth_url(key: &str) -> bool {
    [
        "/auth-url",
        "/auth-signin",
        "/service",
        "/server",
        "/address",
        "/endpoint",
    ]
    .iter()
    .any(|end| key.ends_with(end))
        || matches!(
            key,
            "remote_jwks" | "remoteJwks" | "http_uri" | "jwks_uri" | "jwksUri"
        )
}

/// A repository that is cloned or pulled from: `https://…`, `oci://…`, `git@host:path`; any other is a name of one.
fn is_remote(key: &str, text: Option<&str>) -> bool {
    key == "repository" && text.is_some_and(|text| text.contains("://") || url::shorthand(text).is_some())
}

fn key_says(key: &str, text: &str, context: &Context) -> KeySays {
    if context.named || keys::is_strong(key) {
        KeySays::Host
    } else if context.says == Some(Says::Outbound)
        || keys::is_of_machines(key)
        || (context.port.is_some() && keys::host_prefix(key).is_some())
        || ((context.in_list || text.contains(','))
            && (keys::is_of_peers(key) || is_names_of_dns(key, context)))
    {
        KeySays::Peers
    } else if keys::is_weak(key) {
        KeySays::Maybe
    } else {
        KeySays::Nothing
    }
}

/// Prometheus' `dns_sd_configs: [{names: […]}]`.
fn is_names_of_dns(key: &str, context: &Context) -> bool {
    key == "names"
        && context
            .table
            .as_deref()
            .is_some_and(|table| table.starts_with("dns"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::found::Direction;
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
            "zone: '${A:eureka.shop}:${B:-8761}'\nurl: http://${H:api.shop}:${P:80}/${C}\n",
            &[("zone", "eureka.shop"), ("url", "api.shop")],
        );
        hosts(
            "host: |\n  db.shop\nservers: |\n  a.shop:1\n  b.shop:2\nkafka: |\n  k1.shop:9092,\n  k2.shop:9092\n",
            &[
                ("host", "db.shop"),
                ("servers", "a.shop"),
                ("servers", "b.shop"),
                ("kafka", "k1.shop"),
                ("kafka", "k2.shop"),
            ],
        );
        let long = format!("note: |\n  {} http://far.shop/\n  x\n", "y".repeat(10_000));
        hosts(&long.replace("note", "data"), &[("data", "far.shop")]);
        hosts(
            "ora: |\n  (DESCRIPTION=\n  (ADDRESS=(HOST=ora.shop)(PORT=1521)))\n",
            &[("ora", "ora.shop")],
        );
        hosts(
            "image: ghcr.io/x/y:1.2\nversion: 1.2.3.4\napiVersion: apps/v1\n",
            &[],
        );
        hosts("host: 'auth prod'\n", &[("host", "auth prod")]);
        // Two ports of one host are two addresses, however the value is written.
        let got = found_loosely("x.yaml", "servers: \"a.shop:1,\\x61.shop:99999\"\n");
        assert_eq!(got, [Some(Port::Number(1)), Some(Port::Bad("99999".into()))]);
        let of = |text: &str| found("x.yaml", text)[0].3;
        assert_eq!(
            of("auth: {server: '*.shop.corp'}"),
            Direction::Outbound,
            "no server has such a name"
        );
        assert_eq!(of("hosts: ['*.shop.corp']"), Direction::Informational);
    }

    /// The ports of a file whose values are not written as they are.
    fn found_loosely(name: &str, text: &str) -> Vec<Option<Port>> {
        let source = Arc::new(SourceFile::from_text(name, text));
        let tree = crate::formats::parse(&source, &Limits::DEFAULT).expect("parses");
        let found = find_addresses(&tree, &AddressSettings::default()).expect("small");
        found.into_iter().map(|address| address.port).collect()
    }

    #[test]
    fn lines_of_a_text_belong_together() {
        let of = |name: &str, text: &str| {
            let found = found(name, text).into_iter();
            let rows = found.filter(|(.., direction)| *direction == Direction::Outbound);
            rows.map(|(_, host, port, _)| match port {
                Some(Port::Number(port)) => format!("{host}:{port}"),
                Some(Port::Bad(_)) | None => host,
            })
            .collect::<Vec<_>>()
        };
        for (name, text, want) in [
            (
                "x.conf",
                "[a]\nhost = a.corp\nport = 1111\n[b]\nhost = b.corp\n",
                &["a.corp:1111", "b.corp"][..],
            ),
            (
                "x.conf",
                "LOCATION = [\n  \"mc-1.corp:11211\",\n  \"mc-2.corp:11211\",\n]\n",
                &["mc-1.corp:11211", "mc-2.corp:11211"],
            ),
            (
                "x.conf",
                "hosts = [\n  \"a.corp\",\n  \"b.corp\"\n]\n",
                &["a.corp", "b.corp"],
            ),
            (
                "x.tpl",
                "hosts:\n  - a.corp\n  - b.corp\nother: x\n- c.corp\n",
                &["a.corp", "b.corp"],
            ),
            (
                "x.conf",
                "upstream shop {\n server a.corp:80;\n}\n",
                &["a.corp:80"],
            ),
            (
                "x.conf",
                "server db1.x 10.0.0.1:5432 check port 8008\n",
                &["10.0.0.1:5432"],
            ),
            ("x.conf", "server 10.8.0.0 255.255.255.0\n", &[]),
            ("x.conf", "server a.corp:1 mask 255.255.255.0\n", &["a.corp:1"]),
            ("x.conf", "host = a.corp # not b.corp\n", &["a.corp"]),
            ("x.conf", "server is there, and the rest.\n", &[]),
            ("Caddyfile", "https://shop.corp {\n", &[]),
            ("x.properties", "meter.hosts[0]=10.41.7.21\n", &["10.41.7.21"]),
        ] {
            assert_eq!(of(name, text), want, "{text}");
        }
    }

    #[test]
    fn the_policy_comes_before_the_tables() {
        let source = Arc::new(SourceFile::from_text(
            "x.yaml",
            "cookie_domain: auth.corp\nexternal_url: api.corp\n",
        ));
        let tree = crate::formats::parse(&source, &Limits::DEFAULT).expect("parses");
        let settings = AddressSettings {
            keys: ["cookie_domain", "external_url"]
                .iter()
                .map(|key| PathPattern::new(key).expect("a pattern"))
                .collect(),
            ..AddressSettings::default()
        };
        let found = find_addresses(&tree, &settings).expect("small");
        let hosts: Vec<&str> = found.iter().map(|address| address.host.as_str()).collect();
        assert_eq!(hosts, ["auth.corp", "api.corp"]);
        assert!(
            found
                .iter()
                .all(|address| address.direction == Direction::Outbound)
        );
    }

    #[test]
    fn what_a_play_of_ansible_runs_on_is_no_address() {
        hosts("- hosts: web\n  tasks: []\n", &[]);
        hosts("- hosts: web.corp\n", &[("[0].hosts", "web.corp")]);
        hosts(
            "db: {hosts: db.corp, roles: [admin]}\n",
            &[("db.hosts", "db.corp")],
        );
    }

    #[test]
    fn the_setting_of_a_program_comes_before_the_words_of_its_key() {
        let of = |text: &str| {
            let found = found("x.yaml", text);
            found
                .first()
                .map(|(_, host, _, direction)| (host.clone(), *direction))
        };
        let is = |host: &str, direction| Some((host.to_owned(), direction));
        assert_eq!(
            of("GF_SERVER_DOMAIN: flows.corp"),
            None,
            "no address, until it is one"
        );
        assert_eq!(
            of("n8n: {env: ['N8N_HOST=flows.corp']}"),
            is("flows.corp", Direction::Inbound)
        );
        assert_eq!(
            of("n8n: {env: [{name: N8N_HOST, value: flows.corp}]}"),
            is("flows.corp", Direction::Inbound)
        );
        assert_eq!(of("SHOP_HOST: flows.corp"), is("flows.corp", Direction::Outbound));
        assert_eq!(
            of("prometheus: {args: [--web.external-url, 'https://a.corp']}"),
            is("a.corp", Direction::Inbound)
        );
        assert_eq!(
            of("proxy: {name: squid.corp, port: 3128}"),
            is("squid.corp", Direction::Outbound)
        );
        assert_eq!(of("cookie_domain: shop.corp"), None);
    }

    #[test]
    fn a_file_in_a_resource_of_kubernetes_is_not_kubernetes_own() {
        let text =
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  app.yaml: |\n    servers: [{hosts: [db.corp]}]\n";
        let got = found("x.yaml", text);
        assert_eq!((got[0].1.as_str(), got[0].3), ("db.corp", Direction::Outbound));
        let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  grafana.ini: |\n    [server]\n    root_url = https://a.corp\n";
        assert_eq!(found("x.yaml", text)[0].3, Direction::Inbound, "its name goes on");
    }

    #[test]
    fn what_terraform_fills_in_later_is_a_template() {
        let got = found_loosely("x.tf", "provider \"vault\" {\n  address = var.vault_addr\n}\n");
        assert_eq!(got.len(), 1, "it is said, and not looked up");
    }

    #[test]
    fn a_loopback_address_of_another_server_is_no_side_door() {
        let of = |text: &str| found("x.yaml", text)[0].3;
        for text in [
            "auth: {server: '127.0.0.1:8443'}",
            "api_host: localhost:8080",
            "server: {host: localhost, port: 5432}",
        ] {
            assert_eq!(of(text), Direction::Outbound, "{text}");
        }
        assert_eq!(of("admin: {host: localhost, port: 9901}"), Direction::Inbound);
        assert_eq!(of("pprof: 127.0.0.1:6060"), Direction::Inbound);
    }

    #[test]
    fn directions() {
        let of = |text: &str| found("x.yaml", text)[0].3;
        assert_eq!(of("listen_addr: 0.0.0.0:80"), Direction::Inbound);
        assert_eq!(of("runbook: https://wiki.shop/x"), Direction::Informational);
        assert_eq!(of("api_url: https://api.shop"), Direction::Outbound);
    }
}

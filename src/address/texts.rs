//! Discovery inside of texts: files that no parser knows, files within a value, command lines.

use std::collections::HashMap;

use super::blocks::Blocks;
use super::find::{Context, Finder};
use super::forms::command::{self, Named};
use super::forms::{line, url};
use super::keys;
use super::programs::Programs;
use super::shapes::{item, section, without_comment};
use crate::doc::pattern::words;
use crate::doc::{KeyPath, NodeId};

/// What a line names, with what the lines above it say.
fn named_by<'t>(body: &'t str, above: &'t mut Above) -> Vec<Named<'t>> {
    let mut named = line::find(body);
    if let Some(key) = section(body) {
        key.clone_into(&mut above.key);
    } else if !body.trim_end().ends_with(',') && item(body).is_none() && !body.trim().is_empty() {
        above.key.clear();
    }
    // An item of a list below its key, and a value below its name.
    if named.is_empty() && !above.key.is_empty() {
        let key = above.key.as_str();
        named.extend(item(body).map(|(at, value)| Named { key, value, at }));
    }
    if let Some(one) = named.first().filter(|one| one.key == "name") {
        one.value.clone_into(&mut above.name);
    } else if !above.name.is_empty() && named.first().is_some_and(|one| one.key == "value") {
        for one in &mut named {
            one.key = &above.name;
        }
    }
    drop_names(body, &mut named);
    named
}

/// Takes out what stands where an address would, and is a name for it.
fn drop_names(body: &str, named: &mut Vec<Named<'_>>) {
    if body.contains('{') {
        // A group of servers.
        let opens = |one: &Named<'_>| one.key == "server" && body.ends_with('{') && !one.value.contains(':');
        named.retain(|one| (one.key != "upstream" || one.value.contains(['.', ':'])) && !opens(one));
    }
    // HAProxy names a server before its address.
    if let [first, second, ..] = named.as_slice()
        && first.key == "server"
        && !first.value.contains(':')
        && command::is_server(second.value)
    {
        named.remove(0);
    }
    // A network and its mask are no servers.
    if named.iter().any(|one| one.value.starts_with("255.")) {
        named.retain(|one| one.value.contains(|c: char| c == ':' || c.is_ascii_alphabetic()));
    }
}

/// A line of a text and the ports that belong to its hosts.
struct Line<'t> {
    body: &'t str,
    /// Ports that the line itself names.
    beside: &'t HashMap<String, String>,
    /// Those on other lines of its block.
    ports: &'t HashMap<String, String>,
}

impl Line<'_> {
    /// The context of a value that the line has under a key.
    fn says(&self, key: Option<&str>, programs: &Programs, path: &KeyPath, context: &Context) -> Context {
        let name = key.unwrap_or("");
        let prefix = keys::host_prefix(name);
        let whole = words(name);
        let own = self.beside.get(name);
        let tables = [self.beside, self.ports, context.list_ports.as_ref()];
        let port = own.or_else(|| {
            let by = |name: &str| tables.iter().find_map(|table| table.get(name));
            prefix.as_deref().and_then(by).or_else(|| by(whole.as_ref()))
        });
        Context {
            inbound: context.inbound
                || is_site(self.body)
                || self.body.contains("Allow-Origin")
                || keys::is_inbound(name)
                || keys::is_inbound_leaf(name)
                || (name == "hostname" && port.is_none()),
            never: keys::is_never(name) && name != "path",
            port: port.cloned(),
            in_list: true,
            key: key.map(str::to_owned).or_else(|| context.key.clone()),
            ..context.clone()
        }
        .told(programs.says(path, name))
    }
}

/// Whether a word has a dot or a colon inside; prose ends in either.
fn dotted(word: &str) -> bool {
    word.trim_end_matches(['.', ':']).contains(['.', ':'])
}

/// Caddy's `https://shop.corp {`, where what the page is reached at opens its block; rsyslog's `input(…)`.
fn is_site(line: &str) -> bool {
    let line = line.trim_start();
    let url = line.starts_with("http://") || line.starts_with("https://");
    (url && line.ends_with('{')) || line.starts_with("input(")
}

/// The longest line of a text that is taken word by word.
const MAX_LINE: usize = 4096;

/// What the lines above say of the next one.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// The key of a list whose items have lines of their own.
    key: String,
    /// The name of a name/value pair.
    name: String,
}

impl Finder<'_> {
    /// A text of lines: URLs anywhere, and what each line names.
    pub(super) fn lines(&mut self, id: NodeId, text: &str, quote: usize, path: &KeyPath, context: &Context) {
        let programs = std::rc::Rc::clone(&self.programs);
        let mut at = 0;
        // A file of lines comes line by line: what stood above goes on.
        let mut above = if self.is_text {
            std::mem::take(&mut self.above)
        } else {
            Above::default()
        };
        let blocks = (!self.is_text).then(|| Blocks::of(text.lines()));
        for (nth, line) in text.split_inclusive('\n').enumerate() {
            let start = quote + at;
            at += line.len();
            let body = without_comment(line.trim_end());
            if body.trim_start().starts_with(['#', ';']) || body.trim_start().starts_with("//") {
                continue;
            }
            if body.len() > MAX_LINE {
                // Too long to be taken word by word; as a value like any other it is searched.
                self.found(id, body, start, path, context);
                continue;
            }
            let named = named_by(body, &mut above);
            // A host and its port on one line belong together, whatever other lines say.
            let mut beside: HashMap<String, String> = named
                .iter()
                .filter_map(|one| Some((keys::port_prefix(one.key)?, one.value.to_owned())))
                .collect();
            // chrony's `server ntp.corp port 1123`, Squid's `cache_peer proxy.corp parent 3128`.
            if let Some(port) = line::port_word(&named) {
                beside
                    .entry(named[0].key.to_owned())
                    .or_insert_with(|| port.to_owned());
            }
            let ports = blocks
                .as_ref()
                .map(|blocks| blocks.ports_of(nth))
                .unwrap_or_default();
            // Among several settings on one line, `type` says nothing of the others.
            let says = |one: &&Named<'_>| named.len() == 1 || !keys::is_never(one.key);
            let key = named.iter().find(says).map(|one| one.key.to_owned());
            let line = Line {
                body,
                beside: &beside,
                ports: &ports,
            };
            let of = |key: Option<&str>| line.says(key, &programs, path, context);
            if body.contains("://") || (named.is_empty() && section(body).is_none()) {
                let context = of(key.as_deref());
                self.found(id, body, start, path, &context);
            }
            // Of several words only those are addresses that look like one; templates are text of their own.
            let several = named.len() > 1 || body.ends_with('{');
            // A port beside a key that says host makes a name of one label a host, too.
            let paired = |key: &str| {
                keys::is_strong(key)
                    && keys::host_prefix(key).is_some_and(|prefix| beside.contains_key(&prefix))
            };
            let first = named
                .first()
                .map(|one| one.at)
                .filter(|_| line::port_word(&named).is_some());
            let looks =
                |one: &Named<'_>| !several || dotted(one.value) || paired(one.key) || first == Some(one.at);
            let plain =
                |value: &str| !value.contains("://") && value.contains(|c: char| c.is_ascii_alphanumeric());
            for one in named
                .iter()
                .filter(|one| looks(one) && plain(one.value) && !body.contains("{{"))
            {
                let context = of(Some(one.key));
                if !context.never {
                    self.found(id, one.value, start + one.at, path, &context);
                }
            }
            // A connection string in quotes is more than its words.
            let quoted = body.find(['"', '\'']).zip(body.rfind(['"', '\'']));
            if let Some((from, to)) =
                quoted.filter(|(from, to)| to > from && body[*from..*to].contains("host="))
            {
                let context = of(key.as_deref());
                self.found(id, &body[from + 1..to], start + from + 1, path, &context);
            } else {
                self.named_inside(id, body, start, path, context);
            }
        }
        self.above = above;
    }

    /// What a command line or a line of assignments names itself.
    pub(super) fn named_inside(
        &mut self,
        id: NodeId,
        text: &str,
        quote: usize,
        path: &KeyPath,
        context: &Context,
    ) {
        let named = command::find(text);
        let ports: HashMap<String, String> = named
            .iter()
            .filter_map(|one| Some((keys::port_prefix(one.key)?, one.value.to_owned())))
            .collect();
        // URLs were found in the text as a whole, but for those that only their key tells.
        let told = |one: &&Named<'_>| {
            !one.value.contains("://")
                || (keys::is_strong(one.key) && !url::is_known(one.value.split("://").next().unwrap_or("")))
        };
        for one in named.iter().filter(told) {
            let positional = one.key.is_empty();
            let inside = one.value.ends_with(".svc") || one.value.contains(".svc.");
            let server = command::is_server(one.value) && one.value.contains('.');
            let told = self.programs.says(path, one.key).is_some();
            if keys::is_never(one.key) || !(told || positional || inside || server || keys::is_weak(one.key))
            {
                continue;
            }
            let context = Context {
                key: Some(one.key.to_owned()),
                inbound: context.inbound || keys::is_inbound(one.key),
                port: keys::host_prefix(one.key).and_then(|prefix| ports.get(&prefix).cloned()),
                in_list: false,
                ..context.clone()
            }
            .told(self.programs.says(path, one.key));
            self.found(id, one.value, quote + one.at, path, &context);
        }
    }
}

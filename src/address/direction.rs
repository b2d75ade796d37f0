//! Which way the connection to an address goes: what its key, the table of its program, and its own form say.

use super::find::Context;
use super::forms::Found;
use super::found::Direction;
use super::programs::Says;
use super::{keys, traps};

/// Schemes of which the words of a key say which way they go.
const GENERAL: &[&str] = &["http", "https", "tcp", "udp", "tls", "grpc", "ws", "wss"];

/// Whether an address is that of a page.
pub(super) fn is_page(found: &Found) -> bool {
    matches!(found.scheme.as_deref(), Some("http" | "https"))
}

/// Which way an address goes that was found in `text` under `key`. In doubt outbound, which is looked up.
pub(super) fn of(key: &str, text: &str, context: &Context, found: &Found) -> Direction {
    let told = context.says;
    let about = context.table.as_deref().is_some_and(keys::is_about_pages) && !context.in_list;
    let informs = told.is_none() && is_page(found) && (keys::is_informational(key) || about);
    if told == Some(Says::Page) || names_only(text, context, found) || informs {
        Direction::Informational
    } else if is_reached(key, text, context, found) || is_own_door(key, context, found) {
        Direction::Inbound
    } else {
        Direction::Outbound
    }
}

/// A pattern of names, a name of a vocabulary, a link in a text for people: nothing connects to any of them.
fn names_only(text: &str, context: &Context, found: &Found) -> bool {
    let pattern = found.host.starts_with("*.") && context.in_list;
    let link = |text: &str| text.ends_with("](http://") || text.ends_with("](https://");
    let markup = || text.contains("<a ") || text.get(..found.range.start).is_some_and(link);
    let definition = || {
        let text = text.trim_end_matches(['"', '>']);
        text.ends_with(".dtd") || text.ends_with(".xsd")
    };
    pattern || (is_page(found) && (markup() || traps::is_namespace_host(&found.host) || definition()))
}

/// Whether the program listens or is reached there.
fn is_reached(key: &str, text: &str, context: &Context, found: &Found) -> bool {
    let general = found
        .scheme
        .as_deref()
        .is_none_or(|scheme| GENERAL.contains(&scheme));
    let any = matches!(found.host.as_str(), "0.0.0.0" | "::" | "*" | "+")
        || (found.host.is_empty() && found.port.is_some());
    // Where a page is reached says nothing of databases, nor of what somebody logs into.
    let database = found.scheme.is_some() && !general && keys::is_inbound_url(key);
    let login = is_page(found) && text.contains(&format!("@{}", found.host));
    let inbound = context.inbound && context.says.is_none() && !database && !login;
    context.says == Some(Says::Own) || inbound || (any && general)
}

/// A loopback port under a key that says nothing is where the program itself listens.
fn is_own_door(key: &str, context: &Context, found: &Found) -> bool {
    let door = keys::is_side_door(context.table.as_deref(), key) || context.side_door;
    context.says.is_none()
        && found.scheme.is_none()
        && key != "targets"
        && (found.port.is_some() || door)
        && (!keys::is_weak(key) || door)
        && matches!(found.host.as_str(), "127.0.0.1" | "localhost" | "::1")
        && (door || !context.in_list)
}

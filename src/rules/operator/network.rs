//! What networks and filters let through: a CIDR range that got wider, alone or in a list.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Truth;
use crate::doc::{Kind, NodeId, Tree};
use crate::rules::fact::Fact;

/// Whether the new value, or a new item of the list, holds an old range and more.
#[must_use]
pub fn widened(fact: &Fact<'_>) -> Truth {
    if fact.is_container() {
        return widened_list(fact);
    }
    let (Some(old), Some(new)) = (fact.old_text(), fact.new_text()) else {
        return Truth::NoMatch;
    };
    match (ranges(old), ranges(new)) {
        (Some(old), Some(new)) => Truth::of(any_wider(&old, &new)),
        // Neither is one: nothing was widened.
        (None, None) => Truth::NoMatch,
        // From a name to a range or back: nobody can say which is wider.
        (Some(_), None) | (None, Some(_)) => Truth::NotApplicable,
    }
}

fn widened_list(fact: &Fact<'_>) -> Truth {
    let of = |tree: Option<&Tree>, items: &[NodeId]| -> Vec<IpNet> {
        let texts = items.iter().filter_map(|id| tree?.scalar(*id));
        texts.filter_map(|scalar| ranges(scalar.text)).flatten().collect()
    };
    let added = of(fact.new_tree(), fact.added);
    let before = match fact.old_kind() {
        Some(Kind::Sequence(items)) => of(fact.old_tree(), items),
        Some(Kind::Scalar(_) | Kind::Mapping(_)) | None => Vec::new(),
    };
    Truth::of(any_wider(&before, &added))
}

fn any_wider(old: &[IpNet], new: &[IpNet]) -> bool {
    new.iter().any(|wide| {
        old.iter()
            .any(|narrow| wide.prefix_len() < narrow.prefix_len() && wide.contains(narrow))
    })
}

/// The ranges that a text lists; [`None`] where it is no such list.
fn ranges(text: &str) -> Option<Vec<IpNet>> {
    // Most values are none, which their letters tell.
    let letter =
        |b: u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'/' | b',' | b' ' | b';' | b'"' | b'\'');
    if !text.contains(['.', ':']) || !text.bytes().all(letter) {
        return None;
    }
    let parts = text
        .split([',', ' ', ';'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let ranges: Option<Vec<IpNet>> = parts.map(range).collect();
    ranges.filter(|ranges| !ranges.is_empty())
}

fn range(text: &str) -> Option<IpNet> {
    let bare = text.trim_matches(['"', '\'']);
    bare.parse::<IpNet>()
        .ok()
        .or_else(|| bare.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_holds_what_was_there_and_more() {
        let wider = |old: &str, new: &str| Some(any_wider(&ranges(old)?, &ranges(new)?));
        assert_eq!(wider("10.1.0.0/16", "10.0.0.0/8"), Some(true));
        assert_eq!(wider("10.1.2.3", "10.1.2.0/24"), Some(true));
        assert_eq!(wider("10.1.0.0/16", "0.0.0.0/0"), Some(true));
        assert_eq!(
            wider("10.1.0.0/16,10.9.0.0/16", "10.1.0.0/16, 10.8.0.0/15"),
            Some(true)
        );
        for (old, new) in [
            ("10.0.0.0/8", "10.1.0.0/16"),
            ("10.1.0.0/16", "10.2.0.0/16"),
            ("::/0", "10.0.0.0/8"),
        ] {
            assert_eq!(wider(old, new), Some(false), "{old} {new}");
        }
        assert_eq!(wider("all", "10.0.0.0/8"), None);
    }
}

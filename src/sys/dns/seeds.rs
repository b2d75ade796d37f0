//! What MongoDB drivers make of the SRV and TXT records behind `mongodb+srv://` (their specification "Initial DNS
//! Seedlist Discovery"). Pure: records in, what is wrong with them out.

use crate::address::Answer;

/// What SRV records of a cluster stand under.
const PREFIX: &str = "_mongodb._tcp.";
/// The options that a TXT record may set; drivers refuse the connection for any other.
const OPTIONS: [&str; 3] = ["authsource", "replicaset", "loadbalanced"];

/// The cluster whose SRV records stand at `name`, if it is one.
pub(super) fn cluster(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)
}

/// A seed outside of the domain of its cluster: drivers refuse it, so that no stranger's server is let in.
pub(super) fn outside(cluster: &str, targets: &[String]) -> Option<String> {
    let cluster = cluster.trim_end_matches('.');
    let domain = match cluster.split_once('.') {
        Some((_, parent)) if parent.contains('.') => parent,
        Some(_) | None => cluster,
    };
    let inside = |target: &str| {
        target
            .strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    let stranger = targets.iter().find(|target| !inside(target))?;
    Some(format!(
        "has the SRV target {stranger}, which is not in {domain}: drivers refuse it"
    ))
}

/// What drivers refuse in the TXT records of a cluster.
pub(super) fn text_fault(records: &[String]) -> Option<String> {
    let text = match records {
        [] => return None,
        [text] => text,
        more => {
            return Some(format!(
                "has {} TXT records, and drivers accept one at most",
                more.len()
            ));
        }
    };
    let options = text
        .split('&')
        .map(|option| option.split('=').next().unwrap_or(option));
    let mut unknown = options.filter(|name| !OPTIONS.contains(&name.to_ascii_lowercase().as_str()));
    let unknown = unknown.next()?;
    // Whatever stands there may be meant for somebody else: it is named by its length only.
    let shown = if unknown.bytes().all(|byte| byte.is_ascii_alphanumeric()) && unknown.len() <= 40 {
        format!("`{unknown}`")
    } else {
        format!("{} bytes that are none", unknown.len())
    };
    Some(format!(
        "has a TXT record that sets {shown}; drivers accept authSource, replicaSet and loadBalanced only"
    ))
}

/// The seeds resolved and the TXT record stays unknown: so does the whole.
pub(super) fn untold(known: Answer, text: Answer) -> Answer {
    Answer {
        outcome: text.outcome,
        detail: Some("its TXT record, which drivers read as well".to_owned()),
        server: text.server.or(known.server),
        rcode: text.rcode.or_else(|| known.rcode.clone()),
        ..known
    }
}

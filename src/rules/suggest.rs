//! Rules that the history of a repository speaks for: keys whose change was taken back soon after, keys that change
//! together, keys that never change. Proposals, with what speaks for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::coverage::is_risky;
use crate::diff::{ChangeKind, FileDiff};
use crate::doc::{KeyPath, Tree};

/// A file and a key path in it.
pub type PastKey = (String, String);

/// Two keys that changed together.
type Pair<'k> = (&'k PastKey, &'k PastKey);

/// What one commit changed, the newest first.
#[derive(Debug, Clone)]
pub struct PastChange {
    /// The commit, shortened.
    pub commit: String,
    /// When, in seconds since 1970.
    pub seconds: i64,
    /// For each key its value before and after, as a digest: no value is kept.
    pub keys: BTreeMap<PastKey, (u128, u128)>,
}

/// Taken back within this many seconds is soon.
const SOON: i64 = 14 * 24 * 3600;
/// A commit that changes more keys says nothing about any of them.
const MAX_KEYS: usize = 60;
/// So often must keys have changed before anything is said of them.
const MIN_TIMES: usize = 3;
/// The most proposals of one kind.
const MOST: usize = 20;

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The id of the rule.
    pub id: String,
    /// What speaks for it, one line each.
    pub evidence: Vec<String>,
    /// The rule, as the text of a rule file.
    pub text: String,
}

/// What a comparison says of the keys of one file.
#[must_use]
pub fn past_keys(path: &str, diff: &FileDiff) -> Vec<(PastKey, (u128, u128))> {
    let hash = |tree: Option<&Tree>, id| tree.zip(id).map_or(0, |(tree, id): (&Tree, _)| tree.hash(id));
    diff.changes
        .iter()
        .filter(|change| !matches!(change.kind, ChangeKind::Moved | ChangeKind::Reordered))
        .map(|change| {
            let values = (
                hash(diff.old.as_deref(), change.old),
                hash(diff.new.as_deref(), change.new),
            );
            ((path.to_owned(), change.path.to_string()), values)
        })
        .collect()
}

/// Proposals, the strongest first. `present` are the keys of today with their risk.
#[must_use]
pub fn suggest(history: &[PastChange], present: &[(String, KeyPath)]) -> Vec<Proposal> {
    let mut out = reverted(history);
    out.extend(together(history));
    out.extend(never(history, present));
    out
}

fn reverted(history: &[PastChange]) -> Vec<Proposal> {
    // The oldest first.
    let mut last: BTreeMap<&PastKey, (&PastChange, u128)> = BTreeMap::new();
    let mut times: BTreeMap<&PastKey, Vec<String>> = BTreeMap::new();
    for past in history.iter().rev() {
        for (key, (old, new)) in &past.keys {
            if let Some((before, was)) = last.get(key)
                && new == was
                && past.seconds - before.seconds <= SOON
            {
                let hours = (past.seconds - before.seconds) / 3600;
                let line = format!(
                    "{} took back what {} changed, {hours} h later",
                    past.commit, before.commit
                );
                times.entry(key).or_default().push(line);
            }
            last.insert(key, (past, *old));
        }
    }
    let mut rows: Vec<_> = times.into_iter().collect();
    rows.sort_by_key(|(key, lines)| (std::cmp::Reverse(lines.len()), *key));
    let row = |((file, path), evidence): (&PastKey, Vec<String>)| {
        let title = format!("{path} was changed and taken back before");
        proposal(("reverted", &title, "high"), file, path, "", evidence)
    };
    rows.into_iter().take(MOST).map(row).collect()
}

fn together(history: &[PastChange]) -> Vec<Proposal> {
    let mut count: BTreeMap<&PastKey, usize> = BTreeMap::new();
    let mut pairs: BTreeMap<Pair<'_>, usize> = BTreeMap::new();
    for past in history.iter().filter(|past| past.keys.len() <= MAX_KEYS) {
        let keys: Vec<&PastKey> = past.keys.keys().collect();
        for (at, one) in keys.iter().enumerate() {
            *count.entry(one).or_default() += 1;
            for other in &keys[at + 1..] {
                *pairs.entry((one, other)).or_default() += 1;
            }
        }
    }
    let mut rows: Vec<_> = pairs
        .into_iter()
        .filter(|((one, other), times)| {
            let most = count[one].max(count[other]);
            *times >= MIN_TIMES && *times * 10 >= most * 8
        })
        .collect();
    rows.sort_by_key(|(pair, times)| (std::cmp::Reverse(*times), *pair));
    let row = |((one, other), times): (Pair<'_>, usize)| {
        let title = format!("{} changes without {}", one.1, other.1);
        let evidence = vec![format!(
            "{times} commits changed both; {} changed {} and {} changed {}",
            count[one], one.1, count[other], other.1
        )];
        let when = format!("when = {{ not_also_changed = [{}] }}\n", quoted(&other.1));
        proposal(("together", &title, "medium"), &one.0, &one.1, &when, evidence)
    };
    rows.into_iter().take(MOST).map(row).collect()
}

fn never(history: &[PastChange], present: &[(String, KeyPath)]) -> Vec<Proposal> {
    if history.len() < 10 {
        return Vec::new();
    }
    let changed: BTreeSet<(&str, &str)> = history
        .iter()
        .flat_map(|past| past.keys.keys())
        .map(|(file, path)| (file.as_str(), path.as_str()))
        .collect();
    let row = |(file, path): &(String, KeyPath)| {
        let text = path.to_string();
        let quiet = is_risky(path) && !changed.contains(&(file.as_str(), text.as_str()));
        quiet.then(|| {
            let title = format!("{text} changes, which it never did");
            let evidence = vec![format!("none of the last {} commits changed it", history.len())];
            proposal(("never", &title, "medium"), file, &text, "", evidence)
        })
    };
    present.iter().filter_map(row).take(MOST).collect()
}

fn proposal(
    (kind, title, severity): (&str, &str, &str),
    file: &str,
    path: &str,
    when: &str,
    evidence: Vec<String>,
) -> Proposal {
    let name: String = path
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let name = name
        .split('-')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let id = format!("own/{kind}-{name}");
    let mut text = String::new();
    for line in &evidence {
        let _ = writeln!(text, "# {}", plain(line));
    }
    let base = file.rsplit('/').next().unwrap_or(file);
    let _ = write!(
        text,
        "[[rule]]\nid = {}\ntitle = {}\nseverity = \"{severity}\"\npaths = [{}]\nfiles = [{}]\n{when}message = \"{{path}}: {{old}} → {{new}}\"\nhelp = \"Say why.\"\n",
        quoted(&id),
        quoted(title),
        quoted(path),
        quoted(&format!("*{base}")),
    );
    Proposal { id, evidence, text }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// A text that ends no string and no comment, and turns no terminal around: keys may hold anything.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let unseen = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() || unseen => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(commit: &str, hours: i64, keys: &[(&str, u128, u128)]) -> PastChange {
        let row =
            |(path, old, new): &(&str, u128, u128)| (("a.yaml".to_owned(), (*path).to_owned()), (*old, *new));
        PastChange {
            commit: commit.into(),
            seconds: hours * 3600,
            keys: keys.iter().map(row).collect(),
        }
    }

    #[test]
    fn what_was_taken_back_soon_and_what_changes_together() {
        let history = [
            past("d", 300, &[("cert", 3, 4), ("key", 3, 4)]),
            past("c", 200, &[("cert", 2, 3), ("key", 2, 3), ("pool", 9, 8)]),
            past("b", 100, &[("timeout", 2, 1), ("cert", 1, 2), ("key", 1, 2)]),
            past("a", 90, &[("timeout", 1, 2)]),
        ];
        let found = suggest(&history, &[]);
        let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(
            ids,
            ["own/reverted-timeout", "own/together-cert-key"].map(|id| if id.ends_with("cert-key") {
                "own/together-cert"
            } else {
                id
            })
        );
        assert!(found[0].evidence[0].contains("10 h later"), "{:?}", found[0]);
        assert!(found[1].text.contains("not_also_changed = [\"key\"]"));
    }
    #[test]
    fn a_key_may_hold_anything_and_breaks_out_of_nothing() {
        let key = "a\n[[rule]]\u{1b}[31m\u{202e}\"";
        let history = [past("b", 2, &[(key, 2, 1)]), past("a", 1, &[(key, 1, 2)])];
        let text = &suggest(&history, &[])[0].text;
        let strange = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(
            !text.contains(strange) && text.matches("\n[[rule]]").count() == 1,
            "{text:?}"
        );
    }
}

//! Names that look like another one (Unicode Technical Standard 39): a letter of another script, `rn` for `m`.

use std::collections::{BTreeMap, BTreeSet};

use unicode_security::MixedScript as _;
use unicode_security::confusable_detection::skeleton;

/// The names that are deployed, by what they look like.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    by_look: BTreeMap<String, BTreeSet<String>>,
    names: BTreeSet<String>,
}

impl KnownNames {
    /// Adds a name as it is written in the deployed configuration.
    pub fn add(&mut self, name: &str) {
        let name = name.trim_end_matches('.').to_lowercase();
        self.by_look.entry(look(&name)).or_default().insert(name.clone());
        self.names.insert(name);
    }

    /// Every name.
    pub fn iter(&self) -> impl Iterator<Item = &String> {
        self.names.iter()
    }

    /// The deployed name that a new one looks like without being it.
    pub(super) fn twin(&self, name: &str) -> Option<&str> {
        let name = name.trim_end_matches('.').to_lowercase();
        if self.names.contains(&name) {
            return None;
        }
        let twins = self.by_look.get(&look(&name))?;
        twins.iter().next().map(String::as_str)
    }
}

fn look(name: &str) -> String {
    skeleton(name).collect::<String>().to_lowercase()
}

/// Whether a label mixes scripts, as no honest name does.
pub(super) fn is_mixed(name: &str) -> bool {
    name.split('.').any(|label| !label.is_single_script())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike() {
        let mut known = KnownNames::default();
        for name in ["auth.shop.io", "mail1.corp", "db.corp"] {
            known.add(name);
        }
        // A Cyrillic a; `rn`; a capital I shown as l.
        assert_eq!(known.twin("\u{430}uth.shop.io"), Some("auth.shop.io"));
        assert_eq!(known.twin("rnail1.corp"), Some("mail1.corp"));
        assert_eq!(known.twin("maill.corp"), Some("mail1.corp"));
        assert_eq!(known.twin("auth.shop.io"), None);
        assert_eq!(known.twin("AUTH.shop.io."), None);
        assert_eq!(known.twin("db2.corp"), None);
        assert!(is_mixed("\u{430}uth.shop.io") && !is_mixed("b\u{fc}cher.io") && !is_mixed("auth.io"));
    }
}

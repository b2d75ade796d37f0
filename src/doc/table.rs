//! Strict reading of tables: the policy, rule files and acknowledgements are read through this.
//! Every key must be asked for, every fault has a span, and all faults are reported at once.

use super::{Kind, NodeId, ScalarKind, Segment, Span, Tree};

/// One thing wrong in a file that the user wrote for tollgate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// What is wrong, with what was expected.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// All faults of one file, in the order found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Records a fault.
    pub fn add(&mut self, span: Span, message: impl Into<String>) {
        self.0.push(Fault {
            span,
            message: message.into(),
            help: None,
        });
    }

    /// Records a fault with advice.
    pub fn add_with_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(Fault {
            span,
            message: message.into(),
            help: Some(help.into()),
        });
    }
}

/// The child nodes of a container with the step that leads to each; list items by position.
#[must_use]
pub fn children(tree: &Tree, id: NodeId) -> Vec<(Segment, NodeId)> {
    match tree.kind(id) {
        Kind::Scalar(_) => Vec::new(),
        Kind::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (Segment::Index(index), *item))
            .collect(),
        Kind::Mapping(entries) => {
            let mut seen = std::collections::HashMap::new();
            entries
                .iter()
                .map(|entry| {
                    let (name, string) = key_text(tree, entry.key);
                    let nth = seen.entry((name.clone(), string)).or_insert(0_usize);
                    let segment = Segment::Key {
                        name,
                        string,
                        nth: *nth,
                    };
                    *nth += 1;
                    (segment, entry.value)
                })
                .collect()
        }
    }
}

/// Like [`children`], with list items by their `name` where every item has one of its own, so that
/// paths read the same wherever they are printed.
#[must_use]
pub fn named_children(tree: &Tree, id: NodeId) -> Vec<(Segment, NodeId)> {
    let rows = children(tree, id);
    if !matches!(tree.kind(id), Kind::Sequence(_)) {
        return rows;
    }
    let names: Vec<Option<&str>> = rows
        .iter()
        .map(|(_, item)| tree.get_text(*item, "name"))
        .collect();
    let distinct: std::collections::BTreeSet<&str> = names.iter().flatten().copied().collect();
    if distinct.len() != rows.len() {
        return rows;
    }
    let item = |(index, name): (usize, Option<&str>)| Segment::Item {
        by: vec![("name".into(), name.unwrap_or_default().to_owned())],
        index,
    };
    let nodes = rows.iter().map(|(_, node)| *node);
    names.into_iter().enumerate().map(item).zip(nodes).collect()
}

/// A key's text as paths show it, and whether it is a string.
#[must_use]
pub fn key_text(tree: &Tree, key: NodeId) -> (String, bool) {
    match tree.kind(key) {
        Kind::Scalar(scalar) => {
            // One key has one name, however it is spelled.
            let name = scalar.as_key();
            let text = match tree.tag(key) {
                Some(tag) => format!("{tag} {name}"),
                None => name.into_owned(),
            };
            (text, scalar.kind == ScalarKind::String)
        }
        Kind::Sequence(_) | Kind::Mapping(_) => {
            let source = tree.source().slice(tree.span(tree.target(key)));
            let digest = super::digest::hex(&super::digest::subtree(tree, key)[..4]);
            let short: String = source.chars().take(40).collect();
            (format!("? {} #{digest}", short.trim()), false)
        }
    }
}

/// A table being read. Call [`Table::finish`] at the end, or unknown keys go unnoticed.
#[derive(Debug)]
pub struct Table<'t> {
    tree: &'t Tree,
    id: NodeId,
    known: Vec<&'static str>,
}

/// A value with the place it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<'t> Table<'t> {
    /// Starts reading the table at `id`; a fault where it is none.
    pub fn new(tree: &'t Tree, id: NodeId, faults: &mut Faults) -> Option<Self> {
        match tree.kind(id) {
            Kind::Mapping(_) => Some(Self {
                tree,
                id,
                known: Vec::new(),
            }),
            other @ (Kind::Scalar(_) | Kind::Sequence(_)) => {
                faults.add(
                    tree.span(id),
                    format!("expected a table, found {}", other.with_article()),
                );
                None
            }
        }
    }

    /// The tree read from.
    #[must_use]
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// Where the table stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.tree.span(self.id)
    }

    /// The node under `key`, which counts as known from now on.
    pub fn node(&mut self, key: &'static str) -> Option<NodeId> {
        self.known.push(key);
        self.tree.get(self.id, key)
    }

    /// Whether a key is there; it does not count as known by that.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.tree.get(self.id, key).is_some()
    }

    /// A string.
    pub fn string(&mut self, key: &'static str, faults: &mut Faults) -> Option<Spanned<String>> {
        let id = self.node(key)?;
        string_at(self.tree, id, key, faults)
    }

    /// A string that must be there.
    pub fn required(&mut self, key: &'static str, faults: &mut Faults) -> Option<Spanned<String>> {
        if self.tree.get(self.id, key).is_none() {
            self.known.push(key);
            faults.add(self.span(), format!("`{key}` is missing"));
            return None;
        }
        self.string(key, faults)
    }

    /// A list of strings; absent is empty. A single string counts as a list of one.
    pub fn strings(&mut self, key: &'static str, faults: &mut Faults) -> Vec<Spanned<String>> {
        let Some(id) = self.node(key) else {
            return Vec::new();
        };
        match self.tree.kind(id) {
            Kind::Sequence(items) => items
                .iter()
                .filter_map(|item| string_at(self.tree, *item, key, faults))
                .collect(),
            Kind::Scalar(_) | Kind::Mapping(_) => string_at(self.tree, id, key, faults).into_iter().collect(),
        }
    }

    /// A boolean.
    pub fn bool(&mut self, key: &'static str, faults: &mut Faults) -> Option<bool> {
        let id = self.node(key)?;
        match self
            .tree
            .scalar(id)
            .filter(|scalar| scalar.kind == ScalarKind::Bool)
        {
            Some(scalar) => Some(scalar.text == "true"),
            None => {
                self.wrong(id, key, "true or false", faults);
                None
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str, faults: &mut Faults) -> Option<Spanned<i64>> {
        let id = self.node(key)?;
        let value = self
            .tree
            .scalar(id)
            .filter(|scalar| scalar.kind == ScalarKind::Integer)
            .and_then(|scalar| scalar.canonical().parse().ok());
        match value {
            Some(value) => Some(Spanned {
                value,
                span: self.tree.span(id),
            }),
            None => {
                self.wrong(id, key, "a whole number", faults);
                None
            }
        }
    }

    /// A table inside this one.
    pub fn table(&mut self, key: &'static str, faults: &mut Faults) -> Option<Self> {
        let id = self.node(key)?;
        Self::new(self.tree, id, faults)
    }

    /// A list of tables (`[[key]]`); absent is empty.
    pub fn tables(&mut self, key: &'static str, faults: &mut Faults) -> Vec<Self> {
        let Some(id) = self.node(key) else {
            return Vec::new();
        };
        match self.tree.kind(id) {
            Kind::Sequence(items) => items
                .iter()
                .filter_map(|item| Self::new(self.tree, *item, faults))
                .collect(),
            Kind::Scalar(_) | Kind::Mapping(_) => {
                self.wrong(id, key, &format!("a list of tables, written [[{key}]]"), faults);
                Vec::new()
            }
        }
    }

    /// Every key and value of a table whose keys are free; marks all as known.
    #[must_use]
    pub fn free_entries(&self) -> Vec<(Spanned<String>, NodeId)> {
        match self.tree.kind(self.id) {
            Kind::Mapping(entries) => entries
                .iter()
                .map(|entry| {
                    let value = key_text(self.tree, entry.key).0;
                    (
                        Spanned {
                            value,
                            span: self.tree.span(entry.key),
                        },
                        entry.value,
                    )
                })
                .collect(),
            Kind::Scalar(_) | Kind::Sequence(_) => Vec::new(),
        }
    }

    /// Reports every key that nobody asked for, with the nearest known one.
    pub fn finish(self, faults: &mut Faults) {
        for (key, _) in self.free_entries() {
            if self.known.contains(&key.value.as_str()) {
                continue;
            }
            let message = format!("unknown key `{}`", key.value);
            match nearest(&key.value, self.known.iter().copied()) {
                Some(near) => faults.add_with_help(key.span, message, format!("did you mean `{near}`?")),
                None => {
                    let mut known = self.known.clone();
                    known.sort_unstable();
                    known.dedup();
                    faults.add_with_help(key.span, message, format!("known here: {}", known.join(", ")));
                }
            }
        }
    }

    /// Records that `key` has the wrong type.
    pub fn wrong(&self, id: NodeId, key: &str, expected: &str, faults: &mut Faults) {
        let found = self.tree.kind(id).with_article();
        faults.add(
            self.tree.span(id),
            format!("`{key}` must be {expected}, found {found}"),
        );
    }
}

fn string_at(tree: &Tree, id: NodeId, key: &str, faults: &mut Faults) -> Option<Spanned<String>> {
    match tree.scalar(id).filter(|scalar| scalar.kind == ScalarKind::String) {
        Some(scalar) => Some(Spanned {
            value: scalar.text.to_owned(),
            span: tree.span(id),
        }),
        None => {
            let found = tree.kind(id).with_article();
            faults.add(tree.span(id), format!("`{key}` must be a string, found {found}"));
            None
        }
    }
}

/// The known word closest to `word`, near enough to be what was meant.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

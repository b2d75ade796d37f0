//! The arena tree: nodes with byte spans, entries of mappings, items of sequences, tags and notes.
//! Nothing here recurses over a whole tree: what walks it brings its own budget.

use std::sync::{Arc, OnceLock};

use super::scalar::yaml_readers_disagree;
use super::{Limits, Scalar, ScalarKind, SourceFile, Span};

/// The tag of a block's body, in syntaxes where a block is no value (HCL). It is compared like any other.
pub const BLOCK: &str = "!block";

/// How a tag begins that stands for a spelling: it is compared, and not printed.
pub const SPELLED: &str = "!spelled ";

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// Position in the arena.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where a scalar's text lives.
#[derive(Debug, Clone, Copy)]
enum Text {
    Source(Span),
    Owned(u32, u32),
}

/// What a node is. Ranges index the tree's entry and item tables.
#[derive(Debug, Clone, Copy)]
enum Payload {
    Scalar(ScalarKind, Text),
    Sequence(u32, u32),
    Mapping(u32, u32),
    Alias(NodeId),
}

#[derive(Debug, Clone, Copy)]
struct Node {
    span: Span,
    payload: Payload,
    tag: u32,
    plain: bool,
}

/// One key and its value in a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The key's node.
    pub key: NodeId,
    /// The value's node.
    pub value: NodeId,
}

/// What a node looks like from outside, aliases already followed.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'t> {
    /// A leaf.
    Scalar(Scalar<'t>),
    /// A list.
    Sequence(&'t [NodeId]),
    /// A table.
    Mapping(&'t [Entry]),
}

impl Kind<'_> {
    /// The word for its type, as in the JSON contract.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Scalar(scalar) => scalar.kind.word(),
            Kind::Sequence(_) => "list",
            Kind::Mapping(_) => "map",
        }
    }

    /// The word with its article, for sentences.
    #[must_use]
    pub fn with_article(&self) -> String {
        match self {
            Kind::Scalar(scalar) if scalar.kind == ScalarKind::Integer => "an integer".to_owned(),
            Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_) => format!("a {}", self.word()),
        }
    }
}

/// A key that occurs twice in one mapping.
#[derive(Debug, Clone, Copy)]
pub struct Duplicate {
    /// Its first occurrence.
    pub first: Span,
    /// A later one.
    pub again: Span,
}

/// Something a reader of the file should know; shown as a finding of note or warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The file was read as lines of text, because no parser reads it; the reason.
    ReadAsText(String),
    /// A plain YAML scalar that YAML 1.1 readers see as another value.
    DialectsDisagree(Span),
    /// What SOPS keeps for itself, which is not compared; its key.
    Sops(Span),
}

/// One file's documents in one arena.
#[derive(Debug)]
pub struct Tree {
    source: Arc<SourceFile>,
    nodes: Vec<Node>,
    entries: Vec<Entry>,
    items: Vec<NodeId>,
    owned: String,
    tags: Vec<String>,
    /// The root node of each document.
    pub documents: Vec<NodeId>,
    /// Keys that occur twice, in source order.
    pub duplicates: Vec<Duplicate>,
    /// What else a reader should know.
    pub notes: Vec<Note>,
    /// The name of the syntax it was read as.
    pub syntax: &'static str,
    /// Whether the order of a mapping's entries counts.
    pub ordered: bool,
    /// The hashes of its nodes, made when they are first asked for.
    hashes: OnceLock<Vec<u128>>,
}

impl Tree {
    /// An empty tree over `source`.
    #[must_use]
    pub fn new(source: Arc<SourceFile>) -> Self {
        Self {
            source,
            nodes: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            owned: String::new(),
            tags: Vec::new(),
            documents: Vec::new(),
            duplicates: Vec::new(),
            notes: Vec::new(),
            syntax: "",
            ordered: false,
            hashes: OnceLock::new(),
        }
    }

    /// An empty tree with room for what a text of this length usually holds.
    #[must_use]
    pub fn sized(source: Arc<SourceFile>) -> Self {
        let length = source.text().len();
        let mut tree = Self::new(source);
        tree.nodes.reserve(length / 8);
        tree.entries.reserve(length / 20);
        tree
    }

    /// Gives back the room that nothing is in.
    pub fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.entries.shrink_to_fit();
        self.items.shrink_to_fit();
        self.owned.shrink_to_fit();
    }

    /// The file it was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it has no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every node, children before their parents.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    /// Adds a scalar whose value is exactly the source text of `text`.
    pub fn add_source_scalar(&mut self, kind: ScalarKind, span: Span, text: Span) -> NodeId {
        self.push(Node {
            span,
            payload: Payload::Scalar(kind, Text::Source(text)),
            tag: 0,
            plain: false,
        })
    }

    /// Adds a scalar with its value's text; borrows from the source where `span` holds the same.
    pub fn add_scalar(&mut self, kind: ScalarKind, span: Span, value: &str) -> NodeId {
        if self.source.slice(span) == value {
            return self.add_source_scalar(kind, span, span);
        }
        let start = u32::try_from(self.owned.len()).unwrap_or(u32::MAX);
        self.owned.push_str(value);
        let end = u32::try_from(self.owned.len()).unwrap_or(u32::MAX);
        self.push(Node {
            span,
            payload: Payload::Scalar(kind, Text::Owned(start, end)),
            tag: 0,
            plain: false,
        })
    }

    /// Adds a list of nodes already in the tree.
    pub fn add_sequence(&mut self, span: Span, items: &[NodeId]) -> NodeId {
        let start = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.extend_from_slice(items);
        let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.push(Node {
            span,
            payload: Payload::Sequence(start, end),
            tag: 0,
            plain: false,
        })
    }

    /// Adds a mapping of entries whose nodes are already in the tree, in source order.
    pub fn add_mapping(&mut self, span: Span, entries: &[Entry]) -> NodeId {
        let start = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.extend_from_slice(entries);
        let end = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.push(Node {
            span,
            payload: Payload::Mapping(start, end),
            tag: 0,
            plain: false,
        })
    }

    /// Adds a reference to a node that is complete already.
    pub fn add_alias(&mut self, span: Span, target: NodeId) -> NodeId {
        self.push(Node {
            span,
            payload: Payload::Alias(target),
            tag: 0,
            plain: false,
        })
    }

    /// Marks a scalar as written plain (unquoted), where the syntax knows the difference.
    pub fn set_plain(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.plain = true;
        }
    }

    /// Gives a node a tag outside the core schema, such as `!Ref`.
    pub fn set_tag(&mut self, id: NodeId, tag: &str) {
        // Tags repeat near each other; one that is kept twice does no harm.
        let recent = self.tags.len().saturating_sub(64);
        let known = self.tags[recent..].iter().position(|known| known == tag);
        let index = if let Some(at) = known {
            at + recent
        } else {
            self.tags.push(tag.to_owned());
            self.tags.len() - 1
        };
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.tag = u32::try_from(index + 1).unwrap_or(0);
        }
    }

    /// Gives a scalar another kind.
    pub fn set_kind(&mut self, id: NodeId, kind: ScalarKind) {
        if let Some(Node {
            payload: Payload::Scalar(known, _),
            ..
        }) = self.nodes.get_mut(id.index())
        {
            *known = kind;
        }
    }

    /// Leaves entries of a mapping out, by their positions.
    pub fn drop_entries(&mut self, id: NodeId, positions: &[usize]) {
        let Kind::Mapping(entries) = self.kind(id) else {
            return;
        };
        let kept: Vec<Entry> = entries
            .iter()
            .enumerate()
            .filter(|(at, _)| !positions.contains(at))
            .map(|(_, entry)| *entry)
            .collect();
        let start = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.extend_from_slice(&kept);
        let end = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let target = self.target(id);
        if let Some(node) = self.nodes.get_mut(target.index()) {
            node.payload = Payload::Mapping(start, end);
        }
    }

    /// Whether anything below a node is encrypted.
    #[must_use]
    pub fn holds_encrypted(&self, id: NodeId) -> bool {
        if !self.notes.iter().any(|note| matches!(note, Note::Sops(_))) {
            return false;
        }
        let mut stack = vec![id];
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = stack.pop() {
            if !seen.insert(self.target(id)) {
                continue;
            }
            match self.kind(id) {
                Kind::Scalar(scalar) if scalar.kind == ScalarKind::Encrypted => return true,
                Kind::Scalar(_) => {}
                Kind::Sequence(items) => stack.extend(items),
                Kind::Mapping(entries) => stack.extend(entries.iter().map(|entry| entry.value)),
            }
        }
        false
    }

    /// Widens a node's span, for syntaxes whose tables go on in several places.
    pub fn widen(&mut self, id: NodeId, span: Span) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.span = node.span.join(span);
        }
    }

    /// The node itself, or what its alias refers to.
    #[must_use]
    pub fn target(&self, id: NodeId) -> NodeId {
        match self.nodes.get(id.index()).map(|node| node.payload) {
            Some(Payload::Alias(target)) => target,
            _ => id,
        }
    }

    /// Whether the node is an alias (`*name`).
    #[must_use]
    pub fn is_alias(&self, id: NodeId) -> bool {
        self.target(id) != id
    }

    /// Whether programs disagree on what a plain YAML scalar is (`no`, `0644`): it is only ever the same as itself.
    #[must_use]
    pub fn is_ambiguous(&self, id: NodeId) -> bool {
        self.is_plain(id)
            && self
                .scalar(id)
                .is_some_and(|scalar| yaml_readers_disagree(scalar.text))
    }

    /// The typed hash of the subtree at a node: equal for equal values whatever their spelling. The tree must
    /// not be changed after it was first asked for one.
    #[must_use]
    pub fn hash(&self, id: NodeId) -> u128 {
        self.hashes().get(id.index()).copied().unwrap_or(0)
    }

    /// Makes the hashes now, for whoever asks for them later.
    pub fn prepare_hashes(&self) {
        self.hashes();
    }

    fn hashes(&self) -> &[u128] {
        self.hashes.get_or_init(|| super::hashes::hashes(self))
    }

    /// Whether one node may stand in several places: by an alias or a merge key.
    #[must_use]
    pub fn shares(&self) -> bool {
        self.nodes
            .iter()
            .any(|node| matches!(node.payload, Payload::Alias(_)))
    }

    /// What the node is, aliases followed.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind<'_> {
        let target = self.target(id);
        match self.nodes[target.index()].payload {
            Payload::Scalar(kind, text) => Kind::Scalar(Scalar {
                kind,
                text: self.text(text),
            }),
            Payload::Sequence(start, end) => Kind::Sequence(&self.items[start as usize..end as usize]),
            Payload::Mapping(start, end) => Kind::Mapping(&self.entries[start as usize..end as usize]),
            // Aliases are made only for complete nodes, and `target` follows the one step there is.
            Payload::Alias(_) => Kind::Sequence(&[]),
        }
    }

    fn text(&self, text: Text) -> &str {
        match text {
            Text::Source(span) => self.source.slice(span),
            Text::Owned(start, end) => self.owned.get(start as usize..end as usize).unwrap_or_default(),
        }
    }

    /// The scalar at `id`, if it is one.
    #[must_use]
    pub fn scalar(&self, id: NodeId) -> Option<Scalar<'_>> {
        match self.kind(id) {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// Where the node stands in the source (for an alias: where `*name` stands).
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.nodes[id.index()].span
    }

    /// Whether the scalar was written plain.
    #[must_use]
    pub fn is_plain(&self, id: NodeId) -> bool {
        self.nodes[self.target(id).index()].plain
    }

    /// The tag that is printed: those of syntax alone are not.
    #[must_use]
    pub fn written_tag(&self, id: NodeId) -> Option<&str> {
        self.tag(id)
            .filter(|tag| *tag != BLOCK && !tag.starts_with(SPELLED))
    }

    /// The tag outside the core schema, if any.
    #[must_use]
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        let index = self.nodes[self.target(id).index()].tag;
        (index > 0).then(|| self.tags[index as usize - 1].as_str())
    }

    /// The value under a scalar key with this text; the last one where keys repeat.
    #[must_use]
    pub fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        let Kind::Mapping(entries) = self.kind(map) else {
            return None;
        };
        entries
            .iter()
            .rev()
            .find(|entry| self.scalar(entry.key).is_some_and(|scalar| scalar.text == key))
            .map(|entry| entry.value)
    }

    /// The scalar text under a key of a mapping.
    #[must_use]
    pub fn get_text(&self, map: NodeId, key: &str) -> Option<&str> {
        self.get(map, key)
            .and_then(|id| self.scalar(id))
            .map(|scalar| scalar.text)
    }

    /// Nodes that each node would have with all aliases written out, saturating; by arena index.
    /// One pass, because an arena holds children before their parents.
    #[must_use]
    pub fn expanded_sizes(&self) -> Vec<u64> {
        let mut sizes: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let of = |id: NodeId| sizes.get(id.index()).copied().unwrap_or(0);
            let size = match node.payload {
                Payload::Scalar(..) => 1,
                Payload::Alias(target) => of(target),
                Payload::Sequence(start, end) => self.items[start as usize..end as usize]
                    .iter()
                    .fold(1_u64, |sum, id| sum.saturating_add(of(*id))),
                Payload::Mapping(start, end) => self.entries[start as usize..end as usize]
                    .iter()
                    .fold(1_u64, |sum, entry| {
                        sum.saturating_add(of(entry.key)).saturating_add(of(entry.value))
                    }),
            };
            sizes.push(size);
        }
        sizes
    }

    /// The first document whose written-out size exceeds the limit, and its span.
    #[must_use]
    pub fn over_budget(&self, limits: &Limits) -> Option<Span> {
        // Without aliases everything is written out already.
        if !self.shares() && self.nodes.len() as u64 <= limits.expanded {
            return None;
        }
        let sizes = self.expanded_sizes();
        let mut total = 0_u64;
        for root in &self.documents {
            total = total.saturating_add(sizes[root.index()]);
            if total > limits.expanded {
                return Some(self.span(*root));
            }
        }
        None
    }
}

//! A diff applied to its old side: what comes out must be the new side. This is the oracle of the laws; it
//! takes from the new side nothing but the values that the changes name.

use std::collections::HashMap;

use super::change::{Change, ChangeKind, FileDiff};
use crate::doc::table::children;
use crate::doc::{KeyPath, Kind, NodeId, ScalarKind, Segment, Tree};

/// A typed value apart from every file: aliases written out, spelling gone, keys in one order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    /// The tag outside the core schema.
    pub tag: Option<String>,
    /// What it is.
    pub shape: Shape,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A leaf: its kind and its exact value in canonical spelling.
    Scalar(ScalarKind, String),
    /// A list.
    List(Vec<Value>),
    /// A table, its entries sorted.
    Map(Vec<(Value, Value)>),
}

/// The values of a tree's documents. Depth is bounded by the parsers' limit.
#[must_use]
pub fn values(tree: &Tree) -> Vec<Value> {
    tree.documents.iter().map(|root| value(tree, *root)).collect()
}

fn value(tree: &Tree, id: NodeId) -> Value {
    let shape = match tree.kind(id) {
        Kind::Scalar(scalar) => Shape::Scalar(scalar.kind, scalar.canonical().into_owned()),
        Kind::Sequence(items) => Shape::List(items.iter().map(|item| value(tree, *item)).collect()),
        Kind::Mapping(entries) => table(
            entries
                .iter()
                .map(|entry| (value(tree, entry.key), value(tree, entry.value)))
                .collect(),
        ),
    };
    tagged(tree, id, shape)
}

fn tagged(tree: &Tree, id: NodeId, shape: Shape) -> Value {
    Value {
        tag: tree.tag(id).map(str::to_owned),
        shape,
    }
}

/// Sorted, so that key order does not count; repeated keys keep their order among each other.
fn table(mut entries: Vec<(Value, Value)>) -> Shape {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Shape::Map(entries)
}

/// The documents of the new side, made of the old side and the changes.
#[must_use]
pub fn apply(diff: &FileDiff) -> Vec<Value> {
    let Some(old) = diff.old.as_deref() else {
        return diff.new.as_deref().map(values).unwrap_or_default();
    };
    let changes = Changes::new(diff);
    let partners: HashMap<usize, usize> = diff.documents.iter().map(|(a, b)| (*b, *a)).collect();
    let mut added: HashMap<usize, NodeId> = HashMap::new();
    for change in &diff.changes {
        if let (None, Some(new), true) = (change.old, change.new, change.path.segments.is_empty()) {
            added.insert(change.document, new);
        }
    }
    (0..partners.len() + added.len())
        .filter_map(|at| {
            if let Some(new) = added.get(&at) {
                return changes.new_value(*new);
            }
            let root = *old.documents.get(*partners.get(&at)?)?;
            let (from, to) = (KeyPath::root(), KeyPath::root());
            changes.rebuild(old, at, root, (&from, &to))
        })
        .collect()
}

/// A step by position: what names an item is left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Key(String, bool, usize),
    At(usize),
}

fn step(segment: &Segment) -> Step {
    match segment {
        Segment::Key { name, string, nth } => Step::Key(name.clone(), *string, *nth),
        Segment::Index(index) | Segment::Item { index, .. } => Step::At(*index),
    }
}

/// A document of the new side and a path by position.
type Spot = (usize, Vec<Step>);

fn spot(document: usize, path: &KeyPath) -> Spot {
    (document, path.segments.iter().map(step).collect())
}

fn parent(document: usize, path: &KeyPath) -> Option<Spot> {
    let (_, above) = path.segments.split_last()?;
    Some((document, above.iter().map(step).collect()))
}

/// The changes by where they are.
struct Changes<'d> {
    new: Option<&'d Tree>,
    /// By the old place: another value.
    replaced: HashMap<Spot, &'d Change>,
    /// By the old place.
    removed: HashMap<Spot, &'d Change>,
    /// By the old place: where a list item went.
    moved: HashMap<Spot, usize>,
    /// By the new place of the container.
    added: HashMap<Spot, Vec<&'d Change>>,
    /// By the new place of the list.
    reordered: HashMap<Spot, &'d Change>,
}

impl<'d> Changes<'d> {
    fn new(diff: &'d FileDiff) -> Self {
        let mut out = Self {
            new: diff.new.as_deref(),
            replaced: HashMap::new(),
            removed: HashMap::new(),
            moved: HashMap::new(),
            added: HashMap::new(),
            reordered: HashMap::new(),
        };
        for change in &diff.changes {
            let before = change.old_path.as_ref().unwrap_or(&change.path);
            let from = spot(change.document, before);
            match change.kind {
                ChangeKind::Changed | ChangeKind::TypeChanged => {
                    out.replaced.insert(from, change);
                }
                // A removed document has no place on the new side, and nothing is asked of it.
                ChangeKind::Removed if before.segments.is_empty() => {}
                ChangeKind::Removed => {
                    out.removed.insert(from, change);
                }
                // Another name of the file, or a list item at another place.
                ChangeKind::Moved => {
                    if let Some(Step::At(to)) = change.path.segments.last().map(step) {
                        out.moved.insert(from, to);
                    }
                }
                ChangeKind::Added => {
                    if let Some(above) = parent(change.document, &change.path) {
                        out.added.entry(above).or_default().push(change);
                    }
                }
                // The order of the documents is known from their pairs.
                ChangeKind::Reordered if change.new.is_none() => {}
                ChangeKind::Reordered => {
                    out.reordered.insert(spot(change.document, &change.path), change);
                }
            }
        }
        out
    }

    fn new_value(&self, id: NodeId) -> Option<Value> {
        self.new.map(|tree| value(tree, id))
    }

    fn rebuild(
        &self,
        old: &Tree,
        document: usize,
        id: NodeId,
        (from, to): (&KeyPath, &KeyPath),
    ) -> Option<Value> {
        if let Some(change) = self.replaced.get(&spot(document, from)) {
            return self.new_value(change.new?);
        }
        let shape = match old.kind(id) {
            Kind::Scalar(_) => return Some(value(old, id)),
            Kind::Mapping(_) => self.mapping(old, document, id, (from, to))?,
            Kind::Sequence(_) => self.list(old, document, id, (from, to))?,
        };
        Some(tagged(old, id, shape))
    }

    fn mapping(
        &self,
        old: &Tree,
        document: usize,
        id: NodeId,
        (from, to): (&KeyPath, &KeyPath),
    ) -> Option<Shape> {
        let Kind::Mapping(entries) = old.kind(id) else {
            return None;
        };
        let mut out = Vec::new();
        for ((segment, child), entry) in children(old, id).into_iter().zip(entries) {
            let here = from.join(segment.clone());
            if !self.removed.contains_key(&spot(document, &here)) {
                let there = to.join(segment);
                let value_here = self.rebuild(old, document, child, (&here, &there))?;
                out.push((value(old, entry.key), value_here));
            }
        }
        for change in self.added.get(&spot(document, to)).into_iter().flatten() {
            let (tree, node) = (self.new?, change.new?);
            out.push((key_of(tree, change)?, value(tree, node)));
        }
        Some(table(out))
    }

    fn list(
        &self,
        old: &Tree,
        document: usize,
        id: NodeId,
        (from, to): (&KeyPath, &KeyPath),
    ) -> Option<Shape> {
        let Kind::Sequence(items) = old.kind(id) else {
            return None;
        };
        let place = |at: usize| spot(document, &from.join(Segment::Index(at)));
        let stays =
            |at: &usize| !self.removed.contains_key(&place(*at)) && !self.moved.contains_key(&place(*at));
        let mut fixed: HashMap<usize, Value> = HashMap::new();
        for change in self.added.get(&spot(document, to)).into_iter().flatten() {
            if let Some(Step::At(at)) = change.path.segments.last().map(step) {
                fixed.insert(at, self.new_value(change.new?)?);
            }
        }
        for (at, item) in items.iter().enumerate() {
            if let Some(there) = self.moved.get(&place(at)) {
                fixed.insert(*there, value(old, *item));
            }
        }
        let kept: Vec<usize> = (0..items.len()).filter(stays).collect();
        let total = kept.len() + fixed.len();
        // Another order is said in full; without it, what stays keeps its order.
        let order = self
            .reordered
            .get(&spot(document, to))
            .map(|change| &change.order);
        let mut rest = kept.into_iter();
        let mut out = Vec::with_capacity(total);
        for at in 0..total {
            if let Some(value) = fixed.remove(&at) {
                out.push(value);
                continue;
            }
            let before = match order {
                Some(order) => (*order.get(at)?)?,
                None => rest.next()?,
            };
            let here = from.join(Segment::Index(before));
            let there = to.join(Segment::Index(at));
            out.push(self.rebuild(old, document, *items.get(before)?, (&here, &there))?);
        }
        Some(Shape::List(out))
    }
}

/// The key that an added value stands under.
fn key_of(tree: &Tree, change: &Change) -> Option<Value> {
    let (last, above) = change.path.segments.split_last()?;
    let mut at = change.roots.new?;
    for segment in above {
        at = children(tree, at)
            .into_iter()
            .find(|(name, _)| step(name) == step(segment))?
            .1;
    }
    let Kind::Mapping(entries) = tree.kind(at) else {
        return None;
    };
    let nth = children(tree, at)
        .iter()
        .position(|(name, _)| step(name) == step(last))?;
    entries.get(nth).map(|entry| value(tree, entry.key))
}

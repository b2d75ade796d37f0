//! What rules are held against: one value at one path, on both sides. A change of a container is also
//! a fact for everything below it, so that adding `tls: {verify: false}` is seen as `tls.verify`.

use std::borrow::Cow;

use crate::diff::{Change, ChangeKind, ContainerDelta, FileDiff, Roots};
use crate::doc::table::named_children;
use crate::doc::{KeyPath, Kind, NodeId, Scalar, ScalarKind, Segment, Span, Tree};

/// One value at one path.
#[derive(Debug, Clone)]
pub struct Fact<'f> {
    /// The file's comparison.
    pub file: &'f FileDiff,
    /// Position of the change it belongs to, for changes.
    pub change: Option<usize>,
    /// What happened.
    pub kind: ChangeKind,
    /// Document index.
    pub document: usize,
    /// Root of the document on each side.
    pub roots: Roots,
    /// The key path.
    pub path: Cow<'f, KeyPath>,
    /// The old value.
    pub old: Option<NodeId>,
    /// The new value.
    pub new: Option<NodeId>,
    /// Where to point.
    pub place: Span,
    /// Whether it is a value of the old side, judged as if it were of the new one.
    pub of_old: bool,
    /// Whether something above it came or went as a whole.
    pub below: bool,
    /// Whether another fact is about the same value.
    pub again: bool,
    /// Whether the values are `NAME=value`, of which only the part after the `=` counts.
    pub assigned: bool,
    /// For containers: items that went.
    pub removed: &'f [NodeId],
    /// For containers: items that came.
    pub added: &'f [NodeId],
}

/// Facts below one change are looked at up to this many; beyond, the audit says so.
pub(super) const MAX_BELOW: usize = 200_000;

/// Values of one document that are looked at where all of them are, with what aliases write out.
pub(super) const MAX_VALUES: usize = 2_000_000;

impl<'f> Fact<'f> {
    /// The tree that the old value is in.
    #[must_use]
    pub fn old_tree(&self) -> Option<&'f Tree> {
        self.file.old.as_deref()
    }

    /// The tree that the new value is in.
    #[must_use]
    pub fn new_tree(&self) -> Option<&'f Tree> {
        let side = if self.of_old {
            &self.file.old
        } else {
            &self.file.new
        };
        side.as_deref()
    }

    /// What the old value is.
    #[must_use]
    pub fn old_kind(&self) -> Option<Kind<'f>> {
        Some(self.meant(self.old_tree()?.kind(self.old?)))
    }

    /// What the new value is.
    #[must_use]
    pub fn new_kind(&self) -> Option<Kind<'f>> {
        Some(self.meant(self.new_tree()?.kind(self.new?)))
    }

    /// The value without the name that an assignment begins with.
    fn meant(&self, kind: Kind<'f>) -> Kind<'f> {
        match kind {
            Kind::Scalar(scalar) if self.assigned => {
                let text = scalar
                    .text
                    .split_once('=')
                    .map_or(scalar.text, |(_, value)| value);
                Kind::Scalar(Scalar {
                    kind: ScalarKind::String,
                    text,
                })
            }
            Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_) => kind,
        }
    }

    /// Whether either side is a list or a table.
    #[must_use]
    pub fn is_container(&self) -> bool {
        let container = |kind: Option<Kind<'_>>| matches!(kind, Some(Kind::Sequence(_) | Kind::Mapping(_)));
        container(self.old_kind()) || container(self.new_kind())
    }

    /// The old scalar's text.
    #[must_use]
    pub fn old_text(&self) -> Option<&'f str> {
        scalar_text(self.old_kind()?)
    }

    /// The new scalar's text.
    #[must_use]
    pub fn new_text(&self) -> Option<&'f str> {
        scalar_text(self.new_kind()?)
    }

    /// A scalar's text in the old tree.
    #[must_use]
    pub fn text_in_old(&self, id: NodeId) -> Option<&'f str> {
        self.old_tree()?.scalar(id).map(|scalar| scalar.text)
    }

    /// A scalar's text in the new tree.
    #[must_use]
    pub fn text_in_new(&self, id: NodeId) -> Option<&'f str> {
        self.new_tree()?.scalar(id).map(|scalar| scalar.text)
    }

    /// The fact as a change, for its fingerprint.
    #[must_use]
    pub fn as_change(&self) -> Change {
        Change {
            kind: self.kind,
            document: self.document,
            roots: self.roots,
            path: self.path.as_ref().clone(),
            old_path: None,
            old: self.old,
            new: self.new,
            place: self.place,
            order: Vec::new(),
            ignored: false,
            same_as: None,
        }
    }

    /// The fact of a container whose items came or went.
    #[must_use]
    pub fn of_container(file: &'f FileDiff, delta: &'f ContainerDelta) -> Self {
        let place = file
            .new
            .as_ref()
            .map_or(Span::default(), |tree| tree.span(delta.new));
        Self {
            file,
            change: None,
            kind: ChangeKind::Changed,
            document: delta.document,
            roots: delta.roots,
            path: Cow::Borrowed(&delta.path),
            old: Some(delta.old),
            new: Some(delta.new),
            place,
            of_old: false,
            below: false,
            again: false,
            assigned: false,
            removed: &delta.removed,
            added: &delta.added,
        }
    }

    /// A value of the new side, for rules that judge what is there.
    #[must_use]
    pub fn of_present(
        file: &'f FileDiff,
        of_old: bool,
        (document, root): (usize, NodeId),
        path: KeyPath,
        id: NodeId,
        place: Span,
    ) -> Self {
        Self {
            file,
            change: None,
            kind: ChangeKind::Added,
            document,
            roots: Roots {
                old: None,
                new: Some(root),
            },
            path: Cow::Owned(path),
            old: None,
            new: Some(id),
            place,
            of_old,
            below: false,
            again: false,
            assigned: false,
            removed: &[],
            added: &[],
        }
    }
}

/// The facts of a change: itself, and everything below what came or went. `Err` where there are more
/// than can be looked at.
pub(super) fn facts_of(file: &FileDiff, at: usize) -> Result<Vec<Fact<'_>>, usize> {
    let change = &file.changes[at];
    let mut out = vec![Fact {
        file,
        change: Some(at),
        kind: change.kind,
        document: change.document,
        roots: change.roots,
        path: Cow::Borrowed(&change.path),
        old: change.old,
        new: change.new,
        place: change.place,
        of_old: false,
        below: false,
        again: false,
        assigned: false,
        removed: &[],
        added: &[],
    }];
    let (lost, came) = match change.kind {
        ChangeKind::Added => (None, change.new),
        ChangeKind::Removed => (change.old, None),
        ChangeKind::TypeChanged => (change.old, change.new),
        ChangeKind::Changed | ChangeKind::Moved | ChangeKind::Reordered => (None, None),
    };
    if let (Some(tree), Some(id)) = (file.old.as_deref(), lost) {
        below(tree, id, &change.path, &mut |path, id| {
            out.push(Fact {
                kind: ChangeKind::Removed,
                path: Cow::Owned(path),
                old: Some(id),
                new: None,
                below: true,
                ..out[0].clone()
            });
            out.len() < MAX_BELOW
        })?;
    }
    if let (Some(tree), Some(id)) = (file.new.as_deref(), came) {
        below(tree, id, &change.path, &mut |path, id| {
            let place = tree.span(id);
            out.push(Fact {
                kind: ChangeKind::Added,
                path: Cow::Owned(path),
                old: None,
                new: Some(id),
                place,
                below: true,
                ..out[0].clone()
            });
            out.len() < MAX_BELOW
        })?;
    }
    let further: Vec<Fact<'_>> = out
        .iter()
        .flat_map(renamed)
        .map(|fact| Fact { again: true, ..fact })
        .collect();
    out.extend(further);
    Ok(out)
}

fn scalar_text(kind: Kind<'_>) -> Option<&str> {
    match kind {
        Kind::Scalar(scalar) => Some(scalar.text),
        Kind::Sequence(_) | Kind::Mapping(_) => None,
    }
}

/// The same fact under the key that it is meant for: `env[name=AUTH].value` is `env.AUTH`, the list item
/// `AUTH=true` or `--auth=true` is `AUTH` or `auth` with the value `true`, and what `jobs[name=backup].enabled`
/// says is said of `jobs.backup.enabled`.
fn renamed<'f>(fact: &Fact<'f>) -> Vec<Fact<'f>> {
    let mut out = assigned(fact);
    let named = |segment: &Segment| match segment {
        Segment::Item { by, .. } => by
            .iter()
            .find(|(key, _)| matches!(key.trim_start_matches('@'), "name" | "key" | "id"))
            .map(|(_, name)| Segment::key(name)),
        Segment::Key { .. } | Segment::Index(_) => None,
    };
    let (last, above) = match fact.path.segments.split_last() {
        Some((last @ Segment::Key { name, .. }, above)) if name != "value" => (last, above),
        Some(_) | None => return out,
    };
    if above.iter().any(|segment| named(segment).is_some()) {
        let mut segments: Vec<Segment> = above
            .iter()
            .map(|segment| named(segment).unwrap_or_else(|| segment.clone()))
            .collect();
        segments.push(last.clone());
        out.push(Fact {
            path: Cow::Owned(KeyPath { segments }),
            ..fact.clone()
        });
    }
    out
}

/// What assignments and name/value pairs are meant for, and the list that an item moved in.
fn assigned<'f>(fact: &Fact<'f>) -> Vec<Fact<'f>> {
    let under = |above: &[Segment], name: &str| {
        let mut segments = above.to_vec();
        segments.push(Segment::key(name));
        Cow::Owned(KeyPath { segments })
    };
    match fact.path.segments.as_slice() {
        [above @ .., Segment::Item { by, .. }, Segment::Key { name, .. }] if name == "value" => by
            .iter()
            .filter(|(key, _)| key == "name")
            .map(|(_, name)| Fact {
                path: under(above, name),
                ..fact.clone()
            })
            .collect(),
        // Items that moved are their list's.
        [above @ .., Segment::Index(_) | Segment::Item { .. }] if fact.kind == ChangeKind::Moved => {
            vec![Fact {
                path: Cow::Owned(KeyPath {
                    segments: above.to_vec(),
                }),
                ..fact.clone()
            }]
        }
        [above @ .., Segment::Index(_)] => {
            let (old, new) = (
                fact.old_text().and_then(assigned_name),
                fact.new_text().and_then(assigned_name),
            );
            let of = |name: &str, kind, old, new| Fact {
                kind,
                old,
                new,
                path: under(above, name),
                assigned: true,
                ..fact.clone()
            };
            match (old, new) {
                (Some(old), Some(new)) if old == new => vec![of(new, fact.kind, fact.old, fact.new)],
                (old, new) => old
                    .map(|name| of(name, ChangeKind::Removed, fact.old, None))
                    .into_iter()
                    .chain(new.map(|name| of(name, ChangeKind::Added, None, fact.new)))
                    .collect(),
            }
        }
        _ => Vec::new(),
    }
}

/// The name in `NAME=value` or `--name=value`.
fn assigned_name(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('=')?;
    let name = name.trim_start_matches('-');
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(legal)).then_some(name)
}

/// Visits everything below a node, not the node itself, until the visitor says stop.
pub(super) fn below(
    tree: &Tree,
    id: NodeId,
    path: &KeyPath,
    visit: &mut dyn FnMut(KeyPath, NodeId) -> bool,
) -> Result<(), usize> {
    let mut stack: Vec<(KeyPath, NodeId)> = Vec::new();
    let push = |stack: &mut Vec<(KeyPath, NodeId)>, path: &KeyPath, id: NodeId| {
        let rows = named_children(tree, id);
        stack.extend(
            rows.into_iter()
                .rev()
                .map(|(segment, child)| (path.join(segment), child)),
        );
    };
    push(&mut stack, path, id);
    while let Some((path, id)) = stack.pop() {
        push(&mut stack, &path, id);
        if !visit(path, id) {
            return Err(MAX_BELOW);
        }
    }
    Ok(())
}

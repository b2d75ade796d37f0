//! A diff as JSON Patch (RFC 6902): applied to what `show --format json` prints of the old side it gives what
//! that prints of the new one.

use serde_json::{Value, json};

use super::value::{Shower, object_names};
use crate::diff::{ChangeSet, FileDiff};
use crate::doc::secret::Redactor;
use crate::doc::{KeyPath, Kind, NodeId, Tree};

/// The patch of two files, or where there are several files or documents, a list of patches with the file and
/// the document each is for.
///
/// # Errors
/// The paths of what the redactor hides: a patch without its values would be another one.
pub fn json_patch(
    set: &ChangeSet,
    one_file: bool,
    redactor: Option<&Redactor>,
) -> Result<Value, Vec<String>> {
    if let Some(redactor) = redactor {
        let hidden = hidden(set, redactor);
        if !hidden.is_empty() {
            return Err(hidden);
        }
    }
    let documents =
        |tree: &Option<std::sync::Arc<Tree>>| tree.as_ref().map_or(0, |tree| tree.documents.len());
    let renamed = set.files.iter().any(|file| file.renamed_from.is_some());
    let plain = one_file
        && !renamed
        && set
            .files
            .iter()
            .all(|file| documents(&file.old) <= 1 && documents(&file.new) <= 1);
    let mut rows = Vec::new();
    for file in &set.files {
        let mut patches = patches(file);
        if patches.is_empty() && file.renamed_from.is_some() {
            patches.push((0, Vec::new()));
        }
        for (document, operations) in patches {
            if plain {
                return Ok(Value::Array(operations));
            }
            let mut row = json!({"file": file.display(), "doc": document, "patch": operations});
            if let Some(before) = &file.renamed_from {
                row["renamed_from"] = before.as_str().into();
            }
            rows.push(row);
        }
    }
    Ok(Value::Array(rows))
}

fn hidden(set: &ChangeSet, redactor: &Redactor) -> Vec<String> {
    let mut out = Vec::new();
    for file in &set.files {
        for change in &file.changes {
            let sides = [
                (&file.old, change.old, change.roots.old),
                (&file.new, change.new, change.roots.new),
            ];
            for (tree, id, root) in sides {
                let (Some(tree), Some(id)) = (tree, id) else {
                    continue;
                };
                let path = &change.path;
                let shower = |redactor| Shower {
                    tree,
                    root: root.unwrap_or(id),
                    redactor,
                };
                if shower(Some(redactor)).json(path, id) != shower(None).json(path, id) {
                    out.push(format!("{}: {path}", file.display()));
                }
            }
        }
    }
    out.dedup();
    out
}

/// By document of the new side (of the old one where it went): its operations.
fn patches(file: &FileDiff) -> Vec<(usize, Vec<Value>)> {
    let roots = |tree: &Option<std::sync::Arc<Tree>>| {
        tree.as_ref()
            .map(|tree| tree.documents.clone())
            .unwrap_or_default()
    };
    let (olds, news) = (roots(&file.old), roots(&file.new));
    let mut out = Vec::new();
    for (at, old) in olds.iter().enumerate() {
        if file.documents.iter().all(|(a, _)| a != &at) && file.old.is_some() {
            let _ = old;
            out.push((at, vec![json!({"op": "remove", "path": ""})]));
        }
    }
    for (at, new) in news.iter().enumerate() {
        let Some(tree) = &file.new else { continue };
        let partner = file.documents.iter().find(|(_, b)| *b == at);
        let mut operations = Vec::new();
        match (partner.and_then(|(a, _)| olds.get(*a)), &file.old) {
            (Some(old), Some(old_tree)) => {
                let writer = Writer {
                    old: old_tree,
                    new: tree,
                    file,
                };
                let (a, b) = (plain(old_tree, *old), plain(tree, *new));
                writer.pair((&a, *old), (&b, *new), "", &mut operations);
            }
            _ => operations.push(json!({"op": "add", "path": "", "value": plain(tree, *new)})),
        }
        if !operations.is_empty() {
            out.push((at, operations));
        }
    }
    out
}

/// A subtree as `show` prints it, nothing hidden.
fn plain(tree: &Tree, id: NodeId) -> Value {
    let shower = Shower {
        tree,
        root: id,
        redactor: None,
    };
    shower.json(&KeyPath::root(), id)
}

struct Writer<'f> {
    old: &'f Tree,
    new: &'f Tree,
    file: &'f FileDiff,
}

fn step(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Writer<'_> {
    /// Depth is bounded by the parsers' limit.
    fn pair(&self, (a, old): (&Value, NodeId), (b, new): (&Value, NodeId), path: &str, out: &mut Vec<Value>) {
        if a == b {
            return;
        }
        let tagged = self.old.written_tag(old).is_some() || self.new.written_tag(new).is_some();
        match (a, b, self.old.kind(old), self.new.kind(new)) {
            (Value::Object(a), Value::Object(b), Kind::Mapping(_), Kind::Mapping(_)) if !tagged => {
                let (olds, news) = (object_names(self.old, old), object_names(self.new, new));
                for (name, _) in olds.iter().filter(|(name, _)| !b.contains_key(name)) {
                    out.push(json!({"op": "remove", "path": step(path, name)}));
                }
                let partners: std::collections::HashMap<&str, NodeId> =
                    olds.iter().map(|(name, id)| (name.as_str(), *id)).collect();
                for (name, id) in &news {
                    let here = step(path, name);
                    match (a.get(name), b.get(name), partners.get(name.as_str())) {
                        (Some(a), Some(b), Some(before)) => self.pair((a, *before), (b, *id), &here, out),
                        (_, value, _) => out.push(json!({"op": "add", "path": here, "value": value})),
                    }
                }
            }
            (Value::Array(a), Value::Array(b), Kind::Sequence(_), Kind::Sequence(_)) if !tagged => {
                self.lists((a, old), (b, new), path, out);
            }
            _ => out.push(json!({"op": "replace", "path": path, "value": b})),
        }
    }

    fn lists(
        &self,
        (a, old): (&[Value], NodeId),
        (b, new): (&[Value], NodeId),
        path: &str,
        out: &mut Vec<Value>,
    ) {
        let (Kind::Sequence(theirs), Kind::Sequence(ours)) = (self.old.kind(old), self.new.kind(new)) else {
            return;
        };
        let key = (self.old.target(old), self.new.target(new));
        let Some(matched) = self.file.lists.get(&key).filter(|rows| rows.len() == b.len()) else {
            out.push(json!({"op": "replace", "path": path, "value": b}));
            return;
        };
        let stays: std::collections::HashSet<usize> = matched.iter().flatten().copied().collect();
        for at in (0..a.len()).rev().filter(|at| !stays.contains(at)) {
            out.push(json!({"op": "remove", "path": format!("{path}/{at}")}));
        }
        // Which old item is where, while the list is brought into its new order from the front.
        let mut now: Vec<Option<usize>> = (0..a.len()).filter(|at| stays.contains(at)).map(Some).collect();
        for (at, before) in matched.iter().enumerate() {
            let here = format!("{path}/{at}");
            match before {
                None => {
                    out.push(json!({"op": "add", "path": here, "value": b[at]}));
                    now.insert(at, None);
                }
                Some(_) if now.get(at) == Some(before) => {}
                Some(_) => {
                    let Some(from) = now.iter().skip(at).position(|item| item == before) else {
                        continue;
                    };
                    let item = now.remove(at + from);
                    now.insert(at, item);
                    out.push(json!({"op": "move", "from": format!("{path}/{}", at + from), "path": here}));
                }
            }
        }
        for (at, before) in matched.iter().enumerate() {
            if let Some(before) = before {
                let pair = ((&a[*before], theirs[*before]), (&b[at], ours[at]));
                self.pair(pair.0, pair.1, &format!("{path}/{at}"), out);
            }
        }
    }
}

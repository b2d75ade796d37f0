//! JSON Schema: files of a config set held against a schema, with findings at the values that do not fit. Schemas are
//! local; a reference to another document is refused when the schema is compiled.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

use crate::diff::{ChangeSet, FileDiff};
use crate::doc::pattern::glob_matches;
use crate::doc::{Kind, NodeId, ScalarKind, Span, Tree};

/// A compiled schema and the files that it is for.
#[derive(Debug, Clone)]
pub struct Schema {
    /// File names in the set; `*` for any characters.
    pub files: Vec<String>,
    /// Where it comes from, for messages.
    pub origin: String,
    validator: std::sync::Arc<jsonschema::Validator>,
}

/// A value that does not fit.
#[derive(Debug, Clone)]
pub struct Misfit {
    /// Position of the file in the change set.
    pub file: usize,
    /// Document index.
    pub document: usize,
    /// JSON Pointer to the value.
    pub pointer: String,
    /// Where it stands.
    pub place: Span,
    /// What is wrong with it; no value is in it.
    pub message: String,
    /// The schema.
    pub origin: String,
    /// Whether it was already so on the deployed side.
    pub already: bool,
}

/// Values of one document that are converted; more of them, written out by aliases, are not looked at.
const MAX_VALUES: usize = 2_000_000;

/// The most misfits of one document that are told apart: those of both sides are held against each other, so that
/// none that is new hides behind old ones.
const MAX_MISFITS: usize = 10_000;

impl Schema {
    /// Compiles a schema that was read.
    ///
    /// # Errors
    /// Why it is none, in one sentence.
    pub fn new(files: Vec<String>, origin: String, tree: &Tree) -> Result<Self, String> {
        let root = tree.documents.first().ok_or("it is empty")?;
        let schema = value(tree, *root, &mut 0).ok_or("it is too large")?;
        let validator = jsonschema::options()
            .with_pattern_options(jsonschema::PatternOptions::regex())
            .build(&schema)
            .map_err(|error| format!("it is no valid schema: {error}"))?;
        Ok(Self {
            files,
            origin,
            validator: std::sync::Arc::new(validator),
        })
    }

    fn covers(&self, name: &str) -> bool {
        self.files.iter().any(|glob| glob_matches(glob, name))
    }

    /// What does not fit, by pointer and sentence; [`None`] where that is too much to tell apart.
    fn misfits(&self, tree: &Tree, root: NodeId) -> Option<Vec<(String, String)>> {
        let instance = value(tree, root, &mut 0)?;
        let errors = self.validator.iter_errors(&instance).take(MAX_MISFITS + 1);
        let row = |error: jsonschema::ValidationError<'_>| {
            let pointer = error.instance_path().to_string();
            (pointer, error.masked().to_string())
        };
        let found: Vec<(String, String)> = errors.map(row).collect();
        (found.len() <= MAX_MISFITS).then_some(found)
    }

    /// Whether it is for one of the files.
    #[must_use]
    pub fn is_for_any<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        names.any(|name| self.covers(name))
    }
}

/// Holds every schema against the files that it is for; with `all` those without changes too. What could not be held
/// against one is said in words.
#[must_use]
pub fn misfits(schemas: &[Schema], changes: &ChangeSet, all: bool) -> (Vec<Misfit>, Vec<String>) {
    let mut out = Vec::new();
    let mut skipped = Vec::new();
    let count = if all { usize::MAX } else { changes.files.len() };
    for (at, file) in changes.all().enumerate().take(count) {
        for schema in schemas.iter().filter(|schema| schema.covers(&file.name)) {
            of_file(schema, at, file, &mut out, &mut skipped);
        }
    }
    (out, skipped)
}

fn of_file(schema: &Schema, at: usize, file: &FileDiff, out: &mut Vec<Misfit>, skipped: &mut Vec<String>) {
    let Some(new) = file.new.as_deref() else { return };
    for (document, root) in new.documents.iter().enumerate() {
        let Some(found) = schema.misfits(new, *root) else {
            skipped.push(format!(
                "{} was not held against {}: it holds too many values, or too many that do not fit",
                file.name, schema.origin
            ));
            continue;
        };
        if found.is_empty() {
            continue;
        }
        let pair = file.documents.iter().find(|(_, new)| *new == document);
        let old = pair.and_then(|(old, _)| {
            let tree = file.old.as_deref()?;
            schema.misfits(tree, *tree.documents.get(*old)?)
        });
        let before: BTreeSet<(String, String)> = old.into_iter().flatten().collect();
        for (pointer, message) in found {
            let already = before.contains(&(pointer.clone(), message.clone()));
            out.push(Misfit {
                file: at,
                document,
                place: new.span(at_pointer(new, *root, &pointer)),
                pointer,
                message,
                origin: schema.origin.clone(),
                already,
            });
        }
    }
}

/// The node at a JSON Pointer, or the last one on the way.
fn at_pointer(tree: &Tree, root: NodeId, pointer: &str) -> NodeId {
    let mut at = root;
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        let next = match tree.kind(at) {
            Kind::Mapping(_) => tree.get(at, &name),
            Kind::Sequence(items) => name.parse().ok().and_then(|nth: usize| items.get(nth).copied()),
            Kind::Scalar(_) => None,
        };
        let Some(next) = next else { break };
        at = next;
    }
    at
}

/// A document as plain JSON; [`None`] where aliases write out too much.
fn value(tree: &Tree, id: NodeId, count: &mut usize) -> Option<Value> {
    *count += 1;
    if *count > MAX_VALUES {
        return None;
    }
    Some(match tree.kind(id) {
        Kind::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => Value::Null,
            ScalarKind::Bool => Value::Bool(scalar.text.eq_ignore_ascii_case("true")),
            ScalarKind::Integer | ScalarKind::Float => number(&scalar.canonical()),
            ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Encrypted => {
                Value::String(scalar.text.to_owned())
            }
        },
        Kind::Sequence(items) => {
            let values: Option<Vec<Value>> = items.iter().map(|item| value(tree, *item, count)).collect();
            Value::Array(values?)
        }
        Kind::Mapping(entries) => {
            let mut map = Map::new();
            for entry in entries {
                let key = tree
                    .scalar(entry.key)
                    .map_or_else(String::new, |scalar| scalar.text.to_owned());
                map.insert(key, value(tree, entry.value, count)?);
            }
            Value::Object(map)
        }
    })
}

fn number(text: &str) -> Value {
    match serde_json::from_str::<Number>(text) {
        Ok(number) => Value::Number(number),
        // Infinity and the like, which JSON has no number for.
        Err(_) => Value::String(text.to_owned()),
    }
}

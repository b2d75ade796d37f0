//! The laws of the diff over every syntax: a diff applied to its old side gives the new one, nothing differs
//! from itself, and swapping the sides mirrors the changes. Documents are printed by the tests' own printers.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use tollgate::diff::{FileDiff, apply, compare_files, values};
use tollgate::doc::{Limits, SourceFile, Tree};
use tollgate::settings::DiffSettings;

use crate::laws::{Doc, doc, outline, print};

fn parse(name: &str, text: &str) -> Arc<Tree> {
    let source = Arc::new(SourceFile::from_text(name, text));
    let tree = tollgate::formats::parse(&source, &Limits::DEFAULT);
    let tree = tree.unwrap_or_else(|error| panic!("{error:?}: {name}\n{text}"));
    assert!(
        tree.syntax != "text" || name.ends_with(".conf"),
        "{name} was read as text:\n{text}"
    );
    Arc::new(tree)
}

fn diff(old: &Arc<Tree>, new: &Arc<Tree>) -> FileDiff {
    let settings = DiffSettings::default();
    compare_files("x", Some(old), Some(new), &settings, &Limits::DEFAULT).expect("small")
}

/// Every law that two texts of one syntax have to keep.
fn holds(name: &str, old: &str, new: &str) -> Result<(), TestCaseError> {
    let (a, b) = (parse(name, old), parse(name, new));
    let there = diff(&a, &b);
    prop_assert_eq!(apply(&there), values(&b), "{}\n{}\n->\n{}", name, old, new);
    prop_assert_eq!(
        there.changes.is_empty(),
        values(&a) == values(&b),
        "{}\n{}\n->\n{}",
        name,
        old,
        new
    );
    prop_assert_eq!(diff(&a, &parse(name, old)).changes.len(), 0);
    prop_assert_eq!(
        outline(&there, false),
        outline(&diff(&b, &a), true),
        "{}\n{}\n->\n{}",
        name,
        old,
        new
    );
    Ok(())
}

fn flow(doc: &Doc, style: u64) -> String {
    let mut text = String::new();
    print(doc, style, &mut text);
    text
}

/// Only what TOML and HCL have: tables at the top, no null.
fn without_null(doc: &Doc) -> Doc {
    match doc {
        Doc::Null => Doc::Text("null".into()),
        Doc::List(items) => Doc::List(items.iter().map(without_null).collect()),
        Doc::Map(entries) => Doc::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), without_null(value)))
                .collect(),
        ),
        leaf @ (Doc::Bool(_) | Doc::Int(_) | Doc::Text(_)) => leaf.clone(),
    }
}

/// `key = value` on lines of their own; a value in TOML's inline syntax or as an HCL expression.
fn assignments(doc: &Doc, hcl: bool) -> String {
    let Doc::Map(entries) = without_null(doc) else {
        return assignments(&Doc::Map(vec![("a".into(), doc.clone())]), hcl);
    };
    let mut out = String::new();
    for (key, value) in entries {
        let key = if hcl {
            format!("k{key}")
        } else {
            format!("{key:?}")
        };
        writeln!(out, "{key} = {}", inline(&value)).expect("a string");
    }
    out
}

fn inline(doc: &Doc) -> String {
    let rows = |rows: Vec<String>| rows.join(", ");
    match doc {
        Doc::List(items) => format!("[{}]", rows(items.iter().map(inline).collect())),
        Doc::Map(entries) if entries.is_empty() => "{}".into(),
        Doc::Map(entries) => {
            let entry = |(key, value): &(String, Doc)| format!("{key:?} = {}", inline(value));
            format!("{{ {} }}", rows(entries.iter().map(entry).collect()))
        }
        leaf @ (Doc::Null | Doc::Bool(_) | Doc::Int(_) | Doc::Text(_)) => flow(leaf, 0),
    }
}

type Flat = Vec<(String, String)>;

/// Keys with texts; a key occurs once.
fn flat() -> impl Strategy<Value = Flat> {
    prop::collection::btree_map("[a-h]{1,2}", "[a-c0-9]{0,3}( [x=#:;]{0,3}[a-c])?", 0..6)
        .prop_map(|map| map.into_iter().collect())
}

fn sections() -> impl Strategy<Value = Vec<(String, Flat)>> {
    prop::collection::btree_map("[p-s]{1,2}", flat(), 0..4).prop_map(|map| map.into_iter().collect())
}

/// Each row as `format` says, one after the other.
fn rows<T>(rows: &[T], format: impl Fn(&T) -> String) -> String {
    rows.iter().map(format).collect::<Vec<_>>().concat()
}

fn dotenv(flat: &Flat) -> String {
    rows(flat, |(key, value)| format!("{key}='{value}'\n"))
}

fn properties(flat: &Flat) -> String {
    rows(flat, |(key, value)| format!("{key} = {value}\n"))
}

fn ini(sections: &[(String, Flat)]) -> String {
    rows(sections, |(name, flat)| format!("[{name}]\n{}", properties(flat)))
}

fn xml(sections: &[(String, Flat)]) -> String {
    let attributes = |flat: &Flat| rows(flat, |(key, value)| format!(" {key}=\"{value}\""));
    let elements = rows(sections, |(name, flat)| {
        format!("<{name}{}>{}</{name}>", attributes(flat), flat.len())
    });
    format!("<root>{elements}</root>")
}

/// A document in which values stand in several places, by anchors and merge keys.
fn anchored() -> impl Strategy<Value = String> {
    let uses = prop::collection::btree_map("[u-z]", 0..4_u8, 1..6);
    (doc(), doc(), uses).prop_map(|(one, two, uses)| {
        let one = Doc::Map(vec![("p".into(), one), ("q".into(), Doc::Int(1))]);
        let mut out = format!("one: &one {}\ntwo: &two {}\n", flow(&one, 0), flow(&two, 0));
        for (key, how) in uses {
            let value = match how {
                0 => "*one",
                1 => "*two",
                2 => "{<<: *one, q: 2}",
                _ => "[*two, *one, *two]",
            };
            writeln!(out, "{key}: {value}").expect("a string");
        }
        out
    })
}

/// Several documents, some of them resources with names.
fn stream() -> impl Strategy<Value = String> {
    let one = (doc(), prop::option::of(("[ab]", "[a-d]"))).prop_map(|(doc, name)| match name {
        None => format!("---\n{}\n", flow(&doc, 0)),
        Some((kind, name)) => format!(
            "---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {}\n",
            flow(&doc, 0)
        ),
    });
    prop::collection::vec(one, 0..5).prop_map(|documents| documents.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn yaml_and_json(a in doc(), b in doc(), x in any::<u64>(), y in any::<u64>()) {
        for name in ["x.yaml", "x.json", "x.jsonc"] {
            holds(name, &flow(&a, x), &flow(&b, y))?;
        }
    }

    #[test]
    fn toml_and_hcl(a in doc(), b in doc()) {
        holds("x.toml", &assignments(&a, false), &assignments(&b, false))?;
        holds("x.hcl", &assignments(&a, true), &assignments(&b, true))?;
    }

    #[test]
    fn flat_files(a in flat(), b in flat()) {
        holds("x.env", &dotenv(&a), &dotenv(&b))?;
        holds("x.properties", &properties(&a), &properties(&b))?;
        holds("x.conf", &properties(&a), &properties(&b))?;
    }

    #[test]
    fn files_with_sections(a in sections(), b in sections()) {
        holds("x.ini", &ini(&a), &ini(&b))?;
        holds("x.xml", &xml(&a), &xml(&b))?;
    }

    #[test]
    fn anchors_and_merge_keys(a in anchored(), b in anchored()) {
        holds("x.yaml", &a, &b)?;
    }

    #[test]
    fn several_documents(a in stream(), b in stream()) {
        holds("x.yaml", &a, &b)?;
    }

    /// Nearly the same documents, which is what a comparison is mostly given.
    #[test]
    fn lists_that_were_edited(
        items in prop::collection::vec(doc(), 0..12),
        edits in prop::collection::vec((0..4_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), doc()), 0..5),
        named in any::<bool>(),
    ) {
        let dress = |(at, item): (usize, Doc)| if named {
            Doc::Map(vec![("name".into(), Doc::Text(format!("n{at}"))), ("v".into(), item)])
        } else {
            item
        };
        let old: Vec<Doc> = items.into_iter().enumerate().map(dress).collect();
        let mut new = old.clone();
        for (nth, (what, at, to, value)) in edits.into_iter().enumerate() {
            match what {
                0 => new.insert(at.index(new.len() + 1), dress((100 + nth, value))),
                _ if new.is_empty() => {}
                1 => drop(new.remove(at.index(new.len()))),
                2 => {
                    let item = new.remove(at.index(new.len()));
                    new.insert(to.index(new.len() + 1), item);
                }
                _ => {
                    let at = at.index(new.len());
                    new[at] = dress((at, value));
                }
            }
        }
        let text = |items: &[Doc]| flow(&Doc::Map(vec![("items".into(), Doc::List(items.to_vec()))]), 0);
        holds("x.yaml", &text(&old), &text(&new))?;
        holds("x.json", &text(&new), &text(&old))?;
    }
}

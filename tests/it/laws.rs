//! The laws of the diff, over generated documents printed in random style by a printer of the tests' own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use tollgate::diff::{ChangeKind, FileDiff, compare_files};
use tollgate::doc::projection::{Masks, projection};
use tollgate::doc::{Limits, PathPattern, SourceFile, Tree};
use tollgate::settings::DiffSettings;

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Doc {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Doc>),
    Map(Vec<(String, Doc)>),
}

pub(crate) fn doc() -> impl Strategy<Value = Doc> {
    let leaf = prop_oneof![
        Just(Doc::Null),
        any::<bool>().prop_map(Doc::Bool),
        (-20_i64..20).prop_map(Doc::Int),
        prop_oneof!["[a-c]{0,6}", "true|null|1|1\\.0| x|#|a: b|- a|'|\"|ä"].prop_map(Doc::Text),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Doc::List),
            prop::collection::btree_map("[a-e]|name|1", inner, 0..5)
                .prop_map(|map| Doc::Map(map.into_iter().collect())),
        ]
    })
}

/// A double-quoted string in which some characters are escapes, as the bits of `style` say.
fn quoted(text: &str, style: u64, out: &mut String) {
    out.push('"');
    for (at, c) in text.chars().enumerate() {
        if style >> (at % 16) & 1 == 1 || matches!(c, '"' | '\\') {
            write!(out, "\\u{:04x}", c as u32).expect("a string");
        } else {
            out.push(c);
        }
    }
    out.push('"');
}

/// JSON is YAML: a flow printer whose spacing and key order come from `style`.
pub(crate) fn print(doc: &Doc, style: u64, out: &mut String) {
    let gap = ["", " ", "\n ", "  "][(style % 4) as usize];
    match doc {
        Doc::Null => out.push_str("null"),
        Doc::Bool(value) => write!(out, "{value}").expect("a string"),
        Doc::Int(value) => write!(out, "{value}").expect("a string"),
        Doc::Text(text) => quoted(text, style, out),
        Doc::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                out.push_str(gap);
                print(item, style / 4, out);
            }
            out.push_str(gap);
            out.push(']');
        }
        Doc::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            if style % 2 == 1 {
                entries.reverse();
            }
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                out.push_str(gap);
                quoted(key, style / 2, out);
                out.push_str(": ");
                print(value, style / 4, out);
            }
            out.push_str(gap);
            out.push('}');
        }
    }
}

fn tree(doc: &Doc, style: u64, name: &str) -> Arc<Tree> {
    let mut text = String::new();
    print(doc, style, &mut text);
    let source = Arc::new(SourceFile::from_text(name, &text));
    Arc::new(
        tollgate::formats::parse(&source, &Limits::DEFAULT)
            .unwrap_or_else(|error| panic!("{error:?}: {text}")),
    )
}

fn diff(old: &Arc<Tree>, new: &Arc<Tree>) -> FileDiff {
    compare_files(
        "x",
        Some(old),
        Some(new),
        &DiffSettings::default(),
        &Limits::DEFAULT,
    )
    .expect("small")
}

/// Kind, old pointer and new pointer of every change, sides swapped on request, sorted.
pub(crate) fn outline(diff: &FileDiff, swap: bool) -> Vec<(ChangeKind, Option<String>, Option<String>)> {
    let mut rows: Vec<_> = diff
        .changes
        .iter()
        .map(|change| {
            let old = change.old_path.as_ref().map(tollgate::doc::KeyPath::pointer);
            let new = (change.kind != ChangeKind::Removed).then(|| change.path.pointer());
            match (swap, change.kind) {
                (false, kind) => (kind, old, new),
                (true, ChangeKind::Added) => (ChangeKind::Removed, new, old),
                (true, ChangeKind::Removed) => (ChangeKind::Added, new, old),
                (true, kind) => (kind, new, old),
            }
        })
        .collect();
    rows.sort();
    rows
}

fn leaves(doc: &Doc) -> usize {
    match doc {
        Doc::List(items) => items.iter().map(leaves).sum(),
        Doc::Map(entries) => entries.iter().map(|(_, value)| leaves(value)).sum(),
        Doc::Null | Doc::Bool(_) | Doc::Int(_) | Doc::Text(_) => 1,
    }
}

/// Changes the scalar at a position in reading order.
fn mutate(doc: &mut Doc, at: &mut usize) -> bool {
    match doc {
        Doc::List(items) => items.iter_mut().any(|item| mutate(item, at)),
        Doc::Map(entries) => entries.iter_mut().any(|(_, value)| mutate(value, at)),
        leaf => {
            if *at > 0 {
                *at -= 1;
                return false;
            }
            *leaf = Doc::Text("a value that no generated document holds".into());
            true
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_document_does_not_differ_from_itself_in_another_style(doc in doc(), a in any::<u64>(), b in any::<u64>()) {
        let found = diff(&tree(&doc, a, "x.yaml"), &tree(&doc, b, "x.yaml"));
        prop_assert!(found.changes.is_empty(), "{:?}", outline(&found, false));
    }

    #[test]
    fn the_json_parser_and_the_yaml_parser_see_the_same_tree(doc in doc(), style in any::<u64>()) {
        let found = diff(&tree(&doc, style, "x.yaml"), &tree(&doc, style, "x.json"));
        prop_assert!(found.changes.is_empty(), "{:?}", outline(&found, false));
    }

    #[test]
    fn different_documents_differ(a in doc(), b in doc()) {
        let found = diff(&tree(&a, 0, "x.json"), &tree(&b, 0, "x.json"));
        prop_assert_eq!(found.changes.is_empty(), a == b);
    }

    #[test]
    fn one_mutated_scalar_is_one_change(doc in doc(), at in any::<prop::sample::Index>()) {
        let leaves = leaves(&doc);
        prop_assume!(leaves > 0);
        let mut other = doc.clone();
        prop_assert!(mutate(&mut other, &mut at.index(leaves)));
        let found = diff(&tree(&doc, 0, "x.json"), &tree(&other, 0, "x.json"));
        // A mutated `name` makes an item another item: one gone, one come.
        let mut rows = found.changes.iter().filter(|change| !matches!(change.kind, ChangeKind::Moved | ChangeKind::Reordered));
        let first = rows.next().map(|change| change.kind);
        prop_assert!(first.is_some());
        if !format!("{doc:?}").contains("\"name\"") {
            prop_assert!(rows.next().is_none(), "{:?}", outline(&found, false));
        }
    }

    /// What a stamp signs: the same for every spelling of a content, and for no other content.
    #[test]
    fn projections_are_equal_exactly_where_nothing_differs(a in doc(), b in doc(), x in any::<u64>(), y in any::<u64>()) {
        let project = |doc: &Doc, style: u64, name: &str, masks: Masks<'_>| {
            let files = BTreeMap::from([("app".to_owned(), tree(doc, style, name))]);
            projection("set", &files, masks).expect("small")
        };
        let none = Masks::default();
        prop_assert_eq!(project(&a, x, "x.yaml", none), project(&a, y, "x.json", none));
        prop_assert_eq!(project(&a, 0, "x.yaml", none) == project(&b, 0, "x.yaml", none), a == b);
        // Under a key that is masked, only the type counts; under one that is only here, nothing.
        let under = |doc: &Doc| Doc::Map(vec![("own".into(), doc.clone()), ("shared".into(), Doc::Int(1))]);
        let own = [PathPattern::new("own").expect("a pattern")];
        let per_env = Masks { per_env: &own, only_here: &[] };
        let only_here = Masks { per_env: &[], only_here: &own };
        let same_type = std::mem::discriminant(&a) == std::mem::discriminant(&b);
        let (left, right) = (project(&under(&a), 0, "x.yaml", per_env), project(&under(&b), 0, "x.yaml", per_env));
        prop_assert_eq!(left == right, same_type);
        let without = Doc::Map(vec![("shared".into(), Doc::Int(1))]);
        prop_assert_eq!(project(&under(&a), 0, "x.yaml", only_here), project(&without, 0, "x.yaml", none));
    }

    #[test]
    fn no_text_makes_a_reader_of_stamps_panic(text in "[\\PC\n\t\"{}\\[\\]:,=+/ ]{0,200}") {
        let _ = tollgate::stamp::Envelope::open(&text);
        let _ = tollgate::stamp::Statement::read(text.as_bytes());
        let _ = tollgate::stamp::Signers::parse(&text);
        let _ = tollgate::stamp::Signers::parse(&format!("alice {text} ssh-ed25519 AAAA"));
        let _ = tollgate::stamp::SigningKey::from_openssh(&text);
        let framed = format!("-----BEGIN OPENSSH PRIVATE KEY-----{text}-----END OPENSSH PRIVATE KEY-----");
        prop_assert!(tollgate::stamp::SigningKey::from_openssh(&framed).is_err());
    }

    #[test]
    fn swapping_the_sides_mirrors_the_changes(a in doc(), b in doc()) {
        let (a, b) = (tree(&a, 0, "x.json"), tree(&b, 0, "x.json"));
        prop_assert_eq!(outline(&diff(&a, &b), false), outline(&diff(&b, &a), true));
    }

    #[test]
    fn the_same_input_gives_the_same_output(a in doc(), b in doc()) {
        let once = diff(&tree(&a, 0, "x.json"), &tree(&b, 0, "x.json"));
        let twice = diff(&tree(&a, 0, "x.json"), &tree(&b, 0, "x.json"));
        let rows = |diff: &FileDiff| diff.changes.iter().map(|change| (change.kind, change.path.clone())).collect::<Vec<_>>();
        prop_assert_eq!(rows(&once), rows(&twice));
    }

    #[test]
    fn spans_lie_in_the_source_and_children_in_their_parents(doc in doc(), style in any::<u64>()) {
        for name in ["x.yaml", "x.json"] {
            let tree = tree(&doc, style, name);
            for id in tree.ids() {
                let span = tree.span(id);
                prop_assert!(span.end as usize <= tree.source().text().len());
                prop_assert!(tree.source().text().is_char_boundary(span.start as usize));
                prop_assert!(tree.source().text().is_char_boundary(span.end as usize));
                for (_, child) in tollgate::doc::table::children(&tree, id) {
                    let inner = tree.span(child);
                    prop_assert!(span.start <= inner.start && inner.end <= span.end, "{span:?} {inner:?} in {}", tree.source().text());
                }
            }
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "[\\[\\]{}:,#&*!|>'\"%@`a-c0-9 \\n\\t<=.-]{0,60}") {
        for name in ["x.yaml", "x.json", "tsconfig.json", "x.toml", "x.env", "x.conf"] {
            let source = Arc::new(SourceFile::from_text(name, &text));
            match tollgate::formats::parse(&source, &Limits::DEFAULT) {
                Ok(tree) => {
                    let _ = tollgate::address::find_addresses(&tree, &tollgate::settings::AddressSettings::default());
                }
                Err(errors) => prop_assert!(errors.iter().all(|error| error.span.end as usize <= text.len())),
            }
        }
    }
}

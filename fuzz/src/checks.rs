//! What must hold of any input, checked by the fuzz targets and, on generated input and on every input that
//! ever failed, by the tests.

use std::sync::Arc;

use tollgate::diff::{apply, compare_files, values};
use tollgate::doc::table::children;
use tollgate::doc::{Limits, SourceFile, Tree};
use tollgate::formats::{by_name, read_as};
use tollgate::settings::DiffSettings;

/// The syntaxes by the number that stands for them in an input of the diff's target.
pub const SYNTAXES: [&str; 10] = [
    "yaml",
    "json",
    "jsonc",
    "toml",
    "dotenv",
    "ini",
    "properties",
    "hcl",
    "xml",
    "text",
];

/// Small enough that no input takes long, large enough that every limit can be met.
const LIMITS: Limits = Limits {
    depth: 60,
    nodes: 50_000,
    expanded: 100_000,
    documents: 1_000,
    changes: 20_000,
    comparisons: 1_000_000,
    path_bytes: 10_000_000,
    ..Limits::DEFAULT
};

/// Reads a text as one syntax; every error must have its place in the text.
fn read(syntax: &str, text: &str) -> Option<Arc<Tree>> {
    let row = by_name(syntax).expect("a row of the table");
    let source = Arc::new(SourceFile::from_text("x", text));
    match read_as(row, &source, &LIMITS) {
        Ok(tree) => Some(Arc::new(tree)),
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a word");
            for error in errors {
                let (start, end) = (error.span.start as usize, error.span.end as usize);
                assert!(start <= end && end <= text.len(), "{error:?} lies outside");
                assert!(
                    text.is_char_boundary(start) && text.is_char_boundary(end),
                    "{error:?}"
                );
                assert!(!error.message.is_empty());
                let _ = source.position(start);
            }
            None
        }
    }
}

/// A parser: it neither panics nor hangs, spans lie in the text and children in their parents, and what it
/// reads it reads again in the same way.
pub fn parser(syntax: &str, text: &str) {
    let Some(tree) = read(syntax, text) else {
        return;
    };
    for id in tree.ids() {
        let span = tree.span(id);
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(start <= end && end <= text.len(), "{span:?}");
        assert!(
            text.is_char_boundary(start) && text.is_char_boundary(end),
            "{span:?}"
        );
    }
    for duplicate in &tree.duplicates {
        assert!(duplicate.again.end as usize <= text.len());
    }
    if tree.expanded_sizes().iter().all(|size| *size < 10_000) {
        let again = read(syntax, text).expect("it was read before");
        assert!(values(&tree) == values(&again), "read twice, and differently");
        for root in &tree.documents {
            let _ = children(&tree, *root);
        }
    }
}

/// The diff of two texts, separated by a NUL: applied to the old side it gives the new one; there is none
/// exactly where the values are equal; and one direction has as many changes as the other.
pub fn diff(syntax: &str, texts: &str) {
    let Some((old, new)) = texts.split_once('\0') else {
        return;
    };
    let (Some(old), Some(new)) = (read(syntax, old), read(syntax, new)) else {
        return;
    };
    let small = |tree: &Tree| tree.expanded_sizes().iter().all(|size| *size < 5_000);
    if !small(&old) || !small(&new) {
        return;
    }
    let compare = |a: &Arc<Tree>, b: &Arc<Tree>| {
        compare_files("x", Some(a), Some(b), &DiffSettings::default(), &LIMITS)
    };
    let (Ok(there), Ok(back)) = (compare(&old, &new), compare(&new, &old)) else {
        return;
    };
    assert_eq!(
        there.changes.len(),
        back.changes.len(),
        "one direction says more than the other"
    );
    // Keys that occur twice have no order that counts across both sides.
    if old.duplicates.is_empty() && new.duplicates.is_empty() {
        assert!(
            apply(&there) == values(&new),
            "the changes do not give the new side"
        );
        // In XML the order of names counts, which values do not have.
        let same = values(&old) == values(&new);
        assert!(there.changes.is_empty() == same || (same && new.ordered));
    }
}

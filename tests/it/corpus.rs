//! How well addresses are found: a labelled corpus of configuration files of many kinds, with the addresses that a
//! program connects to, and all that only looks like one. Precision and recall are said, and held.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use tollgate::address::{Direction, Port, find_addresses};
use tollgate::doc::{Limits, SourceFile};
use tollgate::settings::AddressSettings;

use crate::harness::repository;

/// Each address of a file as `host:port`, with its direction.
fn found(name: &str, text: &str) -> Vec<(String, Direction)> {
    let source = Arc::new(SourceFile::from_text(name, text));
    let tree =
        tollgate::formats::parse(&source, &Limits::DEFAULT).unwrap_or_else(|_| panic!("{name} parses"));
    let addresses = find_addresses(&tree, &AddressSettings::default()).expect("a small file");
    addresses
        .into_iter()
        .map(|address| {
            let port = match &address.port {
                Some(Port::Number(number)) => format!(":{number}"),
                Some(Port::Bad(text)) => format!(":{text}"),
                None => String::new(),
            };
            (format!("{}{port}", address.host), address.direction)
        })
        .collect()
}

fn counted<'a>(rows: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for row in rows {
        *out.entry(row.to_owned()).or_default() += 1;
    }
    out
}

/// Rows that the first has more often than the second.
fn beyond(first: &BTreeMap<String, usize>, second: &BTreeMap<String, usize>) -> Vec<String> {
    first
        .iter()
        .flat_map(|(row, count)| {
            let more = count.saturating_sub(second.get(row).copied().unwrap_or(0));
            std::iter::repeat_n(row.clone(), more)
        })
        .collect()
}

#[test]
fn outbound_addresses_are_found_and_nothing_else() {
    let folder = repository().join("tests/data/addresses");
    let labels = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
    let labels: BTreeMap<String, Value> = serde_json::from_str(&labels).expect("labels are JSON");
    assert!(labels.len() >= 60, "{} files", labels.len());
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    let mut said = String::new();
    for (name, label) in &labels {
        let text = std::fs::read_to_string(folder.join(name)).expect("a file of the corpus");
        let found = found(name, &text);
        let of = |direction: Direction| {
            let rows = found.iter().filter(|(_, other)| *other == direction);
            counted(rows.map(|(row, _)| row.as_str()))
        };
        let labelled = |key: &str| {
            let rows = label[key].as_array().map(Vec::as_slice).unwrap_or_default();
            counted(rows.iter().filter_map(Value::as_str))
        };
        let (have, want) = (of(Direction::Outbound), labelled("outbound"));
        let (extra, absent) = (beyond(&have, &want), beyond(&want, &have));
        right += have.values().sum::<usize>() - extra.len();
        wrong += extra.len();
        missed += absent.len();
        for row in extra {
            let _ = writeln!(said, "{name}: {row} is no outbound address");
        }
        for row in absent {
            let _ = writeln!(said, "{name}: {row} was not found");
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let (precision, recall) = (share(right, right + wrong), share(right, right + missed));
    eprintln!(
        "precision {precision:.3}, recall {recall:.3}, {right} outbound addresses in {} files\n{said}",
        labels.len()
    );
    assert!(
        precision >= 0.97 && recall >= 0.97,
        "precision {precision:.3}, recall {recall:.3}\n{said}"
    );
}

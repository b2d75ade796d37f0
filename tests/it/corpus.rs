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

/// How many addresses of a corpus are right, wrong and missed, and which are not right.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    said: String,
}

impl Score {
    /// Of the files in a folder, each with its labels: the outbound addresses, and those of which two engineers may
    /// disagree, which do not count.
    fn of(folder: &str, least: usize) -> Self {
        let folder = repository().join("tests/data").join(folder);
        let labels = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
        let labels: BTreeMap<String, Value> = serde_json::from_str(&labels).expect("labels are JSON");
        assert!(labels.len() >= least, "{} files", labels.len());
        let mut score = Self::default();
        for (name, label) in &labels {
            let text = std::fs::read_to_string(folder.join(name)).expect("a file of the corpus");
            score.add(name, &found(name, &text), label);
        }
        score
    }

    fn add(&mut self, name: &str, found: &[(String, Direction)], label: &Value) {
        let labelled = |key: &str| {
            let rows = label[key].as_array().map(Vec::as_slice).unwrap_or_default();
            counted(rows.iter().filter_map(Value::as_str))
        };
        let outbound = found
            .iter()
            .filter(|(_, direction)| *direction == Direction::Outbound);
        // A host that is filled in later is listed, and not looked up.
        let looked_up = outbound.filter(|(row, _)| !row.contains(['$', '{', '%', '<', '(']));
        let have = counted(looked_up.map(|(row, _)| row.as_str()));
        let (want, optional) = (labelled("outbound"), labelled("optional"));
        let host = |row: &str| row.rsplit_once(':').map_or(row, |(host, _)| host).to_owned();
        let undecided: Vec<String> = optional.keys().flat_map(|row| [row.clone(), host(row)]).collect();
        let mut extra = beyond(&have, &want);
        extra.retain(|row| !undecided.contains(row) && !undecided.contains(&host(row)));
        let absent = beyond(&want, &have);
        self.right += want.values().sum::<usize>() - absent.len();
        self.wrong += extra.len();
        self.missed += absent.len();
        for row in extra {
            let _ = writeln!(self.said, "{name}: {row} is no outbound address");
        }
        for row in absent {
            let _ = writeln!(self.said, "{name}: {row} was not found");
        }
    }

    /// Holds precision and recall, and says them.
    fn hold(&self, least: f64) -> String {
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        let (precision, recall) = (
            share(self.right, self.right + self.wrong),
            share(self.right, self.right + self.missed),
        );
        let said = format!(
            "precision {precision:.3}, recall {recall:.3}, {} outbound addresses are right\n{}",
            self.right, self.said
        );
        assert!(precision >= least && recall >= least, "{said}");
        said
    }
}

#[test]
fn outbound_addresses_are_found_and_nothing_else() {
    eprintln!("{}", Score::of("addresses", 60).hold(0.97));
}

/// Files that were written and labelled by others than those who wrote the tables, and scored before they were read.
#[test]
fn outbound_addresses_of_files_by_other_hands_are_found() {
    eprintln!("{}", Score::of("addresses-more", 190).hold(0.97));
}

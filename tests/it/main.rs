//! Integration tests, one binary: cases by command, the laws of the diff, hostile input.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests start processes, write files, and fail loudly"
)]

mod ack;
mod bad_input;
mod check;
#[expect(unreachable_pub, reason = "the fuzz targets share it")]
#[path = "../../fuzz/src/checks.rs"]
mod checks;
mod ci;
mod corpus;
mod diff_pairs;
mod dns;
mod documents;
mod example;
mod fail_closed;
mod faults;
mod fuzzed;
mod harness;
mod hook;
mod hostile;
mod interop;
mod laws;
mod listing;
mod mutants;
mod oracle;
mod outages;
mod output;
mod patch;
mod peers;
mod policy;
mod prepush;
mod readme;
mod recovery;
mod release;
mod renames;
mod rendered;
mod repositories;
mod resolve;
mod rules;
mod sources;
mod stamps;
mod suites;
mod syntaxes;
mod team;
mod tour;
mod trusted;

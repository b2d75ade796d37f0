//! The diff, and its changes applied: the first byte chooses the syntax, a NUL separates the sides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate_fuzz::checks::{SYNTAXES, diff};

fuzz_target!(|data: (u8, &str)| {
    let syntax = SYNTAXES[usize::from(data.0) % SYNTAXES.len()];
    diff(syntax, data.1);
});

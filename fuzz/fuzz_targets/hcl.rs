//! The hcl parser.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| tollgate_fuzz::checks::parser("hcl", text));

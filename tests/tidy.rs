//! Conventions as tests: the layer order, module headers, generated files, and names that docs rely on.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test reads the repository and fails loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module imports only those to its left.
const LAYERS: &[&str] = &[
    "doc", "settings", "formats", "diff", "address", "rules", "stamp", "gate", "ledger", "release", "report",
    "sys", "policy", "commands",
];
/// Everything to the left of `sys` is pure: it may not name these.
const WORLD: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::net::Udp",
    "std::net::Tcp",
    "std::io::std",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "Instant::now",
    "SystemTime::now",
    "println!",
    "eprintln!",
    "print!(",
    "tokio::",
    "hickory_resolver",
    "git2::",
    "rustix::",
    "getrandom",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a folder with this ending, by path.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut stack = vec![root().join(folder)];
    while let Some(folder) = stack.pop() {
        for row in std::fs::read_dir(&folder).expect("a folder") {
            let path = row.expect("an entry").path();
            if path.is_dir() {
                stack.push(path);
            } else if path.extension().is_some_and(|have| have == ending) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .expect("inside")
        .to_string_lossy()
        .into_owned()
}

/// The part of a source file that ships: tests at its end may use what they like.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn layer_of(path: &Path) -> Option<usize> {
    let name = relative(path);
    let module = name.strip_prefix("src/")?.split(['/', '.']).next()?.to_owned();
    LAYERS.iter().position(|layer| **layer == module)
}

#[test]
fn imports_go_down_only() {
    let mut faults = Vec::new();
    for path in files("src", "rs") {
        let Some(own) = layer_of(&path) else { continue };
        for (at, line) in shipped(&read(&path)).lines().enumerate() {
            for (layer, name) in LAYERS.iter().enumerate().filter(|(layer, _)| *layer > own) {
                if line.contains(&format!("crate::{name}::")) || line.contains(&format!("crate::{name};")) {
                    faults.push(format!(
                        "{}:{}: {} imports {name} ({layer})",
                        relative(&path),
                        at + 1,
                        LAYERS[own]
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_layers_are_those_of_the_library_in_order() {
    let text = read(&root().join("src/lib.rs"));
    let modules: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let mut sorted = LAYERS.to_vec();
    sorted.sort_unstable();
    let mut found = modules.clone();
    found.sort_unstable();
    assert_eq!(found, sorted);
}

#[test]
fn what_is_left_of_sys_does_not_touch_the_world() {
    let sys = LAYERS.iter().position(|layer| *layer == "sys").expect("sys");
    let mut faults = Vec::new();
    for path in files("src", "rs") {
        if layer_of(&path).is_none_or(|layer| layer >= sys) {
            continue;
        }
        for (at, line) in shipped(&read(&path)).lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in WORLD.iter().filter(|word| code.contains(**word)) {
                faults.push(format!("{}:{}: {word}", relative(&path), at + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_file_opens_with_a_header() {
    for folder in ["src", "tests"] {
        for path in files(folder, "rs") {
            let text = read(&path);
            assert!(text.starts_with("//! "), "{} has no //! header", relative(&path));
        }
    }
}

#[test]
fn no_file_is_a_bag() {
    for path in files("src", "rs") {
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "helpers", "common", "errors", "misc"].contains(&stem.as_str()),
            "{}",
            relative(&path)
        );
    }
}

#[test]
fn lints_are_expected_with_a_reason_never_allowed() {
    for path in files("src", "rs") {
        let text = read(&path);
        assert!(
            !text.contains("#[allow(") && !text.contains("#![allow("),
            "{}",
            relative(&path)
        );
    }
}

#[test]
fn every_rule_file_is_built_in_and_named_after_its_rule() {
    let on_disk: BTreeSet<String> = files("rules", "toml").iter().map(|path| relative(path)).collect();
    let built_in: BTreeSet<String> = tollgate::rules::BUILT_IN
        .iter()
        .map(|file| file.path.to_owned())
        .collect();
    assert_eq!(on_disk, built_in);
    for file in tollgate::rules::BUILT_IN {
        let id = file
            .path
            .strip_prefix("rules/")
            .and_then(|path| path.strip_suffix(".toml"))
            .expect("rules/….toml");
        assert!(file.text.contains(&format!("id = \"{id}\"")), "{}", file.path);
    }
}

#[test]
fn every_built_in_rule_has_tests_both_ways_a_reason_and_a_remedy() {
    for file in tollgate::rules::BUILT_IN {
        let tests = |word: &str| file.text.matches(&format!("expect = \"{word}\"")).count();
        assert!(tests("match") >= 1 && tests("no_match") >= 1, "{}", file.path);
        // Loading leaves out what stands after the first test.
        let first = file.text.find("\n[[rule.test]]").expect("a test");
        let after = &file.text[first..];
        assert!(
            !after.contains("\n[[rule]]")
                && after.matches("\n[[").count() == after.matches("\n[[rule.test]]").count(),
            "{}",
            file.path
        );
        for key in ["why = ", "help = ", "message = "] {
            assert!(file.text.contains(key), "{}: {key}", file.path);
        }
    }
}

fn generated(args: &[&str]) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .env_clear()
        .args(args)
        .output()
        .expect("tollgate");
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn generated_files_are_fresh() {
    let cases: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        ("completions/tollgate.bash", vec!["completions", "bash"]),
        ("completions/_tollgate", vec!["completions", "zsh"]),
        ("completions/tollgate.fish", vec!["completions", "fish"]),
        ("docs/schema/check.json", vec!["schema", "check"]),
        ("docs/schema/diff.json", vec!["schema", "diff"]),
        ("docs/schema/resolve.json", vec!["schema", "resolve"]),
        ("docs/schema/rules.json", vec!["schema", "rules"]),
        ("docs/schema/push.json", vec!["schema", "push"]),
        ("docs/schema/stamp.json", vec!["schema", "stamp"]),
        ("docs/schema/rollback.json", vec!["schema", "rollback"]),
        ("man/tollgate.1", vec!["man"]),
    ]);
    for (path, args) in cases {
        let fresh = generated(&args);
        assert!(
            read(&root().join(path)) == fresh,
            "{path} is stale: tollgate {} > {path}",
            args.join(" ")
        );
    }
}

#[test]
fn every_page_of_a_rule_is_fresh() {
    let folder = tempfile::tempdir().expect("a folder");
    generated(&["rules", "pages", &folder.path().display().to_string()]);
    let pages = files("docs/rules", "md");
    assert_eq!(
        pages.len(),
        tollgate::rules::BUILT_IN.len() + 1,
        "run .ci/generate"
    );
    for page in pages {
        let name = relative(&page);
        let fresh = folder.path().join(name.trim_start_matches("docs/rules/"));
        assert!(
            fresh.is_file() && read(&fresh) == read(&page),
            "{name} is stale: run .ci/generate"
        );
    }
}

#[test]
fn every_manual_page_is_fresh() {
    let folder = tempfile::tempdir().expect("a folder");
    generated(&["man", &folder.path().display().to_string()]);
    let names = |folder: &Path| -> Vec<String> {
        let rows = std::fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = rows
            .map(|row| row.expect("a row").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        names(folder.path()),
        names(&root().join("man")),
        "run .ci/generate"
    );
    for name in names(folder.path()) {
        assert!(
            read(&folder.path().join(&name)) == read(&root().join("man").join(&name)),
            "man/{name} is stale: run .ci/generate"
        );
    }
}

/// The way back may stand on nothing that could refuse it (DESIGN: closed list of what it imports).
#[test]
fn the_rollback_imports_no_check() {
    let text = read(&root().join("src/release/rollback.rs"));
    for line in shipped(&text)
        .lines()
        .filter(|line| line.contains("use ") || line.contains("crate::"))
    {
        let fine = [
            "crate::doc::",
            "crate::settings::",
            "crate::ledger::{BlobStore",
            "crate::ledger::BlobStore",
            "super::",
            "std::",
            "crate::release",
        ];
        assert!(fine.iter().any(|start| line.contains(start)), "{line}");
    }
    for word in ["gate", "policy", "stamp::", "rules", "address", "sys"] {
        assert!(!shipped(&text).contains(&format!("crate::{word}")), "{word}");
    }
}

#[test]
fn every_code_that_the_program_gives_is_in_the_table() {
    let known: BTreeSet<&str> = tollgate::gate::codes::CODES.iter().map(|row| row.code).collect();
    let mut used = BTreeSet::new();
    for path in files("src", "rs") {
        if relative(&path).ends_with("gate/codes.rs") {
            continue;
        }
        let text = read(&path);
        for (at, _) in shipped(&text).match_indices("TG") {
            let code: String = text[at..].chars().take(5).collect();
            if code.len() == 5 && code[2..].bytes().all(|b| b.is_ascii_digit()) {
                assert!(known.contains(code.as_str()), "{code} in {}", relative(&path));
                used.insert(code);
            }
        }
    }
    let unused: Vec<&&str> = known.iter().filter(|code| !used.contains(**code)).collect();
    assert!(unused.is_empty(), "codes nobody gives: {unused:?}");
}

#[test]
fn every_dependency_has_a_reason() {
    let text = read(&root().join("Cargo.toml"));
    let mut section = "";
    let mut before = "";
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains(" = ") {
            assert!(before.starts_with("# "), "no reason above: {line}");
        }
        before = line;
    }
}

#[test]
fn docs_name_only_files_that_exist() {
    let readme = read(&root().join("README.md"));
    for target in readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        if !target.contains("://") && !target.starts_with('#') {
            assert!(root().join(target).exists(), "README.md names {target}");
        }
    }
}

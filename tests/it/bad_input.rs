//! Input that is broken, huge or hostile, on either side of a comparison: an error or a change with its place,
//! never a panic, a hang, or silence.

use crate::harness::Place;

const GOOD: &str = "a: 1\n";

fn rows(range: std::ops::Range<usize>, row: impl Fn(usize) -> String) -> String {
    range.map(row).collect::<Vec<_>>().concat()
}

/// Both directions of a comparison with a good file, and what the tool says of the bad one.
fn says(name: &str, bad: &[u8], code: i32, word: &str) {
    let place = Place::new();
    place.write(&format!("bad/{name}"), bad);
    place.write(&format!("good/{name}"), GOOD);
    for (old, new) in [("bad", "good"), ("good", "bad")] {
        let run = place.run(&["diff", old, new, "--format", "json"]);
        assert_eq!(run.code, code, "{name} {old} {new}: {}{}", run.out, run.err);
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains(word), "{name} {old} {new}: {said}");
    }
    // The guard refuses it as a proposal, and never lets it stand in the way of the cure.
    let check = |old: &str, new: &str| {
        let args = [
            "check",
            "--at",
            "commit",
            "--offline",
            "--format",
            "json",
            "--deployed",
            old,
            new,
        ];
        place.run(&args)
    };
    assert_eq!(check("good", "bad").code, 1, "{name}");
    assert!(check("bad", "good").code <= 1, "{name}");
}

#[test]
fn nesting_without_end() {
    let deep = 100_000;
    for (name, text) in [
        ("flow.yaml", "[".repeat(deep)),
        (
            "block.yaml",
            rows(0..3_000, |at| format!("{}- \n", " ".repeat(at))),
        ),
        ("dashes.yaml", "- ".repeat(deep)),
        ("keys.yaml", "? ".repeat(deep)),
        ("a.json", "[".repeat(deep)),
        ("b.json", "{\"a\":".repeat(deep)),
        ("a.toml", format!("a = {}", "[".repeat(deep))),
        ("b.toml", format!("a{} = 1", ".a".repeat(deep))),
        ("a.jsonc", "[".repeat(deep)),
    ] {
        says(name, text.as_bytes(), 2, "");
    }
}

#[test]
fn aliases_without_end() {
    let bomb = rows(1..40, |at| {
        format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}, *a{0}]\n", at - 1)
    });
    says(
        "bomb.yaml",
        format!("a0: &a0 x\n{bomb}").as_bytes(),
        2,
        "write out more than",
    );
    let merges = rows(1..30, |at| {
        format!("a{at}: &a{at} {{<<: [*a{0}, *a{0}], k{at}: *a{0}}}\n", at - 1)
    });
    says(
        "merges.yaml",
        format!("a0: &a0 {{k: 1}}\n{merges}").as_bytes(),
        2,
        "write out",
    );
    says("cycle.yaml", b"a: &a [1, *a]\n", 2, "stands inside of");
    says(
        "cycle-in-a-key.yaml",
        b"? &a [1, *a]\n: 2\n",
        2,
        "stands inside of",
    );
}

#[test]
fn bytes_that_are_no_text() {
    says("middle.yaml", b"a: 1\nb: \xff\xfe\nc: 3\n", 2, "UTF-8");
    says("utf16.yaml", b"\xff\xfea\0:\0 \x001\0", 2, "UTF-16");
    says("nul.yaml", b"a: 1\0\n", 2, "NUL");
    says("binary.json", &[0x7f, b'E', b'L', b'F', 0, 1, 2, 3, 0xff], 2, "");
}

#[test]
fn files_that_break_off() {
    for (name, text) in [
        ("a.yaml", "a: \"b\nc: [1,"),
        ("b.yaml", "a: {b: 1\n"),
        ("a.json", "{\"a\": [1, 2"),
        ("b.json", "{\"a\": \"x"),
        ("a.toml", "[a]\nb = \"\"\"x\n"),
        ("a.hcl", "a {\n  b = [1,\n"),
        ("a.xml", "<a><b>1</b>"),
    ] {
        let place = Place::new();
        place.write(name, text);
        let run = place.run(&["show", name]);
        assert_eq!(run.code, 2, "{name}");
        // The place is in the text, with line and column.
        assert!(run.err.contains(&format!("{name}:")), "{name}: {}", run.err);
    }
}

#[test]
fn one_line_of_many_megabytes() {
    let place = Place::new();
    let long = |mark: &str| {
        format!(
            "{{\"a\": \"{}{mark}{}\", \"b\": [{}1]}}",
            "x".repeat(2_000_000),
            "y".repeat(2_000_000),
            "1,".repeat(100_000)
        )
    };
    place.write("old.json", long("1"));
    place.write("new.json", long("2"));
    let run = place.run(&["diff", "old.json", "new.json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.len() < 10_000, "{} bytes are printed", run.out.len());
    // Beyond the limit it is said, not read.
    place.write("huge.yaml", "a".repeat(65 * 1024 * 1024));
    let run = place.run(&["diff", "huge.yaml", "old.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("64 MiB") || run.err.contains("larger"),
        "{}",
        run.err
    );
}

#[test]
fn another_syntax_on_the_other_side_and_a_side_that_is_missing() {
    let place = Place::new();
    place.write("old/a", "[s]\na = 1\n");
    place.write("new/a", "{\"a\": 1}");
    place.write("old/gone.yaml", GOOD);
    place.write("new/new.toml", "b = 2\n");
    place.write("new/empty.json", "");
    let run = place.run(&["diff", "old", "new", "--format", "json"]);
    assert_eq!(run.code, 2, "an empty file is no JSON");
    assert!(run.err.contains("new/empty.json:1:1"), "{}", run.err);
    std::fs::remove_file(place.path().join("new/empty.json")).expect("a file");
    let run = place.run(&["diff", "old", "new", "--format", "json"]);
    let rows = run.json()["changes"].as_array().cloned().expect("changes");
    let kinds: Vec<&str> = rows
        .iter()
        .map(|row| row["kind"].as_str().expect("a kind"))
        .collect();
    // `[s] a` went and `a` came; one file went, and one came.
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "removed").count(),
        2,
        "{kinds:?}"
    );
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "added").count(),
        2,
        "{kinds:?}"
    );
}

#[test]
fn diff_and_show_end_at_the_deadline() {
    let place = Place::new();
    place.write("new.yaml", "a: 1\n");
    for args in [
        ["diff", "-", "new.yaml", "--deadline", "300ms"].as_slice(),
        &["show", "-", "--deadline", "300ms"],
    ] {
        // Nobody writes into this pipe, and nobody closes it.
        let mut child = place
            .command()
            .args(args)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("tollgate starts");
        let held = child.stdin.take();
        let output = child.wait_with_output().expect("tollgate ends");
        drop(held);
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("TG906"), "{args:?}: {said}");
    }
}

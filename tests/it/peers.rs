//! Our readers against other people's: what independent printers write is read as it was meant, and what
//! independent parsers accept and refuse we accept and refuse, with the same values.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tollgate::doc::{Limits, SourceFile};

/// The Python side.
struct Peers {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peers {
    fn start() -> Self {
        let repository = crate::harness::repository();
        let python = repository.join("target/python/bin/python");
        assert!(python.is_file(), "run .ci/setup first: it installs the peers");
        let mut child = Command::new(python)
            .arg(repository.join("tests/peers/peers.py"))
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.input, "{request}").expect("python reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("python answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?} for {request}"))
    }

    fn print(&mut self, syntax: &str, value: &Value, style: u64) -> String {
        let answer = self.ask(&json!({"op": "print", "syntax": syntax, "value": value, "style": style}));
        answer["text"].as_str().expect("a text").to_owned()
    }

    /// [`None`]: refused.
    fn parse(&mut self, syntax: &str, text: &str) -> Option<Value> {
        let answer = self.ask(&json!({"op": "parse", "syntax": syntax, "text": text}));
        answer.get("value").cloned()
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Our reading as plain JSON documents.
fn ours(name: &str, text: &str) -> Result<Vec<Value>, String> {
    let source = Arc::new(SourceFile::from_text(name, text));
    // As the syntax and nothing else: `{{` would make a broken file a template.
    let syntax = tollgate::formats::detect(name).expect("a syntax");
    let tree = tollgate::formats::read_as(syntax, &source, &Limits::DEFAULT)
        .map_err(|errors| format!("{errors:?}"))?;
    if !tree.duplicates.is_empty() {
        return Err("a key occurs twice".into());
    }
    let shown: Value = serde_json::from_str(&tollgate::report::show_json(&tree, None)).expect("JSON");
    Ok(shown["documents"].as_array().cloned().expect("documents"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{0,8}",
        2 => "[ -~]{0,12}",
        1 => "(true|null|no|on|1|0x1F|0o17|1e3|1_000|12:30|\\.5|~|- a|a: b|#x|\\[a|\\{a|\\*a|&a|!a|%a|@a|`a)",
        1 => "[äé名😀 ]{1,4}",
        1 => "([a-z ]{0,6}\n){1,3}[a-z]{0,3}",
        1 => "[a-z]{1,30} [a-z]{1,40} [a-z]{1,40} [a-z]{1,20}",
    ]
}

fn value(null: bool) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(if null { Value::Null } else { json!("") }),
        1 => any::<bool>().prop_map(Value::from),
        2 => any::<i32>().prop_map(Value::from),
        6 => text().prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::btree_map(text(), tree, 0..5).prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// Names that INI, properties and XML can hold.
fn flat(name: &'static str, text: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Value> {
    prop::collection::btree_map(name, text, 0..6)
        .prop_map(|map| Value::Object(map.into_iter().map(|(key, text)| (key, json!(text))).collect()))
        .boxed()
}

fn samples<S: Strategy<Value = Value>>(count: u32, strategy: &S) -> Vec<Value> {
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).expect("a value").current())
        .collect()
}

/// XML has no characters below the blank, and white space of several lines in an attribute is normalised.
fn xml() -> BoxedStrategy<Value> {
    let leaf = "[ -~äé名]{0,10}".prop_map(Value::from);
    let attributes = prop::collection::btree_map("@[a-z]{1,4}", leaf.clone(), 0..3);
    let children = prop::collection::btree_map("[a-z]{1,4}", leaf, 1..4);
    (attributes, children)
        .prop_map(|(attributes, children)| {
            Value::Object(attributes.into_iter().chain(children).collect::<Map<_, _>>())
        })
        .boxed()
}

#[test]
fn what_other_programs_write_is_read_as_it_was_meant() {
    let mut peers = Peers::start();
    let sections = prop::collection::btree_map(
        "[a-z][a-z .\"]{0,5}[a-z]",
        flat(
            "[a-z][a-z. -]{0,6}[a-z]",
            "[a-z0-9=;#][a-z0-9=:;#\"' -]{0,10}[a-z]",
        ),
        0..4,
    )
    .prop_map(|map| Value::Object(map.into_iter().collect()));
    let cases: Vec<(&str, &str, Vec<Value>)> = vec![
        ("yaml", "x.yaml", samples(250, &value(true))),
        (
            "yaml11",
            "x.yaml",
            samples(150, &flat("[a-z]{1,5}", "[a-z ]{0,90}")),
        ),
        ("json", "x.json", samples(150, &value(true))),
        ("toml", "x.toml", samples(250, &value(false))),
        ("ini", "x.ini", samples(150, &sections)),
        (
            "properties",
            "x.properties",
            samples(250, &flat("[ -~äé😀]{1,8}", text())),
        ),
        ("xml", "x.xml", samples(150, &xml())),
    ];
    for (syntax, name, values) in cases {
        for (style, value) in (0_u64..).zip(&values) {
            let printed = peers.print(syntax, value, style);
            let want = if syntax == "xml" {
                json!({"root": value})
            } else {
                value.clone()
            };
            let read = ours(name, &printed);
            assert_eq!(read, Ok(vec![want]), "{syntax}, style {style}:\n{printed}");
        }
    }
}

/// A text cut and glued from pieces of a syntax.
fn glued(pieces: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::collection::vec(prop::sample::select(pieces), 0..14).prop_map(|parts| json!(parts.concat()))
}

/// Pieces of a syntax, glued into texts that may or may not be of it.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "\"\\u00e9\"",
    "\"\\x\"",
    "1",
    "-0",
    "01",
    "1.5e3",
    "1.",
    "-",
    "true",
    "null",
    "nul",
    " ",
    "\n",
    "\t",
    "\"\t\"",
    "NaN",
];
const TOML: &[&str] = &[
    "a",
    "b",
    ".",
    " = ",
    "1",
    "0x1F",
    "1_0",
    "01",
    "1.5",
    "inf",
    "\"x\"",
    "'y'",
    "\"\"\"z\nw\"\"\"",
    "true",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ", ",
    "\n",
    "\n",
    "# c\n",
    "1979-05-27T07:32:00Z",
    "\"\\u00e9\"",
];
const INI: &[&str] = &[
    "[s]\n",
    "[t]\n",
    "a = 1\n",
    "b: 2\n",
    "flag\n",
    "  more\n",
    "\n",
    "# c\n",
    "; d\n",
    "  # e\n",
    "c = \n",
    "x=y=z\n",
    "= 1\n",
    "    deep\n",
    "\tq = 1\n",
];
const PROPERTIES: &[&str] = &[
    "a", "b", "=", ":", " ", "\t", "\\\n", "\\", "\n", "#", "!", "\\u00e9", "\\u12", "x y", "\\=", "\r\n",
    "\\t", "\\\\",
];

#[test]
fn what_other_parsers_accept_and_refuse_we_accept_and_refuse() {
    let mut peers = Peers::start();
    let (mut both, mut neither) = (0, 0);
    let cases: Vec<(&str, &str, Vec<Value>)> = vec![
        ("json", "x.json", samples(1500, &glued(JSON))),
        ("toml", "x.toml", samples(1500, &glued(TOML))),
        ("ini", "x.ini", samples(1500, &glued(INI))),
        ("properties", "x.properties", samples(1500, &glued(PROPERTIES))),
    ];
    for (syntax, name, texts) in cases {
        for text in texts {
            let mut text = text.as_str().expect("a text").to_owned();
            if syntax == "ini" {
                // configparser has no keys before the first section.
                text.insert_str(0, "[first]\n");
            }
            let theirs = peers.parse(syntax, &text);
            let mine = ours(name, &text);
            if is_known_difference(syntax, &text, theirs.as_ref()) {
                continue;
            }
            match (&theirs, &mine) {
                (None, Err(_)) => neither += 1,
                (Some(theirs), Ok(documents)) => {
                    both += 1;
                    let mine = last_ones(documents.first().cloned().unwrap_or(Value::Null), syntax);
                    assert_eq!(&mine, theirs, "{syntax}: {text:?}");
                }
                (theirs, mine) => panic!("{syntax} {text:?}: theirs {theirs:?}, ours {mine:?}"),
            }
        }
    }
    assert!(
        both > 1000 && neither > 1000,
        "{both} accepted, {neither} refused: the texts say nothing"
    );
}

/// Where the others read a repeated key in another way: configparser keeps the last value.
fn last_ones(mut value: Value, syntax: &str) -> Value {
    if syntax == "ini"
        && let Value::Object(sections) = &mut value
    {
        let options = sections.values_mut().filter_map(Value::as_object_mut);
        for option in options.flat_map(Map::values_mut) {
            if let Value::Array(values) = option {
                *option = values.last().cloned().unwrap_or(Value::Null);
            }
        }
    }
    value
}

/// Differences that are meant, each with its reason.
fn is_known_difference(syntax: &str, text: &str, theirs: Option<&Value>) -> bool {
    match syntax {
        // Python reads an infinity into a number that JSON cannot print; TOML 1.1 allows what 1.0 refuses.
        "toml" => text.contains("inf") || (theirs.is_none() && text.contains('{')) || text.contains("1979"),
        // Repeated keys are refused by us in the proposed file, and kept as the last one by them.
        "properties" => {
            theirs.is_some() && ours("x.properties", text).is_err_and(|why| why.contains("twice"))
        }
        // A value that goes on below a key without one: configparser's way depends on its version.
        "ini" => text.contains("flag\n  ") || text.contains("flag\n\t") || text.contains("flag\n\n"),
        _ => false,
    }
}

/// Every corner of YAML that the tree has to get right, against a reader of YAML 1.2 by another hand.
#[test]
fn yaml_by_the_book() {
    let mut peers = Peers::start();
    let documents = [
        // Anchors on every kind of node, and on keys.
        "a: &s x\nb: &l [1, 2]\nc: &m {k: v}\nd: [*s, *l, *m]\n",
        "&k key: 1\nother: *k\n",
        "a: &e\nb: *e\n",
        // Merges, nested, and their precedence.
        "base: &b {x: 1, y: 1}\nmid: &m {<<: *b, y: 2}\ntop: {<<: *m, x: 3}\n",
        "a: &a {x: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], w: 0}\n",
        "a: &a {x: 1}\nc: {x: 9, <<: *a}\n",
        // Block scalars with every indicator.
        "a: |\n  x\n   y\n\n  z\n",
        "a: |-\n  x\n\n",
        "a: |+\n  x\n\nb: 1\n",
        "a: >\n  x\n  y\n\n  z\n   w\n",
        "a: >-\n  x\n  y\n",
        "a: >+\n  x\n\n\nb: 1\n",
        "a: |2\n    x\n  y\n",
        "a: |2-\n    x\n",
        "- |\n a\n- >\n b\n",
        // Directives, tags, several documents, comments everywhere, empty documents.
        "%YAML 1.2\n---\na: 1\n",
        "a: !!str 1\nb: !!int '2'\nc: !!float 3\nd: !!bool 'true'\n",
        "--- # c\na: 1 # c\n# c\n...\n---\n- b\n",
        "---\n---\na\n",
        "# only a comment\n",
        "",
        // Flow in block, quotes, escapes, folding.
        "a: {b: [1, {c: d}], 'e f': \"g\\n\\u00e9\\x41\"}\n",
        "a: 'it''s'\nb: \"x\n  y\"\nc: plain\n  goes on\n",
        "? a\n: b\n? [c]\n",
        // CRLF, byte order mark, other scripts.
        "a: 1\r\nb:\r\n  - x\r\n",
        "\u{feff}a: 1\n",
        "名前: 値\nключ: значение\n",
        // What a core schema says, and what it does not.
        "a: [~, null, Null, '', true, True, no, on, 1, 0x1F, 1.5, 1e3, .5, -1]\n",
        "b: 'x: y'\nc: x#y\nd: x #y\n",
        "a:\n- 1\n- - 2\n  - 3\n",
        "[a, b]\n",
        "just text\n",
    ];
    for text in documents {
        let mine = ours("x.yaml", text).unwrap_or_else(|why| panic!("{text:?}: {why}"));
        // A key that is a list has no name in JSON.
        if text.contains("? [c]") {
            continue;
        }
        let theirs = peers.parse("yaml", text);
        let theirs = theirs.and_then(|value| value.as_array().cloned());
        let theirs = theirs.unwrap_or_else(|| panic!("the other one refuses {text:?}"));
        let empty = theirs.iter().all(Value::is_null) && mine.is_empty();
        assert!(
            empty || mine == theirs,
            "{text:?}\nours   {mine:?}\ntheirs {theirs:?}"
        );
    }
    // Tabs between tokens are allowed by the book, and refused by the other one.
    assert_eq!(
        ours("x.yaml", "a:\t1\nb: [\t2 ]\n"),
        Ok(vec![json!({"a": 1, "b": [2]})])
    );
    for text in [
        "a: [1\n",
        "a: 1\n b: 2\n",
        "\tx: 1\n",
        "-\tx: 1\n",
        "a:\n \t- b\n",
        "\t- a\n",
        "a: *nope\n",
        "a: 'x\n",
        "a: {b: c\n",
        "- a\nb: c\n",
        "a: b: c\n",
        "%YAML 1.2\n%YAML 1.2\n---\n",
        "a: \"\\q\"\n",
        "@a\n",
        "a: `b`\n",
        "--- |x\n a\n",
    ] {
        assert!(
            peers.parse("yaml", text).is_none(),
            "the other one accepts {text:?}"
        );
        assert!(ours("x.yaml", text).is_err(), "we accept {text:?}");
    }
}

#[test]
fn hcl_by_another_hand() {
    let mut peers = Peers::start();
    for text in [
        "a = 1\nb = \"x\"\nc = true\nd = [1, \"y\"]\n",
        "job {\n  count = 3\n  region = \"eu\"\n}\n",
        "a = 1\n# c\n// d\n/* e */\nb = 2\n",
    ] {
        let theirs = peers
            .parse("hcl", text)
            .unwrap_or_else(|| panic!("the other one refuses {text:?}"));
        let mine = ours("x.hcl", text).expect("HCL").remove(0);
        assert_eq!(flattened(&mine), flattened(&theirs), "{text:?}: {mine} {theirs}");
    }
    for text in ["a = \n", "a {\n", "= 1\n"] {
        assert!(
            peers.parse("hcl", text).is_none(),
            "the other one accepts {text:?}"
        );
        assert!(ours("x.hcl", text).is_err(), "we accept {text:?}");
    }
}

/// python-hcl2 puts every block into a list, keeps quotes, and adds marks of its own.
fn flattened(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| !key.starts_with("__"))
            .flat_map(|(key, inner)| {
                flattened(inner)
                    .into_iter()
                    .map(move |rest| format!("{key}/{rest}"))
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(flattened).collect(),
        Value::String(text) => vec![text.trim_matches('"').to_owned()],
        other => vec![other.to_string()],
    }
}

/// Metrics, read by the parser of those who made the format. Panics where they cannot be.
pub(crate) fn read_as_metrics(text: &str) {
    let python = crate::harness::repository().join("target/python/bin/python");
    assert!(python.is_file(), "run .ci/setup first: it installs the peers");
    let program = "import sys\nfrom prometheus_client.parser import text_string_to_metric_families as read\nrows = [s for f in read(sys.stdin.read()) for s in f.samples]\nassert rows, 'no sample'\n";
    let mut child = std::process::Command::new(python)
        .args(["-c", program])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("python");
    let written = child.stdin.take().expect("a pipe").write_all(text.as_bytes());
    written.expect("python reads");
    assert!(child.wait().expect("python ends").success(), "{text}");
}

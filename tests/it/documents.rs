//! Reading documents: spans, types, and agreement with independent readers.

use serde_json::{Value, json};

use crate::harness::Place;

fn show(name: &str, text: &str) -> Value {
    let place = Place::new();
    let file = place.write(name, text);
    let run = place.run(&["show", "--format", "json", &file]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()["documents"].clone()
}

#[test]
fn numbers_json_cannot_hold_keep_their_text() {
    assert_eq!(
        show(
            "x.yaml",
            "a: 12345678901234567890123\nb: 0.1000000000000000000001\nc: .inf\nd: 9007199254740993\ne: 1.50\nf: 1e400\n"
        ),
        json!([{"a": {"$number": "12345678901234567890123"}, "b": {"$number": "0.1000000000000000000001"}, "c": {"$number": ".inf"},
                "d": 9_007_199_254_740_993_i64, "e": 1.5, "f": {"$number": "1e400"}}])
    );
}

#[test]
fn tags_merges_and_aliases() {
    assert_eq!(
        show(
            "x.yaml",
            "a: !Ref x\nb: &b {k: 1}\nc: *b\nd: {<<: *b, l: 2}\ne: !!str 1\nf: !!int \"3\"\n"
        ),
        json!([{"a": {"$tag": "!Ref", "value": "x"}, "b": {"k": 1}, "c": {"k": 1}, "d": {"l": 2, "k": 1}, "e": "1", "f": 3}])
    );
}

#[test]
fn several_documents_and_none() {
    assert_eq!(
        show("x.yaml", "a: 1\n---\n- 2\n---\n"),
        json!([{"a": 1}, [2], null])
    );
    assert_eq!(show("x.yaml", "# only a comment\n"), json!([]));
}

#[test]
fn toml_keeps_order_and_text() {
    let shown = show(
        "x.toml",
        "z = 1\na = 0x10\nd = 2026-01-02\n[t.u]\nk = 'v'\n[[arr]]\nx = 1_000\n[[arr]]\nx = 2.50\n",
    );
    assert_eq!(
        shown,
        json!([{"z": 1, "a": 16, "d": "2026-01-02", "t": {"u": {"k": "v"}}, "arr": [{"x": 1000}, {"x": 2.5}]}])
    );
    let keys: Vec<&String> = shown[0].as_object().expect("a map").keys().collect();
    assert_eq!(keys, ["z", "a", "d", "t", "arr"]);
}

#[test]
fn dotenv_forms() {
    assert_eq!(
        show(
            "x.env",
            "# c\nexport A=1\nB=\"x\\ny\" # c\nC='raw $D'\nE=a#b # c\nF=\nG\nH=\"two\nlines\"\n"
        ),
        json!([{"A": "1", "B": "x\ny", "C": "raw $D", "E": "a#b", "F": "", "G": null, "H": "two\nlines"}])
    );
}

#[test]
fn jsonc_only_where_it_is_allowed() {
    let text = "{\n// c\n\"a\": [1, 2,], /* d */\n}";
    assert_eq!(show("tsconfig.json", text), json!([{"a": [1, 2]}]));
    let place = Place::new();
    let file = place.write("x.json", text);
    assert_eq!(place.run(&["show", &file]).code, 2);
}

#[test]
fn anything_else_is_read_as_text_and_says_so() {
    let place = Place::new();
    place.write("old.conf", "a;\nb;\n");
    place.write("new.conf", "a;\nc;\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "old.conf",
        "new.conf",
    ]);
    assert!(run.codes().contains(&"TG504".to_owned()), "{}", run.out);
    let changes = run.json()["changes"].clone();
    assert_eq!(
        (&changes[0]["path"], &changes[0]["old"], &changes[0]["new"]),
        (&json!("[1]"), &json!("b;"), &json!("c;"))
    );
}

#[test]
fn columns_are_characters() {
    let place = Place::new();
    place.write("old.yaml", "\u{feff}名前: a\n");
    place.write("new.yaml", "\u{feff}名前: b\n");
    let run = place.run(&["diff", "--format", "json", "old.yaml", "new.yaml"]);
    assert_eq!(
        (
            &run.json()["changes"][0]["line"],
            &run.json()["changes"][0]["column"]
        ),
        (&json!(1), &json!(5))
    );
}

/// `serde_yaml` stands on another parser; for plain documents both must see the same values.
#[test]
fn agrees_with_serde_yaml_on_every_shipped_yaml_file() {
    let mut count = 0;
    for entry in ["config", "deployed", "corrected"] {
        for env in ["staging", "production"] {
            let folder = crate::harness::repository()
                .join("examples/outage")
                .join(entry)
                .join(env);
            let Ok(rows) = std::fs::read_dir(folder) else {
                continue;
            };
            for row in rows {
                let path = row.expect("a file").path();
                if path.extension().is_none_or(|ending| ending != "yaml") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("text");
                let place = Place::new();
                let file = place.write("x.yaml", &text);
                let ours =
                    place.run(&["show", "--reveal", "--format", "json", &file]).json()["documents"].clone();
                let theirs: Vec<Value> = serde_yaml::Deserializer::from_str(&text)
                    .map(|document| serde::Deserialize::deserialize(document).expect("YAML"))
                    .collect();
                assert_eq!(ours, Value::Array(theirs), "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count >= 8, "only {count} files were compared");
}

//! The pairs that reference tools lose, each as a case of its own, and those that are no change.

use serde_json::{Value, json};

use crate::harness::Place;

fn changes(old: &str, new: &str, ending: &str) -> Vec<Value> {
    let place = Place::new();
    let old = place.write(&format!("old.{ending}"), old);
    let new = place.write(&format!("new.{ending}"), new);
    let run = place.run(&["diff", "--format", "json", &old, &new]);
    let changes = run.json()["changes"].as_array().expect("changes").clone();
    assert_eq!(run.code, i32::from(!changes.is_empty()), "{}", run.err);
    changes
}

/// One change with these fields.
#[track_caller]
fn one(old: &str, new: &str, want: &Value) {
    let found = changes(old, new, "yaml");
    assert_eq!(found.len(), 1, "{found:#?}");
    for (key, value) in want.as_object().expect("an object") {
        assert_eq!(&found[0][key], value, "{key} in {:#?}", found[0]);
    }
}

#[track_caller]
fn none(old: &str, new: &str) {
    let found = changes(old, new, "yaml");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_string_that_looks_like_an_equal_number() {
    one(
        "v: \"1.10\"\n",
        "v: \"1.1\"\n",
        &json!({"kind": "changed", "path": "v", "old": "1.10", "new": "1.1", "old_type": "string"}),
    );
}

#[test]
fn long_digits_as_strings() {
    one(
        "v: \"12345678901234567890\"\n",
        "v: \"12345678901234567891\"\n",
        &json!({"kind": "changed"}),
    );
}

#[test]
fn long_digits_as_integers() {
    one(
        "v: 12345678901234567890\n",
        "v: 12345678901234567891\n",
        &json!({"kind": "changed", "old_type": "integer", "new": "12345678901234567891"}),
    );
}

#[test]
fn beyond_what_a_float_holds() {
    one(
        "v: 9007199254740993\n",
        "v: 9007199254740992\n",
        &json!({"kind": "changed", "old": "9007199254740993"}),
    );
    let found = changes("{\"v\": 9007199254740993}", "{\"v\": 9007199254740992}", "json");
    assert_eq!(found.len(), 1);
}

#[test]
fn white_space_in_a_string() {
    one(
        "v: \" true\"\n",
        "v: \"true\"\n",
        &json!({"kind": "changed", "old": " true"}),
    );
}

#[test]
fn a_bool_that_becomes_a_string_in_a_list() {
    one(
        "v: [1, true]\n",
        "v: [1, \"true\"]\n",
        &json!({"kind": "type_changed", "path": "v[1]", "pointer": "/v/1", "old_type": "bool", "new_type": "string"}),
    );
}

#[test]
fn a_null_that_becomes_a_string_in_a_list() {
    one(
        "v: [null]\n",
        "v: [\"null\"]\n",
        &json!({"kind": "type_changed", "old_type": "null", "new_type": "string"}),
    );
}

#[test]
fn a_type_change_in_a_nested_list() {
    one(
        "v: [[1,2]]\n",
        "v: [[\"1\",2]]\n",
        &json!({"kind": "type_changed", "path": "v[0][0]"}),
    );
}

#[test]
fn two_documents_of_one_identity() {
    let doc = |value: u8| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{x: \"{value}\"}}\n")
    };
    let old = format!("{}---\n{}", doc(1), doc(2));
    let new = format!("{}---\n{}", doc(1), doc(3));
    one(
        &old,
        &new,
        &json!({"kind": "changed", "doc": 1, "path": "data.x", "old": "2", "new": "3"}),
    );
}

#[test]
fn a_duplicate_key_is_counted() {
    let found = changes("a: 1\na: 2\n", "a: 1\n", "yaml");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["kind"], &found[0]["path"]),
        (&json!("removed"), &json!("a(#2)"))
    );
    let swapped = changes("a: 1\na: 2\n", "a: 2\na: 1\n", "yaml");
    assert_eq!(
        swapped.len(),
        2,
        "the order of duplicates decides which one counts"
    );
}

#[test]
fn an_integer_key_that_becomes_a_string_key() {
    let found = changes("1: x\n", "\"1\": x\n", "yaml");
    let kinds: Vec<&Value> = found.iter().map(|change| &change["kind"]).collect();
    assert_eq!(kinds, [&json!("added"), &json!("removed")], "{found:#?}");
}

#[test]
fn a_tag_that_changes() {
    one(
        "v: !Ref x\n",
        "v: !GetAtt x\n",
        &json!({"kind": "type_changed", "path": "v"}),
    );
}

#[test]
fn the_same_volume_mounted_twice() {
    let old = "volumeMounts:\n- {name: data, mountPath: /a}\n- {name: data, mountPath: /b}\n";
    let new = "volumeMounts:\n- {name: data, mountPath: /a}\n- {name: data, mountPath: /c}\n";
    let found = changes(old, new, "yaml");
    let shown: Vec<String> = found
        .iter()
        .map(|change| format!("{} {}", change["kind"], change["path"]))
        .collect();
    assert_eq!(
        shown,
        [
            "\"removed\" \"volumeMounts[mountPath=/b]\"",
            "\"added\" \"volumeMounts[mountPath=/c]\""
        ]
    );
}

#[test]
fn a_list_with_a_name_that_is_not_unique() {
    one(
        "items:\n- {name: a, x: 1}\n- {name: a, x: 2}\n",
        "items:\n- {name: a, x: 1}\n- {name: a, x: 3}\n",
        &json!({"kind": "changed", "path": "items[1].x", "old": "2", "new": "3"}),
    );
}

#[test]
fn a_document_that_is_lost() {
    one(
        "a: 1\n---\nb: 2\n",
        "a: 1\n",
        &json!({"kind": "removed", "doc": 1, "old": {"b": 2}}),
    );
}

#[test]
fn what_is_no_change() {
    none(
        "a: {b: 1, c: [x, y]}\n",
        "# comment\n\na:\n    c:\n    - 'x'\n    - \"y\"\n    b: 1\n",
    );
    none(
        "base: &b {x: 1, y: 2}\nuse: {<<: *b, z: 3}\n",
        "base: {x: 1, y: 2}\nuse: {z: 3, y: 2, x: 1}\n",
    );
    none("n: 1_0\nf: 1.50\nh: 0x10\n", "h: 16\nf: 1.5\nn: 1_0\n");
    none("t: |\n  a\n  b\n", "t: \"a\\nb\\n\"\n");
    none("\u{feff}a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n");
}

#[test]
fn merge_precedence_is_own_then_first() {
    none(
        "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 0}\n",
        "a: {x: 1}\nb: {x: 2, y: 2}\nc: {x: 1, y: 2, z: 0}\n",
    );
    one(
        "a: &a {x: 1}\nc: {<<: *a, x: 5}\n",
        "a: {x: 1}\nc: {x: 1}\n",
        &json!({"path": "c.x", "old": "5", "new": "1"}),
    );
}

#[test]
fn order_is_told_apart_from_values() {
    one(
        "e:\n- {name: a, v: 1}\n- {name: b, v: 2}\n",
        "e:\n- {name: b, v: 2}\n- {name: a, v: 1}\n",
        &json!({"kind": "reordered", "path": "e"}),
    );
    one(
        "l: [a, b, c, d]\n",
        "l: [b, c, d, a]\n",
        &json!({"kind": "moved", "path": "l[3]", "pointer": "/l/3", "old_pointer": "/l/0"}),
    );
}

#[test]
fn list_items_by_identity_keep_their_path() {
    let found = changes(
        "spec: {containers: [{name: app, image: a:1}, {name: side, image: b:1}]}\n",
        "spec: {containers: [{name: new, image: c:1}, {name: app, image: a:2}, {name: side, image: b:1}]}\n",
        "yaml",
    );
    let shown: Vec<String> = found
        .iter()
        .map(|change| format!("{} {}", change["kind"], change["path"]))
        .collect();
    assert_eq!(
        shown,
        [
            "\"added\" \"spec.containers[name=new]\"",
            "\"changed\" \"spec.containers[name=app].image\""
        ]
    );
}

#[test]
fn contract_fields() {
    let found = changes(
        "spec:\n  containers:\n  - name: app\n    image: a:1\n",
        "spec:\n  # moved down\n  containers:\n  - name: app\n    image: a:2\n",
        "yaml",
    );
    let change = &found[0];
    assert_eq!(change["path"], "spec.containers[name=app].image");
    assert_eq!(
        (&change["pointer"], &change["old_pointer"]),
        (
            &json!("/spec/containers/0/image"),
            &json!("/spec/containers/0/image")
        )
    );
    assert_eq!(
        (&change["line"], &change["column"], &change["old_line"]),
        (&json!(5), &json!(12), &json!(4))
    );
    assert_eq!(change["fingerprint"].as_str().map(str::len), Some(64));
}

/// Compared, with what is said of how the files were read.
fn said(name: &str, old: &str, new: &str) -> (i32, String) {
    let place = Place::new();
    place.write(&format!("old/{name}"), old);
    place.write(&format!("new/{name}"), new);
    let run = place.run(&["diff", "old", "new"]);
    let json = place.run(&["diff", "old", "new", "--format", "json"]).json();
    for note in json["notes"].as_array().into_iter().flatten() {
        // Wrapped or not, people are told the same.
        let words = |text: &str| text.split_whitespace().collect::<String>();
        let message = note["message"].as_str().expect("a message");
        assert!(
            words(&run.out).contains(&words(message)),
            "{message}\n{}",
            run.out
        );
    }
    (run.code, run.out.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_tag_that_changes_is_named() {
    one(
        "v: !Ref x\n",
        "v: !GetAtt x\n",
        &json!({"kind": "type_changed", "old": "x", "new": "x", "old_tag": "!Ref", "new_tag": "!GetAtt"}),
    );
}

#[test]
fn how_a_file_was_read_is_said() {
    let (code, out) = said("x.yaml", "mode: 0644\nc: NO\n", "mode: 644\nc: \"NO\"\n");
    assert!(
        code == 0 && out.contains("read differently") && out.contains("2 before, 0 now"),
        "{out}"
    );
    let (code, out) = said(
        "x.yaml",
        "a: {{ .Values.x }}\nb: [\n",
        "a: {{ .Values.y }}\nb: [\n",
    );
    assert!(code == 1 && out.contains("compared as text"), "{out}");
    // Conditions in comments decide what the program gets.
    let (code, out) = said(
        "x.yaml",
        "# {{- if .Values.prod }}\nb: 2\n# {{- end }}\n",
        "# {{- if .Values.dev }}\nb: 2\n# {{- end }}\n",
    );
    assert!(code == 1 && out.contains("template conditions"), "{out}");
    assert_eq!(
        said("x.yaml", "# see {{ docs }}\na: 1\n", "a: 1\n").0,
        0,
        "prose in a comment is none"
    );
    let (code, out) = said(
        "notes.md",
        "---\nt: x\n---\n# Allow root\n",
        "---\nt: x\n---\n# Deny root\n",
    );
    assert!(code == 1 && out.contains("compared as text"), "{out}");
    assert_eq!(said("x.conf", "a\nb\n", "a\r\nb\r\n").0, 1);
    assert_eq!(said("x.conf", "a\nb\n", "a\nb").0, 1);
}

#[test]
fn the_order_of_elements_counts_in_xml_and_that_of_attributes_does_not() {
    let rule = |inner: &str| format!("<a x=\"1\" y=\"2\">{inner}</a>");
    let (deny, allow) = ("<deny users=\"?\"/>", "<allow users=\"*\"/>");
    let (code, out) = said(
        "web.xml",
        &rule(&format!("{deny}{allow}")),
        &rule(&format!("{allow}\n{deny}")),
    );
    assert!(code == 1 && out.contains("another order"), "{out}");
    let (code, out) = said("x.xml", &rule("<?php x?>"), &rule("<?php y?>"));
    assert!(code == 1 && out.contains("processing instructions"), "{out}");
    assert_eq!(said("x.xml", &rule("<b/><c/><b/>"), &rule("<b/><b/><c/>")).0, 1);
    assert_eq!(
        said(
            "x.xml",
            &rule(deny),
            &rule(deny).replace("x=\"1\" y=\"2\"", "y='2' x='1'")
        )
        .0,
        0
    );
}

#[test]
fn whoever_ignores_a_key_ignores_what_is_below_it() {
    let place = Place::new();
    place.write("old.yaml", "m: {an: {a: 1, b: 2}, c: 1}\n");
    for (new, code) in [
        ("m: {c: 1}\n", 0),
        ("m: {an: {a: 2, b: 2, d: 1}, c: 1}\n", 0),
        ("m: {an: {a: 1, b: 2}, c: 2}\n", 1),
    ] {
        place.write("new.yaml", new);
        assert_eq!(
            place
                .run(&["diff", "--ignore", "m.an", "old.yaml", "new.yaml"])
                .code,
            code,
            "{new}"
        );
    }
}

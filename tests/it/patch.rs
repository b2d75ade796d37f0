//! The diff as a JSON Patch: applied by another program to the old side, it gives the new one. And what the
//! policy's `[diff]` says.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Place, Run};

fn patched(old: &Value, operations: &Value) -> Value {
    let operations: json_patch::Patch = serde_json::from_value(operations.clone()).expect("a patch");
    let mut value = old.clone();
    json_patch::patch(&mut value, &operations)
        .unwrap_or_else(|error| panic!("{error}: {operations} on {old}"));
    value
}

/// Through the library: the same parsing, comparing and printing as the command's.
fn check(old: &Value, new: &Value) -> Value {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use tollgate::doc::{Limits, SourceFile};
    let side = |value: &Value| {
        let source = Arc::new(SourceFile::from_text("x.json", &value.to_string()));
        let tree = tollgate::formats::parse(&source, &Limits::DEFAULT).expect("JSON");
        BTreeMap::from([("x.json".to_owned(), Arc::new(tree))])
    };
    let settings = tollgate::settings::DiffSettings::default();
    let (changes, failed) = tollgate::diff::compare_sets(
        &side(old),
        &side(new),
        &settings,
        &Limits::DEFAULT,
        &tollgate::formats::InTurn,
    );
    assert!(failed.is_empty());
    let operations = tollgate::report::json_patch(&changes, true, None).expect("nothing is hidden");
    assert_eq!(&patched(old, &operations), new, "{operations}");
    operations
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5_i64..5).prop_map(Value::from),
        "[a-c~/]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..7).prop_map(Value::from),
            prop::collection::btree_map("[a-c]|name|id|~|/|", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_patch_makes_the_new_side_of_the_old_one(old in value(), new in value()) {
        let operations = check(&old, &new);
        prop_assert_eq!(operations == json!([]), old == new);
    }

    /// Lists that are mostly the same: items moved, gone, come, and changed.
    #[test]
    fn edited_lists_are_patched(
        items in prop::collection::vec(value(), 0..8),
        order in any::<u64>(),
        extra in prop::collection::vec(value(), 0..3),
        named in any::<bool>(),
    ) {
        let wrap = |at: usize, item: &Value| if named { json!({"name": format!("n{at}"), "v": item}) } else { item.clone() };
        let old: Vec<Value> = items.iter().enumerate().map(|(at, item)| wrap(at, item)).collect();
        let mut new = old.clone();
        if !new.is_empty() {
            let (len, order) = (new.len(), usize::try_from(order).expect("a small number"));
            new.rotate_left(order % len);
            new.swap(order / 7 % len, order / 49 % len);
            new.remove(order / 343 % len);
        }
        new.extend(extra.iter().enumerate().map(|(at, item)| wrap(100 + at, item)));
        check(&json!({"list": old}), &json!({"list": new}));
    }
}

fn diff(place: &Place, more: &[&str]) -> Run {
    let mut args = vec!["diff", "old.yaml", "new.yaml"];
    args.extend(more);
    place.run(&args)
}

#[test]
fn patches_of_several_documents_name_them_and_secrets_are_not_written_by_accident() {
    let place = Place::new();
    place.write("old.yaml", "a: 1\n---\nb: 1\n---\nc: 1\n");
    place.write("new.yaml", "a: 1\n---\nb: 2\n");
    let run = diff(&place, &["--format", "jsonpatch"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let rows = run.json();
    let rows = rows.as_array().expect("a list");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.contains(
        &json!({"file": "new.yaml", "doc": 1, "patch": [{"op": "replace", "path": "/b", "value": 2}]})
    ));
    assert!(rows.contains(&json!({"file": "new.yaml", "doc": 2, "patch": [{"op": "remove", "path": ""}]})));

    place.write("old.yaml", "password: hunter2\na: 1\n");
    place.write("new.yaml", "password: hunter3\na: 2\n");
    let run = diff(&place, &["--format", "jsonpatch"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("--reveal") && !run.err.contains("hunter"),
        "{}",
        run.err
    );
    let run = diff(&place, &["--format", "jsonpatch", "--reveal"]);
    assert_eq!(run.json()[0]["value"], "hunter3");
    // Only where it is a format of the command.
    let run = place.run(&[
        "check",
        "--deployed",
        "old.yaml",
        "new.yaml",
        "--format",
        "jsonpatch",
    ]);
    assert!(
        run.code == 2 && run.err.contains("no format `jsonpatch`"),
        "{}",
        run.err
    );
    let run = place.run(&["resolve", "new.yaml", "--report", "html=x.html"]);
    assert_eq!(run.code, 2, "{}", run.err);
}

const KUBERNETES: &str =
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  uid: U\n  labels: {x: L}\nspec:\n  type: T\n";

fn resource(uid: &str, label: &str, kind: &str) -> String {
    KUBERNETES
        .replace("U\n", &format!("{uid}\n"))
        .replace("L}", &format!("{label}}}"))
        .replace("T\n", &format!("{kind}\n"))
}

#[test]
fn what_is_ignored_is_counted_and_rules_see_it() {
    let place = Place::new();
    let policy = |diff: &str| {
        place.write(
            "tollgate.toml",
            format!("version = 1\n[configs.a]\nfiles = \"{{env}}/*.yaml\"\n[environments.p]\ntarget = {{ dir = \"live\" }}\n[diff]\n{diff}\n"),
        );
    };
    place.write("old.yaml", resource("1", "a", "ClusterIP"));
    place.write("new.yaml", resource("2", "b", "ClusterIP"));
    policy("noise = [\"kubernetes\"]\nignore = [\"metadata.labels.*\"]");
    let run = diff(&place, &["--format", "json"]);
    assert_eq!(
        (run.code, &run.json()["changes"], &run.json()["ignored"]),
        (0, &json!([]), &json!(2))
    );
    let run = diff(&place, &[]);
    assert!(
        run.out.contains("no changes (2 ignored, -v lists them)"),
        "{}",
        run.out
    );
    let listed = diff(&place, &["-v", "--format", "json"]).json();
    let paths: Vec<&str> = listed["ignored_changes"]
        .as_array()
        .expect("what is ignored")
        .iter()
        .filter_map(|row| row["path"].as_str())
        .collect();
    assert_eq!(paths, ["metadata.uid", "metadata.labels.x"]);
    let run = diff(&place, &["-v"]);
    assert!(
        run.out.contains("metadata.uid") && run.out.contains("ignored"),
        "{}",
        run.out
    );
    // Keys that come or go are ignored too, whole or in part.
    place.write(
        "new.yaml",
        resource("1", "a", "ClusterIP").replace("labels: {x: a}", "labels: {y: b}"),
    );
    assert_eq!(diff(&place, &[]).code, 0);
    place.write(
        "new.yaml",
        resource("1", "a", "ClusterIP").replace("  labels: {x: a}\n", ""),
    );
    assert_eq!(diff(&place, &[]).code, 0, "a map of which all values are ignored");
    // Outside of resources a `status` is a status.
    place.write("old.yaml", "status: {a: 1}\nmetadata: {uid: 1}\n");
    place.write("new.yaml", "status: {a: 2}\nmetadata: {uid: 2}\n");
    assert_eq!(
        diff(&place, &["--format", "json"]).json()["changes"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    // A rule sees what the diff does not show.
    policy("ignore = [\"**\"]");
    place.write("live/x.yaml", "tls: {verify: true}\n");
    place.write("p/x.yaml", "tls: {verify: false}\n");
    let run = place.run(&["check", "--at", "commit", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert_eq!(run.json()["changes"], json!([]));
    assert_eq!(run.json()["findings"][0]["code"], "TG101");
    // By hand, and wrong.
    place.write("tollgate.toml", "version = 1\n");
    assert_eq!(
        diff(&place, &["--ignore", "status.*", "--ignore", "**.uid"]).code,
        0
    );
    let run = diff(&place, &["--ignore", "a..b"]);
    assert!(
        run.code == 2 && run.err.contains("a name is missing"),
        "{}",
        run.err
    );
    policy("noise = [\"nope\"]");
    let run = diff(&place, &[]);
    assert!(
        run.code == 2 && run.err.contains("bundles: kubernetes"),
        "{}",
        run.err
    );
}

#[test]
fn list_keys_and_sets_of_the_policy() {
    let place = Place::new();
    place.write(
        "tollgate.toml",
        "version = 1\n[[diff.key]]\npath = \"routes\"\nby = [\"host\", \"path\"]\n[[diff.set]]\npath = \"**.origins\"\n[[diff.set]]\npath = \"named\"\n",
    );
    let text = |routes: &str, origins: &str, named: &str| {
        format!("routes: [{routes}]\ncors: {{origins: [{origins}]}}\nnamed: [{named}]\n")
    };
    let one = "{host: a, path: /, to: x}";
    let two = "{host: a, path: /b, to: y}";
    place.write(
        "old.yaml",
        text(&format!("{one}, {two}"), "p, q, q", "{name: a}, {name: b}"),
    );
    place.write(
        "new.yaml",
        text(&format!("{two}, {one}"), "q, r, p", "{name: b}, {name: a}"),
    );
    let rows = diff(&place, &["--format", "json"]).json();
    let rows: Vec<(&str, &str)> = rows["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|row| {
            (
                row["kind"].as_str().unwrap_or(""),
                row["path"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("reordered", "routes"),
            ("removed", "cors.origins[2]"),
            ("added", "cors.origins[1]"),
        ]
    );
    place.write(
        "new.yaml",
        text(
            &format!("{one}, {}", two.replace("y}", "z}")),
            "q, q, p",
            "{name: a}, {name: b}",
        ),
    );
    let rows = diff(&place, &["--format", "json"]).json();
    assert_eq!(rows["changes"].as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!(rows["changes"][0]["path"], "routes[host=a,path=/b].to");
    assert!(diff(&place, &[]).out.contains("routes by host+path"));
}

//! Files and documents under another name, values that stand in several places, documents in another order.

use serde_json::{Value, json};

use crate::harness::Place;

const APP: &str = "pool: {max: 64, min: 4}\nretries: 3\nbanner: welcome\nlevels: [1, 2, 3]\n";

fn resource(name: &str, replicas: u32) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  strategy: rolling\n  paused: false\n  image: shop\n"
    )
}

/// Kind, path, old and new value of every change between two folders.
fn changes(old: &[(&str, &str)], new: &[(&str, &str)]) -> (Place, Vec<Value>) {
    let place = Place::new();
    for (side, files) in [("old", old), ("new", new)] {
        std::fs::create_dir_all(place.path().join(side)).expect("a folder");
        for (name, text) in files {
            place.write(&format!("{side}/{name}"), text);
        }
    }
    let run = place.run(&["diff", "old", "new", "--format", "json"]);
    let rows = run.json()["changes"].as_array().cloned().expect("changes");
    assert_eq!(run.code, i32::from(!rows.is_empty()), "{}", run.err);
    (place, rows)
}

fn outline(rows: &[Value]) -> Vec<(&str, &str, &str, Value)> {
    rows.iter()
        .map(|row| {
            let field = |name: &str| row[name].as_str().unwrap_or_default();
            (field("file"), field("kind"), field("path"), row["new"].clone())
        })
        .collect()
}

#[test]
fn a_file_under_another_name_is_one_change_and_what_changed_with_it_is_seen() {
    let (place, rows) = changes(&[("app.yaml", APP)], &[("shop.yaml", &APP.replace("64", "8"))]);
    assert_eq!(
        outline(&rows),
        [
            ("new/shop.yaml", "moved", "", json!("shop.yaml")),
            ("new/shop.yaml", "changed", "pool.max", json!("8")),
        ]
    );
    assert_eq!(rows[0]["old"], "app.yaml");
    let human = place.run(&["diff", "old", "new"]).out;
    assert!(
        human.contains("new/shop.yaml (was app.yaml)") && human.contains("renamed"),
        "{human}"
    );
    // Rules see the value, and the name is stood by.
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    let codes = run.codes();
    assert!(
        codes.contains(&"TG101".to_owned()) && codes.contains(&"TG509".to_owned()),
        "{codes:?}"
    );
    let patch = place.run(&["diff", "old", "new", "--format", "jsonpatch"]).json();
    assert_eq!(patch[0]["renamed_from"], "app.yaml");
}

#[test]
fn the_same_bytes_under_another_name_are_a_change() {
    let (_, rows) = changes(&[("a.yaml", APP)], &[("b.yaml", APP)]);
    assert_eq!(outline(&rows), [("new/b.yaml", "moved", "", json!("b.yaml"))]);
    // Of several the one that is most alike.
    let other = "x: 1\ny: 2\nz: 3\n";
    let (_, rows) = changes(
        &[("a.yaml", APP), ("o.yaml", other)],
        &[("b.yaml", other), ("c.yaml", APP)],
    );
    assert_eq!(
        outline(&rows),
        [
            ("new/b.yaml", "moved", "", json!("b.yaml")),
            ("new/c.yaml", "moved", "", json!("c.yaml")),
        ]
    );
    assert_eq!(
        (&rows[0]["old"], &rows[1]["old"]),
        (&json!("o.yaml"), &json!("a.yaml"))
    );
    // What has nothing in common went and came.
    let (_, rows) = changes(&[("a.yaml", APP)], &[("b.yaml", other)]);
    let kinds: Vec<&str> = outline(&rows).iter().map(|row| row.1).collect();
    assert_eq!(kinds, ["removed", "added"]);
}

#[test]
fn a_file_without_content_that_comes_or_goes_is_a_change() {
    for text in ["", "# nothing\n"] {
        let (place, rows) = changes(&[("a.yaml", APP)], &[("a.yaml", APP), ("b.yaml", text)]);
        assert_eq!(outline(&rows), [("new/b.yaml", "added", "", Value::Null)]);
        let human = place.run(&["diff", "old", "new"]).out;
        assert!(
            human.contains("new/b.yaml (new file)") && human.contains("empty"),
            "{human}"
        );
        let (_, rows) = changes(&[("a.yaml", APP), ("b.yaml", text)], &[("a.yaml", APP)]);
        assert_eq!(outline(&rows), [("old/b.yaml", "removed", "", Value::Null)]);
    }
    let (_, rows) = changes(&[("a.yaml", "")], &[("a.yaml", "null\n")]);
    assert_eq!(rows.len(), 1);
}

#[test]
fn a_resource_under_another_name_is_compared_with_what_it_was() {
    let old = resource("shop", 6) + &resource("cart", 2);
    let new = resource("cart", 2) + &resource("store", 1);
    let (place, rows) = changes(&[("a.yaml", &old)], &[("a.yaml", &new)]);
    assert_eq!(
        outline(&rows),
        [
            ("new/a.yaml", "changed", "metadata.name", json!("store")),
            ("new/a.yaml", "changed", "spec.replicas", json!("1")),
            ("new/a.yaml", "reordered", "", json!([1, 0])),
        ]
    );
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    assert!(
        run.out
            .contains("apps/v1/Deployment//shop is apps/v1/Deployment//store now"),
        "{}",
        run.out
    );
    // Another kind is another resource, however alike.
    let other = new.replace(
        "kind: Deployment\nmetadata: {name: store}",
        "kind: StatefulSet\nmetadata: {name: store}",
    );
    let (_, rows) = changes(&[("a.yaml", &old)], &[("a.yaml", &other)]);
    let kinds: Vec<&str> = outline(&rows).iter().map(|row| row.1).collect();
    assert_eq!(kinds, ["removed", "added"]);
}

#[test]
fn what_an_anchor_changes_in_several_places_is_said_once_and_judged_in_each() {
    let old = "base: &b {pool: {max: 64}, mode: x}\nshop: *b\nadmin: {<<: *b, mode: y}\n";
    let (place, rows) = changes(&[("a.yaml", old)], &[("a.yaml", &old.replace("64", "8"))]);
    assert_eq!(
        outline(&rows),
        [("new/a.yaml", "changed", "base.pool.max", json!("8"))]
    );
    let places: Vec<&str> = rows[0]["also_at"]
        .as_array()
        .expect("places")
        .iter()
        .map(|place| place["path"].as_str().expect("a path"))
        .collect();
    assert_eq!(places, ["shop.pool.max", "admin.pool.max"]);
    let human = place.run(&["diff", "old", "new"]).out;
    assert!(
        human.contains("applies at 3 places") && human.contains("1 change in 1 file"),
        "{human}"
    );
    // A rule that speaks of one of the places still finds it.
    let rule = "[[rule]]\nid = \"own/shop\"\ntitle = \"t\"\nseverity = \"critical\"\npaths = [\"shop.pool.max\"]\nmessage = \"the shop's pool\"\n";
    place.write("rules.toml", rule);
    place.write("tollgate.toml", "version = 1\nrules = [\"rules.toml\"]\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "old",
        "new",
    ]);
    assert!(run.out.contains("the shop's pool"), "{}", run.out);
    // A key that a merge brought in goes from every place at once.
    let (_, rows) = changes(
        &[("a.yaml", old)],
        &[("a.yaml", &old.replace("pool: {max: 64}, ", ""))],
    );
    assert_eq!(rows.len(), 1, "{rows:#?}");
    // Two aliases that are written out are two edits.
    let two = "one: &b {x: 1}\ntwo: *b\nthree: *b\n";
    let (_, rows) = changes(&[("a.yaml", two)], &[("a.yaml", "one: {x: 1}\n")]);
    assert_eq!(rows.len(), 2);
}

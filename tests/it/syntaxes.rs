//! INI, properties, HCL and XML: their trees, their spans, their errors, and how they are told apart.

use serde_json::{Value, json};

use crate::harness::Place;

fn show(name: &str, text: &str) -> Value {
    let place = Place::new();
    place.write(name, text);
    let run = place.run(&["show", name, "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run.json()["documents"][0].clone()
}

fn changes(name: &str, old: &str, new: &str) -> Vec<(String, String)> {
    let place = Place::new();
    place.write(&format!("old/{name}"), old);
    place.write(&format!("new/{name}"), new);
    let run = place.run(&["diff", "old", "new", "--format", "json"]);
    let rows = run.json()["changes"].as_array().cloned().expect("changes");
    assert_eq!(run.code, i32::from(!rows.is_empty()), "{}", run.err);
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .map(|row| (text(row, "kind"), text(row, "path")))
        .collect()
}

fn one(kind: &str, path: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), path.to_owned())]
}

#[test]
fn ini_sections_separators_continuations_and_repeated_keys() {
    let text = "top = 1\n; c\n[db]\nhost = db.corp\n  second\n\n  third\n# c\nport: 5432\n[db \"x\"]\nflag\nurl = a=b ; kept\next = a\next = b\n[db]\nmore =\n";
    assert_eq!(
        show("a.ini", text),
        json!({
            "top": "1",
            "db": {"host": "db.corp\nsecond\n\nthird", "port": "5432", "more": ""},
            "db \"x\"": {"flag": null, "url": "a=b ; kept", "ext": ["a", "b"]},
        })
    );
    // Comments, blank lines around keys, the order of keys, and the separator are no change.
    let same = "; other\ntop:1\n\n[db]\nport = 5432\nhost = db.corp\n    second\n\n    third\nmore=\n[db \"x\"]\next=a\next=b\nurl=a=b ; kept\nflag\n";
    assert_eq!(changes("a.ini", text, same), []);
    assert_eq!(
        changes("a.ini", text, &text.replace("; kept", "; cut")),
        one("changed", "[\"db \\\"x\\\"\"].url")
    );
    assert_eq!(
        changes("a.ini", text, &text.replace("ext = b", "ext = c")),
        one("changed", "[\"db \\\"x\\\"\"].ext[1]")
    );
    assert_eq!(show("a.ini", ""), json!({}));
}

#[test]
fn properties_escapes_continuations_and_dotted_keys() {
    let text = "# c\n! c\na.b.c = 1\na\\ b: x \\\n   y\nuni=\\u00e9\\uD83D\\uDE00\nempty\nk\\=v=w\nlone=\\uD800\n\\\n next=1\n";
    assert_eq!(
        show("a.properties", text),
        json!({"a.b.c": "1", "a b": "x y", "uni": "é😀", "empty": "", "k=v": "w", "lone": {"$tag": "!lone-surrogate", "value": "\\uD800"}, "next": "1"})
    );
    assert_eq!(
        changes("a.properties", "a=1\nb=\\u0041\n", "b : A\n\n# c\na 1"),
        []
    );
    assert_eq!(
        changes("a.properties", "a=1\n", "a=1 \n"),
        one("changed", "a"),
        "a blank at the end is part of the value"
    );
    // Patterns look into dotted keys: the pool is one, however it is written.
    let place = Place::new();
    place.write("old.properties", "spring.datasource.pool.max=64\n");
    place.write("new.properties", "spring.datasource.pool.max=8\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--deployed",
        "old.properties",
        "new.properties",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert_eq!(run.json()["findings"][0]["rule"], "capacity/pool-shrink");
}

#[test]
fn hcl_blocks_labels_heredocs_and_expressions() {
    let text = "resource \"aws_db\" \"main\" {\n  count = 3\n  size = -1.50\n  big = 123456789012345678901234567890\n  name = \"db-${var.env}\"\n  tags = { Name = \"a\" }\n  ingress { from = 1 }\n  ingress { from = 2 }\n  doc = <<-EOT\n    hello\n      world\n  EOT\n  v = var.x == 1 ? \"a\" : \"b\"\n}\nresource \"aws_db\" \"other\" {}\n";
    let want = json!({"resource": {"aws_db": {
        "main": {
            "count": 3,
            "size": -1.5,
            "big": {"$number": "123456789012345678901234567890"},
            "name": {"$tag": "!expr", "value": "\"db-${var.env}\""},
            "tags": {"Name": "a"},
            "ingress": [{"from": 1}, {"from": 2}],
            "doc": "hello\n  world\n",
            "v": {"$tag": "!expr", "value": "var.x == 1 ? \"a\" : \"b\""},
        },
        "other": {},
    }}});
    assert_eq!(show("main.tf", text), want);
    assert_eq!(
        changes("main.tf", text, &text.replace("count = 3", "count = 4 # c")),
        one("changed", "resource.aws_db.main.count")
    );
    assert_eq!(
        changes("main.tf", text, &text.replace("\"a\" : \"b\"", "\"b\" : \"a\"")),
        one("changed", "resource.aws_db.main.v")
    );
    // A block and an object of the same content are two things, and so are labels and blocks in blocks.
    for (old, new, path) in [
        ("b { a = 1 }\n", "b = { a = 1 }\n", "b"),
        ("b \"x\" {}\n", "b {\n  x {}\n}\n", "b"),
        ("b {}\nb {}\n", "b = [{}, {}]\n", "b[0]"),
    ] {
        let found = changes("a.hcl", old, new);
        assert_eq!(
            found[0],
            ("type_changed".to_owned(), path.to_owned()),
            "{old:?} {new:?}"
        );
    }
    // Provisioners run in the order of the file.
    let run = |first: &str, second: &str| {
        format!(
            "r {{\n  provisioner \"{first}\" {{\n    a = 1\n  }}\n  provisioner \"{second}\" {{\n    a = 1\n  }}\n}}\n"
        )
    };
    assert_ne!(
        changes("a.tf", &run("local-exec", "file"), &run("file", "local-exec")),
        []
    );
    // A string and the expression of the same text are two things.
    assert_eq!(
        changes("a.hcl", "a = var.x\n", "a = \"var.x\"\n"),
        one("type_changed", "a")
    );
}

#[test]
fn xml_attributes_text_children_and_mixed_content() {
    let text = "<?xml version=\"1.0\"?>\n<c xmlns:a=\"urn:a\">\n  <add name=\"x\" v=\"1\"/>\n  <add name=\"y\" v=\"2\"/>\n  <a:l v=\"1\">debug</a:l>\n  <p>t <b>bold</b> more</p>\n  <e/>\n  <s> 5 </s>\n</c>\n";
    assert_eq!(
        show("a.xml", text),
        json!({"c": {
            "@xmlns:a": "urn:a",
            "add": [{"@name": "x", "@v": "1"}, {"@name": "y", "@v": "2"}],
            "a:l": {"@v": "1", "#text": "debug"},
            "p": {"#content": ["t ", {"b": "bold"}, " more"]},
            "e": "",
            "s": " 5 ",
        }})
    );
    let same = text
        .replace("\n  ", "\n\t\t")
        .replace("<e/>", "<e></e><!-- c -->");
    assert_eq!(changes("a.xml", text, &same), []);
    assert_eq!(
        changes("a.xml", text, &text.replace("v=\"2\"", "v='3'")),
        one("changed", "c.add[@name=y][\"@v\"]")
    );
    assert_eq!(
        changes("a.xml", text, &text.replace("> 5 <", ">5<")),
        one("changed", "c.s")
    );
    assert_ne!(
        changes(
            "a.xml",
            text,
            &text.replace("t <b>bold</b> more", "<b>bold</b> t  more")
        ),
        [],
        "where text stands between elements their order counts"
    );
}

#[test]
fn spans_point_at_the_value() {
    for (name, old, new, line, column) in [
        ("a.ini", "[s]\nkey = a\n", "[s]\nkey = b\n", 2, 7),
        ("a.properties", "x=1\nkey : a\n", "x=1\nkey : b\n", 2, 7),
        ("a.tf", "a {\n  b = \"é\"\n}\n", "a {\n  b = \"x\"\n}\n", 2, 7),
        (
            "a.xml",
            "<a>\n  <b c='1'/>\n</a>",
            "<a>\n  <b c='2'/>\n</a>",
            2,
            9,
        ),
    ] {
        let place = Place::new();
        place.write(&format!("old/{name}"), old);
        place.write(&format!("new/{name}"), new);
        let row = place.run(&["diff", "old", "new", "--format", "json"]).json()["changes"][0].clone();
        assert_eq!(
            (&row["line"], &row["column"]),
            (&json!(line), &json!(column)),
            "{name} {row}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (name, text, at, message) in [
        ("a.ini", "[a\nx=1\n", "1:1", "expected `[section]`"),
        ("a.ini", "a\n  b\n", "2:3", "does not begin"),
        ("a.ini", "[a] x\n", "1:4", "expected the end of the line"),
        ("a.ini", "= x\n", "1:1", "expected a key"),
        (
            "a.properties",
            "a=1\nb=\\u12x4\n",
            "2:3",
            "four hexadecimal digits",
        ),
        ("a.tf", "a = 1\nb = {\n", "2:", "unexpected"),
        ("a.xml", "<a>\n  <b>é</c>\n</a>", "2:7", "expected 'b' tag"),
        ("a.xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "1:1", "DTD"),
    ] {
        let place = Place::new();
        place.write(name, text);
        let run = place.run(&["show", name]);
        assert_eq!(run.code, 2, "{name} {}", run.out);
        let said = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains(&format!("{name}:{at}")) && said.contains(message),
            "{name}: {}",
            run.err
        );
    }
}

#[test]
fn deep_and_hostile_files_are_refused_not_followed() {
    let deep = [
        ("a.xml", "<a>".repeat(100_000) + &"</a>".repeat(100_000)),
        (
            "b.xml",
            "<a><!-- </a> -->".repeat(50_000) + &"</a>".repeat(50_000),
        ),
        ("a.tf", "a = ".to_owned() + &"[".repeat(100_000)),
        ("b.tf", "a {\n".repeat(100_000)),
    ];
    for (name, text) in deep {
        let place = Place::new();
        place.write(name, &text);
        let run = place.run(&["show", name]);
        assert_eq!(run.code, 2, "{name}");
        assert!(run.err.contains("nest"), "{name} {}", run.err);
    }
}

#[test]
fn content_decides_where_the_name_does_not_and_the_flag_beats_both() {
    for (text, syntax) in [
        ("<a><b/></a>", "xml"),
        ("[s]\na = 1\n", "ini"),
        ("[1, 2]\n", "jsonc"),
        ("{\"a\": 1}", "jsonc"),
        ("---\na: 1\n", "yaml"),
        ("server { listen 80; }\n", "text"),
        ("<a><b></a>", "text"),
    ] {
        let place = Place::new();
        place.write("unknown", text);
        let run = place.run(&["show", "unknown"]);
        assert!(
            run.out.starts_with(&format!("unknown: {syntax},")),
            "{text}: {}",
            run.out
        );
    }
    let place = Place::new();
    place.write("a.conf", "[s]\na = 1\n");
    assert!(place.run(&["show", "a.conf"]).out.starts_with("a.conf: text,"));
    assert!(
        place
            .run(&["show", "--syntax", "ini", "a.conf"])
            .out
            .starts_with("a.conf: ini,")
    );
    let run = place.run(&["show", "--syntax", "nope", "a.conf"]);
    assert!(run.code == 2 && run.err.contains("known: "), "{}", run.err);
    // A file that changes its syntax between the sides changes as a whole.
    assert_eq!(changes("x", "[s]\na = 1\n", "s a 1\n"), one("type_changed", ""));
}

const CIPHER: &str = "ENC[AES256_GCM,data:CwE4O1s=,iv:2k=,tag:o0mQ==,type:str]";

fn sops(user: &str, password: &str, mac: &str) -> String {
    format!(
        "user: {user}\npassword: {password}\nsops:\n    age:\n        - recipient: age1x\n          enc: |\n            x\n    lastmodified: '2026-01-01T00:00:00Z'\n    mac: {mac}\n    version: 3.9.0\n"
    )
}

#[test]
fn what_sops_encrypted_is_compared_by_its_ciphertext_and_its_own_block_is_not() {
    let place = Place::new();
    let other = CIPHER.replace("CwE4", "XXXX");
    place.write("old.yaml", sops("a", CIPHER, CIPHER));
    place.write("new.yaml", sops("a", &other, &other));
    let run = place.run(&["diff", "old.yaml", "new.yaml", "--format", "json"]);
    let rows = run.json()["changes"].as_array().cloned().expect("changes");
    assert_eq!(rows.len(), 1, "{}", run.out);
    assert_eq!(rows[0]["path"], "password");
    assert_eq!(
        (&rows[0]["old"], &rows[0]["new"]),
        (&json!("‹encrypted›"), &json!("‹encrypted›"))
    );
    let human = place.run(&["diff", "old.yaml", "new.yaml"]).out;
    assert!(human.contains("differs") && !human.contains("XXXX"), "{human}");
    let checked = place.check(&sops("a", CIPHER, CIPHER), &sops("a", CIPHER, &other));
    assert!(checked.codes().contains(&"TG510".to_owned()), "{}", checked.out);
    // In the digest a ciphertext is only that it is there: each environment has another one.
    let digest = |text: &str| {
        place.write("x.yaml", text);
        place.run(&["show", "--projection", "x.yaml"]).out
    };
    assert_eq!(
        digest(&sops("a", CIPHER, CIPHER)),
        digest(&sops("a", &other, &other))
    );
    assert_ne!(
        digest(&sops("a", CIPHER, CIPHER)),
        digest(&sops("b", CIPHER, CIPHER))
    );
    assert_ne!(
        digest(&sops("a", CIPHER, CIPHER)),
        digest(&sops("a", "open", CIPHER))
    );
    // The name alone makes nothing disappear.
    let plain = sops("a", CIPHER, "0");
    assert_eq!(
        changes("x.yaml", &plain, &plain.replace("version: 3.9.0", "version: 4")),
        one("type_changed", "sops.version")
    );
    let env = |value: &str| format!("A={value}\nsops_mac={CIPHER}\nsops_version=3.9.0\n");
    assert_eq!(changes("x.env", &env(CIPHER), &env(&other)), one("changed", "A"));
    assert_eq!(
        changes("x.env", &env(CIPHER), &env(CIPHER).replace("3.9.0", "3.9.1")),
        []
    );
}

#[test]
fn dotenv_spellings_that_readers_read_differently_are_a_change() {
    for (old, new) in [
        ("A=\"$B\"\n", "A='$B'\n"),
        ("A=$B\n", "A='$B'\n"),
        ("A=\"$B\"\n", "A=\"\\$B\"\n"),
        ("A=\"x\"\n", "A=`x`\n"),
        ("A=a\\b\n", "A='a\\b'\n"),
        ("A=\"`id`\"\n", "A='`id`'\n"),
        // Which of them is expanded, and what a backslash makes of the letter after it.
        ("A=\"\\$X$Y\"\n", "A=\"$X\\$Y\"\n"),
        ("A=\"\\\\$X\"\n", "A=\\$X\n"),
        ("A=\"a\\nb\"\n", "A=\"a\nb\"\n"),
        ("A=\"a\\q\"\n", "A=\"a\\\\q\"\n"),
        ("A=foo\"bar\"\n", "A='foo\"bar\"'\n"),
        ("A=~/x\n", "A=\"~/x\"\n"),
    ] {
        let found = changes("x.env", old, new);
        assert_eq!(found.len(), 1, "{old:?} {new:?} {found:?}");
    }
    for (old, new) in [
        ("A=\"x\"\n", "A=x\n"),
        ("A='x'\n", "A=\"x\"\n"),
        ("A=\"$B\"\n", "A=$B\n"),
        ("A='a b'\n", "A=\"a b\"\n"),
        ("A=1\r\nB=2\r\n", "B=2\nA=1\n"),
    ] {
        assert_eq!(changes("x.env", old, new), [], "{old:?} {new:?}");
    }
    // What is expanded may stand for a key above it.
    assert_eq!(
        changes("x.env", "X=1\nB=$X\n", "B=$X\nX=1\n"),
        one("reordered", "")
    );
    let place = Place::new();
    for text in ["A=1\rB=2\nC=1\n", "# c\rB=2\r\n", "A='x'\rB=1\n"] {
        place.write("x.env", text);
        let run = place.run(&["show", "x.env"]);
        assert_eq!(run.code, 2, "{text:?} {}", run.out);
        assert!(run.err.contains("carriage return"), "{}", run.err);
    }
}

#[test]
fn what_an_attack_on_the_readers_found() {
    let carriage = changes(
        "tsconfig.json",
        "{\"a\":1 //x\r,\"b\":2\n}",
        "{\"a\":1 //x\r,\"b\":3\n}",
    );
    assert_eq!(carriage, one("changed", "b"), "a carriage return ends a comment");
    assert_eq!(
        changes(
            ".editorconfig",
            "[*]\na=2\n[*.md]\na=4\n",
            "[*.md]\na=4\n[*]\na=2\n"
        ),
        one("reordered", ""),
        "the later section wins"
    );
    assert_ne!(
        changes("a.xml", "<a>\u{a0}<b/></a>", "<a><b/></a>"),
        [],
        "a no-break space is no layout"
    );
    assert_eq!(
        changes("a.properties", "a=\\uD800\n", "a=\\\\uD800\n"),
        one("type_changed", "a"),
        "half of a pair is no six characters"
    );
    assert_eq!(changes("a.conf", "\u{feff}user root;\n", "user root;\n").len(), 1);
    for (name, old, new) in [
        (
            "a.yaml",
            "port: 1 #@ data.values.a\n",
            "port: 1 #@ data.values.b\n",
        ),
        (
            "a.yaml",
            "# {{#if prod}}\na: 1\n# {{/if}}\n",
            "# {{#if dev}}\na: 1\n# {{/if}}\n",
        ),
        (
            "a.yaml",
            "x: \"{{ y }}\" # {{ if a }}\n",
            "x: \"{{ y }}\" # {{ if b }}\n",
        ),
        ("a.yaml", "# {{-\tif x }}\na: 1\n", "# {{-\tif y }}\na: 1\n"),
    ] {
        assert_eq!(changes(name, old, new).len(), 1, "{old:?}");
    }
    let place = Place::new();
    for (name, old, new, said) in [
        ("a.json", "\u{feff}{}", "{}", "a byte order mark went"),
        (
            "a.yaml",
            "a: 2024-01-01\n",
            "a: \"2024-01-01\"\n",
            "1 before, 0 now",
        ),
        ("a.yaml", "a: 1e3\n", "a: 1000.0\n", "1 before, 0 now"),
        (
            "a.yaml",
            "a: 190:20:30\n",
            "a: \"190:20:30\"\n",
            "1 before, 0 now",
        ),
    ] {
        place.write(&format!("old/{name}"), old);
        place.write(&format!("new/{name}"), new);
        let run = place.run(&["diff", &format!("old/{name}"), &format!("new/{name}")]);
        assert!(run.out.contains(said), "{old:?}: {}", run.out);
    }
}

#[test]
fn a_document_type_that_defines_nothing_is_kept_and_compared() {
    let place = Place::new();
    let with = |public: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<!-- > [ -->\n<!DOCTYPE a PUBLIC \"{public}\"\n  'x[>.dtd'>\n<a><b>1</b></a>\n"
        )
    };
    place.write("old.xml", with("-//A 1"));
    place.write("same.xml", with("-//A 1").replace("\n  'x", "   'x"));
    place.write("new.xml", with("-//A 2"));
    place.write("none.xml", "<a><b>1</b></a>\n");
    assert_eq!(place.run(&["diff", "old.xml", "same.xml"]).code, 0);
    for other in ["new.xml", "none.xml"] {
        let run = place.run(&["diff", "old.xml", other]);
        assert_eq!(run.code, 1, "{other}");
        assert!(
            run.out.contains("!DOCTYPE") && run.out.contains("-//A 1"),
            "{}",
            run.out
        );
    }
    let run = place.run(&["resolve", "--list", "--format", "json", "old.xml"]);
    assert!(
        run.out.contains("\"addresses\": []"),
        "a definition is never fetched: {}",
        run.out
    );
}

#[test]
fn processing_instructions_beside_the_root_are_kept_and_compared() {
    let place = Place::new();
    let with = |sheet: &str, again: &str| {
        format!("<?xml version=\"1.0\"?>\n<?xml-stylesheet href=\"{sheet}\"?>\n<a><b>1</b></a>\n{again}")
    };
    place.write("old.xml", with("a.xsl", ""));
    place.write("new.xml", with("b.xsl", ""));
    place.write("two.xml", with("a.xsl", "<?again x?>\n"));
    for other in ["new.xml", "two.xml"] {
        let run = place.run(&["diff", "old.xml", other]);
        assert_eq!(
            (run.code, run.out.contains("as text")),
            (1, false),
            "{other}: {}",
            run.out
        );
    }
    assert_eq!(place.run(&["diff", "old.xml", "old.xml"]).code, 0);
    // Inside of an element they stand in an order that no key says.
    place.write("inner.xml", "<a><?x y?><b>1</b></a>\n");
    let run = place.run(&["resolve", "--list", "inner.xml"]);
    let said = format!("{}{}", run.out, run.err);
    assert!(said.contains("processing instructions"), "{said}");
}

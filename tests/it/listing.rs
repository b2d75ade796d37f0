//! Files that are compared as text, shown as the hunks of a unified diff: the hunks say all of the change, and
//! nothing else. Applied here by hand.

use std::fmt::Write as _;

use crate::harness::Place;

/// Applies what `diff --format markdown` printed of one text file. Panics where it does not fit.
fn applied(old: &[String], printed: &str) -> Vec<String> {
    let mut new = Vec::new();
    let mut at = 0;
    for line in printed.lines() {
        if let Some(header) = line.strip_prefix("@@ -") {
            let range = header.split(' ').next().expect("a range");
            let (start, length) = range.split_once(',').unwrap_or((range, "1"));
            let start: usize = start.parse().expect("a line number");
            let start = if length == "0" { start } else { start - 1 };
            new.extend_from_slice(&old[at..start]);
            at = start;
        } else if let Some(text) = line.strip_prefix("  ") {
            assert_eq!(old[at], text, "context of {printed}");
            new.push(text.to_owned());
            at += 1;
        } else if let Some(text) = line.strip_prefix("- ") {
            assert_eq!(old[at], text, "an old line of {printed}");
            at += 1;
        } else if let Some(text) = line.strip_prefix("+ ") {
            new.push(text.to_owned());
        }
    }
    new.extend_from_slice(&old[at..]);
    new
}

/// A small generator of numbers (xorshift), so that a case can be run again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit).expect("small")
    }
}

fn file(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{line}");
        out
    })
}

#[test]
fn the_hunks_of_a_text_file_make_the_new_file_of_the_old_one() {
    let place = Place::new();
    for seed in 1..60_u64 {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let old: Vec<String> = (0..=numbers.below(30))
            .map(|_| format!("word{}", numbers.below(12)))
            .collect();
        let mut new = old.clone();
        for _ in 0..=numbers.below(6) {
            let at = numbers.below(new.len() as u64 + 1);
            match numbers.below(4) {
                0 => new.insert(at, format!("word{}", numbers.below(14))),
                1 if at < new.len() => drop(new.remove(at)),
                2 if at < new.len() => new[at].push('x'),
                _ if at < new.len() => {
                    let line = new.remove(at);
                    let to = numbers.below(new.len() as u64 + 1);
                    new.insert(to, line);
                }
                _ => {}
            }
        }
        place.write("old.conf", file(&old));
        place.write("new.conf", file(&new));
        let around = (seed % 4).to_string();
        let run = place.run(&[
            "diff", "old.conf", "new.conf", "--format", "markdown", "-U", &around, "--full",
        ]);
        assert_eq!(run.code, i32::from(old != new), "{seed}: {}", run.err);
        if old != new && !new.is_empty() {
            assert_eq!(applied(&old, &run.out), new, "{seed}: {old:?} {}", run.out);
        }
    }
}

#[test]
fn a_text_file_is_shown_as_hunks_with_context() {
    let place = Place::new();
    let lines: Vec<String> = (1..=400).map(|nth| format!("line {nth}")).collect();
    let old = file(&lines);
    let new = old
        .replace("line 12\n", "line twelve\n")
        .replace("line 300\n", "");
    place.write("old.conf", &old);
    place.write("new.conf", &new);
    let run = place.run(&["diff", "old.conf", "new.conf"]);
    assert!(run.out.contains("@@ -10,5 +10,5 @@"), "{}", run.out);
    assert!(
        run.out
            .contains("        line 11\n      - line 12\n      + line twelve\n"),
        "{}",
        run.out
    );
    assert!(run.out.contains("@@ -298,5 +298,4 @@"), "{}", run.out);
    // A file that came is shown up to a few lines, and says how many are left.
    place.write("o/a.yaml", "a: 1\n");
    place.write("n/a.yaml", "a: 1\n");
    place.write("n/new.conf", &old);
    let run = place.run(&["diff", "o", "n"]);
    assert!(run.out.contains("+392 lines, --full"), "{}", run.out);
    let run = place.run(&["diff", "o", "n", "--full"]);
    assert!(run.out.contains("+ line 400\n"), "{}", run.out);
}

#[test]
fn a_secret_line_that_changes_is_seen_to_change_and_not_shown() {
    let place = Place::new();
    place.write("old.conf", "a 1\npassword=hunter2-old\nb 1\n");
    place.write("new.conf", "a 1\npassword=hunter2-new\nb 2\n");
    let run = place.run(&["diff", "old.conf", "new.conf"]);
    assert!(!run.out.contains("hunter2"), "{}", run.out);
    assert_eq!(run.out.matches("(differs)").count(), 2, "{}", run.out);
    // The same inside of a value of several lines.
    place.write("old.yaml", "data: |\n  a=1\n  db.password=hunter2-old\n  b=1\n");
    place.write("new.yaml", "data: |\n  a=1\n  db.password=hunter2-new\n  b=2\n");
    let run = place.run(&["diff", "old.yaml", "new.yaml"]);
    assert!(!run.out.contains("hunter2"), "{}", run.out);
    assert_eq!(run.out.matches("(differs)").count(), 2, "{}", run.out);
}

/// One subject, one validity, two certificates; and a root.
const ISSUED: &str = include_str!("../data/auth-1.pem");
const REISSUED: &str = include_str!("../data/auth-2.pem");
const ROOT: &str = include_str!("../data/root.pem");

#[test]
fn certificates_are_said_in_words_and_a_reissued_one_is_another() {
    let place = Place::new();
    let value = |text: &str| {
        let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
        format!("tls: |\n{}\n", lines.join("\n"))
    };
    for (old, new) in [("old.pem", "new.pem"), ("old.yaml", "new.yaml")] {
        let write = |name: &str, text: String| {
            let yaml = name.ends_with("yaml");
            place.write(name, if yaml { value(&text) } else { text });
        };
        write(old, format!("{ISSUED}{ROOT}"));
        write(new, format!("{REISSUED}{ROOT}"));
        let run = place.run(&["diff", old, new]);
        assert_eq!(run.code, 1, "{}", run.out);
        for said in [
            "certificate CN=auth.example, O=Example",
            "for auth.example, auth.internal, 10.0.0.7",
            "days left",
            "certificate CN=Example Root",
        ] {
            assert!(run.out.contains(said), "{said}: {}", run.out);
        }
        assert_eq!(run.out.matches("-   serial").count(), 1, "{}", run.out);
        assert_eq!(run.out.matches("+   serial").count(), 1, "{}", run.out);
        assert!(!run.out.contains("MII"), "{}", run.out);
        // What stands beside the blocks is not lost.
        write(new, format!("# rotated by hand\n{ISSUED}{ROOT}"));
        let run = place.run(&["diff", old, new]);
        assert!(run.out.contains("+ # rotated by hand"), "{}", run.out);
        // A private key is a block that differs, and is not shown.
        let key =
            |body: &str| format!("{ISSUED}-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        write(old, key("MIGHAgEA"));
        write(new, key("MIGHAgEB"));
        let run = place.run(&["diff", old, new]);
        assert_eq!(run.code, 1, "{}", run.out);
        assert!(!run.out.contains("MIGH"), "{}", run.out);
        if new == "new.pem" {
            assert_eq!(run.out.matches("PRIVATE KEY (differs)").count(), 2, "{}", run.out);
        }
    }
}

#[test]
fn what_is_in_a_container_that_changed_its_kind_is_shown() {
    let place = Place::new();
    let one = "g \"x\" {\n  ingress {\n    port = 443\n    cidr = \"10.0.0.0/8\"\n  }\n}\n";
    let two = one.replace(
        "  }\n}\n",
        "  }\n  ingress {\n    port = 22\n    cidr = \"0.0.0.0/0\"\n  }\n}\n",
    );
    for (name, old, new, said) in [
        ("a.tf", one, two.as_str(), "0.0.0.0/0"),
        ("b.hcl", "b {\n x = 1\n}\n", "b = {\n x = 999\n}\n", "999"),
        ("c.yaml", "a: 1\n", "a: {cmd: evil}\n", "evil"),
        ("d.yaml", "a: !x {b: 1}\n", "a: !y {b: 2}\n", "a.b"),
    ] {
        place.write(&format!("old/{name}"), old);
        place.write(&format!("new/{name}"), new);
        for format in ["human", "markdown", "html"] {
            let run = place.run(&[
                "diff",
                &format!("old/{name}"),
                &format!("new/{name}"),
                "--format",
                format,
            ]);
            assert!(run.out.contains(said), "{name} {format}: {}", run.out);
        }
    }
}

#[test]
fn a_summary_of_certificates_hides_nothing_beside_them() {
    let place = Place::new();
    let lua = |verify: &str| format!("return {{ ca = [[\n{ROOT}]], verify = {verify} }}\n");
    let vpn = |a: &str, b: &str| format!("<ca>\n{a}</ca>\n<cert>\n{b}</cert>\n");
    let both = format!("{ISSUED}{ROOT}");
    for (old, new, said) in [
        (lua("true"), lua("false"), "verify = false"),
        (
            vpn(&both, REISSUED),
            vpn(ISSUED, &format!("{ROOT}{REISSUED}")),
            "</ca>",
        ),
        (
            format!("{ROOT}x\n"),
            format!(
                "{}x\n",
                ROOT.replace("END CERTIFICATE-----", "END CERTIFICATE---")
            ),
            "END CERTIFICATE---",
        ),
    ] {
        place.write("old.conf", &old);
        place.write("new.conf", &new);
        let run = place.run(&["diff", "old.conf", "new.conf"]);
        assert!(run.out.contains(said), "{said}: {}", run.out);
        assert!(!run.out.contains("written in another way"), "{}", run.out);
    }
}

#[test]
fn full_lines_are_whole() {
    let place = Place::new();
    let line = |end: &str| format!("header Content-Security-Policy {} {end};\n", "x".repeat(400));
    place.write("old.conf", line("'self'"));
    place.write("new.conf", line("'none'"));
    let run = place.run(&["diff", "old.conf", "new.conf", "--full"]);
    assert!(
        run.out.contains(&"x".repeat(400)) && run.out.contains("'none'"),
        "{}",
        run.out
    );
}

//! Hostile input: an error or a finding with its place, quickly, never a panic, a hang or a silent pass.

use std::time::{Duration, Instant};

use crate::harness::{Place, Run};

/// Far above what any case takes, far below a hang. Speed is measured in `benches/`.
const HANG: Duration = Duration::from_secs(60);

fn refused(place: &Place, name: &str) -> Run {
    let started = Instant::now();
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--format",
        "json",
        "--deployed",
        "/dev/null",
        name,
    ]);
    assert!(started.elapsed() < HANG, "{name} hangs");
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert_eq!(
        run.code,
        1,
        "{name}: {}{}",
        run.out.chars().take(2000).collect::<String>(),
        run.err
    );
    run
}

#[test]
fn bytes_that_are_no_configuration() {
    let place = Place::new();
    let deep = |open: &str, times: usize| open.repeat(times);
    let laughs = (0..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
    });
    let merges = (0..40).fold("m0: &m0 {k: 1}\n".to_owned(), |text, n| {
        format!(
            "{text}m{}: &m{} {{<<: [*m{n}, *m{n}], k{n}: [*m{n}, *m{n}]}}\n",
            n + 1,
            n + 1
        )
    });
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nul.yaml", b"a: 1\0\n".to_vec()),
        ("utf8.yaml", b"a: \xff\n".to_vec()),
        (
            "utf16.yaml",
            "\u{feff}a: 1".encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("deep-flow.yaml", deep("[", 100_000).into_bytes()),
        ("deep-block.yaml", deep("- ", 100_000).into_bytes()),
        (
            "deep-keys.yaml",
            (0..3000)
                .flat_map(|n| [" ".repeat(n), "a:\n".to_owned()])
                .collect::<Vec<_>>()
                .concat()
                .into_bytes(),
        ),
        ("deep.json", deep("[", 100_000).into_bytes()),
        ("deep-objects.json", deep("{\"a\":", 100_000).into_bytes()),
        ("deep.toml", format!("a = {}", deep("[", 100_000)).into_bytes()),
        (
            "deep-dots.toml",
            format!("{}a = 1", deep("a.", 100_000)).into_bytes(),
        ),
        ("laughs.yaml", laughs.into_bytes()),
        ("merges.yaml", merges.into_bytes()),
        ("cycle.yaml", b"a: &a [*a]\n".to_vec()),
        ("cycle-map.yaml", b"a: &a\n  b: {<<: *a}\n".to_vec()),
        ("alias.yaml", b"a: *nowhere\n".to_vec()),
        ("tab.yaml", b"a:\n\tb: 1\n".to_vec()),
        ("truncated.json", b"{\"a\": [1, 2".to_vec()),
        ("two.json", b"{} {}".to_vec()),
        ("empty.json", b"".to_vec()),
        ("quote.env", b"A=\"open\n".to_vec()),
        ("noname.env", b"=x\n".to_vec()),
        ("dup.toml", b"a = 1\na = 2\n".to_vec()),
        ("big.toml", b"a = 1_\n".to_vec()),
    ];
    for (name, bytes) in cases {
        place.write(name, bytes);
        let run = refused(&place, name);
        let finding = run.json()["findings"][0].clone();
        assert!(
            ["TG501", "TG503", "TG506"].contains(&finding["code"].as_str().expect("a code")),
            "{name}: {finding}"
        );
    }
}

#[test]
fn files_that_are_no_files() {
    let place = Place::new();
    let fifo = place.path().join("fifo.yaml");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .expect("mkfifo")
            .success()
    );
    std::os::unix::fs::symlink("loop.yaml", place.path().join("loop.yaml")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", place.path().join("zero.yaml")).expect("a link");
    for name in ["fifo.yaml", "zero.yaml"] {
        refused(&place, name);
    }
    assert_eq!(place.run(&["show", "loop.yaml"]).code, 2);
    place.write("folder/a.yaml", "a: 1\n");
    std::os::unix::fs::symlink("..", place.path().join("folder/up")).expect("a link");
    std::os::unix::fs::symlink("nowhere", place.path().join("folder/dangling.yaml")).expect("a link");
    std::fs::rename(&fifo, place.path().join("folder/fifo.yaml")).expect("moved");
    let run = refused(&place, "folder");
    // fifo, dangling; and through the link up: loop, zero, and the folder that leads back.
    assert_eq!(
        run.codes().iter().filter(|code| *code == "TG506").count(),
        5,
        "{}",
        run.out
    );
}

#[test]
fn a_file_over_the_limit_is_refused_without_being_read() {
    let place = Place::new();
    let file = std::fs::File::create(place.path().join("huge.yaml")).expect("a file");
    file.set_len(65 * 1024 * 1024).expect("sparse");
    assert!(refused(&place, "huge.yaml").out.contains("larger than 64 MiB"));
}

#[test]
fn an_unreadable_file_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.write("secret.yaml", "a: 1\n");
    std::fs::set_permissions(
        place.path().join("secret.yaml"),
        std::fs::Permissions::from_mode(0o000),
    )
    .expect("mode");
    // Root may read everything; then there is nothing to refuse.
    if std::fs::read(place.path().join("secret.yaml")).is_err() {
        refused(&place, "secret.yaml");
    }
}

#[test]
fn long_lines_and_control_characters_reach_no_terminal() {
    let place = Place::new();
    let line = format!(
        "{{\"pad\": \"{}\", \"server\": \"x.invalid\", \"evil\\u001b]0;pwn\\u0007\": \"\\u009b31m\\u202e::error::x\"}}",
        "x".repeat(200_000)
    );
    place.write("old.json", "{}");
    place.write("new.json", line);
    for format in ["human", "json"] {
        let run = place.run(&[
            "check",
            "-v",
            "--at",
            "commit",
            "--offline",
            "--color",
            "never",
            "--format",
            format,
            "--deployed",
            "old.json",
            "new.json",
        ]);
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.out.chars().all(|c| c == '\n' || !c.is_control()), "{format}");
        assert!(
            !run.out.contains('\u{202e}') && !run.out.contains("\n::error"),
            "{format}"
        );
        if format == "human" {
            assert!(
                run.out.lines().all(|line| line.chars().count() < 130),
                "a line is too long"
            );
            assert!(run.out.len() < 20_000);
        }
    }
}

#[test]
fn secrets_are_not_printed_in_any_format() {
    let place = Place::new();
    place.write(
        "old.yaml",
        "db:\n  password: OLDSECRET1\n  url: postgres://u:OLDSECRET2@db.shop.svc/x\ntls: {enabled: true}\n",
    );
    place.write("new.yaml", "db:\n  password: NEWSECRET1\n  url: postgres://u:NEWSECRET2@db..shop/x\ntls: {enabled: false} # api_key=NEWSECRET3\nsecrets: {a: NEWSECRET4}\nlist: ['--token=NEWSECRET5']\n");
    for args in [
        vec![
            "check",
            "-v",
            "--at",
            "commit",
            "--offline",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ],
        vec![
            "check",
            "--format",
            "json",
            "--at",
            "commit",
            "--offline",
            "--deployed",
            "old.yaml",
            "new.yaml",
        ],
        vec!["diff", "-v", "old.yaml", "new.yaml"],
        vec!["diff", "--format", "json", "old.yaml", "new.yaml"],
        vec!["show", "new.yaml"],
        vec!["show", "--format", "json", "new.yaml"],
        vec!["resolve", "--offline", "new.yaml"],
        vec!["resolve", "--list", "--format", "json", "new.yaml"],
    ] {
        let run = place.run(&args);
        assert!(
            !run.out.contains("SECRET") && !run.err.contains("SECRET"),
            "{args:?}: {}",
            run.out
        );
        assert!(!run.out.is_empty());
    }
    // What does not parse is masked by its looks.
    place.write("new.yaml", "password: NEWSECRET1\nb: [\n");
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    assert!(!run.out.contains("NEWSECRET"), "{}", run.out);
}

#[test]
fn a_change_explosion_through_aliases_ends() {
    let place = Place::new();
    let bomb = |leaf: u8| {
        let base = format!("a0: &a0 [{leaf}]\n");
        (0..11).fold(base, |text, n| {
            format!("{text}a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
        })
    };
    place.write("old.yaml", bomb(1));
    place.write("new.yaml", bomb(2));
    let run = place.run(&[
        "check",
        "--at",
        "commit",
        "--offline",
        "--deadline",
        "600s",
        "--format",
        "json",
        "--deployed",
        "old.yaml",
        "new.yaml",
    ]);
    assert!(
        run.code == 1 && run.codes().contains(&"TG507".to_owned()),
        "exit {}",
        run.code
    );
}

#[test]
fn secrets_in_lists_in_texts_and_in_key_files_are_not_printed() {
    let place = Place::new();
    let list = |value: &str| {
        format!(
            "apiVersion: v1\nkind: List\nitems:\n  - kind: Secret\n    data: {{foo: {value}}}\n    stringData: {{user: {value}}}\n"
        )
    };
    let text = |value: &str| format!("cfg: |\n  host: {value}\n  password: S3CRETPASS\n  port: 1\n");
    let key = |value: &str| {
        format!(
            "{value}\n-----BEGIN RSA PRIVATE KEY-----\nMIIS3CRETPASS\nAAAA\n-----END RSA PRIVATE KEY-----\nend\n"
        )
    };
    for (name, old, new) in [
        ("list.yaml", list("S3CRETPASS"), list("S3CRETPASSB")),
        ("text.yaml", text("a"), text("b")),
        ("key.txt", key("a"), key("b").replace("MIIS3", "MIJS3")),
    ] {
        place.write(&format!("old/{name}"), old);
        place.write(&format!("new/{name}"), new);
    }
    for format in ["human", "json", "markdown", "html"] {
        for more in [["-v", "-U9"].as_slice(), &["--full"]] {
            let mut args = vec!["diff", "old", "new", "--format", format];
            args.extend(more);
            let run = place.run(&args);
            assert!(
                run.code == 1 && !run.out.contains("S3CRETPASS"),
                "{format}: {}",
                run.out
            );
        }
    }
    for name in ["old/list.yaml", "old/text.yaml", "old/key.txt"] {
        for format in ["human", "json"] {
            let run = place.run(&["show", name, "--format", format]);
            assert!(
                run.code == 0 && !run.out.contains("S3CRETPASS"),
                "{name}: {}",
                run.out
            );
        }
    }
    for value in [
        "https://ghToken0123456789abcdef@git.corp/x",
        "sk-proj-0123456789abcdefghij",
        "$2y$10$abcdefghijklmnopqrstuv0123456789",
        "$apr1$abcdefgh$0123456789abcdefghij",
    ] {
        place.write("t.yaml", format!("a: {value:?}\npasswords: [S3CRETPASS]\n"));
        let run = place.run(&["show", "t.yaml"]);
        assert!(
            run.out.contains("‹redacted›") && !run.out.contains("0123456789"),
            "{}",
            run.out
        );
        assert!(!run.out.contains("S3CRETPASS"), "{}", run.out);
    }
    // What is masked on both sides and differs says so.
    place.write("a.yaml", "db: postgres://u:one@db/x\n");
    place.write("b.yaml", "db: postgres://u:two@db/x\n");
    let run = place.run(&["diff", "a.yaml", "b.yaml"]);
    assert!(run.out.contains("differs"), "{}", run.out);
}

#[test]
fn secrets_named_beside_their_value_are_masked() {
    let place = Place::new();
    for (name, old, new) in [
        (
            "a.xml",
            "<c><add key=\"DbPassword\" value=\"hunter2-old\"/></c>",
            "<c><add key=\"DbPassword\" value=\"hunter2-new\"/></c>",
        ),
        (
            "b.xml",
            "<c><property><name>db.password</name><value>hunter2-old</value></property></c>",
            "<c><property><name>db.password</name><value>hunter2-new</value></property></c>",
        ),
        (
            "a.hcl",
            "env {\n  name = \"DB_PASSWORD\"\n  value = \"hunter2-old\"\n}\n",
            "env {\n  name = \"DB_PASSWORD\"\n  value = \"hunter2-new\"\n}\n",
        ),
        (
            "a.yaml",
            "args: [\"--password\", \"hunter2-old\"]\n",
            "args: [\"--password\", \"hunter2-new\"]\n",
        ),
        (
            "b.yaml",
            "\"http://u:hunter2@h/\": 1\n",
            "\"http://u:hunter2@h/\": 2\n",
        ),
    ] {
        place.write(&format!("old/{name}"), old);
        place.write(&format!("new/{name}"), new);
        let (old, new) = (format!("old/{name}"), format!("new/{name}"));
        for format in ["human", "markdown", "html"] {
            let run = place.run(&["diff", &old, &new, "--format", format]);
            assert_eq!(run.code, 1, "{name}: {}{}", run.out, run.err);
            assert!(!run.out.contains("hunter2"), "{name} {format}: {}", run.out);
        }
    }
    // Files that do not parse are shown without their secrets too.
    for (name, text) in [
        ("a.json", "{\"password\": \"hunter2\", \"a\": }"),
        ("b.yaml", "a: {user: bob, password: hunter2]\n"),
        ("c.toml", "db = { user = \"a\", password = \"hunter2\", x }\n"),
        ("d.xml", "<a><password>hunter2</pasword></a>"),
        (
            "e.env",
            "K=-----BEGIN RSA PRIVATE KEY-----\nhunter2/abc+d\n-----END RSA PRIVATE KEY-----\n",
        ),
    ] {
        place.write(name, text);
        let run = place.run(&["show", name]);
        assert_eq!(run.code, 2, "{name} {}", run.out);
        assert!(!run.err.contains("hunter2"), "{name}: {}", run.err);
    }
}

#[test]
fn secrets_in_lines_of_text_and_in_commands_are_masked() {
    let place = Place::new();
    let lines = [
        "SetEnv DB_PASSWORD hunter2",
        "fastcgi_param DB_PASSWORD hunter2;",
        "set $db_password \"hunter2\";",
        "ENV DB_PASSWORD hunter2",
        "machine h login u password hunter2",
        "ALTER USER u WITH PASSWORD 'hunter2';",
        "CREATE USER u IDENTIFIED BY 'hunter2';",
        "<password>hunter2</password>",
        "a { password: hunter2 }",
        "$cfg['password'] = 'hunter2';",
        "define('DB_PASSWORD', 'hunter2');",
        "rootpw hunter2",
        "PresharedKey = hunter2",
        "PGPASSWORD=hunter2 psql",
        "run --dbpassword=hunter2",
        "run --pass hunter2",
        "run --password 'a hunter2'",
        "curl -u admin:hunter2 http://x",
        "redis-cli -a hunter2 ping",
        "Server=x;Password = hunter2;",
        "Server=x;PWD={ab;hunter2};",
        "{\"password\":\"hunter2\"}",
        "_auth=hunter2",
        "//registry.corp/:_authToken=hunter2",
    ];
    for line in lines {
        place.write("old.conf", format!("{line}\n"));
        place.write("new.conf", format!("{line} x\n"));
        for format in ["human", "json", "markdown"] {
            let run = place.run(&["diff", "old.conf", "new.conf", "--format", format]);
            assert_eq!(run.code, 1, "{line}: {}", run.err);
            assert!(!run.out.contains("hunter2"), "{line} {format}: {}", run.out);
        }
    }
    let values = [
        "d: '{\"password\":\"hunter2\"}'",
        "p: {ParameterKey: DbPassword, ParameterValue: hunter2}",
        "p: {name: DB_PASSWORD, default: hunter2}",
        "p: {variable: DB_PASSWORD, value: hunter2}",
        "tokens: [hunter2]",
        "accessTokens: {a: hunter2}",
        "auth_tokens: hunter2",
    ];
    for line in values {
        place.write("old.yaml", format!("{line}\n"));
        place.write("new.yaml", format!("{}\n", line.replace("hunter2", "hunter2x")));
        for format in ["human", "json", "markdown"] {
            let run = place.run(&["diff", "old.yaml", "new.yaml", "--format", format]);
            assert_eq!(run.code, 1, "{line}: {}", run.err);
            assert!(!run.out.contains("hunter2"), "{line} {format}: {}", run.out);
        }
    }
}

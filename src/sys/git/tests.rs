//! Both ways of reading a repository give the same, held against each other on a repository with everything in it.

#![expect(clippy::disallowed_methods, reason = "a test makes a repository")]

use std::path::Path;
use std::process::Command;

use super::library::Library;
use super::program::Program;
use super::{Git, RowKind, Side, Store};
use crate::doc::Limits;
use crate::sys::env::Env;

fn git(folder: &Path, words: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git (.ci/setup installs it)");
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn write(folder: &Path, name: &[u8], text: &str) {
    use std::os::unix::ffi::OsStrExt as _;
    let path = folder.join(std::ffi::OsStr::from_bytes(name));
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// Links, modes, names that are no text, names with everything that pathspecs take for a pattern, a conflict.
fn everything(folder: &Path) {
    git(folder, &["init", "-q", "--initial-branch=main"]);
    write(
        folder,
        b".gitattributes",
        "*.yaml working-tree-encoding=UTF-8 text\n",
    );
    for name in [
        &b"a/b/one.yaml"[..],
        b"a/b/[x]*.yaml",
        b":(top)odd.yaml",
        b"bad\xff.yaml",
        b"new\nline.yaml",
        b"gone.yaml",
    ] {
        write(folder, name, "a: 1\n");
    }
    std::os::unix::fs::symlink("gone.yaml", folder.join("link.yaml")).expect("a link");
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "one"]);
    git(folder, &["rm", "-q", "gone.yaml"]);
    write(folder, b"a/b/one.yaml", "a: 2\n");
    write(folder, b"a/b/two.yaml", "");
    std::fs::remove_file(folder.join("link.yaml")).expect("no link");
    write(folder, b"link.yaml", "a: 3\n");
    git(folder, &["add", "-A"]);
    write(folder, b"announced.yaml", "x: 1\n");
    git(folder, &["add", "--intent-to-add", "announced.yaml"]);
}

fn sorted<T: std::fmt::Debug>(rows: Vec<T>) -> Vec<String> {
    let mut out: Vec<String> = rows.into_iter().map(|row| format!("{row:?}")).collect();
    out.sort();
    out
}

fn agree(folder: &Path) {
    let env = Env {
        cwd: folder.to_path_buf(),
        ..Env::default()
    };
    let limits = Limits::DEFAULT;
    let library = Library::open(folder, &env)
        .expect("libgit2 reads it")
        .expect("a repository");
    let program = Program::new(folder, &env).open().expect("git reads it");
    let head = library.tree("HEAD").expect("a tree");
    assert_eq!(head, program.tree("HEAD").expect("a tree"));
    assert_eq!(library.commit("HEAD"), program.commit("HEAD"));
    for side in [head, Side::Index] {
        for place in ["", "a", "a/b", "a/b/[x]*.yaml", ":(top)odd.yaml", "nothing"] {
            let rows = |store: &dyn Store| {
                let rows = store.rows(side, place, &limits).expect("rows");
                rows.map(sorted).filter(|rows| !rows.is_empty())
            };
            assert_eq!(rows(&library), rows(&program), "{side:?} {place}");
        }
    }
    for (from, to) in [
        (head, Side::Index),
        (Side::Empty, Side::Index),
        (Side::Empty, head),
    ] {
        let changed = |store: &dyn Store| sorted(store.changed(from, to).expect("changes"));
        assert_eq!(changed(&library), changed(&program), "{from:?} {to:?}");
        assert!(!changed(&library).is_empty() || from == head);
    }
    for row in library
        .rows(Side::Index, "", &limits)
        .expect("rows")
        .expect("some")
    {
        if row.kind == RowKind::File {
            assert_eq!(library.bytes(row.id, &limits), program.bytes(row.id, &limits));
        }
    }
    for path in [
        "a",
        "a/b",
        "a/b/one.yaml",
        "link.yaml",
        ":(top)odd.yaml",
        "a/b/[x]*.yaml",
        "nothing",
        "a/b/one.yaml/x",
    ] {
        for side in [head, Side::Index] {
            assert_eq!(
                library.entry(side, path),
                program.entry(side, path),
                "{side:?} {path}"
            );
        }
        assert_eq!(library.tree_at(head, path), program.tree_at(head, path), "{path}");
    }
    assert!(library.any_ref("refs/heads/") && program.any_ref("refs/heads/"));
    assert!(!library.any_ref("refs/remotes/") && !program.any_ref("refs/remotes/"));
    assert_eq!(library.hooks(), program.hooks());
    assert_eq!(library.symbolic("HEAD"), program.symbolic("HEAD"));
    assert!(library.symbolic("HEAD").is_some());
    assert_eq!(library.symbolic("refs/heads/main"), None);
    assert_eq!(program.symbolic("refs/heads/main"), None);
    for (path, name) in [
        ("a/b/one.yaml", "working-tree-encoding"),
        ("a/b/one.yaml", "text"),
        ("x", "diff"),
    ] {
        assert_eq!(
            library.attribute(path, name),
            program.attribute(path, name),
            "{path} {name}"
        );
    }
}

#[test]
fn libgit2_and_the_program_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().canonicalize().expect("a path");
    everything(&folder);
    agree(&folder);
}

#[test]
fn they_agree_on_a_conflict() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().canonicalize().expect("a path");
    everything(&folder);
    git(&folder, &["commit", "-q", "-m", "two"]);
    git(&folder, &["checkout", "-q", "-b", "other", "HEAD^"]);
    write(&folder, b"a/b/one.yaml", "a: 9\n");
    git(&folder, &["commit", "-q", "-am", "three"]);
    let merge = Command::new("git")
        .args(["merge", "-q", "main"])
        .current_dir(&folder)
        .output()
        .expect("git");
    assert!(!merge.status.success());
    agree(&folder);
}

#[test]
fn the_program_reads_what_libgit2_refuses() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().canonicalize().expect("a path");
    git(&folder, &["init", "-q", "--object-format=sha256"]);
    let env = Env {
        cwd: folder.clone(),
        ..Env::default()
    };
    let limits = Limits::DEFAULT;
    let repository = Git::find(&folder, &env)
        .expect("it is read")
        .expect("a repository");
    assert_eq!(repository.revision("HEAD"), Ok(Side::Empty));
    write(&folder, b"a.yaml", "a: 1\n");
    git(&folder, &["add", "-A"]);
    let deltas = repository.changed(Side::Empty, Side::Index).expect("changes");
    assert_eq!(deltas.len(), 1);
    let row = deltas[0].new.clone().expect("a row");
    assert_eq!(row.id.to_string().len(), 64);
    assert_eq!(
        repository.read(&row, "a.yaml", &limits).expect("bytes"),
        b"a: 1\n"
    );
}

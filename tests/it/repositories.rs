//! Repositories of every kind: SHA-256, large indexes, submodules, shallow and partial clones, linked worktrees, LFS,
//! encodings, modes, links. Each is read right, or it is said what to do.

use crate::harness::Run;
use crate::team::{PRODUCTION_AUTH, Team, app};

const RISKY: &str = "tls:\n  verify: false\n";

fn risky() -> String {
    app(PRODUCTION_AUTH, 5) + RISKY
}

fn hook(team: &Team) -> Run {
    team.tollgate(&["hook", "run", "pre-commit"])
}

fn commit(team: &Team, message: &str) {
    team.git(&["add", "-A", "-f"]);
    team.git(&["commit", "-q", "--no-verify", "-m", message]);
}

/// The hook refuses what is staged, and passes once it is not.
fn refuses(team: &Team) {
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    let run = hook(team);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
    team.write("config/production/app.yaml", &app(PRODUCTION_AUTH, 5));
    team.git(&["add", "-A"]);
    let run = hook(team);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn sha_256() {
    let team = Team::new();
    std::fs::remove_dir_all(team.repository().join(".git")).expect("a folder");
    team.git(&["init", "-q", "--object-format=sha256", "--initial-branch=main"]);
    commit(&team, "first");
    refuses(&team);
    team.expect(0, &["hook", "install"]);
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    team.git(&["add", "-A"]);
    assert_ne!(team.exec("git", &["commit", "-m", "x"]).code, 0);
    commit(&team, "risky");
    let run = team.tollgate(&["ci", "--base", "main"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"));
    team.expect(
        1,
        &[
            "check",
            "--at",
            "commit",
            "--deployed",
            "git:main",
            "--proposed",
            "git:HEAD",
        ],
    );
    // What still needs libgit2 says so.
    let run = team.tollgate(&["rules", "suggest"]);
    assert_ne!(run.code, 0);
    assert!(run.err.contains("SHA-256"), "{}", run.err);
}

#[test]
fn an_index_that_is_large_is_compared_by_git_itself() {
    let team = Team::new();
    for at in 0..4000 {
        team.write(&format!("other/file-with-a-long-name-{at:05}.txt"), "x");
    }
    commit(&team, "many");
    let size = std::fs::metadata(team.repository().join(".git/index"))
        .expect("an index")
        .len();
    assert!(size > 256 * 1024, "{size}");
    refuses(&team);
    // What was only announced is not staged; a conflict is said.
    team.write("config/production/new.yaml", RISKY);
    team.git(&["add", "--intent-to-add", "config/production/new.yaml"]);
    assert_eq!(hook(&team).code, 0);
    // `commit -a` judges an index of its own.
    team.expect(0, &["hook", "install"]);
    let run = team.exec("git", &["commit", "-qam", "risky"]);
    assert_ne!(run.code, 0, "{}{}", run.out, run.err);
    // An alias that the environment or the settings put before git's commands has no say.
    team.git(&["config", "diff.external", "false"]);
    team.git(&["config", "core.quotePath", "true"]);
    team.git(&["config", "diff.renames", "copies"]);
    team.git(&["config", "color.ui", "always"]);
    team.git(&["add", "-A"]);
    assert_eq!(hook(&team).code, 1);
}

#[test]
fn a_sparse_index_with_a_change_outside_of_the_cone() {
    let team = Team::new();
    team.write("other/deep/x", "x");
    commit(&team, "x");
    team.git(&["checkout", "-qb", "feature"]);
    team.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "other"]);
    // The configuration is not checked out, and its absence is no removal.
    let run = hook(&team);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let run = team.expect(
        0,
        &[
            "check",
            "--at",
            "commit",
            "-e",
            "production",
            "--deployed",
            "git:HEAD",
            "--format",
            "json",
        ],
    );
    assert_eq!(
        run.json()["changes"].as_array().map(Vec::len),
        Some(0),
        "{}",
        run.out
    );
    // Staged all the same, without being there.
    let blob = {
        std::fs::write(team.root().join("blob"), risky()).expect("a file");
        let path = team.root().join("blob").display().to_string();
        team.git(&["hash-object", "-w", &path]).out.trim().to_owned()
    };
    team.git(&[
        "update-index",
        "--cacheinfo",
        &format!("100644,{blob},config/production/app.yaml"),
    ]);
    let run = hook(&team);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
}

#[test]
fn a_partial_clone_fetches_what_it_compares_and_says_when_it_cannot() {
    let team = Team::new();
    let server = team.root().join("server.git").display().to_string();
    let clone = team.root().join("partial").display().to_string();
    team.git(&["checkout", "-qb", "feature"]);
    team.write("config/production/app.yaml", &risky());
    commit(&team, "risky");
    team.git(&["clone", "-q", "--bare", ".", &server]);
    team.git(&["-C", &server, "config", "uploadpack.allowFilter", "true"]);
    team.git(&["-C", &server, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{server}");
    team.git(&[
        "clone",
        "-q",
        "--filter=blob:none",
        "--no-checkout",
        "--branch",
        "feature",
        &url,
        &clone,
    ]);
    let run = team.tollgate(&["-C", &clone, "ci", "--base", "origin/main"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
    // Without a server there is no answer, and that is no pass.
    let clone = team.root().join("lost").display().to_string();
    team.git(&[
        "clone",
        "-q",
        "--filter=blob:none",
        "--no-checkout",
        "--branch",
        "feature",
        &url,
        &clone,
    ]);
    std::fs::rename(team.root().join("server.git"), team.root().join("gone.git")).expect("a folder");
    let run = team.tollgate(&["-C", &clone, "ci", "--base", "origin/main"]);
    assert!(run.code == 3 || run.code == 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("partial"), "{}", run.err);
}

#[test]
fn submodules_links_and_modes() {
    let team = Team::new();
    // A mode is no content: it changes nothing that is compared.
    team.git(&["update-index", "--chmod=+x", "config/production/app.yaml"]);
    let run = hook(&team);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    team.git(&["reset", "-q", "--hard"]);
    // A file that becomes a link cannot be followed in git, and is refused.
    std::fs::remove_file(team.repository().join("config/production/app.yaml")).expect("a file");
    std::os::unix::fs::symlink(
        "/etc/hostname",
        team.repository().join("config/production/app.yaml"),
    )
    .expect("a link");
    team.git(&["add", "-A"]);
    let run = hook(&team);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("symbolic link"), "{}", run.out);
    team.git(&["reset", "-q", "--hard"]);
    // A submodule in the place of a file of the set.
    let other = team.root().join("other").display().to_string();
    team.git(&["init", "-q", &other]);
    team.git(&["-C", &other, "commit", "-q", "--allow-empty", "-m", "x"]);
    team.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        &other,
        "config/production/sub.yaml",
    ]);
    let run = hook(&team);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("submodule"), "{}", run.out);
}

#[test]
fn pointers_of_lfs_stand_for_their_files() {
    let team = Team::new();
    let put = |text: &str| {
        let path = team.root().join("big");
        std::fs::write(&path, text).expect("a file");
        let output = std::process::Command::new("sha256sum")
            .arg(&path)
            .output()
            .expect("sha256sum");
        let id = String::from_utf8_lossy(&output.stdout)[..64].to_owned();
        let place = team
            .repository()
            .join(".git/lfs/objects")
            .join(&id[..2])
            .join(&id[2..4]);
        std::fs::create_dir_all(&place).expect("folders");
        std::fs::write(place.join(&id), text).expect("a file");
        (
            place.join(&id),
            format!(
                "version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {}\n",
                text.len()
            ),
        )
    };
    let (_, before) = put(&app(PRODUCTION_AUTH, 5));
    team.write(".gitattributes", "config/production/app.yaml filter=lfs\n");
    team.write("config/production/app.yaml", &before);
    commit(&team, "by pointer");
    let (object, after) = put(&risky());
    team.write("config/production/app.yaml", &after);
    team.git(&["add", "-A"]);
    let run = hook(&team);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("tls.verify"),
        "the file is compared, not its pointer: {}",
        run.out
    );
    // A damaged or missing object is no pass.
    std::fs::write(&object, "altered").expect("a file");
    let run = hook(&team);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("damaged"), "{}", run.out);
    std::fs::remove_file(&object).expect("a file");
    let run = hook(&team);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("git lfs pull"), "{}", run.out);
    // One that git does not replace is what a program reads, and so is what only begins like one.
    let (_, pointer) = put(&app(PRODUCTION_AUTH, 5));
    team.write("config/production/other.yaml", &pointer);
    team.git(&["add", "-A"]);
    let run = hook(&team);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("does not put a file in its place"),
        "{}",
        run.out
    );
    team.write("config/production/other.yaml", &(pointer + RISKY));
    team.git(&["add", "-A"]);
    let run = hook(&team);
    assert_eq!(run.code, 1);
    assert!(!run.out.contains("in its place"), "{}", run.out);
    // Nor is a pointer that lies in the checkout.
    let run = team.tollgate(&["check", "--at", "commit", "-e", "production"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("git lfs pull"), "{}", run.out);
}

#[test]
fn an_encoding_of_the_checkout_is_said() {
    let team = Team::new();
    team.write(
        ".gitattributes",
        "config/production/*.yaml working-tree-encoding=UTF-16LE-BOM\n",
    );
    let utf16 = |text: &str| {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        std::fs::write(team.repository().join("config/production/app.yaml"), bytes).expect("a file");
    };
    utf16(&app(PRODUCTION_AUTH, 5));
    commit(&team, "encoded");
    utf16(&risky());
    team.git(&["add", "-A"]);
    // What git keeps is UTF-8.
    let run = hook(&team);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
    let run = team.tollgate(&["check", "--at", "commit", "-e", "production"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("UTF-16LE-BOM") && text.contains("--proposed index"),
        "{}",
        run.out
    );
    let run = team.tollgate(&[
        "check",
        "--at",
        "commit",
        "-e",
        "production",
        "--proposed",
        "index",
    ]);
    assert!(run.out.contains("tls.verify"), "{}", run.out);
}

#[test]
fn a_linked_worktree_is_a_proposal_of_its_own() {
    let team = Team::new();
    let linked = team.root().join("linked").display().to_string();
    team.git(&["worktree", "add", "-q", "-b", "feature", &linked]);
    std::fs::write(team.root().join("linked/config/production/app.yaml"), risky()).expect("a file");
    team.git(&["-C", &linked, "commit", "-q", "-am", "risky"]);
    let run = team.tollgate(&["-C", &linked, "ci", "--base", "main"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("tls.verify"));
    let run = team.tollgate(&["ci", "--base", "main"]);
    assert_eq!(run.code, 0, "main proposes nothing: {}{}", run.out, run.err);
}

#[test]
fn a_repository_of_somebody_else_names_the_setting() {
    let team = Team::new();
    let nobody = std::process::Command::new("chown")
        .args(["-R", "nobody"])
        .arg(team.repository())
        .status();
    if !nobody.expect("chown").success() {
        // Only root can give files away; CI runs as root.
        assert_ne!(rustix_uid(), 0);
        return;
    }
    let run = hook(&team);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.err.contains("safe.directory"), "{}", run.err);
    let folder = team
        .repository()
        .canonicalize()
        .expect("a path")
        .display()
        .to_string();
    team.git(&["config", "--global", "--add", "safe.directory", &folder]);
    assert_eq!(hook(&team).code, 0);
}

fn rustix_uid() -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").expect("a process").uid()
}

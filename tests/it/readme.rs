//! Every command that the README shows is run here, and what it says of codes and files is held.

use crate::harness::{Place, repository};

fn readme() -> String {
    std::fs::read_to_string(repository().join("README.md")).expect("a README")
}

/// Lines of all `sh` blocks with the expected exit code: `command  # exit N` (0 without).
fn commands() -> Vec<(String, i32)> {
    let mut out = Vec::new();
    let mut inside = false;
    for line in readme().lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
            continue;
        }
        if inside && !line.trim().is_empty() && !line.starts_with('#') {
            let (command, note) = line.split_once("  # ").unwrap_or((line, ""));
            let code = note
                .split("exit ")
                .nth(1)
                .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
            out.push((
                command.trim().to_owned(),
                code.and_then(|code| code.parse().ok()).unwrap_or(0),
            ));
        }
    }
    out
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let place = Place::new();
    // The commands that need files work on the example's.
    for (name, from) in [
        ("old.yaml", "deployed/production/auth.yaml"),
        ("new.yaml", "config/production/auth.yaml"),
    ] {
        let text =
            std::fs::read_to_string(repository().join("examples/outage").join(from)).expect("the example");
        place.write(name, text);
    }
    std::os::unix::fs::symlink(repository().join("examples"), place.path().join("examples")).expect("a link");
    let mut ran = 0;
    for (command, code) in commands() {
        let words: Vec<&str> = command.split_whitespace().collect();
        let args: Vec<&str> = match words.as_slice() {
            ["tollgate", args @ ..] => args.to_vec(),
            // The first set-up command builds this very program; its arguments are what it runs.
            ["cargo", "run", "--release", "--", args @ ..] => args.to_vec(),
            // The second runs this test.
            [".ci/test"] => {
                assert!(repository().join(".ci/test").is_file());
                continue;
            }
            ["cargo", "install", ..] => continue,
            other => panic!("a command that no test runs: {other:?}"),
        };
        let run = place.run(&args);
        assert_eq!(run.code, code, "{command}\n{}{}", run.out, run.err);
        ran += 1;
    }
    assert!(ran >= 8, "only {ran} commands were run");
}

#[test]
fn the_story_that_is_told_is_the_one_that_the_demo_plays() {
    let run = Place::new().run(&["demo"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let text = readme();
    let story = text
        .split("```console\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    for line in story.expect("the story").lines() {
        assert!(run.out.contains(line), "{line}");
    }
    // What is shown elsewhere are commands that exist.
    for line in text.lines().filter_map(|line| line.strip_prefix("$ tollgate ")) {
        let command = line.split(' ').next().expect("a command");
        assert_eq!(Place::new().run(&[command, "--help"]).code, 0, "{line}");
    }
}

#[test]
fn the_output_shown_is_the_output() {
    let text = readme();
    let shown = text
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("an output block");
    let place = Place::new();
    std::os::unix::fs::symlink(repository().join("examples"), place.path().join("examples")).expect("a link");
    let run = place.run(&["-C", "examples/outage", "check", "-e", "production"]);
    // Only the time differs between runs.
    let clean = |text: &str| {
        let mut lines: Vec<String> = text
            .trim_end()
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        if let Some(last) = lines.last_mut() {
            *last = last.split("exit").next().unwrap_or("").trim_end().to_owned();
        }
        lines
    };
    let real = clean(&run.out);
    let mut at = 0;
    for line in clean(shown) {
        if line.trim() == "[…]" {
            continue;
        }
        let found = real[at..].iter().position(|have| *have == line);
        at += found.unwrap_or_else(|| panic!("not in the output, or not in this order: {line}\n{}", run.out))
            + 1;
    }
}

#[test]
fn every_policy_shown_is_one() {
    let text = readme();
    let mut policies = 0;
    for block in text
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
    {
        // Rules are run by the test of their own.
        if block.contains("[[rule]]") {
            continue;
        }
        let place = Place::new();
        place.write("tollgate.toml", format!("version = 1\n{block}"));
        place.write("old.yaml", "a: 1\n");
        place.write("new.yaml", "a: 2\n");
        let run = place.run(&["diff", "old.yaml", "new.yaml"]);
        assert_eq!(run.code, 1, "{block}\n{}", run.err);
        policies += 1;
    }
    assert!(policies > 0);
}

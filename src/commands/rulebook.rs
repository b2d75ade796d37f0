//! Loading rules: the built-in packs, those that the policy extends, its own files. Every fault is shown with its line;
//! a rule that cannot be read ends the run.

use std::sync::Arc;

use super::context::Context;
use super::error::Failure;
use super::extends;
use super::home::Home;
use super::setup::{parse_toml, show_faults};
use crate::doc::SourceFile;
use crate::doc::table::Faults;
use crate::gate::{ExitStatus, Guard};
use crate::policy::Policy;
use crate::report::escape::visible;
use crate::rules::{BUILT_IN, Retired, Rule, Schema, load_rules};
use crate::settings::Environment;

/// Rules, and those that others took the place of.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) rules: Vec<Rule>,
    pub(super) retired: Vec<Retired>,
}

/// The built-in rules of the packs in force, and the policy's own.
pub(super) fn load(context: &Context, policy: Option<&Policy>, home: &Home, faulty: &mut String) -> Loaded {
    let mut loaded = Loaded::default();
    let packs = policy.and_then(|policy| policy.packs.as_ref());
    for file in BUILT_IN {
        let pack = file.path.split('/').nth(1).unwrap_or("");
        if packs.is_some_and(|packs| !packs.iter().any(|known| known == pack)) {
            continue;
        }
        // `SourceFile::name` decides the syntax; built-in paths end in .toml.
        let text = if context.with_tests {
            file.text
        } else {
            without_tests(file.text)
        };
        let source = Arc::new(SourceFile::from_text(file.path, text));
        let into = (&mut loaded.rules, &mut loaded.retired);
        add_rules(context, policy, &source, true, into, faulty);
    }
    if let Some(policy) = policy {
        for pack in extends::packs(context, policy, home, faulty) {
            let first = loaded.rules.len();
            for source in &pack.sources {
                let into = (&mut loaded.rules, &mut loaded.retired);
                add_rules(context, Some(policy), source, false, into, faulty);
            }
            // Whoever takes a pack over did not write it: its tests are what says that it does what it says.
            for rule in loaded.rules[first..].iter().filter(|rule| rule.tests.is_empty()) {
                faulty.push_str(&format!(
                    "error: {}: rule `{}` of a pack has no test\n",
                    visible(&rule.origin),
                    rule.id
                ));
            }
        }
        for glob in &policy.rules {
            own_rules(context, policy, (glob, home), &mut loaded, faulty);
        }
    }
    loaded.rules.sort_by(|a, b| a.id.cmp(&b.id));
    loaded
}

/// A built-in rule without its tests, which stand at the end of every file (`tests/tidy.rs` holds that).
fn without_tests(text: &str) -> &str {
    text.find("\n[[rule.test]]").map_or(text, |at| &text[..=at])
}

fn own_rules(
    context: &Context,
    policy: &Policy,
    (glob, home): (&str, &Home),
    loaded: &mut Loaded,
    faulty: &mut String,
) {
    let matcher = match globset::GlobBuilder::new(glob).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => {
            faulty.push_str(&format!("error: rules = \"{glob}\": {}\n", error.kind()));
            return;
        }
    };
    let fixed: Vec<&str> = glob
        .split('/')
        .take_while(|part| !part.contains(['*', '?', '[', '{']))
        .collect();
    let folder = fixed[..fixed.len().min(glob.split('/').count() - 1)].join("/");
    let listed = match home.list(context, &folder) {
        Ok(listed) => listed,
        Err(why) => {
            faulty.push_str(&format!(
                "error: rules = \"{glob}\": cannot list {}: {why}\n",
                home.shown(context, &folder)
            ));
            return;
        }
    };
    let mut any = false;
    for row in listed.into_iter().filter(|row| matcher.is_match(&row.name)) {
        any = true;
        if let Some(why) = row.fault {
            faulty.push_str(&format!("error: {}: {why}\n", row.name));
            continue;
        }
        let file = home.read(context, &row.name, "rules.toml", Guard::Rules);
        match file.content {
            Ok(source) => add_rules(
                context,
                Some(policy),
                &source,
                false,
                (&mut loaded.rules, &mut loaded.retired),
                faulty,
            ),
            Err(fault) => faulty.push_str(&format!("error: {}: {}\n", file.display, fault.message)),
        }
    }
    if !any {
        faulty.push_str(&format!("error: rules = \"{glob}\" matches no file\n  hint: a rule that is not loaded cannot refuse anything; correct the pattern or remove it\n"));
    }
}

fn add_rules(
    context: &Context,
    policy: Option<&Policy>,
    source: &Arc<SourceFile>,
    built_in: bool,
    (rules, retired): (&mut Vec<Rule>, &mut Vec<Retired>),
    faulty: &mut String,
) {
    let Some(tree) = parse_toml(context, source, faulty) else {
        return;
    };
    let mut faults = Faults::default();
    let loaded = load_rules(&tree, built_in, &mut faults);
    retired.extend(loaded.retired);
    for rule in loaded.rules {
        if let Some(policy) =
            policy.filter(|policy| !rule.environments.is_empty() && !policy.environments.is_empty())
        {
            let known = |environment: &Environment| rule.covers_environment(&environment.name);
            if !built_in && !policy.environments.iter().any(known) {
                let message = format!(
                    "rule `{}` is for environments that the policy does not have",
                    rule.id
                );
                faults.add(rule.span, message);
            }
        }
        match rules.iter().find(|known| known.id == rule.id) {
            Some(known) => faults.add(
                rule.span,
                format!("the rule id `{}` is taken by {}", rule.id, known.origin),
            ),
            None => rules.push(rule),
        }
    }
    show_faults(context, source, &faults.0, faulty);
}

/// The rules that are shipped, whatever the policy says.
pub(super) fn built_in(context: &mut Context) -> Result<Vec<Rule>, Failure> {
    context.with_tests = true;
    let mut faulty = String::new();
    let loaded = load(context, None, &Home::checkout(context), &mut faulty);
    if faulty.is_empty() {
        return Ok(loaded.rules);
    }
    Err(Failure {
        status: ExitStatus::Usage,
        text: faulty,
    })
}

/// The schemas that the policy names.
pub(super) fn schemas(context: &Context, policy: &Policy, home: &Home, faulty: &mut String) -> Vec<Schema> {
    let mut out = Vec::new();
    for (files, name) in &policy.schemas {
        let shown = home.shown(context, name);
        let source = match home.read(context, name, name, Guard::Schema).content {
            Ok(source) => source,
            Err(fault) => {
                faulty.push_str(&format!("error: {shown}: {}\n", fault.message));
                continue;
            }
        };
        let tree = match crate::formats::parse(&source, &context.limits) {
            Ok(tree) => tree,
            Err(errors) => {
                let why = errors.first().map_or("", |error| error.message.as_str());
                faulty.push_str(&format!("error: {shown}: {why}\n"));
                continue;
            }
        };
        match Schema::new(files.clone(), shown.clone(), &tree) {
            Ok(schema) => out.push(schema),
            Err(why) => faulty.push_str(&format!("error: {shown}: {why}\n")),
        }
    }
    out
}

//! The environments of a policy, and their order: cycles and unknown names are faults.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::doc::table::{Faults, Spanned, Table, nearest};
use crate::doc::{Kind, NodeId, Span, Tree};
use crate::settings::{Action, Actions, Approvals, Environment, Severity, Source, Target, parse_duration};

const DEFAULT_SOAK: Duration = Duration::from_secs(30 * 60);
const DEFAULT_MAX_AGE: Duration = Duration::from_secs(7 * 86_400);

/// Reads `[environments.*]`, ordered so that each comes after those it names in `after`.
pub(super) fn read(tree: &Tree, id: NodeId, faults: &mut Faults) -> Vec<Environment> {
    let Some(table) = Table::new(tree, id, faults) else {
        return Vec::new();
    };
    let mut after: BTreeMap<String, Vec<Spanned<String>>> = BTreeMap::new();
    let mut environments = Vec::new();
    for (name, id) in table.free_entries() {
        if !is_name(&name.value) {
            faults.add(
                name.span,
                "an environment's name is made of letters, digits, `-`, `_` and `.`",
            );
        }
        if let Some(table) = Table::new(tree, id, faults) {
            let (environment, needs) = one(&name.value, table, faults);
            after.insert(name.value.clone(), needs);
            environments.push(environment);
        }
    }
    check_order(&after, faults);
    sort(environments)
}

/// Whether a name is safe in paths and output.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(['.', '-'])
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn one(name: &str, mut table: Table<'_>, faults: &mut Faults) -> (Environment, Vec<Spanned<String>>) {
    let needs = table.strings("after", faults);
    let environment = Environment {
        name: name.to_owned(),
        after: needs.iter().map(|need| need.value.clone()).collect(),
        soak: duration(&mut table, "soak", faults).unwrap_or(DEFAULT_SOAK),
        stamp_max_age: duration(&mut table, "stamp_max_age", faults).unwrap_or(DEFAULT_MAX_AGE),
        target: target(&mut table, faults),
        deployed: deployed(&mut table, faults),
        actions: actions(&mut table, faults),
        approvals: approvals(&mut table, faults),
        refs: refs(&mut table, faults),
        enforce: table.bool("enforce", faults).unwrap_or(true),
    };
    waves(&mut table, faults);
    duration(&mut table, "observe_every", faults);
    table.finish(faults);
    (environment, needs)
}

/// Full names, so that a branch and a tag of one name are two.
fn refs(table: &mut Table<'_>, faults: &mut Faults) -> Vec<String> {
    let given = table.strings("refs", faults);
    for name in &given {
        let proper = name.value.starts_with("refs/") && !name.value.contains(['*', '?', ' ', '~', '^', ':']);
        if !proper {
            faults.add_with_help(
                name.span,
                format!("`{}` is no full name of a ref", name.value),
                "write refs/heads/BRANCH or refs/tags/TAG",
            );
        }
    }
    given.into_iter().map(|name| name.value).collect()
}

/// A duration under a key.
pub(super) fn duration(table: &mut Table<'_>, key: &'static str, faults: &mut Faults) -> Option<Duration> {
    let text = table.string(key, faults)?;
    match parse_duration(&text.value) {
        Ok(duration) => Some(duration),
        Err(error) => {
            faults.add(text.span, error.to_string());
            None
        }
    }
}

fn target(table: &mut Table<'_>, faults: &mut Faults) -> Option<Target> {
    let mut inner = table.table("target", faults)?;
    let dir = inner.string("dir", faults);
    inner.bool("releases", faults);
    let git = inner.string("git", faults);
    inner.string("remote", faults);
    let apply = inner.strings("apply", faults);
    inner.strings("read", faults);
    duration(&mut inner, "timeout", faults);
    let span = inner.span();
    inner.finish(faults);
    match (dir, git, apply.is_empty()) {
        (Some(dir), None, true) => Some(Target::Dir(dir.value)),
        (None, Some(_), true) => Some(Target::Unsupported("git".into())),
        (None, None, false) => Some(Target::Unsupported("apply".into())),
        _ => {
            faults.add(span, "`target` needs exactly one of dir, git, apply");
            None
        }
    }
}

fn deployed(table: &mut Table<'_>, faults: &mut Faults) -> Option<Source> {
    let id = table.node("deployed")?;
    let tree = table.tree();
    match tree.kind(id) {
        Kind::Scalar(scalar) if !scalar.text.is_empty() => Some(Source::parse(scalar.text)),
        Kind::Mapping(_) => {
            let mut inner = Table::new(tree, id, faults)?;
            inner.strings("command", faults);
            duration(&mut inner, "timeout", faults);
            inner.finish(faults);
            Some(Source::Unsupported("command".into()))
        }
        Kind::Scalar(_) | Kind::Sequence(_) => {
            faults.add(
                tree.span(id),
                "`deployed` must be a source such as \"dir:…\" or \"ledger\", or { command = […] }",
            );
            None
        }
    }
}

fn actions(table: &mut Table<'_>, faults: &mut Faults) -> Actions {
    let mut actions = Actions::default();
    let Some(mut inner) = table.table("actions", faults) else {
        return actions;
    };
    for severity in Severity::ALL {
        let Some(word) = inner.string(severity.word(), faults) else {
            continue;
        };
        match Action::from_word(&word.value) {
            Some(action) => actions.set(severity, action),
            None => {
                let known = Action::ALL.map(Action::word);
                let help = match nearest(&word.value, known.into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of: {}", known.join(", ")),
                };
                faults.add_with_help(word.span, format!("`{}` is no action", word.value), help);
            }
        }
    }
    inner.finish(faults);
    actions
}

fn approvals(table: &mut Table<'_>, faults: &mut Faults) -> Approvals {
    let mut approvals = Approvals::default();
    if let Some(mut inner) = table.table("approvals", faults) {
        for severity in Severity::ALL {
            if let Some(count) = inner.integer(severity.word(), faults) {
                match u32::try_from(count.value).ok().filter(|count| *count <= 100) {
                    Some(count) => approvals.set(severity, count),
                    None => faults.add(count.span, "a number of approvals is 0 to 100"),
                }
            }
        }
        inner.finish(faults);
    }
    approvals
}

fn waves(table: &mut Table<'_>, faults: &mut Faults) {
    for mut wave in table.tables("waves", faults) {
        wave.required("name", faults);
        wave.strings("targets", faults);
        wave.integer("percent", faults);
        duration(&mut wave, "soak", faults);
        wave.strings("probe", faults);
        wave.finish(faults);
    }
}

fn check_order(after: &BTreeMap<String, Vec<Spanned<String>>>, faults: &mut Faults) {
    for needs in after.values() {
        for need in needs {
            if !after.contains_key(&need.value) {
                let message = format!("there is no environment `{}`", need.value);
                match nearest(&need.value, after.keys().map(String::as_str)) {
                    Some(near) => faults.add_with_help(need.span, message, format!("did you mean `{near}`?")),
                    None => faults.add(need.span, message),
                }
            }
        }
    }
    if let Some((span, way)) = cycle(after) {
        faults.add_with_help(
            span,
            format!("environments come after each other in a circle: {way}"),
            "one of them must come first",
        );
    }
}

/// The first circle in name order: where it closes, and the way round.
fn cycle(after: &BTreeMap<String, Vec<Spanned<String>>>) -> Option<(Span, String)> {
    for start in after.keys() {
        let mut way: Vec<&str> = vec![start];
        let mut seen = std::collections::BTreeSet::from([start.as_str()]);
        let mut stack: Vec<(usize, &Spanned<String>)> = after[start].iter().map(|need| (1, need)).collect();
        while let Some((depth, need)) = stack.pop() {
            way.truncate(depth);
            if need.value == *start {
                way.push(start);
                return Some((need.span, way.join(" → ")));
            }
            if seen.insert(&need.value) {
                way.push(&need.value);
                stack.extend(
                    after
                        .get(&need.value)
                        .into_iter()
                        .flatten()
                        .map(|next| (way.len(), next)),
                );
            }
        }
    }
    None
}

/// Those that come first first, otherwise in the file's order.
fn sort(mut environments: Vec<Environment>) -> Vec<Environment> {
    let mut out: Vec<Environment> = Vec::new();
    while !environments.is_empty() {
        let ready = environments.iter().position(|environment| {
            environment
                .after
                .iter()
                .all(|need| out.iter().any(|done| done.name == *need))
        });
        // A circle was reported as a fault; the order then does not matter.
        out.push(environments.remove(ready.unwrap_or(0)));
    }
    out
}

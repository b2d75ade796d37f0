//! What each thing found leads to: the table of moments, as code. Pure functions from facts to findings.

use std::sync::Arc;

use super::accepted;
use super::documents::whole;
use super::finding::{Finding, Place};
use super::input::CheckInput;
use super::outcome::AddressReport;
use crate::address::{Level, Outcome};
use crate::diff::{Change, ChangeKind, ChangeSet, FileDiff, document_identity};
use crate::doc::digest::{hex, sha_of};
use crate::doc::mask::mask;
use crate::doc::{KeyPath, NodeId, Span, Tree};
use crate::rules::{Audit, Hit, Misfit, Rule};
use crate::settings::{Action, Environment, Moment, Severity};

/// The finding of a rule's match.
pub(super) fn rule_finding(
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    set: &str,
    changes: &ChangeSet,
    hit: &Hit,
) -> Finding {
    let rule = &input.rules.rules[hit.rule];
    let actions = environment
        .map(|environment| environment.actions.clone())
        .unwrap_or_default();
    let name = environment.map_or("", |environment| environment.name.as_str());
    let (severity, adjusted) = accepted::severity(input, rule, name);
    let fingerprint = sha_of(&[
        b"tollgate/finding/1",
        rule.id.as_bytes(),
        set.as_bytes(),
        name.as_bytes(),
        &hit.fingerprint,
    ]);
    let mut finding = Finding {
        rule: Some(rule.id.clone()),
        help: rule.help.clone(),
        fingerprint: Some(fingerprint),
        ..Finding::new(
            if rule.present { "TG102" } else { "TG101" },
            severity,
            actions.of(severity),
            hit.message.clone(),
        )
    };
    finding.notes.extend(adjusted);
    if hit.already {
        finding.action = Action::Note;
        finding
            .notes
            .push("it was already so in the deployed configuration".into());
    }
    let Some(file) = changes.file(hit.file) else {
        return finding;
    };
    accepted::waive(
        input,
        environment,
        &mut finding,
        (&rule.id, &file.name),
        &hit.path,
    );
    acknowledge(input, environment, &mut finding, &fingerprint);
    if let (Some(span), Some(old)) = (hit.old_place, &file.old) {
        let line = old.source().position(span.start as usize).line;
        finding
            .notes
            .push(format!("it was in line {line} of {}", old.source().display));
    }
    finding.place = place(file, hit.place, hit.document, &hit.path);
    finding
}

/// The finding of a value that does not fit its schema.
pub(super) fn schema_finding(
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    set: &str,
    changes: &ChangeSet,
    misfit: &Misfit,
) -> Option<Finding> {
    let file = changes.file(misfit.file)?;
    let tree = file.new.as_ref()?;
    let actions = environment
        .map(|environment| environment.actions.clone())
        .unwrap_or_default();
    let name = environment.map_or("", |environment| environment.name.as_str());
    let fingerprint = sha_of(&[
        b"tollgate/schema/1",
        &input.key.0,
        misfit.origin.as_bytes(),
        set.as_bytes(),
        name.as_bytes(),
        file.name.as_bytes(),
        misfit.pointer.as_bytes(),
        misfit.message.as_bytes(),
        tree.source().slice(misfit.place).as_bytes(),
    ]);
    let at = if misfit.pointer.is_empty() {
        "the document"
    } else {
        &misfit.pointer
    };
    let message = format!("{at} does not fit {}: {}", misfit.origin, misfit.message);
    let mut finding = Finding {
        fingerprint: Some(fingerprint),
        ..Finding::new("TG107", Severity::High, actions.of(Severity::High), message)
    };
    finding.help = "correct the value, or the schema".into();
    if misfit.already {
        finding.action = Action::Note;
        finding
            .notes
            .push("it was already so in the deployed configuration".into());
    }
    acknowledge(input, environment, &mut finding, &fingerprint);
    finding.place = Some(Place {
        source: Arc::clone(tree.source()),
        span: misfit.place,
        document: misfit.document,
        path: misfit.pointer.trim_start_matches('/').replace('/', "."),
        pointer: misfit.pointer.clone(),
    });
    Some(finding)
}

/// A rule's finding about a change where nothing is deployed yet: it is shown, and waits for nobody. What
/// is wrong by itself (`present` rules, *deny*) stays what it is.
pub(super) fn at_first(mut finding: Finding) -> Finding {
    if finding.code == "TG101" && finding.action == Action::Approve {
        finding.action = Action::Warn;
        finding
            .notes
            .push("nothing is deployed there yet, so that nothing live changes".into());
    }
    finding
}

/// A place in a compared file: in the new version, or in the old one where the file was removed.
fn place(file: &FileDiff, span: Span, document: usize, path: &KeyPath) -> Option<Place> {
    let tree = file.new.as_ref().or(file.old.as_ref())?;
    Some(Place {
        source: Arc::clone(tree.source()),
        span,
        document,
        path: path.to_string(),
        pointer: path.pointer(),
    })
}

/// A whole file or document that goes, or gets another name: everything it said is gone at once from where
/// it was looked for, whatever replaces it.
pub(super) fn removed_finding(
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    file: &FileDiff,
    change: &Change,
) -> Option<Finding> {
    let whole = change.path.segments.is_empty();
    // Of the several keys that make up a name, one stands for all.
    if !whole && !is_first_of_name(file, change) {
        return None;
    }
    let identity = |tree: &Option<Arc<Tree>>, root: Option<NodeId>| {
        root.zip(tree.as_deref())
            .and_then(|(root, tree)| document_identity(tree, root))
    };
    let (before, after) = (
        identity(&file.old, change.roots.old),
        identity(&file.new, change.roots.new),
    );
    let message = match (change.kind, &file.renamed_from) {
        (ChangeKind::Removed, _) if whole => {
            let name = before.unwrap_or_else(|| match &file.new {
                Some(_) => format!("document {}", change.document),
                None => file.name.clone(),
            });
            format!("{name} is removed, with everything in it")
        }
        (ChangeKind::Moved, Some(name)) if whole => {
            format!(
                "{name} is {} now: whatever names the file does not find it",
                file.name
            )
        }
        _ => {
            let (before, after) = before.zip(after).filter(|(before, after)| before != after)?;
            format!("{before} is {after} now: whatever names it does not find it")
        }
    };
    let fingerprint = file.fingerprint(change, true, input.key);
    Some(
        stand_by(
            ("TG509", environment.map_or("", |known| known.name.as_str())),
            message,
            input,
            environment,
            &fingerprint,
        )
        .at(place(file, change.place, change.document, &change.path)?),
    )
}

/// Whether a change is the first one in its document that touches what a resource is called by.
fn is_first_of_name(file: &FileDiff, change: &Change) -> bool {
    const NAMES: [&str; 5] = [
        "apiVersion",
        "kind",
        "metadata.name",
        "metadata.generateName",
        "metadata.namespace",
    ];
    let is_name = |change: &Change| {
        change.path.segments.len() <= 2 && NAMES.contains(&change.path.to_string().as_str())
    };
    let mut all = file
        .changes
        .iter()
        .filter(|other| other.document == change.document);
    is_name(change)
        && all
            .find(|other| is_name(other))
            .is_some_and(|first| first.path == change.path)
}

/// A value that differs between environments, so that no stamp from another one proves it.
pub(super) fn own_value_finding(
    input: &CheckInput<'_>,
    environment: &Environment,
    file: &FileDiff,
    change: &Change,
) -> Option<Finding> {
    let message = format!(
        "{} is {}'s own value: no stamp from elsewhere proves it",
        change.path, environment.name
    );
    let fingerprint = file.fingerprint(change, input.redactor.hides(&change.path), input.key);
    Some(
        stand_by(
            ("TG303", &environment.name),
            message,
            input,
            Some(environment),
            &fingerprint,
        )
        .at(place(file, change.place, change.document, &change.path)?),
    )
}

/// A finding of the gate's own that somebody must stand by; its word covers the place that is named with the code.
pub(super) fn stand_by(
    (code, place): (&'static str, &str),
    message: String,
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    about: &[u8],
) -> Finding {
    let actions = environment
        .map(|environment| environment.actions.clone())
        .unwrap_or_default();
    let fingerprint = sha_of(&[b"tollgate/finding/1", code.as_bytes(), place.as_bytes(), about]);
    let mut finding = Finding::new(code, Severity::High, actions.of(Severity::High), message);
    finding.fingerprint = Some(fingerprint);
    acknowledge(input, environment, &mut finding, &fingerprint);
    finding
}

/// Puts the author's acknowledgement to a finding that waits for one.
fn acknowledge(
    input: &CheckInput<'_>,
    environment: Option<&Environment>,
    finding: &mut Finding,
    fingerprint: &[u8],
) {
    if finding.action != Action::Approve {
        return;
    }
    finding.acked = input.acks.0.get(&hex(fingerprint)).cloned();
    let signed = input.needs_signature(environment, finding.severity);
    if finding.acked.is_some() && signed && input.at == Moment::Push {
        finding.acked = None;
        finding.notes.push(
            "the policy names signers: at push a signed approval is needed, not only an acknowledgement; \
             `approvals = { high = 0, critical = 0 }` in the environment lets an acknowledgement do"
                .into(),
        );
    }
}

/// What the audit could not decide.
pub(super) fn audit_gaps(rules: &[Rule], audit: &Audit) -> Vec<Finding> {
    let mut out = Vec::new();
    for (at, count, judged) in &audit.not_applicable {
        let rule = &rules[*at];
        let what = match (count, judged) {
            (1, 0) => "the one changed value that it covers".to_owned(),
            (count, judged) => format!("{count} of the {} changed values that it covers", count + judged),
        };
        let message = format!("rule {} could not judge {what}", rule.id);
        out.push(Finding {
            rule: Some(rule.id.clone()),
            ..Finding::new("TG104", Severity::Low, Action::Warn, message)
        });
    }
    for why in &audit.skipped {
        out.push(Finding::undecided("TG105", why.clone()));
    }
    out
}

/// What an address leads to. [`None`] where nothing is to be said.
pub(super) fn address_finding(
    input: &CheckInput<'_>,
    report: &AddressReport,
    silent: bool,
) -> Option<Finding> {
    let judgement = &report.judgement;
    let outcome = judgement.outcome;
    let host = mask(&report.address.host).into_owned();
    let changed = |action: Action, otherwise: Action| if report.changed { action } else { otherwise };
    let unchanged = input.resolver.unchanged;
    let (code, severity, action, message) = if let Some(reason) = &report.allowed {
        (
            "TG207",
            Severity::Info,
            Action::Note,
            format!("{host} {}; the policy allows it: {reason}", judgement.why),
        )
    } else if outcome.is_unverified() {
        let strict = if input.at == Moment::Commit {
            Action::Warn
        } else {
            Action::Deny
        };
        // Silence of the whole resolver is one finding about the run, not one per name.
        let strict = if silent { Action::Warn } else { strict };
        let otherwise = if silent {
            Action::Warn.min(unchanged)
        } else {
            unchanged
        };
        (
            "TG203",
            Severity::Medium,
            changed(strict, otherwise),
            format!("{host} {}", judgement.why),
        )
    } else {
        let action = match judgement.level {
            Level::Fine => return None,
            Level::Note => Action::Note,
            Level::Warn => changed(Action::Warn, Action::Note),
            Level::Error => changed(Action::Deny, unchanged),
        };
        let severity = match judgement.level {
            Level::Fine | Level::Note => Severity::Info,
            Level::Warn => Severity::Medium,
            Level::Error => Severity::Critical,
        };
        (
            address_code(outcome, judgement.level),
            severity,
            action,
            format!("{host} {}", judgement.why),
        )
    };
    let source = report.tree.source();
    let mut finding = Finding::new(code, severity, action, message);
    finding.help = address_help(code).to_owned();
    if !report.changed && severity > Severity::Info {
        finding
            .notes
            .push("this address is not touched by the change".into());
    }
    finding.fingerprint = Some(sha_of(&[
        b"tollgate/address/1",
        code.as_bytes(),
        source.name.as_bytes(),
        report.address.path.to_string().as_bytes(),
        report.address.value.as_bytes(),
    ]));
    finding.place = Some(Place {
        span: report.address.span,
        document: report.address.document,
        path: report.address.path.to_string(),
        pointer: report.address.path.pointer(),
        ..whole(source, report.address.span)
    });
    Some(finding)
}

fn address_code(outcome: Outcome, level: Level) -> &'static str {
    match outcome {
        Outcome::Nxdomain => "TG201",
        Outcome::Nodata | Outcome::AliasOnly => "TG202",
        Outcome::Servfail
        | Outcome::Refused
        | Outcome::Timeout
        | Outcome::NotReached
        | Outcome::Truncated => "TG203",
        Outcome::Malformed => "TG204",
        Outcome::Reserved | Outcome::Placeholder | Outcome::Literal if level == Level::Error => "TG205",
        Outcome::Reserved | Outcome::Placeholder | Outcome::Literal | Outcome::Resolved => "TG206",
        Outcome::Template | Outcome::ClusterLocal | Outcome::Skipped => "TG207",
    }
}

fn address_help(code: &str) -> &'static str {
    match code {
        "TG201" => {
            "correct the name, or allow it in [[resolver.allow]] if it only exists where the program runs"
        }
        "TG202" => "correct the name, or create its record first",
        "TG203" => "unknown is not the same as bad: try again, or name other servers with --nameserver",
        "TG204" => "correct the address",
        "TG205" => "put the real address in",
        "TG206" => "look whether it is meant",
        _ => "",
    }
}

/// The findings about the resolver as a whole.
pub(super) fn resolver_finding(
    input: &CheckInput<'_>,
    silent: bool,
    pending: usize,
    servers: &[String],
) -> Option<Finding> {
    if pending == 0 {
        return None;
    }
    let names = if pending == 1 {
        "1 changed address".to_owned()
    } else {
        format!("{pending} changed addresses")
    };
    let (code, message, help) = if input.offline {
        (
            "TG209",
            format!("{names} not looked up: --offline"),
            "run without --offline where a name server can be reached".to_owned(),
        )
    } else if silent {
        let servers = if servers.is_empty() {
            "no name server is configured".to_owned()
        } else {
            servers.join(", ")
        };
        let message =
            format!("no name server answered, so that nothing is known of {names} (asked: {servers})");
        (
            "TG208",
            message,
            "look at the network, or name other servers with --nameserver".to_owned(),
        )
    } else {
        return None;
    };
    let finding = if input.at == Moment::Commit {
        Finding::new(code, Severity::Medium, Action::Warn, message)
    } else {
        Finding::undecided(code, message)
    };
    Some(finding.help(help))
}

/// A duration in the largest unit that divides it.
pub(super) fn human_duration(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, "d"), (3600, "h"), (60, "m")];
    match units
        .iter()
        .find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size))
    {
        Some((size, unit)) => format!("{}{unit}", seconds / size),
        None => format!("{seconds}s"),
    }
}

/// Where a comparison stopped at its limits.
pub(super) fn too_much(name: &str, tree: Option<&Arc<Tree>>, why: &str) -> Finding {
    let finding = Finding::new("TG507", Severity::High, Action::Deny, format!("{name}: {why}"));
    match tree {
        Some(tree) => finding.at(whole(tree.source(), Span::empty(0))),
        None => finding,
    }
}

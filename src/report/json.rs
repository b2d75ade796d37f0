//! Outcomes to the wire structs, and those to JSON text.

use serde::Serialize;

use super::escape::json_safe;
use super::model::{
    AckV1, AddressV1, ChangeV1, CheckV1, DiffV1, EnvironmentV1, FindingV1, NoteV1, PlaceV1, ProofV1, PushV1,
    ResolveV1, RolledBackV1, RuleV1, RulesV1, SCHEMA_VERSION, SkippedV1, StampV1, StampsMadeV1, TimingV1,
    WaivedV1,
};
use super::value::Shower;
use crate::address::Port;
use crate::diff::{Change, ChangeKind, ChangeSet, FileDiff, FingerprintKey, Shown};
use crate::doc::digest::hex;
use crate::doc::mask::mask;
use crate::doc::secret::Redactor;
use crate::doc::{KeyPath, NodeId, Tree};
use crate::gate::{AddressReport, CheckOutcome, EnvironmentOutcome, Finding};
use crate::rules::RuleSet;
use crate::settings::Actions;
use crate::stamp::StampStatus;

/// What a conversion needs besides the outcome.
#[derive(Debug, Clone, Copy)]
pub struct Wire<'a> {
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// What ties fingerprints to the repository.
    pub key: &'a FingerprintKey,
    /// What is ignored is listed too.
    pub verbose: bool,
}

/// Pretty JSON that is safe to print, with a final newline.
#[must_use]
pub fn to_json<T: Serialize>(value: &T) -> String {
    // The wire structs hold strings, numbers and lists only; they always serialise.
    let text =
        serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    let mut text = json_safe(&text).into_owned();
    text.push('\n');
    text
}

/// The contract of `diff`.
#[must_use]
pub fn diff_json(changes: &ChangeSet, wire: Wire<'_>) -> DiffV1 {
    DiffV1 {
        schema_version: SCHEMA_VERSION,
        changes: change_rows(changes, wire),
        ignored: changes.ignored(),
        ignored_changes: ignored_rows(changes, wire),
        notes: changes
            .files
            .iter()
            .flat_map(|file| file.notes.iter().map(move |note| (file, note)))
            .map(|(file, note)| NoteV1 {
                file: file.display().to_owned(),
                message: note.clone(),
            })
            .collect(),
    }
}

fn change_rows(changes: &ChangeSet, wire: Wire<'_>) -> Vec<ChangeV1> {
    changes
        .files
        .iter()
        .flat_map(|file| {
            let shown = file.shown(false).into_iter();
            shown.map(move |shown| change_row(file, &shown, wire))
        })
        .collect()
}

/// What the settings keep out of sight, where it is asked for.
fn ignored_rows(changes: &ChangeSet, wire: Wire<'_>) -> Vec<ChangeV1> {
    let files = changes.files.iter().filter(|_| wire.verbose);
    files
        .flat_map(|file| {
            let shown = file.shown(true).into_iter();
            shown
                .filter(|shown| file.changes[shown.at].ignored)
                .map(move |shown| change_row(file, &shown, wire))
        })
        .collect()
}

fn change_row(file: &FileDiff, shown: &Shown, wire: Wire<'_>) -> ChangeV1 {
    let change = &file.changes[shown.at];
    let (old, new) = (file.old.as_deref(), file.new.as_deref());
    let old_path = change.old_path.as_ref().unwrap_or(&change.path);
    let value =
        |tree: Option<&Tree>, root: Option<NodeId>, id: Option<NodeId>, path: &KeyPath| match (tree, id) {
            (Some(tree), Some(id)) => Shower {
                tree,
                root: root.unwrap_or(id),
                redactor: Some(wire.redactor),
            }
            .contract(path, id),
            _ => serde_json::Value::Null,
        };
    let word = |tree: Option<&Tree>, id: Option<NodeId>| Some(tree?.kind(id?).word().to_owned());
    let tag = |tree: Option<&Tree>, id: Option<NodeId>| tree?.tag(id?).map(str::to_owned);
    // Root and tree belong together: a removed value's document is on the old side.
    let place = new.map(|tree| tree.source().position(change.place.start as usize));
    let hidden = wire.redactor.hides(&change.path);
    let mut row = ChangeV1 {
        file: file.display().to_owned(),
        doc: change.document,
        kind: change.kind.word().to_owned(),
        path: change.path.to_string(),
        pointer: change.path.pointer(),
        old_pointer: change.old_path.as_ref().map(KeyPath::pointer),
        old: serde_json::Value::Null,
        new: serde_json::Value::Null,
        old_type: word(old, change.old),
        new_type: word(new, change.new),
        old_tag: tag(old, change.old),
        new_tag: tag(new, change.new),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        old_line: old
            .zip(change.old)
            .map(|(tree, id)| tree.source().position(tree.span(id).start as usize).line),
        fingerprint: hex(&file.fingerprint(change, hidden, wire.key)),
        also_at: shown
            .others
            .iter()
            .map(|at| &file.changes[*at].path)
            .map(|path| PlaceV1 {
                path: path.to_string(),
                pointer: path.pointer(),
            })
            .collect(),
        rated: None,
        environment: None,
    };
    if change.kind == ChangeKind::Reordered {
        let before = (0..change.order.iter().flatten().count()).collect::<Vec<_>>();
        row.old = serde_json::Value::from(before);
        row.new = change
            .order
            .iter()
            .map(|before| before.map_or(serde_json::Value::Null, serde_json::Value::from))
            .collect();
    } else if let Some(before) = renamed(file, change) {
        row.old = before.into();
        row.new = file.name.clone().into();
    } else {
        row.old = value(old, change.roots.old, change.old, old_path);
        row.new = value(new, change.roots.new, change.new, &change.path);
    }
    row
}

/// The old name, if the change is that of a file's name.
fn renamed<'f>(file: &'f FileDiff, change: &Change) -> Option<&'f str> {
    let is = change.kind == ChangeKind::Moved && change.path.segments.is_empty();
    file.renamed_from.as_deref().filter(|_| is)
}

fn address_row(report: &AddressReport, listed_only: bool) -> AddressV1 {
    let source = report.tree.source();
    let position = source.position(report.address.span.start as usize);
    let answer = report.answer.as_ref();
    AddressV1 {
        file: source.display.clone(),
        doc: report.address.document,
        path: report.address.path.to_string(),
        pointer: report.address.path.pointer(),
        line: position.line,
        column: position.column,
        value: mask(&report.address.value).into_owned(),
        scheme: report.address.scheme.clone(),
        host: mask(&report.address.host).into_owned(),
        port: match &report.address.port {
            Some(Port::Number(number)) => Some(*number),
            Some(Port::Bad(_)) | None => None,
        },
        direction: report.address.direction.word().to_owned(),
        changed: report.changed,
        outcome: (!listed_only).then(|| report.judgement.outcome.word().to_owned()),
        answers: answer
            .map(|answer| answer.addresses.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        millis: answer.map(|answer| answer.millis),
        end_column: source.position(report.address.span.end as usize).column,
        found_as: report.address.form.to_owned(),
        why: (!listed_only).then(|| mask(&report.judgement.why).into_owned()),
        server: answer
            .and_then(|answer| answer.server)
            .map(|server| server.to_string()),
        rcode: answer.and_then(|answer| answer.rcode.clone()),
        attempts: answer.map(|answer| answer.attempts),
        environment: None,
    }
}

/// The contract of `resolve`.
#[must_use]
pub fn resolve_json(reports: &[AddressReport], listed_only: bool) -> ResolveV1 {
    let several = reports
        .windows(2)
        .any(|pair| pair[0].environment != pair[1].environment);
    let row = |report: &AddressReport| {
        let mut row = address_row(report, listed_only);
        row.environment = several.then(|| report.environment.clone());
        row
    };
    ResolveV1 {
        schema_version: SCHEMA_VERSION,
        addresses: reports.iter().map(row).collect(),
    }
}

fn finding_row(finding: &Finding) -> FindingV1 {
    let place = finding.place.as_ref();
    let start = place.map(|place| place.source.position(place.span.start as usize));
    let end = place.map(|place| place.source.position(place.span.end as usize));
    FindingV1 {
        code: finding.code.to_owned(),
        rule: finding.rule.clone(),
        severity: finding.severity.word().to_owned(),
        action: finding.action.word().to_owned(),
        message: finding.message.clone(),
        help: finding.help.clone(),
        environment: finding.environment.clone(),
        file: place.map(|place| place.source.display.clone()),
        doc: place.map(|place| place.document),
        path: place.map(|place| place.path.clone()),
        pointer: place.map(|place| place.pointer.clone()),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        end_line: end.map(|end| end.line),
        end_column: end.map(|end| end.column),
        fingerprint: finding.fingerprint.as_ref().map(|fingerprint| hex(fingerprint)),
        acked: finding.acked.as_ref().map(|ack| AckV1 {
            by: ack.by.clone(),
            reason: ack.reason.clone(),
            at: ack.at.clone(),
        }),
        waived: finding.waived.as_ref().map(|waived| WaivedV1 {
            reason: waived.reason.clone(),
            owner: waived.owner.clone(),
            expires: waived.expires.clone(),
        }),
    }
}

fn stamp_row(environment: &EnvironmentOutcome) -> StampV1 {
    let proofs = environment.sets.iter().flat_map(|set| {
        set.stamps.iter().map(move |stamp| {
            let judged = &stamp.judged;
            ProofV1 {
                set: set.name.clone(),
                from: stamp.from.clone(),
                status: judged.status.word().to_owned(),
                why: judged.why.clone(),
                subject: set.subject.map(|subject| hex(&subject)),
                file: Some(judged.file.clone()).filter(|file| !file.is_empty()),
                signer: judged.signer.clone(),
                soaked_seconds: judged.soaked.as_secs(),
                differs: stamp.differs.clone(),
            }
        })
    });
    StampV1 {
        status: environment.stamp.word().to_owned(),
        after: environment.after.clone(),
        proofs: proofs.collect(),
    }
}

fn environment_row(environment: &EnvironmentOutcome) -> EnvironmentV1 {
    EnvironmentV1 {
        name: environment.name.clone(),
        verdict: environment.verdict.word().to_owned(),
        enforced: environment.enforce,
        stamp: stamp_row(environment),
    }
}

/// The contract of `check`.
#[must_use]
pub fn check_json(outcome: &CheckOutcome, wire: Wire<'_>) -> CheckV1 {
    let several = outcome.environments.len() > 1;
    let only = outcome.environments.first().filter(|_| !several);
    let tag = |environment: &EnvironmentOutcome| several.then(|| environment.name.clone());
    let mut changes = Vec::new();
    let mut ignored_changes = Vec::new();
    let mut addresses = Vec::new();
    for environment in &outcome.environments {
        for set in &environment.sets {
            ignored_changes.extend(ignored_rows(&set.changes, wire).into_iter().map(|mut row| {
                row.environment = tag(environment);
                row
            }));
            for (at, file) in set.changes.files.iter().enumerate() {
                for shown in file.shown(false) {
                    let mut row = change_row(file, &shown, wire);
                    let mut places = std::iter::once(shown.at).chain(shown.others);
                    row.rated = Some(places.all(|nth| !set.unrated.contains(&(at, nth))));
                    row.environment = tag(environment);
                    changes.push(row);
                }
            }
        }
        addresses.extend(environment.addresses.iter().map(|report| {
            let mut row = address_row(report, false);
            row.environment = tag(environment);
            row
        }));
    }
    // The worst stamp of all environments: one that is missing beats one that is not needed.
    let stamp = outcome
        .environments
        .iter()
        .rev()
        .max_by_key(|environment| environment.stamp)
        .map_or(
            StampV1 {
                status: StampStatus::NotRequired.word().into(),
                after: Vec::new(),
                proofs: Vec::new(),
            },
            stamp_row,
        );
    CheckV1 {
        schema_version: SCHEMA_VERSION,
        verdict: outcome.verdict.word().to_owned(),
        exit_code: outcome.exit.code(),
        at: outcome.at.word().to_owned(),
        environment: only
            .filter(|environment| !environment.name.is_empty())
            .map(|environment| environment.name.clone()),
        changes,
        ignored_changes,
        addresses,
        findings: outcome
            .environments
            .iter()
            .flat_map(|environment| &environment.findings)
            .map(finding_row)
            .collect(),
        stamp,
        policy_from: Some(outcome.policy_from.clone()).filter(|from| !from.is_empty()),
        skipped: outcome
            .skipped
            .iter()
            .map(|skipped| SkippedV1 {
                what: skipped.what.clone(),
                why: skipped.why.clone(),
            })
            .collect(),
        timing: TimingV1 {
            parse_ms: outcome.timing.parse,
            diff_ms: outcome.timing.diff,
            resolve_ms: outcome.timing.resolve,
            rules_ms: outcome.timing.rules,
            total_ms: outcome.timing.total,
        },
        environments: several.then(|| outcome.environments.iter().map(environment_row).collect()),
    }
}

/// The contract of `rules list`.
#[must_use]
pub fn rules_json(rules: &RuleSet, actions: &Actions, environment: &str) -> RulesV1 {
    RulesV1 {
        schema_version: SCHEMA_VERSION,
        rules: rules
            .rules
            .iter()
            .map(|rule| {
                let (severity, _) = rules.severity(rule, environment);
                let action = severity.map_or("off", |severity| actions.of(severity).word());
                RuleV1 {
                    id: rule.id.clone(),
                    title: rule.title.clone(),
                    pack: rule.pack().to_owned(),
                    severity: severity.map_or("off", crate::settings::Severity::word).to_owned(),
                    action: action.to_owned(),
                    origin: rule.origin.clone(),
                    built_in: rule.built_in,
                }
            })
            .collect(),
    }
}

/// The JSON Schema (draft-07) of one of the contracts: check, diff, resolve, rules, push, stamp or rollback.
#[must_use]
pub fn schema_json(name: &str) -> Option<String> {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    let schema = match name {
        "check" => generator.into_root_schema_for::<CheckV1>(),
        "diff" => generator.into_root_schema_for::<DiffV1>(),
        "resolve" => generator.into_root_schema_for::<ResolveV1>(),
        "rules" => generator.into_root_schema_for::<RulesV1>(),
        "push" => generator.into_root_schema_for::<PushV1>(),
        "stamp" => generator.into_root_schema_for::<StampsMadeV1>(),
        "rollback" => generator.into_root_schema_for::<RolledBackV1>(),
        _ => return None,
    };
    Some(to_json(&schema))
}

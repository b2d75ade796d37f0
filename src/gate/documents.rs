//! Reading both sides: files to trees, and the findings that reading yields.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::finding::{Finding, Place};
use super::input::{CheckInput, Deployed, FileInput, SetInput};
use crate::diff::FileSide;
use crate::doc::scalar::yaml_dialects_disagree;
use crate::doc::{Limits, Note, SourceFile, Span, Tree};
use crate::formats::{ParseError, Parsed, parse, parse_all};
use crate::settings::{Action, Severity};

/// Repeated keys shown one by one.
const MAX_DUPLICATES: usize = 50;
/// Values that readers disagree on which are named, of one file.
const MAX_DISAGREEMENTS: usize = 50;

/// Both sides of a config set as trees.
#[derive(Debug, Default)]
pub(super) struct Sides {
    pub(super) old: FileSide,
    pub(super) new: FileSide,
    pub(super) findings: Vec<Finding>,
    /// Number of proposed files.
    pub(super) files: usize,
}

/// Parses both sides of a config set.
pub(super) fn read(input: &CheckInput<'_>, set: &SetInput) -> Sides {
    let mut sides = Sides {
        files: set.proposed.len(),
        ..Sides::default()
    };
    let deployed = match &set.deployed {
        Deployed::Files(files) => files.as_slice(),
        Deployed::Missing(place) => {
            let message =
                format!("nothing is deployed at {place}: it counts as empty, and every key as added");
            sides
                .findings
                .push(Finding::new("TG508", Severity::Low, Action::Warn, message));
            &[]
        }
        Deployed::Unreachable(why) => {
            let finding = Finding::undecided(
                "TG904",
                format!("the deployed configuration cannot be reached: {why}"),
            );
            sides.findings.push(finding.help(
                "name the deployed side with --deployed, or correct `deployed` or `target` in the policy",
            ));
            return sides;
        }
    };
    if deployed.is_empty() && set.proposed.is_empty() {
        let what = if set.name.is_empty() {
            String::new()
        } else {
            format!(" of config set `{}`", set.name)
        };
        let finding = Finding::undecided("TG903", format!("no file{what} on either side"));
        sides
            .findings
            .push(finding.help("look at the pattern in `files`, and at the folder tollgate was started in"));
        return sides;
    }
    let proposed: BTreeMap<&str, &FileInput> = set
        .proposed
        .iter()
        .map(|file| (file.name.as_str(), file))
        .collect();
    let mut parsed = Ahead::new(input, &set.proposed, deployed, &proposed);
    for file in &set.proposed {
        if let Some(tree) = proposed_tree(&mut parsed, file, &mut sides.findings) {
            sides.new.insert(file.name.clone(), tree);
        }
    }
    for file in deployed {
        // What the proposed file holds is unknown, so that nothing is said about what would change in it.
        if proposed.contains_key(file.name.as_str()) && !sides.new.contains_key(&file.name) {
            continue;
        }
        if let Some(tree) = deployed_tree(&mut parsed, file, &proposed, &sides.new, &mut sides.findings) {
            sides.old.insert(file.name.clone(), tree);
        }
    }
    notes(&mut sides);
    sides
}

/// Files that were parsed, by where they lie in memory.
struct Ahead<'i> {
    limits: &'i Limits,
    done: HashMap<*const SourceFile, Parsed>,
}

impl<'i> Ahead<'i> {
    /// Parses every file of both sides at once. Of the same bytes under the same name one is enough.
    fn new(
        input: &'i CheckInput<'_>,
        proposed: &[FileInput],
        deployed: &[FileInput],
        twins: &BTreeMap<&str, &FileInput>,
    ) -> Self {
        let differs = |file: &&FileInput| {
            let twin = twins
                .get(file.name.as_str())
                .and_then(|twin| twin.content.as_ref().ok());
            let own = file.content.as_ref().ok();
            twin.zip(own)
                .is_none_or(|(twin, own)| twin.sha256() != own.sha256())
        };
        let files = proposed.iter().chain(deployed.iter().filter(differs));
        let sources: Vec<&Arc<SourceFile>> = files.filter_map(|file| file.content.as_ref().ok()).collect();
        let parsed = parse_all(&sources, &input.limits, input.workers);
        Self {
            limits: &input.limits,
            done: sources.into_iter().map(Arc::as_ptr).zip(parsed).collect(),
        }
    }

    fn take(&mut self, source: &Arc<SourceFile>) -> Parsed {
        self.done
            .remove(&Arc::as_ptr(source))
            .unwrap_or_else(|| parse(source, self.limits))
    }
}

fn proposed_tree(parsed: &mut Ahead<'_>, file: &FileInput, findings: &mut Vec<Finding>) -> Option<Arc<Tree>> {
    let source = match &file.content {
        Ok(source) => source,
        Err(fault) => {
            let finding = Finding::new(
                "TG506",
                Severity::High,
                Action::Deny,
                format!("{}: {}", file.display, fault.message),
            );
            findings.push(finding.help(fault.help.clone().unwrap_or_default()));
            return None;
        }
    };
    match parsed.take(source) {
        Ok(tree) => Some(Arc::new(tree)),
        Err(errors) => {
            findings.extend(
                errors
                    .into_iter()
                    .map(|error| parse_finding("TG501", Action::Deny, source, error)),
            );
            None
        }
    }
}

fn deployed_tree(
    parsed: &mut Ahead<'_>,
    file: &FileInput,
    proposed: &BTreeMap<&str, &FileInput>,
    new: &FileSide,
    findings: &mut Vec<Finding>,
) -> Option<Arc<Tree>> {
    let source = match &file.content {
        Ok(source) => source,
        Err(fault) => {
            let message = format!("{}: {}", file.display, fault.message);
            findings.push(if fault.not_text {
                let message = format!("{message}; every key of the proposed file counts as added");
                Finding::new("TG502", Severity::Low, Action::Warn, message)
            } else {
                // Not a broken file but one that nobody could read: nothing is known about it.
                Finding::undecided("TG904", message)
            });
            return None;
        }
    };
    let twin = proposed
        .get(file.name.as_str())
        .and_then(|twin| twin.content.as_ref().ok());
    // The same bytes on both sides are parsed once.
    if twin.is_some_and(|twin| twin.sha256() == source.sha256()) {
        return new.get(&file.name).cloned();
    }
    match parsed.take(source) {
        Ok(tree) => Some(Arc::new(tree)),
        Err(errors) => {
            let error = errors
                .into_iter()
                .next()
                .unwrap_or_else(|| ParseError::new(Span::empty(0), "it does not parse"));
            let mut finding = parse_finding("TG502", Action::Warn, source, error);
            finding.severity = Severity::Low;
            finding
                .notes
                .push("every key of the proposed file counts as added".into());
            findings.push(finding);
            // A file that goes is a change, whatever it held: it is compared as text.
            let text = crate::formats::by_name("text")?;
            let gone = !proposed.contains_key(file.name.as_str());
            gone.then(|| (text.parse)(source, parsed.limits).ok())
                .flatten()
                .map(Arc::new)
        }
    }
}

fn parse_finding(code: &'static str, action: Action, source: &Arc<SourceFile>, error: ParseError) -> Finding {
    Finding::new(code, Severity::High, action, error.message)
        .help(error.help.unwrap_or_default())
        .at(whole(source, error.span))
}

/// A place in a file that is no key path.
pub(super) fn whole(source: &Arc<SourceFile>, span: Span) -> Place {
    Place {
        source: Arc::clone(source),
        span,
        document: 0,
        path: String::new(),
        pointer: String::new(),
    }
}

/// Duplicate keys, files read as text, values that readers disagree on.
fn notes(sides: &mut Sides) {
    for (name, tree) in &sides.new {
        let source = tree.source();
        let unchanged = sides
            .old
            .get(name)
            .is_some_and(|old| old.source().sha256() == source.sha256());
        for duplicate in tree.duplicates.iter().take(MAX_DUPLICATES) {
            let action = if unchanged { Action::Warn } else { Action::Deny };
            let key = source.slice(duplicate.again);
            let line = source.position(duplicate.first.start as usize).line;
            sides.findings.push(
                Finding::new(
                    "TG503",
                    Severity::High,
                    action,
                    format!("the key {key} is in line {line} already"),
                )
                .help("remove one of them: readers disagree on which one counts")
                .at(whole(source, duplicate.again)),
            );
        }
        if tree.duplicates.len() > MAX_DUPLICATES {
            let action = if unchanged { Action::Warn } else { Action::Deny };
            let message = format!(
                "{} keys occur twice; the first {MAX_DUPLICATES} are shown",
                tree.duplicates.len()
            );
            sides.findings.push(
                Finding::new("TG503", Severity::High, action, message).at(whole(source, Span::empty(0))),
            );
        }
        if unchanged {
            continue;
        }
        let mut disagreements = 0;
        for note in &tree.notes {
            // Dates and the like are too common for a word each; the diff counts them.
            if let Note::DialectsDisagree(span) = note {
                disagreements += 1;
                if disagreements > MAX_DISAGREEMENTS || !yaml_dialects_disagree(source.slice(*span)) {
                    continue;
                }
            }
            sides.findings.push(match note {
                Note::ReadAsText(why) => {
                    let message = format!("{} is compared as text, line by line: {why}", source.display);
                    Finding::new("TG504", Severity::Low, Action::Warn, message)
                        .at(whole(source, Span::empty(0)))
                }
                Note::Sops(span) => {
                    let message = format!(
                        "{} is encrypted by SOPS: its values are compared as they are, and what SOPS keeps for itself is not",
                        source.display
                    );
                    Finding::new("TG510", Severity::Info, Action::Note, message).at(whole(source, *span))
                }
                Note::DialectsDisagree(span) => {
                    let message = format!(
                        "`{}` is read differently by YAML 1.1 and YAML 1.2",
                        source.slice(*span)
                    );
                    Finding::new("TG505", Severity::Info, Action::Note, message)
                        .help("quote it, if it is meant as text")
                        .at(whole(source, *span))
                }
            });
        }
    }
}

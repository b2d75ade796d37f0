//! What guards a proposal and is changed by it: policy, rules, waivers, signers, schemas, and where tollgate runs. It is
//! judged by what was in force before, and somebody has to stand by the change.

use std::sync::Arc;

use super::decide::stand_by;
use super::documents::whole;
use super::finding::Finding;
use super::input::CheckInput;
use crate::doc::digest::sha_of;
use crate::doc::{SourceFile, Span};
use crate::settings::{Action, Environment, Severity};

/// What a file is to the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// `tollgate.toml`.
    Policy,
    /// Rules of the policy's own, or of a pack that it extends.
    Rules,
    /// What is accepted for a time.
    Waivers,
    /// Whose signatures count.
    Signers,
    /// What files are held against.
    Schema,
    /// What the packs held when somebody looked.
    Lock,
    /// The author's acknowledgements: they belong to the proposal.
    Acks,
    /// Where tollgate is called from: a hook manager's or a CI system's file.
    Caller,
    /// What git does to files between a commit and a checkout.
    Attributes,
}

impl Guard {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Policy => "the policy",
            Self::Rules => "rules",
            Self::Waivers => "the waivers",
            Self::Signers => "the signers",
            Self::Schema => "a schema",
            Self::Lock => "the lock of the packs",
            Self::Acks => "the acknowledgements",
            Self::Caller => "what calls tollgate",
            Self::Attributes => "how git writes files out",
        }
    }
}

/// A file that the guard stands on and that the proposal changes.
#[derive(Debug, Clone)]
pub struct GuardChange {
    /// Its name from the policy's folder.
    pub name: String,
    /// What it is.
    pub guard: Guard,
    /// As it was; [`None`] where it is new.
    pub old: Option<Arc<SourceFile>>,
    /// As it is proposed; [`None`] where it counts no longer.
    pub new: Option<Arc<SourceFile>>,
}

/// The findings of an environment about what guards it.
pub(super) fn findings(input: &CheckInput<'_>, environment: Option<&Environment>) -> Vec<Finding> {
    let ours = |change: &&GuardChange| change.guard != Guard::Acks;
    input
        .guarded
        .iter()
        .filter(ours)
        .map(|change| finding(input, environment, change))
        .collect()
}

fn finding(input: &CheckInput<'_>, environment: Option<&Environment>, change: &GuardChange) -> Finding {
    let word = change.guard.word();
    let message = match (&change.old, &change.new) {
        (Some(_), None) => format!("{} ({word}) counts no longer", change.name),
        (None, _) => format!("{} ({word}) is new", change.name),
        (Some(_), Some(_)) => format!("{} ({word}) changes", change.name),
    };
    let digest = |side: &Option<Arc<SourceFile>>| side.as_ref().map_or([0; 32], |source| *source.sha256());
    let about = sha_of(&[
        b"tollgate/guard/1",
        &input.key.0,
        change.name.as_bytes(),
        &digest(&change.old),
        &digest(&change.new),
    ]);
    // One word covers every environment: it is the same file everywhere.
    let mut finding = stand_by(("TG310", ""), message, input, environment, &about);
    finding.help =
        "what was in force before judges this proposal; say that the change is meant, and let somebody \
                    who answers for the guard review it"
            .into();
    let place = match (&change.old, &change.new) {
        (Some(old), Some(new)) => Some(whole(new, first_difference(old, new))),
        (None, Some(new)) => Some(whole(new, Span::empty(0))),
        (Some(old), None) => Some(whole(old, Span::empty(0))),
        (None, None) => None,
    };
    finding.place = place;
    // What still calls tollgate is edited every day, and does not judge; what calls it no longer is another matter.
    let calls = |side: &Option<Arc<SourceFile>>| {
        side.as_ref()
            .is_some_and(|source| source.text().contains("tollgate"))
    };
    if change.guard == Guard::Caller && calls(&change.new) && finding.action == Action::Approve {
        finding.severity = Severity::Medium;
        finding.action = Action::Warn;
        finding.acked = None;
    }
    finding
}

/// The first line that is not as before and says something.
fn first_difference(old: &SourceFile, new: &SourceFile) -> Span {
    let mut lines = new.text().split_inclusive('\n').scan(0_usize, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let mut before = old.text().lines();
    let differs = lines.find(|(_, line)| before.next() != Some(line.trim_end_matches(['\n', '\r'])));
    let found = differs
        .into_iter()
        .chain(lines)
        .find(|(_, line)| !line.trim().is_empty());
    let (start, line) = found.unwrap_or((0, ""));
    let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        start: at(start),
        end: at(start + line.trim_end().len()),
    }
}

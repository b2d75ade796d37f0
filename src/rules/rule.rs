//! A rule as it is held in memory: compiled, validated, with its tests.

use super::adjust::{Adjusted, Override};
use super::operator::Condition;
use super::operator::aggregate::Over;
use super::schema::Schema;
use super::waiver::Waiver;
use crate::diff::ChangeKind;
use crate::doc::{PathPattern, Span};
use crate::settings::Severity;

/// One audit rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable, namespaced id, such as `core/pool-shrink`.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// How much a match matters.
    pub severity: Severity,
    /// Key paths it covers.
    pub paths: Vec<PathPattern>,
    /// Key paths it leaves out.
    pub except: Vec<PathPattern>,
    /// Kinds of change it looks at; not used by `present` rules.
    pub kinds: Vec<ChangeKind>,
    /// Only files whose name in the set matches one of these (`*` for any characters); empty: all.
    pub files: Vec<String>,
    /// Only environments with these names (`*` for any characters); empty: all.
    pub environments: Vec<String>,
    /// Only Kubernetes documents of these kinds; empty: all.
    pub documents: Vec<String>,
    /// Judges what the new side holds, not what changed.
    pub present: bool,
    /// All must match.
    pub when: Vec<Condition>,
    /// What a match says, with `{path}`, `{old}`, `{new}`, `{pct}`, `{ratio}`, `{count}`.
    pub message: String,
    /// Why the rule exists.
    pub why: String,
    /// What to do.
    pub help: String,
    /// Its tests.
    pub tests: Vec<RuleTest>,
    /// The file it came from.
    pub origin: String,
    /// Where its id stands in that file.
    pub span: Span,
    /// Shipped with the program.
    pub built_in: bool,
}

impl Rule {
    /// Whether it judges containers, so that one whose items came or went is offered to it.
    #[must_use]
    pub fn wants_containers(&self) -> bool {
        self.when.iter().any(Condition::wants_containers)
    }

    /// Whether its paths name tables and lists whose values are counted.
    #[must_use]
    pub fn is_of_subtrees(&self) -> bool {
        self.when.iter().any(|condition| {
            matches!(condition, Condition::Aggregate(aggregate) if aggregate.over == Over::Subtree)
        })
    }

    /// Whether it names keys. A rule over every path does not make a key a rated one.
    #[must_use]
    pub fn is_specific(&self) -> bool {
        self.paths.iter().all(|pattern| pattern.text() != "**")
    }

    /// Whether it is for this environment; case does not count. Without an environment (an empty name) a
    /// rule for some of them applies: unknown is not a reason to be quiet.
    #[must_use]
    pub fn covers_environment(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let fits = |glob: &String| crate::doc::pattern::glob_matches(&glob.to_ascii_lowercase(), &name);
        name.is_empty() || self.environments.is_empty() || self.environments.iter().any(fits)
    }

    /// The part of the id before the slash.
    #[must_use]
    pub fn pack(&self) -> &str {
        self.id.split('/').next().unwrap_or(&self.id)
    }
}

/// What a rule file holds.
#[derive(Debug, Clone, Default)]
pub struct RuleFile {
    /// Its rules.
    pub rules: Vec<Rule>,
    /// Ids that are no rules' any more.
    pub retired: Vec<Retired>,
}

/// An id that was a rule's once: it is never used again, and whoever names it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The id.
    pub id: String,
    /// The rule that took its place, if one did.
    pub replaced_by: Option<String>,
}

/// What a test expects of its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// At least one match.
    Match,
    /// No match.
    NoMatch,
    /// No match, and somewhere the rule could not be applied.
    NotApplicable,
}

impl Expect {
    /// The word in rule files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NoMatch => "no_match",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// Every expectation.
    pub const ALL: [Self; 3] = [Self::Match, Self::NoMatch, Self::NotApplicable];
}

/// One example: two documents and what the rule must say of them.
#[derive(Debug, Clone)]
pub struct RuleTest {
    /// The old document; [`None`] for no file.
    pub old: Option<String>,
    /// The new document.
    pub new: Option<String>,
    /// A file name, which decides the syntax; default `test.yaml`.
    pub file: String,
    /// The environment the test plays in.
    pub environment: String,
    /// What must come out.
    pub expect: Expect,
    /// Where it stands.
    pub span: Span,
}

/// The rules in force, in id order.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// Every rule.
    pub rules: Vec<Rule>,
    /// The names of every environment of the policy, for rules about values of another one.
    pub environments: Vec<String>,
    /// Ids that are no rules' any more.
    pub retired: Vec<Retired>,
    /// What the policy says of rules.
    pub overrides: Vec<Override>,
    /// What is accepted for a time.
    pub waivers: Vec<Waiver>,
    /// Schemas of files.
    pub schemas: Vec<Schema>,
}

impl RuleSet {
    /// What a rule's severity is in an environment, and the word of the policy that made it so. [`None`] for one that
    /// is off. The last word counts.
    #[must_use]
    pub fn severity(&self, rule: &Rule, environment: &str) -> (Option<Severity>, Option<&Override>) {
        let word = self
            .overrides
            .iter()
            .rev()
            .find(|word| word.covers(&rule.id, environment));
        let severity = match word.map(|word| word.to) {
            Some(Adjusted::Off) => None,
            Some(Adjusted::Severity(severity)) => Some(severity),
            None => Some(rule.severity),
        };
        (severity, word)
    }
}

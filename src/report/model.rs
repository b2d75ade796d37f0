//! The wire: JSON contract, version 1. Other programs depend on these names and types. The committed
//! JSON Schema is derived from these structs.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The contract's version.
pub const SCHEMA_VERSION: u32 = 1;

/// `diff --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffV1 {
    /// 1.
    pub schema_version: u32,
    /// What differs.
    pub changes: Vec<ChangeV1>,
    /// How many further changes the policy's `[diff] ignore` and `noise` keep out of sight.
    pub ignored: usize,
    /// These, with `-v`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored_changes: Vec<ChangeV1>,
    /// How files were read and compared, where that is not the usual way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteV1>,
}

/// Something said about a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteV1 {
    /// The file.
    pub file: String,
    /// What is said.
    pub message: String,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeV1 {
    /// The file, as the user would name it.
    pub file: String,
    /// Document index in the file, from 0.
    pub doc: usize,
    /// changed, added, removed, moved, reordered or `type_changed`.
    pub kind: String,
    /// Key path for people.
    pub path: String,
    /// JSON Pointer on the new side (on the old side where it was removed).
    pub pointer: String,
    /// JSON Pointer on the old side.
    pub old_pointer: Option<String>,
    /// The old value's text; a container as JSON; null where there is none.
    pub old: Value,
    /// The new value's text; a container as JSON; null where there is none.
    pub new: Value,
    /// The old value's type.
    pub old_type: Option<String>,
    /// The new value's type.
    pub new_type: Option<String>,
    /// The old value's tag outside the core schema, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_tag: Option<String>,
    /// The new value's tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_tag: Option<String>,
    /// 1-based line in the new file; of the nearest surviving parent where the value was removed.
    pub line: Option<usize>,
    /// 1-based column in characters.
    pub column: Option<usize>,
    /// 1-based line in the old file.
    pub old_line: Option<usize>,
    /// Content-bound fingerprint, 64 hexadecimal digits.
    pub fingerprint: String,
    /// Where else an anchor or a merge key brings the same change about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_at: Vec<PlaceV1>,
    /// Whether any rule covers the key; inside `check` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rated: Option<bool>,
    /// The environment, where a check covers several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
}

/// A key path in a file that is named elsewhere.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaceV1 {
    /// Key path for people.
    pub path: String,
    /// JSON Pointer.
    pub pointer: String,
}

/// `resolve --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResolveV1 {
    /// 1.
    pub schema_version: u32,
    /// Every address.
    pub addresses: Vec<AddressV1>,
}

/// One address.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AddressV1 {
    /// The file.
    pub file: String,
    /// Document index.
    pub doc: usize,
    /// Key path of the value.
    pub path: String,
    /// JSON Pointer of the value.
    pub pointer: String,
    /// 1-based line of the host.
    pub line: usize,
    /// 1-based column of the host, in characters.
    pub column: usize,
    /// The whole value, passwords redacted.
    pub value: String,
    /// URL scheme or kind of DSN.
    pub scheme: Option<String>,
    /// The host as written.
    pub host: String,
    /// The port; null where there is none or it is none.
    pub port: Option<u16>,
    /// outbound, inbound or informational.
    pub direction: String,
    /// Whether the change adds or edits it.
    pub changed: bool,
    /// What became of it; null with `--list`.
    pub outcome: Option<String>,
    /// Its IP addresses.
    pub answers: Vec<String>,
    /// Time the lookup took.
    pub millis: Option<u64>,
    /// 1-based column after the host.
    pub end_column: usize,
    /// The form that it was found as, such as url, host:port or ado.
    pub found_as: String,
    /// Why it is judged as it is; null with `--list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The name server whose word it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Its response code, such as NXDOMAIN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rcode: Option<String>,
    /// Questions that were sent for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// The environment, where a check covers several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
}

/// `check --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckV1 {
    /// 1.
    pub schema_version: u32,
    /// pass, refuse or undecided.
    pub verdict: String,
    /// The process exit code.
    pub exit_code: u8,
    /// commit, merge or push.
    pub at: String,
    /// The environment; null without one, and where there are several.
    pub environment: Option<String>,
    /// What changed.
    pub changes: Vec<ChangeV1>,
    /// With `-v`, what the policy's `[diff] ignore` and `noise` keep out of sight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored_changes: Vec<ChangeV1>,
    /// The addresses of the proposed side.
    pub addresses: Vec<AddressV1>,
    /// What was found, worst first.
    pub findings: Vec<FindingV1>,
    /// The proof from earlier environments.
    pub stamp: StampV1,
    /// Where the policy that judged comes from, where that is not the checkout: a commit, or the last push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_from: Option<String>,
    /// What was not done.
    pub skipped: Vec<SkippedV1>,
    /// Time spent.
    pub timing: TimingV1,
    /// Each environment's verdict, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environments: Option<Vec<EnvironmentV1>>,
}

/// `push --format json`: the check, and what came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PushV1 {
    /// The check.
    #[serde(flatten)]
    pub check: CheckV1,
    /// What came of it.
    pub push: PushedV1,
}

/// What came of a push.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PushedV1 {
    /// pushed, `nothing_to_do`, `would_push`, `policy_recorded`, `would_record_policy`, refused or undecided.
    pub status: String,
    /// The run's name.
    pub run: Option<String>,
    /// The config sets that were, or would be, pushed.
    pub sets: Vec<PushSetV1>,
}

/// One config set, pushed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PushSetV1 {
    /// The config set.
    pub set: String,
    /// Where it went.
    pub target: String,
    /// The release: a digest over every file's name and bytes.
    pub release: String,
    /// The release that was live before; null for the first.
    pub previous: Option<String>,
    /// Files written, by path below the target.
    pub written: Vec<String>,
    /// Files removed.
    pub removed: Vec<String>,
}

/// `rollback --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RolledBackV1 {
    /// 1.
    pub schema_version: u32,
    /// The environment.
    pub environment: String,
    /// Whether nothing was done, on purpose.
    pub dry_run: bool,
    /// Each config set that went back.
    pub sets: Vec<RolledBackSetV1>,
}

/// One config set, rolled back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RolledBackSetV1 {
    /// The config set.
    pub set: String,
    /// Its target.
    pub target: String,
    /// When the push was that was taken back.
    pub pushed_at: String,
    /// The release that is live again.
    pub release: String,
    /// Files put back; empty where nothing had to be done.
    pub written: Vec<String>,
    /// Files removed.
    pub removed: Vec<String>,
    /// The release before that, for `--to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub further: Option<String>,
}

/// `stamp --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StampsMadeV1 {
    /// 1.
    pub schema_version: u32,
    /// One for each config set that is live.
    pub stamps: Vec<StampMadeV1>,
}

/// One stamp.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StampMadeV1 {
    /// The config set.
    pub set: String,
    /// The environment.
    pub environment: String,
    /// PASSED or FAILED.
    pub result: String,
    /// SHA-256 of the projection.
    pub subject: String,
    /// Number of files.
    pub files: usize,
    /// Fingerprint of the key.
    pub keyid: String,
    /// Until when it may count.
    pub not_after: String,
    /// Its file; null for a dry run.
    pub file: Option<String>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingV1 {
    /// The stable code.
    pub code: String,
    /// The rule's id.
    pub rule: Option<String>,
    /// info, low, medium, high or critical.
    pub severity: String,
    /// note, warn, approve or deny.
    pub action: String,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The environment.
    pub environment: Option<String>,
    /// The file; null for findings about the run.
    pub file: Option<String>,
    /// Document index.
    pub doc: Option<usize>,
    /// Key path.
    pub path: Option<String>,
    /// JSON Pointer.
    pub pointer: Option<String>,
    /// 1-based first line.
    pub line: Option<usize>,
    /// 1-based first column, in characters.
    pub column: Option<usize>,
    /// 1-based last line.
    pub end_line: Option<usize>,
    /// 1-based column after the last character.
    pub end_column: Option<usize>,
    /// Content-bound fingerprint, 64 hexadecimal digits.
    pub fingerprint: Option<String>,
    /// The acknowledgement that covers it.
    pub acked: Option<AckV1>,
    /// The waiver that covers it.
    pub waived: Option<WaivedV1>,
}

/// A waiver.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaivedV1 {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day, `YYYY-MM-DD`.
    pub expires: String,
}

/// An acknowledgement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AckV1 {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The day.
    pub at: String,
}

/// The proof from earlier environments.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StampV1 {
    /// The worst status: valid, missing, `other_content`, `wrong_environment`, soaking, expired, future,
    /// `unknown_key`, `bad_signature`, malformed, used, voided or `not_required`.
    pub status: String,
    /// The environments whose stamps are needed.
    pub after: Vec<String>,
    /// Each config set and environment whose stamp is needed.
    pub proofs: Vec<ProofV1>,
}

/// The best stamp for one config set from one environment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProofV1 {
    /// The config set.
    pub set: String,
    /// The environment that must vouch.
    pub from: String,
    /// The status.
    pub status: String,
    /// Why, as a clause.
    pub why: String,
    /// The projection digest that has to be stamped; null where the content could not be read.
    pub subject: Option<String>,
    /// The stamp's file.
    pub file: Option<String>,
    /// Who signed it.
    pub signer: Option<String>,
    /// Seconds that the content is known to have been live there.
    pub soaked_seconds: u64,
    /// The keys that differ from the nearest stamped content; null where that is not known.
    pub differs: Option<Vec<String>>,
}

/// Something not done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SkippedV1 {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Time spent, in milliseconds.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TimingV1 {
    /// Parsing.
    pub parse_ms: u64,
    /// Comparing.
    pub diff_ms: u64,
    /// Looking names up.
    pub resolve_ms: u64,
    /// Rules.
    pub rules_ms: u64,
    /// From the program's start.
    pub total_ms: u64,
}

/// One environment of several.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EnvironmentV1 {
    /// Its name.
    pub name: String,
    /// Its verdict.
    pub verdict: String,
    /// Whether its refusals count.
    pub enforced: bool,
    /// Its stamp.
    pub stamp: StampV1,
}

/// `rules list --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RulesV1 {
    /// 1.
    pub schema_version: u32,
    /// Every rule in force.
    pub rules: Vec<RuleV1>,
}

/// `rules coverage --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoverageV1 {
    /// 1.
    pub schema_version: u32,
    /// Values of the configuration.
    pub keys: usize,
    /// Values that a rule names.
    pub covered: usize,
    /// Changes.
    pub changes: usize,
    /// Changes of keys that a rule names.
    pub changes_covered: usize,
    /// Keys that look as if somebody should see them change, and that no rule names.
    pub without_rule: Vec<KeyPlaceV1>,
    /// Rules of your own whose paths match nothing.
    pub idle_rules: Vec<String>,
}

/// A key and its place.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeyPlaceV1 {
    /// The file.
    pub file: String,
    /// The key path.
    pub path: String,
    /// 1-based line.
    pub line: usize,
}

/// One rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleV1 {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// Its pack.
    pub pack: String,
    /// Its severity.
    pub severity: String,
    /// What that leads to.
    pub action: String,
    /// The file that it comes from.
    pub origin: String,
    /// Whether it is shipped with the program.
    pub built_in: bool,
}

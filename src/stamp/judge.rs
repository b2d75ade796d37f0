//! The judgement over a stamp: envelope, signature, role, environment, content, time, history, in this
//! order, and one status of the contract for what fails first. What a file says is not looked at before
//! its signature is verified.

use std::time::Duration;

use jiff::Timestamp;

use super::envelope::Envelope;
use super::history::History;
use super::key::PublicKey;
use super::signers::{Role, Signer, Signers};
use super::statement::{PAYLOAD_TYPE, Statement};
use crate::doc::digest::{Sha, hex};
use crate::doc::projection::ALGORITHM;

/// Clocks of two machines may differ by this much before a stamp is from the future.
const SKEW: Duration = Duration::from_secs(120);

/// The statuses of the JSON contract, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StampStatus {
    /// None is needed: no environment comes before, or nothing changes.
    NotRequired,
    /// It proves what has to be proven.
    Valid,
    /// The content has not been live for long enough.
    Soaking,
    /// A push stood on it already.
    Used,
    /// Something later took its word back.
    Voided,
    /// Too old.
    Expired,
    /// Issued later than now.
    Future,
    /// The signature is not that of the key it names.
    BadSignature,
    /// Nobody who may stamp has signed it.
    UnknownKey,
    /// From another environment.
    WrongEnvironment,
    /// For another content.
    OtherContent,
    /// Not a stamp.
    Malformed,
    /// There is none.
    Missing,
}

impl StampStatus {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Valid => "valid",
            Self::Soaking => "soaking",
            Self::Used => "used",
            Self::Voided => "voided",
            Self::Expired => "expired",
            Self::Future => "future",
            Self::BadSignature => "bad_signature",
            Self::UnknownKey => "unknown_key",
            Self::WrongEnvironment => "wrong_environment",
            Self::OtherContent => "other_content",
            Self::Malformed => "malformed",
            Self::Missing => "missing",
        }
    }
}

/// A stamp file as it lies in the ledger.
#[derive(Debug, Clone)]
pub struct StampFile {
    /// Its file name.
    pub name: String,
    /// Its text, or why it cannot be read.
    pub text: Result<String, String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Whose signatures count.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// The signers that the policy names.
    pub signers: Option<&'a Signers>,
    /// Where it names none: the keys of whoever runs this, and nobody else's.
    pub own: &'a [PublicKey],
}

/// Everything there is to judge stamps by.
#[derive(Debug)]
pub struct Evidence {
    /// Every stamp file.
    pub stamps: Vec<StampFile>,
    /// The signers that the policy names.
    pub signers: Option<Signers>,
    /// Keys of whoever runs this.
    pub own: Vec<PublicKey>,
    /// The past.
    pub history: History,
    /// Now.
    pub now: Timestamp,
    /// Why the ledger could not be read, if so.
    pub fault: Option<String>,
}

impl Evidence {
    /// No evidence at all.
    #[must_use]
    pub fn none(now: Timestamp) -> Self {
        Self {
            stamps: Vec::new(),
            signers: None,
            own: Vec::new(),
            history: History::default(),
            now,
            fault: None,
        }
    }

    /// Whose signatures count.
    #[must_use]
    pub fn trust(&self) -> Trust<'_> {
        Trust {
            signers: self.signers.as_ref(),
            own: &self.own,
        }
    }
}

/// What has to be proven.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The config set.
    pub set: &'a str,
    /// Its projection digest.
    pub subject: Sha,
    /// The environment that must vouch for it.
    pub from: &'a str,
    /// The environment that it goes to.
    pub to: &'a str,
    /// How long it must have been live.
    pub soak: Duration,
    /// How old the stamp may be.
    pub max_age: Duration,
}

/// The judgement over one file, or over all of them.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The status.
    pub status: StampStatus,
    /// One clause that says why, fit to follow "the stamp …".
    pub why: String,
    /// The file; empty where there is none.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Who signed; [`None`] where that is not proven.
    pub signer: Option<String>,
    /// What it says, once its signature was verified.
    pub statement: Option<Statement>,
    /// How long the content is known to have been live.
    pub soaked: Duration,
}

/// Judges one stamp file.
#[must_use]
pub fn judge(
    file: &StampFile,
    wanted: &Wanted<'_>,
    trust: Trust<'_>,
    history: &History,
    now: Timestamp,
) -> Judged {
    let mut judged = Judged {
        status: StampStatus::Malformed,
        why: String::new(),
        file: file.name.clone(),
        sha256: file.sha256.clone(),
        signer: None,
        statement: None,
        soaked: Duration::ZERO,
    };
    (judged.status, judged.why) = match verdict(&mut judged, file, wanted, trust, history, now) {
        Ok(()) => (StampStatus::Valid, "proves this content".to_owned()),
        Err((status, why)) => (status, why),
    };
    judged
}

type Fault = (StampStatus, String);

fn fault(status: StampStatus, why: impl Into<String>) -> Fault {
    (status, why.into())
}

fn verdict(
    judged: &mut Judged,
    file: &StampFile,
    wanted: &Wanted<'_>,
    trust: Trust<'_>,
    history: &History,
    now: Timestamp,
) -> Result<(), Fault> {
    let malformed = |why: String| fault(StampStatus::Malformed, format!("cannot be read: {why}"));
    let text = file.text.as_ref().map_err(|why| malformed(why.clone()))?;
    let envelope = Envelope::open(text).map_err(malformed)?;
    let (payload, lines) = signed_by(&envelope, trust)?;
    let statement = Statement::read(payload).map_err(malformed)?;
    let time = |text: &str| {
        text.parse::<Timestamp>()
            .map_err(|_| malformed("a time in it is not RFC 3339".into()))
    };
    let issued = time(&statement.predicate.issued_at)?;
    let not_after = statement.predicate.not_after.as_deref().map(time).transpose()?;
    judged.signer = Some(may_stamp(&lines, trust, issued)?);
    let predicate = &judged.statement.insert(statement).predicate.clone();

    place_and_content(judged, wanted)?;
    if predicate.result == "FAILED" {
        let check = predicate.checks.iter().find(|check| check.status != "passed");
        let name = check.map_or_else(
            || "a check".to_owned(),
            |check| format!("`{}`", check.command.join(" ")),
        );
        return Err(fault(
            StampStatus::Voided,
            format!("says that {name} failed in {}", wanted.from),
        ));
    }
    if let Some(other) = predicate.projection.as_ref().filter(|made| made.alg != ALGORITHM) {
        let why = format!("its digest was made by `{}`, which is not known here", other.alg);
        return Err(malformed(why));
    }
    if let Some(position) = predicate
        .ledger
        .as_ref()
        .filter(|position| !history.stood_at(position))
    {
        return Err(fault(
            StampStatus::Voided,
            format!(
                "speaks of entry {} of a ledger that is not this one: it comes from elsewhere, or entries were taken \
                 away",
                position.seq
            ),
        ));
    }
    if issued > later(now, SKEW) {
        return Err(fault(
            StampStatus::Future,
            format!("was issued at {issued}, which is still to come"),
        ));
    }
    if let Some(end) = not_after.filter(|end| now > *end) {
        return Err(fault(StampStatus::Expired, format!("counted until {end}")));
    }
    if now > later(issued, wanted.max_age) {
        return Err(fault(
            StampStatus::Expired,
            format!("was issued at {issued}, too long ago"),
        ));
    }
    let subject = hex(&wanted.subject);
    if let Some(event) = history.against(wanted.set, &subject, issued) {
        let what = match event.kind {
            super::EventKind::RolledBack => format!("{} rolled this content back", event.environment),
            super::EventKind::Pushed | super::EventKind::Stamped | super::EventKind::StampFailed => {
                format!("a check of this content failed in {}", event.environment)
            }
        };
        return Err(fault(
            StampStatus::Voided,
            format!("was taken back: {what} at {}", event.at),
        ));
    }
    if history.used(wanted.to, &file.sha256) {
        return Err(fault(
            StampStatus::Used,
            format!("was used for an earlier push to {}", wanted.to),
        ));
    }
    judged.soaked = history.soaked(wanted.from, wanted.set, &subject, now);
    if judged.soaked < wanted.soak {
        return Err(fault(
            StampStatus::Soaking,
            format!(
                "is for a content that is known to have been live in {} for {} only, and {} are asked for",
                wanted.from,
                in_words(judged.soaked),
                in_words(wanted.soak)
            ),
        ));
    }
    Ok(())
}

fn place_and_content(judged: &Judged, wanted: &Wanted<'_>) -> Result<(), Fault> {
    let Some(statement) = &judged.statement else {
        return Ok(());
    };
    let environment = &statement.predicate.environment;
    if environment != wanted.from {
        return Err(fault(
            StampStatus::WrongEnvironment,
            format!("is from {environment}, not from {}", wanted.from),
        ));
    }
    if statement.set() != wanted.set {
        return Err(fault(
            StampStatus::OtherContent,
            format!(
                "is for config set `{}`, not for `{}`",
                statement.set(),
                wanted.set
            ),
        ));
    }
    if statement.digest() != hex(&wanted.subject) {
        return Err(fault(
            StampStatus::OtherContent,
            format!("is for another content of {}", wanted.set),
        ));
    }
    Ok(())
}

/// The payload, once a known key has signed it, and the lines that name the key.
fn signed_by<'e, 't>(envelope: &'e Envelope, trust: Trust<'t>) -> Result<(&'e [u8], Vec<&'t Signer>), Fault> {
    if envelope.payload_type() != PAYLOAD_TYPE {
        return Err(fault(
            StampStatus::Malformed,
            "cannot be read: its payload is no in-toto statement",
        ));
    }
    let lines: Vec<&Signer> = trust
        .signers
        .map(|signers| signers.0.iter().collect())
        .unwrap_or_default();
    let keys: Vec<&PublicKey> = match trust.signers {
        Some(_) => lines.iter().map(|signer| &signer.key).collect(),
        None => trust.own.iter().collect(),
    };
    for key in &keys {
        if let Some(payload) = envelope.verified(key, PAYLOAD_TYPE) {
            let of_key = lines
                .iter()
                .copied()
                .filter(|signer| signer.key == **key)
                .collect();
            return Ok((payload, of_key));
        }
    }
    if keys.iter().any(|key| key.fingerprint() == envelope.keyid) {
        return Err(fault(
            StampStatus::BadSignature,
            format!("was altered: the signature of {} does not fit it", envelope.keyid),
        ));
    }
    let whom = if trust.signers.is_some() {
        "which the policy's signers do not name"
    } else {
        "which is not yours, and the policy names no signers"
    };
    let keyid = if envelope.keyid.is_empty() {
        "a key without name"
    } else {
        &envelope.keyid
    };
    Err(fault(
        StampStatus::UnknownKey,
        format!("is signed by {keyid}, {whom}"),
    ))
}

/// Who signed, if a line gives the key the role and counted when it signed.
fn may_stamp(lines: &[&Signer], trust: Trust<'_>, issued: Timestamp) -> Result<String, Fault> {
    if trust.signers.is_none() {
        return Ok("yourself".into());
    }
    let with_role: Vec<&&Signer> = lines
        .iter()
        .filter(|signer| signer.roles.contains(&Role::Stamp))
        .collect();
    let name = lines.first().map_or("", |signer| signer.principal.as_str());
    if with_role.is_empty() {
        return Err(fault(
            StampStatus::UnknownKey,
            format!(
                "is signed by {name}, whose key has no role {}",
                Role::Stamp.namespace()
            ),
        ));
    }
    with_role
        .iter()
        .find(|signer| signer.counts_at(issued))
        .map(|signer| signer.principal.clone())
        .ok_or_else(|| {
            fault(
                StampStatus::UnknownKey,
                format!("is signed by {name}, whose key did not count at {issued}"),
            )
        })
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A duration in the largest units, whole.
fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, minutes) => format!("{hours}h{minutes}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d{hours}h"),
    }
}

/// The best of all stamps; where there is none, that.
#[must_use]
pub fn judge_all(evidence: &Evidence, wanted: &Wanted<'_>) -> Vec<Judged> {
    let mut all: Vec<Judged> = evidence
        .stamps
        .iter()
        .map(|file| judge(file, wanted, evidence.trust(), &evidence.history, evidence.now))
        .collect();
    take_back(&mut all);
    all.sort_by_cached_key(|judged| {
        let issued = judged
            .statement
            .as_ref()
            .map(|statement| statement.predicate.issued_at.clone());
        (
            rank(judged, wanted),
            std::cmp::Reverse(issued),
            judged.file.clone(),
        )
    });
    all
}

/// A signed word that a check of this content failed takes the earlier good ones back, also where the ledger
/// has no entry of it.
fn take_back(all: &mut [Judged]) {
    let issued = |judged: &Judged| -> Option<Timestamp> {
        judged.statement.as_ref()?.predicate.issued_at.parse().ok()
    };
    let failed = |judged: &&Judged| {
        judged.status == StampStatus::Voided
            && judged
                .statement
                .as_ref()
                .is_some_and(|statement| statement.predicate.result == "FAILED")
    };
    let Some(last) = all.iter().filter(failed).filter_map(issued).max() else {
        return;
    };
    for judged in all {
        let earlier = issued(judged).is_some_and(|issued| issued <= last);
        let counts = matches!(
            judged.status,
            StampStatus::Valid | StampStatus::Soaking | StampStatus::Used
        );
        if counts && earlier {
            judged.status = StampStatus::Voided;
            judged.why = format!("was taken back: a check of this content failed at {last}");
        }
    }
}

/// What says most about this content comes first.
fn rank(judged: &Judged, wanted: &Wanted<'_>) -> (StampStatus, bool) {
    let strange = judged.status == StampStatus::WrongEnvironment
        && judged.statement.as_ref().is_none_or(|statement| {
            statement.digest() != hex(&wanted.subject) || statement.set() != wanted.set
        });
    // A stamp of another content from elsewhere says nothing; one of another content from the right
    // place says what has changed since.
    let status = if strange {
        StampStatus::Malformed
    } else {
        judged.status
    };
    (status, strange)
}

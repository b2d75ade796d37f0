//! What asking the DNS yields, and the trait through which it is asked.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// The outcomes of the JSON contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It has addresses.
    Resolved,
    /// The name does not exist.
    Nxdomain,
    /// The name exists and has no address.
    Nodata,
    /// The server failed.
    Servfail,
    /// The server refuses to answer for it.
    Refused,
    /// No answer in time.
    Timeout,
    /// The deadline came before it was asked.
    NotReached,
    /// The answer was cut and could not be had whole.
    Truncated,
    /// An alias that leads to no address.
    AliasOnly,
    /// No name at all.
    Malformed,
    /// An IP address.
    Literal,
    /// A reserved name.
    Reserved,
    /// A placeholder.
    Placeholder,
    /// To be filled in later.
    Template,
    /// Exists only inside a cluster.
    ClusterLocal,
    /// Not asked, for a reason given.
    Skipped,
}

impl Outcome {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Nxdomain => "nxdomain",
            Self::Nodata => "nodata",
            Self::Servfail => "servfail",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::NotReached => "not_reached",
            Self::Truncated => "truncated",
            Self::AliasOnly => "alias_only",
            Self::Malformed => "malformed",
            Self::Literal => "literal",
            Self::Reserved => "reserved",
            Self::Placeholder => "placeholder",
            Self::Template => "template",
            Self::ClusterLocal => "cluster_local",
            Self::Skipped => "skipped",
        }
    }

    /// Whether a server's word proves that the address cannot work.
    #[must_use]
    pub fn is_proof_of_absence(self) -> bool {
        matches!(self, Self::Nxdomain | Self::Nodata | Self::AliasOnly)
    }

    /// Whether it was asked and stays unknown. Unknown is never absent, and never fine.
    #[must_use]
    pub fn is_unverified(self) -> bool {
        matches!(
            self,
            Self::Servfail | Self::Refused | Self::Timeout | Self::NotReached | Self::Truncated
        )
    }
}

/// What is asked of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// Its addresses: A, and AAAA where A gave none.
    Addresses,
    /// Its SRV records (RFC 2782), and the addresses of what they name.
    Service,
}

/// A name to be looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// Lower case, in ASCII. With a dot at the end it is whole, and no search list is tried.
    pub name: String,
    /// What is asked of it.
    pub want: Want,
}

impl Question {
    /// Asks for addresses.
    #[must_use]
    pub fn addresses(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            want: Want::Addresses,
        }
    }
}

/// What became of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// Addresses, sorted.
    pub addresses: Vec<IpAddr>,
    /// From the first question to the last answer.
    pub millis: u64,
    /// What the transport said, where it helps.
    pub detail: Option<String>,
    /// The name that was found, where a search domain made it of the one that was asked for.
    pub found_as: Option<String>,
    /// The server whose word it is.
    pub server: Option<SocketAddr>,
    /// The response code as the DNS writes it, such as NXDOMAIN.
    pub rcode: Option<String>,
    /// Questions that were sent for it.
    pub attempts: u32,
}

impl Answer {
    /// An outcome that no server had a part in.
    #[must_use]
    pub fn unasked(outcome: Outcome, detail: Option<String>) -> Self {
        Self {
            outcome,
            addresses: Vec::new(),
            millis: 0,
            detail,
            found_as: None,
            server: None,
            rcode: None,
            attempts: 0,
        }
    }
}

/// All questions of a run.
pub type Lookups = BTreeMap<Question, Answer>;

/// What a whole run of lookups tells.
#[derive(Debug, Clone, Default)]
pub struct ResolverReport {
    /// Every question that was handed in, none dropped.
    pub answers: Lookups,
    /// The servers asked, for messages.
    pub servers: Vec<String>,
    /// Whether any server answered anything. Without that, silence is the resolver's, not the names'.
    pub any_answer: bool,
    /// Wall-clock time of the whole run.
    pub millis: u64,
}

/// Resolves names. Implementations return every name, within their deadline, whatever happens.
pub trait Resolver {
    /// Answers questions, the first ones first.
    fn resolve(&self, questions: &[Question]) -> ResolverReport;

    /// The same for what only helps to judge other answers: nobody waits long for it.
    fn resolve_briefly(&self, questions: &[Question]) -> ResolverReport {
        self.resolve(questions)
    }
}

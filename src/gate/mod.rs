//! Everything known, to one verdict. `pipeline` is the one way for check, ci, hook and push; `decide`
//! says what each thing found leads to; `codes` is the table of stable codes. Pure: the clock, the
//! resolver and the files come in as values and traits.

mod accepted;
mod addresses;
mod approved;
pub mod codes;
mod decide;
mod documents;
mod exit;
mod finding;
mod guard;
mod hints;
mod input;
mod outcome;
mod pipeline;
mod stamps;

pub use approved::Approved;
pub use exit::ExitStatus;
pub use finding::{Finding, Place, Waived, Weight};
pub use guard::{Guard, GuardChange};
pub use input::{
    CheckInput, Clock, Deployed, EnvironmentInput, FileInput, Kept, NothingKept, ReadFault, SetInput, Skipped,
};
pub use outcome::{AddressReport, CheckOutcome, EnvironmentOutcome, SetOutcome, SetStamp, Timing, Verdict};
pub use pipeline::{check, resolve_only};

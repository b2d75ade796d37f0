//! Plain, validated values that the layers need. `policy` loads `tollgate.toml` into them; nothing
//! here knows TOML, files or the clock.

mod addresses;
mod diff;
mod duration;
mod environment;
mod resolver;
mod severity;

pub use addresses::AddressSettings;
pub use diff::{DiffSettings, ListKey, NOISE, Noise};
pub use duration::{BadDuration, parse_duration};
pub use environment::{Actions, Approvals, ConfigSet, Environment, Source, Target};
pub use resolver::{Allow, NameServer, ResolverSettings, Zone};
pub use severity::{Action, Moment, Severity};

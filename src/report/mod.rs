//! Outcomes as text. `model` is the wire (JSON contract, version 1), apart from the domain types;
//! `human` is for people; `escape` keeps hostile values from driving a sink. Pure: returns strings.

pub mod escape;
pub mod human;
mod json;
pub mod model;
mod show;
mod snippet;
mod style;
mod value;

pub use json::{Wire, check_json, diff_json, resolve_json, rules_json, schema_json, to_json};
pub use model::{PushSetV1, PushV1, PushedV1, RolledBackSetV1, RolledBackV1, StampMadeV1, StampsMadeV1};
pub use show::{show_human, show_json};
pub use style::{Look, Paint};

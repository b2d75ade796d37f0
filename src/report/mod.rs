//! Outcomes as text. `model` is the wire (JSON contract, version 1), apart from the domain types;
//! `human` is for people; `escape` keeps hostile values from driving a sink. Pure: returns strings.

mod certificate;
mod code_quality;
pub mod escape;
pub mod html;
pub mod human;
mod hunk;
mod json;
mod junit;
mod listing;
pub mod markdown;
pub mod model;
mod patch;
mod prometheus;
pub mod remarks;
mod rows;
mod rule_page;
mod show;
mod snippet;
mod style;
mod value;
mod view;

pub use code_quality::code_quality;
pub use json::{Wire, check_json, diff_json, resolve_json, rules_json, schema_json, to_json};
pub use junit::junit;
pub use model::{
    CoverageV1, KeyPlaceV1, PushSetV1, PushV1, PushedV1, RolledBackSetV1, RolledBackV1, StampMadeV1,
    StampsMadeV1,
};
pub use patch::json_patch;
pub use prometheus::{RunFacts, prometheus};
pub use rule_page::rule_page;
pub use show::{show_human, show_json};
pub use style::{Look, Paint};
pub use view::{PathStyle, View};

/// `1 file`, `2 files`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

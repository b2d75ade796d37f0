//! Durations of flags and policy: `30s`, `1h30m`, `7d`. A unit is required.

use std::time::Duration;

use crate::doc::quantity::Quantity;

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration; write a number and a unit, such as 500ms, 10s, 30m or 7d")]
pub struct BadDuration(pub String);

/// The longest duration accepted: ten years.
const MAX_SECONDS: f64 = 10.0 * 365.0 * 86_400.0;

/// Reads a duration with a unit; negative, empty and absurdly long ones are refused.
pub fn parse_duration(text: &str) -> Result<Duration, BadDuration> {
    Quantity::parse(text)
        .and_then(|quantity| quantity.seconds())
        .filter(|seconds| (0.0..=MAX_SECONDS).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| BadDuration(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_required() {
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        for bad in ["", "10", "-1s", "1x", "banana", "1e12d"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}

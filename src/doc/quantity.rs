//! Numbers with units as configuration writes them: `30s`, `1h30m`, `512Mi`, `10%`, `100m`.
//! For comparing magnitudes in rules and annotations; equality of values is exact and in `scalar`.

use super::pattern::words;

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// A bare number, or a Kubernetes quantity such as `100m` = 0.1.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// Per cent.
    Percent,
}

/// The readings of one text: `100m` is 0.1, 6,000 s or 100 MB, depending on what it is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    readings: Vec<(Dimension, f64)>,
}

const SECONDS: &[(&str, f64)] = &[
    ("ns", 1e-9),
    ("nanos", 1e-9),
    ("nanoseconds", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("micros", 1e-6),
    ("microseconds", 1e-6),
    ("ms", 1e-3),
    ("msec", 1e-3),
    ("millis", 1e-3),
    ("milliseconds", 1e-3),
    ("millisecond", 1e-3),
    ("s", 1.0),
    ("sec", 1.0),
    ("secs", 1.0),
    ("second", 1.0),
    ("seconds", 1.0),
    ("m", 60.0),
    ("min", 60.0),
    ("mins", 60.0),
    ("minute", 60.0),
    ("minutes", 60.0),
    ("h", 3600.0),
    ("hr", 3600.0),
    ("hrs", 3600.0),
    ("hour", 3600.0),
    ("hours", 3600.0),
    ("d", 86400.0),
    ("day", 86400.0),
    ("days", 86400.0),
    ("w", 604_800.0),
    ("week", 604_800.0),
    ("weeks", 604_800.0),
];

const BYTES: &[(&str, f64)] = &[
    ("b", 1.0),
    ("byte", 1.0),
    ("bytes", 1.0),
    ("k", 1e3),
    ("kb", 1e3),
    ("ki", 1024.0),
    ("kib", 1024.0),
    ("m", 1e6),
    ("mb", 1e6),
    ("mi", 1_048_576.0),
    ("mib", 1_048_576.0),
    ("g", 1e9),
    ("gb", 1e9),
    ("gi", 1_073_741_824.0),
    ("gib", 1_073_741_824.0),
    ("t", 1e12),
    ("tb", 1e12),
    ("ti", 1_099_511_627_776.0),
    ("tib", 1_099_511_627_776.0),
];

fn unit(table: &[(&str, f64)], name: &str) -> Option<f64> {
    table
        .iter()
        .find(|(unit, _)| *unit == name)
        .map(|(_, factor)| *factor)
}

impl Quantity {
    /// Reads a text such as `250`, `1.5`, `-3`, `30s`, `1h30m`, `512Mi`, `10%`, `100m`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > 64 {
            return None;
        }
        let clean: String = text.chars().filter(|c| *c != '_').collect();
        if let Some(value) = number(&clean) {
            return Some(Self {
                readings: vec![(Dimension::Count, value)],
            });
        }
        let split = clean.find(|c: char| c.is_alphabetic() || c == '%')?;
        let (digits, suffix) = clean.split_at(split);
        let mut readings = Vec::new();
        if let Some(value) = number(digits.trim_end()) {
            let lower = suffix.to_lowercase();
            if suffix == "%" {
                readings.push((Dimension::Percent, value));
            }
            // Kubernetes' milli is a lower-case m.
            if suffix == "m" {
                readings.push((Dimension::Count, value / 1000.0));
            }
            if suffix != "M" {
                readings.extend(unit(SECONDS, &lower).map(|factor| (Dimension::Seconds, value * factor)));
            }
            readings.extend(unit(BYTES, &lower).map(|factor| (Dimension::Bytes, value * factor)));
        } else if let Some(seconds) = compound_duration(&clean) {
            readings.push((Dimension::Seconds, seconds));
        }
        if readings.is_empty() {
            readings.extend(compound_duration(&clean).map(|seconds| (Dimension::Seconds, seconds)));
        }
        (!readings.is_empty()).then_some(Self { readings })
    }

    /// Like [`Quantity::parse`], and a bare number takes the unit that its key names
    /// (`timeout_ms: 500` is half a second too).
    #[must_use]
    pub fn parse_for_key(text: &str, key: Option<&str>) -> Option<Self> {
        let mut quantity = Self::parse(text)?;
        if let (Some(key), [(Dimension::Count, value)]) = (key, quantity.readings.as_slice()) {
            let value = *value;
            let folded = words(key);
            let last = folded.rsplit('_').next().unwrap_or("");
            if last.len() > 1 {
                if let Some(factor) = unit(SECONDS, last) {
                    quantity.readings.push((Dimension::Seconds, value * factor));
                } else if let Some(factor) = unit(BYTES, last) {
                    quantity.readings.push((Dimension::Bytes, value * factor));
                } else if matches!(last, "percent" | "pct" | "percentage") {
                    quantity.readings.push((Dimension::Percent, value));
                }
            }
        }
        Some(quantity)
    }

    /// Both values in the first dimension that the two share. A bare 0 is nothing in any unit.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<(f64, f64)> {
        let shared = self.readings.iter().find_map(|(dimension, value)| {
            let (_, theirs) = other.readings.iter().find(|(theirs, _)| theirs == dimension)?;
            Some((*value, *theirs))
        });
        shared.or_else(|| match (self.is_bare_zero(), other.is_bare_zero()) {
            (_, true) => Some((self.value(), 0.0)),
            (true, false) => Some((0.0, other.value())),
            (false, false) => None,
        })
    }

    fn is_bare_zero(&self) -> bool {
        matches!(self.readings.as_slice(), [(Dimension::Count, value)] if *value == 0.0)
    }

    /// The value as a bare number: a count, else the first reading.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.readings.first().map_or(0.0, |(_, value)| *value)
    }

    /// Whether it is a bare number.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        matches!(self.readings.as_slice(), [(Dimension::Count, _)])
    }

    /// In seconds, where it can be a duration. A bare number is not one.
    #[must_use]
    pub fn seconds(&self) -> Option<f64> {
        self.readings
            .iter()
            .find(|(dimension, _)| *dimension == Dimension::Seconds)
            .map(|(_, value)| *value)
    }
}

/// A plain decimal number; not `inf`, `nan` or hexadecimal.
fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// `1h30m`, `2m 30s`, ISO 8601 `PT30S` and `P1D`.
fn compound_duration(text: &str) -> Option<f64> {
    let lower = text.to_lowercase();
    let iso = lower.strip_prefix('p').map(|rest| rest.replace('t', ""));
    let mut rest = iso.as_deref().unwrap_or(&lower).trim();
    let mut total = 0.0;
    let mut parts = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let value = number(&rest[..digits])?;
        rest = rest[digits..].trim_start();
        let end = rest
            .find(|c: char| c.is_ascii_digit() || c.is_whitespace())
            .unwrap_or(rest.len());
        total += value * unit(SECONDS, &rest[..end])?;
        parts += 1;
        rest = rest[end..].trim_start();
    }
    (parts > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(old: &str, new: &str) -> Option<f64> {
        let (old, new) = Quantity::parse(old)?.common(&Quantity::parse(new)?)?;
        Some(new / old)
    }

    #[test]
    fn units_are_held_against_each_other() {
        assert_eq!(ratio("5m", "30s"), Some(0.1));
        assert_eq!(ratio("100m", "1"), Some(10.0));
        assert_eq!(ratio("1Gi", "512Mi"), Some(0.5));
        assert_eq!(ratio("1h30m", "45m"), Some(0.5));
        assert_eq!(ratio("PT30S", "1m"), Some(2.0));
        assert_eq!(ratio("10%", "100%"), Some(10.0));
        assert_eq!(ratio("30s", "512Mi"), None);
        assert_eq!(ratio("64", "8"), Some(0.125));
        assert_eq!(ratio("30s", "0"), Some(0.0));
    }

    #[test]
    fn a_key_can_name_the_unit() {
        let half = Quantity::parse_for_key("500", Some("readTimeoutMs")).expect("a number");
        let second = Quantity::parse("1s").expect("a duration");
        assert_eq!(half.common(&second), Some((0.5, 1.0)));
        let bare = Quantity::parse_for_key("500", Some("timeouts")).expect("a number");
        assert_eq!(bare.common(&second), None);
    }

    #[test]
    fn other_texts_are_no_quantities() {
        for text in [
            "", "abc", "1.2.3", "10.0.0.1", "5x", "h", "nan", "inf", "1h30", "0x10",
        ] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}

//! Typed scalars and exact numbers. A scalar keeps its lexeme; two scalars are equal when they have
//! the same kind and the same exact value, without a round trip through floating point.

/// The type of a scalar as the YAML 1.2 core schema, JSON or TOML gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScalarKind {
    /// Text.
    String,
    /// A whole number of any size.
    Integer,
    /// A number with fraction or exponent, an infinity, or not-a-number.
    Float,
    /// `true` or `false`.
    Bool,
    /// The null value.
    Null,
    /// A TOML date, time or date-time.
    Timestamp,
    /// A value that SOPS has encrypted; its text is the ciphertext.
    Encrypted,
}

impl ScalarKind {
    /// The word used in messages and in the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Null => "null",
            Self::Timestamp => "timestamp",
            Self::Encrypted => "encrypted",
        }
    }
}

/// A scalar borrowed from a tree: its kind and its value's text (escapes already processed).
#[derive(Debug, Clone, Copy)]
pub struct Scalar<'t> {
    /// Its type.
    pub kind: ScalarKind,
    /// Its value's text; for numbers the lexeme as written.
    pub text: &'t str,
}

impl<'t> Scalar<'t> {
    /// The exact value in one canonical spelling per kind: equal strings mean equal values.
    /// The value as the name of a key: the same for every spelling, and written as people do.
    #[must_use]
    pub fn as_key(&self) -> std::borrow::Cow<'t, str> {
        match self.kind {
            ScalarKind::Float => plain_float(&self.canonical()).into(),
            ScalarKind::String
            | ScalarKind::Encrypted
            | ScalarKind::Timestamp
            | ScalarKind::Integer
            | ScalarKind::Bool
            | ScalarKind::Null => self.canonical(),
        }
    }

    /// The exact value in one spelling.
    #[must_use]
    pub fn canonical(&self) -> std::borrow::Cow<'t, str> {
        match self.kind {
            ScalarKind::String | ScalarKind::Encrypted => self.text.into(),
            ScalarKind::Timestamp => canonical_timestamp(self.text).into(),
            ScalarKind::Integer => canonical_integer(self.text).into(),
            ScalarKind::Float => canonical_float(self.text).into(),
            ScalarKind::Bool => self.text.to_ascii_lowercase().into(),
            ScalarKind::Null => "null".into(),
        }
    }
}

/// Resolves a plain YAML scalar with the 1.2 core schema (YAML 1.2.2 §10.3.2).
#[must_use]
pub fn yaml_core_kind(text: &str) -> ScalarKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarKind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return ScalarKind::Bool,
        ".nan" | ".NaN" | ".NAN" => return ScalarKind::Float,
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return ScalarKind::Float;
    }
    if let Some(octal) = text.strip_prefix("0o")
        && all(octal, |b| (b'0'..=b'7').contains(&b))
    {
        return ScalarKind::Integer;
    }
    if let Some(hex) = text.strip_prefix("0x")
        && all(hex, |b| b.is_ascii_hexdigit())
    {
        return ScalarKind::Integer;
    }
    if all(unsigned, |b| b.is_ascii_digit()) {
        return ScalarKind::Integer;
    }
    if is_decimal_float(unsigned) {
        return ScalarKind::Float;
    }
    ScalarKind::String
}

/// Whether common YAML 1.1 readers see another value than YAML 1.2 readers in this plain scalar
/// (`PyYAML`, Go yaml.v3 into an untyped value, Ruby, `SnakeYAML`).
#[must_use]
pub fn yaml_dialects_disagree(text: &str) -> bool {
    // Longer words are the same to all, and most values are words.
    if text.len() > 3 && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    if matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "on"
            | "On"
            | "ON"
            | "off"
            | "Off"
            | "OFF"
    ) {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |s: &str| all(s, |b| b.is_ascii_digit());
    let leading_zero = unsigned.len() > 1 && unsigned.starts_with('0') && digits(unsigned);
    let sexagesimal = unsigned.contains(':')
        && unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.split(':').all(|part| digits(part) && part.len() <= 2);
    let underscored = unsigned.contains('_')
        && unsigned.starts_with(|c: char| c.is_ascii_digit())
        && all(unsigned, |b| b.is_ascii_digit() || b == b'_' || b == b'.');
    let binary = unsigned
        .strip_prefix("0b")
        .is_some_and(|rest| all(rest, |b| matches!(b, b'0' | b'1' | b'_')));
    let octal12 = unsigned
        .strip_prefix("0o")
        .is_some_and(|rest| all(rest, |b| (b'0'..=b'7').contains(&b)));
    leading_zero || sexagesimal || underscored || binary || octal12
}

/// Like [`yaml_dialects_disagree`], with what both read as some text or number, and not the same one: dates, floats
/// without a sign in their exponent, long base 60. Too common to be worth a word each.
#[must_use]
pub fn yaml_readers_disagree(text: &str) -> bool {
    if yaml_dialects_disagree(text) || text == "=" {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let is = |extra: &str| all(unsigned, |b| b.is_ascii_digit() || extra.as_bytes().contains(&b));
    let date = unsigned.len() >= 8 && unsigned.matches('-').count() >= 2 && is("-:.TtZz+ ");
    // YAML 1.1 wants a point and a sign: 1.5e+3.
    let exponent = unsigned.find(['e', 'E']).is_some_and(|at| {
        let (head, tail) = unsigned.split_at(at);
        !(head.contains('.') && tail[1..].starts_with(['+', '-']))
    }) && is("eE.+-");
    let base60 = unsigned.contains(':') && is(":._");
    let hexadecimal = unsigned.starts_with("0x_");
    date || exponent || base60 || hexadecimal
}

fn all(text: &str, test: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(test)
}

/// `[0-9]* (. [0-9]*)? ([eE][-+]?[0-9]+)?` with at least one digit in the mantissa.
fn is_decimal_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if !all(digits, |b| b.is_ascii_digit()) {
            return false;
        }
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
        && !(whole.is_empty() && fraction.is_empty())
}

/// RFC 3339 allows a space for `T`, and lower case; TOML 1.1 lets seconds that are zero go unsaid; zeros at the
/// end of a fraction say nothing.
fn canonical_timestamp(text: &str) -> String {
    let text = text.replacen(' ', "T", 1).to_uppercase();
    let start = text.find('T').map_or(0, |t| t + 1);
    if !text[start..].contains(':') {
        return text;
    }
    let zone = text[start..]
        .find(['Z', '+', '-'])
        .map_or(text.len(), |at| start + at);
    let (clock, zone) = (&text[start..zone], &text[zone..]);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let seconds = if clock.matches(':').count() == 1 {
        ":00"
    } else {
        ""
    };
    let fraction = match fraction.trim_end_matches('0') {
        "" => String::new(),
        digits => format!(".{digits}"),
    };
    let zone = if zone == "+00:00" { "Z" } else { zone };
    format!("{}{clock}{seconds}{fraction}{zone}", &text[..start])
}

fn canonical_integer(text: &str) -> String {
    let clean: String = text.chars().filter(|c| *c != '_').collect();
    let (negative, unsigned) = match clean.as_bytes().first() {
        Some(b'-') => (true, &clean[1..]),
        Some(b'+') => (false, &clean[1..]),
        _ => (false, clean.as_str()),
    };
    let radix = |prefix: &str, radix: u32| {
        unsigned
            .strip_prefix(prefix)
            .and_then(|digits| u128::from_str_radix(digits, radix).ok())
            .map(|value| value.to_string())
    };
    let digits = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
        .unwrap_or_else(|| {
            let trimmed = unsigned.trim_start_matches('0');
            // A radix literal beyond 128 bits keeps its own spelling: never equal to another one.
            let beyond =
                unsigned.starts_with("0x") || unsigned.starts_with("0o") || unsigned.starts_with("0b");
            match (beyond, trimmed.is_empty()) {
                (true, _) => unsigned.to_ascii_lowercase(),
                (false, true) => "0".to_owned(),
                (false, false) => trimmed.to_owned(),
            }
        });
    if negative && digits != "0" {
        format!("-{digits}")
    } else {
        digits
    }
}

/// `15e-1` as `1.5`; what would need many zeros stays as it is.
fn plain_float(canonical: &str) -> String {
    const MOST: i64 = 20;
    let (sign, unsigned) = match canonical.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", canonical),
    };
    let Some((digits, exponent)) = unsigned.split_once('e') else {
        return canonical.to_owned();
    };
    match exponent.parse::<i64>() {
        Ok(exponent @ 0..=MOST) => {
            let zeros = "0".repeat(usize::try_from(exponent).unwrap_or_default());
            format!("{sign}{digits}{zeros}.0")
        }
        Ok(exponent) if (-MOST..0).contains(&exponent) => {
            let behind = usize::try_from(-exponent).unwrap_or_default();
            let padded = format!("{digits:0>width$}", width = behind + 1);
            let (whole, fraction) = padded.split_at(padded.len() - behind);
            format!("{sign}{whole}.{fraction}")
        }
        Ok(_) | Err(_) => canonical.to_owned(),
    }
}

/// Sign, significant digits and decimal exponent: `1.50e3` is `15e2`.
fn canonical_float(text: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|c| *c != '_')
        .collect::<String>()
        .to_ascii_lowercase();
    let (sign, unsigned) = match clean.as_bytes().first() {
        Some(b'-') => ("-", &clean[1..]),
        Some(b'+') => ("", &clean[1..]),
        _ => ("", clean.as_str()),
    };
    if unsigned.ends_with("nan") {
        return "nan".to_owned();
    }
    if unsigned.ends_with("inf") {
        return format!("{sign}inf");
    }
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let Ok(exponent) = exponent.parse::<i64>() else {
        return clean;
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return format!("{sign}0e0");
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    let shift =
        i64::try_from(trailing).unwrap_or(i64::MAX) - i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    match exponent.checked_add(shift) {
        Some(exponent) => format!("{sign}{significant}e{exponent}"),
        None => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canon(kind: ScalarKind, text: &str) -> String {
        Scalar { kind, text }.canonical().into_owned()
    }

    #[test]
    fn integers_of_any_size_compare_exactly() {
        let int = |text| canon(ScalarKind::Integer, text);
        assert_eq!(int("0x10"), int("16"));
        assert_eq!(int("+007"), int("7"));
        assert_eq!(int("-0"), int("0"));
        assert_eq!(int("1_000"), int("1000"));
        assert_ne!(int("9007199254740993"), int("9007199254740992"));
        assert_ne!(int("12345678901234567890"), int("12345678901234567891"));
        let huge = format!("0x{}", "f".repeat(40));
        assert_ne!(int(&huge), int("0"));
    }

    #[test]
    fn floats_compare_by_exact_decimal_value() {
        let float = |text| canon(ScalarKind::Float, text);
        assert_eq!(float("1.10"), float("1.1"));
        assert_eq!(float("1e3"), float("1000.0"));
        assert_eq!(float("0.5"), float(".5"));
        assert_ne!(float("0.1"), float("0.10000000000000001"));
        assert_ne!(float("1e400"), float("1e401"));
        assert_ne!(float("1e99999999999999999999"), float("1e99999999999999999998"));
    }

    #[test]
    fn keys_have_one_name() {
        let key = |kind, text| Scalar { kind, text }.as_key().into_owned();
        for (text, name) in [
            ("1.50", "1.5"),
            ("-0.05", "-0.05"),
            ("1e3", "1000.0"),
            ("0.0", "0.0"),
            (".inf", "inf"),
            ("1e99", "1e99"),
        ] {
            assert_eq!(key(ScalarKind::Float, text), name, "{text}");
        }
        assert_eq!(key(ScalarKind::Integer, "0x10"), "16");
        assert_eq!(key(ScalarKind::Null, "~"), "null");
    }

    #[test]
    fn times_are_the_same_in_every_spelling() {
        let time = |text| canon(ScalarKind::Timestamp, text);
        assert_eq!(time("1979-05-27 07:32z"), time("1979-05-27T07:32:00.000Z"));
        assert_eq!(time("1979-05-27T07:32:00+00:00"), time("1979-05-27T07:32:00Z"));
        assert_eq!(time("07:32:00.50"), time("07:32:00.5"));
        assert_eq!(time("1979-05-27"), "1979-05-27");
        assert_ne!(time("07:32"), time("07:32:01"));
        assert_ne!(time("1979-05-27T07:32:00"), time("1979-05-27T07:32:00Z"));
    }

    #[test]
    fn the_core_schema_types_plain_scalars() {
        use ScalarKind::{Bool, Float, Integer, Null, String};
        for (text, kind) in [
            ("", Null),
            ("~", Null),
            ("true", Bool),
            ("no", String),
            ("012", Integer),
            ("0o12", Integer),
            ("0x1F", Integer),
            ("1_000", String),
            ("1:30", String),
            ("1e3", Float),
            (".5", Float),
            ("5.", Float),
            (".", String),
            ("e3", String),
            ("-.inf", Float),
            (".nan", Float),
            ("-", String),
            ("+1", Integer),
            ("1.2.3", String),
            ("-0x1F", String),
            ("1e", String),
        ] {
            assert_eq!(yaml_core_kind(text), kind, "{text:?}");
        }
    }

    #[test]
    fn values_that_yaml_1_1_reads_differently_are_known() {
        for text in ["no", "On", "0644", "12:30:45", "1_000", "0b11", "0o17"] {
            assert!(yaml_dialects_disagree(text), "{text}");
        }
        for text in ["true", "644", "0", "nope", "a:b", "1.5"] {
            assert!(!yaml_dialects_disagree(text), "{text}");
        }
    }
}

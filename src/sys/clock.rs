//! The clock: time since start, and today's date.

#![expect(clippy::disallowed_methods, reason = "this is the clock")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::gate::Clock;

/// Time since the program started.
#[derive(Debug, Clone, Copy)]
pub struct Started(Instant);

impl Started {
    /// Starts counting.
    #[must_use]
    pub fn now() -> Self {
        Self(Instant::now())
    }

    /// The instant `after` the start.
    #[must_use]
    pub fn after(&self, after: Duration) -> Instant {
        self.0.checked_add(after).unwrap_or(self.0)
    }

    /// Time passed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Clock for Started {
    fn millis(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// How long it is until a moment; nothing once it is over.
#[must_use]
pub fn until(moment: Instant) -> Duration {
    moment.saturating_duration_since(Instant::now())
}

/// The time, to the second.
#[must_use]
pub fn now() -> jiff::Timestamp {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// Microseconds since 1970 as 16 digits: later runs have greater names, within a second too.
#[must_use]
pub fn micros() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:016}", since.as_micros())
}

/// Today's date in UTC.
#[must_use]
pub fn today() -> jiff::civil::Date {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let days = i64::try_from(seconds / 86_400).unwrap_or(0);
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(days)).unwrap_or(epoch)
}

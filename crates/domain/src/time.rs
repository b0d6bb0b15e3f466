//! Timestamps in UTC, in microseconds, which is the precision of both databases.
//!
//! Nothing here reads the clock: the current time is in [`Context`](crate::context::Context).

use std::{fmt, str::FromStr, time::Duration};

use jiff::{Timestamp, fmt::temporal::DateTimePrinter};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, Result};

/// A timestamp in UTC, written as RFC 3339 with `Z`: `2021-11-01T09:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// Later than every timestamp that can be written. Stands for "never" in comparisons.
    pub const NEVER: Self = Self(i64::MAX);

    /// The range that RFC 3339 can write: the years 0000 to 9999.
    const EARLIEST: i64 = -62_167_219_200_000_000;
    const LATEST: i64 = 253_402_300_799_999_999;

    /// Returns the timestamp that is `micros` microseconds after 1970-01-01T00:00:00Z. May be
    /// negative.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns the microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Returns the timestamp that is `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Returns the timestamp that is `duration` earlier.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Returns the number of days between two timestamps, in either order. Never negative.
    pub fn days_between(self, other: Self) -> f64 {
        self.0.abs_diff(other.0) as f64 / 86_400e6
    }
}

impl FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let malformed = || {
            Error::malformed(
                "time.malformed",
                "must be a valid RFC 3339 date and time, like 2021-11-01T09:00:00Z",
            )
        };
        // RFC 3339 has neither time zones in brackets nor times without seconds; later standards
        // do.
        let looks_like_rfc3339 = text.len() >= "2021-11-01T09:00:00Z".len() && !text.contains('[');
        if !looks_like_rfc3339 {
            return Err(malformed());
        }
        let timestamp: Timestamp = text.parse().map_err(|_| malformed())?;
        let micros = timestamp.as_microsecond();
        if !(Self::EARLIEST..=Self::LATEST).contains(&micros) {
            return Err(malformed());
        }
        Ok(Self(micros))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clamped = self.0.clamp(Self::EARLIEST, Self::LATEST);
        let timestamp = Timestamp::from_microsecond(clamped).map_err(|_| fmt::Error)?;
        f.write_str(&DateTimePrinter::new().timestamp_to_string(&timestamp))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_with_z() {
        let time: Time = "2021-11-01T10:00:00.5+01:00".parse().expect("a valid time");
        assert_eq!(time.to_string(), "2021-11-01T09:00:00.5Z");
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        for text in [
            "2021-02-30T00:00:00Z",
            "2021-11-01",
            "2021-11-01T25:00:00Z",
            "yesterday",
            "2021-11-01T09:00:00",
            "",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }
}

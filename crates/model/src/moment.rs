//! Points in time.

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00Z. Shown and read as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

impl Moment {
    /// A moment from microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// A moment from whole seconds since the Unix epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This moment moved by `seconds`, which may be negative; saturates at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds from `earlier` to this moment; negative if `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000_000)
    }

    /// The calendar day of this moment in China (UTC+8), as days since 1970-01-01. Quotas count by it.
    pub const fn china_day(self) -> i64 {
        (self.seconds() + 8 * 3600).div_euclid(86_400)
    }

    /// RFC 3339 in UTC with milliseconds, for example `2026-11-21T03:04:05.678Z`.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map(|t| format!("{t:.3}"))
            .unwrap_or_else(|_| format!("{}us", self.0))
    }

    /// Reads RFC 3339.
    ///
    /// # Errors
    /// The text is no RFC 3339 time; the message does not repeat it.
    pub fn parse_rfc3339(text: &str) -> Result<Self, MomentError> {
        text.parse::<jiff::Timestamp>()
            .map(|t| Self(t.as_microsecond()))
            .map_err(|_| MomentError)
    }
}

/// The text is no RFC 3339 time.
#[derive(Debug, thiserror::Error)]
#[error("not an RFC 3339 time such as 2026-11-21T03:04:05Z")]
pub struct MomentError;

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_its_own_text() {
        let moment = Moment::from_micros(1_763_700_000_123_000);
        assert_eq!(Moment::parse_rfc3339(&moment.to_string()).unwrap(), moment);
    }

    #[test]
    fn the_china_day_turns_at_sixteen_utc() {
        let before = Moment::parse_rfc3339("2026-11-21T15:59:59Z").unwrap();
        assert_eq!(before.china_day() + 1, before.plus_seconds(1).china_day());
    }
}

//! When, from where and on what device something counts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Moment, Network};

/// When, from where and on what device a role, a purpose or a grant counts. Empty: always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// The hours of the week, in China.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The networks that the caller's address belongs to one of; empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Network>,
    /// Whether the session must come from a device that was registered for its person.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub device: bool,
}

impl Conditions {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Hours of the week in China (UTC+8), written as `mon-fri 08:30-18:00`. Days and times may wrap:
/// `sat-sun 00:00-24:00`, `mon-fri 22:00-06:00`; the part after midnight belongs to the day it began on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// First and last day, Monday is 0.
    days: (u8, u8),
    /// Begin and end, in minutes from midnight; the end is not part of it.
    minutes: (u16, u16),
}

impl Hours {
    /// Whether `now` lies within.
    pub fn contains(&self, now: Moment) -> bool {
        let minute = (now.seconds() + 8 * 3600).div_euclid(60);
        let (today, minute) = (now.china_day(), minute.rem_euclid(1440));
        let (from, to) = (i64::from(self.minutes.0), i64::from(self.minutes.1));
        if from < to {
            return self.covers(today) && (from..to).contains(&minute);
        }
        (self.covers(today) && minute >= from) || (self.covers(today - 1) && minute < to)
    }

    /// Whether every moment within `self` lies within `other`; `false` where that is not plain.
    pub fn is_within(&self, other: &Self) -> bool {
        let inside = |(a, b): (i64, i64), (c, d): (i64, i64)| c <= a && b <= d && a <= b && c <= d;
        let days = |hours: &Self| (i64::from(hours.days.0), i64::from(hours.days.1));
        let minutes = |hours: &Self| (i64::from(hours.minutes.0), i64::from(hours.minutes.1));
        self == other || (inside(days(self), days(other)) && inside(minutes(self), minutes(other)))
    }

    fn covers(&self, day: i64) -> bool {
        // 1970-01-01 was a Thursday.
        let day = u8::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        let (first, last) = self.days;
        if first <= last {
            (first..=last).contains(&day)
        } else {
            day >= first || day <= last
        }
    }
}

/// The text names no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hours are written as `mon-fri 08:30-18:00`, in Chinese time")]
pub struct HoursError;

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (days, times) = text.split_once(' ').ok_or(HoursError)?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (from, to) = times.split_once('-').ok_or(HoursError)?;
        let hours = Self {
            days: (day(first)?, day(last)?),
            minutes: (minute(from)?, minute(to)?),
        };
        // No length at all, or a begin at 24:00, is a slip.
        if hours.minutes.0 == hours.minutes.1 || hours.minutes.0 == 1440 {
            return Err(HoursError);
        }
        Ok(hours)
    }
}

fn day(word: &str) -> Result<u8, HoursError> {
    let at = DAYS.iter().position(|day| *day == word).ok_or(HoursError)?;
    u8::try_from(at).map_err(|_| HoursError)
}

fn minute(text: &str) -> Result<u16, HoursError> {
    let (hour, minute) = text.split_once(':').ok_or(HoursError)?;
    let number = |text: &str| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u16>().ok())
            .flatten()
            .ok_or(HoursError)
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    if minute < 60 && hour * 60 + minute <= 1440 {
        Ok(hour * 60 + minute)
    } else {
        Err(HoursError)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |at: u8| DAYS[usize::from(at) % 7];
        let (first, last) = self.days;
        f.write_str(day(first))?;
        if first != last {
            write!(f, "-{}", day(last))?;
        }
        let (from, to) = self.minutes;
        write!(
            f,
            " {:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            to / 60,
            to % 60
        )
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_hold_the_moments_of_their_days_in_china() {
        for (hours, at, expected) in [
            // 2026-11-20 is a Friday; Chinese time is eight hours on.
            ("mon-fri 08:30-18:00", "2026-11-20T00:30:00Z", true),
            ("mon-fri 08:30-18:00", "2026-11-20T00:29:59Z", false),
            ("mon-fri 08:30-18:00", "2026-11-20T10:00:00Z", false),
            ("mon-fri 08:30-18:00", "2026-11-21T04:00:00Z", false),
            ("sat 00:00-24:00", "2026-11-20T16:00:00Z", true),
            ("sat-mon 00:00-24:00", "2026-11-23T04:00:00Z", true),
            ("sat-mon 00:00-24:00", "2026-11-24T04:00:00Z", false),
            ("fri 22:00-06:00", "2026-11-20T21:59:00Z", true),
            ("fri 22:00-06:00", "2026-11-20T22:00:00Z", false),
            ("fri 22:00-06:00", "2026-11-19T21:00:00Z", false),
        ] {
            let parsed: Hours = hours.parse().unwrap();
            assert_eq!(parsed.to_string(), hours);
            let at = Moment::parse_rfc3339(at).unwrap();
            assert_eq!(parsed.contains(at), expected, "{hours} {at}");
        }
    }

    #[test]
    fn hours_within_others_are_told_where_it_is_plain() {
        let hours = |text: &str| text.parse::<Hours>().unwrap();
        let week = hours("mon-fri 08:00-18:00");
        assert!(hours("tue-wed 09:00-18:00").is_within(&week));
        assert!(week.is_within(&week));
        assert!(!hours("tue-sat 09:00-18:00").is_within(&week));
        assert!(!hours("fri 22:00-06:00").is_within(&hours("fri 21:00-07:00")));
    }

    #[test]
    fn what_names_no_hours_is_refused() {
        for text in [
            "",
            "mon",
            "mon-fri",
            "mon 8:00-9:00",
            "mon 08:00-08:00",
            "mon 24:00-08:00",
            "mon 08:60-09:00",
            "mon 08:00-24:01",
            "day 08:00-09:00",
        ] {
            assert_eq!(text.parse::<Hours>(), Err(HoursError), "{text}");
        }
    }
}

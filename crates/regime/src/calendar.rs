//! China's working days: which days people work, and counting by them.
//!
//! Days are numbered from 1970-01-01 in China's time (UTC+8), as `Moment::china_day` gives them. The day of an event
//! is not counted (Civil Code art. 201): the first working day after it is day 1. Years whose notice is not in the
//! data are counted by weekends alone, and [`is_announced`] says so.
//!
//! Source: `data/workdays.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;
use shouxin_model::Moment;

/// What a day is for people who work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Monday to Friday, and no holiday.
    Working,
    /// A Saturday or Sunday on which people work, to make up for a holiday.
    MakeUp,
    /// A Saturday or Sunday on which nobody works.
    Weekend,
    /// A holiday from Monday to Friday.
    Holiday,
}

impl Day {
    /// What the day of this number is.
    pub fn of(day: i64) -> Self {
        if WORKDAYS.holidays.contains(&day) {
            Self::Holiday
        } else if WORKDAYS.make_up_days.contains(&day) {
            Self::MakeUp
        } else if is_weekday(day) {
            Self::Working
        } else {
            Self::Weekend
        }
    }

    /// A stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::MakeUp => "make-up",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
        }
    }

    /// Whether people work.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Working | Self::MakeUp)
    }
}

/// Whether people work on this day.
pub fn is_working_day(day: i64) -> bool {
    Day::of(day).is_working()
}

/// Whether the notice of this day's year is in the data. If not, weekends are all that is known of it.
pub fn is_announced(day: i64) -> bool {
    WORKDAYS.years.iter().any(|year| year.contains(&day))
}

/// The last of `count` working days after `day`; `day` itself for none.
pub fn working_day_after(day: i64, count: u16) -> i64 {
    let (mut at, mut left) = (day, count);
    while left > 0 {
        let Some(next) = at.checked_add(1) else {
            return at;
        };
        at = next;
        left -= u16::from(is_working_day(at));
    }
    at
}

/// How many working days follow `day` up to `until`, which counts; none if `until` is not later. So many are left
/// on `day` of a period that ends with `until`. At most 100,000 days are looked at.
pub fn working_days_left(day: i64, until: i64) -> u32 {
    let until = until.min(day.saturating_add(MOST_DAYS));
    let left = (day.saturating_add(1)..=until).filter(|day| is_working_day(*day));
    u32::try_from(left.count()).unwrap_or(u32::MAX)
}

/// The moment at which a day ends in China.
pub const fn end_of(day: i64) -> Moment {
    Moment::from_seconds(
        day.saturating_add(1)
            .saturating_mul(86_400)
            .saturating_sub(CHINA_SECONDS),
    )
}

/// A day as `2026-11-22`; `None` beyond the years -9999 to 9999.
pub fn written(day: i64) -> Option<String> {
    let day = i32::try_from(day).ok()?;
    let span = jiff::Span::new().try_days(day).ok()?;
    Some(EPOCH.checked_add(span).ok()?.to_string())
}

/// The day that a text such as `2026-11-22` names.
pub fn read(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    // One spelling: the parser also takes times and zones.
    (date.to_string() == text).then(|| number(date))
}

/// The day on which the data were last compared with the notices, as `2026-11-21`.
pub fn as_of() -> &'static str {
    &WORKDAYS.as_of
}

/// 1970-01-01 was a Thursday.
const fn is_weekday(day: i64) -> bool {
    (day.rem_euclid(7) + 3) % 7 < 5
}

fn number(date: Date) -> i64 {
    let since = date.duration_since(EPOCH);
    since.as_hours() / 24
}

const EPOCH: Date = Date::constant(1970, 1, 1);
const CHINA_SECONDS: i64 = 8 * 3600;
const MOST_DAYS: i64 = 100_000;

struct Workdays {
    as_of: String,
    /// The days of each year that was announced.
    years: Vec<Range<i64>>,
    holidays: BTreeSet<i64>,
    make_up_days: BTreeSet<i64>,
}

#[derive(Deserialize)]
struct Data {
    as_of: String,
    years: BTreeMap<i16, Year>,
    #[cfg(test)]
    examples: Vec<Example>,
}

#[derive(Deserialize)]
struct Year {
    holidays: Vec<String>,
    make_up_days: Vec<String>,
    #[cfg(test)]
    working_days: u32,
}

#[cfg(test)]
#[derive(Deserialize)]
struct Example {
    received: String,
    working_days: u16,
    due: String,
}

static WORKDAYS: LazyLock<Workdays> = LazyLock::new(|| {
    let data = data();
    let days = |of: fn(&Year) -> &Vec<String>| {
        data.years
            .values()
            .flat_map(of)
            .filter_map(|date| read(date))
            .collect()
    };
    let year = |year: &i16| {
        let first = |year| Date::new(year, 1, 1).map_or(0, number);
        first(*year)..first(year.saturating_add(1))
    };
    Workdays {
        years: data.years.keys().map(year).collect(),
        holidays: days(|year| &year.holidays),
        make_up_days: days(|year| &year.make_up_days),
        as_of: data.as_of,
    }
});

fn data() -> Data {
    serde_json::from_str(include_str!("../data/workdays.json"))
        .expect("a test reads the very same file")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> i64 {
        read(text).unwrap()
    }

    #[test]
    fn the_examples_come_out() {
        for example in data().examples {
            let received = day(&example.received);
            let due = working_day_after(received, example.working_days);
            assert_eq!(due, day(&example.due), "{}", example.received);
            assert_eq!(
                working_days_left(received, due),
                u32::from(example.working_days)
            );
        }
    }

    #[test]
    fn each_year_has_as_many_working_days_as_its_notice_makes() {
        for (year, of) in data().years {
            let first = number(Date::new(year, 1, 1).unwrap());
            let last = number(Date::new(year, 12, 31).unwrap());
            assert_eq!(
                working_days_left(first - 1, last),
                of.working_days,
                "{year}"
            );
            assert!(
                of.holidays.iter().all(|date| is_weekday(day(date))),
                "{year}"
            );
            assert!(
                of.make_up_days.iter().all(|date| !is_weekday(day(date))),
                "{year}"
            );
        }
    }

    #[test]
    fn a_make_up_sunday_is_worked_and_a_national_day_is_not() {
        assert_eq!(Day::of(day("2026-09-20")), Day::MakeUp);
        assert_eq!(Day::of(day("2026-10-01")), Day::Holiday);
        assert_eq!(Day::of(day("2026-11-21")), Day::Weekend);
        assert_eq!(Day::of(day("2026-11-23")), Day::Working);
    }

    #[test]
    fn a_year_without_a_notice_has_weekends_alone_and_says_so() {
        assert!(is_announced(day("2026-12-31")) && !is_announced(day("2027-01-01")));
        assert!(!is_announced(day("2019-12-31")) && is_announced(day("2020-01-01")));
        // The national day, a Friday: nobody has announced it yet.
        assert_eq!(Day::of(day("2027-10-01")), Day::Working);
        assert_eq!(Day::of(day("2027-10-02")), Day::Weekend);
    }

    #[test]
    fn a_day_has_one_spelling_and_ends_at_sixteen_utc() {
        for wrong in [
            "2026-11-2",
            "2026-11-22T00:00:00",
            "20261122",
            "2026-02-30",
            "",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let today = Moment::parse_rfc3339("2026-11-22T09:00:00Z")
            .unwrap()
            .china_day();
        assert_eq!(written(today).unwrap(), "2026-11-22");
        assert_eq!(end_of(today).rfc3339(), "2026-11-22T16:00:00.000Z");
        assert_eq!(written(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn counting_forth_and_counting_what_is_left_agree(day in 15_000i64..30_000, count in 1u16..400) {
            let due = working_day_after(day, count);
            prop_assert!(due > day && is_working_day(due));
            prop_assert_eq!(working_days_left(day, due), u32::from(count));
            // A day of rest before the end changes nothing.
            prop_assert_eq!(working_days_left(day, due - 1), u32::from(count) - 1);
            prop_assert_eq!(working_day_after(day, count + 1), working_day_after(due, 1));
        }

        #[test]
        fn no_day_makes_the_calendar_fall(day: i64, until: i64, count in 0u16..10) {
            let _ = (Day::of(day), is_announced(day), end_of(day), written(day));
            let _ = working_days_left(day, until);
            prop_assert!(working_day_after(day, count) >= day);
        }

        #[test]
        fn a_day_survives_its_own_text(day in -100_000i64..100_000) {
            prop_assert_eq!(read(&written(day).unwrap()), Some(day));
        }
    }
}

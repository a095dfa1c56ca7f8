//! Days and times of the Chinese calendar day, as text.

use shouxin_model::Moment;

/// Seconds in a day.
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// Year, month and day of a day counted from 1970-01-01.
///
/// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
pub(crate) fn civil(day: i64) -> (i64, u8, u8) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (
        year_of_era + era * 400 + i64::from(month <= 2),
        month as u8,
        day as u8,
    )
}

/// The day as `2026-11-21`.
pub(crate) fn date_text(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day as `20261121`.
pub(crate) fn compact(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}{month:02}{day:02}")
}

/// The time in UTC to the second, as `2026-11-21T03:04:05Z`.
pub(crate) fn time_text(at: Moment) -> String {
    let seconds = at.seconds();
    let (year, month, day) = civil(seconds.div_euclid(DAY_SECONDS));
    let of_day = seconds.rem_euclid(DAY_SECONDS);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A moment of this day in China at `second` of the day.
pub(crate) fn china_moment(day: i64, second: i64) -> Moment {
    Moment::from_seconds(day * DAY_SECONDS + second - 8 * 3600)
}

/// This moment, or the next at which people in China open the door: between 8 and 20 o'clock.
pub(crate) fn daytime(at: Moment) -> Moment {
    const OPENS: i64 = 8 * 3600;
    let of_day = (at.seconds() + 8 * 3600).rem_euclid(DAY_SECONDS);
    match of_day {
        0..OPENS => at.plus_seconds(OPENS - of_day + of_day % 3600),
        72_000.. => at.plus_seconds(DAY_SECONDS + OPENS - of_day + of_day % 3600),
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_read_as_in_the_calendar() {
        for (day, text) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (-25_509, "1900-02-28"),
            (20_778, "2026-11-21"),
        ] {
            assert_eq!(date_text(day), text);
        }
        let moment = Moment::parse_rfc3339("2026-11-20T16:00:01Z").unwrap();
        assert_eq!(time_text(moment), "2026-11-20T16:00:01Z");
        assert_eq!(china_moment(20_778, 1), moment);
        assert_eq!(daytime(moment), china_moment(20_778, 8 * 3600 + 1));
        assert_eq!(
            daytime(china_moment(20_777, 72_000)),
            china_moment(20_778, 8 * 3600)
        );
        assert_eq!(compact(moment.china_day()), "20261121");
    }
}

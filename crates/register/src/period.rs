//! Periods in days.

/// The most days that so many months in a row can have, wherever in the calendar they begin: a minimum
/// kept by law is then never cut short by a leap day or a long month.
pub(crate) fn days_of_months(months: u32) -> u32 {
    let (years, months) = (months / 12, months % 12);
    let years = years.saturating_mul(365).saturating_add(years.div_ceil(4));
    // 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337.
    years.saturating_add((months * 306).div_ceil(10))
}

/// The number of months that [`days_of_months`] turns into these days; `None` if no number is.
pub fn months_of_days(days: u32) -> Option<u32> {
    (1..=1_200).find(|months| days_of_months(*months) == days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_years_become_the_most_days_they_can_have() {
        for (months, days) in [
            (0, 0),
            (1, 31),
            (2, 62),
            (3, 92),
            (6, 184),
            (11, 337),
            (12, 366),
            (24, 731),
            (72, 2192),
        ] {
            assert_eq!(days_of_months(months), days, "{months} months");
        }
        assert_eq!(days_of_months(u32::MAX), u32::MAX, "saturates");
    }
}

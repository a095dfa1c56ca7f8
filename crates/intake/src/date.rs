//! Dates as people and spreadsheets write them.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use crate::Code;

/// The order of day, month and year where digits alone do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Year, month, day.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl DateOrder {
    /// The word used in mapping files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ymd => "y/m/d",
            Self::Dmy => "d/m/y",
            Self::Mdy => "m/d/y",
        }
    }

    /// The order of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ymd, Self::Dmy, Self::Mdy]
            .into_iter()
            .find(|order| order.word() == word)
    }
}

/// The day from which a spreadsheet counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Epoch {
    /// 1 is 1900-01-01, and 60 is a 29 February 1900 that never was.
    #[default]
    Windows1900,
    /// 0 is 1904-01-01.
    Mac1904,
}

/// A date read from text, with what had to be assumed.
pub(crate) struct ReadDate {
    pub(crate) date: Date,
    pub(crate) time: Option<Time>,
    /// The zone, if the text named one, as the whole moment in UTC.
    pub(crate) moment: Option<jiff::Timestamp>,
    pub(crate) notes: Vec<Code>,
}

/// Reads a date with or without a time of day.
///
/// # Errors
/// The code that says why it is none, or why it could be several.
pub(crate) fn read(text: &str, order: Option<DateOrder>, epoch: Epoch) -> Result<ReadDate, Code> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        let local = moment.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let (date, time) = (local.date(), Some(local.time()));
        return Ok(ReadDate {
            date,
            time,
            moment: Some(moment),
            notes: Vec::new(),
        });
    }
    if let Some(serial) = as_serial(text) {
        let moment = serial_to_datetime(serial, epoch)?;
        let time = (moment.time() != Time::midnight()).then(|| moment.time());
        let notes = vec![Code::ExcelSerial];
        return Ok(ReadDate {
            date: moment.date(),
            time,
            moment: None,
            notes,
        });
    }
    let (day_part, time_part) = split_time(text);
    let time = time_part
        .map(|t| read_time(&t).ok_or(Code::DateUnknown))
        .transpose()?;
    let mut notes = Vec::new();
    let date = read_day(&day_part, order, &mut notes)?;
    Ok(ReadDate {
        date,
        time,
        moment: None,
        notes,
    })
}

/// The ISO text of a serial number: a date, or a date and time where it has a fraction.
pub(crate) fn serial_to_iso(serial: f64, epoch: Epoch) -> Result<String, Code> {
    let moment = serial_to_datetime(serial, epoch)?;
    Ok(if moment.time() == Time::midnight() {
        moment.date().to_string()
    } else {
        moment.to_string()
    })
}

fn serial_to_datetime(serial: f64, epoch: Epoch) -> Result<DateTime, Code> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return Err(Code::DateUnknown);
    }
    // Seconds, rounded: a serial keeps about a tenth of a millisecond.
    let seconds = (serial * 86_400.0).round() as i64;
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (start, day) = match epoch {
        Epoch::Mac1904 => (jiff::civil::date(1904, 1, 1), day),
        Epoch::Windows1900 if day == 60 => return Err(Code::ExcelLeapDay),
        Epoch::Windows1900 if day == 0 => return Err(Code::DateUnknown),
        // Lotus 1-2-3 took 1900 for a leap year and Excel kept to it.
        Epoch::Windows1900 if day < 60 => (jiff::civil::date(1899, 12, 31), day),
        Epoch::Windows1900 => (jiff::civil::date(1899, 12, 30), day),
    };
    start
        .to_datetime(Time::midnight())
        .checked_add(day.days())
        .and_then(|at| at.checked_add(second.seconds()))
        .map_err(|_| Code::DateUnknown)
}

/// Five digits and perhaps a fraction: 1927-05-18 to 2173-10-13. Fewer digits are rather a year.
fn as_serial(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let is_serial =
        whole.len() == 5 && !whole.starts_with('0') && digits(whole) && digits(fraction);
    is_serial.then(|| text.parse().ok()).flatten()
}

/// Parts the day from the time of day.
fn split_time(text: &str) -> (String, Option<String>) {
    let at_t = text.char_indices().find(|&(at, c)| {
        matches!(c, 'T' | 't') && text[..at].ends_with(|c: char| c.is_ascii_digit())
    });
    if let Some((at, _)) = at_t {
        return (text[..at].to_owned(), Some(text[at + 1..].to_owned()));
    }
    let colon = text.find([':', '\u{ff1a}', '时', '点']);
    let Some(colon) = colon else {
        return (text.to_owned(), None);
    };
    // The time starts after the last blank, 日 or 号 that stands before its first colon; a word for
    // the half of the day goes with it.
    let head = &text[..colon];
    let start = head
        .rfind([' ', '日', '号'])
        .map(|at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    match start {
        None => (text.to_owned(), None),
        Some(start) => {
            let (day, time) = text.split_at(start);
            let day = day.trim();
            for half in ["上午", "下午"] {
                if let Some(day) = day.strip_suffix(half) {
                    return (day.trim().to_owned(), Some(format!("{half}{time}")));
                }
            }
            (day.to_owned(), Some(time.trim().to_owned()))
        }
    }
}

fn read_time(text: &str) -> Option<Time> {
    let upper = text.trim().to_uppercase();
    let is_afternoon = upper.contains("PM") || upper.contains("下午");
    let is_half_day = is_afternoon || upper.contains("AM") || upper.contains("上午");
    let plain = upper
        .replace(['时', '分', '点', '\u{ff1a}'], ":")
        .replace('秒', "");
    let plain: String = plain
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, ':' | '.'))
        .collect();
    let parts: Vec<&str> = plain.trim_end_matches(':').split(':').collect();
    let number = |t: &str| {
        (1..=2)
            .contains(&t.len())
            .then(|| t.parse::<i8>().ok())
            .flatten()
    };
    let (hour, minute) = match parts[..] {
        [hour] => (number(hour)?, 0),
        [hour, minute] | [hour, minute, _] => (number(hour)?, number(minute)?),
        _ => return None,
    };
    let second = match parts.get(2) {
        Some(second) => number(second.split('.').next().unwrap_or(second))?,
        None => 0,
    };
    let hour = match (is_half_day, is_afternoon, hour) {
        (true, true, 1..=11) => hour + 12,
        (true, false, 12) => 0,
        _ => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

fn read_day(text: &str, order: Option<DateOrder>, notes: &mut Vec<Code>) -> Result<Date, Code> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return day(&text[..4], &text[4..6], &text[6..]);
    }
    let is_chinese = text.contains('年');
    let text = text.trim_end_matches(['日', '号']);
    let parts: Vec<&str> = text
        .split([
            '-', '/', '.', '年', '月', ' ', ',', '\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}',
        ])
        .filter(|part| !part.is_empty())
        .collect();
    let is_number = |t: &&str| t.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [one, two] if [one, two].iter().all(is_number) => Err(Code::DateIncomplete),
        [year] if is_number(&year) && matches!(year.len(), 4 | 6) => Err(Code::DateIncomplete),
        [one, two, three] if parts.iter().all(is_number) => {
            if one.len() == 4 {
                return day(one, two, three);
            }
            if is_chinese {
                return day(&full_year(one, notes)?, two, three);
            }
            by_order(one, two, three, order, notes)
        }
        // 7-Jul-23, 7 July 2023
        [d, m, y] if is_number(&d) && is_number(&y) => {
            let month = month_of(m).ok_or(Code::DateUnknown)?;
            if d.len() == 4 {
                day(d, &month, y)
            } else {
                day(&full_year(y, notes)?, &month, d)
            }
        }
        // Jul 7, 2023
        [m, d, y] if is_number(&d) && is_number(&y) => {
            let month = month_of(m).ok_or(Code::DateUnknown)?;
            day(&full_year(y, notes)?, &month, d)
        }
        _ => Err(Code::DateUnknown),
    }
}

fn by_order(
    one: &str,
    two: &str,
    three: &str,
    order: Option<DateOrder>,
    notes: &mut Vec<Code>,
) -> Result<Date, Code> {
    let number = |t: &str| t.parse::<u32>().unwrap_or(u32::MAX);
    if let Some(order) = order {
        let (y, m, d) = match order {
            DateOrder::Ymd => (one, two, three),
            DateOrder::Dmy => (three, two, one),
            DateOrder::Mdy => (three, one, two),
        };
        return day(&full_year(y, notes)?, m, d);
    }
    // Without a declared order only a number that cannot be a month decides.
    if three.len() != 4 {
        return Err(Code::DateAmbiguous);
    }
    match (number(one), number(two)) {
        (1..=12, 13..=31) => day(three, one, two),
        (13..=31, 1..=12) => day(three, two, one),
        (a, b) if a == b => day(three, one, two),
        (1..=12, 1..=12) => Err(Code::DateAmbiguous),
        _ => Err(Code::DateImpossible),
    }
}

fn full_year(year: &str, notes: &mut Vec<Code>) -> Result<String, Code> {
    match (year.len(), year.parse::<u32>()) {
        (4, Ok(_)) => Ok(year.to_owned()),
        (2, Ok(short)) => {
            notes.push(Code::TwoDigitYear);
            // Excel's rule, since Excel has usually written it.
            Ok((if short < 30 {
                2000 + short
            } else {
                1900 + short
            })
            .to_string())
        }
        _ => Err(Code::DateUnknown),
    }
}

fn day(year: &str, month: &str, day: &str) -> Result<Date, Code> {
    if month.len() > 2 || day.len() > 2 || year.len() != 4 {
        return Err(Code::DateUnknown);
    }
    let parsed = (year.parse::<i16>(), month.parse::<i8>(), day.parse::<i8>());
    let (Ok(year), Ok(month), Ok(day)) = parsed else {
        return Err(Code::DateUnknown);
    };
    if year == 0 || month == 0 {
        return Err(Code::DateImpossible);
    }
    Date::new(year, month, day).map_err(|_| Code::DateImpossible)
}

fn month_of(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let lower = lower.trim_end_matches('.');
    let place = MONTHS.iter().position(|m| {
        lower.len() >= 3 && (m.starts_with(lower) || lower == "sept" && *m == "september")
    })?;
    Some((place + 1).to_string())
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests;

//! Whether a text is a value of a kind.

mod document;
pub(crate) mod landline;
mod mobile;
mod network;
mod organisation;
mod parcel;
mod vehicle;

use jiff::civil::Date;
use shouxin_model::{FieldKind, numbering::is_division};

use crate::failure::{CheckFailure, Reason};
use crate::normal::{is_decimal, normalise};

/// Checks that `value`, once in normal form, is a value of this kind: characters, length, structure,
/// codes of region and block, dates, check digits. Free text, lists, codes and files only need to
/// hold something; which values a list allows is the register's to say.
///
/// # Errors
/// The first thing found wrong. [`CheckFailure::severity`] tells whether real values fail so.
pub fn check(kind: FieldKind, value: &str) -> Result<(), CheckFailure> {
    let normal = normalise(kind, value);
    let fault = if normal.is_empty() {
        Err(Reason::Empty)
    } else {
        check_normal(kind, &normal)
    };
    fault.map_err(|reason| CheckFailure { kind, reason })
}

fn check_normal(kind: FieldKind, value: &str) -> Result<(), Reason> {
    match kind {
        FieldKind::Name => name(value),
        FieldKind::Mobile => mobile::check(value),
        FieldKind::Landline => landline::check(value),
        FieldKind::ResidentId => document::resident_id(value),
        FieldKind::Passport => document::passport(value),
        FieldKind::Permit => document::permit(value),
        FieldKind::BankCard => organisation::bank_card(value),
        FieldKind::Uscc => organisation::uscc(value),
        FieldKind::Vin => vehicle::vin(value),
        FieldKind::Plate => vehicle::plate(value),
        FieldKind::Address => address(value),
        FieldKind::Email => network::email(value),
        FieldKind::Ip => network::ip(value),
        FieldKind::Mac => network::mac(value),
        FieldKind::Imei => network::imei(value),
        FieldKind::Wechat => network::wechat(value),
        FieldKind::Qq => network::qq(value),
        FieldKind::Waybill => parcel::waybill(value),
        FieldKind::Gps => position(value),
        FieldKind::DateOfBirth => date(value),
        FieldKind::Time => time(value),
        FieldKind::Money => money(value),
        FieldKind::Number => when(is_decimal(value), Reason::Characters),
        FieldKind::FreeText => when(
            !value.contains(|c: char| c.is_control() && !c.is_whitespace()),
            Reason::Characters,
        ),
        FieldKind::Enum | FieldKind::Code | FieldKind::File => {
            when(!value.contains(char::is_control), Reason::Characters)
        }
    }
}

/// Letters of any script, with the blanks and marks that stand in names.
fn name(value: &str) -> Result<(), Reason> {
    let belongs = |c: char| {
        c.is_alphabetic()
            || is_mark(c)
            || matches!(c, ' ' | '·' | '.' | '-' | '\'' | '’' | ',' | '(' | ')')
    };
    when(
        value.chars().all(belongs) && value.contains(char::is_alphabetic),
        Reason::Characters,
    )?;
    when(value.chars().count() <= 100, Reason::Length)
}

/// Combining marks, as in decomposed é or in Indic names.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{ddf}' | '\u{e31}'..='\u{e4e}')
}

fn address(value: &str) -> Result<(), Reason> {
    when(
        value.contains(char::is_alphabetic) && !value.contains(char::is_control),
        Reason::Characters,
    )?;
    when((3..=300).contains(&value.chars().count()), Reason::Length)
}

/// `lat,lon` in degrees, north and east positive.
fn position(value: &str) -> Result<(), Reason> {
    let (latitude, longitude) = value.split_once(',').ok_or(Reason::Shape)?;
    let degrees = |text: &str, limit: f64| -> Result<(), Reason> {
        when(is_decimal(text), Reason::Characters)?;
        let value: f64 = text.parse().map_err(|_| Reason::Characters)?;
        when(value.abs() <= limit, Reason::Range)
    };
    degrees(latitude, 90.0)?;
    degrees(longitude, 180.0)
}

fn date(value: &str) -> Result<(), Reason> {
    let mut parts = value.split('-');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day), None) => calendar_day(year, month, day)
            .map(|_| ())
            .ok_or(Reason::Date),
        _ => Err(Reason::Shape),
    }
}

fn time(value: &str) -> Result<(), Reason> {
    match value.split_once('T') {
        None => date(value),
        Some((day, _)) => {
            date(day)?;
            let is_time = value.parse::<jiff::Timestamp>().is_ok()
                || value.parse::<jiff::civil::DateTime>().is_ok();
            when(is_time, Reason::Shape)
        }
    }
}

fn money(value: &str) -> Result<(), Reason> {
    when(is_decimal(value), Reason::Characters)?;
    let (yuan, cents) = value.split_once('.').unwrap_or((value, ""));
    when(cents.len() <= 2 && yuan.len() <= 15, Reason::Length)
}

/// The day these digits name, if the calendar has it and its year lies in 1850-2100: no living
/// person, deadline or repair falls outside.
pub(crate) fn calendar_day(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (1850..=2100).contains(&date.year()).then_some(date)
}

fn when(holds: bool, reason: Reason) -> Result<(), Reason> {
    if holds { Ok(()) } else { Err(reason) }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;

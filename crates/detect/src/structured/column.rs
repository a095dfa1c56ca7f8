//! Values that only the heading of their column tells: 生日, QQ, 快递单号.

use std::ops::Range;

use shouxin_model::numbering::is_division;

use super::{birth, candidate};
use crate::cue::{Cue, Said};
use crate::page::Page;
use crate::table::{self, Cell};
use crate::{Candidate, Kind};

/// Looks at the cells of tables under headings that announce something.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    if page.said().is_empty() || !page.has_cells {
        return;
    }
    out.extend(
        table::cells(page.text, |heading| said_in(page, heading).is_some())
            .into_iter()
            .filter_map(|cell| told(page, &cell)),
    );
}

/// What a cell is, if its heading says so and its shape fits.
fn told(page: &Page<'_>, cell: &Cell) -> Option<Candidate> {
    let said = said_in(page, &cell.heading)?;
    let value = page.slice(cell.place.start, cell.place.end);
    // Numbers and codes are typed in pieces: 6222 0212 0000 0001, LSV AB4181 E2123456.
    let whole = value.replace([' ', '-'], "");
    let is_account = is_account(value);
    let value = if said.cue == Cue::Wechat {
        value
    } else {
        &whole
    };
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let word = value.bytes().all(|b| b.is_ascii_alphanumeric());
    let number = digits == value.len();
    let within = |lengths: Range<usize>| lengths.contains(&value.len());
    let (kind, fits) = match said.cue {
        // 单号 beside 收件人: of the parcel.
        Cue::Other if is_of_parcels(page, &cell.heading) => {
            (Kind::Waybill, word && within(10..21) && digits >= 8)
        }
        Cue::Dob => (
            Kind::Dob,
            birth::date_end(page, cell.place.start) == Some(cell.place.end),
        ),
        Cue::Qq => (Kind::Qq, number && within(5..12) && !value.starts_with('0')),
        Cue::Wechat => (Kind::Wechat, is_account),
        Cue::Mac => {
            let hex = value.bytes().all(|b| b.is_ascii_hexdigit());
            (Kind::Mac, hex && within(12..13))
        }
        Cue::Waybill => (Kind::Waybill, word && within(10..21) && digits >= 8),
        Cue::Passport => (Kind::Passport, word && within(7..11) && digits >= 6),
        Cue::Permit => (Kind::TravelPermit, word && within(8..12) && digits >= 7),
        Cue::Bank => (Kind::BankCard, number && within(12..22)),
        Cue::IdCard if is_passport(value) => (Kind::Passport, true),
        Cue::IdCard => (Kind::IdCard, is_id(value)),
        Cue::Imei => (Kind::Imei, number && within(15..16)),
        Cue::Vin => (Kind::Vin, word && within(17..18)),
        Cue::Plate => (Kind::Plate, is_plate(value, digits)),
        Cue::Uscc => (Kind::Uscc, word && within(18..19)),
        _ => return None,
    };
    fits.then(|| {
        candidate(
            cell.place.start,
            cell.place.end,
            kind,
            870,
            "column.heading",
        )
    })
}

/// Whether a heading says 单号 alone, and one beside it who gets the parcel.
fn is_of_parcels(page: &Page<'_>, heading: &Range<usize>) -> bool {
    let is_number = page.slice(heading.start, heading.end) == "单号";
    let line = || {
        let before = page.head(heading.start).rsplit('\n').next();
        let after = page.rest(heading.end).split('\n').next();
        before.into_iter().chain(after)
    };
    let receivers = ["收件", "收货", "寄件", "派送", "签收"];
    is_number && line().any(|part| receivers.iter().any(|word| part.contains(word)))
}

/// The first word that a heading says; in 联系QQ the one after 联系, which tells more.
fn said_in<'p>(page: &'p Page<'_>, heading: &Range<usize>) -> Option<&'p Said> {
    let said = page.said();
    let from = said.partition_point(|said| said.start < heading.start);
    let mut within = said.get(from..)?.iter();
    let mut within = within
        .by_ref()
        .take_while(|said| said.end <= heading.end)
        .take(2);
    let first = within.next()?;
    let second = within.next().filter(|_| first.cue == Cue::Phone);
    Some(second.unwrap_or(first))
}

fn is_account(value: &str) -> bool {
    (6..=20).contains(&value.len())
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A passport under a heading such as 证件: one or two letters that no permit begins with, seven or eight digits.
fn is_passport(value: &str) -> bool {
    let letters = value.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = value.get(letters..).unwrap_or_default();
    matches!((letters, digits.len()), (1, 7 | 8) | (2, 7))
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !value.starts_with(['C', 'H', 'W', 'L'])
}

/// A plate, of any country: capitals and digits, of the mainland after the character of a province.
fn is_plate(value: &str, digits: usize) -> bool {
    let serial = value.trim_start_matches(|c: char| !c.is_ascii());
    let province = value.len() - serial.len();
    let lengths = match province {
        0 => 4..9,
        3 => 6..8,
        _ => return false,
    };
    let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    lengths.contains(&serial.len())
        && digits >= 2
        && digits < serial.len()
        && serial.bytes().all(fits)
}

fn is_id(value: &str) -> bool {
    // The form that ended in 2013.
    if value.len() == 15 {
        return value.bytes().all(|b| b.is_ascii_digit())
            && value.get(..6).is_some_and(is_division);
    }
    // Bytes: a cell may hold any characters, and 17 may lie within one.
    let Some((head, last)) = value.as_bytes().split_at_checked(17) else {
        return false;
    };
    head.iter().all(u8::is_ascii_digit) && matches!(last, [b'0'..=b'9' | b'X' | b'x'])
}

#[cfg(test)]
mod tests {
    use crate::Detector;

    #[test]
    fn a_cell_of_any_characters_is_no_identity_number() {
        let text = "姓名,身份证,备注\n甲,S8l812345D8123两5,无\n乙,110101199003071234,无";
        let hits = Detector::new().detect(text);
        let found: Vec<&str> = hits.iter().map(|hit| &text[hit.bytes.clone()]).collect();
        assert_eq!(found, ["110101199003071234"], "{hits:?}");
    }
}

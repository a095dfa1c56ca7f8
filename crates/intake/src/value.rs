//! A cell to the normal form of its field's kind, with everything found on the way.

use std::collections::BTreeMap;

use shouxin_model::{CheckRule, FieldKind, Personal, Text};
use shouxin_regime::CheckFailure;

use crate::clean::{clean, is_excel_error, is_placeholder};
use crate::date::{self, DateOrder, Epoch, ReadDate};
use crate::note::{Code, Note, Severity};
use crate::{Cell, Native, choice, formula, number};

/// What a field asks of its values beyond their kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'a> {
    /// What becomes of a value that fails the kind's check.
    pub check: CheckRule,
    /// The declared values of an enum; empty: any.
    pub values: &'a [String],
    /// Words of the file and the values they mean.
    pub translate: Option<&'a BTreeMap<String, String>>,
    /// The order of day and month where digits do not tell.
    pub order: Option<DateOrder>,
    /// What serial numbers of dates count from.
    pub epoch: Epoch,
    /// The number of digits that a code of digits always has, such as 6 for a postcode.
    pub width: Option<usize>,
}

/// What became of a cell.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The value in normal form; `None` if the cell is empty, or its value was dropped or refused.
    pub value: Option<Personal<String>>,
    /// What was found, in the order of finding.
    pub notes: Vec<Note>,
    /// The failed check behind a `check-failed` note: which rule of the kind was broken.
    pub failure: Option<CheckFailure>,
}

impl Outcome {
    /// The note for which the row is refused, if any.
    pub fn refusal(&self) -> Option<&Note> {
        self.notes
            .iter()
            .find(|note| note.severity == Severity::Refused)
    }

    /// What to tell people about a note; of a failed check, what exactly failed.
    pub fn text(&self, note: &Note) -> Text {
        match (note.code, self.failure) {
            (Code::CheckFailed, Some(failure)) => failure.text(),
            _ => note.text(),
        }
    }
}

/// The value of this kind that a cell holds, by these rules.
///
/// Damage that lost something refuses the row under `CheckRule::Refuse` and leaves the field empty
/// under `Keep`; a value that is whole but fails its check is refused or kept.
pub fn to_value(kind: FieldKind, cell: &Cell, rules: &Rules<'_>) -> Outcome {
    let mut found = Vec::new();
    let settled = settle(kind, cell, rules, &mut found);
    let mut notes: Vec<Note> = found
        .into_iter()
        .map(|code| Note {
            code,
            severity: severity(code),
        })
        .collect();
    let keeps = rules.check == CheckRule::Keep;
    let mut failure = None;
    let value = match settled {
        Ok(value) => value,
        Err(Trouble::Lost(code)) => {
            let severity = if keeps {
                Severity::Dropped
            } else {
                Severity::Refused
            };
            notes.push(Note { code, severity });
            None
        }
        Err(Trouble::Wrong { code, text, why }) => {
            failure = why;
            let severity = if keeps {
                Severity::Kept
            } else {
                Severity::Refused
            };
            notes.push(Note { code, severity });
            keeps.then_some(text)
        }
    };
    Outcome {
        value: value.map(Personal::new),
        notes,
        failure,
    }
}

/// Why a cell gives no good value.
enum Trouble {
    /// What the cell said is gone or must not be kept.
    Lost(Code),
    /// The cell's text is whole but is no value of the kind.
    Wrong {
        code: Code,
        text: String,
        why: Option<CheckFailure>,
    },
}

fn settle(
    kind: FieldKind,
    cell: &Cell,
    rules: &Rules<'_>,
    notes: &mut Vec<Code>,
) -> Result<Option<String>, Trouble> {
    // The text goes from here into its normal form, and from there into a `Personal` again.
    let text = clean(kind, cell.expose(), notes);
    if text.is_empty() {
        return Ok(None);
    }
    if cell.native() == Native::Error || is_excel_error(&text) {
        return Err(Trouble::Lost(Code::ExcelError));
    }
    let is_declared = rules
        .translate
        .is_some_and(|table| table.contains_key(&text))
        || (kind == FieldKind::Enum
            && choice::choose(&text, rules.values, None, &mut Vec::new()).is_some());
    if !is_declared && is_placeholder(kind, &text) {
        notes.push(Code::Placeholder);
        return Ok(None);
    }
    if formula::is_formula(&text) {
        if kind != FieldKind::FreeText {
            return Err(Trouble::Lost(Code::Formula));
        }
        notes.push(Code::FormulaNeutralised);
        return Ok(Some(format!("'{text}")));
    }
    let wrong = |code: Code| Trouble::Wrong {
        code,
        text: text.clone(),
        why: None,
    };
    let repaired = match kind {
        FieldKind::Enum => {
            if rules.values.is_empty() && rules.translate.is_none() {
                text.clone()
            } else {
                choice::choose(&text, rules.values, rules.translate, notes)
                    .ok_or_else(|| wrong(Code::EnumUnknown))?
            }
        }
        FieldKind::DateOfBirth | FieldKind::Time => {
            let found = read_date(&text, cell.native(), rules).map_err(|code| match code {
                Code::ExcelLeapDay => Trouble::Lost(code),
                _ => wrong(code),
            })?;
            date_text(kind, found, notes)
        }
        FieldKind::FreeText => return Ok(Some(text)),
        _ if cell.native() == Native::Date => return Err(Trouble::Lost(Code::ExcelDate)),
        FieldKind::Number => number::repair_number(&text, cell.native(), notes).map_err(wrong)?,
        FieldKind::Money => number::repair_money(&text, cell.native(), notes).map_err(wrong)?,
        FieldKind::Name | FieldKind::Address | FieldKind::Gps | FieldKind::Ip | FieldKind::File => {
            text.clone()
        }
        _ => number::repair_code(kind, &text, cell.native(), notes).map_err(Trouble::Lost)?,
    };
    let repaired = with_translation(kind, &text, repaired, rules);
    check(kind, repaired, rules, notes)
}

fn check(
    kind: FieldKind,
    text: String,
    rules: &Rules<'_>,
    notes: &mut Vec<Code>,
) -> Result<Option<String>, Trouble> {
    let text = shouxin_regime::normalise(kind, &text).into_owned();
    let text = match rules.width {
        Some(width) if kind == FieldKind::Code => with_width(text, width, notes),
        _ => text,
    };
    if kind == FieldKind::Code && looks_like_excel_date(&text) {
        notes.push(Code::ExcelDateSuspected);
    }
    let Err(why) = shouxin_regime::check(kind, &text) else {
        return Ok(Some(text));
    };
    if matches!(kind, FieldKind::Landline | FieldKind::Imei) {
        let with_zero = format!("0{text}");
        if text.bytes().all(|b| b.is_ascii_digit())
            && shouxin_regime::check(kind, &with_zero).is_ok()
        {
            notes.push(Code::LostZero);
            return Ok(Some(with_zero));
        }
    }
    Err(Trouble::Wrong {
        code: Code::CheckFailed,
        text,
        why: Some(why),
    })
}

fn with_translation(kind: FieldKind, text: &str, repaired: String, rules: &Rules<'_>) -> String {
    match rules.translate.and_then(|table| table.get(text)) {
        Some(meant) if kind != FieldKind::Enum => meant.clone(),
        _ => repaired,
    }
}

/// Puts back up to two zeros in front of a code of digits; more missing is only reported.
fn with_width(text: String, width: usize, notes: &mut Vec<Code>) -> String {
    if text.len() >= width || !text.bytes().all(|b| b.is_ascii_digit()) {
        return text;
    }
    if width - text.len() > 2 {
        notes.push(Code::LostZeroSuspected);
        return text;
    }
    notes.push(Code::LostZero);
    format!("{text:0>width$}")
}

fn read_date(text: &str, native: Native, rules: &Rules<'_>) -> Result<ReadDate, Code> {
    if native == Native::Date
        && let Ok(serial) = text.parse::<f64>()
    {
        date::serial_to_iso(serial, rules.epoch)?;
    }
    date::read(text, rules.order, rules.epoch)
}

fn date_text(kind: FieldKind, found: ReadDate, notes: &mut Vec<Code>) -> String {
    notes.extend(found.notes);
    match (kind, found.moment, found.time) {
        (FieldKind::Time, Some(moment), _) => moment.to_string(),
        (FieldKind::Time, None, Some(time)) => found.date.to_datetime(time).to_string(),
        (_, None, None) => found.date.to_string(),
        (_, _, time) => {
            if time.is_some_and(|time| time != jiff::civil::Time::midnight()) {
                notes.push(Code::TimeDropped);
            }
            found.date.to_string()
        }
    }
}

/// `3月4日`, `4-Mar`, `Mar-04`: what Excel makes of codes such as 3-4.
fn looks_like_excel_date(text: &str) -> bool {
    let is_short = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if let Some((month, day)) = text.strip_suffix('日').and_then(|t| t.split_once('月')) {
        return is_short(month) && is_short(day);
    }
    let Some((one, two)) = text.split_once('-') else {
        return false;
    };
    let is_month = |t: &str| MONTHS.contains(&t);
    (is_short(one) && is_month(two)) || (is_month(one) && is_short(two))
}

fn severity(code: Code) -> Severity {
    match code {
        Code::ExcelRounded
        | Code::ExcelPrecisionSuspected
        | Code::ExcelDateSuspected
        | Code::LostZeroSuspected
        | Code::NumberAmbiguous
        | Code::TwoDigitYear => Severity::Kept,
        _ => Severity::Repaired,
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[cfg(test)]
mod tests;

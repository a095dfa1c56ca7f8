//! A few cells of each column, for whoever corrects a mapping: masked as the field would be on a screen, and
//! where nothing says what they are, only their shape.

use shouxin_deid::{MaskProfile, mask, rule_by_name};
use shouxin_intake::{Cell, Guess, RawRow, Rules, to_value};
use shouxin_model::{Field, FieldKind, Register};

/// Cells shown of each column.
const SHOWN: usize = 3;

/// Characters shown of a shape.
const MOST_CHARS: usize = 24;

/// Up to three filled cells of each column, none of them as it stands in the file.
pub(super) fn of(
    columns: &[String],
    sample: &[RawRow],
    guesses: &[Guess],
    register: &Register,
) -> Vec<Vec<String>> {
    let column = |(place, name): (usize, &String)| {
        let guess = guesses.iter().find(|guess| guess.column == *name);
        let field = guess.and_then(|guess| register.field(&guess.field));
        let cells = sample.iter().filter_map(|row| row.cells.get(place));
        let filled = cells.filter(|cell| !cell.is_empty()).take(SHOWN);
        filled.map(|cell| shown(cell, field)).collect()
    };
    columns.iter().enumerate().map(column).collect()
}

fn shown(cell: &Cell, field: Option<&Field>) -> String {
    let masked = field.and_then(|field| masked(cell, field));
    // Into its shape, which keeps no letter and no digit.
    masked.unwrap_or_else(|| shape(cell.expose()))
}

/// The value as it is masked on a screen; `None` if it is none of its kind or the mask hides nothing.
fn masked(cell: &Cell, field: &Field) -> Option<String> {
    let rules = Rules {
        values: &field.values,
        ..Rules::default()
    };
    let outcome = to_value(field.kind, cell, &rules);
    if outcome.refusal().is_some() {
        return None;
    }
    // Into its mask, as the register has it.
    let value = outcome.value.as_ref()?.expose();
    if field.kind == FieldKind::Enum {
        // One of the words that the register itself lists.
        return Some(value.to_owned());
    }
    let masked = match field.mask.as_deref().and_then(rule_by_name) {
        Some(rule) => rule.apply(value),
        None => mask(field.kind, MaskProfile::Screen, value),
    };
    (masked != *value).then_some(masked)
}

/// What kinds of characters a text is made of: `9` for a digit, `A` for a letter, `字` for a character.
fn shape(text: &str) -> String {
    let sign = |c: char| match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_ascii_alphabetic() => 'A',
        '-' | '/' | '.' | ':' | ',' | '@' | '(' | ')' | '+' | '_' | '#' | ' ' => c,
        c if c.is_alphanumeric() => '字',
        _ => '·',
    };
    let mut shape: String = text.trim().chars().take(MOST_CHARS).map(sign).collect();
    if text.trim().chars().count() > MOST_CHARS {
        shape.push('…');
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_keeps_no_letter_and_no_digit() {
        assert_eq!(shape(" 沪A·12345 李 "), "字A·99999 字");
        assert_eq!(shape("a.b@c-d.cn"), "A.A@A-A.AA");
        assert_eq!(shape(&"7".repeat(30)), format!("{}…", "9".repeat(24)));
        assert_eq!(shape("１２３"), "字字字");
    }
}

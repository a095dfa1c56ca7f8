//! What a cell looks like at first sight, before any field is known.

use shouxin_model::FieldKind;

use crate::words;

/// Whether the text is a value rather than the name of a column.
pub(crate) fn is_data(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = !text.is_empty() && text.parse::<f64>().is_ok();
    digits >= 5
        || is_number
        || text.contains('@')
        || [FieldKind::Plate, FieldKind::DateOfBirth, FieldKind::Vin]
            .iter()
            .any(|&kind| {
                shouxin_regime::check(kind, &shouxin_regime::normalise(kind, text)).is_ok()
            })
}

/// Whether the text holds a word that names columns.
pub(crate) fn is_header_word(text: &str) -> bool {
    words::kind_of_header(text).is_some()
}

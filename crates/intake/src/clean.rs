//! What files carry along around a value: full-width forms, invisible characters, wrappings.

use shouxin_model::FieldKind;

use crate::Code;

/// The text without what does not belong to the value, and what was taken away.
pub(crate) fn clean(kind: FieldKind, text: &str, notes: &mut Vec<Code>) -> String {
    let value = without_invisible(kind, text, notes);
    let value = half_width(kind, &value, notes);
    // One wrapping may hold another, and what is kept must come back the same when it is read again.
    let mut inner = value.trim();
    loop {
        let (unwrapped, note) = match (text_formula(inner), apostrophe(kind, inner)) {
            (Some(text), _) => (text, Code::ExcelTextFormula),
            (None, Some(text)) => (text, Code::Apostrophe),
            (None, None) => break inner.to_owned(),
        };
        inner = unwrapped.trim();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// What stands after the apostrophe that forces text into a spreadsheet's cell.
fn apostrophe(kind: FieldKind, text: &str) -> Option<&str> {
    // In sentences an apostrophe belongs to the text, and it is what neutralises a formula there.
    if kind == FieldKind::FreeText || kind == FieldKind::Name {
        return None;
    }
    let inner = text.strip_prefix(['\'', '\u{2019}', '`'])?;
    (!inner.trim().is_empty()).then_some(inner)
}

/// Whether the text is a word that people write into a cell that has no value.
pub(crate) fn is_placeholder(kind: FieldKind, text: &str) -> bool {
    let lower = text.to_lowercase();
    kind != FieldKind::FreeText && PLACEHOLDERS.contains(&lower.as_str())
}

/// Whether the text is one of Excel's errors, or a column too narrow that was copied as `####`.
pub(crate) fn is_excel_error(text: &str) -> bool {
    EXCEL_ERRORS.contains(&text) || (text.len() >= 3 && text.bytes().all(|b| b == b'#'))
}

fn without_invisible(kind: FieldKind, text: &str, notes: &mut Vec<Code>) -> String {
    if !text.contains(is_invisible) {
        return text.to_owned();
    }
    let kept: String = text
        .chars()
        .filter_map(|c| match c {
            '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
            // Joins emoji and the letters of some scripts in running text.
            '\u{200c}' | '\u{200d}' if kind == FieldKind::FreeText => Some(c),
            c if is_invisible(c) => None,
            c => Some(c),
        })
        .collect();
    if kept != text {
        notes.push(Code::Invisible);
    }
    kept
}

fn half_width(kind: FieldKind, text: &str, notes: &mut Vec<Code>) -> String {
    // In Chinese text full-width punctuation is right; in a number or code nothing full-width is.
    let is_prose = matches!(
        kind,
        FieldKind::Name | FieldKind::Address | FieldKind::FreeText | FieldKind::Enum
    );
    let mut is_changed = false;
    let half = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => {
                let half = char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
                if is_prose && !half.is_ascii_alphanumeric() {
                    return c;
                }
                is_changed = true;
                half
            }
            '\u{3000}' => {
                is_changed = true;
                ' '
            }
            c => c,
        })
        .collect();
    if is_changed {
        notes.push(Code::FullWidth);
    }
    half
}

/// What stands within `="…"`, the way to force text into a spreadsheet's cell.
fn text_formula(text: &str) -> Option<&str> {
    let inner = text
        .strip_prefix('=')?
        .trim_start()
        .strip_prefix('"')?
        .strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    ) || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

const PLACEHOLDERS: &[&str] = &[
    "-",
    "--",
    "---",
    "—",
    "——",
    "/",
    "\\",
    ".",
    "无",
    "暂无",
    "没有",
    "未知",
    "不详",
    "空",
    "未填写",
    "n/a",
    "na",
    "nan",
    "null",
    "none",
    "nil",
    "unknown",
    "(null)",
    "<null>",
    "undefined",
];

const EXCEL_ERRORS: &[&str] = &[
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappings_go_and_each_is_named() {
        use FieldKind::*;
        for (kind, text, expected, codes) in [
            (Mobile, " 13800138000\t", "13800138000", ""),
            (
                Mobile,
                "１３８００１３８０００",
                "13800138000",
                "full-width",
            ),
            (
                Mobile,
                "138\u{200b}0013\u{a0}8000",
                "1380013 8000",
                "invisible",
            ),
            (
                Mobile,
                "\u{202d}13800138000\u{202c}",
                "13800138000",
                "invisible",
            ),
            (Code, "=\"00123\"", "00123", "excel-text-formula"),
            (Code, "'00123", "00123", "apostrophe"),
            (Name, "张　伟", "张 伟", "full-width"),
            (Name, "O'Neil", "O'Neil", ""),
            (
                Address,
                "１号\u{ff0c}２室\u{ff08}左\u{ff09}",
                "1号\u{ff0c}2室\u{ff08}左\u{ff09}",
                "full-width",
            ),
            (FreeText, "'quoted", "'quoted", ""),
            (FreeText, "👨\u{200d}👩", "👨\u{200d}👩", ""),
        ] {
            let mut notes = Vec::new();
            assert_eq!(clean(kind, text, &mut notes), expected);
            let words: Vec<_> = notes.iter().map(|c| c.word()).collect();
            assert_eq!(words.join(" "), codes, "{text}");
        }
    }
}

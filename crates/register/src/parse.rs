//! From the text of a register to the register.

use shouxin_model::{Register, Text};
use toml::Spanned;
use toml::de::DeTable;

use crate::Finding;
use crate::check::check;
use crate::draft;
use crate::fault::{Fault, Path};

/// Reads and checks the register `text`; `file_name` is repeated in findings.
///
/// # Errors
/// Everything that is wrong, in the order of the text. While the text is no TOML, that alone.
pub fn parse(file_name: &str, text: &str) -> Result<Register, Vec<Finding>> {
    let (document, broken) = DeTable::parse_recoverable(text);
    let located = |faults: Vec<Fault>, register: &Register| {
        locate(file_name, text, &document, faults, |path| {
            path.place(register)
        })
    };
    if !broken.is_empty() {
        let faults = broken.iter().map(not_toml).collect();
        return Err(located(faults, &draft::read(&DeTable::new()).0.register));
    }
    let (draft, mut faults) = draft::read(document.get_ref());
    faults.extend(check(&draft));
    if faults.is_empty() {
        Ok(draft.register)
    } else {
        Err(located(faults, &draft.register))
    }
}

/// What the TOML reader could not read.
pub fn not_toml(error: &toml::de::Error) -> Fault {
    let message = error.message();
    Fault {
        path: Path::default(),
        offset: error.span().map(|span| span.start),
        code: "not-toml",
        message: Text::made(
            format!("不是合法的 TOML:{message}"),
            format!("not valid TOML: {message}"),
        ),
        remedy: Text::fixed(
            "修正此处的语法;同一张表里每个键只写一次",
            "correct the syntax here; each key of a table is written once",
        ),
    }
}

/// The faults of a document as findings, in the order of its text; `place` says what people call a place.
pub fn locate(
    file_name: &str,
    text: &str,
    document: &Spanned<DeTable<'_>>,
    faults: Vec<Fault>,
    place: impl Fn(&Path) -> Text,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = faults
        .into_iter()
        .map(|fault| {
            let offset = fault.offset.unwrap_or_else(|| fault.path.offset(document));
            let (line, column) = line_and_column(text, offset);
            Finding {
                file: file_name.to_owned(),
                line,
                column,
                place: place(&fault.path),
                code: fault.code,
                message: fault.message,
                remedy: fault.remedy,
            }
        })
        .collect();
    findings.sort_by_key(|f| (f.line, f.column));
    findings
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    // Offsets come from the TOML reader and stand between characters; past the end means the end.
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

#[cfg(test)]
pub(crate) mod tests;

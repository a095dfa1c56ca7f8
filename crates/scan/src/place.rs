//! Where something stands in a document.

use serde::Serialize;
use shouxin_model::text::Language;

/// A place within a document or table; what does not apply is left out. Numbers count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The part of a document: `body`, `header`, `footnote`, `comment`, a mail's `subject`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The page of a PDF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The paragraph within its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u64>,
    /// The worksheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cell of a worksheet: `B12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The name of the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The row of a table without lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// A JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Place {
    /// A line.
    pub fn line(line: u64) -> Self {
        Self {
            line: Some(line),
            ..Self::default()
        }
    }

    /// A part of a document.
    pub fn part(part: impl Into<String>) -> Self {
        Self {
            part: Some(part.into()),
            ..Self::default()
        }
    }

    /// The same place within this part of a mail or document.
    pub(crate) fn within(mut self, part: Option<&str>) -> Self {
        if let Some(part) = part {
            self.part = Some(part.to_owned());
        }
        self
    }

    /// One short text for people, in their language.
    pub fn told(&self, language: Language) -> String {
        if language == Language::English {
            return self.shown();
        }
        let words = [
            self.part.clone(),
            self.page.map(|n| format!("第 {n} 页")),
            self.paragraph.map(|n| format!("第 {n} 段")),
            self.sheet.clone(),
            self.cell.clone(),
            self.column.clone().filter(|_| self.cell.is_none()),
            self.row.map(|n| format!("第 {n} 行")),
            self.pointer.as_ref().map(|p| format!("#{p}")),
            self.line.map(|n| format!("第 {n} 行")),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// One short text, the same in every language: `page 3 line 2`, `Sheet1!B12`.
    pub fn shown(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.part.clone());
        words.extend(self.page.map(|n| format!("page {n}")));
        words.extend(self.paragraph.map(|n| format!("paragraph {n}")));
        match (&self.sheet, &self.cell) {
            (Some(sheet), Some(cell)) => words.push(format!("{sheet}!{cell}")),
            (sheet, cell) => words.extend(sheet.iter().chain(cell).cloned()),
        }
        if self.cell.is_none() {
            words.extend(self.column.clone());
        }
        words.extend(self.row.map(|n| format!("row {n}")));
        words.extend(self.pointer.as_ref().map(|p| format!("#{p}")));
        words.extend(self.line.map(|n| format!("line {n}")));
        words.join(" ")
    }
}

/// The letters of a worksheet's column: 0 is `A`, 26 is `AA`.
pub(crate) fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        // Below 26.
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::{Place, letters};

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        for (column, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), expected);
        }
    }

    #[test]
    fn a_place_is_one_short_text() {
        let cell = Place {
            sheet: Some("客户".into()),
            cell: Some("B12".into()),
            column: Some("手机号".into()),
            ..Place::default()
        };
        assert_eq!(cell.shown(), "客户!B12");
        let page = Place {
            page: Some(3),
            line: Some(2),
            ..Place::default()
        };
        assert_eq!(page.shown(), "page 3 line 2");
    }
}

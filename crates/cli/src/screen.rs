//! Where answers and words for people go.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use clap::ValueEnum;
use serde::Serialize;
use shouxin_model::text::Language;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::fault::Fault;

/// The terminal, in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The language of words for people.
    pub(crate) language: Language,
    /// Whether answers are printed as JSON.
    pub(crate) json: bool,
}

/// A language of the product, as an option.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    /// Simplified Chinese
    Zh,
    /// English
    En,
}

impl Screen {
    /// In the language asked for, or that of the environment: Chinese where it begins with `zh`.
    pub(crate) fn new(asked: Option<Lang>, json: bool) -> Self {
        let locale = || {
            let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(named)
        };
        let language = match asked {
            Some(Lang::Zh) => Language::Chinese,
            Some(Lang::En) => Language::English,
            None if locale().is_some_and(|locale| locale.starts_with("zh")) => Language::Chinese,
            None => Language::English,
        };
        Self { language, json }
    }

    /// One of two texts, by language.
    pub(crate) fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    /// Prints lines to standard output. A reader that left early is no fault.
    pub(crate) fn print(&self, text: &str) -> Result<(), Fault> {
        let mut out = io::stdout().lock();
        let end = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        match out
            .write_all(text.as_bytes())
            .and_then(|()| out.write_all(end.as_bytes()))
            .and_then(|()| out.flush())
        {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::because(
                "无法写到标准输出",
                "standard output cannot be written",
                &error,
            )),
            _ => Ok(()),
        }
    }

    /// Prints one of two lines.
    pub(crate) fn say(&self, zh: impl AsRef<str>, en: impl AsRef<str>) -> Result<(), Fault> {
        self.print(self.pick(zh.as_ref(), en.as_ref()))
    }

    /// Prints an answer: as JSON if asked for, otherwise as people read it.
    pub(crate) fn answer(
        &self,
        answer: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), Fault> {
        if self.json {
            let json = serde_json::to_string_pretty(answer).map_err(|error| {
                Fault::because("应答不能写成 JSON", "the answer is no JSON", &error)
            })?;
            self.print(&json)
        } else {
            self.print(&text())
        }
    }

    /// Says something beside the answer, on standard error.
    pub(crate) fn aside(&self, zh: impl AsRef<str>, en: impl AsRef<str>) {
        // Nowhere is left to report a failure to write.
        let _ = writeln!(io::stderr(), "{}", self.pick(zh.as_ref(), en.as_ref()));
    }

    /// Says why a command failed.
    pub(crate) fn fail(&self, fault: &Fault) {
        let text = fault.text(self.language);
        self.aside(format!("shouxin:{text}"), format!("shouxin: {text}"));
    }
}

/// The line below a list that goes on elsewhere, if it does.
pub(crate) fn more(next: Option<&str>, screen: &Screen) -> String {
    let line = screen.pick("还有更多:--after", "There are more: --after");
    next.map_or_else(String::new, |next| format!("{line} {next}\n"))
}

/// Whether a person watches standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Rows in columns as wide as they must be; Chinese characters count double.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table under these headings.
    pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self {
            rows: vec![headings.map(str::to_owned).to_vec()],
        }
    }

    /// Adds a row. A cell of several lines stays in its column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.map(harmless).to_vec());
    }

    /// The lines. What is wider than [`WIDEST`] goes on below itself.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        let lines: Vec<Vec<Vec<String>>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| wrapped(cell)).collect())
            .collect();
        let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|row| row.get(column)).flatten();
            cells.map(|line| line.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in lines.iter().enumerate() {
            for at in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
                let cells = row
                    .iter()
                    .map(|cell| cell.get(at).map_or("", String::as_str));
                push_line(&mut out, cells.zip(&widths));
            }
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                let _ = writeln!(out, "{}", rule.join("  ").trim_end());
            }
        }
        out
    }
}

fn push_line<'a>(out: &mut String, cells: impl Iterator<Item = (&'a str, &'a usize)>) {
    let mut line = String::new();
    for (cell, width) in cells {
        let fill = width - cell.width();
        // Writing to a String cannot fail.
        let _ = write!(line, "{cell}{:fill$}  ", "");
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// How wide a column may be. Ids and most values are narrower and stay whole.
const WIDEST: usize = 44;

/// The text in lines of at most [`WIDEST`], broken behind blanks, commas and Chinese characters, or, where
/// there are none, anywhere.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut width = 0;
    // Where the last line could be broken.
    let mut gap = 0;
    for sign in text.chars() {
        let wide = sign.width().unwrap_or(0);
        if sign == '\n' {
            lines.push(String::new());
            (width, gap) = (0, 0);
            continue;
        }
        let last = lines.len() - 1;
        if width + wide > WIDEST && sign == ' ' {
            lines.push(String::new());
            (width, gap) = (0, 0);
            continue;
        }
        if width + wide > WIDEST {
            let line = &mut lines[last];
            let rest = line.split_off(if gap > 0 { gap } else { line.len() });
            line.truncate(line.trim_end().len());
            width = rest.width();
            gap = 0;
            lines.push(rest);
        }
        let last = lines.len() - 1;
        lines[last].push(sign);
        width += wide;
        if wide > 1 || matches!(sign, ' ' | ',' | ';' | '/') {
            gap = lines[last].len();
        }
    }
    lines
}

/// The text without what a terminal would obey, line ends apart: a value from a file may hold anything.
fn harmless(text: &str) -> String {
    let shown = |sign: char| sign == '\n' || sign.width().is_some();
    text.chars()
        .map(|sign| if shown(sign) { sign } else { '\u{fffd}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_in_both_scripts() {
        let mut table = Table::new(["field", "value"]);
        table.row(["customer.name", "欧阳*"]);
        table.row(["姓名", "x"]);
        assert_eq!(
            table.render(),
            "field          value\n─────────────  ─────\ncustomer.name  欧阳*\n姓名           x\n"
        );
    }

    #[test]
    fn what_is_too_wide_goes_on_below_itself() {
        assert_eq!(wrapped("short"), ["short"]);
        let long = "The adviser of an open order sees the customer's name and numbers masked.";
        assert_eq!(
            wrapped(long),
            [
                "The adviser of an open order sees the",
                "customer's name and numbers masked."
            ]
        );
        assert_eq!(wrapped(&"字".repeat(30)), ["字".repeat(22), "字".repeat(8)]);
        let exact = format!("{} if", "x".repeat(44));
        assert_eq!(wrapped(&exact), ["x".repeat(44).as_str(), "if"]);
        assert_eq!(wrapped(&"x".repeat(50)), ["x".repeat(44), "x".repeat(6)]);
        let mut table = Table::new(["a", "b"]);
        table.row([long, "1"]);
        assert_eq!(table.render().lines().count(), 4);
    }

    #[test]
    fn a_value_cannot_command_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\r"), "a\u{fffd}[2Jb\u{fffd}");
        let mut table = Table::new(["a", "b"]);
        table.row(["1\n2", "3"]);
        assert_eq!(table.render(), "a  b\n─  ─\n1  3\n2\n");
    }
}

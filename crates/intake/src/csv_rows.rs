//! CSV a record at a time, in memory bounded by the longest row.
//!
//! `csv-core` is the machine beneath the crate `csv`. It is driven by hand because a quotation mark
//! that never closes would otherwise read the whole file as one cell, and because blank lines would
//! shift the line numbers.

use std::io::Read;

use csv_core::ReadRecordResult;
use zeroize::Zeroize;

use crate::decode::{TextSource, WIDE_COMMA, WIDE_COMMA_BYTE};
use crate::row::{Limits, RowProblem};
use crate::{Code, Encoding};

/// The records of a CSV file, with the line on which each starts.
pub(crate) struct CsvRows<R> {
    text: TextSource<R>,
    core: csv_core::Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// The line of the window's first byte, from 1.
    line: u64,
    /// The last byte passed was a carriage return; a line feed now ends the same line.
    after_return: bool,
    runaways: u32,
    limits: Limits,
    wide_comma: bool,
}

impl<R: Read> CsvRows<R> {
    pub(crate) fn new(
        reader: R,
        encoding: Encoding,
        delimiter: char,
        quote: Option<u8>,
        limits: Limits,
    ) -> Self {
        let wide_comma = delimiter == WIDE_COMMA;
        let byte = if wide_comma {
            WIDE_COMMA_BYTE
        } else {
            u8::try_from(delimiter).unwrap_or(b',')
        };
        Self {
            text: TextSource::new(reader, encoding, wide_comma),
            core: csv_core::ReaderBuilder::new()
                .delimiter(byte)
                .quote(quote.unwrap_or(b'"'))
                .quoting(quote.is_some())
                .build(),
            output: vec![0; 4096],
            ends: vec![0; 64],
            line: 1,
            after_return: false,
            runaways: 0,
            limits,
            wide_comma,
        }
    }

    /// The next record that is not blank, or why it could not be read; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Result<(u64, Vec<String>), RowProblem>> {
        loop {
            match self.skip_blank_lines() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(problem) => return Some(Err(problem)),
            }
            let line = self.line;
            match self.parse() {
                Ok(None) => return None,
                Ok(Some(cells)) if cells.iter().all(|c| c.trim().is_empty()) => {}
                // Excel's own hint at the separator, no row.
                Ok(Some(_)) if line == 1 && self.is_separator_hint() => {}
                Ok(Some(cells)) => return Some(Ok((line, cells))),
                Err(problem) => return Some(Err(problem)),
            }
        }
    }

    fn skip_blank_lines(&mut self) -> Result<bool, RowProblem> {
        loop {
            let Some(&first) = self.text.window().first() else {
                if self.more()? {
                    continue;
                }
                return Ok(false);
            };
            match first {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => self.line += 1,
                _ => {
                    self.after_return = false;
                    return Ok(true);
                }
            }
            self.after_return = first == b'\r';
            self.text.advance(1);
        }
    }

    fn parse(&mut self) -> Result<Option<Vec<String>>, RowProblem> {
        let (mut used, mut written, mut ended) = (0, 0, 0);
        loop {
            let input = &self.text.window()[used..];
            if input.is_empty() {
                let is_too_long = used > self.limits.row_bytes;
                if !is_too_long && self.more()? {
                    continue;
                }
                let is_whole = self.end_record(written, &mut ended);
                if is_whole && !is_too_long {
                    break;
                }
                let code = if is_whole {
                    Code::RowTooLong
                } else {
                    Code::UnclosedQuote
                };
                return Err(self.abandon_line(code));
            }
            let (result, read, wrote, ends) =
                self.core
                    .read_record(input, &mut self.output[written..], &mut self.ends[ended..]);
            used += read;
            written += wrote;
            ended += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        self.pass(used);
        let mut from = 0;
        let cells = self.ends[..ended].iter().map(|&to| {
            let text = String::from_utf8_lossy(&self.output[from..to]).into_owned();
            from = to;
            if self.wide_comma {
                text.replace('\u{1f}', "\u{ff0c}")
            } else {
                text
            }
        });
        Ok(Some(cells.collect()))
    }

    /// Ends the record that is being parsed as a line end would; false if it stands within quotation
    /// marks, where a line end ends nothing.
    fn end_record(&mut self, written: usize, ended: &mut usize) -> bool {
        self.output.resize(self.output.len().max(written + 8), 0);
        self.ends.resize(self.ends.len().max(*ended + 8), 0);
        let (output, ends) = (&mut self.output[written..], &mut self.ends[*ended..]);
        let (result, _, _, count) = self.core.read_record(b"\n", output, ends);
        *ended += count;
        result == ReadRecordResult::Record
    }

    /// Gives up one line of a record that does not end and goes on with the line after it.
    fn abandon_line(&mut self, code: Code) -> RowProblem {
        let mut problem = RowProblem::at(self.line, code);
        self.core.reset();
        self.runaways += 1;
        // Each runaway re-reads up to one row's length; their number bounds the work.
        problem.fatal = self.runaways > MAX_RUNAWAYS || self.skip_line().is_err();
        problem
    }

    fn skip_line(&mut self) -> Result<(), RowProblem> {
        loop {
            let window = self.text.window();
            if let Some(end) = window.iter().position(|b| matches!(b, b'\n' | b'\r')) {
                self.pass(end + 1);
                return Ok(());
            }
            let length = window.len();
            self.text.advance(length);
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Passes `bytes` bytes and counts the lines that end among them.
    fn pass(&mut self, bytes: usize) {
        for &byte in &self.text.window()[..bytes] {
            let ends = byte == b'\r' || (byte == b'\n' && !self.after_return);
            self.line += u64::from(ends);
            self.after_return = byte == b'\r';
        }
        self.text.advance(bytes);
    }

    fn more(&mut self) -> Result<bool, RowProblem> {
        self.text
            .more()
            .map_err(|_| RowProblem::fatal(self.line, Code::Unreadable))
    }

    fn is_separator_hint(&self) -> bool {
        self.output.starts_with(b"sep=") && self.ends.first().is_some_and(|end| *end <= 5)
    }
}

impl<R> Drop for CsvRows<R> {
    fn drop(&mut self) {
        self.output.zeroize();
    }
}

const MAX_RUNAWAYS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        read(
            text.as_bytes(),
            ',',
            Limits {
                row_bytes: 200_000,
                ..Limits::default()
            },
        )
    }

    fn read(bytes: &[u8], delimiter: char, limits: Limits) -> Vec<String> {
        let mut rows = CsvRows::new(bytes, Encoding::Utf8, delimiter, Some(b'"'), limits);
        let mut shown = Vec::new();
        while let Some(row) = rows.next() {
            match row {
                Ok((line, cells)) => shown.push(format!("{line}: {}", cells.join("/"))),
                Err(problem) => {
                    shown.push(format!("{}! {}", problem.row, problem.code.word()));
                    if problem.fatal {
                        break;
                    }
                }
            }
        }
        shown
    }

    #[test]
    fn a_row_is_numbered_by_the_line_on_which_it_starts() {
        assert_eq!(
            rows("a,b\n\n\n1,\"x\ny\"\n2,z"),
            ["1: a/b", "4: 1/x\ny", "6: 2/z"]
        );
        assert_eq!(
            rows("a\r\n\r\n\"b\r\nc\"\r\nd\r\n"),
            ["1: a", "3: b\r\nc", "5: d"]
        );
        assert_eq!(rows("a\rb\r\rc"), ["1: a", "2: b", "4: c"]);
        assert_eq!(rows("a,b\n,\n , \n1,2\n"), ["1: a/b", "4: 1/2"]);
        assert_eq!(rows("sep=,\na,b\n"), ["2: a/b"]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_line() {
        assert_eq!(
            rows("a,b\n1,\"x\n2,y\n3,z\n"),
            ["1: a/b", "2! unclosed-quote", "3: 2/y", "4: 3/z"]
        );
        let long = format!("a,b\n1,\"x\n{}", "2,y\n".repeat(80_000));
        let shown = rows(&long);
        assert_eq!(shown[..3], ["1: a/b", "2! unclosed-quote", "3: 2/y"]);
        assert_eq!(shown.len(), 80_002);
    }

    #[test]
    fn a_line_beyond_the_limit_is_refused_and_passed() {
        let limits = Limits {
            row_bytes: 100_000,
            ..Limits::default()
        };
        let text = format!("a\n{}\nb\n", "x".repeat(300_000));
        assert_eq!(
            read(text.as_bytes(), ',', limits),
            ["1: a", "2! row-too-long", "3: b"]
        );
    }

    #[test]
    fn a_full_width_comma_can_separate() {
        let text = "甲\u{ff0c}乙\n1\u{ff0c}\"2\u{ff0c}3\"\n";
        let shown = read(text.as_bytes(), WIDE_COMMA, Limits::default());
        assert_eq!(shown, ["1: 甲/乙", "2: 1/2\u{ff0c}3"]);
    }
}

//! CSV: every cell in quotation marks, so that a separator of another country parts nothing.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::{Mark, neutralise};

pub(super) struct CsvSheet<W: Write>(Writer<W>);

impl<W: Write> CsvSheet<W> {
    pub(super) fn start(
        mut out: W,
        for_excel: bool,
        columns: &[String],
        mark: &Mark,
    ) -> io::Result<Self> {
        if for_excel {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let end = if for_excel {
            Terminator::CRLF
        } else {
            Terminator::Any(b'\n')
        };
        let mut sheet = Self(
            WriterBuilder::new()
                .terminator(end)
                .quote_style(QuoteStyle::Always)
                .flexible(true)
                .from_writer(out),
        );
        sheet.0.write_record([mark.line()])?;
        sheet.row(&columns.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(sheet)
    }

    pub(super) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        for cell in cells {
            self.0.write_field(neutralise(cell).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    pub(super) fn finish(mut self, mark: &Mark) -> io::Result<()> {
        self.0.write_record([mark.line()])?;
        self.0.flush()
    }
}

//! NDJSON: one object a row, a field without a value left out.

use std::io::{self, Write};

use serde::ser::{SerializeMap, Serializer};

use super::Mark;

pub(super) struct JsonSheet<W>(W);

/// The key of the line that says whose export this is.
pub(crate) const MARK_KEY: &str = "_export";

impl<W: Write> JsonSheet<W> {
    pub(super) fn start(out: W, mark: &Mark) -> io::Result<Self> {
        let mut sheet = Self(out);
        sheet.object([(MARK_KEY, mark.line().as_str())])?;
        Ok(sheet)
    }

    pub(super) fn row(&mut self, columns: &[String], cells: &[&str]) -> io::Result<()> {
        let columns = columns.iter().map(String::as_str);
        let filled = columns
            .zip(cells.iter().copied())
            .filter(|(_, cell)| !cell.is_empty());
        self.object(filled)
    }

    pub(super) fn finish(mut self, mark: &Mark) -> io::Result<()> {
        self.object([(MARK_KEY, mark.line().as_str())])?;
        self.0.flush()
    }

    fn object<'a>(
        &mut self,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> io::Result<()> {
        let mut json = serde_json::Serializer::new(&mut self.0);
        let mut map = json.serialize_map(None)?;
        for (key, value) in pairs {
            map.serialize_entry(key, value)?;
        }
        map.end()?;
        self.0.write_all(b"\n")
    }
}

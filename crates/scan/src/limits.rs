//! How much is taken in at once.

/// Limits that keep memory and time bounded whatever a file says about itself. What lies beyond one is
/// named in the report.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a file that is read whole: XLSX, DOCX, PDF, EML, HTML.
    pub whole_bytes: u64,
    /// Bytes that such a file may unpack to.
    pub unpacked_bytes: u64,
    /// Filled cells of a worksheet.
    pub sheet_cells: usize,
    /// Sheets of a workbook, parts of a mail.
    pub parts: usize,
    /// Folders below the one that was named.
    pub folder_depth: usize,
    /// Files of a folder.
    pub files: usize,
    /// Documents within documents: 1 is a mail's attachment.
    pub nesting: usize,
    /// Bytes of one line of NDJSON, one JSON value, one cell.
    pub value_bytes: usize,
    /// Values of a column looked at before its profile is settled.
    pub profile_values: usize,
    /// Columns of a table; of JSON, different pointers.
    pub columns: usize,
    /// Findings in running text kept for a report, per document. All are counted.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            whole_bytes: 64 << 20,
            unpacked_bytes: 256 << 20,
            sheet_cells: 2_000_000,
            parts: 256,
            folder_depth: 64,
            files: 1_000_000,
            nesting: 1,
            value_bytes: 16 << 20,
            profile_values: 1_000,
            columns: 2_000,
            findings: 1_000,
        }
    }
}

impl Limits {
    /// The same for the readers of tables.
    pub(crate) fn of_tables(&self) -> shouxin_intake::Limits {
        shouxin_intake::Limits {
            lenient: true,
            columns: self.columns,
            xlsx_bytes: self.whole_bytes,
            xlsx_unpacked_bytes: self.unpacked_bytes,
            xlsx_cells: self.sheet_cells,
            ..shouxin_intake::Limits::default()
        }
    }
}

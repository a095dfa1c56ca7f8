//! A leaked copy, for the fuzz targets alone.

use super::ExportError;
use super::trace::Seen;

/// Reads a leaked copy: how many rows it has, and how many marks of exports.
///
/// # Errors
/// `File` if it cannot be read as a table or as text.
pub fn leaked_copy(file: &[u8]) -> Result<(u64, usize), ExportError> {
    let seen = Seen::of(std::io::Cursor::new(file), None, None)?;
    Ok((seen.rows, seen.marks.len()))
}

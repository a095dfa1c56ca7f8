//! Whether a spreadsheet file, which is a ZIP archive, is safe to unpack.

use std::io::{Cursor, Read};

use crate::row::Limits;
use crate::rows::OpenError;

/// Whether a ZIP archive is safe to unpack. Unpacks every part into nothing and counts, since the sizes
/// that an archive declares may lie.
///
/// # Errors
/// `NotASpreadsheet` if it is no archive or a damaged one, `ZipBomb` beyond the limits.
pub fn check(bytes: &[u8], limits: &Limits) -> Result<(), OpenError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| OpenError::NotASpreadsheet)?;
    if archive.len() > MAX_PARTS {
        return Err(OpenError::ZipBomb);
    }
    let mut total = 0;
    let mut sink = [0; 32 << 10];
    for index in 0..archive.len() {
        let mut part = archive
            .by_index(index)
            .map_err(|_| OpenError::NotASpreadsheet)?;
        let packed = part.compressed_size().max(1);
        let mut unpacked: u64 = 0;
        loop {
            let got = part
                .read(&mut sink)
                .map_err(|_| OpenError::NotASpreadsheet)? as u64;
            if got == 0 {
                break;
            }
            unpacked += got;
            total += got;
            let is_swollen = unpacked > RATIO_FROM_BYTES && unpacked / packed > limits.xlsx_ratio;
            if is_swollen || total > limits.xlsx_unpacked_bytes {
                return Err(OpenError::ZipBomb);
            }
        }
    }
    Ok(())
}

const MAX_PARTS: usize = 10_000;

/// Small parts of many equal cells pack very well without being a danger.
const RATIO_FROM_BYTES: u64 = 4 << 20;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(bytes: usize) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
        zip.write_all(&vec![b' '; bytes]).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_zip_bomb_is_refused_and_a_small_part_is_not() {
        let limits = Limits::default();
        assert!(check(&archive(1 << 20), &limits).is_ok());
        assert!(matches!(
            check(&archive(8 << 20), &limits),
            Err(OpenError::ZipBomb)
        ));
        let tight = Limits {
            xlsx_unpacked_bytes: 1000,
            ..limits
        };
        assert!(matches!(
            check(&archive(2000), &tight),
            Err(OpenError::ZipBomb)
        ));
    }

    #[test]
    fn a_lying_size_does_not_hide_a_bomb() {
        let mut bytes = archive(8 << 20);
        // The unpacked size stands in the local header at 22 and in the central directory at 24.
        let central = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
        for at in [22, central + 24] {
            bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
        assert!(check(&bytes, &Limits::default()).is_err());
    }
}

//! The file of tombstones, for the fuzz targets alone.

use rand_core::CryptoRng;
use shouxin_model::{ErasureId, Moment, SubjectId};
use shouxin_seal::LastingKeys;

use super::tombstones::{State, Tombstone};

/// A file of two tombstones.
pub fn make_tombstones(keys: &LastingKeys, dice: &mut impl CryptoRng) -> Vec<u8> {
    let tombs = [1, 2].map(|n| Tombstone {
        subject: SubjectId::from_bytes([n; 16]),
        erasure: ErasureId::from_bytes([n + 100; 16]),
        at: Moment::from_seconds(n.into()),
    });
    State::default().write(keys, &tombs, dice).into_bytes()
}

/// Reads the whole lines of a file of tombstones: how many there are.
///
/// # Errors
/// The number of the damaged line.
pub fn tombstones(keys: &LastingKeys, lines: &[u8]) -> Result<usize, u64> {
    let tombs = State::default().read(keys, lines)?;
    Ok(tombs.len())
}

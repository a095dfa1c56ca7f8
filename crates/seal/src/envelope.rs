//! One sealed field: `suite | key version | nonce | ciphertext | tag`.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | suite: 1 AES-256-GCM, 2 SM4-GCM; 0 and 3-255 are refused |
//! | 4 | version of the subject's key, big-endian |
//! | 12 | random nonce; GCM's other nonce lengths have no way in |
//! | as the value | ciphertext: the length of the value shows |
//! | 16 | tag |
//!
//! The associated data is the first five bytes and zone, collection, field, subject and record, each
//! behind its length. A value moved to another place therefore fails to open.

use rand_core::CryptoRng;
use shouxin_model::{FieldRef, Personal, RecordId, SubjectId, Suite};

use crate::cipher::{NONCE_BYTES, TAG_BYTES};
use crate::frame::frame;
use crate::subject::SubjectKey;

/// Where a value belongs. It opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// The zone of the collection.
    pub zone: &'a str,
    /// The field.
    pub field: &'a FieldRef,
    /// The subject the value belongs to.
    pub subject: SubjectId,
    /// The record that holds it.
    pub record: RecordId,
}

/// Seals a value for one place. The envelope is [`OVERHEAD_BYTES`] longer than the value.
///
/// The nonce is random, so that two envelopes of one value differ.
pub fn seal(
    key: &SubjectKey,
    suite: Suite,
    binding: &Binding<'_>,
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    let header = header(suite_byte(suite), key.version());
    let mut envelope = Vec::with_capacity(OVERHEAD_BYTES + plaintext.len());
    envelope.extend_from_slice(&header);
    key.cipher(suite).seal(
        &mut envelope,
        &associated_data(&header, binding),
        plaintext,
        rng,
    );
    envelope
}

/// Opens an envelope in the place it was sealed for.
///
/// # Errors
/// See [`OpenError`]. No part of the value comes out unless all of it is authentic.
pub fn open(
    key: &SubjectKey,
    binding: &Binding<'_>,
    envelope: &[u8],
) -> Result<Personal<Vec<u8>>, OpenError> {
    let forged = || OpenError::Forged(binding.field.clone());
    let (header, sealed) = envelope
        .split_first_chunk::<HEADER_BYTES>()
        .ok_or_else(forged)?;
    let suite = parse_suite(header[0])
        .ok_or_else(|| OpenError::UnknownSuite(binding.field.clone(), header[0]))?;
    let mut plain = key
        .cipher(suite)
        .open(&associated_data(header, binding), sealed)
        .ok_or_else(forged)?;
    Ok(Personal::new(std::mem::take(&mut *plain)))
}

/// The suite an envelope says it is sealed with; `None` if this program knows none such. Says which
/// envelopes a change of suite has still to seal anew, without opening them.
pub fn suite_of(envelope: &[u8]) -> Option<Suite> {
    parse_suite(*envelope.first()?)
}

/// By how many bytes an envelope is longer than its value.
pub const OVERHEAD_BYTES: usize = HEADER_BYTES + NONCE_BYTES + TAG_BYTES;

/// Why an envelope gave no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bytes fail authentication: tampering, damage, or a value of another place or another key.
    /// Raises an incident.
    #[error("field {0} failed authentication")]
    Forged(FieldRef),
    /// The envelope names a suite this program does not know: damage, or a newer program wrote it.
    #[error("field {0} is sealed with suite {1}, which this program does not know")]
    UnknownSuite(FieldRef, u8),
}

fn associated_data(header: &[u8; HEADER_BYTES], binding: &Binding<'_>) -> Vec<u8> {
    frame(&[
        b"shouxin/field/v1",
        header,
        binding.zone.as_bytes(),
        binding.field.collection().as_bytes(),
        binding.field.field().as_bytes(),
        binding.subject.as_bytes(),
        binding.record.as_bytes(),
    ])
}

fn header(suite: u8, version: u32) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = version.to_be_bytes();
    [suite, a, b, c, d]
}

pub(crate) fn suite_byte(suite: Suite) -> u8 {
    match suite {
        Suite::International => 1,
        Suite::National => 2,
    }
}

pub(crate) fn parse_suite(byte: u8) -> Option<Suite> {
    match byte {
        1 => Some(Suite::International),
        2 => Some(Suite::National),
        _ => None,
    }
}

const HEADER_BYTES: usize = 5;

#[cfg(test)]
mod tests;

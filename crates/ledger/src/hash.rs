//! SHA-256 hashes of the Merkle tree, with the domain separation of RFC 6962.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The hash of a leaf, of an inner node or of a whole tree: 32 bytes of SHA-256, shown as 64
/// lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The root of the tree without entries: SHA-256 of nothing.
    pub const EMPTY_TREE: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The hash of one entry: `SHA-256(0x00 || entry)`. Source: RFC 6962, section 2.1.
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update([0])
                .chain_update(entry)
                .finalize()
                .into(),
        )
    }

    /// The hash of an inner node: `SHA-256(0x01 || left || right)`. Source: RFC 6962, section 2.1.
    pub fn of_node(left: &Self, right: &Self) -> Self {
        let mut node = [1u8; 65];
        node[1..33].copy_from_slice(&left.0);
        node[33..].copy_from_slice(&right.0);
        Self(Sha256::digest(node).into())
    }

    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Standard base64, as checkpoints write it: 44 characters.
    pub fn base64(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// Reads standard base64; `None` unless it is the one spelling of 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        let hash = Self(BASE64.decode(text.as_bytes()).ok()?.try_into().ok()?);
        (hash.base64() == text).then_some(hash)
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        if digits.len() != 64 {
            return None;
        }
        HEXLOWER.decode_mut(digits, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&HEXLOWER.encode_display(&self.0), f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 hexadecimal digits in lower case")]
pub struct HashError;

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::from_hex(text.as_bytes()).ok_or(HashError)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_of_a_hash_is_read() {
        let hash = Hash::of_leaf(b"");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(
            hash.to_string().to_uppercase().parse::<Hash>(),
            Err(HashError)
        );
        assert_eq!(Hash::from_base64(&hash.base64()), Some(hash));
        // The last character of 44 carries two unused bits.
        assert_eq!(
            Hash::from_base64(&hash.base64().replace("B0=", "B1=")),
            None
        );
        assert_eq!(Hash::from_base64("Qg=="), None);
    }
}

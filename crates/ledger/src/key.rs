//! Verifier keys of signed notes: Ed25519, and SM2 with SM3.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};
use sm2::dsa::signature::Verifier;

/// A public key that checks the signatures of one name, shown and read as
/// `<name>+<key id>+<base64 of type and key>`.
///
/// Two types are known. Ed25519 is type `0x01` with the 32 bytes of RFC 8032. SM2 with SM3
/// (GB/T 32918.2) has no byte assigned by the specification; as it recommends, the type is `0xff`
/// followed by a longer identifier: the ASCII text `1.2.156.10197.1.501`, the object identifier of
/// SM2-with-SM3. The key is the point in 65 bytes, uncompressed (`04 || x || y`); the signature is
/// `r || s` in 64 bytes; the signer's distinguishing identifier is the default of GB/T 35276,
/// `1234567812345678`.
///
/// Source: C2SP signed-note, "Signatures".
#[derive(Clone)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: PublicKey,
    encoded: Vec<u8>,
}

#[derive(Clone)]
enum PublicKey {
    Ed25519(ed25519_dalek::VerifyingKey),
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

/// With what a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// SM2 with SM3 (GB/T 32918.2).
    Sm2Sm3,
}

impl VerifierKey {
    /// An Ed25519 key.
    ///
    /// # Errors
    /// [`KeyError::Name`] or [`KeyError::Point`].
    pub fn ed25519(name: &str, key: &[u8; 32]) -> Result<Self, KeyError> {
        Self::new(name, [&[ED25519], key.as_slice()].concat())
    }

    /// An SM2 key: `04 || x || y`.
    ///
    /// # Errors
    /// [`KeyError::Name`] or [`KeyError::Point`].
    pub fn sm2(name: &str, key: &[u8; 65]) -> Result<Self, KeyError> {
        Self::new(name, [SM2_SM3, key.as_slice()].concat())
    }

    fn new(name: &str, encoded: Vec<u8>) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name);
        }
        let key = if let Some(point) = encoded.strip_prefix(SM2_SM3) {
            let uncompressed = point.len() == 65 && point[0] == 4;
            sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_SIGNER_ID, point)
                .ok()
                .filter(|_| uncompressed)
                .map(|key| PublicKey::Sm2(Box::new(key)))
                .ok_or(KeyError::Point)?
        } else if let Some(point) = encoded.strip_prefix(&[ED25519]) {
            ed25519_dalek::VerifyingKey::try_from(point)
                .map(PublicKey::Ed25519)
                .map_err(|_| KeyError::Point)?
        } else {
            return Err(KeyError::Algorithm);
        };
        let digest = Sha256::new()
            .chain_update(name)
            .chain_update("\n")
            .chain_update(&encoded)
            .finalize();
        let id = [digest[0], digest[1], digest[2], digest[3]];
        Ok(Self {
            name: name.to_owned(),
            id,
            key,
            encoded,
        })
    }

    /// The name that stands in signature lines; a log's own key bears its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of `SHA-256(name || 0x0A || type || key)`.
    pub const fn id(&self) -> [u8; 4] {
        self.id
    }

    /// With what the key signs.
    pub const fn algorithm(&self) -> Algorithm {
        match self.key {
            PublicKey::Ed25519(_) => Algorithm::Ed25519,
            PublicKey::Sm2(_) => Algorithm::Sm2Sm3,
        }
    }

    /// Whether `signature` is this key's for `text`. Any bytes may be given.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            PublicKey::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(text, &signature).is_ok()),
            PublicKey::Sm2(key) => sm2::dsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(text, &signature).is_ok()),
        }
    }
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.encoded == other.encoded
    }
}

impl Eq for VerifierKey {}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = HEXLOWER.encode(&self.id);
        write!(f, "{}+{id}+{}", self.name, BASE64.encode(&self.encoded))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Shape);
        };
        let encoded = BASE64.decode(key.as_bytes()).map_err(|_| KeyError::Shape)?;
        let key = Self::new(name, encoded)?;
        // One spelling for each key, and the id must be its own.
        if key.to_string() == text {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }
}

/// Why a text is not a verifier key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not three parts joined by `+`, or the last is not base64.
    #[error("a verifier key reads name+id+base64, for example log.example/main+1a2b3c4d+AbCd…")]
    Shape,
    /// The name is empty or holds a space or `+`.
    #[error("a key's name is not empty and has neither spaces nor +")]
    Name,
    /// The algorithm is neither Ed25519 nor SM2 with SM3.
    #[error("the key's algorithm is neither Ed25519 nor SM2 with SM3")]
    Algorithm,
    /// The bytes are no public key of the algorithm.
    #[error("the bytes are no public key of that algorithm")]
    Point,
    /// The key id does not fit the name and key: a character was altered.
    #[error("the key id does not fit the name and the key: a character was altered")]
    Id,
}

/// Whether `name` may name a key. Source: C2SP signed-note, "Format".
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

const ED25519: u8 = 0x01;
const SM2_SM3: &[u8] = b"\xff1.2.156.10197.1.501";
const SM2_SIGNER_ID: &str = "1234567812345678";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sm2_key() -> VerifierKey {
        let signer = sm2::dsa::SigningKey::from_slice(SM2_SIGNER_ID, &[7; 32]).unwrap();
        let point: [u8; 65] = signer.verifying_key().to_sec1_bytes()[..]
            .try_into()
            .unwrap();
        VerifierKey::sm2("log.example/sm", &point).unwrap()
    }

    #[test]
    fn a_key_survives_its_own_text_and_no_altered_character_passes() {
        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        let ed25519 = VerifierKey::ed25519("log.example/ed", ed25519.as_bytes()).unwrap();
        for (key, algorithm) in [
            (ed25519, Algorithm::Ed25519),
            (sm2_key(), Algorithm::Sm2Sm3),
        ] {
            assert_eq!(key.algorithm(), algorithm);
            let text = key.to_string();
            assert_eq!(text.parse(), Ok(key));
            for place in 0..text.len() {
                let mut altered = text.clone().into_bytes();
                altered[place] ^= 1;
                let altered = String::from_utf8(altered).unwrap();
                assert!(altered.parse::<VerifierKey>().is_err(), "{altered}");
            }
        }
    }

    #[test]
    fn a_name_that_would_break_the_line_is_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{3000}b"] {
            assert_eq!(
                VerifierKey::ed25519(name, &[0; 32]),
                Err(KeyError::Name),
                "{name:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_key_fall(text in ".{0,80}", signature: Vec<u8>, message: Vec<u8>) {
            prop_assert!(text.parse::<VerifierKey>().is_err());
            prop_assert!(!sm2_key().verify(&message, &signature));
        }
    }
}

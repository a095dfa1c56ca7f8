//! The root key, from which everything else opens.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use shouxin_model::Suite;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::derive::{Key32, derive_into, make_key, opaque};
use crate::mac::Mac;

/// The key that opens a [`Keyring`](crate::Keyring): 32 uniformly random bytes from a file, or
/// stretched from a passphrase. Needed to open and to change the keyring, not to read or write data.
pub struct Root(Key32);

opaque!(Root);

impl Root {
    /// A fresh root.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(make_key(rng))
    }

    /// The root with these 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The 32 bytes, to be written into a root file or wrapped by a token. Wiped on drop.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The root that `passphrase` gives with Argon2id, salt and cost. Takes as long as `cost` says.
    ///
    /// The passphrase counts in Unicode's composed form (NFC), so that it does not matter which
    /// input method typed it.
    ///
    /// # Errors
    /// `Short` below 12 characters.
    ///
    /// Source: RFC 9106.
    pub fn from_passphrase(
        passphrase: &str,
        salt: &[u8; 16],
        cost: Stretch,
    ) -> Result<Self, PassphraseError> {
        let mut composed = Zeroizing::new(String::with_capacity(passphrase.len() * 3));
        composed.extend(passphrase.nfc());
        if composed.chars().count() < MIN_PASSPHRASE_CHARS {
            return Err(PassphraseError::Short);
        }
        let mut key = Key32::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.0)
            .hash_password_into(composed.as_bytes(), salt, &mut *key)
            .expect("salt and output have lengths that Argon2 allows");
        Ok(Self(key))
    }

    /// The name of this root: a digest that tells roots apart and gives nothing of them away.
    pub fn name(&self) -> RootName {
        let mut name = [0; 8];
        derive_into(
            Suite::International,
            &self.0,
            &[b"shouxin/root/name/v1"],
            &mut name,
        );
        RootName(name)
    }

    /// The cipher that wraps the keys of the keyring with this id.
    pub(crate) fn wrapping(&self, suite: Suite, keyring: &[u8]) -> Cipher {
        Cipher::derive(suite, &self.0, &[b"shouxin/keyring/wrap/v1", keyring])
    }

    /// The digest that authenticates the file of the keyring with this id.
    pub(crate) fn authenticating(&self, suite: Suite, keyring: &[u8]) -> Mac {
        Mac::derive(suite, &self.0, &[b"shouxin/keyring/mac/v1", keyring])
    }
}

/// Tells roots apart, in messages and in the keyring file. Eight bytes, shown in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootName(pub(crate) [u8; 8]);

impl fmt::Display for RootName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// What stretching a passphrase costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch(Params);

impl Stretch {
    /// Argon2id with this much memory, passes and lanes; `None` outside 8 KiB to 4 GiB, 1 to 64
    /// passes, 1 to 16 lanes, so that a forged header cannot stop the machine.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let sane = memory_kib <= 4 << 20 && passes <= 64 && lanes <= 16;
        sane.then(|| Params::new(memory_kib, passes, lanes, Some(32)).ok())
            .flatten()
            .map(Self)
    }

    pub(crate) fn parts(&self) -> (u32, u32, u32) {
        (self.0.m_cost(), self.0.t_cost(), self.0.p_cost())
    }
}

impl Default for Stretch {
    /// 64 MiB, 3 passes, 4 lanes: the second choice of RFC 9106, section 4, for machines that do
    /// not have 2 GiB to spare. A few tenths of a second.
    fn default() -> Self {
        Self::new(64 * 1024, 3, 4).expect("the default lies within the bounds")
    }
}

/// Why a passphrase gives no root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Fewer than 12 characters.
    #[error("a passphrase has at least {MIN_PASSPHRASE_CHARS} characters")]
    Short,
}

/// Fewest characters of a passphrase.
const MIN_PASSPHRASE_CHARS: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Stretch {
        Stretch::new(64, 1, 1).unwrap()
    }

    #[test]
    fn passphrase_salt_and_cost_each_decide_the_root() {
        let name = |phrase, salt, cost| {
            Root::from_passphrase(phrase, &[salt; 16], cost)
                .unwrap()
                .name()
        };
        let base = name("correct horse 电池", 1, cheap());
        assert_eq!(base, name("correct horse 电池", 1, cheap()));
        assert_ne!(base, name("correct horse 电油", 1, cheap()));
        assert_ne!(base, name("correct horse 电池", 2, cheap()));
        assert_ne!(
            base,
            name("correct horse 电池", 1, Stretch::new(64, 2, 1).unwrap())
        );
    }

    #[test]
    fn a_passphrase_counts_in_its_composed_form() {
        let name = |phrase| {
            Root::from_passphrase(phrase, &[1; 16], cheap())
                .unwrap()
                .name()
        };
        assert_eq!(
            name("caf\u{e9} caf\u{e9} caf\u{e9}"),
            name("cafe\u{301} cafe\u{301} cafe\u{301}")
        );
    }

    #[test]
    fn eleven_characters_are_too_few_however_many_bytes() {
        let error = Root::from_passphrase("一二三四五六七八九十一", &[1; 16], cheap()).unwrap_err();
        assert_eq!(error, PassphraseError::Short);
    }

    #[test]
    fn costs_that_would_stop_the_machine_are_refused() {
        for (memory, passes, lanes) in [
            (u32::MAX, 1, 1),
            (64, 65, 1),
            (64, 1, 17),
            (64, 0, 1),
            (7, 1, 1),
        ] {
            assert_eq!(
                Stretch::new(memory, passes, lanes),
                None,
                "{memory} {passes} {lanes}"
            );
        }
    }

    #[test]
    fn debug_output_never_shows_the_root() {
        assert_eq!(format!("{:?}", Root::from_bytes([7; 32])), "Root(..)");
    }
}

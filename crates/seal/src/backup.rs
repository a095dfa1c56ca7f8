//! Sealing of backups.

use rand_core::CryptoRng;
use shouxin_model::Suite;
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::derive::opaque;
use crate::frame::frame;
use crate::keyring::LastingKeys;
use crate::mac::Mac;
use crate::secret::SecretError;

/// Names and seals the pieces of a backup. Its keys come from a key of the keyring that outlives epochs:
/// what a backup holds of people is sealed once more inside, by keys that can be destroyed.
pub struct BackupKey {
    cipher: Cipher,
    names: Mac,
}

opaque!(BackupKey);

impl BackupKey {
    /// The key of this suite.
    pub fn of(keys: &impl AsRef<LastingKeys>, suite: Suite) -> Self {
        let parent = &keys.as_ref().system;
        Self {
            cipher: Cipher::derive(suite, parent, &[b"shouxin/backup/seal/v1"]),
            names: Mac::derive(suite, parent, &[b"shouxin/backup/name/v1"]),
        }
    }

    /// The name of a piece by what it is and what it holds: 32 bytes, keyed, so that a stranger cannot
    /// tell whether some known content is there.
    pub fn name(&self, what: &str, content: &[u8]) -> [u8; 32] {
        self.names.tag(&frame(&[what.as_bytes(), content]))
    }

    /// Seals a piece: `nonce | ciphertext | tag`. It opens under the same `context` only.
    pub fn seal(&self, context: &[u8], content: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut sealed = Vec::new();
        self.cipher.seal(&mut sealed, context, content, rng);
        sealed
    }

    /// Opens a piece of [`seal`](Self::seal). Wiped on drop.
    ///
    /// # Errors
    /// `Forged`: changed bytes, another context, or another keyring.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        self.cipher.open(context, sealed).ok_or(SecretError::Forged)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::{Keyring, Root};

    #[test]
    fn a_piece_opens_in_its_place_only_and_names_depend_on_what_and_key() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let root = Root::from_bytes([7; 32]);
        for suite in [Suite::International, Suite::National] {
            let mut key = || {
                BackupKey::of(
                    &Keyring::make(&root, suite, Moment::default(), &mut rng),
                    suite,
                )
            };
            let (key, other) = (key(), key());
            let sealed = key.seal(b"a", b"rows", &mut rng);
            assert_eq!(**key.open(b"a", &sealed).unwrap(), *b"rows");
            assert_eq!(key.open(b"b", &sealed), Err(SecretError::Forged));
            assert_eq!(other.open(b"a", &sealed), Err(SecretError::Forged));
            assert_eq!(key.name("rows", b"x"), key.name("rows", b"x"));
            assert_ne!(key.name("rows", b"x"), key.name("patch", b"x"));
            assert_ne!(key.name("rows", b"x"), other.name("rows", b"x"));
        }
    }
}

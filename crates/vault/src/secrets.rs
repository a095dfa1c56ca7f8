//! Small secrets of the system, and digests of tokens and words.

use data_encoding::BASE32_DNSSEC;
use shouxin_model::Suite;
use zeroize::Zeroizing;

use crate::{Vault, VaultError};

/// The SHA-256 of some bytes: for what is public anyway.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

impl Vault {
    /// Seals a small secret of the system, such as a second factor's seed. It opens under the same
    /// `context` only, for example `totp stf_…`.
    pub fn seal_secret(&self, context: &str, secret: &[u8]) -> Vec<u8> {
        self.lasting()
            .seal_secret(context, secret, &mut self.dice())
    }

    /// Opens a secret of [`Vault::seal_secret`]. Wiped on drop.
    ///
    /// # Errors
    /// `Corrupt` if the bytes were changed or sealed for something else.
    pub fn open_secret(
        &self,
        context: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.lasting()
            .open_secret(context, sealed)
            .map_err(|_| VaultError::Corrupt("secret"))
    }

    /// The keyed digest under which a token that its holder shows (session, API key, recovery code)
    /// is stored and looked up. For random tokens only, never for passwords.
    pub fn token_digest(&self, context: &str, token: &[u8]) -> [u8; 32] {
        // One suite for all tables of the system, so that a change of suite ends no session.
        self.lasting()
            .look_up_digest(Suite::International, context, token)
    }

    /// A short keyed digest of words that must not stand in the ledger: 13 characters.
    pub(crate) fn digest_words(&self, words: &str) -> String {
        BASE32_DNSSEC.encode(&self.token_digest("words", words.as_bytes())[..8])
    }
}

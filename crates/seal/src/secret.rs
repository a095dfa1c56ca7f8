//! Secrets of the system itself: TOTP seeds, webhook secrets, and digests to look tokens up by.

use std::sync::{PoisonError, RwLock};

use rand_core::CryptoRng;
use shouxin_model::Suite;
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::derive::opaque;
use crate::envelope::{parse_suite, suite_byte};
use crate::frame::frame;
use crate::keyring::LastingKeys;
use crate::mac::Mac;

impl LastingKeys {
    /// Seals a small secret of the system for one use: `suite (1) | nonce | ciphertext | tag`, with
    /// the keyring's suite. `context` says whose secret for what, for example `totp stf_…`; it opens
    /// under that context only.
    pub fn seal_secret(&self, context: &str, secret: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(29 + secret.len());
        sealed.push(suite_byte(self.suite));
        self.secret_cipher(self.suite)
            .seal(&mut sealed, &binding(context), secret, rng);
        sealed
    }

    /// Opens a secret of [`seal_secret`](Self::seal_secret). Wiped on drop.
    ///
    /// # Errors
    /// `Forged`: changed bytes, another context, or another keyring.
    pub fn open_secret(
        &self,
        context: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let (&suite, rest) = sealed.split_first().ok_or(SecretError::Forged)?;
        let suite = parse_suite(suite).ok_or(SecretError::Forged)?;
        self.secret_cipher(suite)
            .open(&binding(context), rest)
            .ok_or(SecretError::Forged)
    }

    /// The 32 bytes under which a token that its holder shows (API key, session, recovery code) is
    /// stored and looked up. Keyed, so that a stolen table cannot be tested against guesses without the
    /// keyring; for random tokens (short ones only where tries are limited), never for passwords. `context` says which kind of token.
    ///
    /// Independent of epochs. Another suite gives other digests: keep the suite a table began with.
    pub fn look_up_digest(&self, suite: Suite, context: &str, token: &[u8]) -> [u8; 32] {
        let digest = |digester: &Digester| digester.digest(token);
        if let Some(found) = self.digesters.find(suite, context, digest) {
            return found;
        }
        let digester = self.look_up_digester(suite, context);
        let found = digester.digest(token);
        self.digesters.keep(suite, context, digester);
        found
    }

    /// What [`look_up_digest`](Self::look_up_digest) computes with, for many tokens of one kind.
    pub fn look_up_digester(&self, suite: Suite, context: &str) -> Digester {
        let labels: [&[u8]; 2] = [b"shouxin/system/digest/v1", context.as_bytes()];
        Digester(Mac::derive(suite, &self.system, &labels))
    }

    fn secret_cipher(&self, suite: Suite) -> Cipher {
        Cipher::derive(suite, &self.system, &[b"shouxin/system/secret/v1"])
    }
}

/// Keyed digests of one kind of token.
#[derive(Clone)]
pub struct Digester(Mac);

opaque!(Digester);

impl Digester {
    /// The 32 bytes under which this token is stored and looked up.
    pub fn digest(&self, token: &[u8]) -> [u8; 32] {
        self.0.tag(token)
    }
}

/// Digesters that were derived before, for deriving costs several times what a digest does. Kinds of
/// tokens are words of the program: there are few. They go with the keys that they were derived from.
#[derive(Default)]
pub(crate) struct Digesters(RwLock<Vec<(Suite, String, Digester)>>);

impl Digesters {
    fn find<T>(
        &self,
        suite: Suite,
        context: &str,
        use_it: impl FnOnce(&Digester) -> T,
    ) -> Option<T> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut kept = kept.iter();
        let found = kept.find(|(of, word, _)| *of == suite && word == context);
        found.map(|(_, _, digester)| use_it(digester))
    }

    fn keep(&self, suite: Suite, context: &str, digester: Digester) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_KINDS {
            kept.push((suite, context.to_owned(), digester));
        }
    }
}

/// A copy of keys derives anew.
impl Clone for Digesters {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// More than there are kinds of tokens.
const MOST_KINDS: usize = 64;

/// Why a secret of the system did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The bytes fail authentication.
    #[error("a secret of the system failed authentication")]
    Forged,
}

fn binding(context: &str) -> Vec<u8> {
    frame(&[b"shouxin/system/secret/v1", context.as_bytes()])
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::Root;
    use crate::keyring::Keyring;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([3; 32])
    }

    fn keyring(suite: Suite) -> Keyring {
        Keyring::make(
            &Root::from_bytes([7; 32]),
            suite,
            Moment::default(),
            &mut rng(),
        )
    }

    #[test]
    fn a_secret_opens_under_its_own_context_only() {
        for suite in [Suite::International, Suite::National] {
            let keyring = keyring(suite);
            let sealed = keyring.lasting.seal_secret("totp a", b"seed", &mut rng());
            assert_eq!(
                **keyring.lasting.open_secret("totp a", &sealed).unwrap(),
                *b"seed"
            );
            assert_eq!(
                keyring.lasting.open_secret("totp b", &sealed),
                Err(SecretError::Forged)
            );
            for bit in 0..sealed.len() * 8 {
                let mut flipped = sealed.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert!(
                    keyring.lasting.open_secret("totp a", &flipped).is_err(),
                    "bit {bit}"
                );
                assert!(
                    keyring
                        .lasting
                        .open_secret("totp a", &sealed[..bit / 8])
                        .is_err()
                );
            }
        }
    }

    #[test]
    fn a_secret_and_a_digest_outlive_epochs_and_a_change_of_suite() {
        let mut keyring = keyring(Suite::International);
        let sealed = keyring.lasting.seal_secret("totp a", b"seed", &mut rng());
        let digest = keyring
            .lasting
            .look_up_digest(Suite::International, "api-key", b"token");
        let root = Root::from_bytes([7; 32]);
        keyring
            .rotate(&root, Suite::National, Moment::default(), &mut rng())
            .unwrap();
        keyring
            .destroy_epoch(&root, 1, Moment::default(), &mut rng())
            .unwrap();
        assert!(keyring.lasting.open_secret("totp a", &sealed).is_ok());
        assert_eq!(
            keyring
                .lasting
                .look_up_digest(Suite::International, "api-key", b"token"),
            digest
        );
    }

    #[test]
    fn kind_and_token_and_suite_each_decide_the_digest() {
        let keyring = keyring(Suite::International);
        let base = keyring
            .lasting
            .look_up_digest(Suite::International, "api-key", b"token");
        assert_ne!(
            base,
            keyring
                .lasting
                .look_up_digest(Suite::International, "session", b"token")
        );
        assert_ne!(
            base,
            keyring
                .lasting
                .look_up_digest(Suite::International, "api-key", b"Token")
        );
        assert_ne!(
            base,
            keyring
                .lasting
                .look_up_digest(Suite::National, "api-key", b"token")
        );
    }
}

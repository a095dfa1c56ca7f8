//! Authenticated encryption in either suite.

use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadInOut, KeyInit, consts::U12};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rand_core::CryptoRng;
use shouxin_model::Suite;
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::derive::{derive_into, opaque};

/// Bytes of a nonce. Other lengths, which GCM defines, have no way in.
pub(crate) const NONCE_BYTES: usize = 12;

/// Bytes of a tag.
pub(crate) const TAG_BYTES: usize = 16;

/// One AEAD key with its key schedule: AES-256-GCM or SM4-GCM. Both libraries wipe it on drop.
pub(crate) enum Cipher {
    International(LessSafeKey),
    National(Box<AesGcm<Sm4, U12>>),
}

opaque!(Cipher);

impl Cipher {
    /// The cipher of `suite` whose key `parent` gives for these labels.
    pub(crate) fn derive(suite: Suite, parent: &[u8; 32], labels: &[&[u8]]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        let key = match suite {
            Suite::International => &mut key[..],
            Suite::National => &mut key[..16],
        };
        derive_into(suite, parent, labels, key);
        Self::from_key(suite, key).expect("the key has the suite's length")
    }

    /// The cipher with this very key of 32 (AES) or 16 (SM4) bytes; `None` at another length.
    pub(crate) fn from_key(suite: Suite, key: &[u8]) -> Option<Self> {
        match suite {
            Suite::International => Some(Self::International(LessSafeKey::new(
                UnboundKey::new(&AES_256_GCM, key).ok()?,
            ))),
            Suite::National => Some(Self::National(Box::new(AesGcm::new_from_slice(key).ok()?))),
        }
    }

    /// Appends `nonce | ciphertext | tag` to `out`, with a nonce of `rng`.
    pub(crate) fn seal(
        &self,
        out: &mut Vec<u8>,
        aad: &[u8],
        plain: &[u8],
        rng: &mut impl CryptoRng,
    ) {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        out.reserve_exact(NONCE_BYTES + plain.len() + TAG_BYTES);
        out.extend_from_slice(&nonce);
        let start = out.len();
        out.extend_from_slice(plain);
        let tag = self.seal_in_place(&nonce, aad, &mut out[start..]);
        out.extend_from_slice(&tag);
    }

    /// Encrypts `text` where it lies and gives the tag.
    pub(crate) fn seal_in_place(
        &self,
        nonce: &[u8; NONCE_BYTES],
        aad: &[u8],
        text: &mut [u8],
    ) -> [u8; TAG_BYTES] {
        const SHORT: &str = "one value stays below GCM's 64 GiB";
        match self {
            Self::International(key) => {
                let nonce = Nonce::assume_unique_for_key(*nonce);
                let tag = key
                    .seal_in_place_separate_tag(nonce, Aad::from(aad), text)
                    .expect(SHORT);
                tag.as_ref().try_into().expect("a GCM tag has 16 bytes")
            }
            Self::National(key) => key
                .encrypt_inout_detached(&(*nonce).into(), aad, text.into())
                .expect(SHORT)
                .into(),
        }
    }

    /// Opens `nonce | ciphertext | tag`; `None` if it is too short or fails authentication.
    pub(crate) fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = sealed.split_first_chunk()?;
        let (text, tag) = rest.split_last_chunk()?;
        let mut text = Zeroizing::new(text.to_vec());
        self.open_in_place(nonce, aad, &mut text, tag)
            .then_some(text)
    }

    /// Decrypts `text` where it lies. If it says `false`, the text is worthless.
    #[must_use]
    pub(crate) fn open_in_place(
        &self,
        nonce: &[u8; NONCE_BYTES],
        aad: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_BYTES],
    ) -> bool {
        match self {
            Self::International(key) => {
                let nonce = Nonce::assume_unique_for_key(*nonce);
                key.open_in_place_separate_tag(nonce, Aad::from(aad), tag, text)
                    .is_ok()
            }
            Self::National(key) => key
                .decrypt_inout_detached(&(*nonce).into(), aad, text.into(), &(*tag).into())
                .is_ok(),
        }
    }
}

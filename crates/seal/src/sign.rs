//! Signatures of the deployment: Ed25519 and SM2.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use rand_core::CryptoRng;
use shouxin_model::Suite;
use sm2::SecretKey;
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};

use crate::derive::{Key32, make_key, opaque};
use crate::keyring::LastingKeys;

/// Signs the ledger's checkpoints and whatever else leaves the house with our word on it.
///
/// | suite | public key | signature |
/// |---|---|---|
/// | international | Ed25519, 32 bytes | 64 bytes (RFC 8032) |
/// | national | SM2, 65 bytes: 4, x, y | 64 bytes: r, s (GB/T 32918.2) |
///
/// SM2 signs with the distinguishing identifier `1234567812345678` that GM/T 0009 sets where no
/// other is agreed, and draws its nonce by RFC 6979, so that a broken random source gives nothing
/// away.
pub struct LogSigner(Inner);

enum Inner {
    Ed25519(Ed25519KeyPair),
    /// Kept as the secret key, which is wiped on drop; the signing key built from it is not, so it
    /// lives only while it signs.
    Sm2(SecretKey),
}

opaque!(LogSigner);

impl LogSigner {
    /// The signer of this suite.
    pub fn of(keys: &impl AsRef<LastingKeys>, suite: Suite) -> Self {
        Self(match suite {
            Suite::International => Inner::Ed25519(
                Ed25519KeyPair::from_seed_unchecked(&*keys.as_ref().ed25519)
                    .expect("every 32 bytes are an Ed25519 seed"),
            ),
            Suite::National => Inner::Sm2(
                SecretKey::from_slice(&*keys.as_ref().sm2)
                    .expect("the keyring was made with an SM2 key and is authenticated"),
            ),
        })
    }

    /// The public key, in the form that [`verify`] takes.
    pub fn public_key(&self) -> Vec<u8> {
        match &self.0 {
            Inner::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
            Inner::Sm2(key) => key.public_key().to_sec1_bytes().into_vec(),
        }
    }

    /// The signature over `message`. Equal messages give equal signatures.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Inner::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Inner::Sm2(key) => {
                const RARE: &str = "fails only if a 256-bit draw meets one of a few values";
                let key = SigningKey::new(SM2_ID, key).expect("the identifier is short");
                Signer::<Signature>::try_sign(&key, message)
                    .expect(RARE)
                    .to_vec()
            }
        }
    }
}

/// Checks a signature of [`LogSigner`].
///
/// # Errors
/// `Key` if the public key is none of this suite; `Forged` if it did not sign this message so.
pub fn verify(
    suite: Suite,
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    match suite {
        Suite::International if public_key.len() != 32 => Err(VerifyError::Key),
        Suite::International => UnparsedPublicKey::new(&ED25519, public_key)
            .verify(message, signature)
            .map_err(|_| VerifyError::Forged),
        Suite::National => verify_sm2(SM2_ID, public_key, message, signature),
    }
}

/// Checks an SM2 signature of whoever has this distinguishing identifier.
pub(crate) fn verify_sm2(
    id: &str,
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    if public_key.len() != 65 {
        return Err(VerifyError::Key);
    }
    let key = VerifyingKey::from_sec1_bytes(id, public_key).map_err(|_| VerifyError::Key)?;
    let signature = Signature::from_slice(signature).map_err(|_| VerifyError::Forged)?;
    key.verify(message, &signature)
        .map_err(|_| VerifyError::Forged)
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The public key is malformed: the wrong key was given.
    #[error("not a public key of this suite")]
    Key,
    /// The signature does not fit the key and the message.
    #[error("the signature does not hold")]
    Forged,
}

/// A random number that is an SM2 private key. Nearly every 32 bytes are one.
pub(crate) fn make_sm2_key(rng: &mut impl CryptoRng) -> Key32 {
    loop {
        let key = make_key(rng);
        if SecretKey::from_slice(&*key).is_ok() {
            return key;
        }
    }
}

const SM2_ID: &str = "1234567812345678";

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::Root;
    use crate::keyring::Keyring;

    fn signer(suite: Suite, seed: u8) -> LogSigner {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        LogSigner::of(
            &Keyring::make(
                &Root::from_bytes([7; 32]),
                suite,
                Moment::default(),
                &mut rng,
            ),
            suite,
        )
    }

    #[test]
    fn a_signature_holds_for_its_key_and_message_only() {
        for (suite, key_bytes) in [(Suite::International, 32), (Suite::National, 65)] {
            let signer = signer(suite, 1);
            let key = signer.public_key();
            let signature = signer.sign(b"checkpoint");
            assert_eq!((key.len(), signature.len()), (key_bytes, 64));
            assert_eq!(signature, signer.sign(b"checkpoint"));
            assert_eq!(verify(suite, &key, b"checkpoint", &signature), Ok(()));
            let forged = Err(VerifyError::Forged);
            assert_eq!(verify(suite, &key, b"checkpoinT", &signature), forged);
            assert_eq!(verify(suite, &key, b"checkpoint", &signature[..63]), forged);
            assert_eq!(verify(suite, &key, b"checkpoint", &[]), forged);
            let other = self::signer(suite, 2).public_key();
            assert_eq!(verify(suite, &other, b"checkpoint", &signature), forged);
            assert_eq!(
                verify(suite, &key[1..], b"checkpoint", &signature),
                Err(VerifyError::Key)
            );
            for place in 0..64 {
                let mut changed = signature.clone();
                changed[place] ^= 1;
                assert_eq!(
                    verify(suite, &key, b"checkpoint", &changed),
                    forged,
                    "byte {place}"
                );
            }
        }
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut key = signer(Suite::National, 1).public_key();
        key[64] ^= 1;
        assert_eq!(
            verify(Suite::National, &key, b"", &[1; 64]),
            Err(VerifyError::Key)
        );
    }
}

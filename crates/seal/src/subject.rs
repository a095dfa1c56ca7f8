//! The data key of one subject in one zone.

use std::sync::OnceLock;

use rand_core::CryptoRng;
use shouxin_model::{SubjectId, Suite};
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::derive::{Key32, make_key, opaque};
use crate::envelope::Binding;
use crate::frame::frame;
use crate::keyring::Keyring;
use crate::mac::Mac;

/// The data key of one subject in one zone, opened. Serves both suites: each derives its own cipher
/// key when first needed and keeps its key schedule, so hold on to this while fields are opened.
///
/// A fresh key per subject keeps GCM's random nonces far from their limit: one key may seal 2³²
/// values (NIST SP 800-38D, section 8.3), one subject has thousands. An epoch's key wraps at most
/// 2³² subject keys by the same rule: rotate before four thousand million subjects and zones.
pub struct SubjectKey {
    version: u32,
    key: Key32,
    international: OnceLock<Cipher>,
    national: OnceLock<Cipher>,
    marking: OnceLock<Mac>,
}

opaque!(SubjectKey);

impl SubjectKey {
    /// A fresh key. Its version is the keyring's present epoch and stays with it when a later epoch
    /// wraps it anew.
    pub fn make(keyring: &Keyring, rng: &mut impl CryptoRng) -> Self {
        Self::new(keyring.current_epoch(), make_key(rng))
    }

    /// This key wrapped by the keyring's present epoch, bound to the subject and the zone.
    pub fn wrap(
        &self,
        keyring: &Keyring,
        subject: SubjectId,
        zone: &str,
        rng: &mut impl CryptoRng,
    ) -> WrappedKey {
        let (&epoch, current) = keyring.current();
        let mut plain = Zeroizing::new([0; 36]);
        plain[..4].copy_from_slice(&self.version.to_be_bytes());
        plain[4..].copy_from_slice(&*self.key);
        let mut bytes = Vec::new();
        current
            .cipher
            .seal(&mut bytes, &binding(epoch, subject, zone), &*plain, rng);
        WrappedKey { epoch, bytes }
    }

    /// Opens a wrapped key.
    ///
    /// # Errors
    /// See [`UnwrapError`].
    pub fn unwrap(
        keyring: &Keyring,
        subject: SubjectId,
        zone: &str,
        wrapped: &WrappedKey,
    ) -> Result<Self, UnwrapError> {
        let epoch = wrapped.epoch;
        let Some(kek) = keyring.epochs.get(&epoch) else {
            let gone = keyring.destroyed.contains_key(&epoch);
            return Err(if gone {
                UnwrapError::Destroyed(epoch)
            } else {
                UnwrapError::NoEpoch(epoch)
            });
        };
        let plain = kek
            .cipher
            .open(&binding(epoch, subject, zone), &wrapped.bytes);
        let plain = plain.ok_or(UnwrapError::Forged(subject))?;
        let (version, key) = plain
            .split_first_chunk()
            .ok_or(UnwrapError::Forged(subject))?;
        let key = Zeroizing::new(key.try_into().map_err(|_| UnwrapError::Forged(subject))?);
        Ok(Self::new(u32::from_be_bytes(*version), key))
    }

    /// The version that envelopes of this key carry.
    pub(crate) fn version(&self) -> u32 {
        self.version
    }

    /// The cipher of `suite`.
    pub(crate) fn cipher(&self, suite: Suite) -> &Cipher {
        let slot = match suite {
            Suite::International => &self.international,
            Suite::National => &self.national,
        };
        slot.get_or_init(|| Cipher::derive(suite, &self.key, &[b"shouxin/subject/field/v1"]))
    }

    /// Eight bytes that equal values in one place share, so that a write can tell that nothing
    /// changed without opening anything. Tells nothing without the key, and dies with it; marks of
    /// two subjects, records or fields cannot be compared.
    pub fn mark(&self, binding: &Binding<'_>, value: &[u8]) -> [u8; 8] {
        let marking = self.marking.get_or_init(|| {
            Mac::derive(
                Suite::International,
                &self.key,
                &[b"shouxin/subject/mark/v1"],
            )
        });
        let place = frame(&[
            binding.field.collection().as_bytes(),
            binding.field.field().as_bytes(),
            binding.record.as_bytes(),
            value,
        ]);
        let tag = marking.tag(&Zeroizing::new(place));
        tag[..8].try_into().expect("a digest has 32 bytes")
    }

    fn new(version: u32, key: Key32) -> Self {
        Self {
            version,
            key,
            international: OnceLock::new(),
            national: OnceLock::new(),
            marking: OnceLock::new(),
        }
    }
}

/// A subject's key as it is stored, beside the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The epoch that wraps it.
    pub epoch: u32,
    /// `nonce | sealed version and key | tag`: 64 bytes.
    pub bytes: Vec<u8>,
}

impl WrappedKey {
    /// Whether an older epoch wraps it, so that it must be wrapped anew before that epoch can go.
    pub fn is_stale(&self, keyring: &Keyring) -> bool {
        self.epoch != keyring.current_epoch()
    }
}

/// Why a wrapped key did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// The epoch's key was destroyed on purpose. Permanent: this is erasure, or an old backup.
    #[error("the key of epoch {0} was destroyed")]
    Destroyed(u32),
    /// The keyring has never heard of this epoch: it is older than the data. Bring the newer one.
    #[error("the keyring does not know epoch {0}: it is older than the data")]
    NoEpoch(u32),
    /// The bytes fail authentication: tampering, or another subject's or zone's key. An incident.
    #[error("the key of {0} failed authentication")]
    Forged(SubjectId),
}

fn binding(epoch: u32, subject: SubjectId, zone: &str) -> Vec<u8> {
    let epoch = epoch.to_be_bytes();
    frame(&[
        b"shouxin/subject/wrap/v1",
        &epoch,
        subject.as_bytes(),
        zone.as_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::Root;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([3; 32])
    }

    fn keyring(suite: Suite) -> (Root, Keyring) {
        let root = Root::from_bytes([7; 32]);
        let keyring = Keyring::make(&root, suite, Moment::default(), &mut rng());
        (root, keyring)
    }

    const ANN: SubjectId = SubjectId::from_bytes([1; 16]);
    const BOB: SubjectId = SubjectId::from_bytes([2; 16]);

    #[test]
    fn a_wrapped_key_opens_for_its_subject_and_zone_only() {
        for suite in [Suite::International, Suite::National] {
            let (_, keyring) = keyring(suite);
            let key = SubjectKey::make(&keyring, &mut rng());
            let wrapped = key.wrap(&keyring, ANN, "identity", &mut rng());
            assert_eq!(wrapped.bytes.len(), 64);
            let open = |subject, zone| SubjectKey::unwrap(&keyring, subject, zone, &wrapped);
            let again = open(ANN, "identity").unwrap();
            assert_eq!((&*again.key, again.version), (&*key.key, 1));
            assert_eq!(open(BOB, "identity").unwrap_err(), UnwrapError::Forged(BOB));
            assert_eq!(open(ANN, "payment").unwrap_err(), UnwrapError::Forged(ANN));
        }
    }

    #[test]
    fn a_key_wrapped_anew_outlives_the_epoch_it_was_made_in_and_old_copies_do_not() {
        let (root, mut keyring) = keyring(Suite::International);
        let (mut rng, now) = (rng(), Moment::default());
        let key = SubjectKey::make(&keyring, &mut rng);
        let old = key.wrap(&keyring, ANN, "identity", &mut rng);
        keyring
            .rotate(&root, Suite::National, now, &mut rng)
            .unwrap();
        assert!(old.is_stale(&keyring));
        let still = SubjectKey::unwrap(&keyring, ANN, "identity", &old).unwrap();
        let new = still.wrap(&keyring, ANN, "identity", &mut rng);
        assert!(!new.is_stale(&keyring));

        keyring.destroy_epoch(&root, 1, now, &mut rng).unwrap();
        let open = |wrapped| SubjectKey::unwrap(&keyring, ANN, "identity", wrapped);
        assert_eq!(open(&old).unwrap_err(), UnwrapError::Destroyed(1));
        let again = open(&new).unwrap();
        assert_eq!((&*again.key, again.version), (&*key.key, 1));
        let relabelled = WrappedKey {
            epoch: 2,
            bytes: old.bytes.clone(),
        };
        assert_eq!(open(&relabelled).unwrap_err(), UnwrapError::Forged(ANN));
        let unknown = WrappedKey {
            epoch: 3,
            bytes: new.bytes.clone(),
        };
        assert_eq!(open(&unknown).unwrap_err(), UnwrapError::NoEpoch(3));
    }

    proptest! {
        #[test]
        fn no_other_bytes_open(at in 0usize..64, bit in 0u8..8, cut in 0usize..64, more: u8) {
            let (_, keyring) = keyring(Suite::International);
            let good = SubjectKey::make(&keyring, &mut rng()).wrap(&keyring, ANN, "z", &mut rng());
            let mut flipped = good.bytes.clone();
            flipped[at] ^= 1 << bit;
            let mut longer = good.bytes.clone();
            longer.push(more);
            for bytes in [flipped, good.bytes[..cut].to_vec(), longer] {
                let wrapped = WrappedKey { epoch: 1, bytes };
                let error = SubjectKey::unwrap(&keyring, ANN, "z", &wrapped).unwrap_err();
                prop_assert_eq!(error, UnwrapError::Forged(ANN));
            }
        }
    }
}

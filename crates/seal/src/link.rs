//! The other ids that people and records bear in a zone apart.
//!
//! An id is sixteen bytes, one block of either suite's cipher, so that one encryption under a key that
//! serves nothing else is a keyed permutation of all ids: whoever has the key goes both ways, whoever has
//! not cannot tell it from a random one, and no table of pairs is kept anywhere. Deterministic on
//! purpose: one person has one alias in a zone. Aliases of people and of records have keys of their own.

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use shouxin_model::{RecordId, SubjectId, Suite};
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::derive::{derive_into, opaque};
use crate::keyring::Keyring;

/// What leads from people and records to their aliases in one zone, and back.
pub struct Link {
    subjects: Permutation,
    records: Permutation,
}

opaque!(Link, Permutation);

impl Link {
    /// The link of a zone's keyring in this suite. Independent of epochs; another suite gives other
    /// aliases, so a zone keeps the one it began with.
    pub fn of(keyring: &Keyring, suite: Suite) -> Self {
        let of = |noun: &[u8]| {
            Permutation::derive(
                suite,
                &keyring.as_ref().system,
                &[b"shouxin/zone/link/v1", noun],
            )
        };
        Self {
            subjects: of(b"subject"),
            records: of(b"record"),
        }
    }

    /// The subject's id in the zone.
    pub fn alias(&self, subject: SubjectId) -> SubjectId {
        SubjectId::from_bytes(self.subjects.forth(*subject.as_bytes()))
    }

    /// The subject that has this id in the zone. Every alias leads to some id; whether there is such a
    /// subject is another matter.
    pub fn subject(&self, alias: SubjectId) -> SubjectId {
        SubjectId::from_bytes(self.subjects.back(*alias.as_bytes()))
    }

    /// The record's id in the zone.
    pub fn record_alias(&self, record: RecordId) -> RecordId {
        RecordId::from_bytes(self.records.forth(*record.as_bytes()))
    }

    /// The record that has this id in the zone.
    pub fn record(&self, alias: RecordId) -> RecordId {
        RecordId::from_bytes(self.records.back(*alias.as_bytes()))
    }
}

/// One block of the suite's cipher under one key.
enum Permutation {
    International(Box<Aes256>),
    National(Box<Sm4>),
}

impl Permutation {
    fn derive(suite: Suite, parent: &[u8; 32], labels: &[&[u8]]) -> Self {
        const LENGTH: &str = "the key has the cipher's length";
        let mut key = Zeroizing::new([0; 32]);
        match suite {
            Suite::International => {
                derive_into(suite, parent, labels, &mut key[..]);
                Self::International(Box::new(Aes256::new_from_slice(&key[..]).expect(LENGTH)))
            }
            Suite::National => {
                derive_into(suite, parent, labels, &mut key[..16]);
                Self::National(Box::new(Sm4::new_from_slice(&key[..16]).expect(LENGTH)))
            }
        }
    }

    fn forth(&self, id: [u8; 16]) -> [u8; 16] {
        let mut block = id.into();
        match self {
            Self::International(cipher) => cipher.encrypt_block(&mut block),
            Self::National(cipher) => cipher.encrypt_block(&mut block),
        }
        block.into()
    }

    fn back(&self, alias: [u8; 16]) -> [u8; 16] {
        let mut block = alias.into();
        match self {
            Self::International(cipher) => cipher.decrypt_block(&mut block),
            Self::National(cipher) => cipher.decrypt_block(&mut block),
        }
        block.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::Root;

    fn link(seed: u8, suite: Suite) -> Link {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let root = Root::from_bytes([seed; 32]);
        Link::of(
            &Keyring::make(&root, Suite::International, Moment::default(), &mut rng),
            suite,
        )
    }

    proptest! {
        #[test]
        fn an_alias_leads_back_under_its_own_key_and_nowhere_under_another(id: [u8; 16]) {
            let (subject, record) = (SubjectId::from_bytes(id), RecordId::from_bytes(id));
            for suite in [Suite::International, Suite::National] {
                let (own, other) = (link(1, suite), link(2, suite));
                let alias = own.alias(subject);
                prop_assert_ne!(alias, subject);
                prop_assert_eq!(own.subject(alias), subject);
                prop_assert_ne!(other.subject(alias), subject);
                prop_assert_eq!(own.record(own.record_alias(record)), record);
                let record_alias = own.record_alias(record);
                prop_assert_ne!(record_alias.as_bytes(), alias.as_bytes());
            }
            prop_assert_ne!(
                link(1, Suite::International).alias(subject),
                link(1, Suite::National).alias(subject)
            );
        }
    }

    #[test]
    fn an_alias_outlives_epochs_and_a_change_of_suite() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let root = Root::from_bytes([7; 32]);
        let now = Moment::default();
        let mut keyring = Keyring::make(&root, Suite::International, now, &mut rng);
        let subject = SubjectId::from_bytes([1; 16]);
        let before = Link::of(&keyring, Suite::International).alias(subject);
        keyring
            .rotate(&root, Suite::National, now, &mut rng)
            .unwrap();
        assert_eq!(
            Link::of(&keyring, Suite::International).alias(subject),
            before
        );
    }

    #[test]
    fn debug_output_never_shows_the_key() {
        assert_eq!(format!("{:?}", link(1, Suite::National)), "Link(..)");
    }
}

//! Blind indexes: searching sealed fields without opening them.
//!
//! For each search a field offers, every record gets rows with short keyed tags. A search computes
//! the tag of what was typed, fetches the records whose rows carry it, opens them and keeps those
//! that [`matches`](crate::matches) confirms. Each field, mode and suite has a key of its own, so
//! that rows of two indexes cannot be compared.
//!
//! # Truncation
//! Tags are cut as short as the mode bears. Shorter tags make unlike values share a tag; opening
//! removes these false hits, and whoever only holds the rows can no longer be sure that equal tags
//! mean equal values. With N records a search opens about N / 2^bits records in vain.
//!
//! | mode | bytes | rows a value | in vain of 10 million |
//! |---|---|---|---|
//! | exact | 8 | 1 | 0 |
//! | name | 4 | 1 | 0.002 |
//! | prefix | 3 | 1 to 4 | 0.6 to 2.4 |
//! | initials | 3 | 1 to 8 | 0.6 to 4.8 |
//! | last4 | 2 | 1 | 153 |
//! | surname | 2 | 1 | 153 |
//!
//! # Leakage
//! Without the key a tag cannot be tested against a guess. Somebody who holds the rows still sees:
//!
//! - **every mode**: how many rows there are, which records share a tag, and how often each tag
//!   occurs. Where frequencies are known, the commonest tags can be told by counting.
//! - **exact**: which records hold the same value. Little for telephone and ID numbers, which are
//!   nearly unique; everything for a field with few values (sex, yes or no): do not offer it there.
//! - **last4**: groups of about N / 10,000 records with the same ending. Even endings say nothing;
//!   with *exact* rows of the same field they add nothing.
//! - **prefix**: which records lie in the same province, city and district (or share the leading
//!   characters of a code), and, by counting, probably which these are. The strongest leak here:
//!   population figures are public.
//! - **name**: which records share a full name, and the few commonest names by counting.
//! - **surname**: which records share a surname. 王, 李, 张 are each about 7 of 100 people, so the
//!   largest groups name themselves; rare surnames blend into shared tags.
//! - **initials**: which records share the initials of a name, and which names have characters with
//!   several readings (more rows).
//! - **several modes on one field**: rows of one record can be joined through the record; surname
//!   and initials together narrow a name further than either alone.
//!
//! Whoever watches searches being made sees which tags are asked for and how many records are opened.

use shouxin_model::{FieldKind, FieldRef, SearchMode, Suite};

use crate::derive::opaque;
use crate::keyring::LastingKeys;
use crate::mac::Mac;
use crate::terms::{query_term, search_terms};

/// One search index of one field.
#[derive(Clone)]
pub struct BlindIndex {
    mac: Mac,
    mode: SearchMode,
}

opaque!(BlindIndex);

impl BlindIndex {
    /// The index of this field, mode and suite. Rotation of epochs leaves its tags as they are;
    /// another suite gives other tags, so the index is then built anew.
    pub fn of(
        keys: &impl AsRef<LastingKeys>,
        field: &FieldRef,
        mode: SearchMode,
        suite: Suite,
    ) -> Self {
        let labels: [&[u8]; 4] = [
            b"shouxin/index/v1",
            field.collection().as_bytes(),
            field.field().as_bytes(),
            mode.word().as_bytes(),
        ];
        Self {
            mac: Mac::derive(suite, &keys.as_ref().index, &labels),
            mode,
        }
    }

    /// The tags under which a value of this kind is indexed; none if the kind has no such search or
    /// the value is too short for it. See [`search_terms`].
    pub fn tags(&self, kind: FieldKind, value: &str) -> Vec<Vec<u8>> {
        let terms = search_terms(kind, self.mode, value);
        let mut tags: Vec<_> = terms.iter().map(|term| self.tag(term)).collect();
        // Two terms may share a short tag; one row is enough.
        tags.sort();
        tags.dedup();
        tags
    }

    /// The tag to look for when this was typed; `None` if it cannot be searched for so. See
    /// [`query_term`].
    pub fn query_tag(&self, kind: FieldKind, typed: &str) -> Option<Vec<u8>> {
        query_term(kind, self.mode, typed).map(|term| self.tag(&term))
    }

    /// The tag of one term that [`search_terms`] or [`query_term`] gave: [`tag_bytes`] bytes.
    pub fn tag(&self, term: &str) -> Vec<u8> {
        self.mac.tag(term.as_bytes())[..tag_bytes(self.mode)].to_vec()
    }
}

/// How many bytes a tag of this mode has. The module says why.
pub const fn tag_bytes(mode: SearchMode) -> usize {
    match mode {
        SearchMode::Exact => 8,
        SearchMode::Name => 4,
        SearchMode::Prefix | SearchMode::Initials => 3,
        SearchMode::Last4 | SearchMode::Surname => 2,
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::Root;
    use crate::keyring::Keyring;

    fn index(seed: u8, field: &str, mode: SearchMode, suite: Suite) -> BlindIndex {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let keyring = Keyring::make(&Root::make(&mut rng), suite, Moment::default(), &mut rng);
        BlindIndex::of(&keyring, &field.parse().unwrap(), mode, suite)
    }

    #[test]
    fn keyring_field_mode_suite_and_term_each_decide_the_tag() {
        let tag = |seed, field, mode, suite, term| {
            index(seed, field, mode, suite).tag(term)[..2].to_vec()
        };
        let (mode, suite) = (SearchMode::Exact, Suite::International);
        let base = tag(1, "customer.mobile", mode, suite, "1");
        assert_eq!(base, tag(1, "customer.mobile", mode, suite, "1"));
        assert_ne!(base, tag(2, "customer.mobile", mode, suite, "1"));
        assert_ne!(base, tag(1, "contact.mobile", mode, suite, "1"));
        assert_ne!(base, tag(1, "customer.phone", mode, suite, "1"));
        assert_ne!(
            base,
            tag(1, "customer.mobile", SearchMode::Last4, suite, "1")
        );
        assert_ne!(base, tag(1, "customer.mobile", mode, Suite::National, "1"));
        assert_ne!(base, tag(1, "customer.mobile", mode, suite, "2"));
    }

    #[test]
    fn what_is_typed_meets_what_was_indexed() {
        for suite in [Suite::International, Suite::National] {
            let index = index(1, "customer.mobile", SearchMode::Exact, suite);
            let tags = index.tags(FieldKind::Mobile, "13800000000");
            assert_eq!(tags.len(), 1);
            assert_eq!(tags[0].len(), 8);
            let typed = index.query_tag(FieldKind::Mobile, " +86 138-0000-0000 ");
            assert_eq!(typed.as_ref(), tags.first());
            assert_ne!(index.query_tag(FieldKind::Mobile, "13800000001"), typed);
        }
    }

    #[test]
    fn debug_output_never_shows_the_key() {
        let index = index(1, "customer.mobile", SearchMode::Exact, Suite::National);
        assert_eq!(format!("{index:?}"), "BlindIndex(..)");
    }
}

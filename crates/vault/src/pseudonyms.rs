//! Pseudonyms for values that somebody is about to give away: the same for the same value, in texts and
//! tables, and reversed here alone, by a search under a purpose.

use std::collections::BTreeMap;

use shouxin_deid::is_pseudonym;
use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldKind, FieldRef, Personal, SearchMode, Suite};
use shouxin_seal::{BlindIndex, pseudonym_key, query_term};
use shouxin_store::{Tx, params};

use crate::active::Active;
use crate::{Vault, VaultError};

/// What was given.
#[derive(Debug)]
pub struct Pseudonyms {
    /// The ledger entry that records it, with how many of which kind.
    pub entry: u64,
    /// One for each value, in their order.
    pub pseudonyms: Vec<String>,
}

/// Why none was given.
#[derive(Debug, thiserror::Error)]
pub enum PseudonymError {
    /// None, or more than [`MOST_VALUES`].
    #[error("wrong number of values")]
    Count,
    /// The value at this place is of a kind that says nothing about a person, or is a text, or is empty or too long.
    #[error("value {0} can have no pseudonym")]
    Value(usize),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The most values of one call.
pub const MOST_VALUES: usize = 1000;

/// The longest value, in characters.
const LONGEST: usize = 500;

/// Under which digests of pseudonyms are kept.
const TAG: &str = "pseudonym";

impl Vault {
    /// Gives each value its pseudonym under the deployment's key, and remembers, as keyed digests, where in
    /// the indexes of the register its holder is to be found: [`Vault::search`] takes a pseudonym as it takes
    /// a value, under a purpose and with everything that goes with it. Whether anybody here has the value is
    /// neither looked up nor told; after an erasure the way back ends nowhere.
    ///
    /// # Errors
    /// [`PseudonymError`]; nothing is given then.
    pub async fn give_pseudonyms(
        &self,
        caller: &Caller,
        values: &[(FieldKind, Personal<String>)],
    ) -> Result<Pseudonyms, PseudonymError> {
        if !(1..=MOST_VALUES).contains(&values.len()) {
            return Err(PseudonymError::Count);
        }
        let active = self.active();
        let suite = active.register.suite;
        let giver = self.pseudonyms_of(suite);
        let digester = self.lasting().look_up_digester(suite, TAG);
        let mut tx = Tx::new();
        let mut counts: BTreeMap<FieldKind, u64> = BTreeMap::new();
        let mut pseudonyms = Vec::with_capacity(values.len());
        for (at, (kind, value)) in values.iter().enumerate() {
            // Into keyed digests.
            let text = value.expose();
            if !can_have_one(*kind, text) {
                return Err(PseudonymError::Value(at));
            }
            let pseudonym = giver.of(*kind, text);
            let tag = digester.digest(one_spelling(*kind, &pseudonym).as_bytes());
            for (field, index_tag) in self.exact_tags(&active, *kind, text)? {
                tx.run(
                    "INSERT INTO pseudonym (tag, field, index_tag) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                    params![tag.to_vec(), field.to_string(), index_tag],
                );
            }
            *counts.entry(*kind).or_default() += 1;
            pseudonyms.push(pseudonym);
        }
        let mut entry = self.begin(self.now(), Kind::Pseudonyms, caller, &active);
        for (kind, count) in counts {
            entry
                .extra
                .push((kind.word().to_owned(), count.to_string()));
        }
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(Pseudonyms {
            entry: committed.entries[0],
            pseudonyms,
        })
    }

    /// Where a value of this kind would lie in every exact index of the register.
    fn exact_tags(
        &self,
        active: &Active,
        kind: FieldKind,
        value: &str,
    ) -> Result<Vec<(FieldRef, Vec<u8>)>, VaultError> {
        let Some(term) = query_term(kind, SearchMode::Exact, value) else {
            return Ok(Vec::new());
        };
        let register = &active.register;
        let mut tags = Vec::new();
        for (name, field) in register.fields() {
            if field.kind != kind || !field.search.contains(&SearchMode::Exact) {
                continue;
            }
            let zone = self.zone_apart(register, name.collection())?;
            let lasting = self.lasting_of(zone.map_or("", |zone| &zone.name));
            let index = BlindIndex::of(
                &*lasting,
                &name,
                SearchMode::Exact,
                register.suite_of(field),
            );
            tags.push((name, index.tag(&term)));
        }
        Ok(tags)
    }

    /// What to look for in the index of this field where a pseudonym was typed: none for anything else, and
    /// for one that was never given.
    pub(crate) async fn pseudonym_tags(
        &self,
        field: &FieldRef,
        kind: FieldKind,
        typed: &Personal<String>,
    ) -> Result<Vec<Vec<u8>>, VaultError> {
        // Into a keyed digest.
        let typed = typed.expose();
        if !is_pseudonym(kind, typed) {
            return Ok(Vec::new());
        }
        let spelling = one_spelling(kind, typed);
        let lasting = self.lasting();
        let tag = |suite| {
            lasting
                .look_up_digest(suite, TAG, spelling.as_bytes())
                .to_vec()
        };
        let rows = self
            .store()
            .query(
                "SELECT index_tag FROM pseudonym WHERE tag IN ($1, $2) AND field = $3 ORDER BY index_tag LIMIT 2",
                params![tag(Suite::International), tag(Suite::National), field.to_string()],
            )
            .await?;
        rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
    }

    /// Whether what was typed is the pseudonym of an opened value.
    pub(crate) fn stands_for(
        &self,
        kind: FieldKind,
        typed: &Personal<String>,
        value: &Personal<String>,
    ) -> bool {
        // Compared and dropped.
        let (typed, value) = (typed.expose(), value.expose());
        [Suite::International, Suite::National]
            .into_iter()
            .any(|suite| self.pseudonyms_of(suite).is_of(kind, typed, value))
    }

    fn pseudonyms_of(&self, suite: Suite) -> shouxin_deid::Pseudonyms {
        shouxin_deid::Pseudonyms::new(suite, &pseudonym_key(&*self.lasting(), suite))
    }
}

/// Whether such a value can have a pseudonym: it says something about a person, is no text, and neither empty nor
/// too long.
pub(crate) fn can_have_one(kind: FieldKind, value: &str) -> bool {
    let is_value = kind.is_personal() && !matches!(kind, FieldKind::FreeText | FieldKind::File);
    is_value && !value.trim().is_empty() && value.chars().count() <= LONGEST
}

/// A pseudonym as it is kept, however it is typed.
fn one_spelling(kind: FieldKind, pseudonym: &str) -> String {
    shouxin_regime::normalise(kind, pseudonym).to_lowercase()
}

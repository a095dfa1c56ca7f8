//! What stands for what was found: coarser truths, and pseudonyms of this deployment.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use shouxin_deid::{generalise, generalise_goods, generalise_goods_column};
use shouxin_detect::{Hit, Replace, plain};
use shouxin_model::{Caller, FieldKind, Personal};

use crate::pseudonyms::{MOST_VALUES, PseudonymError, can_have_one};
use crate::{Vault, VaultError};

/// What a hit is called where nothing better stands for it: `[PHONE]`.
pub fn label(hit: &Hit) -> String {
    format!("[{}]", hit.kind.word())
}

/// The value of a hit in plain letters and digits, with its kind of field.
pub fn plain_value(hit: &Hit, value: &str) -> (FieldKind, String) {
    (hit.kind.field(), plain(hit.kind, value))
}

/// Coarser truths: the district of an address, the decade of a birth, the class of goods; the kind where there
/// is none.
#[derive(Debug)]
pub struct Coarser;

impl Replace for Coarser {
    fn hit(&self, hit: &Hit, value: &str) -> String {
        let (kind, value) = plain_value(hit, value);
        generalise(kind, &value).unwrap_or_else(|| label(hit))
    }

    fn cell(&self, column: &str, value: &str) -> Option<String> {
        generalise_goods_column(column, value)
    }

    fn between<'t>(&self, text: &'t str) -> Cow<'t, str> {
        generalise_goods(text)
    }
}

/// Pseudonyms that were given for values of some texts; the kind for what has none.
pub struct StandIns(HashMap<(FieldKind, String), String>);

impl std::fmt::Debug for StandIns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It holds values.
        f.debug_tuple("StandIns").field(&self.0.len()).finish()
    }
}

impl Replace for StandIns {
    fn hit(&self, hit: &Hit, value: &str) -> String {
        let given = self.0.get(&plain_value(hit, value));
        given.cloned().unwrap_or_else(|| label(hit))
    }
}

impl Vault {
    /// Gives a pseudonym to each value that was found in these texts, as [`Vault::give_pseudonyms`] does and records;
    /// nothing is recorded where there is nothing to give one to.
    ///
    /// # Errors
    /// The store, the ledger or the keys failed.
    pub async fn stand_ins<'t>(
        &self,
        caller: &Caller,
        found: impl Iterator<Item = (&'t str, &'t [Hit])>,
    ) -> Result<StandIns, VaultError> {
        let values = found.flat_map(|(text, hits)| {
            let value = |hit: &Hit| Some(plain_value(hit, text.get(hit.bytes.clone())?));
            hits.iter().filter_map(value)
        });
        let wanted: BTreeSet<(FieldKind, String)> = values
            .filter(|(kind, value)| can_have_one(*kind, value))
            .collect();
        let wanted: Vec<(FieldKind, String)> = wanted.into_iter().collect();
        let mut given = HashMap::with_capacity(wanted.len());
        for batch in wanted.chunks(MOST_VALUES) {
            let personal: Vec<_> = batch
                .iter()
                .map(|(kind, value)| (*kind, Personal::new(value.clone())))
                .collect();
            let answer = match self.give_pseudonyms(caller, &personal).await {
                Ok(answer) => answer,
                Err(PseudonymError::Vault(error)) => return Err(error),
                // None of these can be: they were chosen by the same rule.
                Err(_) => return Err(VaultError::Corrupt("pseudonym")),
            };
            given.extend(batch.iter().cloned().zip(answer.pseudonyms));
        }
        Ok(StandIns(given))
    }
}

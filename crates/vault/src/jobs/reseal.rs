//! Fresh data keys: each subject gets a new key in each zone, and every envelope is sealed anew under it.
//! Whoever had come by an old key opens nothing that is stored from then on.

use std::collections::{BTreeSet, HashMap, HashSet};

use data_encoding::BASE32_DNSSEC;
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};
use shouxin_model::{FieldRef, RecordId, Register, SubjectId, Suite};
use shouxin_seal::{Binding, Keyring, SealedRecord, SubjectKey, UnwrapError, WrappedKey, suite_of};
use shouxin_store::{Query, Row, Tx, params};

use super::Page;
use crate::gather::plain;
use crate::integrity::{ROW, row_mark};
use crate::keys::{guard_epoch, older_than_data};
use crate::permit::RecordedPermit;
use crate::zones::{Writes, Zone, statements};
use crate::{Vault, VaultError};

/// Gives fresh keys to every subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reseal {
    /// The zone apart in which it does; the main database if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
}

/// Keys replaced in one transaction.
const PAGE: u32 = 500;

impl Reseal {
    pub(super) async fn left(&self, vault: &Vault) -> Result<u64, VaultError> {
        let sql = "SELECT COUNT(*) FROM record";
        let store = vault.store_of(self.zone.as_deref())?;
        let rows = store.query(sql, params![]).await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The page of the subjects after this one. Each value is opened to be sealed again and answered to
    /// nobody; `permit` says so in the ledger.
    pub(super) async fn page(
        &self,
        vault: &Vault,
        after: Option<SubjectId>,
        _permit: &RecordedPermit,
    ) -> Result<Page, VaultError> {
        let place = self.zone.as_deref();
        let (active, store) = (vault.active(), vault.store_of(place)?);
        let keyring = vault.held_by(place)?.keyring_to_write(vault.now())?;
        let from = after.unwrap_or(SubjectId::from_bytes([0; 16]));
        let sql = "SELECT subject FROM subject_key WHERE subject > $1 ORDER BY subject LIMIT $2";
        let ahead = store.query(sql, params![from, PAGE]).await?;
        let last = ahead.len() < PAGE as usize;
        let Some(row) = ahead.last() else {
            return Ok(Page {
                writes: Writes::default(),
                count: 0,
                last,
                after: None,
            });
        };
        let to = row.id(0, SubjectId::from_slice)?;
        let range = |sql| Query {
            sql,
            params: params![from, to],
        };
        let answers = store
            .query_all(vec![
                range("SELECT subject, zone, epoch, wrapped FROM subject_key WHERE subject > $1 AND subject <= $2"),
                range(
                    "SELECT subject, collection, id, version, sealed, marks, plain, created_at, updated_at FROM record \
                     WHERE subject > $1 AND subject <= $2",
                ),
            ])
            .await?;
        let ids = ids(place.map(|zone| vault.zone(zone)).transpose()?, &answers)?;
        let sql = "SELECT id, version FROM subject WHERE id = $1";
        let lookups = ids.iter().map(|id| params![*id]).collect();
        let subjects = vault.store().query_many(sql, lookups).await?;
        let (vault, apart) = (vault.clone(), self.zone.clone());
        let mut dice = vault.dice();
        let sealing = tokio::task::spawn_blocking(move || {
            let place = apart.as_deref();
            let apart = place.map(|zone| vault.zone(zone)).transpose()?;
            let mut writes = Writes::default();
            guard_epoch(&mut writes.main, place, &keyring);
            let [keys, records] = &answers[..] else {
                return Err(VaultError::Corrupt("job"));
            };
            for row in subjects.iter().flatten() {
                // Whoever writes this person at the same moment holds the old key: one of us looks again.
                writes.main.run_exactly(
                    1,
                    "UPDATE subject SET version = version + 1 WHERE id = $1 AND version = $2",
                    params![row.id(0, SubjectId::from_slice)?, row.int(1)?],
                );
            }
            let tx = writes.within(apart);
            // Nobody can tell any more in which zone a collection lay that is not declared now. Whoever has
            // records in one keeps the old keys, or those records could never be read again.
            let mut keeping = HashSet::new();
            for row in records {
                if active.register.collection(row.text(1)?).is_none() {
                    keeping.insert(row.id(0, SubjectId::from_slice)?);
                }
            }
            let mut pairs = HashMap::with_capacity(keys.len());
            for row in keys {
                let subject = row.id(0, SubjectId::from_slice)?;
                if keeping.contains(&subject) {
                    continue;
                }
                if let Some(pair) = Pair::replace(tx, &keyring, apart, row, &mut dice)? {
                    pairs.insert((subject, row.text(1)?), pair);
                }
            }
            for row in records {
                reseal(tx, &active.register, apart, &pairs, row, &mut dice)?;
            }
            Ok(Page {
                writes,
                count: records.len() as u64,
                last,
                after: Some(to),
            })
        });
        sealing.await.map_err(|_| VaultError::Corrupt("job"))?
    }
}

/// The people whose keys and records these are.
fn ids(apart: Option<&Zone>, answers: &[Vec<Row>]) -> Result<BTreeSet<SubjectId>, VaultError> {
    let rows = answers.iter().flatten();
    rows.map(|row| {
        let id = row.id(0, SubjectId::from_slice)?;
        Ok(apart.map_or(id, |zone| zone.subject(id)))
    })
    .collect()
}

/// A subject's key in one zone: the one that was, and the one that will be.
struct Pair {
    old: SubjectKey,
    new: SubjectKey,
}

impl Pair {
    /// `None` if the old key was destroyed: then nothing under it opens, and nothing is sealed anew.
    fn replace(
        tx: &mut Tx,
        keyring: &Keyring,
        apart: Option<&Zone>,
        row: &Row,
        dice: &mut ChaCha20Rng,
    ) -> Result<Option<Self>, VaultError> {
        let (alias, zone) = (row.id(0, SubjectId::from_slice)?, row.text(1)?);
        let subject = apart.map_or(alias, |zone| zone.subject(alias));
        let wrapped = WrappedKey {
            epoch: u32::try_from(row.int(2)?).map_err(|_| VaultError::Corrupt("key epoch"))?,
            bytes: row.bytes(3)?.to_vec(),
        };
        let old = match SubjectKey::unwrap(keyring, subject, zone, &wrapped) {
            Ok(key) => key,
            Err(UnwrapError::Destroyed(_)) => return Ok(None),
            Err(UnwrapError::NoEpoch(epoch)) => return Err(older_than_data(epoch)),
            Err(UnwrapError::Forged(_)) => return Err(VaultError::Corrupt("subject key")),
        };
        let new = SubjectKey::make(keyring, dice);
        let fresh = new.wrap(keyring, subject, zone, dice);
        tx.run_exactly(
            1,
            statements::REPLACE_KEY,
            params![fresh.epoch, fresh.bytes, alias, zone, wrapped.bytes],
        );
        Ok(Some(Self { old, new }))
    }
}

/// Seals the envelopes of one record under its subject's new key, each in the suite it has: another suite
/// has other tags, and bringing both to a changed register is the work of `Rework`.
fn reseal(
    tx: &mut Tx,
    register: &Register,
    apart: Option<&Zone>,
    pairs: &HashMap<(SubjectId, &str), Pair>,
    row: &Row,
    dice: &mut ChaCha20Rng,
) -> Result<(), VaultError> {
    let (row_subject, row_id) = (
        row.id(0, SubjectId::from_slice)?,
        row.id(2, RecordId::from_slice)?,
    );
    let (subject, id) = match apart {
        None => (row_subject, row_id),
        Some(zone) => (zone.subject(row_subject), zone.record(row_id)),
    };
    let collection = register.collection(row.text(1)?);
    let Some(collection) = collection else {
        return Ok(());
    };
    let Some(pair) = pairs.get(&(row_subject, collection.zone.as_str())) else {
        return Ok(());
    };
    let sealed = SealedRecord::decode(row.bytes(4)?).map_err(|_| VaultError::Corrupt("record"))?;
    let mut marks = plain(row.text(5)?)?;
    let place = (collection.name.as_str(), collection.zone.as_str());
    let (values, made, changed) = (plain(row.text(6)?)?, row.moment(7)?, row.moment(8)?);
    let mark = |key| row_mark(key, subject, place, id, &values, made, changed);
    // What was altered past this program stays marked as it was, and is found.
    if marks.get(ROW) == Some(&mark(&pair.old)?) {
        marks.insert(ROW.to_owned(), mark(&pair.new)?);
    }
    let mut fresh = SealedRecord::default();
    for (name, envelope) in sealed.iter() {
        let field = FieldRef::new(&collection.name, name);
        let binding = Binding {
            zone: &collection.zone,
            field: &field,
            subject,
            record: id,
        };
        // Into the next envelope, and dropped.
        let value = shouxin_seal::open(&pair.old, &binding, envelope)
            .map_err(|_| VaultError::Forged(id))?;
        let suite = suite_of(envelope).unwrap_or(Suite::International);
        let bytes = value.expose();
        fresh.insert(
            name,
            shouxin_seal::seal(&pair.new, suite, &binding, bytes, dice),
        );
        let mark = BASE32_DNSSEC.encode(&pair.new.mark(&binding, bytes));
        marks.insert(name.to_owned(), mark);
    }
    let marks = serde_json::to_string(&marks).map_err(|_| VaultError::Corrupt("record"))?;
    tx.run_exactly(
        1,
        statements::RESEAL_RECORD,
        params![
            fresh.encode(),
            marks,
            row_subject,
            &collection.name,
            row_id,
            row.int(3)?
        ],
    );
    Ok(())
}

//! Sealing and indexing the records of one collection anew.

use std::collections::{BTreeMap, HashMap};

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use shouxin_model::{Collection, Field, FieldRef, Moment, Personal, RecordId, SubjectId, Suite};
use shouxin_register::{Plan, plan::Effect};
use shouxin_seal::{Binding, Keyring, SealedRecord, SubjectKey, UnwrapError, WrappedKey, suite_of};
use shouxin_store::{Row, params};

use super::Page;
use crate::batch::Tools;
use crate::gather::plain;
use crate::integrity::{ROW, row_mark};
use crate::keys::{guard_epoch, older_than_data};
use crate::open::open_text;
use crate::permit::RecordedPermit;
use crate::zones::{Writes, Zone, statements};
use crate::{Vault, VaultError, zones};

/// What to do to the records of one collection that are older than a register version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rework {
    pub(crate) collection: String,
    /// Records of an older version are worked on, then bear this one.
    pub(crate) to_version: u32,
    /// Fields to seal anew where their suite differs, or that were plain.
    pub(crate) seal: Vec<String>,
    /// Fields whose blind indexes are built anew.
    pub(crate) index: Vec<String>,
    /// Fields whose facets are built anew.
    pub(crate) facet: Vec<String>,
}

impl Rework {
    /// The work that a plan asks for, one job a collection.
    pub(crate) fn of(plan: &Plan, to_version: u32) -> Vec<Self> {
        let mut jobs: Vec<Self> = Vec::new();
        let mut add = |field: &FieldRef, list: fn(&mut Self) -> &mut Vec<String>| {
            let at = match jobs
                .iter()
                .position(|job| job.collection == field.collection())
            {
                Some(at) => at,
                None => {
                    jobs.push(Self {
                        collection: field.collection().to_owned(),
                        to_version,
                        seal: Vec::new(),
                        index: Vec::new(),
                        facet: Vec::new(),
                    });
                    jobs.len() - 1
                }
            };
            let list = list(&mut jobs[at]);
            if !list.iter().any(|name| name == field.field()) {
                list.push(field.field().to_owned());
            }
        };
        for effect in plan.effects() {
            match effect {
                // Another suite has other tags: a page sees to those of what it seals.
                Effect::ResealField { field, .. } => add(field, |job| &mut job.seal),
                Effect::SealField { field, .. } => {
                    add(field, |job| &mut job.seal);
                    add(field, |job| &mut job.index);
                    add(field, |job| &mut job.facet);
                }
                Effect::BuildIndex { field, .. } | Effect::DropIndex { field, .. } => {
                    add(field, |job| &mut job.index);
                }
                Effect::BuildFacet { field } | Effect::DropFacet { field } => {
                    add(field, |job| &mut job.facet)
                }
                _ => {}
            }
        }
        jobs
    }
}

/// Records worked on in one transaction.
const PAGE: u32 = 500;

impl Rework {
    /// How many records there are to work on.
    pub(super) async fn left(&self, vault: &Vault) -> Result<u64, VaultError> {
        let sql = "SELECT COUNT(*) FROM record WHERE collection = $1 AND register_version < $2";
        let zone = vault.zone_apart(&vault.active().register, &self.collection)?;
        let store = zone.map_or(vault.store(), |zone| &zone.store);
        let rows = store
            .query(sql, params![&self.collection, self.to_version])
            .await?;
        Ok(rows
            .first()
            .map(|row| row.int(0))
            .transpose()?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(0))
    }

    /// The page that brings the next records up to date; the last one once all are, or the collection is
    /// no longer declared. Opens under `permit`, which says so in the ledger.
    pub(super) async fn page(
        &self,
        vault: &Vault,
        _permit: &RecordedPermit,
    ) -> Result<Page, VaultError> {
        let active = vault.active();
        let Some(collection) = active.register.collection(&self.collection) else {
            return Ok(Page {
                writes: Writes::default(),
                count: 0,
                last: true,
                after: None,
            });
        };
        let within = zones::among(&active.register, std::iter::once(&*self.collection));
        let keyrings = vault.keyrings_to_write(&within)?;
        let apart = vault.zone_apart(&active.register, &self.collection)?;
        let store = apart.map_or(vault.store(), |zone| &zone.store);
        let sql = "SELECT record.subject, record.id, record.plain, record.sealed, record.version, record.marks, \
                   record.created_at, record.updated_at, subject_key.epoch, subject_key.wrapped \
                   FROM record LEFT JOIN subject_key ON subject_key.subject = record.subject AND subject_key.zone = $4 \
                   WHERE record.collection = $1 AND record.register_version < $2 \
                   ORDER BY record.subject, record.id LIMIT $3";
        let bounds = params![&self.collection, self.to_version, PAGE, &collection.zone];
        let rows = store.query(sql, bounds).await?;
        let (rework, vault, dice) = (self.clone(), vault.clone(), vault.dice());
        let sealing = tokio::task::spawn_blocking(move || {
            let collection = active.register.collection(&rework.collection);
            let collection = collection.ok_or(VaultError::Corrupt("register"))?;
            let apart = vault.zone_apart(&active.register, &collection.name)?;
            let mut page = Records {
                rework: &rework,
                collection,
                keys: keys(
                    keyrings.of(&collection.zone),
                    apart,
                    &rows,
                    &collection.zone,
                )?,
                tools: Tools::new(&vault, &keyrings, &active.register),
                dice,
            };
            let mut writes = Writes::default();
            guard_epoch(&mut writes.main, None, &keyrings.main);
            keyrings.guard_apart(&mut writes.main);
            let mut last = None;
            for row in &rows {
                let record = Record::of(row, apart)?;
                // Reads under way hold the old bytes: they look again.
                if last.replace(record.subject) != Some(record.subject) {
                    writes.main.run(
                        "UPDATE subject SET version = version + 1 WHERE id = $1",
                        params![record.subject],
                    );
                }
                page.record(&mut writes, record)?;
            }
            Ok(Page {
                writes,
                count: rows.len() as u64,
                last: rows.len() < PAGE as usize,
                after: None,
            })
        });
        sealing.await.map_err(|_| VaultError::Corrupt("job"))?
    }
}

/// A record as it lies in the store.
struct Record {
    subject: SubjectId,
    id: RecordId,
    plain: BTreeMap<String, String>,
    sealed: SealedRecord,
    version: i64,
    marks: BTreeMap<String, String>,
    created_at: Moment,
    updated_at: Moment,
}

impl Record {
    /// A row of the main database, or of a zone apart, where people and records bear other ids.
    fn of(row: &Row, apart: Option<&Zone>) -> Result<Self, VaultError> {
        let id = row.id(1, RecordId::from_slice)?;
        Ok(Self {
            subject: subject_of(row, apart)?,
            id: apart.map_or(id, |zone| zone.record(id)),
            plain: plain(row.text(2)?)?,
            sealed: SealedRecord::decode(row.bytes(3)?)
                .map_err(|_| VaultError::Corrupt("record"))?,
            version: row.int(4)?,
            marks: plain(row.text(5)?)?,
            created_at: row.moment(6)?,
            updated_at: row.moment(7)?,
        })
    }
}

impl Record {
    /// Seals what is kept apart from a field in another suite, as the field itself.
    fn reseal_parts(
        &mut self,
        key: &SubjectKey,
        collection: &Collection,
        field: &Field,
        suite: Suite,
        dice: &mut impl CryptoRng,
    ) -> Result<(), VaultError> {
        let names: Vec<String> = self.sealed.parts(&field.name).map(str::to_owned).collect();
        for name in names {
            let part = FieldRef::new(&collection.name, &name);
            let binding = Binding {
                zone: &collection.zone,
                field: &part,
                subject: self.subject,
                record: self.id,
            };
            let Some(envelope) = self.sealed.get(&name) else {
                continue;
            };
            // Into the next envelope, and dropped.
            let value = open_text(key, &binding, envelope)?;
            let bytes = value.expose().as_bytes();
            let mark = data_encoding::BASE32_DNSSEC.encode(&key.mark(&binding, bytes));
            let fresh = shouxin_seal::seal(key, suite, &binding, bytes, dice);
            self.sealed.insert(&name, fresh);
            self.marks.insert(name, mark);
        }
        Ok(())
    }
}

fn subject_of(row: &Row, apart: Option<&Zone>) -> Result<SubjectId, VaultError> {
    let subject = row.id(0, SubjectId::from_slice)?;
    Ok(apart.map_or(subject, |zone| zone.subject(subject)))
}

/// A subject's key as a page finds it; no entry if the subject never had one.
type Keys = HashMap<SubjectId, Option<SubjectKey>>;

/// The keys of the records' subjects; `None` for one that was destroyed.
fn keys(
    keyring: &Keyring,
    apart: Option<&Zone>,
    rows: &[Row],
    zone: &str,
) -> Result<Keys, VaultError> {
    let mut keys = Keys::new();
    for row in rows {
        let subject = subject_of(row, apart)?;
        let Some(bytes) = row.opt_bytes(9)? else {
            continue;
        };
        if keys.contains_key(&subject) {
            continue;
        }
        let wrapped = WrappedKey {
            epoch: u32::try_from(row.int(8)?).map_err(|_| VaultError::Corrupt("key epoch"))?,
            bytes: bytes.to_vec(),
        };
        let key = match SubjectKey::unwrap(keyring, subject, zone, &wrapped) {
            Ok(key) => Some(key),
            Err(UnwrapError::Destroyed(_)) => None,
            Err(UnwrapError::NoEpoch(epoch)) => return Err(older_than_data(epoch)),
            Err(UnwrapError::Forged(_)) => return Err(VaultError::Corrupt("subject key")),
        };
        keys.insert(subject, key);
    }
    Ok(keys)
}

/// One page of records under work.
struct Records<'a, R> {
    rework: &'a Rework,
    collection: &'a Collection,
    keys: Keys,
    tools: Tools<'a>,
    dice: R,
}

impl<R: CryptoRng> Records<'_, R> {
    fn record(&mut self, writes: &mut Writes, mut record: Record) -> Result<(), VaultError> {
        let Self {
            rework,
            collection,
            keys,
            tools,
            dice,
        } = self;
        let (subject, id, zone) = (record.subject, record.id, collection.zone.as_str());
        let was = record.plain.clone();
        let (tx, row_subject, row_id) = writes.place(tools.zone(collection)?, subject, id);
        for field in &collection.fields {
            let touched = |list: &[String]| list.contains(&field.name);
            if touched(&rework.facet) {
                tx.run(
                    statements::DELETE_FACET,
                    params![row_subject, &collection.name, &field.name, row_id],
                );
                if let Some(value) = record.plain.get(&field.name).filter(|_| field.facet) {
                    tx.run(
                        statements::INSERT_FACET,
                        params![row_subject, &collection.name, &field.name, value, row_id],
                    );
                }
            }
            if !field.sealed || !(touched(&rework.seal) || touched(&rework.index)) {
                continue;
            }
            let tool = tools
                .field(collection, &field.name)
                .ok_or(VaultError::Corrupt("register"))?;
            let (envelope, was_plain) = (
                record.sealed.get(&field.name),
                record.plain.remove(&field.name),
            );
            if envelope.is_none() && was_plain.is_none() {
                continue;
            }
            let key = keys.entry(subject).or_insert_with(|| {
                // Nothing of this subject was sealed in this zone so far.
                let key = SubjectKey::make(tool.keyring, dice);
                let wrapped = key.wrap(tool.keyring, subject, zone, dice);
                tx.run_exactly(
                    1,
                    statements::INSERT_KEY,
                    params![row_subject, zone, wrapped.epoch, wrapped.bytes],
                );
                Some(key)
            });
            let Some(key) = key else { continue };
            let binding = Binding {
                zone,
                field: &tool.name,
                subject,
                record: id,
            };
            // Opened to be sealed and indexed anew; nothing of it is answered.
            let value = match (envelope, was_plain) {
                (Some(envelope), _) => open_text(key, &binding, envelope)?,
                (None, Some(plain)) => Personal::new(plain),
                (None, None) => continue,
            };
            let stale = envelope.and_then(suite_of) != Some(tool.suite);
            if stale {
                let bytes = value.expose().as_bytes();
                record.sealed.insert(
                    &field.name,
                    shouxin_seal::seal(key, tool.suite, &binding, bytes, dice),
                );
                let mark = data_encoding::BASE32_DNSSEC.encode(&key.mark(&binding, bytes));
                record.marks.insert(field.name.clone(), mark);
                record.reseal_parts(key, collection, field, tool.suite, dice)?;
            }
            let other_tags = stale && !tool.indexes.is_empty();
            if !(touched(&rework.index) || other_tags) {
                continue;
            }
            tx.run(
                statements::DELETE_BLIND,
                params![row_subject, &tool.text, row_id],
            );
            for (mode, index) in &tool.indexes {
                for tag in index.tags(field.kind, value.expose()) {
                    tx.run(
                        statements::INSERT_BLIND,
                        params![row_subject, &tool.text, mode.word(), tag, row_id],
                    );
                }
            }
        }
        if let Some(Some(key)) = keys.get(&subject) {
            let place = (collection.name.as_str(), zone);
            let (made, changed) = (record.created_at, record.updated_at);
            let mark = |plain| row_mark(key, subject, place, id, plain, made, changed);
            // What was altered past this program stays marked as it was, and is found.
            if record.marks.get(ROW) == Some(&mark(&was)?) {
                let mark = mark(&record.plain)?;
                record.marks.insert(ROW.to_owned(), mark);
            }
        }
        let json = |map| serde_json::to_string(map).map_err(|_| VaultError::Corrupt("record"));
        tx.run_exactly(
            1,
            statements::REWORK_RECORD,
            params![
                json(&record.plain)?,
                record.sealed.encode(),
                json(&record.marks)?,
                rework.to_version,
                row_subject,
                &collection.name,
                row_id,
                record.version
            ],
        );
        Ok(())
    }
}

//! A person while a batch is built: what is stored, changes of the batch included.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE32_DNSSEC;
use rand_core::{CryptoRng, Rng};
use shouxin_model::{Collection, FieldRef, Moment, Personal, RecordId, Register, SubjectId, Suite};
use shouxin_seal::{Binding, Keyring, SealedRecord, SubjectKey, UnwrapError, WrappedKey};
use shouxin_store::{Query, Row, params};

use super::tools::Tools;
use crate::integrity::{Facts, ROW, row_mark};
use crate::keys::{Keyrings, older_than_data};
use crate::parted::{Counts, Parted, Parting, is_parted};
use crate::zones::{Writes, Zone, coarse, statements};
use crate::{RecordOutcome, RecordWrite, Vault, VaultError};

/// A person while a batch is built.
pub(super) struct Person {
    pub(super) id: SubjectId,
    is_new: bool,
    version: i64,
    pub(super) pseudonym: Option<[u8; 16]>,
    keys: BTreeMap<String, SubjectKey>,
    records: BTreeMap<(String, RecordId), Held>,
    /// Whether anything about the person changes.
    pub(super) touched: bool,
}

/// A record as it will be after the batch.
struct Held {
    version: i64,
    is_new: bool,
    changed: bool,
    plain: BTreeMap<String, String>,
    sealed: SealedRecord,
    marks: BTreeMap<String, String>,
    created_at: Moment,
    updated_at: Moment,
}

/// What putting a record into a person did.
pub(super) struct Put<'c> {
    pub(super) record: RecordId,
    pub(super) outcome: RecordOutcome,
    /// The fields that changed.
    pub(super) changed: Vec<&'c str>,
    /// What was sealed apart from those of them that are free text.
    pub(super) pieces: Counts,
}

/// A record to write: which of its row's it is, and the free texts of that row.
pub(super) type Write<'w> = (&'w RecordWrite, usize, &'w Parting);

/// The active people among these subjects, with all their records.
pub(super) async fn load(
    vault: &Vault,
    keyrings: &Keyrings,
    register: &Register,
    subjects: Vec<SubjectId>,
    apart: &BTreeSet<String>,
) -> Result<BTreeMap<SubjectId, Person>, VaultError> {
    let queries =
        subjects.iter().flat_map(|subject| {
            [
            "SELECT version, pseudonym FROM subject WHERE id = $1 AND state = 'active'",
            "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1",
            "SELECT collection, id, version, plain, sealed, marks, created_at, updated_at FROM record WHERE subject = $1",
        ]
        .map(|sql| Query { sql, params: params![*subject] })
        });
    let mut answers = vault
        .store()
        .query_all(queries.collect())
        .await?
        .into_iter();
    let mut people = BTreeMap::new();
    for id in subjects {
        let mut next = || answers.next().unwrap_or_default();
        let (subject, keys, records) = (next(), next(), next());
        let Some(subject) = subject.first() else {
            continue;
        };
        people.insert(
            id,
            Person {
                id,
                is_new: false,
                version: subject.int(0)?,
                pseudonym: subject
                    .opt_bytes(1)?
                    .and_then(|bytes| bytes.try_into().ok()),
                keys: keys
                    .iter()
                    .filter(|row| !row.text(0).is_ok_and(|zone| is_apart(register, zone)))
                    .map(|row| key_of(&keyrings.main, id, row))
                    .collect::<Result<_, _>>()?,
                records: records.iter().map(held).collect::<Result<_, _>>()?,
                touched: false,
            },
        );
    }
    for zone in apart {
        load_apart(vault.zone(zone)?, keyrings.of(zone), &mut people).await?;
    }
    Ok(people)
}

/// Adds what people have in a zone apart.
async fn load_apart(
    zone: &Zone,
    keyring: &Keyring,
    people: &mut BTreeMap<SubjectId, Person>,
) -> Result<(), VaultError> {
    let queries = people.keys().flat_map(|subject| {
        [
            "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1",
            "SELECT collection, id, version, plain, sealed, marks, created_at, updated_at FROM record WHERE subject = $1",
        ]
        .map(|sql| Query {
            sql,
            params: params![zone.alias(*subject)],
        })
    });
    let answers = zone.store.query_all(queries.collect()).await?;
    let mut answers = answers.into_iter();
    for (subject, person) in people {
        let mut next = || answers.next().unwrap_or_default();
        for row in next() {
            person.keys.extend([key_of(keyring, *subject, &row)?]);
        }
        for row in next() {
            let ((collection, id), held) = held(&row)?;
            person.records.insert((collection, zone.record(id)), held);
        }
    }
    Ok(())
}

/// Whether a zone of this name lies apart.
pub(crate) fn is_apart(register: &Register, zone: &str) -> bool {
    register
        .zones
        .iter()
        .any(|declared| declared.apart && declared.name == zone)
}

impl Person {
    /// Somebody new.
    pub(super) fn make(now: Moment, dice: &mut impl Rng) -> Self {
        let mut pseudonym = [0; 16];
        // Random, so that nothing about the subject can be computed from it; erasure forgets it.
        dice.fill_bytes(&mut pseudonym);
        Self {
            id: SubjectId::make(now, dice),
            is_new: true,
            version: 0,
            pseudonym: Some(pseudonym),
            keys: BTreeMap::new(),
            records: BTreeMap::new(),
            touched: true,
        }
    }

    /// The record of a collection of which a person has one only.
    pub(super) fn only_record(&self, collection: &Collection) -> Option<RecordId> {
        let held = || self.records.keys().find(|(of, _)| *of == collection.name);
        collection
            .single
            .then(held)
            .flatten()
            .map(|(_, record)| *record)
    }

    /// The first field of which this record has a value already, takes it once, and would be given another.
    pub(super) fn would_rewrite(
        &self,
        collection: &Collection,
        target: Option<RecordId>,
        (write, at, parting): Write<'_>,
    ) -> Option<FieldRef> {
        let target = target?;
        let held = self.records.get(&(collection.name.clone(), target))?;
        let key = self.keys.get(&collection.zone);
        let rewrites = |(within, (name, value)): &(usize, &(String, Personal<String>))| {
            // Into a keyed mark, or compared with what is stored in the clear.
            let text = value.expose();
            if !collection.field(name).is_some_and(|field| field.write_once) {
                return false;
            }
            if held.sealed.get(name).is_none() {
                return held.plain.get(name).is_some_and(|stored| stored != text);
            }
            let place = (collection, self.id, target);
            key.is_none_or(|key| match parting.get(at, *within) {
                Some(parted) => {
                    let envelopes = parted.envelopes(name);
                    let mut all = envelopes.iter();
                    held.sealed.parts(name).count() + 1 != envelopes.len()
                        || all.any(|(name, value)| !held.holds(key, place, name, value.expose()))
                }
                None => !held.holds(key, place, name, text),
            })
        };
        let found = write.values.iter().enumerate().find(rewrites);
        found.map(|(_, (name, _))| FieldRef::new(&collection.name, name.as_str()))
    }

    /// Puts one record into the person: into the record `target`, or a new one.
    #[allow(
        clippy::too_many_arguments,
        reason = "one record and all that writes it"
    )]
    pub(super) fn put<'a>(
        &mut self,
        writes: &mut Writes,
        tools: &mut Tools<'a>,
        dice: &mut impl CryptoRng,
        now: Moment,
        collection: &'a Collection,
        target: Option<RecordId>,
        (write, at, parting): Write<'_>,
    ) -> Result<Put<'a>, VaultError> {
        let subject = self.id;
        let record = target.unwrap_or_else(|| RecordId::make(now, dice));
        // In a zone apart, rows bear other ids than what is sealed in them is bound to.
        let zone = tools.zone(collection)?;
        let (tx, row_subject, row_record) = writes.place(zone, subject, record);
        // As it is stored, for the record's own mark covers its times.
        let now = zone.map_or(now, |_| coarse(now));
        if !self.keys.contains_key(&collection.zone) {
            let keyring = tools.keyring(collection);
            let key = SubjectKey::make(keyring, dice);
            let wrapped = key.wrap(keyring, subject, &collection.zone, dice);
            tx.run_exactly(
                1,
                statements::INSERT_KEY,
                params![row_subject, &collection.zone, wrapped.epoch, wrapped.bytes],
            );
            self.keys.insert(collection.zone.clone(), key);
        }
        let key = self
            .keys
            .get(&collection.zone)
            .ok_or(VaultError::Corrupt("subject key"))?;
        let mut outcome = RecordOutcome::Unchanged;
        let held = self
            .records
            .entry((collection.name.clone(), record))
            .or_insert_with(|| {
                outcome = RecordOutcome::Created;
                Held::new(now)
            });
        let is_created = outcome == RecordOutcome::Created;
        if !held.is_new && !held.changed {
            // What was altered past this program is not made good by writing over it.
            let place = (collection.name.as_str(), collection.zone.as_str());
            let (made, updated) = (held.created_at, held.updated_at);
            let mark = row_mark(key, subject, place, record, &held.plain, made, updated)?;
            if held.marks.get(ROW) != Some(&mark) {
                return Err(VaultError::Corrupt("record"));
            }
        }
        let mut changed = Vec::with_capacity(write.values.len());
        let mut pieces = Counts::new();
        for (within, (name, value)) in write.values.iter().enumerate() {
            let tool = tools
                .field(collection, name)
                .ok_or(VaultError::Corrupt("register"))?;
            // Sealed, marked and indexed below; the plain branch holds what says nothing personal.
            let text = value.expose();
            if is_parted(tool.field) {
                let made;
                let parted = match parting.get(at, within) {
                    Some(parted) => parted,
                    // Whoever did not part it beforehand waits for it here: nothing is written whole.
                    None => {
                        made = Parted::of(text);
                        &made
                    }
                };
                if !held.put_parted(
                    key,
                    tool.suite,
                    (collection, subject, record),
                    name,
                    parted,
                    dice,
                ) {
                    continue;
                }
                for (kind, count) in parted.counts() {
                    *pieces.entry(kind).or_default() += count;
                }
            } else if tool.field.sealed {
                let binding = Binding {
                    zone: &collection.zone,
                    field: &tool.name,
                    subject,
                    record,
                };
                let mark = BASE32_DNSSEC.encode(&key.mark(&binding, text.as_bytes()));
                if held.marks.get(name) == Some(&mark) {
                    continue;
                }
                held.sealed.insert(
                    name,
                    shouxin_seal::seal(key, tool.suite, &binding, text.as_bytes(), dice),
                );
                held.marks.insert(name.clone(), mark);
                if held.plain.remove(name).is_some() {
                    // Plain until a register change sealed it, and not yet reached by the rework.
                    tx.run(
                        statements::DELETE_FACET,
                        params![row_subject, &collection.name, name, row_record],
                    );
                }
                if !is_created {
                    tx.run(
                        statements::DELETE_BLIND,
                        params![row_subject, &tool.text, row_record],
                    );
                }
                for (mode, index) in &tool.indexes {
                    for tag in index.tags(tool.field.kind, text) {
                        tx.run(
                            statements::INSERT_BLIND,
                            params![row_subject, &tool.text, mode.word(), tag, row_record],
                        );
                    }
                }
            } else {
                if held.plain.get(name) == Some(text) {
                    continue;
                }
                held.plain.insert(name.clone(), text.clone());
                if tool.field.facet {
                    if !is_created {
                        tx.run(
                            statements::DELETE_FACET,
                            params![row_subject, &collection.name, name, row_record],
                        );
                    }
                    tx.run(
                        statements::INSERT_FACET,
                        params![row_subject, &collection.name, name, text, row_record],
                    );
                }
            }
            held.changed = true;
            changed.push(tool.field.name.as_str());
        }
        if held.changed {
            let place = (collection.name.as_str(), collection.zone.as_str());
            let mark = row_mark(
                key,
                subject,
                place,
                record,
                &held.plain,
                held.created_at,
                now,
            )?;
            held.marks.insert(ROW.to_owned(), mark);
        }
        if !is_created && !changed.is_empty() {
            outcome = RecordOutcome::Merged;
        }
        self.touched |= outcome != RecordOutcome::Unchanged;
        Ok(Put {
            record,
            outcome,
            changed,
            pieces,
        })
    }

    /// Writes the person and the records that changed.
    pub(super) fn store(
        &self,
        vault: &Vault,
        writes: &mut Writes,
        tools: &Tools<'_>,
        source: &str,
        register: u32,
        now: Moment,
    ) -> Result<(), VaultError> {
        if self.is_new {
            let facts = Facts::new(self.id, self.pseudonym, source, now).stored(vault);
            writes.main.run_exactly(
                1,
                "INSERT INTO subject (id, state, version, pseudonym, salt, source, created_at) \
                 VALUES ($1, 'active', 1, $2, $3, $4, $5)",
                params![
                    self.id,
                    self.pseudonym.map(|p| p.to_vec()),
                    facts,
                    source,
                    now
                ],
            );
        } else {
            writes.main.run_exactly(
                1,
                "UPDATE subject SET version = version + 1 WHERE id = $1 AND version = $2",
                params![self.id, self.version],
            );
        }
        for ((collection, id), held) in self.records.iter().filter(|(_, held)| held.changed) {
            let json = |map: &BTreeMap<String, String>| {
                serde_json::to_string(map).map_err(|_| VaultError::Corrupt("record"))
            };
            let (plain, marks, sealed) =
                (json(&held.plain)?, json(&held.marks)?, held.sealed.encode());
            let declared = tools.register.collection(collection);
            let zone = tools.zone(declared.ok_or(VaultError::Corrupt("register"))?)?;
            let (tx, subject, id) = writes.place(zone, self.id, *id);
            let now = zone.map_or(now, |_| coarse(now));
            if held.is_new {
                tx.run_exactly(
                    1,
                    statements::INSERT_RECORD,
                    params![
                        subject, collection, id, register, plain, sealed, marks, now, now
                    ],
                );
            } else {
                tx.run_exactly(
                    1,
                    statements::UPDATE_RECORD,
                    params![
                        plain,
                        sealed,
                        marks,
                        now,
                        subject,
                        collection,
                        id,
                        held.version
                    ],
                );
            }
        }
        Ok(())
    }
}

impl Held {
    fn new(now: Moment) -> Self {
        Self {
            version: 0,
            is_new: true,
            changed: true,
            plain: BTreeMap::new(),
            sealed: SealedRecord::default(),
            marks: BTreeMap::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether the envelope of this name holds this text already.
    fn holds(&self, key: &SubjectKey, place: Where<'_>, name: &str, text: &str) -> bool {
        let (collection, subject, record) = place;
        let field = FieldRef::new(&collection.name, name);
        let binding = Binding {
            zone: &collection.zone,
            field: &field,
            subject,
            record,
        };
        let mark = BASE32_DNSSEC.encode(&key.mark(&binding, text.as_bytes()));
        self.marks.get(name) == Some(&mark)
    }

    /// Seals a free text in its parts. `false` if it holds all of them already, and no other.
    fn put_parted(
        &mut self,
        key: &SubjectKey,
        suite: Suite,
        place: Where<'_>,
        name: &str,
        parted: &Parted,
        dice: &mut impl CryptoRng,
    ) -> bool {
        let (collection, subject, record) = place;
        let envelopes = parted.envelopes(name);
        // Sealed, or compared by a keyed mark.
        let same =
            |(name, text): &(String, Personal<String>)| self.holds(key, place, name, text.expose());
        if self.sealed.parts(name).count() + 1 == envelopes.len() && envelopes.iter().all(same) {
            return false;
        }
        let before: Vec<String> = self.sealed.parts(name).map(str::to_owned).collect();
        for gone in before {
            self.sealed.remove(&gone);
            self.marks.remove(&gone);
        }
        for (name, text) in envelopes {
            let field = FieldRef::new(&collection.name, &name);
            let binding = Binding {
                zone: &collection.zone,
                field: &field,
                subject,
                record,
            };
            let bytes = text.expose().as_bytes();
            let mark = BASE32_DNSSEC.encode(&key.mark(&binding, bytes));
            self.sealed
                .insert(&name, shouxin_seal::seal(key, suite, &binding, bytes, dice));
            self.marks.insert(name, mark);
        }
        true
    }
}

/// Whose record of which collection.
type Where<'w> = (&'w Collection, SubjectId, RecordId);

/// A subject's key, by a row of its zone, epoch and wrapping.
pub(crate) fn key_of(
    keyring: &Keyring,
    subject: SubjectId,
    row: &Row,
) -> Result<(String, SubjectKey), VaultError> {
    let zone = row.text(0)?;
    let epoch = u32::try_from(row.int(1)?).map_err(|_| VaultError::Corrupt("key epoch"))?;
    let wrapped = WrappedKey {
        epoch,
        bytes: row.bytes(2)?.to_vec(),
    };
    let key =
        SubjectKey::unwrap(keyring, subject, zone, &wrapped).map_err(|error| match error {
            UnwrapError::Destroyed(_) => VaultError::KeyDestroyed(subject),
            UnwrapError::NoEpoch(epoch) => older_than_data(epoch),
            UnwrapError::Forged(_) => VaultError::Corrupt("subject key"),
        })?;
    Ok((zone.to_owned(), key))
}

fn held(row: &Row) -> Result<((String, RecordId), Held), VaultError> {
    let json = |i| serde_json::from_str(row.text(i)?).map_err(|_| VaultError::Corrupt("record"));
    let held = Held {
        version: row.int(2)?,
        is_new: false,
        changed: false,
        plain: json(3)?,
        sealed: SealedRecord::decode(row.bytes(4)?).map_err(|_| VaultError::Corrupt("record"))?,
        marks: json(5)?,
        created_at: row.moment(6)?,
        updated_at: row.moment(7)?,
    };
    Ok((
        (row.text(0)?.to_owned(), row.id(1, RecordId::from_slice)?),
        held,
    ))
}

//! Writing records: matched by key, merged field by field, sealed, indexed and recorded.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use data_encoding::BASE32_DNSSEC;
use rand_core::Rng;
use shouxin_ledger::Kind;
use shouxin_model::{Caller, Collection, Field, FieldRef, Moment, Personal, RecordId, SearchMode, SubjectId, Suite};
use shouxin_seal::{Binding, BlindIndex, SealedRecord, SubjectKey, WrappedKey};
use shouxin_store::{CommitError, Query, Row, Tx, params};

use crate::active::Active;
use crate::{Vault, VaultError};

/// A record to create or merge. Values are in their kinds' normal forms.
#[derive(Debug)]
pub struct RecordWrite {
    /// The collection.
    pub collection: String,
    /// Field name to value; a field not named keeps what it has.
    pub values: Vec<(String, Personal<String>)>,
    /// The fields whose values together name the record, if not the register's. Empty: always new.
    pub key: Option<Vec<String>>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordOutcome {
    /// Nothing differed.
    Unchanged,
    /// A record with its key was there and took over what differed.
    Merged,
    /// It is new.
    Created,
}

impl RecordOutcome {
    /// The word in outcome files and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Merged => "merged",
            Self::Created => "created",
        }
    }
}

/// What became of the records of one row, which all belong to one subject.
#[derive(Clone, Debug)]
pub struct Written {
    /// The subject.
    pub subject: SubjectId,
    /// The records, in the order given.
    pub records: Vec<(RecordId, RecordOutcome)>,
    /// The ledger entry.
    pub entry: u64,
}

impl Written {
    /// The strongest outcome among the records.
    pub fn outcome(&self) -> RecordOutcome {
        self.records.iter().map(|(_, outcome)| *outcome).max().unwrap_or(RecordOutcome::Unchanged)
    }
}

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The register has no such collection.
    #[error("the register has no collection {0}")]
    UnknownCollection(String),
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// A field is named twice.
    #[error("field {0} is named twice")]
    Twice(FieldRef),
    /// The value is none of the field's kind; says why without the value.
    #[error("field {field}: {}", .why.en)]
    Value {
        /// The field.
        field: FieldRef,
        /// What is wrong.
        why: shouxin_model::Text,
    },
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Writes the records of one subject, given as values that people or systems typed.
    ///
    /// # Errors
    /// [`RecordError`]; nothing is written then.
    pub async fn write(
        &self,
        caller: &Caller,
        subject: Option<SubjectId>,
        mut records: Vec<RecordWrite>,
    ) -> Result<Written, RecordError> {
        for _ in 0..8 {
            let active = self.active();
            for record in &mut records {
                normalise(&active, record)?;
            }
            let row = Row1 { subject, records: &records };
            let now = self.now();
            let batch = Batch { vault: self, active: &active, caller, now, kind: Kind::RecordWrite, source: "api" };
            let (tx, mut written) = match batch.build(&[row]).await {
                Ok(built) => built,
                Err(Unfit::NoSubject) => return Err(RecordError::SubjectNotFound),
                Err(Unfit::Vault(error)) => return Err(error.into()),
            };
            match self.store().commit(tx).await {
                Ok(committed) => {
                    let mut written = written.remove(0);
                    written.entry = committed.entries[0];
                    return Ok(written);
                }
                Err(CommitError::Conflict { .. }) => self.refresh().await?,
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }
}

/// The normal form and check of every value.
fn normalise(active: &Active, record: &mut RecordWrite) -> Result<(), RecordError> {
    let collection = active
        .register
        .collection(&record.collection)
        .ok_or_else(|| RecordError::UnknownCollection(record.collection.clone()))?;
    let mut seen = BTreeSet::new();
    for (name, value) in &mut record.values {
        let full = FieldRef::new(&collection.name, name.as_str());
        let field = collection.field(name).ok_or_else(|| RecordError::UnknownField(full.clone()))?;
        if !seen.insert(name.clone()) {
            return Err(RecordError::Twice(full));
        }
        // Into the store's normal form; the typed form is wiped.
        let normal = shouxin_regime::normalise(field.kind, value.expose()).into_owned();
        if !field.values.is_empty() && !field.values.contains(&normal) {
            let why = shouxin_model::Text::made(
                format!("应为以下之一:{}", field.values.join("、")),
                format!("is one of {}", field.values.join(", ")),
            );
            return Err(RecordError::Value { field: full, why });
        }
        if field.check == shouxin_model::CheckRule::Refuse
            && let Err(failure) = shouxin_regime::check(field.kind, &normal)
            && failure.severity() == shouxin_regime::Severity::Refuse
        {
            return Err(RecordError::Value { field: full, why: failure.text() });
        }
        *value = Personal::new(normal);
    }
    Ok(())
}

/// The records of one subject, to be written together.
pub(crate) struct Row1<'a> {
    /// The subject, if it is known.
    pub(crate) subject: Option<SubjectId>,
    pub(crate) records: &'a [RecordWrite],
}

/// Why a batch cannot be built.
pub(crate) enum Unfit {
    /// A row names a subject that does not exist.
    NoSubject,
    Vault(VaultError),
}

impl From<VaultError> for Unfit {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

/// Rows that are written in one transaction.
pub(crate) struct Batch<'a> {
    pub(crate) vault: &'a Vault,
    pub(crate) active: &'a Active,
    pub(crate) caller: &'a Caller,
    pub(crate) now: Moment,
    pub(crate) kind: Kind,
    pub(crate) source: &'a str,
}

/// The key of a record: its collection, then per key field its name and a digest or facet value.
type Key = (String, Vec<(String, Vec<u8>)>);

/// What is known of a subject while a batch is built, changes of the batch included.
struct Person {
    id: SubjectId,
    is_new: bool,
    version: i64,
    pseudonym: Option<[u8; 16]>,
    keys: BTreeMap<String, SubjectKey>,
    records: BTreeMap<(String, RecordId), Held>,
    touched: bool,
}

/// A record as it will be after the batch.
struct Held {
    version: i64,
    is_new: bool,
    changed: bool,
    plain: BTreeMap<String, String>,
    sealed: SealedRecord,
    marks: BTreeMap<String, String>,
}

impl Batch<'_> {
    /// The transaction that writes the rows, one ledger entry a row, and what becomes of each (their
    /// `entry` still 0).
    pub(crate) async fn build(&self, rows: &[Row1<'_>]) -> Result<(Tx, Vec<Written>), Unfit> {
        let keys = self.keys(rows);
        let matches = self.matches(&keys).await?;
        let mut subjects: BTreeSet<SubjectId> = rows.iter().filter_map(|row| row.subject).collect();
        subjects.extend(matches.values().map(|(subject, _)| *subject));
        let mut people = self.people(subjects.into_iter().collect()).await?;

        let mut tx = Tx::new();
        tx.guard(1, "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1", params![self.active.mark()]);
        let mut known: HashMap<Key, (SubjectId, RecordId)> = HashMap::new();
        let mut fresh_keys: BTreeSet<Key> = BTreeSet::new();
        let mut written = Vec::with_capacity(rows.len());
        for (row, keys) in rows.iter().zip(&keys) {
            let found: Vec<Option<(SubjectId, RecordId)>> = keys
                .iter()
                .map(|key| {
                    let key = key.as_ref()?;
                    known.get(key).or_else(|| matches.get(key)).copied()
                })
                .collect();
            let id = row.subject.or_else(|| found.iter().flatten().map(|(subject, _)| *subject).next());
            let id = match id {
                Some(id) => id,
                None => {
                    let person = self.make_person();
                    let id = person.id;
                    people.insert(id, person);
                    id
                }
            };
            let person = people.get_mut(&id).ok_or(Unfit::NoSubject)?;
            let mut entry = self.vault.begin(self.now, self.kind, self.caller, self.active);
            entry.subject = person.pseudonym;
            let mut records = Vec::new();
            for ((record, key), found) in row.records.iter().zip(keys).zip(found) {
                let collection = self
                    .active
                    .register
                    .collection(&record.collection)
                    .ok_or(VaultError::Corrupt("register"))?;
                let matched = found.filter(|(subject, _)| *subject == id).map(|(_, record)| record);
                let target = matched.or_else(|| {
                    let held = person.records.keys().find(|(of, _)| *of == collection.name);
                    held.filter(|_| collection.single).map(|(_, record)| *record)
                });
                let (record_id, outcome, fields) = self.put(&mut tx, person, collection, target, record)?;
                for field in fields {
                    entry.add_field("written", outcome.word(), format!("{}.{field}", collection.name));
                }
                if let Some(key) = key {
                    if outcome == RecordOutcome::Created && !matches.contains_key(key) {
                        fresh_keys.insert(key.clone());
                    }
                    known.insert(key.clone(), (id, record_id));
                }
                records.push((record_id, outcome));
            }
            entry.extra.push(("from".to_owned(), self.source.to_owned()));
            tx.append(self.vault.bytes(&entry)?);
            written.push(Written { subject: id, records, entry: 0 });
        }
        for person in people.values_mut().filter(|person| person.touched) {
            self.store_person(&mut tx, person)?;
        }
        // Another node may be importing the same customer at this moment: then one of us conflicts.
        for key in &fresh_keys {
            self.guard_only(&mut tx, key)?;
        }
        Ok((tx, written))
    }

    /// The key of each record of each row; `None` where a key field is missing.
    fn keys(&self, rows: &[Row1<'_>]) -> Vec<Vec<Option<Key>>> {
        let key = |record: &RecordWrite| -> Option<Key> {
            let collection = self.active.register.collection(&record.collection)?;
            let names = record.key.as_ref().unwrap_or(&collection.key);
            if names.is_empty() {
                return None;
            }
            let parts = names.iter().map(|name| {
                let field = collection.field(name)?;
                let (_, value) = record.values.iter().find(|(of, _)| of == name)?;
                Some((name.clone(), self.key_part(collection, field, value)?))
            });
            Some((collection.name.clone(), parts.collect::<Option<_>>()?))
        };
        rows.iter().map(|row| row.records.iter().map(key).collect()).collect()
    }

    fn key_part(&self, collection: &Collection, field: &Field, value: &Personal<String>) -> Option<Vec<u8>> {
        if !field.sealed {
            return Some(value.expose().as_bytes().to_vec());
        }
        let name = FieldRef::new(&collection.name, &field.name);
        // Into keyed digests: under the field's suite and the other one, so that a record still
        // matches while a change of suite is under way.
        let suites = match self.active.register.suite_of(field) {
            Suite::International => [Suite::International, Suite::National],
            Suite::National => [Suite::National, Suite::International],
        };
        let mut tags = Vec::new();
        for suite in suites {
            let index = BlindIndex::of(self.vault.keyring(), &name, SearchMode::Exact, suite);
            tags.extend(index.tags(field.kind, value.expose()).into_iter().next()?);
        }
        Some(tags)
    }

    fn index(&self, name: &FieldRef, field: &Field, mode: SearchMode) -> BlindIndex {
        BlindIndex::of(self.vault.keyring(), name, mode, self.active.register.suite_of(field))
    }

    /// Which records already have these keys.
    async fn matches(&self, keys: &[Vec<Option<Key>>]) -> Result<HashMap<Key, (SubjectId, RecordId)>, VaultError> {
        let distinct: BTreeSet<&Key> = keys.iter().flatten().flatten().collect();
        let mut queries = Vec::new();
        for (collection, parts) in &distinct {
            for (name, part) in parts {
                queries.push(lookup(collection, self.key_field(collection, name)?, part));
            }
        }
        let mut answers = self.vault.store().query_all(queries).await?.into_iter();
        let mut matches = HashMap::new();
        for key in distinct {
            let mut common: Option<BTreeSet<(SubjectId, RecordId)>> = None;
            for rows in answers.by_ref().take(key.1.len()) {
                let found = rows.iter().map(pair).collect::<Result<BTreeSet<_>, _>>()?;
                common = Some(match common {
                    Some(before) => before.intersection(&found).copied().collect(),
                    None => found,
                });
            }
            if let Some(first) = common.unwrap_or_default().into_iter().next() {
                matches.insert(key.clone(), first);
            }
        }
        Ok(matches)
    }

    fn key_field(&self, collection: &str, name: &str) -> Result<&Field, VaultError> {
        let collection = self.active.register.collection(collection);
        collection.and_then(|c| c.field(name)).ok_or(VaultError::Corrupt("register"))
    }

    /// Demands that the record just created is the only one with this key. Keys of several fields
    /// are not guarded: no single index tells how many records agree on all of them.
    fn guard_only(&self, tx: &mut Tx, (collection, parts): &Key) -> Result<(), VaultError> {
        if let [(name, part)] = parts.as_slice() {
            let query = lookup(collection, self.key_field(collection, name)?, part);
            tx.guard(1, query.sql, query.params);
        }
        Ok(())
    }

    async fn people(&self, subjects: Vec<SubjectId>) -> Result<BTreeMap<SubjectId, Person>, VaultError> {
        let queries = subjects.iter().flat_map(|subject| {
            [
                Query {
                    sql: "SELECT version, pseudonym FROM subject WHERE id = $1 AND state = 'active'",
                    params: params![*subject],
                },
                Query {
                    sql: "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1",
                    params: params![*subject],
                },
                Query {
                    sql: "SELECT collection, id, version, plain, sealed, marks FROM record WHERE subject = $1",
                    params: params![*subject],
                },
            ]
        });
        let mut answers = self.vault.store().query_all(queries.collect()).await?.into_iter();
        let mut people = BTreeMap::new();
        for id in subjects {
            let mut next = || answers.next().unwrap_or_default();
            let (subject, keys, records) = (next(), next(), next());
            let Some(subject) = subject.first() else { continue };
            let mut opened = BTreeMap::new();
            for row in &keys {
                let zone = row.text(0)?;
                let epoch = u32::try_from(row.int(1)?).map_err(|_| VaultError::Corrupt("key epoch"))?;
                let wrapped = WrappedKey { epoch, bytes: row.bytes(2)?.to_vec() };
                let key = SubjectKey::unwrap(self.vault.keyring(), id, zone, &wrapped)
                    .map_err(|_| VaultError::Corrupt("subject key"))?;
                opened.insert(zone.to_owned(), key);
            }
            let mut held = BTreeMap::new();
            for row in &records {
                let record = row.id(1, RecordId::from_slice)?;
                held.insert((row.text(0)?.to_owned(), record), Held {
                    version: row.int(2)?,
                    is_new: false,
                    changed: false,
                    plain: serde_json::from_str(row.text(3)?).map_err(|_| VaultError::Corrupt("record"))?,
                    sealed: SealedRecord::decode(row.bytes(4)?).map_err(|_| VaultError::Corrupt("record"))?,
                    marks: serde_json::from_str(row.text(5)?).map_err(|_| VaultError::Corrupt("record"))?,
                });
            }
            people.insert(id, Person {
                id,
                is_new: false,
                version: subject.int(0)?,
                pseudonym: subject.opt_bytes(1)?.and_then(|bytes| bytes.try_into().ok()),
                keys: opened,
                records: held,
                touched: false,
            });
        }
        Ok(people)
    }

    fn make_person(&self) -> Person {
        let mut dice = self.vault.dice();
        let mut pseudonym = [0; 16];
        // Random, so that nothing about the subject can be computed from it; erasure forgets it.
        dice.fill_bytes(&mut pseudonym);
        Person {
            id: SubjectId::make(self.now, &mut dice),
            is_new: true,
            version: 0,
            pseudonym: Some(pseudonym),
            keys: BTreeMap::new(),
            records: BTreeMap::new(),
            touched: true,
        }
    }

    /// Puts one record into a person, and gives its id, outcome and the fields that changed.
    fn put(
        &self,
        tx: &mut Tx,
        person: &mut Person,
        collection: &Collection,
        target: Option<RecordId>,
        write: &RecordWrite,
    ) -> Result<(RecordId, RecordOutcome, Vec<String>), VaultError> {
        let mut dice = self.vault.dice();
        let id = target.unwrap_or_else(|| RecordId::make(self.now, &mut dice));
        let subject = person.id;
        if !person.keys.contains_key(&collection.zone) {
            let key = SubjectKey::make(self.vault.keyring(), &mut dice);
            let wrapped = key.wrap(self.vault.keyring(), subject, &collection.zone, &mut dice);
            tx.run_exactly(
                1,
                "INSERT INTO subject_key (subject, zone, epoch, wrapped) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                params![subject, &collection.zone, wrapped.epoch, wrapped.bytes],
            );
            person.keys.insert(collection.zone.clone(), key);
        }
        let key = person.keys.get(&collection.zone).ok_or(VaultError::Corrupt("subject key"))?;
        let held = person.records.entry((collection.name.clone(), id)).or_insert_with(|| Held {
            version: 0,
            is_new: true,
            changed: true,
            plain: BTreeMap::new(),
            sealed: SealedRecord::default(),
            marks: BTreeMap::new(),
        });
        let created = held.is_new && held.version == 0 && held.plain.is_empty() && held.sealed.is_empty();
        let mut changed = Vec::new();
        for (name, value) in &write.values {
            let field = collection.field(name).ok_or(VaultError::Corrupt("register"))?;
            let full = FieldRef::new(&collection.name, name.as_str());
            // Sealed, marked and indexed below; the plain branch holds what says nothing personal.
            let text = value.expose();
            if field.sealed {
                let binding = Binding { zone: &collection.zone, field: &full, subject, record: id };
                let mark = BASE32_DNSSEC.encode(&key.mark(&binding, text.as_bytes()));
                if held.marks.get(name) == Some(&mark) {
                    continue;
                }
                let suite = self.active.register.suite_of(field);
                let envelope = shouxin_seal::seal(key, suite, &binding, text.as_bytes(), &mut dice);
                held.sealed.insert(name, envelope);
                held.marks.insert(name.clone(), mark);
                if !created {
                    tx.run(
                        "DELETE FROM blind WHERE subject = $1 AND field = $2 AND record = $3",
                        params![subject, full.to_string(), id],
                    );
                }
                for mode in &field.search {
                    for tag in self.index(&full, field, *mode).tags(field.kind, text) {
                        tx.run(
                            "INSERT INTO blind (subject, field, mode, tag, record) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                            params![subject, full.to_string(), mode.word(), tag, id],
                        );
                    }
                }
            } else {
                if held.plain.get(name) == Some(text) {
                    continue;
                }
                held.plain.insert(name.clone(), text.clone());
                if field.facet {
                    tx.run(
                        "DELETE FROM facet WHERE subject = $1 AND collection = $2 AND field = $3 AND record = $4",
                        params![subject, &collection.name, name, id],
                    );
                    tx.run(
                        "INSERT INTO facet (subject, collection, field, value, record) VALUES ($1, $2, $3, $4, $5)",
                        params![subject, &collection.name, name, text, id],
                    );
                }
            }
            held.changed = true;
            changed.push(name.clone());
        }
        let outcome = match (created, changed.is_empty()) {
            (true, _) => RecordOutcome::Created,
            (false, false) => RecordOutcome::Merged,
            (false, true) => RecordOutcome::Unchanged,
        };
        person.touched |= outcome != RecordOutcome::Unchanged;
        Ok((id, outcome, changed))
    }

    fn store_person(&self, tx: &mut Tx, person: &mut Person) -> Result<(), VaultError> {
        if person.is_new {
            tx.run_exactly(
                1,
                "INSERT INTO subject (id, state, version, pseudonym, salt, source, created_at) \
                 VALUES ($1, 'active', 1, $2, NULL, $3, $4)",
                params![person.id, person.pseudonym.map(|p| p.to_vec()), self.source, self.now],
            );
        } else {
            tx.run_exactly(
                1,
                "UPDATE subject SET version = version + 1 WHERE id = $1 AND version = $2",
                params![person.id, person.version],
            );
        }
        for ((collection, id), held) in person.records.iter().filter(|(_, held)| held.changed) {
            let json = |map: &BTreeMap<String, String>| {
                serde_json::to_string(map).map_err(|_| VaultError::Corrupt("record"))
            };
            let (plain, marks, sealed) = (json(&held.plain)?, json(&held.marks)?, held.sealed.encode());
            let register = self.active.register_version;
            if held.is_new {
                tx.run_exactly(
                    1,
                    "INSERT INTO record (subject, collection, id, version, register_version, plain, sealed, marks, created_at, updated_at) \
                     VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9)",
                    params![person.id, collection, *id, register, plain, sealed, marks, self.now, self.now],
                );
            } else {
                tx.run_exactly(
                    1,
                    "UPDATE record SET version = version + 1, plain = $1, sealed = $2, marks = $3, updated_at = $4 \
                     WHERE subject = $5 AND collection = $6 AND id = $7 AND version = $8",
                    params![plain, sealed, marks, self.now, person.id, collection, *id, held.version],
                );
            }
        }
        Ok(())
    }
}

/// The SELECT for the records that hold this in a key field.
fn lookup(collection: &str, field: &Field, part: &[u8]) -> Query {
    if field.sealed {
        Query {
            sql: "SELECT subject, record FROM blind WHERE field = $1 AND mode = 'exact' AND tag IN ($2, $3) ORDER BY subject LIMIT 20",
            params: params![format!("{collection}.{}", field.name), &part[..part.len() / 2], &part[part.len() / 2..]],
        }
    } else {
        Query {
            sql: "SELECT subject, record FROM facet WHERE collection = $1 AND field = $2 AND value = $3 ORDER BY subject LIMIT 20",
            params: params![collection, &field.name, String::from_utf8_lossy(part).into_owned()],
        }
    }
}

fn pair(row: &Row) -> Result<(SubjectId, RecordId), VaultError> {
    Ok((row.id(0, SubjectId::from_slice)?, row.id(1, RecordId::from_slice)?))
}

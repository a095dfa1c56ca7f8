//! A batch of writes: rows matched to people, merged into their records, committed together.

mod keys;
mod person;
mod tools;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{
    Caller, Collection, FieldKind, FieldRef, Moment, Personal, RecordId, SubjectId,
};
use shouxin_store::params;

use crate::active::Active;
use crate::parted::{Counts, Parting};
use crate::zones::{self, Writes};
use crate::{RecordOutcome, RecordWrite, Vault, VaultError, Written};
use keys::{Key, Place};
use person::Person;
pub(crate) use person::{is_apart, key_of};
pub(crate) use tools::Tools;

/// The records of one subject, to be written together.
pub(crate) struct PersonRow<'a> {
    /// The subject, if it is known.
    pub(crate) subject: Option<SubjectId>,
    pub(crate) records: &'a [RecordWrite],
    /// Their free texts.
    pub(crate) parting: &'a Parting,
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

impl Batch<'_> {
    /// The zones apart that the rows reach into. Whoever builds holds turns in all of them.
    pub(crate) fn zones(&self, rows: &[PersonRow<'_>]) -> BTreeSet<String> {
        let records = rows.iter().flat_map(|row| row.records);
        zones::among(
            &self.active.register,
            records.map(|record| record.collection.as_str()),
        )
    }

    /// The writes of the rows, one ledger entry a row, and what becomes of each (their
    /// `entry` still 0).
    pub(crate) async fn build(
        &self,
        rows: &[PersonRow<'_>],
    ) -> Result<(Writes, Vec<Written>), Unfit> {
        let register = &self.active.register;
        let apart = self.zones(rows);
        let keyrings = self.vault.keyrings_to_write(&apart)?;
        let mut tools = Tools::new(self.vault, &keyrings, register);
        let mut dice = self.vault.dice();
        let keys: Vec<Vec<Option<Key<'_>>>> = rows
            .iter()
            .map(|row| {
                row.records
                    .iter()
                    .map(|record| keys::of(&mut tools, record))
                    .collect()
            })
            .collect();
        let mut places = keys::find(self.vault, register, keys.iter().flatten().flatten()).await?;
        let known: BTreeSet<SubjectId> = rows
            .iter()
            .zip(&keys)
            .filter_map(|(row, keys)| self.owner(row, keys, &places))
            .collect();
        let known = known.into_iter().collect();
        let mut people = person::load(self.vault, &keyrings, register, known, &apart).await?;

        let mut writes = Writes::default();
        writes.main.guard(
            2,
            "SELECT 1 FROM setting WHERE (name = 'declared' AND value = $1) OR (name = 'epoch' AND value = $2)",
            params![
                self.active.mark(),
                keyrings.main.current_epoch().to_string()
            ],
        );
        keyrings.guard_apart(&mut writes.main);
        // Keys that nobody had before this batch, with the record that has each now.
        let mut fresh: BTreeMap<RecordId, &Key<'_>> = BTreeMap::new();
        let mut written = Vec::with_capacity(rows.len());
        for (row, keys) in rows.iter().zip(&keys) {
            let id = match self.owner(row, keys, &places) {
                Some(id) => id,
                None => {
                    let person = Person::make(self.now, &mut dice);
                    let id = person.id;
                    people.insert(id, person);
                    id
                }
            };
            let person = people.get_mut(&id).ok_or(Unfit::NoSubject)?;
            let mut entry = self
                .vault
                .begin(self.now, self.kind, self.caller, self.active);
            entry.subject = person.pseudonym;
            let mut records = Vec::with_capacity(row.records.len());
            let target = |person: &Person,
                          collection: &Collection,
                          key: &Option<Key<'_>>,
                          places: &HashMap<_, Vec<Place>>| {
                let found = key.as_ref().and_then(|key| places.get(key));
                let matched = found
                    .into_iter()
                    .flatten()
                    .find(|(subject, _)| *subject == id)
                    .map(|(_, record)| *record);
                matched.or_else(|| person.only_record(collection))
            };
            let mut refused = None;
            for (at, (record, key)) in row.records.iter().zip(keys).enumerate() {
                let collection = self.collection(record)?;
                let target = target(person, collection, key, &places);
                let write = (record, at, row.parting);
                refused = refused.or_else(|| person.would_rewrite(collection, target, write));
            }
            if let Some(field) = refused {
                writes.main.append(self.refusal(&mut entry, &field)?);
                written.push(Written {
                    subject: id,
                    records,
                    entry: 0,
                    refused: Some(field),
                    pieces: Counts::new(),
                });
                continue;
            }
            let mut pieces = Counts::new();
            for (at, (record, key)) in row.records.iter().zip(keys).enumerate() {
                let collection = self.collection(record)?;
                let target = target(person, collection, key, &places);
                let found = key
                    .as_ref()
                    .and_then(|key| places.get(key))
                    .map_or(&[][..], Vec::as_slice);
                let is_new_key = found.is_empty();
                let put = person.put(
                    &mut writes,
                    &mut tools,
                    &mut dice,
                    self.now,
                    collection,
                    target,
                    (record, at, row.parting),
                )?;
                for (kind, count) in put.pieces {
                    *pieces.entry(kind).or_default() += count;
                }
                for field in &put.changed {
                    entry.add_field(
                        "written",
                        put.outcome.word(),
                        format!("{}.{field}", collection.name),
                    );
                }
                if fresh
                    .get(&put.record)
                    .is_some_and(|key| key.parts.iter().any(|(name, _)| put.changed.contains(name)))
                {
                    // Written over within this very batch: nobody has that key any more.
                    fresh.remove(&put.record);
                }
                if let Some(key) = key {
                    if is_new_key && put.outcome == RecordOutcome::Created {
                        fresh.insert(put.record, key);
                    }
                    let place = (id, put.record);
                    let found = places.entry(key.clone()).or_default();
                    if !found.contains(&place) {
                        found.push(place);
                    }
                }
                records.push((put.record, put.outcome));
            }
            entry
                .extra
                .push(("from".to_owned(), self.source.to_owned()));
            let told = |(kind, count): (&FieldKind, &u64)| {
                (
                    "sealed-apart".to_owned(),
                    format!("{} {count}", kind.word()),
                )
            };
            entry.extra.extend(pieces.iter().map(told));
            writes.main.append(self.vault.bytes(&entry)?);
            written.push(Written {
                subject: id,
                records,
                entry: 0,
                refused: None,
                pieces,
            });
        }
        for person in people.values().filter(|person| person.touched) {
            person.store(
                self.vault,
                &mut writes,
                &tools,
                self.source,
                self.active.register_version,
                self.now,
            )?;
        }
        // Another node may be importing the same customer at this moment: then one of us conflicts.
        // In a zone apart nobody else writes until this has committed.
        for key in fresh
            .values()
            .filter(|key| register.apart(key.collection).is_none())
        {
            key.guard_only(&mut writes.main);
        }
        Ok((writes, written))
    }

    /// The entry of a row that is refused because a field takes a value once.
    fn refusal(&self, entry: &mut Entry, field: &FieldRef) -> Result<Vec<u8>, VaultError> {
        entry.kind = Kind::Refusal;
        entry.add_field("withheld", WRITTEN_ONCE, field.to_string());
        let words = [("rule", WRITTEN_ONCE), ("from", self.source)];
        let words = words.map(|(word, text)| (word.to_owned(), text.to_owned()));
        entry.extra.extend(words);
        self.vault.bytes(entry)
    }

    /// Whose records a row holds: the subject it names, else whoever has the key of the person's own
    /// record (a collection of which a person has one), else whoever has any of the keys. `None`
    /// makes a new subject: so does a person's own key that nobody has, for a car or an order that
    /// somebody else is known by makes them not the same person.
    fn owner(
        &self,
        row: &PersonRow<'_>,
        keys: &[Option<Key<'_>>],
        places: &HashMap<Key<'_>, Vec<Place>>,
    ) -> Option<SubjectId> {
        if row.subject.is_some() {
            return row.subject;
        }
        let holder = |key: &Key<'_>| {
            places
                .get(key)
                .and_then(|found| found.first())
                .map(|(subject, _)| *subject)
        };
        let own = |key: &&Key<'_>| {
            self.active
                .register
                .collection(key.collection)
                .is_some_and(|c| c.single)
        };
        let named = || keys.iter().flatten();
        if named().any(|key| own(&key)) {
            return named().filter(own).find_map(holder);
        }
        named().find_map(holder)
    }

    fn collection(&self, record: &RecordWrite) -> Result<&Collection, VaultError> {
        self.active
            .register
            .collection(&record.collection)
            .ok_or(VaultError::Corrupt("register"))
    }
}

impl Vault {
    /// Who has these records, by the one value that names each: a field and its value, as it was typed.
    ///
    /// # Errors
    /// The store or the keys failed.
    pub(crate) async fn holders(
        &self,
        active: &Active,
        field: &FieldRef,
        values: &[Personal<String>],
    ) -> Result<Vec<BTreeSet<SubjectId>>, VaultError> {
        let register = &active.register;
        let declared = register
            .field(field)
            .ok_or(VaultError::Corrupt("register"))?;
        let keyrings = self.keyrings_of(register, std::slice::from_ref(field))?;
        let mut tools = Tools::new(self, &keyrings, register);
        let mut keys = Vec::with_capacity(values.len());
        for value in values {
            // Into index tags, by its normal form.
            let normal = shouxin_regime::normalise(declared.kind, value.expose());
            let record = RecordWrite {
                collection: field.collection().to_owned(),
                key: Some(vec![field.field().to_owned()]),
                values: vec![(field.field().to_owned(), Personal::new(normal.into_owned()))],
            };
            keys.push(keys::of(&mut tools, &record));
        }
        let places = keys::find(self, register, keys.iter().flatten()).await?;
        let holders = keys.iter().map(|key| {
            let found = key.as_ref().and_then(|key| places.get(key));
            found
                .into_iter()
                .flatten()
                .map(|(subject, _)| *subject)
                .collect()
        });
        Ok(holders.collect())
    }
}

/// The rule of a field that takes a value once.
const WRITTEN_ONCE: &str = "written-once";

//! A batch of writes: rows matched to people, merged into their records, committed together.

mod keys;
mod person;
mod tools;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shouxin_ledger::Kind;
use shouxin_model::{Caller, Collection, Moment, RecordId, SubjectId};
use shouxin_store::params;

use crate::active::Active;
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
            for (record, key) in row.records.iter().zip(keys) {
                let collection = self.collection(record)?;
                let found = key
                    .as_ref()
                    .and_then(|key| places.get(key))
                    .map_or(&[][..], Vec::as_slice);
                let matched = found
                    .iter()
                    .find(|(subject, _)| *subject == id)
                    .map(|(_, record)| *record);
                let target = matched.or_else(|| person.only_record(collection));
                let is_new_key = found.is_empty();
                let put = person.put(
                    &mut writes,
                    &mut tools,
                    &mut dice,
                    self.now,
                    collection,
                    target,
                    record,
                )?;
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
            writes.main.append(self.vault.bytes(&entry)?);
            written.push(Written {
                subject: id,
                records,
                entry: 0,
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

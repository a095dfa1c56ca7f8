//! One person's rows, each held against what it was written with.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE32_DNSSEC;
use shouxin_model::{Collection, FieldRef, Moment, RecordId, SubjectId};
use shouxin_seal::{Binding, SealedRecord, SubjectKey};
use shouxin_store::{Query, Row, StoreError, params};

use super::told_by::Chain;
use super::{Pending, Wrong};
use crate::active::Active;
use crate::batch::{Tools, is_apart, key_of};
use crate::consents::{ConsentEvent, counting, events_query, hold_events};
use crate::evidence;
use crate::gather::plain;
use crate::integrity::{self, Facts, ROW, row_mark};
use crate::keys::Keyrings;
use crate::open::open_text;
use crate::permit::RecordedPermit;
use crate::zones::Zone;
use crate::{Vault, VaultError};

/// The rows of one person.
pub(super) struct Stored<'z> {
    subject: Vec<Row>,
    consents: Vec<Row>,
    events: Vec<Row>,
    evidence: Vec<Row>,
    /// What the main database holds, then what zones apart do.
    parts: Vec<Part<'z>>,
}

/// What one database holds of a person, over one state of it.
pub(super) struct Part<'z> {
    zone: Option<&'z Zone>,
    keys: Vec<Row>,
    records: Vec<Row>,
    blind: Vec<Row>,
    facets: Vec<Row>,
}

/// An index row: field, mode, tag, record.
type Tag = (String, String, Vec<u8>, RecordId);
/// A facet row: collection, field, value, record.
type Facet = (String, String, String, RecordId);

/// What the records say the indexes and facets ought to be.
#[derive(Default)]
struct Expected {
    tags: BTreeSet<Tag>,
    facets: BTreeSet<Facet>,
    /// Records whose indexes or facets are still to be built.
    unreached: BTreeSet<RecordId>,
}

impl<'z> Stored<'z> {
    /// The SELECTs that [`Stored::of`] takes the answers of.
    pub(super) fn queries(subject: SubjectId) -> Vec<Query> {
        let person = Query {
            sql: integrity::SUBJECT,
            params: params![subject],
        };
        let mut queries = vec![
            person,
            integrity::consents_query(subject),
            events_query(subject),
            evidence::all_query(subject),
        ];
        queries.extend(Part::queries(subject));
        queries
    }

    pub(super) fn of(answers: Vec<Vec<Row>>) -> Self {
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        Self {
            subject: next(),
            consents: next(),
            events: next(),
            evidence: next(),
            parts: vec![Part::of(None, answers)],
        }
    }

    /// Adds what a zone apart answered.
    pub(super) fn add(&mut self, zone: &'z Zone, answers: Vec<Vec<Row>>) {
        self.parts.push(Part::of(Some(zone), answers.into_iter()));
    }

    pub(super) fn records(&self) -> usize {
        self.parts.iter().map(|part| part.records.len()).sum()
    }

    /// What the person said, as one digest, and how many words that were; `None` if the rows cannot be read.
    pub(super) fn said(&self) -> Option<Chain> {
        let mut chain = Chain::default();
        for row in &self.events {
            chain = chain.and(&ConsentEvent::of(row).ok()?.digest_text());
        }
        Some(chain)
    }

    /// What is stored as evidence opens to what its hash says, and what was named as evidence is there.
    fn check_evidence(&self, keyrings: &Keyrings, subject: SubjectId, damage: &mut Vec<Wrong>) {
        let keys = self.parts.first().map_or(&[][..], |main| &main.keys);
        let row = keys.iter().find(|row| row.text(0) == Ok(evidence::ZONE));
        let key = row.and_then(|row| key_of(&keyrings.main, subject, row).ok());
        let sound = self.evidence.iter().all(|row| {
            key.as_ref()
                .is_some_and(|(_, key)| evidence::is_sound(key, subject, row))
        });
        let is_there = |id, hash| self.evidence.iter().any(|row| evidence::is(row, id, hash));
        let named = self
            .events
            .iter()
            .filter_map(|row| ConsentEvent::of(row).ok()?.evidence);
        if !sound || !named.into_iter().all(|(id, hash)| is_there(id, hash)) {
            damage.push(Wrong::Row("evidence".to_owned()));
        }
    }

    /// Adds what is wrong to `damage`.
    pub(super) fn check(
        &self,
        (vault, keyrings): (&Vault, &Keyrings),
        (active, pending): (&Active, &Pending),
        subject: SubjectId,
        permit: &RecordedPermit,
        damage: &mut Vec<Wrong>,
    ) {
        // Erased between the page and here.
        let Some(row) = self.subject.first() else {
            return;
        };
        match Facts::of(vault, subject, row) {
            Err(_) => damage.push(Wrong::Row("subject".to_owned())),
            Ok(facts) => {
                if facts.hold(vault, &self.consents).is_err() {
                    damage.push(Wrong::Row("consent, restriction".to_owned()));
                }
                let leads = counting(&self.consents)
                    .and_then(|counting| hold_events(&self.events, &counting));
                if leads.is_err() {
                    damage.push(Wrong::Row("consent_event".to_owned()));
                }
            }
        }
        self.check_evidence(keyrings, subject, damage);
        for part in &self.parts {
            part.check(
                (vault, keyrings),
                (active, pending),
                subject,
                permit,
                damage,
            );
        }
    }
}

impl<'z> Part<'z> {
    /// The SELECTs for a person, by the id that it has there.
    pub(super) fn queries(subject: SubjectId) -> [Query; 4] {
        [
            "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1",
            "SELECT collection, id, plain, sealed, marks, created_at, updated_at, register_version \
             FROM record WHERE subject = $1",
            "SELECT field, mode, tag, record FROM blind WHERE subject = $1",
            "SELECT collection, field, value, record FROM facet WHERE subject = $1",
        ]
        .map(|sql| Query {
            sql,
            params: params![subject],
        })
    }

    fn of(zone: Option<&'z Zone>, mut answers: impl Iterator<Item = Vec<Row>>) -> Self {
        let mut next = || answers.next().unwrap_or_default();
        Self {
            zone,
            keys: next(),
            records: next(),
            blind: next(),
            facets: next(),
        }
    }

    /// The id by which the vault knows a record that lies here.
    fn record(&self, row: &Row, column: usize) -> Result<RecordId, StoreError> {
        let id = row.id(column, RecordId::from_slice)?;
        Ok(self.zone.map_or(id, |zone| zone.record(id)))
    }

    fn check(
        &self,
        (vault, keyrings): (&Vault, &Keyrings),
        (active, pending): (&Active, &Pending),
        subject: SubjectId,
        permit: &RecordedPermit,
        damage: &mut Vec<Wrong>,
    ) {
        let mut keys = BTreeMap::new();
        for row in &self.keys {
            if self.zone.is_none()
                && row
                    .text(0)
                    .is_ok_and(|zone| is_apart(&active.register, zone))
            {
                // Left from before the zone was set apart: nothing here opens with it.
                continue;
            }
            let zone = row.text(0).unwrap_or_default();
            match key_of(keyrings.of(zone), subject, row) {
                Ok((zone, key)) => drop(keys.insert(zone, key)),
                Err(_) => damage.push(Wrong::Row("subject_key".to_owned())),
            }
        }
        let mut expected = Expected::default();
        let mut tools = Tools::new(vault, keyrings, &active.register);
        for row in &self.records {
            let name = row.text(0).unwrap_or_default();
            let Some(collection) = active.register.collection(name) else {
                // No longer declared: nothing can read it.
                continue;
            };
            let Some(key) = keys.get(&collection.zone) else {
                damage.push(Wrong::Keyless(name.to_owned()));
                continue;
            };
            let mut record = OneRecord {
                subject,
                collection,
                key,
                tools: &mut tools,
                reached: row.int(7).unwrap_or(0) >= pending.get(name).copied().unwrap_or(0),
                expected: &mut expected,
                damage,
            };
            let understood = self.record(row, 1).map_err(VaultError::from);
            let understood = understood.and_then(|id| record.check(id, row, permit));
            if understood.is_err() {
                damage.push(Wrong::Unreadable(name.to_owned()));
            }
        }
        self.check_derived(&expected, damage);
    }

    /// Indexes and facets are those of the records, none more and none less.
    fn check_derived(&self, expected: &Expected, damage: &mut Vec<Wrong>) {
        let tags = self.blind.iter().map(|row| {
            Ok((
                row.text(0)?.to_owned(),
                row.text(1)?.to_owned(),
                row.bytes(2)?.to_vec(),
                self.record(row, 3)?,
            ))
        });
        let facets = self.facets.iter().map(|row| {
            Ok((
                row.text(0)?.to_owned(),
                row.text(1)?.to_owned(),
                row.text(2)?.to_owned(),
                self.record(row, 3)?,
            ))
        });
        let reached = |record: &RecordId| !expected.unreached.contains(record);
        match tags.collect::<Result<BTreeSet<Tag>, StoreError>>() {
            Ok(mut tags) => {
                tags.retain(|tag| reached(&tag.3));
                if tags != expected.tags {
                    damage.push(Wrong::Derived("blind"));
                }
            }
            Err(_) => damage.push(Wrong::Derived("blind")),
        }
        match facets.collect::<Result<BTreeSet<Facet>, StoreError>>() {
            Ok(mut facets) => {
                facets.retain(|facet| reached(&facet.3));
                if facets != expected.facets {
                    damage.push(Wrong::Derived("facet"));
                }
            }
            Err(_) => damage.push(Wrong::Derived("facet")),
        }
    }
}

/// A record under examination.
struct OneRecord<'a, 't> {
    subject: SubjectId,
    collection: &'a Collection,
    key: &'a SubjectKey,
    tools: &'t mut Tools<'a>,
    /// Whether no register change is still to come to it.
    reached: bool,
    expected: &'t mut Expected,
    damage: &'t mut Vec<Wrong>,
}

impl OneRecord<'_, '_> {
    fn check(
        &mut self,
        id: RecordId,
        row: &Row,
        permit: &RecordedPermit,
    ) -> Result<(), VaultError> {
        let (plain, marks) = (plain(row.text(2)?)?, plain(row.text(4)?)?);
        let sealed =
            SealedRecord::decode(row.bytes(3)?).map_err(|_| VaultError::Corrupt("record"))?;
        let name = self.collection.name.clone();
        if marks.get(ROW) != Some(&self.mark(id, &plain, row.moment(5)?, row.moment(6)?)?) {
            self.damage.push(Wrong::Plain(name.clone()));
        }
        if !self.reached {
            self.expected.unreached.insert(id);
        }
        for (field, value) in &plain {
            if self.reached && self.collection.field(field).is_some_and(|f| f.facet) {
                let facet = (name.clone(), field.clone(), value.clone(), id);
                self.expected.facets.insert(facet);
            }
        }
        let fields: BTreeSet<&str> = sealed.iter().map(|(field, _)| field).collect();
        let marked = marks.keys().map(String::as_str).filter(|mark| *mark != ROW);
        if fields != marked.collect() {
            self.damage.push(Wrong::Marks(name.clone()));
        }
        for (field, envelope) in sealed.iter() {
            self.envelope(id, field, envelope, marks.get(field), permit);
        }
        Ok(())
    }

    /// Opens one value to hold it against its mark and its indexes; nothing of it is answered.
    fn envelope(
        &mut self,
        record: RecordId,
        field: &str,
        envelope: &[u8],
        mark: Option<&String>,
        _permit: &RecordedPermit,
    ) {
        let name = FieldRef::new(&self.collection.name, field);
        let binding = Binding {
            zone: &self.collection.zone,
            field: &name,
            subject: self.subject,
            record,
        };
        let Ok(value) = open_text(self.key, &binding, envelope) else {
            self.damage.push(Wrong::Forged(name));
            return;
        };
        // Into a keyed mark and into index tags.
        let value = value.expose();
        if mark != Some(&BASE32_DNSSEC.encode(&self.key.mark(&binding, value.as_bytes()))) {
            self.damage.push(Wrong::Older(name.clone()));
        }
        let Some(tool) = self
            .tools
            .field(self.collection, field)
            .filter(|_| self.reached)
        else {
            return;
        };
        for (mode, index) in &tool.indexes {
            for tag in index.tags(tool.field.kind, value) {
                let mode = mode.word().to_owned();
                self.expected
                    .tags
                    .insert((tool.text.clone(), mode, tag, record));
            }
        }
    }

    fn mark(
        &self,
        record: RecordId,
        plain: &BTreeMap<String, String>,
        created_at: Moment,
        updated_at: Moment,
    ) -> Result<String, VaultError> {
        let place = (self.collection.name.as_str(), self.collection.zone.as_str());
        row_mark(
            self.key,
            self.subject,
            place,
            record,
            plain,
            created_at,
            updated_at,
        )
    }
}

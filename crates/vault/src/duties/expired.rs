//! Counting the records whose keeping period is over: beside requests, for it looks at every record.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use shouxin_model::{Moment, RecordId, Register, SubjectId};
use shouxin_store::{Row, Store, params};

use super::{Duty, DutyKind, Holder};
use crate::gather::plain;
use crate::retention::over_since;
use crate::{Vault, VaultError};

/// What the last count found, by collection.
#[derive(Default)]
pub(crate) struct Expired(Mutex<BTreeMap<String, Count>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    records: u64,
    /// When the first of the periods was over.
    since: Moment,
}

impl Vault {
    /// Counts, by collection, the records of which some field's keeping period is over. What was found is kept for
    /// [`Vault::duties`] until the next count.
    ///
    /// # Errors
    /// A store could not be read.
    pub async fn count_expired(&self) -> Result<(), VaultError> {
        let (now, active) = (self.now(), self.active());
        let mut counts = BTreeMap::new();
        for store in std::iter::once(self.store()).chain(self.zones().map(|(_, store)| store)) {
            count_in(store, &active.register, now, &mut counts).await?;
        }
        *self
            .expired()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = counts;
        Ok(())
    }

    pub(super) fn expired_duties(&self) -> Vec<Duty> {
        let counts = self
            .expired()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let duty = |(collection, count): (&String, &Count)| Duty {
            kind: DutyKind::RetentionOver,
            about: None,
            what: Some(collection.clone()),
            holder: Holder::CallersRole(vec!["protection-officer".to_owned()]),
            began_at: count.since,
            ends_at: count.since,
            count: Some(count.records),
        };
        counts.iter().map(duty).collect()
    }
}

async fn count_in(
    store: &Store,
    register: &Register,
    now: Moment,
    counts: &mut BTreeMap<String, Count>,
) -> Result<(), VaultError> {
    let mut after = (
        SubjectId::from_bytes([0; 16]),
        String::new(),
        RecordId::from_bytes([0; 16]),
    );
    loop {
        let (subject, collection, id) = &after;
        let rows = store
            .query(PAGE, params![*subject, collection, *id, ROWS])
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = (
            last.id(0, SubjectId::from_slice)?,
            last.text(1)?.to_owned(),
            last.id(2, RecordId::from_slice)?,
        );
        for row in &rows {
            let Some(since) = over_in(row, register, now)? else {
                continue;
            };
            let first = Count { records: 0, since };
            let count = counts.entry(row.text(1)?.to_owned()).or_insert(first);
            count.records += 1;
            count.since = count.since.min(since);
        }
    }
}

/// Since when some field of the record is kept too long.
fn over_in(row: &Row, register: &Register, now: Moment) -> Result<Option<Moment>, VaultError> {
    let Some(collection) = register.collection(row.text(1)?) else {
        return Ok(None);
    };
    let (plain, updated_at) = (plain(row.text(3)?)?, row.moment(4)?);
    let over = |field| over_since(collection, field, &plain, updated_at);
    let first = collection.fields.iter().filter_map(over).min();
    Ok(first.filter(|since| now >= *since))
}

const PAGE: &str = "SELECT subject, collection, id, plain, updated_at FROM record \
    WHERE (subject, collection, id) > ($1, $2, $3) ORDER BY subject, collection, id LIMIT $4";

/// Records looked at in one query: nobody else waits long for its reader.
const ROWS: u32 = 2_000;

//! Background work: bringing stored records to the register in force. Survives a kill at any moment.

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldRef, JobId, Moment, Personal, RecordId, SubjectId};
use shouxin_policy::Verdict;
use shouxin_register::{Plan, plan::Effect};
use shouxin_seal::{Binding, BlindIndex, SubjectKey, WrappedKey, suite_of};
use shouxin_store::{CommitError, Query, Tx, params};

use crate::gather::StoredRecord;
use crate::open::{Stored, open_text};
use crate::permit::{Permit, RecordedPermit};
use crate::{Active, Vault, VaultError};

/// A job as people see it.
#[derive(Clone, Debug)]
pub struct JobStatus {
    /// The job.
    pub id: JobId,
    /// The collection whose records it brings up to date.
    pub collection: String,
    /// `waiting`, `running` or `done`.
    pub state: String,
    /// Records done.
    pub done: u64,
    /// Records there were when it began.
    pub total: u64,
}

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
            let at = match jobs.iter().position(|job| job.collection == field.collection()) {
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
                Effect::ResealField { field, .. } | Effect::SealField { field, .. } => {
                    add(field, |job| &mut job.seal);
                    // Another suite has other tags.
                    add(field, |job| &mut job.index);
                    add(field, |job| &mut job.facet);
                }
                Effect::BuildIndex { field, .. } | Effect::DropIndex { field, .. } => {
                    add(field, |job| &mut job.index);
                }
                Effect::BuildFacet { field } | Effect::DropFacet { field } => add(field, |job| &mut job.facet),
                _ => {}
            }
        }
        jobs
    }
}

/// Queues a rework in the transaction that makes it necessary.
pub(crate) fn insert(tx: &mut Tx, id: JobId, rework: &Rework, now: Moment) -> Result<(), VaultError> {
    let payload = serde_json::to_string(rework).map_err(|_| VaultError::Corrupt("job"))?;
    tx.run_exactly(
        1,
        "INSERT INTO job (id, kind, payload, state, run_at, lease_until, attempts, progress, updated_at) \
         VALUES ($1, 'rework', $2, 'waiting', $3, 0, 0, '{}', $4)",
        params![id, payload, now, now],
    );
    Ok(())
}

#[derive(Default, Serialize, Deserialize)]
struct Progress {
    #[serde(default)]
    done: u64,
    #[serde(default)]
    total: u64,
}

/// Records worked on in one transaction.
const PAGE: u32 = 200;

/// How long a node may hold a job without a sign of life, in seconds.
const LEASE_SECONDS: i64 = 30;

impl Vault {
    /// Every job, newest first, at most 100.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn jobs(&self) -> Result<Vec<JobStatus>, VaultError> {
        let rows = self
            .store()
            .query("SELECT id, payload, state, progress FROM job ORDER BY id DESC LIMIT 100", params![])
            .await?;
        rows.iter()
            .map(|row| {
                let rework: Rework =
                    serde_json::from_str(row.text(1)?).map_err(|_| VaultError::Corrupt("job"))?;
                let progress: Progress = serde_json::from_str(row.text(3)?).unwrap_or_default();
                Ok(JobStatus {
                    id: row.id(0, JobId::from_slice)?,
                    collection: rework.collection,
                    state: row.text(2)?.to_owned(),
                    done: progress.done,
                    total: progress.total,
                })
            })
            .collect()
    }

    /// Works one page of the oldest open job. Returns whether there was anything to do.
    ///
    /// # Errors
    /// The store, the ledger or the keys failed; the job stays and is tried again.
    pub async fn work(&self) -> Result<bool, VaultError> {
        let now = self.now();
        let rows = self
            .store()
            .query(
                "SELECT id, payload, progress, lease_until FROM job WHERE state <> 'done' AND lease_until < $1 \
                 ORDER BY id LIMIT 1",
                params![now],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok(false) };
        let id = row.id(0, JobId::from_slice)?;
        let rework: Rework = serde_json::from_str(row.text(1)?).map_err(|_| VaultError::Corrupt("job"))?;
        let progress: Progress = serde_json::from_str(row.text(2)?).unwrap_or_default();
        let Some(permit) = self.claim(id, &rework, row.int(3)?, now).await? else { return Ok(true) };
        self.refresh().await?;
        let mut progress = progress;
        loop {
            let worked = self.rework_page(id, &rework, &mut progress, &permit).await?;
            if worked == 0 {
                return Ok(true);
            }
        }
    }

    /// Takes the job for this node, and records that its records are about to be opened.
    async fn claim(
        &self,
        id: JobId,
        rework: &Rework,
        lease: i64,
        now: Moment,
    ) -> Result<Option<RecordedPermit>, VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE job SET state = 'running', lease_until = $1, attempts = attempts + 1, updated_at = $2 \
             WHERE id = $3 AND lease_until = $4 AND state <> 'done'",
            params![now.plus_seconds(LEASE_SECONDS), now, id, lease],
        );
        let mut entry = self.begin(now, Kind::Key, &Caller::operator(), &self.active());
        entry.extra.push(("did".to_owned(), "rework".to_owned()));
        entry.extra.push(("job".to_owned(), id.to_string()));
        entry.extra.push(("collection".to_owned(), rework.collection.clone()));
        tx.append(self.bytes(&entry)?);
        let permit = Permit::new(Verdict { refusal: None, fields: Vec::new() });
        match RecordedPermit::commit(self.store(), vec![permit], tx).await {
            Ok(mut permits) => Ok(permits.pop()),
            // Another node was faster.
            Err(CommitError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Works one page, and gives how many records it had. A page with none ends the job.
    async fn rework_page(
        &self,
        id: JobId,
        rework: &Rework,
        progress: &mut Progress,
        permit: &RecordedPermit,
    ) -> Result<usize, VaultError> {
        let active = self.active();
        let now = self.now();
        if progress.total == 0 {
            let rows = self
                .store()
                .query(
                    "SELECT COUNT(*) FROM record WHERE collection = $1 AND register_version < $2",
                    params![&rework.collection, rework.to_version],
                )
                .await?;
            let left = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
            progress.total = progress.done + u64::try_from(left).unwrap_or(0);
        }
        let rows = self
            .store()
            .query(
                "SELECT subject, id, plain, sealed, version, marks FROM record \
                 WHERE collection = $1 AND register_version < $2 ORDER BY subject, id LIMIT $3",
                params![&rework.collection, rework.to_version, PAGE],
            )
            .await?;
        let mut tx = Tx::new();
        for row in &rows {
            let record = StoredRecord {
                collection: rework.collection.clone(),
                id: row.id(1, RecordId::from_slice)?,
                plain: row.text(2)?.to_owned(),
                sealed: row.bytes(3)?.to_vec(),
            };
            let subject = row.id(0, SubjectId::from_slice)?;
            self.rework_record(&mut tx, &active, rework, subject, &record, row.int(4)?, row.text(5)?, permit)
                .await?;
        }
        let done = rows.is_empty();
        let next = Progress { done: progress.done + rows.len() as u64, total: progress.total };
        let json = serde_json::to_string(&next).map_err(|_| VaultError::Corrupt("job"))?;
        tx.run_exactly(
            1,
            "UPDATE job SET state = $1, progress = $2, lease_until = $3, updated_at = $4 WHERE id = $5",
            params![
                if done { "done" } else { "running" },
                json,
                now.plus_seconds(LEASE_SECONDS),
                now,
                id
            ],
        );
        match self.store().commit(tx).await {
            Ok(_) => *progress = next,
            // Somebody wrote one of the records meanwhile: the next page begins with it again.
            Err(CommitError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(rows.len())
    }

    #[allow(clippy::too_many_arguments, reason = "one stored row and what to do with it")]
    async fn rework_record(
        &self,
        tx: &mut Tx,
        active: &Active,
        rework: &Rework,
        subject: SubjectId,
        record: &StoredRecord,
        version: i64,
        marks: &str,
        _permit: &RecordedPermit,
    ) -> Result<(), VaultError> {
        let collection = active.register.collection(&rework.collection).ok_or(VaultError::Corrupt("register"))?;
        let zone = collection.zone.as_str();
        let mut stored = Stored::parse(record)?;
        let mut marks: std::collections::BTreeMap<String, String> =
            serde_json::from_str(marks).map_err(|_| VaultError::Corrupt("record"))?;
        let mut dice = self.dice();
        let key = self.subject_key(subject, zone).await?;
        for field in &collection.fields {
            let touched = |list: &[String]| list.contains(&field.name);
            if !(touched(&rework.seal) || touched(&rework.index) || touched(&rework.facet)) {
                continue;
            }
            let full = FieldRef::new(&collection.name, &field.name);
            if touched(&rework.facet) {
                tx.run(
                    "DELETE FROM facet WHERE subject = $1 AND collection = $2 AND field = $3 AND record = $4",
                    params![subject, &collection.name, &field.name, record.id],
                );
                if field.facet
                    && let Some(value) = stored.plain.get(&field.name)
                {
                    tx.run(
                        "INSERT INTO facet (subject, collection, field, value, record) VALUES ($1, $2, $3, $4, $5)",
                        params![subject, &collection.name, &field.name, value, record.id],
                    );
                }
            }
            if !field.sealed {
                continue;
            }
            let Some(key) = &key else { continue };
            let binding = Binding { zone, field: &full, subject, record: record.id };
            // Opened to be sealed and indexed anew; nothing of it is answered.
            let value = match (stored.sealed.get(&field.name), stored.plain.remove(&field.name)) {
                (Some(envelope), _) => open_text(key, &binding, envelope)?,
                (None, Some(plain)) => Personal::new(plain),
                (None, None) => continue,
            };
            let suite = active.register.suite_of(field);
            if stored.sealed.get(&field.name).and_then(suite_of) != Some(suite) {
                let bytes = value.expose().as_bytes();
                stored.sealed.insert(&field.name, shouxin_seal::seal(key, suite, &binding, bytes, &mut dice));
                let mark = data_encoding::BASE32_DNSSEC.encode(&key.mark(&binding, bytes));
                marks.insert(field.name.clone(), mark);
            }
            tx.run(
                "DELETE FROM blind WHERE subject = $1 AND field = $2 AND record = $3",
                params![subject, full.to_string(), record.id],
            );
            for mode in &field.search {
                let index = BlindIndex::of(self.keyring(), &full, *mode, suite);
                for tag in index.tags(field.kind, value.expose()) {
                    tx.run(
                        "INSERT INTO blind (subject, field, mode, tag, record) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                        params![subject, full.to_string(), mode.word(), tag, record.id],
                    );
                }
            }
        }
        let json = |map| serde_json::to_string(map).map_err(|_| VaultError::Corrupt("record"));
        tx.run_exactly(
            1,
            "UPDATE record SET plain = $1, sealed = $2, marks = $3, register_version = $4, version = version + 1 \
             WHERE subject = $5 AND collection = $6 AND id = $7 AND version = $8",
            params![
                json(&stored.plain)?,
                stored.sealed.encode(),
                json(&marks)?,
                rework.to_version,
                subject,
                &collection.name,
                record.id,
                version
            ],
        );
        // Reads under way hold the old bytes: they look again.
        tx.run("UPDATE subject SET version = version + 1 WHERE id = $1", params![subject]);
        Ok(())
    }

    async fn subject_key(&self, subject: SubjectId, zone: &str) -> Result<Option<SubjectKey>, VaultError> {
        let query = Query {
            sql: "SELECT epoch, wrapped FROM subject_key WHERE subject = $1 AND zone = $2",
            params: params![subject, zone],
        };
        let rows = self.store().query(query.sql, query.params).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let epoch = u32::try_from(row.int(0)?).map_err(|_| VaultError::Corrupt("key epoch"))?;
        let wrapped = WrappedKey { epoch, bytes: row.bytes(1)?.to_vec() };
        SubjectKey::unwrap(self.keyring(), subject, zone, &wrapped)
            .map(Some)
            .map_err(|_| VaultError::Corrupt("subject key"))
    }
}

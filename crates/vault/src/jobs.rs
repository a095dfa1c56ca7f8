//! Background work: bringing stored records to the register in force. Survives a kill at any moment.

mod rework;

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, JobId, Moment};
use shouxin_policy::Verdict;
use shouxin_store::{CommitError, Row, Tx, params};

use crate::permit::{Permit, RecordedPermit};
use crate::{Vault, VaultError, zones};
pub(crate) use rework::Rework;

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

/// Queues a rework in the transaction that makes it necessary.
pub(crate) fn insert(
    tx: &mut Tx,
    id: JobId,
    rework: &Rework,
    now: Moment,
) -> Result<(), VaultError> {
    let payload = serde_json::to_string(rework).map_err(|_| VaultError::Corrupt("job"))?;
    tx.run_exactly(
        1,
        "INSERT INTO job (id, kind, payload, state, run_at, lease_until, attempts, progress, updated_at) \
         VALUES ($1, 'rework', $2, 'waiting', $3, 0, 0, '{}', $4)",
        params![id, payload, now, now],
    );
    Ok(())
}

/// How far a job is.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Progress {
    #[serde(default)]
    done: u64,
    #[serde(default)]
    total: u64,
}

/// A job that is not done.
struct Job {
    id: JobId,
    rework: Rework,
    progress: Progress,
    lease_until: Moment,
    /// How often it was taken. Whoever took it last holds it.
    attempts: i64,
}

impl Job {
    /// Whether nobody holds it: its lease is over, or ends later than any that was taken by this clock,
    /// so that the clock went back since.
    fn is_free(&self, now: Moment) -> bool {
        self.lease_until < now || self.lease_until > now.plus_seconds(2 * LEASE_SECONDS)
    }
}

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
            .query(
                "SELECT id, payload, state, progress FROM job ORDER BY id DESC LIMIT 100",
                params![],
            )
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

    /// Works off the job whose turn it is. Returns whether there was anything to do.
    ///
    /// # Errors
    /// The store, the ledger or the keys failed; the job stays and is tried again.
    pub async fn work(&self) -> Result<bool, VaultError> {
        let now = self.now();
        let Some(job) = self.next_job(now).await? else {
            return Ok(false);
        };
        let Some(permit) = self.claim(&job, now).await? else {
            return Ok(true);
        };
        self.refresh().await?;
        let mut job = Job {
            attempts: job.attempts + 1,
            ..job
        };
        while self.rework_page(&mut job, &permit).await? {}
        Ok(true)
    }

    /// The job whose turn it is: of each collection the one for the oldest register version, for a
    /// later one would mark records as up to date that the earlier one has not reached.
    async fn next_job(&self, now: Moment) -> Result<Option<Job>, VaultError> {
        let sql = "SELECT id, payload, progress, lease_until, attempts FROM job WHERE state <> 'done' ORDER BY id";
        let rows = self.store().query(sql, params![]).await?;
        let mut jobs = rows.iter().map(job).collect::<Result<Vec<_>, _>>()?;
        jobs.sort_by_key(|job| job.rework.to_version);
        let first = |job: &Job| {
            jobs.iter()
                .find(|other| other.rework.collection == job.rework.collection)
        };
        let turn = jobs
            .iter()
            .position(|job| first(job).is_some_and(|f| f.id == job.id) && job.is_free(now));
        Ok(turn.map(|at| jobs.swap_remove(at)))
    }

    /// Takes the job for this node, and records that its records are about to be opened. `None` if
    /// another node was faster.
    async fn claim(&self, job: &Job, now: Moment) -> Result<Option<RecordedPermit>, VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE job SET state = 'running', lease_until = $1, attempts = attempts + 1, updated_at = $2 \
             WHERE id = $3 AND attempts = $4 AND state <> 'done'",
            params![now.plus_seconds(LEASE_SECONDS), now, job.id, job.attempts],
        );
        let mut entry = self.begin(now, Kind::Key, &Caller::operator(), &self.active());
        entry.extra.push(("did".to_owned(), "rework".to_owned()));
        entry.extra.push(("job".to_owned(), job.id.to_string()));
        entry
            .extra
            .push(("collection".to_owned(), job.rework.collection.clone()));
        tx.append(self.bytes(&entry)?);
        let permit = Permit::new(Verdict {
            refusal: None,
            fields: Vec::new(),
            joined_by: Vec::new(),
        });
        match RecordedPermit::commit(self.store(), vec![permit], tx).await {
            Ok(mut permits) => Ok(permits.pop()),
            Err(CommitError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Works one page of a job held here, and says whether to go on. A page without records ends the
    /// job.
    async fn rework_page(
        &self,
        job: &mut Job,
        permit: &RecordedPermit,
    ) -> Result<bool, VaultError> {
        let now = self.now();
        let collection = [job.rework.collection.as_str()];
        let within = zones::among(&self.active().register, collection.into_iter());
        let turns = self.turns(&within).await?;
        let (mut writes, records) = job.rework.page(self, permit).await?;
        let mut next = job.progress;
        if next.total == 0 {
            next.total = job.rework.left(self).await?;
        }
        next.done += records;
        let json = serde_json::to_string(&next).map_err(|_| VaultError::Corrupt("job"))?;
        writes.main.run_exactly(
            1,
            "UPDATE job SET state = $1, progress = $2, lease_until = $3, updated_at = $4 \
             WHERE id = $5 AND attempts = $6 AND state = 'running'",
            params![
                if records == 0 { "done" } else { "running" },
                json,
                now.plus_seconds(LEASE_SECONDS),
                now,
                job.id,
                job.attempts
            ],
        );
        match turns.commit(writes).await {
            Ok(_) => {
                job.progress = next;
                Ok(records > 0)
            }
            // Somebody wrote one of the records meanwhile: the next page begins with it again. Or this
            // node was silent for so long that another took the job.
            Err(CommitError::Conflict { .. }) => {
                let sql = "SELECT 1 FROM job WHERE id = $1 AND attempts = $2 AND state = 'running'";
                Ok(!self
                    .store()
                    .query(sql, params![job.id, job.attempts])
                    .await?
                    .is_empty())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn job(row: &Row) -> Result<Job, VaultError> {
    Ok(Job {
        id: row.id(0, JobId::from_slice)?,
        rework: serde_json::from_str(row.text(1)?).map_err(|_| VaultError::Corrupt("job"))?,
        progress: serde_json::from_str(row.text(2)?).unwrap_or_default(),
        lease_until: row.moment(3)?,
        attempts: row.int(4)?,
    })
}

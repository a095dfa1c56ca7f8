//! Background work: bringing stored records to the register in force, wrapping keys in a new epoch, sealing
//! anew under fresh keys. Survives a kill at any moment.

mod reseal;
mod rework;
mod rewrap;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, JobId, Moment, Register, SubjectId};
use shouxin_policy::Verdict;
use shouxin_store::{CommitError, Row, Tx, params};

use crate::keys::tell_zone;
use crate::permit::{Permit, RecordedPermit};
use crate::zones::Writes;
use crate::{Vault, VaultError, zones};
pub(crate) use reseal::Reseal;
pub(crate) use rework::Rework;
pub(crate) use rewrap::Rewrap;

/// A job as people see it.
#[derive(Clone, Debug)]
pub struct JobStatus {
    /// The job.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// The collection whose records it brings up to date; empty for work on keys.
    pub collection: String,
    /// The zone apart whose keys it works on; `None` for those of the main database, and for records.
    pub zone: Option<String>,
    /// `waiting`, `running` or `done`.
    pub state: String,
    /// Records or keys done.
    pub done: u64,
    /// Records or keys there were when it began.
    pub total: u64,
    /// When it was queued.
    pub began_at: Moment,
    /// When its last page was committed, or it was queued.
    pub updated_at: Moment,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Brings the records of a collection to a register.
    Rework,
    /// Wraps subject keys in the present epoch.
    Rewrap,
    /// Gives subjects fresh keys and seals their values anew.
    Reseal,
}

impl JobKind {
    /// The word in the store and in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rework => "rework",
            Self::Rewrap => "rewrap",
            Self::Reseal => "reseal",
        }
    }
}

/// The work of a job.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Rework(Rework),
    Rewrap(Rewrap),
    Reseal(Reseal),
}

impl Work {
    pub(crate) fn of(kind: &str, payload: &str) -> Result<Self, VaultError> {
        let work = match kind {
            "rework" => serde_json::from_str(payload).map(Self::Rework),
            "rewrap" => serde_json::from_str(payload).map(Self::Rewrap),
            "reseal" => serde_json::from_str(payload).map(Self::Reseal),
            _ => return Err(VaultError::Corrupt("job")),
        };
        work.map_err(|_| VaultError::Corrupt("job"))
    }

    pub(crate) fn payload(&self) -> Result<String, VaultError> {
        let payload = match self {
            Self::Rework(work) => serde_json::to_string(work),
            Self::Rewrap(work) => serde_json::to_string(work),
            Self::Reseal(work) => serde_json::to_string(work),
        };
        payload.map_err(|_| VaultError::Corrupt("job"))
    }

    pub(crate) const fn kind(&self) -> JobKind {
        match self {
            Self::Rework(_) => JobKind::Rework,
            Self::Rewrap(_) => JobKind::Rewrap,
            Self::Reseal(_) => JobKind::Reseal,
        }
    }

    fn collection(&self) -> &str {
        match self {
            Self::Rework(work) => &work.collection,
            Self::Rewrap(_) | Self::Reseal(_) => "",
        }
    }

    /// The zone apart whose keys it works on.
    pub(crate) fn zone(&self) -> Option<&str> {
        match self {
            Self::Rework(_) => None,
            Self::Rewrap(work) => work.zone.as_deref(),
            Self::Reseal(work) => work.zone.as_deref(),
        }
    }

    /// The zones apart that it changes.
    fn within(&self, register: &Register) -> BTreeSet<String> {
        match self {
            Self::Rework(work) => zones::among(register, std::iter::once(&*work.collection)),
            Self::Rewrap(_) | Self::Reseal(_) => {
                self.zone().map(str::to_owned).into_iter().collect()
            }
        }
    }

    /// Of work on the same things, what comes first: an older register before a newer one.
    fn turn(&self) -> u32 {
        match self {
            Self::Rework(work) => work.to_version,
            Self::Rewrap(_) | Self::Reseal(_) => 0,
        }
    }

    async fn left(&self, vault: &Vault) -> Result<u64, VaultError> {
        match self {
            Self::Rework(work) => work.left(vault).await,
            Self::Rewrap(work) => work.left(vault).await,
            Self::Reseal(work) => work.left(vault).await,
        }
    }

    async fn page(
        &self,
        vault: &Vault,
        after: Option<SubjectId>,
        permit: &RecordedPermit,
    ) -> Result<Page, VaultError> {
        match self {
            Self::Rework(work) => work.page(vault, permit).await,
            Self::Rewrap(work) => work.page(vault, permit).await,
            Self::Reseal(work) => work.page(vault, after, permit).await,
        }
    }
}

/// One page of work, to be committed.
pub(crate) struct Page {
    pub(crate) writes: Writes,
    /// Records or keys it brings up to date.
    pub(crate) count: u64,
    /// Whether nothing is left after it.
    pub(crate) last: bool,
    /// The last subject of it, for work that goes from subject to subject.
    pub(crate) after: Option<SubjectId>,
}

/// Queues a rework in the transaction that makes it necessary.
pub(crate) fn insert(tx: &mut Tx, id: JobId, work: &Work, now: Moment) -> Result<(), VaultError> {
    let payload = work.payload()?;
    tx.run_exactly(
        1,
        "INSERT INTO job (id, kind, payload, state, run_at, lease_until, attempts, progress, updated_at) \
         VALUES ($1, $2, $3, 'waiting', $4, 0, 0, '{}', $5)",
        params![id, work.kind().word(), payload, now, now],
    );
    Ok(())
}

/// How far a job is.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Progress {
    #[serde(default)]
    done: u64,
    #[serde(default)]
    total: u64,
    /// The last subject done, as its id is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

/// A job that is not done.
struct Job {
    id: JobId,
    work: Work,
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
                "SELECT id, payload, state, progress, kind, run_at, updated_at FROM job ORDER BY id DESC LIMIT 100",
                params![],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let work = Work::of(row.text(4)?, row.text(1)?)?;
                let progress: Progress = serde_json::from_str(row.text(3)?).unwrap_or_default();
                Ok(JobStatus {
                    id: row.id(0, JobId::from_slice)?,
                    kind: work.kind(),
                    collection: work.collection().to_owned(),
                    zone: work.zone().map(str::to_owned),
                    state: row.text(2)?.to_owned(),
                    done: progress.done,
                    total: progress.total,
                    began_at: row.moment(5)?,
                    updated_at: row.moment(6)?,
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
        while self.work_page(&mut job, &permit).await? {}
        Ok(true)
    }

    /// The newest register that a job still brings the records of this collection to.
    pub(crate) async fn newest_rework(&self, collection: &str) -> Result<Option<u32>, VaultError> {
        let sql = "SELECT payload FROM job WHERE kind = 'rework' AND state <> 'done'";
        let mut newest = None;
        for row in self.store().query(sql, params![]).await? {
            if let Work::Rework(work) = Work::of("rework", row.text(0)?)?
                && work.collection == collection
            {
                newest = newest.max(Some(work.to_version));
            }
        }
        Ok(newest)
    }

    /// The job whose turn it is: of each collection the one for the oldest register version, for a
    /// later one would mark records as up to date that the earlier one has not reached.
    async fn next_job(&self, now: Moment) -> Result<Option<Job>, VaultError> {
        let sql = "SELECT id, payload, progress, lease_until, attempts, kind FROM job WHERE state <> 'done' ORDER BY id";
        let rows = self.store().query(sql, params![]).await?;
        let mut jobs = rows.iter().map(job).collect::<Result<Vec<_>, _>>()?;
        jobs.sort_by_key(|job| job.work.turn());
        let first = |job: &Job| {
            jobs.iter().find(|other| {
                let things = |work: &Work| (work.kind(), work.collection().to_owned());
                things(&other.work) == things(&job.work) && other.work.zone() == job.work.zone()
            })
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
        let did = job.work.kind().word().to_owned();
        entry.extra.push(("did".to_owned(), did));
        entry.extra.push(("job".to_owned(), job.id.to_string()));
        if !job.work.collection().is_empty() {
            let collection = job.work.collection().to_owned();
            entry.extra.push(("collection".to_owned(), collection));
        }
        tell_zone(&mut entry, job.work.zone());
        tx.append(self.bytes(&entry)?);
        let permit = Permit::new(Verdict {
            refusal: None,
            fields: Vec::new(),
            pieces: Vec::new(),
            joined_by: Vec::new(),
        });
        match RecordedPermit::commit(self.store(), vec![permit], tx).await {
            Ok(mut permits) => Ok(permits.pop()),
            Err(CommitError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Works one page of a job held here, and says whether to go on. The last page ends the job.
    async fn work_page(&self, job: &mut Job, permit: &RecordedPermit) -> Result<bool, VaultError> {
        let now = self.now();
        let within = job.work.within(&self.active().register);
        let turns = self.turns(&within).await?;
        let mut next = job.progress.clone();
        if next.total == 0 {
            next.total = job.work.left(self).await?;
        }
        let after = next.after.as_deref().and_then(|id| id.parse().ok());
        let page = job.work.page(self, after, permit).await?;
        next.done += page.count;
        if let Some(after) = page.after {
            next.after = Some(after.to_string());
        }
        let mut writes = page.writes;
        let json = serde_json::to_string(&next).map_err(|_| VaultError::Corrupt("job"))?;
        writes.main.run_exactly(
            1,
            "UPDATE job SET state = $1, progress = $2, lease_until = $3, updated_at = $4 \
             WHERE id = $5 AND attempts = $6 AND state = 'running'",
            params![
                if page.last { "done" } else { "running" },
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
                Ok(!page.last)
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
        work: Work::of(row.text(5)?, row.text(1)?)?,
        progress: serde_json::from_str(row.text(2)?).unwrap_or_default(),
        lease_until: row.moment(3)?,
        attempts: row.int(4)?,
    })
}

//! What was really read, as the ledger tells it, beside what the register declares.
//!
//! Counts live in memory and follow the ledger's tail: whatever this process knows, another makes out of the
//! same entries, so there is nothing to keep in step, to back up or to trust.

mod counts;
mod findings;
mod flow;

use shouxin_ledger::Kind;
use shouxin_model::{ApprovalId, Moment, Register};
use shouxin_store::StoreError;

use crate::ledger::decoded;
use crate::{Actors, Vault, VaultError};

pub(crate) use counts::Counts;
pub use findings::{FindingKind, MapFinding};
pub use flow::{Act, Flow, Recipient, Undeclared};

use findings::findings;
use flow::flows;

/// So many calendar days of China, today among them, are counted.
pub const MOST_DAYS: u32 = 90;

/// What was read within some days.
#[derive(Clone, Debug)]
pub struct Observations {
    /// The first moment that counts: a midnight in China.
    pub from: Moment,
    /// The moment of looking.
    pub to: Moment,
    /// How many entries of the ledger were looked at, from its beginning or from `MOST_DAYS` ago on.
    pub counted_to: u64,
    /// How many entries are still to be counted: the answer is not whole yet.
    pub behind: u64,
    /// How many entries within these days say that fields were used.
    pub entries: u64,
    /// When the ledger began.
    pub began_at: Option<Moment>,
    /// The version of the register that the flows are held against.
    pub register_version: u32,
    /// How fields were used, most often first.
    pub flows: Vec<Flow>,
    /// What to look at.
    pub findings: Vec<MapFinding>,
}

impl Vault {
    /// Counts on from where counting stopped, at most `most` entries. Gives how many are left.
    ///
    /// # Errors
    /// The store could not be read, or holds what is no entry.
    pub async fn follow_ledger(&self, most: u64) -> Result<u64, VaultError> {
        let mut counts = self.counts().lock().await;
        self.count_on(&mut counts, most).await
    }

    /// How fields were used within the last `days` calendar days of China, today among them, held against the
    /// register in force. `days` is taken as 1 to [`MOST_DAYS`].
    ///
    /// # Errors
    /// As [`Vault::follow_ledger`].
    pub async fn observations(
        &self,
        days: u32,
        actors: &Actors,
    ) -> Result<Observations, VaultError> {
        self.observed(days, actors, &self.active().register).await
    }

    /// The same, held against another register.
    async fn observed(
        &self,
        days: u32,
        actors: &Actors,
        register: &Register,
    ) -> Result<Observations, VaultError> {
        let mut counts = self.counts().lock().await;
        let behind = self.count_on(&mut counts, AT_ONCE).await?;
        let now = self.now();
        let first = now.china_day() - i64::from(days.clamp(1, MOST_DAYS)) + 1;
        let (entries, ways) = counts.since(first);
        let counted_to = counts.next();
        let began_at = counts.began_at();
        drop(counts);
        let flows = flows(register, actors, ways);
        Ok(Observations {
            from: Moment::from_seconds(first * 86_400 - CHINA_SECONDS),
            to: now,
            counted_to,
            behind,
            entries,
            began_at,
            register_version: self.active().register_version,
            findings: findings(register, actors, &flows),
            flows,
        })
    }

    /// Which of the reads of the last `days` days, permitted by the register in force, another would refuse
    /// because it no longer declares them. What a policy would do beyond that is not told.
    ///
    /// # Errors
    /// As [`Vault::follow_ledger`].
    pub async fn reads_cut_off(
        &self,
        days: u32,
        actors: &Actors,
        register: &Register,
    ) -> Result<Vec<Flow>, VaultError> {
        let now = self.observations(days, actors).await?.flows;
        let then = self.observed(days, actors, register).await?.flows;
        let stays = |flow: &Flow| {
            then.iter()
                .any(|other| other.same_way(flow) && other.undeclared.is_none())
        };
        let cut = |flow: &Flow| flow.act != Act::Write && flow.is_open() && !stays(flow);
        let declared = now.into_iter().filter(|flow| flow.undeclared.is_none());
        Ok(declared.filter(cut).collect())
    }

    async fn count_on(&self, counts: &mut Counts, most: u64) -> Result<u64, VaultError> {
        let size = self.store().ledger_head().await?.size;
        let today = self.now().china_day();
        if !counts.fits(size) {
            let first = today - i64::from(MOST_DAYS) + 1;
            let midnight = Moment::from_seconds(first * 86_400 - CHINA_SECONDS);
            let began_at = match size {
                0 => None,
                _ => Some(self.made_at(0).await?),
            };
            *counts = Counts::from(self.first_entry_since(midnight, size).await?, began_at);
        }
        let end = size.min(counts.next().saturating_add(most));
        while counts.next() < end {
            let count = (end - counts.next()).min(PAGE);
            let page = self
                .store()
                .ledger_entries(counts.next(), usize::try_from(count).unwrap_or(1))
                .await?;
            if page.is_empty() {
                return Err(forked(size));
            }
            for (index, bytes) in page {
                let entry = decoded(&bytes)?;
                counts.add(index, &entry);
            }
            // Decoding is work: whoever waits for this thread comes first.
            tokio::task::yield_now().await;
        }
        counts.forget_before(today - i64::from(MOST_DAYS) + 1);
        Ok(size - counts.next())
    }

    /// The entry under which a version of the register (`register`) or of the policies was applied at this
    /// moment, and the approval that it spent. `None` if none is found near that moment.
    ///
    /// # Errors
    /// As [`Vault::follow_ledger`].
    pub async fn entry_of_version(
        &self,
        register: bool,
        version: u32,
        applied_at: Moment,
    ) -> Result<Option<(u64, Option<ApprovalId>)>, VaultError> {
        let size = self.store().ledger_head().await?.size;
        let near = self.first_entry_since(applied_at, size).await?;
        let from = near.saturating_sub(AROUND);
        let page = self
            .store()
            .ledger_entries(from, usize::try_from(2 * AROUND).unwrap_or(1))
            .await?;
        for (index, bytes) in page {
            let entry = decoded(&bytes)?;
            let kind = matches!(entry.kind, Kind::System | Kind::Register | Kind::Policy);
            let of = if register {
                entry.register
            } else {
                entry.policy
            };
            if kind && entry.at == applied_at.micros() && of == version {
                let approval = entry.extra.iter().find(|(word, _)| word == "approval");
                return Ok(Some((index, approval.and_then(|(_, id)| id.parse().ok()))));
            }
        }
        Ok(None)
    }
}

/// The ledger has fewer entries than its head says.
fn forked(size: u64) -> VaultError {
    StoreError::LedgerForked { size }.into()
}

/// Entries read from the store at a time.
const PAGE: u64 = 1_000;

/// Entries that one question counts; what is left is counted beside requests.
const AT_ONCE: u64 = 10_000;

/// Commits that wait for each other are out of order by no more.
const AROUND: u64 = 256;

const CHINA_SECONDS: i64 = 8 * 3600;

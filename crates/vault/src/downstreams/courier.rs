//! The work of telling one system: taken by one node at a time, and moved on as changes go through.

use shouxin_model::{DownstreamState, Moment};
use shouxin_store::{CommitError, Tx, params};
use zeroize::Zeroizing;

use super::{Downstream, Stored, secret_of};
use crate::changes::int;
use crate::{Vault, VaultError};

/// A system that this node tells, until its lease is over.
#[derive(Debug)]
pub struct Assignment {
    /// The system, as it was when the lease was taken.
    pub downstream: Downstream,
    /// The secrets that sign, the present one first; none for NATS.
    pub secrets: Vec<Zeroizing<Vec<u8>>>,
    /// The stream that took the last message: when it was made, and the number there.
    pub stream: (String, u64),
    attempts: i64,
}

/// How far a system got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Every change below was taken.
    pub delivered: u64,
    /// Whether that means that it was processed as well.
    pub processed: bool,
    /// The stream that took the last message: when it was made, and the number there.
    pub stream: (String, u64),
    /// Since when nothing goes through, and why in a word.
    pub failing: Option<(Moment, String)>,
}

impl Vault {
    /// Takes the work of telling a system for this node. `None` if another node has it, or it is not told now.
    ///
    /// # Errors
    /// The store or the keys failed; `Corrupt` if the system's row is not as it was written.
    pub async fn claim_downstream(&self, name: &str) -> Result<Option<Assignment>, VaultError> {
        let now = self.now();
        let Some(stored) = self.stored_downstream(name).await? else {
            return Ok(None);
        };
        if stored.shown.state != DownstreamState::Active || !stored.is_free(now) {
            return Ok(None);
        }
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET lease_until = $2, attempts = attempts + 1, updated_at = $3 \
             WHERE name = $1 AND attempts = $4",
            params![name, now.plus_seconds(LEASE_SECONDS), now, stored.attempts],
        );
        if !self.held_still(tx).await? {
            return Ok(None);
        }
        let attempts = stored.attempts + 1;
        self.assignment(stored, attempts).map(Some)
    }

    /// A system as whoever tells it sees it, without the right to note anything. `None` if there is none, or it was
    /// retired.
    ///
    /// # Errors
    /// As [`Vault::claim_downstream`].
    pub async fn see_downstream(&self, name: &str) -> Result<Option<Assignment>, VaultError> {
        let stored = self.stored_downstream(name).await?;
        let living = stored.filter(|one| one.shown.state != DownstreamState::Retired);
        // No lease is ever taken for the minus first time.
        living.map(|one| self.assignment(one, -1)).transpose()
    }

    fn assignment(&self, stored: Stored, attempts: i64) -> Result<Assignment, VaultError> {
        let (name, now) = (stored.shown.name.clone(), self.now());
        let old = stored.shown.old_until.is_some_and(|until| now < until);
        let sealed = stored.secret.iter();
        let sealed = sealed.chain(stored.old_secret.iter().filter(|_| old));
        let secrets = sealed
            .map(|sealed| self.open_secret(&secret_of(&name), sealed))
            .collect::<Result<_, _>>()?;
        Ok(Assignment {
            secrets,
            stream: (stored.stream.0, stored.stream.1.unsigned_abs()),
            attempts,
            downstream: stored.shown,
        })
    }

    /// Notes how far a system got and keeps the lease. `false`: the lease is another's, or the system was changed,
    /// and nothing was noted.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep_downstream(
        &self,
        held: &Assignment,
        progress: &Progress,
    ) -> Result<bool, VaultError> {
        let now = self.now();
        let failing = progress.failing.as_ref();
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET delivered = $2, \
             acknowledged = CASE WHEN $3 = 1 AND acknowledged < $2 THEN $2 ELSE acknowledged END, \
             stream = $4, stream_newest = $5, failing_since = $6, failure = $7, lease_until = $8, updated_at = $9 \
             WHERE name = $1 AND attempts = $10",
            params![
                held.downstream.name.as_str(),
                int(progress.delivered),
                i64::from(progress.processed),
                progress.stream.0.as_str(),
                int(progress.stream.1),
                failing.map(|(since, _)| *since),
                failing.map(|(_, why)| why.as_str()),
                now.plus_seconds(LEASE_SECONDS),
                now,
                held.attempts
            ],
        );
        self.held_still(tx).await
    }

    /// Whether the lease is still this one's, and the system as it was when it was taken.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn holds_downstream(&self, held: &Assignment) -> Result<bool, VaultError> {
        let sql = "SELECT 1 FROM downstream_position WHERE name = $1 AND attempts = $2";
        let name = held.downstream.name.as_str();
        let rows = self
            .store()
            .query(sql, params![name, held.attempts])
            .await?;
        Ok(!rows.is_empty())
    }

    /// Goes back to what the receiver has processed, for the stream lost what it had taken since: all of that is
    /// told again. `false` as of [`Vault::keep_downstream`].
    ///
    /// # Errors
    /// The store failed.
    pub async fn rewind_downstream(&self, held: &Assignment) -> Result<bool, VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET round = round + 1, stream = '', \
             delivered = CASE WHEN acknowledged < delivered THEN acknowledged ELSE delivered END, \
             stream_newest = 0, lease_until = 0, updated_at = $2 WHERE name = $1 AND attempts = $3",
            params![held.downstream.name.as_str(), self.now(), held.attempts],
        );
        self.held_still(tx).await
    }

    /// Gives the work back, for another node or a later try.
    ///
    /// # Errors
    /// The store failed.
    pub async fn release_downstream(&self, held: &Assignment) -> Result<bool, VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET lease_until = 0 WHERE name = $1 AND attempts = $2",
            params![held.downstream.name.as_str(), held.attempts],
        );
        self.held_still(tx).await
    }

    async fn held_still(&self, tx: Tx) -> Result<bool, VaultError> {
        match self.store().commit(tx).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Stored {
    /// Whether nobody holds it: its lease is over, or ends later than any that was taken by this clock.
    fn is_free(&self, now: Moment) -> bool {
        self.lease_until < now || self.lease_until > now.plus_seconds(2 * LEASE_SECONDS)
    }
}

/// How long a node may hold it without a sign of life.
const LEASE_SECONDS: i64 = 15;

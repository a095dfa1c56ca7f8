//! How far systems are behind, and what becomes of it.

use shouxin_ledger::Kind;
use shouxin_model::{AlarmId, Caller, DownstreamState, Moment};
use shouxin_store::{CommitError, Tx, params};

use super::Downstream;
use crate::changes::{MOST_COUNTED, waiting, waiting_query};
use crate::{Vault, VaultError};

/// How far a system is behind.
#[derive(Clone, Debug)]
pub struct Lag {
    /// The system.
    pub downstream: Downstream,
    /// Changes that it has not acknowledged; at most 10,001 are counted.
    pub behind: u64,
    /// When the oldest of them happened.
    pub oldest: Option<Moment>,
}

impl Lag {
    /// How old the oldest unacknowledged change is, in seconds; 0 if there is none.
    pub fn seconds(&self, now: Moment) -> i64 {
        self.oldest.map_or(0, |at| now.seconds_since(at).max(0))
    }

    /// The most that [`Lag::behind`] tells apart.
    pub const MOST: u64 = MOST_COUNTED as u64;
}

impl Vault {
    /// Every system with how far it is behind, by name. Retired ones are never behind.
    ///
    /// # Errors
    /// As [`Vault::downstreams`].
    pub async fn downstream_lags(&self) -> Result<Vec<Lag>, VaultError> {
        let downstreams = self.downstreams().await?;
        let queries = downstreams.iter().map(|one| {
            let from = match one.state {
                DownstreamState::Retired => u64::MAX,
                DownstreamState::Active | DownstreamState::Paused => one.place.acknowledged,
            };
            waiting_query(from)
        });
        let answers = self.store().query_all(queries.collect()).await?;
        let lags = downstreams.into_iter().zip(answers);
        lags.map(|(downstream, rows)| {
            let (behind, oldest) = waiting(&rows, &downstream.interest)?;
            Ok(Lag {
                downstream,
                behind,
                oldest,
            })
        })
        .collect()
    }

    /// Raises an alarm for each system that is told and has left a change unacknowledged for longer than `seconds`;
    /// one for each time that it falls behind. Gives how many.
    ///
    /// # Errors
    /// The store or the ledger failed.
    pub async fn alarm_about_downstreams(&self, seconds: i64) -> Result<u64, VaultError> {
        let now = self.now();
        let mut raised = 0;
        for lag in self.downstream_lags().await? {
            let alarmed = lag.downstream.place.alarmed_at;
            let late = lag.seconds(now) > seconds;
            if late && alarmed.is_none() && lag.downstream.state == DownstreamState::Active {
                raised += u64::from(self.raise_lag(&lag, now).await?);
            } else if !late && alarmed.is_some() {
                self.note_alarm(&lag.downstream.name, None).await?;
            }
        }
        Ok(raised)
    }

    /// `false` if another node was faster.
    async fn raise_lag(&self, lag: &Lag, now: Moment) -> Result<bool, VaultError> {
        let name = lag.downstream.name.as_str();
        let operator = Caller::operator();
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET alarmed_at = $2 WHERE name = $1 AND alarmed_at IS NULL",
            params![name, now],
        );
        tx.run_exactly(
            1,
            "INSERT INTO alarm (id, kind, actor, about, at) VALUES ($1, 'downstream-behind', $2, $3, $4)",
            params![
                AlarmId::make(now, &mut self.dice()),
                operator.actor(),
                name,
                now
            ],
        );
        let (age, failure) = (
            lag.seconds(now).to_string(),
            lag.downstream.place.failure.clone().unwrap_or_default(),
        );
        let mut extra = vec![
            ("did", "fell-behind"),
            ("downstream", name),
            ("seconds", age.as_str()),
        ];
        if !failure.is_empty() {
            extra.push(("failure", failure.as_str()));
        }
        match self.record(&operator, Kind::Downstream, &extra, tx).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn note_alarm(&self, name: &str, at: Option<Moment>) -> Result<(), VaultError> {
        let mut tx = Tx::new();
        tx.run(
            "UPDATE downstream_position SET alarmed_at = $2 WHERE name = $1",
            params![name, at],
        );
        self.store().commit(tx).await?;
        Ok(())
    }
}

//! Changes on their way into a zone: sealed in the main database, applied to the zone once, in order.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use shouxin_store::{CommitError, Query, Store, Tx, Value, params};

use super::{Zone, statements};
use crate::VaultError;

/// Changes applied before the next are fetched.
const PAGE: i64 = 32;

/// How often to look again while another node applies the same changes.
const LOOKS: usize = 8;

impl Zone {
    /// Applies what the main database holds for this zone, and gives the number of the last change. The
    /// caller holds the turn; other nodes may be at it as well.
    pub(super) async fn settle(&self, main: &Store) -> Result<i64, VaultError> {
        for _ in 0..LOOKS {
            let (head, changes) = self.pending(main).await?;
            let mut applied = self.applied().await?;
            let all = changes.len();
            for (seq, payload) in changes {
                if seq == applied + 1 {
                    self.apply(seq, &payload).await?;
                    applied = seq;
                }
            }
            if applied == head {
                if all > 0 {
                    // They stand in the zone now. If this is lost, they are passed over next time.
                    self.forget(main, applied).await?;
                }
                return Ok(applied);
            }
            if applied < head && all == 0 {
                // Neither in the zone nor on their way: the zone's database is older than the main one.
                return Err(VaultError::Corrupt("zone"));
            }
        }
        Err(VaultError::Busy)
    }

    /// The number of the last change that this zone was given, and those that may not have arrived.
    async fn pending(&self, main: &Store) -> Result<(i64, Vec<(i64, Vec<u8>)>), VaultError> {
        let queries = vec![
            Query {
                sql: "SELECT seq FROM zone_head WHERE zone = $1",
                params: params![&self.name],
            },
            Query {
                sql: "SELECT seq, payload FROM zone_outbox WHERE zone = $1 ORDER BY seq LIMIT $2",
                params: params![&self.name, PAGE],
            },
        ];
        let answers = main.query_all(queries).await?;
        let [head, changes] = answers.as_slice() else {
            return Err(VaultError::Corrupt("zone"));
        };
        let head = head.first().ok_or(VaultError::Corrupt("zone"))?.int(0)?;
        let changes = changes
            .iter()
            .map(|row| Ok((row.int(0)?, row.bytes(1)?.to_vec())))
            .collect::<Result<_, VaultError>>()?;
        Ok((head, changes))
    }

    /// The number of the last change that stands in the zone.
    pub(super) async fn applied(&self) -> Result<i64, VaultError> {
        let sql = "SELECT seq FROM zone_applied WHERE zone = $1";
        let rows = self.store.query(sql, params![&self.name]).await?;
        Ok(rows.first().ok_or(VaultError::Corrupt("zone"))?.int(0)?)
    }

    /// Applies one change, unless another node was faster.
    pub(super) async fn apply(&self, seq: i64, payload: &[u8]) -> Result<(), VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE zone_applied SET seq = $1 WHERE zone = $2 AND seq = $3",
            params![seq, &self.name, seq - 1],
        );
        tx.extend(self.open_change(seq, payload)?);
        match self.store.commit(tx).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) if self.applied().await? >= seq => Ok(()),
            // In its turn a change fits what it was made for.
            Err(CommitError::Conflict { .. }) => Err(VaultError::Corrupt("zone")),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    async fn forget(&self, main: &Store, applied: i64) -> Result<(), VaultError> {
        let mut tx = Tx::new();
        tx.run(FORGET, params![&self.name, applied]);
        main.commit(tx).await?;
        Ok(())
    }

    /// A change as the main database may hold it: what it says opens under the zone's keys alone.
    pub(super) fn seal_change(
        &self,
        seq: i64,
        change: &Tx,
        dice: &mut impl rand_core::CryptoRng,
    ) -> Result<Vec<u8>, VaultError> {
        let steps = change.steps().map(|(sql, params, rows)| {
            Ok(Step {
                statement: statements::ALL
                    .iter()
                    .position(|known| *known == sql)
                    .ok_or(VaultError::Corrupt("zone statement"))?,
                params: params.iter().map(Param::of).collect(),
                rows,
            })
        });
        let steps = steps.collect::<Result<Vec<_>, VaultError>>()?;
        // Facets stand in it open; it is sealed here and wiped.
        let text = zeroize::Zeroizing::new(
            serde_json::to_vec(&steps).map_err(|_| VaultError::Corrupt("zone change"))?,
        );
        Ok(self
            .keys
            .lasting()
            .seal_secret(&self.context(seq), &text, dice))
    }

    fn open_change(&self, seq: i64, payload: &[u8]) -> Result<Tx, VaultError> {
        let text = self
            .keys
            .lasting()
            .open_secret(&self.context(seq), payload)
            .map_err(|_| VaultError::Corrupt("zone change"))?;
        let steps: Vec<Step> =
            serde_json::from_slice(&text).map_err(|_| VaultError::Corrupt("zone change"))?;
        let mut tx = Tx::new();
        for step in steps {
            let sql = *statements::ALL
                .get(step.statement)
                .ok_or(VaultError::Corrupt("zone statement"))?;
            let params = step
                .params
                .into_iter()
                .map(Param::value)
                .collect::<Option<Vec<_>>>()
                .ok_or(VaultError::Corrupt("zone change"))?;
            match step.rows {
                Some(rows) => tx.run_exactly(rows, sql, params),
                None => tx.run(sql, params),
            }
        }
        Ok(tx)
    }

    fn context(&self, seq: i64) -> String {
        format!("zone-change {} {seq}", self.name)
    }
}

/// Removes changes that stand in the zone.
pub(super) const FORGET: &str = "DELETE FROM zone_outbox WHERE zone = $1 AND seq <= $2";

/// One statement of a change.
#[derive(Serialize, Deserialize)]
struct Step {
    #[serde(rename = "s")]
    statement: usize,
    #[serde(rename = "p")]
    params: Vec<Param>,
    #[serde(rename = "n")]
    rows: Option<u64>,
}

#[derive(Serialize, Deserialize)]
enum Param {
    #[serde(rename = "0")]
    Null,
    #[serde(rename = "i")]
    Int(i64),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "b")]
    Bytes(String),
}

impl Param {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(n) => Self::Int(*n),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Bytes(bytes) => Self::Bytes(BASE64.encode(bytes)),
        }
    }

    fn value(self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Int(n) => Value::Int(n),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(text) => Value::Bytes(BASE64.decode(text.as_bytes()).ok()?),
        })
    }
}

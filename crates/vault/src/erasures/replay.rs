//! Burying again what an older copy of the data has brought back.

use shouxin_model::{Caller, ErasureId, SubjectId};
use shouxin_store::{CommitError, Query, Row, params};

use super::{ErasureError, Tombstone, Tombstones};
use crate::zones::Writes;
use crate::{Vault, VaultError};

impl Vault {
    /// Keeps tombstones in `tombstones` from now on, and first makes store and file agree: whoever the
    /// file says was erased and is alive in the store is erased again, under an entry of its own; whoever
    /// only the store knows of is added to the file. To be called before anything is served. Gives how
    /// many were erased again.
    ///
    /// # Errors
    /// `Unburied` if the file cannot be relied on or written; the deployment must not start then.
    pub async fn keep_tombstones(&self, tombstones: Tombstones) -> Result<u64, ErasureError> {
        let buried = tombstones
            .all(&self.lasting())
            .map_err(ErasureError::Unburied)?;
        let mut again = 0;
        for page in buried.chunks(PAGE) {
            again += self.bury_again(page).await?;
        }
        // A second call keeps the first file: one node has one.
        let kept = self.erased().tombstones.get_or_init(|| tombstones);
        self.add_stored(kept).await?;
        if again > 0 {
            tracing::warn!(
                again,
                "older data had brought erased people back; they were erased again"
            );
            self.erased()
                .unscrubbed
                .store(true, std::sync::atomic::Ordering::Release);
            self.scrub().await?;
        }
        Ok(again)
    }

    /// Adds to this node's file what other nodes have erased.
    ///
    /// # Errors
    /// The store could not be read, or the file not written.
    pub async fn sync_tombstones(&self) -> Result<(), ErasureError> {
        match self.erased().tombstones.get() {
            Some(tombstones) => self.add_stored(tombstones).await,
            None => Ok(()),
        }
    }

    /// Erases those of `tombs` that are alive in the store.
    async fn bury_again(&self, tombs: &[Tombstone]) -> Result<u64, VaultError> {
        let queries = tombs.iter().map(|tomb| Query {
            sql: "SELECT pseudonym FROM subject WHERE id = $1 AND state = 'active'",
            params: params![tomb.subject],
        });
        let alive = self.store().query_all(queries.collect()).await?;
        let mut again = 0;
        for (tomb, rows) in tombs.iter().zip(alive) {
            let Some(row) = rows.first() else { continue };
            let pseudonym = row.opt_bytes(0)?.and_then(|bytes| bytes.try_into().ok());
            let extra = [("did", "replayed"), ("erasure", &tomb.erasure.to_string())];
            let turns = self.all_turns().await?;
            let mut writes = Writes::default();
            self.bury(&mut writes, &Caller::operator(), pseudonym, tomb, &extra)?;
            match turns.commit(writes).await {
                Ok(_) => again += 1,
                // Another node that opens at the same time was faster.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(again)
    }

    /// Adds to the file what the store knows of, page by page.
    async fn add_stored(&self, tombstones: &Tombstones) -> Result<(), ErasureError> {
        let sql = "SELECT subject, erasure, at FROM tombstone WHERE subject > $1 ORDER BY subject LIMIT 1000";
        let mut after: Vec<u8> = Vec::new();
        loop {
            let rows = self.store().query(sql, params![&after]).await;
            let rows = rows.map_err(VaultError::from)?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.bytes(0).map_err(VaultError::from)?.to_vec();
            let tombs = rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
            tombstones
                .add(&self.lasting(), &tombs, &mut self.dice())
                .map_err(ErasureError::Unburied)?;
        }
    }
}

fn stored(row: &Row) -> Result<Tombstone, VaultError> {
    Ok(Tombstone {
        subject: row.id(0, SubjectId::from_slice)?,
        erasure: row.id(1, ErasureId::from_slice)?,
        at: row.moment(2)?,
    })
}

/// Tombstones looked up in one go.
const PAGE: usize = 500;

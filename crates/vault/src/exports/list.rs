//! Exports and how they stand.

use shouxin_ledger::Kind;
use shouxin_model::{ApprovalId, Caller, ExportId};
use shouxin_store::{CommitError, Row, Tx, params};

use super::{CORRUPT, ExportError, ExportRequest, ExportStatus, Kept, request_context};
use crate::{Vault, VaultError};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, state, approval, actor, purpose, body, entry, rows_done, people, left_out, digest, \
             created_at, updated_at, request_sealed FROM export ",
            $rest
        )
    };
}

impl Vault {
    /// How an export stands.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export_status(&self, id: ExportId) -> Result<ExportStatus, ExportError> {
        Ok(status(&self.export_row(id).await?)?)
    }

    /// The newest exports, at most 100; only those that `actor` asked for, if named.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn exports(&self, actor: Option<&str>) -> Result<Vec<ExportStatus>, VaultError> {
        let sql = select!("WHERE ($1 = '' OR actor = $1) ORDER BY id DESC LIMIT 100");
        let rows = self
            .store()
            .query(sql, params![actor.unwrap_or_default()])
            .await?;
        rows.iter().map(status).collect()
    }

    /// Ends exports whose process died on the way: nothing left in them for a quarter of an hour. Gives
    /// how many.
    ///
    /// # Errors
    /// The store or the ledger failed.
    pub async fn end_stale_exports(&self) -> Result<usize, VaultError> {
        let now = self.now();
        let rows = self
            .store()
            .query(
                select!("WHERE state = 'running' AND updated_at < $1 LIMIT 100"),
                params![now.plus_seconds(-STALE_SECONDS)],
            )
            .await?;
        let mut ended = 0;
        for row in &rows {
            let stale = status(row)?;
            let mut tx = Tx::new();
            tx.run_exactly(
                1,
                "UPDATE export SET state = 'broken', updated_at = $1 WHERE id = $2 AND state = 'running' AND updated_at = $3",
                params![now, stale.id, stale.updated_at],
            );
            let (id, rows) = (stale.id.to_string(), stale.rows.to_string());
            let extra = [
                ("export", id.as_str()),
                ("did", "broken"),
                ("rows", rows.as_str()),
            ];
            match self
                .record(&Caller::operator(), Kind::Export, &extra, tx)
                .await
            {
                Ok(_) => ended += 1,
                // It went on after all, or another node ended it.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(ended)
    }

    /// The request behind an export of the caller, with how it stands.
    pub(super) async fn own_export(
        &self,
        caller: &Caller,
        id: ExportId,
    ) -> Result<(ExportStatus, ExportRequest), ExportError> {
        let row = self.export_row(id).await?;
        let status = status(&row)?;
        // Somebody else's export looks like none.
        if status.actor != caller.actor() {
            return Err(ExportError::NotFound(id));
        }
        let request = self.kept_request(&row, &status)?;
        Ok((status, request))
    }

    /// How an export stands, with the request behind it.
    pub(super) async fn any_export(
        &self,
        id: ExportId,
    ) -> Result<(ExportStatus, ExportRequest), ExportError> {
        let row = self.export_row(id).await?;
        let status = status(&row)?;
        let request = self.kept_request(&row, &status)?;
        Ok((status, request))
    }

    fn kept_request(&self, row: &Row, status: &ExportStatus) -> Result<ExportRequest, VaultError> {
        let kept = self.open_secret(&request_context(status.id), row.bytes(13)?)?;
        let kept: Kept = serde_json::from_slice(&kept).map_err(|_| CORRUPT)?;
        kept.request(status.purpose.clone()).ok_or(CORRUPT)
    }

    async fn export_row(&self, id: ExportId) -> Result<Row, ExportError> {
        let rows = self
            .store()
            .query(select!("WHERE id = $1"), params![id])
            .await
            .map_err(VaultError::from)?;
        rows.into_iter().next().ok_or(ExportError::NotFound(id))
    }
}

fn status(row: &Row) -> Result<ExportStatus, VaultError> {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(ExportStatus {
        id: row.id(0, ExportId::from_slice)?,
        state: row.text(1)?.to_owned(),
        approval: row.id(2, ApprovalId::from_slice)?,
        actor: row.text(3)?.to_owned(),
        purpose: row.text(4)?.to_owned(),
        body: row.text(5)?.to_owned(),
        entry: row.opt_int(6)?.map(count),
        rows: count(row.int(7)?),
        people: count(row.int(8)?),
        left_out: count(row.int(9)?),
        digest: row.opt_bytes(10)?.and_then(|bytes| bytes.try_into().ok()),
        created_at: row.moment(11)?,
        updated_at: row.moment(12)?,
    })
}

/// How long nothing may leave before an export counts as dead.
const STALE_SECONDS: i64 = 900;

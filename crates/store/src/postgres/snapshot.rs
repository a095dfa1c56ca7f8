//! Snapshots, and what the server's own settings say.

use deadpool_postgres::Pool;

use super::conn::Conn;
use super::failure::Failure;
use super::{Postgres, READ_ONLY, pool};
use crate::book;
use crate::{OpenError, Query, Row, StoreError};

/// One state of the database, held by a transaction on a connection of its own. Dropped, the
/// connection is closed and the server forgets the transaction.
pub(crate) struct Snapshot {
    conn: Conn,
    _pool: Pool,
}

impl Postgres {
    pub(crate) async fn hold(&self) -> Result<Snapshot, StoreError> {
        if self.reads.is_closed() {
            return Err(StoreError::Closed);
        }
        let pool =
            pool((*self.reading).clone(), 1, Some(READ_ONLY)).map_err(|error| match error {
                OpenError::Store(error) => error,
                other => StoreError::Unavailable(other.to_string()),
            })?;
        let conn = Conn::get(&pool).await?;
        let begun = async {
            conn.plain("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await?;
            // The state is taken by the first question, not by BEGIN.
            conn.rows(&[book::head_query()]).await
        };
        begun.await.map_err(Failure::store_error)?;
        Ok(Snapshot { conn, _pool: pool })
    }

    /// Settings of the server with which a power cut could lose what was acknowledged.
    pub(crate) async fn examine(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT name, setting FROM pg_catalog.pg_settings \
                   WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' \
                   ORDER BY name";
        let query = Query {
            sql,
            params: Vec::new(),
        };
        let rows = self.query_all(vec![query]).await?.pop().unwrap_or_default();
        let line = |row: &Row| Ok(format!("{} is {}", row.text(0)?, row.text(1)?));
        rows.iter().map(line).collect()
    }
}

impl Snapshot {
    pub(crate) async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        let rows = self.conn.rows(&[query]).await;
        let mut rows = rows.map_err(Failure::store_error)?;
        Ok(rows.pop().unwrap_or_default())
    }
}

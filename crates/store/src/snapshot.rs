//! One state of the whole store, held still while it is read.

use crate::postgres;
use crate::sqlite;
use crate::{Query, Row, StoreError, value};

/// One state of the whole store, read over a connection of its own: neither readers nor writers wait
/// for it. While it is held, SQLite's log of changes grows and PostgreSQL keeps old rows, so it is
/// dropped as soon as it has been read.
pub struct Snapshot(pub(crate) Held);

pub(crate) enum Held {
    Sqlite(sqlite::Snapshot),
    Postgres(Box<postgres::Snapshot>),
}

impl Snapshot {
    /// The rows of a SELECT over that state.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of the snapshot can be relied on then.
    pub async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        value::check(query.sql, &query.params)?;
        match &self.0 {
            Held::Sqlite(snapshot) => snapshot.query(query).await,
            Held::Postgres(snapshot) => snapshot.query(query).await,
        }
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot(..)")
    }
}

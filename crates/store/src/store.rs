//! The store: one of two engines, and the questions both answer alike.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::postgres::Postgres;
use crate::snapshot::{Held, Snapshot};
use crate::sqlite::Sqlite;
use crate::{CommitError, Committed, Lost, OpenError, Row, StoreError, Tx, Value, Watched, value};

/// An open store. Clones share it; the last one dropped closes it.
#[derive(Clone)]
pub struct Store(Arc<Engine>);

enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
    #[cfg(feature = "simulate")]
    Simulated(crate::simulated::Simulated),
}

/// How the embedded engine is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqliteOptions {
    /// Threads that answer queries; at least one.
    pub readers: usize,
    /// A commit that takes longer counts as stuck: the store closes itself ([`Store::lost`]).
    pub stuck_after: Duration,
}

/// How the shared engine is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostgresOptions {
    /// Connections of this node that answer queries; at least one. One more commits.
    pub connections: usize,
    /// A commit or question that the server leaves unanswered for longer counts as lost.
    pub stuck_after: Duration,
}

/// A question: a SELECT and its parameters `$1..$n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The SELECT.
    pub sql: &'static str,
    /// Its parameters.
    pub params: Vec<Value>,
}

/// Which engine a store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// SQLite in a data directory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Store {
    /// Opens a data directory, making it if need be, and brings its schema up to date. One process
    /// at a time can have it open.
    ///
    /// # Errors
    /// [`OpenError`]; `Locked` if another process has it open.
    pub async fn open_sqlite(dir: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let dir = dir.to_owned();
        let open = tokio::task::spawn_blocking(move || Sqlite::open(&dir, &options));
        let engine = open.await.map_err(|_| StoreError::Closed)??;
        Ok(Self(Arc::new(Engine::Sqlite(engine))))
    }

    /// Opens a PostgreSQL database by its `postgres://` URL and brings its schema up to date. Any
    /// number of nodes may have it open.
    ///
    /// # Errors
    /// [`OpenError`]; `Store(Unavailable)` if the server cannot be reached.
    pub async fn open_postgres(url: &str, options: PostgresOptions) -> Result<Self, OpenError> {
        let engine = Postgres::open(url, &options).await?;
        Ok(Self(Arc::new(Engine::Postgres(engine))))
    }

    /// A store over a simulated disk, as a process that starts finds it.
    ///
    /// # Errors
    /// The ledger could not be read.
    #[cfg(feature = "simulate")]
    pub fn open_simulated(simulation: &crate::Simulation) -> Result<Self, OpenError> {
        Ok(Self(Arc::new(Engine::Simulated(simulation.start()?))))
    }

    /// Which engine this is.
    pub fn engine(&self) -> EngineKind {
        match &*self.0 {
            Engine::Sqlite(_) => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => EngineKind::Sqlite,
        }
    }

    /// The rows of a SELECT. What was committed before the call is seen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let answers = self.query_all(vec![Query { sql, params }]).await?;
        Ok(answers.into_iter().next().unwrap_or_default())
    }

    /// The rows of one SELECT for each list of parameters, in their order: one hop for a batch, all
    /// over the same state of the data.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query_many(
        &self,
        sql: &'static str,
        params: Vec<Vec<Value>>,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        self.query_all(
            params
                .into_iter()
                .map(|params| Query { sql, params })
                .collect(),
        )
        .await
    }

    /// The rows of several SELECTs, in their order, all over the same state of the data.
    ///
    /// # Errors
    /// [`StoreError`]; the first that failed.
    pub async fn query_all(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        queries
            .iter()
            .try_for_each(|query| value::check(query.sql, &query.params))?;
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.query_all(queries).await,
            Engine::Postgres(postgres) => postgres.query_all(queries).await,
            #[cfg(feature = "simulate")]
            Engine::Simulated(simulated) => simulated.query_all(queries).await,
        }
    }

    /// The rows of several SELECTs, in their order, of which each `group` that follow one another are over the
    /// same state of the data. Groups may be of different states: they are answered at the same time where
    /// that is quicker.
    ///
    /// # Errors
    /// [`StoreError`]; the first that failed.
    pub async fn query_groups(
        &self,
        queries: Vec<Query>,
        group: usize,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => {
                queries
                    .iter()
                    .try_for_each(|query| value::check(query.sql, &query.params))?;
                sqlite.query_groups(queries, group).await
            }
            _ => self.query_all(queries).await,
        }
    }

    /// The rows of a SELECT by one key, `$1`, from these tables alone. Where this process is the only one
    /// that writes, rows are kept until a commit touches one of the tables; the answer is the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query_kept(
        &self,
        tables: &[Watched],
        sql: &'static str,
        key: impl Into<Value>,
    ) -> Result<Arc<Vec<Row>>, StoreError> {
        let key = key.into();
        value::check(sql, std::slice::from_ref(&key))?;
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.query_kept(tables, sql, key).await,
            Engine::Postgres(_) => self.query(sql, vec![key]).await.map(Arc::new),
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => self.query(sql, vec![key]).await.map(Arc::new),
        }
    }

    /// Commits a transaction, ledger entries included, and answers once it is durable. It shares
    /// its commit with others that arrive meanwhile, but none of them can make it fail.
    ///
    /// A caller that stops waiting does not stop the commit.
    ///
    /// # Errors
    /// `Conflict` if the facts have changed; then nothing was done. `Store` if the engine failed;
    /// then nothing was done either, unless it says `Unacknowledged`.
    pub async fn commit(&self, tx: Tx) -> Result<Committed, CommitError> {
        tx.check()?;
        if tx.is_empty() {
            return Ok(Committed::default());
        }
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.commit(tx).await,
            Engine::Postgres(postgres) => postgres.commit(tx).await,
            #[cfg(feature = "simulate")]
            Engine::Simulated(simulated) => simulated.commit(tx).await,
        }
    }

    /// Done once the store closed itself because it no longer knows what the disk holds, or never if
    /// it does not. The process must then end, and start anew from what the disk has: see
    /// `docs/ops/faults.md`. A database server is somebody else's to watch: there it never is.
    pub async fn lost(&self) -> Lost {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.lost().await,
            Engine::Postgres(_) => std::future::pending().await,
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => std::future::pending().await,
        }
    }

    /// The state of the whole store at this moment, to be read page by page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let held = match &*self.0 {
            Engine::Sqlite(sqlite) => Held::Sqlite(sqlite.hold().await?),
            Engine::Postgres(postgres) => Held::Postgres(Box::new(postgres.hold().await?)),
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => {
                return Err(StoreError::Unavailable(
                    "a simulation holds no snapshots".to_owned(),
                ));
            }
        };
        Ok(Snapshot(held))
    }

    /// Removes what deleted rows have left behind in the embedded engine's log of changes, and says
    /// whether nothing is left. A snapshot that is being read can hold it up. PostgreSQL does this by
    /// itself in its own time: there it does nothing and says yes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scrub(&self) -> Result<bool, StoreError> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.scrub().await,
            Engine::Postgres(_) => Ok(true),
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => Ok(true),
        }
    }

    /// What is wrong with the store as the engine sees it: one line each, without values.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn examine(&self) -> Result<Vec<String>, StoreError> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.examine().await,
            Engine::Postgres(postgres) => postgres.examine().await,
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => Ok(Vec::new()),
        }
    }

    /// Finishes the commits already asked for, then closes: every later call of any clone answers
    /// `Closed`, and the data directory is free when this returns.
    pub async fn close(&self) {
        let this = self.clone();
        match &*self.0 {
            Engine::Postgres(postgres) => postgres.close().await,
            #[cfg(feature = "simulate")]
            Engine::Simulated(_) => {}
            Engine::Sqlite(_) => {
                let close = tokio::task::spawn_blocking(move || {
                    if let Engine::Sqlite(sqlite) = &*this.0 {
                        sqlite.close();
                    }
                });
                // A panic there has been reported, and the store is closed all the same.
                let _ = close.await;
            }
        }
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            stuck_after: STUCK_AFTER,
        }
    }
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            stuck_after: STUCK_AFTER,
        }
    }
}

/// Longer than a disk or server takes that is merely busy.
const STUCK_AFTER: Duration = Duration::from_secs(30);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.engine()).finish()
    }
}

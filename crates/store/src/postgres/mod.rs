//! The shared engine: any number of nodes on one database.

mod committer;
mod conn;
mod failure;
mod pipeline;
mod snapshot;
mod value;

use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_postgres::{Config, NoTls};

use crate::migrate::{self, Dialect};
use crate::tx::Step;
use crate::{CommitError, Committed, OpenError, PostgresOptions, Query, Row, StoreError, Tx};
use committer::Committer;
use conn::{Ask, Conn};
use failure::Failure;

pub(crate) use snapshot::Snapshot;

/// An open database.
pub(crate) struct Postgres {
    reads: Pool,
    /// How connections that only read are made.
    reading: Box<Config>,
    writes: mpsc::Sender<committer::Job>,
    committer: Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
    stuck_after: Duration,
}

impl Postgres {
    pub(crate) async fn open(url: &str, options: &PostgresOptions) -> Result<Self, OpenError> {
        let writes = pool(config(url)?, 1, None)?;
        let conn = Conn::get(&writes).await?;
        suits(&conn).await?;
        migrate(&conn, &mut || Ok(())).await?;
        drop(conn);
        // Set once it is connected: where the address asks for a server that takes writes, one that
        // begins by refusing them would not do.
        let reading = config(url)?;
        let reads = pool(reading.clone(), options.connections.max(1), Some(READ_ONLY))?;
        let committer = Committer::new(writes, options.stuck_after).await?;
        let (sender, jobs) = mpsc::channel(QUEUED);
        let (close, closing) = oneshot::channel();
        let task = tokio::spawn(committer.work(jobs, closing));
        Ok(Self {
            reads,
            reading: Box::new(reading),
            writes: sender,
            committer: Mutex::new(Some((close, task))),
            stuck_after: options.stuck_after,
        })
    }

    pub(crate) async fn query_all(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        match self.snapshot(&queries).await {
            // An idle connection may have died with a restarted server; reading again is harmless.
            Err(Failure::Lost | Failure::Again) => {
                self.snapshot(&queries).await.map_err(Failure::store_error)
            }
            answers => answers.map_err(Failure::store_error),
        }
    }

    pub(crate) async fn commit(&self, tx: Tx) -> Result<Committed, CommitError> {
        let (reply, answer) = oneshot::channel();
        let job = committer::Job { tx, reply };
        self.writes
            .send(job)
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Finishes what is queued and closes the connections.
    pub(crate) async fn close(&self) {
        if let Some((close, task)) = self.committer.lock().await.take() {
            // A committer that has already ended, or panicked, has nothing left to finish.
            let _ = close.send(());
            let _ = task.await;
        }
        self.reads.close();
    }

    /// Runs the queries over one state of the database: several are put into one read transaction.
    async fn snapshot(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, Failure> {
        let conn = Conn::get(&self.reads).await.map_err(Failure::Store)?;
        let asked = tokio::time::timeout(self.stuck_after, Self::ask(&conn, queries)).await;
        asked.unwrap_or_else(|_| {
            conn.discard();
            Err(Failure::Store(StoreError::Unavailable(
                "the server does not answer".to_owned(),
            )))
        })
    }

    async fn ask(conn: &Conn, queries: &[Query]) -> Result<Vec<Vec<Row>>, Failure> {
        if queries.len() == 1 {
            return conn.rows(queries).await;
        }
        let mut asks = Vec::with_capacity(queries.len() + 2);
        asks.push(Ask::Plain(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ));
        for query in queries {
            asks.push(conn.query(query).await?);
        }
        // ROLLBACK ends a failed transaction as well as a good one, and it is sent with the rest.
        asks.push(Ask::Plain("ROLLBACK"));
        let mut answers = conn.ask(&asks).await;
        answers.pop().transpose()?;
        answers
            .into_iter()
            .skip(1)
            .map(|answer| answer.map(conn::Answer::into_rows))
            .collect()
    }
}

fn config(url: &str) -> Result<Config, OpenError> {
    let mut config: Config = url
        .parse()
        .map_err(|_| OpenError::Unsuitable("the address is no postgres:// URL".to_owned()))?;
    config
        .application_name("shouxin")
        .connect_timeout(WAIT)
        // A server that vanished without a word is noticed while nothing is under way, too.
        .keepalives_idle(WAIT)
        .keepalives_interval(WAIT)
        .keepalives_retries(3);
    Ok(config)
}

fn pool(
    config: Config,
    connections: usize,
    begin: Option<&'static str>,
) -> Result<Pool, OpenError> {
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(config, NoTls, recycling);
    let mut pool = Pool::builder(manager);
    if let Some(sql) = begin {
        pool = pool.post_create(Hook::async_fn(move |client, _| {
            Box::pin(async move { client.batch_execute(sql).await.map_err(HookError::Backend) })
        }));
    }
    pool.max_size(connections)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .recycle_timeout(Some(WAIT))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|_| OpenError::Unsuitable("the pool has no runtime".to_owned()))
}

/// Refuses a database that could not hold every text, or that answers before a commit is durable.
async fn suits(conn: &Conn) -> Result<(), OpenError> {
    let settings = [Query {
        sql: "SELECT current_setting('server_encoding'), current_setting('synchronous_commit')",
        params: vec![],
    }];
    let rows = conn
        .rows(&settings)
        .await
        .map_err(Failure::store_error)?
        .pop()
        .unwrap_or_default();
    let row = rows
        .first()
        .ok_or(OpenError::Unsuitable("it has no settings".to_owned()))?;
    match (row.text(0)?, row.text(1)?) {
        ("UTF8", "off") => Err(OpenError::Unsuitable(
            "synchronous_commit is off".to_owned(),
        )),
        ("UTF8", _) => Ok(()),
        (encoding, _) => Err(OpenError::Unsuitable(format!(
            "its encoding is {encoding}, not UTF8"
        ))),
    }
}

/// Brings the schema up to date. Nodes that start together take turns, and each sees what the one
/// before it has done.
async fn migrate(conn: &Conn, after: &mut AfterStatement) -> Result<(), OpenError> {
    loop {
        let ran = migrate_next(conn, after).await;
        if ran.is_err() {
            // The error being returned says more than one about the rollback.
            let _ = conn.plain("ROLLBACK").await;
        }
        if !ran? {
            return Ok(());
        }
    }
}

/// Where tests stop a migration.
type AfterStatement = dyn FnMut() -> Result<(), OpenError> + Send;

/// Runs the next migration, if there is one.
async fn migrate_next(conn: &Conn, after: &mut AfterStatement) -> Result<bool, OpenError> {
    let run = |sql: String| async move { conn.plain(&sql).await.map_err(Failure::store_error) };
    run(format!("BEGIN; SELECT pg_advisory_xact_lock({MIGRATING})")).await?;
    run(Dialect::Postgres.fill(migrate::TABLE)).await?;
    after()?;
    let applied = conn
        .rows(&[migrate::APPLIED])
        .await
        .map_err(Failure::store_error)?;
    let applied = applied.into_iter().next().unwrap_or_default();
    let Some(migration) = migrate::pending(migrate::MIGRATIONS, &applied)?.first() else {
        run("COMMIT".to_owned()).await?;
        return Ok(false);
    };
    for sql in migration.statements(Dialect::Postgres) {
        run(sql).await?;
        after()?;
    }
    let note = Step {
        sql: migrate::NOTE,
        params: migration.note(),
        rows: Some(1),
        entry: None,
    };
    let ask = conn.step(&note).await.map_err(Failure::store_error)?;
    for answer in conn.ask(&[ask, Ask::Plain("COMMIT")]).await {
        answer.map_err(Failure::store_error)?;
    }
    tracing::info!(number = migration.number, name = migration.name, "migrated");
    Ok(true)
}

/// The advisory lock of migrations.
const MIGRATING: i64 = 6_010_471_885_310_814_573;
/// What a connection that answers questions is told first.
const READ_ONLY: &str = "SET default_transaction_read_only = on";
/// How long a caller waits for a connection.
const WAIT: Duration = Duration::from_secs(5);
/// How many transactions may wait for the committer before callers wait to hand theirs in.
const QUEUED: usize = 4096;

#[cfg(test)]
mod tests {
    use shouxin_testkit::postgres::Server;

    use super::*;

    async fn connect(url: &str) -> Conn {
        Conn::get(&pool(config(url).unwrap(), 1, None).unwrap())
            .await
            .unwrap()
    }

    /// Tables, columns and indexes.
    async fn schema(conn: &Conn) -> Vec<Row> {
        let sql = "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns \
                   WHERE table_schema = 'public' UNION SELECT indexdef FROM pg_indexes \
                   WHERE schemaname = 'public' ORDER BY 1";
        let asked = [Query {
            sql,
            params: vec![],
        }];
        conn.rows(&asked).await.unwrap().remove(0)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_migration_cut_off_after_any_statement_is_completed_by_the_next_start() {
        let server = tokio::task::spawn_blocking(Server::shared).await.unwrap();
        let whole = server.database().await;
        let conn = connect(whole.url()).await;
        migrate(&conn, &mut || Ok(())).await.unwrap();
        let whole = schema(&conn).await;
        // After each statement of each migration, from nothing.
        let statements: usize = migrate::MIGRATIONS
            .iter()
            .map(|m| m.statements(Dialect::Postgres).len() + 1)
            .sum();
        for after in 1..=statements {
            let database = server.database().await;
            let conn = connect(database.url()).await;
            let mut left = after;
            let mut stop = move || {
                left -= 1;
                if left == 0 {
                    Err(StoreError::Closed.into())
                } else {
                    Ok(())
                }
            };
            let mut ran = Ok(true);
            while matches!(ran, Ok(true)) {
                ran = migrate_next(&conn, &mut stop).await;
            }
            conn.discard();
            let conn = connect(database.url()).await;
            migrate(&conn, &mut || Ok(())).await.unwrap();
            assert_eq!(
                schema(&conn).await,
                whole,
                "cut off after statement {after}"
            );
        }
    }
}

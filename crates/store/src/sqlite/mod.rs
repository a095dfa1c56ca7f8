//! The embedded engine: one file, one writer thread, a few reader threads.

mod beside;
pub(crate) mod open;
mod queue;
pub(crate) mod statement;
pub(crate) mod watch;
pub(crate) mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::kept::{Changes, Kept, Watched};
use crate::{
    CommitError, Committed, Lost, OpenError, Query, Row, SqliteOptions, StoreError, Tx, Value,
};
use open::Directory;
use queue::{CloseOnDrop, Queue};
use watch::Watch;
use writer::Writer;

pub(crate) use beside::Snapshot;

/// An open data directory.
pub(crate) struct Sqlite {
    writes: Arc<Queue<writer::Job>>,
    reads: Arc<Queue<Read>>,
    changes: Arc<Changes>,
    kept: Kept,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// How many readers can work at the same time.
    workers: usize,
    /// For what goes on beside reads and writes; nothing once it is closed.
    beside: Mutex<Option<beside::Beside>>,
    watch: Arc<Watch>,
}

/// The fewest groups of queries for which another reader is woken.
const WORTH_A_READER: usize = 8;

/// Queries that see one state of the database, and where their answer goes.
struct Read {
    queries: Vec<Query>,
    reply: oneshot::Sender<Result<Vec<Vec<Row>>, StoreError>>,
}

impl Sqlite {
    /// Opens the directory. Blocks on the disk.
    pub(crate) fn open(dir: &Path, options: &SqliteOptions) -> Result<Self, OpenError> {
        let directory = Arc::new(Directory::lock(dir)?);
        let changes = Arc::new(Changes::default());
        let watch = Arc::new(Watch::new());
        // More readers than processors stand by for those that wait for the disk.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let workers = cores.min(options.readers.max(1));
        let writer = Writer::new(
            directory.writer()?,
            Arc::clone(&changes),
            Arc::clone(&watch),
        )?;
        let this = Self {
            writes: Arc::new(Queue::new()),
            reads: Arc::new(Queue::new()),
            changes: Arc::clone(&changes),
            kept: Kept::default(),
            threads: Mutex::default(),
            workers,
            beside: Mutex::new(Some(beside::Beside::new(Arc::clone(&directory)))),
            watch: Arc::clone(&watch),
        };
        let mut readers = Vec::new();
        for _ in 0..options.readers.max(1) {
            readers.push(directory.reader()?);
        }
        // Each thread holds the directory: it stays locked until the last connection is closed.
        let (writes, held) = (Arc::clone(&this.writes), Arc::clone(&directory));
        this.spawn("shouxin-writer", move || {
            writer.work(&writes);
            drop(held);
        })?;
        let (writes, stuck_after) = (Arc::clone(&this.writes), options.stuck_after);
        this.spawn("shouxin-watch", move || {
            watch.over(stuck_after, || writes.abandon())
        })?;
        for conn in readers {
            let (reads, held) = (Arc::clone(&this.reads), Arc::clone(&directory));
            this.spawn("shouxin-reader", move || {
                read(&conn, &reads, workers);
                drop(held);
            })?;
        }
        Ok(this)
    }

    pub(crate) async fn query_all(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.reads.push(Read { queries, reply });
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// The answers in their order; the groups are shared among the readers.
    pub(crate) async fn query_groups(
        &self,
        mut queries: Vec<Query>,
        group: usize,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        let groups = queries.len() / group.max(1);
        let parts = self.workers.min(groups / WORTH_A_READER).max(1);
        let each = groups.div_ceil(parts).max(1) * group.max(1);
        let mut waits = Vec::with_capacity(parts);
        while !queries.is_empty() {
            let rest = queries.split_off(each.min(queries.len()));
            let (reply, answer) = oneshot::channel();
            self.reads.push(Read { queries, reply });
            waits.push(answer);
            queries = rest;
        }
        let mut answers = Vec::new();
        for wait in waits {
            answers.extend(wait.await.map_err(|_| StoreError::Closed)??);
        }
        Ok(answers)
    }

    /// The rows of a question by one key, kept until a commit touches one of `tables`.
    pub(crate) async fn query_kept(
        &self,
        tables: &[Watched],
        sql: &'static str,
        key: Value,
    ) -> Result<Arc<Vec<Row>>, StoreError> {
        let count = match self.kept.find(&self.changes, tables, sql, &key) {
            Ok(rows) => return Ok(rows),
            Err(count) => count,
        };
        let queries = vec![Query {
            sql,
            params: vec![key.clone()],
        }];
        let rows = self.query_all(queries).await?.pop().unwrap_or_default();
        let rows = Arc::new(rows);
        self.kept.keep(count, sql, key, Arc::clone(&rows));
        Ok(rows)
    }

    pub(crate) async fn commit(&self, tx: Tx) -> Result<Committed, CommitError> {
        let (reply, answer) = oneshot::channel();
        self.writes.push(writer::Job { tx, reply });
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Done once the store closed itself.
    pub(crate) async fn lost(&self) -> Lost {
        self.watch.lost().await
    }

    /// Finishes what is queued and frees the directory. Blocks until the threads have ended.
    pub(crate) fn close(&self) {
        self.writes.close();
        self.reads.close();
        self.watch.close();
        let beside = self
            .beside
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .take();
        if self.watch.is_lost() {
            // A stuck thread would be waited for without end; the process ends, and the threads with it.
            return;
        }
        beside.iter().for_each(beside::Beside::end);
        drop(beside);
        let mut threads = self
            .threads
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        for thread in threads.drain(..) {
            // A thread that panicked has already been reported by the panic itself.
            let _ = thread.join();
        }
    }

    fn spawn(
        &self,
        name: &'static str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), OpenError> {
        let spawned = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work);
        let thread = spawned
            .map_err(|e| StoreError::Unavailable(format!("cannot start thread {name}: {e}")))?;
        self.threads
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .push(thread);
        Ok(())
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

fn read(conn: &Connection, queue: &Queue<Read>, workers: usize) {
    let _closed = CloseOnDrop(queue);
    loop {
        let jobs = queue.pop_share(workers, SNAPSHOT);
        if jobs.is_empty() {
            return;
        }
        // A single question sees one state by itself.
        let began = match &jobs[..] {
            [Read { queries, .. }] if queries.len() == 1 => None,
            _ => Some(statement::execute(conn, "BEGIN")),
        };
        for Read { queries, reply } in jobs {
            let answer = match &began {
                Some(Err(error)) => Err(error.clone()),
                Some(Ok(())) | None => answers(conn, &queries),
            };
            // A caller that no longer waits needs no answer.
            let _ = reply.send(answer);
        }
        if let Some(Ok(())) = began
            && let Err(error) = statement::execute(conn, "COMMIT")
        {
            tracing::error!(%error, "a snapshot did not end");
        }
    }
}

/// The queries of one job, over the state of the database that the connection looks at.
fn answers(conn: &Connection, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
    queries
        .iter()
        .map(|query| statement::query(conn, query))
        .collect()
}

/// How many waiting jobs share a snapshot at most. Beginning one after a commit costs more than a point
/// query: the connection forgets its pages. All of them were asked before it begins.
const SNAPSHOT: usize = 16;

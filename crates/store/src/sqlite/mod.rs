//! The embedded engine: one file, one writer thread, a few reader threads.

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

use crate::{CommitError, Committed, Lost, OpenError, Query, Row, SqliteOptions, StoreError, Tx};
use open::Directory;
use queue::{CloseOnDrop, Queue};
use watch::Watch;
use writer::Writer;

/// An open data directory.
pub(crate) struct Sqlite {
    writes: Arc<Queue<writer::Job>>,
    reads: Arc<Queue<Read>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    watch: Arc<Watch>,
}

/// Queries that see one state of the database, and where their answer goes.
struct Read {
    queries: Vec<Query>,
    reply: oneshot::Sender<Result<Vec<Vec<Row>>, StoreError>>,
}

impl Sqlite {
    /// Opens the directory. Blocks on the disk.
    pub(crate) fn open(dir: &Path, options: &SqliteOptions) -> Result<Self, OpenError> {
        let directory = Arc::new(Directory::lock(dir)?);
        let watch = Arc::new(Watch::new());
        let writer = Writer::new(directory.writer()?, Arc::clone(&watch))?;
        let this = Self {
            writes: Arc::new(Queue::new()),
            reads: Arc::new(Queue::new()),
            threads: Mutex::default(),
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
                read(conn, &reads);
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
        if self.watch.is_lost() {
            // A stuck thread would be waited for without end; the process ends, and the threads with it.
            return;
        }
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

fn read(conn: Connection, queue: &Queue<Read>) {
    let _closed = CloseOnDrop(queue);
    while let Some(Read { queries, reply }) = queue.pop(1).pop() {
        // A caller that no longer waits needs no answer.
        let _ = reply.send(snapshot(&conn, &queries));
    }
}

/// Runs the queries over one state of the database: several are put into one read transaction.
fn snapshot(conn: &Connection, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
    if let [query] = queries {
        return Ok(vec![statement::query(conn, query)?]);
    }
    statement::execute(conn, "BEGIN")?;
    let answers = queries
        .iter()
        .map(|query| statement::query(conn, query))
        .collect();
    statement::execute(conn, "COMMIT")?;
    answers
}

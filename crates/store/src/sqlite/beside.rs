//! What goes on beside reads and writes: snapshots, housekeeping, the engine's own examination.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use rusqlite::{Connection, InterruptHandle};
use tokio::sync::oneshot;

use super::open::Directory;
use super::queue::{CloseOnDrop, Queue};
use super::{Read, Sqlite, statement};
use crate::book;
use crate::{OpenError, Query, Row, StoreError};

/// The directory, for further connections to it. Dropped, it ends the snapshots still held.
pub(super) struct Beside {
    directory: Arc<Directory>,
    snapshots: Mutex<Vec<Weak<Queue<Read>>>>,
    keeping: Arc<Keeping>,
}

/// Housekeeping under way.
#[derive(Default)]
struct Keeping {
    closing: AtomicBool,
    /// Held for reading by each; whoever has it for writing is alone.
    under_way: RwLock<()>,
    stops: Mutex<BTreeMap<u64, InterruptHandle>>,
}

/// One state of the database, held by a thread with a connection of its own.
pub(crate) struct Snapshot {
    queries: Arc<Queue<Read>>,
}

impl Beside {
    pub(super) fn new(directory: Arc<Directory>) -> Self {
        Self {
            directory,
            snapshots: Mutex::default(),
            keeping: Arc::default(),
        }
    }
}

impl Beside {
    /// Stops the housekeeping under way and waits until it has ended: nothing of this store touches the
    /// directory afterwards.
    pub(super) fn end(&self) {
        self.keeping.end();
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let held = self
            .snapshots
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        for queue in held.drain(..).filter_map(|queue| queue.upgrade()) {
            queue.close();
        }
    }
}

impl Keeping {
    /// Stops what is under way and waits until it has ended; nothing begins any more.
    fn end(&self) {
        self.closing.store(true, Ordering::SeqCst);
        let stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.values().for_each(InterruptHandle::interrupt);
        drop(stops);
        drop(
            self.under_way
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

impl Sqlite {
    /// Begins a snapshot. It is of this moment: what is committed later is not in it.
    pub(crate) async fn hold(&self) -> Result<Snapshot, StoreError> {
        let directory = self.directory()?;
        let queries = Arc::new(Queue::new());
        self.with_beside(|beside| {
            let mut held = beside
                .snapshots
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            held.retain(|queue| queue.strong_count() > 0);
            held.push(Arc::downgrade(&queries));
        })?;
        let (begun, beginning) = oneshot::channel();
        let jobs = Arc::clone(&queries);
        self.spawn("shouxin-snapshot", move || {
            let started = directory.reader().map_err(closed).and_then(|conn| {
                statement::execute(&conn, "BEGIN")?;
                // The state is taken by the first question, not by BEGIN.
                statement::query(&conn, &book::head_query())?;
                Ok(conn)
            });
            match started {
                Ok(conn) => {
                    if begun.send(Ok(())).is_ok() {
                        answer(&conn, &jobs);
                    }
                }
                // Nobody waits any more: nothing is lost.
                Err(error) => drop(begun.send(Err(error))),
            }
            drop(directory);
        })
        .map_err(closed)?;
        beginning.await.map_err(|_| StoreError::Closed)??;
        Ok(Snapshot { queries })
    }

    /// Takes all changes out of the log and empties it; says whether that was possible.
    pub(crate) async fn scrub(&self) -> Result<bool, StoreError> {
        self.keeping(|conn| {
            let busy: i64 = conn
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
                .map_err(|e| statement::store_error(&e))?;
            Ok(busy == 0)
        })
        .await
    }

    /// What SQLite finds wrong with its own file.
    pub(crate) async fn examine(&self) -> Result<Vec<String>, StoreError> {
        self.keeping(|conn| {
            let query = Query {
                sql: "PRAGMA integrity_check(100)",
                params: Vec::new(),
            };
            let rows = statement::query(conn, &query)?;
            let lines = rows.iter().map(|row| row.text(0).map(str::to_owned));
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            Ok(lines.into_iter().filter(|line| line != "ok").collect())
        })
        .await
    }

    /// Does something on a connection for housekeeping, off the threads that requests wait for.
    async fn keeping<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let directory = self.directory()?;
        let keeping = self.with_beside(|beside| Arc::clone(&beside.keeping))?;
        let done = tokio::task::spawn_blocking(move || {
            let held = keeping.under_way.read();
            let _held = held.unwrap_or_else(PoisonError::into_inner);
            if keeping.closing.load(Ordering::SeqCst) {
                return Err(StoreError::Closed);
            }
            let conn = directory.keeper().map_err(closed)?;
            let mut stops = keeping.stops.lock().unwrap_or_else(PoisonError::into_inner);
            // Under the lock that the end takes before it stops anything: none is missed.
            if keeping.closing.load(Ordering::SeqCst) {
                return Err(StoreError::Closed);
            }
            let number = stops.last_key_value().map_or(0, |(last, _)| last + 1);
            stops.insert(number, conn.get_interrupt_handle());
            drop(stops);
            let done = act(&conn);
            drop(conn);
            let stops = keeping.stops.lock();
            stops
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&number);
            // Let go of before the wait for this is over.
            drop(directory);
            done
        });
        done.await.map_err(|_| StoreError::Closed)?
    }

    fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        self.with_beside(|beside| Arc::clone(&beside.directory))
    }

    fn with_beside<T>(&self, act: impl FnOnce(&Beside) -> T) -> Result<T, StoreError> {
        let beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        beside.as_ref().map(act).ok_or(StoreError::Closed)
    }
}

impl Snapshot {
    pub(crate) async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queries = vec![query];
        self.queries.push(Read { queries, reply });
        let mut answers = answer.await.map_err(|_| StoreError::Closed)??;
        Ok(answers.pop().unwrap_or_default())
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        self.queries.close();
    }
}

/// Answers questions over the state that the connection's open transaction sees.
fn answer(conn: &Connection, jobs: &Queue<Read>) {
    let _closed = CloseOnDrop(jobs);
    while let Some(Read { queries, reply }) = jobs.pop(1).pop() {
        let answers = queries
            .iter()
            .map(|query| statement::query(conn, query))
            .collect();
        // A caller that no longer waits needs no answer.
        let _ = reply.send(answers);
    }
}

fn closed(error: OpenError) -> StoreError {
    match error {
        OpenError::Store(error) => error,
        other => StoreError::Unavailable(other.to_string()),
    }
}

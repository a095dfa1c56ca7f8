//! A store for simulators: the real writer over a database in memory, and whoever drives it decides
//! which query or batch is next, what becomes of it, and when the process dies.
//!
//! What was committed is what the disk holds: an engine that flushes before it acknowledges has nothing
//! in between. Everything else (who waits, the ledger's edge) is the process's memory, and dies with it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::backup::{Backup, StepResult};
use tokio::sync::oneshot;

use crate::sqlite::open;
use crate::sqlite::statement;
use crate::sqlite::watch::Watch;
use crate::sqlite::writer::Writer;
use crate::{CommitError, Committed, OpenError, Query, Row, StoreError, Tx};

/// A simulated disk and the process that has it open.
#[derive(Clone)]
pub struct Simulation(Arc<Mutex<State>>);

/// The store of one life of the process.
pub(crate) struct Simulated {
    state: Arc<Mutex<State>>,
    life: u64,
}

struct State {
    /// `None` for the moment in which it is replaced.
    writer: Option<Writer>,
    /// While set, COMMIT fails and nothing of the transaction stays.
    refusing: Arc<AtomicBool>,
    waiting: Vec<Job>,
    life: u64,
}

enum Job {
    Query(
        Vec<Query>,
        oneshot::Sender<Result<Vec<Vec<Row>>, StoreError>>,
    ),
    Commit(Tx, oneshot::Sender<Result<Committed, CommitError>>),
}

/// What waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Queries over one state of the data.
    Query,
    /// A transaction.
    Commit,
}

/// What becomes of what waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is done and acknowledged.
    Done,
    /// The engine fails, nothing is done, and that is told.
    Fails,
    /// A transaction is done and nobody is told so.
    Unacknowledged,
}

impl Simulation {
    /// A disk with an empty database.
    ///
    /// # Errors
    /// The schema could not be made.
    pub fn new() -> Result<Self, OpenError> {
        Self::over(open::in_memory()?)
    }

    /// Another disk that holds the same. Nothing may be under way.
    ///
    /// # Errors
    /// It could not be copied.
    pub fn copy(&self) -> Result<Self, OpenError> {
        let mut conn = open::empty()?;
        let state = lock(&self.0);
        let from = state.writer()?.connection();
        let copied = Backup::new(from, &mut conn).and_then(|backup| backup.step(-1));
        match copied.map_err(|e| statement::store_error(&e))? {
            StepResult::Done => {}
            _ => return Err(StoreError::Closed.into()),
        }
        drop(state);
        Self::over(conn)
    }

    fn over(mut conn: rusqlite::Connection) -> Result<Self, OpenError> {
        let refusing = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&refusing);
        conn.commit_hook(Some(move || asked.load(Ordering::Relaxed)))
            .map_err(|e| statement::store_error(&e))?;
        let state = State {
            writer: Some(writer(conn)?),
            refusing,
            waiting: Vec::new(),
            life: 0,
        };
        Ok(Self(Arc::new(Mutex::new(state))))
    }

    /// A process starts: whatever the one before it had in memory is gone.
    pub(crate) fn start(&self) -> Result<Simulated, StoreError> {
        let mut state = lock(&self.0);
        state.life += 1;
        state.waiting.clear();
        let conn = state.writer.take().ok_or(StoreError::Closed)?;
        state.writer = Some(writer(conn.into_connection())?);
        Ok(Simulated {
            state: Arc::clone(&self.0),
            life: state.life,
        })
    }

    /// What waits, in the order in which it came.
    pub fn waiting(&self) -> Vec<Waiting> {
        let kind = |job: &Job| match job {
            Job::Query(..) => Waiting::Query,
            Job::Commit(..) => Waiting::Commit,
        };
        lock(&self.0).waiting.iter().map(kind).collect()
    }

    /// Answers the queries that wait at this place.
    ///
    /// # Panics
    /// If no queries wait there.
    pub fn answer(&self, at: usize, fate: Fate) {
        let mut state = lock(&self.0);
        let Job::Query(queries, reply) = state.waiting.remove(at) else {
            panic!("no queries wait at {at}");
        };
        let answers = state.writer().and_then(|writer| {
            let conn = writer.connection();
            let each = queries.iter().map(|query| statement::query(conn, query));
            each.collect()
        });
        let answers = match fate {
            Fate::Done => answers,
            _ => Err(StoreError::Unavailable(
                "as the simulation has it".to_owned(),
            )),
        };
        // A caller that no longer waits needs no answer.
        let _ = reply.send(answers);
    }

    /// Commits the transactions that wait at these places, in this order, as one batch. `tell` is false
    /// if the process dies before it says anything.
    ///
    /// # Panics
    /// If anything else waits there.
    pub fn commit(&self, places: &[usize], fate: Fate, tell: bool) {
        let mut state = lock(&self.0);
        let mut taken: Vec<Option<Job>> = state.waiting.drain(..).map(Some).collect();
        let (mut txs, mut replies) = (Vec::new(), Vec::new());
        for place in places {
            let Some(Job::Commit(tx, reply)) = taken[*place].take() else {
                panic!("no transaction waits at {place}");
            };
            txs.push(tx);
            replies.push(reply);
        }
        state.waiting = taken.into_iter().flatten().collect();
        state.refusing.store(fate == Fate::Fails, Ordering::Relaxed);
        let writer = state.writer.as_mut().expect("nobody replaces it meanwhile");
        let answers = writer.commit(txs);
        state.refusing.store(false, Ordering::Relaxed);
        for (reply, answer) in replies.into_iter().zip(answers) {
            let answer = match (fate, answer) {
                (Fate::Unacknowledged, Ok(_)) => Err(StoreError::Unacknowledged.into()),
                (_, answer) => answer,
            };
            if tell {
                // A caller that no longer waits has still been served.
                let _ = reply.send(answer);
            }
        }
    }
}

impl Simulated {
    pub(crate) async fn query_all(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.push(Job::Query(queries, reply));
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) async fn commit(&self, tx: Tx) -> Result<Committed, CommitError> {
        let (reply, answer) = oneshot::channel();
        self.push(Job::Commit(tx, reply));
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// The store of a dead process takes nothing more.
    fn push(&self, job: Job) {
        let mut state = lock(&self.state);
        if state.life == self.life {
            state.waiting.push(job);
        }
    }
}

impl State {
    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or(StoreError::Closed)
    }
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Simulation(..)")
    }
}

/// The writer, as a process that starts makes it: nothing is kept, and nobody watches it.
fn writer(conn: rusqlite::Connection) -> Result<Writer, StoreError> {
    Writer::new(conn, Arc::default(), Arc::new(Watch::new()))
}

/// A driver that panicked has failed already.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

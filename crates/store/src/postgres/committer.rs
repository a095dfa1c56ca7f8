//! The one task of a node that writes: everything queued shares one commit.
//!
//! Writers of all nodes take turns by an advisory lock held from BEGIN to COMMIT. So the ledger has
//! one order, a guard stays true until its transaction commits, and nodes cannot deadlock.

use std::borrow::Cow;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::{mpsc, oneshot};

use super::conn::{Answer, Ask, Conn};
use super::failure::Failure;
use crate::batch::{Outcome, answers};
use crate::book::{self, Book};
use crate::tx::Step;
use crate::{CommitError, Committed, StoreError, Tx};

/// A transaction and where its answer goes.
pub(super) struct Job {
    pub(super) tx: Tx,
    pub(super) reply: oneshot::Sender<Result<Committed, CommitError>>,
}

pub(super) struct Committer {
    /// Connections for writing only, so that reads cannot starve writes.
    pool: Pool,
    /// The ledger as of the last commit seen, or why nothing may be appended.
    book: Result<Book, StoreError>,
    /// How long the server may leave a batch unanswered.
    stuck_after: Duration,
}

type Answers = Vec<Result<Committed, CommitError>>;

/// Why an attempt at a batch came to nothing.
enum Trouble {
    /// A transaction of the batch failed: run them apart to find out which.
    Apart,
    /// The server gave way to another transaction, or the connection was lost before COMMIT.
    Again(StoreError),
    /// COMMIT was sent and not answered. With these answers, if it was done.
    Unknown(Option<Book>, Answers),
    /// The batch failed for good.
    Store(StoreError),
}

impl Committer {
    pub(super) async fn new(pool: Pool, stuck_after: Duration) -> Result<Self, StoreError> {
        let conn = Conn::get(&pool).await?;
        let book = load(&conn).await.map_err(Failure::store_error)?;
        if let Err(error) = &book {
            tracing::error!(%error, "the ledger does not match its head");
        }
        Ok(Self {
            pool,
            book,
            stuck_after,
        })
    }

    /// Works until it is told to close, or until nobody can hand in anything any more; what is
    /// queued by then is still done.
    pub(super) async fn work(
        mut self,
        mut jobs: mpsc::Receiver<Job>,
        close: oneshot::Receiver<()>,
    ) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut close = std::pin::pin!(close);
        loop {
            let taken = tokio::select! {
                biased;
                taken = jobs.recv_many(&mut batch, BATCH) => taken,
                _ = &mut close, if !jobs.is_closed() => {
                    jobs.close();
                    continue;
                }
            };
            if taken == 0 {
                return;
            }
            let (txs, replies): (Vec<_>, Vec<_>) =
                batch.drain(..).map(|job| (job.tx, job.reply)).unzip();
            for (reply, answer) in replies.into_iter().zip(self.commit(&txs).await) {
                // A caller that no longer waits has still been served.
                let _ = reply.send(answer);
            }
        }
    }

    /// Commits a batch, trying again while the server asks for it.
    async fn commit(&mut self, txs: &[Tx]) -> Answers {
        let mut last = StoreError::Unavailable("no attempt".to_owned());
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(PAUSE * attempt).await;
            }
            let mut tried = self.attempt(txs, Mode::Together).await;
            if matches!(tried, Err(Trouble::Apart)) {
                tried = self.attempt(txs, Mode::Apart).await;
            }
            if let Err(Trouble::Unknown(book, answers)) = tried {
                tried = self.resolve(book, answers).await;
            }
            match tried {
                Ok(answers) => return answers,
                Err(Trouble::Again(error)) => {
                    tracing::warn!(%error, attempt, "a batch is tried again");
                    last = error;
                }
                Err(Trouble::Store(error)) => {
                    last = error;
                    break;
                }
                Err(Trouble::Apart | Trouble::Unknown(..)) => {
                    last = StoreError::Unacknowledged;
                    break;
                }
            }
        }
        tracing::error!(error = %last, transactions = txs.len(), "a batch was not committed");
        vec![Err(CommitError::Store(last)); txs.len()]
    }

    async fn attempt(&mut self, txs: &[Tx], mode: Mode) -> Result<Answers, Trouble> {
        let conn = Conn::get(&self.pool).await.map_err(Trouble::Store)?;
        let stuck_after = self.stuck_after;
        let tried = async {
            match mode {
                Mode::Together => self.together(&conn, txs).await,
                Mode::Apart => self.apart(&conn, txs).await,
            }
        };
        let Ok(tried) = tokio::time::timeout(stuck_after, tried).await else {
            // A server that hangs, or one that waits for a standby that is gone. Whether the batch
            // happened is found out by the next one, which catches up with the head.
            conn.discard();
            return Err(Trouble::Store(StoreError::Unacknowledged));
        };
        if tried.is_err() {
            conn.roll_back().await;
        }
        tried
    }

    /// Sends the whole batch in one go, in the hope that nothing in it fails.
    async fn together(&mut self, conn: &Conn, txs: &[Tx]) -> Result<Answers, Trouble> {
        let head = book::head_query();
        let mut asks = vec![Ask::Plain(BEGIN), conn.query(&head).await?];
        // Nothing fails, or all of it is run again: so each place is known before anything runs.
        let steps = placed(txs);
        for step in &steps {
            asks.push(conn.step(step).await.map_err(apart)?);
        }
        let mut answers = conn.ask(&asks).await.into_iter();
        for answer in answers.by_ref().take(1) {
            answer?;
        }
        let head = answers
            .next()
            .transpose()?
            .map_or(Vec::new(), Answer::into_rows);
        for (answer, step) in answers.zip(txs.iter().flat_map(|tx| &tx.steps)) {
            match (answer.map_err(apart)?, step.rows) {
                (Answer::Touched(touched), Some(expected)) if touched != expected => {
                    return Err(Trouble::Apart);
                }
                _ => {}
            }
        }
        self.catch_up(conn, book::head_of(&head).map_err(Trouble::Store)?)
            .await?;
        if self.book.is_err() && txs.iter().any(|tx| !tx.entries.is_empty()) {
            return Err(Trouble::Apart);
        }
        self.finish(conn, txs, vec![None; txs.len()]).await
    }

    /// Runs each transaction of the batch inside a savepoint of its own.
    async fn apart(&mut self, conn: &Conn, txs: &[Tx]) -> Result<Answers, Trouble> {
        conn.plain(BEGIN).await?;
        let head = conn
            .rows(&[book::head_query()])
            .await?
            .pop()
            .unwrap_or_default();
        self.catch_up(conn, book::head_of(&head).map_err(Trouble::Store)?)
            .await?;
        let mut failed = Vec::with_capacity(txs.len());
        let mut before = 0;
        for tx in txs {
            let error = match (&self.book, tx.entries.is_empty()) {
                (Err(error), false) => Some(CommitError::Store(error.clone())),
                _ => self.within_savepoint(conn, tx, before).await?.err(),
            };
            before += error.as_ref().map_or(tx.entries.len(), |_| 0);
            failed.push(error);
        }
        self.finish(conn, txs, failed).await
    }

    async fn within_savepoint(
        &self,
        conn: &Conn,
        tx: &Tx,
        before: usize,
    ) -> Result<Result<(), CommitError>, Trouble> {
        conn.plain("SAVEPOINT tx").await?;
        for (i, step) in tx.steps.iter().enumerate() {
            let step = step.at(before);
            let answer = match conn.step(&step).await {
                Ok(ask) => conn.ask(&[ask]).await.pop().unwrap_or(Ok(Answer::Done)),
                Err(failure) => Err(failure),
            };
            let error = match (answer, step.rows) {
                (Ok(Answer::Touched(touched)), Some(expected)) if touched != expected => {
                    CommitError::Conflict { statement: i }
                }
                (Ok(_), _) => continue,
                (Err(Failure::Conflict), _) => CommitError::Conflict { statement: i },
                (Err(Failure::Store(error)), _) => CommitError::Store(error),
                (Err(failure @ (Failure::Again | Failure::Lost)), _) => return Err(failure.into()),
            };
            conn.plain("ROLLBACK TO tx; RELEASE tx").await?;
            return Ok(Err(error));
        }
        conn.plain("RELEASE tx").await?;
        Ok(Ok(()))
    }

    /// Appends the entries of those that did not fail, and commits.
    async fn finish(
        &mut self,
        conn: &Conn,
        txs: &[Tx],
        failed: Vec<Option<CommitError>>,
    ) -> Result<Answers, Trouble> {
        let mut entries = Vec::new();
        let mut outcomes = Vec::with_capacity(txs.len());
        for (tx, failed) in txs.iter().zip(failed) {
            outcomes.push(match failed {
                Some(error) => Outcome::Failed(error),
                None => {
                    let outcome = Outcome::done(entries.len(), tx.entries.len());
                    entries.extend_from_slice(&tx.entries);
                    outcome
                }
            });
        }
        let first = self.book.as_ref().map_or(0, Book::size);
        let (next, steps) = match &self.book {
            Ok(book) if !entries.is_empty() => {
                let (next, steps) = book.append(&entries);
                (Some(next), steps)
            }
            _ => (None, Vec::new()),
        };
        let mut asks = Vec::with_capacity(steps.len() + 1);
        for step in &steps {
            asks.push(conn.step(step).await?);
        }
        asks.push(Ask::Plain("COMMIT"));
        let mut said = conn.ask(&asks).await;
        let committed = said.pop();
        for (answer, step) in said.into_iter().zip(&steps) {
            match (answer, step.rows) {
                (Ok(Answer::Touched(touched)), Some(expected)) if touched != expected => {
                    // COMMIT went out with it, so the ledger now holds what it should not.
                    self.book = Err(StoreError::LedgerForked { size: first });
                    return Err(Trouble::Store(StoreError::LedgerForked { size: first }));
                }
                (Err(Failure::Lost), _) => {
                    return Err(Trouble::Unknown(next, answers(outcomes, first)));
                }
                (answer, _) => answer?,
            };
        }
        match committed {
            Some(Err(Failure::Lost)) => {
                return Err(Trouble::Unknown(next, answers(outcomes, first)));
            }
            Some(Err(failure)) => return Err(failure.into()),
            _ => {}
        }
        if let Some(next) = next {
            self.book = Ok(next);
        }
        Ok(answers(outcomes, first))
    }

    /// Finds out whether a commit that was not acknowledged was done: its entries are there, or
    /// not. The lock waits for a server process that is still busy with it. A batch without entries
    /// leaves no such trace.
    async fn resolve(&mut self, next: Option<Book>, answers: Answers) -> Result<Answers, Trouble> {
        let Some(next) = next else {
            return Err(Trouble::Store(StoreError::Unacknowledged));
        };
        tokio::time::sleep(PAUSE).await;
        let found = async {
            let conn = Conn::get(&self.pool).await?;
            let first = self.book.as_ref().map_or(0, Book::size);
            let looked = async {
                conn.plain(BEGIN).await?;
                conn.rows(&[book::batches_query(first, first + 1, 1)]).await
            };
            let Ok(looked) = tokio::time::timeout(self.stuck_after, looked).await else {
                conn.discard();
                return Err(StoreError::Unacknowledged);
            };
            let looked = looked.map_err(Failure::store_error);
            conn.roll_back().await;
            Ok::<_, StoreError>(looked?.pop().unwrap_or_default())
        };
        let rows = found
            .await
            .map_err(|_| Trouble::Store(StoreError::Unacknowledged))?;
        let mut then = self.book.clone().map_err(Trouble::Store)?;
        let done = !rows.is_empty() && then.follow(&rows).is_ok() && then == next;
        if done {
            self.book = Ok(next);
            Ok(answers)
        } else {
            Err(Trouble::Again(StoreError::Unavailable(
                "the connection was lost".to_owned(),
            )))
        }
    }

    /// Takes in what other nodes have appended, and holds the result to the head they left.
    async fn catch_up(
        &mut self,
        conn: &Conn,
        head: (u64, shouxin_ledger::Hash),
    ) -> Result<(), Trouble> {
        let Ok(book) = &self.book else { return Ok(()) };
        if book.agrees(head).is_ok() {
            return Ok(());
        }
        let mut book = book.clone();
        while book.size() < head.0 {
            let page = book::batches_query(book.size(), head.0, PAGE);
            let rows = conn.rows(&[page]).await?.pop().unwrap_or_default();
            if rows.is_empty() || book.follow(&rows).is_err() {
                break;
            }
        }
        self.book = book.agrees(head).map(|()| book);
        if let Err(error) = &self.book {
            tracing::error!(%error, "the ledger in the database does not continue the one seen here");
        }
        Ok(())
    }
}

/// How a batch is run.
#[derive(Clone, Copy)]
enum Mode {
    Together,
    Apart,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Again | Failure::Lost => Self::Again(failure.store_error()),
            Failure::Conflict | Failure::Store(_) => Self::Store(failure.store_error()),
        }
    }
}

/// The statements of a batch of which every transaction goes through.
fn placed(txs: &[Tx]) -> Vec<Cow<'_, Step>> {
    let mut before = 0;
    let mut steps = Vec::new();
    for tx in txs {
        steps.extend(tx.steps.iter().map(|step| step.at(before)));
        before += tx.entries.len();
    }
    steps
}

/// A statement that failed for its own reasons takes only its own transaction with it.
fn apart(failure: Failure) -> Trouble {
    match failure {
        Failure::Conflict | Failure::Store(_) => Trouble::Apart,
        Failure::Again | Failure::Lost => failure.into(),
    }
}

/// Reads the right edge of the ledger.
async fn load(conn: &Conn) -> Result<Result<Book, StoreError>, Failure> {
    loop {
        let head = conn
            .rows(&[book::head_query()])
            .await?
            .pop()
            .unwrap_or_default();
        let head = book::head_of(&head).map_err(Failure::Store)?;
        let mut queries = book::edge_queries(head.0);
        queries.push(book::head_query());
        let mut answers = conn.rows(&queries).await?;
        let after = answers.pop().unwrap_or_default();
        let book = Book::open(head, &answers);
        // Another node may have appended between the questions.
        if book.is_ok() || book::head_of(&after).map_err(Failure::Store)? == head {
            return Ok(book);
        }
    }
}

/// A node that stops in the middle must not hold up the others for ever.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
    SET LOCAL lock_timeout = '20s'; \
    SET LOCAL idle_in_transaction_session_timeout = '20s'; \
    SELECT pg_advisory_xact_lock(6010471885310814574)";

/// How many transactions share a commit at most.
const BATCH: usize = 512;
/// How often a batch is tried.
const ATTEMPTS: u32 = 5;
/// How long the second attempt waits; each further one waits longer by as much.
const PAUSE: Duration = Duration::from_millis(50);
/// How many batches of another node are read at a time.
const PAGE: u32 = 256;

//! The one thread that writes: everything queued shares one commit.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::queue::{CloseOnDrop, Queue};
use super::statement::{self, Failure};
use super::watch::Watch;
use crate::batch::{Outcome, answers};
use crate::book::{self, Book};
use crate::kept::{Changes, Touched};
use crate::{CommitError, Committed, Lost, StoreError, Tx};

/// A transaction and where its answer goes.
pub(crate) struct Job {
    pub(crate) tx: Tx,
    pub(crate) reply: oneshot::Sender<Result<Committed, CommitError>>,
}

pub(crate) struct Writer {
    conn: Connection,
    /// The ledger as of the last commit, or why nothing may be appended.
    book: Result<Book, StoreError>,
    changes: Arc<Changes>,
    watch: Arc<Watch>,
}

impl Writer {
    pub(crate) fn new(
        conn: Connection,
        changes: Arc<Changes>,
        watch: Arc<Watch>,
    ) -> Result<Self, StoreError> {
        let head = statement::query(&conn, &book::head_query())?;
        let head = book::head_of(&head)?;
        let edge = book::edge_queries(head.0)
            .iter()
            .map(|query| statement::query(&conn, query))
            .collect::<Result<Vec<_>, _>>()?;
        let book = Book::open(head, &edge);
        if let Err(error) = &book {
            tracing::error!(%error, "the ledger does not match its head");
        }
        Ok(Self {
            conn,
            book,
            changes,
            watch,
        })
    }

    /// The connection, for whoever opens it anew.
    #[cfg(feature = "simulate")]
    pub(crate) fn into_connection(self) -> Connection {
        self.conn
    }

    /// The connection, for whoever asks beside it.
    #[cfg(feature = "simulate")]
    pub(crate) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// Works until the queue closes, or a commit fails to become durable.
    pub(crate) fn work(mut self, queue: &Queue<Job>) {
        let _closed = CloseOnDrop(queue);
        let mut company = 0;
        loop {
            let mut jobs = queue.pop(BATCH);
            if jobs.is_empty() {
                return;
            }
            if company >= CROWD && jobs.len() < company {
                // Those who shared the last commit are about to come again.
                std::thread::sleep(LINGER);
                jobs.extend(queue.take(BATCH - jobs.len()));
            }
            company = jobs.len();
            let (txs, replies): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|job| (job.tx, job.reply)).unzip();
            self.watch.begin();
            let answers = self.commit(txs);
            self.watch.end();
            for (reply, answer) in replies.into_iter().zip(answers) {
                // A caller that no longer waits has still been served.
                let _ = reply.send(answer);
            }
            if self.watch.is_lost() {
                return;
            }
        }
    }

    /// Commits a batch. No answer is given before COMMIT has returned: until then nothing is true.
    pub(crate) fn commit(&mut self, txs: Vec<Tx>) -> Vec<Result<Committed, CommitError>> {
        let count = txs.len();
        self.try_commit(txs).unwrap_or_else(|error| {
            tracing::error!(%error, transactions = count, "a batch was rolled back");
            if error == StoreError::Unacknowledged {
                self.watch.lose(Lost::Flush);
            }
            if !self.conn.is_autocommit()
                && let Err(error) = statement::execute(&self.conn, "ROLLBACK")
            {
                tracing::error!(%error, "the rollback failed");
            }
            vec![Err(CommitError::Store(error)); count]
        })
    }

    fn try_commit(
        &mut self,
        txs: Vec<Tx>,
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError> {
        statement::execute(&self.conn, "BEGIN IMMEDIATE")?;
        let mut outcomes = Vec::with_capacity(txs.len());
        let mut entries = Vec::new();
        let mut touched = Touched::default();
        for tx in txs {
            touched.add(&tx);
            outcomes.push(match self.run(&tx, entries.len())? {
                Ok(()) => {
                    let outcome = Outcome::done(entries.len(), tx.entries.len());
                    entries.extend(tx.entries);
                    outcome
                }
                Err(error) => Outcome::Failed(error),
            });
        }
        let first = self.book.as_ref().map_or(0, Book::size);
        let next = self.append(entries)?;
        let committed = statement::commit(&self.conn);
        // Also where it failed and may be durable all the same.
        self.changes.count(touched);
        committed?;
        if let Some(book) = next {
            self.book = Ok(book);
        }
        Ok(answers(outcomes, first))
    }

    /// Runs one transaction inside the batch, `before` of whose entries come before its own. The outer error
    /// means that the batch itself is lost.
    fn run(&self, tx: &Tx, before: usize) -> Result<Result<(), CommitError>, StoreError> {
        if let (Err(error), false) = (&self.book, tx.entries.is_empty()) {
            return Ok(Err(error.clone().into()));
        }
        // What changes nothing has nothing to take back.
        let changes = tx.steps.iter().any(|step| !step.sql.starts_with("SELECT"));
        if changes {
            statement::execute(&self.conn, "SAVEPOINT tx")?;
        }
        let ran = tx.steps.iter().enumerate().try_for_each(|(i, step)| {
            statement::run(&self.conn, &step.at(before)).map_err(|failure| match failure {
                Failure::Conflict => CommitError::Conflict { statement: i },
                Failure::Store(error) => CommitError::Store(error),
            })
        });
        // A full disk or an I/O error makes SQLite roll back everything, the batch included.
        if let (Err(CommitError::Store(error)), true) = (&ran, self.conn.is_autocommit()) {
            return Err(error.clone());
        }
        if changes && ran.is_err() {
            statement::execute(&self.conn, "ROLLBACK TO tx")?;
        }
        if changes {
            statement::execute(&self.conn, "RELEASE tx")?;
        }
        Ok(ran)
    }

    /// Appends the entries of the batch to the ledger and gives the book as it will be after COMMIT.
    fn append(&self, entries: Vec<Vec<u8>>) -> Result<Option<Book>, StoreError> {
        if entries.is_empty() {
            return Ok(None);
        }
        let (book, steps) = self.book.clone()?.append(&entries);
        for step in &steps {
            statement::run(&self.conn, step).map_err(|failure| match failure {
                Failure::Conflict => StoreError::LedgerForked { size: book.size() },
                Failure::Store(error) => error,
            })?;
        }
        Ok(Some(book))
    }
}

/// How many transactions share a commit at most: enough to make the disk's flush disappear, few
/// enough that the first of them does not wait long.
const BATCH: usize = 512;

/// How many transactions must have shared the last commit for the next one to wait for company.
const CROWD: usize = 4;

/// How long it then waits: far less than the disk's flush, several times what a commit costs by itself.
const LINGER: Duration = Duration::from_micros(250);

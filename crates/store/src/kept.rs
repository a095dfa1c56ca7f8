//! Rows kept in memory for as long as nothing they come from has changed.
//!
//! The embedded engine is this process's alone: every change passes its one writer, which counts the
//! commits that touch a watched table. A row that was read at one count is the row at that count. On an
//! engine that others write to, nothing is kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Row, Tx, Value};

/// A table whose rows may be kept: who may call, looked up at every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Keys of services.
    ApiKeys,
    /// Sessions.
    Sessions,
    /// Members of staff.
    Staff,
}

impl Watched {
    const ALL: [Self; 3] = [Self::ApiKeys, Self::Sessions, Self::Staff];

    const fn table(self) -> &'static str {
        match self {
            Self::ApiKeys => "api_key",
            Self::Sessions => "session",
            Self::Staff => "staff",
        }
    }
}

/// How many commits have touched each watched table.
#[derive(Debug, Default)]
pub(crate) struct Changes([AtomicU64; Watched::ALL.len()]);

impl Changes {
    /// Counts a commit. Called after COMMIT and before anybody is told of it.
    pub(crate) fn count(&self, touched: Touched) {
        for (n, count) in self.0.iter().enumerate() {
            if touched.0 & (1 << n) != 0 {
                count.fetch_add(1, Ordering::Release);
            }
        }
    }

    /// The counts of these tables, added up: they only grow, so equal sums mean equal counts.
    fn of(&self, tables: &[Watched]) -> u64 {
        tables
            .iter()
            .map(|table| self.0[*table as usize].load(Ordering::Acquire))
            .sum()
    }
}

/// Which watched tables a batch touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched(u8);

impl Touched {
    pub(crate) fn add(&mut self, tx: &Tx) {
        for step in &tx.steps {
            // A statement that names the table at all counts: too often is safe, too seldom is not.
            for (n, watched) in Watched::ALL.iter().enumerate() {
                if self.0 & (1 << n) == 0
                    && !step.sql.starts_with("SELECT")
                    && step.sql.contains(watched.table())
                {
                    self.0 |= 1 << n;
                }
            }
        }
    }
}

/// What is kept.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<(&'static str, Value), Answer>>);

/// The count under which rows were read, and the rows.
type Answer = (u64, Arc<Vec<Row>>);

impl Kept {
    /// The rows of this question, if they are those of now; else the count to keep new ones under.
    pub(crate) fn find(
        &self,
        changes: &Changes,
        tables: &[Watched],
        sql: &'static str,
        key: &Value,
    ) -> Result<Arc<Vec<Row>>, u64> {
        let now = changes.of(tables);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.get(&(sql, key.clone())) {
            Some((count, rows)) if *count == now => Ok(Arc::clone(rows)),
            _ => Err(now),
        }
    }

    /// Keeps rows that were asked for after `count` was read.
    pub(crate) fn keep(&self, count: u64, sql: &'static str, key: Value, rows: Arc<Vec<Row>>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert((sql, key), (count, rows));
    }
}

/// More callers than are at work at the same time; the bound guards against guessed tokens.
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    fn touched(sql: &'static str) -> u8 {
        let mut tx = Tx::new();
        tx.run(sql, params![]);
        let mut touched = Touched::default();
        touched.add(&tx);
        touched.0
    }

    #[test]
    fn a_statement_touches_the_tables_it_names() {
        assert_eq!(touched("UPDATE api_key SET state = 'revoked'"), 1);
        assert_eq!(
            touched("DELETE FROM session WHERE staff IN (SELECT id FROM staff)"),
            6
        );
        assert_eq!(touched("SELECT 1 FROM staff"), 0);
        assert_eq!(touched("INSERT INTO record (id) VALUES ($1)"), 0);
    }

    #[test]
    fn what_is_kept_goes_with_the_next_change_of_its_tables() {
        let (changes, kept) = (Changes::default(), Kept::default());
        let (sql, key) = ("SELECT 1", Value::Int(1));
        let tables = [Watched::Sessions, Watched::Staff];
        let count = kept.find(&changes, &tables, sql, &key).unwrap_err();
        kept.keep(count, sql, key.clone(), Arc::default());
        assert!(kept.find(&changes, &tables, sql, &key).is_ok());
        changes.count(Touched(1));
        assert!(kept.find(&changes, &tables, sql, &key).is_ok());
        changes.count(Touched(4));
        assert!(kept.find(&changes, &tables, sql, &key).is_err());
    }
}

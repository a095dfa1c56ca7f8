//! A transaction as a value.

use std::borrow::Cow;

use crate::{StoreError, Value, value};

/// A change that happens whole or not at all. It is a value, not a connection: it holds no lock
/// while it is built, runs on either engine, shares a commit with others, and can be run again.
///
/// Statements use `$1..$n`, one statement to a string, and only SQL that both engines share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tx {
    pub(crate) steps: Vec<Step>,
    pub(crate) entries: Vec<Vec<u8>>,
}

/// One statement and how many rows it must touch (`None`: any number).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) sql: &'static str,
    pub(crate) params: Vec<Value>,
    pub(crate) rows: Option<u64>,
    /// The entry of its transaction whose place in the commit is its last parameter.
    pub(crate) entry: Option<usize>,
}

/// Where in its transaction an entry was appended; [`Committed::entry`] turns it into an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

/// What a committed transaction leaves behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// The ledger index of each appended entry, in the order of appending.
    pub entries: Vec<u64>,
}

impl Tx {
    /// A transaction that does nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a statement, whatever number of rows it touches.
    pub fn run(&mut self, sql: &'static str, params: Vec<Value>) {
        self.steps.push(Step {
            sql,
            params,
            rows: None,
            entry: None,
        });
    }

    /// Runs a statement that must touch exactly `rows` rows; otherwise the whole transaction is a
    /// conflict. This is how a version is checked: `… WHERE id = $1 AND version = $2`.
    pub fn run_exactly(&mut self, rows: u64, sql: &'static str, params: Vec<Value>) {
        self.steps.push(Step {
            sql,
            params,
            rows: Some(rows),
            entry: None,
        });
    }

    /// Runs a statement that must touch exactly one row and is about an entry of this transaction. It has one
    /// parameter more, its last: how many entries of this commit come before that entry. The entry's index in
    /// the ledger is therefore `(SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $n`, for the head moves at
    /// the end of the commit.
    pub fn run_about(&mut self, slot: Slot, sql: &'static str, mut params: Vec<Value>) {
        params.push(Value::Int(0));
        self.steps.push(Step {
            sql,
            params,
            rows: Some(1),
            entry: Some(slot.0),
        });
    }

    /// Demands that a SELECT gives exactly `rows` rows at this point of the transaction; otherwise
    /// the whole transaction is a conflict. No other transaction can change the answer before this
    /// one has committed: writers take turns on both engines.
    pub fn guard(&mut self, rows: u64, select: &'static str, params: Vec<Value>) {
        self.run_exactly(rows, select, params);
    }

    /// Appends an entry to the ledger, in the same commit as the statements.
    pub fn append(&mut self, entry: Vec<u8>) -> Slot {
        self.entries.push(entry);
        Slot(self.entries.len() - 1)
    }

    /// Adds all of `other` after what is already here. Slots of `other` no longer hold.
    pub fn extend(&mut self, other: Self) {
        let before = self.entries.len();
        self.steps.extend(other.steps.into_iter().map(|mut step| {
            step.entry = step.entry.map(|slot| slot + before);
            step
        }));
        self.entries.extend(other.entries);
    }

    /// Its statements in order, each with its parameters and the number of rows it must touch, so that
    /// they can be written down and run later.
    pub fn steps(&self) -> impl Iterator<Item = (&'static str, &[Value], Option<u64>)> {
        self.steps
            .iter()
            .map(|step| (step.sql, step.params.as_slice(), step.rows))
    }

    /// Whether it would do nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.entries.is_empty()
    }

    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.len() > ENTRY_BYTES) {
            return Err(StoreError::EntryTooLong {
                size_bytes: entry.len(),
            });
        }
        self.steps
            .iter()
            .try_for_each(|step| value::check(step.sql, &step.params))
    }
}

impl Step {
    /// The statement as it runs where `before` entries of the commit come before those of its transaction.
    pub(crate) fn at(&self, before: usize) -> Cow<'_, Self> {
        let Some(slot) = self.entry else {
            return Cow::Borrowed(self);
        };
        let mut step = self.clone();
        if let (Some(last), Ok(place)) = (step.params.last_mut(), i64::try_from(before + slot)) {
            *last = Value::Int(place);
        }
        Cow::Owned(step)
    }
}

impl Committed {
    /// The ledger index of the entry appended at `slot` of this transaction.
    ///
    /// # Panics
    /// If the slot belongs to another transaction with more entries.
    pub fn entry(&self, slot: Slot) -> u64 {
        self.entries[slot.0]
    }
}

/// The longest entry that the ledger's packing holds.
const ENTRY_BYTES: usize = 65_535;

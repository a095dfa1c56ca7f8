//! What became of the transactions that shared a commit.

use std::ops::Range;

use crate::{CommitError, Committed};

/// What became of one transaction in a batch.
pub(crate) enum Outcome {
    /// It ran; its entries are these of the batch.
    Done(Range<usize>),
    /// It was rolled back alone.
    Failed(CommitError),
}

impl Outcome {
    pub(crate) fn done(first: usize, count: usize) -> Self {
        Self::Done(first..first + count)
    }
}

/// The answers once the batch is committed and its first entry has index `first`.
pub(crate) fn answers(outcomes: Vec<Outcome>, first: u64) -> Vec<Result<Committed, CommitError>> {
    let answer = |outcome| match outcome {
        Outcome::Done(range) => Ok(Committed {
            entries: range.map(|i| first + i as u64).collect(),
        }),
        Outcome::Failed(error) => Err(error),
    };
    outcomes.into_iter().map(answer).collect()
}

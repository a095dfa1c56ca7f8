//! A queue between async callers and plain threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};

/// Jobs in order of arrival. It is not bounded: each caller waits for its answer, so it never holds
/// more than the requests in flight.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

struct State<T> {
    jobs: VecDeque<T>,
    closed: bool,
    /// Workers that wait. Waking nobody is a system call all the same.
    idle: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        let state = State {
            jobs: VecDeque::new(),
            closed: false,
            idle: 0,
        };
        Self {
            state: Mutex::new(state),
            arrived: Condvar::new(),
        }
    }

    /// Hands in a job. Once the queue is closed it drops the job, and with it the reply channel,
    /// which is how the caller learns of it.
    pub(crate) fn push(&self, job: T) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        state.jobs.push_back(job);
        let waited_for = state.idle > 0;
        drop(state);
        if waited_for {
            self.arrived.notify_one();
        }
    }

    /// Waits for jobs and takes up to `limit` of them; none once it is closed and empty.
    pub(crate) fn pop(&self, limit: usize) -> Vec<T> {
        let mut state = self.wait();
        let taken = limit.min(state.jobs.len());
        state.jobs.drain(..taken).collect()
    }

    fn wait(&self) -> MutexGuard<'_, State<T>> {
        let mut state = self.lock();
        while state.jobs.is_empty() && !state.closed {
            state.idle += 1;
            state = self
                .arrived
                .wait(state)
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            state.idle -= 1;
        }
        state
    }

    /// Whatever has come meanwhile, up to `limit`, without waiting.
    pub(crate) fn take(&self, limit: usize) -> impl Iterator<Item = T> {
        let mut state = self.lock();
        let taken = limit.min(state.jobs.len());
        state.jobs.drain(..taken).collect::<Vec<_>>().into_iter()
    }

    /// Waits for jobs and takes the share of one of so many workers: together they empty the queue, and
    /// none of them takes what another could begin at once.
    pub(super) fn pop_share(&self, workers: usize, limit: usize) -> Vec<T> {
        let mut state = self.wait();
        let share = state.jobs.len().div_ceil(workers.max(1));
        let taken = limit.min(share);
        state.jobs.drain(..taken).collect()
    }

    /// Refuses further jobs. Those already queued are still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Refuses further jobs and drops those that are queued: their callers learn that it is closed.
    pub(crate) fn abandon(&self) {
        self.close();
        self.lock().jobs.clear();
    }

    /// The state is never left half-changed, so a poisoned lock still guards a good one.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Closes the queue and drops what it holds when its worker ends, by return or by panic: callers
/// then learn that the store is closed instead of waiting for ever.
pub(crate) struct CloseOnDrop<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Drop for CloseOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

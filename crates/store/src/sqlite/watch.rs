//! Whether the writer still gets answers from the disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::Lost;

/// Watches the writer from a thread of its own, without a clock and at the price of two counters.
pub(crate) struct Watch {
    begun: AtomicU64,
    ended: AtomicU64,
    closed: Mutex<bool>,
    closing: Condvar,
    lost: watch::Sender<Option<Lost>>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self {
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            closed: Mutex::new(false),
            closing: Condvar::new(),
            lost: watch::Sender::new(None),
        }
    }

    /// The writer begins a commit.
    pub(crate) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Release);
    }

    /// The commit came back.
    pub(crate) fn end(&self) {
        self.ended.fetch_add(1, Ordering::Release);
    }

    /// Nothing more is promised. The first reason stays.
    pub(crate) fn lose(&self, why: Lost) {
        tracing::error!(%why, "the store closes itself: start the process anew");
        self.lost.send_modify(|lost| {
            lost.get_or_insert(why);
        });
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.borrow().is_some()
    }

    /// Done once something was lost.
    pub(crate) async fn lost(&self) -> Lost {
        let mut lost = self.lost.subscribe();
        let why = lost.wait_for(Option::is_some).await.ok();
        match why.and_then(|why| *why) {
            Some(why) => why,
            // The sender lives as long as `self`.
            None => std::future::pending().await,
        }
    }

    /// Ends [`Watch::over`].
    pub(crate) fn close(&self) {
        *self.lock() = true;
        self.closing.notify_all();
    }

    /// Looks until closed; once one commit has been under way for `stuck_after`, gives up on it.
    pub(crate) fn over(&self, stuck_after: Duration, give_up: impl FnOnce()) {
        let (mut under_way, mut looks) = (0, 0);
        loop {
            let closed = self.lock();
            let waited = self
                .closing
                .wait_timeout_while(closed, stuck_after / LOOKS, |closed| !*closed)
                .unwrap_or_else(PoisonError::into_inner);
            if *waited.0 || self.is_lost() {
                return;
            }
            drop(waited);
            let begun = self.begun.load(Ordering::Acquire);
            if begun == self.ended.load(Ordering::Acquire) || begun != under_way {
                (under_way, looks) = (begun, 0);
                continue;
            }
            looks += 1;
            if looks == LOOKS {
                self.lose(Lost::Stuck(stuck_after.as_secs()));
                return give_up();
            }
        }
    }

    /// One flag, never left half-changed.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often is looked while a commit may take its time.
const LOOKS: u32 = 8;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn watched(act: impl FnOnce(&Watch)) -> Option<Lost> {
        let watch = Arc::new(Watch::new());
        let given_up = Arc::new(AtomicBool::new(false));
        let (over, seen) = (Arc::clone(&watch), Arc::clone(&given_up));
        let thread = std::thread::spawn(move || {
            over.over(Duration::from_millis(80), || {
                seen.store(true, Ordering::Release)
            });
        });
        act(&watch);
        watch.close();
        thread.join().unwrap();
        let lost = *watch.lost.borrow();
        assert_eq!(given_up.load(Ordering::Acquire), lost.is_some());
        lost
    }

    #[test]
    fn a_commit_that_does_not_come_back_is_given_up_and_many_quick_ones_are_not() {
        let pause = || std::thread::sleep(Duration::from_millis(30));
        assert_eq!(watched(|_| (0..8).for_each(|_| pause())), None);
        let quick = |watch: &Watch| {
            for _ in 0..8 {
                watch.begin();
                pause();
                watch.end();
            }
        };
        assert_eq!(watched(quick), None);
        let stuck = |watch: &Watch| {
            watch.begin();
            (0..8).for_each(|_| pause());
        };
        assert_eq!(watched(stuck), Some(Lost::Stuck(0)));
    }
}

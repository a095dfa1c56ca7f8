//! What a thread keeps from one text to the next: short texts would spend a tenth of their time on asking for
//! memory and giving it back.

use std::cell::Cell;

use crate::Candidate;
use crate::cue::Said;
use crate::structured::run::Run;
use crate::survey::Spot;

thread_local! {
    static KEPT: Cell<Room> = Cell::default();
}

/// Empty lists with room in them. As in memory given back, the last digits lie there until they are written over.
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) said: Vec<Said>,
    pub(crate) spots: Vec<Spot>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) run: Run,
}

impl Room {
    /// That of this thread; a new one while that is in use.
    pub(crate) fn take() -> Self {
        KEPT.take()
    }

    /// Keeps it for the next text, unless a long one left more than a thread should hold.
    pub(crate) fn keep(mut self) {
        self.run.clear();
        self.said.clear();
        self.spots.clear();
        self.candidates.clear();
        let most = self.said.capacity().max(self.spots.capacity());
        if most.max(self.candidates.capacity()) <= MOST {
            KEPT.set(self);
        }
    }
}

/// Entries of one list.
const MOST: usize = 1 << 12;

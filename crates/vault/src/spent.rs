//! What this process knows to be used of quotas, so that a count that was set back in the database is
//! noticed: within a day a count only grows.
//!
//! A mark over the row would not do. Counts are added to by one statement, so that reads of one caller do not
//! make each other wait; and a row that is deleted, or put back, bears no wrong mark. What was used before this
//! process began is held against the ledger by an examination.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shouxin_model::{Caller, Moment, Purpose, Quota};
use shouxin_policy::Used;

use crate::{Vault, VaultError};

/// By actor and purpose: the day, and the least that was used on it.
#[derive(Default)]
pub(crate) struct Spent(Mutex<HashMap<String, OfPurposes>>);

/// What a caller used of each purpose, and on which day.
type OfPurposes = HashMap<String, (i64, Used)>;

/// The least that a caller has used of a purpose today. Taken before the store is asked: whatever it then
/// answers is of a later moment.
#[derive(Clone, Copy)]
pub(crate) struct Floor(Used);

impl Floor {
    /// Holds what the store says is used to what is known.
    ///
    /// # Errors
    /// `Corrupt` if it is less.
    pub(crate) fn hold(self, used: Used) -> Result<Used, VaultError> {
        if greater(self.0, used) == used {
            Ok(used)
        } else {
            Err(VaultError::Corrupt("quota"))
        }
    }
}

impl Vault {
    /// What is known to be used by this caller of this purpose today.
    pub(crate) fn floor(&self, caller: &Caller, purpose: &Purpose, now: Moment) -> Floor {
        if !is_limited(purpose) {
            return Floor(Used::default());
        }
        let known = self
            .spent()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let of_caller = known.get(&caller.actor());
        let used = of_caller.and_then(|purposes| purposes.get(&purpose.name));
        let today = used.filter(|(day, _)| *day == now.china_day());
        Floor(today.map(|(_, used)| *used).unwrap_or_default())
    }

    /// Notes what is used now that a commit has charged it.
    pub(crate) fn note_spent(&self, caller: &Caller, purpose: &Purpose, now: Moment, used: Used) {
        if !is_limited(purpose) {
            return;
        }
        let used = limited(purpose, used);
        let day = now.china_day();
        let mut known = self
            .spent()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            // Forgotten is only what would have been noticed.
            known.clear();
        }
        let of_caller = known.entry(caller.actor()).or_default();
        let (of_day, least) = of_caller.entry(purpose.name.clone()).or_insert((day, used));
        if *of_day == day {
            *least = greater(*least, used);
        } else {
            (*of_day, *least) = (day, used);
        }
    }
}

/// After one more search or count.
pub(crate) fn one_more(used: Used) -> Used {
    Used {
        searches: used.searches.saturating_add(1),
        ..used
    }
}

fn greater(one: Used, other: Used) -> Used {
    Used {
        subjects: one.subjects.max(other.subjects),
        clear: one.clear.max(other.clear),
        searches: one.searches.max(other.searches),
    }
}

/// What of this the store counts: that for which there is a limit.
fn limited(purpose: &Purpose, used: Used) -> Used {
    let of = |limit: Option<u32>, used: u32| limit.map_or(0, |_| used);
    Used {
        subjects: of(purpose.quota.subjects_per_day, used.subjects),
        clear: of(purpose.quota.clear_per_day, used.clear),
        searches: of(purpose.quota.searches_per_day, used.searches),
    }
}

pub(crate) fn is_limited(purpose: &Purpose) -> bool {
    purpose.quota != Quota::default()
}

/// More callers than work on one day.
const MOST: usize = 100_000;

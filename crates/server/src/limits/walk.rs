//! Who asks for many ids that do not exist.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use shouxin_model::Moment;

use super::Wait;

/// The misses of the last ten minutes, by caller. Callers are signed in, so there are not many.
#[derive(Debug, Default)]
pub(super) struct Walks(Mutex<HashMap<String, Walk>>);

#[derive(Debug, Default)]
struct Walk {
    misses: VecDeque<Moment>,
    cut: Option<Moment>,
    told: bool,
}

impl Walks {
    pub(super) fn missed(&self, actor: &str, now: Moment) {
        let mut walks = self.lock();
        if walks.len() >= MOST_CALLERS {
            walks.retain(|_, walk| walk.matters(now));
        }
        let walk = walks.entry(actor.to_owned()).or_default();
        walk.misses.push_back(now);
        walk.misses.retain(|at| now.seconds_since(*at) < SECONDS);
        if walk.misses.len() > MISSES {
            *walk = Walk {
                cut: Some(now),
                ..Walk::default()
            };
        }
    }

    pub(super) fn check(&self, actor: &str, now: Moment) -> Result<(), Wait> {
        let cut = self.lock().get(actor).and_then(|walk| walk.cut);
        match cut.map(|cut| SECONDS - now.seconds_since(cut).max(0)) {
            Some(left) if left > 0 => Err(Wait {
                seconds: left.unsigned_abs(),
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn first_told(&self, actor: &str) -> bool {
        self.lock()
            .get_mut(actor)
            .is_some_and(|walk| !std::mem::replace(&mut walk.told, true))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Walk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Walk {
    fn matters(&self, now: Moment) -> bool {
        self.cut
            .iter()
            .chain(self.misses.back())
            .any(|at| now.seconds_since(*at) < SECONDS)
    }
}

/// How many ids that do not exist may be asked for.
const MISSES: usize = 20;

/// In how many seconds; and for how long a caller is cut who asks for more.
const SECONDS: i64 = 600;

/// Beyond this many callers, those whose misses no longer matter are forgotten.
const MOST_CALLERS: usize = 10_000;

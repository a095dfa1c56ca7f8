//! One rate for many keys, over `governor`, by the clock of the vault.

use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use shouxin_model::Moment;

use super::Wait;

/// So many requests a minute for each key, as many at once.
pub(super) struct Rate<K: Eq + Hash + Clone> {
    // `None` is shared by all who have no key of their own, or found no room for one.
    limiter: RateLimiter<Option<K>, DashMapStateStore<Option<K>>, Watch, NoOpMiddleware<Nanos>>,
    swept: AtomicI64,
}

impl<K: Eq + Hash + Clone> Rate<K> {
    pub(super) fn new(per_minute: NonZeroU32, watch: &Watch) -> Self {
        let limiter = RateLimiter::new(
            Quota::per_minute(per_minute),
            DashMapStateStore::default(),
            watch.clone(),
        );
        Self {
            limiter,
            swept: AtomicI64::new(0),
        }
    }

    /// Takes one request.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn take(&self, key: Option<K>) -> Result<(), Wait> {
        let key = if self.has_room() { key } else { None };
        self.limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.limiter.clock().now());
            Wait {
                seconds: wait
                    .as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX)
                    .max(1),
            }
        })
    }

    /// Whether one more key may be remembered. Forgets those that have all of their rate again.
    fn has_room(&self) -> bool {
        if self.limiter.len() < MOST_KEYS {
            return true;
        }
        let now = self.limiter.clock().moment().seconds();
        if self.swept.swap(now, Ordering::Relaxed) != now {
            self.limiter.retain_recent();
        }
        self.limiter.len() < MOST_KEYS
    }
}

impl<K: Eq + Hash + Clone> fmt::Debug for Rate<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rate({} keys)", self.limiter.len())
    }
}

/// The vault's clock as `governor` wants it.
#[derive(Clone)]
pub(super) struct Watch(Arc<dyn Fn() -> Moment + Send + Sync>);

impl Watch {
    pub(super) fn new(clock: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    pub(super) fn moment(&self) -> Moment {
        (self.0)()
    }
}

impl Clock for Watch {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(
            u64::try_from(self.moment().micros())
                .unwrap_or(0)
                .saturating_mul(1000),
        )
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch(..)")
    }
}

/// How many keys one rate remembers: some ten megabytes.
const MOST_KEYS: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_keys_is_forgotten_or_shares_one_rate() {
        let seconds = Arc::new(AtomicI64::new(1_795_000_000));
        let clock = seconds.clone();
        let watch = Watch::new(move || Moment::from_seconds(clock.load(Ordering::Relaxed)));
        let rate = Rate::new(NonZeroU32::MIN, &watch);
        for n in 0..MOST_KEYS {
            assert_eq!(rate.take(Some(n)), Ok(()));
        }
        assert_eq!(rate.take(Some(MOST_KEYS)), Ok(()));
        assert_eq!(rate.take(Some(MOST_KEYS + 1)), Err(Wait { seconds: 60 }));
        assert!(rate.limiter.len() <= MOST_KEYS + 1);
        seconds.fetch_add(120, Ordering::Relaxed);
        assert_eq!(rate.take(Some(MOST_KEYS + 2)), Ok(()));
        assert!(rate.limiter.len() < 10, "{}", rate.limiter.len());
    }
}

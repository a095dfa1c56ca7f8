//! Time and dice, given to the vault from outside so that a test can hold both.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use shouxin_model::Moment;

/// Where the time and the randomness of a vault come from.
pub trait World: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Moment;

    /// A fresh generator of random numbers fit for keys and nonces.
    fn dice(&self) -> ChaCha20Rng;
}

/// The machine's own clock and the operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine;

impl World for Machine {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read"
    )]
    fn now(&self) -> Moment {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the one place where the system's dice are thrown"
    )]
    fn dice(&self) -> ChaCha20Rng {
        let mut seed = [0; 32];
        // Without randomness there can be no keys: stop rather than seal with guessable ones.
        getrandom::fill(&mut seed).expect("the operating system gives random numbers");
        ChaCha20Rng::from_seed(seed)
    }
}

/// A world that stands still until it is moved, with dice from a seed. For tests and simulators.
#[derive(Debug)]
pub struct Frozen(Mutex<(Moment, u64)>);

impl Frozen {
    /// A world at `now` whose dice grow from `seed`.
    pub fn new(now: Moment, seed: u64) -> Self {
        Self(Mutex::new((now, seed)))
    }

    /// Lets `seconds` pass; negative seconds turn the clock back.
    pub fn pass(&self, seconds: i64) {
        let mut world = self.lock();
        world.0 = world.0.plus_seconds(seconds);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Moment, u64)> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl World for Frozen {
    fn now(&self) -> Moment {
        self.lock().0
    }

    fn dice(&self) -> ChaCha20Rng {
        let mut world = self.lock();
        world.1 = world.1.wrapping_add(1);
        ChaCha20Rng::seed_from_u64(world.1)
    }
}

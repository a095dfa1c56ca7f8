//! The search for an input that a parser cannot stand.

use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::Target;
use crate::damage::{Dice, damage};

/// What a search did.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Inputs given to the target.
    pub inputs: u64,
    /// Different shapes that came of them.
    pub shapes: usize,
}

/// Gives damaged inputs to a target for as long as `time` says, whole ones and those of `failures` first.
///
/// # Panics
/// The target panicked, took more than five seconds of a processor over one input, or its answer broke a promise of
/// its own (it panics then). The input was written into `failures` and stays a test from then on.
#[allow(
    clippy::print_stdout,
    reason = "what a search did is what it is run for"
)]
pub fn search(target: &Target, time: Duration) -> Report {
    let name = target.name;
    let failures = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("failures")
        .join(name);
    let mut search = Search {
        target,
        failures,
        shapes: HashSet::new(),
        inputs: 0,
    };
    let mut pool = (target.seeds)();
    for input in search.known() {
        search.give(&input);
        pool.push(input);
    }
    for input in &pool {
        search.give(input);
    }
    assert!(!pool.is_empty(), "{name}: no seeds");
    let mut dice = Dice(ChaCha20Rng::seed_from_u64(seed()));
    let began = now();
    while now().duration_since(began) < time {
        // Half of the time what was found last: it is least explored.
        let recent = pool.len().saturating_sub(RECENT);
        let at = match dice.below(2) {
            0 => dice.below(pool.len()),
            _ => recent + dice.below(pool.len() - recent),
        };
        let input = damage(&pool[at], &pool, &mut dice);
        if search.give(&input) && pool.len() < LARGEST_POOL {
            pool.push(input);
        }
    }
    let report = Report {
        inputs: search.inputs,
        shapes: search.shapes.len(),
    };
    println!("{name}: {} inputs, {} shapes", report.inputs, report.shapes);
    report
}

struct Search<'a> {
    target: &'a Target,
    failures: PathBuf,
    shapes: HashSet<String>,
    inputs: u64,
}

impl Search<'_> {
    /// Inputs that failed once.
    fn known(&self) -> Vec<Vec<u8>> {
        let files = fs::read_dir(&self.failures).into_iter().flatten().flatten();
        files
            .filter_map(|file| fs::read(file.path()).ok())
            .collect()
    }

    /// Gives one input to the target. Whether its shape is new.
    fn give(&mut self, input: &[u8]) -> bool {
        self.inputs += 1;
        let began = worked();
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.target.read)(input)));
        let took = worked().saturating_sub(began);
        match outcome {
            Ok(shape) if took < SLOWEST => self.shapes.insert(shape),
            Ok(_) => self.keep(input, &format!("took {took:?}")),
            Err(_) => self.keep(input, "panicked"),
        }
    }

    fn keep(&self, input: &[u8], what: &str) -> ! {
        let file = self
            .failures
            .join(format!("{}-{}", input.len(), self.inputs));
        let kept = fs::create_dir_all(&self.failures).and_then(|()| fs::write(&file, input));
        let name = self.target.name;
        panic!("{name}: {what} over {} ({kept:?})", file.display());
    }
}

/// How long this thread has had a processor: on a busy machine, waiting for one is no fault of a parser. Zero
/// where the system does not tell (it is no Linux): there only the search with coverage finds what hangs.
fn worked() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// The same seed for each run, unless another is given.
fn seed() -> u64 {
    let given = std::env::var("SHOUXIN_FUZZ_SEED").ok();
    given.and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

#[allow(
    clippy::disallowed_methods,
    reason = "a search ends when its time is over"
)]
fn now() -> Instant {
    Instant::now()
}

const SLOWEST: Duration = Duration::from_secs(5);
const LARGEST_POOL: usize = 4000;
const RECENT: usize = 64;

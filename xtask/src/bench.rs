//! `cargo xtask bench`: how fast it is, as a table.

use crate::run::{Outcome, cargo, go};

/// Builds in the release profile and measures; `rest` goes to the measuring program.
pub(crate) fn run(rest: &[String]) -> Outcome {
    println!("Building in the release profile, then measuring: nothing else should run meanwhile.");
    let bench = [
        "bench",
        "--package",
        "shouxin-bench",
        "--bench",
        "speed",
        "--",
    ];
    go(cargo(&bench).args(rest))
}

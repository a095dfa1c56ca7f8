//! Damaged inputs for parsers, made from whole ones.
//!
//! [`TARGETS`] are the parsers, each with seeds and with what it promises. They are given to two searches:
//!
//! - `cargo xtask fuzz` builds the product with the compiler's coverage passes and gives each target to libFuzzer,
//!   which keeps and damages further whatever reaches code that was not reached before (`main.rs`).
//! - [`search`] runs in the normal tests, with nothing but the stable compiler. It keeps an input whose
//!   *shape* is new, the few words in which a target tells what became of it.
//!
//! What failed once lies in `failures/` and is given first by both.

mod damage;
mod search;
mod targets;

pub use damage::words;
pub use search::{Report, search};
pub use targets::{TARGETS, Target};

//! Damaged inputs for parsers, made from whole ones.
//!
//! [`fuzz`] takes seeds, damages them, and gives each to a target until its time is over. A target says in
//! a few words what became of the input, its *shape*: the kind of error, how many rows, which keys. An
//! input with a shape that was not seen before is kept and damaged further, so that the search goes where
//! the parser behaves differently. That is guidance by what a parser answers, not by which of its branches
//! ran: it needs nothing but the stable compiler, and is coarser than a fuzzer that counts branches.

mod damage;
mod search;

pub use search::{Report, fuzz};

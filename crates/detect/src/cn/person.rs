//! Names of people in Chinese text.

use crate::{Candidate, Normalised};

/// Adds the names of people in `text` to `out`.
///
/// `seen` holds what has a shape (numbers, plates, e-mail addresses) and the addresses found so far,
/// sorted by start; they may overlap each other. Candidates given here need no order and may overlap.
/// Must be linear in the text's length and must not panic on any text.
pub fn find(_text: &Normalised<'_>, _seen: &[Candidate], _out: &mut Vec<Candidate>) {}

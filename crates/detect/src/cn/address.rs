//! Addresses in Chinese text.

use crate::{Candidate, Normalised};

/// Adds the addresses in `text` to `out`.
///
/// `seen` holds what has a shape (numbers, plates, e-mail addresses), sorted by start; they may overlap
/// each other. Candidates given here need no order and may overlap. Runs before the names of people,
/// which see what is given here. Must be linear in the text's length and must not panic on any text.
pub fn find(_text: &Normalised<'_>, _seen: &[Candidate], _out: &mut Vec<Candidate>) {}

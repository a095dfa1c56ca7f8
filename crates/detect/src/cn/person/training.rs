//! What the trainer (`train/names.rs`) needs of this module. No part of the library's interface.

use std::ops::Range;

use crate::{Candidate, Normalised};

use super::{Chars, Scene, candidates, features, simplified};

/// How many weights the model has.
pub const WEIGHTS: usize = features::COUNT;

/// The log-odds that the features are a name's by the model that is built in, in thousandths of a nat.
pub fn score(features: &[u32]) -> i32 {
    super::model::score(features)
}

/// Every stretch of `text` that a name could be, in bytes, with its features.
pub fn options(text: &Normalised<'_>, seen: &[Candidate]) -> Vec<(Range<usize>, Vec<u32>)> {
    let simple = simplified(text.as_str());
    let chars = Chars::of(&simple);
    let scene = Scene::new(&chars, seen);
    let mut found = Vec::new();
    candidates::each(&scene, |option, lattice| {
        let mut of = Vec::new();
        features::of(&scene, lattice, &option, &mut of);
        found.push((chars.byte(option.start)..chars.byte(option.end), of));
    });
    found
}

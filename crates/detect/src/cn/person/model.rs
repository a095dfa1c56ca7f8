//! A linear model over hashed features, with whole-number weights, so that every machine gives the same.

/// How many weights' units make one nat of log-odds.
pub(super) const UNIT: i32 = 1000;

const WEIGHTS: &[u8] = include_bytes!("../../../data/cn/names.model");
/// The first bytes of the model's file: what it is, and its version.
pub const ID: &str = "SXNAMES1";
const HEAD: &[u8] = ID.as_bytes();

/// The log-odds that the features are a name's, in [`UNIT`]s.
pub(super) fn score(features: &[u32]) -> i32 {
    let Some(weights) = WEIGHTS.strip_prefix(HEAD) else {
        return i32::MIN;
    };
    let mut sum = 0;
    for &feature in features {
        let at = feature as usize * 2;
        if let Some([low, high]) = weights.get(at..at + 2) {
            sum += i32::from(i16::from_le_bytes([*low, *high]));
        }
    }
    sum
}

/// The confidence of a score, in thousandths: 500 at even odds, by steps of the logistic curve.
pub(super) fn confidence(score: i32) -> u16 {
    const STEPS: &[(i32, u16)] = &[
        (6000, 990),
        (5000, 980),
        (4000, 960),
        (3000, 930),
        (2500, 900),
        (2000, 860),
        (1500, 800),
        (1000, 720),
        (500, 620),
    ];
    STEPS
        .iter()
        .find(|(least, _)| score >= *least)
        .map_or(520, |&(_, confidence)| confidence)
}

#[cfg(test)]
mod tests {
    use super::{HEAD, WEIGHTS};
    use crate::cn::person::features::COUNT;

    #[test]
    fn the_model_that_is_built_in_is_whole() {
        assert!(WEIGHTS.starts_with(HEAD));
        assert_eq!(WEIGHTS.len(), HEAD.len() + COUNT * 2);
    }
}

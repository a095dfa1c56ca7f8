//! Repeatable chance.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Seeded dice. The same seed and stream roll the same numbers on every machine.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice for one stream of a seed; streams of a seed are independent of each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A whole number below `bound`, which must be at least 1.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        // Multiply and shift: the bias is below bound / 2^32, invisible in demo data.
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::from(self.below((high - low + 1) as u32))
    }

    /// Whether an event of this likelihood happens.
    pub(crate) fn permille(&mut self, likelihood: u32) -> bool {
        self.below(1000) < likelihood
    }

    /// One of these, each as likely as the other. The slice must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    /// One of these, the earlier ones likelier, as in a list sorted by falling frequency.
    pub(crate) fn pick_early<T: Copy>(&mut self, from: &[T]) -> T {
        let bound = from.len() as u32;
        from[self.below(bound).min(self.below(bound)) as usize]
    }

    /// `count` decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    /// `count` characters out of an ASCII alphabet.
    pub(crate) fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count)
            .map(|_| char::from(self.pick(alphabet)))
            .collect()
    }
}

/// Items with weights, drawn in time logarithmic in their number.
pub(crate) struct Weighted<T> {
    items: Vec<T>,
    /// The sum of the weights up to and including each item.
    bounds: Vec<u32>,
}

impl<T: Copy> Weighted<T> {
    pub(crate) fn new(pairs: impl IntoIterator<Item = (T, u32)>) -> Self {
        let mut sum = 0;
        let (items, bounds) = pairs
            .into_iter()
            .map(|(item, weight)| {
                sum += weight;
                (item, sum)
            })
            .unzip();
        Self { items, bounds }
    }

    /// One item, as likely as its weight. There must be one of weight above 0.
    pub(crate) fn pick(&self, dice: &mut Dice) -> T {
        let sum = *self
            .bounds
            .last()
            .expect("weighted lists are built from data that is not empty");
        let roll = dice.below(sum);
        self.items[self.bounds.partition_point(|&bound| bound <= roll)]
    }
}

/// Maps `index` into `0..modulus` so that different indexes below `modulus` never meet, and
/// neighbours land far apart: unique numbers that do not look counted. Seed and family shift the
/// whole, so that no two kinds of number of one subject resemble each other.
pub(crate) fn scatter(index: u64, modulus: u64, seed: u64, family: &str) -> u64 {
    let salt = family.bytes().fold(seed, |salt, byte| {
        salt.wrapping_mul(257).wrapping_add(u64::from(byte))
    });
    // Neighbouring seeds must not give neighbouring numbers: SplitMix64's finish spreads them.
    let mut offset = salt.wrapping_add(0x9e37_79b9_7f4a_7c15);
    offset = (offset ^ (offset >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    offset = (offset ^ (offset >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    offset ^= offset >> 31;
    // A stride near the golden section of the modulus spreads neighbours most evenly.
    let mut stride = (modulus as f64 * 0.618_033_988_749_895) as u64 | 1;
    while greatest_common_divisor(stride, modulus) != 1 {
        stride += 2;
    }
    ((u128::from(index) * u128::from(stride) + u128::from(offset)) % u128::from(modulus)) as u64
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn streams_of_a_seed_differ_and_repeat() {
        let roll = |seed, stream| Dice::new(seed, stream).digits(20);
        assert_eq!(roll(1, 2), roll(1, 2));
        assert_ne!(roll(1, 2), roll(1, 3));
        assert_ne!(roll(1, 2), roll(2, 2));
    }

    #[test]
    fn scattered_indexes_never_meet() {
        for modulus in [999, 1000, 1024] {
            let met: BTreeSet<u64> = (0..modulus)
                .map(|i| scatter(i, modulus, 77, "test"))
                .collect();
            assert_eq!(met.len() as u64, modulus);
        }
    }

    #[test]
    fn a_heavier_item_comes_more_often() {
        let list = Weighted::new([("never", 0), ("often", 9), ("seldom", 1)]);
        let mut dice = Dice::new(1, 1);
        let rolls: Vec<_> = (0..1000).map(|_| list.pick(&mut dice)).collect();
        let count = |word| rolls.iter().filter(|&&r| r == word).count();
        assert_eq!(count("never"), 0);
        assert!((850..950).contains(&count("often")));
    }
}

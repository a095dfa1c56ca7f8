//! A share of a whole, judged by a sample.

/// Between which shares the whole's lies with 95 % confidence, each 0 to 1, if `found` of `sampled` things
/// are such: Wilson's score interval. Both are the share itself if all were looked at.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// JASA 22 (1927), pp. 209-212.
pub fn interval(found: u64, sampled: u64, is_all: bool) -> (f64, f64) {
    if sampled == 0 {
        return (0.0, if is_all { 0.0 } else { 1.0 });
    }
    let n = sampled as f64;
    let share = found.min(sampled) as f64 / n;
    if is_all {
        return (share, share);
    }
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    (
        (middle - half).clamp(0.0, share),
        (middle + half).clamp(share, 1.0),
    )
}

/// The quantile of the normal distribution for 95 % in the middle.
const Z: f64 = 1.959_963_984_540_054;

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn the_interval_is_wilsons() {
        // R: prop.test(x, n, correct = FALSE)$conf.int
        for (found, sampled, low, high) in [
            (0, 100, 0.0, 0.036_994),
            (10, 100, 0.055_229, 0.174_366),
            (50, 100, 0.403_832, 0.596_168),
            (1_000, 1_000, 0.996_173, 1.0),
        ] {
            let (found_low, found_high) = interval(found, sampled, false);
            assert!((found_low - low).abs() < 1e-5, "{found_low} {low}");
            assert!((found_high - high).abs() < 1e-5, "{found_high} {high}");
        }
        assert_eq!(interval(1, 4, true), (0.25, 0.25));
        assert_eq!(interval(0, 0, false), (0.0, 1.0));
    }
}

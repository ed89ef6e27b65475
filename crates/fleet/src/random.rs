//! Random numbers for jitter and for names that must not meet; nothing secret depends on them.

use std::hash::{BuildHasher, RandomState};

/// Returns a random number.
pub(crate) fn number() -> u64 {
    // Each state of the standard library has other keys.
    RandomState::new().hash_one(0)
}

/// Returns a random number from 0 to below 1.
pub(crate) fn fraction() -> f64 {
    // A double has 53 bits of mantissa.
    (number() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_spread_over_their_range() {
        let fractions: Vec<f64> = (0..1000).map(|_| fraction()).collect();
        assert!(fractions.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        let mean = fractions.iter().sum::<f64>() / 1000.0;
        assert!((0.4..0.6).contains(&mean), "{mean}");
    }
}

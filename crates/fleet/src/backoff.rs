//! Growing delays between attempts.

use std::time::Duration;

use crate::random;

/// Delays between attempts: each is random, up to a bound that doubles. Nodes that lost one server do not return to it at once.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    attempts: u32,
}

impl Backoff {
    /// Returns delays with a first bound and a longest one.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, attempts: 0 }
    }

    /// Returns the next delay: between half of the current bound and the bound.
    pub fn next_delay(&mut self) -> Duration {
        // A shift by more would overflow, and the bound is reached long before.
        let bound = self.first.saturating_mul(1 << self.attempts.min(30)).min(self.longest);
        self.attempts = self.attempts.saturating_add(1);
        bound.mul_f64(0.5 + random::fraction() / 2.0)
    }

    /// Begins again with the first bound, after a success.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}

/// Returns a duration of up to a fifth less or more, so that periodic work of many nodes spreads.
pub(crate) fn with_jitter(duration: Duration) -> Duration {
    duration.mul_f64(0.8 + random::fraction() * 0.4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_longest_and_begin_again() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        let delays: Vec<Duration> = (0..100).map(|_| backoff.next_delay()).collect();
        for (attempt, delay) in delays.iter().enumerate() {
            let bound = Duration::from_millis(100 << attempt.min(10)).min(Duration::from_secs(5));
            assert!(*delay >= bound / 2 && *delay <= bound, "{attempt}: {delay:?}");
        }
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_millis(100));
    }

    #[test]
    fn jitter_is_a_fifth() {
        for _ in 0..100 {
            let jittered = with_jitter(Duration::from_secs(10));
            assert!((Duration::from_secs(8)..=Duration::from_secs(12)).contains(&jittered));
        }
    }
}

//! Counters of exposures: how often each variant was served.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of one set of flags, a number for each variant and one for the program's own default of each flag.
#[derive(Debug, Default)]
pub struct Counters(Box<[AtomicU64]>);

impl Counters {
    pub fn new(length: usize) -> Self {
        Self((0..length).map(|_| AtomicU64::new(0)).collect())
    }

    /// Counts one exposure. The order of exposures does not matter.
    #[inline]
    pub fn add(&self, index: usize) {
        if let Some(counter) = self.0.get(index) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts one exposure, in counters that one thread alone adds to: two of them would lose exposures.
    #[inline]
    pub fn add_alone(&self, index: usize) {
        if let Some(counter) = self.0.get(index) {
            counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn get(&self, index: usize) -> u64 {
        self.0.get(index).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

//! Times of a follower.

use std::time::Duration;

use crate::watch::WatchOptions;

/// Times of a follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowTimes {
    /// Times of the watchers.
    pub watch: WatchOptions,
    /// The first and the longest wait before a release that was not admitted is tried again.
    pub rejected: (Duration, Duration),
    /// The time over which the nodes of a fleet spread their reads of a release that they stage.
    pub staging: Duration,
    /// The interval of health checks while nothing is deployed, give or take a fifth.
    pub health: Duration,
}

impl Default for FollowTimes {
    fn default() -> Self {
        Self {
            watch: WatchOptions::default(),
            rejected: (Duration::from_secs(5), Duration::from_secs(300)),
            staging: Duration::from_secs(5),
            health: Duration::from_secs(10),
        }
    }
}

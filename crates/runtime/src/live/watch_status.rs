//! Status of the watch of files.

use std::time::Duration;

/// The way in which a handle notices changed files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchStatus {
    /// Files are not watched.
    Off,
    /// The system reports changes.
    Events,
    /// The files are compared at an interval.
    Polling {
        /// The interval.
        every: Duration,
        /// The reason for which the system does not report changes, unless the program asked for comparisons.
        problem: Option<String>,
    },
}

impl WatchStatus {
    /// Returns the name of the mode: `off`, `events` or `polling`.
    pub fn mode(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Events => "events",
            Self::Polling { .. } => "polling",
        }
    }

    /// Returns the reason for which files are compared although the program asked for events.
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Polling { problem, .. } => problem.as_deref(),
            Self::Off | Self::Events => None,
        }
    }
}

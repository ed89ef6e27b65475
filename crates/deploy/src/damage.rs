//! Damage of a generation on the disk.

use std::fmt;

/// Damage of a generation: a difference from what was deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Its directory is missing.
    Missing,
    /// Its record is missing or unreadable, so its files cannot be checked. They may well be intact.
    NoRecord,
    /// Its files differ from those that were deployed.
    Altered,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "its files are missing",
            Self::NoRecord => "its record is missing or unreadable",
            Self::Altered => "its files differ from those that were deployed",
        })
    }
}

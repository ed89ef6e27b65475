//! The combinations of flags that a config was validated with.

use std::fmt;

/// Number of combinations of the variants of flags that a config was validated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagCombinations {
    /// Number of flags that conditions of profiles name.
    pub flags: usize,
    /// Number of combinations that were validated.
    pub checked: u64,
    /// Number of all combinations.
    pub total: u64,
}

impl fmt::Display for FlagCombinations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flags, checked, total } = self;
        let noun = if *flags == 1 { "flag" } else { "flags" };
        match checked == total {
            true if *total == 1 => write!(f, "validated with the only combination of {flags} {noun}"),
            true => write!(f, "validated with all {total} combinations of {flags} {noun}"),
            false => write!(
                f,
                "validated with {checked} of {total} combinations of {flags} {noun}, which have every pair of variants"
            ),
        }
    }
}

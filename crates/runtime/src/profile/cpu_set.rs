//! Sets of CPUs.

use std::ops::RangeInclusive;

/// The CPUs that a control group may use, as the kernel writes them: `0-3,8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CpuSet(Vec<RangeInclusive<u32>>);

impl CpuSet {
    /// Parses a list of CPUs. An empty list is `None`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let range = |part: &str| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some(first.parse().ok()?..=last.parse().ok()?)
        };
        text.trim().split(',').map(range).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Reports if a CPU is in the set.
    pub(super) fn contains(&self, cpu: u32) -> bool {
        self.0.iter().any(|range| range.contains(&cpu))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_numbers_and_ranges() {
        let set = CpuSet::parse("0-2,8\n").unwrap();
        let members: Vec<u32> = (0..20).filter(|cpu| set.contains(*cpu)).collect();
        assert_eq!(members, [0, 1, 2, 8]);
        for bad in ["", "\n", "a", "0-", "1,,2", "-1", "99999999999"] {
            assert_eq!(CpuSet::parse(bad), None, "{bad:?}");
        }
    }
}

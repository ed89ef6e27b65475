//! Memory usage of the machine, or of the control groups with a limit.

use crate::profile::control_groups::{ControlGroup, ControlGroups};
use crate::profile::kernel_files::{KernelFiles, field, percent};

/// Returns memory usage in percent: of the control group around this process that is nearest to its limit, and of the machine
/// if no group has a limit below its memory. `None` if it is unknown.
pub(super) fn memory_usage(files: &KernelFiles, groups: &ControlGroups) -> Option<f64> {
    let machine = files.read("/proc/meminfo").as_deref().and_then(Memory::of_machine);
    let total = machine.map_or(u64::MAX, |machine| machine.limit);
    let of_version_2 = groups.of_version_2().iter().filter_map(|group| version_2(files, group, total));
    let limited: Option<Vec<Memory>> =
        of_version_2.chain(version_1(files, groups.of_version_1("memory"), total)).collect();
    // A limit without a usage makes it unknown, since that of the machine says nothing of the group.
    let shares = limited?.into_iter().map(Memory::share);
    shares.reduce(f64::max).or_else(|| machine.map(Memory::share))
}

/// Memory in use, and its limit, in bytes.
#[derive(Debug, Clone, Copy)]
struct Memory {
    used: u64,
    limit: u64,
}

impl Memory {
    /// Parses `/proc/meminfo`.
    fn of_machine(info: &str) -> Option<Self> {
        let bytes = |name: &str| {
            let kib: u64 = field(info, name)?.strip_suffix("kB")?.trim().parse().ok()?;
            Some(kib.saturating_mul(1024))
        };
        let limit = bytes("MemTotal:").filter(|total| *total > 0)?;
        Some(Self { used: limit.saturating_sub(bytes("MemAvailable:")?), limit })
    }

    fn share(self) -> f64 {
        percent(self.used, self.limit as f64)
    }
}

/// Returns the memory of a group of version 2 with a limit below `total`; an inner `None` stands for an unknown usage.
/// `memory.high` throttles the group, and is a limit in practice.
fn version_2(files: &KernelFiles, group: &ControlGroup, total: u64) -> Option<Option<Memory>> {
    let number = |name: &str| files.number(group.directory.join(name));
    // The text "max" stands for no limit.
    let limit = ["memory.max", "memory.high"].into_iter().filter_map(number).min().filter(|limit| *limit < total)?;
    let stat = files.read(group.directory.join("memory.stat")).unwrap_or_default();
    Some(number("memory.current").map(|current| without_cache(current, &stat, limit)))
}

/// Returns the memory of the groups of version 1 with a limit below `total`.
fn version_1(files: &KernelFiles, groups: &[ControlGroup], total: u64) -> Vec<Option<Memory>> {
    let mut limited = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let number = |name: &str| files.number(group.directory.join(name));
        // Without the hierarchy, the group neither counts nor limits the memory of those in it.
        if index > 0 && number("memory.use_hierarchy") == Some(0) {
            break;
        }
        let stat = files.read(group.directory.join("memory.stat")).unwrap_or_default();
        // The least limit of the groups around it, of which a container may see only this one.
        let inherited = field(&stat, "hierarchical_memory_limit ").and_then(|bytes| bytes.parse().ok());
        let limit = number("memory.limit_in_bytes").into_iter().chain(inherited).min();
        let Some(limit) = limit.filter(|limit| *limit < total) else { continue };
        limited.push(number("memory.usage_in_bytes").map(|current| without_cache(current, &stat, limit)));
    }
    limited
}

/// Subtracts cached files. The kernel reclaims them when needed, so they count as available, as in `MemAvailable`.
fn without_cache(current: u64, stat: &str, limit: u64) -> Memory {
    let cached = field(stat, "total_inactive_file ").or_else(|| field(stat, "inactive_file "));
    let cached = cached.and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
    Memory { used: current.saturating_sub(cached), limit }
}

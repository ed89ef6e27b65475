//! CPU usage of the machine, or of the control groups with a quota.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::profile::control_groups::{ControlGroup, ControlGroups};
use crate::profile::cpu_set::CpuSet;
use crate::profile::kernel_files::{KernelFiles, field, percent};

/// A meter of CPU usage. It keeps the last samples, because usage is the difference of two samples.
#[derive(Debug, Clone, Default)]
pub(super) struct CpuMeter {
    machine: MachineSample,
    groups: BTreeMap<PathBuf, GroupSample>,
}

/// The last sample of the CPUs of the machine that this process may use.
#[derive(Debug, Clone, Default)]
struct MachineSample {
    /// The CPUs, or `None` for all.
    cpus: Option<CpuSet>,
    ticks: Ticks,
    usage: Option<f64>,
}

/// The last sample of a group with a quota.
#[derive(Debug, Clone, Default)]
struct GroupSample {
    /// Time since the start of the machine, in microseconds.
    at: u64,
    /// CPU time of the group, in microseconds.
    used: u64,
    usage: Option<f64>,
}

/// A group with a quota.
struct LimitedGroup {
    directory: PathBuf,
    /// The number of CPUs whose time the group may use.
    cpus: f64,
    /// CPU time of the group, in microseconds; `None` if it is unknown.
    used: Option<u64>,
}

/// Time of CPUs since the machine started, in ticks of usually 10 ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ticks {
    all: u64,
    idle: u64,
}

/// Minimum number of ticks between two samples for a meaningful difference.
const MIN_TICKS: u64 = 20;
/// Minimum time between two samples of a group, in microseconds: its counter may be updated by ticks.
const MIN_TIME: u64 = 200_000;

impl CpuMeter {
    /// Samples CPU usage in percent: of the control group around this process that is nearest to its quota, and of the CPUs that
    /// the process may use if no group has a quota. `None` if it is unknown.
    pub(super) fn sample(&mut self, files: &KernelFiles, groups: &ControlGroups) -> Option<f64> {
        let stat = files.read("/proc/stat");
        let count = |set: Option<&CpuSet>| stat.as_deref().map(|stat| count_cpus(stat, set));
        // A set of all CPUs restricts nothing.
        let set = cpu_set(files, groups).filter(|set| count(Some(set)) < count(None));
        let available = count(set.as_ref()).filter(|count| *count > 0);
        // A quota of all CPUs limits nothing.
        let is_limit = |group: &LimitedGroup| available.is_none_or(|count| group.cpus < f64::from(count));
        let limited: Vec<LimitedGroup> = limited_groups(files, groups).into_iter().filter(is_limit).collect();
        self.groups.retain(|directory, _| limited.iter().any(|group| group.directory == *directory));
        if limited.is_empty() {
            return self.machine.sample(stat.as_deref(), set);
        }
        let now = files.read("/proc/uptime").as_deref().and_then(microseconds);
        // A quota without a usage makes it unknown, since that of the machine says nothing of the group.
        let usages = limited.into_iter().map(|group| {
            let sample = self.groups.entry(group.directory).or_default();
            match now.zip(group.used) {
                Some((now, used)) => Some(sample.usage(now, used, group.cpus)),
                None => {
                    *sample = GroupSample::default();
                    None
                }
            }
        });
        let usages: Vec<Option<f64>> = usages.collect();
        usages.into_iter().collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::max)
    }
}

impl MachineSample {
    fn sample(&mut self, stat: Option<&str>, cpus: Option<CpuSet>) -> Option<f64> {
        let Some(now) = stat.and_then(|stat| Ticks::of(stat, cpus.as_ref())) else {
            // An old value would be misleading.
            *self = Self::default();
            return None;
        };
        if cpus != self.cpus {
            *self = Self { cpus, ..Self::default() };
        }
        let all = now.all.saturating_sub(self.ticks.all);
        if all >= MIN_TICKS || self.usage.is_none() {
            let idle = now.idle.saturating_sub(self.ticks.idle).min(all);
            self.usage = (all > 0).then(|| percent(all - idle, all as f64));
            self.ticks = now;
        } else if now.all < self.ticks.all {
            // The counters were reset.
            self.ticks = now;
        }
        self.usage
    }
}

impl GroupSample {
    fn usage(&mut self, now: u64, used: u64, cpus: f64) -> f64 {
        let was_reset = now < self.at || used < self.used;
        let elapsed = now.saturating_sub(self.at);
        if !was_reset && (elapsed >= MIN_TIME || self.usage.is_none()) {
            let share = if elapsed == 0 { 0.0 } else { percent(used - self.used, elapsed as f64 * cpus) };
            *self = Self { at: now, used, usage: Some(share) };
        } else if was_reset {
            (self.at, self.used) = (now, used);
        }
        self.usage.unwrap_or(0.0)
    }
}

impl Ticks {
    /// Parses the lines of CPUs in `/proc/stat`, and adds those of a set; all without a set.
    fn of(stat: &str, cpus: Option<&CpuSet>) -> Option<Self> {
        let Some(cpus) = cpus else { return Self::parse(field(stat, "cpu ")?) };
        let mut sum = Self::default();
        for (_, ticks) in each_cpu(stat).filter(|(cpu, _)| cpus.contains(*cpu)) {
            let ticks = Self::parse(ticks)?;
            sum.all = sum.all.saturating_add(ticks.all);
            sum.idle = sum.idle.saturating_add(ticks.idle);
        }
        Some(sum).filter(|sum| *sum != Self::default())
    }

    fn parse(fields: &str) -> Option<Self> {
        // Skip the time of guests, which the time of users includes.
        let numbers = fields.split_ascii_whitespace().take(8).map(str::parse::<u64>);
        let numbers: Vec<u64> = numbers.collect::<Result<_, _>>().ok()?;
        let (idle, waiting) = (*numbers.get(3)?, *numbers.get(4).unwrap_or(&0));
        Some(Self {
            all: numbers.iter().fold(0, |sum: u64, number| sum.saturating_add(*number)),
            idle: idle.saturating_add(waiting),
        })
    }
}

/// Returns number and ticks of each CPU in `/proc/stat`.
fn each_cpu(stat: &str) -> impl Iterator<Item = (u32, &str)> {
    stat.lines().filter_map(|line| {
        let (number, ticks) = line.strip_prefix("cpu")?.split_once(' ')?;
        Some((number.parse().ok()?, ticks))
    })
}

/// Returns the number of CPUs that are online and in a set.
fn count_cpus(stat: &str, set: Option<&CpuSet>) -> u32 {
    let count = each_cpu(stat).filter(|(cpu, _)| set.is_none_or(|set| set.contains(*cpu))).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Returns the CPUs that this process may use, or `None` if no control group restricts them.
fn cpu_set(files: &KernelFiles, groups: &ControlGroups) -> Option<CpuSet> {
    let effective = |group: &ControlGroup, name: &str| CpuSet::parse(&files.read(group.directory.join(name))?);
    // The effective set of a group is a part of those around it. Where the controller is off, the group around it has the set.
    let of_version_2 = groups.of_version_2().iter().find_map(|group| effective(group, "cpuset.cpus.effective"));
    of_version_2.or_else(|| {
        let own = groups.of_version_1("cpuset").first()?;
        effective(own, "cpuset.effective_cpus").or_else(|| effective(own, "cpuset.cpus"))
    })
}

/// Returns the groups around this process that have a quota.
fn limited_groups(files: &KernelFiles, groups: &ControlGroups) -> Vec<LimitedGroup> {
    let of_version_2 = groups.of_version_2().iter().filter_map(|group| {
        let text = files.read(group.directory.join("cpu.max"))?;
        let (quota, period) = text.trim().split_once(' ')?;
        let cpus = cpus(quota, period)?;
        let stat = files.read(group.directory.join("cpu.stat")).unwrap_or_default();
        let used = field(&stat, "usage_usec ").and_then(|used| used.parse().ok());
        Some(LimitedGroup { directory: group.directory.clone(), cpus, used })
    });
    let accounts = groups.of_version_1("cpuacct");
    let of_version_1 = groups.of_version_1("cpu").iter().filter_map(|group| {
        let text = |name: &str| files.read(group.directory.join(name));
        let cpus = cpus(text("cpu.cfs_quota_us")?.trim(), text("cpu.cfs_period_us")?.trim())?;
        // If the accounts have a hierarchy of their own, the group of the same path has the same processes.
        let account = accounts.iter().find(|account| account.path == group.path);
        let used = account.and_then(|account| files.number(account.directory.join("cpuacct.usage")));
        Some(LimitedGroup {
            directory: group.directory.clone(),
            cpus,
            used: used.map(|nanoseconds| nanoseconds / 1000),
        })
    });
    of_version_2.chain(of_version_1).collect()
}

/// Returns the number of CPUs of a quota; `None` for `max` and `-1`, which stand for no quota.
fn cpus(quota: &str, period: &str) -> Option<f64> {
    let (quota, period): (u64, u64) = (quota.parse().ok()?, period.parse().ok()?);
    (period > 0).then(|| quota as f64 / period as f64)
}

/// Parses `/proc/uptime`.
fn microseconds(uptime: &str) -> Option<u64> {
    let seconds: f64 = uptime.split_ascii_whitespace().next()?.parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then_some((seconds * 1e6) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_idle_and_guests_are_not_counted_twice() {
        let ticks = Ticks::of("cpu  10 1 2 30 4 5 6 7 9 9\n", None).unwrap();
        assert_eq!(ticks, Ticks { all: 65, idle: 34 });
    }

    #[test]
    fn the_time_of_some_cpus_is_the_sum_of_their_lines() {
        let stat = "cpu  9 9 9 9\ncpu0 1 0 0 9\ncpu1 2 0 0 8\ncpu10 4 0 0 6\nintr 7\n";
        let of = |set: &str| Ticks::of(stat, CpuSet::parse(set).as_ref());
        assert_eq!(of("0-1"), Some(Ticks { all: 20, idle: 17 }));
        assert_eq!(of("10"), Some(Ticks { all: 10, idle: 6 }));
        assert_eq!(of("2-9"), None);
        assert_eq!(count_cpus(stat, CpuSet::parse("1-99").as_ref()), 2);
    }

    #[test]
    fn a_quota_is_a_number_of_cpus() {
        assert_eq!(cpus("150000", "100000"), Some(1.5));
        for (quota, period) in [("max", "100000"), ("-1", "100000"), ("1", "0"), ("", ""), ("1", "x")] {
            assert_eq!(cpus(quota, period), None, "{quota} {period}");
        }
        assert_eq!(microseconds("12.34 5.6\n"), Some(12_340_000));
        for bad in ["", "x", "inf 1", "-1 1", "NaN"] {
            assert_eq!(microseconds(bad), None, "{bad:?}");
        }
    }
}

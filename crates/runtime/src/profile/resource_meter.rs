//! CPU and memory usage, from `/proc` and the control groups.

use std::fs;
use std::path::{Path, PathBuf};

/// CPU and memory usage in percent. An unknown value is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Share of the time of all CPUs that was not idle.
    pub cpu: Option<f64>,
    /// Share of the memory that is not available: of the machine, or of the control group that is nearest to its limit.
    pub memory: Option<f64>,
}

/// A meter of CPU and memory usage. It keeps the last sample, because CPU usage is the difference of two samples.
///
/// ```
/// let mut meter = confgate_runtime::profile::ResourceMeter::new();
/// let usage = meter.usage();
/// assert!(usage.memory.is_none_or(|percent| (0.0..=100.0).contains(&percent)));
/// ```
#[derive(Debug, Clone)]
pub struct ResourceMeter {
    root: PathBuf,
    last: Ticks,
    cpu: Option<f64>,
}

/// Time of all CPUs since the machine started, in ticks of usually 10 ms.
#[derive(Debug, Clone, Copy, Default)]
struct Ticks {
    all: u64,
    idle: u64,
}

/// Minimum number of ticks between two samples for a meaningful difference.
const MIN_TICKS: u64 = 20;

impl Default for ResourceMeter {
    fn default() -> Self {
        Self::new()
    }
}

impl ResourceMeter {
    /// Returns the meter of this machine.
    pub fn new() -> Self {
        Self::at("/")
    }

    /// Returns the meter of a machine whose files are below `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), last: Ticks::default(), cpu: None }
    }

    /// Samples the usage. CPU usage covers the time since the last sample, and for the first one the time since the machine
    /// started. A sample right after another returns the same value.
    pub fn usage(&mut self) -> Usage {
        Usage { cpu: self.cpu(), memory: self.memory() }
    }

    fn cpu(&mut self) -> Option<f64> {
        let Some(now) = self.read("proc/stat").as_deref().and_then(Ticks::parse) else {
            // An old value would be misleading.
            (self.last, self.cpu) = (Ticks::default(), None);
            return None;
        };
        let all = now.all.saturating_sub(self.last.all);
        if all >= MIN_TICKS || self.cpu.is_none() {
            let idle = now.idle.saturating_sub(self.last.idle).min(all);
            self.cpu = (all > 0).then(|| percent(all - idle, all));
            self.last = now;
        } else if now.all < self.last.all {
            // The counters were reset.
            self.last = now;
        }
        self.cpu
    }

    fn memory(&self) -> Option<f64> {
        let info = self.read("proc/meminfo")?;
        let kib = |name: &str| field(&info, name)?.strip_suffix("kB")?.trim().parse::<u64>().ok();
        let total = kib("MemTotal:").filter(|total| *total > 0)?;
        let available = kib("MemAvailable:")?;
        let machine = percent(total.saturating_sub(available), total);
        Some(self.cgroups(total.saturating_mul(1024)).fold(machine, f64::max))
    }

    /// Returns the memory usage of the control groups (version 2) around this process that have a limit below the memory of the
    /// machine.
    fn cgroups(&self, total: u64) -> impl Iterator<Item = f64> {
        let list = self.read("proc/self/cgroup").unwrap_or_default();
        let own = Path::new(list.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default());
        let ancestors: Vec<PathBuf> = own.ancestors().map(|group| Path::new("sys/fs/cgroup").join(group)).collect();
        ancestors.into_iter().filter_map(move |group| self.cgroup(&group, total))
    }

    fn cgroup(&self, group: &Path, total: u64) -> Option<f64> {
        let number = |name: &str| self.read(group.join(name))?.trim().parse::<u64>().ok();
        let limit = number("memory.max").filter(|limit| (1..total).contains(limit))?;
        let current = number("memory.current")?;
        // The kernel reclaims cached files when needed, so they count as available, as in MemAvailable.
        let stat = self.read(group.join("memory.stat")).unwrap_or_default();
        let cached = field(&stat, "inactive_file ").and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
        Some(percent(current.saturating_sub(cached), limit))
    }

    fn read(&self, path: impl AsRef<Path>) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }
}

impl Ticks {
    /// Parses the line of all CPUs in `/proc/stat`.
    fn parse(stat: &str) -> Option<Self> {
        let fields = field(stat, "cpu ")?.split_ascii_whitespace().map(str::parse::<u64>);
        // Skip the time of guests, which the time of users includes.
        let numbers: Vec<u64> = fields.take(8).collect::<Result<_, _>>().ok()?;
        let (idle, waiting) = (numbers.get(3)?, numbers.get(4).unwrap_or(&0));
        Some(Self { all: numbers.iter().sum(), idle: idle + waiting })
    }
}

/// Returns the rest of the line that starts with `name`.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

fn percent(part: u64, whole: u64) -> f64 {
    (part as f64 / whole as f64 * 100.0).min(100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root directory with files of the kernel.
    struct FakeRoot(tempfile::TempDir);

    impl FakeRoot {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn stat(&self, busy: u64, idle: u64) {
            self.write("proc/stat", &format!("cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nctxt 1\n"));
        }

        fn meter(&self) -> ResourceMeter {
            ResourceMeter::at(self.0.path())
        }
    }

    const GIB: u64 = 1 << 30;

    #[test]
    fn cpu_usage_is_that_since_the_last_sample() {
        let root = FakeRoot::new();
        root.stat(100, 900);
        let mut meter = root.meter();
        assert_eq!(meter.usage().cpu, Some(10.0), "since the start");
        root.stat(175, 925);
        assert_eq!(meter.usage().cpu, Some(75.0));
        root.stat(175, 1025);
        assert_eq!(meter.usage().cpu, Some(0.0));
    }

    #[test]
    fn a_sample_right_after_another_returns_the_same_value() {
        let root = FakeRoot::new();
        root.stat(100, 900);
        let mut meter = root.meter();
        meter.usage();
        root.stat(119, 900);
        assert_eq!(meter.usage().cpu, Some(10.0), "too short a time");
        root.stat(120, 900);
        assert_eq!(meter.usage().cpu, Some(100.0), "counted from the last sample with a value");
    }

    #[test]
    fn waiting_is_idle_and_guests_are_not_counted_twice() {
        let ticks = Ticks::parse("cpu  10 1 2 30 4 5 6 7 9 9\n").unwrap();
        assert_eq!((ticks.all, ticks.idle), (65, 34));
    }

    #[test]
    fn counters_that_begin_anew_are_counted_from_there() {
        let root = FakeRoot::new();
        root.stat(100, 900);
        let mut meter = root.meter();
        meter.usage();
        root.stat(1, 1);
        assert_eq!(meter.usage().cpu, Some(10.0));
        root.stat(51, 51);
        assert_eq!(meter.usage().cpu, Some(50.0));
    }

    #[test]
    fn without_the_files_of_the_kernel_usage_is_unknown() {
        let root = FakeRoot::new();
        let mut meter = root.meter();
        assert_eq!(meter.usage(), Usage::default());
        root.write("proc/stat", "intr 5\n");
        root.write("proc/meminfo", "MemTotal: 100 kB\nMemFree: 10 kB\n");
        assert_eq!(meter.usage(), Usage::default());
        root.stat(50, 50);
        assert_eq!(meter.usage().cpu, Some(50.0));
    }

    #[test]
    fn memory_that_is_available_is_not_in_use() {
        let root = FakeRoot::new();
        root.write("proc/meminfo", "MemTotal:        1000 kB\nMemFree:          50 kB\nMemAvailable:     250 kB\n");
        assert_eq!(root.meter().usage().memory, Some(75.0));
    }

    #[test]
    fn a_limit_of_a_control_group_counts_where_it_is_nearer() {
        let root = FakeRoot::new();
        root.write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n");
        root.write("proc/self/cgroup", "4:memory:/old\n0::/system.slice/node.service\n");
        let slice = "sys/fs/cgroup/system.slice";
        root.write(&format!("{slice}/node.service/memory.max"), "max\n");
        assert_eq!(root.meter().usage().memory, Some(50.0), "without a limit");
        root.write(&format!("{slice}/memory.max"), &format!("{GIB}\n"));
        root.write(&format!("{slice}/memory.current"), &format!("{}\n", GIB));
        root.write(&format!("{slice}/memory.stat"), &format!("anon 1\ninactive_file {}\n", GIB / 4));
        assert_eq!(root.meter().usage().memory, Some(75.0), "of the group around it, without cached files");
        root.write(&format!("{slice}/memory.max"), &format!("{}\n", 64 * GIB));
        assert_eq!(root.meter().usage().memory, Some(50.0), "a limit above the memory of the machine is ignored");
    }

    #[test]
    fn a_container_that_sees_only_itself_has_its_limit_at_the_top() {
        let root = FakeRoot::new();
        root.write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 8388608 kB\n");
        root.write("proc/self/cgroup", "0::/\n");
        root.write("sys/fs/cgroup/memory.max", &format!("{GIB}\n"));
        root.write("sys/fs/cgroup/memory.current", &format!("{}\n", GIB / 2));
        assert_eq!(root.meter().usage().memory, Some(50.0));
    }
}

//! How busy a machine is, from what the kernel tells in `/proc`.

use std::fs;
use std::path::{Path, PathBuf};

/// How busy a machine is, in percent. What cannot be known is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// The share of the time of all CPUs that was not idle.
    pub cpu: Option<f64>,
    /// The share of the memory that is not available: of the machine, or of the control group that is nearest to its limit.
    pub memory: Option<f64>,
}

/// The meter of a machine. It keeps the last look, since how busy CPUs are shows only between two.
///
/// ```
/// let mut machine = confgate_runtime::profile::Machine::new();
/// let usage = machine.usage();
/// assert!(usage.memory.is_none_or(|percent| (0.0..=100.0).contains(&percent)));
/// ```
#[derive(Debug, Clone)]
pub struct Machine {
    root: PathBuf,
    last: Ticks,
    cpu: Option<f64>,
}

/// Time of all CPUs since the machine started, in ticks of mostly 10 ms.
#[derive(Debug, Clone, Copy, Default)]
struct Ticks {
    all: u64,
    idle: u64,
}

/// Fewer ticks than these between two looks say nothing.
const ENOUGH: u64 = 20;

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// The meter of this machine.
    pub fn new() -> Self {
        Self::at("/")
    }

    /// The meter of the machine whose files are below `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), last: Ticks::default(), cpu: None }
    }

    /// How busy it is now. For the CPUs that is their time since the last look, and at the first since the machine started; a
    /// look right after another gives the same again.
    pub fn usage(&mut self) -> Usage {
        Usage { cpu: self.cpu(), memory: self.memory() }
    }

    fn cpu(&mut self) -> Option<f64> {
        let Some(now) = self.read("proc/stat").as_deref().and_then(Ticks::read) else {
            // What was known says nothing of now.
            (self.last, self.cpu) = (Ticks::default(), None);
            return None;
        };
        let all = now.all.saturating_sub(self.last.all);
        if all >= ENOUGH || self.cpu.is_none() {
            let idle = now.idle.saturating_sub(self.last.idle).min(all);
            self.cpu = (all > 0).then(|| percent(all - idle, all));
            self.last = now;
        } else if now.all < self.last.all {
            // The counters began anew.
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
        Some(self.groups(total.saturating_mul(1024)).fold(machine, f64::max))
    }

    /// How full the control groups (version 2) around this process are that have a limit below the memory of the machine.
    fn groups(&self, total: u64) -> impl Iterator<Item = f64> {
        let list = self.read("proc/self/cgroup").unwrap_or_default();
        let own = list.lines().find_map(|line| line.strip_prefix("0::/")).map(Path::new).map(Path::to_path_buf);
        let own = own.unwrap_or_default();
        let above: Vec<PathBuf> = own.ancestors().map(|group| Path::new("sys/fs/cgroup").join(group)).collect();
        above.into_iter().filter_map(move |group| self.group(&group, total))
    }

    fn group(&self, group: &Path, total: u64) -> Option<f64> {
        let number = |name: &str| self.read(group.join(name))?.trim().parse::<u64>().ok();
        let limit = number("memory.max").filter(|limit| (1..total).contains(limit))?;
        let current = number("memory.current")?;
        // Cached files go when others need their room, as MemAvailable reckons for the machine.
        let stat = self.read(group.join("memory.stat")).unwrap_or_default();
        let cached = field(&stat, "inactive_file ").and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
        Some(percent(current.saturating_sub(cached), limit))
    }

    fn read(&self, path: impl AsRef<Path>) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }
}

impl Ticks {
    /// Reads the line of all CPUs together in `/proc/stat`.
    fn read(stat: &str) -> Option<Self> {
        let numbers = field(stat, "cpu ")?.split_ascii_whitespace().map(str::parse::<u64>);
        // Time of guests is in that of users already.
        let numbers: Vec<u64> = numbers.take(8).collect::<Result<_, _>>().ok()?;
        let (idle, waiting) = (numbers.get(3)?, numbers.get(4).unwrap_or(&0));
        Some(Self { all: numbers.iter().sum(), idle: idle + waiting })
    }
}

/// What stands behind a name at the beginning of a line.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

fn percent(part: u64, whole: u64) -> f64 {
    (part as f64 / whole as f64 * 100.0).min(100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine made of files.
    struct Made(tempfile::TempDir);

    impl Made {
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

        fn meter(&self) -> Machine {
            Machine::at(self.0.path())
        }
    }

    const GIB: u64 = 1 << 30;

    #[test]
    fn the_cpus_are_as_busy_as_they_were_since_the_last_look() {
        let made = Made::new();
        made.stat(100, 900);
        let mut meter = made.meter();
        assert_eq!(meter.usage().cpu, Some(10.0), "since the start");
        made.stat(175, 925);
        assert_eq!(meter.usage().cpu, Some(75.0));
        made.stat(175, 1025);
        assert_eq!(meter.usage().cpu, Some(0.0));
    }

    #[test]
    fn a_look_right_after_another_gives_the_same_again() {
        let made = Made::new();
        made.stat(100, 900);
        let mut meter = made.meter();
        meter.usage();
        made.stat(119, 900);
        assert_eq!(meter.usage().cpu, Some(10.0), "too short to tell");
        made.stat(120, 900);
        assert_eq!(meter.usage().cpu, Some(100.0), "counted from the look that told something");
    }

    #[test]
    fn waiting_is_idle_and_guests_are_not_counted_twice() {
        let ticks = Ticks::read("cpu  10 1 2 30 4 5 6 7 9 9\n").unwrap();
        assert_eq!((ticks.all, ticks.idle), (65, 34));
    }

    #[test]
    fn counters_that_begin_anew_are_counted_from_there() {
        let made = Made::new();
        made.stat(100, 900);
        let mut meter = made.meter();
        meter.usage();
        made.stat(1, 1);
        assert_eq!(meter.usage().cpu, Some(10.0));
        made.stat(51, 51);
        assert_eq!(meter.usage().cpu, Some(50.0));
    }

    #[test]
    fn without_the_files_of_the_kernel_nothing_is_known() {
        let made = Made::new();
        let mut meter = made.meter();
        assert_eq!(meter.usage(), Usage::default());
        made.write("proc/stat", "intr 5\n");
        made.write("proc/meminfo", "MemTotal: 100 kB\nMemFree: 10 kB\n");
        assert_eq!(meter.usage(), Usage::default());
        made.stat(50, 50);
        assert_eq!(meter.usage().cpu, Some(50.0));
    }

    #[test]
    fn memory_that_is_available_is_not_in_use() {
        let made = Made::new();
        made.write("proc/meminfo", "MemTotal:        1000 kB\nMemFree:          50 kB\nMemAvailable:     250 kB\n");
        assert_eq!(made.meter().usage().memory, Some(75.0));
    }

    #[test]
    fn a_limit_of_a_control_group_counts_where_it_is_nearer() {
        let made = Made::new();
        made.write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n");
        made.write("proc/self/cgroup", "4:memory:/old\n0::/system.slice/node.service\n");
        let slice = "sys/fs/cgroup/system.slice";
        made.write(&format!("{slice}/node.service/memory.max"), "max\n");
        assert_eq!(made.meter().usage().memory, Some(50.0), "without a limit");
        made.write(&format!("{slice}/memory.max"), &format!("{GIB}\n"));
        made.write(&format!("{slice}/memory.current"), &format!("{}\n", GIB));
        made.write(&format!("{slice}/memory.stat"), &format!("anon 1\ninactive_file {}\n", GIB / 4));
        assert_eq!(made.meter().usage().memory, Some(75.0), "of the group around it, without cached files");
        made.write(&format!("{slice}/memory.max"), &format!("{}\n", 64 * GIB));
        assert_eq!(made.meter().usage().memory, Some(50.0), "a limit beyond the machine is none");
    }

    #[test]
    fn a_container_that_sees_only_itself_has_its_limit_at_the_top() {
        let made = Made::new();
        made.write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 8388608 kB\n");
        made.write("proc/self/cgroup", "0::/\n");
        made.write("sys/fs/cgroup/memory.max", &format!("{GIB}\n"));
        made.write("sys/fs/cgroup/memory.current", &format!("{}\n", GIB / 2));
        assert_eq!(made.meter().usage().memory, Some(50.0));
    }
}

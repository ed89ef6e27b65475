use std::fs;

use super::*;

/// A root directory with files of the kernel.
struct FakeRoot(tempfile::TempDir);

const GIB: u64 = 1 << 30;
const SECOND: u64 = 1_000_000;

const V2: &str = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                  29 22 0:26 / /sys/fs/cgroup rw,nosuid,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

impl FakeRoot {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns a machine with four CPUs and 8 GiB, of which half is available, whose process is in a group of version 2.
    fn in_group(group: &str) -> Self {
        let root = Self::new();
        root.write("proc/meminfo", "MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 4194304 kB\n");
        root.write("proc/self/cgroup", &format!("0::{group}\n"));
        root.write("proc/self/mountinfo", V2);
        root.cpus([(100, 900); 4]);
        root.uptime(100);
        root
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.0.path().join(path)).unwrap();
    }

    fn stat(&self, busy: u64, idle: u64) {
        self.write("proc/stat", &format!("cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\nctxt 1\n"));
    }

    fn cpus(&self, cpus: [(u64, u64); 4]) {
        let (busy, idle) = cpus.iter().fold((0, 0), |sum, cpu| (sum.0 + cpu.0, sum.1 + cpu.1));
        let mut text = format!("cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\n");
        for (number, (busy, idle)) in cpus.iter().enumerate() {
            text.push_str(&format!("cpu{number} {busy} 0 0 {idle} 0 0 0 0 0 0\n"));
        }
        self.write("proc/stat", &(text + "ctxt 1\n"));
    }

    fn uptime(&self, seconds: u64) {
        self.write("proc/uptime", &format!("{seconds}.00 1.00\n"));
    }

    /// Writes the CPU time of a group of version 2.
    fn used(&self, group: &str, seconds: f64) {
        let used = (seconds * SECOND as f64) as u64;
        self.write(&format!("{group}/cpu.stat"), &format!("usage_usec {used}\nuser_usec 1\nsystem_usec 1\n"));
    }

    fn meter(&self) -> ResourceMeter {
        ResourceMeter::at(self.0.path())
    }
}

fn assert_near(usage: Option<f64>, expected: f64) {
    assert!(usage.is_some_and(|usage| (usage - expected).abs() < 0.001), "{usage:?} is not {expected}");
}

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
fn memory_is_that_of_the_group_that_is_nearest_to_its_limit() {
    let root = FakeRoot::in_group("/system.slice/node.service");
    let slice = "sys/fs/cgroup/system.slice";
    root.write(&format!("{slice}/node.service/memory.max"), "max\n");
    root.write(&format!("{slice}/node.service/memory.high"), "max\n");
    assert_eq!(root.meter().usage().memory, Some(50.0), "without a limit");
    root.write(&format!("{slice}/memory.max"), &format!("{GIB}\n"));
    root.write(&format!("{slice}/memory.current"), &format!("{}\n", GIB / 2));
    root.write(&format!("{slice}/memory.stat"), &format!("anon 1\ninactive_file {}\n", GIB / 4));
    assert_eq!(root.meter().usage().memory, Some(25.0), "of the group around it, without cached files");
    root.write(&format!("{slice}/node.service/memory.max"), &format!("{}\n", 2 * GIB));
    root.write(&format!("{slice}/node.service/memory.high"), &format!("{}\n", GIB / 4));
    root.write(&format!("{slice}/node.service/memory.current"), &format!("{}\n", GIB / 8));
    assert_eq!(root.meter().usage().memory, Some(50.0), "memory.high of its own group is the nearest");
    root.write(&format!("{slice}/node.service/memory.current"), &format!("{}\n", GIB));
    assert_eq!(root.meter().usage().memory, Some(100.0), "usage above memory.high");
    root.write(&format!("{slice}/node.service/memory.high"), "0\n");
    assert_eq!(root.meter().usage().memory, Some(100.0), "a limit of 0");
}

#[test]
fn a_limit_above_the_memory_of_the_machine_limits_nothing() {
    let root = FakeRoot::in_group("/node");
    root.write("sys/fs/cgroup/node/memory.max", &format!("{}\n", 64 * GIB));
    root.write("sys/fs/cgroup/node/memory.current", &format!("{}\n", GIB));
    assert_eq!(root.meter().usage().memory, Some(50.0));
    // A /proc that is restricted to processes gives the limit alone.
    root.remove("proc/meminfo");
    assert_eq!(root.meter().usage().memory, Some(100.0 / 64.0));
}

#[test]
fn a_container_that_sees_only_itself_has_its_limit_at_the_top() {
    let root = FakeRoot::in_group("/");
    root.write("sys/fs/cgroup/memory.max", &format!("{GIB}\n"));
    root.write("sys/fs/cgroup/memory.current", &format!("{}\n", GIB / 4));
    root.write("sys/fs/cgroup/cpu.max", "50000 100000\n");
    root.used("sys/fs/cgroup", 25.0);
    assert_eq!(root.meter().usage(), Usage { cpu: Some(50.0), memory: Some(25.0) });
}

#[test]
fn cpu_usage_is_that_of_the_quota() {
    let root = FakeRoot::in_group("/node");
    root.write("sys/fs/cgroup/node/cpu.max", "150000 100000\n");
    root.used("sys/fs/cgroup/node", 15.0);
    let mut meter = root.meter();
    assert_near(meter.usage().cpu, 10.0);
    // The machine is busy with others.
    root.cpus([(1100, 900); 4]);
    root.uptime(110);
    root.used("sys/fs/cgroup/node", 15.0 + 12.0);
    assert_near(meter.usage().cpu, 80.0);
    root.uptime(120);
    assert_near(meter.usage().cpu, 0.0);
    root.write("sys/fs/cgroup/node/cpu.max", "max 100000\n");
    assert_near(meter.usage().cpu, 55.0);
}

#[test]
fn of_nested_quotas_the_nearest_one_counts() {
    let root = FakeRoot::in_group("/pod/container");
    let (pod, container) = ("sys/fs/cgroup/pod", "sys/fs/cgroup/pod/container");
    root.write(&format!("{pod}/cpu.max"), "100000 100000\n");
    root.write(&format!("{container}/cpu.max"), "200000 100000\n");
    root.used(pod, 0.0);
    root.used(container, 0.0);
    let mut meter = root.meter();
    assert_near(meter.usage().cpu, 0.0);
    root.uptime(110);
    root.used(container, 6.0);
    root.used(pod, 9.0);
    assert_near(meter.usage().cpu, 90.0);
    root.write(&format!("{container}/cpu.max"), "50000 100000\n");
    root.uptime(120);
    root.used(container, 10.0);
    root.used(pod, 13.0);
    assert_near(meter.usage().cpu, 80.0);
}

#[test]
fn a_quota_of_all_cpus_limits_nothing() {
    let root = FakeRoot::in_group("/node");
    root.write("sys/fs/cgroup/node/cpu.max", "400000 100000\n");
    root.used("sys/fs/cgroup/node", 0.0);
    assert_near(root.meter().usage().cpu, 10.0);
    root.write("sys/fs/cgroup/node/cpuset.cpus.effective", "0-1\n");
    assert_near(root.meter().usage().cpu, 10.0);
    // Of two CPUs, a quota of 1.5 is a limit.
    root.write("sys/fs/cgroup/node/cpu.max", "150000 100000\n");
    assert_near(root.meter().usage().cpu, 0.0);
}

#[test]
fn a_set_of_cpus_is_measured_alone() {
    let root = FakeRoot::in_group("/slice/node");
    root.write("sys/fs/cgroup/cpuset.cpus.effective", "0-3\n");
    let mut meter = root.meter();
    assert_near(meter.usage().cpu, 10.0);
    root.cpus([(200, 900), (100, 1000), (200, 900), (100, 1000)]);
    assert_near(meter.usage().cpu, 50.0);
    // The controller is off in the group itself.
    root.write("sys/fs/cgroup/slice/cpuset.cpus.effective", "1,3\n");
    assert_near(meter.usage().cpu, 100.0 * 200.0 / 2200.0);
    root.cpus([(300, 900), (100, 1100), (300, 900), (175, 1025)]);
    assert_near(meter.usage().cpu, 37.5);
}

#[test]
fn a_usage_that_cannot_be_read_is_unknown_and_not_that_of_the_machine() {
    let root = FakeRoot::in_group("/node");
    root.write("sys/fs/cgroup/node/cpu.max", "100000 100000\n");
    root.write("sys/fs/cgroup/node/memory.max", &format!("{GIB}\n"));
    assert_eq!(root.meter().usage(), Usage::default());
    root.used("sys/fs/cgroup/node", 50.0);
    root.write("sys/fs/cgroup/node/memory.current", "not a number\n");
    let mut meter = root.meter();
    assert_eq!(meter.usage(), Usage { cpu: Some(50.0), memory: None });
    root.remove("proc/uptime");
    assert_eq!(meter.usage().cpu, None);
    root.uptime(200);
    assert_eq!(meter.usage().cpu, Some(25.0), "since the start of the machine, as for the first sample");
}

#[test]
fn counters_of_a_group_that_begin_anew_are_counted_from_there() {
    let root = FakeRoot::in_group("/node");
    root.write("sys/fs/cgroup/node/cpu.max", "100000 100000\n");
    root.used("sys/fs/cgroup/node", 50.0);
    let mut meter = root.meter();
    assert_near(meter.usage().cpu, 50.0);
    root.used("sys/fs/cgroup/node", 50.1);
    assert_near(meter.usage().cpu, 50.0);
    root.uptime(110);
    root.used("sys/fs/cgroup/node", 1.0);
    assert_near(meter.usage().cpu, 50.0);
    root.uptime(120);
    root.used("sys/fs/cgroup/node", 3.0);
    assert_near(meter.usage().cpu, 20.0);
}

/// The groups of a container of Docker on a machine with version 1, as the container sees them.
fn docker() -> FakeRoot {
    let root = FakeRoot::in_group("/");
    let id = "/docker/8a1f";
    root.write(
        "proc/self/cgroup",
        &format!("5:cpuset:{id}\n4:memory:{id}\n3:cpu,cpuacct:{id}\n1:name=systemd:{id}\n0::/\n"),
    );
    let mount = |options: &str| {
        format!("33 31 0:30 {id} /sys/fs/cgroup/{options} ro,nosuid,relatime master:9 - cgroup cgroup rw,{options}\n")
    };
    root.write("proc/self/mountinfo", &["cpuset", "memory", "cpu,cpuacct", "name=systemd"].map(mount).concat());
    let cpu = "sys/fs/cgroup/cpu,cpuacct";
    root.write(&format!("{cpu}/cpu.cfs_quota_us"), "-1\n");
    root.write(&format!("{cpu}/cpu.cfs_period_us"), "100000\n");
    root.write(&format!("{cpu}/cpuacct.usage"), "20000000000\n");
    root.write("sys/fs/cgroup/cpuset/cpuset.cpus", "0-3\n");
    root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", &format!("{}\n", GIB / 2));
    root.write("sys/fs/cgroup/memory/memory.use_hierarchy", "1\n");
    root
}

#[test]
fn a_container_of_version_1_without_limits_has_those_of_the_machine() {
    assert_eq!(docker().meter().usage(), Usage { cpu: Some(10.0), memory: Some(50.0) });
}

#[test]
fn the_quota_of_version_1_counts() {
    let root = docker();
    root.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n");
    assert_near(root.meter().usage().cpu, 40.0);
    // Rounding up by a container engine: the quota is that of the machine.
    root.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "400000\n");
    assert_near(root.meter().usage().cpu, 10.0);
}

#[test]
fn the_memory_limit_of_version_1_counts() {
    let root = docker();
    root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", &format!("{GIB}\n"));
    assert_near(root.meter().usage().memory, 50.0);
    let stat = format!("inactive_file 1\nhierarchical_memory_limit {GIB}\ntotal_inactive_file {}\n", GIB / 4);
    root.write("sys/fs/cgroup/memory/memory.stat", &stat);
    assert_near(root.meter().usage().memory, 25.0);
    // The limit of the pod, which is not visible, is below that of the container.
    let stat = format!("hierarchical_memory_limit {}\n", GIB / 2);
    root.write("sys/fs/cgroup/memory/memory.stat", &stat);
    assert_near(root.meter().usage().memory, 100.0);
}

#[test]
fn a_group_of_version_1_without_the_hierarchy_limits_only_itself() {
    let root = docker();
    root.write("proc/self/cgroup", "4:memory:/docker/8a1f/inner\n");
    root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", &format!("{GIB}\n"));
    root.write("sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "9223372036854771712\n");
    assert_near(root.meter().usage().memory, 50.0);
    root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", &format!("{}\n", GIB / 4));
    assert_near(root.meter().usage().memory, 25.0);
    root.write("sys/fs/cgroup/memory/memory.use_hierarchy", "0\n");
    assert_near(root.meter().usage().memory, 50.0);
}

#[test]
fn the_set_of_cpus_of_version_1_counts() {
    let root = docker();
    root.write("sys/fs/cgroup/cpuset/cpuset.cpus", "2\n");
    root.cpus([(100, 900), (100, 900), (700, 300), (100, 900)]);
    assert_near(root.meter().usage().cpu, 70.0);
    root.write("sys/fs/cgroup/cpuset/cpuset.effective_cpus", "1-2\n");
    assert_near(root.meter().usage().cpu, 40.0);
}

#[test]
fn accounts_in_a_hierarchy_of_their_own_are_those_of_the_same_path() {
    let root = docker();
    root.write("proc/self/cgroup", "3:cpu:/a\n2:cpuacct:/a/b\n");
    let mount = |name: &str| format!("33 31 0:30 / /sys/fs/cgroup/{name} rw - cgroup cgroup rw,{name}\n");
    root.write("proc/self/mountinfo", &["cpu", "cpuacct"].map(mount).concat());
    root.write("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "100000\n");
    root.write("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
    root.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "1\n");
    root.write("sys/fs/cgroup/cpuacct/a/b/cpuacct.usage", "1\n");
    root.write("sys/fs/cgroup/cpuacct/a/cpuacct.usage", "30000000000\n");
    assert_near(root.meter().usage().cpu, 30.0);
    root.write("proc/self/cgroup", "3:cpu:/a\n2:cpuacct:/\n");
    assert_eq!(root.meter().usage().cpu, None, "the accounts of all processes are not those of the group");
}

#[test]
fn special_and_large_files_in_place_of_those_of_the_kernel_are_not_read() {
    let root = FakeRoot::in_group("/node");
    root.write("sys/fs/cgroup/node/memory.max", &format!("{GIB}\n"));
    let current = root.0.path().join("sys/fs/cgroup/node/memory.current");
    let status = std::process::Command::new("mkfifo").arg(&current).status().unwrap();
    assert!(status.success());
    assert_eq!(root.meter().usage().memory, None);
    root.write("proc/self/cgroup", &"0::/node\n".repeat(1 << 20));
    assert_eq!(root.meter().usage().memory, Some(50.0), "a list of groups beyond the limit counts as none");
}

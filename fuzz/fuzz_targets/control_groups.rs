//! Any bytes as the files of `/proc` and of control groups: usage is a percentage or unknown, at each of two samples.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use confgate::profile::ResourceMeter;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// A root folder, in memory where the machine has such a file system.
static ROOT: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let root = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.expect("a folder can be created");
    for file in FILES {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be created");
    }
    root
});

/// The files, which are separated by a byte that they do not have. A second sample finds the last ones in place of the first.
const FILES: &[&str] = &[
    "proc/self/cgroup",
    "proc/self/mountinfo",
    "proc/stat",
    "proc/meminfo",
    "proc/uptime",
    "sys/fs/cgroup/a/cpu.max",
    "sys/fs/cgroup/a/cpu.stat",
    "sys/fs/cgroup/a/cpuset.cpus.effective",
    "sys/fs/cgroup/a/memory.max",
    "sys/fs/cgroup/a/memory.current",
    "sys/fs/cgroup/a/memory.stat",
    "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us",
    "sys/fs/cgroup/cpu/a/cpu.cfs_period_us",
    "sys/fs/cgroup/cpu/a/cpuacct.usage",
    "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
    "sys/fs/cgroup/memory/a/memory.usage_in_bytes",
    "sys/fs/cgroup/memory/a/memory.stat",
    "sys/fs/cgroup/cpuset/a/cpuset.cpus",
];
const SEPARATOR: u8 = 0x1e;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.split(|byte| *byte == SEPARATOR);
    for file in FILES {
        let path = ROOT.path().join(file);
        match parts.next() {
            Some(part) if !part.is_empty() => fs::write(path, part).expect("the file can be written"),
            _ => drop(fs::remove_file(path)),
        }
    }
    let mut meter = ResourceMeter::at(ROOT.path());
    check(&mut meter);
    for file in ["proc/stat", "proc/uptime", "sys/fs/cgroup/a/cpu.stat", "sys/fs/cgroup/cpu/a/cpuacct.usage"] {
        if let Some(part) = parts.next() {
            fs::write(ROOT.path().join(file), part).expect("the file can be written");
        }
    }
    check(&mut meter);
});

fn check(meter: &mut ResourceMeter) {
    let usage = meter.usage();
    for share in [usage.cpu, usage.memory].into_iter().flatten() {
        assert!((0.0..=100.0).contains(&share), "{usage:?}");
    }
}

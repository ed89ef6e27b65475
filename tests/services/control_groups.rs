//! Profiles and tuning in a control group with limits. Ignored where control groups cannot be created (as root, or in a delegated group).

#[cfg(feature = "flags")]
mod tuning;

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use confgate_test_support::agent::AgentDirectory;
use confgate_test_support::{eventually, program};

const CONFIG: &str = "\
[[profiles]]
name = 'busy'
when.cpu_above = 60
set.network.max_connections = 7

[[profiles]]
name = 'full'
when.memory_above = 50
set.game.min_bet = 9
";

/// A control group of version 1 (a directory for each controller) or 2.
struct Group(Vec<PathBuf>);

impl Group {
    /// Creates a group with a tenth of a CPU and 128 MiB.
    fn create() -> Self {
        // The tests of one process run at the same time.
        static GROUPS: AtomicU32 = AtomicU32::new(0);
        let number = GROUPS.fetch_add(1, Ordering::Relaxed);
        let name = format!("confgate-test-{}-{number}", std::process::id());
        let base = PathBuf::from("/sys/fs/cgroup");
        let is_version_2 = base.join("cgroup.controllers").exists();
        let directories = match is_version_2 {
            true => vec![base.join(&name)],
            false => ["cpu", "cpuacct", "memory"].map(|controller| base.join(controller).join(&name)).to_vec(),
        };
        if is_version_2 {
            // Fails where they are on.
            let _ = fs::write(base.join("cgroup.subtree_control"), "+cpu +memory");
        }
        for directory in &directories {
            fs::create_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        }
        let group = Self(directories);
        match is_version_2 {
            true => {
                group.write(0, "cpu.max", "10000 100000");
                group.write(0, "memory.max", "134217728");
            }
            false => {
                group.write(0, "cpu.cfs_period_us", "100000");
                group.write(0, "cpu.cfs_quota_us", "10000");
                group.write(2, "memory.limit_in_bytes", "134217728");
            }
        }
        group
    }

    fn write(&self, index: usize, file: &str, text: &str) {
        let path = self.0[index].join(file);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Returns a command that runs its arguments in the group.
    fn runner(&self) -> Command {
        let join = |directory: &PathBuf| format!("echo $$ > {}/cgroup.procs && ", directory.display());
        let joins: String = self.0.iter().map(join).collect();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{joins} exec \"$@\""), "sh"]);
        command
    }

    fn run(&self, script: &str) -> Running {
        let mut command = self.runner();
        command.args(["sh", "-c", script]).stdout(Stdio::null()).process_group(0);
        Running(command.spawn().unwrap())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let started = Instant::now();
        for directory in &self.0 {
            // A process that was killed leaves its group a moment later.
            while fs::remove_dir(directory).is_err() && started.elapsed() < Duration::from_secs(5) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// A process and its children, which are killed when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "needs control groups that can be created"]
fn profiles_measure_the_group_and_not_the_machine() {
    let group = Group::create();
    let place = AgentDirectory::new(program!(), CONFIG);
    let agent = place.start_as(group.runner(), &["--output", "resolved.toml"]);
    let resolved = |line: &str| place.read("resolved.toml").lines().any(|other| other == line);
    let reload = || agent.signal("HUP");
    assert!(resolved("max_connections = 50") && resolved("min_bet = 10"), "{}", place.read("resolved.toml"));

    // A tenth of a CPU, which is a small share of the machine, is the whole quota.
    let load = group.run("while :; do :; done");
    std::thread::sleep(Duration::from_secs(3));
    reload();
    eventually("the profile of a busy group", || resolved("max_connections = 7"));
    drop(load);
    std::thread::sleep(Duration::from_secs(3));
    reload();
    eventually("the profile of an idle group", || resolved("max_connections = 50"));
    assert!(resolved("min_bet = 10"), "{}", place.read("resolved.toml"));

    // tail keeps all that has no line end, 100 of 128 MiB, until its input ends.
    let _memory = group.run("{ head -c 100M /dev/zero; sleep 60; } | tail -n 1");
    eventually("the profile of a full group", || {
        reload();
        std::thread::sleep(Duration::from_millis(300));
        resolved("min_bet = 9")
    });
}

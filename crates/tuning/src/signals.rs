//! Signals of this machine.

use std::fs;
use std::path::{Path, PathBuf};

use confgate_files::SizeLimit;
use confgate_runtime::profile::ResourceMeter;

use crate::rule::{Pressure, Signal};

/// Largest file with a number, in bytes.
const MAX_FILE: u64 = 4096;

/// Source of signals.
pub trait SignalReader: Send {
    /// Returns the present value of a signal; `None` if it is missing.
    fn read(&mut self, signal: &Signal) -> Option<f64>;
}

/// The signals of this machine and of the control group of this process.
#[derive(Debug)]
pub struct Signals {
    meter: ResourceMeter,
    root: PathBuf,
}

impl Default for Signals {
    fn default() -> Self {
        Self::at("/")
    }
}

impl Signals {
    /// Creates the signals of a machine whose kernel files are below `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { meter: ResourceMeter::at(&root), root }
    }
}

impl SignalReader for Signals {
    fn read(&mut self, signal: &Signal) -> Option<f64> {
        match signal {
            Signal::Cpu => self.meter.usage().cpu,
            Signal::Memory => self.meter.usage().memory,
            Signal::Pressure(resource) => self.pressure(*resource),
            Signal::File(path) => number_in(Path::new(path)),
        }
    }
}

impl Signals {
    /// Returns the pressure of the control group (version 2) of this process, else of the machine.
    fn pressure(&self, resource: Pressure) -> Option<f64> {
        let name = match resource {
            Pressure::Cpu => "cpu",
            Pressure::Memory => "memory",
            Pressure::Io => "io",
        };
        let groups = fs::read_to_string(self.root.join("proc/self/cgroup")).unwrap_or_default();
        let group = groups.lines().find_map(|line| line.strip_prefix("0::/"));
        let of_group = group.map(|group| self.root.join("sys/fs/cgroup").join(group).join(format!("{name}.pressure")));
        let of_machine = self.root.join("proc/pressure").join(name);
        let text = of_group.and_then(|path| fs::read_to_string(path).ok());
        average(&text.or_else(|| fs::read_to_string(of_machine).ok())?)
    }
}

/// Returns the average of ten seconds in a text of PSI: `some avg10=1.50 avg60=0.30 avg300=0.10 total=1234`.
fn average(text: &str) -> Option<f64> {
    let some = text.lines().find_map(|line| line.strip_prefix("some "))?;
    let value = some.split(' ').find_map(|part| part.strip_prefix("avg10="))?;
    value.parse().ok().filter(|value: &f64| (0.0..=100.0).contains(value))
}

/// Returns the number in a file. A file that is missing or holds something else has none.
fn number_in(path: &Path) -> Option<f64> {
    let bytes = confgate_files::read(path, SizeLimit::bytes(MAX_FILE)).ok()?;
    std::str::from_utf8(&bytes).ok()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_is_that_of_the_control_group_or_of_the_machine() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let line = |value: &str| {
            format!(
                "some avg10={value} avg60=0.00 avg300=0.00 total=1\nfull avg10=9.00 avg60=0.00 avg300=0.00 total=1\n"
            )
        };
        let mut signals = Signals::at(root.path());
        assert_eq!(signals.read(&Signal::Pressure(Pressure::Cpu)), None);
        write("proc/pressure/cpu", &line("12.50"));
        assert_eq!(signals.read(&Signal::Pressure(Pressure::Cpu)), Some(12.5));
        write("proc/self/cgroup", "0::/a.slice/b.service\n");
        write("sys/fs/cgroup/a.slice/b.service/cpu.pressure", &line("3.25"));
        assert_eq!(signals.read(&Signal::Pressure(Pressure::Cpu)), Some(3.25));
        assert_eq!((average("some avg10=x"), average(""), average("some avg10=101")), (None, None, None));
    }

    #[test]
    fn a_file_holds_one_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue");
        let mut signals = Signals::default();
        let mut read = || signals.read(&Signal::File(path.display().to_string()));
        assert_eq!(read(), None);
        for (text, expected) in [("12.5\n", Some(12.5)), ("", None), ("NaN", None), ("1 2", None), ("-3", Some(-3.0))] {
            fs::write(&path, text).unwrap();
            assert_eq!(read(), expected, "{text}");
        }
    }
}

//! CPU and memory usage, from `/proc` and the control groups.

use std::path::PathBuf;

use crate::profile::control_groups::ControlGroups;
use crate::profile::cpu_meter::CpuMeter;
use crate::profile::kernel_files::KernelFiles;
use crate::profile::memory::memory_usage;

/// CPU and memory usage in percent. An unknown value is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Share of the CPU time that was used: by the control group that is nearest to its quota, or, without quotas, of the time of
    /// all CPUs that the process may use.
    pub cpu: Option<f64>,
    /// Share of the memory that is not available: of the control group that is nearest to its limit, or, without limits, of the
    /// machine.
    pub memory: Option<f64>,
}

/// A meter of CPU and memory usage: of the control groups (version 1 and 2) around this process that have a limit, and else of
/// the machine. It keeps the last sample, because CPU usage is the difference of two samples.
///
/// ```
/// let mut meter = confgate_runtime::profile::ResourceMeter::new();
/// let usage = meter.usage();
/// assert!(usage.memory.is_none_or(|percent| (0.0..=100.0).contains(&percent)));
/// ```
#[derive(Debug, Clone)]
pub struct ResourceMeter {
    files: KernelFiles,
    cpu: CpuMeter,
}

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
        Self { files: KernelFiles::at(root.into()), cpu: CpuMeter::default() }
    }

    /// Samples the usage. CPU usage covers the time since the last sample, and for the first one the time since the machine
    /// started. A sample right after another returns the same value.
    pub fn usage(&mut self) -> Usage {
        let groups = ControlGroups::find(&self.files);
        Usage { cpu: self.cpu.sample(&self.files, &groups), memory: memory_usage(&self.files, &groups) }
    }
}

#[cfg(test)]
mod tests;

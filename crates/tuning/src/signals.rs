//! Signals: of this machine, of the service, and of its monitoring.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use confgate_core::diagnostics::suggest::nearest;
use confgate_files::SizeLimit;
use confgate_monitoring::{Server, ServerFileError, ServerSpec};
use confgate_runtime::profile::ResourceMeter;
use thiserror::Error;

use crate::metrics::ServiceMetrics;
use crate::queries::Queries;
use crate::rule::{Pressure, Signal, TuningRule};

/// Largest file with a number, in bytes.
const MAX_FILE: u64 = 4096;

/// Source of signals.
pub trait SignalReader: Send {
    /// Prepares for the signals of these rules, before the first is read.
    ///
    /// # Errors
    ///
    /// A signal can never have a value.
    fn prepare(&mut self, rules: &[TuningRule]) -> Result<(), SignalError> {
        let _ = rules;
        Ok(())
    }

    /// Returns the present value of a signal; `None` if it is missing.
    fn read(&mut self, signal: &Signal) -> Option<f64>;
}

/// A signal that can never have a value.
#[derive(Debug, Error)]
pub enum SignalError {
    /// The service did not register the metric.
    #[error("rule {rule}: metric {name} not registered{}", suggestion(.nearest))]
    Metric {
        /// Name of the rule.
        rule: String,
        /// The metric.
        name: String,
        /// Name of the nearest metric that is registered.
        nearest: Option<String>,
    },
    /// No server evaluates queries.
    #[error("rule {rule}: a query needs a server of Prometheus; give it to the signals")]
    NoServer {
        /// Name of the rule.
        rule: String,
    },
    /// The system refuses a thread.
    #[error("cannot start to query Prometheus: {0}")]
    Thread(#[from] io::Error),
}

fn suggestion(nearest: &Option<String>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean {nearest}?"),
        None => {
            "; register it in the process that tunes, before the tuning starts, or use a file or a query".to_owned()
        }
    }
}

/// The signals of this machine and of the control group of this process, the metrics of the service, and the queries of a server.
#[derive(Debug)]
pub struct Signals {
    meter: ResourceMeter,
    root: PathBuf,
    metrics: ServiceMetrics,
    server: Option<(ServerSpec, Duration)>,
    queries: Option<Queries>,
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
        let meter = ResourceMeter::at(&root);
        Self { meter, root, metrics: ServiceMetrics::default(), server: None, queries: None }
    }

    /// Adds the metrics that the service sets.
    #[must_use]
    pub fn metrics(mut self, metrics: &ServiceMetrics) -> Self {
        self.metrics = metrics.clone();
        self
    }

    /// Adds a server of Prometheus, which is asked in this interval.
    ///
    /// # Errors
    ///
    /// A file of the server cannot be read.
    pub fn prometheus(mut self, server: &ServerSpec, interval: Duration) -> Result<Self, ServerFileError> {
        // The thread of the queries reads the files again. Now, a mistake in their names is an error.
        Server::new(server)?;
        self.server = Some((server.clone(), interval));
        Ok(self)
    }
}

impl SignalReader for Signals {
    fn prepare(&mut self, rules: &[TuningRule]) -> Result<(), SignalError> {
        let registered = self.metrics.names();
        let mut queries = Vec::new();
        for rule in rules {
            for signal in rule.signals() {
                match signal {
                    Signal::Metric(name) if !registered.contains(name) => {
                        let nearest = nearest(name, registered.iter().map(String::as_str)).map(str::to_owned);
                        return Err(SignalError::Metric { rule: rule.name.clone(), name: name.clone(), nearest });
                    }
                    Signal::Query(_) if self.server.is_none() => {
                        return Err(SignalError::NoServer { rule: rule.name.clone() });
                    }
                    Signal::Query(query) if !queries.contains(query) => queries.push(query.clone()),
                    _ => {}
                }
            }
        }
        if let (Some((server, interval)), false) = (&self.server, queries.is_empty()) {
            self.queries = Some(Queries::start(server.clone(), queries, *interval)?);
        }
        Ok(())
    }

    fn read(&mut self, signal: &Signal) -> Option<f64> {
        match signal {
            Signal::Cpu => self.meter.usage().cpu,
            Signal::Memory => self.meter.usage().memory,
            Signal::Pressure(resource) => self.pressure(*resource),
            Signal::File(path) => number_in(Path::new(path)),
            Signal::Query(query) => self.queries.as_ref()?.value(query),
            Signal::Metric(name) => self.metrics.value(name),
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

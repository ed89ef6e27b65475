//! Metrics of a running config, in the format of OpenMetrics.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use confgate_core::diagnostics::{Report, Severity};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

pub use crate::live::metrics_format::MetricsFormat;

/// The media type of [`Metrics::text`].
pub const OPEN_METRICS: &str = MetricsFormat::OpenMetrics.media_type();

/// Outcome of a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReloadOutcome {
    /// A new config runs.
    Applied,
    /// The config is the running one.
    Unchanged,
    /// The config is rejected, and the running one stays.
    Refused,
    /// The reload exceeded its time limit, and the running config stays.
    TimedOut,
}

impl ReloadOutcome {
    const ALL: [Self; 4] = [Self::Applied, Self::Unchanged, Self::Refused, Self::TimedOut];

    const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::TimedOut => "timeout",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByCode {
    rule: String,
}

/// Metrics of one handle. Reads of the config do not update them.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    loads: Counter,
    reloads: Family<ByOutcome, Counter>,
    durations: Histogram,
    errors: Family<ByCode, Counter>,
    variables: Gauge,
    version: Gauge,
    pending: Gauge,
    last_reload: Gauge<f64, AtomicU64>,
    audit_failures: Counter,
    hung_reloads: Gauge,
    watch_fallback: Gauge,
}

impl Metrics {
    /// Returns the metrics of a service. Their names start with `<name>_config_`.
    pub fn new(name: &str) -> Self {
        let metrics = Self {
            registry: Registry::with_prefix(format!("{}_config", metric_name(name))),
            loads: Counter::default(),
            reloads: Family::default(),
            // From a tenth of a millisecond to three seconds.
            durations: Histogram::new([1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0]),
            errors: Family::default(),
            variables: Gauge::default(),
            version: Gauge::default(),
            pending: Gauge::default(),
            last_reload: Gauge::default(),
            audit_failures: Counter::default(),
            hung_reloads: Gauge::default(),
            watch_fallback: Gauge::default(),
        };
        for outcome in ReloadOutcome::ALL {
            // Create every series at 0, so that a rate includes the first reload.
            drop(metrics.reloads.get_or_create(&ByOutcome { result: outcome.name() }));
        }
        metrics.register(name)
    }

    fn register(mut self, name: &str) -> Self {
        let registry = &mut self.registry;
        registry.register("loads", "Configs that were loaded, the first and later ones", self.loads.clone());
        registry.register("reloads", "Reloads by what became of them", self.reloads.clone());
        registry.register_with_unit(
            "reload_duration",
            "How long a reload took, from reading the files to the new config",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register("validation_errors", "Errors of refused configs by rule", self.errors.clone());
        registry.register("env_overrides", "Fields that environment variables set", self.variables.clone());
        registry.register("version", "Version of the running config, counted from the start", self.version.clone());
        registry.register("pending_restart_fields", "Fields whose new value waits for a restart", self.pending.clone());
        registry.register_with_unit(
            "last_reload_timestamp",
            "When the running config took over",
            Unit::Seconds,
            self.last_reload.clone(),
        );
        registry.register(
            "audit_failures",
            "Changes that could not be written to the audit trail",
            self.audit_failures.clone(),
        );
        registry.register(
            "hung_reloads",
            "Reloads that exceeded their time limit and still run",
            self.hung_reloads.clone(),
        );
        registry.register(
            "watch_fallback",
            "1 while files are compared because the system does not report changes",
            self.watch_fallback.clone(),
        );
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION").to_owned()), ("service", name.to_owned())]);
        registry.register("build", "What the service and its Confgate are", build);
        self
    }

    pub(super) fn loaded(&self, version: u64, pending: usize, variables: usize, at: jiff::Timestamp) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.loads.inc();
        self.version.set(i64::try_from(version).unwrap_or(i64::MAX));
        self.pending.set(count(pending));
        self.variables.set(count(variables));
        self.last_reload.set(at.as_millisecond() as f64 / 1e3);
    }

    pub(super) fn reloaded(&self, outcome: ReloadOutcome, took: Duration) {
        self.reloads.get_or_create(&ByOutcome { result: outcome.name() }).inc();
        self.durations.observe(took.as_secs_f64());
    }

    pub(super) fn refused(&self, report: &Report) {
        for diagnostic in report.diagnostics().iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
            self.errors.get_or_create(&ByCode { rule: code_label(&diagnostic.code) }).inc();
        }
    }

    pub(super) fn audit_failed(&self) {
        self.audit_failures.inc();
    }

    /// Returns the gauge of reloads that exceeded their time limit and still run.
    pub(super) fn hung_reloads(&self) -> Gauge {
        self.hung_reloads.clone()
    }

    pub(super) fn watch_fallback(&self, is_active: bool) {
        self.watch_fallback.set(i64::from(is_active));
    }

    /// Formats all metrics in a format.
    pub fn text_in(&self, format: MetricsFormat) -> String {
        format.convert(self.text())
    }

    /// Formats all metrics as OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Returns the label for the code of a diagnostic. A code may contain a key of the file, and a file must not create series at
/// will, so a code with unusual characters is counted as `other`.
fn code_label(code: &str) -> String {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    if code.len() <= 120 && code.chars().all(known) { code.to_owned() } else { "other".to_owned() }
}

/// Returns the name of a service as the start of a metric name.
pub fn metric_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_metric_with_its_type_and_ends_as_open_metrics_do() {
        let metrics = Metrics::new("bit-craps");
        metrics.loaded(3, 1, 2, "2026-01-02T03:04:05Z".parse().unwrap());
        metrics.reloaded(ReloadOutcome::Applied, Duration::from_millis(2));
        let text = metrics.text();
        for line in [
            "bit_craps_config_loads_total 1",
            "bit_craps_config_reloads_total{result=\"applied\"} 1",
            "bit_craps_config_reloads_total{result=\"refused\"} 0",
            "bit_craps_config_reload_duration_seconds_count 1",
            "bit_craps_config_env_overrides 2",
            "bit_craps_config_version 3",
            "bit_craps_config_pending_restart_fields 1",
            "bit_craps_config_last_reload_timestamp_seconds 1767323045.0",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}:\n{text}");
        }
        assert!(text.contains("bit_craps_config_build_info{version="), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn a_file_cannot_make_names_of_series() {
        assert_eq!(code_label("security/tls-paths"), "security/tls-paths");
        assert_eq!(code_label("a \"b\"\n"), "other");
    }
}

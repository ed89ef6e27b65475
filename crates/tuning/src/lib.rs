//! Adaptive tuning: fields of a running config that follow a signal, such as the CPU usage of the control group.
//!
//! A tuning file declares rules. Each moves one field of the config by a step while a signal is outside of its range, within bounds, and at
//! most once in its cooldown. A guard takes a step back that made another signal worse, and without a signal the field returns to its
//! declared value. A step is an override of the config, so that the gate validates it, the audit trail records it, and `explain` shows it.
//!
//! ```text
//! tuning.toml ─▶ TuningFile ─▶ check_fields (bounds, live fields) ─▶ TuningThread ─▶ Live::apply
//!                                  Tuner: the decision, without I/O ◀─ Signals    └▶ simulate: a recorded series
//! ```

mod field;
mod file;
mod metrics;
mod plot;
mod queries;
mod rule;
mod series;
mod signals;
mod simulate;
mod thread;
mod tuner;

pub use self::field::{FieldError, check_fields, declared_value, field_diagnostics, is_whole};
pub use self::file::{TuningFile, tuning_gate, tuning_schema};
pub use self::metrics::{Metric, MetricError, ServiceMetrics};
pub use self::plot::svg;
pub use self::rule::{Guard, Pressure, Signal, Step, TuningRule};
pub use self::series::{InvalidSeries, Series};
pub use self::signals::{SignalError, SignalReader, Signals};
pub use self::simulate::{Simulated, simulate};
pub use self::thread::{TuningError, TuningThread};
pub use self::tuner::{Action, Decision, Reading, Tuner};

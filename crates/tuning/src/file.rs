//! The tuning file as a model.

use std::collections::BTreeSet;

use confgate_core::diagnostics::Severity::Error;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Rule};
use confgate_core::schema::generate;
use confgate_core::types::Duration;
use confgate_monitoring::ServerSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::rule::{Signal, Step, TuningRule};

/// Rules by which fields of a running config follow signals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "tuning.toml")]
pub struct TuningFile {
    /// Server of Prometheus that evaluates the queries of signals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prometheus: Option<ServerSpec>,
    /// Interval between two evaluations of a query.
    #[serde(default = "default_query_interval")]
    pub query_interval: Duration,
    /// Rules. Each tunes a field of its own.
    #[schemars(length(max = 100))]
    pub tuning: Vec<TuningRule>,
}

/// The interval at which Prometheus usually scrapes: a query gives nothing new before.
const fn default_query_interval() -> Duration {
    Duration::from_secs(15)
}

impl Default for TuningFile {
    fn default() -> Self {
        Self { prometheus: None, query_interval: default_query_interval(), tuning: Vec::new() }
    }
}

impl Model for TuningFile {
    const NAME: &'static str = "tuning";
    const ENV_PREFIX: &'static str = "CONFGATE_TUNING";

    fn defaults(_: Environment) -> Self {
        Self::default()
    }

    fn rules() -> &'static [Rule<Self>] {
        RULES
    }
}

/// Returns the gate of tuning files.
pub fn tuning_gate() -> Gate<TuningFile> {
    Gate::of::<TuningFile>()
}

/// Returns the JSON Schema of tuning files.
pub fn tuning_schema() -> Json {
    generate::schema::<TuningFile>()
}

const RULES: &[Rule<TuningFile>] = &[
    Rule {
        name: "tuning/bounds",
        severity: Error,
        why: "the smallest value of a field must be below its largest one",
        reads: &["tuning"],
        holds: |file| all(file, |rule| rule.min < rule.max),
        help: "set min below max",
    },
    Rule {
        name: "tuning/range",
        severity: Error,
        why: "the range of a signal must have its low end below its high end",
        reads: &["tuning"],
        holds: |file| all(file, |rule| rule.low < rule.high),
        help: "set low below high",
    },
    Rule {
        name: "tuning/hysteresis",
        severity: Error,
        why: "a hysteresis of more than the range of the signal never ends",
        reads: &["tuning"],
        holds: |file| all(file, |rule| rule.hysteresis >= 0.0 && rule.hysteresis <= rule.high - rule.low),
        help: "set hysteresis to at most high - low",
    },
    Rule {
        name: "tuning/cooldown",
        severity: Error,
        why: "a cooldown must be at least a second",
        reads: &["tuning"],
        holds: |file| all(file, |rule| rule.cooldown.get() >= std::time::Duration::from_secs(1)),
        help: "write a time such as \"30s\"",
    },
    Rule {
        name: "tuning/step",
        severity: Error,
        why: "a step must not be larger than the distance between the bounds",
        reads: &["tuning"],
        holds: |file| all(file, |rule| !matches!(rule.step, Step::Absolute(step) if step > rule.max - rule.min)),
        help: "write a smaller step",
    },
    Rule {
        name: "tuning/one-rule-a-field",
        severity: Error,
        why: "two rules tune one field, or have one name",
        reads: &["tuning"],
        holds: |file| {
            let (mut fields, mut names) = (BTreeSet::new(), BTreeSet::new());
            file.tuning.iter().all(|rule| fields.insert(&rule.field) && names.insert(&rule.name))
        },
        help: "tune each field by one rule, and name each rule differently",
    },
    Rule {
        name: "tuning/prometheus",
        severity: Error,
        why: "a signal with a query needs a server of Prometheus",
        reads: &["tuning", "prometheus"],
        holds: |file| {
            let has_query = |rule: &TuningRule| rule.signals().any(|signal| matches!(signal, Signal::Query(_)));
            file.prometheus.is_some() || !file.tuning.iter().any(has_query)
        },
        help: "set prometheus.url",
    },
    Rule {
        name: "tuning/query-interval",
        severity: Error,
        why: "the interval of the queries must be at least a second, and an hour at most",
        reads: &["query_interval"],
        holds: |file| is_within(file.query_interval, 1, 3600),
        help: "write a time such as \"15s\"",
    },
    Rule {
        name: "tuning/timeout",
        severity: Error,
        why: "the timeout of a server must be longer than zero, and a minute at most",
        reads: &["prometheus"],
        holds: |file| {
            file.prometheus.as_ref().is_none_or(|server| !server.timeout.is_zero() && is_within(server.timeout, 0, 60))
        },
        help: "write a time such as \"5s\"",
    },
    Rule {
        name: "tuning/missing-after",
        severity: Error,
        why: "a signal with a query counts as missing between two queries: missing_after is shorter than two intervals",
        reads: &["tuning", "query_interval"],
        holds: |file| {
            let is_query = |rule: &&TuningRule| matches!(rule.signal, Signal::Query(_));
            let least = file.query_interval.get() * 2;
            file.tuning.iter().filter(is_query).all(|rule| rule.missing_after.get() >= least)
        },
        help: "set missing_after to at least twice query_interval",
    },
];

/// Returns whether a time has this many seconds at least, and at most.
fn is_within(time: Duration, least: u64, most: u64) -> bool {
    (Duration::from_secs(least).get()..=Duration::from_secs(most).get()).contains(&time.get())
}

fn all(file: &TuningFile, holds: fn(&TuningRule) -> bool) -> bool {
    file.tuning.iter().all(holds)
}

//! The tuning file as a model.

use std::collections::BTreeSet;

use confgate_core::diagnostics::Severity::Error;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Rule};
use confgate_core::schema::generate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::rule::TuningRule;

/// Rules by which fields of a running config follow signals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "tuning.toml")]
pub struct TuningFile {
    /// Rules. Each tunes a field of its own.
    #[schemars(length(max = 100))]
    pub tuning: Vec<TuningRule>,
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
        holds: |file| {
            all(file, |rule| !matches!(rule.step, crate::rule::Step::Absolute(step) if step > rule.max - rule.min))
        },
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
];

fn all(file: &TuningFile, holds: fn(&TuningRule) -> bool) -> bool {
    file.tuning.iter().all(holds)
}

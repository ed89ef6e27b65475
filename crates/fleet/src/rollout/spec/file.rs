//! The rollout file as a model: its type, and the rules between its fields.

use std::collections::BTreeSet;

use confgate_core::diagnostics::Severity::Error;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Rule};
use confgate_core::schema::generate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::rollout::spec::alarm::AlarmSpec;
use crate::rollout::spec::query::Query;
use crate::rollout::spec::rollout::RolloutSpec;
use crate::rollout::spec::wave::{Share, Wave};

/// A rollout file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rollout.toml")]
pub struct RolloutFile {
    /// The way of a release to the nodes.
    pub rollout: RolloutSpec,
}

impl Model for RolloutFile {
    const NAME: &'static str = "rollout";
    const ENV_PREFIX: &'static str = "CONFGATE_ROLLOUT";

    fn defaults(_: Environment) -> Self {
        Self::default()
    }

    fn rules() -> &'static [Rule<Self>] {
        RULES
    }
}

/// Returns the gate of rollout files.
pub fn rollout_gate() -> Gate<RolloutFile> {
    Gate::of::<RolloutFile>()
}

/// Returns the JSON Schema of rollout files.
pub fn rollout_schema() -> Json {
    generate::schema::<RolloutFile>()
}

/// The rules.
const RULES: &[Rule<RolloutFile>] = &[
    Rule {
        name: "rollout/last-wave",
        severity: Error,
        why: "the last wave must be 100%, so that every node gets the release",
        reads: &["rollout.waves"],
        holds: |file| file.rollout.waves.last() == Some(&Wave::Share(Share::ALL)),
        help: "add \"100%\" as the last wave",
    },
    Rule {
        name: "rollout/shares-grow",
        severity: Error,
        why: "a share must be larger than those before it",
        reads: &["rollout.waves"],
        holds: |file| {
            let shares = file.rollout.waves.iter().filter_map(|wave| match wave {
                Wave::Share(share) => Some(share),
                Wave::Tag(_) => None,
            });
            shares.is_sorted_by(|one, next| one < next)
        },
        help: "sort the shares, and write each once",
    },
    Rule {
        name: "rollout/alarm-source",
        severity: Error,
        why: "an alarm must have either a query or matchers",
        reads: &["rollout.alarm"],
        holds: |file| alarms(file, |alarm| alarm.query.is_some() == alarm.matchers.is_empty()),
        help: "write `query` for Prometheus, or `matchers` for Alertmanager",
    },
    Rule {
        name: "rollout/alarm-limit",
        severity: Error,
        why: "an alarm with a query must have `above` or `below`, and one with matchers neither",
        reads: &["rollout.alarm"],
        holds: |file| alarms(file, |alarm| (alarm.above.is_some() || alarm.below.is_some()) == alarm.query.is_some()),
        help: "set the limit of each query",
    },
    Rule {
        name: "rollout/alarm-names",
        severity: Error,
        why: "two alarms have one name",
        reads: &["rollout.alarm"],
        holds: |file| {
            let mut names = BTreeSet::new();
            file.rollout.alarm.iter().all(|alarm| names.insert(&alarm.name))
        },
        help: "name each alarm differently",
    },
    Rule {
        name: "rollout/alarm-variables",
        severity: Error,
        why: "a query may use the variables $nodes, $others, $service, $release and $wave alone",
        reads: &["rollout.alarm"],
        holds: |file| {
            alarms(file, |alarm| alarm.query.as_deref().is_none_or(|query| Query(query).unknown_variable().is_none()))
        },
        help: "correct the name of the variable",
    },
    Rule {
        name: "rollout/prometheus",
        severity: Error,
        why: "an alarm with a query needs a server of Prometheus",
        reads: &["rollout.alarm", "rollout.prometheus"],
        holds: |file| file.rollout.prometheus.is_some() || alarms(file, |alarm| alarm.query.is_none()),
        help: "set rollout.prometheus.url",
    },
    Rule {
        name: "rollout/alertmanager",
        severity: Error,
        why: "an alarm with matchers needs a server of Alertmanager",
        reads: &["rollout.alarm", "rollout.alertmanager"],
        holds: |file| file.rollout.alertmanager.is_some() || alarms(file, |alarm| alarm.matchers.is_empty()),
        help: "set rollout.alertmanager.url",
    },
];

fn alarms(file: &RolloutFile, holds: fn(&AlarmSpec) -> bool) -> bool {
    file.rollout.alarm.iter().all(holds)
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;

//! A rule of tuning.

use std::borrow::Cow;

use confgate_core::types::Duration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A field that follows a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TuningRule {
    /// Name in messages and in the audit trail.
    #[schemars(length(min = 1, max = 64))]
    pub name: String,
    /// Dotted path of the number that is tuned: network.max_connections. A reload must apply it.
    #[schemars(length(min = 1))]
    pub field: String,
    /// Signal that the field follows.
    pub signal: Signal,
    /// Value of the signal below which the field grows.
    pub low: f64,
    /// Value of the signal above which the field shrinks.
    pub high: f64,
    /// Set for a field that shrinks below `low` and grows above `high`, such as a number of workers.
    #[serde(default)]
    pub inverse: bool,
    /// Smallest value of the field.
    pub min: f64,
    /// Largest value of the field.
    pub max: f64,
    /// Change of one step: a number, or a share of the present value such as "10%".
    pub step: Step,
    /// Distance by which the signal must come back into its range, from `low` or `high`, before the field moves in the other direction.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub hysteresis: f64,
    /// Shortest time between two changes.
    #[serde(default = "default_cooldown")]
    pub cooldown: Duration,
    /// Time without a signal after which the field returns to its declared value.
    #[serde(default = "default_missing_after")]
    pub missing_after: Duration,
    /// Signal that must not get worse by a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Guard>,
}

const fn default_cooldown() -> Duration {
    Duration::from_secs(30)
}

const fn default_missing_after() -> Duration {
    Duration::from_secs(60)
}

impl TuningRule {
    /// Returns the signals that the rule reads.
    pub fn signals(&self) -> impl Iterator<Item = &Signal> {
        std::iter::once(&self.signal).chain(self.guard.as_ref().map(|guard| &guard.signal))
    }
}

/// A signal that must not get worse by a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// The signal.
    pub signal: Signal,
    /// Increase of the signal within the cooldown after a step that takes the step back.
    #[schemars(range(min = 0))]
    pub worse_by: f64,
}

/// Source of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[schemars(inline)]
pub enum Signal {
    /// CPU usage in percent: of the control group if it has a quota, else of the machine.
    Cpu,
    /// Memory usage in percent: of the control group if it has a limit, else of the machine.
    Memory,
    /// Share of the last ten seconds, in percent, in which some tasks waited for a resource (PSI).
    Pressure(Pressure),
    /// A file with a number, which the service or an exporter writes.
    File(String),
    /// An instant query that the server of Prometheus evaluates, and that gives one number.
    Query(#[schemars(length(min = 1, max = 10000))] String),
    /// A metric that the service sets in its own process.
    Metric(#[schemars(length(min = 1, max = 100))] String),
}

/// Resource of pressure stall information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[expect(missing_docs, reason = "the schema would repeat the names as descriptions")]
pub enum Pressure {
    Cpu,
    Memory,
    Io,
}

/// Change of one step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StepForm", into = "StepForm")]
pub enum Step {
    /// A number.
    Absolute(f64),
    /// A share of the present value, in percent.
    Percent(f64),
}

/// A step as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum StepForm {
    Number(f64),
    Text(String),
}

/// A text that is not a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a step: write a number above 0, or a share such as \"10%\"")]
pub struct InvalidStep;

impl TryFrom<StepForm> for Step {
    type Error = InvalidStep;

    fn try_from(form: StepForm) -> Result<Self, InvalidStep> {
        match form {
            StepForm::Number(number) if number > 0.0 => Ok(Self::Absolute(number)),
            StepForm::Number(_) => Err(InvalidStep),
            StepForm::Text(text) => {
                let share = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
                share.filter(|share| *share > 0.0 && *share <= 100.0).map(Self::Percent).ok_or(InvalidStep)
            }
        }
    }
}

impl From<Step> for StepForm {
    fn from(step: Step) -> Self {
        match step {
            Step::Absolute(number) => Self::Number(number),
            Step::Percent(share) => Self::Text(format!("{share}%")),
        }
    }
}

/// Shares above 0 % and up to 100 %, as [`Step`] reads them.
const SHARE_PATTERN: &str = r"^(100(\.0+)?|[0-9]?[1-9](\.[0-9]+)?|[1-9]0(\.[0-9]+)?|0{1,2}\.[0-9]*[1-9][0-9]*)%$";

impl JsonSchema for Step {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "number", "exclusiveMinimum": 0 },
                { "type": "string", "pattern": SHARE_PATTERN,
                  "patternErrorMessage": "must be a share above 0% and up to 100%, such as 10%" },
            ],
        })
    }
}

impl Step {
    /// Returns the size of a step from a value, at least a hundredth of `range`, so that a share of zero moves too.
    pub fn size(self, value: f64, range: f64) -> f64 {
        match self {
            Self::Absolute(number) => number,
            Self::Percent(share) => (value.abs() * share / 100.0).max(range / 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::gate::{Input, ValidateOptions};
    use confgate_core::value::Source;

    use super::Step;
    use crate::file::tuning_gate;

    #[test]
    fn the_schema_admits_the_shares_that_are_read_and_no_others() {
        let gate = tuning_gate();
        for (share, is_right) in [
            ("10%", true),
            ("7%", true),
            ("0.5%", true),
            ("99.9%", true),
            ("100%", true),
            ("0%", false),
            ("0.0%", false),
            ("101%", false),
            ("100.5%", false),
            ("-1%", false),
            ("10", false),
        ] {
            let text = format!(
                "[[tuning]]\nname = 'a'\nfield = 'b'\nmin = 1\nmax = 2\nsignal = 'cpu'\nlow = 1\nhigh = 2\nstep = '{share}'\n"
            );
            let report = gate.validate(Input::text(&Source::new("t.toml", text), ValidateOptions::default())).report;
            let of_step = |message: &str| message.starts_with("tuning[0].step");
            let found: Vec<&str> =
                report.diagnostics().iter().map(|found| found.message.as_str()).filter(|text| of_step(text)).collect();
            let is_read = serde_json::from_value::<Step>(share.into()).is_ok();
            assert_eq!((found.is_empty(), is_read), (is_right, is_right), "{share}: {found:?}");
            // The message is that of the schema, which says what to write.
            assert!(found.iter().all(|message| !message.contains("not read by the program")), "{found:?}");
        }
    }
}

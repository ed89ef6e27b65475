//! Expansion of a ramp: targeting that any implementation of flagd evaluates.

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use thiserror::Error;

use crate::document::RampSpec;

/// The sum of the weights of a step: hundredths of a percent.
const WHOLE: i64 = 10_000;

/// A step whose time does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a time; write one in UTC, such as 2027-01-31T08:00:00Z")]
pub struct InvalidTime(pub String);

/// Returns the targeting of a ramp: the last step that has begun decides. The variant has the first bucket, so that a larger share
/// contains the keys of a smaller one.
///
/// # Errors
///
/// The time of a step does not exist.
pub fn targeting(ramp: &RampSpec, default: &str) -> Result<Json, InvalidTime> {
    let mut operands = Vec::with_capacity(2 * ramp.steps.len() + 1);
    // The first condition that holds decides.
    for step in ramp.steps.iter().rev() {
        let time: Timestamp = step.at.parse().map_err(|_| InvalidTime(step.at.clone()))?;
        let weight = (step.percent * 100.0).round().clamp(0.0, WHOLE as f64) as i64;
        let share = json!({ "fractional": [[ramp.variant, weight], [default, WHOLE - weight]] });
        operands.extend([json!({ ">=": [{ "var": "$flagd.timestamp" }, time.as_second()] }), share]);
    }
    operands.push(Json::Null);
    Ok(json!({ "if": operands }))
}

/// Returns targeting that a ramp follows, for the keys that it does not decide.
pub fn follow(targeting: Json, ramp: Json) -> Json {
    json!({ "if": [{ "===": [targeting, null] }, ramp, targeting] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::RampStep;

    #[test]
    fn the_last_step_that_has_begun_decides() {
        let step = |at: &str, percent| RampStep { at: at.to_owned(), percent };
        let ramp = RampSpec {
            variant: "on".into(),
            steps: vec![step("2027-01-01T00:00:00Z", 5.0), step("2027-01-02T00:00:00Z", 12.5)],
        };
        let begun = |seconds: i64| json!({ ">=": [{ "var": "$flagd.timestamp" }, seconds] });
        let share = |on: i64| json!({ "fractional": [["on", on], ["off", 10_000 - on]] });
        let expected = json!({ "if": [begun(1_798_848_000), share(1250), begun(1_798_761_600), share(500), null] });
        assert_eq!(targeting(&ramp, "off"), Ok(expected));
        let wrong = RampSpec { steps: vec![step("2027-02-30T00:00:00Z", 5.0)], ..ramp };
        assert_eq!(
            targeting(&wrong, "off").unwrap_err().to_string(),
            "\"2027-02-30T00:00:00Z\" is not a time; write one in UTC, such as 2027-01-31T08:00:00Z"
        );
    }
}

//! Alarms on values of Prometheus.

use crate::rollout::alarm::AlarmReading;
use crate::rollout::spec::AlarmSpec;

/// Compares values with the limits of an alarm.
pub(super) fn reading(spec: &AlarmSpec, values: &[f64]) -> AlarmReading {
    let extreme = |larger: fn(f64, f64) -> f64| values.iter().copied().reduce(larger);
    let (Some(highest), Some(lowest)) = (extreme(f64::max), extreme(f64::min)) else { return AlarmReading::Missing };
    match (spec.above, spec.below) {
        (Some(above), _) if highest > above => AlarmReading::Raised(format!("{highest} is above {above}")),
        (_, Some(below)) if lowest < below => AlarmReading::Raised(format!("{lowest} is below {below}")),
        (Some(_), _) => AlarmReading::Quiet(highest.to_string()),
        _ => AlarmReading::Quiet(lowest.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(above: Option<f64>, below: Option<f64>) -> AlarmSpec {
        AlarmSpec { above, below, ..serde_json::from_str("{\"name\":\"a\"}").unwrap() }
    }

    #[test]
    fn the_worst_value_decides() {
        assert_eq!(reading(&spec(Some(2.0), None), &[1.0, 3.0]), AlarmReading::Raised("3 is above 2".to_owned()));
        assert_eq!(reading(&spec(Some(3.0), None), &[1.0, 3.0]), AlarmReading::Quiet("3".to_owned()));
        assert_eq!(reading(&spec(None, Some(0.5)), &[1.0, 0.1]), AlarmReading::Raised("0.1 is below 0.5".to_owned()));
        assert_eq!(reading(&spec(None, Some(0.5)), &[1.0]), AlarmReading::Quiet("1".to_owned()));
        let infinite = reading(&spec(Some(2.0), None), &[f64::INFINITY]);
        assert_eq!(infinite, AlarmReading::Raised("inf is above 2".to_owned()));
        assert_eq!(reading(&spec(Some(2.0), Some(1.0)), &[]), AlarmReading::Missing);
    }
}

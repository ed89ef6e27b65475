//! The state of one alarm.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::rollout::spec::{AlarmSpec, Missing};

/// One evaluation of an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlarmReading {
    /// The condition does not hold.
    Quiet(String),
    /// The condition holds: the value, or the alerts.
    Raised(String),
    /// The query has no value.
    Missing,
    /// The evaluation failed.
    Failed(String),
}

/// State of an alarm. Times are in milliseconds, as a controller watched them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmState {
    /// Name of the alarm.
    pub name: String,
    /// The last evaluation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<AlarmReading>,
    /// Time for which the last reading, raised or missing, repeated itself.
    #[serde(default)]
    pub held_ms: u64,
    /// Number of evaluations that failed one after another.
    #[serde(default)]
    pub errors: u32,
    /// True once the alarm was evaluated in this bake.
    #[serde(default)]
    pub evaluated: bool,
}

/// Consequence of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Quiet,
    /// The rollout pauses, for this reason.
    Inconclusive(String),
    /// The rollout goes back, for this reason.
    Fires(String),
}

impl AlarmState {
    /// Returns the state before the first evaluation.
    pub fn new(name: String) -> Self {
        Self { name, last: None, held_ms: 0, errors: 0, evaluated: false }
    }

    /// Begins again: at a new wave, and when an operator resumes the rollout.
    pub fn reset(&mut self) {
        *self = Self { last: self.last.take(), ..Self::new(std::mem::take(&mut self.name)) };
    }

    /// Takes an evaluation, `elapsed` after the one before.
    pub(super) fn observe(
        &mut self,
        spec: &AlarmSpec,
        max_errors: u32,
        reading: AlarmReading,
        elapsed: Duration,
        is_baking: bool,
    ) -> Verdict {
        if let AlarmReading::Failed(reason) = &reading {
            self.errors = self.errors.saturating_add(1);
            let verdict = if self.errors > max_errors {
                Verdict::Inconclusive(format!("alarm {} cannot be evaluated: {reason}", self.name))
            } else {
                Verdict::Quiet
            };
            // The condition may still hold: neither count the time nor begin again.
            self.last = Some(reading);
            return verdict;
        }
        self.errors = 0;
        let repeats = match (&self.last, &reading) {
            (Some(AlarmReading::Failed(_)), _) => self.held_ms > 0,
            (Some(last), reading) => std::mem::discriminant(last) == std::mem::discriminant(reading),
            (None, _) => false,
        };
        let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        self.held_ms = if repeats { self.held_ms.saturating_add(elapsed) } else { 0 };
        let is_long_enough = Duration::from_millis(self.held_ms) >= spec.hold.get();
        let verdict = match &reading {
            AlarmReading::Raised(value) if is_long_enough => {
                Verdict::Fires(format!("alarm {} fires: {value}", self.name))
            }
            // The series of nodes that just began may not exist yet.
            AlarmReading::Missing if is_baking && is_long_enough => match spec.missing {
                Missing::Pass => Verdict::Quiet,
                Missing::Pause => Verdict::Inconclusive(format!("alarm {} has no value", self.name)),
                Missing::Fail => Verdict::Fires(format!("alarm {} has no value", self.name)),
            },
            _ => Verdict::Quiet,
        };
        if is_baking && (reading != AlarmReading::Missing || spec.missing == Missing::Pass) {
            self.evaluated = true;
        }
        self.last = Some(reading);
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(hold: u64, missing: Missing) -> AlarmSpec {
        let text = format!("{{\"name\":\"errors\",\"query\":\"q\",\"above\":2,\"for\":\"{hold}s\"}}");
        AlarmSpec { missing, ..serde_json::from_str(&text).unwrap() }
    }

    /// Takes readings, five seconds apart, and returns the last verdict.
    fn verdict(spec: &AlarmSpec, readings: &[AlarmReading], is_baking: bool) -> (Verdict, AlarmState) {
        let mut state = AlarmState::new("errors".to_owned());
        let mut verdict = Verdict::Quiet;
        for reading in readings {
            verdict = state.observe(spec, 2, reading.clone(), Duration::from_secs(5), is_baking);
        }
        (verdict, state)
    }

    fn raised() -> AlarmReading {
        AlarmReading::Raised("3 is above 2".to_owned())
    }

    #[test]
    fn an_alarm_fires_when_it_is_raised_for_its_time_without_a_break() {
        let fires = Verdict::Fires("alarm errors fires: 3 is above 2".to_owned());
        let quiet = AlarmReading::Quiet("1".to_owned());
        assert_eq!(verdict(&spec(0, Missing::Pause), &[raised()], true).0, fires);
        let ten = spec(10, Missing::Pause);
        assert_eq!(verdict(&ten, &[raised(), raised()], true).0, Verdict::Quiet);
        assert_eq!(verdict(&ten, &[raised(), raised(), raised()], false).0, fires);
        assert_eq!(verdict(&ten, &[raised(), raised(), quiet, raised(), raised()], true).0, Verdict::Quiet);
        let failed = AlarmReading::Failed("timed out".to_owned());
        assert_eq!(verdict(&ten, &[raised(), raised(), failed, raised()], true).0, fires);
    }

    #[test]
    fn a_missing_value_pauses_passes_or_fails_in_the_bake_alone() {
        let missing = &[AlarmReading::Missing][..];
        let (inconclusive, state) = verdict(&spec(0, Missing::Pause), missing, true);
        assert_eq!(inconclusive, Verdict::Inconclusive("alarm errors has no value".to_owned()));
        assert!(!state.evaluated);
        assert_eq!(verdict(&spec(0, Missing::Pause), missing, false).0, Verdict::Quiet);
        assert_eq!(verdict(&spec(5, Missing::Pause), missing, true).0, Verdict::Quiet);
        let (quiet, state) = verdict(&spec(0, Missing::Pass), missing, true);
        assert!(quiet == Verdict::Quiet && state.evaluated);
        assert!(matches!(verdict(&spec(0, Missing::Fail), missing, true).0, Verdict::Fires(_)));
    }

    #[test]
    fn evaluations_that_fail_pause_the_rollout_above_their_limit() {
        let failed = || AlarmReading::Failed("timed out".to_owned());
        let alarm = spec(0, Missing::Pause);
        assert_eq!(verdict(&alarm, &[failed(), failed()], true).0, Verdict::Quiet);
        let (inconclusive, state) = verdict(&alarm, &[failed(), failed(), failed()], true);
        assert_eq!(inconclusive, Verdict::Inconclusive("alarm errors cannot be evaluated: timed out".to_owned()));
        assert!(!state.evaluated);
        let quiet = AlarmReading::Quiet("1".to_owned());
        assert_eq!(verdict(&alarm, &[failed(), failed(), quiet, failed()], true).0, Verdict::Quiet);
    }
}

//! Simulation of a rule on a recorded series.

use std::time::Duration;

use crate::rule::TuningRule;
use crate::series::Series;
use crate::thread::INTERVAL;
use crate::tuner::{Action, Decision, Reading, Tuner};

/// A row of a simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// The time.
    pub time: Duration,
    /// The signals.
    pub reading: Reading,
    /// Value of the field from this time.
    pub value: f64,
    /// The change at this time, with its reason.
    pub change: Option<(Action, String)>,
}

/// Simulates a rule on a series. The field begins with its declared value; the recorded signals do not depend on it. A signal that is
/// missing in a row is missing until the next one, and is read as often as the agent does: the rows have one more for a change in
/// between.
pub fn simulate(rule: &TuningRule, declared: f64, is_whole: bool, series: &Series) -> Vec<Simulated> {
    let mut tuner = Tuner::new(rule.clone(), declared, is_whole);
    let mut rows = Vec::with_capacity(series.0.len());
    let mut decide = |time: Duration, reading: Reading| {
        let change = match tuner.decide(time, reading) {
            Decision::Hold => None,
            Decision::Set { action, reason, .. } => Some((action, reason)),
        };
        Simulated { time, reading, value: tuner.value(), change }
    };
    let resting = declared.clamp(rule.min, rule.max);
    // After this time of a missing signal, nothing changes any more.
    let longest = rule.missing_after.get() + rule.cooldown.get() + INTERVAL;
    for (index, (time, reading)) in series.0.iter().enumerate() {
        rows.push(decide(*time, *reading));
        let Some((next, _)) = series.0.get(index + 1).filter(|_| reading.signal.is_none()) else { continue };
        let end = (*next).min(time.saturating_add(longest));
        let mut between = time.saturating_add(INTERVAL);
        let is_at_rest = |rows: &[Simulated]| rows.last().is_some_and(|row| row.value == resting);
        while between < end && !is_at_rest(&rows) {
            let row = decide(between, *reading);
            rows.extend(Some(row).filter(|row| row.change.is_some()));
            between += INTERVAL;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(more: serde_json::Value) -> TuningRule {
        let mut json = serde_json::json!({
            "name": "r", "field": "a", "signal": "cpu", "low": 40, "high": 80, "min": 10, "max": 100, "step": 10,
            "hysteresis": 10, "cooldown": "30s", "missing_after": "60s",
        });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(json).unwrap()
    }

    fn run(signal: impl Fn(u64) -> Option<f64>) -> Vec<Simulated> {
        let rows = (0..120).map(|n| (Duration::from_secs(n * 10), Reading { signal: signal(n), guard: None }));
        simulate(&rule(serde_json::json!({})), 50.0, true, &Series(rows.collect()))
    }

    fn changes(rows: &[Simulated]) -> Vec<(u64, f64)> {
        rows.iter().filter(|row| row.change.is_some()).map(|row| (row.time.as_secs(), row.value)).collect()
    }

    #[test]
    fn a_step_of_the_load_is_followed_to_the_bound_and_back() {
        let rows = run(|n| Some(if (20..60).contains(&n) { 95.0 } else { 60.0 }));
        assert_eq!(changes(&rows), [(200, 40.0), (230, 30.0), (260, 20.0), (290, 10.0)]);
        assert_eq!(rows.last().unwrap().value, 10.0, "within the range nothing changes");
        let rows = run(|n| Some(if (20..40).contains(&n) { 95.0 } else { 20.0 }));
        assert_eq!(rows.last().unwrap().value, 100.0);
    }

    #[test]
    fn a_spike_moves_the_field_by_one_step() {
        let rows = run(|n| Some(if n == 20 { 100.0 } else { 60.0 }));
        assert_eq!(changes(&rows), [(200, 40.0)]);
    }

    #[test]
    fn noise_at_the_end_of_the_range_does_not_move_the_field_back_and_forth() {
        let rows = run(|n| Some(if n % 2 == 0 { 81.0 } else { 39.0 }));
        let values: Vec<f64> = changes(&rows).into_iter().map(|(_, value)| value).collect();
        assert!(values.is_sorted_by(|a, b| a > b), "{values:?}");
    }

    #[test]
    fn an_oscillating_load_changes_the_field_at_most_once_in_a_cooldown() {
        let rows = run(|n| Some(if n % 2 == 0 { 100.0 } else { 0.0 }));
        let times: Vec<u64> = changes(&rows).into_iter().map(|(time, _)| time).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 30), "{times:?}");
    }

    #[test]
    fn missing_data_returns_the_field_to_its_declared_value() {
        let rows = run(|n| (n < 30).then_some(95.0));
        assert_eq!(rows[29].value, 10.0);
        let (time, value) = *changes(&rows).last().unwrap();
        assert_eq!((time, value), (350, 50.0));
        let gaps = run(|n| (n % 5 != 0).then_some(60.0));
        assert!(changes(&gaps).is_empty(), "a short gap loses nothing");
    }

    #[test]
    fn a_missing_signal_is_gone_before_the_next_row() {
        let row = |seconds, signal| (Duration::from_secs(seconds), Reading { signal, guard: None });
        let series = Series(vec![row(0, Some(95.0)), row(10, None), row(300, Some(60.0)), row(310, None)]);
        let rows = simulate(&rule(serde_json::json!({})), 50.0, true, &series);
        assert_eq!(changes(&rows), [(0, 40.0), (60, 50.0)]);
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn a_guard_takes_a_harmful_step_back() {
        let rule = rule(serde_json::json!({ "guard": { "signal": "memory", "worse_by": 5 } }));
        let rows = (0..40).map(|n| {
            // Each step up makes the latency worse for the next half minute.
            let guard = if (2..6).contains(&n) { 90.0 } else { 50.0 };
            (Duration::from_secs(n * 10), Reading { signal: Some(if n < 2 { 20.0 } else { 60.0 }), guard: Some(guard) })
        });
        let rows = simulate(&rule, 50.0, true, &Series(rows.collect()));
        assert_eq!(changes(&rows), [(0, 60.0), (30, 50.0)]);
        assert_eq!(rows[3].change.as_ref().unwrap().1, "tuning r: revert, the guard rose from 50 to 90");
    }
}

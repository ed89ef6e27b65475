use proptest::prelude::*;

use super::*;
use crate::rule::{Guard, Signal, Step};

fn rule() -> TuningRule {
    TuningRule {
        name: "connections".to_owned(),
        field: "network.max_connections".to_owned(),
        signal: Signal::Cpu,
        low: 40.0,
        high: 80.0,
        inverse: false,
        min: 10.0,
        max: 100.0,
        step: Step::Absolute(10.0),
        hysteresis: 5.0,
        cooldown: confgate_core::types::Duration::from_secs(30),
        missing_after: confgate_core::types::Duration::from_secs(60),
        guard: None,
    }
}

fn at(tuner: &mut Tuner, seconds: u64, signal: impl Into<Option<f64>>) -> String {
    told(tuner.decide(Duration::from_secs(seconds), Reading { signal: signal.into(), guard: None }))
}

fn told(decision: Decision) -> String {
    match decision {
        Decision::Hold => "hold".to_owned(),
        Decision::Set { value, reason, .. } => format!("{value} {reason}"),
    }
}

#[test]
fn a_field_shrinks_above_the_range_and_grows_below_it() {
    let mut tuner = Tuner::new(rule(), 50.0, true);
    assert_eq!(at(&mut tuner, 0, 60.0), "hold");
    assert_eq!(at(&mut tuner, 10, 91.0), "40 tuning connections: step, 91 is above 80");
    assert_eq!(at(&mut tuner, 20, 99.0), "hold", "within the cooldown");
    assert_eq!(at(&mut tuner, 40, 99.0), "30 tuning connections: step, 99 is above 80");
    assert_eq!(at(&mut tuner, 80, 39.0), "hold", "within the hysteresis of the other direction");
    assert_eq!(at(&mut tuner, 90, 30.0), "40 tuning connections: step, 30 is below 40");
    assert_eq!(at(&mut tuner, 130, 39.0), "50 tuning connections: step, 39 is below 40");
    let mut inverse = Tuner::new(TuningRule { inverse: true, ..rule() }, 50.0, true);
    assert_eq!(at(&mut inverse, 0, 91.0), "60 tuning connections: step, 91 is above 80");
}

#[test]
fn without_a_signal_the_field_returns_to_its_declared_value() {
    let mut tuner = Tuner::new(rule(), 50.0, true);
    assert_eq!(at(&mut tuner, 0, 91.0), "40 tuning connections: step, 91 is above 80");
    for seconds in [10, 40, 59] {
        assert_eq!(at(&mut tuner, seconds, None::<f64>), "hold");
    }
    assert_eq!(at(&mut tuner, 60, f64::NAN), "50 tuning connections: return, the signal is gone");
    assert_eq!(at(&mut tuner, 200, None::<f64>), "hold");
}

#[test]
fn a_step_that_makes_the_guard_worse_is_taken_back() {
    let guard = Some(Guard { signal: Signal::Memory, worse_by: 10.0 });
    let mut tuner = Tuner::new(TuningRule { guard, ..rule() }, 50.0, true);
    let mut at = |seconds, signal, guard| {
        told(tuner.decide(Duration::from_secs(seconds), Reading { signal: Some(signal), guard: Some(guard) }))
    };
    assert_eq!(at(0, 20.0, 30.0), "60 tuning connections: step, 20 is below 40");
    assert_eq!(at(30, 20.0, 45.0), "50 tuning connections: revert, the guard rose from 30 to 45");
    assert_eq!(at(60, 39.0, 45.0), "hold", "the signal must pass the hysteresis before the step is repeated");
    assert_eq!(at(90, 20.0, 45.0), "60 tuning connections: step, 20 is below 40");
    assert_eq!(at(120, 20.0, 50.0), "70 tuning connections: step, 20 is below 40", "a small rise harms nothing");
}

#[test]
fn a_share_of_a_small_whole_number_moves_by_one_and_stops_at_the_bounds() {
    let rule = TuningRule { step: Step::Percent(10.0), min: 1.0, max: 4.0, ..rule() };
    let mut tuner = Tuner::new(rule, 2.0, true);
    assert!(at(&mut tuner, 0, 20.0).starts_with("3 "));
    assert!(at(&mut tuner, 30, 20.0).starts_with("4 "));
    assert_eq!(at(&mut tuner, 60, 20.0), "hold", "the bound");
}

#[test]
fn a_rejected_step_is_not_counted_and_a_new_declaration_is_taken_over() {
    let mut tuner = Tuner::new(rule(), 50.0, true);
    assert!(at(&mut tuner, 0, 91.0).starts_with("40 "));
    tuner.rejected();
    assert_eq!(tuner.value(), 50.0);
    tuner.declare(70.0);
    assert_eq!(tuner.value(), 70.0, "an untuned field has the new value");
    assert!(at(&mut tuner, 60, 91.0).starts_with("60 "));
    tuner.declare(80.0);
    assert_eq!(tuner.value(), 60.0, "a tuned field keeps its value");
}

fn readings() -> impl Strategy<Value = Vec<(u64, Option<f64>, Option<f64>)>> {
    let signal = prop_oneof![4 => (0.0..120.0).prop_map(Some), 1 => Just(None), 1 => Just(Some(f64::NAN))];
    proptest::collection::vec((0_u64..20, signal, proptest::option::of(0.0..100.0)), 0..300)
}

proptest! {
    #[test]
    fn a_field_never_leaves_its_bounds_and_never_changes_twice_in_a_cooldown(
        steps in readings(), declared in 10.0_f64..100.0, whole: bool, inverse: bool, share: bool, guarded: bool,
    ) {
        let step = if share { Step::Percent(15.0) } else { Step::Absolute(7.5) };
        let guard = guarded.then_some(Guard { signal: Signal::Memory, worse_by: 5.0 });
        let declared = if whole { declared.round() } else { declared };
        let mut tuner = Tuner::new(TuningRule { inverse, step, guard, ..rule() }, declared, whole);
        let (mut now, mut last) = (0, None::<u64>);
        for (pause, signal, guard) in steps {
            now += pause;
            let before = tuner.value();
            match tuner.decide(Duration::from_secs(now), Reading { signal, guard }) {
                Decision::Hold => prop_assert_eq!(tuner.value(), before),
                Decision::Set { value, .. } => {
                    prop_assert!((10.0..=100.0).contains(&value), "{}", value);
                    prop_assert!(!whole || value.fract() == 0.0);
                    prop_assert!(value != before);
                    prop_assert!(last.is_none_or(|last| now - last >= 30), "{} after {:?}", now, last);
                    last = Some(now);
                }
            }
        }
    }

    #[test]
    fn a_field_returns_to_its_declared_value_when_the_signal_is_gone(steps in readings(), declared in 10_u32..100) {
        let declared = f64::from(declared);
        let mut tuner = Tuner::new(rule(), declared, true);
        let mut now = 0;
        for (pause, signal, guard) in steps {
            now += pause;
            tuner.decide(Duration::from_secs(now), Reading { signal, guard });
        }
        for _ in 0..20 {
            now += 10;
            tuner.decide(Duration::from_secs(now), Reading::default());
        }
        prop_assert_eq!(tuner.value(), declared);
    }
}

//! The decision about a field: a state machine without clock and I/O.

use std::fmt;
use std::time::Duration;

use crate::rule::TuningRule;

/// Decides about one field. Times are counted from any beginning, and never go back.
#[derive(Debug, Clone)]
pub struct Tuner {
    rule: TuningRule,
    declared: f64,
    /// Set for a field of whole numbers.
    is_whole: bool,
    value: f64,
    changed_at: Option<Duration>,
    /// Direction of the last step by the signal: 1 up, -1 down.
    direction: i8,
    seen_at: Option<Duration>,
    started_at: Option<Duration>,
    /// The value and the guard's signal before the last step.
    before: Option<(f64, Option<f64>)>,
}

/// Signals at one time; `None` where one is missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading {
    /// The signal of the rule.
    pub signal: Option<f64>,
    /// The signal of the guard.
    pub guard: Option<f64>,
}

/// A decision about a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// The field stays as it is.
    Hold,
    /// The field gets this value.
    Set {
        /// The value.
        value: f64,
        /// Kind of the change.
        action: Action,
        /// The reason, for the audit trail.
        reason: String,
    },
}

/// Kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A step by the signal.
    Step,
    /// A step that is taken back, since the guard's signal got worse.
    Revert,
    /// The return to the declared value.
    Return,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Step => "step",
            Self::Revert => "revert",
            Self::Return => "return",
        })
    }
}

impl Tuner {
    /// Creates the tuner of a field with a declared value.
    pub fn new(rule: TuningRule, declared: f64, is_whole: bool) -> Self {
        Self {
            rule,
            declared,
            is_whole,
            value: declared,
            changed_at: None,
            direction: 0,
            seen_at: None,
            started_at: None,
            before: None,
        }
    }

    /// Returns the rule.
    pub const fn rule(&self) -> &TuningRule {
        &self.rule
    }

    /// Returns the present value of the field.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Returns the declared value.
    pub const fn declared(&self) -> f64 {
        self.declared
    }

    /// Takes over a new declared value, such as after a reload. A field that was not tuned has it at once.
    pub fn declare(&mut self, declared: f64) {
        if self.value == self.declared {
            self.value = declared;
        }
        self.declared = declared;
    }

    /// Notes that the last change was rejected: the field has its value before it.
    pub fn rejected(&mut self) {
        if let Some((value, _)) = self.before.take() {
            self.value = value;
        }
    }

    /// Decides by the signals at a time. A change counts as applied unless [`rejected`](Self::rejected) follows.
    pub fn decide(&mut self, now: Duration, reading: Reading) -> Decision {
        let reading = Reading {
            signal: reading.signal.filter(|signal| signal.is_finite()),
            guard: reading.guard.filter(|guard| guard.is_finite()),
        };
        let started_at = *self.started_at.get_or_insert(now);
        if reading.signal.is_some() {
            self.seen_at = Some(now);
        }
        let is_cooling = self.changed_at.is_some_and(|changed| now.saturating_sub(changed) < self.rule.cooldown.get());
        if is_cooling {
            return Decision::Hold;
        }
        if let Some(decision) = self.guarded(now, reading) {
            return decision;
        }
        let Some(signal) = reading.signal else {
            let missing_for = now.saturating_sub(self.seen_at.unwrap_or(started_at));
            let declared = self.declared.clamp(self.rule.min, self.rule.max);
            let is_gone = missing_for >= self.rule.missing_after.get() && self.value != declared;
            return match is_gone {
                true => self.set(now, declared, Action::Return, 0, None, "the signal is gone".to_owned()),
                false => Decision::Hold,
            };
        };
        let (above, below) = (signal > self.threshold(1), signal < self.threshold(-1));
        let outward = if self.rule.inverse { (1, -1) } else { (-1, 1) };
        let (direction, limit) = match (above, below) {
            (true, _) => (outward.0, format!("{signal} is above {}", self.rule.high)),
            (_, true) => (outward.1, format!("{signal} is below {}", self.rule.low)),
            _ => return Decision::Hold,
        };
        let size = self.rule.step.size(self.value, self.rule.max - self.rule.min);
        let value = self.within(self.value + f64::from(direction) * size, direction);
        if value == self.value {
            return Decision::Hold;
        }
        self.set(now, value, Action::Step, direction, reading.guard, limit)
    }

    /// Returns the end of the range at which a step begins: 1 for the upper one, -1 for the lower one. After a step in one direction, the
    /// signal must pass the other end by the hysteresis.
    fn threshold(&self, end: i8) -> f64 {
        let direction = if self.rule.inverse { end } else { -end };
        let extra = if self.direction != 0 && self.direction != direction { self.rule.hysteresis } else { 0.0 };
        if end > 0 { self.rule.high + extra } else { self.rule.low - extra }
    }

    /// Takes the last step back if the guard's signal got worse by it.
    fn guarded(&mut self, now: Duration, reading: Reading) -> Option<Decision> {
        let guard = self.rule.guard.as_ref()?;
        let (value, before) = self.before.take()?;
        let (before, after) = (before?, reading.guard?);
        if after <= before + guard.worse_by {
            return None;
        }
        let reason = format!("the guard rose from {before} to {after}");
        // The direction stays, so that the same step is not repeated before the signal passes the hysteresis.
        Some(self.set(now, value, Action::Revert, -self.direction, None, reason))
    }

    fn set(
        &mut self,
        now: Duration,
        value: f64,
        action: Action,
        direction: i8,
        guard: Option<f64>,
        reason: String,
    ) -> Decision {
        self.before = Some((self.value, if action == Action::Step { guard } else { None }));
        self.value = value;
        self.direction = direction;
        self.changed_at = Some(now);
        Decision::Set { value, action, reason: format!("tuning {}: {action}, {reason}", self.rule.name) }
    }

    /// Returns the nearest value within the bounds, of whole numbers if the field has them. A share of a small number moves by one.
    fn within(&self, value: f64, direction: i8) -> f64 {
        let (min, max) = (self.rule.min, self.rule.max);
        if !self.is_whole {
            return value.clamp(min, max);
        }
        let mut rounded = value.round();
        if rounded == self.value {
            rounded += f64::from(direction);
        }
        rounded.clamp(min.ceil(), max.floor().max(min.ceil()))
    }
}

#[cfg(test)]
#[path = "tuner_tests.rs"]
mod tests;

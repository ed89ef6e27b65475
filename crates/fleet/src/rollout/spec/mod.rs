//! The rollout file: a config of its own, with a schema, rules and a gate.

mod alarm;
mod amount;
mod file;
mod query;
mod rollout;
mod wave;

pub use self::alarm::{AlarmSpec, Missing};
pub use self::amount::{Amount, InvalidAmount};
pub use self::file::{RolloutFile, rollout_gate, rollout_schema};
pub use self::query::{Query, QueryVariables};
pub use self::rollout::{MAX_INTERVAL, RolloutSpec, Spread};
pub use self::wave::{InvalidWave, Share, Wave};

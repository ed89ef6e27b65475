//! Rollouts: a release reaches the nodes in waves, and goes back by itself.
//!
//! ```text
//! spec            the rollout file: types, rules, gate
//! plan            waves of nodes: who comes when
//! inventory       the nodes and their reports
//! alarm           state of one alarm
//! state           the rollout as it is stored
//! progress, step  the next change, from state, plan and reports: without I/O
//! change          that change as one transaction
//! monitoring      Prometheus and Alertmanager
//! evaluation      the alarms, read beside the steps
//! watched         the rollout that a leader carries out
//! news            changes of the state that others made
//! leadership      the lease of a leader
//! controller      one of them, under a lease, carries the rollout out
//! commands        start, pause, resume, promote, abort, status
//! ```
//!
//! Every change of the pointers is one transaction with the state that follows from it. A controller that is killed between two
//! of them leaves a fleet that stays as it is, and a state from which the next controller goes on.
//!
//! Time is what a controller watched: bake, deadline and the `for` of an alarm count while one runs, by its monotonic clock. A
//! clock that is wrong, and a time without a controller, shorten none of them.

mod alarm;
mod change;
mod commands;
mod controller;
mod error;
mod evaluation;
mod inventory;
mod leadership;
mod monitoring;
mod news;
mod plan;
mod progress;
#[cfg(test)]
mod simulated_world;
pub mod spec;
mod state;
mod status;
mod step;
mod watched;

pub use self::alarm::{AlarmReading, AlarmState};
pub use self::commands::{Operator, StartRequest, Started, plan_of, start};
pub use self::controller::{CONTROLLER_LEASE, Controller, Event};
pub use self::error::RolloutError;
pub use self::inventory::{Inventory, Member};
pub use self::monitoring::Monitoring;
pub use self::plan::{Plan, PlannedWave};
pub use self::progress::{NodeProgress, Progress};
pub use self::state::{Outcome, Pause, Phase, Promotion, RolloutState};
pub use self::status::{NodeStatus, RejectingNode, RolloutStatus, RunningRollout, StoredRollout, WaveStatus, status};

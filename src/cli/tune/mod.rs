//! `confgate tune`: adaptive tuning.

mod agent_args;
mod check;
mod file;
mod simulate;
mod tune;

pub(super) use self::agent_args::TuningArgs;
pub(super) use self::tune::Tune;

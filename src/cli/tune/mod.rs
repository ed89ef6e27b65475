//! `confgate tune`: adaptive tuning.

#[cfg(feature = "agent")]
mod agent_args;
mod check;
mod file;
mod simulate;
mod tune;

#[cfg(feature = "agent")]
pub(super) use self::agent_args::TuningArgs;
pub(super) use self::tune::Tune;

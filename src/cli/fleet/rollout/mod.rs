//! `confgate rollout`: a release reaches the nodes in waves.

mod file;
mod observe;
mod operate;
mod report;
mod rollout;
mod run;
mod start;
mod status;
mod target;

pub use self::rollout::Rollout;

//! `confgate audit`: verification and display of an audit trail.

mod audit;
mod count;
mod problems;
mod show;
#[cfg(feature = "deploy")]
mod signatures;
mod verify;

pub use self::audit::Audit;

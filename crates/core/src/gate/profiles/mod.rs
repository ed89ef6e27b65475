//! Validation of profiles: each one on the config that it changes.

mod check;
mod stage;

pub use self::check::{Base, Checked, RESTART};
pub use self::stage::in_overlay;

//! Validation of profiles: each one on the config that it changes.

pub(crate) mod check;
mod stage;

pub use self::stage::in_overlay;

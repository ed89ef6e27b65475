//! The same load with what one would take instead. None of them knows rules between fields, or where a value was written.

pub mod bare;
pub mod by_hand;
pub mod config_rs;
pub mod confique;
pub mod figment;

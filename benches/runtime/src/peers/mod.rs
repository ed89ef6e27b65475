//! The same load with other libraries. None of them supports rules between fields or records the origins of values.

pub mod bare;
pub mod by_hand;
pub mod config_rs;
pub mod confique;
pub mod figment;

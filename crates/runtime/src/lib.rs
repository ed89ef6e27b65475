//! CRATE runtime

pub mod atomic_file;
pub mod audit;
pub mod live;
pub mod load;
pub mod profile;
pub mod secrets;
pub mod system;

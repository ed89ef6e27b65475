//! CRATE core

pub mod bundle;
pub mod diagnostics;
pub mod environment;
pub mod gate;
pub mod migrate;
pub mod model;
pub mod parallel;
pub mod pretty_json;
pub mod profile;
pub mod render;
pub mod schema;
pub mod sensitive;
pub mod syntax;
pub mod toml;
pub mod types;
pub mod value;

//! A gate for configuration.

pub mod bitcraps;
pub mod cli;
pub mod environment;
pub mod gate;
pub mod model;
pub mod nix;
pub mod tree;

pub use environment::Environment;
pub use gate::{Gate, Outcome, Submission, Terms};
pub use model::{Model, Rule, Severity};
pub use tree::Source;

pub mod environment;
pub mod model;
pub use environment::Environment;
pub use model::{Model, Rule, Severity};

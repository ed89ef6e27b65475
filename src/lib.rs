pub mod bitcraps;
pub mod environment;
pub mod model;
pub mod tree;
pub use environment::Environment;
pub use model::{Model, Rule, Severity};

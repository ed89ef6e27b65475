//! Diagnostics: what the gate reports about a config, and how it is rendered.

pub mod codes;
pub mod diagnostic;
mod severity;
pub mod suggest;

pub use self::diagnostic::*;
pub use self::severity::*;

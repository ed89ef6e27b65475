//! The schema of a gate: generated from a model or read from a file, compiled once, asked often.
//!
//! Only this module and `instance` know the validator behind it.

mod correction;
mod explain;
pub mod fields;
mod format;
pub mod generate;
mod hidden;
mod index;
mod instance;
mod schema;
mod search;
mod subschema;
mod unrepresentable;

pub use self::correction::variable;
pub use self::explain::{Subject, bounds, means_secret, type_words, unknown_key, whole_float};
pub use self::format::{FORMATS, Format, described};
pub use self::schema::*;
pub use self::subschema::Subschema;

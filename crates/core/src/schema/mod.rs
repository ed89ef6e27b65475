//! The schema of a gate: generated from a model or read from a file, compiled once.
//!
//! ```text
//! types ──generate──▶ JSON Schema ──index──▶ Subschema: defaults, secrets, names, docs
//!                         │
//!                     validator ──▶ Violation ──explain──▶ Diagnostic
//! ```
//!
//! - [`generate`] makes the schema of a model; [`keywords`] lists the keywords beyond JSON Schema, with their meaning.
//! - [`Schema`] is the compiled schema. Its index answers what a [`Subschema`] says about a value.
//! - `validator` finds violations, and is the only file that knows the crate `jsonschema`. `explain` turns each
//!   violation into diagnostics, with a `correction` where one is likely, after a `trial` of it. `unrepresentable` adds the
//!   values that JSON does not have.
//! - [`secrecy`] decides which fields without a mark are secret by their name.
//! - [`format`](FORMATS) has the formats of strings beyond JSON Schema.
//! - [`variable_name()`] names the environment variable of a field; [`fields`] lists the fields that have one.

mod correction;
mod explain;
pub mod fields;
mod format;
pub mod generate;
mod index;
pub mod keywords;
mod misspelt_secrets;
mod schema;
pub mod secrecy;
mod subschema;
mod trial;
mod unrepresentable;
mod validator;
mod variable_name;
mod violation;

pub use self::explain::{Bounds, ExplainContext, bounds, describe_type, whole_float};
pub use self::format::{FORMATS, Format, describe_format};
pub use self::misspelt_secrets::MisspeltSecrets;
pub use self::schema::Schema;
pub use self::subschema::Subschema;
pub use self::validator::InvalidSchema;
pub use self::variable_name::variable_name;

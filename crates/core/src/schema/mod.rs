//! The schema of a gate: generated from a model or read from a file, compiled once.
//!
//! ```text
//! types ──generate──▶ resolved schema ──index──▶ Subschema: defaults, secrets, names, docs
//! file ──resolve───────▶     │
//!                        validator ──▶ Violation ──explain──▶ Diagnostic
//! ```
//!
//! - `resolve` loads the documents of a [`SchemaSource`] and rewrites their references to JSON Pointers in one document, by the
//!   rules of each dialect. All else reads that form.
//! - [`generate`] makes the schema of a model; [`keywords`] lists the keywords beyond JSON Schema, with their meaning.
//! - [`Schema`] is the compiled schema. Its index answers what a [`Subschema`] says about a value.
//! - `admission` recognizes most valid trees without the validator.
//! - `validator` finds violations, and is the only folder that knows the crate `jsonschema`. `explain` turns each
//!   violation into diagnostics, with a `correction` where one is likely, after a `trial` of it. `ecma_pattern` and `ecma_syntax` translate
//!   regular expressions for its engine. `unrepresentable` adds the values that JSON does not have.
//! - [`search`] searches a whole schema for fields.
//! - [`secrecy`] decides which fields without a mark are secret by their name.
//! - [`format`](FORMATS) has the formats of strings beyond JSON Schema.
//! - [`variable_name()`] names the environment variable of a field; [`fields`] lists the fields that have one.

mod admission;
mod compiled;
mod correction;
mod document;
mod ecma_pattern;
mod ecma_syntax;
pub mod escapes;
mod explain;
mod field_cursor;
pub mod fields;
mod format;
pub mod generate;
mod index;
pub mod keywords;
mod misspelt_secrets;
mod notation;
mod ordinary;
mod pointer;
mod resolve;
mod schema;
pub mod search;
pub mod secrecy;
mod subschema;
mod text;
mod trial;
mod unrepresentable;
mod validator;
mod variable_name;
mod violation;

pub use self::explain::{Bounds, ExplainContext, bounds, describe_type, not_a_table, whole_float};
pub(crate) use self::field_cursor::{FieldCursor, absent_fields};
pub use self::format::{FORMATS, Format, describe_format};
pub use self::misspelt_secrets::MisspeltSecrets;
pub use self::notation::Notation;
pub use self::resolve::{
    InvalidSchema, NOT_IN_FRAGMENTS, Retrieve, RetrieveError, SchemaDocument, SchemaPlace, SchemaProblem, SchemaSource,
    reference_target,
};
pub use self::schema::Schema;
pub use self::subschema::Subschema;
pub use self::text::from_bytes;
pub use self::validator::meta_schema;
pub use self::variable_name::variable_name;

//! The validator: the only folder that knows the crate `jsonschema`.
//!
//! [`check()`] validates the documents of a schema by their meta-schemas, and [`Validator`] compiles the resolved schema. Trees are
//! validated as they are, without a copy (`tree`). A null in a table that is not written is an absent key, and a float is never an
//! integer, whatever its value: JSON Schema admits `10.0` as an integer, and the service would then fail to read it.

mod check;
mod key_pattern;
mod options;
mod part_validators;
mod pattern_error;
mod tree;
mod validator;
mod violation;

pub use self::check::{check, meta_schema};
pub use self::key_pattern::KeyPattern;
pub use self::part_validators::PartValidators;
pub use self::validator::{CompileError, Validator};

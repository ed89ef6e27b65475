//! Choice of the schema of a config file.
//!
//! In order of precedence: the schema that the file names itself, `--schema`, the entry of `confgate.toml` for the file, and the
//! model of this program. [`Schemas`] compiles each schema once for all files of a command.

mod args;
mod bundle_schema;
mod choice;
mod named_schema;
mod schemas;

pub(crate) use self::args::SchemaArgs;
pub(crate) use self::choice::{Chosen, SchemaChoice};
pub(crate) use self::named_schema::find as named_schema;
#[cfg(feature = "live")]
pub(crate) use self::schemas::SchemaSource;
pub(crate) use self::schemas::{Schemas, foreign, is_foreign};

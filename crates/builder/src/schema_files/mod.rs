//! Schemas in files, with the documents that they refer to.
//!
//! A schema refers to files beside it by relative references, and to documents at URLs that are mapped to files or directories.
//! Nothing is read from a network.

mod error;
mod file_uri;
mod schema_files;
mod schema_map;

pub use self::error::{InvalidSchemaMap, SchemaFileError};
pub use self::schema_files::{LoadedSchema, SchemaFiles};
pub use self::schema_map::SchemaMap;

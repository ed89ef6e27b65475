//! Options that name schemas.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::schemas::schema_map::SchemaMapping;

/// Schema of files that name none, and files that stand for URLs.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Use this JSON Schema instead of the bundled model. A schema that a file names itself takes precedence.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Use a file, or the files of a directory, in place of a URL of schemas. Can be repeated.
    #[arg(long, value_name = "URL=PATH")]
    schema_map: Vec<SchemaMapping>,
}

impl SchemaArgs {
    /// Returns the schema of the option.
    pub fn schema(&self) -> Option<&Path> {
        self.schema.as_deref()
    }

    /// Returns the mapped URLs.
    pub fn mappings(&self) -> impl Iterator<Item = SchemaMapping> {
        self.schema_map.iter().cloned()
    }
}

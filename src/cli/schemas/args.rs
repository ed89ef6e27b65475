//! Options that name schemas.

use std::path::{Path, PathBuf};

use clap::Args;
use confgate_builder::SchemaMap;

use crate::cli::schema_map_args::SchemaMapArgs;

/// Schema of files that name none, and files that stand for URLs.
#[derive(Debug, Default, Args)]
pub(crate) struct SchemaArgs {
    /// Use this JSON Schema instead of the bundled model. A schema that a file names itself takes precedence.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    maps: SchemaMapArgs,
}

impl SchemaArgs {
    /// Returns the schema of the option.
    pub fn schema(&self) -> Option<&Path> {
        self.schema.as_deref()
    }

    /// Returns the mapped URLs.
    pub fn maps(&self) -> &[SchemaMap] {
        self.maps.as_slice()
    }
}

//! The option that maps URLs of schemas to files.

use clap::Args;
use confgate_builder::SchemaMap;

/// Files and directories that stand for the URLs that a schema refers to.
#[derive(Debug, Default, Args)]
pub(crate) struct SchemaMapArgs {
    /// Read the schema at this URL, or the schemas below it, from a file or a directory: `https://example.net/=schemas`. Files
    /// beside the schema are found without it; nothing is read from the network. Can be repeated.
    #[arg(long, value_name = "URL=PATH")]
    schema_map: Vec<SchemaMap>,
}

impl SchemaMapArgs {
    /// Returns the mappings.
    pub fn as_slice(&self) -> &[SchemaMap] {
        &self.schema_map
    }
}

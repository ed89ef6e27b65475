use confgate_files::{ReadFileError, SizeLimit};

/// A mapping without a URL or without a path.
#[derive(Debug, thiserror::Error)]
#[error("write a URL and the file or directory that stands for it: https://example.net/schemas/=schemas")]
pub struct InvalidSchemaMap;

/// Reason why a document of a schema cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaFileError {
    /// The file could not be read.
    #[error("{path}: {source}")]
    Read {
        /// The path as messages display it.
        path: String,
        /// Reason.
        source: ReadFileError,
    },
    /// All documents together are too large.
    #[error("the documents of the schema are together larger than {0}")]
    TooMuch(SizeLimit),
    /// The file is not JSON, or has a key twice.
    #[error("{path}{}: {source}", if source.is_data() { "" } else { " is not JSON" })]
    NotJson {
        /// The path as messages display it.
        path: String,
        /// Error of the parser.
        source: serde_json::Error,
    },
    /// No mapping has the URL.
    #[error("{0} is not mapped to a file; map it with --schema-map {0}=FILE (schemaMap in Nix)")]
    Unmapped(String),
    /// A URI of a file is not that of a file on this machine.
    #[error("{0} is not the URI of a local file")]
    NotLocal(String),
}

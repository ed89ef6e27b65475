use std::io;

/// A mapping without a URL or without a path.
#[derive(Debug, thiserror::Error)]
#[error("write a URL and the file or directory that stands for it: https://example.net/schemas/=schemas")]
pub struct InvalidSchemaMap;

/// Reason why a document of a schema cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaFileError {
    /// The file could not be read.
    #[error("{path}: {source}")]
    Io {
        /// The path as messages display it.
        path: String,
        /// System error.
        source: io::Error,
    },
    /// The path leads to a directory or a special file.
    #[error("{0} is not a regular file")]
    NotAFile(String),
    /// The file is too large.
    #[error("{path} is larger than {limit} bytes")]
    TooLarge {
        /// The path as messages display it.
        path: String,
        /// The limit.
        limit: u64,
    },
    /// All documents together are too large.
    #[error("the documents of the schema are together larger than {0} bytes")]
    TooMuch(u64),
    /// The file is not JSON.
    #[error("{path} is not JSON: {source}")]
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

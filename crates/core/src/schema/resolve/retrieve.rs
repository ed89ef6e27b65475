//! The interface by which a schema gets the documents that it refers to. Core does no I/O.

use std::error::Error;

use serde_json::Value as Json;

/// A document that a schema refers to.
#[derive(Debug, Clone)]
pub struct SchemaDocument {
    /// The name in messages, such as the path of the file.
    pub name: String,
    /// The document.
    pub json: Json,
}

/// Reason why a document cannot be retrieved.
pub type RetrieveError = Box<dyn Error + Send + Sync>;

/// A source of the documents that schemas refer to.
pub trait Retrieve {
    /// Returns the document at an absolute URI without a fragment.
    ///
    /// # Errors
    ///
    /// There is no such document, or it cannot be read.
    fn retrieve(&self, uri: &str) -> Result<SchemaDocument, RetrieveError>;
}

/// A source without documents.
pub(super) struct NoDocuments;

/// A schema that is not read from a file refers to another document.
#[derive(Debug, thiserror::Error)]
#[error("the schema was given without the documents that it refers to")]
struct WithoutDocuments;

impl Retrieve for NoDocuments {
    fn retrieve(&self, _: &str) -> Result<SchemaDocument, RetrieveError> {
        Err(WithoutDocuments.into())
    }
}

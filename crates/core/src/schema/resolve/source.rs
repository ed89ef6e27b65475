//! A schema to resolve.

use serde_json::Value as Json;

use super::retrieve::{NoDocuments, Retrieve};
use super::uri::NO_BASE;

/// A schema, the URI that it was read from, and the source of the documents that it refers to.
///
/// ```
/// use confgate_core::schema::SchemaSource;
///
/// let source = SchemaSource::from(serde_json::json!({ "type": "object" }));
/// ```
pub struct SchemaSource<'a> {
    /// The document.
    pub(super) json: Json,
    /// The absolute URI of the document, which relative references are resolved against.
    pub(super) uri: String,
    pub(super) documents: &'a dyn Retrieve,
}

impl<'a> SchemaSource<'a> {
    /// Makes a source of a document, its absolute URI, and the source of other documents.
    pub fn new(json: Json, uri: impl Into<String>, documents: &'a dyn Retrieve) -> Self {
        Self { json, uri: uri.into(), documents }
    }
}

impl From<Json> for SchemaSource<'_> {
    /// Makes a source of a document that refers to no other.
    fn from(json: Json) -> Self {
        Self { json, uri: NO_BASE.to_owned(), documents: &NoDocuments }
    }
}

//! The resolved form of a schema.

use serde_json::Value as Json;

use super::documents::Documents;
use super::problem::{InvalidSchema, SchemaPlace, SchemaProblem};
use super::rewrite::{Rewriter, Rewritten};

/// One document without identifiers and anchors, in which every reference is a JSON Pointer.
///
/// Other documents are among its definitions. The first document keeps its places.
#[derive(Debug)]
pub struct ResolvedSchema {
    /// The document.
    pub json: Json,
    /// True if its parts have several dialects; references then have the URIs of the parts.
    pub is_mixed: bool,
    /// The parts, with their places in the document and the places that they come from.
    origins: Vec<(String, SchemaPlace)>,
}

impl ResolvedSchema {
    /// Rewrites the references of all documents, unless these have problems.
    ///
    /// # Errors
    ///
    /// There are problems, or the references of the schema need too many copies of a resource, one for each dynamic scope.
    pub fn new(documents: Documents, problems: Vec<SchemaProblem>) -> Result<Self, InvalidSchema> {
        if !problems.is_empty() {
            return Err(InvalidSchema::new(problems));
        }
        let Rewritten { json, origins, is_mixed } = Rewriter::rewrite(documents)?;
        Ok(Self { json, is_mixed, origins })
    }

    /// Returns the place in the documents that a place in the resolved schema comes from.
    pub fn origin(&self, pointer: &str) -> SchemaPlace {
        let within = |place: &str| pointer.strip_prefix(place).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let parts = self.origins.iter().filter_map(|(place, origin)| Some((place.len(), within(place)?, origin)));
        let innermost = parts.max_by_key(|(length, ..)| *length);
        match innermost {
            Some((_, rest, origin)) => SchemaPlace { pointer: origin.pointer.clone() + rest, ..origin.clone() },
            None => SchemaPlace { document: None, pointer: pointer.to_owned() },
        }
    }
}

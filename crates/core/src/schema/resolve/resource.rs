//! The resources of documents: the schemas with an identifier, and the names of places in them.

use std::collections::BTreeMap;

use super::dialect::Dialect;

/// The name of the anchor that `$recursiveAnchor` stands for. An anchor of a schema is not empty.
pub const RECURSIVE: &str = "";

/// A schema with an identifier of its own, or the root of a document.
#[derive(Debug)]
pub struct Resource {
    /// The index of the document.
    pub document: usize,
    /// The place in the document.
    pub pointer: String,
    /// The absolute URI, without a fragment.
    pub uri: String,
    /// The places of the anchors.
    pub anchors: BTreeMap<String, String>,
    /// The places of the anchors that a reference may find in the dynamic scope.
    pub dynamic: BTreeMap<String, String>,
}

/// A schema in a document: the resource that it belongs to, and its dialect.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// The index of the resource.
    pub resource: usize,
    /// The dialect.
    pub dialect: Dialect,
}

/// A reference, and the place that it leads to.
#[derive(Debug)]
pub struct Reference {
    /// The keyword: `$ref`, `$dynamicRef` or `$recursiveRef`.
    pub keyword: &'static str,
    /// The document and the place of the target.
    pub target: Place,
    /// The anchor that is looked up in the dynamic scope; the target is its place without a scope.
    pub dynamic: Option<String>,
}

/// A place in one of the documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The index of the document.
    pub document: usize,
    /// The JSON Pointer.
    pub pointer: String,
}

//! The document of a schema.

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value as Json;

/// A resolved schema as a document. That of a model is generated from its types when it is read: a valid config needs the index
/// alone.
pub struct Document {
    json: OnceLock<Json>,
    generate: fn() -> Json,
}

impl Document {
    /// Makes a document that is generated when it is read.
    pub fn generated(generate: fn() -> Json) -> Self {
        Self { json: OnceLock::new(), generate }
    }

    /// Returns the document.
    pub fn json(&self) -> &Json {
        self.json.get_or_init(self.generate)
    }
}

impl From<Json> for Document {
    fn from(json: Json) -> Self {
        Self { json: json.into(), generate: || Json::Null }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.json.get()).finish()
    }
}

//! The text of a schema.

use serde_json::Value as Json;

/// Parses the text of a schema or of a document that it refers to. A byte order mark is skipped, as in configs.
///
/// # Errors
///
/// The text is not JSON.
///
/// ```
/// let schema = confgate_core::schema::from_bytes("\u{FEFF}{ \"type\": \"object\" }".as_bytes())?;
/// assert_eq!(schema, serde_json::json!({ "type": "object" }));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn from_bytes(bytes: &[u8]) -> serde_json::Result<Json> {
    serde_json::from_slice(bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes))
}

//! JSON documents in files.

use serde::Serialize;

/// Serializes a value as a JSON document for a file: indented, with a final line ending.
pub fn document(value: &impl Serialize) -> String {
    // Maps with string keys and plain values always serialize.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

//! JSON documents as they stand in files.

use serde::Serialize;

/// A JSON document as it stands in a file: indented, with a line end.
pub fn document(value: &impl Serialize) -> String {
    // Maps with text keys and plain values always serialize.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

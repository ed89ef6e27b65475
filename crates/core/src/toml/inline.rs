//! Display of one value as TOML on one line.

use serde::Serialize;

use crate::toml::serialize::AsToml;
use crate::value::{Node, json};

/// Displays a value as it is written after `key =`, on one line. A value that TOML cannot represent is displayed as JSON.
pub fn inline(node: &Node) -> String {
    let mut text = String::new();
    match AsToml(node).serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        Err(_) => json::write(node).to_string(),
    }
}

/// Displays a JSON value as TOML on one line. A value that TOML cannot represent is displayed as JSON.
pub fn inline_json(value: &serde_json::Value) -> String {
    json::read(value.clone()).map_or_else(|_| value.to_string(), |node| inline(&node))
}

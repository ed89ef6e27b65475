//! Display of one value as TOML.

use serde::Serialize;

use crate::toml::serialize::AsToml;
use crate::value::{Node, Path, Value, json};

/// Displays a value as it is written after `key =`. Lists and tables are on one line; a string with line feeds is in three quotes. A
/// value that TOML cannot represent is displayed as JSON.
pub fn inline(node: &Node) -> String {
    let mut text = String::new();
    match AsToml(node).serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        Err(_) => json::write(node).to_string(),
    }
}

/// Displays a JSON value as TOML on one line: line feeds are escapes. A value that TOML cannot represent is displayed as JSON.
pub fn inline_json(value: &serde_json::Value) -> String {
    json::read(value.clone()).map_or_else(|_| value.to_string(), |node| one_line(&node))
}

fn one_line(node: &Node) -> String {
    let text = inline(node);
    if !text.contains('\n') {
        return text;
    }
    match &node.value {
        Value::String(text) => basic_string(text),
        Value::List(elements) => format!("[{}]", elements.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let entries = table.iter().filter(|(_, node)| !node.is_null());
            let entries = entries.map(|(key, node)| format!("{} = {}", Path::root().key(key), one_line(node)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        _ => text,
    }
}

/// Writes a text as a string in double quotes, with its control characters as escapes.
fn basic_string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            c if c.is_control() => string.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => string.push(c),
        }
    }
    string + "\""
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::toml;
    use crate::value::Source;

    #[test]
    fn a_value_is_displayed_on_one_line_and_reads_back() {
        for (value, expected) in [
            (json!("a"), r#""a""#),
            (json!("a\nb\t\"\\\u{1}\r\n"), r#""a\nb\t\"\\\u0001\r\n""#),
            (json!(["x", "a\nb"]), r#"["x", "a\nb"]"#),
            (json!({ "k": 1, "a.b": { "c": "d\n" } }), r#"{ k = 1, "a.b" = { c = "d\n" } }"#),
        ] {
            assert_eq!(inline_json(&value), expected);
            let (tree, errors) = toml::read(&Source::new("x", format!("x = {expected}")));
            assert_eq!(errors, []);
            assert_eq!(json::write(&tree)["x"], value);
        }
    }
}

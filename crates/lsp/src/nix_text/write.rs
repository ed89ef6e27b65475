//! Values, as Nix writes them.

use confgate_core::toml;
use confgate_core::value::{Node, Value};

use crate::nix_text::names::{attribute, string};

/// Writes a value on one line.
pub(crate) fn inline(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::String(text) | Value::Datetime(text) => string(text),
        // Nix has no notation for what is not a number.
        Value::Float(number) if !number.is_finite() => string(&toml::inline(node)),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => toml::inline(node),
        Value::List(elements) if elements.is_empty() => "[ ]".to_owned(),
        Value::List(elements) => {
            let elements = elements.iter().map(|element| match &element.value {
                // A minus would be an operator.
                Value::Integer(..0) => format!("({})", inline(element)),
                Value::Float(number) if *number < 0.0 => format!("({})", inline(element)),
                _ => inline(element),
            });
            format!("[ {} ]", elements.collect::<Vec<_>>().join(" "))
        }
        Value::Table(table) if table.is_empty() => "{ }".to_owned(),
        Value::Table(table) => {
            let entries = table.iter().map(|(key, node)| format!("{} = {};", attribute(key.as_str()), inline(node)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::value::json;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_as_nix_reads_them() {
        for (value, written) in [
            (json!([1, -2, -0.5, true]), "[ 1 (-2) (-0.5) true ]"),
            (json!({ "a": "${x}", "b c": [], "d": {} }), "{ a = \"\\${x}\"; \"b c\" = [ ]; d = { }; }"),
            (json!(null), "null"),
        ] {
            assert_eq!(inline(&json::read(value).unwrap()), written);
        }
    }
}

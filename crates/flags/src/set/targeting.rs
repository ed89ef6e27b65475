//! Expressions of targeting without references.

use std::collections::BTreeMap;

use confgate_core::flags::{MAX_DEPTH, MAX_NODES};
use serde_json::Value as Json;

/// Replaces the references of an expression by what they refer to. `None` if a reference has no target, or the result is too large
/// or too deep, as it is for references in a circle.
pub fn inlined(rule: &Json, evaluators: &BTreeMap<String, Json>) -> Option<Json> {
    replace(rule, evaluators, &mut MAX_NODES.clone(), MAX_DEPTH)
}

fn replace(rule: &Json, evaluators: &BTreeMap<String, Json>, left: &mut usize, depth: usize) -> Option<Json> {
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    Some(match rule {
        Json::Object(entries) => match (entries.len(), entries.get("$ref")) {
            (1, Some(Json::String(name))) => return replace(evaluators.get(name)?, evaluators, left, depth),
            _ => {
                let replaced = entries
                    .iter()
                    .map(|(key, value)| Some((key.clone(), replace(value, evaluators, left, depth)?)))
                    .collect::<Option<_>>()?;
                Json::Object(replaced)
            }
        },
        Json::Array(elements) => Json::Array(
            elements.iter().map(|element| replace(element, evaluators, left, depth)).collect::<Option<_>>()?,
        ),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_replaced_and_end_in_a_circle_or_a_multitude() {
        let evaluators = |json: Json| serde_json::from_value::<BTreeMap<String, Json>>(json).unwrap();
        let known = evaluators(json!({ "a": { "!": [{ "$ref": "b" }] }, "b": { "var": "x" } }));
        let rule = json!({ "if": [{ "$ref": "a" }, "on", "off"] });
        assert_eq!(inlined(&rule, &known), Some(json!({ "if": [{ "!": [{ "var": "x" }] }, "on", "off"] })));
        assert_eq!(inlined(&json!({ "$ref": "c" }), &known), None);
        let circle = evaluators(json!({ "a": { "$ref": "a" } }));
        assert_eq!(inlined(&json!({ "$ref": "a" }), &circle), None);
        let many: serde_json::Map<String, Json> = (0..40)
            .map(|n| {
                (
                    format!("e{n}"),
                    json!({ "or": [{ "$ref": format!("e{}", n + 1) }, { "$ref": format!("e{}", n + 1) }] }),
                )
            })
            .chain([("e40".to_owned(), json!(true))])
            .collect();
        assert_eq!(inlined(&json!({ "$ref": "e0" }), &evaluators(Json::Object(many))), None);
    }
}

//! Tests of navigation, alternatives and hidden values.

use serde_json::json;

use super::*;
use crate::schema::index;
use crate::value::{Path, json as value_json};

fn node(json: Json) -> Node {
    value_json::read(json).unwrap()
}

#[test]
fn references_in_the_document_are_resolved_and_cycles_end() {
    let schema = json!({
        "properties": { "a": { "$ref": "#/$defs/name" }, "b": { "$ref": "#/$defs/loop" } },
        "$defs": { "name": { "type": "string" }, "loop": { "$ref": "#/$defs/loop" } },
    });
    let tree = node(json!({ "a": "x" }));
    let (index, document) = (index::build(&schema), Document::from(schema));
    let view = Subschema::root(&document, &index);
    assert_eq!(view.property("a", &tree).unwrap().types(), ["string"]);
    assert_eq!(view.property("b", &tree).unwrap().types(), [""; 0]);
}

#[test]
fn the_alternative_of_the_same_type_with_the_most_known_keys_is_chosen() {
    let schema = json!({ "oneOf": [
        { "type": "string" },
        { "type": "object", "properties": { "a": {} } },
        { "type": "object", "properties": { "a": {}, "b": { "type": "integer" } } },
    ] });
    let (index, document) = (index::build(&schema), Document::from(schema));
    let view = Subschema::root(&document, &index);
    assert_eq!(view.chosen(&node(json!("x"))).unwrap().0, 0);
    assert_eq!(view.chosen(&node(json!({ "a": 1 }))).unwrap().0, 1);
    let tree = node(json!({ "a": 1, "b": 2 }));
    assert_eq!(view.chosen(&tree).unwrap().0, 2);
    assert_eq!(view.property("b", &tree).unwrap().types(), ["integer"]);
    assert!(view.chosen(&node(json!(1))).is_none());
}

#[test]
fn a_summary_is_one_sentence_in_lower_case() {
    let summary = |text: &str| {
        let schema = json!({ "description": text });
        let (index, document) = (index::build(&schema), Document::from(schema));
        Subschema::root(&document, &index).summary().unwrap()
    };
    assert_eq!(summary("The port of\npeers. Needs a restart."), "the port of peers");
    assert_eq!(summary("TLS for peers."), "TLS for peers");
}

#[test]
fn a_value_in_the_place_of_secrets_is_hidden_unless_the_schema_describes_it() {
    let schema = json!({ "properties": {
        "turn": { "type": "array", "items": { "properties": { "password": { "x-secret": true }, "url": {} } } },
        "hook": { "oneOf": [{ "const": "none" }, { "properties": { "token": { "x-secret": true }, "on": {} } }] },
        "open": { "type": "array", "items": { "type": "string" } },
    } });
    let (index, document) = (index::build(&schema), Document::from(schema));
    let view = Subschema::root(&document, &index);
    let hides = |path: &str, tree: Json| {
        let (path, tree) = (Path::dotted(path), value_json::read(tree).unwrap());
        let value = tree.get(&path.0).unwrap_or_else(|| panic!("no {path}"));
        view.conceals(&path.0, &tree, value)
    };
    for (path, tree) in [
        ("turn", json!({ "turn": "[{ password = 'x' }]" })),
        ("turn", json!({ "turn": 4711 })),
        ("turn[0]", json!({ "turn": ["password = 'x'"] })),
        ("turn[0].password", json!({ "turn": [{ "password": "x" }] })),
        ("turn.password", json!({ "turn": { "password": "x" } })),
        ("turn.deep.er", json!({ "turn": { "deep": { "er": "x" } } })),
        ("hook", json!({ "hook": "token = 'x'" })),
        ("hook[0]", json!({ "hook": ["token = 'x'"] })),
    ] {
        assert!(hides(path, tree), "{path}");
    }
    for (path, tree) in [
        ("turn", json!({ "turn": [] })),
        ("turn[0].url", json!({ "turn": [{ "url": "x" }] })),
        ("hook", json!({ "hook": "none" })),
        ("hook", json!({ "hook": true })),
        ("hook.on", json!({ "hook": { "on": "x" } })),
        ("open", json!({ "open": "x" })),
        ("open.a", json!({ "open": { "a": "x" } })),
        ("open[0]", json!({ "open": ["x"] })),
    ] {
        assert!(!hides(path, tree), "{path}");
    }
}

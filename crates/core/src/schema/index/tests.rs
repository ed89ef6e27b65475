//! Entries by the keywords of their subschemas.

use serde_json::{Value as Json, json};

use super::*;

#[test]
fn the_keywords_of_old_drafts_are_indexed() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/root",
        "default": "ignored beside a reference",
        "definitions": { "root": {
            "items": [{ "type": "string" }, { "$ref": "#/definitions/number" }],
            "additionalItems": { "type": "boolean" },
            "dependencies": { "a": ["b"], "c": { "properties": { "d": {} } } },
            "patternProperties": { "^x[^]$": { "type": "integer" } },
            "if": {}, "then": { "properties": { "e": {} } }, "else": { "properties": { "f": {} } },
        }, "number": { "type": "number" } },
    });
    let index = build(&schema);
    let (root, of) = (&index.entries[0], |place: usize| index.entries[place].pointer.as_str());
    assert_eq!((root.pointer.as_str(), root.has_default), ("/definitions/root", false));
    let items: Vec<&str> = root.first_items.iter().map(|place| of(*place)).collect();
    assert_eq!(items, ["/definitions/root/items/0", "/definitions/number"]);
    assert_eq!(root.items.map(of), Some("/definitions/root/additionalItems"));
    let conditional: Vec<&str> = root.conditional.iter().map(|place| of(*place)).collect();
    let under = |keyword: &str| format!("/definitions/root/{keyword}");
    assert_eq!(conditional, [under("dependencies/c"), under("then"), under("else")]);
    let matching: Vec<bool> = ["x\n", "xyz"].map(|key| root.patterns[0].0.matches(key)).into();
    assert_eq!(matching, [true, false]);
    // A place that is a reference has the entry of its target.
    assert_eq!(index.at("/definitions/root/items/1").map(|entry| entry.pointer.as_str()), Some("/definitions/number"));
    assert_eq!(index.at("").map(|entry| entry.pointer.as_str()), Some("/definitions/root"));
}

#[test]
fn keywords_beside_a_reference_are_joined_with_its_target() {
    let schema = json!({ "properties": {
        "port": { "$ref": "#/$defs/port", "default": 1, "type": "integer" },
        "server": { "$ref": "#/$defs/server", "description": "d" },
        "more": { "$ref": "#/$defs/server", "properties": { "own": {} } },
        "again": { "$ref": "#/properties/server" },
        "chain": { "$ref": "#/properties/again", "deprecated": true },
    }, "$defs": {
        "port": { "type": ["number", "string"], "x-secret": true, "deprecated": true },
        "server": { "properties": { "name": {} }, "allOf": [{ "items": {} }] },
    } });
    let index = build(&schema);
    let entry = |name: &str| index.at(&format!("/properties/{name}")).unwrap();
    let names =
        |name: &str| -> Vec<String> { entry(name).properties.iter().flat_map(|names| names.keys().cloned()).collect() };
    let port = entry("port");
    assert!(port.has_default && port.secret && port.types == Types::from_json(&json!("integer")));
    assert_eq!(port.marks, ["x-secret", "deprecated"]);
    assert_eq!(names("server"), ["name"]);
    assert_eq!((names("more"), entry("more").parts.len()), (vec!["own".to_owned()], 1));
    assert!(std::ptr::eq(entry("again"), entry("server")));
    assert_eq!((names("chain"), entry("chain").parts.len()), (vec!["name".to_owned()], 1));
}

#[test]
fn the_root_is_not_an_overlay_of_itself() {
    let overlays = |schema: Json| build(&schema).entries.iter().filter(|entry| entry.overlay).count();
    assert_eq!(overlays(json!({ "x-overlay": true, "properties": { "a": {} } })), 0);
    assert_eq!(
        overlays(json!({ "allOf": [{ "anyOf": [{ "x-overlay": true }] }], "if": {}, "then": { "x-overlay": true } })),
        0
    );
    assert_eq!(overlays(json!({ "properties": { "a": { "x-overlay": true } } })), 1);
}

#[test]
fn a_password_is_secret_unless_the_schema_says_otherwise() {
    let index = build(&json!({ "properties": {
        "password": { "type": "string", "format": "password" },
        "example": { "type": "string", "format": "password", "x-secret": false },
        "name": { "type": "string", "format": "hostname" },
        "either": { "anyOf": [{ "type": "null" }, { "format": "password" }] },
    } }));
    let is_secret = |name: &str| index.at(&format!("/properties/{name}")).unwrap().secret;
    assert_eq!(["password", "example", "name", "either"].map(is_secret), [true, false, false, true]);
}

#[test]
fn a_value_is_secret_if_a_schema_that_applies_to_it_says_so() {
    let index = build(&json!({ "properties": {
        "all": { "description": "d", "allOf": [{ "$ref": "#/$defs/key" }] },
        "deep": { "allOf": [{ "oneOf": [{ "type": "null" }, { "$ref": "#/$defs/key" }] }] },
        "then": { "if": {}, "then": { "$ref": "#/$defs/key" } },
        "around": { "allOf": [{ "properties": { "key": { "$ref": "#/$defs/key" } } }] },
        "file": { "anyOf": [{ "type": "null" }, { "allOf": [{ "x-secret-file": true }] }] },
        "plain": { "allOf": [{ "type": "string" }] },
        "written": { "anyOf": [{ "type": "null" }, { "allOf": [{ "type": "string", "writeOnly": true }] }] },
        "shown": { "type": "string", "writeOnly": true, "x-secret": false },
    }, "$defs": { "key": { "type": "string", "x-secret": true } } }));
    let entry = |name: &str| index.at(&format!("/properties/{name}")).unwrap();
    let is_secret = |name: &str| (entry(name).secret, entry(name).holds_secrets);
    assert_eq!(["all", "deep", "then"].map(is_secret), [(true, true); 3]);
    assert_eq!((is_secret("around"), is_secret("plain")), ((false, true), (false, false)));
    assert_eq!((is_secret("written"), is_secret("shown")), ((true, true), (false, false)));
    let refuses_plain_text = |name: &str| entry(name).refuses_plain_text;
    assert_eq!(["all", "deep", "then", "written", "shown"].map(refuses_plain_text), [true, true, true, false, false]);
    assert_eq!((&*entry("file").marks, entry("file").holds_secret_files), (&["x-secret-file".to_owned()][..], true));
}

#[test]
fn an_entry_knows_the_secrets_and_forms_in_it() {
    let index = build(&json!({ "properties": {
        "first": { "properties": { "again": { "$ref": "#/properties/later" } } },
        "plain": { "items": { "type": "string" } },
        "laid": { "x-overlay": true },
        "later": { "anyOf": [{ "items": { "x-secret": true } }, { "$ref": "#/properties/first" }] },
        "wait": { "items": { "format": "human-duration" } },
    } }));
    let holds = |pointer: &str| {
        let entry = index.at(pointer).unwrap();
        (entry.holds_forms, entry.holds_secrets)
    };
    assert_eq!(holds(""), (true, true));
    assert_eq!(holds("/properties/laid"), (true, true));
    assert_eq!(holds("/properties/first"), (false, true));
    assert_eq!(holds("/properties/later"), (false, true));
    assert_eq!(holds("/properties/wait"), (true, false));
    assert_eq!(holds("/properties/plain"), (false, false));
}

#[test]
fn an_entry_knows_the_files_of_secrets_in_it() {
    let index = build(&json!({ "properties": {
        "server": { "items": { "$ref": "#/$defs/server" } },
        "plain": { "items": { "type": "string" } },
    }, "$defs": { "server": { "anyOf": [{ "properties": { "key": { "x-secret-file": true } } }] } } }));
    let holds = |pointer: &str| index.at(pointer).unwrap().holds_secret_files;
    assert!(holds("") && holds("/properties/server"));
    assert!(!holds("/properties/plain"));
}

//! Compatibility with an older schema: changes that break stored configs are found, and others pass.

use confgate::migrate::compatible::breaking_changes;
use confgate::migrate::{Migration, MigrationStep};
use confgate::{Gate, Model, bitcraps};
use serde_json::{Value as Json, json};

use super::model::Relay;

fn object(properties: Json) -> Json {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn field(schema: Json) -> Json {
    object(json!({ "a": schema }))
}

fn diagnostics(old: &Json, new: &Json) -> Vec<String> {
    breaking_changes(old, new, None).into_iter().map(|it| it.message).collect()
}

/// Returns the diagnostics about the field `a` when its schema changes.
fn of_field(old: Json, new: Json) -> Vec<String> {
    diagnostics(&field(old), &field(new))
}

#[test]
fn a_field_that_is_gone_or_must_be_written_is_found() {
    let old = object(json!({ "t": object(json!({ "gone": {}, "kept": {} })) }));
    let new = object(json!({ "t": object(json!({ "kept": {} })) }));
    assert_eq!(diagnostics(&old, &new), ["t.gone was removed"]);
    let mut new = object(json!({ "a": {}, "b": {}, "c": { "default": 1 } }));
    new["required"] = json!(["b", "c"]);
    assert_eq!(diagnostics(&field(json!({})), &new), ["b is required now, and has no default"]);
    let optional = json!({ "type": "string", "x-optional": true });
    assert_eq!(of_field(optional, json!({ "type": "string" })), ["a may no longer be absent, and has no default"]);
}

#[test]
fn each_word_that_narrows_a_value_is_found() {
    let cases = [
        (json!({ "type": "number" }), json!({ "type": "integer" }), "a must be integer, and could be number"),
        (json!({}), json!({ "type": "string" }), "a must be string, and could be anything"),
        (json!({ "minimum": 1 }), json!({ "minimum": 2 }), "a must be at least 2, and could be down to 1"),
        (json!({}), json!({ "minimum": 2 }), "a must be at least 2, and could be any smaller number"),
        (json!({ "minimum": 1 }), json!({ "exclusiveMinimum": 1 }), "a must be more than 1, and could be down to 1"),
        (json!({ "maximum": 9 }), json!({ "maximum": 8 }), "a must be at most 8, and could be up to 9"),
        (json!({ "maximum": 9 }), json!({ "exclusiveMaximum": 9 }), "a must be less than 9, and could be up to 9"),
        (json!({}), json!({ "minLength": 1 }), "a must have at least 1 characters, and could have fewer"),
        (json!({ "maxItems": 3 }), json!({ "maxItems": 2 }), "a must have at most 2 elements, and could have more"),
        (
            json!({ "multipleOf": 3 }),
            json!({ "multipleOf": 2 }),
            "a must be a multiple of 2, and could be another number",
        ),
        (json!({}), json!({ "uniqueItems": true }), "a must not contain an element twice, and could"),
        (json!({}), json!({ "formatMinimum": "1s" }), "a must be at least 1s, and could be shorter"),
        (
            json!({ "formatMaximum": "1h" }),
            json!({ "formatMaximum": "1m" }),
            "a must be at most 60s, and could be longer",
        ),
        (
            json!({ "pattern": "a" }),
            json!({ "pattern": "b" }),
            "a must have the pattern \"b\", and could have a different one",
        ),
        (json!({}), json!({ "format": "ip" }), "a must have the format \"ip\", and could have a different one"),
        (json!({ "enum": ["x", "y"] }), json!({ "enum": ["y", "z"] }), "a can no longer be \"x\""),
        (
            json!({ "type": "string" }),
            json!({ "type": "string", "enum": ["x"] }),
            "a must be one of the listed values, and could be any other",
        ),
        (
            json!({ "items": { "maximum": 2 } }),
            json!({ "items": { "maximum": 1 } }),
            "a[] must be at most 1, and could be up to 2",
        ),
        (json!({}), json!({ "not": { "const": 1 } }), "a has a different `not`"),
        (json!({}), json!(false), "a is no longer accepted"),
        (json!({}), json!({ "additionalProperties": false }), "a no longer accepts keys that it does not name"),
        (
            json!({ "additionalProperties": { "type": "number" } }),
            json!({ "additionalProperties": { "type": "integer" } }),
            "a.* must be integer, and could be number",
        ),
        (json!({}), json!({ "allOf": [{ "maximum": 1 }] }), "a must be at most 1, and could be any larger number"),
    ];
    for (old, new, message) in cases {
        assert_eq!(of_field(old.clone(), new.clone()), [message], "{old} {new}");
        assert_eq!(of_field(new.clone(), new), [""; 0]);
    }
}

#[test]
fn what_is_loosened_or_added_or_only_told_otherwise_is_let_through() {
    let cases = [
        (json!({ "type": "integer" }), json!({ "type": "number" })),
        (json!({ "type": "string" }), json!({ "type": ["string", "integer"] })),
        (json!({ "minimum": 2 }), json!({ "exclusiveMinimum": 1 })),
        (json!({ "exclusiveMinimum": 2 }), json!({ "minimum": 2 })),
        (json!({ "enum": [1, 2] }), json!({ "type": "integer", "minimum": 1, "maximum": 2 })),
        (json!({ "const": 1 }), json!({ "enum": [1, 2] })),
        (json!({ "multipleOf": 4 }), json!({ "multipleOf": 2 })),
        (json!({ "pattern": "a", "maxLength": 3, "format": "ip" }), json!({ "maxLength": 4 })),
        (json!({ "default": 1, "description": "x" }), json!({ "default": 2, "description": "y" })),
        (json!({ "type": "string" }), json!({ "oneOf": [{ "type": "integer" }, { "type": "string" }] })),
        (json!({ "anyOf": [{ "const": 1 }, { "const": 2 }] }), json!({ "type": "integer" })),
        (
            json!({ "type": "object", "properties": { "x": {} } }),
            json!({ "type": "object", "properties": { "x": {}, "y": {} } }),
        ),
        (json!(false), json!({ "type": "string" })),
    ];
    for (old, new) in cases {
        assert_eq!(of_field(old.clone(), new.clone()), [""; 0], "{old} {new}");
    }
}

#[test]
fn of_alternatives_the_nearest_says_what_is_missing() {
    let custom = |most: u32, extra: Json| {
        let mut fields = json!({ "size": { "type": "integer", "maximum": most } });
        fields.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({ "oneOf": [
            { "type": "string", "enum": ["plain", "fancy"] },
            object(json!({ "Custom": object(fields) })),
        ] })
    };
    let old = custom(9, json!({ "colour": {} }));
    assert_eq!(
        of_field(old.clone(), custom(8, json!({}))),
        ["a.Custom.size must be at most 8, and could be up to 9", "a.Custom.colour was removed"]
    );
    let words = json!({ "oneOf": [{ "type": "string", "enum": ["plain"] }, old["oneOf"][1].clone()] });
    assert_eq!(of_field(old, words), ["a can no longer be \"fancy\""]);
}

#[test]
fn references_are_followed_and_a_schema_that_holds_itself_ends() {
    let tree = |most: u32| {
        json!({
            "$ref": "#/$defs/node",
            "$defs": { "node": { "properties": {
                "size": { "maximum": most }, "children": { "items": { "$ref": "#/$defs/node" } },
            } } },
        })
    };
    assert_eq!(diagnostics(&tree(9), &tree(8)), ["size must be at most 8, and could be up to 9"]);
    assert_eq!(diagnostics(&tree(8), &tree(9)), [""; 0]);
}

fn versioned(version: u64, mut fields: Json) -> Json {
    fields["version"] = json!({ "type": "integer", "default": version, "x-version": true });
    object(fields)
}

#[test]
fn the_way_out_is_a_version_step_and_a_migration() {
    let (old, new) = (versioned(3, json!({ "a": {} })), versioned(3, json!({})));
    let found = breaking_changes(&old, &new, Some(&[]));
    assert_eq!(found[0].help, "increment the version to 4 and add a migration from 3 to 4 for it");
    let stepped = versioned(4, json!({}));
    assert_eq!(
        breaking_changes(&old, &stepped, Some(&[]))[0].message,
        "no migration leads from version 3 towards version 4"
    );
    let with =
        |steps| breaking_changes(&old, &stepped, Some(&[Migration { from: 3, to: 4, compatible: false, steps }]));
    assert_eq!(with(&[])[0].message, "a was removed");
    assert_eq!(with(&[])[0].help, "add a step for it to a migration from version 3 to 4");
    assert_eq!(with(&[MigrationStep::Remove { at: "a", why: "it is not needed" }]), []);
    assert_eq!(breaking_changes(&old, &stepped, None), [], "a schema without a model cannot say more than its version");
    assert_eq!(breaking_changes(&stepped, &old, None)[0].message, "the version is 3, and was 4 before");
    let without = breaking_changes(&old, &object(json!({ "a": {}, "version": {} })), None);
    assert_eq!(without[0].message, "version held the version of the schema, and no field does now");
    let first = breaking_changes(&object(json!({ "a": {} })), &versioned(1, json!({})), None);
    assert_eq!(first[0].help, "add a migration from version 0");
    assert!(
        breaking_changes(&object(json!({ "a": {} })), &object(json!({})), None)[0]
            .help
            .ends_with("a field marked x-version")
    );
}

#[test]
fn a_schema_is_compatible_with_itself() {
    for schema in [Gate::of::<bitcraps::Config>().schema(), Gate::of::<Relay>().schema()] {
        assert_eq!(breaking_changes(schema, schema, None), []);
        // Through the whole walk, which skips equal parts.
        let mut told = schema.clone();
        told["description"] = json!("other words");
        assert_eq!(breaking_changes(schema, &told, Some(Relay::migrations())), []);
    }
}

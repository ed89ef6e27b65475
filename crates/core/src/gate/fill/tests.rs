//! Tests of what is filled in, for each way to spell a section, and that filling twice is filling once.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::environment::Environment::{Development, Production};
use crate::gate::{Gate, Input, ValidateOptions, written};
use crate::pretty_json::document;
use crate::schema::Schema;
use crate::value::{Format, Source, Sources};
use crate::{toml, yaml};

fn filled_in(schema: &Json, tree: Json, environment: Environment) -> Json {
    let schema = Schema::new(schema.clone()).unwrap();
    let mut node = json::read(tree).unwrap();
    fill_defaults(schema.view(), &mut node, environment);
    json::write(&node)
}

fn filled(schema: &Json, tree: Json) -> Json {
    filled_in(schema, tree, Development)
}

#[test]
fn what_was_not_written_and_has_a_default_is_filled_in() {
    let schema = json!({ "properties": {
        "wait": { "type": "string", "default": "5s" },
        "share": { "type": "number" },
        "cert": { "type": "string", "x-optional": true, "x-defaults": { "Production": "/cert" } },
        "store": { "default": {}, "properties": { "rows": { "default": 7 } } },
    } });
    assert_eq!(filled(&schema, json!({})), json!({ "wait": "5s", "store": { "rows": 7 } }));
    let production = filled_in(&schema, json!({}), Production);
    assert_eq!(production, json!({ "wait": "5s", "cert": "/cert", "store": { "rows": 7 } }));
}

#[test]
fn an_absent_optional_section_stays_absent_in_every_spelling() {
    let section = json!({ "type": "object", "required": ["cert"], "properties": {
        "cert": { "type": "string" }, "min_version": { "type": "string", "default": "1.2" } } });
    let nullable = json!({ "type": ["object", "null"], "properties": section["properties"] });
    for spelled in [
        section.clone(),
        nullable,
        json!({ "$ref": "#/$defs/tls" }),
        json!({ "allOf": [{ "$ref": "#/$defs/tls" }] }),
        json!({ "anyOf": [{ "$ref": "#/$defs/tls" }, { "type": "null" }] }),
        json!({ "anyOf": [{ "$ref": "#/$defs/tls" }, { "type": "null" }], "default": null }),
        json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/$defs/tls" }], "default": null }),
        json!({ "$ref": "#/$defs/tls", "x-optional": true }),
    ] {
        let schema = json!({ "properties": { "tls": spelled }, "$defs": { "tls": section } });
        assert_eq!(filled(&schema, json!({})), json!({}), "{spelled}");
        let written = filled(&schema, json!({ "tls": { "cert": "c" } }));
        assert_eq!(written, json!({ "tls": { "cert": "c", "min_version": "1.2" } }), "{spelled}");
    }
}

#[test]
fn a_default_of_null_leaves_a_field_absent() {
    for spelled in [
        json!({ "type": ["integer", "null"], "default": null }),
        json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": null }),
        json!({ "oneOf": [{ "type": "integer" }, { "type": "null" }], "default": null }),
        json!({ "enum": ["a", null], "default": null }),
        json!({ "default": null }),
        json!({ "default": 1, "x-defaults": { "Development": null } }),
    ] {
        assert_eq!(filled(&json!({ "properties": { "f": spelled } }), json!({})), json!({}), "{spelled}");
    }
}

#[test]
fn a_required_section_is_filled_and_a_required_value_is_not() {
    let section = json!({ "properties": { "port": { "default": 80 }, "host": {} } });
    let schema =
        json!({ "required": ["server", "level"], "properties": { "server": section, "level": { "default": 1 } } });
    assert_eq!(filled(&schema, json!({})), json!({ "server": { "port": 80 } }));
    let empty = json!({ "required": ["server"], "properties": { "server": { "properties": { "host": {} } } } });
    assert_eq!(filled(&empty, json!({})), json!({}));
}

#[test]
fn what_a_table_requires_of_its_parts_gets_no_default() {
    let schema =
        json!({ "required": ["a"], "allOf": [{ "properties": { "a": { "default": 1 }, "b": { "default": 2 } } }] });
    assert_eq!(filled(&schema, json!({})), json!({ "b": 2 }));
}

#[test]
fn the_table_of_an_alternative_is_filled_if_it_is_the_only_one_that_fits() {
    let schema = json!({ "properties": { "mode": { "default": "plain", "oneOf": [
        { "type": "string" },
        { "type": "object", "properties": { "Custom": { "type": "object", "properties": {
            "size": { "type": "integer", "default": 3 }, "name": { "type": "string" } } } } },
    ] } } });
    assert_eq!(filled(&schema, json!({})), json!({ "mode": "plain" }));
    let written = filled(&schema, json!({ "mode": { "Custom": { "name": "x" } } }));
    assert_eq!(written, json!({ "mode": { "Custom": { "name": "x", "size": 3 } } }));

    let store = |kind: &str, field: &str| json!({ "properties": { "kind": { "const": kind }, field: { "default": 1 } }, "required": ["kind"] });
    let schema = json!({ "oneOf": [store("disk", "sectors"), store("memory", "rows")] });
    assert_eq!(filled(&schema, json!({ "kind": "memory" })), json!({ "kind": "memory", "rows": 1 }));
    // Neither kind is written, and both are unknown.
    assert_eq!(filled(&schema, json!({})), json!({}));
    assert_eq!(filled(&schema, json!({ "kind": "tape" })), json!({ "kind": "tape" }));
}

#[test]
fn a_whole_number_stays_one_where_a_part_of_the_schema_requires_it() {
    let number = json!({ "properties": { "b": { "type": "number", "default": 1 }, "c": { "type": "number" } } });
    let integer = json!({ "properties": { "b": { "type": "integer" } } });
    for (schema, written) in [(json!({ "allOf": [number, integer] }), "b = 1\nc = 2\n"), (number, "b = 1.0\nc = 2.0\n")]
    {
        let gate = Gate::of_schema(schema).unwrap();
        let options = ValidateOptions { fill_defaults: true, ..ValidateOptions::default() };
        let outcome = gate.validate(Input::text(&Source::new("x.toml", "c = 2\n"), options));
        assert_eq!(toml::write(&outcome.tree).unwrap(), written);
    }
}

#[test]
fn a_recursive_default_ends() {
    let schema = json!({ "properties": { "next": { "default": {}, "$ref": "#" }, "n": { "default": 1 } } });
    let once = json!({ "next": { "n": 1 }, "n": 1 });
    assert_eq!(filled(&schema, json!({})), once);
    assert_eq!(filled(&schema, once.clone()), once);
}

#[test]
fn a_default_without_tables_is_filled_in_at_each_level_of_a_recursive_section() {
    let schema = json!({ "$ref": "#/$defs/node", "$defs": { "node": { "type": "object", "properties": {
        "children": { "type": "array", "items": { "$ref": "#/$defs/node" }, "default": [] },
        "next": { "$ref": "#/$defs/node" },
        "pairs": { "type": "array", "items": { "$ref": "#/$defs/node" }, "default": [{}] },
    } } } });
    let (leaf, pair) = (json!({ "children": [], "pairs": [{ "children": [] }] }), json!({ "children": [] }));
    let once = json!({ "children": [leaf], "next": leaf, "pairs": [pair] });
    assert_eq!(filled(&schema, json!({ "children": [{}], "next": {} })), once);
    assert_eq!(filled(&schema, once.clone()), once);
}

#[test]
fn sections_that_refer_twice_to_the_next_do_not_double_without_an_end() {
    let level = |next: usize| {
        let next = json!({ "default": {}, "allOf": [{ "$ref": format!("#/$defs/d{next}") }] });
        json!({ "properties": { "x": next, "y": next, "n": { "default": 1 } } })
    };
    let levels = (0..60).map(|index| (format!("d{index}"), if index == 59 { json!({}) } else { level(index + 1) }));
    let levels: serde_json::Map<String, Json> = levels.collect();
    let filled = filled(&json!({ "$ref": "#/$defs/d0", "$defs": levels }), json!({}));
    assert!(filled.to_string().len() < 1 << 20);
}

/// Returns keywords that admit a table by its keys, or by several at once.
fn conditions() -> Vec<Json> {
    vec![
        json!({ "dependentRequired": { "a": ["b"] } }),
        json!({ "dependentSchemas": { "a": { "properties": { "b": { "type": "string" } } } } }),
        json!({ "minProperties": 2 }),
        json!({ "maxProperties": 1 }),
        json!({ "not": { "required": ["a"] } }),
        json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] }, "else": { "maxProperties": 2 } }),
        json!({ "propertyNames": { "enum": ["a", "b"] } }),
        json!({ "patternProperties": { "^[ab]$": { "type": "integer" } } }),
        json!({ "unevaluatedProperties": false }),
        json!({ "enum": [{}, { "a": 1 }] }),
        json!({ "additionalProperties": { "type": "string" } }),
    ]
}

/// Generates schemas that give defaults in every spelling.
fn schema() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!({ "type": "integer", "default": 1 })),
        Just(json!({ "const": "a", "default": "b" })),
        Just(json!({ "const": "a" })),
        Just(json!({ "const": "b", "default": "b" })),
        Just(json!({ "type": ["integer", "null"], "default": null })),
        Just(json!({ "default": { "a": 1, "c": {} } })),
        Just(json!({ "default": [{ "a": 1 }, {}] })),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let properties = prop::collection::btree_map("[a-d]", inner.clone(), 0..4);
        let required = prop::collection::vec("[a-d]", 0..2);
        let condition = proptest::option::of(proptest::sample::select(conditions()));
        let table = (properties, required, 0..4u8, condition).prop_map(|(properties, required, kind, condition)| {
            let mut table = match kind {
                0 => json!({ "properties": properties, "required": required }),
                1 => json!({ "properties": properties, "default": {} }),
                2 => json!({ "properties": properties, "additionalProperties": false }),
                _ => json!({ "type": "object", "properties": properties }),
            };
            for (keyword, value) in condition.iter().filter_map(Json::as_object).flatten() {
                table[keyword] = value.clone();
            }
            table
        });
        prop_oneof![
            4 => table,
            1 => inner.clone().prop_map(|items| json!({ "items": items })),
            1 => inner.clone().prop_map(|others| json!({ "additionalProperties": others, "default": {} })),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({ "allOf": parts })),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({ "anyOf": parts, "default": {} })),
            1 => (prop::collection::vec(inner.clone(), 1..3), prop::collection::btree_map("[a-d]", inner, 0..3))
                .prop_map(|(parts, properties)| json!({ "oneOf": parts, "properties": properties })),
        ]
    })
}

/// Generates values for such schemas, which may hold null.
fn instance(null: Json) -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![Just(json!(1)), Just(json!("a")), Just(json!("b")), Just(null), Just(json!([]))];
    let value = leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::btree_map("[a-e]", inner.clone(), 0..4).prop_map(|entries| json!(entries)),
            prop::collection::vec(inner, 0..3).prop_map(Json::Array),
        ]
    });
    prop::collection::btree_map("[a-e]", value, 0..4).prop_map(|entries| json!(entries))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn filling_twice_is_filling_once(schema in schema(), tree in instance(Json::Null)) {
        let schema = Schema::new(schema).unwrap();
        let mut once = json::read(tree).unwrap();
        fill_defaults(schema.view(), &mut once, Development);
        let mut twice = once.clone();
        fill_defaults(schema.view(), &mut twice, Development);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn filling_adds_keys_and_changes_nothing(schema in schema(), tree in instance(Json::Null)) {
        fn is_within(written: &Json, filled: &Json) -> bool {
            match (written, filled) {
                (Json::Object(written), Json::Object(filled)) => written
                    .iter()
                    .all(|(key, value)| value.is_null() || filled.get(key).is_some_and(|filled| is_within(value, filled))),
                (Json::Array(written), Json::Array(filled)) => {
                    written.len() == filled.len() && written.iter().zip(filled).all(|(one, other)| is_within(one, other))
                }
                _ => written == filled,
            }
        }
        let filled = filled(&schema, tree.clone());
        prop_assert!(is_within(&tree, &filled), "{tree} {filled}");
    }

    #[test]
    fn a_config_that_the_schema_admits_is_admitted_with_its_defaults(schema in schema(), tree in instance(json!(2))) {
        let Ok(gate) = Gate::of_schema(schema) else { return Ok(()) };
        let options = |fill_defaults| ValidateOptions { fill_defaults, ..ValidateOptions::default() };
        let input = |tree: Node, fill_defaults| {
            Input { tree, sources: Sources::default(), found: Vec::new(), options: options(fill_defaults) }
        };
        let tree = json::read(tree).unwrap();
        if !gate.validate(input(tree.clone(), false)).report.admits() {
            return Ok(());
        }
        let filled = gate.validate(input(tree, true));
        prop_assert!(filled.report.admits(), "{}", filled.report);
        // The written text is admitted as it is, and with the defaults that are filled in when it is read.
        let texts = [
            (Format::Toml, toml::write(&filled.tree).unwrap()),
            (Format::Json, document(&json::write(&filled.tree))),
            (Format::Yaml, yaml::write(&filled.tree)),
        ];
        let is_read = |format: Format| format != Format::Yaml || cfg!(feature = "yaml");
        let texts = texts.into_iter().filter(|(format, _)| is_read(*format));
        for ((format, text), fill_defaults) in texts.flat_map(|text| [(text.clone(), false), (text, true)]) {
            let source = Source::in_format(format, "written", text.as_str());
            let reread = Input::text(&source, options(fill_defaults));
            let verified = written::verify(gate.spec(), &filled.tree, reread);
            prop_assert!(verified.is_ok(), "{}\n{text}", verified.unwrap_err());
        }
    }
}

#[test]
fn a_default_by_which_a_condition_asks_for_more_is_left_out() {
    let schema = serde_json::json!({
        "properties": { "a": { "default": { "c": {} } } },
        "if": { "required": ["a"] },
        "then": { "required": ["b"] },
    });
    let gate = Gate::of_schema(schema).unwrap();
    let options = ValidateOptions { fill_defaults: true, ..ValidateOptions::default() };
    let tree = json::read(serde_json::json!({})).unwrap();
    let filled = gate.validate(Input { tree, sources: Sources::default(), found: Vec::new(), options });
    assert_eq!(json::write(&filled.tree), serde_json::json!({}));
    assert!(filled.report.admits(), "{}", filled.report);
}

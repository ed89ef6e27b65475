use confgate_core::gate::Gate;
use confgate_core::schema::fields::at;
use confgate_core::value::Path;
use serde_json::{Value as Json, json};

use super::*;

/// Returns the value of a text by a schema, as TOML, in the place of a value of TOML.
fn value(schema: &Json, current: Option<&str>, text: &str) -> String {
    let gate = Gate::of_schema(json!({ "properties": { "field": schema } })).unwrap();
    let view = at(gate.view(), &Path::dotted("field"));
    let node = match current {
        Some(current) => parse_in_place(view, &parse_toml(current).unwrap(), text),
        None => parse_value(view.unwrap(), text),
    };
    toml::inline(&node)
}

#[test]
fn words_are_a_boolean_only_where_nothing_else_fits() {
    let several = json!({ "type": ["integer", "boolean"] });
    let alternatives = json!({ "anyOf": [{ "type": "boolean" }, { "type": "integer" }] });
    let nested = json!({ "allOf": [{ "anyOf": [{ "type": "boolean" }, { "type": "integer" }] }] });
    for schema in [several, alternatives, nested] {
        for (text, expected) in [("1", "1"), ("0", "0"), ("yes", "true"), ("off", "false"), ("true", "true")] {
            assert_eq!(value(&schema, None, text), expected, "{schema} {text}");
            assert_eq!(value(&schema, Some("4"), text), expected, "{schema} {text}");
            assert_eq!(value(&schema, Some("true"), text), expected, "{schema} {text}");
        }
    }
    let or_text = json!({ "type": ["boolean", "string"] });
    for (text, expected) in
        [("on", "\"on\""), ("1", "\"1\""), ("True", "\"True\""), ("true", "true"), ("false", "false")]
    {
        assert_eq!(value(&or_text, None, text), expected, "{text}");
        assert_eq!(value(&or_text, Some("false"), text), expected, "{text}");
    }
    assert_eq!(value(&json!({ "type": "boolean" }), None, "On"), "true");
}

#[test]
fn a_listed_value_takes_precedence() {
    let mixed = json!({ "enum": ["auto", 1, true] });
    for (text, expected) in [("1", "1"), ("auto", "\"auto\""), ("true", "true"), ("yes", "true")] {
        assert_eq!(value(&mixed, None, text), expected, "{text}");
        assert_eq!(value(&mixed, Some("'auto'"), text), expected, "{text}");
    }
    let words = json!({ "enum": ["yes", "no", true] });
    assert_eq!(value(&words, None, "yes"), "\"yes\"");
    assert_eq!(value(&words, Some("true"), "no"), "\"no\"");
    assert_eq!(value(&words, None, "true"), "true");
    let texts = json!({ "type": ["string", "boolean"], "enum": ["true", "on"] });
    assert_eq!(value(&texts, None, "true"), "\"true\"");
    let constants = json!({ "oneOf": [{ "const": "1" }, { "const": false }] });
    assert_eq!(value(&constants, None, "1"), "\"1\"");
    assert_eq!(value(&constants, None, "false"), "false");
}

#[test]
fn without_a_type_a_text_is_a_value_of_toml() {
    for schema in
        [json!({}), json!({ "minimum": 1 }), json!({ "if": { "type": "string" }, "else": { "type": "integer" } })]
    {
        for (text, expected) in [
            ("5", "5"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("text", "\"text\""),
            ("a b # c", "\"a b # c\""),
            ("\"quoted\"", "\"quoted\""),
            ("[1, 2]", "[1, 2]"),
            ("{ host = \"a\" }", "{ host = \"a\" }"),
            ("2024-01-01", "2024-01-01"),
        ] {
            assert_eq!(value(&schema, None, text), expected, "{schema} {text}");
        }
    }
    assert_eq!(value(&json!({ "type": "array" }), None, "a,2"), "[\"a\", 2]");
}

#[test]
fn the_type_of_the_current_value_is_kept_where_the_text_reads_as_it() {
    let open = json!({});
    for (current, text, expected) in [
        ("4", "5", "5"),
        ("4", "x", "\"x\""),
        ("4", "true", "true"),
        ("'5'", "6", "\"6\""),
        ("'true'", "false", "\"false\""),
        ("'auto'", "4", "4"),
        ("['x']", "[\"a\",\"b\"]", "[\"a\", \"b\"]"),
        ("['x']", "a,b", "[\"a\", \"b\"]"),
        ("['x']", "a", "\"a\""),
    ] {
        assert_eq!(value(&open, Some(current), text), expected, "{current} {text}");
    }
    let text_or_list = json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    assert_eq!(value(&text_or_list, Some("['x']"), "[\"a\",\"b\"]"), "[\"a\", \"b\"]");
    assert_eq!(value(&text_or_list, Some("'x'"), "a,b"), "\"a,b\"");
    let text_or_number = json!({ "type": ["string", "integer"] });
    assert_eq!(value(&text_or_number, Some("'8080'"), "8081"), "\"8081\"");
    assert_eq!(value(&text_or_number, Some("'http'"), "80"), "80");
    let time = json!({ "type": "string", "format": "date-time" });
    assert_eq!(value(&time, Some("2024-01-01T00:00:00Z"), "2025-01-01T00:00:00Z"), "2025-01-01T00:00:00Z");
    // The schema decides where it admits no value of that type.
    assert_eq!(value(&json!({ "type": "integer" }), Some("'4'"), "5"), "5");
    assert_eq!(value(&json!({ "type": "string" }), Some("4"), "5"), "\"5\"");
}

#[test]
fn an_integer_that_a_float_does_not_hold_stays_an_integer() {
    let number = json!({ "type": "number" });
    for (text, expected) in [
        ("9007199254740993", "9007199254740993"),
        ("9007199254740992", "9007199254740992.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("4", "4.0"),
        ("1e3", "1000.0"),
    ] {
        assert_eq!(value(&number, None, text), expected, "{text}");
    }
    assert_eq!(value(&number, Some("3"), "4"), "4");
    let or_text = json!({ "type": ["number", "string"] });
    assert_eq!(value(&or_text, None, "inf"), "\"inf\"");
    assert_eq!(value(&or_text, None, "1.5"), "1.5");
}

#[test]
fn a_number_or_a_boolean_is_not_a_list() {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let or_list = |name: &str| json!({ "anyOf": [{ "type": name }, texts] });
    for (schema, text, expected) in [
        (or_list("boolean"), "true", "true"),
        (or_list("boolean"), "a,b", "[\"a\", \"b\"]"),
        (or_list("integer"), "5", "5"),
        (or_list("integer"), "5,6", "[\"5\", \"6\"]"),
        (or_list("number"), "2.5", "2.5"),
        (or_list("object"), "{a=1,b=2}", "{ a = 1, b = 2 }"),
        (or_list("object"), "{a=1,b}", "\"{a=1,b}\""),
        (or_list("object"), "[\"a\"]", "[\"a\"]"),
    ] {
        assert_eq!(value(&schema, None, text), expected, "{schema} {text}");
        assert_eq!(value(&schema, Some("['x']"), text), expected, "{schema} {text}");
    }
}

#[test]
fn a_list_of_toml_with_a_mistake_is_not_separated_by_commas() {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    for (text, expected) in [
        ("[a,b]", "\"[a,b]\""),
        ("[\"a\",", "\"[\\\"a\\\",\""),
        ("\"a,b\",c", "'\"a,b\",c'"),
        ("\"a,b\",\"c\"", "[\"a,b\", \"c\"]"),
        ("[::1]:80,[2001:db8::1]:443", "[\"[::1]:80\", \"[2001:db8::1]:443\"]"),
        ("[::1]:80,192.0.2.1:8333,", "[\"[::1]:80\", \"192.0.2.1:8333\"]"),
        ("[::1]:80", "[\"[::1]:80\"]"),
        ("", "[]"),
        (" ", "[]"),
    ] {
        let actual = value(&texts, None, text);
        let is_same = parse_toml(&actual).map(|node| node.value) == parse_toml(expected).map(|node| node.value);
        assert!(is_same, "{text}: {actual}");
    }
}

#[test]
fn digits_that_a_number_does_not_keep_make_a_text() {
    let number_or_text = json!({ "type": ["string", "number"] });
    for (text, expected) in [
        ("1.10", "\"1.10\""),
        ("08", "\"08\""),
        ("007", "\"007\""),
        ("1e3", "\"1e3\""),
        ("+5", "\"+5\""),
        ("1.5", "1.5"),
        ("5.0", "5.0"),
        ("5", "5.0"),
        ("9007199254740993", "9007199254740993"),
    ] {
        assert_eq!(value(&number_or_text, None, text), expected, "{text}");
    }
    for schema in [json!({ "type": ["string", "integer"] }), json!({})] {
        for (text, expected) in [("007", "\"007\""), ("7", "7"), ("-7", "-7")] {
            assert_eq!(value(&schema, None, text), expected, "{schema} {text}");
            assert_eq!(value(&schema, Some("4"), text), expected, "{schema} {text}");
        }
    }
    assert_eq!(value(&json!({ "type": "integer" }), None, "007"), "7");
}

#[test]
fn a_date_stays_one_only_where_the_schema_admits_it() {
    for (schema, expected) in [
        (json!({ "type": "string" }), "\"2024-05-06\""),
        (json!({ "type": "string", "format": "date" }), "2024-05-06"),
        (json!({ "anyOf": [{ "type": "null" }, { "type": "string", "format": "date" }] }), "2024-05-06"),
        (json!({}), "2024-05-06"),
    ] {
        assert_eq!(value(&schema, Some("2024-01-01"), "2024-05-06"), expected, "{schema}");
    }
}

//! `init`: the config to start from has the values of the defaults.

use std::fs;

use confgate_test_support::{Printed, files};
use predicates::str::contains;

use super::run_in;

/// Returns the config that `init` writes for a schema, and what it prints.
fn started(schema: &str) -> (String, String) {
    let files = files(&[("s.schema.json", schema)]);
    let printed = run_in(files.path(), &["init", "--schema", "s.schema.json"]).code(0).out();
    let text = fs::read_to_string(files.path().join("s.toml")).unwrap();
    (text.strip_prefix("#:schema ./s.schema.json\n").unwrap().to_owned(), printed)
}

#[test]
fn a_default_that_is_a_table_or_a_list_of_tables_stays_in_its_table() {
    let schema = r#"{ "type": "object", "additionalProperties": false, "properties": {
        "l": { "type": "array", "items": { "type": "object" }, "default": [{ "h": 1 }] },
        "map": { "type": "object", "additionalProperties": { "type": "integer" }, "default": { "a b": 1 } },
        "one": { "oneOf": [{ "type": "object", "required": ["kind"] }, { "type": "integer" }], "default": { "kind": "a" } },
        "untyped": { "default": { "x": [{ "y": true }] } },
        "t": { "type": "object", "default": {}, "properties": {
            "l": { "type": "array", "default": [{ "a": 1 }] },
            "n": { "type": "integer", "default": 2 }
        } },
        "port": { "type": "integer", "default": 80 }
    } }"#;
    let (text, printed) = started(schema);
    assert_eq!(
        text,
        "\nl = [{ h = 1 }]\n\nmap = { \"a b\" = 1 }\n\none = { kind = \"a\" }\n\nuntyped = { x = [{ y = true }] }\n\nport = 80\n\n[t]\n\nl = [{ a = 1 }]\n\nn = 2\n"
    );
    assert!(
        printed.ends_with("next: `confgate check s.toml`, and the settings of your editor in docs/editors.md\n"),
        "{printed}"
    );
}

#[test]
fn a_missing_required_field_leaves_the_other_defaults() {
    let schema = r#"{ "type": "object", "additionalProperties": false, "required": ["name", "tls"], "properties": {
        "name": { "type": "string", "description": "Name." },
        "port": { "type": "integer", "default": 80 },
        "a b": { "type": "string" },
        "nul": { "type": ["string", "null"], "default": null },
        "wrong": { "type": "integer", "default": "x" },
        "tls": { "type": "object", "required": ["cert"], "properties": {
            "cert": { "type": "string" }, "min": { "type": "string", "default": "1.2" } } }
    } }"#;
    let (text, printed) = started(schema);
    assert_eq!(
        text,
        "\n# Name.\n# name =\n\nport = 80\n\n# \"a b\" =\n\n# nul =\n\n# wrong =\n\n[tls]\n\n# cert =\n\nmin = \"1.2\"\n"
    );
    assert!(
        printed.ends_with("next: set the required fields of s.toml, which `confgate check s.toml` lists\n"),
        "{printed}"
    );
}

#[test]
fn an_optional_section_is_commented_out() {
    let schema = r#"{ "type": "object", "additionalProperties": false, "properties": {
        "tls": { "type": "object", "description": "Certificates.", "required": ["cert"], "properties": {
            "cert": { "type": "string" },
            "min": { "type": "string", "default": "1.2" },
            "peers": { "default": [{ "a": 1 }] },
            "inner": { "type": "object", "properties": { "x": { "default": 1 } } }
        } },
        "log": { "type": "object", "default": {}, "properties": { "level": { "default": "info" } } }
    } }"#;
    let (text, printed) = started(schema);
    assert_eq!(
        text,
        "\n# Certificates.\n# [tls]\n\n# cert =\n\n# min = \"1.2\"\n\n# peers = [{ a = 1 }]\n\n# [tls.inner]\n\n# x = 1\n\n[log]\n\nlevel = \"info\"\n"
    );
    assert!(
        printed.ends_with("next: `confgate check s.toml`, and the settings of your editor in docs/editors.md\n"),
        "{printed}"
    );
}

#[test]
fn defaults_of_parts_are_written_too() {
    let schema = r##"{ "allOf": [{ "$ref": "#/$defs/base" }], "$defs": { "base": { "type": "object", "properties": {
        "port": { "type": "integer", "default": 80 },
        "log": { "type": "object", "default": { "level": "info" } } } } } }"##;
    assert_eq!(started(schema).0, "\nlog = { level = \"info\" }\n\nport = 80\n");
}

#[test]
fn what_init_writes_has_the_defaults_that_a_load_fills_in() {
    let schema = r#"{ "type": "object", "properties": {
        "when": { "type": "string", "format": "date-time", "default": "2020-01-01T00:00:00Z" },
        "lines": { "type": "string", "default": "a\nb" },
        "many": { "type": "array", "default": ["a", "b", "c"] },
        "a.b": { "type": "number", "default": 1 },
        "\"q": { "default": true }
    } }"#;
    let files = files(&[("s.schema.json", schema), ("empty.toml", "#:schema s.schema.json\n")]);
    run_in(files.path(), &["init", "--schema", "s.schema.json"]).code(0).stdout(contains("✓ s.toml"));
    let complete = |file: &str| run_in(files.path(), &["render", file, "--to", "json", "--complete"]).code(0).out();
    assert_eq!(complete("s.toml"), complete("empty.toml"));
    let plain = run_in(files.path(), &["render", "s.toml", "--to", "json"]).code(0).out();
    assert_eq!(plain, complete("empty.toml"));
}

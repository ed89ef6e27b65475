//! Corrections by kind of value and schema.

use serde_json::Value as Json;

use crate::schema::correction::{RejectedValue, correct};
use crate::schema::document::Document;
use crate::schema::index;
use crate::schema::notation::Notation;
use crate::schema::subschema::Subschema;
use crate::value::{Path, json};

fn correction(schema: Json, value: Json) -> String {
    written_correction(schema, value, None)
}

fn written_correction(schema: Json, value: Json, written: Option<&str>) -> String {
    let (path, node) = (Path::dotted("a.b"), json::read(value).unwrap());
    let index = index::build(&schema);
    let document = Document::from(schema);
    let rejected = RejectedValue {
        path: &path,
        node: &node,
        written,
        view: Subschema::root(&document, &index),
        env_prefix: Some("APP"),
        notation: Notation::Toml,
        default: None,
        options: &[],
        hidden: false,
    };
    correct(&rejected, &|_| true).map(|correction| correction.words(Notation::Toml)).unwrap_or_default()
}

#[test]
fn a_value_in_the_wrong_form_is_corrected() {
    use serde_json::json;
    for (schema, value, expected) in [
        (json!({ "type": "integer" }), json!("8333"), "write 8333 without quotes"),
        (json!({ "type": "integer", "x-unit": "bytes" }), json!("64 KiB"), "write 65536"),
        (
            json!({ "type": "integer" }),
            json!("${PORT}"),
            "a reference is always a string: remove the key, and set APP_A__B on the node",
        ),
        (json!({ "type": "integer", "multipleOf": 512 }), json!(1000), "the nearest are 512 and 1024"),
        (json!({ "type": "number", "x-unit": "fraction" }), json!("1.36%"), "write 0.0136"),
        (
            json!({ "type": "number", "x-unit": "fraction", "maximum": 0.1 }),
            json!(2),
            "write 0.02 if 2 percent are meant",
        ),
        (json!({ "type": "boolean" }), json!("yes"), "write true"),
        (json!({ "type": "boolean" }), json!(0), "write false"),
        (json!({ "type": "string" }), json!(["x"]), "write \"x\" without brackets"),
        (json!({ "type": "array" }), json!("a, b"), "write [\"a\", \"b\"]"),
        (
            json!({ "type": "array", "items": { "type": "string" } }),
            json!({ "eu": true, "us": true }),
            "write [\"eu\", \"us\"]",
        ),
        (json!({ "type": "array", "items": { "type": "string" } }), json!({ "host": "a" }), ""),
        (json!({ "type": "array", "items": { "type": "integer" } }), json!({ "eu": true }), ""),
        (
            json!({ "type": "object", "additionalProperties": { "type": "object" } }),
            json!([{ "name": "x" }]),
            "write [a.b.NAME] for each, not [[a.b]]",
        ),
        (
            json!({ "type": "object", "properties": { "name": { "type": "string" } } }),
            json!([{ "name": "x" }]),
            "write [a.b] once, not [[a.b]]",
        ),
        (json!({ "type": "string", "format": "human-duration" }), json!({ "secs": "5" }), "write \"5s\""),
        (
            json!({ "type": "string", "format": "url" }),
            json!("localhost:80/x"),
            "did you mean \"https://localhost:80/x\"?",
        ),
        (
            json!({ "type": "string", "format": "url" }),
            json!("https://a.example.net/x\n"),
            "remove the line break at its end",
        ),
        (json!({ "type": "string", "format": "ipv4" }), json!("192.0.2.1\r\n"), "remove the line break at its end"),
        (json!({ "type": "string", "format": "ip" }), json!(" 192.0.2.1\n"), "remove the white space around it"),
        (json!({ "type": "string", "format": "url" }), json!("https://a:password@example.net/x\n"), ""),
        (json!({ "type": "string", "enum": ["on"], "x-secret": true }), json!("onn"), ""),
    ] {
        assert_eq!(correction(schema, value), expected);
    }
}

#[test]
fn a_text_in_place_of_a_number_is_the_number_as_it_was_written() {
    use serde_json::json;
    let text = || json!({ "type": "string" });
    for (value, written, expected) in [
        (json!(3.1), Some("3.10"), "write \"3.10\" in quotes"),
        (json!(493), Some("0o755"), "write \"0o755\" in quotes"),
        (json!(1000), Some("1_000"), "write \"1_000\" in quotes"),
        (json!(100_000.0), Some("1e5"), "write \"1e5\" in quotes"),
        (json!(7), Some("!!int 7"), "write \"7\" in quotes"),
        (json!(7), None, "write \"7\" in quotes"),
    ] {
        assert_eq!(written_correction(text(), value, written), expected, "{written:?}");
    }
    assert_eq!(
        written_correction(json!({ "type": "array", "items": { "type": "string" } }), json!(3.1), Some("3.10")),
        "write [3.1]",
        "the judge of these tests admits everything"
    );
}

#[test]
fn a_bound_of_a_number_is_not_evaded_by_a_text() {
    use serde_json::json;
    let port = json!({ "anyOf": [{ "type": "integer", "maximum": 65_535 }, { "type": "string" }] });
    assert_eq!(correction(port, json!(99_999)), "");
    let port = json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "string" }] });
    assert_eq!(correction(port.clone(), json!(0)), "");
    assert_eq!(correction(port, json!(1.5)), "write \"1.5\" in quotes");
}

//! The decision whether a field that the schema does not mark is a secret by its name.
//!
//! The schema knows more than the name: a number, a boolean and one of several named values are not secrets, whatever the field is
//! called. The same decision holds for messages, help, source lines, diffs and every output format.
//!
//! [`sensitive`](crate::sensitive) lists every reason why a value is secret.

use crate::schema::subschema::Subschema;
use crate::sensitive::words;
use crate::value::{Node, Path, Segment, Table, Value};

/// The formats of texts that may be secrets.
const SECRET_FORMATS: &[&str] = &["password", "uri", "url", "uuid", "binary", "byte"];

/// Tells whether a value is secret by the name of its field. A reference to a secret is not one itself.
pub fn is_secret_by_name(view: Option<Subschema<'_>>, path: &Path, node: &Node) -> bool {
    let keys = || {
        path.0.iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
    };
    let is_marked = view.is_some_and(Subschema::is_secret);
    match &node.value {
        Value::String(_) | Value::Integer(_) | Value::Float(_) if is_marked => true,
        Value::String(_) => {
            words::path_names_secret(keys()) && view.is_none_or(|view| may_be_secret(view) || holds_secrets(view))
        }
        // A password of digits.
        Value::Integer(_) | Value::Float(_) => {
            let is_named = |is_secret: fn(&str) -> bool| keys().next_back().is_some_and(is_secret);
            words::path_names_secret(keys())
                && (is_named(words::ends_as_secret) && view.is_none_or(may_be_secret)
                    || is_named(words::names_secrets) && view.is_some_and(holds_secrets))
        }
        _ => false,
    }
}

/// Tells whether `value` must not be displayed as the value at `path`, by the schema or by the name of the field; the tree may have
/// another value there.
pub fn conceals(root: Subschema<'_>, path: &Path, tree: &Node, value: &Node) -> bool {
    root.conceals(&path.0, tree, value)
        || is_secret_by_name(root.at(&path.0, tree), path, value)
        || is_in_misplaced(root, &path.0, tree)
}

/// Tells whether the value at `path` is a list or a table in the place of a secret text, or is in one.
pub fn is_in_misplaced(root: Subschema<'_>, path: &[Segment], tree: &Node) -> bool {
    path.iter().enumerate().any(|(depth, segment)| match segment {
        Segment::Key(key) => {
            let around = &path[..=depth];
            let is_misplaced =
                |node: &Node| root.at(around, tree).is_some_and(|view| is_misplaced(view, key, &node.value));
            words::names_secret(key) && tree.get(around).is_some_and(is_misplaced)
        }
        Segment::Index(_) => false,
    })
}

/// Tells whether a field holds secrets by its name.
pub fn sounds_secret(view: Option<Subschema<'_>>, key: &str) -> bool {
    words::names_secret(key) && view.is_none_or(may_be_secret) || view.is_some_and(Subschema::is_secret)
}

/// Tells whether the schema admits texts that it does not name itself.
fn may_be_secret(view: Subschema<'_>) -> bool {
    let has_options = view.is_enumerated() || view.get("const").is_some();
    let admits_text = view.admits_type(&Value::String(String::new()));
    let is_free = view.text("format").is_none_or(|format| SECRET_FORMATS.contains(&format));
    let mut alternatives = view.alternatives().peekable();
    !has_options && admits_text && is_free && (alternatives.peek().is_none() || alternatives.any(may_be_secret))
}

/// Tells whether the schema asks for a list or a table that may hold secrets. A text or a number in its place may be one of
/// them.
fn holds_secrets(view: Subschema<'_>) -> bool {
    let admits = |value: Value| view.admits_type(&value);
    let element = || view.element(0, &Node::generated(Value::List(Vec::new())));
    !admits(Value::String(String::new()))
        && (admits(Value::List(Vec::new())) && element().is_none_or(may_be_secret)
            || admits(Value::Table(Table::default())))
}

/// Tells whether the schema asks for a text in the field `key` that is a secret by its name, and `value` is a list or a table in
/// its place.
pub fn is_misplaced(view: Subschema<'_>, key: &str, value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Table(_))
        && !view.admits_type(value)
        && words::names_secret(key)
        && may_be_secret(view)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::schema::Schema;

    fn is_secret(name: &str, schema: Json, value: Json) -> bool {
        let schema = Schema::new(schema).unwrap();
        is_secret_by_name(Some(schema.view()), &Path::dotted(name), &crate::value::json::read(value).unwrap())
    }

    #[test]
    fn a_text_in_a_field_with_the_name_of_a_secret_is_one() {
        for name in ["secret_key", "db.password", "apiKey", "tokens[0]", "webhook_url", "secrets.a"] {
            assert!(is_secret(name, json!({ "type": "string" }), json!("hunter2")), "{name}");
        }
        assert!(is_secret("value", json!({ "format": "password" }), json!("hunter2")));
        assert!(is_secret("value", json!({ "writeOnly": true }), json!("hunter2")));
        assert!(is_secret("value", json!({ "type": "string", "writeOnly": true }), json!(4711)));
        assert!(is_secret("password", json!({ "type": "string" }), json!(4711)));
        assert!(is_secret(
            "password",
            json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
            json!("hunter2")
        ));
    }

    #[test]
    fn a_text_or_number_in_the_place_of_several_secrets_is_one() {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        let table = json!({ "type": ["object", "null"], "properties": { "user": { "type": "string" } } });
        for (name, schema, value, expected) in [
            ("passwords", &list, json!("hunter2"), true),
            ("db.api_tokens", &list, json!(4711), true),
            ("credentials", &table, json!("hunter2"), true),
            ("credentials", &table, json!(false), false),
            ("password_files", &list, json!("/run/secrets"), false),
            ("token_names", &list, json!("a"), false),
            ("tokens", &json!({ "type": "array", "items": { "type": "integer" } }), json!("5"), false),
            ("secrets", &json!({ "type": "array", "items": { "enum": ["a"] } }), json!("b"), false),
        ] {
            assert_eq!(is_secret(name, schema.clone(), value), expected, "{name}");
        }
    }

    #[test]
    fn numbers_booleans_paths_and_named_values_are_no_secrets() {
        for (name, schema, value) in [
            ("show_tokens", json!({ "type": "integer" }), json!(false)),
            ("token_count", json!({ "type": "string" }), json!(5)),
            ("max_tokens", json!({ "type": "integer" }), json!("5")),
            ("token", json!({ "type": "integer" }), json!("5")),
            ("password_min_length", json!({}), json!(8)),
            ("metrics_path", json!({ "type": "integer" }), json!("/metrics")),
            ("password_file", json!({ "type": "string" }), json!("/run/secrets/db")),
            ("token_type", json!({ "type": "string" }), json!("bearer")),
            ("secret_backend", json!({ "enum": ["vault", "env"] }), json!("valt")),
            ("token_lifetime", json!({ "format": "human-duration" }), json!("5")),
        ] {
            assert!(!is_secret(name, schema, value), "{name}");
        }
    }
}

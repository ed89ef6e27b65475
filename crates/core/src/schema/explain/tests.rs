//! The structured fields of diagnostics.

use serde_json::json;

use crate::diagnostics::Diagnostic;
use crate::gate::Gate;
use crate::value::{Path, Source};

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let schema = json!({ "additionalProperties": false, "properties": {
        "network": { "additionalProperties": false, "properties": {
            "listen_port": { "type": "integer" },
            "level": { "type": "string", "enum": ["debug", "info"] },
            "hook": { "type": "string", "format": "url" },
            "mode": { "oneOf": [{ "properties": { "fast": {} }, "required": ["fast"], "additionalProperties": false }] },
        } },
        "names": { "propertyNames": { "enum": ["first", "second"] } },
    } });
    let gate = Gate::of_schema(schema).unwrap();
    gate.check(&Source::new("x.toml", text), None).report.diagnostics().to_vec()
}

/// Applies every suggestion that has a place, from the end of the text to its start.
fn corrected(text: &str) -> String {
    let found = diagnostics(text);
    let all = found.iter().flat_map(|diagnostic| &diagnostic.suggestions);
    let mut edits: Vec<(_, &str)> =
        all.filter_map(|it| Some((it.place.as_ref()?.span.range(), it.replacement.as_str()))).collect();
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = text.to_owned();
    for (range, replacement) in edits.into_iter().rev() {
        text.replace_range(range, replacement);
    }
    text
}

#[test]
fn a_suggestion_with_a_place_is_the_text_that_belongs_there() {
    let wrong = "names.frist = 1\n[network]\nlisten_prot = 1\nlevel = 'debgu' # x\nhook = 'host:80/x'\nmode.fsat = 1\n";
    let right = "names.first = 1\n[network]\nlisten_port = 1\nlevel = \"debug\" # x\nhook = \"https://host:80/x\"\nmode.fast = 1\n";
    assert_eq!(diagnostics(wrong).len(), 5);
    assert_eq!(corrected(wrong), right);
    assert_eq!(diagnostics(right), []);
}

#[test]
fn a_key_that_belongs_to_another_table_is_suggested_as_a_dotted_key_in_its_place() {
    let found = diagnostics("listen_port = 1\n");
    let [suggestion] = found[0].suggestions.as_slice() else { panic!("{:?}", found[0]) };
    assert_eq!(suggestion.replacement, "network.listen_port");
    assert_eq!(suggestion.path, Some(Path::dotted("network.listen_port")));
    assert_eq!(suggestion.place.as_ref().map(|place| place.position), Some((1, 1)));
    assert_eq!(found[0].help.as_deref(), Some("did you mean network.listen_port?"));
}

#[test]
fn a_table_in_the_table_of_its_name_is_explained() {
    let found = diagnostics("[network.network]\n");
    assert_eq!((found.len(), found[0].message.as_str()), (1, "unknown key network.network"));
}

#[test]
fn an_unknown_table_counts_its_keys() {
    let found = diagnostics("[netwrok]\na = 1\nb = 2\n[netwrok.with]\nc = 3\n");
    assert_eq!((found[0].count, found[0].message.as_str()), (Some(3), "unknown table netwrok with 3 keys"));
    assert_eq!(diagnostics("a = 1\n")[0].count, None);
}

/// Returns the messages, reasons and helps about a TOML text.
fn messages(schema: serde_json::Value, text: &str) -> Vec<String> {
    let report = Gate::of_schema(schema).unwrap().check(&Source::new("x.toml", text), None).report;
    let line = |diagnostic: &Diagnostic| {
        let parts =
            [vec![diagnostic.message.clone()], diagnostic.notes.clone(), diagnostic.help.clone().into_iter().collect()];
        parts.concat().join(" | ")
    };
    report.diagnostics().iter().map(line).collect()
}

#[test]
fn the_keys_of_a_table_that_admits_none_are_unknown() {
    let closed = || json!({ "type": "object", "additionalProperties": false });
    let by_reference = json!({ "$defs": { "t": { "type": "object" } }, "properties": { "t": { "$ref": "#/$defs/t", "additionalProperties": false } } });
    for schema in [
        json!({ "properties": { "t": closed() } }),
        json!({ "properties": { "t": { "anyOf": [{ "type": "null" }, closed()] } } }),
        json!({ "properties": { "t": { "type": "object", "propertyNames": false } } }),
        by_reference,
    ] {
        let found = messages(schema.clone(), "[t]\na = 1\nb = 2\n");
        let keys: Vec<&str> = found.iter().map(|message| message.split(" | ").next().unwrap()).collect();
        assert_eq!(keys, ["unknown key t.a", "unknown key t.b"], "{schema} {found:?}");
    }
    assert_eq!(messages(closed(), "a = 1\n"), ["unknown key a | remove it: nothing reads it; the file knows no keys"]);
    // A field with the name of the keyword.
    let field = json!({ "properties": { "t": { "properties": { "additionalProperties": false } } } });
    assert_eq!(
        messages(field, "[t.additionalProperties]\na = 1\n"),
        ["t.additionalProperties must not be here | remove it"]
    );
}

#[test]
fn a_mistake_beside_a_misspelt_key_does_not_hide_its_suggestion() {
    let schema = json!({ "type": "object", "unevaluatedProperties": false, "allOf": [{ "properties": {
        "depends_on": { "type": "array" }, "n": { "type": "integer" },
    } }] });
    let found = messages(schema, "depends-on = []\nn = 'x'\n");
    assert!(found[0].ends_with("did you mean depends_on?"), "{found:?}");
}

#[test]
fn a_condition_on_a_key_that_is_not_set_says_so() {
    let when = |kind: &str, key: &str| json!({ "if": { "properties": { "kind": { "const": kind } } }, "then": { "required": [key] } });
    let schema = json!({ "properties": { "kind": { "type": "string" } }, "allOf": [when("a", "x"), when("b", "y")] });
    let found = messages(schema.clone(), "");
    let reasons: Vec<&str> = found.iter().map(|message| message.split(" | ").nth(1).unwrap()).collect();
    assert_eq!(reasons, ["because kind is not set", "because kind is not set"]);
    assert!(messages(schema, "kind = 'a'\n")[0].contains("because kind is \"a\""));
}

#[test]
fn only_a_list_without_other_descriptions_has_a_limit() {
    let list = |keywords: serde_json::Value| json!({ "properties": { "l": keywords } });
    let found = |keywords, text| messages(list(keywords), text)[0].split(" | ").next().unwrap().to_owned();
    let text = json!([{ "type": "string" }]);
    assert_eq!(
        found(json!({ "prefixItems": text, "unevaluatedItems": false }), "l = ['a', 1]\n"),
        "l must have at most 1 element, and has 2"
    );
    assert_eq!(
        found(
            json!({ "prefixItems": text, "contains": { "type": "integer" }, "unevaluatedItems": false }),
            "l = ['a', 1, true]\n"
        ),
        "l must have no elements but those that the schema describes, and has 3"
    );
    assert_eq!(
        found(json!({ "prefixItems": text, "unevaluatedItems": { "type": "integer" } }), "l = ['a', 'b']\n"),
        "l must have no elements but those that the schema describes and an integer, and has 2"
    );
}

#[test]
fn a_clear_misspelling_with_a_wrong_value_is_asked_about() {
    let schema = || {
        json!({ "additionalProperties": false, "properties": {
        "logLevel": { "enum": ["debug", "info"] },
        "port": { "type": "integer", "maximum": 1000 },
        "max_connections": { "type": "integer" },
        "log_format": { "enum": ["json"] },
    } })
    };
    for (text, expected) in [
        ("loglevel = 'INFO'\n", Some("logLevel")),
        ("Port = 8080\n", Some("port")),
        ("prot = '80'\n", Some("port")),
        ("max_conections = 'many'\n", Some("max_connections")),
        ("log_fromat = 'xml'\n", Some("log_format")),
        ("poor_man = '80'\n", None),
        ("colour = 1\n", None),
    ] {
        let found = messages(schema(), text);
        let help = found[0].split(" | ").last().unwrap();
        match expected {
            Some(name) => assert_eq!(help, format!("did you mean {name}? its value is wrong there as well"), "{text}"),
            None => assert!(help.starts_with("remove it: nothing reads it"), "{text} {help}"),
        }
    }
}

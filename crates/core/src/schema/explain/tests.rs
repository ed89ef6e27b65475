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

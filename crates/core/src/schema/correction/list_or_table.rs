//! Corrections of lists and tables, and of values that should be one.

use serde_json::Value as Json;

use crate::schema::correction::correction::Correction;
use crate::schema::correction::rejected_value::RejectedValue;
use crate::sensitive::display;
use crate::toml;
use crate::value::{Format, Node, Segment, Value, json};

/// Describes the table that the schema requires.
pub(super) fn as_table(rejected: &RejectedValue<'_>) -> Option<Correction> {
    rejected.view.properties()?;
    let path = rejected.path;
    let instruction = match path.0.last()? {
        Segment::Key(key) if rejected.format == Format::Json => format!("write {}: {{ … }}", quoted(key)),
        Segment::Key(key) if rejected.format == Format::Yaml => {
            format!("write {}: and what belongs to it below, indented", yaml_key(key))
        }
        // A header would open the list, not its element.
        Segment::Key(key) if path.0.iter().any(|step| matches!(step, Segment::Index(_))) => {
            format!("write {key} = {{ … }}")
        }
        Segment::Key(_) if rejected.nix => format!("write {path} = {{ … }}"),
        Segment::Key(_) => format!("write [{path}], and what belongs to it below"),
        Segment::Index(_) => {
            let required = rejected.view.get("required").and_then(Json::as_array)?;
            let keys = required.iter().filter_map(Json::as_str);
            let end = if rejected.nix { ";" } else { "" };
            let keys: Vec<String> = keys
                .map(|key| match rejected.format {
                    Format::Json => format!("{}: …", quoted(key)),
                    Format::Yaml => format!("{}: …", yaml_key(key)),
                    Format::Toml => format!("{key} = …{end}"),
                })
                .collect();
            format!("write {{ {} }}", keys.join(if rejected.nix { " " } else { ", " }))
        }
    };
    Some(Correction::instruction(instruction))
}

/// Writes a key of JSON.
fn quoted(key: &str) -> String {
    Json::from(key).to_string()
}

/// Writes a key of YAML, in quotes unless it is a plain word.
fn yaml_key(key: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(is_word) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// Corrects a table in the place of a list of tables.
pub(super) fn as_list_of_tables(rejected: &RejectedValue<'_>) -> Option<Correction> {
    let lists_tables = rejected.view.element(0, rejected.node).is_some_and(|view| view.properties().is_some());
    let instruction = match (rejected.types().as_slice(), rejected.path.0.as_slice()) {
        (["array"], _) if (rejected.nix || rejected.format != Format::Toml) && lists_tables => {
            "write [ { … } ]".to_owned()
        }
        (["array"], [.., Segment::Key(_)]) if lists_tables => {
            format!("write [[{0}]], or {0} = [{{ … }}]", rejected.path)
        }
        _ => return None,
    };
    Some(Correction::instruction(instruction))
}

/// Corrects a list in the place of a table or of its only element.
pub(super) fn unwrapped(rejected: &RejectedValue<'_>, elements: &[Node]) -> Option<Correction> {
    match elements {
        [_, ..] if rejected.types() == ["object"] && elements.iter().all(|element| element.as_table().is_some()) => {
            let is_toml = !rejected.nix && rejected.format == Format::Toml;
            is_toml.then(|| Correction::instruction(format!("write [{0}] once, not [[{0}]]", rejected.path)))
        }
        [only] if admits_kind(rejected, &only.value) && !rejected.view.hides_value(only) => {
            let written = toml::inline(only);
            let shown = display::redacted(&written);
            let instruction = format!("write {shown} without brackets");
            // A value that cannot be displayed cannot be written either.
            Some(match shown == written.as_str() {
                true => Correction::write(only.value.clone(), instruction),
                false => Correction::instruction(instruction),
            })
        }
        _ => None,
    }
}

fn admits_kind(rejected: &RejectedValue<'_>, value: &Value) -> bool {
    match value {
        Value::Bool(_) => rejected.admits("boolean"),
        Value::Integer(_) => rejected.admits("integer") || rejected.admits("number"),
        Value::Float(_) => rejected.admits("number"),
        Value::String(_) => rejected.admits("string"),
        _ => false,
    }
}

/// Corrects a duration in the form of an invalid table.
pub(super) fn as_duration(rejected: &RejectedValue<'_>) -> Option<Correction> {
    let table = rejected.node.as_table()?;
    let (_, first) = table.iter().find(|(key, _)| key.starts_with("sec"))?;
    let seconds = match &first.value {
        Value::Integer(seconds @ 0..) => seconds.to_string(),
        Value::String(text) if text.parse::<u64>().is_ok() => text.clone(),
        _ => return None,
    };
    let has_no_nanos = table.get("nanos").is_none_or(|nanos| json::write(nanos) == 0);
    let instruction = format!("write \"{seconds}s\"");
    has_no_nanos.then(|| Correction::write(Value::String(format!("{seconds}s")), instruction))
}

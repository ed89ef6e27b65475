//! Corrections of lists and tables, and of values that should be one.

use serde_json::Value as Json;

use crate::schema::correction::correction::Correction;
use crate::schema::correction::rejected_value::RejectedValue;
use crate::schema::notation::Notation;
use crate::sensitive::display;
use crate::value::{Node, Segment, Value, json};

/// Describes the table that the schema requires.
pub(super) fn as_table(rejected: &RejectedValue<'_>) -> Option<Correction> {
    rejected.view.properties()?;
    let instruction = match rejected.path.0.last()? {
        Segment::Key(_) => rejected.notation.table(rejected.path),
        Segment::Index(_) => {
            let required = rejected.view.get("required").and_then(Json::as_array)?;
            let keys: Vec<&str> = required.iter().filter_map(Json::as_str).collect();
            rejected.notation.element(&keys)
        }
    };
    Some(Correction::instruction(instruction))
}

/// Corrects a table in the place of a list of tables.
pub(super) fn as_list_of_tables(rejected: &RejectedValue<'_>) -> Option<Correction> {
    let lists_tables = rejected.view.element(0, rejected.node).is_some_and(|view| view.properties().is_some());
    let is_list = rejected.types() == ["array"] && lists_tables;
    // The table of an element has no name of its own.
    let has_form = rejected.notation != Notation::Toml || rejected.path.last_key().is_some();
    (is_list && has_form).then(|| Correction::instruction(rejected.notation.list_of_tables(rejected.path)))
}

/// Corrects a table in the place of a list of texts, which are its keys if each has the value `true`.
pub(super) fn as_list_of_keys(rejected: &RejectedValue<'_>) -> Option<Correction> {
    let table = rejected.node.as_table().filter(|table| !table.is_empty())?;
    let is_set = table.iter().all(|(_, node)| node.value == Value::Bool(true));
    let lists_texts = rejected.view.element(0, rejected.node).is_some_and(|view| view.types() == ["string"]);
    let is_list = rejected.types() == ["array"] && lists_texts && is_set;
    let keys: Vec<String> = table.iter().map(|(key, _)| Json::from(key.as_str()).to_string()).collect();
    is_list.then(|| Correction::instruction(format!("write {}", rejected.notation.list(&keys))))
}

/// Corrects a list in the place of a table or of its only element.
pub(super) fn unwrapped(rejected: &RejectedValue<'_>, elements: &[Node]) -> Option<Correction> {
    match elements {
        [_, ..] if rejected.types() == ["object"] && elements.iter().all(|element| element.as_table().is_some()) => {
            let instruction = match rejected.view.properties() {
                Some(_) => rejected.notation.one_table(rejected.path),
                None => Some(rejected.notation.map_of_tables(rejected.path)),
            };
            instruction.map(Correction::instruction)
        }
        [only] if admits_kind(rejected, &only.value) && !rejected.hidden && !rejected.view.hides_value(only) => {
            let written = rejected.notation.value(only);
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

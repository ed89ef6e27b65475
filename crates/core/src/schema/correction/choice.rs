//! The choice of the correction of a rejected value.

use crate::schema::correction::correction::Correction;
use crate::schema::correction::rejected_value::RejectedValue;
use crate::schema::correction::{list_or_table, number, text};
use crate::schema::notation::Notation;
use crate::value::reference::{is_unresolved, unescaped};
use crate::value::{Node, Value};

/// Returns a correction, if one is likely and every value in it is right.
pub fn correct(rejected: &RejectedValue<'_>, is_right: &dyn Fn(&Node) -> bool) -> Option<Correction> {
    candidates(rejected).into_iter().find_map(|candidate| candidate.tried(is_right))
}

/// Returns the corrections that may be meant, the most likely first.
fn candidates(rejected: &RejectedValue<'_>) -> Vec<Correction> {
    let text = rejected.node.as_str();
    if text.is_some_and(|text| text.contains(":-${")) {
        let instruction = "the default of a reference is plain text: it holds no other reference";
        return vec![Correction::instruction(instruction)];
    }
    // A text with escapes is a literal one.
    if text.is_some_and(|text| text.contains("${") && !is_unresolved(text) && unescaped(text).is_none()) {
        let form = if rejected.notation == Notation::Nix { "secret \"NAME\"" } else { "${NAME} or ${NAME:-default}" };
        return vec![Correction::instruction(format!("write a reference as {form}"))];
    }
    if rejected.hidden || rejected.view.is_secret() {
        return Vec::new();
    }
    if rejected.view.hides_value(rejected.node) {
        let instruction = match text {
            Some(text) if is_unresolved(text) => Some(text::as_reference(rejected)),
            _ if rejected.admits("object") => list_or_table::as_table(rejected),
            _ => None,
        };
        return instruction.into_iter().collect();
    }
    match &rejected.node.value {
        Value::String(text) if rejected.admits("string") || rejected.names_values() => {
            text::similar_option(rejected, text)
                .into_iter()
                .chain(text::trimmed(text))
                .chain(text::format(rejected, text))
                .chain(text::unquoted(rejected, text).into_iter().filter(|_| !is_unresolved(text)))
                .collect()
        }
        Value::String(text) => text::unquoted(rejected, text),
        Value::Datetime(text) => {
            text::format(rejected, text).into_iter().chain(text::quoted(rejected, rejected.literal(text))).collect()
        }
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) => number::candidates(rejected),
        Value::List(elements) => list_or_table::unwrapped(rejected, elements).into_iter().collect(),
        Value::Table(_) if rejected.is_duration() => list_or_table::as_duration(rejected).into_iter().collect(),
        Value::Table(_) => {
            let lists = list_or_table::as_list_of_tables(rejected).into_iter();
            lists.chain(list_or_table::as_list_of_keys(rejected)).collect()
        }
        Value::Null => Vec::new(),
    }
}

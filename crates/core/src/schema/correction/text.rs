//! Corrections of texts, and of values that should be texts.

use serde_json::Value as Json;

use crate::diagnostics::suggest::nearest;
use crate::environment::Environment;
use crate::schema::correction::correction::Correction;
use crate::schema::correction::list_or_table::as_table;
use crate::schema::correction::percent::fraction;
use crate::schema::correction::rejected_value::RejectedValue;
use crate::schema::format::Format;
use crate::schema::variable_name::variable_name;
use crate::sensitive::display;
use crate::toml;
use crate::types::url;
use crate::value::reference::is_unresolved;
use crate::value::{Node, Segment, Value};

/// Corrects a word that resembles an option of the schema.
pub(super) fn similar_option(rejected: &RejectedValue<'_>, text: &str) -> Option<Correction> {
    let views = rejected.views();
    let listed = views.iter().filter_map(|view| view.get("enum")?.as_array()).flatten();
    let named = listed.chain(views.iter().filter_map(|view| view.get("const"))).chain(rejected.options);
    let words: Vec<&str> = named.filter_map(Json::as_str).collect();
    let environment = text.parse::<Environment>().ok().map(Environment::name).filter(|name| words.contains(name));
    let word = environment.or_else(|| nearest(text, words));
    // The nearest option may be the word itself, if it violates another keyword.
    word.filter(|word| *word != text).map(|word| Correction::question(Value::String(word.to_owned())))
}

/// Removes the line break that the content of a file ends with, and other white space around a text.
pub(super) fn trimmed(text: &str) -> Option<Correction> {
    let trimmed = text.trim();
    // A correction would display the password.
    if trimmed == text || !url::credentials(text).is_empty() || !url::query_secrets(text).is_empty() {
        return None;
    }
    let is_line_break = text.trim_end_matches(['\n', '\r']) == trimmed;
    let words = if is_line_break { "remove the line break at its end" } else { "remove the white space around it" };
    Some(Correction::write(Value::String(trimmed.to_owned()), words))
}

/// Corrects a text that nearly has the required format.
pub(super) fn format(rejected: &RejectedValue<'_>, text: &str) -> Option<Correction> {
    let format = rejected.views().into_iter().find_map(|view| view.text("format")).and_then(Format::named)?;
    // A correction would display the password.
    if !url::credentials(text).is_empty() || !url::query_secrets(text).is_empty() {
        return None;
    }
    if format.name == crate::types::Url::FORMAT && !text.is_empty() && !text.contains("://") {
        // The scheme is missing; the scheme of the default is the most likely one.
        let default = rejected.default.and_then(Json::as_str).and_then(|default| default.split_once(':'));
        let scheme = default.map_or("https", |(scheme, _)| scheme);
        let whole = format!("{scheme}://{text}");
        return format.admits(&whole).then(|| Correction::question(Value::String(whole)));
    }
    format.correct(text).map(|correction| Correction::write_any(correction.values, correction.words))
}

/// Puts a value in quotes.
pub(super) fn quoted(rejected: &RejectedValue<'_>, text: &str) -> Option<Correction> {
    if matches!(rejected.node.value, Value::Bool(_)) && rejected.view.get("enum").is_none() {
        return None;
    }
    rejected
        .admits("string")
        .then(|| Correction::write(Value::String(text.to_owned()), format!("write \"{text}\" in quotes")))
}

/// Returns the instruction for a reference in the place of a value that is not a string.
pub(super) fn as_reference(rejected: &RejectedValue<'_>) -> Correction {
    // An element of a list has no variable of its own.
    let has_variable = rejected.path.0.iter().all(|step| matches!(step, Segment::Key(_)));
    Correction::instruction(match rejected.env_prefix.filter(|_| has_variable) {
        Some(prefix) => format!(
            "a reference is always a string: remove the key, and set {} on the node",
            variable_name(prefix, rejected.path)
        ),
        None => "a reference is always a string: write the value itself".to_owned(),
    })
}

/// Removes quotes, or converts a string to the admitted type.
pub(super) fn unquoted(rejected: &RejectedValue<'_>, text: &str) -> Vec<Correction> {
    if is_unresolved(text) {
        return vec![as_reference(rejected)];
    }
    let trimmed = text.trim();
    let is_null = ["", "null", "none", "nil"].contains(&trimmed.to_lowercase().as_str());
    if is_null && (rejected.admits("null") || rejected.view.is_optional()) {
        return vec![Correction::instruction("remove the key: what is absent is not written")];
    }
    let has_options = !rejected.options.is_empty();
    let integer = || trimmed.parse().ok().map(Value::Integer);
    let float = || trimmed.parse::<f64>().ok().filter(|float| float.is_finite()).map(Value::Float);
    let value = if (rejected.admits("integer") || has_options) && integer().is_some() {
        integer()
    } else if rejected.admits("integer") && rejected.has_unit("bytes") {
        bytes(trimmed).and_then(|bytes| bytes.try_into().ok()).map(Value::Integer)
    } else if rejected.admits("number") && trimmed.parse::<f64>().is_ok_and(f64::is_finite) {
        integer().or_else(float)
    } else if rejected.admits("number") && rejected.has_unit("fraction") {
        trimmed.strip_suffix('%').and_then(|percent| percent.trim().parse().ok()).and_then(fraction).map(Value::Float)
    } else if rejected.admits("boolean") || has_options {
        boolean(trimmed).map(Value::Bool)
    } else {
        None
    };
    match value {
        Some(value) => {
            let written = toml::inline(&Node::generated(value.clone()));
            let without = if written == text { " without quotes" } else { "" };
            vec![Correction::write(value, format!("write {written}{without}"))]
        }
        None if rejected.admits("array") => split_list(rejected, text).into_iter().collect(),
        None if rejected.admits("object") => as_table(rejected).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Splits a comma-separated list, the form of environment variables.
fn split_list(rejected: &RejectedValue<'_>, text: &str) -> Option<Correction> {
    let element = rejected.view.element(0, rejected.node);
    if element.is_some_and(|view| view.is_secret()) {
        return None;
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let is_integer = element.is_some_and(|view| view.admits_type(&Value::Integer(0)) && !view.types().is_empty());
    let typed = |part: &str| match part.parse() {
        Ok(integer) if is_integer => Value::Integer(integer),
        _ => Value::String(part.to_owned()),
    };
    let elements: Vec<Node> = parts.map(|part| Node::generated(typed(part))).collect();
    let written: Vec<String> = elements.iter().map(|element| rejected.notation.value(element)).collect();
    let written = rejected.notation.list(&written);
    let shown = display::redacted(&written);
    let instruction = format!("write {shown}");
    // A value that cannot be displayed cannot be written either.
    Some(match shown == written.as_str() {
        true => Correction::write(Value::List(elements), instruction),
        false => Correction::instruction(instruction),
    })
}

/// Parses the booleans of other languages.
fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "enabled" => Some(true),
        "false" | "no" | "off" | "0" | "disabled" => Some(false),
        _ => None,
    }
}

/// Parses a size with a unit: `64KiB`, `64 k`, `1 MB`.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_lowercase().as_str() {
        "b" | "bytes" => 1,
        "k" | "kib" => 1024,
        "kb" => 1000,
        "m" | "mib" => 1024 * 1024,
        "mb" => 1_000_000,
        "g" | "gib" => 1024 * 1024 * 1024,
        "gb" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

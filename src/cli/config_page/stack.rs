//! The layers of a field.

use std::fmt::Write;

use confgate_runtime::load::{Contribution, Explanation, LayerKind};
use serde_json::Value as Json;

use crate::page::{SourceLinks, code, escaped};

/// Style of the layers and of the pages that have them.
pub(super) const STYLE: &str = include_str!("stack.css");

/// Renders the layers that set a field, the one in effect on top.
pub(super) fn stack(contributions: &[Contribution], links: Option<&SourceLinks>) -> String {
    let mut text = "<ol class=\"stack\" aria-label=\"Layers, the one in effect first\">".to_owned();
    for contribution in contributions {
        let value = contribution.value.as_ref().map_or_else(
            || "<span class=\"none\">not shown</span>".to_owned(),
            |value| format!("<code class=\"value\">{}</code>", escaped(&Explanation::inline_toml(value))),
        );
        let _ = write!(
            text,
            "<li><span class=\"layer\">{}</span><span class=\"what\">{value}</span>{}</li>",
            escaped(&contribution.layer.to_string()),
            place(contribution, links),
        );
    }
    text + "</ol>"
}

/// Renders where a layer set the field.
pub(super) fn place(contribution: &Contribution, links: Option<&SourceLinks>) -> String {
    let definitions = contribution.definitions.iter().map(|definition| SourceLinks::place(links, definition));
    let mut places: Vec<String> = definitions.collect();
    if places.is_empty() {
        places.extend(contribution.places.iter().map(|place| code(place)));
    }
    let has_name = matches!(
        contribution.layer,
        LayerKind::Profile | LayerKind::Region | LayerKind::Secret | LayerKind::Override | LayerKind::Kept
    );
    if let Some(name) = contribution.name.as_ref().filter(|_| has_name || places.is_empty()) {
        places.insert(0, escaped(name));
    }
    match places.as_slice() {
        [] => String::new(),
        places => format!("<span class=\"place\">{}</span>", places.join(", ")),
    }
}

/// Renders a value, or its absence.
pub(super) fn value(value: Option<&Json>) -> String {
    match value {
        Some(value) => code(&Explanation::inline_toml(value)),
        None => "<span class=\"none\">absent</span>".to_owned(),
    }
}

/// Returns whether the field has another value than its default. A field of an optional table that is absent has none.
pub(crate) fn differs(explanation: &Explanation) -> bool {
    explanation.value.is_some() && explanation.value != explanation.default
}

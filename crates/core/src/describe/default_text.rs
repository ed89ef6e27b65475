//! Defaults in TOML syntax, without secrets.

use crate::environment::Environment;
use crate::gate::{fill, normalize};
use crate::schema::Subschema;
use crate::sensitive::display;
use crate::toml;
use crate::value::{Node, Path, Segment, Value, json};

/// Returns the default of the field at `path` in `environment`, in TOML syntax. `tree` contains the defaults of all fields, except
/// those in elements of lists and entries of maps.
pub fn default_text(view: Subschema<'_>, path: &Path, tree: &Node, environment: Environment) -> Option<String> {
    let mut node = match tree.get(&path.0) {
        Some(node) => node.clone(),
        None => {
            let mut node = fill::default_of(view, environment)?;
            normalize::canonical(view, &mut node, Some(environment));
            node
        }
    };
    redact(&mut node, Some(view), view.is_secret());
    (!node.is_null()).then(|| inline(&node))
}

/// Returns a value on one line.
fn inline(node: &Node) -> String {
    let text = toml::inline(node);
    // JSON escapes the line breaks of a string.
    let line = if text.contains('\n') { json::write(node).to_string() } else { text };
    display::sanitize(&line).into_owned()
}

/// Replaces secrets. A value inside a secret is secret as well.
fn redact(node: &mut Node, view: Option<Subschema<'_>>, is_in_secret: bool) {
    let secret = is_in_secret || view.is_some_and(Subschema::is_secret);
    match &mut node.value {
        Value::Null => return,
        Value::String(text) => {
            *text = display::text(text, secret);
            return;
        }
        Value::List(_) | Value::Table(_) => {}
        _ if secret => {
            node.value = Value::String(display::SECRET_PLACEHOLDER.to_owned());
            return;
        }
        _ => return,
    }
    let segments: Vec<Segment> = match &node.value {
        Value::Table(table) => table.keys().cloned().map(Segment::Key).collect(),
        Value::List(elements) => (0..elements.len()).map(Segment::Index).collect(),
        _ => Vec::new(),
    };
    for segment in segments {
        let inner = view.and_then(|view| view.at(std::slice::from_ref(&segment), node));
        if let Some(child) = node.get_mut(&[segment]) {
            redact(child, inner, secret);
        }
    }
}

//! Defaults as the reference shows them: whole, as they would be written, without secrets.

use confgate_core::environment::Environment;
use confgate_core::gate::normalize;
use confgate_core::schema::Subschema;
use confgate_core::sensitive::display;
use confgate_core::toml;
use confgate_core::value::{Node, Path, Segment, Value, json};

/// The default of the field at `path` in `environment`, as it is written in TOML. `tree` are the defaults of all fields;
/// `path` is not in it where the field belongs to a table that nobody has yet.
pub fn default(view: Subschema<'_>, path: &Path, tree: &Node, environment: Environment) -> Option<String> {
    let mut node = match tree.get(&path.0) {
        Some(node) => node.clone(),
        None => {
            let mut node = normalize::default_of(view, environment)?;
            normalize::canonical(view, &mut node, Some(environment));
            node
        }
    };
    hide(&mut node, Some(view), view.is_secret());
    (!node.is_null()).then(|| written(&node))
}

/// A value on one line.
fn written(node: &Node) -> String {
    let text = toml::inline(node);
    // A text of several lines is shown with its breaks as `\n`.
    let text = if text.contains('\n') { json::write(node).to_string() } else { text };
    display::harmless(&text).into_owned()
}

/// Takes out what nobody may see. `inside` says whether it stands in a secret.
fn hide(node: &mut Node, view: Option<Subschema<'_>>, inside: bool) {
    let secret = inside || view.is_some_and(Subschema::is_secret);
    match &mut node.value {
        Value::Null => return,
        Value::String(text) => {
            *text = display::text(text, secret);
            return;
        }
        Value::List(_) | Value::Table(_) => {}
        _ if secret => {
            node.value = Value::String(display::SECRET.to_owned());
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
            hide(child, inner, secret);
        }
    }
}

//! Completions of values: permitted values, defaults, examples.

use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, fill};
use confgate_core::schema::keywords::ENUM_DESCRIPTIONS;
use confgate_core::schema::{Notation, Subschema};
use confgate_core::value::{Node, Path, Value, json};
use confgate_core::{toml, yaml};
use lsp_types::{CompletionItem, CompletionItemKind};
use serde_json::Value as Json;

use crate::nix_text;
use crate::requests::proposal::Proposal;

/// Returns the values that may stand at a path.
pub(crate) fn value_items(gate: &Gate, path: &Path, tree: &Node, notation: Notation) -> Vec<Proposal> {
    let Some(view) = gate.subschema_in(path, tree) else { return Vec::new() };
    let mut items = Items { notation, found: Vec::new() };
    if view.is_secret() {
        let name = path.last_key().unwrap_or("secret").to_uppercase().replace('-', "_");
        let about = "reference to a secret";
        match notation {
            // The argument of a module.
            Notation::Nix => items.add_text(format!("secret {}", nix_text::string(&name)), about),
            _ => items.add(Node::generated(Value::String(format!("${{{name}}}"))), about),
        }
        return items.found;
    }
    items.permitted(view, 0);
    for environment in Environment::ALL {
        if let Some(default) = fill::default_of(view, environment) {
            items.add(default, &format!("default of {environment}"));
        }
    }
    for example in view.get("examples").and_then(Json::as_array).into_iter().flatten() {
        items.add_json(example, "example");
    }
    items.found
}

struct Items {
    notation: Notation,
    found: Vec<Proposal>,
}

impl Items {
    /// Adds the values that a schema and its alternatives list.
    fn permitted(&mut self, view: Subschema<'_>, depth: usize) {
        let about = |index: usize| view.get(ENUM_DESCRIPTIONS)?.get(index)?.as_str();
        for (index, value) in view.get("enum").and_then(Json::as_array).into_iter().flatten().enumerate() {
            self.add_json(value, about(index).unwrap_or_default());
        }
        if let Some(value) = view.get("const") {
            self.add_json(value, view.text("description").unwrap_or_default());
        }
        if view.types().contains(&"boolean") {
            for value in [true, false] {
                self.add_json(&Json::Bool(value), "");
            }
        }
        if depth < 4 {
            for inner in view.alternatives().chain(view.parts()) {
                self.permitted(inner, depth + 1);
            }
        }
    }

    fn add_json(&mut self, value: &Json, about: &str) {
        if let Ok(node) = json::read(value.clone()) {
            self.add(node, about);
        }
    }

    fn add(&mut self, node: Node, about: &str) {
        if node.is_null() && self.notation == Notation::Toml {
            return;
        }
        self.add_text(value_text(self.notation, &node), about);
    }

    fn add_text(&mut self, text: String, about: &str) {
        if text.contains('\n') || self.found.iter().any(|known| known.text == text) {
            return;
        }
        let item = CompletionItem {
            label: text.clone(),
            kind: Some(CompletionItemKind::VALUE),
            detail: (!about.is_empty()).then(|| about.lines().collect::<Vec<_>>().join(" ")),
            ..CompletionItem::default()
        };
        self.found.push(Proposal { item, text, replaced: None });
    }
}

/// Returns a value as a notation writes it.
pub(crate) fn value_text(notation: Notation, node: &Node) -> String {
    match notation {
        Notation::Toml => toml::inline(node),
        Notation::Json => json::write(node).to_string(),
        Notation::Yaml => match node.value {
            // Lists and tables on one line are those of JSON.
            Value::List(_) | Value::Table(_) => json::write(node).to_string(),
            _ => yaml::write(node).trim_end().to_owned(),
        },
        Notation::Nix => nix_text::inline(node),
    }
}

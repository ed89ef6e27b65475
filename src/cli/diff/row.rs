//! Change of one field.

use confgate_core::gate::Gate;
use confgate_core::gate::redact::redacted;
use confgate_core::schema::keywords::{RELOAD, RELOAD_RESTART};
use confgate_core::value::diff::ValueChange;
use confgate_core::value::{Definition, Node, Path, Sources, json};
use serde_json::{Value as Json, json};

/// Change of one field, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    pub path: Path,
    pub old: Option<Json>,
    pub new: Option<Json>,
    /// Reload class of the field.
    pub reload: Option<String>,
    /// Definition of the new value, where the new side has origins.
    pub origin: Option<Definition>,
}

impl Row {
    /// Makes a row of a change between two trees.
    pub fn new(change: &ValueChange<'_>, gate: &Gate, old: &Node, new: &Node) -> Self {
        let view = gate.subschema_in(&change.path, new);
        let sources = Sources::default();
        // A value that is secret in one config is not displayed from the other.
        let seen = gate.visibility_in(&change.path, new).and(gate.visibility_in(&change.path, old));
        let side = |node: Option<&Node>| node.map(|node| json::write(&redacted(seen, node, &change.path, &sources)));
        let reload = view.and_then(|view| view.text(RELOAD)).map(str::to_owned);
        Self { path: change.path.clone(), old: side(change.old), new: side(change.new), reload, origin: None }
    }

    /// Returns true if a restart alone applies the change.
    pub fn needs_restart(&self) -> bool {
        self.reload.as_deref() == Some(RELOAD_RESTART)
    }

    /// Returns the change for programs.
    pub fn to_json(&self) -> Json {
        let mut json = json!({ "path": self.path.pointer(), "old": self.old, "new": self.new, "reload": self.reload });
        if let Some(origin) = &self.origin {
            json["origin"] = json!(origin.to_string());
        }
        json
    }
}

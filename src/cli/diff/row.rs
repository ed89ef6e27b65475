//! Change of one field.

use confgate_core::gate::Gate;
use confgate_core::gate::redact::redacted;
use confgate_core::schema::keywords::{RELOAD, RELOAD_RESTART};
use confgate_core::value::diff::ValueChange;
use confgate_core::value::{Definition, Node, Path, Sources, Value, json};
use serde_json::{Value as Json, json};

use crate::cli::change::{change_line, display_value};

/// Change of one field, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    pub path: Path,
    pub old: Option<Json>,
    pub new: Option<Json>,
    /// Display of the old and the new value, where JSON does not show it: a date is a string in JSON, and a null that is
    /// written is not absent.
    pub display: [Option<String>; 2],
    /// Reload class of the field.
    pub reload: Option<String>,
    /// Definition of the new value, where the new side has origins.
    pub origin: Option<Definition>,
}

impl Row {
    /// Makes a row of a field that is added, for tests of displays.
    #[cfg(test)]
    pub fn added(field: &str, new: &str) -> Self {
        let new = Some(Json::from(new));
        Self { path: Path::dotted(field), old: None, new, display: [None, None], reload: None, origin: None }
    }

    /// Makes a row of a change between two trees.
    pub fn new(change: &ValueChange<'_>, gate: &Gate, old: &Node, new: &Node) -> Self {
        let view = gate.subschema_in(&change.path, new);
        let sources = Sources::default();
        // A value that is secret in one config is not displayed from the other.
        let seen = gate.visibility_in(&change.path, new).and(gate.visibility_in(&change.path, old));
        let side = |node: Option<&Node>| node.map(|node| json::write(&redacted(seen, node, &change.path, &sources)));
        let reload = view.and_then(|view| view.text(RELOAD)).map(str::to_owned);
        let display = [(old, change.old), (new, change.new)].map(|(tree, value)| match value {
            Some(node) => match redacted(seen, node, &change.path, &sources).value {
                Value::Datetime(date) => Some(date.to_string()),
                _ => None,
            },
            None => {
                tree.get(&change.path.0).filter(|node| node.is_null() && !node.is_absent()).map(|_| "null".to_owned())
            }
        });
        Self { path: change.path.clone(), old: side(change.old), new: side(change.new), display, reload, origin: None }
    }

    /// Returns the old and the new value as they are displayed.
    pub fn values(&self) -> [String; 2] {
        let [old, new] = &self.display;
        let side = |display: &Option<String>, value| display.clone().unwrap_or_else(|| display_value(value));
        [side(old, self.old.as_ref()), side(new, self.new.as_ref())]
    }

    /// Returns the change on one line.
    pub fn change(&self) -> String {
        if self.display == [None, None] {
            return change_line(self.old.as_ref(), self.new.as_ref());
        }
        let [old, new] = self.values();
        format!("{old} → {new}")
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

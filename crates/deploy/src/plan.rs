//! The plan of a deployment: the fields that it would change on this node.

use confgate_core::gate::Gate;
use confgate_core::gate::redact::{Visibility, redacted};
use confgate_core::schema::fields::restart_fields;
use confgate_core::value::diff::changes;
use confgate_core::value::{Node, json};
use confgate_runtime::load::LoadedConfig;
use serde::Serialize;
use serde_json::Value as Json;

/// The fields that change, with this node's variables and secrets applied.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Plan {
    /// The changed fields, in the order of the config.
    pub fields: Vec<PlannedChange>,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedChange {
    /// Dotted path of the field.
    pub field: String,
    /// Old value, with secrets redacted; `None` if the field is absent.
    pub old: Option<Json>,
    /// New value, with secrets redacted.
    pub new: Option<Json>,
    /// True if the new value needs a restart of the service.
    pub restart: bool,
}

impl Plan {
    /// Compares the active config with a new one. Without an active config, compares with the defaults of the environment.
    pub fn between(gate: &Gate, old: Option<&LoadedConfig>, new: &LoadedConfig) -> Self {
        let defaults = gate.defaults(new.environment);
        let old_tree = old.map_or(&defaults, |old| &old.tree);
        let old_sources = old.map_or(&new.sources, |old| &old.sources);
        let restart = restart_fields(gate.view());
        let planned = changes(old_tree, &new.tree).into_iter().map(|change| {
            let redact = |node: &Node, tree, sources| {
                json::write(&redacted(Visibility::of(gate.view(), &change.path.0, tree), node, &change.path, sources))
            };
            PlannedChange {
                field: change.path.to_string(),
                old: change.old.map(|node| redact(node, old_tree, old_sources)),
                new: change.new.map(|node| redact(node, &new.tree, &new.sources)),
                restart: restart.iter().any(|path| path.overlaps(&change.path)),
            }
        });
        Self { fields: planned.collect() }
    }

    /// Returns the fields whose new value needs a restart.
    pub fn restart_fields(&self) -> Vec<String> {
        self.fields.iter().filter(|field| field.restart).map(|field| field.field.clone()).collect()
    }
}

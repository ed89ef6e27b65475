//! What a deployment would change on a node.

use confgate_core::gate::Gate;
use confgate_core::gate::redact::{Visibility, redacted};
use confgate_core::schema::fields::restarts;
use confgate_core::value::diff::changes;
use confgate_core::value::{Node, json};
use confgate_runtime::load::LoadedConfig;
use serde::Serialize;
use serde_json::Value as Json;

/// The fields that change, with this node's variables and secrets.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Plan {
    /// Each of them, in the order of the config.
    pub fields: Vec<Planned>,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planned {
    /// The field, dotted.
    pub field: String,
    /// What it is, without secrets; none when it is absent.
    pub old: Option<Json>,
    /// What it will be.
    pub new: Option<Json>,
    /// Whether it waits for a restart of the service.
    pub restart: bool,
}

impl Plan {
    /// From what is deployed to what would be; without the first, from the defaults of its environment.
    pub fn of(gate: &Gate, old: Option<&LoadedConfig>, new: &LoadedConfig) -> Self {
        let defaults = gate.defaults(new.environment);
        let before = old.map_or(&defaults, |old| &old.tree);
        let restart = restarts(gate.view());
        let planned = changes(before, &new.tree).into_iter().map(|change| {
            let seen = |tree: &Node| Visibility::of(gate.view(), &change.path.0, tree);
            let sources = old.map(|old| &old.sources).unwrap_or(&new.sources);
            let shown = |node: &Node, tree, sources| json::write(&redacted(seen(tree), node, &change.path, sources));
            Planned {
                field: change.path.to_string(),
                old: change.old.map(|node| shown(node, before, sources)),
                new: change.new.map(|node| shown(node, &new.tree, &new.sources)),
                restart: restart.iter().any(|path| path.touches(&change.path)),
            }
        });
        Self { fields: planned.collect() }
    }

    /// The fields that wait for a restart.
    pub fn restart(&self) -> Vec<String> {
        self.fields.iter().filter(|field| field.restart).map(|field| field.field.clone()).collect()
    }
}

//! Restart-only fields: those with `x-reload: restart` in the schema.
//!
//! A reload keeps their running values and lists the new ones as pending. The gate validates the config as it will run, with
//! the running values. The core reads the keyword ([`restart_fields`](confgate_core::schema::fields::restart_fields)); this
//! module decides what a reload does with it.

use confgate_core::gate::redact::{Visibility, redacted};
use confgate_core::gate::{Phase, ValidateOptions};
use confgate_core::value::{Node, Path, Source};

use crate::live::current::{Current, PendingField};
use crate::load::tree_edit::{insert_at, layer_origin, set_origin};
use crate::load::{ConfigLayer, LayerKind, LoadedConfig, Loader, Refused};

/// A validated config that can replace the running one.
pub(super) struct Candidate<M> {
    /// The typed config.
    pub config: M,
    /// The config with its origins.
    pub loaded: LoadedConfig,
    /// The restart-only fields that have a new value.
    pub pending: Vec<PendingField>,
}

/// Replaces new values of restart-only fields by the running ones, and validates the result. `config` is the typed form of
/// `loaded`, if there is one already.
///
/// # Errors
///
/// The gate rejects the config with the running values.
pub(super) fn keep_restart_only<M>(
    loader: &Loader<M>,
    running: &Current<M>,
    mut loaded: LoadedConfig,
    config: Option<M>,
) -> Result<Candidate<M>, Refused> {
    let view = loader.gate().view();
    let mut kept = Vec::new();
    let mut pending = Vec::new();
    for path in loader.context().restart_only() {
        let (old, new) = (running.loaded.tree.get(&path.0), loaded.tree.get(&path.0));
        if old == new {
            continue;
        }
        let display = |node: &Node, loaded: &LoadedConfig| {
            redacted(Visibility::of(view, &path.0, &loaded.tree), node, path, &loaded.sources)
        };
        pending.push(PendingField {
            path: path.clone(),
            running: old.map(|node| display(node, &running.loaded)),
            wanted: new.map(|node| display(node, &loaded)),
        });
        kept.push((path.clone(), old.cloned()));
    }
    let config = if kept.is_empty() { config } else { None };
    for (path, node) in kept {
        keep_running_value(&mut loaded, &running.loaded, path, node);
    }
    let (config, loaded) = match config {
        Some(config) => (config, loaded),
        None => revalidate(loader, loaded)?,
    };
    Ok(Candidate { config, loaded, pending })
}

/// Replaces the loaded value of a field by the running one, or removes it if the running config lacks the field.
fn keep_running_value(loaded: &mut LoadedConfig, running: &LoadedConfig, path: Path, node: Option<Node>) {
    loaded.sources.resolved.remove(&path);
    let Some(mut node) = node else {
        loaded.tree.remove(&path.0);
        return;
    };
    if let Some(original) = running.sources.resolved.get(&path) {
        loaded.sources.resolved.insert(path.clone(), original.clone());
    }
    let layer = running.layer(&node);
    let name = match layer.kind {
        LayerKind::Kept => layer.name.to_string(),
        _ => format!("{}, until a restart", running.origin(&node)),
    };
    let source = u16::try_from(loaded.layers.len()).unwrap_or(u16::MAX);
    loaded.sources.layers.push(Source::new(name.clone(), ""));
    loaded.layers.push(ConfigLayer { kind: LayerKind::Kept, name: name.into() });
    set_origin(&mut node, &layer_origin(source));
    insert_at(&mut loaded.tree, &path, node);
}

/// Validates a config that is composed of accepted ones.
fn revalidate<M>(loader: &Loader<M>, mut loaded: LoadedConfig) -> Result<(M, LoadedConfig), Refused> {
    let options =
        ValidateOptions { environment: Some(loaded.environment), phase: Phase::Load, ..ValidateOptions::default() };
    let outcome = loader.gate().validate_tree(loaded.tree.clone(), &loaded.sources, Vec::new(), options);
    match outcome.config {
        Some(config) if outcome.report.admits() => {
            loaded.tree = outcome.tree;
            Ok((config, loaded))
        }
        _ => Err(Refused { report: outcome.report }),
    }
}

//! The check of an override above the configs of the published release.

use std::collections::BTreeSet;

use confgate_core::diagnostics::{Severity, similar_names};
use confgate_core::gate::{Gate, ValidateOptions};
use confgate_core::value::{Node, Path, Segment, Sources};
use confgate_fleet::{Digest, GatedConfig, Keys, MAX_VALUE, Pointer, ReleaseReader, Store, Targets, WaveName};
use confgate_nix_signatures::Trust;
use confgate_runtime::load::insert_at;

/// The number of different bundles of a release that are tried.
const MAX_BUNDLES: usize = 16;

/// Returns the reason why no node can take the values: the error of the first config that has one, if every config of the published
/// release has one. `None` if a config admits them, or none can be read and verified: the gate of each node has the last word.
pub(super) async fn rejection(
    store: &Store,
    keys: &Keys,
    (gate, trust): (&Gate, &Trust),
    values: &[(Path, Node)],
) -> Option<String> {
    let key = keys.rollout(&WaveName::all());
    let entry = store.get(&key, MAX_VALUE).await.ok()?.0?;
    let pointer = Pointer::decode(&entry.value, &key).ok()?;
    let reader = ReleaseReader::new(store, keys, trust);
    let bundles: BTreeSet<Digest> = match reader.release(&pointer.release).await.ok()?.targets {
        Targets::All(digest) => [digest].into(),
        Targets::Nodes(nodes) => nodes.into_values().collect(),
    };
    let mut first = None;
    for digest in bundles.iter().take(MAX_BUNDLES) {
        let bundle = reader.bundle(digest).await.ok()?.bundle;
        let config = GatedConfig::of(&bundle, gate).ok()?;
        let options = ValidateOptions {
            environment: Some(bundle.manifest.environment),
            fill_defaults: true,
            ..ValidateOptions::default()
        };
        let error = error_of(&config.tree, gate, options, values)?;
        first.get_or_insert(error);
    }
    first
}

/// Returns the error of a config with the values.
fn error_of(config: &Node, gate: &Gate, options: ValidateOptions, values: &[(Path, Node)]) -> Option<String> {
    let mut tree = config.clone();
    for (path, value) in values {
        insert_at(&mut tree, path, value.clone());
    }
    let outcome = gate.validate_tree(tree, &Sources::default(), Vec::new(), options);
    let error = outcome.report.diagnostics().iter().find(|found| found.severity == Severity::Error)?;
    let meant = values.iter().find_map(|(path, _)| nearest(config, path));
    let question = meant.map(|meant| format!(": did you mean {meant}?")).unwrap_or_default();
    Some(format!("{}{question}", error.message))
}

/// Returns the path with the nearest key of the config in place of the first one that the config does not have.
fn nearest(config: &Node, path: &Path) -> Option<Path> {
    let missing = (0..path.0.len()).find(|depth| config.get(&path.0[..=*depth]).is_none())?;
    let Segment::Key(key) = &path.0[missing] else { return None };
    let table = config.get(&path.0[..missing])?.as_table()?;
    let near = similar_names::similar(key, table.keys().map(|key| key.as_str()));
    let mut meant = path.clone();
    meant.0[missing] = Segment::Key((near.first()?.1).into());
    Some(meant)
}

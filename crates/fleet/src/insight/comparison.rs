//! Differences between nodes and releases, by field.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use confgate_core::gate::Gate;
use confgate_core::schema::keywords::RELOAD;
use confgate_nix_signatures::Trust;
use serde::Serialize;

use crate::digest::Digest;
use crate::fleet_status::read_release;
use crate::gated::GatedConfig;
use crate::insight::subject::{Found, InsightError, Subject, pointer};
use crate::keys::Keys;
use crate::names::{NodeName, WaveName};
use crate::node_report::NodeReport;
use crate::pointer::Pointer;
use crate::pointer_choice::pointer_of;
use crate::reader::ReleaseReader;
use crate::release::{Release, Targets};
use crate::release_error::ReleaseError;
use crate::store::Store;
use crate::three_way::{FieldChange, field_changes};

/// The differences between two nodes or releases.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The old side in words.
    pub old: String,
    /// The new side in words.
    pub new: String,
    /// The nodes whose configs differ; one without a name, if one bundle is compared with another.
    pub changed: Vec<ComparedNode>,
    /// Nodes that the new side alone has a bundle for.
    pub added: Vec<NodeName>,
    /// Nodes that the old side alone has a bundle for.
    pub removed: Vec<NodeName>,
    /// Number of compared nodes. `None` if one bundle is compared with another.
    pub nodes: Option<usize>,
}

/// The differences of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedNode {
    /// The node.
    pub node: Option<NodeName>,
    /// The fields that differ, in the order of the config. Nodes with the same bundles share them.
    pub fields: Arc<[ComparedField]>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedField {
    /// Its values.
    #[serde(flatten)]
    pub change: FieldChange,
    /// The reload class of the field.
    pub reload: Option<String>,
}

/// A side of a comparison.
enum CompareSide {
    Bundle { words: String, node: Option<NodeName>, digest: Digest },
    Release { words: String, release: Release },
}

impl CompareSide {
    fn words(&self) -> String {
        match self {
            Self::Bundle { words, .. } | Self::Release { words, .. } => words.clone(),
        }
    }
}

/// A comparison in the making.
struct Comparer<'c> {
    store: &'c Store,
    keys: &'c Keys,
    gate: &'c Gate,
    reader: ReleaseReader<'c>,
    configs: BTreeMap<Digest, Arc<GatedConfig>>,
    compared: BTreeMap<(Digest, Digest), Arc<[ComparedField]>>,
}

/// Compares two nodes or releases; a node with a release by the node's bundle of it. Without a second side, a node is compared with
/// the release of its pointer, and the published release with a release.
///
/// # Errors
///
/// The store cannot be read, has no such node or release, or a bundle is rejected.
pub async fn compare(
    store: &Store,
    keys: &Keys,
    (gate, trust): (&Gate, &Trust),
    one: &Subject,
    other: Option<&Subject>,
) -> Result<Comparison, InsightError> {
    let reader = ReleaseReader::new(store, keys, trust);
    let mut comparer = Comparer { store, keys, gate, reader, configs: BTreeMap::new(), compared: BTreeMap::new() };
    let (old, new) = match (one.find(store, keys).await?, other) {
        (Found::Node(node, report), None) => {
            let (wave, pointer) = comparer.pointer_for(&node, &report).await?;
            let release = read_release(store, keys, &pointer.release).await?;
            let new = bundle_in(&release, &pointer.release, &node, &format!(" of the pointer {wave}"))?;
            (comparer.running(node, &report).await?, new)
        }
        (Found::Release(digest), None) => {
            let all = WaveName::all();
            let published = pointer(store, keys, &all).await?.ok_or(InsightError::NoPointer(all))?.release;
            (comparer.release(published).await?, comparer.release(digest).await?)
        }
        (old, Some(new)) => match (old, new.find(store, keys).await?) {
            (Found::Node(node, report), Found::Release(digest)) => {
                let release = read_release(store, keys, &digest).await?;
                let new = bundle_in(&release, &digest, &node, "")?;
                (comparer.running(node, &report).await?, new)
            }
            (Found::Release(digest), Found::Node(node, report)) => {
                let release = read_release(store, keys, &digest).await?;
                let old = bundle_in(&release, &digest, &node, "")?;
                (old, comparer.running(node, &report).await?)
            }
            (old, new) => (comparer.side(old).await?, comparer.side(new).await?),
        },
    };
    comparer.compare(&old, &new).await
}

/// Returns the bundle of a node in a release.
fn bundle_in(release: &Release, digest: &Digest, node: &NodeName, of: &str) -> Result<CompareSide, InsightError> {
    let no_bundle = || ReleaseError::NoBundle { release: *digest, node: node.clone() };
    let bundle = release.bundle_of(node).ok_or_else(no_bundle)?;
    let words = format!("release {}{of}", digest.short());
    Ok(CompareSide::Bundle { words, node: Some(node.clone()), digest: bundle })
}

impl Comparer<'_> {
    async fn side(&self, found: Found) -> Result<CompareSide, InsightError> {
        match found {
            Found::Node(node, report) => self.running(node, &report).await,
            Found::Release(digest) => self.release(digest).await,
        }
    }

    async fn release(&self, digest: Digest) -> Result<CompareSide, InsightError> {
        let release = read_release(self.store, self.keys, &digest).await?;
        Ok(CompareSide::Release { words: format!("release {}", digest.short()), release })
    }

    /// Returns the bundle that a node runs.
    async fn running(&self, node: NodeName, report: &NodeReport) -> Result<CompareSide, InsightError> {
        let of_release = match &report.release {
            Some(digest) if report.bundle.is_none() => {
                read_release(self.store, self.keys, digest).await?.bundle_of(&node)
            }
            _ => None,
        };
        let digest = report.bundle.or(of_release).ok_or_else(|| InsightError::RunsNothing(node.clone()))?;
        let words = match &report.release {
            Some(release) => format!("node {node}, which runs release {}", release.short()),
            None => format!("node {node}, which runs a bundle of no release"),
        };
        Ok(CompareSide::Bundle { words, node: Some(node), digest })
    }

    async fn pointer_for(&self, node: &NodeName, report: &NodeReport) -> Result<(WaveName, Pointer), InsightError> {
        let prefix = self.keys.rollouts();
        let mut pointers = BTreeMap::new();
        for entry in self.store.list(&prefix).await?.entries {
            let wave = Keys::name_below(&entry.key, &prefix).and_then(|name| name.parse::<WaveName>().ok());
            let Some(wave) = wave else { continue };
            pointers.insert(wave, Pointer::decode(&entry.value, &entry.key)?);
        }
        let chosen = pointer_of(&pointers, report.resident(node));
        let (wave, pointer) = chosen.ok_or_else(|| InsightError::NoPointerFor(node.clone()))?;
        Ok((wave.clone(), pointer.clone()))
    }

    async fn compare(&mut self, old: &CompareSide, new: &CompareSide) -> Result<Comparison, InsightError> {
        let mut comparison = Comparison {
            old: old.words(),
            new: new.words(),
            changed: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            nodes: None,
        };
        match (old, new) {
            (CompareSide::Release { release: old, .. }, CompareSide::Release { release: new, .. }) => {
                self.releases(old, new, &mut comparison).await?;
            }
            (
                CompareSide::Bundle { node: old_node, digest: old, .. },
                CompareSide::Bundle { node: new_node, digest: new, .. },
            ) => {
                self.named(old_node.as_ref(), old).await?;
                self.named(new_node.as_ref(), new).await?;
                self.pair(None, *old, *new, &mut comparison).await?;
            }
            // A node and a release are two bundles.
            _ => {}
        }
        Ok(comparison)
    }

    /// Reads the bundle of a node. One that is missing was never published.
    async fn named(&mut self, node: Option<&NodeName>, digest: &Digest) -> Result<(), InsightError> {
        match (self.config(digest).await, node) {
            (Err(InsightError::Release(ReleaseError::Missing { .. })), Some(node)) => {
                Err(InsightError::NotStored { node: node.clone(), bundle: *digest })
            }
            (result, _) => result.map(drop),
        }
    }

    async fn releases(
        &mut self,
        old: &Release,
        new: &Release,
        comparison: &mut Comparison,
    ) -> Result<(), InsightError> {
        let named = |release: &Release| -> BTreeSet<NodeName> {
            match &release.targets {
                Targets::All(_) => BTreeSet::new(),
                Targets::Nodes(nodes) => nodes.keys().cloned().collect(),
            }
        };
        let nodes: BTreeSet<NodeName> = named(old).union(&named(new)).cloned().collect();
        if nodes.is_empty()
            && let (Targets::All(old), Targets::All(new)) = (&old.targets, &new.targets)
        {
            return self.pair(None, *old, *new, comparison).await;
        }
        comparison.nodes = Some(nodes.len());
        for node in nodes {
            match (old.bundle_of(&node), new.bundle_of(&node)) {
                (Some(old), Some(new)) => self.pair(Some(node), old, new, comparison).await?,
                (None, _) => comparison.added.push(node),
                (Some(_), None) => comparison.removed.push(node),
            }
        }
        Ok(())
    }

    async fn pair(
        &mut self,
        node: Option<NodeName>,
        old: Digest,
        new: Digest,
        comparison: &mut Comparison,
    ) -> Result<(), InsightError> {
        if old == new {
            return Ok(());
        }
        let fields = match self.compared.get(&(old, new)) {
            Some(known) => known.clone(),
            None => {
                let (old_config, new_config) = (self.config(&old).await?, self.config(&new).await?);
                let reload = |change: &FieldChange| {
                    // A field that is gone has its class in the old config.
                    let tree = if change.new.is_some() { &new_config.tree } else { &old_config.tree };
                    self.gate.subschema_in(&change.path, tree)?.text(RELOAD).map(str::to_owned)
                };
                let changes = field_changes(self.gate, &old_config, &new_config);
                let fields: Arc<[ComparedField]> =
                    changes.into_iter().map(|change| ComparedField { reload: reload(&change), change }).collect();
                self.compared.insert((old, new), fields.clone());
                fields
            }
        };
        if !fields.is_empty() {
            comparison.changed.push(ComparedNode { node, fields });
        }
        Ok(())
    }

    async fn config(&mut self, digest: &Digest) -> Result<Arc<GatedConfig>, InsightError> {
        if let Some(known) = self.configs.get(digest) {
            return Ok(known.clone());
        }
        let verified = self.reader.bundle(digest).await?;
        let config = GatedConfig::of(&verified.bundle, self.gate)
            .map_err(|source| InsightError::Gate { bundle: *digest, source })?;
        let config = Arc::new(config);
        self.configs.insert(*digest, config.clone());
        Ok(config)
    }
}

impl Comparison {
    /// Returns whether both sides are equal.
    pub fn is_equal(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }
}

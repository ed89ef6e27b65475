//! All recommendations about a service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use confgate_core::diagnostics::Report;
use confgate_core::value::Format;
use serde::Serialize;

use crate::gated::GatedConfig;
use crate::insight::bundle_values::BundleValues;
use crate::insight::recommend::definitions::{overridden, unused_defaults};
use crate::insight::recommend::finding::Finding;
use crate::insight::recommend::flags::one_sided;
use crate::insight::recommend::recorded::{RecordLimits, Recorded};
use crate::insight::recommend::rollbacks::correlated;
use crate::insight::recommend::secrets::unused;
use crate::insight::record::ConfigSource;
use crate::insight::subject::InsightError;
use crate::insight::texts::Texts;
use crate::keys::Keys;
use crate::store::Store;

/// Recommendations about a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendations {
    /// Number of nodes of the published release that were looked at.
    pub nodes: usize,
    /// Number of releases that were looked at.
    pub releases: usize,
    /// The recommendations.
    pub findings: Vec<Finding>,
    /// Number of booleans with one value everywhere that no config sets. They are left out.
    pub unset_flags: usize,
    /// Releases and bundles that could not be looked at.
    pub problems: Vec<String>,
}

/// Makes recommendations from what a store records. `secrets` are names of secrets that the nodes have. Nothing is changed.
///
/// # Errors
///
/// The store cannot be read, or the published release is invalid.
pub async fn recommend(
    store: &Store,
    keys: &Keys,
    configs: ConfigSource<'_>,
    limits: RecordLimits,
    secrets: &BTreeSet<String>,
) -> Result<Recommendations, InsightError> {
    let Recorded { nodes, releases, problems } = Recorded::read(store, keys, configs, limits).await?;
    let environments: BTreeSet<_> = nodes.values().map(|values| values.environment).collect();
    let defaults: BTreeMap<_, Arc<BundleValues>> = environments
        .into_iter()
        .map(|environment| {
            let config = GatedConfig {
                tree: configs.gate.defaults(environment),
                origins: BTreeMap::new(),
                report: Report::default(),
                format: Format::default(),
            };
            let values = BundleValues::of(&config, environment, configs.gate, &mut Texts::default());
            (environment, Arc::new(values))
        })
        .collect();
    let mut findings = correlated(&releases);
    findings.extend(overridden(&nodes));
    findings.extend(unused_defaults(&nodes, &|values| defaults[&values.environment].clone()));
    let (flags, unset_flags) = one_sided(&nodes, &releases);
    findings.extend(flags);
    findings.extend(unused(&nodes, &releases, secrets));
    Ok(Recommendations { nodes: nodes.len(), releases: releases.len(), findings, unset_flags, problems })
}

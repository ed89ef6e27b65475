//! A recommendation and its evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::digest::Digest;

/// A recommendation about a field or a secret.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The field, or the name of the secret.
    pub subject: Arc<str>,
    /// The evidence, by which a reader judges it.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// A value with the number of nodes that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountedValue {
    /// The value; `None` if the field is absent.
    pub value: Option<Arc<str>>,
    /// Number of nodes.
    pub nodes: usize,
}

/// A release of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordedReleaseName {
    /// The release.
    pub release: Digest,
    /// Time of its publication, or of the end of its rollout.
    pub at: Timestamp,
    /// The reason why it went back, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub went_back: Option<String>,
}

/// The reason for a recommendation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Evidence {
    /// Every node overrides one definition: it has no effect.
    Overridden {
        /// The place of the definition.
        definition: Arc<str>,
        /// Number of nodes.
        nodes: usize,
        /// The values in its place, the most frequent one first.
        values: Vec<CountedValue>,
        /// Places of the definitions that override it, the first three.
        by: Vec<Arc<str>>,
    },
    /// No node uses the default of the schema.
    UnusedDefault {
        /// The default.
        default: Arc<str>,
        /// Number of nodes.
        nodes: usize,
        /// The values in its place, the most frequent one first.
        values: Vec<CountedValue>,
    },
    /// A boolean that is set, and has one value on all nodes in all releases.
    OneSidedFlag {
        /// The value.
        value: bool,
        /// Number of nodes.
        nodes: usize,
        /// Number of releases.
        releases: usize,
        /// Time of the oldest of them.
        since: Timestamp,
        /// Number of nodes that set it now.
        set_by: usize,
    },
    /// Values that releases which went back have in common.
    Rollbacks {
        /// The values by their fields; all of them are in the same releases.
        values: BTreeMap<Arc<str>, Arc<str>>,
        /// The releases that have them and went back.
        went_back: Vec<RecordedReleaseName>,
        /// Number of releases that have them.
        with: usize,
        /// Number of releases without them that went back.
        others_back: usize,
        /// Number of releases without them.
        without: usize,
        /// The probability of as many rollbacks among those with the values by chance (Fisher's exact test, one side).
        probability: f64,
    },
    /// A secret that no node of the published release needs.
    UnusedSecret {
        /// The last release that needed it, if one did.
        last: Option<RecordedReleaseName>,
        /// The field that referenced it there.
        field: Option<Arc<str>>,
        /// True if the secret is among those that are given.
        is_given: bool,
    },
}

impl Evidence {
    /// Returns the word for the kind of recommendation.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Overridden { .. } => "overridden",
            Self::UnusedDefault { .. } => "unused-default",
            Self::OneSidedFlag { .. } => "one-sided-flag",
            Self::Rollbacks { .. } => "rollbacks",
            Self::UnusedSecret { .. } => "unused-secret",
        }
    }
}

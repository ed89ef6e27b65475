//! The record of a generation: a JSON file beside its directory.

use confgate_core::environment::Environment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;

/// The record of a generation: its bundle, the source, the user who deployed it, and the outcome.
///
/// Every user of the machine can read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Number of the generation on this node, from 1.
    pub generation: u64,
    /// Name of the bundle.
    pub bundle: String,
    /// Environment that the bundle was built for.
    pub environment: Environment,
    /// Source as the user gave it.
    pub source: String,
    /// Resolved source: a store path or a commit.
    pub resolved: String,
    /// Name of the key that signed it, if signatures are required.
    pub signer: Option<String>,
    /// Time of the deployment.
    pub time: Timestamp,
    /// User who deployed it.
    #[serde(rename = "who")]
    pub user: String,
    /// SHA-256 of its NAR, in the base 32 of Nix.
    #[serde(rename = "nar")]
    pub nar_hash: String,
    /// Schema version that the config was written for, before migration; `None` for a schema without versions.
    pub version: Option<u64>,
    /// Generation that was active before; `None` for the first.
    pub previous: Option<u64>,
    /// Target of a foreign link that the first generation replaced, which a rollback puts back.
    #[serde(rename = "replaced", default, skip_serializing_if = "Option::is_none")]
    pub replaced_link: Option<String>,
    /// Fields whose new value needs a restart of the service.
    #[serde(rename = "restart")]
    pub restart_fields: Vec<String>,
    /// Outcome of the deployment.
    #[serde(rename = "result")]
    pub outcome: Outcome,
}

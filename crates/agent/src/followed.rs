//! The fleet that an agent follows, as its pages report on it.

use serde_json::Value as Json;

/// The fleet that an agent follows.
pub trait Followed: Send + Sync {
    /// Returns the state for `/health`.
    fn health(&self) -> Json;

    /// Returns the problem because of which the node may not run what its fleet wants.
    fn problem(&self) -> Option<String>;

    /// Returns metrics in the text format of OpenMetrics.
    fn metrics(&self) -> String;
}

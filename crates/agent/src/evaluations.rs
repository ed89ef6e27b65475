//! Evaluations of flags, as the server answers them by OpenFeature's remote evaluation protocol.

use confgate_runtime::live::Subscription;
use serde_json::Value as Json;

/// Evaluations of flags.
pub trait Evaluations: Send + Sync {
    /// Evaluates one flag in the context of a request with this body.
    fn one(&self, key: &str, body: &[u8]) -> EvaluationAnswer;

    /// Evaluates all flags in the context of a request with this body. `is_known` compares an entity tag with those that the client has;
    /// `streams` is the JSON of the streams that clients may follow.
    fn all(&self, body: &[u8], is_known: &dyn Fn(&str) -> bool, streams: Option<&str>) -> EvaluationAnswer;

    /// Returns the event that asks clients to evaluate all flags again, as a server sends it.
    fn event(&self) -> ChangeEvent;

    /// Subscribes to changes of the flags.
    fn subscribe(&self) -> Subscription;

    /// Returns the state for `/health`.
    fn health(&self) -> Json;

    /// Returns the problem because of which the flags may not be those of their file.
    fn problem(&self) -> Option<String>;

    /// Returns metrics in the text format of OpenMetrics, without its last line.
    fn metrics(&self) -> String;
}

/// Answer to an evaluation. Its body is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationAnswer {
    /// HTTP status.
    pub status: u16,
    /// Body; empty with the status 304.
    pub body: String,
    /// Entity tag, in quotes.
    pub etag: Option<String>,
}

/// Event of a stream of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEvent {
    /// Identifier, which stays the same as long as the flags do.
    pub id: String,
    /// Text of the event, in the format of server-sent events.
    pub text: String,
}

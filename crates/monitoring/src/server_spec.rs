//! A server in a config file.

use std::path::PathBuf;

use confgate_core::types::{Duration, Url};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A server of Prometheus or Alertmanager.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerSpec {
    /// URL of the server, without the path of its API.
    #[schemars(regex(pattern = r"^https?://"), extend("patternErrorMessage" = "must begin with http:// or https://"))]
    pub url: Url,
    /// Longest time of one request, at most an hour.
    #[serde(default = "default_timeout")]
    #[schemars(extend("formatMinimum" = "1ms", "formatMaximum" = "1h"))]
    pub timeout: Duration,
    /// File with CA certificates to trust, in place of those of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// File with a token that is sent as `Authorization: Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
}

const fn default_timeout() -> Duration {
    Duration::from_secs(5)
}

impl ServerSpec {
    /// Returns a server without files of its own.
    pub fn new(url: Url, timeout: Duration) -> Self {
        Self { url, timeout, ca_file: None, token_file: None }
    }
}

//! What a node tells about itself, and to whom.

use confgate_core::environment::Environment::{self, *};
use confgate_core::types::Duration;
use confgate_core::types::Secret;
use confgate_core::types::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::url;

/// What a node tells about itself, and to whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonitoringConfig {
    /// Serve metrics for Prometheus on `metrics_port`.
    pub enable_metrics: bool,
    /// Port of the metrics. It must be another one than the port for peers.
    #[schemars(range(min = 1), extend("x-reload" = "restart"))]
    pub metrics_port: u16,
    /// Send traces of requests to `tracing_endpoint`.
    pub enable_tracing: bool,
    /// URL of the collector that receives the traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracing_endpoint: Option<Url>,
    /// How often the node checks its own parts.
    pub health_check_interval: Duration,
    /// URL that alerts are posted to. It is a secret, because whoever knows it can post there.
    #[schemars(extend("format" = "url", "x-secret" = true))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_webhook: Option<Secret>,
    /// How long logs are kept.
    #[schemars(range(min = 1), extend("x-unit" = "days"))]
    pub log_retention_days: u32,
    /// How long metrics are kept.
    #[schemars(range(min = 1), extend("x-unit" = "days"))]
    pub metric_retention_days: u32,
}

impl MonitoringConfig {
    pub(super) fn defaults(environment: Environment) -> Self {
        let deployed = matches!(environment, Staging | Production);
        Self {
            enable_metrics: environment != Testing,
            metrics_port: 9090,
            enable_tracing: deployed,
            tracing_endpoint: deployed.then(|| url("http://localhost:14268/api/traces")),
            health_check_interval: Duration::from_secs(30),
            alert_webhook: None,
            log_retention_days: 30,
            metric_retention_days: 90,
        }
    }
}

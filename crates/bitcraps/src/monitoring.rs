//! Section `monitoring`.

use confgate_core::environment::Environment::{self, *};
use confgate_core::types::{Duration, Secret, Url};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::url_literal::url_literal;

/// Metrics, traces, alerts and logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonitoringConfig {
    /// Serve metrics for Prometheus on `metrics_port`.
    pub enable_metrics: bool,
    /// Port of the metrics. It must differ from the port for peers.
    #[schemars(range(min = 1), extend("x-reload" = "restart"))]
    pub metrics_port: u16,
    /// Send traces of requests to `tracing_endpoint`.
    pub enable_tracing: bool,
    /// URL of the collector that receives the traces.
    pub tracing_endpoint: Option<Url>,
    /// Interval between the node's health checks.
    pub health_check_interval: Duration,
    /// URL that alerts are posted to. It is secret, since anyone who knows it can post there.
    #[schemars(extend("format" = "url", "x-secret" = true))]
    pub alert_webhook: Option<Secret>,
    /// Retention of logs.
    #[schemars(range(min = 1), extend("x-unit" = "days"))]
    pub log_retention_days: u32,
    /// Retention of metrics.
    #[schemars(range(min = 1), extend("x-unit" = "days"))]
    pub metric_retention_days: u32,
}

impl MonitoringConfig {
    pub(crate) fn defaults(environment: Environment) -> Self {
        let deployed = matches!(environment, Staging | Production);
        Self {
            enable_metrics: environment != Testing,
            metrics_port: 9090,
            enable_tracing: deployed,
            tracing_endpoint: deployed.then(|| url_literal("http://localhost:14268/api/traces")),
            health_check_interval: Duration::from_secs(30),
            alert_webhook: None,
            log_retention_days: 30,
            metric_retention_days: 90,
        }
    }
}

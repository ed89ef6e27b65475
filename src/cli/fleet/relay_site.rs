//! Pages of a relay: metrics and health.

use std::sync::Arc;

use confgate_agent::{AllowedHosts, JSON, Page, Site, TokenFile};
use confgate_core::pretty_json::document;
use confgate_fleet::RelayStatus;
use confgate_runtime::live::metrics::MetricsFormat;
use serde_json::json;

/// Pages of a relay.
pub(crate) struct RelaySite {
    pub status: Arc<RelayStatus>,
    pub hosts: AllowedHosts,
    pub token: Option<Arc<TokenFile>>,
}

impl Site for RelaySite {
    fn hosts(&self) -> &AllowedHosts {
        &self.hosts
    }

    fn token(&self) -> Option<&Arc<TokenFile>> {
        self.token.as_ref()
    }

    fn page(&self, path: &str, _: Option<&str>, accept: &str) -> Page {
        match path {
            "/metrics" => {
                let format = MetricsFormat::of_accept(accept);
                Page::ok(format.media_type(), format.convert(self.status.metrics()))
            }
            "/health" => Page::ok(JSON, document(&self.status.health())),
            _ => Page::error(404, "not found; use /metrics or /health"),
        }
    }

    fn status_page(&self) -> Page {
        let status = if self.status.problems().is_empty() { "ok" } else { "degraded" };
        Page::ok(JSON, document(&json!({ "status": status })))
    }
}

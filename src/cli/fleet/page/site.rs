//! The page of a fleet over HTTP, with its events, health and metrics.

use std::sync::{Arc, Mutex, PoisonError};

use confgate_agent::{AllowedHosts, Event, EventSource, HTML, JSON, NextEvent, Page, Site, TokenFile};
use confgate_core::pretty_json::document as json_document;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::insight::FleetView;
use confgate_runtime::live::metrics::MetricsFormat;
use serde_json::json;

use crate::cli::fleet::page::document::{Liveness, connection, content, document};
use crate::cli::fleet::page::rollout::rollout;

/// The pages that a site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageMode {
    /// The page of the fleet too.
    WithPage,
    /// `/metrics` and `/health` alone.
    MetricsOnly,
}

/// Pages of a fleet. No request changes anything.
pub(crate) struct FleetSite {
    view: Arc<FleetView>,
    hosts: AllowedHosts,
    token: Option<Arc<TokenFile>>,
    mode: PageMode,
    page: Cached,
    live: Cached,
}

/// A rendered text, with the version of the view that it shows.
#[derive(Default)]
struct Cached(Mutex<Option<(u64, String)>>);

impl Cached {
    fn get(&self, version: u64, render: impl FnOnce() -> String) -> String {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*cached {
            Some((known, text)) if *known == version => text.clone(),
            _ => {
                let text = render();
                *cached = Some((version, text.clone()));
                text
            }
        }
    }
}

impl FleetSite {
    pub fn new(view: Arc<FleetView>, hosts: AllowedHosts, token: Option<TokenFile>, mode: PageMode) -> Self {
        let token = token.map(Arc::new);
        Self { view, hosts, token, mode, page: Cached::default(), live: Cached::default() }
    }

    fn fleet(&self) -> String {
        let (_, snapshot) = self.view.snapshot();
        let columns: Vec<_> = snapshot.table.columns.iter().map(|column| json!(column)).collect();
        json_document(&json!({ "snapshot": &*snapshot, "differing": columns, "equal": snapshot.table.equal }))
    }
}

impl Site for FleetSite {
    fn hosts(&self) -> &AllowedHosts {
        &self.hosts
    }

    fn token(&self) -> Option<&Arc<TokenFile>> {
        self.token.as_ref()
    }

    fn page(&self, path: &str, _: Option<&str>, accept: &str) -> Page {
        match (path, self.mode) {
            ("/metrics", _) => {
                let format = MetricsFormat::of_accept(accept);
                Page::ok(format.media_type(), format.convert(self.view.metrics()))
            }
            ("/health", _) => Page::ok(JSON, json_document(&self.view.health())),
            ("/", PageMode::WithPage) => {
                let (version, snapshot) = self.view.snapshot();
                Page::ok(HTML, self.page.get(version, || document(&snapshot, Liveness::Live(version))))
            }
            ("/live", PageMode::WithPage) => {
                let (version, snapshot) = self.view.snapshot();
                Page::ok(HTML, self.live.get(version, || content(&snapshot)))
            }
            ("/fleet", PageMode::WithPage) => Page::ok(JSON, self.fleet()),
            (_, PageMode::WithPage) => Page::error(404, "not found; use /, /fleet, /metrics or /health"),
            (_, PageMode::MetricsOnly) => Page::error(404, "not found; use /metrics or /health"),
        }
    }

    fn events(&self, path: &str) -> Option<Arc<dyn EventSource>> {
        let is_here = path == "/events" && self.mode == PageMode::WithPage;
        is_here.then(|| Arc::new(FleetEvents(self.view.clone())) as Arc<dyn EventSource>)
    }

    fn status_page(&self) -> Page {
        let status = if self.view.problems().is_empty() { "ok" } else { "degraded" };
        Page::ok(JSON, json_document(&json!({ "status": status })))
    }
}

/// Changes of a fleet, for its page.
struct FleetEvents(Arc<FleetView>);

impl EventSource for FleetEvents {
    fn next(&self, after: u64) -> NextEvent {
        let view = self.0.clone();
        Box::pin(async move {
            // A version counts from zero, and an event from one.
            let version = match after {
                0 => view.snapshot().0,
                after => view.next_version(after - 1).await?,
            };
            let (_, snapshot) = view.snapshot();
            let error = view.connection_error();
            let data = json!({
                "version": version,
                "connection": sanitize(&connection(&snapshot, error.as_deref())),
                "lost": error.is_some(),
                "rollout": rollout(snapshot.rollout.as_ref()),
            });
            Some(Event { number: version + 1, name: "fleet", data: data.to_string() })
        })
    }
}

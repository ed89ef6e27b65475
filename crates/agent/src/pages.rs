//! The pages of the agent: metrics, health and config, without secrets.

use std::sync::Arc;

use confgate_core::pretty_json::document;
use confgate_core::render::json::diagnostic;
use confgate_core::toml;
use confgate_core::value::json as tree_json;
use confgate_runtime::live::PendingField;
use confgate_runtime::live::metrics::MetricsFormat;
use confgate_runtime::load::Refused;
use percent_encoding::percent_decode_str;
use serde_json::{Value as Json, json};

use crate::about::About;
use crate::evaluations::Evaluations;
use crate::hosts::AllowedHosts;
use crate::service::Status;
use crate::site::{HTML, JSON, Page, Site};
use crate::state::DegradedReason;
use crate::token::TokenFile;
use crate::views::View;

const TOML: &str = "application/toml";

impl Site for About {
    fn hosts(&self) -> &AllowedHosts {
        &self.hosts
    }

    fn token(&self) -> Option<&Arc<TokenFile>> {
        self.token.as_ref()
    }

    fn page(&self, path: &str, query: Option<&str>, accept: &str) -> Page {
        page(self, path, query, accept)
    }

    fn evaluations(&self) -> Option<&Arc<dyn Evaluations>> {
        self.evaluations.as_ref()
    }

    fn status_page(&self) -> Page {
        status_page(self)
    }
}

/// Returns the page at a path. `accept` is the header with the media types that the client reads.
fn page(about: &About, path: &str, query: Option<&str>, accept: &str) -> Page {
    match path {
        "/metrics" => {
            let format = MetricsFormat::of_accept(accept);
            Page::ok(format.media_type(), metrics(about, format))
        }
        "/health" => Page::ok(JSON, document(&health(about))),
        "/config" => config(about, query.unwrap_or_default()),
        _ => {
            view(about, path, query).unwrap_or_else(|| Page::error(404, "not found; use /metrics, /health or /config"))
        }
    }
}

/// Returns a page for people.
fn view(about: &About, path: &str, query: Option<&str>) -> Option<Page> {
    let is_healthy = degraded_reasons(about, about.service.refusal().as_ref()).is_empty();
    let view = View { name: &about.name, service: &*about.service, is_healthy };
    match about.views.as_ref()?.page(path, query, &view)? {
        Ok(page) => Some(Page::ok(HTML, page)),
        Err(message) => Some(Page::error(404, &message)),
    }
}

/// Returns the health without its details, for a client without the token.
fn status_page(about: &About) -> Page {
    let degraded = degraded_reasons(about, about.service.refusal().as_ref());
    Page::ok(JSON, document(&json!({ "status": status(&degraded) })))
}

fn status(degraded: &[DegradedReason]) -> &'static str {
    if degraded.is_empty() { "ok" } else { "degraded" }
}

fn metrics(about: &About, format: MetricsFormat) -> String {
    let own = about.state.metrics(&degraded_reasons(about, about.service.refusal().as_ref()));
    // Each of the two texts has an end marker; keep the last one.
    let followed = about.followed.as_ref().map(|followed| followed.metrics()).unwrap_or_default();
    let flags = about.evaluations.as_ref().map(|evaluations| evaluations.metrics()).unwrap_or_default();
    let config = about.service.metrics();
    let before = [config, followed, flags].map(|text| text.strip_suffix("# EOF\n").unwrap_or(&text).to_owned());
    format.convert(before.concat() + &own)
}

fn degraded_reasons(about: &About, refusal: Option<&Refused>) -> Vec<DegradedReason> {
    let refused = refusal.map(|_| DegradedReason::Refused);
    let hung = (about.service.hung_reloads() > 0).then_some(DegradedReason::Hung);
    let token = about.token_problem().map(|_| DegradedReason::Token);
    let fleet = about.followed.as_ref().and_then(|followed| followed.problem()).map(|_| DegradedReason::Fleet);
    let flags = about.evaluations.as_ref().and_then(|flags| flags.problem()).map(|_| DegradedReason::Flags);
    [refused, hung, token, fleet, flags].into_iter().flatten().chain(about.state.last().degraded()).collect()
}

fn health(about: &About) -> Json {
    let Status { version, since, reason, loaded, pending } = about.service.status();
    let refusal = about.service.refusal();
    let last = about.state.last();
    let degraded = degraded_reasons(about, refusal.as_ref());
    let watch = about.service.watch_status();
    json!({
        "status": status(&degraded),
        "problems": degraded.iter().map(|reason| problem(*reason)).collect::<Vec<_>>(),
        "service": about.name,
        "confgate": env!("CARGO_PKG_VERSION"),
        "environment": loaded.environment,
        "file": loaded.file(),
        "version": version,
        "since": since.to_string(),
        "cause": reason.to_string(),
        "profiles": loaded.active_profiles,
        "pending": pending.iter().map(pending_field).collect::<Vec<_>>(),
        "watch": { "mode": watch.mode(), "problem": watch.problem() },
        "reload": {
            "timeout": about.service.reload_timeout().as_secs_f64(),
            "hung": about.service.hung_reloads(),
        },
        "token": about.token.as_ref().map(|_| json!({ "error": about.token_problem() })),
        "refused": refusal.as_ref().map(report),
        "fleet": about.followed.as_ref().map(|followed| followed.health()),
        "flags": about.evaluations.as_ref().map(|evaluations| evaluations.health()),
        "output": about.output.as_ref().map(|path| json!({
            "path": path.display().to_string(),
            "current": last.current_at.map(|time| time.to_string()),
            "error": last.output_error,
        })),
        "signal": about.target.as_ref().map(|target| json!({
            "how": target.to_string(),
            "told": last.notified_at.map(|time| time.to_string()),
            "error": last.notify_error,
        })),
    })
}

fn problem(reason: DegradedReason) -> &'static str {
    match reason {
        DegradedReason::Refused => "the config was rejected, and an earlier one is running",
        DegradedReason::Hung => "a reload did not end within its time limit and still runs",
        DegradedReason::Token => "the token cannot be read, and no client can read the config",
        DegradedReason::Fleet => "the node may not run what its fleet wants",
        DegradedReason::Flags => "the flags were rejected, and earlier ones are evaluated",
        DegradedReason::Output => "the output file is not current",
        DegradedReason::Signal => "the service was not notified of the output file",
    }
}

fn pending_field(pending: &PendingField) -> Json {
    json!({
        "field": pending.path.to_string(),
        "running": pending.running.as_ref().map(tree_json::write),
        "wanted": pending.wanted.as_ref().map(tree_json::write),
    })
}

fn report(refused: &Refused) -> Json {
    let report = &refused.report;
    json!({
        "errors": report.errors(),
        "warnings": report.warnings(),
        "findings": report.diagnostics().iter().map(diagnostic).collect::<Vec<_>>(),
    })
}

fn config(about: &About, query: &str) -> Page {
    let (mut toml, mut origins, mut explained) = (false, false, None);
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter {
            "format=json" => toml = false,
            "format=toml" => toml = true,
            "origins=true" => origins = true,
            "origins=false" => origins = false,
            other => match other.strip_prefix("explain=").map(|field| percent_decode_str(field).decode_utf8()) {
                Some(Ok(field)) => explained = Some(field),
                _ => {
                    return Page::error(
                        400,
                        "unknown parameter; use format=json, format=toml, origins=true or explain=FIELD",
                    );
                }
            },
        }
    }
    let (loaded, spec) = (about.service.status().loaded, about.service.spec());
    if let Some(field) = explained {
        return match loaded.explain(spec, &field) {
            _ if toml || origins => Page::error(400, "explain=FIELD goes with no other parameter but format=json"),
            Ok(explanation) => Page::ok(JSON, document(&explanation)),
            Err(error) => Page::error(404, &error.to_string()),
        };
    }
    match (toml, origins) {
        (true, true) => Page::error(400, "origins=true needs format=json"),
        (true, false) => match toml::write(&loaded.redacted(spec)) {
            Ok(text) => Page::ok(TOML, text),
            Err(error) => Page::error(400, &format!("cannot write the config as TOML: {error}")),
        },
        (false, false) => Page::ok(JSON, document(&tree_json::write(&loaded.redacted(spec)))),
        (false, true) => Page::ok(JSON, document(&loaded.with_origins(spec))),
    }
}

//! What the agent answers: metrics, health, the config. Secrets are in none of it.

use confgate_core::pretty_json::document;
use confgate_core::render::json::diagnostic;
use confgate_core::toml;
use confgate_core::value::json as tree_json;
use confgate_runtime::live::Pending;
use confgate_runtime::live::metrics::OPEN_METRICS;
use confgate_runtime::load::Refused;
use serde_json::{Value as Json, json};

use crate::run::About;
use crate::service::Status;
use crate::state::Reason;

/// An answer.
#[derive(Debug, PartialEq)]
pub struct Page {
    /// 200, or what is wrong with the question.
    pub status: u16,
    /// Its media type.
    pub media: &'static str,
    /// The text.
    pub text: String,
}

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// The answer to a question.
pub fn answer(about: &About, path: &str, query: Option<&str>) -> Page {
    let options: Vec<(&str, &str)> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|option| !option.is_empty())
        .map(|option| option.split_once('=').unwrap_or((option, "")))
        .collect();
    match (path, &options[..]) {
        ("/metrics", _) => Page { status: 200, media: OPEN_METRICS, text: metrics(about) },
        ("/health", _) => Page { status: 200, media: JSON, text: document(&health(about)) },
        ("/config", options) => config(about, options),
        _ => Page { status: 404, media: TEXT, text: "not here: ask for /metrics, /health or /config\n".to_owned() },
    }
}

fn metrics(about: &About) -> String {
    let wrong = wrong(about, about.service.refusal().as_ref());
    let own = about.state.metrics(&wrong);
    // Both texts end with the line that ends all of it.
    let config = about.service.metrics();
    config.strip_suffix("# EOF\n").unwrap_or(&config).to_owned() + &own
}

/// Everything that is not as it should be.
fn wrong(about: &About, refusal: Option<&Refused>) -> Vec<Reason> {
    refusal.map(|_| Reason::Refused).into_iter().chain(about.state.done().wrong()).collect()
}

fn health(about: &About) -> Json {
    let Status { version, since, cause, loaded, pending } = about.service.status();
    let refusal = about.service.refusal();
    let done = about.state.done();
    let wrong = wrong(about, refusal.as_ref());
    let problems: Vec<String> = wrong.iter().map(|reason| problem(*reason).to_owned()).collect();
    json!({
        "status": if wrong.is_empty() { "ok" } else { "degraded" },
        "problems": problems,
        "service": about.name,
        "confgate": env!("CARGO_PKG_VERSION"),
        "environment": loaded.environment,
        "file": loaded.file(),
        "version": version,
        "since": since.to_string(),
        "cause": cause.to_string(),
        "profiles": loaded.active,
        "pending": pending.iter().map(waiting).collect::<Vec<_>>(),
        "refused": refusal.as_ref().map(refused),
        "output": about.output.as_ref().map(|path| json!({
            "path": path.display().to_string(),
            "current": done.current.map(|time| time.to_string()),
            "error": done.output_error,
        })),
        "signal": about.target.as_ref().map(|target| json!({
            "how": target.to_string(),
            "told": done.told.map(|time| time.to_string()),
            "error": done.signal_error,
        })),
    })
}

fn problem(reason: Reason) -> &'static str {
    match reason {
        Reason::Refused => "the config is refused, and an earlier one runs",
        Reason::Output => "the file is not the config that runs",
        Reason::Signal => "the service was not told of the file",
    }
}

fn waiting(pending: &Pending) -> Json {
    json!({
        "field": pending.path.to_string(),
        "running": pending.running.as_ref().map(tree_json::write),
        "wanted": pending.wanted.as_ref().map(tree_json::write),
    })
}

fn refused(refused: &Refused) -> Json {
    let report = &refused.report;
    json!({
        "errors": report.errors(),
        "warnings": report.warnings(),
        "findings": report.diagnostics().iter().map(diagnostic).collect::<Vec<_>>(),
    })
}

fn config(about: &About, options: &[(&str, &str)]) -> Page {
    let (mut toml, mut origins) = (false, false);
    for option in options {
        match option {
            ("format", "json") => toml = false,
            ("format", "toml") => toml = true,
            ("origins", "true") => origins = true,
            ("origins", "false") => origins = false,
            _ => return unknown("the options are format=json, format=toml and origins=true"),
        }
    }
    let loaded = about.service.status().loaded;
    let shown = loaded.shown(about.service.gate());
    match (toml, origins) {
        (true, true) => unknown("origins=true is for format=json"),
        (true, false) => match toml::write(&shown) {
            Ok(text) => Page { status: 200, media: "application/toml", text },
            Err(error) => unknown(&format!("the config cannot be said in TOML: {error}")),
        },
        (false, false) => Page { status: 200, media: JSON, text: document(&tree_json::write(&shown)) },
        (false, true) => Page { status: 200, media: JSON, text: document(&loaded.with_origins(about.service.gate())) },
    }
}

fn unknown(why: &str) -> Page {
    Page { status: 400, media: TEXT, text: format!("{why}\n") }
}

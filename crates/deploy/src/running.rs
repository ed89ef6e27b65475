//! Comparison of the deployed config with the one that the service runs.

use std::time::Duration;

use confgate_core::gate::Gate;
use confgate_core::schema::fields::restarts;
use confgate_core::value::diff::changes;
use confgate_core::value::json;
use confgate_runtime::load::LoadedConfig;
use thiserror::Error;

use crate::http::{self, HttpError};
use crate::plan::{Plan, PlannedChange};

/// An error of asking an agent for the running config.
#[derive(Debug, Error)]
#[error("{url}: {source}")]
pub struct RunningError {
    url: String,
    source: InvalidAnswer,
}

#[derive(Debug, Error)]
enum InvalidAnswer {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("the answer is not JSON")]
    NotJson(#[source] serde_json::Error),
    #[error("the answer is not a config: {0}")]
    NotATree(#[from] json::TooLarge),
    #[error("the answer is not a config")]
    NotATable,
}

/// Compares the running config, as an agent serves it at `url` (`/config`), with the deployed one. Both are redacted, so a
/// changed secret is not found.
///
/// # Errors
///
/// The agent does not answer, or with something else than a config.
pub fn running_changes(
    gate: &Gate,
    deployed: &LoadedConfig,
    url: &str,
    timeout: Duration,
) -> Result<Plan, RunningError> {
    compare(gate, deployed, url, timeout).map_err(|source| RunningError { url: url.to_owned(), source })
}

fn compare(gate: &Gate, deployed: &LoadedConfig, url: &str, timeout: Duration) -> Result<Plan, InvalidAnswer> {
    let text = http::get(url, timeout)?.body_mut().read_to_string().map_err(HttpError::from)?;
    let running = json::read(serde_json::from_str(&text).map_err(InvalidAnswer::NotJson)?)?;
    if running.as_table().is_none() {
        return Err(InvalidAnswer::NotATable);
    }
    let restart = restarts(gate.view());
    let redacted = deployed.redacted(gate);
    let fields = changes(&running, &redacted).into_iter().map(|change| PlannedChange {
        field: change.path.to_string(),
        old: change.old.map(json::write),
        new: change.new.map(json::write),
        restart: restart.iter().any(|path| path.touches(&change.path)),
    });
    Ok(Plan { fields: fields.collect() })
}

//! What a service runs, beside what is deployed.

use std::time::Duration;

use confgate_core::gate::Gate;
use confgate_core::schema::fields::restarts;
use confgate_core::value::diff::changes;
use confgate_core::value::json;
use confgate_runtime::load::LoadedConfig;

use crate::plan::{Plan, Planned};

/// The fields that a service runs with another value than the deployed one, as the agent's `/config` at `url` says it. Both are
/// without secrets, so a secret that changed is not seen.
///
/// # Errors
///
/// Nobody answers, or with something else than a config: why, in words.
pub fn running(gate: &Gate, deployed: &LoadedConfig, url: &str, patience: Duration) -> Result<Plan, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{url}: {error}");
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(patience)).build().into();
    let mut answer = agent.get(url).call().map_err(|error| failed(&error))?;
    let text = answer.body_mut().read_to_string().map_err(|error| failed(&error))?;
    let runs = serde_json::from_str(&text).map_err(|_| failed(&"it answers with something else than JSON"))?;
    let runs = json::read(runs).map_err(|error| failed(&error))?;
    if runs.as_table().is_none() {
        return Err(failed(&"it answers with something else than a config"));
    }
    let shown = deployed.shown(gate);
    let restarts = restarts(gate.view());
    let fields = changes(&runs, &shown).into_iter().map(|change| Planned {
        field: change.path.to_string(),
        old: change.old.map(json::write),
        new: change.new.map(json::write),
        restart: restarts.iter().any(|path| path.overlaps(&change.path)),
    });
    Ok(Plan { fields: fields.collect() })
}

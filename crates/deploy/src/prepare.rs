//! The steps before anything changes on the node: fetch, verify, gate.

use std::path::PathBuf;

use confgate_core::gate::Gate;
use confgate_files::SizeLimit;
use confgate_nix_signatures::PathInfo;
use confgate_runtime::load::{ConfigLocation, LoadOptions, LoadedConfig};
use jiff::Timestamp;

use crate::bundle::Bundle;
use crate::deploy_error::{DeployError, Downgrade, SignatureError};
use crate::generations_error::GenerationsError;
use crate::lock_owner::current_user;
use crate::model_check::{has_other_schema, is_same_service};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::record::Record;
use crate::recovery::active_problem;
use crate::rollback_target::last_good;
use crate::run::Run;
use crate::source::Fetched;
use crate::step::Step;

/// A bundle that may be activated.
pub(crate) struct Candidate {
    pub bundle: Bundle,
    pub record: Record,
    pub plan: Plan,
    /// True if it is the active bundle, and that generation is intact.
    pub is_active: bool,
}

/// Fetches, verifies and validates the bundle.
pub(crate) fn prepare(run: &mut Run<'_>) -> Result<Candidate, DeployError> {
    let Fetched { files, origin, signature, info } = run.step(Step::Fetch, |run| {
        let fetched = fetch(run)?;
        let detail = fetched.origin.clone();
        Ok::<_, DeployError>((fetched, detail))
    })?;
    // From here on these bytes are used: the source is not read again.
    let (bundle, signer) = run.step(Step::Verify, |run| {
        let bundle = Bundle::from_files(files)
            .map_err(|error| DeployError::Bundle { bundle: run.deployment.source.to_string(), error })?;
        let signer = verify_signature(run, &bundle, signature, info)?;
        let detail =
            signer.as_ref().map_or("digests match the manifest".to_owned(), |signer| format!("signed by {signer}"));
        Ok::<_, DeployError>(((bundle, signer), detail))
    })?;
    let (record, plan) = run.step(Step::Gate, |run| {
        let (record, plan, detail) = validate(run, &bundle, origin, signer)?;
        Ok::<_, DeployError>(((record, plan), detail))
    })?;
    run.report_problems(active_problem(run.generations)?);
    let is_active = match last_good_record(run)? {
        Some(active) if active.nar_hash == record.nar_hash => run.generations.damage(active.generation)?.is_none(),
        _ => false,
    };
    Ok(Candidate { bundle, record, plan, is_active })
}

fn fetch(run: &Run<'_>) -> Result<Fetched, DeployError> {
    let deployment = run.deployment;
    let fetched = deployment.source.fetch(deployment.signed_commit, &run.cancellation);
    fetched.map_err(|error| DeployError::Fetch { bundle: deployment.source.to_string(), error })
}

/// Verifies the signature if keys are trusted, and returns the name of the key that signed the bundle.
fn verify_signature(
    run: &Run<'_>,
    bundle: &Bundle,
    beside: Option<PathBuf>,
    info: Option<PathInfo>,
) -> Result<Option<String>, DeployError> {
    let deployment = run.deployment;
    if deployment.trust.is_empty() {
        return Ok(None);
    }
    if let Some(info) = info {
        return Ok(Some(deployment.trust.verify_digest(bundle.nar, &info)?.to_string()));
    }
    let Some(path) = deployment.signature.clone().or(beside) else {
        return Err(SignatureError::NotFound { bundle: deployment.source.to_string() }.into());
    };
    let bytes = confgate_files::read(&path, SizeLimit::SIGNATURE)
        .map_err(|source| SignatureError::Unreadable { path: path.clone(), source })?;
    let text = str::from_utf8(&bytes).map_err(|source| SignatureError::NotText { path: path.clone(), source })?;
    let info: PathInfo = text.parse().map_err(|source| SignatureError::Invalid { path, source })?;
    Ok(Some(deployment.trust.verify_digest(bundle.nar, &info)?.to_string()))
}

/// Validates the config as this node loads it. Returns the record of the new generation, the plan, and a detail to display.
fn validate(
    run: &Run<'_>,
    bundle: &Bundle,
    resolved: String,
    signer: Option<String>,
) -> Result<(Record, Plan, String), DeployError> {
    let (deployment, generations) = (run.deployment, run.generations);
    let place = PathBuf::from(deployment.source.to_string());
    let loader = (deployment.loader)(&place).location(ConfigLocation::Bundle(bundle.content(&place)));
    let gate = loader.gate();
    if !is_same_service(&bundle.manifest, gate) {
        let program = gate.model_name().map(str::to_owned);
        return Err(DeployError::OtherService { bundle: bundle.manifest.model.clone(), program });
    }
    let loaded = loader.load(&LoadOptions::default()).map_err(Box::new)?;
    let version = bundle.schema_version(gate);
    if !deployment.allow_downgrade {
        reject_downgrade(run, bundle, version, gate)?;
    }
    let previous = last_good(generations)?;
    let active = previous.and_then(|generation| load(run, generation));
    let plan = Plan::between(gate, active.as_ref(), &loaded);
    let record = Record {
        generation: generations.numbers()?.last().unwrap_or(&0) + 1,
        bundle: bundle.manifest.name.clone(),
        environment: bundle.manifest.environment,
        source: deployment.source.to_string(),
        resolved,
        signer,
        time: Timestamp::now(),
        user: current_user(),
        nar_hash: bundle.nar.hash.base32(),
        version,
        previous,
        replaced_link: None,
        restart_fields: plan.restart_fields(),
        outcome: Outcome::Activating,
    };
    let detail = admission(loaded.report.warnings(), has_other_schema(&bundle.manifest, gate));
    Ok((record, plan, detail))
}

/// Loads a generation as this node sees it now. One that no longer loads cannot be compared with.
fn load(run: &Run<'_>, generation: u64) -> Option<LoadedConfig> {
    (run.deployment.loader)(&run.generations.directory(generation)).load(&LoadOptions::default()).ok()
}

/// Rejects a config for an older version of the schema, and a bundle that was active before the active one.
fn reject_downgrade(run: &Run<'_>, bundle: &Bundle, version: Option<u64>, gate: &Gate) -> Result<(), DeployError> {
    let Some(active) = last_good_record(run)? else { return Ok(()) };
    let active_version = active.version.or_else(|| run.generations.schema_version(active.generation, gate));
    if let (Some(new), Some(active)) = (version, active_version)
        && new < active
    {
        return Err(DeployError::Downgrade(Downgrade::Schema { new, active }));
    }
    let nar_hash = bundle.nar.hash.base32();
    if nar_hash == active.nar_hash {
        return Ok(());
    }
    for generation in run.generations.numbers()?.into_iter().filter(|number| *number < active.generation).rev() {
        let earlier = run.generations.record(generation)?;
        if earlier.is_some_and(|earlier| earlier.nar_hash == nar_hash && earlier.outcome.was_healthy()) {
            return Err(DeployError::Downgrade(Downgrade::Generation { generation }));
        }
    }
    Ok(())
}

/// Returns the record of the last good generation.
fn last_good_record(run: &Run<'_>) -> Result<Option<Record>, GenerationsError> {
    last_good(run.generations)?.map_or(Ok(None), |generation| run.generations.record(generation))
}

fn admission(warnings: usize, has_other_schema: bool) -> String {
    let warnings = match warnings {
        0 => String::new(),
        1 => " with 1 warning".to_owned(),
        count => format!(" with {count} warnings"),
    };
    let note = if has_other_schema { "; built with another schema than this program's" } else { "" };
    format!("admitted{warnings}{note}")
}

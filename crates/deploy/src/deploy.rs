//! A deployment: prepares the bundle, activates it, and rolls back after a failure.

use std::time::Instant;

use crate::cancellation::CancellationToken;
use crate::deploy_error::DeployError;
use crate::deployment::Deployment;
use crate::generations::Generations;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::prepare::{Candidate, prepare};
use crate::progress::Progress;
use crate::record::Record;
use crate::recovery::pending_reload;
use crate::restored::Restored;
use crate::rollback_target;
use crate::run::Run;
use crate::service::ServiceStep;
use crate::step::Step;
use crate::step_error::StepError;

/// The result of a deployment or a dry run.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// The active generation; `None` for a dry run.
    pub generation: Option<u64>,
    /// Changes of the config.
    pub plan: Plan,
    /// True if the bundle was active before, so that it was not deployed again.
    pub unchanged: bool,
    /// True if the service was notified of an unchanged bundle, because a reload was pending.
    pub notified: bool,
    /// Generations that were removed.
    pub pruned: Vec<u64>,
}

/// Returns what a deployment would change, and changes nothing.
///
/// # Errors
///
/// The bundle cannot be fetched, is not trusted, or is rejected.
pub fn dry_run(
    deployment: &Deployment<'_>,
    generations: &Generations<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Deployed, DeployError> {
    let candidate = prepare(&mut Run::new(deployment, generations, progress))?;
    Ok(Deployed {
        generation: None,
        plan: candidate.plan,
        unchanged: candidate.is_active,
        notified: false,
        pruned: Vec::new(),
    })
}

/// Deploys a bundle.
///
/// # Errors
///
/// Before the activation, nothing on the node was changed. After it, the previous generation is active again, unless the error
/// says that the rollback failed too.
pub fn deploy(
    deployment: &Deployment<'_>,
    generations: &Generations<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Deployed, DeployError> {
    let _lock = generations.lock(&format!("deploy {}", deployment.source))?;
    let mut run = Run::new(deployment, generations, progress);
    let candidate = prepare(&mut run)?;
    run.cancellation.check()?;
    // Recovery changes the disk, so a rejected bundle must not come here.
    let recovered = run.recover();
    if !candidate.is_active && recovered.is_ok() {
        return activate(&mut run, candidate);
    }
    // Notify before returning an error of the recovery: the service may run the interrupted generation.
    let notified = notify_if_pending(&mut run);
    recovered?;
    Ok(Deployed {
        generation: generations.active()?,
        plan: candidate.plan,
        unchanged: true,
        notified: notified?,
        pruned: Vec::new(),
    })
}

/// Notifies the service of the active generation if a reload is pending, and probes its health. Returns whether it was notified.
fn notify_if_pending(run: &mut Run<'_>) -> Result<bool, DeployError> {
    let (deployment, generations) = (run.deployment, run.generations);
    let (Some(method), Some(generation)) = (generations.pending_reload().method()?, generations.active()?) else {
        return Ok(false);
    };
    if deployment.reload.is_none() && !method.is_empty() {
        run.report_problems(pending_reload(generations)?);
        return Ok(false);
    }
    let failed = |step, error| DeployError::Service { step, error: Box::new(error), generation };
    run.service_step(ServiceStep::Reload).map_err(|error| failed(Step::Reload, error))?;
    generations.pending_reload().clear(&deployment.reload)?;
    run.service_step(ServiceStep::Health).map_err(|error| failed(Step::Health, error))?;
    Ok(!deployment.reload.is_none())
}

fn activate(run: &mut Run<'_>, candidate: Candidate) -> Result<Deployed, DeployError> {
    let Candidate { bundle, record, plan, is_active: _ } = candidate;
    // Recovery has pointed a lost link to the last good generation, so a foreign link is left only before the first one.
    let record = Record { replaced_link: run.generations.link().foreign_target()?, ..record };
    let (deployment, generations, generation) = (run.deployment, run.generations, record.generation);
    let staged = run.step(Step::Stage, |run| {
        generations.stage(&bundle, &record)?;
        run.cancellation.check()?;
        generations.pending_reload().mark(&deployment.reload)?;
        Ok::<_, DeployError>(((), format!("generation {generation}")))
    });
    if let Err(error) = staged {
        discard(run, generation);
        return Err(error);
    }
    let activated = run.step(Step::Activate, |_| {
        generations.link().point_to(generation)?;
        Ok::<_, StepError>(((), generations.link().path().display().to_string()))
    });
    if let Err(error) = activated {
        return Err(roll_back(run, record, Step::Activate, error));
    }
    for step in [ServiceStep::Reload, ServiceStep::Health, ServiceStep::Bake] {
        if let Err(error) = run.service_step(step) {
            return Err(roll_back(run, record, step.into(), error));
        }
    }
    let kept = run.step(Step::Keep, |_| {
        generations.write_record(&Record { outcome: Outcome::Kept, ..record.clone() })?;
        // The next deployment finds an old generation that could not be removed.
        let pruned = generations.prune(deployment.keep).unwrap_or_default();
        // A marker that stays notifies the service once more.
        let _ = generations.pending_reload().clear(&deployment.reload);
        Ok::<_, StepError>((pruned, format!("generation {generation} is active")))
    });
    match kept {
        Ok(pruned) => Ok(Deployed { generation: Some(generation), plan, unchanged: false, notified: false, pruned }),
        Err(error) => Err(roll_back(run, record, Step::Keep, error)),
    }
}

/// Removes a staged generation after a failure: its space may be all that a full disk lacks. The next command finds what stays.
/// If the recovery has just changed the active generation, the service is notified.
fn discard(run: &mut Run<'_>, generation: u64) {
    run.cancellation = CancellationToken::default();
    let _ = run.generations.remove_temporary_files();
    let _ = run.generations.remove(generation);
    run.returns_errors = false;
    let _ = notify_if_pending(run);
}

/// Makes the previous generation active again, after a failed step. A signal no longer cancels it.
fn roll_back(run: &mut Run<'_>, record: Record, step: Step, error: StepError) -> DeployError {
    run.cancellation = CancellationToken::default();
    run.report(Progress::Started(Step::RollBack));
    let started = Instant::now();
    let (deployment, generations) = (run.deployment, run.generations);
    let target = rollback_target::automatic(generations, record.previous, record.generation).unwrap_or(record.previous);
    let foreign = record.replaced_link.as_deref();
    let restored = Restored::new(generations, target, record.previous).with_link(foreign);
    let error = Box::new(error);
    let not_durable = match generations.link().restore(target, foreign) {
        Ok(not_durable) => not_durable,
        Err(rollback) => {
            run.report_failure(Step::RollBack, started, rollback.to_string());
            return DeployError::RollbackFailed { step, error, rollback };
        }
    };
    // The link is right from here on. Record and notify as far as possible.
    let outcome = Outcome::RolledBack(format!("{step}: {}", error.recorded()));
    let recorded = generations.write_record(&Record { outcome, ..record });
    let notified = deployment.reload.notify(deployment.timeout, &run.cancellation);
    if notified.is_ok() {
        let _ = generations.pending_reload().clear(&deployment.reload);
    }
    let unrecorded = recorded.err().or(not_durable);
    let problem = notified.err().map(StepError::from).or(unrecorded.map(StepError::from));
    let elapsed = started.elapsed();
    match &problem {
        None => run.report(Progress::Done { step: Step::RollBack, elapsed, detail: restored.to_string() }),
        Some(problem) => run.report_failure(Step::RollBack, started, format!("{restored}, but {problem}")),
    }
    DeployError::RolledBack { step, error, restored, problem: problem.map(Box::new) }
}

//! A rollback by hand.

use confgate_runtime::load::{ConfigLocation, LoadOptions};
use jiff::Timestamp;

use crate::deployment::Deployment;
use crate::generations::Generations;
use crate::generations_error::GenerationsError;
use crate::lock_owner::current_user;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::record::Record;
use crate::rollback_error::RollbackError;
use crate::rollback_target;
use crate::run::Run;
use crate::service::ServiceStep;
use crate::step::Step;

/// Makes an earlier generation active again, and returns it: `wanted`, or the one that `rollback_target.rs` chooses.
///
/// # Errors
///
/// The generation does not exist, is damaged, or is rejected now: the active one stays. Or the service could not be notified or
/// is not healthy, or the rollback could not be recorded: the earlier generation is active all the same, as the user wanted.
pub fn rollback(
    deployment: &Deployment<'_>,
    generations: &Generations<'_>,
    wanted: Option<u64>,
    progress: &mut dyn FnMut(Progress),
) -> Result<u64, RollbackError> {
    let _lock = generations.lock("rollback")?;
    let mut run = Run::new(deployment, generations, progress);
    let target = match wanted {
        Some(wanted) => rollback_target::requested(generations, wanted)?,
        None => rollback_target::before_active(generations)?,
    };
    run.step(Step::Gate, |_| {
        // The gate validates the bytes that were compared with the record, read once.
        let Some(bundle) = generations.read_intact(target)? else {
            return Err(RollbackError::NotIntact { generation: target, intact: rollback_target::intact(generations)? });
        };
        let directory = generations.directory(target);
        let location = ConfigLocation::Bundle(bundle.content(&directory));
        (deployment.loader)(&directory).location(location).load(&LoadOptions::default())?;
        Ok(((), "admitted".to_owned()))
    })?;
    let left = generations.active()?;
    run.cancellation.check()?;
    generations.link().check_replaceable()?;
    // A disk that takes no record, such as a full one, does not prevent a rollback.
    let recovered = run.recover();
    // The service is notified below. The marker is for a kill before that.
    let _ = generations.pending_reload().mark(&deployment.reload);
    let not_durable = run.step(Step::Activate, |_| {
        let not_durable = generations.link().restore(Some(target), None)?;
        Ok::<_, RollbackError>((not_durable, format!("generation {target}")))
    })?;
    let results = [
        recovered,
        not_durable.map_or(Ok(()), Err),
        record_superseded(generations, target, left),
        record_kept(generations, target),
    ];
    let mut unrecorded = results.into_iter().find_map(Result::err);
    for step in [ServiceStep::Reload, ServiceStep::Health] {
        if let Err(source) = run.service_step(step) {
            let unrecorded = unrecorded.take();
            return Err(RollbackError::Service {
                step: step.into(),
                source: Box::new(source),
                generation: target,
                unrecorded,
            });
        }
        if step == ServiceStep::Reload {
            let _ = generations.pending_reload().clear(&deployment.reload);
        }
    }
    match unrecorded {
        None => Ok(target),
        Some(source) => Err(RollbackError::NotRecorded { generation: target, source }),
    }
}

/// Records that the user left a generation, so that it becomes active again only by its number.
fn record_superseded(generations: &Generations<'_>, target: u64, left: Option<u64>) -> Result<(), GenerationsError> {
    let Some(left) = left.filter(|left| *left != target) else { return Ok(()) };
    match generations.record(left)? {
        Some(record) if record.outcome == Outcome::Kept => {
            let time = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC");
            let outcome = Outcome::Superseded(format!("rollback to {target} on {time} by {}", current_user()));
            generations.write_record(&Record { outcome, ..record })
        }
        _ => Ok(()),
    }
}

/// Records that a superseded generation is active again.
fn record_kept(generations: &Generations<'_>, target: u64) -> Result<(), GenerationsError> {
    match generations.record(target)? {
        Some(record) if record.outcome != Outcome::Kept => {
            generations.write_record(&Record { outcome: Outcome::Kept, ..record })
        }
        _ => Ok(()),
    }
}

//! Recovery from an interrupted command: an earlier kill, crash or power cut.

use crate::damage::Damage;
use crate::generations::Generations;
use crate::generations_error::GenerationsError;
use crate::outcome::Outcome;
use crate::problem::{Problem, ProblemKind, Repair};
use crate::record::Record;
use crate::reload::Reload;
use crate::rollback_target::last_good;

/// Finishes an interrupted deployment: makes the last good generation active again and marks a reload by `reload` as pending.
/// The caller holds the lock.
///
/// # Errors
///
/// The disk refuses.
pub(crate) fn recover(generations: &Generations<'_>, reload: &Reload) -> Result<Vec<Problem>, GenerationsError> {
    generations.remove_temporary_files()?;
    let mut problems = Vec::from_iter(restore_link(generations, reload)?);
    let (active, last_good) = (generations.active()?, last_good(generations)?);
    for generation in generations.numbers()? {
        let record = generations.record(generation)?;
        let Some(record) = record.filter(|record| record.outcome == Outcome::Activating) else { continue };
        let is_active = active == Some(generation);
        let done = if is_active {
            generations.pending_reload().mark(reload)?;
            leave(generations, last_good, record.replaced_link.as_deref())?
        } else {
            "its record is updated".to_owned()
        };
        if generations.directory(generation).is_dir() {
            generations.write_record(&Record { outcome: Outcome::Interrupted, ..record })?;
        } else {
            generations.remove(generation)?;
        }
        let kind = ProblemKind::Interrupted { generation };
        problems.push(Problem { kind, is_error: is_active, repair: Repair::Done(done) });
    }
    Ok(problems)
}

/// Leaves an active generation that was never found healthy, for the last good one, or for the `foreign` link that it replaced.
fn leave(
    generations: &Generations<'_>,
    last_good: Option<u64>,
    foreign: Option<&str>,
) -> Result<String, GenerationsError> {
    if let Some(error) = generations.link().restore(last_good, foreign)? {
        return Err(error);
    }
    Ok(match (last_good, foreign) {
        (Some(generation), _) => format!("generation {generation} is active again; a running service must be notified"),
        (None, Some(target)) => format!("the link points to {target} again; a running service must be notified"),
        (None, None) => "no generation is active, since no earlier one exists".to_owned(),
    })
}

/// Points a lost link to the last good generation.
fn restore_link(generations: &Generations<'_>, reload: &Reload) -> Result<Option<Problem>, GenerationsError> {
    let (Some(problem), Some(target)) = (generations.link_problem()?, last_good(generations)?) else { return Ok(None) };
    generations.link().check_replaceable()?;
    generations.pending_reload().mark(reload)?;
    generations.link().point_to(target)?;
    let done = format!("generation {target} is active; a running service must be notified");
    Ok(Some(Problem { kind: ProblemKind::Link(problem), is_error: true, repair: Repair::Done(done) }))
}

/// Returns the problem of the active generation, for a deployment that may still be rejected and so must not repair it.
///
/// # Errors
///
/// The disk cannot be read.
pub(crate) fn active_problem(generations: &Generations<'_>) -> Result<Option<Problem>, GenerationsError> {
    if let Some(problem) = generations.link_problem()? {
        let advice = match last_good(generations)? {
            Some(generation) => format!("using generation {generation}, the newest intact one, in its place"),
            None => "no intact generation is left, so a downgrade cannot be detected".to_owned(),
        };
        let kind = ProblemKind::Link(problem);
        return Ok(Some(Problem { kind, is_error: true, repair: Repair::Advice(advice) }));
    }
    let Some(generation) = generations.active()? else { return Ok(None) };
    let Some(damage) = generations.damage(generation)? else { return Ok(None) };
    let advice = match damage {
        Damage::NoRecord => "a downgrade cannot be detected; see confgate doctor",
        Damage::Missing | Damage::Altered => "see confgate doctor",
    };
    let kind = ProblemKind::Damaged { generation, damage, is_active: true };
    Ok(Some(Problem { kind, is_error: false, repair: Repair::Advice(advice.to_owned()) }))
}

/// Returns the problem of a service that was not notified. Only a deployment knows its reload method.
///
/// # Errors
///
/// The disk cannot be read.
pub(crate) fn pending_reload(generations: &Generations<'_>) -> Result<Option<Problem>, GenerationsError> {
    let (Some(method), Some(generation)) = (generations.pending_reload().method()?, generations.active()?) else {
        return Ok(None);
    };
    let advice =
        "deploy the active bundle again with a reload method; use --reload-command true if the service knows it";
    let kind = ProblemKind::PendingReload { generation, method };
    Ok(Some(Problem { kind, is_error: false, repair: Repair::Advice(advice.to_owned()) }))
}

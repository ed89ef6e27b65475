//! Examination and repair of the generations on a disk.

use jiff::Timestamp;

use crate::bundle::Bundle;
use crate::bundle_error::BundleError;
use crate::damage::Damage;
use crate::generations::Generations;
use crate::generations_error::GenerationsError;
use crate::lock::Lock;
use crate::lock_owner::current_user;
use crate::outcome::Outcome;
use crate::problem::{Problem, ProblemKind, Repair};
use crate::record::Record;
use crate::recovery::{pending_reload, recover};
use crate::reload::Reload;
use crate::rollback_target::newest_intact;

const DEPLOY_AGAIN: &str = "no intact generation is left: deploy again";
const RECORD_LOST: &str = "its record was lost";

/// Looks for problems and changes nothing.
///
/// # Errors
///
/// The disk cannot be read.
pub fn examine(generations: &Generations<'_>) -> Result<Vec<Problem>, GenerationsError> {
    let is_running = Lock::owner(&generations.lock_path()).is_some();
    let active = generations.active()?;
    let mut problems = Vec::new();
    if let Some(kind) = broken_link(generations)? {
        let repair = match newest_intact(generations, active)? {
            Some(target) => Repair::Possible(format!("make generation {target} active")),
            None => Repair::Advice(DEPLOY_AGAIN.to_owned()),
        };
        problems.push(Problem { kind, is_error: true, repair });
    }
    for generation in generations.numbers()? {
        let is_active = active == Some(generation);
        let is_activating = generations.record(generation)?.is_some_and(|record| record.outcome == Outcome::Activating);
        if is_activating && !is_running {
            let kind = ProblemKind::Interrupted { generation };
            let repair =
                if is_active { "make the previous generation active again" } else { "record it as interrupted" };
            problems.push(Problem { kind, is_error: is_active, repair: Repair::Possible(repair.to_owned()) });
        }
        let Some(damage) = generations.damage(generation)? else { continue };
        let repair = match damage {
            // Its record is written before its files appear under their name.
            Damage::Missing if is_activating => continue,
            // The broken link above covers it.
            Damage::Missing | Damage::Altered if is_active => continue,
            Damage::NoRecord => "rebuild it from the files",
            Damage::Altered => "put the generation aside",
            Damage::Missing => "forget the generation",
        };
        let kind = ProblemKind::Damaged { generation, damage, is_active };
        problems.push(Problem { kind, is_error: false, repair: Repair::Possible(repair.to_owned()) });
    }
    if !is_running && problems.iter().all(|problem| !problem.is_error) {
        problems.extend(pending_reload(generations)?);
    }
    Ok(problems)
}

/// Looks for problems and repairs those that it can.
///
/// # Errors
///
/// Another command is running, or the disk refuses.
pub fn repair(generations: &Generations<'_>) -> Result<Vec<Problem>, GenerationsError> {
    let _lock = generations.lock("doctor")?;
    let mut problems = recover(generations, &Reload::None)?;
    problems.extend(repair_link(generations)?);
    for generation in generations.numbers()? {
        problems.extend(repair_generation(generations, generation)?);
    }
    problems.extend(pending_reload(generations)?);
    Ok(problems)
}

/// Points the link to the newest intact generation if its target is damaged or missing.
fn repair_link(generations: &Generations<'_>) -> Result<Option<Problem>, GenerationsError> {
    let Some(kind) = broken_link(generations)? else { return Ok(None) };
    let Some(target) = newest_intact(generations, generations.active()?)? else {
        return Ok(Some(Problem { kind, is_error: true, repair: Repair::Advice(DEPLOY_AGAIN.to_owned()) }));
    };
    generations.link().check_replaceable()?;
    generations.pending_reload().mark(&Reload::None)?;
    generations.link().point_to(target)?;
    let done = format!("generation {target} is active; a running service must be notified");
    Ok(Some(Problem { kind, is_error: true, repair: Repair::Done(done) }))
}

/// Returns the problem of a link without an intact target.
fn broken_link(generations: &Generations<'_>) -> Result<Option<ProblemKind>, GenerationsError> {
    let Some(generation) = generations.active()? else {
        return Ok(generations.link_problem()?.map(ProblemKind::Link));
    };
    Ok(match generations.damage(generation)? {
        // Without a record its files may well be intact.
        None | Some(Damage::NoRecord) => None,
        Some(damage) => Some(ProblemKind::Damaged { generation, damage, is_active: true }),
    })
}

fn repair_generation(generations: &Generations<'_>, generation: u64) -> Result<Option<Problem>, GenerationsError> {
    let Some(damage) = generations.damage(generation)? else { return Ok(None) };
    let is_active = generations.active()? == Some(generation);
    let (is_error, repair) = match damage {
        Damage::NoRecord => (false, rebuild_record(generations, generation)?),
        Damage::Missing | Damage::Altered if is_active => (true, Repair::Advice("deploy again".to_owned())),
        Damage::Altered => {
            let quarantine = generations.quarantine(generation)?;
            (false, Repair::Done(format!("the generation was put aside as {}", quarantine.display())))
        }
        Damage::Missing => {
            generations.remove(generation)?;
            (false, Repair::Done("the generation was forgotten".to_owned()))
        }
    };
    let kind = ProblemKind::Damaged { generation, damage, is_active };
    Ok(Some(Problem { kind, is_error, repair }))
}

fn rebuild_record(generations: &Generations<'_>, generation: u64) -> Result<Repair, GenerationsError> {
    match Bundle::read(&generations.directory(generation)) {
        Ok(bundle) => {
            let record = lost_record(generations, generation, bundle)?;
            generations.quarantine_record(generation)?;
            generations.write_record(&record)?;
            Ok(Repair::Done("the record was rebuilt from the files".to_owned()))
        }
        Err(error) => Ok(Repair::Advice(cannot_rebuild(&error))),
    }
}

fn cannot_rebuild(error: &BundleError) -> String {
    format!("the record cannot be rebuilt: {error}")
}

/// Returns the record of a generation as far as its files determine it.
fn lost_record(generations: &Generations<'_>, number: u64, bundle: Bundle) -> Result<Record, GenerationsError> {
    let is_active = generations.active()? == Some(number);
    Ok(Record {
        generation: number,
        version: generations.schema_version_of(&bundle),
        bundle: bundle.manifest.name,
        environment: bundle.manifest.environment,
        source: "unknown".to_owned(),
        resolved: RECORD_LOST.to_owned(),
        signer: None,
        time: Timestamp::now(),
        user: current_user(),
        nar_hash: bundle.nar.hash.base32(),
        previous: generations.numbers()?.into_iter().rev().find(|other| *other < number),
        replaced_link: None,
        restart_fields: Vec::new(),
        outcome: if is_active { Outcome::Kept } else { Outcome::Superseded(RECORD_LOST.to_owned()) },
    })
}

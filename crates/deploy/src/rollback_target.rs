//! Choice of the generation that a rollback makes active.
//!
//! | situation | target |
//! |---|---|
//! | a deployment fails ([`automatic`]) | the generation that was active before, unless it is damaged; else the newest intact one |
//! | `rollback` ([`before_active`]) | the newest intact generation that was kept, before the active one |
//! | `rollback` after an interrupted deployment or with a lost link | the last good generation |
//! | `rollback N` ([`requested`]) | `N`, if it is intact and was healthy once |

use crate::damage::Damage;
use crate::generations::Generations;
use crate::generations_error::GenerationsError;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::rollback_error::RollbackError;

/// Returns the last good generation: the active one, the one before it if its deployment was interrupted, or the newest intact
/// one if the link is lost.
///
/// # Errors
///
/// The disk cannot be read, as for all functions here.
pub(crate) fn last_good(generations: &Generations<'_>) -> Result<Option<u64>, GenerationsError> {
    let Some(active) = generations.active()? else { return newest_intact(generations, None) };
    match generations.record(active)? {
        Some(record) if record.outcome == Outcome::Activating => automatic(generations, record.previous, active),
        _ => Ok(Some(active)),
    }
}

/// Returns the target after the generation `failed`: the `previous` one, or the newest intact one if that is damaged. An
/// altered `previous` generation is still better than none.
pub(crate) fn automatic(
    generations: &Generations<'_>,
    previous: Option<u64>,
    failed: u64,
) -> Result<Option<u64>, GenerationsError> {
    let Some(previous) = previous else { return newest_intact(generations, Some(failed)) };
    match generations.damage(previous)? {
        None | Some(Damage::NoRecord) => Ok(Some(previous)),
        Some(Damage::Altered) => Ok(newest_intact(generations, Some(failed))?.or(Some(previous))),
        Some(Damage::Missing) => newest_intact(generations, Some(failed)),
    }
}

/// Returns the newest intact generation that was kept, other than `except`.
pub(crate) fn newest_intact(
    generations: &Generations<'_>,
    except: Option<u64>,
) -> Result<Option<u64>, GenerationsError> {
    newest_intact_of(generations, |number| Some(number) != except)
}

/// Returns the generation `number`, which the user asked for.
///
/// # Errors
///
/// It is missing, damaged, or was never healthy.
pub(crate) fn requested(generations: &Generations<'_>, number: u64) -> Result<u64, RollbackError> {
    let damage = generations.damage(number)?;
    match generations.record(number)?.filter(|_| damage.is_none()) {
        None => Err(RollbackError::NotIntact { generation: number, intact: intact(generations)? }),
        Some(record) if record.outcome.was_healthy() => Ok(number),
        Some(Record { generation, outcome, .. }) => Err(RollbackError::NeverHealthy { generation, outcome }),
    }
}

/// Returns the generation before the active one, or the last good one if no good generation is active.
///
/// # Errors
///
/// Such a generation does not exist.
pub(crate) fn before_active(generations: &Generations<'_>) -> Result<u64, RollbackError> {
    let Some(last_good) = last_good(generations)? else { return Err(RollbackError::NoEarlier) };
    if generations.active()? != Some(last_good) {
        return Ok(last_good);
    }
    newest_intact_of(generations, |number| number < last_good)?.ok_or(RollbackError::NoEarlier)
}

fn newest_intact_of(
    generations: &Generations<'_>,
    is_candidate: impl Fn(u64) -> bool,
) -> Result<Option<u64>, GenerationsError> {
    for number in generations.numbers()?.into_iter().rev().filter(|number| is_candidate(*number)) {
        let kept = generations.record(number)?.is_some_and(|record| record.outcome == Outcome::Kept);
        if kept && generations.damage(number)?.is_none() {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// Returns the intact generations.
pub(crate) fn intact(generations: &Generations<'_>) -> Result<Vec<u64>, GenerationsError> {
    let mut intact = Vec::new();
    for number in generations.numbers()? {
        intact.extend(generations.damage(number)?.is_none().then_some(number));
    }
    Ok(intact)
}

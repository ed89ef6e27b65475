//! The way back to an earlier generation, and where it led.

use std::fmt;

use confgate_runtime::load::LoadOptions;
use jiff::Timestamp;

use crate::deployment::{Deployment, Progress, Run};
use crate::generations::{Damage, Generations};
use crate::lock::who;
use crate::record::{Record, Result as Outcome};
use crate::{AttemptError, DeployError, Step, interrupt};

/// Where a roll back led.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// The generation that counts again; none when there is none to go back to.
    pub to: Option<u64>,
    /// The one that ran before, and what is wrong with it, where something is.
    pub before: Option<(u64, Damage)>,
}

impl Back {
    pub(super) fn to(generations: &Generations<'_>, to: Option<u64>, before: Option<u64>) -> Self {
        let damaged = |before| generations.damage(before).ok().flatten().map(|damage| (before, damage));
        Self { to, before: before.and_then(damaged).filter(|(_, damage)| *damage != Damage::NoRecord) }
    }
}

impl fmt::Display for Back {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.to, self.before.map(|(before, damage)| (before, damage.words()))) {
            (Some(to), None) => write!(f, "generation {to} is back"),
            (None, None) => f.write_str("there was no generation before, and there is none now"),
            (Some(to), Some((before, damage))) if to == before => {
                write!(f, "generation {to} is back, and {damage}; no other is whole: deploy again")
            }
            (Some(to), Some((before, damage))) => {
                write!(
                    f,
                    "generation {to}, the newest that is whole, is back: generation {before} ran before, and {damage}"
                )
            }
            (None, Some((before, damage))) => {
                write!(
                    f,
                    "generation {before} ran before, and {damage}; no other is whole, and none counts now: deploy again"
                )
            }
        }
    }
}

/// Goes back to a generation that ran: to the one with this number, else to the newest that was kept before the one that counts;
/// after a deployment that was cut off to the one before it, and where the link is lost to the newest that is sound.
///
/// # Errors
///
/// There is none, it is damaged, or refused now: what counts stays. Or the service did not take it, or is not well with it:
/// the older generation counts all the same, since somebody asked for it; or that could not be noted.
pub fn go_back(
    deployment: &Deployment<'_>,
    generations: &Generations<'_>,
    wanted: Option<u64>,
    tell: &mut dyn FnMut(Progress),
) -> Result<u64, DeployError> {
    let _lock = generations.lock("rollback")?;
    let mut run = Run { deployment, generations, tell };
    let target = target(generations, wanted)?;
    run.step(Step::Gate, |run| {
        (run.deployment.loader)(&run.generations.folder(target)).load(&LoadOptions::default())?;
        Ok(((), "admitted".to_owned()))
    })?;
    let left = generations.current()?;
    interrupt::check_before_change()?;
    // What cannot be noted, as on a full disk, keeps nobody from going back.
    let recovered = run.recover();
    // It is told in a moment; the note is for a kill before that.
    let _ = generations.to_be_told(&deployment.reload);
    let unsure = run.step(Step::Activate, |run| {
        let unsure = run.generations.swap_back(Some(target))?;
        Ok((unsure, format!("generation {target}")))
    })?;
    let noted = [note_left(generations, target, left), note_kept(generations, target)];
    let unnoted = recovered.err().into_iter().chain(unsure).chain(noted.into_iter().filter_map(Result::err));
    let unnoted = unnoted.map(|error| error.to_string()).next();
    for step in [Step::Reload, Step::Health] {
        let unwell = |error: AttemptError| {
            let trouble = unnoted.as_ref().map(|reason| format!("it could not be noted: {reason}"));
            DeployError::Unwell { step, reason: error.to_string(), generation: target, trouble }
        };
        run.attempt(step).map_err(unwell)?;
        if step == Step::Reload {
            let _ = generations.was_told(&deployment.reload);
        }
    }
    unnoted.map_or(Ok(target), |reason| Err(DeployError::Unnoted { generation: target, reason }))
}

/// The generation to go back to.
fn target(generations: &Generations<'_>, wanted: Option<u64>) -> Result<u64, DeployError> {
    let Some(wanted) = wanted else { return before(generations) };
    let damage = generations.damage(wanted)?;
    match generations.record(wanted)?.filter(|_| damage.is_none()) {
        None => Err(none(generations, Some(wanted))?),
        Some(record) if record.result.ran() => Ok(wanted),
        Some(Record { generation, result, .. }) => Err(DeployError::NeverRan { generation, result }),
    }
}

/// The generation before the one that counts.
fn before(generations: &Generations<'_>) -> Result<u64, DeployError> {
    let Some(base) = generations.base()? else { return Err(none(generations, None)?) };
    if generations.current()? != Some(base) {
        return Ok(base);
    }
    for number in generations.numbers()?.into_iter().rev().filter(|number| *number < base) {
        let kept = generations.record(number)?.is_some_and(|record| record.result == Outcome::Kept);
        if kept && generations.damage(number)?.is_none() {
            return Ok(number);
        }
    }
    Err(none(generations, None)?)
}

fn none(generations: &Generations<'_>, wanted: Option<u64>) -> Result<DeployError, DeployError> {
    let mut there = Vec::new();
    for number in generations.numbers()? {
        there.extend(generations.damage(number)?.is_none().then_some(number));
    }
    Ok(DeployError::NoGeneration { generation: wanted, there })
}

/// Notes that a generation was left, so that nobody comes back to it by himself.
fn note_left(generations: &Generations<'_>, target: u64, left: Option<u64>) -> Result<(), DeployError> {
    let Some(left) = left.filter(|left| *left != target) else { return Ok(()) };
    let Some(record) = generations.record(left)?.filter(|record| record.result == Outcome::Kept) else { return Ok(()) };
    let when = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC");
    let result = Outcome::Left(format!("rollback to {target} on {when} by {}", who()));
    generations.write_record(&Record { result, ..record })
}

/// Notes that a generation that was left counts again.
fn note_kept(generations: &Generations<'_>, target: u64) -> Result<(), DeployError> {
    match generations.record(target)? {
        Some(record) if record.result != Outcome::Kept => {
            generations.write_record(&Record { result: Outcome::Kept, ..record })
        }
        _ => Ok(()),
    }
}

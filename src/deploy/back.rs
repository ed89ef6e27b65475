//! The way back to an earlier generation, by hand.

use jiff::Timestamp;

use super::generations::Generations;
use super::lock::who;
use super::record::{Record, Result as Became};
use super::run::{Deployment, Progress, Run};
use super::{DeployError, Step};
use crate::layer::Given;

/// Goes back to a generation that ran: to the one with this number, else to the newest that was kept before the one that counts;
/// after a deployment that was cut off, to the one before it.
///
/// # Errors
///
/// There is none, it is damaged, or refused now: what counts stays. Or the service did not take it, or is not well with it:
/// the older generation counts all the same, since somebody asked for it.
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
        (run.deployment.loader)(&run.generations.folder(target)).load(&Given::default())?;
        Ok(((), "admitted".to_owned()))
    })?;
    let left = generations.current();
    run.recover()?;
    // It is told in a moment; the note is for a kill before that.
    let _ = generations.to_be_told(&deployment.reload);
    run.step(Step::Activate, |run| {
        run.generations.point_to(target)?;
        Ok(((), format!("generation {target}")))
    })?;
    note(generations, target, left)?;
    for step in [Step::Reload, Step::Health] {
        run.attempt(step).map_err(|reason| DeployError::Unwell { step, reason, generation: target })?;
        if step == Step::Reload {
            let _ = generations.was_told(&deployment.reload);
        }
    }
    Ok(target)
}

/// The generation to go back to.
fn target(generations: &Generations<'_>, wanted: Option<u64>) -> Result<u64, DeployError> {
    let whole = |number: &u64| generations.damage(*number).is_none();
    let none = || {
        let there = generations.numbers().into_iter().filter(whole).collect();
        DeployError::NoGeneration { generation: wanted, there }
    };
    let (current, base) = (generations.current(), generations.base());
    let Some(wanted) = wanted else {
        let current = current.ok_or_else(none)?;
        if let Some(base) = base.filter(|base| *base != current) {
            return Ok(base);
        }
        let kept = |number: &u64| generations.record(*number).is_some_and(|record| record.result == Became::Kept);
        let earlier =
            generations.numbers().into_iter().rev().find(|number| *number < current && kept(number) && whole(number));
        return earlier.ok_or_else(none);
    };
    match generations.record(wanted).filter(|_| whole(&wanted)) {
        None => Err(none()),
        Some(record) if record.result.ran() => Ok(wanted),
        Some(Record { generation, result, .. }) => Err(DeployError::NeverRan { generation, result }),
    }
}

/// Notes that a generation was left, so that nobody comes back to it by himself, and that another counts again.
fn note(generations: &Generations<'_>, target: u64, left: Option<u64>) -> Result<(), DeployError> {
    let left = left.filter(|left| *left != target).and_then(|left| generations.record(left));
    if let Some(record) = left.filter(|record| record.result == Became::Kept) {
        let when = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC");
        let result = Became::Left(format!("rollback to {target} on {when} by {}", who()));
        generations.write_record(&Record { result, ..record })?;
    }
    match generations.record(target) {
        Some(record) if record.result != Became::Kept => {
            generations.write_record(&Record { result: Became::Kept, ..record })
        }
        _ => Ok(()),
    }
}

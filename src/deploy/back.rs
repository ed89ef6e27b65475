//! The way back to an earlier generation, by hand.

use super::generations::Generations;
use super::record::Result as Became;
use super::run::{Deployment, Progress, Run};
use super::{DeployError, Step};
use crate::layer::Given;

/// Goes back to a generation that was kept: the one before, or the one with this number.
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
    run.recover()?;
    let Some(target) = target(generations, wanted) else {
        let whole = generations.numbers().into_iter().filter(|number| generations.damage(*number).is_none());
        return Err(DeployError::NoGeneration { generation: wanted, there: whole.collect() });
    };
    run.step(Step::Gate, |run| {
        (run.deployment.loader)(&run.generations.folder(target)).load(&Given::default())?;
        Ok(((), "admitted".to_owned()))
    })?;
    run.step(Step::Activate, |run| {
        run.generations.point_to(target)?;
        Ok(((), format!("generation {target}")))
    })?;
    for step in [Step::Reload, Step::Health] {
        run.attempt(step).map_err(|reason| DeployError::Unwell { step, reason, generation: target })?;
    }
    Ok(target)
}

/// The generation that was asked for, when it is whole; else the newest before the one that counts that was kept.
fn target(generations: &Generations<'_>, wanted: Option<u64>) -> Option<u64> {
    let whole = |number: &u64| generations.damage(*number).is_none();
    let Some(wanted) = wanted else {
        let current = generations.current()?;
        let kept = |number: &u64| generations.record(*number).is_some_and(|record| record.result == Became::Kept);
        return generations
            .numbers()
            .into_iter()
            .rev()
            .find(|number| *number < current && kept(number) && whole(number));
    };
    Some(wanted).filter(whole)
}

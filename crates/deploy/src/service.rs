//! What a deployment has to do with the service: tell it, ask whether it is well, and see that it stays so.

use std::time::{Duration, Instant};

use crate::attempt::AttemptError;
use crate::deployment::{Progress, Run};
use crate::health::Probe;
use crate::{Step, interrupt};

/// How often a service is asked.
const EVERY: Duration = Duration::from_millis(200);

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(5);

impl Run<'_, '_> {
    /// A step with the service.
    pub(super) fn attempt(&mut self, step: Step) -> Result<(), AttemptError> {
        (self.tell)(Progress::Begins(step));
        let began = Instant::now();
        let done = interrupt::check().map_err(AttemptError::from).and_then(|()| match step {
            Step::Reload => self.reload(),
            Step::Settle => self.settle(),
            _ => self.health(),
        });
        (self.tell)(match &done {
            Ok(says) => Progress::Done(step, began.elapsed(), says.clone()),
            Err(reason) => Progress::Failed(step, began.elapsed(), reason.to_string()),
        });
        done.map(drop)
    }

    fn reload(&self) -> Result<String, AttemptError> {
        self.deployment.reload.tell(self.deployment.patience).map(|()| self.deployment.reload.words())
    }

    fn health(&self) -> Result<String, AttemptError> {
        let Some(probe) = &self.deployment.health else { return Ok("nobody is asked".to_owned()) };
        let began = Instant::now();
        loop {
            let left = self.deployment.patience.saturating_sub(began.elapsed());
            match ask(probe, left.min(ANSWER).max(EVERY)) {
                Ok(()) => return Ok("well".to_owned()),
                Err(reason) if began.elapsed() >= self.deployment.patience => return Err(reason),
                Err(_) => interrupt::sleep(EVERY.min(left))?,
            }
        }
    }

    fn settle(&self) -> Result<String, AttemptError> {
        let settle = self.deployment.settle;
        let Some(probe) = self.deployment.health.as_ref().filter(|_| !settle.is_zero()) else {
            return Ok("not waited for".to_owned());
        };
        let began = Instant::now();
        while began.elapsed() < settle {
            interrupt::sleep(EVERY.min(settle.saturating_sub(began.elapsed())))?;
            ask(probe, ANSWER)?;
        }
        Ok(format!("well for {} ms", settle.as_millis()))
    }
}

/// Asks a service. A command is ended when a signal comes, and an answer no longer waited for.
fn ask(probe: &Probe, patience: Duration) -> Result<(), AttemptError> {
    match probe {
        Probe::Command(_) => probe.ask(patience),
        Probe::Http(_) | Probe::Tcp(_) => {
            let probe = probe.clone();
            interrupt::wait_for(move || probe.ask(patience))
        }
    }
}

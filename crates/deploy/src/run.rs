//! A running deployment or rollback: reports progress and runs steps.

use std::fmt;
use std::time::Instant;

use crate::cancellation::{CancellationToken, Cancelled};
use crate::deployment::Deployment;
use crate::generations::Generations;
use crate::generations_error::GenerationsError;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::recovery::recover;
use crate::service::{Service, ServiceResult, ServiceStep};
use crate::step::Step;
use crate::step_error::StepError;

/// A running deployment or rollback.
pub(crate) struct Run<'r> {
    pub deployment: &'r Deployment<'r>,
    pub generations: &'r Generations<'r>,
    pub cancellation: CancellationToken,
    /// True as long as the error of a step is the one that the command returns.
    pub returns_errors: bool,
    progress: &'r mut dyn FnMut(Progress),
}

impl<'r> Run<'r> {
    pub(crate) fn new(
        deployment: &'r Deployment<'r>,
        generations: &'r Generations<'r>,
        progress: &'r mut dyn FnMut(Progress),
    ) -> Self {
        Self { deployment, generations, cancellation: deployment.cancellation.clone(), returns_errors: true, progress }
    }

    pub(crate) fn report(&mut self, progress: Progress) {
        (self.progress)(progress);
    }

    pub(crate) fn report_failure(&mut self, step: Step, started: Instant, error: String) {
        let is_returned = self.returns_errors;
        self.report(Progress::Failed { step, elapsed: started.elapsed(), error, is_returned });
    }

    pub(crate) fn report_problems(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            self.report(Progress::Problem(problem));
        }
    }

    /// Recovers from an interrupted command and reports what was found.
    pub(crate) fn recover(&mut self) -> Result<(), GenerationsError> {
        let problems = recover(self.generations, &self.deployment.reload)?;
        self.report_problems(problems);
        Ok(())
    }

    /// Runs a step and reports its detail. A cancellation stops the steps before the activation; from there on it is a reason to
    /// roll back, which [`service_step`](Self::service_step) checks.
    pub(crate) fn step<T, E: From<Cancelled> + fmt::Display>(
        &mut self,
        step: Step,
        work: impl FnOnce(&mut Self) -> Result<(T, String), E>,
    ) -> Result<T, E> {
        self.report(Progress::Started(step));
        let started = Instant::now();
        let worked = self.check_before_activation(step).map_err(E::from).and_then(|()| work(self));
        // A step that a cancellation interrupts fails with an error of its own.
        let done = worked.map_err(|error| self.check_before_activation(step).err().map_or(error, E::from));
        match done {
            Ok((value, detail)) => {
                self.report(Progress::Done { step, elapsed: started.elapsed(), detail });
                Ok(value)
            }
            Err(error) => {
                self.report_failure(step, started, error.to_string());
                Err(error)
            }
        }
    }

    fn check_before_activation(&self, step: Step) -> Result<(), Cancelled> {
        if step < Step::Activate { self.cancellation.check() } else { Ok(()) }
    }

    /// Runs a step with the service and reports its result.
    pub(crate) fn service_step(&mut self, service_step: ServiceStep) -> Result<(), StepError> {
        let step = service_step.into();
        self.report(Progress::Started(step));
        let started = Instant::now();
        let done = Service::new(self.deployment, &self.cancellation).run(service_step);
        let elapsed = started.elapsed();
        match done {
            Ok(ServiceResult::Done(detail)) => self.report(Progress::Done { step, elapsed, detail }),
            Ok(ServiceResult::Skipped(reason)) => self.report(Progress::Skipped { step, reason }),
            Err(error) => {
                self.report_failure(step, started, error.to_string());
                return Err(error);
            }
        }
        Ok(())
    }
}

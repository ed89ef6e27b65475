//! The service during a deployment: notifies it, and probes its health.

use std::time::{Duration, Instant};

use crate::cancellation::CancellationToken;
use crate::deployment::Deployment;
use crate::progress::SkipReason;
use crate::step::Step;
use crate::step_error::StepError;

/// The interval between two probes.
const PROBE_INTERVAL: Duration = Duration::from_millis(200);

/// The longest time that one probe may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// The service of a deployment.
pub(crate) struct Service<'s> {
    deployment: &'s Deployment<'s>,
    cancellation: &'s CancellationToken,
}

/// A step with the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServiceStep {
    Reload,
    Health,
    Bake,
}

/// The result of a step with the service.
pub(crate) enum ServiceResult {
    /// It succeeded: details in a few words.
    Done(String),
    /// An option that it needs is missing.
    Skipped(SkipReason),
}

impl From<ServiceStep> for Step {
    fn from(step: ServiceStep) -> Self {
        match step {
            ServiceStep::Reload => Self::Reload,
            ServiceStep::Health => Self::Health,
            ServiceStep::Bake => Self::Bake,
        }
    }
}

impl<'s> Service<'s> {
    pub(crate) fn new(deployment: &'s Deployment<'s>, cancellation: &'s CancellationToken) -> Self {
        Self { deployment, cancellation }
    }

    /// Runs a step.
    pub(crate) fn run(&self, step: ServiceStep) -> Result<ServiceResult, StepError> {
        self.cancellation.check()?;
        match step {
            ServiceStep::Reload => self.reload(),
            ServiceStep::Health => self.health(),
            ServiceStep::Bake => self.bake(),
        }
    }

    /// Notifies the service.
    fn reload(&self) -> Result<ServiceResult, StepError> {
        let reload = &self.deployment.reload;
        if reload.is_none() {
            return Ok(ServiceResult::Skipped(SkipReason::ReloadMethod));
        }
        reload.notify(self.deployment.timeout, self.cancellation)?;
        Ok(ServiceResult::Done(reload.to_string()))
    }

    /// Probes the service until it is healthy.
    fn health(&self) -> Result<ServiceResult, StepError> {
        let Some(probe) = &self.deployment.health else { return Ok(ServiceResult::Skipped(SkipReason::Probe)) };
        let started = Instant::now();
        loop {
            let remaining = self.deployment.timeout.saturating_sub(started.elapsed());
            let timeout = remaining.min(PROBE_TIMEOUT).max(PROBE_INTERVAL);
            match probe.check(timeout, self.cancellation) {
                Ok(()) => return Ok(ServiceResult::Done("healthy".to_owned())),
                Err(error) if started.elapsed() >= self.deployment.timeout => return Err(error.into()),
                Err(_) => self.cancellation.sleep(PROBE_INTERVAL.min(remaining))?,
            }
        }
    }

    /// Probes the service for the bake time: it must stay healthy.
    fn bake(&self) -> Result<ServiceResult, StepError> {
        let bake_time = self.deployment.bake_time;
        let Some(probe) = &self.deployment.health else { return Ok(ServiceResult::Skipped(SkipReason::Probe)) };
        if bake_time.is_zero() {
            return Ok(ServiceResult::Skipped(SkipReason::BakeTime));
        }
        let started = Instant::now();
        while started.elapsed() < bake_time {
            self.cancellation.sleep(PROBE_INTERVAL.min(bake_time.saturating_sub(started.elapsed())))?;
            probe.check(PROBE_TIMEOUT, self.cancellation)?;
        }
        Ok(ServiceResult::Done(format!("healthy for {} ms", bake_time.as_millis())))
    }
}

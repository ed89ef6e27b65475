//! Evaluation of the alarms of a rollout.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use confgate_monitoring::{HttpError, Server, prometheus};
use tokio::task::JoinSet;

use crate::rollout::alarm::AlarmReading;
use crate::rollout::error::RolloutError;
use crate::rollout::monitoring::alertmanager;
use crate::rollout::monitoring::limits::reading;
use crate::rollout::spec::{AlarmSpec, Query, QueryVariables, RolloutSpec};

/// The servers and the alarms of a rollout.
pub struct Monitoring {
    prometheus: Option<Server>,
    alertmanager: Option<Server>,
    alarms: Vec<AlarmSpec>,
}

impl fmt::Debug for Monitoring {
    // Leave out the servers: they hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitoring").field("alarms", &self.alarms).finish_non_exhaustive()
    }
}

impl Monitoring {
    /// Returns the alarms of a rollout. Sends nothing yet.
    ///
    /// # Errors
    ///
    /// A file with certificates or a token cannot be read.
    pub fn new(spec: &RolloutSpec) -> Result<Self, RolloutError> {
        let server = |server: &Option<_>| server.as_ref().map(Server::new).transpose();
        Ok(Self {
            prometheus: server(&spec.prometheus)?,
            alertmanager: server(&spec.alertmanager)?,
            alarms: spec.alarm.clone(),
        })
    }

    /// Returns whether there are alarms.
    pub fn is_empty(&self) -> bool {
        self.alarms.is_empty()
    }

    /// Evaluates all alarms at once. The wait for their servers ends with their timeouts.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn evaluate(self: Arc<Self>, variables: QueryVariables) -> BTreeMap<String, AlarmReading> {
        let variables = Arc::new(variables);
        let mut running = JoinSet::new();
        for index in 0..self.alarms.len() {
            let (monitoring, variables) = (self.clone(), variables.clone());
            running.spawn_blocking(move || {
                let alarm = &monitoring.alarms[index];
                let reading = monitoring.reading(alarm, &variables);
                (alarm.name.clone(), reading.unwrap_or_else(|error| AlarmReading::Failed(error.to_string())))
            });
        }
        let mut readings = BTreeMap::new();
        while let Some(done) = running.join_next().await {
            readings.extend(done.ok());
        }
        readings
    }

    fn reading(&self, alarm: &AlarmSpec, variables: &QueryVariables) -> Result<AlarmReading, HttpError> {
        match (&alarm.query, &self.prometheus, &self.alertmanager) {
            (Some(query), Some(server), _) => {
                let values = prometheus::values(server, &Query(query).filled(variables))?;
                Ok(reading(alarm, &values))
            }
            (None, _, Some(server)) => alertmanager::evaluate(server, &alarm.matchers),
            // The rules of the rollout file exclude it.
            _ => Ok(AlarmReading::Missing),
        }
    }
}

use std::fmt;

use crate::diagnostics::Report;
use crate::environment::Environment;
use crate::model::Untyped;
use crate::value::Node;

/// Result of a validation: the report, and the config that was validated.
pub struct Outcome<M = Untyped> {
    /// All diagnostics.
    pub report: Report,
    /// The environment whose defaults were used.
    pub environment: Environment,
    /// The config in its canonical form. Meaningful when the report admits it.
    pub tree: Node,
    /// The typed config, if every value is known.
    pub config: Option<M>,
}

impl<M> Outcome<M> {
    /// Returns the typed config.
    ///
    /// # Errors
    ///
    /// The report, when the config is rejected or not every value of it is known.
    pub fn into_config(self) -> Result<M, Report> {
        match self.config {
            Some(config) if self.report.admits() => Ok(config),
            _ => Err(self.report),
        }
    }

    /// The same outcome with another config.
    pub(super) fn with_config<N>(self, config: Option<N>) -> Outcome<N> {
        let Self { report, environment, tree, .. } = self;
        Outcome { report, environment, tree, config }
    }
}

impl<M> fmt::Debug for Outcome<M> {
    // Leave out tree and config: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("report", &self.report)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

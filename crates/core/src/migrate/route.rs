//! Routes: the migrations from one version to another.

use std::cmp::Ordering;

use thiserror::Error;

use crate::migrate::{Migration, MigrationStep};

/// The migrations between two versions, in the order in which they are applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Route<'m> {
    /// Version at the start.
    pub from: u64,
    /// Version at the end.
    pub to: u64,
    migrations: Vec<&'m Migration>,
}

/// Reason why no route leads from one version to another.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RouteError {
    /// A migration is missing.
    #[error("no migration leads from version {version} towards version {to}")]
    Missing {
        /// Version without a migration.
        version: u64,
        /// Version at the end of the route.
        to: u64,
    },
    /// The route leads to an older version, and some steps are not reversible.
    #[error("version {version} cannot be migrated back: these steps are not reversible{}", list(steps))]
    Irreversible {
        /// Version that cannot be left.
        version: u64,
        /// The irreversible steps of its migration.
        steps: Vec<MigrationStep>,
    },
}

impl<'m> Route<'m> {
    /// Finds the route from one version to another, newer or older.
    ///
    /// # Errors
    ///
    /// Fails if a migration is missing, or if the route leads to an older version and a step is not reversible.
    ///
    /// ```
    /// use confgate_core::migrate::{Migration, MigrationStep, Route};
    /// let steps = &[MigrationStep::Remove { at: "colour", why: "the output has no colours" }];
    /// let migrations = [Migration { from: 1, to: 2, compatible: false, steps }];
    /// assert!(Route::between(&migrations, 1, 2).is_ok());
    /// let error = Route::between(&migrations, 2, 1).unwrap_err();
    /// assert!(error.to_string().contains("colour is removed: the output has no colours"));
    /// ```
    pub fn between(migrations: &'m [Migration], from: u64, to: u64) -> Result<Self, RouteError> {
        let mut route = Vec::new();
        let mut version = from;
        while version != to {
            let next = match version.cmp(&to) {
                Ordering::Less => migrations.iter().find(|migration| migration.from == version),
                _ => migrations.iter().find(|migration| migration.to == version),
            };
            let next = next.ok_or(RouteError::Missing { version, to })?;
            if version > to {
                let irreversible: Vec<MigrationStep> =
                    next.steps.iter().filter(|step| !step.is_reversible()).copied().collect();
                if !irreversible.is_empty() {
                    return Err(RouteError::Irreversible { version, steps: irreversible });
                }
            }
            route.push(next);
            version = if version < to { next.to } else { next.from };
        }
        Ok(Self { from, to, migrations: route })
    }

    /// Returns whether the route leads to an older version.
    pub fn is_downgrade(&self) -> bool {
        self.to < self.from
    }

    /// Returns the steps in the order in which they are applied or reverted.
    pub fn steps(&self) -> impl Iterator<Item = &'m MigrationStep> + '_ {
        let downgrade = self.is_downgrade();
        self.migrations.iter().flat_map(move |migration| {
            let count = migration.steps.len();
            (0..count).map(move |index| &migration.steps[if downgrade { count - 1 - index } else { index }])
        })
    }
}

/// Returns the oldest version with a migration; the current version if there are no migrations.
pub fn oldest_version(migrations: &[Migration], current: u64) -> u64 {
    migrations.iter().map(|migration| migration.from).min().unwrap_or(current).min(current)
}

/// Returns the version that a config without one is read as: the oldest whose form is no longer accepted.
pub(crate) fn implied_version(migrations: &[Migration], current: u64) -> u64 {
    let mut version = oldest_version(migrations, current);
    while let Some(next) = migrations.iter().find(|migration| migration.from == version && migration.compatible) {
        version = next.to;
    }
    version
}

fn list(steps: &[MigrationStep]) -> String {
    steps.iter().map(|step| format!("\n  {step}")).collect()
}

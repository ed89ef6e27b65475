//! Which migrations lead from one version to another.

use std::cmp::Ordering;
use std::fmt;

use crate::migrate::step::{Migration, Step};

/// The migrations between two versions, in the order in which they are applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Route<'m> {
    /// The version that it starts from.
    pub from: u64,
    /// The version that it leads to.
    pub to: u64,
    pub(super) migrations: Vec<&'m Migration>,
}

/// There is no way from one version to another.
#[derive(Debug, Clone, PartialEq)]
pub enum NoRoute {
    /// Nobody wrote the migration that goes on from a version.
    Missing {
        /// The version.
        version: u64,
        /// The version that it should have led towards.
        to: u64,
    },
    /// The way leads to an older version, and these steps do not go back.
    OneWay {
        /// The version that cannot be left.
        version: u64,
        /// The steps that led there and do not go back.
        steps: Vec<Step>,
    },
}

impl<'m> Route<'m> {
    /// The way from one version to another, up or down.
    ///
    /// # Errors
    ///
    /// A migration on the way is missing, or a step on the way down does not go back.
    ///
    /// ```
    /// use confgate_core::migrate::{Migration, NoRoute, Route, Step};
    /// let steps = &[Step::Remove { at: "colour", why: "nothing is shown any more" }];
    /// let migrations = [Migration { from: 1, to: 2, form_only: false, steps }];
    /// assert!(Route::between(&migrations, 1, 2).is_ok());
    /// let refused = Route::between(&migrations, 2, 1).unwrap_err();
    /// assert!(refused.to_string().contains("colour is removed: nothing is shown any more"));
    /// ```
    pub fn between(migrations: &'m [Migration], from: u64, to: u64) -> Result<Self, NoRoute> {
        let mut found = Vec::new();
        let mut version = from;
        while version != to {
            let next = match version.cmp(&to) {
                Ordering::Less => migrations.iter().find(|migration| migration.from == version),
                _ => migrations.iter().find(|migration| migration.to == version),
            };
            let next = next.ok_or(NoRoute::Missing { version, to })?;
            if version > to {
                let stuck: Vec<Step> = next.steps.iter().filter(|step| !step.goes_back()).copied().collect();
                if !stuck.is_empty() {
                    return Err(NoRoute::OneWay { version, steps: stuck });
                }
            }
            found.push(next);
            version = if version < to { next.to } else { next.from };
        }
        Ok(Self { from, to, migrations: found })
    }

    /// Whether it leads to an older version.
    pub fn is_down(&self) -> bool {
        self.to < self.from
    }

    /// The steps, in the order in which they are done or undone.
    pub fn steps(&self) -> impl Iterator<Item = &'m Step> + '_ {
        let down = self.is_down();
        self.migrations.iter().flat_map(move |migration| {
            let count = migration.steps.len();
            (0..count).map(move |index| &migration.steps[if down { count - 1 - index } else { index }])
        })
    }
}

/// The oldest version that there is a migration from; the current one where there are none.
pub fn oldest(migrations: &[Migration], current: u64) -> u64 {
    migrations.iter().map(|migration| migration.from).min().unwrap_or(current).min(current)
}

/// The version that a config without one is read as: the oldest whose form is no longer read.
pub(crate) fn unversioned(migrations: &[Migration], current: u64) -> u64 {
    let mut version = oldest(migrations, current);
    while let Some(next) = migrations.iter().find(|migration| migration.from == version && migration.form_only) {
        version = next.to;
    }
    version
}

impl fmt::Display for NoRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { version, to } => {
                write!(f, "no migration leads from version {version} towards version {to}")
            }
            Self::OneWay { version, steps } => {
                write!(f, "version {version} does not go back to the one before it:")?;
                steps.iter().try_for_each(|step| write!(f, "\n  {step}"))
            }
        }
    }
}

impl std::error::Error for NoRoute {}

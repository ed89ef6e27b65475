//! Migrations between two versions.

use crate::migrate::MigrationStep;

/// Migration of a config from one version to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Migration {
    /// The older version.
    pub from: u64,
    /// The next version.
    pub to: u64,
    /// True if version `to` still accepts the form of version `from`. A config without a version is then read as it is, and only
    /// `confgate migrate` converts it to the newer form.
    pub compatible: bool,
    /// The steps, in order. Each step sees the result of the previous ones.
    pub steps: &'static [MigrationStep],
}

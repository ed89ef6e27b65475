//! The parts of a config that a migration changes.

use crate::value::Path;

/// The parts of a config that a migration changes.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// Path of the field with the version.
    pub version: &'a Path,
    /// Paths of the overlays: tables with the same fields as the root, such as the settings of profiles.
    pub overlays: Vec<Path>,
}

impl<'a> Scope<'a> {
    /// Creates the scope of a config without overlays.
    pub fn without_overlays(version: &'a Path) -> Self {
        Self { version, overlays: Vec::new() }
    }
}

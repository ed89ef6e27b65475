//! Options of one load.

use crate::load::Override;

/// Options of one load, beside those of the loader.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions<'a> {
    /// Values above all other layers.
    pub overrides: &'a [Override],
    /// Names of the profiles that were active after the last load: within the hysteresis of a threshold a profile stays as it was.
    pub active_profiles: &'a [String],
}

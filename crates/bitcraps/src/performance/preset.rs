use confgate_core::types::duration::Duration;

/// Performance profile that is known by name.
#[derive(Clone, Copy)]
pub(crate) enum Preset {
    PowerSaving,
    Balanced,
    HighPerformance,
}

impl Preset {
    /// Selects the preset's column in the row of a value.
    pub(crate) fn pick<T>(self, [power_saving, balanced, high_performance]: [T; 3]) -> T {
        match self {
            Self::PowerSaving => power_saving,
            Self::Balanced => balanced,
            Self::HighPerformance => high_performance,
        }
    }

    /// Selects a duration from a row of seconds.
    pub(crate) fn secs(self, row: [u64; 3]) -> Duration {
        Duration::from_secs(self.pick(row))
    }

    /// Selects a duration from a row of milliseconds.
    pub(crate) fn millis(self, row: [u64; 3]) -> Duration {
        Duration::from_millis(self.pick(row))
    }
}

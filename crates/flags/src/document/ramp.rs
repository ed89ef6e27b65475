//! A ramp of the document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Share of a variant that grows with time. A key that has the variant keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RampSpec {
    /// Variant whose share grows. The other keys get the default variant.
    pub variant: String,
    /// Steps, in the order of time. Before the first one, every key gets the default variant.
    #[schemars(length(min = 1, max = 100))]
    pub steps: Vec<RampStep>,
}

/// Step of a ramp.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RampStep {
    /// Time from which the share applies, in UTC: `2027-01-31T08:00:00Z`.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
        extend("patternErrorMessage" = "must be a time in UTC, such as 2027-01-31T08:00:00Z"))]
    pub at: String,
    /// Share of the keys, in percent, with up to two decimal places.
    #[schemars(range(min = 0, max = 100))]
    pub percent: f64,
}

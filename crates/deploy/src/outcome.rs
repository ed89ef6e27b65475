//! Outcome of the deployment of a generation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The outcome of a generation's deployment, as its record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "reason")]
pub enum Outcome {
    /// The deployment is running. Without a running command it was interrupted.
    Activating,
    /// The service took it and stayed healthy.
    Kept,
    /// A step failed for this reason, and the previous generation became active again.
    RolledBack(String),
    /// A kill, a crash or a power cut interrupted the deployment.
    #[serde(rename = "cut-off")]
    Interrupted,
    /// A rollback by hand left it, or its record was lost: the reason.
    #[serde(rename = "left")]
    Superseded(String),
}

impl Outcome {
    /// Returns whether the service was healthy with it once, as far as is known.
    pub fn was_healthy(&self) -> bool {
        matches!(self, Self::Kept | Self::Superseded(_))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activating => f.write_str("activating"),
            Self::Kept => f.write_str("kept"),
            Self::RolledBack(reason) => write!(f, "rolled back: {reason}"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Superseded(reason) => write!(f, "superseded: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_of_a_record_keep_their_names() {
        let reason = || "reason".to_owned();
        for (outcome, json) in [
            (Outcome::Activating, r#"{"state":"activating"}"#),
            (Outcome::Kept, r#"{"state":"kept"}"#),
            (Outcome::RolledBack(reason()), r#"{"state":"rolled-back","reason":"reason"}"#),
            (Outcome::Interrupted, r#"{"state":"cut-off"}"#),
            (Outcome::Superseded(reason()), r#"{"state":"left","reason":"reason"}"#),
        ] {
            assert_eq!(serde_json::to_string(&outcome).unwrap(), json);
            assert_eq!(serde_json::from_str::<Outcome>(json).unwrap(), outcome);
        }
    }
}
